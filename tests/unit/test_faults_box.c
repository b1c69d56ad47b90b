/* live: boxes, in every tier that can be had here.
 *
 * What goes wrong beneath a box: no memory, no descriptors, signals everywhere, a control group that is taken away,
 * box-init killed from outside, a counter that cannot be right.  Each is our failure and said, or does not matter;
 * none of it changes what is said of the command, and nothing is left. */
#include "faults.h"

#include "box_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "sandbox/cgroup.h"
#include "sandbox/internal.h"

static const enum sandbox_tier all_tiers[] = {SANDBOX_TIER_FULL, SANDBOX_TIER_USERNS,
                                              SANDBOX_TIER_LANDLOCK};
static enum sandbox_tier tiers[3]; /* what can be had here */
static size_t n_tiers;

static struct sandbox *new_sandbox(enum sandbox_tier tier)
{
    struct sandbox *s = NULL;
    struct error err = ERROR_INIT;
    if (sandbox_new(&s, &(struct sandbox_options){.want = tier}, &err) < 0)
        fail_msg("%s: %s", sandbox_tier_name(tier), err.text);
    return s;
}

static bool has_full(void)
{
    if (n_tiers > 0 && tiers[0] == SANDBOX_TIER_FULL)
        return true;
    print_message("SKIP: no tier full here\n");
    return false;
}

/* Processes that have the mark, given a moment to go. */
static int marked_after(const char *mark, int ms)
{
    int64_t until = now_ms() + ms;
    while (count_marked(mark) > 0 && now_ms() < until)
        pause_ms(5);
    return count_marked(mark);
}

static int count_own_groups(void)
{
    struct cgroup_root root;
    if (!has_full() || cgroup_root_open(&root, NULL) < 0)
        return 0;
    char mine[32];
    snprintf(mine, sizeof mine, CGROUP_NAME_PREFIX "%d.", getpid());
    int n = 0;
    for (int i = 0; i < root.n_dirs; i++) {
        DIR *dir = opendir(root.paths[i]);
        assert_non_null(dir);
        for (struct dirent *e; (e = readdir(dir));)
            n += !strncmp(e->d_name, mine, strlen(mine)) && strcmp(e->d_name, root.leaf) != 0;
        closedir(dir);
    }
    cgroup_root_close(&root);
    return n;
}

/* ---- the programs in the box ---- */

static int in_box(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[2] : "";
    if (!strcmp(what, "exit")) {
        printf("hello\n");
        fflush(stdout);
        return 7;
    }
    if (!strcmp(what, "touch")) { /* twice the limit, no more */
        for (int i = 0; i < 64; i++)
            memset(__real_malloc(1 << 20), 1, 1 << 20);
        return 0;
    }
    if (!strcmp(what, "copy")) { /* and what standard input has */
        char bytes[3000];
        for (ssize_t n; (n = read(0, bytes, sizeof bytes)) != 0;)
            if (n < 0 || write(1, bytes, (size_t)n) != n)
                return 1;
        return 3;
    }
    if (!strcmp(what, "barrier")) { /* ready after a while */
        char byte = 'r';
        pause_ms(300);
        if (write(3, &byte, 1) != 1 || read(4, &byte, 1) != 1)
            return 1;
        return 0;
    }
    if (!strcmp(what, "family")) {
        for (int i = 0; i < 3; i++)
            if (fork() == 0)
                pause();
        pause();
    }
    pause_ms(argc > 3 ? atoi(argv[3]) : 60000); /* "sleep" */
    return 0;
}

static bool is_hello(const struct sandbox_outcome *o)
{
    return o->end == SANDBOX_END_EXITED && o->exit_code == 7 && o->out.n_kept == 6 &&
           !memcmp(o->out.bytes, "hello\n", 6) && o->run.cpu_us >= 0 && o->run.wall_us > 0;
}

/* ---- memory ---- */

