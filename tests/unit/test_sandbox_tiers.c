/* What is particular to a tier: which one there is and why, and what the lower ones do without control
 * groups or namespaces. */
#include "box_fixture.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sandbox/landlock.h"

/* ---- in the box ---- */

static void *map_shared(int more_flags, int fd)
{
    return mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | more_flags, fd, 0);
}

/* Prints which ways there are to share anonymous memory. */
static int share_memory(void)
{
    char *p = map_shared(MAP_ANONYMOUS, -1);
    if (p != MAP_FAILED) {
        memset(p, 1, 1 << 20);
        printf("anonymous ");
    } else if (errno != EPERM) {
        return 1;
    }
    int zero = open("/dev/zero", O_RDWR);
    if (zero >= 0 && map_shared(0, zero) != MAP_FAILED)
        printf("zero ");
    if (syscall(SYS_memfd_create, "x", 0) >= 0)
        printf("memfd ");
    if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        return 2;
    return 0;
}

/* Every way to signal the process `pid`, which is not of the box; then ourselves. */
static int signal_outside(pid_t pid, pid_t tid)
{
    const struct {
        const char *name;
        long r;
    } tries[] = {
        {"kill", syscall(SYS_kill, pid, SIGKILL)},
        {"kill 0", syscall(SYS_kill, pid, 0)},
        {"tkill", syscall(SYS_tkill, tid, SIGKILL)},
        {"tgkill", syscall(SYS_tgkill, pid, tid, SIGKILL)},
        {"sigqueue", syscall(SYS_rt_sigqueueinfo, pid, SIGKILL, NULL)},
        {"pidfd", syscall(SYS_pidfd_open, pid, 0)},
        {"prlimit", syscall(SYS_prlimit64, pid, RLIMIT_CPU, &(struct rlimit){0, 0}, NULL)},
    };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++)
        if (tries[i].r >= 0)
            printf("%s ", tries[i].name);
    signal(SIGUSR1, SIG_IGN);
    if (raise(SIGUSR1) < 0)
        return 1;
    return 0;
}

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void burn(int ms)
{
    int64_t until = cpu_us() + (int64_t)ms * 1000;
    while (cpu_us() < until)
        ;
}

/* Children that burn and are still alive, unreaped or orphaned when the command ends. */
static int burn_in_many(int ms)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    for (int i = 0; i < 3; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return 2;
        if (pid > 0)
            continue;
        if (i == 2 && fork() > 0)
            _exit(0); /* an orphan */
        burn(ms);
        (void)!write(ends[1], "x", 1);
        if (i != 1)
            pause();
        _exit(0);
    }
    char byte;
    for (int i = 0; i < 3; i++)
        if (read(ends[0], &byte, 1) != 1)
            return 3;
    return 0;
}

/* As a daemon does: out of the session, away from its parent, deaf. */
static int daemonise(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            for (int i = 1; i < 32; i++)
                if (i != SIGKILL && i != SIGSTOP)
                    signal(i, SIG_IGN);
            (void)!write(ends[1], "x", 1);
            for (;;)
                pause();
        }
        _exit(0);
    }
    char byte;
    return read(ends[0], &byte, 1) == 1 ? 0 : 2;
}

/* Forks run away from whoever lists them: each child forks the next and ends.  Bounded by itself, in generations
 * and in time. */
static int run_away(int seconds, bool stay)
{
    time_t until = time(NULL) + seconds;
    for (int line = 0; line < 3; line++) {
        if (fork() != 0)
            continue;
        for (int generation = 0; generation < 20000 && time(NULL) < until; generation++) {
            pid_t pid = fork();
            if (pid > 0)
                _exit(0);
            if (pid < 0)
                nanosleep(&(struct timespec){0, 100000}, NULL);
        }
        _exit(0);
    }
    nanosleep(&(struct timespec){stay ? seconds : 0, 50000000}, NULL);
    return 0;
}

