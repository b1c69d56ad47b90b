/* A box, from outside: how commands end, streams, descriptors, environment, files, what remains. */
#include "box_fixture.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "sandbox/cgroup.h"
#include "tests/unit/open_fds.h"

/* ---- in the box ---- */

/* Not by /proc/self/fd: the landlock tier has none. */
static int list_fds(void)
{
    for (int fd = 0; fd < 4096; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("%d ", fd);
    return 0;
}

static int leave_traps(void)
{
    int fd = open("good", O_CREAT | O_WRONLY, 0644);
    if (fd < 0 || write(fd, "result", 6) != 6)
        return 1;
    fd = open("huge", O_CREAT | O_WRONLY, 0644);
    if (fd < 0 || ftruncate(fd, 1 << 20) < 0)
        return 2;
    if (symlink("/etc/passwd", "link") < 0 || symlink("good", "near-link") < 0)
        return 3;
    return mkfifo("fifo", 0644) == 0 || errno == ENOSYS ? 0 : 4;
}

static int in_box(int argc, char **argv)
{
    const char *what = argv[2];
    if (!strcmp(what, "exit"))
        return atoi(argv[3]);
    if (!strcmp(what, "signal"))
        return raise(atoi(argv[3]));
    if (!strcmp(what, "list-fds"))
        return list_fds();
    if (!strcmp(what, "traps"))
        return leave_traps();
    if (!strcmp(what, "write-fd"))
        return write(atoi(argv[3]), "through", 7) == 7 ? 0 : 1;
    if (!strcmp(what, "sleep"))
        return sleep((unsigned)atoi(argv[3])) != 0;
    (void)argc;
    return 99;
}

/* ---- how commands end ---- */

static void test_exit_code(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("exit", "42");
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_EXITED);
    assert_int_equal(o.exit_code, 42);
    assert_int_equal(o.tier, sandbox_tier_of(sandbox));
    assert_int_equal(o.kill_us, -1);
    assert_true(o.run.cpu_us > 0);
    assert_true(o.run.wall_us > 0);
    assert_true(o.run.memory_bytes > 0);
    assert_int_equal(o.prepare.cpu_us, -1);
    assert_int_equal(o.work_fd, -1);
    sandbox_outcome_done(&o);
}

static void test_signal(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGKILL, SIGABRT, SIGPIPE};
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        char text[8];
        snprintf(text, sizeof text, "%d", signals[i]);
        struct sandbox_policy p = COMMAND("/bin/sh", "-c", "kill -$0 $$", text);
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, SANDBOX_END_SIGNALED);
        assert_int_equal(o.signal, signals[i]);
        sandbox_outcome_done(&o);
    }
}

static void test_not_executable(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int error;
    } cases[] = {
        {"/nowhere", ENOENT},
        {"no-such-command", ENOENT},
        {"/usr", EACCES},
        {"./plain", EACCES},
    };
    int fd = memfd_create("plain", MFD_CLOEXEC);
    assert_int_equal(write(fd, "\177ELF", 4), 4);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sandbox_policy p = COMMAND(cases[i].name);
        struct sandbox_file plain = {"plain", fd, false};
        p.files = &plain;
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, SANDBOX_END_NOT_STARTED);
        assert_int_equal(o.exec_errno, cases[i].error);
        assert_int_equal(o.run.cpu_us, 0); /* nor what it took us to find that out */
        sandbox_outcome_done(&o);
    }
    close(fd);
}

static void test_command_is_found_in_path(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("echo", "a", "b c");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "a b c\n");
    sandbox_outcome_done(&o);
}

static void test_setup_failure_names_the_step(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/true");
    struct sandbox_mount mount = {SANDBOX_MOUNT_READ_ONLY, "/no/such/place", "/usr", false};
    p.mounts = &mount;
    p.n_mounts = 1;
    struct sandbox_outcome o;
    struct error err = ERROR_INIT;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), -ENOENT);
    assert_non_null(strstr(err.text, "'/no/such/place'"));
    mount.optional = true;
    p.files = NULL;
    p.n_files = 0;
    err = ERROR_INIT;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), 0);
    assert_end(&o, SANDBOX_END_NOT_STARTED);
    sandbox_outcome_done(&o);
}

