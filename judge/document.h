/* A JSON file that people write (problem.json, language files, tests), read so that every complaint names
 * file, line and column.  jansson gives places for syntax errors only; json_place() finds the others. */
#ifndef MLJUDGE_DOCUMENT_H
#define MLJUDGE_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "sandbox/error.h"

#define DOCUMENT_MAX_BYTES ((size_t)16 << 20)
#define POINTER_MAX        256

struct document {
    char name[256]; /* for messages */
    char *text;
    size_t size;
    json_t *root; /* an object */
};

/* Reads `path` beneath dir_fd; `display` is what messages call it.  Duplicate keys are errors. */
int document_load(struct document *document, int dir_fd, const char *path, const char *display,
                  struct error *err);
void document_done(struct document *document);

/* POINTER/KEY with "~" and "/" in the key escaped; cut if too long.  Returns `at`. */
const char *pointer_join(char at[POINTER_MAX], const char *pointer, const char *key);

/* -EINVAL with the place of `pointer` ("/groups/2/points"). */
int document_error(const struct document *document, const char *pointer, struct error *err,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What a parser of one value said, with the place of `pointer`.  -ENOMEM stays what it is. */
int document_inner(const struct document *document, const char *pointer, const struct error *inner,
                   struct error *err);

/* Complains about any key of `object` that is not in the NULL-terminated list. */
int document_only(const struct document *document, const json_t *object, const char *pointer,
                  const char *const *keys, struct error *err);

/* Members of `object` (found at `pointer`).  A missing member is an error if `required`; else *ret is left as it
 * was.  Borrowed. */
int document_string(const struct document *document, const json_t *object, const char *pointer,
                    const char *key, bool required, const char **ret, struct error *err);
int document_int(const struct document *document, const json_t *object, const char *pointer,
                 const char *key, bool required, int64_t min, int64_t max, int64_t *ret,
                 struct error *err);
int document_number(const struct document *document, const json_t *object, const char *pointer,
                    const char *key, bool required, double min, double max, double *ret,
                    struct error *err);
int document_bool(const struct document *document, const json_t *object, const char *pointer,
                  const char *key, bool *ret, struct error *err);
int document_member(const struct document *document, const json_t *object, const char *pointer,
                    const char *key, bool required, json_type type, json_t **ret,
                    struct error *err);

/* A list of strings: *ret is malloc'ed, NULL-terminated, strings borrowed from the document. */
int document_strings(const struct document *document, const json_t *object, const char *pointer,
                     const char *key, bool required, const char ***ret, size_t *ret_n,
                     struct error *err);

#endif