static int in_box(int argc, char **argv)
{
    const char *what = argv[2];
    int n = argc > 3 ? atoi(argv[3]) : 0, m = argc > 4 ? atoi(argv[4]) : 0;
    if (!strcmp(what, "share-memory"))
        return share_memory();
    if (!strcmp(what, "signal-outside"))
        return signal_outside(n, m);
    if (!strcmp(what, "burn-in-many"))
        return burn_in_many(n);
    if (!strcmp(what, "daemonise"))
        return daemonise();
    if (!strcmp(what, "run-away"))
        return run_away(n, m);
    return 99;
}

/* ---- which tier, and why ---- */

static bool says(const char *const *missing, const char *words)
{
    for (; *missing; missing++)
        if (strstr(*missing, words))
            return true;
    return false;
}

/* The harness around these programs knows what this machine should give. */
static void test_best_tier(void **state)
{
    (void)state;
    const char *want = getenv("TEST_BEST_TIER");
    struct error err = ERROR_INIT;
    struct sandbox *s;
    int r = sandbox_new(&s, NULL, &err);
    if (r < 0)
        fail_msg("%s", err.text);
    if (want)
        assert_string_equal(sandbox_tier_name(sandbox_tier_of(s)), want);
    else
        assert_true(sandbox_tier_of(s) >= sandbox_tier_of(sandbox));
    sandbox_free(s);
}

static void test_wanted_tier_is_had_or_refused(void **state)
{
    (void)state;
    for (int t = SANDBOX_TIER_LANDLOCK; t <= SANDBOX_TIER_FULL; t++) {
        struct sandbox_options options = {.want = (enum sandbox_tier)t};
        struct error err = ERROR_INIT;
        struct sandbox *s;
        int r = sandbox_new(&s, &options, &err);
        if (r == 0) {
            assert_int_equal(sandbox_tier_of(s), t);
            sandbox_free(s);
            continue;
        }
        assert_int_equal(r, -ENOTSUP);
        assert_null(s);
        assert_non_null(strstr(err.text, sandbox_tier_name((enum sandbox_tier)t)));
        assert_non_null(strstr(err.text, "doctor"));
        assert_non_null(strstr(err.text, t == SANDBOX_TIER_FULL     ? "no "
                                         : t == SANDBOX_TIER_USERNS ? "no user namespaces ("
                                                                    : "no Landlock ("));
    }
}

static void test_needed_tier_refuses_lower_ones(void **state)
{
    (void)state;
    enum sandbox_tier have = sandbox_tier_of(sandbox);
    for (int t = SANDBOX_TIER_LANDLOCK; t <= SANDBOX_TIER_FULL; t++) {
        struct sandbox_options options = {.want = have, .need = (enum sandbox_tier)t};
        struct error err = ERROR_INIT;
        struct sandbox *s;
        int r = sandbox_new(&s, &options, &err);
        if (t <= (int)have) {
            assert_int_equal(r, 0);
            sandbox_free(s);
        } else {
            assert_int_equal(r, -ENOTSUP);
            assert_non_null(strstr(err.text, sandbox_tier_name((enum sandbox_tier)t)));
            assert_non_null(strstr(err.text, sandbox_tier_name(have)));
        }
    }
}

static void test_missing_says_what_and_why(void **state)
{
    (void)state;
    struct sandbox_options options = {.want = sandbox_tier_of(sandbox)};
    struct error err = ERROR_INIT;
    struct sandbox *s;
    if (sandbox_new(&s, &options, &err) < 0)
        fail_msg("%s", err.text);
    const char *const *missing = sandbox_missing(s);
    assert_int_equal(says(missing, "no control group: memory is sampled"),
                     !is_tier(SANDBOX_TIER_FULL));
    assert_int_equal(says(missing, "not `full`: `"), !is_tier(SANDBOX_TIER_FULL));
    assert_int_equal(says(missing, "not `userns`: `landlock` was asked for"),
                     is_tier(SANDBOX_TIER_LANDLOCK));
    assert_int_equal(says(missing, "no namespaces: host paths"), is_tier(SANDBOX_TIER_LANDLOCK));
    assert_int_equal(says(missing, "the user's own uid"),
                     is_tier(SANDBOX_TIER_LANDLOCK) && geteuid() != 0);
    assert_int_equal(says(missing, "supplementary groups"), geteuid() != 0);
    assert_int_equal(says(missing, "signals to others"),
                     is_tier(SANDBOX_TIER_LANDLOCK) && landlock_abi() < LANDLOCK_ABI_SIGNALS);
    for (; *missing; missing++)
        assert_in_range(strlen(*missing), 20, 255);
    sandbox_free(s);
}

