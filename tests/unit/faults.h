/* Failures on demand.  Allocation: linked with --wrap (Makefile, FAULT_WRAPS), every allocation of our code and of
 * jansson passes here, and the one whose turn it is fails (or it and all after it).  What is allocated is counted, so
 * that a leak on any error path is seen in every build.  What libc allocates for itself is not counted; that it
 * fails is simulated at its door (fopen, opendir, realpath). */
#ifndef MLJUDGE_TEST_FAULTS_H
#define MLJUDGE_TEST_FAULTS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "judge/json_memory.h"
#include "sandbox/error.h"
#include "sandbox/util.h"
#include "tests/unit/open_fds.h"

/* ---- what is alive: a hash table of addresses ---- */

#define LIVE_MAX 65536U

static uintptr_t live[LIVE_MAX];
static long n_live;

static size_t live_find(uintptr_t address)
{
    size_t i = (address >> 4) * 2654435761U % LIVE_MAX;
    while (live[i] && live[i] != address)
        i = (i + 1) % LIVE_MAX;
    return i;
}

static void live_add(const void *pointer)
{
    if (!pointer)
        return;
    assert_true(n_live < (long)LIVE_MAX / 2);
    live[live_find((uintptr_t)pointer)] = (uintptr_t)pointer;
    n_live++;
}

static void live_remove(const void *pointer)
{
    size_t i = live_find((uintptr_t)pointer);
    if (!pointer || !live[i])
        return; /* libc's, handed to us */
    live[i] = 0;
    n_live--;
    for (size_t k = (i + 1) % LIVE_MAX; live[k]; k = (k + 1) % LIVE_MAX) {
        uintptr_t moved = live[k];
        live[k] = 0;
        live[live_find(moved)] = moved;
    }
}

/* ---- whose turn it is ---- */

static struct {
    bool armed;
    bool lasting; /* all after it fail, too */
    long n_left;  /* until the one that fails */
    long n_struck;
} fault;

static bool fault_strikes(void)
{
    if (!fault.armed || fault.n_left-- > 0)
        return false;
    if (!fault.lasting && fault.n_struck > 0)
        return false;
    fault.n_struck++;
    errno = ENOMEM;
    return true;
}

#define REAL(type, name, ...)        \
    type __real_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__)

