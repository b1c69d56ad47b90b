/* Reading a comparator's parameters out of problem.json.  Every complaint begins with the comparator's name. */
#ifndef MLJUDGE_COMPARE_PARAMS_H
#define MLJUDGE_COMPARE_PARAMS_H

#include <jansson.h>

#include "judge/type.h"

/* A number in [min, max]; `fallback` if the key is absent (NAN: it is required). */
int param_number(const json_t *json, const char *comparator, const char *key, double min,
                 double max, double fallback, double *ret, struct error *err);

/* A whole number in [min, max]; `fallback` if absent. */
int param_int(const json_t *json, const char *comparator, const char *key, int64_t min, int64_t max,
              int64_t fallback, int64_t *ret, struct error *err);

/* true or false; `fallback` if absent. */
int param_bool(const json_t *json, const char *comparator, const char *key, bool fallback,
               bool *ret, struct error *err);

/* One of the words of a NULL-terminated list, as its index; the first if absent. */
int param_word(const json_t *json, const char *comparator, const char *key,
               const char *const *words, size_t *ret, struct error *err);

/* The index of the field that "key" names.  A function with one unnamed return may leave its name out, or give "". */
int param_index(const json_t *json, const char *comparator, const char *key,
                const struct field *fields, size_t n_fields, size_t *ret, struct error *err);

/* The same: a float array of this rank that holds no NULL. */
int param_field(const json_t *json, const char *comparator, const char *key,
                const struct field *fields, size_t n_fields, int rank, size_t *ret,
                struct error *err);

/* Is this a float array of the given rank without NULL?  -EINVAL and a sentence if not. */
int param_is_floats(const char *comparator, const struct type *type, int rank, struct error *err);

/* A malloc'ed copy; NULL if out of memory (err is set). */
void *param_copy(const void *params, size_t size, struct error *err);

#endif
