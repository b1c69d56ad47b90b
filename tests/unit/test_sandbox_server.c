/* Fork servers: each copy is a box like any other, and nothing of the server or of another test is in it.
 * live: starts boxes. */
#include "server_fixture.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define MANY_BOXES 24

/* ---- in the box ---- */

static int n_copies; /* counted in a copy: of the server it is always 0 */

static int count_entries(const char *path)
{
    int n = 0;
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir));)
        n += e->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return dir ? n : -1;
}

/* What is there, and then something that a next copy is not to see. */
static int leave_traces(void)
{
    printf("%d copies, %d and %d files, %d\n", n_copies++, count_entries("."),
           count_entries("/tmp"), getpid());
    static const char *const paths[] = {"trace", "/tmp/trace"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        int fd = open(paths[i], O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (fd >= 0 && write(fd, "x", 1) != 1)
            return 1;
        fprintf(stderr, "%d", fd >= 0);
    }
    return 0;
}

static int print_environment(void)
{
    for (char **e = environ; *e; e++)
        puts(*e);
    return 0;
}

static int print_descriptors(void)
{
    for (int fd = 0; fd < 4096; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("%d ", fd);
    char text[16] = "";
    return pread(9, text, sizeof text - 1, 0) > 0 ? printf("%s", text) < 0 : 1;
}

static void print_view(void)
{
    static const char *const paths[] = {"/", "/box", "/tmp", "/usr", "/dev", "/proc", "/self"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct statvfs fs;
        struct stat st;
        if (statvfs(paths[i], &fs) < 0 || stat(paths[i], &st) < 0)
            printf("%s: errno %d\n", paths[i], errno);
        else
            printf("%s: %lx, %o, %d entries\n", paths[i], fs.f_flag, st.st_mode,
                   !strcmp(paths[i], "/proc") ? 0 : count_entries(paths[i]));
    }
    int fd = open("/usr/trace", O_CREAT | O_WRONLY, 0600);
    printf("%d %d", fd, fd < 0 ? errno : 0);
    fd = open("/trace", O_CREAT | O_WRONLY, 0600);
    printf(" %d %d\n", fd, fd < 0 ? errno : 0);
}

/* Who and what a process is, in numbers that are the same in every box. */
static int print_rights(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct caps[2] = {0};
    uid_t uid[3];
    gid_t gid[3];
    if (syscall(SYS_capget, &header, caps) < 0 || getresuid(&uid[0], &uid[1], &uid[2]) < 0 ||
        getresgid(&gid[0], &gid[1], &gid[2]) < 0)
        return 1;
    printf("uids %d, gids %d, user %d, root %d, groups %d\n", uid[0] == uid[1] && uid[1] == uid[2],
           gid[0] == gid[1] && gid[1] == gid[2], uid[0] == gid[0], uid[0] == 0, getgroups(0, NULL));
    for (int i = 0; i < 2; i++)
        printf("caps %x %x %x\n", caps[i].effective, caps[i].permitted, caps[i].inheritable);
    for (int cap = 0; cap < 64; cap++)
        printf("%d", prctl(PR_CAPBSET_READ, cap, 0, 0, 0));
    printf(", %d, %d, securebits %d, seccomp %d, dumpable %d, umask %o, session %d, group %d\n",
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SYS_ADMIN, 0, 0),
           prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
           prctl(PR_GET_SECCOMP, 0, 0, 0, 0), prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), umask(0),
           getsid(0) == getpid(), getpgid(0) == getpid());
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        struct rlimit limit = {0, 0};
        /* The number of processes is everybody's, which changes, for an ordinary user without a namespace. */
        if (i != RLIMIT_NPROC && getrlimit((unsigned)i, &limit) == 0)
            printf("%d: %llx %llx\n", i, (unsigned long long)limit.rlim_cur,
                   (unsigned long long)limit.rlim_max);
    }
    sigset_t blocked;
    struct sigaction action;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int i = 1; i < 32; i++) {
        sigaction(i, NULL, &action);
        printf("%d%d", sigismember(&blocked, i), action.sa_handler == SIG_DFL);
    }
    char cwd[4096], name[256];
    struct utsname host;
    uname(&host);
    bool is_box = getcwd(cwd, sizeof cwd) && !strcmp(cwd, "/box");
    snprintf(name, sizeof name, "%s", host.nodename);
    printf(" %d %d %s\n", is_box, getpid(), name);
    return 0;
}

