/* Seeds against HMAC-SHA256 values that Python's hmac made. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/seed.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

/* hmac.new(seed, b"mljudge-test-1\0SLUG\0VERSION\0GROUP\0INDEX", "sha256").hexdigest() */
static const struct {
    const char *seed; /* NULL: public */
    size_t repeat;
    const char *slug;
    int64_t version;
    const char *group;
    int64_t index;
    const char *key;
} vectors[] = {
    {NULL, 0, "knn-classify", 1, "edge", 0,
     "abb32e0515e8497ebe104e5091c2f8d0f10010df6e5c39170fdc973a991b50a4"},
    {NULL, 0, "knn-classify", 1, "edge", 1,
     "a67e13d216375343626b4c6d523d1a8c8c6a155ac1fe3827f4b8c042938d73df"},
    {NULL, 0, "knn-classify", 12, "perf-L", 999,
     "86895e39fcb1763ebf942911d0973292903175207cda3e22714479f911dcf1ae"},
    {"s", 1, "x", 2147483647, "g", 1,
     "ab955993aa252f356c77eaab3ddff3260769a05bcd54221b09e94c35f0d0b317"},
    {"k", 200, "a", 1, "b", 10, "6e2869533520d79b664e31495dcdfa0684f3d8f2624fabf54f9b6ebfe835884a"},
};

static struct seed repeated(const char *text, size_t n)
{
    struct seed seed;
    char bytes[SEED_MAX_BYTES];
    memset(bytes, text[0], sizeof bytes);
    assert_int_equal(seed_set(&seed, bytes, n, NULL), 0);
    return seed;
}

static void test_seed_test_keys_are_hmacs(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct seed seed;
        seed_public(&seed);
        if (vectors[i].seed)
            seed = repeated(vectors[i].seed, vectors[i].repeat);
        unsigned char key[TEST_KEY_BYTES];
        char hex[2 * TEST_KEY_BYTES + 1];
        seed_test_key(&seed, vectors[i].slug, vectors[i].version, vectors[i].group,
                      vectors[i].index, key);
        for (size_t k = 0; k < sizeof key; k++)
            snprintf(hex + 2 * k, 3, "%02x", key[k]);
        assert_string_equal(hex, vectors[i].key);
    }
}

static void test_seed_ids(void **state)
{
    (void)state;
    struct seed seed;
    struct seed derived;
    char id[SEED_ID_HEX];
    seed_public(&seed);
    assert_false(seed.secret);
    assert_int_equal(seed.size, 16);
    seed_id(&seed, id);
    assert_string_equal(id, "c88d5ae0f94cf537");
    seed_derive(&seed, 1, &derived);
    seed_id(&derived, id);
    assert_string_equal(id, "0006d84834145b16");
    assert_true(derived.secret);
    seed = repeated("k", 200);
    assert_true(seed.secret);
    seed_id(&seed, id);
    assert_string_equal(id, "ae4107b558dc9e9b");
    char other[SEED_ID_HEX];
    seed_derive(&seed, 1, &derived);
    seed_id(&derived, id);
    seed_derive(&seed, 2, &derived);
    seed_id(&derived, other);
    assert_string_not_equal(id, other);
}

static void test_seed_lengths(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        int r;
    } cases[] = {{0, -EINVAL}, {1, 0}, {SEED_MAX_BYTES, 0}, {SEED_MAX_BYTES + 1, -EINVAL}};
    char bytes[SEED_MAX_BYTES + 1] = {0};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct seed seed;
        struct error err = ERROR_INIT;
        assert_int_equal(seed_set(&seed, bytes, cases[i].n, &err), cases[i].r);
        assert_int_equal(err.code, cases[i].r);
        assert_int_equal(strlen(err.text) > 0, cases[i].r < 0);
    }
}

static void test_seed_from_file_without_one_newline(void **state)
{
    (void)state;
    char folder[64];
    char path[100];
    temp_make(folder);
    static char large[SEED_MAX_BYTES + 2];
    memset(large, 'x', sizeof large);
    large[SEED_MAX_BYTES] = '\n';
    const struct {
        const char *bytes;
        size_t n;
        int r;
        size_t size;
    } cases[] = {
        {"abc", 3, 0, 3},
        {"abc\n", 4, 0, 3},
        {"abc\n\n", 5, 0, 4},
        {"a\0c\r\n", 5, 0, 4},
        {"\n", 1, -EINVAL, 0},
        {"", 0, -EINVAL, 0},
        {large, SEED_MAX_BYTES, 0, SEED_MAX_BYTES},
        {large, SEED_MAX_BYTES + 1, 0, SEED_MAX_BYTES},
        {large, SEED_MAX_BYTES + 2, -EFBIG, 0},
    };
    snprintf(path, sizeof path, "%s/seed", folder);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct seed seed;
        struct error err = ERROR_INIT;
        temp_write(folder, "seed", cases[i].bytes, cases[i].n);
        assert_int_equal(seed_from_file(&seed, path, &err), cases[i].r);
        if (cases[i].r < 0) {
            assert_non_null(strstr(err.text, path));
            continue;
        }
        assert_int_equal(seed.size, cases[i].size);
        assert_memory_equal(seed.bytes, cases[i].bytes, cases[i].size);
    }
    struct seed seed;
    struct error err = ERROR_INIT;
    assert_int_equal(seed_from_file(&seed, "/no/such/seed", &err), -ENOENT);
    assert_non_null(strstr(err.text, "/no/such/seed"));
    temp_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed_test_keys_are_hmacs),
        cmocka_unit_test(test_seed_ids),
        cmocka_unit_test(test_seed_lengths),
        cmocka_unit_test(test_seed_from_file_without_one_newline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
