/* The system call filters, by a BPF interpreter against a table written by hand: nothing here is
 * derived from sandbox/filter_table.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "bpf_sim.h"
#include "sandbox/filter.h"
#include "sandbox/util.h"

#define RUN       SANDBOX_PROFILE_RUN
#define PROCESSES SANDBOX_PROFILE_PROCESSES
#define COMPILE   SANDBOX_PROFILE_COMPILE
#define PYTHON    SANDBOX_PROFILE_PYTHON
#define NODE      SANDBOX_PROFILE_NODE
#define JAVA      SANDBOX_PROFILE_JAVA
#define I386      AUDIT_ARCH_I386
#define AARCH64   AUDIT_ARCH_AARCH64
#define HIGH      0xdeadbeef00000000ULL /* bits the kernel does not look at */

#define ALLOW   SECCOMP_RET_ALLOW
#define KILL    SECCOMP_RET_KILL_PROCESS
#define TELL    SECCOMP_RET_USER_NOTIF
#define FAIL(e) (SECCOMP_RET_ERRNO | (e))

static struct sock_filter programs[SANDBOX_N_PROFILES][2][FILTER_MAX];
static size_t lengths[SANDBOX_N_PROFILES][2];

static uint32_t answer(int profile, bool listener, uint32_t arch, int nr, const uint64_t args[6])
{
    struct seccomp_data data = {.nr = nr, .arch = arch, .instruction_pointer = 0x123456789abcdef0};
    if (args)
        memcpy(data.args, args, sizeof data.args);
    uint32_t ret = 0;
    if (!bpf_run(programs[profile][listener], lengths[profile][listener], &data, &ret))
        fail_msg("profile %d: bad program for call %d", profile, nr);
    return ret;
}

static int build_all(void **state)
{
    (void)state;
    for (int p = 0; p < SANDBOX_N_PROFILES; p++)
        for (int l = 0; l < 2; l++)
            lengths[p][l] = filter_build((enum sandbox_profile)p, l, programs[p][l]);
    return 0;
}

/* ---- single calls ---- */

struct row {
    int nr;
    uint64_t args[6];
    uint32_t run, processes, compile; /* with a listener */
};

#define SAME(answer) answer, answer, answer
#define THREAD                                                                          \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
#define SIGCHLD_ 17

