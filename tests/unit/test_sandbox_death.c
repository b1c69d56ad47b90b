/* Our own death: kill -9 of the supervisor at any moment leaves no process, no control group, no directory. */
#include "box_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "leftovers.h"

static enum sandbox_tier tier;
static struct sandbox_options options;

/* A supervisor of its own, in a child, that runs boxes until it is killed. */
static pid_t start_supervisor(const char *mark, int n_boxes)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    struct sandbox *s;
    if (sandbox_new(&s, &options, NULL) < 0)
        _exit(1);
    struct sandbox_policy p = COMMAND(
        "/bin/sh", "-c", "trap '' TERM HUP; sleep $0 & (setsid sleep $0 &) ; sleep $0", mark);
    if (tier == SANDBOX_TIER_LANDLOCK)
        p.profile = SANDBOX_PROFILE_COMPILE; /* with files in its directory */
    for (int i = 0; i < n_boxes; i++)
        if (sandbox_start(s, &p, NULL, NULL, NULL, NULL) < 0)
            _exit(2);
    while (sandbox_step(s, -1, NULL) > 0)
        ;
    _exit(3);
}

static void kill_and_check(int after_ms, int n_boxes)
{
    char mark[64];
    /* Also how many seconds they sleep, so each process has it in its command line. */
    snprintf(mark, sizeof mark, "60.%d%03d%d", getpid(), after_ms, n_boxes);
    pid_t pid = start_supervisor(mark, n_boxes);
    pause_ms(after_ms);
    int64_t began = now_ms();
    while (after_ms >= 100 && count_marked(mark) < 4 * n_boxes) { /* later on a busy machine */
        assert_true(now_ms() - began < 10000);
        pause_ms(5);
    }
    kill(pid, SIGKILL);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    int64_t killed = now_ms();
    while (count_marked(mark) > 0 && now_ms() - killed < 1000)
        pause_ms(5);
    assert_true(now_ms() - killed <
                (is_emulated() ? 1000 : 100 + 50)); /* 100 ms, and our own pauses */
    int64_t limit = is_emulated() ? 10000 : 1000;
    while (count_groups(tier, pid) + count_directories(pid) > 0 && now_ms() - killed < limit)
        pause_ms(10);
    assert_int_equal(count_groups(tier, pid), 0);
    assert_int_equal(count_directories(pid), 0);
}

static void test_kill_leaves_nothing(void **state)
{
    (void)state;
    int settled_ms = is_emulated() ? 1500 : 150;
    kill_and_check(settled_ms, 1);
    kill_and_check(settled_ms, 3);
}

/* At any moment, while boxes are being made, too. */
static void test_early_kill_leaves_nothing(void **state)
{
    (void)state;
    for (int ms = 0; ms < 12; ms++)
        kill_and_check(ms, 2);
}

/* A dead owner's groups, with no guard at all. */
static void test_next_supervisor_sweeps(void **state)
{
    (void)state;
    if (tier != SANDBOX_TIER_FULL) {
        print_message("SKIP: no control groups in this tier\n");
        skip();
    }
    struct cgroup_root root;
    assert_int_equal(cgroup_root_open(&root, NULL), 0);
    static const char dead[] = CGROUP_NAME_PREFIX "999999.1000.00000000.0";
    static const char young[] = CGROUP_NAME_PREFIX "999999.99999999999.00000000.0";
    static const char owned[] = CGROUP_NAME_PREFIX "999998.1000.00000000.0";
    for (int i = 0; i < root.n_dirs; i++) {
        assert_int_equal(mkdirat(root.parents[i], dead, 0755), 0);
        assert_int_equal(mkdirat(root.parents[i], young, 0755), 0);
        assert_int_equal(mkdirat(root.parents[i], owned, 0755), 0);
    }
    int lock = openat(root.parents[0], owned, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(lock, LOCK_EX | LOCK_NB), 0);
    cgroup_sweep_dead(&root);
    assert_int_equal(unlinkat(root.parents[0], dead, AT_REMOVEDIR), -1);
    assert_int_equal(errno, ENOENT);
    for (int i = 0; i < root.n_dirs; i++) {
        assert_int_equal(unlinkat(root.parents[i], young, AT_REMOVEDIR), 0);
        int r = unlinkat(root.parents[i], owned, AT_REMOVEDIR);
        assert_true(r == 0 || i > 0); /* only the first was locked */
    }
    close(lock);
    cgroup_root_close(&root);
}

/* The guard itself: no zombie of ours, and gone when we are done. */
static void test_guard_ends_with_the_supervisor(void **state)
{
    (void)state;
    struct sandbox *s;
    assert_int_equal(sandbox_new(&s, &options, NULL), 0);
    struct sandbox_policy p = COMMAND("/bin/true");
    struct sandbox_outcome o;
    int ends[2];
    assert_int_equal(pipe(ends), 0); /* a caller's descriptor without O_CLOEXEC */
    assert_int_equal(sandbox_run(s, &p, -1, &o, NULL), 0);
    sandbox_outcome_done(&o);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    close(ends[1]);
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 0); /* nobody holds the other end */
    close(ends[0]);
    sandbox_free(s);
}

/* sandbox_free() with boxes that still run. */
static void test_free_kills(void **state)
{
    (void)state;
    struct sandbox *s;
    assert_int_equal(sandbox_new(&s, &options, NULL), 0);
    char mark[64];
    snprintf(mark, sizeof mark, "60.%d", getpid());
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "sleep $0", mark);
    assert_int_equal(sandbox_start(s, &p, NULL, NULL, NULL, NULL), 0);
    while (count_marked(mark) == 0)
        sandbox_step(s, 10, NULL);
    sandbox_free(s);
    assert_int_equal(count_marked(mark), 0);
    assert_int_equal(count_groups(tier, getpid()), 0);
    assert_int_equal(count_directories(getpid()), 0);
}

/* What a supervisor gets in a child of ours.  In a group of version 2 that was handed over to a user it would
 * have to be alone to have the full tier. */
static int find_tier(void **state)
{
    (void)state;
    if (options_of_test(&options) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox *s;
        struct error err = ERROR_INIT;
        if (sandbox_new(&s, &options, &err) < 0) {
            print_error("sandbox_new: %s\n", err.text);
            _exit(SANDBOX_TIER_NONE);
        }
        int found = (int)sandbox_tier_of(s);
        sandbox_free(s);
        _exit(found);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    tier = (enum sandbox_tier)WEXITSTATUS(status);
    print_message("# tier %s\n", sandbox_tier_name(tier));
    return tier == SANDBOX_TIER_NONE ? -1 : 0;
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kill_leaves_nothing),
        cmocka_unit_test(test_early_kill_leaves_nothing),
        cmocka_unit_test(test_next_supervisor_sweeps),
        cmocka_unit_test(test_guard_ends_with_the_supervisor),
        cmocka_unit_test(test_free_kills),
    };
    return cmocka_run_group_tests(tests, find_tier, NULL);
}
