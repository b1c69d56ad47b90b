/* What a look at a box's processes finds: the parsers on texts, the looks on real processes.
 *
 * A "box" here is a child of the test that stands for box-init (a subreaper, as box-init is), and its child, the
 * command.  They talk by two pipes; when the test closes its end, everything in the box ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/procs.h"
#include "sandbox/util.h"

#define MIB       (1LL << 20)
#define TOUCHED   (64 * MIB)
#define TICK_NS   (1000000000 / sysconf(_SC_CLK_TCK))
#define LIFE_S    120 /* every process ends after this by itself */
#define NOBODY    65534
#define N_CROWD   800
#define N_CHURN   300
#define MANY_TIDS 20

/* ---- parsers ---- */

static void test_parse_status(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct procs_status want;
    } cases[] = {
        {"Name:\tcat\nUmask:\t0022\nVmHWM:\t    1692 kB\nRssAnon:\t     112 kB\nRssFile:\t    1580 "
         "kB\n"
         "RssShmem:\t       4 kB\nVmData:\t     360 kB\nThreads:\t17\nSigQ:\t0/96365\n",
         {112 << 10, 1580 << 10, 4 << 10, 1692 << 10, 360 << 10, 17}},
        {"", {-1, -1, -1, -1, -1, -1}},
        {"\n\n\n", {-1, -1, -1, -1, -1, -1}},
        {"Name:\tx\nState:\tZ (zombie)\nThreads:\t1\n", {-1, -1, -1, -1, -1, 1}},
        /* the kernel writes a newline of a name as \n; and if it did not, the true line comes later */
        {"Name:\ta\\nRssAnon: 9 kB\nRssAnon:\t 1 kB", {1024, -1, -1, -1, -1, -1}},
        {"Name:\ta\nRssAnon: 9 kB\nRssAnon:\t 1 kB\n", {1024, -1, -1, -1, -1, -1}},
        {" RssAnon: 9 kB\nxVmHWM: 8 kB\nRssAnonymous: 7 kB\n", {-1, -1, -1, -1, -1, -1}},
        {"RssAnon: 9\nRssFile: kB\nRssShmem: -1 kB\nVmHWM: 1 MB\nThreads: x\n",
         {-1, -1, -1, -1, -1, -1}},
        {"RssAnon: 9007199254740991 kB\nVmHWM: 9007199254740992 kB\nVmData: 99999999999999999999 "
         "kB\n",
         {9007199254740991 << 10, -1, -1, -1, -1, -1}},
        {"Threads:\t2147483648\n", {-1, -1, -1, -1, -1, -1}},
        {"RssAnon:", {-1, -1, -1, -1, -1, -1}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct procs_status got;
        procs_parse_status(cases[i].text, &got);
        assert_int_equal(got.anon_bytes, cases[i].want.anon_bytes);
        assert_int_equal(got.file_bytes, cases[i].want.file_bytes);
        assert_int_equal(got.shmem_bytes, cases[i].want.shmem_bytes);
        assert_int_equal(got.peak_bytes, cases[i].want.peak_bytes);
        assert_int_equal(got.data_bytes, cases[i].want.data_bytes);
        assert_int_equal(got.n_threads, cases[i].want.n_threads);
    }
}

#define AFTER_PARENT " 7 7 34816 7 4194304 1 2 3 4"
#define NUMBERS      " 10 20 30 40 20 0 3 0 12345 1000000 200 18446744073709551615 1 1 0\n"

