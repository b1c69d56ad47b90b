/* The cache: private, bounded, its entries checked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/cache.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char folder[64];

static int set_up(void **state)
{
    (void)state;
    temp_make(folder);
    return setenv("XDG_CACHE_HOME", folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    temp_remove(folder);
    return 0;
}

static struct cache opened(void)
{
    struct cache cache;
    struct error reason = ERROR_INIT;
    cache_open(&cache, &reason);
    assert_true(cache.dir_fd >= 0);
    assert_int_equal(reason.code, 0);
    return cache;
}

static void assert_entry(const struct cache *cache, const char *key, const char *bytes, size_t size)
{
    struct mapping mapping;
    assert_int_equal(cache_get(cache, "kind", key, &mapping), 0);
    assert_int_equal(mapping.size, size);
    assert_memory_equal(size ? mapping.bytes : "", bytes, size);
    mapping_done(&mapping);
}

static void test_cache_put_and_get(void **state)
{
    (void)state;
    struct cache cache = opened();
    struct mapping mapping;
    assert_int_equal(cache_get(&cache, "kind", KEY, &mapping), -ENOENT);
    cache_put(&cache, "kind", KEY, "bytes\0more", 10);
    assert_entry(&cache, KEY, "bytes\0more", 10);
    assert_int_equal(cache_get(&cache, "other", KEY, &mapping), -ENOENT);
    cache_put(&cache, "kind", KEY, "", 0);
    assert_entry(&cache, KEY, "", 0);
    static char page[8192]; /* entry and checksum need different numbers of pages */
    cache_put(&cache, "kind", KEY, page, sizeof page);
    assert_entry(&cache, KEY, page, sizeof page);
    cache_close(&cache);
    cache_close(&cache);
    cache = opened(); /* it outlives a run */
    assert_entry(&cache, KEY, page, sizeof page);
    char **names = NULL;
    size_t n = 0;
    assert_int_equal(dir_names(cache.dir_fd, &names, &n, NULL), 0);
    assert_int_equal(n, 1); /* nothing half-written stays */
    names_free(names, n);
    struct stat st;
    assert_int_equal(fstatat(cache.dir_fd, "kind-" KEY, &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    cache_close(&cache);
}

static void test_cache_damage_is_not_believed(void **state)
{
    (void)state;
    struct cache cache = opened();
    struct mapping mapping;
    static const off_t at[] = {0, 5, 9, 10, 41};
    for (size_t i = 0; i < ARRAY_LEN(at); i++) { /* any byte, the checksum's too */
        cache_put(&cache, "kind", KEY, "0123456789", 10);
        int fd = openat(cache.dir_fd, "kind-" KEY, O_RDWR | O_CLOEXEC);
        char byte;
        assert_int_equal(pread(fd, &byte, 1, at[i]), 1);
        byte = (char)(byte ^ 1);
        assert_int_equal(pwrite(fd, &byte, 1, at[i]), 1);
        close(fd);
        assert_int_equal(cache_get(&cache, "kind", KEY, &mapping), -ENOENT);
    }
    for (off_t size = 0; size < 42; size += 7) { /* cut anywhere */
        cache_put(&cache, "kind", KEY, "0123456789", 10);
        assert_entry(&cache, KEY, "0123456789", 10);
        int fd = openat(cache.dir_fd, "kind-" KEY, O_RDWR | O_CLOEXEC);
        assert_int_equal(ftruncate(fd, size), 0);
        close(fd);
        assert_int_equal(cache_get(&cache, "kind", KEY, &mapping), -ENOENT);
    }
    /* Under another name it is another entry. */
    cache_put(&cache, "kind", KEY, "0123456789", 10);
    assert_int_equal(renameat(cache.dir_fd, "kind-" KEY, cache.dir_fd, "kind-x"), 0);
    assert_int_equal(cache_get(&cache, "kind", "x", &mapping), -ENOENT);
    /* Not a link, not a folder, not a FIFO. */
    cache_put(&cache, "kind", "y", "0123456789", 10);
    assert_int_equal(symlinkat("kind-y", cache.dir_fd, "kind-l"), 0);
    assert_int_equal(mkdirat(cache.dir_fd, "kind-d", 0700), 0);
    assert_int_equal(mkfifoat(cache.dir_fd, "kind-f", 0600), 0);
    static const char *const names[] = {"l", "d", "f"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_int_equal(cache_get(&cache, "kind", names[i], &mapping), -ENOENT);
    cache_close(&cache);
}

static void test_cache_folder_is_private(void **state)
{
    (void)state;
    char path[100];
    struct stat st;
    struct cache cache = opened();
    cache_close(&cache);
    snprintf(path, sizeof path, "%s/mljudge", folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(chmod(path, 0777), 0);
    cache = opened();
    cache_close(&cache);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    if (geteuid() == 0) { /* only root can make a folder that is somebody else's */
        struct error reason = ERROR_INIT;
        assert_int_equal(chown(path, 65534, 65534), 0);
        cache_open(&cache, &reason);
        assert_int_equal(cache.dir_fd, -1);
        assert_non_null(strstr(reason.text, "somebody else"));
        assert_int_equal(chown(path, 0, 0), 0);
    }
    struct error reason = ERROR_INIT;
    temp_remove(path);
    assert_int_equal(symlink("/tmp", path), 0);
    cache_open(&cache, &reason);
    assert_int_equal(cache.dir_fd, -1);
    assert_true(reason.code < 0);
    unlink(path);
}

static void test_cache_without_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *xdg, *home;
        bool works;
    } cases[] = {
        {NULL, NULL, false}, {"relative", NULL, false}, {"/proc/none", NULL, false},
        {"", "", false},     {NULL, "HOME", true},      {"relative", "HOME", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct cache cache;
        struct error reason = ERROR_INIT;
        unsetenv("XDG_CACHE_HOME");
        unsetenv("HOME");
        if (cases[i].xdg)
            setenv("XDG_CACHE_HOME", cases[i].xdg, 1);
        if (cases[i].home)
            setenv("HOME", strcmp(cases[i].home, "HOME") == 0 ? folder : cases[i].home, 1);
        cache_open(&cache, &reason);
        assert_int_equal(cache.dir_fd >= 0, cases[i].works);
        assert_int_equal(reason.code == 0, cases[i].works);
        struct mapping mapping;
        cache_put(&cache, "kind", KEY, "x", 1); /* harmless without a cache */
        assert_int_equal(cache_get(&cache, "kind", KEY, &mapping), cases[i].works ? 0 : -ENOENT);
        mapping_done(&mapping);
        cache_close(&cache);
    }
    setenv("XDG_CACHE_HOME", folder, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cache_put_and_get),
        cmocka_unit_test(test_cache_damage_is_not_believed),
        cmocka_unit_test(test_cache_folder_is_private),
        cmocka_unit_test(test_cache_without_a_place),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