static const struct row rows[] = {
    {SYS_read, {0}, SAME(ALLOW)},
    {SYS_write, {0}, SAME(ALLOW)},
    {SYS_openat, {0}, SAME(ALLOW)},
    {SYS_mmap, {0}, SAME(ALLOW)},
    {SYS_execve, {0}, SAME(ALLOW)},
    {SYS_exit_group, {0}, SAME(ALLOW)},
    {SYS_rseq, {0}, SAME(ALLOW)},
    {SYS_getrandom, {0}, SAME(ALLOW)},
    {SYS_tgkill, {0}, SAME(ALLOW)},
    {SYS_sched_getaffinity, {0}, SAME(ALLOW)},

    /* event loops: what is compiled has none */
    {SYS_epoll_create1, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_epoll_pwait, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_eventfd2, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_timerfd_settime, {0}, FAIL(ENOSYS), ALLOW, ALLOW},

    /* one runtime only */
    {SYS_capget, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_flock, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_fchdir, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_fcntl, {0, F_SETLK}, FAIL(EINVAL), ALLOW, ALLOW},

    /* processes */
    {SYS_fork, {0}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_vfork, {0}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_kill, {0}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_wait4, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_clone, {THREAD}, SAME(ALLOW)},
    {SYS_clone, {THREAD | HIGH}, SAME(ALLOW)},
    {SYS_clone, {SIGCHLD_}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_clone, {CLONE_VM | CLONE_VFORK | SIGCHLD_}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_clone, {THREAD & ~(uint64_t)CLONE_THREAD}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_clone, {THREAD & ~(uint64_t)CLONE_SIGHAND}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_clone, {THREAD | 0x80}, FAIL(EPERM), ALLOW, ALLOW},
    {SYS_clone, {THREAD | CLONE_NEWUSER}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWUSER}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWNS}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWNET}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWPID}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWIPC}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWUTS}, SAME(FAIL(EPERM))},
    {SYS_clone, {SIGCHLD_ | CLONE_NEWCGROUP}, SAME(FAIL(EPERM))},
    {SYS_clone3, {0}, SAME(FAIL(ENOSYS))},

    /* checked arguments; high bits change nothing */
    {SYS_ioctl, {0, TCGETS}, SAME(ALLOW)},
    {SYS_ioctl, {0, FIONREAD}, SAME(ALLOW)},
    {SYS_ioctl, {0, TIOCSTI}, SAME(FAIL(ENOTTY))},
    {SYS_ioctl, {0, TIOCSTI | HIGH}, SAME(FAIL(ENOTTY))},
    {SYS_ioctl, {TCGETS, TIOCLINUX}, SAME(FAIL(ENOTTY))},
    {SYS_fcntl, {0, F_DUPFD_CLOEXEC}, SAME(ALLOW)},
    {SYS_fcntl, {0, F_GETFL | HIGH}, SAME(ALLOW)},
    {SYS_fcntl, {0, F_SETLKW}, FAIL(EINVAL), ALLOW, ALLOW},
    {SYS_fcntl, {0, F_SETOWN}, SAME(FAIL(EINVAL))},
    {SYS_fcntl, {0, 1033 /* F_ADD_SEALS */}, SAME(FAIL(EINVAL))},
    {SYS_fcntl, {0, 1031 /* F_SETPIPE_SZ */}, SAME(FAIL(EINVAL))},
    {SYS_prctl, {PR_SET_NAME}, SAME(ALLOW)},
    {SYS_prctl, {PR_SET_SECCOMP}, SAME(FAIL(EINVAL))},
    {SYS_prctl, {PR_SET_DUMPABLE}, SAME(FAIL(EINVAL))},
    {SYS_prctl, {PR_SET_PDEATHSIG}, FAIL(EINVAL), ALLOW, ALLOW},
    {SYS_prlimit64, {0}, SAME(ALLOW)},
    {SYS_prlimit64, {1}, SAME(FAIL(EPERM))},
    {SYS_prlimit64, {HIGH}, SAME(ALLOW)},
    {SYS_futex, {0, FUTEX_WAIT}, SAME(ALLOW)},
    {SYS_futex, {0, FUTEX_WAKE | FUTEX_PRIVATE_FLAG}, SAME(ALLOW)},
    {SYS_futex, {0, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME}, SAME(ALLOW)},
    {SYS_futex, {0, FUTEX_LOCK_PI}, SAME(FAIL(ENOSYS))},
    {SYS_futex, {0, FUTEX_WAIT_REQUEUE_PI}, SAME(FAIL(ENOSYS))},
    {SYS_futex, {0, FUTEX_FD}, SAME(FAIL(ENOSYS))},

    /* left out */
    {SYS_memfd_create, {0}, SAME(FAIL(ENOSYS))},
    {SYS_io_uring_setup, {0}, SAME(FAIL(ENOSYS))},
    {SYS_io_uring_enter, {0}, SAME(FAIL(ENOSYS))},
    {SYS_userfaultfd, {0}, SAME(FAIL(ENOSYS))},
    {SYS_openat2, {0}, SAME(FAIL(ENOSYS))},
    {SYS_execveat, {0}, SAME(FAIL(ENOSYS))},
    {SYS_seccomp, {0}, SAME(FAIL(ENOSYS))},
    {SYS_setuid, {0}, SAME(FAIL(ENOSYS))},
    {SYS_mknod, {0}, SAME(FAIL(ENOSYS))},
    {SYS_mknodat, {0}, SAME(FAIL(ENOSYS))},
    {SYS_shmget, {0}, SAME(FAIL(ENOSYS))},
    {SYS_mq_open, {0}, SAME(FAIL(ENOSYS))},
    {SYS_personality, {0}, SAME(FAIL(ENOSYS))},
    {SYS_splice, {0}, SAME(FAIL(ENOSYS))},
    {SYS_sendfile, {0}, SAME(FAIL(ENOSYS))}, /* hands pages of files on, as splice does */
    {SYS_setresuid, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_vmsplice, {0}, SAME(FAIL(ENOSYS))},
    {SYS_tee, {0}, SAME(FAIL(ENOSYS))},
    {SYS_bind, {0}, SAME(FAIL(ENOSYS))},
    {SYS_connect, {0}, SAME(FAIL(ENOSYS))},
    {SYS_modify_ldt, {0}, SAME(FAIL(ENOSYS))},
    {SYS_chmod, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_symlink, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_setsid, {0}, FAIL(ENOSYS), ALLOW, ALLOW},
    {-1, {0}, SAME(FAIL(ENOSYS))},
    {1023, {0}, SAME(FAIL(ENOSYS))},

    /* told */
    {SYS_socket, {2, 1}, SAME(TELL)},
    {SYS_socketpair, {1, 1}, SAME(TELL)},
    {SYS_ptrace, {0}, SAME(TELL)},
    {SYS_unshare, {0}, SAME(TELL)},
    {SYS_setns, {0}, SAME(TELL)},
    {SYS_mount, {0}, SAME(TELL)},
    {SYS_bpf, {0}, SAME(TELL)},
    {SYS_keyctl, {0}, SAME(TELL)},
    {SYS_process_vm_writev, {0}, SAME(TELL)},
    {SYS_open_by_handle_at, {0}, SAME(TELL)},
    {SYS_perf_event_open, {0}, SAME(TELL)},
};