static void test_parse_stat(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        char state;
        pid_t parent;
    } cases[] = {
        {"42 (cat) R 7" AFTER_PARENT NUMBERS, true, 'R', 7},
        {"42 () S 0" AFTER_PARENT NUMBERS, true, 'S', 0},
        {"42 () R 1 2 3) Z 7" AFTER_PARENT NUMBERS, true, 'Z', 7},
        {"42 (a\n1 (b) R 9) S 7" AFTER_PARENT NUMBERS, true, 'S', 7},
        {"42 ((((() S 7" AFTER_PARENT NUMBERS, true, 'S', 7},
        {"42 (cat) R 7 7 7 34816 -1 4194304 1 2 3 4" NUMBERS, true, 'R', 7},
        {"42 (cat) R 7" AFTER_PARENT " 10 20 30 40 20 0 3", true, 'R', 7},
        {"42 (cat) R 7" AFTER_PARENT " 10 20 30 40 20 0", false, 0, 0},
        {"42 (cat) R 7", false, 0, 0},
        {"42 (cat) R", false, 0, 0},
        {"42 (cat)", false, 0, 0},
        {"42 (cat", false, 0, 0},
        {"", false, 0, 0},
        {")", false, 0, 0},
        {"42 cat) R 7" AFTER_PARENT NUMBERS, false, 0, 0},
        {"x (cat) R 7" AFTER_PARENT NUMBERS, false, 0, 0},
        {"42 (cat) 1 7" AFTER_PARENT NUMBERS, false, 0, 0},
        {"42 (cat) R -7" AFTER_PARENT NUMBERS, false, 0, 0},
        {"42 (cat) R 2147483648" AFTER_PARENT NUMBERS, false, 0, 0},
        {"42 (cat) R  7" AFTER_PARENT NUMBERS, false, 0, 0},
        {"42 (cat) R 7" AFTER_PARENT " -10 20 30 40 20 0 3 0", false, 0, 0},
        {"42 (cat) R 7" AFTER_PARENT " 9223372036854775807 1 30 40 20 0 3 0", false, 0, 0},
        {"42 (cat) R 7" AFTER_PARENT " 99999999999999999999 1 30 40 20 0 3 0", false, 0, 0},
        {"42 (cat) R 7" AFTER_PARENT " 10 20 30 40 20 0 -3 0", false, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct procs_stat got;
        if (procs_parse_stat(cases[i].text, &got) != cases[i].good)
            fail_msg("case %zu", i);
        assert_int_equal(got.state, cases[i].state);
        assert_int_equal(got.parent, cases[i].parent);
        assert_int_equal(got.cpu_ticks, cases[i].good ? 30 : 0);
        assert_int_equal(got.waited_cpu_ticks, cases[i].good ? 70 : 0);
        assert_int_equal(got.n_threads, cases[i].good ? 3 : 0);
    }
}

static void test_next_child(void **state)
{
    (void)state;
    const char *at = "1 22 2147483647 \n5";
    assert_int_equal(procs_next_child(&at), 1);
    assert_int_equal(procs_next_child(&at), 22);
    assert_int_equal(procs_next_child(&at), 2147483647);
    assert_int_equal(procs_next_child(&at), 5);
    assert_int_equal(procs_next_child(&at), 0);
    assert_int_equal(*at, 0);
    static const char *const nothing[] = {"", " ", "x", "-1 ", "0 ", "2147483648 "};
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
        at = nothing[i];
        assert_int_equal(procs_next_child(&at), 0);
    }
}

/* ---- a box ---- */

struct box {
    pid_t init;
    int go;   /* write end: a byte is one step of the command */
    int told; /* read end: int64_t */
};

/* in the box: its ends */
static int box_go, box_tell;

static void tell(int64_t n)
{
    if (write(box_tell, &n, sizeof n) != sizeof n)
        _exit(100);
}

/* Stays until the box ends; takes no step. */
static void await_end(void)
{
    struct pollfd end = {box_go, 0, 0};
    while (poll(&end, 1, -1) < 0)
        ;
}

static noreturn void park(void)
{
    await_end();
    _exit(0);
}

/* Waits for a step, one process at a time; ends with the box. */
static void step(void)
{
    char byte;
    if (read(box_go, &byte, 1) != 1)
        _exit(0);
}

static int64_t own_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t thread_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void burn_ms(int64_t ms)
{
    for (int64_t end = thread_cpu_ns() + ms * 1000000; thread_cpu_ns() < end;)
        ;
}

/* fork() of a process that ends by itself in any case. */
static pid_t fork_short(void)
{
    pid_t pid = fork();
    if (pid < 0)
        _exit(101);
    if (pid == 0)
        alarm(LIFE_S);
    return pid;
}

/* A sanitizer's look at its own shadow of this memory would be memory, too. */
__attribute__((no_sanitize("address"))) static void *touch(int64_t bytes, int flags)
{
    char *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
    if (p == MAP_FAILED)
        _exit(102);
    for (int64_t i = 0; i < bytes; i += 4096)
        ((volatile char *)p)[i] = 1;
    return p;
}

