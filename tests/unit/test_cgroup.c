/* Where our control groups lie, from the texts of /proc; and the small files, on a fake group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/cgroup.h"
#include "sandbox/util.h"

static const char mounts_v1[] =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 master:1 - cgroup cgroup "
    "rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "39 31 0:36 /docker/abc /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
    "40 31 0:37 / /sys/fs/cgroup/system\\040d rw,relatime - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
static const char mounts_v2[] = "23 1 0:22 / /proc rw - proc proc rw\n"
                                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 "
                                "rw,nsdelegate,memory_recursiveprot\n";

static void test_cgroup_find(void **state)
{
    (void)state;
    static const char self_v1[] =
        "9:name=systemd:/\n8:pids:/docker/abc/inner\n4:memory:/process/x y\n"
        "2:cpu,cpuacct:/\n0::/init.scope\n";
    static const struct {
        const char *self, *mounts, *controller, *want; /* NULL: not found */
    } cases[] = {
        {self_v1, mounts_v1, "memory", "/sys/fs/cgroup/memory/process/x y"},
        {self_v1, mounts_v1, "cpuacct", "/sys/fs/cgroup/cpu,cpuacct"},
        {self_v1, mounts_v1, "cpu", "/sys/fs/cgroup/cpu,cpuacct"},
        {self_v1, mounts_v1, "pids", "/sys/fs/cgroup/pids/inner"},
        {self_v1, mounts_v1, "name=systemd", "/sys/fs/cgroup/system d"},
        {self_v1, mounts_v1, "cpuse", NULL},
        {self_v1, mounts_v1, "acct", NULL},
        {self_v1, mounts_v1, NULL, "/sys/fs/cgroup/unified/init.scope"},
        {"0::/user.slice/session-1.scope\n", mounts_v2, NULL,
         "/sys/fs/cgroup/user.slice/session-1.scope"},
        {"0::/\n", mounts_v2, NULL, "/sys/fs/cgroup"},
        {"0::/x", mounts_v2, NULL, "/sys/fs/cgroup/x"}, /* no newline at the end */
        {"8:pids:/elsewhere\n", mounts_v1, "pids", "/sys/fs/cgroup/pids"},
        {"8:pids:/docker/abcd\n", mounts_v1, "pids", "/sys/fs/cgroup/pids"},
        {"0::/\n", mounts_v2, "memory", NULL},
        {"", mounts_v2, NULL, NULL},
        {"0::/\n", "", NULL, NULL},
        {"garbage\n:::\n\n", "1 2 3\n- - -\n", NULL, NULL},
        /* a cgroup namespace: we are outside of what it shows, and must not climb out of the hierarchy */
        {"0::/../outside\n", mounts_v2, NULL, "/sys/fs/cgroup"},
        {"0::/..\n", mounts_v2, NULL, "/sys/fs/cgroup"},
        {"0::/..a/b..\n", mounts_v2, NULL, "/sys/fs/cgroup/..a/b.."},
        {"0::/../../x\n", "30 23 0:26 /../.. /cg rw - cgroup2 cgroup2 rw\n", NULL, "/cg/x"},
        {"0::relative\n", mounts_v2, NULL, NULL},
        {"0::/\n", "30 23 0:26 / relative rw - cgroup2 cgroup2 rw\n", NULL, NULL},
        {"0::/\n", "30 23 0:26 / /a\\999b rw - cgroup2 cgroup2 rw\n", NULL, "/a\\999b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char path[512];
        int r = cgroup_find(cases[i].self, cases[i].mounts, cases[i].controller, path, sizeof path);
        assert_int_equal(r, cases[i].want ? 0 : -ENOENT);
        assert_string_equal(path, cases[i].want ? cases[i].want : "");
    }
    char small[8];
    assert_int_equal(cgroup_find("0::/long-name\n", mounts_v2, NULL, small, sizeof small),
                     -ENAMETOOLONG);
    assert_string_equal(small, "");

    /* Half of a mount point's path would be another place. */
    char mounts[1024], path[512];
    snprintf(mounts, sizeof mounts, "30 23 0:26 / /%0600d rw - cgroup2 cgroup2 rw\n", 0);
    assert_int_equal(cgroup_find("0::/\n", mounts, NULL, path, sizeof path), -ENOENT);
}