/* What /proc tells of us, in lines that are the same in every box. */
static int print_status(void)
{
    static const char *const wanted[] = {
        "Groups:", "NStgid:", "Cap",        "NoNewPrivs:", "Seccomp", "Threads",
        "Specul",  "SigQ",    "SigB",       "SigI",        "SigC",    "ShdPnd",
        "State",   "Tgid",    "TracerPid:", "CoreDumping"};
    FILE *file = fopen("/proc/self/status", "re");
    char line[512];
    while (file && fgets(line, sizeof line, file))
        for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
            if (!strncmp(line, wanted[i], strlen(wanted[i])))
                fputs(line, stdout);
    if (file)
        fclose(file);
    int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, line, sizeof line - 1);
    line[n > 0 ? n : 0] = 0;
    printf("oom_score_adj %s", line);
    return file ? 0 : 1;
}

static int print_namespaces(void)
{
    static const char *const names[] = {"cgroup", "ipc", "mnt", "net", "pid", "uts"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[64], text[64];
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
        ssize_t n = readlink(path, text, sizeof text - 1);
        if (n < 0)
            return 1;
        text[n] = 0;
        puts(text);
    }
    return 0;
}

/* The server, by the number that it has outside. */
static int reach(int pid)
{
    char path[64];
    printf("%d", kill(pid, 0) == 0 || (errno != ESRCH && errno != EPERM));
    printf("%d", kill(pid, SIGKILL) == 0);
    printf("%d", syscall(SYS_tgkill, pid, pid, SIGKILL) == 0);
    static const char *const files[] = {"mem", "fd", "environ", "root/"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i]);
        printf("%d", open(path, O_RDONLY | O_CLOEXEC) >= 0);
    }
    printf("\n");
    return 0;
}

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int burn(int ms)
{
    int64_t until = cpu_us() + ms * 1000;
    while (cpu_us() < until)
        ;
    return 0;
}

static int touch(int mib)
{
    size_t size = (size_t)mib << 20;
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t i = 0; p != MAP_FAILED && i < size; i += 4096)
        p[i] = 1;
    return p == MAP_FAILED;
}

/* Uses that much of the stack. */
static __attribute__((noinline)) int descend(int kib)
{
    volatile char frame[1024];
    memset((char *)frame, kib, sizeof frame);
    return kib <= 0 ? 0 : descend(kib - 1) + frame[1023] - frame[0];
}

static void *descend_in_thread(void *kib)
{
    descend(*(int *)kib);
    return NULL;
}

/* In a thread that has what stack libc gives it. */
static int descend_beside(int kib)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, descend_in_thread, &kib) || pthread_join(thread, NULL);
}

static int barrier(int run_mib)
{
    char byte;
    if (write(3, "r", 1) != 1 || read(4, &byte, 1) != 1)
        return 2;
    return touch(run_mib) + burn(100);
}

static int show_file(void)
{
    char text[16] = "";
    int fd = open("data", O_RDONLY | O_CLOEXEC);
    struct stat st = {0};
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    fstat(fd, &st);
    printf("%zd %s %o %d %d\n", n, text, st.st_mode, open("data", O_WRONLY) >= 0,
           unlink("data") == 0);
    return 0;
}

static int act(const char *what, const char *how)
{
    int n = how ? atoi(how) : 0;
    if (!what)
        return 97;
    if (!strcmp(what, "traces"))
        return leave_traces();
    if (!strcmp(what, "environment"))
        return print_environment();
    if (!strcmp(what, "descriptors"))
        return print_descriptors();
    if (!strcmp(what, "rights"))
        return print_rights();
    if (!strcmp(what, "status"))
        return print_status();
    if (!strcmp(what, "view")) {
        print_view();
        return 0;
    }
    if (!strcmp(what, "namespaces"))
        return print_namespaces();
    if (!strcmp(what, "reach"))
        return reach(n);
    if (!strcmp(what, "burn"))
        return burn(n);
    if (!strcmp(what, "sleep"))
        return usleep((useconds_t)n * 1000);
    if (!strcmp(what, "touch"))
        return touch(n);
    if (!strcmp(what, "descend"))
        return descend(n);
    if (!strcmp(what, "descend-beside"))
        return descend_beside(n);
    if (!strcmp(what, "barrier"))
        return barrier(n);
    if (!strcmp(what, "file"))
        return show_file();
    if (!strcmp(what, "say"))
        return printf("%s", how) < 0;
    if (!strcmp(what, "ptrace"))
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
    if (!strcmp(what, "socket"))
        return socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EAFNOSUPPORT;
    return 99;
}

/* ---- outside ---- */

static struct sandbox_server *server;

static struct sandbox_outcome run_warm(const struct sandbox_policy *policy)
{
    struct sandbox_outcome o = run_box(policy);
    assert_true(o.warm);
    return o;
}

