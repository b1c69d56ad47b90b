/* What is generated from a signature beside a compiled solution: a header that the candidate includes and a shim that calls
 * the function for the harness.  languages/NAME.json names one ("codegen": "c"). */
#ifndef MLJUDGE_CODEGEN_H
#define MLJUDGE_CODEGEN_H

#include "judge/type.h"

/* Returns a text that the caller frees, or NULL with the error set.  The signature has passed signature_check(). */
typedef char *codegen_fn(const struct signature *signature, struct error *err);

struct codegen {
    const char *name;
    const char *suffix;  /* of the header, which is called after the entry: ".h" */
    const char *shim;    /* what the shim is called: "shim.c" */
    const char *shipped; /* what the header includes, in the languages folder: "c/mljudge.h" */
    codegen_fn *header, *write_shim, *prototype;
};

/* NULL if there is none of that name. */
const struct codegen *codegen_find(const char *name);

#define CODEGEN_NOTATION_BYTES 4096

/* The type as problem.json writes it, harmless in a comment of any language: a legal value may hold any byte.  Returns
 * `buffer`. */
const char *codegen_notation(const struct type *type, char buffer[CODEGEN_NOTATION_BYTES]);

#endif