static void test_bad_policies_are_refused(void **state)
{
    (void)state;
    struct sandbox_outcome o;
    struct error err = ERROR_INIT;
    struct sandbox_policy p = COMMAND("/bin/true");
    static const char *const names[] = {"", ".", "..", "a/b"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct sandbox_file file = {names[i], 0, false};
        p.files = &file;
        assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), -EINVAL);
    }
    p = COMMAND("/bin/true");
    struct sandbox_fd twice[] = {{0, 5}, {1, 5}};
    p.fds = twice;
    p.n_fds = 2;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), -EINVAL);
    twice[1].target = 64;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), -EINVAL);
    p = COMMAND("/bin/true");
    p.run.memory_bytes = -1;
    assert_int_equal(sandbox_run(sandbox, &p, -1, &o, &err), -EINVAL);
}

/* ---- streams, descriptors, environment ---- */

static void run_cat(int stdin_fd, const char *want)
{
    struct sandbox_policy p = COMMAND("/bin/cat");
    p.stdin_fd = stdin_fd;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, want);
    sandbox_outcome_done(&o);
}

static void test_stdin(void **state)
{
    (void)state;
    run_cat(-1, "");
    int file = memfd_create("stdin", MFD_CLOEXEC);
    assert_int_equal(write(file, "from a file", 11), 11);
    lseek(file, 0, SEEK_SET);
    run_cat(file, "from a file");
    close(file);
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(write(ends[1], "from a pipe", 11), 11);
    close(ends[1]);
    run_cat(ends[0], "from a pipe");
    close(ends[0]);
}

/* More than pipes and buffers hold, both ways. */
static void test_large_stdin_arrives_whole(void **state)
{
    (void)state;
    int file = memfd_create("stdin", MFD_CLOEXEC);
    char block[4096];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(write(file, block, sizeof block), sizeof block);
    for (int as_pipe = 0; as_pipe < 2; as_pipe++) {
        lseek(file, 0, SEEK_SET);
        int ends[2] = {-1, -1};
        pid_t feeder = -1;
        if (as_pipe) {
            assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
            feeder = fork();
            if (feeder == 0) {
                for (int i = 0; i < 1000; i++)
                    if (write(ends[1], block, sizeof block) != sizeof block)
                        _exit(1);
                _exit(0);
            }
            close(ends[1]);
        }
        struct sandbox_policy p = COMMAND("/usr/bin/wc", "-c");
        p.stdin_fd = as_pipe ? ends[0] : file;
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_output(&o, "4096000\n");
        sandbox_outcome_done(&o);
        if (as_pipe) {
            int status;
            waitpid(feeder, &status, 0);
            assert_int_equal(status, 0);
            close(ends[0]);
        }
    }
    close(file);
}

static void test_unread_stdin_is_no_trouble(void **state)
{
    (void)state;
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    struct sandbox_policy p = COMMAND("/usr/bin/head", "-c", "3");
    p.stdin_fd = zero;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_int_equal(o.out.total_bytes, 3);
    sandbox_outcome_done(&o);
    close(zero);
}

static void test_capture_keeps_and_counts(void **state)
{
    (void)state;
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c", "head -c 300000 /dev/urandom; echo oops >&2");
    p.out.keep_bytes = 1000;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_int_equal(o.out.n_kept, 1000);
    assert_int_equal(o.out.total_bytes, 300000);
    assert_int_equal(o.err.total_bytes, 5);
    assert_memory_equal(o.err.bytes, "oops\n", 5);
    sandbox_outcome_done(&o);
}

static void test_relay(void **state)
{
    (void)state;
    int file = memfd_create("relay", MFD_CLOEXEC);
    struct sandbox_policy p = COMMAND("/usr/bin/head", "-c", "300000", "/dev/urandom");
    p.out = (struct sandbox_stream){.mode = SANDBOX_OUTPUT_RELAY, .relay_fd = file};
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    struct stat st;
    assert_int_equal(fstat(file, &st), 0);
    assert_int_equal(st.st_size, 300000);
    assert_null(o.out.bytes);
    sandbox_outcome_done(&o);
    close(file);
}

/* Nobody reads what is relayed: no SIGPIPE for us. */
static void test_relay_to_closed_pipe(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    struct sandbox_policy p = COMMAND("/bin/echo", "hello");
    p.out = (struct sandbox_stream){.mode = SANDBOX_OUTPUT_RELAY, .relay_fd = ends[1]};
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_int_equal(o.out.total_bytes, 6);
    sandbox_outcome_done(&o);
    close(ends[1]);
}

