/* The type notation of problem.json: `int`, `float?`, `float[n,d]`, `int[n][*]`,
 * `str in {mean,median}`, `table{city:str, amount:float?}`, `csv`.  README.md in this folder has the
 * grammar and the table of representations. */
#ifndef MLJUDGE_TYPE_H
#define MLJUDGE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/error.h"

enum elem {
    ELEM_NONE = 0,  /* tables and csv */
    ELEM_INT = 1,   /* 64-bit signed */
    ELEM_FLOAT = 2, /* IEEE binary64 */
    ELEM_BOOL = 3,
    ELEM_STR = 4, /* UTF-8 without NUL */
};

enum kind {
    KIND_SCALAR = 0,
    KIND_ARRAY = 1,
    KIND_RAGGED = 2, /* T[n][*]: n rows, each of its own length */
    KIND_TABLE = 3,
    KIND_CSV = 4,
};

#define TYPE_MAX_RANK 4
#define TYPE_NAME_MAX 31

enum dim_kind { DIM_NAME, DIM_NUMBER, DIM_FREE };

struct dim {
    enum dim_kind kind;
    char name[TYPE_NAME_MAX + 1]; /* DIM_NAME */
    int64_t size;                 /* DIM_NUMBER */
};

struct field;

struct type {
    enum kind kind;
    enum elem elem;
    bool nullable;                  /* an element may be NULL */
    int rank;                       /* ARRAY 1..4; RAGGED and TABLE 1 (the rows); else 0 */
    struct dim dims[TYPE_MAX_RANK]; /* TABLE: dims[0] is DIM_FREE */
    char **legal;                   /* `str in {..}`: the legal values, owned; else NULL */
    size_t n_legal;
    struct field *columns; /* TABLE, owned */
    size_t n_columns;
};

struct field {
    char name[TYPE_NAME_MAX + 1]; /* an identifier; "" for a single unnamed return */
    struct type type;
};

/* A method of a class. */
struct method {
    char name[TYPE_NAME_MAX + 1]; /* "__init__": the constructor */
    struct field *args;           /* owned */
    size_t n_args;
    bool has_result;
    struct field result; /* its name is "" */
};

/* A function: name(args) -> returns; or a class: its methods. */
struct signature {
    char entry[TYPE_NAME_MAX + 1];
    struct field *args; /* owned */
    size_t n_args;
    struct field *returns; /* owned; one with name "" if the problem returns one unnamed value */
    size_t n_returns;
    struct method
        *methods;     /* of a class, owned: [0] is __init__; args and returns are empty then */
    size_t n_methods; /* 0: a function */
    bool any_names;   /* SQL: the columns of the result need not be called as declared */
};

/* Parses one type.  -EINVAL: err->text says what is wrong and err->column where in `text` (1-based).
 * *ret is released with type_done(). */
int type_parse(const char *text, struct type *ret, struct error *err);
void type_done(struct type *type);
void signature_done(struct signature *signature);

/* The notation back, canonical ("float[n,d]", "table{city:str,amount:float?}").  Cut if too long. */
const char *type_format(const struct type *type, char *buffer, size_t size);

/* Checks what one type cannot see alone: identifiers, duplicate names, `*` only in returns (args may
 * not have free dimensions; RAGGED args are allowed), csv only in args. */
int signature_check(const struct signature *signature, struct error *err);

/* A method as a function of its name, for what is the same of both: borrowed, nothing of it is freed. */
struct signature method_as_function(const struct method *method);

/* The signature as JSON for a harness (docs: HARNESS.md).  malloc'ed, NULL if out of memory. */
char *signature_to_json(const struct signature *signature, const char *flavour);

const char *elem_name(enum elem elem); /* "int" "float" "bool" "str" */

#endif
