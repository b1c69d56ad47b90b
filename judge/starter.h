/* What a candidate begins with, written from the signature: a text that compiles, says what arrives and what to return, and is
 * not accepted.  For packages without a starter of their own in a language. */
#ifndef MLJUDGE_STARTER_H
#define MLJUDGE_STARTER_H

#include <stdio.h>

#include "judge/codegen.h"

/* Malloc'ed.  NULL with the error set: out of memory, -ENOTSUP if no starter is known for that flavour (`flavour` of a
 * language, not its name), -EINVAL if the language cannot call a function of that name.  The signature has passed
 * signature_check(). */
char *starter_text(const struct signature *signature, const char *flavour, struct error *err);

/* ---- for starter_*.c ---- */

codegen_fn starter_python, starter_pypure, starter_pandas, starter_c, starter_cpp, starter_sql;
codegen_fn starter_python_class, starter_pypure_class, starter_pandas_class, starter_c_class,
    starter_cpp_class;

#define STARTER_COLUMNS 100

/* "(n, d)" or "(n,)": the dimensions of an array.  Returns `buffer`. */
const char *starter_shape(const struct type *type, char buffer[256]);

/* Lines, four columns to the right. */
void starter_indented(FILE *to, const char *text);

/* Does some return leave a size to the solution? */
bool starter_has_free_size(const struct signature *signature);

#endif
