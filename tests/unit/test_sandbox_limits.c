/* Limits and counters: CPU, wall, memory, processes, files, the barrier. */
#include "box_fixture.h"

#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

/* ---- in the box ---- */

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int burn(int64_t ms)
{
    int64_t until = cpu_us() + ms * 1000;
    while (cpu_us() < until)
        ;
    return 0;
}

static void *burn_in_thread(void *ms)
{
    burn(*(int64_t *)ms); /* the clock is the process's: together they burn ms */
    return NULL;
}

static int burn_threads(int64_t ms)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, burn_in_thread, &ms))
            return 1;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

/* The parent ends while the child, whom nobody waits for, has burned. */
static int burn_child(int64_t ms)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    pid_t pid = fork();
    if (pid == 0) {
        burn(ms);
        (void)!write(ends[1], "x", 1);
        pause();
    }
    char byte;
    return read(ends[0], &byte, 1) == 1 ? 0 : 2;
}

static int touch(size_t mib)
{
    size_t size = mib << 20;
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < size; i += 4096)
        p[i] = 1;
    return 0;
}

/* prepare: touch, burn, say how much CPU that was; ready; go; touch. */
static int barrier(size_t prepare_mib, size_t run_mib, int64_t burn_ms)
{
    if (prepare_mib && touch(prepare_mib))
        return 1;
    burn(burn_ms);
    printf("%lld\n", (long long)cpu_us());
    fflush(stdout);
    char byte;
    if (write(3, "r", 1) != 1 || read(4, &byte, 1) != 1)
        return 2;
    if (run_mib && touch(run_mib))
        return 3;
    return 0;
}

static int count_forks(void)
{
    int n = 0;
    while (n < 1000) {
        pid_t pid = fork();
        if (pid == 0) {
            pause();
            _exit(0);
        }
        if (pid < 0)
            break;
        n++;
    }
    printf("%d\n", n);
    return 0;
}

static int in_box(int argc, char **argv)
{
    const char *what = argv[2];
    int n = argc > 3 ? atoi(argv[3]) : 0, m = argc > 4 ? atoi(argv[4]) : 0;
    if (!strcmp(what, "burn"))
        return burn(n);
    if (!strcmp(what, "burn-threads"))
        return burn_threads(n);
    if (!strcmp(what, "burn-child"))
        return burn_child(n);
    if (!strcmp(what, "touch"))
        return touch((size_t)n);
    if (!strcmp(what, "barrier"))
        return barrier((size_t)n, (size_t)m, argc > 5 ? atoi(argv[5]) : 0);
    if (!strcmp(what, "count-forks"))
        return count_forks();
    return 99;
}

/* ---- CPU ---- */

static void test_cpu_is_counted(void **state)
{
    (void)state;
    NEED_TRUE_TIME();
    static const char *const actions[] = {"burn", "burn-threads", "burn-child"};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        struct sandbox_policy p = ACTION(actions[i], "200");
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_in_range(o.run.cpu_us, 195000, 260000);
        sandbox_outcome_done(&o);
    }
}

static void test_cpu_limit(void **state)
{
    (void)state;
    static const char *const actions[] = {"burn", "burn-threads", "burn-child"};
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        struct sandbox_policy p = ACTION(actions[i], "10000");
        p.run.cpu_us = 150000;
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, SANDBOX_END_CPU);
        assert_in_range(o.run.cpu_us, 150000, is_emulated() ? 1500000 : 250000);
        sandbox_outcome_done(&o);
    }
}

/* Over the limit between two looks at the counter, and then a normal exit: still over. */
static void test_cpu_limit_counts_at_the_end(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("burn", "12");
    p.run.cpu_us = 10000;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_CPU);
    sandbox_outcome_done(&o);
}

static void test_cpu_can_be_unlimited(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("burn", "50");
    p.run.cpu_us = p.run.wall_us = -1;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
}

/* ---- wall ---- */