static int try_box(const void *data, struct error *err)
{
    const enum sandbox_tier *tier = data;
    struct sandbox *s = NULL;
    struct sandbox_outcome o;
    int r = sandbox_new(&s, &(struct sandbox_options){.want = *tier}, err);
    if (r < 0)
        return r;
    struct sandbox_policy p = ACTION("exit");
    p.keep_work = true;
    p.profile = SANDBOX_PROFILE_COMPILE;
    assert_true(*tier == SANDBOX_TIER_NONE ? sandbox_tier_of(s) == tiers[0]
                                           : sandbox_tier_of(s) == *tier);
    r = sandbox_run(s, &p, -1, &o, err);
    if (r == 0) {
        if (!is_hello(&o))
            fail_msg("end %d, exit %d, out '%.*s'", o.end, o.exit_code, (int)o.out.n_kept,
                     o.out.bytes);
        assert_true(o.work_fd >= 0 && faccessat(o.work_fd, ".", F_OK, 0) == 0);
        struct stat st;
        assert_int_equal(fstat(o.work_fd, &st), 0);
        if (*tier == SANDBOX_TIER_LANDLOCK)
            assert_true(st.st_nlink > 0); /* not removed under the caller */
        sandbox_outcome_done(&o);
    }
    sandbox_free(s);
    return r;
}

static void test_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_tiers; i++)
        fault_every(sandbox_tier_name(tiers[i]), try_box, &tiers[i], 1, FAULT_TOLERANT, 6);
    /* Without memory for the best tier there is no lower one instead. */
    static const enum sandbox_tier best = SANDBOX_TIER_NONE;
    fault_every("the best there is", try_box, &best, 1, FAULT_TOLERANT, 6);
    assert_int_equal(count_own_groups(), 0);
    assert_int_equal(count_directories(getpid()), 0);
}

/* ---- descriptors ---- */

static int run_limited(struct sandbox *s, const struct sandbox_policy *p, enum sandbox_end want,
                       struct error *err)
{
    struct sandbox_outcome o;
    int r = sandbox_run(s, p, -1, &o, err);
    if (r < 0)
        return r;
    bool right = want == SANDBOX_END_EXITED ? is_hello(&o) : o.end == want;
    if (!right)
        fail_msg("%s: end %d, want %d (exit %d, signal %d, cpu %lld)",
                 sandbox_tier_name(sandbox_tier_of(s)), o.end, want, o.exit_code, o.signal,
                 (long long)o.run.cpu_us);
    sandbox_outcome_done(&o);
    return 0;
}

static int try_descriptors(enum sandbox_tier tier, struct error *err)
{
    struct sandbox *s = NULL;
    int r = sandbox_new(&s, &(struct sandbox_options){.want = tier}, err);
    if (r < 0)
        return r;
    struct sandbox_policy hello = ACTION("exit"), touch = ACTION("touch");
    touch.run.memory_bytes = 32 * MIB;
    r = run_limited(s, &hello, SANDBOX_END_EXITED, err);
    if (r == 0)
        r = run_limited(s, &touch, SANDBOX_END_MEMORY, err);
    sandbox_free(s);
    return r;
}

static void test_descriptors(void **state)
{
    (void)state;
    struct rlimit before, lowered;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (size_t i = 0; i < n_tiers; i++) {
        int n_errors = 0, n_right = 0, fds = count_open_fds();
        for (rlim_t n = 8; n_right < 3; n += n < 60 ? 13 : 1) {
            assert_true(n < 200);
            struct error err = ERROR_INIT;
            lowered = (struct rlimit){n, before.rlim_max};
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &lowered), 0);
            int r = try_descriptors(tiers[i], &err);
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
            n_errors += r < 0;
            n_right = r < 0 ? 0 : n_right + 1;
            if (r < 0 && (err.code != r || !err.text[0]))
                fail_msg("limit %d: %d without its error", (int)n, r);
            if (r < 0 && r != -EMFILE && r != -EINVAL && r != -EBADF)
                print_message("# %s, limit %d: %d %s\n", sandbox_tier_name(tiers[i]), (int)n, r,
                              err.text);
            if (count_open_fds() != fds)
                fail_msg("%s, limit %d: %d descriptors leaked (%d %s)", sandbox_tier_name(tiers[i]),
                         (int)n, count_open_fds() - fds, r, err.text);
        }
        assert_true(n_errors >= 5);
    }
    assert_int_equal(count_own_groups(), 0);
    assert_int_equal(count_directories(getpid()), 0);
}