/* Whoever reads what is relayed takes his time: the limits hold meanwhile. */
static void test_relay_to_a_sleeping_reader(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t reader = fork();
    if (reader == 0) {
        char bytes[65536];
        close(ends[1]);
        sleep(2);
        while (read(ends[0], bytes, sizeof bytes) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "yes & while :; do :; done");
    p.profile = SANDBOX_PROFILE_PROCESSES;
    p.out = (struct sandbox_stream){.mode = SANDBOX_OUTPUT_RELAY, .relay_fd = ends[1]};
    p.run.cpu_us = 200000;
    struct sandbox_outcome o = run_box(&p);
    close(ends[1]);
    assert_end(&o, SANDBOX_END_CPU);
    assert_in_range(o.run.cpu_us, 200000, is_emulated() ? 2000000 : 400000);
    sandbox_outcome_done(&o);
    assert_int_equal(waitpid(reader, NULL, 0), reader);
}

static void test_output_limit(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/usr/bin/yes");
    p.output_bytes = 100000;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_OUTPUT);
    assert_true(o.out.total_bytes > 100000);
    sandbox_outcome_done(&o);
    p = COMMAND("/usr/bin/head", "-c", "100000", "/dev/urandom");
    p.output_bytes = 100000; /* exactly the limit is within it */
    o = run_box(&p);
    assert_exit_0(&o);
    sandbox_outcome_done(&o);
}

static void test_descriptors_are_exactly_those_passed(void **state)
{
    (void)state;
    int leaky = open("/etc/passwd", O_RDONLY); /* a caller without O_CLOEXEC */
    int file = memfd_create("passed", MFD_CLOEXEC);
    struct sandbox_policy p = ACTION("list-fds");
    struct sandbox_fd fds[] = {{file, 7}, {0, 63}};
    p.fds = fds;
    p.n_fds = 2;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "0 1 2 7 63 ");
    sandbox_outcome_done(&o);
    p = ACTION("write-fd", "7");
    p.fds = fds;
    p.n_fds = 1;
    o = run_box(&p);
    assert_exit_0(&o);
    char text[8] = "";
    assert_int_equal(pread(file, text, 7, 0), 7);
    assert_string_equal(text, "through");
    sandbox_outcome_done(&o);
    close(file);
    close(leaky);
}

static void test_environment_is_exactly_as_given(void **state)
{
    (void)state;
    setenv("MLJUDGE_SEED", "secret", 1);
    struct sandbox_policy p = COMMAND("/usr/bin/env");
    const char *const env[] = {"A=1", "B=two words", NULL};
    p.env = env;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "A=1\nB=two words\n");
    sandbox_outcome_done(&o);
    unsetenv("MLJUDGE_SEED");
}

/* ---- files and results ---- */

#define TRY_TO_CHANGE                                                                 \
    "cat data.txt; (echo x >data.txt) 2>&-; rm -f data.txt 2>&-; mv data.txt d 2>&-;" \
    "chmod 777 data.txt 2>&-; cat data.txt; (echo new >own) 2>&- && cat own;"         \
    "stat -c %a data.txt ."

static void test_files_cannot_be_changed(void **state)
{
    (void)state;
    int fd = memfd_create("data", MFD_CLOEXEC);
    assert_int_equal(write(fd, "data\n", 5), 5);
    lseek(fd, 2, SEEK_SET); /* read from offset 0 all the same */
    struct sandbox_file files[] = {{"data.txt", fd, false}};
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", TRY_TO_CHANGE);
    p.files = files;
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_EXITED);
    /* In the landlock tier nothing can be made; an ordinary user's box is the files' owner, so it can change
     * their mode, but not what is in them. */
    assert_output(&o, !is_tier(SANDBOX_TIER_LANDLOCK) ? "data\ndata\nnew\n444\n700\n"
                      : geteuid() == 0                ? "data\ndata\n444\n700\n"
                                                      : "data\ndata\n777\n700\n");
    sandbox_outcome_done(&o);
    if (is_tier(SANDBOX_TIER_LANDLOCK)) { /* a compile box may do as it likes with its own copy */
        p.profile = SANDBOX_PROFILE_COMPILE;
        o = run_box(&p);
        assert_end(&o, SANDBOX_END_EXITED);
        assert_true(o.out.n_kept >= 5 && !memcmp(o.out.bytes, "data\n", 5));
        sandbox_outcome_done(&o);
    }
    char text[8] = "";
    assert_int_equal(pread(fd, text, sizeof text, 0), 5);
    assert_string_equal(text, "data\n"); /* never the original */
    close(fd);
}

static void test_working_directory(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "pwd");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    if (is_tier(SANDBOX_TIER_LANDLOCK))
        assert_true(o.out.n_kept > 8 && memmem(o.out.bytes, o.out.n_kept, "/mljudge.", 9));
    else
        assert_output(&o, "/box\n");
    sandbox_outcome_done(&o);
}

