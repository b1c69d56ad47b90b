/* Our own failures, told well: a code, a sentence, and the place in the file that is at fault.
 *
 * Three kinds of trouble are never mixed (README, "Tour of the source"):
 *   our bug               -> assert()
 *   our failure           -> a negative errno plus a struct error (this file)
 *   the candidate's result -> a value, never an error
 *
 * The first cause stays: error_set() on an error that is already set changes nothing.
 * Libraries fill errors in; only a main() prints them. */
#ifndef MLJUDGE_ERROR_H
#define MLJUDGE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct error {
    int code;       /* negative errno; 0 = not set */
    int line;       /* 1-based; 0 = none */
    int column;     /* 1-based, in bytes; 0 = none */
    char file[256]; /* "" = none */
    char text[768]; /* one sentence: what, where, what to do */
};

#define ERROR_INIT ((struct error){0})

/* Each returns `code` (negative errno), so that `return error_set(err, -EINVAL, ...)` reads well.
 * `err` may be NULL: then only the code is returned. Texts that do not fit are cut. */
int error_set(struct error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the error from errno and appends ": " strerror(errno). Returns -errno (-EIO if errno is 0). */
int error_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Like error_set() with a place. line and column may be 0. */
int error_at(struct error *err, int code, const char *file, int line, int column,
             const char *format, ...) __attribute__((format(printf, 6, 7)));

int error_oom(struct error *err); /* returns -ENOMEM */

/* Memory or descriptors ran out: says nothing of what was tried, another time it may work. */
bool error_is_shortage(int code);

/* Puts "PREFIX: " before the text of an error that is set; returns err->code (or `code` if err is
 * NULL or not set). */
int error_prefix(struct error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "file:line:column: text" into `buffer` (cut if it does not fit); returns buffer. */
const char *error_format(const struct error *err, char *buffer, size_t size);

#endif