/* ---- signals ---- */

static volatile sig_atomic_t n_signals;

static void on_signal(int signal)
{
    (void)signal;
    n_signals++;
}

static void shower(bool on)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART */
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    struct itimerval timer = {{0, on ? 1000 : 0}, {0, on ? 1000 : 0}};
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

static void copy_once(struct sandbox *s, const char *bytes, size_t n)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t writer = fork();
    if (writer == 0) { /* slowly */
        shower(false);
        for (size_t at = 0; at < n; at += 20000)
            if (write(ends[1], bytes + at, n - at < 20000 ? n - at : 20000) < 0)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    struct sandbox_policy p = ACTION("copy");
    struct sandbox_outcome o;
    struct error err = ERROR_INIT;
    p.stdin_fd = ends[0];
    p.out.keep_bytes = n + 1;
    if (sandbox_run(s, &p, -1, &o, &err) < 0)
        fail_msg("%s: %s", sandbox_tier_name(sandbox_tier_of(s)), err.text);
    close(ends[0]);
    while (waitpid(writer, NULL, 0) < 0 && errno == EINTR)
        ;
    assert_end(&o, SANDBOX_END_EXITED);
    assert_int_equal(o.exit_code, 3);
    assert_true(o.out.n_kept == n && !memcmp(o.out.bytes, bytes, n));
    sandbox_outcome_done(&o);
}

/* Also after a failed assertion. */
static int stop_shower(void **state)
{
    (void)state;
    shower(false);
    return 0;
}

static void test_signals(void **state)
{
    (void)state;
    static char bytes[300000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 31 >> 3);
    shower(true);
    for (size_t i = 0; i < n_tiers; i++) {
        for (int k = 0; k < 5; k++) {
            struct error err = ERROR_INIT;
            if (try_descriptors(tiers[i], &err) < 0)
                fail_msg("%s: %s", sandbox_tier_name(tiers[i]), err.text);
        }
        struct sandbox *s = new_sandbox(tiers[i]);
        copy_once(s, bytes, sizeof bytes);
        sandbox_free(s);
    }
    shower(false);
    assert_true(n_signals > 100);
    assert_int_equal(count_own_groups(), 0);
}

/* ---- box-init ---- */

struct watched {
    bool is_over;
    int r;
    struct sandbox_outcome outcome;
    struct error error;
};

static void watched_done(void *data, int r, struct sandbox_outcome *outcome,
                         const struct error *err)
{
    struct watched *w = data;
    w->is_over = true;
    w->r = r;
    w->outcome = *outcome;
    if (err)
        w->error = *err;
}

static struct sandbox_box *start(struct sandbox *s, const struct sandbox_policy *p,
                                 struct watched *w)
{
    struct sandbox_box *box = NULL;
    struct error err = ERROR_INIT;
    *w = (struct watched){0};
    if (sandbox_start(s, p, watched_done, w, &box, &err) < 0)
        fail_msg("%s", err.text);
    return box;
}

static void step_for(struct sandbox *s, const struct watched *w, int ms)
{
    int64_t until = now_ms() + ms;
    for (int64_t left; !w->is_over && (left = until - now_ms()) > 0;)
        assert_true(sandbox_step(s, (int)left, NULL) >= 0);
}