static void test_mounts_are_read_only_and_hideable(void **state)
{
    (void)state;
    struct sandbox_mount mounts[8];
    memcpy(mounts, host_mounts, sizeof host_mounts);
    size_t n = ARRAY_LEN(host_mounts);
    mounts[n++] = (struct sandbox_mount){SANDBOX_MOUNT_EMPTY, NULL, "/usr/share", false};
    mounts[n++] =
        (struct sandbox_mount){SANDBOX_MOUNT_READ_ONLY, "/etc/passwd", "/deep/er/file", false};
    /* The landlock tier has the host's names, and what is mounted elsewhere lies where it lies. */
    struct sandbox_policy p = COMMAND(
        "/bin/sh", "-c",
        "for d in / /usr /usr/share /deep /deep/er /dev /proc /etc; do (: >$d/x) 2>&- && echo $d; "
        "done;"
        "$1 /usr/share; cat /usr/share/common-licenses/GPL-2 2>&-; head -c 5 $0; (: >>$0) 2>&- && "
        "echo written; "
        "true",
        "/deep/er/file", is_tier(SANDBOX_TIER_LANDLOCK) ? ":" : "ls");
    p.mounts = mounts;
    p.n_mounts = n;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "root:");
    sandbox_outcome_done(&o);
}

static void test_results_are_opened_safely(void **state)
{
    (void)state;
    struct sandbox_policy p = writing(ACTION("traps"));
    p.keep_work = true;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_true(o.work_fd >= 0);
    struct error err = ERROR_INIT;
    int fd = sandbox_open_result(o.work_fd, "good", 100, &err);
    assert_true(fd >= 0);
    char text[8] = "";
    assert_int_equal(read(fd, text, sizeof text), 6);
    assert_string_equal(text, "result");
    close(fd);
    assert_int_equal(sandbox_open_result(o.work_fd, "link", 100, &err), -ELOOP);
    assert_int_equal(sandbox_open_result(o.work_fd, "near-link", 100, NULL), -ELOOP);
    assert_int_equal(sandbox_open_result(o.work_fd, "huge", 100, NULL), -EFBIG);
    assert_int_equal(sandbox_open_result(o.work_fd, "none", 100, NULL), -ENOENT);
    assert_int_equal(sandbox_open_result(o.work_fd, ".", 100, NULL), -EINVAL);
    assert_true(sandbox_open_result(o.work_fd, "..", 100, NULL) < 0);
    assert_true(sandbox_open_result(o.work_fd, "../etc/passwd", 100, NULL) < 0);
    assert_true(sandbox_open_result(o.work_fd, "/etc/passwd", 100000, NULL) < 0);
    /* The filter lets no box make a FIFO: made here, as a box of a laxer profile might. */
    int r = mkfifoat(o.work_fd, "fifo", 0600);
    if (r < 0 &&
        errno == EOVERFLOW) /* the box's file system does not know us: its user namespace */
        assert_true(geteuid() == 0 && is_tier(SANDBOX_TIER_USERNS));
    else
        assert_true(r == 0 || errno == EEXIST);
    assert_int_equal(sandbox_open_result(o.work_fd, "fifo", 100, NULL),
                     r < 0 && errno == EOVERFLOW ? -ENOENT : -EINVAL);
    sandbox_outcome_done(&o);
}

/* ---- several at once, cancelling, what remains ---- */

struct seen {
    int n_done, n_exited, n_cancelled;
};

static void count_done(void *data, int r, struct sandbox_outcome *o, const struct error *err)
{
    struct seen *seen = data;
    if (r < 0)
        fail_msg("%s", err->text);
    seen->n_done++;
    seen->n_exited += o->end == SANDBOX_END_EXITED && o->exit_code == 0;
    seen->n_cancelled += o->end == SANDBOX_END_CANCELLED;
    sandbox_outcome_done(o);
}

static void test_boxes_run_at_once(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct sandbox_policy p = COMMAND("/bin/sleep", "0.2");
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < 4; i++)
        assert_int_equal(sandbox_start(sandbox, &p, count_done, &seen, NULL, NULL), 0);
    while (sandbox_step(sandbox, -1, NULL) > 0)
        ;
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_int_equal(seen.n_exited, 4);
    assert_true(is_emulated() ||
                (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 700);
}

