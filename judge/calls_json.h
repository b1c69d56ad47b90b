/* The calls of a test of a class from and to JSON: "calls": [["__init__", {...}], ["put", {"key": 1}], ...],
 * "expected": [null, null, ...], one a call, null where the method has no result. */
#ifndef MLJUDGE_CALLS_JSON_H
#define MLJUDGE_CALLS_JSON_H

#include <jansson.h>

#include "judge/frame.h"

/* An arguments frame, malloc'ed (calls.h says how it is laid out; values are not yet checked against each other).
 * -EINVAL with a sentence; path: JSON pointer of the place, relative to `calls`. */
int calls_from_json(const struct signature *signature, const json_t *calls, int package_fd,
                    void **ret, size_t *ret_size, char *path, size_t path_size, struct error *err);

/* A result frame.  `calls`: what calls_from_json() has accepted. */
int results_from_json(const struct signature *signature, const json_t *calls,
                      const json_t *expected, int package_fd, void **ret, size_t *ret_size,
                      char *path, size_t path_size, struct error *err);

/* For showing samples: at most max_calls of them, each value cut as by value_to_json().  `results` may be NULL.
 * [["put", {"key": 1}], ...] and [null, 3, ...]; NULL: out of memory. */
json_t *calls_to_json(const struct signature *signature, const struct frame *args, size_t max_calls,
                      size_t max_elements);
json_t *results_to_json(const struct signature *signature, const struct frame *args,
                        const struct frame *results, size_t max_calls, size_t max_elements);

#endif
