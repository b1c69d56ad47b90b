/* Values from and to the JSON of test files. */
#ifndef MLJUDGE_VALUE_JSON_H
#define MLJUDGE_VALUE_JSON_H

#include <jansson.h>

#include "judge/frame.h"

/* JSON -> values, typed by the fields; every field must be there, no other (object by name; a single
 * unnamed return takes `json` itself).  "NaN", "Infinity", "-Infinity" in float positions, null for NULL,
 * tables {"columns": [...], "rows": [[...]]}, {"$file": "X.npy"} / ".csv" opened beneath package_fd.
 * The result is one frame: *ret malloc'ed, the caller frees it.
 * Errors name the field and the index ("args.X_train[3][1]: a string where float is declared"); err->file
 * is left to the caller (error_at with json_place()). */
int values_from_json(const struct field *fields, size_t n_fields, const json_t *json,
                     enum frame_kind kind, int package_fd, void **ret, size_t *ret_size,
                     struct error *err);

/* A new JSON value (for `show`, reports of samples).  Long arrays are cut after max_elements with a
 * final "... (N more)" string; 0 = everything.  NULL if out of memory. */
json_t *value_to_json(const struct value *value, size_t max_elements);
json_t *values_to_json(const struct field *fields, const struct value *values, size_t n,
                       size_t max_elements);

#endif
