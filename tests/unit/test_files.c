/* Files opened beneath a folder, read up to a bound, sealed in memory, hashed as a tree. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "judge/files.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static int folder_fd = -1;

static int set_up(void **state)
{
    (void)state;
    char path[128];
    temp_make(folder);
    folder_fd = temp_open(folder);
    temp_text(folder, "in/a.txt", "0123456789");
    temp_text(folder, "in/sub/b.txt", "b");
    temp_text(folder, "outside.txt", "secret");
    assert_int_equal(symlinkat("a.txt", folder_fd, "in/link"), 0);
    assert_int_equal(symlinkat("../outside.txt", folder_fd, "in/out"), 0);
    assert_int_equal(symlinkat("sub", folder_fd, "in/dirlink"), 0);
    assert_int_equal(symlinkat("/proc/self/fd/0", folder_fd, "in/magic"), 0);
    snprintf(path, sizeof path, "%s/in/fifo", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close(folder_fd);
    temp_remove(folder);
    return 0;
}

static void test_files_stay_beneath(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int r; /* 0: opens; else the error */
    } cases[] = {
        {"a.txt", 0},
        {"./a.txt", 0},
        {"sub/../a.txt", 0},
        {"sub/b.txt", 0},
        {"../outside.txt", -EXDEV},
        {"sub/../../outside.txt", -EXDEV},
        {"/etc/passwd", -EXDEV},
        {"link", -ELOOP},
        {"out", -ELOOP},
        {"dirlink/b.txt", -ELOOP},
        {"magic", -ELOOP},
        {"fifo", -EINVAL},
        {"sub", -EINVAL},
        {"none", -ENOENT},
        {"", -ENOENT},
        {"a.txt/x", -ENOTDIR},
    };
    int in = dir_open_beneath(folder_fd, "in", NULL);
    assert_true(in >= 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct error err = ERROR_INIT;
        int fd = file_open_beneath(in, cases[i].path, &err);
        if (cases[i].r == 0) {
            assert_true(fd >= 0);
            assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
            close(fd);
        } else {
            assert_int_equal(fd, cases[i].r);
            assert_true(strlen(err.text) > 0);
        }
    }
    assert_int_equal(dir_open_beneath(in, "dirlink", NULL), -ELOOP);
    assert_int_equal(dir_open_beneath(in, "..", NULL), -EXDEV);
    assert_int_equal(dir_open_beneath(in, "a.txt", NULL), -ENOTDIR);
    close(in);
}

static void test_files_read_up_to_a_bound(void **state)
{
    (void)state;
    static const struct {
        size_t max;
        int r;
    } cases[] = {{9, -EFBIG}, {10, 0}, {11, 0}, {0, -EFBIG}, {1 << 20, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *bytes = NULL;
        size_t size = 0;
        assert_int_equal(
            file_read_beneath(folder_fd, "in/a.txt", cases[i].max, &bytes, &size, NULL),
            cases[i].r);
        if (cases[i].r == 0) {
            assert_int_equal(size, 10);
            assert_string_equal(bytes, "0123456789"); /* ends in NUL */
            free(bytes);
        }
    }
    /* A pipe has no size: it is bounded all the same. */
    for (size_t max = 9999; max <= 10001; max++) {
        int ends[2];
        char chunk[10000] = {1};
        char *bytes = NULL;
        size_t size = 0;
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], chunk, sizeof chunk), sizeof chunk);
        close(ends[1]);
        assert_int_equal(file_read(ends[0], max, &bytes, &size, NULL), max < 10000 ? -EFBIG : 0);
        assert_int_equal(size, max < 10000 ? 0 : 10000);
        free(bytes);
        close(ends[0]);
    }
    char *bytes = NULL;
    size_t size = 1;
    temp_text(folder, "in/empty", "");
    assert_int_equal(file_read_beneath(folder_fd, "in/empty", 0, &bytes, &size, NULL), 0);
    assert_int_equal(size, 0);
    free(bytes);
}

static void test_files_sealed_memory_cannot_change(void **state)
{
    (void)state;
    int fd = memfd_sealed("test", "0123456789", 10, NULL);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(pwrite(fd, "x", 1, 10), -1);
    assert_int_equal(ftruncate(fd, 5), -1);
    assert_int_equal(ftruncate(fd, 50), -1);
    assert_ptr_equal(mmap(NULL, 10, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), -1);
    close(fd);
    /* What is sealed later can be written before. */
    fd = memfd_empty("test", NULL);
    assert_int_equal(fd_write_all(fd, "abc", 3, NULL), 0);
    assert_int_equal(memfd_seal(fd, NULL), 0);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    close(fd);
}

