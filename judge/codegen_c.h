/* Generates the C that ties a solution to the harness: the header a candidate includes (ENTRY.h) and shim.c, which
 * is compiled beside the solution into one shared object, unpacks the arguments and calls the function.
 *
 * Both hold the prototype, so a solution with another one does not compile; a missing function does not link.
 * Shipped headers they include: judge/languages/c/mljudge.h, mljudge_shim.h. */
#ifndef MLJUDGE_CODEGEN_C_H
#define MLJUDGE_CODEGEN_C_H

#include "judge/type.h"

/* Each returns a text that the caller frees, or NULL with the error set.  The signature has passed
 * signature_check(). */
char *codegen_c_header(const struct signature *signature, struct error *err);
char *codegen_c_shim(const struct signature *signature, struct error *err);

/* The prototype alone, without a final semicolon. */
char *codegen_c_prototype(const struct signature *signature, struct error *err);

#endif