/* Not forced but found: why each higher tier is not there. */
static void test_missing_says_why_no_higher_tier_was_found(void **state)
{
    (void)state;
    struct sandbox *s;
    struct error err = ERROR_INIT;
    if (sandbox_new(&s, NULL, &err) < 0)
        fail_msg("%s", err.text);
    const char *const *missing = sandbox_missing(s);
    assert_int_equal(says(missing, "not `full`: "), sandbox_tier_of(s) < SANDBOX_TIER_FULL);
    assert_int_equal(says(missing, "not `userns`: no user namespaces ("),
                     sandbox_tier_of(s) < SANDBOX_TIER_USERNS);
    sandbox_free(s);
}

/* ---- memory that only a control group sees ---- */

static void test_shared_anonymous_memory(void **state)
{
    (void)state;
    for (int profile = 0; profile < SANDBOX_N_PROFILES; profile++) {
        struct sandbox_policy p = ACTION("share-memory");
        p.profile = (enum sandbox_profile)profile;
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        bool full = is_tier(SANDBOX_TIER_FULL);
        assert_output(&o, !full                                ? ""
                          : profile == SANDBOX_PROFILE_COMPILE ? "anonymous "
                                                               : "anonymous zero ");
        sandbox_outcome_done(&o);
    }
}

/* ---- who can be signalled ---- */

static void test_processes_outside_cannot_be_signalled(void **state)
{
    (void)state;
    pid_t victim = fork(); /* an ordinary user's box has its uid */
    assert_true(victim >= 0);
    if (victim == 0) {
        pause();
        _exit(0);
    }
    const pid_t pids[] = {getpid(), victim, getppid()};
    for (int profile = 0; profile < SANDBOX_N_PROFILES; profile++) {
        for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
            char pid[16];
            if (pids[i] < 100) /* such a number may exist in the box, too */
                continue;
            snprintf(pid, sizeof pid, "%d", pids[i]);
            struct sandbox_policy p = ACTION("signal-outside", pid, pid);
            p.profile = (enum sandbox_profile)profile;
            struct sandbox_outcome o = run_box(&p);
            assert_exit_0(&o);
            assert_output(&o, "");
            sandbox_outcome_done(&o);
        }
    }
    assert_int_equal(waitpid(victim, NULL, WNOHANG), 0); /* alive */
    kill(victim, SIGKILL);
    assert_int_equal(waitpid(victim, NULL, 0), victim);
}

/* kill(-1): all that the caller may signal. */
static void test_kill_everybody_stays_in_the_box(void **state)
{
    (void)state;
    pid_t victim = fork();
    assert_true(victim >= 0);
    if (victim == 0) {
        pause();
        _exit(0);
    }
    /* With the second filter of an older Landlock the call fails. */
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c", "sleep 60 & sleep 60 & kill -9 -1 2>&-; echo alive");
    struct sandbox_outcome o = run_box(&p);
    bool is_alive = waitpid(victim, NULL, WNOHANG) == 0;
    kill(victim, SIGKILL);
    waitpid(victim, NULL, 0);
    assert_true(is_alive);
    assert_true(o.end == SANDBOX_END_EXITED ||
                (o.end == SANDBOX_END_SIGNALED && o.signal == SIGKILL));
    sandbox_outcome_done(&o);
}

/* ---- the end of a box ---- */

