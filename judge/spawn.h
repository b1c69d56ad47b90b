/* Runs a trusted host program (a probe, the one that lays out statements) and keeps what it says.  Never used for candidate or package code. */
#ifndef MLJUDGE_SPAWN_H
#define MLJUDGE_SPAWN_H

#include <stddef.h>

#include "sandbox/error.h"

/* Runs argv with our environment, stdin empty, at most timeout_ms; its standard output and error (cut at size - 1
 * bytes) go to `output`, NUL-terminated.
 * Returns the exit code (0..255; 128 + signal), or -errno: -ETIMEDOUT, -ENOENT, ... */
int spawn_capture(const char *const *argv, int timeout_ms, char *output, size_t size,
                  struct error *err);

/* The same with a file as standard input. */
int spawn_filter(const char *const *argv, int input_fd, int timeout_ms, char *output, size_t size,
                 struct error *err);

#endif