enum { REAPS = 1, OWN_NAMESPACES = 2 };

static noreturn void be_init(int flags, void (*command)(void))
{
    alarm(LIFE_S);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (flags & OWN_NAMESPACES)
        step(); /* our ids are mapped now */
    if (fork_short() == 0) {
        command();
        _exit(0);
    }
    int status;
    if (flags & REAPS)
        while (wait(&status) > 0)
            ;
    park();
}

static void write_map(pid_t pid, const char *file, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    auto_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
}

/* False if namespaces are not to be had. */
static bool box_start(struct box *box, int flags, void (*command)(void))
{
    int go[2], told[2];
    if (pipe2(go, O_CLOEXEC) < 0 || pipe2(told, O_CLOEXEC) < 0)
        abort();
    fflush(NULL);
    if (flags & OWN_NAMESPACES)
        box->init =
            (pid_t)syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, 0);
    else
        box->init = fork();
    if (box->init == 0) {
        close(go[1]);
        close(told[0]);
        box_go = go[0];
        box_tell = told[1];
        be_init(flags, command);
    }
    close(go[0]);
    close(told[1]);
    box->go = go[1];
    box->told = told[0];
    if (box->init < 0) {
        close(box->go);
        close(box->told);
        return false;
    }
    if (flags & OWN_NAMESPACES) {
        char text[64];
        snprintf(text, sizeof text, "%d %d 1\n", NOBODY, getuid());
        write_map(box->init, "uid_map", text);
    }
    return true;
}

static void box_step(const struct box *box)
{
    if (write(box->go, "g", 1) != 1)
        abort();
}

static int64_t box_hear(const struct box *box)
{
    int64_t n;
    if (read(box->told, &n, sizeof n) != sizeof n)
        return -1; /* it died: what follows fails */
    return n;
}

static int64_t box_step_and_hear(const struct box *box)
{
    box_step(box);
    return box_hear(box);
}

/* Everything that waits for a step ends now; then whoever held the other end is gone. */
static void box_end(struct box *box)
{
    char byte;
    close(box->go);
    while (read(box->told, &byte, 1) > 0)
        ;
    close(box->told);
    waitpid(box->init, NULL, 0);
}

static void assert_is_near(int64_t got, int64_t want, int64_t tolerance)
{
    if (got < want - tolerance || got > want + tolerance)
        fail_msg("%lld is not %lld +- %lld", (long long)got, (long long)want, (long long)tolerance);
}

/* A look; without lists of children it finds the same. */
static struct procs_sample look(const struct box *box)
{
    struct procs_sample sample, again;
    assert_int_equal(procs_look(box->init, &sample), 0);
    procs_no_children_files = true;
    int r = procs_look(box->init, &again);
    procs_no_children_files = false;
    assert_int_equal(r, 0);
    assert_int_equal(sample.n_processes, again.n_processes);
    assert_int_equal(sample.n_threads, again.n_threads);
    assert_is_near(again.anon_bytes, sample.anon_bytes, MIB + sample.anon_bytes / 50);
    assert_true(again.cpu_ns >= sample.cpu_ns);
    return sample;
}

static void assert_is_nothing(pid_t init)
{
    static const struct procs_sample nothing;
    struct procs_sample sample = {.n_processes = 1};
    assert_int_equal(procs_look(init, &sample), -ENOENT);
    assert_memory_equal(&sample, &nothing, sizeof nothing);
}

/* ---- memory ---- */

static void touch_and_free(void)
{
    tell(0);
    step();
    char *p = touch(TOUCHED, MAP_PRIVATE);
    tell(0);
    step();
    touch(16 * MIB, MAP_SHARED);
    tell(0);
    step();
    munmap(p, TOUCHED);
    tell(0);
    step();
}

