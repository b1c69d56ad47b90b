#include "judge/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/util.h"

#define CACHE_MAX_BYTES ((int64_t)3 << 30)   /* all entries together */
#define CACHE_MAX_ENTRY ((size_t)1280 << 20) /* tests with an input of a gigabyte */
#define PIECE_BYTES     ((size_t)1 << 20)

static int open_private(int parent_fd, const char *name, struct error *reason)
{
    if (mkdirat(parent_fd, name, 0700) < 0 && errno != EEXIST)
        return error_errno(reason, "make cache folder '%s'", name);
    auto_fd int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return error_errno(reason, "open cache folder '%s'", name);
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(reason, "stat cache folder '%s'", name);
    if (st.st_uid != geteuid())
        return error_set(reason, -EPERM, "cache folder '%s' belongs to somebody else", name);
    if ((st.st_mode & 077) != 0 && fchmod(fd, 0700) < 0)
        return error_errno(reason, "chmod cache folder '%s'", name);
    return steal_fd(&fd);
}

void cache_open(struct cache *cache, struct error *reason)
{
    cache->dir_fd = -1;
    char base[PATH_MAX];
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (xdg && xdg[0] == '/')
        snprintf(base, sizeof base, "%s", xdg);
    else if (home && home[0] == '/')
        snprintf(base, sizeof base, "%s/.cache", home);
    else {
        error_set(reason, -ENOENT, "neither XDG_CACHE_HOME nor HOME is set");
        return;
    }
    if (mkdir(base, 0700) < 0 && errno != EEXIST) {
        error_errno(reason, "make '%s'", base);
        return;
    }
    auto_fd int parent = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) {
        error_errno(reason, "open '%s'", base);
        return;
    }
    int fd = open_private(parent, "mljudge", reason);
    if (fd >= 0)
        cache->dir_fd = fd;
}

void cache_close(struct cache *cache)
{
    if (cache->dir_fd >= 0)
        close(cache->dir_fd);
    cache->dir_fd = -1;
}

/* Behind the entry's bytes: a power cut can leave a file of zeros under its final name. */
struct trailer {
    unsigned char sum[32];
};

static struct trailer make_trailer(const char *name, const void *bytes, size_t size)
{
    struct trailer trailer;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof trailer.sum);
    crypto_generichash_update(&state, (const unsigned char *)name, strlen(name) + 1);
    crypto_generichash_update(&state, bytes, size);
    crypto_generichash_final(&state, trailer.sum, sizeof trailer.sum);
    return trailer;
}

/* The same of a mapping, piece by piece: what has been read need not stay in memory. */
static struct trailer make_trailer_of(const char *name, const struct mapping *mapping)
{
    struct trailer trailer;
    crypto_generichash_state state;
    const unsigned char *bytes = mapping->bytes;
    crypto_generichash_init(&state, NULL, 0, sizeof trailer.sum);
    crypto_generichash_update(&state, (const unsigned char *)name, strlen(name) + 1);
    for (size_t at = 0; at < mapping->size;) {
        size_t n = mapping->size - at < PIECE_BYTES ? mapping->size - at : PIECE_BYTES;
        crypto_generichash_update(&state, bytes + at, n);
        mapping_forget(mapping, bytes + at, n);
        at += n;
    }
    crypto_generichash_final(&state, trailer.sum, sizeof trailer.sum);
    return trailer;
}

int cache_get(const struct cache *cache, const char *kind, const char *key, struct mapping *ret)
{
    *ret = (struct mapping){0};
    if (cache->dir_fd < 0)
        return -ENOENT;
    char name[128];
    snprintf(name, sizeof name, "%s-%s", kind, key);
    auto_fd int fd = openat(cache->dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
        mapping_open(ret, fd, CACHE_MAX_ENTRY + sizeof(struct trailer), NULL) < 0)
        return -ENOENT;
    if (ret->size >= sizeof(struct trailer)) {
        ret->size -= sizeof(struct trailer);
        struct trailer trailer = make_trailer_of(name, ret);
        if (memcmp(&trailer, (const char *)ret->bytes + ret->size, sizeof trailer) == 0) {
            futimens(fd, NULL); /* last used: the oldest go first */
            return 0;
        }
    }
    mapping_done(ret);
    return -ENOENT;
}

/* Removes oldest entries until the rest fits beside `coming` bytes. */
static void make_room(const struct cache *cache, int64_t coming)
{
    for (int round = 0; round < 10000; round++) {
        char **names = NULL;
        size_t n = 0;
        if (dir_names(cache->dir_fd, &names, &n, NULL) < 0)
            return;
        int64_t total = coming;
        size_t oldest = n;
        struct timespec oldest_time = {0};
        for (size_t i = 0; i < n; i++) {
            struct stat st;
            if (fstatat(cache->dir_fd, names[i], &st, AT_SYMLINK_NOFOLLOW) < 0 ||
                !S_ISREG(st.st_mode))
                continue;
            total += st.st_size;
            if (oldest == n || st.st_mtim.tv_sec < oldest_time.tv_sec) {
                oldest = i;
                oldest_time = st.st_mtim;
            }
        }
        bool full = total > CACHE_MAX_BYTES && oldest < n;
        if (full)
            full = unlinkat(cache->dir_fd, names[oldest], 0) == 0;
        names_free(names, n);
        if (!full)
            return;
    }
}

void cache_put(const struct cache *cache, const char *kind, const char *key, const void *bytes,
               size_t size)
{
    if (cache->dir_fd < 0 || size > CACHE_MAX_ENTRY)
        return;
    make_room(cache, (int64_t)size);
    char name[128];
    char temporary[64];
    snprintf(name, sizeof name, "%s-%s", kind, key);
    snprintf(temporary, sizeof temporary, ".new-%08" PRIx32 "%08" PRIx32, randombytes_random(),
             randombytes_random());
    auto_fd int fd =
        openat(cache->dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    struct trailer trailer = make_trailer(name, bytes, size);
    if (fd_write_all(fd, bytes, size, NULL) < 0 ||
        fd_write_all(fd, &trailer, sizeof trailer, NULL) < 0 ||
        renameat(cache->dir_fd, temporary, cache->dir_fd, name) < 0)
        unlinkat(cache->dir_fd, temporary, 0);
}
