/* Files and descriptors: opened beneath a directory, read up to a bound, sealed in memory. */
#ifndef MLJUDGE_FILES_H
#define MLJUDGE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/error.h"

/* Opens a regular file read-only beneath dir_fd: no symbolic link is followed anywhere in the path, ".." cannot
 * leave, FIFOs and devices are refused.  Returns a descriptor or -errno. */
int file_open_beneath(int dir_fd, const char *path, struct error *err);

/* Opens a directory beneath dir_fd likewise. */
int dir_open_beneath(int dir_fd, const char *path, struct error *err);

/* Reads a whole file of at most max_bytes (-EFBIG beyond).  *ret is malloc'ed with a NUL added after *ret_size
 * bytes, the caller frees it. */
int file_read(int fd, size_t max_bytes, char **ret, size_t *ret_size, struct error *err);
int file_read_beneath(int dir_fd, const char *path, size_t max_bytes, char **ret, size_t *ret_size,
                      struct error *err);

int fd_write_all(int fd, const void *bytes, size_t size, struct error *err);

/* A memory file that can be sealed later; *not* sealed yet.  Returns a close-on-exec descriptor. */
int memfd_empty(const char *name, struct error *err);

/* A memory file with these bytes, sealed against every change. */
int memfd_sealed(const char *name, const void *bytes, size_t size, struct error *err);

/* Seals an existing memory file (shrink, grow, write), so that it can be mapped and trusted not to change. */
int memfd_seal(int fd, struct error *err);

struct mapping {
    const void *bytes; /* NULL if size is 0 */
    size_t size;
    size_t mapped; /* mapping_done()'s; `size` may be made smaller */
};

/* Maps a whole file read-only (shared).  -EFBIG beyond max_bytes. */
int mapping_open(struct mapping *mapping, int fd, size_t max_bytes, struct error *err);
void mapping_done(struct mapping *mapping);

/* Gives back the memory of the pages that hold these bytes of a mapping; they are read again when they are needed. */
void mapping_forget(const struct mapping *mapping, const void *bytes, size_t size);

/* Names in a directory, sorted as people count (2 before 10), without "." and "..".  *ret and its strings are
 * malloc'ed; free with names_free(). */
int dir_names(int dir_fd, char ***ret, size_t *ret_n, struct error *err);
void names_free(char **names, size_t n);

/* SHA-256 as 64 hexadecimal digits and a NUL. */
#define SHA256_HEX 65
void sha256_hex(const void *bytes, size_t size, char hex[SHA256_HEX]);

/* SHA-256 of a folder: every regular file's path and content, in sorted order; names that begin with "." and
 * __pycache__ are left out, symbolic links and special files are an error. */
int sha256_tree(int dir_fd, char hex[SHA256_HEX], struct error *err);

#endif