static void test_files_mapping_is_bounded(void **state)
{
    (void)state;
    struct mapping mapping;
    int fd = memfd_sealed("test", "0123456789", 10, NULL);
    assert_int_equal(mapping_open(&mapping, fd, 9, NULL), -EFBIG);
    assert_null(mapping.bytes);
    assert_int_equal(mapping_open(&mapping, fd, 10, NULL), 0);
    assert_int_equal(mapping.size, 10);
    assert_memory_equal(mapping.bytes, "0123456789", 10);
    mapping_done(&mapping);
    mapping_done(&mapping);
    close(fd);
    fd = memfd_sealed("test", NULL, 0, NULL);
    assert_int_equal(mapping_open(&mapping, fd, 0, NULL), 0);
    assert_null(mapping.bytes);
    assert_int_equal(mapping.size, 0);
    mapping_done(&mapping);
    close(fd);
}

static void test_files_names_are_sorted_as_people_count(void **state)
{
    (void)state;
    static const char *const wanted[] = {"g1", "g2", "g10", "x"};
    temp_text(folder, "names/g10", "");
    temp_text(folder, "names/x", "");
    temp_text(folder, "names/g2", "");
    temp_text(folder, "names/g1", "");
    int fd = dir_open_beneath(folder_fd, "names", NULL);
    for (int round = 0; round < 2; round++) { /* reading does not use the descriptor up */
        char **names = NULL;
        size_t n = 0;
        assert_int_equal(dir_names(fd, &names, &n, NULL), 0);
        assert_int_equal(n, ARRAY_LEN(wanted));
        for (size_t i = 0; i < n; i++)
            assert_string_equal(names[i], wanted[i]);
        names_free(names, n);
    }
    close(fd);
}

static void tree(const char *name, char hex[SHA256_HEX], int wanted)
{
    int fd = dir_open_beneath(folder_fd, name, NULL);
    struct error err = ERROR_INIT;
    assert_true(fd >= 0);
    assert_int_equal(sha256_tree(fd, hex, &err), wanted);
    close(fd);
}

static void test_files_tree_hash(void **state)
{
    (void)state;
    char first[SHA256_HEX];
    char again[SHA256_HEX];
    char path[128];
    temp_text(folder, "t1/b", "two");
    temp_text(folder, "t1/a/x", "one");
    temp_text(folder, "t2/a/x", "one");
    temp_text(folder, "t2/b", "two");
    temp_text(folder, "t2/.hidden", "ignored");
    temp_text(folder, "t2/__pycache__/x.pyc", "ignored");
    tree("t1", first, 0);
    tree("t2", again, 0);
    assert_string_equal(first, again);
    static const struct {
        const char *name, *text;
    } changes[] = {{"t2/b", "twO"}, {"t2/b", "tw"}, {"t2/c", ""}, {"t2/a/y", "one"}};
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        char before[SHA256_HEX];
        tree("t2", before, 0);
        temp_text(folder, changes[i].name, changes[i].text);
        tree("t2", again, 0);
        assert_string_not_equal(before, again);
    }
    /* The same bytes cut into names and contents in another way are another tree. */
    temp_text(folder, "t3/ab", "c");
    temp_text(folder, "t4/a", "bc");
    tree("t3", first, 0);
    tree("t4", again, 0);
    assert_string_not_equal(first, again);
    tree("in", again, -EINVAL); /* links and a FIFO */
    char deep[200] = "deep";
    for (int i = 0; i < 20; i++)
        strcat(deep, "/d");
    strcat(deep, "/file");
    temp_text(folder, deep, "");
    tree("deep", again, -ELOOP);
    snprintf(path, sizeof path, "%s/t1/ln", folder);
    assert_int_equal(symlink("b", path), 0);
    tree("t1", again, -EINVAL);
    sha256_hex("abc", 3, first);
    assert_string_equal(first, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_stay_beneath),
        cmocka_unit_test(test_files_read_up_to_a_bound),
        cmocka_unit_test(test_files_sealed_memory_cannot_change),
        cmocka_unit_test(test_files_mapping_is_bounded),
        cmocka_unit_test(test_files_names_are_sorted_as_people_count),
        cmocka_unit_test(test_files_tree_hash),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