/* The runtimes answer as `run` does, but for these. */
static const struct {
    int nr;
    uint64_t second; /* argument */
    uint32_t python, node, java;
} runtime_rows[] = {
    {SYS_epoll_create1, 0, SAME(ALLOW)},
    {SYS_epoll_pwait, 0, SAME(ALLOW)},
    {SYS_eventfd2, 0, SAME(ALLOW)},
    {SYS_timerfd_settime, 0, SAME(ALLOW)},
    {SYS_capget, 0, FAIL(ENOSYS), ALLOW, ALLOW},
    {SYS_flock, 0, FAIL(ENOSYS), FAIL(ENOSYS), ALLOW},
    {SYS_fchdir, 0, FAIL(ENOSYS), FAIL(ENOSYS), ALLOW},
    {SYS_fcntl, F_SETLK, FAIL(EINVAL), FAIL(EINVAL), ALLOW},
    {SYS_fcntl, F_SETLKW, FAIL(EINVAL), FAIL(EINVAL), ALLOW},
};

static void wanted(const struct row *r, uint32_t want[SANDBOX_N_PROFILES])
{
    want[RUN] = r->run;
    want[PROCESSES] = r->processes;
    want[COMPILE] = r->compile;
    want[PYTHON] = want[NODE] = want[JAVA] = r->run;
    for (size_t i = 0; i < ARRAY_LEN(runtime_rows); i++) {
        if (runtime_rows[i].nr != r->nr || runtime_rows[i].second != r->args[1])
            continue;
        want[PYTHON] = runtime_rows[i].python;
        want[NODE] = runtime_rows[i].node;
        want[JAVA] = runtime_rows[i].java;
    }
}

static void test_filter_answers_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *r = &rows[i];
        uint32_t want[SANDBOX_N_PROFILES];
        wanted(r, want);
        for (int p = 0; p < SANDBOX_N_PROFILES; p++) {
            uint32_t got = answer(p, true, AUDIT_ARCH_X86_64, r->nr, r->args);
            if (got != want[p])
                fail_msg("row %zu (call %d, %#llx), profile %d: want %#x, got %#x", i, r->nr,
                         (unsigned long long)r->args[1], p, want[p], got);
        }
    }
}

static void test_filter_without_listener(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *r = &rows[i];
        for (int p = 0; p < SANDBOX_N_PROFILES; p++) {
            uint32_t with = answer(p, true, AUDIT_ARCH_X86_64, r->nr, r->args);
            uint32_t got = answer(p, false, AUDIT_ARCH_X86_64, r->nr, r->args);
            bool network = r->nr == SYS_socket || r->nr == SYS_socketpair;
            assert_int_equal(got, with != TELL ? with : network ? FAIL(EAFNOSUPPORT) : KILL);
        }
    }
}

/* ---- all calls ---- */