static void test_init_killed(void **state)
{
    (void)state;
    char mark[64];
    snprintf(mark, sizeof mark, "init-mark-%d", getpid());
    for (size_t i = 0; i < n_tiers; i++) {
        struct sandbox *s = new_sandbox(tiers[i]);
        struct watched w;
        /* -1: when the command runs; else so many microseconds after the start */
        for (int after_us = -1; after_us < 3000; after_us += after_us < 0 ? 1 : 150) {
            struct sandbox_policy p = ACTION("family", mark);
            p.profile = SANDBOX_PROFILE_COMPILE;
            struct sandbox_box *box = start(s, &p, &w);
            int64_t until = now_ms() + 10000;
            while (after_us < 0 && count_marked(mark) < 4 && now_ms() < until)
                step_for(s, &w, 5);
            if (after_us > 0)
                nanosleep(&(struct timespec){0, after_us * 1000}, NULL);
            assert_false(w.is_over);
            assert_int_equal(kill(box->pid, SIGKILL), 0);
            step_for(s, &w, 5000);
            assert_true(w.is_over);
            if (w.r == 0)
                fail_msg("%s, %d us: end %d and no failure", sandbox_tier_name(tiers[i]), after_us,
                         w.outcome.end);
            assert_true(w.r < 0 && w.error.text[0]);
            sandbox_outcome_done(&w.outcome);
            int left = marked_after(mark, 1000);
            if (left > 0)
                fail_msg("%s, %d us: %d processes left", sandbox_tier_name(tiers[i]), after_us,
                         left);
        }
        sandbox_free(s);
    }
    assert_int_equal(count_own_groups(), 0);
    assert_int_equal(count_directories(getpid()), 0);
}

/* Cancelled at any moment while the box is made: no descriptor stays. */
static void test_cancelled_early(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_tiers; i++) {
        struct sandbox *s = new_sandbox(tiers[i]);
        struct watched w;
        int fds = -1;
        for (int after_us = 0; after_us < 3000; after_us += 100) {
            struct sandbox_policy p = ACTION("sleep");
            struct sandbox_box *box = start(s, &p, &w);
            nanosleep(&(struct timespec){0, after_us * 1000}, NULL);
            sandbox_cancel(s, box);
            step_for(s, &w, 5000);
            assert_true(w.is_over);
            assert_int_equal(w.r, 0);
            assert_int_equal(w.outcome.end, SANDBOX_END_CANCELLED);
            sandbox_outcome_done(&w.outcome);
            if (fds >= 0)
                assert_int_equal(count_open_fds(), fds);
            fds = count_open_fds();
        }
        sandbox_free(s);
    }
}

/* ---- the control group is taken away ---- */

/* Its processes go to our own group, so that it can be removed. */
static void take_group_away(const struct sandbox_box *box)
{
    const struct cgroup_root *root = box->cgroup.root;
    assert_non_null(root);
    const char *list = root->version == 1 ? "tasks" : "cgroup.procs";
    for (int i = 0; i < root->n_dirs; i++) {
        int r = -1;
        for (int try = 0; try < 100 && r < 0; try++) {
            char text[4096], *rest = NULL;
            if (cgroup_read_text(box->cgroup.dirs[i], list, text, sizeof text) > 0)
                for (char *pid = strtok_r(text, "\n", &rest); pid;
                     pid = strtok_r(NULL, "\n", &rest))
                    cgroup_write(root->parents[i], list, pid);
            r = unlinkat(root->parents[i], box->cgroup.name, AT_REMOVEDIR);
            if (r < 0)
                pause_ms(2);
        }
        assert_int_equal(r, 0);
    }
}

static void check_group_gone(struct sandbox *s, const struct sandbox_policy *p, const char *mark,
                             int after_ms)
{
    struct watched w;
    struct sandbox_box *box = start(s, p, &w);
    step_for(s, &w, after_ms);
    assert_false(w.is_over);
    take_group_away(box);
    step_for(s, &w, 5000);
    assert_true(w.is_over);
    if (w.r == 0)
        fail_msg("end %d and no failure", w.outcome.end);
    if (!strstr(w.error.text, "control group") && !strstr(w.error.text, "memory limit"))
        fail_msg("the cause is not told: %s", w.error.text);
    sandbox_outcome_done(&w.outcome);
    assert_int_equal(marked_after(mark, 1000), 0);
}

