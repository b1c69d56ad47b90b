/* Static data, from the headers of programs: real ones, and hostile bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/util.h"

static volatile char block[3 << 20]; /* this program's own static data */
static _Thread_local volatile char per_thread[1 << 20];

static int64_t bytes_of(const void *bytes, size_t n)
{
    int fd = memfd_create("elf", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, n), n);
    int64_t r = elf_static_bytes_of(fd);
    close(fd);
    return r;
}

struct image {
    Elf64_Ehdr head;
    Elf64_Phdr segments[3];
};

static struct image good_image(void)
{
    struct image i = {0};
    memcpy(i.head.e_ident, ELFMAG, SELFMAG);
    i.head.e_ident[EI_CLASS] = ELFCLASS64;
    i.head.e_ident[EI_DATA] = ELFDATA2LSB;
    i.head.e_phoff = offsetof(struct image, segments);
    i.head.e_phentsize = sizeof(Elf64_Phdr);
    i.head.e_phnum = 3;
    i.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_memsz = 1000};
    i.segments[1] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_memsz = 300};
    i.segments[2] = (Elf64_Phdr){.p_type = PT_TLS, .p_flags = PF_R, .p_memsz = 20};
    return i;
}

static void test_elf_of_this_program(void **state)
{
    (void)state;
    block[0] = per_thread[0] = 1;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int64_t bytes = elf_static_bytes_of(fd);
    assert_in_range(bytes, 4 << 20, 24 << 20); /* sanitizers add their own */
    close(fd);
}

static void test_elf_counts_writable_and_tls(void **state)
{
    (void)state;
    struct image i = good_image();
    assert_int_equal(bytes_of(&i, sizeof i), 320);
}

static void test_elf_hostile(void **state)
{
    (void)state;
    struct image i = good_image();
    assert_int_equal(bytes_of(&i, sizeof i - 1), -1); /* cut short */
    assert_int_equal(bytes_of(&i, 10), -1);
    assert_int_equal(bytes_of("#!/bin/sh\n", 10), -1);
    i.segments[1].p_memsz = i.segments[2].p_memsz = UINT64_MAX;
    assert_int_equal(bytes_of(&i, sizeof i), INT64_MAX);
    i.segments[1].p_memsz = INT64_MAX; /* the sum overflows */
    i.segments[2].p_memsz = 1;
    assert_int_equal(bytes_of(&i, sizeof i), INT64_MAX);
    i = good_image();
    i.head.e_phnum = 65535;
    assert_int_equal(bytes_of(&i, sizeof i), -1);
    i.head.e_phnum = 0;
    assert_int_equal(bytes_of(&i, sizeof i), -1);
    i = good_image();
    i.head.e_phoff = UINT64_MAX;
    assert_int_equal(bytes_of(&i, sizeof i), -1);
    i = good_image();
    i.head.e_phentsize = 1;
    assert_int_equal(bytes_of(&i, sizeof i), -1);
    i = good_image();
    i.head.e_ident[EI_CLASS] = ELFCLASS32;
    assert_int_equal(bytes_of(&i, sizeof i), -1);
}

static void test_elf_finds_the_program(void **state)
{
    (void)state;
    struct image i = good_image();
    int fd = memfd_create("elf", MFD_CLOEXEC);
    assert_int_equal(write(fd, &i, sizeof i), sizeof i);
    struct sandbox_file file = {"program", fd, true};
    struct sandbox_mount mount = {SANDBOX_MOUNT_READ_ONLY, "/proc/self", "/here", false};
    struct sandbox_policy p = {.files = &file, .n_files = 1, .mounts = &mount, .n_mounts = 1};
    static const struct {
        const char *name;
        bool found;
    } cases[] = {
        {"./program", true}, {"/box/program", true}, {"program", false}, /* that is in PATH */
        {"./other", false},  {"/here/exe", true},    {"/here/none", false},
        {"/hereexe", false}, {"/elsewhere", false},
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        const char *const argv[] = {cases[c].name, NULL};
        p.argv = argv;
        assert_int_equal(elf_static_bytes(&p) >= 0, cases[c].found);
    }
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_elf_of_this_program),
        cmocka_unit_test(test_elf_counts_writable_and_tls),
        cmocka_unit_test(test_elf_hostile),
        cmocka_unit_test(test_elf_finds_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