static void test_look_memory_and_peak(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, touch_and_free));
    assert_int_equal(box_hear(&box), 0);
    struct procs_sample before = look(&box);
    assert_int_equal(before.n_processes, 1);
    assert_int_equal(before.n_threads, 1);
    assert_true(before.cpu_ns > 0);
    assert_true(before.anon_bytes > 0);
    assert_true(before.peak_bytes >= before.anon_bytes + before.shared_bytes);

    assert_int_equal(box_step_and_hear(&box), 0);
    struct procs_sample touched = look(&box);
    assert_is_near(touched.anon_bytes - before.anon_bytes, TOUCHED, MIB);
    assert_is_near(touched.shared_bytes, before.shared_bytes, MIB);
    assert_true(touched.peak_bytes >= touched.anon_bytes);
    assert_is_near(touched.data_bytes - before.data_bytes, TOUCHED, MIB);

    assert_int_equal(box_step_and_hear(&box), 0);
    struct procs_sample shared = look(&box);
    assert_is_near(shared.shared_bytes - touched.shared_bytes, 16 * MIB, MIB);
    assert_is_near(shared.anon_bytes, touched.anon_bytes, MIB);

    assert_int_equal(box_step_and_hear(&box), 0);
    struct procs_sample freed = look(&box);
    assert_is_near(freed.anon_bytes, before.anon_bytes, MIB);
    assert_is_near(freed.peak_bytes, shared.peak_bytes, MIB); /* kernels note it roughly */

    assert_true(procs_reset_peak(box.init));
    struct procs_sample reset = look(&box);
    assert_is_near(freed.peak_bytes - reset.peak_bytes, TOUCHED, 2 * MIB);
    box_end(&box);
}

static int shares_memory(void *data)
{
    (void)data;
    tell(0);
    await_end();
    return 0;
}

static void vfork_a_child(void)
{
    touch(TOUCHED, MAP_PRIVATE);
    tell(0);
    step();
    char *stack = touch(256 << 10, MAP_PRIVATE | MAP_STACK);
    clone(shares_memory, stack + (256 << 10), CLONE_VM | SIGCHLD, NULL);
    park();
}

static void test_look_counts_shared_memory_map_once(void **state)
{
    (void)state;
    if (syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0) != 0)
        skip(); /* no kcmp() here: such a child counts twice */
    struct box box;
    assert_true(box_start(&box, REAPS, vfork_a_child));
    assert_int_equal(box_hear(&box), 0);
    struct procs_sample before = look(&box);
    assert_int_equal(box_step_and_hear(&box), 0);
    struct procs_sample both = look(&box);
    assert_int_equal(both.n_processes, 2);
    assert_is_near(both.anon_bytes, before.anon_bytes, MIB);
    box_end(&box);
}

/* ---- CPU ---- */

static int n_burnt; /* threads that have */

static void *burn_and_stay(void *data)
{
    burn_ms(50);
    __atomic_add_fetch(&n_burnt, 1, __ATOMIC_SEQ_CST);
    while (!data)
        pause();
    return NULL;
}

static void burn_in_threads(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, burn_and_stay, i < 2 ? &n_burnt : NULL) != 0)
            _exit(103);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    while (__atomic_load_n(&n_burnt, __ATOMIC_SEQ_CST) < 4)
        usleep(1000);
    for (;;) {
        tell(own_cpu_ns());
        step();
    }
}

static void test_look_cpu_of_threads(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, burn_in_threads));
    int64_t least = box_hear(&box);
    struct procs_sample sample = look(&box);
    int64_t most = box_step_and_hear(&box);
    assert_true(least >= 200000000);
    assert_true(sample.cpu_ns >= least && sample.cpu_ns <= most);
    assert_int_equal(sample.n_processes, 1);
    assert_int_equal(sample.n_threads, 3); /* two have ended */
    box_end(&box);
}

static int64_t waited_cpu_ns(void)
{
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000LL +
           (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000LL;
}

static void wait_for_a_burner(void)
{
    pid_t pid = fork_short();
    if (pid == 0) {
        burn_ms(100);
        _exit(0);
    }
    siginfo_t info;
    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT); /* a zombie now */
    clockid_t clock;
    struct timespec t = {0, 0};
    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &t);
    tell((int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
    step();
    waitpid(pid, NULL, 0);
    tell(waited_cpu_ns());
    step();
}

static void test_look_cpu_of_zombies_and_waited_for(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, wait_for_a_burner));
    int64_t least = box_hear(&box);
    assert_true(least >= 100000000);
    struct procs_sample zombie = look(&box);
    assert_int_equal(zombie.n_processes, 2);
    assert_true(zombie.cpu_ns > least);
    int64_t waited = box_step_and_hear(&box);
    assert_true(waited >= 100000000);
    struct procs_sample after = look(&box);
    assert_int_equal(after.n_processes, 1);
    assert_true(after.cpu_ns > waited - 2 * TICK_NS); /* user and system are rounded down */
    box_end(&box);
}

