/* Small things every file needs: scope-bound cleanup, hand-over, sizes.
 * gcc's and clang's cleanup attribute closes and frees on every return path; steal() hands over. */
#ifndef MLJUDGE_UTIL_H
#define MLJUDGE_UTIL_H

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline void cleanup_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void cleanup_ptr(void *pointer)
{
    free(*(void **)pointer);
}

#define auto_fd   __attribute__((cleanup(cleanup_fd)))
#define auto_free __attribute__((cleanup(cleanup_ptr)))

static inline int steal_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* The pointers of two NULL-terminated lists (NULL: empty) in one, to be freed; the strings stay whose they are.
 * NULL: out of memory. */
static inline const char **lists_joined(const char *const *a, const char *const *b)
{
    const char *const *const lists[] = {a, b};
    size_t n = 0, at = 0;
    for (size_t k = 0; k < ARRAY_LEN(lists); k++)
        for (size_t i = 0; lists[k] && lists[k][i]; i++)
            n++;
    const char **ret = calloc(n + 1, sizeof *ret);
    for (size_t k = 0; ret && k < ARRAY_LEN(lists); k++)
        for (size_t i = 0; lists[k] && lists[k][i]; i++)
            ret[at++] = lists[k][i];
    return ret;
}

/* Takes the pointer out of `*p`, leaving NULL: ownership moves to the caller. */
#define steal(p)                    \
    (__extension__({                \
        __typeof__(*(p)) t_ = *(p); \
        *(p) = NULL;                \
        t_;                         \
    }))

#endif