REAL(void, free, void *pointer);
REAL(void *, malloc, size_t size);
REAL(void *, calloc, size_t n, size_t size);
REAL(void *, realloc, void *old, size_t size);
REAL(void *, reallocarray, void *old, size_t n, size_t size);
REAL(int, posix_memalign, void **ret, size_t align, size_t size);
REAL(char *, strdup, const char *text);
REAL(char *, strndup, const char *text, size_t n);
REAL(char *, realpath, const char *path, char *resolved);
REAL(FILE *, fopen, const char *path, const char *mode);
REAL(FILE *, fdopen, int fd, const char *mode);
REAL(FILE *, open_memstream, char **text, size_t *size);
REAL(DIR *, fdopendir, int fd);
int __wrap_asprintf(char **ret, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int __wrap_vasprintf(char **ret, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
int __wrap___vasprintf_chk(char **ret, int flag, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

void __wrap_free(void *pointer)
{
    live_remove(pointer);
    __real_free(pointer);
}

void *__wrap_malloc(size_t size)
{
    void *p = fault_strikes() ? NULL : __real_malloc(size);
    live_add(p);
    return p;
}

void *__wrap_calloc(size_t n, size_t size)
{
    void *p = fault_strikes() ? NULL : __real_calloc(n, size);
    live_add(p);
    return p;
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fault_strikes())
        return NULL;
    live_remove(old);
    void *p = __real_realloc(old, size);
    live_add(p);
    return p;
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
    size_t all = 0;
    if (__builtin_mul_overflow(n, size, &all))
        return NULL;
    return __wrap_realloc(old, all);
}

int __wrap_posix_memalign(void **ret, size_t align, size_t size)
{
    if (fault_strikes())
        return ENOMEM;
    int r = __real_posix_memalign(ret, align, size);
    if (r == 0)
        live_add(*ret);
    return r;
}

char *__wrap_strdup(const char *text)
{
    char *p = fault_strikes() ? NULL : __real_strdup(text);
    live_add(p);
    return p;
}

char *__wrap_strndup(const char *text, size_t n)
{
    char *p = fault_strikes() ? NULL : __real_strndup(text, n);
    live_add(p);
    return p;
}

/* As glibc: on failure *ret is not to be used. */
int __wrap_vasprintf(char **ret, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = fault_strikes() ? NULL : __real_malloc((size_t)n + 1);
    if (!text) {
        *ret = (char *)(uintptr_t)0xbad;
        return -1;
    }
    vsnprintf(text, (size_t)n + 1, format, args);
    live_add(text);
    *ret = text;
    return n;
}

int __wrap___vasprintf_chk(char **ret, int flag, const char *format, va_list args)
{
    (void)flag;
    return __wrap_vasprintf(ret, format, args);
}

int __wrap_asprintf(char **ret, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = __wrap_vasprintf(ret, format, args);
    va_end(args);
    return n;
}

int __wrap___asprintf_chk(char **ret, int flag, const char *format, ...)
{
    (void)flag;
    va_list args;
    va_start(args, format);
    int n = __wrap_vasprintf(ret, format, args);
    va_end(args);
    return n;
}

char *__wrap_realpath(const char *path, char *resolved)
{
    return fault_strikes() ? NULL : __real_realpath(path, resolved);
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
    return fault_strikes() ? NULL : __real_fopen(path, mode);
}

FILE *__wrap_fdopen(int fd, const char *mode)
{
    return fault_strikes() ? NULL : __real_fdopen(fd, mode);
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
    return fault_strikes() ? NULL : __real_open_memstream(text, size);
}

DIR *__wrap_fdopendir(int fd)
{
    return fault_strikes() ? NULL : __real_fdopendir(fd);
}

/* ---- the loops ---- */

static inline int faults_setup(void **state)
{
    (void)state;
    json_memory_failures(); /* jansson allocates as we do */
    json_object_seed(1);    /* not at the first object */
    return 0;
}

/* What is tried: 0 and a checked result, or a negative errno and *err. */
typedef int fault_try_fn(const void *data, struct error *err);

enum fault_mode {
    FAULT_STRICT = 0,   /* an allocation that fails is an error, always */
    FAULT_TOLERANT = 1, /* or it does not matter: a right result all the same */
};

/* One allocation fails, or it and all after it: returns true when no allocation failed any more. */
static inline bool fault_once(const char *what, fault_try_fn *try, const void *data, long n,
                              bool lasting, enum fault_mode mode, long *ret_survived)
{
    struct error err = ERROR_INIT;
    long before = n_live;
    int fds = count_open_fds();
    fault.armed = true;
    fault.lasting = lasting;
    fault.n_left = n;
    fault.n_struck = 0;
    int r = try(data, &err);
    fault.armed = false;
    const char *how = lasting ? "and all after it" : "alone";
    if (n_live != before)
        fail_msg("%s: allocation %ld %s failed: %ld blocks leaked (r %d: %s)", what, n, how,
                 n_live - before, r, err.text);
    if (count_open_fds() != fds)
        fail_msg("%s: allocation %ld %s failed: %d descriptors leaked (r %d: %s)", what, n, how,
                 count_open_fds() - fds, r, err.text);
    if (fault.n_struck == 0) {
        if (r < 0)
            fail_msg("%s: nothing failed, and yet: %d %s", what, r, err.text);
        return true;
    }
    if (r == 0 && mode == FAULT_STRICT)
        fail_msg("%s: allocation %ld %s failed and nobody noticed", what, n, how);
    if (r < 0 && r != -ENOMEM)
        fail_msg("%s: allocation %ld %s failed: %d, want -ENOMEM (%s)", what, n, how, r, err.text);
    if (r < 0 && (err.code != r || !err.text[0]))
        fail_msg("%s: allocation %ld %s failed: %d without its error (%d '%s')", what, n, how, r,
                 err.code, err.text);
    *ret_survived += r == 0;
    return false;
}

/* Every `step`th allocation fails once.  At least `least` of them are expected: else this tests nothing. */
static inline void fault_every(const char *what, fault_try_fn *try, const void *data, long step,
                               enum fault_mode mode, long least)
{
    long n = 0, survived = 0;
    for (int lasting = 0; lasting < 2; lasting++) {
        n = lasting && step > 1 ? step / 2 : 0;
        while (!fault_once(what, try, data, n, lasting, mode, &survived))
            n += step;
    }
    print_message("# %s: %ld allocations, %ld failures did not matter\n", what, n, survived);
    assert_true(n >= least);
}

#endif
