/* Seeds: a secret byte string from which every generated test gets a key of its own.
 * test_key = HMAC-SHA256(seed, "mljudge-test-1" 0x00 slug 0x00 version 0x00 group 0x00 index).
 * The seed itself is never printed, logged or named in a file. */
#ifndef MLJUDGE_SEED_H
#define MLJUDGE_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/error.h"

#define SEED_MAX_BYTES 1024
#define SEED_ID_HEX    17
#define TEST_KEY_BYTES 32

struct seed {
    bool secret; /* false: the public seed that practice uses */
    size_t size;
    unsigned char bytes[SEED_MAX_BYTES];
};

void seed_public(struct seed *seed); /* the 16 bytes "mljudge-public-1" */

/* -EINVAL if empty or too long. */
int seed_set(struct seed *seed, const void *bytes, size_t size, struct error *err);

/* The whole file, without one final newline. */
int seed_from_file(struct seed *seed, const char *path, struct error *err);

/* First 16 hexadecimal digits of HMAC(seed, "mljudge-seed-id-1"). */
void seed_id(const struct seed *seed, char id[SEED_ID_HEX]);

void seed_test_key(const struct seed *seed, const char *slug, int64_t version, const char *group,
                   int64_t index, unsigned char key[TEST_KEY_BYTES]);

/* Another seed derived from this one: `verify` proves packages on several. */
void seed_derive(const struct seed *seed, int64_t number, struct seed *ret);

#endif