/* A copy and a box that started cold print the same. */
static void assert_as_cold(struct sandbox_policy p)
{
    struct sandbox_outcome warm = run_warm(&p);
    p.server = NULL;
    struct sandbox_outcome cold = run_box(&p);
    assert_false(cold.warm);
    assert_exit_0(&cold);
    assert_exit_0(&warm);
    assert_true(cold.out.n_kept > 0);
    char text[8192];
    assert_true(cold.out.n_kept < sizeof text);
    snprintf(text, sizeof text, "%.*s", (int)cold.out.n_kept, cold.out.bytes);
    assert_output(&warm, text);
    assert_int_equal(warm.listener, cold.listener);
    sandbox_outcome_done(&warm);
    sandbox_outcome_done(&cold);
}

static void test_a_copy_is_fresh(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_policy p = ACT(server, "traces", "");
    int64_t before = sandbox_server_n_answered(server);
    for (int i = 0; i < 4; i++) {
        struct sandbox_outcome o = run_warm(&p);
        assert_exit_0(&o);
        int n = -1, n_box = -1, n_tmp = -1, pid = -1;
        assert_int_equal(
            sscanf(o.out.bytes, "%d copies, %d and %d files, %d", &n, &n_box, &n_tmp, &pid), 4);
        assert_int_equal(n, 0);
        if (!is_tier(SANDBOX_TIER_LANDLOCK)) { /* where nothing can be written */
            assert_int_equal(n_box, 0);
            assert_int_equal(n_tmp, 0);
            assert_int_equal(pid, 2);
            assert_memory_equal(o.err.bytes, "11", 2); /* it has left its traces */
        }
        sandbox_outcome_done(&o);
    }
    assert_int_equal(sandbox_server_n_answered(server), before + 4);
    assert_true(sandbox_server_is_alive(server));
}

static void test_the_environment_is_the_tests(void **state)
{
    (void)state;
    NEED_SERVER();
    static const char *const env[] = {"WHAT=environment", "B=2", "EMPTY=", "PATH=/usr/bin", NULL};
    struct sandbox_policy p = act_policy(server, env);
    struct sandbox_outcome o = run_warm(&p);
    assert_exit_0(&o);
    assert_output(&o, "WHAT=environment\nB=2\nEMPTY=\nPATH=/usr/bin\n");
    sandbox_outcome_done(&o);
}

static void test_only_the_given_descriptors_are_open(void **state)
{
    (void)state;
    NEED_SERVER();
    int fd = memfd_create("given", MFD_CLOEXEC);
    assert_int_equal(write(fd, "given", 5), 5);
    const struct sandbox_fd fds[] = {{fd, 9}, {fd, 63}};
    struct sandbox_policy p = ACT(server, "descriptors", "");
    p.fds = fds;
    p.n_fds = ARRAY_LEN(fds);
    struct sandbox_outcome o = run_warm(&p);
    assert_exit_0(&o);
    assert_output(&o, "0 1 2 9 63 given");
    sandbox_outcome_done(&o);
    close(fd);
}

/* More than a request can carry. */
static void test_too_many_descriptors_start_cold(void **state)
{
    (void)state;
    NEED_SERVER();
    int fd = memfd_create("given", MFD_CLOEXEC);
    assert_int_equal(write(fd, "given", 5), 5);
    struct sandbox_fd fds[40];
    for (int i = 0; i < (int)ARRAY_LEN(fds); i++)
        fds[i] = (struct sandbox_fd){fd, 3 + i};
    struct sandbox_policy p = ACT(server, "descriptors", "");
    p.fds = fds;
    p.n_fds = ARRAY_LEN(fds);
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_false(o.warm);
    sandbox_outcome_done(&o);
    assert_true(sandbox_server_is_alive(server));
    close(fd);
}

static void test_files_of_a_copy(void **state)
{
    (void)state;
    NEED_SERVER();
    int fd = memfd_create("data", MFD_CLOEXEC);
    assert_int_equal(write(fd, "hello", 5), 5);
    const struct sandbox_file file = {"data", fd, false};
    struct sandbox_policy p = ACT(server, "file", "");
    p.files = &file;
    p.n_files = 1;
    struct sandbox_outcome o = run_warm(&p);
    assert_exit_0(&o);
    assert_output(&o, "5 hello 100444 0 0\n");
    sandbox_outcome_done(&o);
    close(fd);
}

