#include "judge/json_memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "sandbox/util.h"

/* Token buffers double (32, 64, ...); all of one text need less than four times its size, and so do strings that
 * happen to be as long as such a buffer. */
#define RESERVE_TIMES    8
#define RESERVE_BYTES    4096
#define BUFFER_MIN_BYTES 32

static _Thread_local unsigned long n_failed;
static _Thread_local char *reserve; /* while a text is read */
static _Thread_local size_t reserve_used, reserve_size;

static bool may_be_buffer(size_t size)
{
    return size >= BUFFER_MIN_BYTES && (size & (size - 1)) == 0;
}

static void *counted_malloc(size_t size)
{
    void *bytes = malloc(size);
    if (bytes)
        return bytes;
    n_failed++;
    /* A token's buffer must not fail; anything else ends the reading, as it should. */
    if (!reserve || !may_be_buffer(size) || size > reserve_size - reserve_used)
        return NULL;
    bytes = reserve + reserve_used;
    reserve_used += size;
    return bytes;
}

static void counted_free(void *bytes)
{
    uintptr_t at = (uintptr_t)bytes, first = (uintptr_t)reserve;
    if (!reserve || at < first || at >= first + reserve_size)
        free(bytes);
}

/* What was allocated before the first call is malloc's, too. */
unsigned long json_memory_failures(void)
{
    json_set_alloc_funcs(counted_malloc, counted_free);
    return n_failed;
}

int json_read(const char *text, size_t size, size_t flags, json_t **ret, json_error_t *error)
{
    size_t needed = 0;
    *ret = NULL;
    if (__builtin_mul_overflow(size, RESERVE_TIMES, &needed))
        return -ENOMEM;
    auto_free char *bytes = malloc(needed + RESERVE_BYTES); /* never touched if nothing fails */
    if (!bytes)
        return -ENOMEM;
    unsigned long failures = json_memory_failures();
    reserve = bytes;
    reserve_used = 0;
    reserve_size = needed + RESERVE_BYTES;
    json_t *json = json_loadb(text, size, flags, error);
    bool out_of_memory = n_failed != failures;
    if (out_of_memory) {
        json_decref(json); /* parts of it may lie in the reserve */
        json = NULL;
    }
    reserve = NULL;
    *ret = json;
    return json ? 0 : out_of_memory ? -ENOMEM : -EINVAL;
}