static void test_cancel(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct sandbox_policy p = COMMAND("/bin/sleep", "30");
    struct sandbox_box *boxes[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(sandbox_start(sandbox, &p, count_done, &seen, &boxes[i], NULL), 0);
    sandbox_step(sandbox, 20, NULL);
    sandbox_cancel(sandbox, boxes[0]);
    while (seen.n_done == 0)
        assert_true(sandbox_step(sandbox, 2000, NULL) >= 0);
    assert_int_equal(seen.n_cancelled, 1);
    sandbox_cancel_all(sandbox);
    while (sandbox_step(sandbox, 2000, NULL) > 0)
        ;
    assert_int_equal(seen.n_cancelled, 2);
}

static void test_cancel_fd(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    struct sandbox_policy p = COMMAND("/bin/sleep", "30");
    struct sandbox_outcome o;
    assert_int_equal(sandbox_run(sandbox, &p, ends[0], &o, NULL), 0);
    assert_end(&o, SANDBOX_END_CANCELLED);
    sandbox_outcome_done(&o);
    close(ends[0]);
    close(ends[1]);
}

static int count_groups(void)
{
    struct cgroup_root root;
    if (!is_tier(SANDBOX_TIER_FULL))
        return 0;
    assert_int_equal(cgroup_root_open(&root, NULL), 0);
    char mine[32];
    snprintf(mine, sizeof mine, CGROUP_NAME_PREFIX "%d.", getpid());
    int n = 0;
    for (int i = 0; i < root.n_dirs; i++) {
        DIR *dir = opendir(root.paths[i]);
        assert_non_null(dir);
        for (struct dirent *e; (e = readdir(dir));)
            n += !strncmp(e->d_name, mine, strlen(mine)) && !strstr(e->d_name, ".self");
        closedir(dir);
    }
    cgroup_root_close(&root);
    return n;
}

static int count_mounts(void)
{
    FILE *f = fopen("/proc/self/mountinfo", "r");
    assert_non_null(f);
    int n = 0;
    for (int c; (c = getc(f)) != EOF;)
        n += c == '\n';
    fclose(f);
    return n;
}

static void test_nothing_remains(void **state)
{
    (void)state;
    int fds = count_open_fds(), mounts = count_mounts();
    assert_int_equal(count_groups(), 0);
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c", "sleep 100 & sleep 100 & setsid sleep 100 & exit 3");
    for (int i = 0; i < 5; i++) {
        struct sandbox_outcome o = run_box(&p);
        assert_int_equal(o.exit_code, 3); /* and does not wait for those it left */
        assert_true(o.run.wall_us < 5000000);
        sandbox_outcome_done(&o);
    }
    assert_int_equal(count_groups(), 0);
    assert_int_equal(count_directories(getpid()), 0);
    assert_int_equal(count_open_fds(), fds);
    assert_int_equal(count_mounts(), mounts);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void test_callers_signals_are_left_alone(void **state)
{
    (void)state;
    signal(SIGCHLD, SIG_IGN); /* the kernel reaps box-init then */
    struct sandbox_policy p = ACTION("exit", "7");
    struct sandbox_outcome o = run_box(&p);
    assert_int_equal(o.exit_code, 7);
    sandbox_outcome_done(&o);
    struct sigaction now;
    sigaction(SIGCHLD, NULL, &now);
    assert_ptr_equal(now.sa_handler, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    assert_int_equal(sigismember(&mask, SIGPIPE), 0);
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exit_code),
        cmocka_unit_test(test_signal),
        cmocka_unit_test(test_not_executable),
        cmocka_unit_test(test_command_is_found_in_path),
        cmocka_unit_test(test_setup_failure_names_the_step),
        cmocka_unit_test(test_bad_policies_are_refused),
        cmocka_unit_test(test_stdin),
        cmocka_unit_test(test_large_stdin_arrives_whole),
        cmocka_unit_test(test_unread_stdin_is_no_trouble),
        cmocka_unit_test(test_capture_keeps_and_counts),
        cmocka_unit_test(test_relay),
        cmocka_unit_test(test_relay_to_closed_pipe),
        cmocka_unit_test(test_relay_to_a_sleeping_reader),
        cmocka_unit_test(test_output_limit),
        cmocka_unit_test(test_descriptors_are_exactly_those_passed),
        cmocka_unit_test(test_environment_is_exactly_as_given),
        cmocka_unit_test(test_files_cannot_be_changed),
        cmocka_unit_test(test_working_directory),
        cmocka_unit_test(test_mounts_are_read_only_and_hideable),
        cmocka_unit_test(test_results_are_opened_safely),
        cmocka_unit_test(test_boxes_run_at_once),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_fd),
        cmocka_unit_test(test_nothing_remains),
        cmocka_unit_test(test_callers_signals_are_left_alone),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