static void test_wall_limit(void **state)
{
    (void)state;
    NEED_TRUE_TIME();
    struct sandbox_policy p = COMMAND("/bin/sleep", "20");
    p.run.wall_us = 200000;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_WALL);
    assert_true(o.idle);
    assert_in_range(o.run.wall_us, 200000, 400000);
    sandbox_outcome_done(&o);
    p = ACTION("burn", "10000");
    p.run.wall_us = 200000;
    o = run_box(&p);
    assert_end(&o, SANDBOX_END_WALL);
    assert_false(o.idle);
    sandbox_outcome_done(&o);
}

static void test_stopped_command_is_idle(void **state)
{
    (void)state;
    NEED_TRUE_TIME();
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "kill -STOP $$");
    p.run.wall_us = 200000;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_WALL);
    assert_true(o.idle);
    sandbox_outcome_done(&o);
}

/* ---- memory ---- */

static void test_memory_is_measured(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("touch", "64");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    /* Without a control group it is the kernel's count of a process, which lags by some pages a core. */
    assert_in_range(o.run.memory_bytes, (is_tier(SANDBOX_TIER_FULL) ? 64 : 63) * MIB, 80 * MIB);
    assert_string_equal(o.wall_source, "CLOCK_MONOTONIC");
    if (is_tier(SANDBOX_TIER_FULL)) {
        assert_true(strstr(o.memory_source, "cgroup v") == o.memory_source);
        assert_true(strstr(o.cpu_source, "cgroup v") == o.cpu_source);
    } else {
        assert_non_null(strstr(o.memory_source, "(sampled)"));
        assert_string_equal(o.cpu_source, "wait status (rusage)");
    }
    sandbox_outcome_done(&o);
}

/* The kernel stops a control group at its limit; looking every few milliseconds is late. */
static void assert_killed_at(const struct sandbox_outcome *o, int64_t limit)
{
    if (is_tier(SANDBOX_TIER_FULL)) {
        assert_true(o->oom_kills > 0);
        assert_in_range(o->run.memory_bytes, limit - 4 * MIB, limit);
    } else {
        assert_true(o->run.memory_bytes > limit);
        if (!is_emulated())
            assert_in_range(o->run.memory_bytes, limit, limit + 16 * MIB);
    }
}

static void test_memory_limit(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("touch", "200");
    p.run.memory_bytes = 64 * MIB;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    assert_false(o.static_data);
    assert_killed_at(&o, 64 * MIB);
    sandbox_outcome_done(&o);
}

/* As small as a limit may sensibly be. */
static void test_small_memory_limit(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("touch", "200");
    p.run.memory_bytes = 24 * MIB;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    assert_killed_at(&o, 24 * MIB);
    sandbox_outcome_done(&o);
}

/* The victim is a child; the command itself goes on and exits well. */
static void test_memory_limit_in_a_child(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "./self in-box touch 200; exit 0");
    p.run.memory_bytes = 64 * MIB;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    sandbox_outcome_done(&o);
}

static void test_tmpfs_is_limited_and_charged(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS); /* the landlock tier has no file system of its own */
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c",
                "head -c 30000000 /dev/urandom >/tmp/a; "
                "head -c 30000000 /dev/urandom >/dev/shm/b; wc -c </tmp/a; wc -c </dev/shm/b");
    p.work_bytes = 40 * MIB;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_EXITED);
    assert_true(o.out.n_kept > 9 && !memcmp(o.out.bytes, "30000000\n", 9));
    assert_true(atoi(o.out.bytes + 9) < 30000000); /* the rest did not fit */
    assert_true(o.run.memory_bytes > 40 * MIB);
    sandbox_outcome_done(&o);
}