static void test_daemon_is_dead_when_the_outcome_is_here(void **state)
{
    (void)state;
    char mark[64];
    snprintf(mark, sizeof mark, "daemon-mark-%d", getpid());
    for (int i = 0; i < 10; i++) {
        struct sandbox_policy p = ACTION("daemonise", mark);
        struct sandbox_outcome o = run_box(&p);
        assert_int_equal(count_marked(mark), 0);
        assert_exit_0(&o);
        sandbox_outcome_done(&o);
    }
}

static void test_runaway_forks_are_dead_when_the_outcome_is_here(void **state)
{
    (void)state;
    char mark[64];
    snprintf(mark, sizeof mark, "runaway-mark-%d", getpid());
    for (int stays = 0; stays < 2; stays++) {
        struct sandbox_policy p = ACTION("run-away", "4", stays ? "1" : "0", mark);
        p.n_processes = 20;
        p.run.cpu_us = 8000000;
        p.run.wall_us = 300000;
        int64_t from = now_ms();
        struct sandbox_outcome o = run_box(&p);
        assert_int_equal(count_marked(mark), 0);
        if (!is_emulated()) {
            assert_end(&o, stays ? SANDBOX_END_WALL : SANDBOX_END_EXITED);
            assert_true(now_ms() - from < 2000); /* not when it ends by itself */
        }
        sandbox_outcome_done(&o);
    }
}

static void test_killed_boxes_tell_how_long_it_took(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "sleep 60 & sleep 60 & sleep 60");
    p.run.wall_us = 100000;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_WALL);
    assert_in_range(o.kill_us, 1, is_emulated() ? 10000000 : 200000);
    sandbox_outcome_done(&o);
    p = COMMAND("/bin/true");
    o = run_box(&p);
    assert_exit_0(&o);
    assert_int_equal(o.kill_us, -1);
    sandbox_outcome_done(&o);
}

/* Nobody waited for them: they were alive, dead and unreaped, orphans. */
static void test_cpu_of_killed_children_is_counted(void **state)
{
    (void)state;
    NEED_TRUE_TIME();
    struct sandbox_policy p = ACTION("burn-in-many", "70");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_in_range(o.run.cpu_us, 205000, 280000);
    sandbox_outcome_done(&o);
}

/* Its command may run by then, and have children. */
static void test_cancelled_at_once_is_dead_when_the_outcome_is_here(void **state)
{
    (void)state;
    for (int ms = 0; ms < 10; ms++) {
        char mark[32];
        snprintf(mark, sizeof mark, "60.%d%d", getpid(), ms);
        struct sandbox_policy p =
            COMMAND("/bin/sh", "-c", "sleep $0 & (setsid sleep $0 &); sleep $0", mark);
        assert_int_equal(sandbox_start(sandbox, &p, NULL, NULL, NULL, NULL), 0);
        pause_ms(ms); /* while nobody listens to box-init */
        sandbox_cancel_all(sandbox);
        while (sandbox_step(sandbox, 2000, NULL) > 0)
            ;
        assert_int_equal(count_marked(mark), 0);
    }
    assert_int_equal(count_directories(getpid()), 0);
}

/* ---- the landlock tier's directory ---- */

static void test_private_directory_is_removed(void **state)
{
    (void)state;
    for (int keep = 0; keep < 2; keep++) {
        struct sandbox_policy p = writing(
            COMMAND("/bin/sh", "-c",
                    "mkdir -p a/b/c && touch a/b/c/d && ln -s /etc/passwd l && ln -s .. m && "
                    "chmod 0 a/b; mkdir w && touch w/x && chmod 500 w; pwd"));
        p.keep_work = keep;
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_int_equal(count_directories(getpid()), keep && is_tier(SANDBOX_TIER_LANDLOCK));
        assert_int_equal(o.work_fd >= 0, keep);
        sandbox_outcome_done(&o);
        assert_int_equal(count_directories(getpid()), 0);
        sandbox_outcome_done(&o); /* idempotent */
    }
    assert_int_equal(access("/etc/passwd", R_OK), 0); /* no link was followed */
}