static void test_cgroup_usual_path(void **state)
{
    (void)state;
    char path[64];
    assert_int_equal(cgroup_usual_path("4:memory:/a/b\n", "memory", path, sizeof path), 0);
    assert_string_equal(path, "/sys/fs/cgroup/memory/a/b");
    assert_int_equal(cgroup_usual_path("4:memory:/\n", "memory", path, sizeof path), 0);
    assert_string_equal(path, "/sys/fs/cgroup/memory");
    assert_int_equal(cgroup_usual_path("4:memory:/../cpu\n", "memory", path, sizeof path), -ENOENT);
    assert_string_equal(path, "");
    assert_int_equal(cgroup_usual_path("4:pids:/\n", "memory", path, sizeof path), -ENOENT);
    assert_int_equal(cgroup_usual_path("4:memory:/a/b\n", "memory", path, 8), -ENAMETOOLONG);
}

/* A directory of plain files stands for a group. */
static int make_fake(char path[64])
{
    snprintf(path, 64, "/tmp/test-cgroup-XXXXXX");
    assert_non_null(mkdtemp(path));
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(dir >= 0);
    return dir;
}

static void put(int dir, const char *name, const char *text)
{
    int fd = openat(dir, name, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void remove_fake(const char *path, int dir, const char *const *names)
{
    for (; *names; names++)
        unlinkat(dir, *names, 0);
    close(dir);
    assert_int_equal(rmdir(path), 0);
}

static void test_cgroup_numbers(void **state)
{
    (void)state;
    char path[64];
    int dir = make_fake(path);
    put(dir, "n", "12345678901\n");
    put(dir, "stat",
        "usage_usec 700\nuser_usec 500\nusage 3\noom_kill_disable 0\noom_kill 2\nempty\n");
    put(dir, "max", "max\n");
    put(dir, "bad", "");
    assert_int_equal(cgroup_read_number(dir, "n"), 12345678901);
    assert_int_equal(cgroup_read_number(dir, "max"), -1);
    assert_int_equal(cgroup_read_number(dir, "bad"), -1);
    assert_int_equal(cgroup_read_number(dir, "none"), -1);
    assert_int_equal(cgroup_read_keyed(dir, "stat", "usage_usec"), 700);
    assert_int_equal(cgroup_read_keyed(dir, "stat", "usage"), 3);
    assert_int_equal(cgroup_read_keyed(dir, "stat", "oom_kill"), 2);
    assert_int_equal(cgroup_read_keyed(dir, "stat", "user"), -1);
    assert_int_equal(cgroup_read_keyed(dir, "stat", "empty"), -1);
    remove_fake(path, dir, (const char *const[]){"n", "stat", "max", "bad", NULL});
}

/* Version 2's own arithmetic, on a fake group: this needs no version 2 kernel. */
static void test_cgroup2_counters(void **state)
{
    (void)state;
    char path[64];
    int dir = make_fake(path);
    put(dir, "cpu.stat", "usage_usec 1500\nuser_usec 1\n");
    put(dir, "memory.current", "4096\n");
    put(dir, "memory.peak", "8192\n");
    put(dir, "memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 5\noom_group_kill 1\n");
    put(dir, "memory.max", "");
    put(dir, "memory.swap.max", "");
    put(dir, "memory.zswap.max", "");
    put(dir, "memory.oom.group", "");
    put(dir, "pids.max", "");
    struct cgroup_root root = {.version = 2, .n_dirs = 1};
    struct cgroup group = {
        .root = &root, .dirs = {dir, -1, -1}, .cpu_fd = -1, .peak_fd = -1, .oom_kills_before = 3};
    root.has_swap_limit = true;
    assert_int_equal(cgroup2.set_up(&group, 64 << 20, 9, NULL), 0);
    assert_int_equal(cgroup_cpu_ns(&group), 1500000);
    assert_int_equal(cgroup_memory_now(&group), 4096);
    assert_int_equal(cgroup_memory_peak(&group), 8192);
    assert_int_equal(cgroup_oom_kills(&group), 2); /* cumulative: the difference */
    assert_int_equal(cgroup_read_number(dir, "memory.max"), 64 << 20);
    assert_int_equal(cgroup_read_number(dir, "memory.swap.max"), 0);
    assert_int_equal(cgroup_read_number(dir, "memory.oom.group"), 1);
    assert_int_equal(cgroup_read_number(dir, "pids.max"), 9);
    assert_true(root.has_swap_limit);
    close(group.cpu_fd);
    close(group.peak_fd);
    remove_fake(path, dir,
                (const char *const[]){"cpu.stat", "memory.current", "memory.peak", "memory.events",
                                      "memory.max", "memory.swap.max", "memory.zswap.max",
                                      "memory.oom.group", "pids.max", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cgroup_find),
        cmocka_unit_test(test_cgroup_usual_path),
        cmocka_unit_test(test_cgroup_numbers),
        cmocka_unit_test(test_cgroup2_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