static void test_group_removed(void **state)
{
    (void)state;
    if (!has_full())
        skip();
    char mark[64];
    snprintf(mark, sizeof mark, "group-mark-%d", getpid());
    struct sandbox *s = new_sandbox(SANDBOX_TIER_FULL);
    struct sandbox_policy p = ACTION("sleep", "60000", mark);
    p.run.wall_us = 2000000;
    check_group_gone(s, &p, mark, 200); /* the wall limit ends it, or the CPU counter */
    struct sandbox_policy exits = ACTION("sleep", "400", mark);
    exits.run.cpu_us = 10000000; /* it ends by itself before anybody looks again */
    check_group_gone(s, &exits, mark, 250);
    struct sandbox_policy barrier = ACTION("barrier", mark);
    barrier.barrier = true;
    barrier.ready_target = 3;
    barrier.go_target = 4;
    check_group_gone(s, &barrier, mark, 150);
    sandbox_free(s);
    assert_int_equal(count_own_groups(), 0);
}

/* Frozen from outside: the kernel may not even let it die before it is thawed.  Then it ends at its limit. */
static void test_group_frozen(void **state)
{
    (void)state;
    char self[4096], top[512], place[600], text[32];
    int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, self, sizeof self - 1);
    close(fd);
    self[n > 0 ? n : 0] = 0;
    if (!has_full() || cgroup_guess(self, "freezer", top, sizeof top) < 0) {
        print_message("SKIP: no freezer hierarchy of version 1\n");
        skip();
    }
    snprintf(place, sizeof place, "%s/frozen-by-a-test-%d", top, getpid());
    assert_int_equal(mkdir(place, 0755), 0);
    int dir = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct sandbox *s = new_sandbox(SANDBOX_TIER_FULL);
    struct watched w;
    struct sandbox_policy p = ACTION("sleep", "60000");
    p.run.wall_us = 300000;
    struct sandbox_box *box = start(s, &p, &w);
    step_for(s, &w, 100);
    snprintf(text, sizeof text, "%d", box->pid);
    char inside[4096], *rest = NULL;
    assert_true(cgroup_read_text(box->cgroup.dirs[0], "tasks", inside, sizeof inside) > 0);
    for (char *pid = strtok_r(inside, "\n", &rest); pid; pid = strtok_r(NULL, "\n", &rest))
        assert_int_equal(cgroup_write(dir, "tasks", pid), 0);
    assert_int_equal(cgroup_write(dir, "freezer.state", "FROZEN"), 0);
    step_for(s, &w, 700);
    bool early = w.is_over; /* a kernel that lets it die: fine, too */
    assert_int_equal(cgroup_write(dir, "freezer.state", "THAWED"), 0);
    step_for(s, &w, 5000);
    assert_true(w.is_over);
    assert_true(w.r < 0 || w.outcome.end == SANDBOX_END_WALL);
    print_message("# frozen: %s\n", early ? "died frozen" : "died when thawed");
    sandbox_outcome_done(&w.outcome);
    sandbox_free(s);
    close(dir);
    int r = rmdir(place);
    for (int i = 0; i < 100 && r < 0; i++) {
        pause_ms(5);
        r = rmdir(place);
    }
    assert_int_equal(r, 0);
    assert_int_equal(count_own_groups(), 0);
}

/* ---- readings that cannot be right ---- */

static int64_t extra_cpu_ns;
static bool unreadable;

REAL(void, meter_end, struct sandbox_box *box, int64_t *ret_cpu_ns, int64_t *ret_peak_bytes);