/* Boxes that are cancelled, killed or never begin leave none either. */
static void test_private_directory_is_removed_after_other_ends(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/nowhere");
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_NOT_STARTED);
    sandbox_outcome_done(&o);
    p = writing(COMMAND("/bin/sh", "-c", "touch x; sleep 60"));
    p.run.wall_us = 100000;
    o = run_box(&p);
    assert_end(&o, SANDBOX_END_WALL);
    sandbox_outcome_done(&o);
    assert_int_equal(sandbox_start(sandbox, &p, NULL, NULL, NULL, NULL), 0);
    sandbox_cancel_all(sandbox);
    while (sandbox_step(sandbox, 2000, NULL) > 0)
        ;
    struct sandbox_mount mount = {SANDBOX_MOUNT_READ_ONLY, "/no/such/place", "/usr", false};
    p.mounts = &mount;
    p.n_mounts = 1;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, NULL), -ENOENT);
    assert_int_equal(count_directories(getpid()), 0);
}

/* A box cannot get at the directory of another one that runs beside it. */
static void test_boxes_do_not_see_each_other(void **state)
{
    (void)state;
    ONLY_TIER(SANDBOX_TIER_LANDLOCK);
    struct sandbox_policy p = writing(COMMAND("/bin/sh", "-c", "echo secret >s; sleep 60"));
    assert_int_equal(sandbox_start(sandbox, &p, NULL, NULL, NULL, NULL), 0);
    for (int64_t from = now_ms(); now_ms() < from + (is_emulated() ? 3000 : 300);)
        sandbox_step(sandbox, 50, NULL);
    DIR *dir = opendir("/tmp");
    char other[300] = "", prefix[32];
    snprintf(prefix, sizeof prefix, "mljudge.%d.", getpid());
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (!strncmp(e->d_name, prefix, strlen(prefix)))
            snprintf(other, sizeof other, "/tmp/%s", e->d_name);
    if (dir)
        closedir(dir);
    assert_true(other[0] == '/');
    p = writing(COMMAND(
        "/bin/sh", "-c",
        "case $0 in x*) d=${0#x};; esac; ls $d; cat $d/s; echo x >$d/s; touch $d/t; true", "x/"));
    char hidden[310]; /* not rewritten, as it does not begin with a slash */
    snprintf(hidden, sizeof hidden, "x%s", other);
    const char *const argv[] = {p.argv[0], p.argv[1], p.argv[2], hidden, NULL};
    p.argv = argv;
    struct sandbox_outcome o;
    struct error err = ERROR_INIT;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), 0);
    assert_end(&o, SANDBOX_END_EXITED);
    assert_output(&o, "");
    sandbox_outcome_done(&o);
    sandbox_cancel_all(sandbox);
    while (sandbox_step(sandbox, 2000, NULL) > 0)
        ;
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best_tier),
        cmocka_unit_test(test_wanted_tier_is_had_or_refused),
        cmocka_unit_test(test_needed_tier_refuses_lower_ones),
        cmocka_unit_test(test_missing_says_what_and_why),
        cmocka_unit_test(test_missing_says_why_no_higher_tier_was_found),
        cmocka_unit_test(test_shared_anonymous_memory),
        cmocka_unit_test(test_processes_outside_cannot_be_signalled),
        cmocka_unit_test(test_kill_everybody_stays_in_the_box),
        cmocka_unit_test(test_daemon_is_dead_when_the_outcome_is_here),
        cmocka_unit_test(test_runaway_forks_are_dead_when_the_outcome_is_here),
        cmocka_unit_test(test_cancelled_at_once_is_dead_when_the_outcome_is_here),
        cmocka_unit_test(test_killed_boxes_tell_how_long_it_took),
        cmocka_unit_test(test_cpu_of_killed_children_is_counted),
        cmocka_unit_test(test_private_directory_is_removed),
        cmocka_unit_test(test_private_directory_is_removed_after_other_ends),
        cmocka_unit_test(test_boxes_do_not_see_each_other),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
