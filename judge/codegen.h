/* What is generated from a signature beside a compiled solution: a header that the candidate includes and a shim that calls
 * the function for the harness.  languages/NAME.json names one ("codegen": "c"). */
#ifndef MLJUDGE_CODEGEN_H
#define MLJUDGE_CODEGEN_H

#include "judge/type.h"

/* Returns a text that the caller frees, or NULL with the error set.  The signature has passed signature_check(). */
typedef char *codegen_fn(const struct signature *signature, struct error *err);

struct codegen {
    const char *name;
    const char *suffix;     /* of the header, which is called after the entry: ".h" */
    const char *shim;       /* what the shim is called: "shim.c" */
    const char *shipped;    /* what the header includes, in the languages folder: "c/mljudge.h" */
    const char *class_tail; /* put behind a solution that has a class, or NULL */
    codegen_fn *header, *write_shim, *prototype;
};

/* NULL if there is none of that name. */
const struct codegen *codegen_find(const char *name);

/* CLASS_METHOD, or CLASS_create of __init__: what the method is called in C, and its structs in C++. */
void codegen_method_name(const struct signature *class, size_t method, char ret[TYPE_NAME_MAX + 1]);

#define CODEGEN_NOTATION_BYTES 4096

/* The type as problem.json writes it, harmless in a comment of any language: a legal value may hold any byte.  Returns
 * `buffer`. */
const char *codegen_notation(const struct type *type, char buffer[CODEGEN_NOTATION_BYTES]);

#endif