void __wrap_meter_end(struct sandbox_box *box, int64_t *ret_cpu_ns, int64_t *ret_peak_bytes)
{
    __real_meter_end(box, ret_cpu_ns, ret_peak_bytes);
    *ret_cpu_ns += extra_cpu_ns;
    if (unreadable)
        *ret_cpu_ns = -1;
}

static void expect_failure(struct sandbox *s, int code, const char *words)
{
    struct sandbox_policy p = ACTION("exit");
    struct sandbox_outcome o;
    struct error err = ERROR_INIT;
    p.run.cpu_us = 1000000;
    int r = sandbox_run(s, &p, -1, &o, &err);
    if (r != code || !strstr(err.text, words))
        fail_msg("%s: %d (end %d): %s", sandbox_tier_name(sandbox_tier_of(s)), r, o.end, err.text);
    sandbox_outcome_done(&o);
}

static void test_impossible_readings(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_tiers; i++) {
        struct sandbox *s = new_sandbox(tiers[i]);
        extra_cpu_ns = 3600LL * 1000000000; /* an hour: far above the CPU limit, too */
        expect_failure(s, -ERANGE, "impossible reading");
        extra_cpu_ns = 0;
        unreadable = true;
        expect_failure(s, -EIO, "cannot be read");
        unreadable = false;
        sandbox_free(s);
    }
}

/* ---- the clock of the wall ---- */

static int n_real_time;

REAL(int, clock_gettime, clockid_t clock, struct timespec *ret);
REAL(time_t, time, time_t *ret);
int __wrap_gettimeofday(struct timeval *ret, void *zone);

/* It goes back by an hour with every look. */
static time_t stepped(void)
{
    return 2000000000 - 3600 * (time_t)n_real_time++;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
    int r = __real_clock_gettime(clock, ret);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI)
        ret->tv_sec = stepped();
    return r;
}

time_t __wrap_time(time_t *ret)
{
    time_t now = stepped();
    if (ret)
        *ret = now;
    return now;
}

int __wrap_gettimeofday(struct timeval *ret, void *zone)
{
    (void)zone;
    *ret = (struct timeval){stepped(), 0};
    return 0;
}

/* Limits, measurements, the age of what the dead left: none of it asks what time it is. */
static void test_clock_steps(void **state)
{
    (void)state;
    n_real_time = 0;
    for (size_t i = 0; i < n_tiers; i++) {
        struct sandbox *s = new_sandbox(tiers[i]);
        struct error err = ERROR_INIT;
        struct sandbox_policy hello = ACTION("exit"), sleeps = ACTION("sleep", "60000");
        sleeps.run.wall_us = 200000;
        assert_int_equal(run_limited(s, &hello, SANDBOX_END_EXITED, &err), 0);
        assert_int_equal(run_limited(s, &sleeps, SANDBOX_END_WALL, &err), 0);
        sandbox_free(s);
    }
    assert_int_equal(n_real_time, 0);
}

static int set_up(void **state)
{
    faults_setup(state);
    for (size_t i = 0; i < ARRAY_LEN(all_tiers); i++) {
        struct sandbox *s = NULL;
        if (sandbox_new(&s, &(struct sandbox_options){.want = all_tiers[i]}, NULL) == 0)
            tiers[n_tiers++] = all_tiers[i];
        sandbox_free(s);
    }
    print_message("# %zu tiers\n", n_tiers);
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    self_file = (struct sandbox_file){"self", fd, true};
    return fd < 0 || n_tiers == 0 ? -1 : 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "in-box"))
        return in_box(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_descriptors),
        cmocka_unit_test_teardown(test_signals, stop_shower),
        cmocka_unit_test(test_init_killed),
        cmocka_unit_test(test_cancelled_early),
        cmocka_unit_test(test_group_removed),
        cmocka_unit_test(test_group_frozen),
        cmocka_unit_test(test_impossible_readings),
        cmocka_unit_test(test_clock_steps),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
