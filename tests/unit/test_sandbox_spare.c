/* live: Boxes prepared ahead: what runs in one is what runs in any, and nothing of them stays. */
#include "box_fixture.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sandbox/cgroup.h"

/* ---- in the box ---- */

static int burn(void)
{
    volatile unsigned i = 1;
    while (i)
        i = i % 1000 + 1;
    return 0;
}

static int touch_mib(size_t mib)
{
    char *p = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; p != MAP_FAILED && i < mib << 20; i += 4096)
        p[i] = 1;
    return p == MAP_FAILED;
}

static int leave_and_look(void)
{
    struct stat st;
    int n_found = (stat("/tmp/left", &st) == 0) + (stat("left", &st) == 0);
    int n_made = 0;
    const char *const names[] = {"/tmp/left", "left"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        int fd = open(names[i], O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        n_made += fd >= 0;
    }
    printf("found %d, made %d, pid %d\n", n_found, n_made, getpid());
    return 0;
}

static int say_identity(void)
{
    char text[64] = "";
    ssize_t n = readlink("/proc/self/ns/pid", text, sizeof text - 1);
    printf("%u %.*s\n", getuid(), (int)(n > 0 ? n : 0), text);
    return 0;
}

static int pass_on(void)
{
    char byte, text[16];
    if (write(3, "r", 1) != 1 || read(4, &byte, 1) != 1)
        return 2;
    ssize_t n = pread(5, text, sizeof text, 0);
    return n > 0 && write(1, text, (size_t)n) == n ? 0 : 3;
}

/* Writes until it is stopped. */
static int fill(void)
{
    static char bytes[1 << 16];
    int fd = open("/tmp/fill", O_CREAT | O_WRONLY, 0600);
    for (int i = 0; i < 512 * 16; i++)
        if (write(fd, bytes, sizeof bytes) < 0)
            return errno;
    return 0;
}

static int in_box(int argc, char **argv)
{
    const char *what = argv[2];
    (void)argc;
    if (!strcmp(what, "exit"))
        return 7;
    if (!strcmp(what, "signal"))
        return raise(SIGABRT);
    if (!strcmp(what, "burn"))
        return burn();
    if (!strcmp(what, "touch"))
        return touch_mib(512);
    if (!strcmp(what, "socket"))
        return socket(AF_INET, SOCK_STREAM, 0) >= 0;
    if (!strcmp(what, "fill"))
        return fill();
    if (!strcmp(what, "leave"))
        return leave_and_look();
    if (!strcmp(what, "identity"))
        return say_identity();
    if (!strcmp(what, "pass-on"))
        return pass_on();
    return 99;
}

/* ---- outside ---- */

/* The test program is shown by a mount: a policy with files has no spares. */
static char self_path[4096];
static struct sandbox_mount mounts[ARRAY_LEN(host_mounts) + 1];

static struct sandbox_policy spare_policy(const char *const *argv)
{
    struct sandbox_policy p = box_policy(argv);
    ssize_t n = readlink("/proc/self/exe", self_path, sizeof self_path - 1);
    assert_true(n > 0);
    self_path[n] = 0;
    memcpy(mounts, host_mounts, sizeof host_mounts);
    mounts[ARRAY_LEN(host_mounts)] =
        (struct sandbox_mount){SANDBOX_MOUNT_READ_ONLY, self_path, "/self", false};
    p.mounts = mounts;
    p.n_mounts = ARRAY_LEN(mounts);
    p.n_files = 0;
    p.spare = true;
    return p;
}

#define SPARE(...) spare_policy((const char *const[]){"/self", "in-box", __VA_ARGS__, NULL})

static void test_ends_are_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        enum sandbox_end end;
    } cases[] = {
        {"exit", SANDBOX_END_EXITED},  {"signal", SANDBOX_END_SIGNALED}, {"burn", SANDBOX_END_CPU},
        {"touch", SANDBOX_END_MEMORY}, {"socket", SANDBOX_END_EXITED},
    };
    for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) { /* from the second on in a spare */
        struct sandbox_policy p = SPARE(cases[i / 2].what);
        if (cases[i / 2].end == SANDBOX_END_CPU)
            p.run.cpu_us = 200000;
        p.run.memory_bytes = 64 * MIB;
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, cases[i / 2].end);
        if (!strcmp(cases[i / 2].what, "exit"))
            assert_int_equal(o.exit_code, 7);
        if (!strcmp(cases[i / 2].what, "socket")) {
            assert_int_equal(o.exit_code, 0);
            assert_int_equal(o.n_blocked, o.listener ? 1 : 0);
        }
        sandbox_outcome_done(&o);
    }
}