static void test_foreign_architectures_are_killed(void **state)
{
    (void)state;
    static const uint32_t archs[] = {I386, AARCH64, AUDIT_ARCH_X86_64 ^ 1, 0};
    for (int p = 0; p < SANDBOX_N_PROFILES; p++) {
        for (int l = 0; l < 2; l++) {
            for (int nr = -1; nr < 1024; nr++) {
                for (size_t a = 0; a < ARRAY_LEN(archs); a++)
                    assert_int_equal(answer(p, l, archs[a], nr, NULL), KILL);
                if (nr >= 0)
                    assert_int_equal(answer(p, l, AUDIT_ARCH_X86_64, 0x40000000 | nr, NULL), KILL);
            }
        }
    }
}

/* Numbers the kernel may give a meaning one day. */
static void test_numbers_beyond_the_table_are_enosys(void **state)
{
    (void)state;
    for (int p = 0; p < SANDBOX_N_PROFILES; p++) {
        for (int nr = 450; nr < 100000; nr++)
            assert_int_equal(answer(p, true, AUDIT_ARCH_X86_64, nr, NULL), FAIL(ENOSYS));
        for (int nr = 335; nr < 424; nr++)
            assert_int_equal(answer(p, true, AUDIT_ARCH_X86_64, nr, NULL), FAIL(ENOSYS));
    }
}

/* What the run profile allows, the others allow: each is a superset. */
static void test_profiles_grow(void **state)
{
    (void)state;
    int n_run = 0, n_python = 0, n_processes = 0;
    for (int nr = 0; nr < 1024; nr++) {
        bool run = answer(RUN, true, AUDIT_ARCH_X86_64, nr, NULL) == ALLOW;
        bool processes = answer(PROCESSES, true, AUDIT_ARCH_X86_64, nr, NULL) == ALLOW;
        bool compile = answer(COMPILE, true, AUDIT_ARCH_X86_64, nr, NULL) == ALLOW;
        bool python = answer(PYTHON, true, AUDIT_ARCH_X86_64, nr, NULL) == ALLOW;
        n_run += run;
        n_python += python;
        n_processes += processes;
        if ((run && !python) || (python && !processes) || (processes && !compile))
            fail_msg("call %d is allowed in a smaller profile only", nr);
        for (int p = NODE; p <= JAVA; p++) {
            bool runtime = answer(p, true, AUDIT_ARCH_X86_64, nr, NULL) == ALLOW;
            if ((python && !runtime) || (runtime && !processes))
                fail_msg("call %d: profile %d is not between python and processes", nr, p);
        }
    }
    /* An allow-list that grows is to be noticed. */
    assert_in_range(n_run, 95, 120);
    assert_in_range(n_python, 105, 130);
    assert_in_range(n_processes, 130, 170);
}

/* ---- the second filter, of the tiers without a control group ---- */

#define OWN FILTER_OWN_PID