/* What of a peak lies in files is told when nobody lives any more, killed or not. */
static void test_memory_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *command; /* of a shell */
        int64_t limit_mib, least_mib, most_mib;
        enum sandbox_end end;
    } cases[] = {
        {"./self in-box touch 200", 64, 0, 15, SANDBOX_END_MEMORY}, /* ./self lies there, too */
        {"head -c 200000000 /dev/urandom >/tmp/a", 64, 48, 64, SANDBOX_END_MEMORY},
        {"head -c 33554432 /dev/urandom >/dev/shm/a; ./self in-box touch 200", 64, 32, 47,
         SANDBOX_END_MEMORY},
        {"head -c 33554432 /dev/urandom >a; rm a; exit 0", 128, 0, 15, SANDBOX_END_EXITED},
        {"head -c 33554432 /dev/urandom >a; exit 0", 128, 32, 47, SANDBOX_END_EXITED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sandbox_policy p = writing(COMMAND("/bin/sh", "-c", cases[i].command));
        p.work_bytes = 200 * MIB;
        p.run.memory_bytes = cases[i].limit_mib * MIB;
        if (is_tier(SANDBOX_TIER_LANDLOCK)) { /* files are on a disk, and charged to nobody */
            struct sandbox_outcome o = run_box(&p);
            assert_int_equal(o.tmpfs_bytes, -1);
            sandbox_outcome_done(&o);
            continue;
        }
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, cases[i].end);
        /* Looking now and then lets it pass the limit. */
        int64_t most_mib = is_tier(SANDBOX_TIER_FULL) ? cases[i].most_mib : 200;
        assert_in_range(o.tmpfs_bytes, cases[i].least_mib * MIB, most_mib * MIB);
        if (is_tier(SANDBOX_TIER_FULL))
            assert_true(o.tmpfs_bytes <= o.run.memory_bytes);
        sandbox_outcome_done(&o);
    }
}

static void note_end(void *data, int r, struct sandbox_outcome *o, const struct error *err)
{
    (void)err;
    *(int *)data = r < 0 ? r : 1;
    sandbox_outcome_done(o);
}

static void test_static_data_above_the_limit_never_runs(void **state)
{
    (void)state;
    /* A header that asks for 1 GiB of zeroes, and nothing else: it could not run anyway. */
    static const unsigned char head[] = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};
    unsigned char elf[64 + 56] = {0};
    memcpy(elf, head, sizeof head);
    elf[16] = 2, elf[18] = 62, elf[20] = 1;
    elf[32] = 64, elf[52] = 64, elf[54] = 56, elf[56] = 1;
    elf[64] = 1, elf[68] = 6; /* PT_LOAD, read and write */
    elf[64 + 40 + 3] = 0x40;  /* memsz */
    int fd = memfd_create("elf", MFD_CLOEXEC);
    assert_int_equal(write(fd, elf, sizeof elf), sizeof elf);
    struct sandbox_file file = {"program", fd, true};
    struct sandbox_policy p = COMMAND("./program");
    p.files = &file;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    assert_true(o.static_data);
    assert_int_equal(o.oom_kills, 0);
    sandbox_outcome_done(&o);
    /* It is over before it began: a caller with an event loop of its own must hear of it. */
    int over = 0;
    struct error err = ERROR_INIT;
    assert_int_equal(sandbox_start(sandbox, &p, note_end, &over, NULL, &err), 0);
    struct pollfd readable = {.fd = sandbox_epoll_fd(sandbox), .events = POLLIN};
    assert_int_equal(poll(&readable, 1, 2000), 1);
    sandbox_step(sandbox, 0, &err);
    assert_int_equal(over, 1);
    p.run.memory_bytes = 2048 * MIB;
    o = run_box(&p);
    assert_false(o.static_data);
    sandbox_outcome_done(&o);
    close(fd);
}

/* ---- processes, files ---- */

static void test_processes_are_limited(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("count-forks");
    p.n_processes = 10;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    /* A limit per user: less exact as an ordinary user without namespaces, who has other processes. */
    if (is_tier(SANDBOX_TIER_LANDLOCK) && geteuid() != 0) {
        assert_in_range(atoi(o.out.bytes), 9, 1000); /* where the program itself stops */
    } else if (is_tier(SANDBOX_TIER_FULL)) {
        assert_output(&o, "9\n");
    } else {
        assert_in_range(atoi(o.out.bytes), 8, 11);
    }
    sandbox_outcome_done(&o);
}

static void test_run_profile_has_threads_but_no_processes(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("count-forks");
    p.profile = SANDBOX_PROFILE_RUN;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "0\n");
    sandbox_outcome_done(&o);
    p = ACTION("burn-threads", "20");
    p.profile = SANDBOX_PROFILE_RUN;
    o = run_box(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
}