static void test_rights_are_those_of_a_cold_box(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_policy p = ACT(server, "rights", "");
    p.profile = SANDBOX_PROFILE_PROCESSES; /* which may ask what a process may */
    if (is_tier(SANDBOX_TIER_LANDLOCK)) {  /* pids and directories are the host's */
        struct sandbox_outcome warm = run_warm(&p);
        p.server = NULL;
        struct sandbox_outcome cold = run_box(&p);
        assert_exit_0(&warm);
        assert_exit_0(&cold);
        const char *end = memmem(cold.out.bytes, cold.out.n_kept, " 0 ", 3);
        assert_non_null(end);
        assert_memory_equal(warm.out.bytes, cold.out.bytes, (size_t)(end - cold.out.bytes));
        assert_non_null(memmem(warm.out.bytes, warm.out.n_kept, "caps 0 0 0\n", 11));
        sandbox_outcome_done(&warm);
        sandbox_outcome_done(&cold);
        return;
    }
    assert_as_cold(p);
    assert_as_cold(ACT(server, "status", ""));
    assert_as_cold(ACT(server, "view", ""));
}

static void namespaces_of(struct sandbox_server *whose, char *text, size_t size)
{
    struct sandbox_policy p = ACT(whose, "namespaces", "");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_true(o.out.n_kept > 0);
    snprintf(text, size, "%.*s", (int)o.out.n_kept, o.out.bytes);
    sandbox_outcome_done(&o);
}

static void test_namespaces_are_its_own(void **state)
{
    (void)state;
    NEED_SERVER();
    NEED_TIER(SANDBOX_TIER_USERNS);
    static const char *const names[] = {"cgroup", "ipc", "mnt", "net", "pid", "uts"};
    char text[512];
    namespaces_of(server, text, sizeof text);
    pid_t pid = find_server();
    assert_true(pid > 0);
    const pid_t others[] = {getpid(), pid};
    char *rest = text;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *mine = strtok_r(rest, "\n", &rest);
        assert_non_null(mine);
        for (size_t k = 0; k < ARRAY_LEN(others); k++) {
            char path[64], link[64];
            snprintf(path, sizeof path, "/proc/%d/ns/%s", others[k], names[i]);
            ssize_t n = readlink(path, link, sizeof link - 1);
            assert_true(n > 0);
            link[n] = 0;
            assert_string_not_equal(mine, link);
        }
    }
}

