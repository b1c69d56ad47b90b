/* Values from and to the JSON of test files. */
#ifndef MLJUDGE_VALUE_JSON_H
#define MLJUDGE_VALUE_JSON_H

#include <jansson.h>

#include "judge/frame.h"

#define VALUE_FILE_MAX_BYTES ((size_t)256 << 20) /* of a {"$file": ...} */

/* JSON -> values, typed by the fields; every field must be there, no other (object by name; a single
 * unnamed return takes `json` itself).  "NaN", "Infinity", "-Infinity" in float positions, null for NULL (and
 * no "NaN" where float? is declared: there NumPy's NaN is NULL), tables {"columns": [...], "rows": [[...]]},
 * csv a string.  {"$file": "X.npy"} for arrays, {"$file": "X.csv"} for tables and csv, opened beneath
 * package_fd; in such a float?[..] array NaN becomes NULL.  The result is one frame: *ret malloc'ed, the caller frees it.
 * FRAME_ARGS: values_check() is done too, and `[]` has its full shape.  FRAME_RESULT: `[]` stays rank 1; the
 * caller checks with the dims of the arguments (values_check(), values_resolve()).
 * -EINVAL: errors name the field and the index ("args.X_train[3][1]: a string where float is declared");
 * err->file is left to the caller: if ret_path is not NULL it becomes the JSON pointer of the place, relative
 * to `json` ("/X_train/3/1"), for json_place(). */
int values_from_json(const struct field *fields, size_t n_fields, const json_t *json,
                     enum frame_kind kind, int package_fd, void **ret, size_t *ret_size,
                     char *ret_path, size_t path_size, struct error *err);

/* A new JSON value (for `show`, reports of samples).  Long arrays are cut after max_elements with a
 * final "... (N more)" string, long strings likewise; 0 = everything.  A table has "columns" only if its field
 * is known (values_to_json).  values_to_json: an object by name, or the one unnamed value itself.
 * NULL if out of memory. */
json_t *value_to_json(const struct value *value, size_t max_elements);
json_t *values_to_json(const struct field *fields, const struct value *values, size_t n,
                       size_t max_elements);

#endif
