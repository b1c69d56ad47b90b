/* Between the harness and the generated shim.c of a solution's shared object.  Included by these two only. */
#ifndef MLJUDGE_SHIM_H
#define MLJUDGE_SHIM_H

#include "mljudge.h"

/* One argument, or one column of a table. */
struct mlj_in {
    const void *data;       /* int64_t, double, bool or struct str; never NULL.  csv: the path */
    const uint8_t *valid;   /* nullable: a byte an element, else NULL */
    const int64_t *offsets; /* ragged: dims[0] + 1 */
    const struct mlj_in *columns;
    int64_t dims[4];
    int fd; /* csv */
};

/* One result: a buffer of known size, or something to emit into. */
struct mlj_result {
    void *data;
    uint8_t *valid;
    struct mlj_out *out;
};

enum mlj_elem { MLJ_ANY = 0, MLJ_INT = 1, MLJ_FLOAT = 2, MLJ_BOOL = 3, MLJ_STR = 4 };

enum mlj_fail { MLJ_FAIL_EXCEPTION, MLJ_FAIL_MEMORY };

/* What the harness does for mljudge.h's functions.  None of them returns after a misuse. */
struct mlj_api {
    void *(*emit)(struct mlj_out *out, enum mlj_elem elem, const size_t *free_sizes,
                  size_t n_sizes);
    void *(*row)(struct mlj_out *out, enum mlj_elem elem, size_t size);
    uint8_t *(*valid)(struct mlj_out *out);
    void (*emit_row)(struct mlj_out *out, const void *const *cells, size_t n_cells);
    /* For C++, which returns arrays by value: the buffer of an array of exactly these sizes.  Other sizes than the
     * result has end the process: a wrong answer. */
    void *(*array)(struct mlj_out *out, enum mlj_elem elem, const size_t *dims, int rank);
    /* Ends the process: an exception has left the function. */
    void (*fail)(enum mlj_fail fail, const char *kind, const char *message);
};

typedef void mljudge_call_fn(const struct mlj_api *api, const struct mlj_in *in,
                             const struct mlj_result *out);

#define MLJUDGE_CALL "mljudge_call"
__attribute__((visibility("default"))) mljudge_call_fn mljudge_call;

/* Of a class: [0] makes the object, the others are its methods in the signature's order. */
typedef void mlj_method_fn(const struct mlj_api *api, void **self, const struct mlj_in *in,
                           const struct mlj_result *out);
struct mlj_class {
    size_t n_methods;
    mlj_method_fn *const *methods;
    void (*destroy)(void *self);
};

#define MLJUDGE_CLASS "mljudge_class"
__attribute__((visibility("default"))) extern const struct mlj_class mljudge_class;

#endif