static void test_the_server_is_out_of_reach(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_policy p = ACT(server, "say", "");
    struct sandbox_outcome o = run_warm(&p); /* it is up now */
    sandbox_outcome_done(&o);
    pid_t pid = find_server();
    assert_true(pid > 0);
    char how[32];
    snprintf(how, sizeof how, "HOW=%d", pid);
    const char *const env[] = {"WHAT=reach", how, NULL};
    p = act_policy(server, env);
    o = run_warm(&p);
    assert_exit_0(&o);
    assert_output(&o, "0000000\n");
    sandbox_outcome_done(&o);
    assert_int_equal(find_server(), pid);
    p = ACT(server, "say", "");
    o = run_warm(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
    assert_true(sandbox_server_is_alive(server));
}

static void test_cpu_limit_of_a_copy(void **state)
{
    (void)state;
    NEED_SERVER();
    NEED_TRUE_TIME();
    struct sandbox_policy p = ACT(server, "burn", "200");
    struct sandbox_outcome o = run_warm(&p);
    assert_exit_0(&o);
    assert_in_range(o.run.cpu_us, 195000, 260000);
    sandbox_outcome_done(&o);
    p = ACT(server, "burn", "5000");
    p.run.cpu_us = 100000;
    o = run_warm(&p);
    assert_end(&o, SANDBOX_END_CPU);
    assert_in_range(o.run.cpu_us, 100000, 200000);
    sandbox_outcome_done(&o);
}

static void test_wall_limit_of_a_copy(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_policy p = ACT(server, "sleep", "20000");
    p.run.wall_us = 200000;
    struct sandbox_outcome o = run_warm(&p);
    assert_end(&o, SANDBOX_END_WALL);
    assert_true(o.idle || is_emulated());
    sandbox_outcome_done(&o);
}

static void test_memory_limit_of_a_copy(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_policy p = ACT(server, "touch", "200");
    p.run.memory_bytes = 64 * MIB;
    struct sandbox_outcome o = run_warm(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    assert_true(o.run.memory_bytes > 60 * MIB);
    if (!is_tier(SANDBOX_TIER_LANDLOCK))
        assert_in_range(o.tmpfs_bytes, 0, MIB); /* its own, not the server's */
    sandbox_outcome_done(&o);
}

static void test_phases_of_a_copy(void **state)
{
    (void)state;
    NEED_SERVER();
    NEED_TRUE_TIME();
    struct sandbox_policy p = ACT(server, "barrier", "32");
    p.barrier = true;
    p.ready_target = 3;
    p.go_target = 4;
    p.run.memory_bytes = 64 * MIB;
    struct sandbox_outcome o = run_warm(&p);
    assert_exit_0(&o);
    assert_true(o.ready);
    assert_in_range(o.run.memory_bytes, 31 * MIB, 36 * MIB);
    assert_in_range(o.run.cpu_us, 95000, 500000);
    sandbox_outcome_done(&o);
    p.run.memory_bytes = 24 * MIB;
    o = run_warm(&p);
    assert_end(&o, SANDBOX_END_MEMORY);
    assert_true(o.ready);
    sandbox_outcome_done(&o);
}

/* What an execve would have settled: how far the stack may grow, what libc gives a thread. */
static void test_the_stack_is_as_deep_as_that_of_a_cold_box(void **state)
{
    (void)state;
    NEED_SERVER();
    NEED_TIER(SANDBOX_TIER_FULL);
    struct sandbox_policy p = ACT(server, "descend", "200000");
    struct sandbox_outcome o = run_warm(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
    p = ACT(server, "descend-beside", "100000");
    o = run_warm(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
}

static void test_loud_calls_are_told(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_policy p = ACT(server, "ptrace", "");
    struct sandbox_outcome o = run_warm(&p);
    assert_end(&o, SANDBOX_END_FORBIDDEN);
    assert_int_equal(o.n_blocked, 1);
    if (o.listener)
        assert_string_equal(o.blocked[0].name, "ptrace");
    sandbox_outcome_done(&o);
    p = ACT(server, "socket", "");
    o = run_warm(&p);
    assert_exit_0(&o);
    if (o.listener) {
        assert_int_equal(o.n_blocked, 1);
        assert_string_equal(o.blocked[0].name, "socket");
    }
    sandbox_outcome_done(&o);
}

static void test_many_at_once(void **state)
{
    (void)state;
    NEED_SERVER();
    static struct waited boxes[MANY_BOXES];
    for (int i = 0; i < MANY_BOXES; i++) {
        char how[32];
        snprintf(how, sizeof how, "HOW=number %d", i);
        const char *const env[] = {"WHAT=say", how, NULL};
        struct sandbox_policy p = act_policy(server, env);
        start_box(&p, &boxes[i]);
    }
    for (int i = 0; i < MANY_BOXES; i++) {
        char want[32];
        wait_for_box(&boxes[i], 30000);
        if (boxes[i].r < 0)
            fail_msg("box %d: %s", i, boxes[i].err.text);
        snprintf(want, sizeof want, "number %d", i);
        assert_exit_0(&boxes[i].outcome);
        assert_output(&boxes[i].outcome, want);
        sandbox_outcome_done(&boxes[i].outcome);
    }
    assert_true(sandbox_server_is_alive(server));
}

static void test_why_there_is_none(void **state)
{
    (void)state;
    if (can_serve())
        return;
    struct error err = ERROR_INIT;
    struct sandbox_server *none = NULL;
    assert_int_equal(start_server_in(sandbox, "serve", &none, &err), -ENOTSUP);
    assert_non_null(strstr(err.text, "no warm start for root in tier userns"));
    assert_null(none);
}

static int setup(void **state)
{
    if (group_setup(state) < 0 || server_setup() < 0)
        return -1;
    server = can_serve() ? start_server("serve") : NULL;
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_why_there_is_none),
        cmocka_unit_test(test_a_copy_is_fresh),
        cmocka_unit_test(test_the_environment_is_the_tests),
        cmocka_unit_test(test_only_the_given_descriptors_are_open),
        cmocka_unit_test(test_too_many_descriptors_start_cold),
        cmocka_unit_test(test_files_of_a_copy),
        cmocka_unit_test(test_rights_are_those_of_a_cold_box),
        cmocka_unit_test(test_namespaces_are_its_own),
        cmocka_unit_test(test_the_server_is_out_of_reach),
        cmocka_unit_test(test_cpu_limit_of_a_copy),
        cmocka_unit_test(test_wall_limit_of_a_copy),
        cmocka_unit_test(test_memory_limit_of_a_copy),
        cmocka_unit_test(test_phases_of_a_copy),
        cmocka_unit_test(test_the_stack_is_as_deep_as_that_of_a_cold_box),
        cmocka_unit_test(test_loud_calls_are_told),
        cmocka_unit_test(test_many_at_once),
    };
    return cmocka_run_group_tests(tests, setup, group_teardown);
}