static void daemonize(void)
{
    if (fork_short() == 0) {
        if (fork_short() == 0)
            park();
        _exit(0);
    }
    while (wait(NULL) > 0)
        ;
    burn_ms(100);
    tell(own_cpu_ns());
    step();
}

static void test_look_finds_orphans_and_the_dead_ones_cpu(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, daemonize));
    int64_t burnt = box_hear(&box);
    assert_true(burnt >= 100000000);
    assert_int_equal(look(&box).n_processes, 2);
    box_step(&box); /* the command ends */
    struct procs_sample sample;
    do {
        assert_int_equal(procs_look(box.init, &sample), 0);
        usleep(1000);
    } while (sample.n_processes > 1);
    assert_true(sample.cpu_ns > burnt - 2 * TICK_NS);
    box_end(&box);
}

/* ---- awkward processes ---- */

static void *outlive_the_leader(void *leader)
{
    pthread_join(*(pthread_t *)leader, NULL);
    touch(TOUCHED, MAP_PRIVATE);
    if (fork_short() == 0)
        park();
    tell(0);
    park();
}

static void end_the_leader(void)
{
    static pthread_t leader, other;
    leader = pthread_self();
    if (pthread_create(&other, NULL, outlive_the_leader, &leader) != 0)
        _exit(103);
    pthread_exit(NULL);
}

static void test_look_into_a_process_without_its_first_thread(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, end_the_leader));
    assert_int_equal(box_hear(&box), 0);
    struct procs_sample sample = look(&box);
    assert_int_equal(sample.n_processes, 2);
    assert_int_equal(sample.n_threads, 3);
    assert_true(sample.anon_bytes >= 2 * TOUCHED); /* its child has a copy */
    assert_true(sample.peak_bytes >= TOUCHED);
    assert_true(sample.data_bytes >= TOUCHED);
    assert_true(procs_reset_peak(box.init));
    box_end(&box);
}

static void have_awkward_names(void)
{
    static const char *const names[] = {
        ") R 1 2 3",    "\n",  "\nRssAnon: 9 kB", "\nThreads: 99\n",
        "(((",          ")))", "1 (x) S 1 0 0 0", "\\nVmHWM:\t1 k",
        "\xff\xfe\x01", "",
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        prctl(PR_SET_NAME, names[i]);
        tell(0);
        step();
    }
    tell(-1);
    park();
}

static void test_look_is_not_fooled_by_names(void **state)
{
    (void)state;
    struct box box;
    struct procs_sample first = {0};
    assert_true(box_start(&box, REAPS, have_awkward_names));
    for (int i = 0; box_hear(&box) == 0; i++) {
        struct procs_sample sample = look(&box);
        first = i == 0 ? sample : first;
        assert_int_equal(sample.n_processes, 1);
        assert_int_equal(sample.n_threads, 1);
        assert_true(sample.anon_bytes > 9 << 10);
        assert_is_near(sample.anon_bytes, first.anon_bytes, MIB);
        assert_true(sample.peak_bytes >= sample.anon_bytes);
        box_step(&box);
    }
    assert_true(first.n_processes == 1);
    box_end(&box);
}

static void be_a_crowd(void)
{
    for (int i = 0; i < N_CROWD; i++)
        if (fork_short() == 0)
            park();
    tell(0);
    step();
    for (int i = 0; i < N_CHURN; i++) { /* a few at a time come and go */
        if (fork_short() == 0)
            _exit(0);
        if (i % 4 == 3)
            for (int j = 0; j < 4; j++)
                wait(NULL);
    }
    tell(0);
    park();
}

