#include "judge/seed.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "judge/files.h"
#include "sandbox/util.h"

static_assert(TEST_KEY_BYTES == crypto_auth_hmacsha256_BYTES, "a test key is one HMAC-SHA256");

void seed_public(struct seed *seed)
{
    static const char text[] = "mljudge-public-1";
    *seed = (struct seed){.size = sizeof text - 1};
    memcpy(seed->bytes, text, seed->size);
}

int seed_set(struct seed *seed, const void *bytes, size_t size, struct error *err)
{
    if (size == 0)
        return error_set(err, -EINVAL, "the seed is empty");
    if (size > SEED_MAX_BYTES)
        return error_set(err, -EINVAL, "the seed has more than %d bytes", SEED_MAX_BYTES);
    *seed = (struct seed){.secret = true, .size = size};
    memcpy(seed->bytes, bytes, size);
    return 0;
}

int seed_from_file(struct seed *seed, const char *path, struct error *err)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return error_errno(err, "seed file '%s'", path);
    auto_free char *bytes = NULL;
    size_t size = 0;
    int r = file_read(fd, SEED_MAX_BYTES + 1, &bytes, &size, err);
    if (r == 0) {
        if (size > 0 && bytes[size - 1] == '\n')
            size--;
        r = seed_set(seed, bytes, size, err);
        sodium_memzero(bytes, size);
    }
    return r < 0 ? error_prefix(err, r, "seed file '%s'", path) : 0;
}

static void hmac(const struct seed *seed, const void *message, size_t size,
                 unsigned char digest[crypto_auth_hmacsha256_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, seed->bytes, seed->size);
    crypto_auth_hmacsha256_update(&state, message, size);
    crypto_auth_hmacsha256_final(&state, digest);
}

void seed_id(const struct seed *seed, char id[SEED_ID_HEX])
{
    static const char label[] = "mljudge-seed-id-1";
    unsigned char digest[crypto_auth_hmacsha256_BYTES];
    hmac(seed, label, sizeof label - 1, digest);
    sodium_bin2hex(id, SEED_ID_HEX, digest, (SEED_ID_HEX - 1) / 2);
}

void seed_test_key(const struct seed *seed, const char *slug, int64_t version, const char *group,
                   int64_t index, unsigned char key[TEST_KEY_BYTES])
{
    char message[512];
    int n = snprintf(message, sizeof message, "mljudge-test-1%c%s%c%" PRId64 "%c%s%c%" PRId64, 0,
                     slug, 0, version, 0, group, 0, index);
    assert(n > 0 && (size_t)n < sizeof message);
    hmac(seed, message, (size_t)n, key);
}

void seed_derive(const struct seed *seed, int64_t number, struct seed *ret)
{
    char message[64];
    int n = snprintf(message, sizeof message, "mljudge-verify-1%c%" PRId64, 0, number);
    unsigned char digest[crypto_auth_hmacsha256_BYTES];
    hmac(seed, message, (size_t)n, digest);
    *ret = (struct seed){.secret = true, .size = sizeof digest};
    memcpy(ret->bytes, digest, sizeof digest);
}