static void test_file_size_is_limited(void **state)
{
    (void)state;
    struct sandbox_policy p =
        writing(COMMAND("/bin/sh", "-c", "exec head -c 5000000 /dev/urandom >big"));
    p.file_bytes = 1000000;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_SIGNALED);
    assert_int_equal(o.signal, 25); /* SIGXFSZ */
    sandbox_outcome_done(&o);
}

/* ---- the barrier ---- */

static struct sandbox_policy barrier_policy(const char *const *argv)
{
    struct sandbox_policy p = box_policy(argv);
    p.barrier = true;
    p.ready_target = 3;
    p.go_target = 4;
    return p;
}

static void test_barrier_tells_phases_apart(void **state)
{
    (void)state;
    NEED_TRUE_TIME();
    const char *const argv[] = {"./self", "in-box", "barrier", "100", "32", "100", NULL};
    struct sandbox_policy p = barrier_policy(argv);
    p.run.memory_bytes = 160 * MIB; /* the prepare phase has the 100 MiB still: not munmapped */
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_true(o.ready);
    int64_t said_us = strtoll(o.out.bytes, NULL, 10); /* of its own clock, since it was forked */
    assert_in_range(said_us, 100000, 60000000);
    assert_in_range(o.prepare.cpu_us, said_us - said_us / 20, said_us + 100000); /* and the box */
    assert_in_range(o.prepare.memory_bytes, 100 * MIB, 120 * MIB);
    assert_in_range(o.run.memory_bytes, 31 * MIB, 36 * MIB);
    assert_in_range(o.run.cpu_us, 1000, o.prepare.cpu_us - 1);
    assert_true(o.run.wall_us < o.prepare.wall_us);
    sandbox_outcome_done(&o);
}

static void test_barrier_limits_the_run_only(void **state)
{
    (void)state;
    const char *const fits[] = {"./self", "in-box", "barrier", "100", "16", NULL};
    struct sandbox_policy p = barrier_policy(fits);
    p.run.memory_bytes = 24 * MIB;
    p.run.cpu_us = 2000000;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
    const char *const more[] = {"./self", "in-box", "barrier", "100", "32", NULL};
    p.argv = more;
    o = run_box(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    assert_true(o.ready);
    assert_killed_at(&o, 24 * MIB);
    sandbox_outcome_done(&o);
}

static void test_barrier_not_reached(void **state)
{
    (void)state;
    const char *const argv[] = {"/bin/false", NULL};
    struct sandbox_policy p = barrier_policy(argv);
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_EXITED);
    assert_int_equal(o.exit_code, 1);
    assert_false(o.ready);
    assert_true(o.prepare.cpu_us > 0);
    assert_int_equal(o.run.cpu_us, -1);
    sandbox_outcome_done(&o);
    const char *const slow[] = {"/bin/sleep", "20", NULL};
    p.argv = slow;
    p.prepare.wall_us = 200000;
    o = run_box(&p);
    assert_end(&o, SANDBOX_END_WALL);
    assert_false(o.ready);
    sandbox_outcome_done(&o);
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_is_counted),
        cmocka_unit_test(test_cpu_limit),
        cmocka_unit_test(test_cpu_limit_counts_at_the_end),
        cmocka_unit_test(test_cpu_can_be_unlimited),
        cmocka_unit_test(test_wall_limit),
        cmocka_unit_test(test_stopped_command_is_idle),
        cmocka_unit_test(test_memory_is_measured),
        cmocka_unit_test(test_memory_limit),
        cmocka_unit_test(test_small_memory_limit),
        cmocka_unit_test(test_memory_limit_in_a_child),
        cmocka_unit_test(test_tmpfs_is_limited_and_charged),
        cmocka_unit_test(test_memory_is_told_apart),
        cmocka_unit_test(test_static_data_above_the_limit_never_runs),
        cmocka_unit_test(test_processes_are_limited),
        cmocka_unit_test(test_run_profile_has_threads_but_no_processes),
        cmocka_unit_test(test_file_size_is_limited),
        cmocka_unit_test(test_barrier_tells_phases_apart),
        cmocka_unit_test(test_barrier_limits_the_run_only),
        cmocka_unit_test(test_barrier_not_reached),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
