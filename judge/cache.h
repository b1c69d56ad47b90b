/* What was expensive to make, kept by the hash of everything that made it: compiled submissions, built tests,
 * probes.  A folder of mode 0700 that must be ours; entries are written by rename and carry a checksum; the whole is
 * bounded, the oldest go first.  A cache that cannot be used is no error: everything then works without one. */
#ifndef MLJUDGE_CACHE_H
#define MLJUDGE_CACHE_H

#include <stddef.h>

#include "judge/files.h"
#include "sandbox/error.h"

struct cache {
    int dir_fd; /* -1: no cache */
};

/* $XDG_CACHE_HOME/mljudge, else $HOME/.cache/mljudge.  `reason` (may be NULL) tells why there is none. */
void cache_open(struct cache *cache, struct error *reason);
void cache_close(struct cache *cache);

/* Maps the entry, or -ENOENT: also if it is damaged.  `kind` is a short word ("tests"), key a hash in hex. */
int cache_get(const struct cache *cache, const char *kind, const char *key, struct mapping *ret);

/* Stores; failures are silent (the next run makes it again). */
void cache_put(const struct cache *cache, const char *kind, const char *key, const void *bytes,
               size_t size);

#endif