static void test_second_filter(void **state)
{
    (void)state;
    static const struct {
        int nr;
        uint64_t args[6];
        uint32_t answer, of_old_landlock;
    } cases[] = {
        {SYS_mmap, {0, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS}, ALLOW, ALLOW},
        {SYS_mmap, {0, 4096, 3, MAP_PRIVATE}, ALLOW, ALLOW},
        {SYS_mmap, {0, 4096, 3, MAP_SHARED}, ALLOW, ALLOW}, /* of a file */
        {SYS_mmap, {0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS}, FAIL(EPERM), FAIL(EPERM)},
        {SYS_mmap, {0, 4096, 3, MAP_SHARED_VALIDATE | MAP_ANONYMOUS}, FAIL(EPERM), FAIL(EPERM)},
        {SYS_mmap,
         {0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED},
         FAIL(EPERM),
         FAIL(EPERM)},
        {SYS_mmap, {0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS | HIGH}, FAIL(EPERM), FAIL(EPERM)},
        {SYS_kill, {OWN, 9}, ALLOW, ALLOW},
        {SYS_kill, {OWN + 1, 9}, ALLOW, FAIL(EPERM)},
        {SYS_kill, {0, 9}, ALLOW, FAIL(EPERM)},
        {SYS_kill, {1, 0}, ALLOW, FAIL(EPERM)},
        {SYS_kill, {(uint64_t)-1, 9}, ALLOW, FAIL(EPERM)},
        {SYS_kill, {(uint64_t) - (int64_t)OWN, 9}, ALLOW, FAIL(EPERM)},
        {SYS_kill, {9, OWN}, ALLOW, FAIL(EPERM)},
        {SYS_tkill, {OWN, 9}, ALLOW, ALLOW},
        {SYS_tkill, {OWN + 1, 9}, ALLOW, FAIL(EPERM)},
        {SYS_tgkill, {OWN, OWN + 1, 9}, ALLOW, ALLOW}, /* a thread of our own */
        {SYS_tgkill, {OWN + 1, OWN, 9}, ALLOW, FAIL(EPERM)},
        {SYS_tgkill, {OWN | HIGH, OWN, 9}, ALLOW, ALLOW},
        {SYS_truncate, {OWN}, ALLOW, FAIL(EPERM)},
        {SYS_ftruncate, {0}, ALLOW, ALLOW}, /* a descriptor was opened for writing */
        {SYS_read, {OWN + 1, 0, 0, MAP_SHARED | MAP_ANONYMOUS}, ALLOW, ALLOW},
        {MAP_SHARED | MAP_ANONYMOUS, {0}, ALLOW, ALLOW}, /* a call with that number */
        {-1, {0}, ALLOW, ALLOW},
    };
    for (int old_landlock = 0; old_landlock < 2; old_landlock++) {
        struct sock_filter program[FILTER_EXTRA_MAX];
        size_t n = filter_build_extra(old_landlock, program);
        assert_in_range(n, 4, FILTER_EXTRA_MAX);
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            struct seccomp_data data = {.nr = cases[i].nr, .arch = AUDIT_ARCH_X86_64};
            memcpy(data.args, cases[i].args, sizeof data.args);
            uint32_t want = old_landlock ? cases[i].of_old_landlock : cases[i].answer, got = 0;
            if (!bpf_run(program, n, &data, &got) || got != want)
                fail_msg("case %zu, old_landlock %d: want %#x, got %#x", i, old_landlock, want,
                         got);
        }
        /* Of all other calls it has no opinion. */
        for (int nr = 0; nr < 1024; nr++) {
            struct seccomp_data data = {.nr = nr, .arch = AUDIT_ARCH_X86_64};
            uint32_t got = 0;
            bool is_checked =
                nr == SYS_kill || nr == SYS_tkill || nr == SYS_tgkill || nr == SYS_truncate;
            assert_true(bpf_run(program, n, &data, &got));
            assert_int_equal(got, is_checked && old_landlock ? FAIL(EPERM) : ALLOW);
        }
    }
}

static void test_programs_are_accepted_sizes(void **state)
{
    (void)state;
    for (int p = 0; p < SANDBOX_N_PROFILES; p++)
        for (int l = 0; l < 2; l++)
            assert_in_range(lengths[p][l], 100, 1500); /* the kernel takes up to 4096 */
}

static void test_interpreter_refuses_bad_programs(void **state)
{
    (void)state;
    struct seccomp_data data = {0};
    uint32_t ret = 0;
    const struct sock_filter off_the_end[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0)};
    const struct sock_filter far[] = {BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_RET | BPF_K, 0)};
    const struct sock_filter outside[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64),
                                          BPF_STMT(BPF_RET | BPF_K, 0)};
    assert_false(bpf_run(off_the_end, 1, &data, &ret));
    assert_false(bpf_run(far, 2, &data, &ret));
    assert_false(bpf_run(outside, 2, &data, &ret));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_answers_as_the_table_says),
        cmocka_unit_test(test_filter_without_listener),
        cmocka_unit_test(test_foreign_architectures_are_killed),
        cmocka_unit_test(test_numbers_beyond_the_table_are_enosys),
        cmocka_unit_test(test_profiles_grow),
        cmocka_unit_test(test_second_filter),
        cmocka_unit_test(test_programs_are_accepted_sizes),
        cmocka_unit_test(test_interpreter_refuses_bad_programs),
    };
    return cmocka_run_group_tests(tests, build_all, NULL);
}