/* More than one buffer of children; then many that vanish while they are looked at. */
static void test_look_at_a_crowd(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, be_a_crowd));
    assert_int_equal(box_hear(&box), 0);
    assert_int_equal(look(&box).n_processes, N_CROWD + 1);
    box_step(&box);
    struct pollfd told = {box.told, POLLIN, 0};
    while (poll(&told, 1, 0) == 0) {
        struct procs_sample sample;
        assert_int_equal(procs_look(box.init, &sample), 0);
        /* A list of children that changes while it is read may skip some. */
        assert_in_range(sample.n_processes, 1, N_CROWD + 1 + 4);
    }
    assert_int_equal(box_hear(&box), 0);
    assert_int_equal(look(&box).n_processes, N_CROWD + 1);
    box_end(&box);
}

static void *fork_and_stay(void *data)
{
    (void)data;
    if (fork_short() == 0)
        park();
    tell(0);
    park();
}

static void fork_from_threads(void)
{
    pthread_t thread;
    for (int i = 0; i < MANY_TIDS; i++)
        if (pthread_create(&thread, NULL, fork_and_stay, NULL) != 0)
            _exit(103);
    park();
}

static void test_look_finds_children_of_every_thread(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, REAPS, fork_from_threads));
    for (int i = 0; i < MANY_TIDS; i++)
        assert_int_equal(box_hear(&box), 0);
    struct procs_sample sample = look(&box);
    assert_int_equal(sample.n_processes, 1 + MANY_TIDS);
    assert_int_equal(sample.n_threads, 1 + 2 * MANY_TIDS);
    box_end(&box);
}

static void end_at_once(void)
{
    tell(0);
}

static void test_look_at_nothing(void **state)
{
    (void)state;
    struct box box;
    assert_true(box_start(&box, 0, end_at_once)); /* not waited for: it stays a zombie */
    assert_int_equal(box_hear(&box), 0);
    struct procs_sample sample;
    while (procs_look(box.init, &sample) == 0)
        usleep(1000);
    assert_is_nothing(box.init);
    assert_true(procs_reset_peak(box.init));
    pid_t init = box.init;
    box_end(&box); /* waited for: the number is free */
    assert_is_nothing(init);
}

/* ---- an ordinary user, a box in namespaces of its own ---- */

#define MUST(condition)                                             \
    do {                                                            \
        if (!(condition)) {                                         \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            return 1;                                               \
        }                                                           \
    } while (0)

/* Returns 0, 1 (failed) or 77 (no namespaces here). */
static int look_as_nobody(void)
{
    if (getuid() == 0 &&
        (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0))
        return 77;
    prctl(PR_SET_DUMPABLE, 1); /* as an ordinary user's programs are */
    struct box box;
    if (!box_start(&box, REAPS | OWN_NAMESPACES, touch_and_free))
        return 77;
    box_step(&box);
    if (box_hear(&box) != 0)
        return 77;
    struct procs_sample before, after;
    MUST(procs_look(box.init, &before) == 0);
    MUST(before.n_processes == 1 && before.n_threads == 1 && before.cpu_ns > 0);
    MUST(box_step_and_hear(&box) == 0);
    MUST(procs_look(box.init, &after) == 0);
    MUST(llabs(after.anon_bytes - before.anon_bytes - TOUCHED) < MIB);
    MUST(box_step_and_hear(&box) == 0);
    MUST(box_step_and_hear(&box) == 0); /* freed */
    MUST(procs_reset_peak(box.init));
    MUST(procs_look(box.init, &after) == 0);
    MUST(after.peak_bytes < before.peak_bytes + 32 * MIB);
    box_end(&box);
    return 0;
}

static void test_look_as_an_ordinary_user(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(look_as_nobody());
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_status),
        cmocka_unit_test(test_parse_stat),
        cmocka_unit_test(test_next_child),
        cmocka_unit_test(test_look_memory_and_peak),
        cmocka_unit_test(test_look_counts_shared_memory_map_once),
        cmocka_unit_test(test_look_cpu_of_threads),
        cmocka_unit_test(test_look_cpu_of_zombies_and_waited_for),
        cmocka_unit_test(test_look_finds_orphans_and_the_dead_ones_cpu),
        cmocka_unit_test(test_look_into_a_process_without_its_first_thread),
        cmocka_unit_test(test_look_is_not_fooled_by_names),
        cmocka_unit_test(test_look_at_a_crowd),
        cmocka_unit_test(test_look_finds_children_of_every_thread),
        cmocka_unit_test(test_look_at_nothing),
        cmocka_unit_test(test_look_as_an_ordinary_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