static void test_memory_is_told_apart(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS);
    for (int i = 0; i < 4; i++) { /* each twice: from the second on in a spare */
        struct sandbox_policy p = i < 2 ? SPARE("touch") : SPARE("fill");
        p.run.memory_bytes = 64 * MIB;
        p.work_bytes = 512 * MIB;
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, SANDBOX_END_MEMORY);
        if (i < 2)
            assert_in_range(o.tmpfs_bytes, 0, MIB);
        else
            assert_true(o.tmpfs_bytes > 48 * MIB);
        sandbox_outcome_done(&o);
    }
}

static void test_nothing_is_left_for_the_next(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS);
    for (int i = 0; i < 3; i++) {
        struct sandbox_policy p = SPARE("leave");
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_output(&o, "found 0, made 2, pid 2\n");
        sandbox_outcome_done(&o);
    }
}

static void test_each_has_an_identity(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS);
    char before[64] = "";
    for (int i = 0; i < 3; i++) {
        struct sandbox_policy p = SPARE("identity");
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_in_range(o.out.n_kept, 5, sizeof before - 1);
        assert_true(memcmp(before, o.out.bytes, o.out.n_kept) != 0);
        memset(before, 0, sizeof before);
        memcpy(before, o.out.bytes, o.out.n_kept);
        sandbox_outcome_done(&o);
    }
}

static void test_descriptors_and_the_barrier(void **state)
{
    (void)state;
    int fd = memfd_create("given", MFD_CLOEXEC);
    assert_int_equal(write(fd, "given", 5), 5);
    const struct sandbox_fd fds[] = {{fd, 5}};
    for (int i = 0; i < 3; i++) {
        struct sandbox_policy p = SPARE("pass-on");
        p.fds = fds;
        p.n_fds = 1;
        p.barrier = true;
        p.ready_target = 3;
        p.go_target = 4;
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_output(&o, "given");
        assert_true(o.ready);
        assert_true(o.prepare.cpu_us > 0);
        sandbox_outcome_done(&o);
    }
    close(fd);
}

static void test_another_view_is_another_box(void **state)
{
    (void)state;
    struct sandbox_policy p = SPARE("exit");
    struct sandbox_outcome o = run_box(&p);
    sandbox_outcome_done(&o);
    struct sandbox_policy without = SPARE("exit");
    without.n_mounts--; /* not there */
    o = run_box(&without);
    assert_end(&o, SANDBOX_END_NOT_STARTED);
    assert_int_equal(o.exec_errno, ENOENT);
    sandbox_outcome_done(&o);
}

/* Kills every box-init that is a child of ours and has no child: only spares are left between boxes. */
static int kill_spares(void)
{
    int n = 0;
    char path[300], text[4096] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = 0;
    for (char *at = text, *end; strtol(at, &end, 10) > 0; at = end)
        n += kill((pid_t)strtol(at, NULL, 10), SIGKILL) == 0;
    return n;
}

static void test_a_dead_spare_is_none(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS);
    for (int i = 0; i < 3; i++) {
        struct sandbox_policy p = SPARE("exit");
        struct sandbox_outcome o;
        struct error err = ERROR_INIT;
        int r = sandbox_run(sandbox, &p, -1, &o, &err);
        if (r <
            0) { /* it had died before we could know: our failure, and the caller may ask again */
            assert_true(i > 0);
            r = sandbox_run(sandbox, &p, -1, &o, &err);
        }
        assert_int_equal(r, 0);
        assert_end(&o, SANDBOX_END_EXITED);
        assert_int_equal(o.exit_code, 7);
        sandbox_outcome_done(&o);
        assert_true(kill_spares() >= 1);
        pause_ms(50);
    }
}

static void test_free_removes_spares(void **state)
{
    (void)state;
    struct sandbox *own, *before = sandbox;
    struct sandbox_options options;
    struct error err = ERROR_INIT;
    assert_int_equal(options_of_test(&options), 0);
    assert_int_equal(sandbox_new(&own, &options, &err), 0);
    sandbox = own;
    struct sandbox_policy p = SPARE("exit");
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_EXITED);
    sandbox_outcome_done(&o);
    sandbox_free(own);
    sandbox = before;
    assert_int_equal(count_directories(getpid()), 0);
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_are_the_same),
        cmocka_unit_test(test_memory_is_told_apart),
        cmocka_unit_test(test_nothing_is_left_for_the_next),
        cmocka_unit_test(test_each_has_an_identity),
        cmocka_unit_test(test_descriptors_and_the_barrier),
        cmocka_unit_test(test_another_view_is_another_box),
        cmocka_unit_test(test_a_dead_spare_is_none),
        cmocka_unit_test(test_free_removes_spares),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
