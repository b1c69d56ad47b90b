/* What a command in a box can see and do: rights, namespaces, refused calls; and what must work. */
#include "box_fixture.h"

#include <dirent.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <signal.h>
#include <sys/wait.h>

/* ---- in the box ---- */

static int sockets(void)
{
    for (int i = 0; i < 3; i++)
        if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EAFNOSUPPORT)
            return 1;
    if (socket(AF_UNIX, SOCK_DGRAM, 0) >= 0 || errno != EAFNOSUPPORT)
        return 2;
    int ends[2];
    return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 && errno == EAFNOSUPPORT ? 0 : 3;
}

/* Without /proc, which the landlock tier has not. */
static int rights(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    unsigned any = 0;
    if (syscall(SYS_capget, &header, data) < 0)
        return 1;
    for (int i = 0; i < 2; i++)
        any |= data[i].effective | data[i].permitted | data[i].inheritable;
    int n_bounding = 0;
    for (int cap = 0; cap < 64; cap++)
        n_bounding += prctl(PR_CAPBSET_READ, cap, 0, 0, 0) > 0;
    struct rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    printf("%u %u, %x %d, %d %d, %o %d, %llu\n", geteuid(), getegid(), any, n_bounding,
           prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), getgroups(0, NULL), umask(0),
           getsid(0) == getpid(), (unsigned long long)core.rlim_max);
    return setuid(0) == 0 || setgid(0) == 0 || seteuid(0) == 0;
}

static int in_box(int argc, char **argv)
{
    (void)argc;
    const char *what = argv[2];
    if (!strcmp(what, "sockets"))
        return sockets();
    if (!strcmp(what, "rights"))
        return rights();
    if (!strcmp(what, "ptrace"))
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
    if (!strcmp(what, "unshare"))
        return syscall(SYS_unshare, 0x10000000) == 0;
    if (!strcmp(what, "int80")) {
#if defined(__x86_64__)
        long ret;
        signal(SIGSEGV, SIG_DFL); /* a sanitizer's would tell another end */
        __asm__ volatile("int $0x80" : "=a"(ret) : "0"(20L /* getpid of i386 */) : "memory");
        return ret > 0;
#endif
    }
    if (!strcmp(what, "x32"))
        return syscall(0x40000000 + 39) > 0;
    if (!strcmp(what, "unknown"))
        return syscall(1023) == -1 && errno == ENOSYS &&
                       syscall(SYS_io_uring_setup, 1, NULL) == -1 && errno == ENOSYS &&
                       syscall(SYS_memfd_create, "x", 0) == -1 && errno == ENOSYS
                   ? 0
                   : 1;
    return 99;
}

/* ---- rights ---- */

/* Those that a shell's commands can run in. */
static const enum sandbox_profile shell_profiles[] = {SANDBOX_PROFILE_PROCESSES,
                                                      SANDBOX_PROFILE_COMPILE};

/* Who the command is, as it sees itself: a private uid, or a user namespace's, or us. */
static unsigned first_uid(void)
{
    bool in_userns = is_tier(SANDBOX_TIER_USERNS) || (is_tier(SANDBOX_TIER_FULL) && geteuid() != 0);
    return in_userns ? 1000 : geteuid() == 0 ? 1 : geteuid();
}

static void test_no_rights(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("rights");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    unsigned uid = 0, gid = 0, mask = 0, any = 9;
    int n_bounding = 9, no_new = 9, n_groups = 9, leads = 9;
    unsigned long long core = 9;
    assert_int_equal(sscanf(o.out.bytes, "%u %u, %x %d, %d %d, %o %d, %llu", &uid, &gid, &any,
                            &n_bounding, &no_new, &n_groups, &mask, &leads, &core),
                     9);
    if (first_uid() == 1) /* a box of root: nobody else's; fewer than 2^31 uids in a container */
        assert_in_range(uid, 1001, 2400000000U);
    else
        assert_int_equal(uid, first_uid());
    assert_int_not_equal(gid, 0);
    assert_int_equal(any, 0);
    assert_true(n_bounding == 0 || (geteuid() != 0 && is_tier(SANDBOX_TIER_LANDLOCK)));
    assert_int_equal(no_new, 1);
    assert_int_equal(n_groups, geteuid() == 0 ? 0 : getgroups(0, NULL));
    assert_int_equal(mask, 077);
    assert_int_equal(leads, 1); /* a session of its own: no terminal */
    assert_true(core <= 1);
    sandbox_outcome_done(&o);
}

static void test_status_says_no_rights(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS); /* /proc */
    struct sandbox_policy p = COMMAND(
        "/bin/sh", "-c",
        "grep -E '^(Cap|NoNewPrivs|Seccomp:|Seccomp_filters)' /proc/self/status | tr -d '\\t '");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    static const char want[] = "CapInh:0000000000000000\nCapPrm:0000000000000000\n"
                               "CapEff:0000000000000000\nCapBnd:0000000000000000\n"
                               "CapAmb:0000000000000000\nNoNewPrivs:1\nSeccomp:2\nSeccomp_filters:";
    assert_true(o.out.n_kept > sizeof want && !memcmp(o.out.bytes, want, sizeof want - 1));
    sandbox_outcome_done(&o);
}

/* The uid of the process with this mark in its command line, as we see it; 0: none. */
static unsigned uid_of_marked(const char *mark)
{
    unsigned uid = 0;
    DIR *dir = opendir("/proc");
    assert_non_null(dir);
    for (struct dirent *e; uid == 0 && (e = readdir(dir));) {
        char path[300], text[4096] = "";
        if (e->d_name[0] < '1' || e->d_name[0] > '9')
            continue;
        for (int i = 0; i < 2; i++) {
            snprintf(path, sizeof path, "/proc/%s/%s", e->d_name, i ? "status" : "cmdline");
            int fd = open(path, O_RDONLY | O_CLOEXEC);
            ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
            if (fd >= 0)
                close(fd);
            text[n > 0 ? n : 0] = '\0';
            if (i == 0 && !memmem(text, n > 0 ? (size_t)n : 0, mark, strlen(mark)))
                break;
            const char *line = i ? strstr(text, "\nUid:\t") : NULL;
            if (line)
                uid = (unsigned)strtoul(line + 6, NULL, 10);
        }
    }
    closedir(dir);
    return uid;
}

/* Seen from outside, where it counts: two boxes of root are two users, and neither is root. */
static void test_boxes_have_different_uids(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message("SKIP: an ordinary user has one uid to give\n");
        skip();
    }
    unsigned uids[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        char mark[64];
        snprintf(mark, sizeof mark, "uid-mark-%d-%d", getpid(), i);
        struct sandbox_policy p = COMMAND("/bin/sh", "-c", "sleep 60", mark);
        assert_int_equal(sandbox_start(sandbox, &p, NULL, NULL, NULL, NULL), 0);
        for (int64_t from = now_ms(); uids[i] == 0 && now_ms() < from + 10000;) {
            sandbox_step(sandbox, 10, NULL);
            uids[i] = uid_of_marked(mark);
            if (uids[i] <= 1000) /* box-init on its way */
                uids[i] = 0;
        }
    }
    sandbox_cancel_all(sandbox);
    while (sandbox_step(sandbox, 2000, NULL) > 0)
        ;
    assert_true(uids[0] > 1000 && uids[1] > 1000);
    assert_int_not_equal(uids[0], uids[1]);
}

/* Which of its namespaces are ours.  The landlock tier has none of its own, and no /proc to ask. */
static void test_own_namespaces(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS);
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c",
                "for n in net pid mnt ipc uts cgroup; do readlink /proc/self/ns/$n; done; "
                "uname -n; echo $$; ls / | tr '\\n' ' '");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    static const char *const names[] = {"net", "pid", "mnt", "ipc", "uts", "cgroup"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[64], ours[64] = "";
        snprintf(path, sizeof path, "/proc/self/ns/%s", names[i]);
        assert_true(readlink(path, ours, sizeof ours - 1) > 0);
        assert_non_null(memmem(o.out.bytes, o.out.n_kept, names[i], strlen(names[i])));
        if (memmem(o.out.bytes, o.out.n_kept, ours, strlen(ours)))
            fail_msg("the box has our %s", ours);
    }
    static const char rest[] = "box\n2\nbin box dev etc lib lib64 proc tmp usr ";
    assert_true(o.out.n_kept > sizeof rest &&
                !memcmp(o.out.bytes + o.out.n_kept - strlen(rest), rest, strlen(rest)));
    sandbox_outcome_done(&o);
}

/* Only its own processes are in /proc, and nothing of the machine; nothing at all in the landlock tier. */
static void test_proc_tells_nothing_of_the_machine(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shell_profiles); i++) {
        struct sandbox_policy p = COMMAND(
            "/bin/sh", "-c",
            "for f in meminfo cpuinfo version cmdline uptime loadavg mounts net/dev "
            "sys/kernel/osrelease "
            "kallsyms interrupts 1/status 1/environ; do head -c 1 /proc/$f 2>&- && echo $f; done; "
            "ls /proc 2>&- | grep '[a-z]' | tr '\\n' ' '; ls /proc 2>&- | grep -c '^1$'; "
            "grep -c mljudge /proc/self/cgroup 2>&-; true");
        p.profile = shell_profiles[i];
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        assert_output(&o, is_tier(SANDBOX_TIER_LANDLOCK) ? "0\n" : "self thread-self 0\n0\n");
        sandbox_outcome_done(&o);
    }
}

static void test_proc_can_be_absent(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "ls /proc/self 2>&-; echo $?");
    p.no_proc = true;
    struct sandbox_outcome o = run_box(&p);
    assert_output(&o, "2\n");
    sandbox_outcome_done(&o);
}

static void test_devices(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "ls /dev 2>&- | tr '\\n' ' '");
    struct sandbox_outcome o = run_box(&p);
    assert_output(&o, is_tier(SANDBOX_TIER_LANDLOCK) ? ""
                      : is_tier(SANDBOX_TIER_USERNS)
                          ? "fd full null random shm stderr stdin stdout urandom "
                          : "fd full null random shm stderr stdin stdout urandom zero ");
    sandbox_outcome_done(&o);
    p.profile = SANDBOX_PROFILE_COMPILE;
    o = run_box(&p);
    assert_output(&o,
                  is_tier(SANDBOX_TIER_LANDLOCK) ? "" : "fd null shm stderr stdin stdout urandom ");
    sandbox_outcome_done(&o);
    /* Mapped shared, zero is memory that only a control group sees. */
    p = COMMAND("/bin/sh", "-c",
                "for d in null zero urandom tty ptmx kmsg mem fuse; do "
                "(: <\"/dev/$d\") 2>&- && echo $d; done; echo x >/dev/null");
    o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, is_tier(SANDBOX_TIER_FULL) ? "null\nzero\nurandom\n" : "null\nurandom\n");
    sandbox_outcome_done(&o);
}

/* Host paths that were not mounted do not exist; writable places are not executable from. */
static void test_nothing_of_the_host(void **state)
{
    (void)state;
    NEED_TIER(SANDBOX_TIER_USERNS); /* without mounts: test_host_paths_cannot_be_opened() */
    struct sandbox_policy p = COMMAND("/bin/sh", "-c",
                                      "for f in /etc/passwd /root /home /sys /run /var "
                                      "/box/../../etc/shadow; do ls -d $f 2>&- ; done;"
                                      "cp /bin/true /tmp/t; chmod 700 /tmp/t; /tmp/t 2>&-; echo "
                                      "$?; cp /bin/true t; ./t 2>&-; echo $?;"
                                      "touch /tmp/x && stat -c %a /tmp && rm /tmp/x && echo x "
                                      ">/dev/null && head -c 1 /dev/urandom | wc -c");
    struct sandbox_outcome o = run_box(&p);
    assert_output(&o, "126\n126\n1777\n1\n");
    sandbox_outcome_done(&o);
}

/* What the landlock tier promises instead: nothing of the host is opened, listed or written, and only a
 * compile box writes at all, into its own directory, and executes nothing from there. */
static void test_host_paths_cannot_be_opened(void **state)
{
    (void)state;
    ONLY_TIER(SANDBOX_TIER_LANDLOCK);
    static const char script[] =
        "for f in /etc/passwd /etc/hostname /proc/self/maps /proc/version; do head -c 1 $f 2>&-; "
        "done;"
        "for d in / /root /home /sys /run /var /tmp /etc /dev /proc; do ls $d 2>&-; done;"
        "for d in /tmp /var/tmp /dev/shm /run /root /etc; do (: >$d/mljudge-test) 2>&- && echo $d; "
        "done;"
        "cp /bin/true t 2>&- && chmod 700 t && { ./t 2>&-; echo $?; }";
    for (size_t i = 0; i < ARRAY_LEN(shell_profiles); i++) {
        struct sandbox_policy p = COMMAND("/bin/sh", "-c", script);
        p.profile = shell_profiles[i];
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, SANDBOX_END_EXITED);
        assert_output(&o, p.profile == SANDBOX_PROFILE_COMPILE ? "126\n" : "");
        sandbox_outcome_done(&o);
    }
}

static void test_two_runs_share_nothing(void **state)
{
    (void)state;
    struct sandbox_policy p = writing(COMMAND("/bin/sh", "-c",
                                              "ls . $0 2>&- | grep -c mark; touch mark; "
                                              "touch /tmp/mark 2>&-; true",
                                              "/tmp"));
    for (int i = 0; i < 2; i++) {
        struct sandbox_outcome o = run_box(&p);
        assert_output(&o, "0\n");
        sandbox_outcome_done(&o);
    }
    assert_int_equal(access("/tmp/mark", F_OK), -1);
}

/* ---- refused calls ---- */

static void test_sockets_are_told_and_refused(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("sockets");
    p.profile = SANDBOX_PROFILE_RUN;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    if (!o.listener) {
        print_message("SKIP: no seccomp user notification here\n");
        sandbox_outcome_done(&o);
        skip();
    }
    assert_int_equal(o.n_blocked, 3);
    assert_string_equal(o.blocked[0].name, "socket");
    assert_string_equal(o.blocked[0].args, "AF_INET, SOCK_STREAM, 0");
    assert_int_equal(o.blocked[0].count, 3);
    assert_string_equal(o.blocked[1].args, "AF_UNIX, SOCK_DGRAM, 0");
    assert_string_equal(o.blocked[2].name, "socketpair");
    assert_true(o.blocked[0].at_us > 0 && o.blocked[0].at_us <= o.run.wall_us);
    sandbox_outcome_done(&o);
}

static void test_loud_calls_end_the_box(void **state)
{
    (void)state;
    static const char *const calls[] = {"ptrace", "unshare"};
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        for (int profile = 0; profile < SANDBOX_N_PROFILES; profile++) {
            struct sandbox_policy p = ACTION(calls[i]);
            p.profile = (enum sandbox_profile)profile;
            struct sandbox_outcome o = run_box(&p);
            assert_end(&o, SANDBOX_END_FORBIDDEN);
            assert_int_equal(o.n_blocked, 1);
            if (o.listener)
                assert_string_equal(o.blocked[0].name, calls[i]);
            sandbox_outcome_done(&o);
        }
    }
}

/* A kernel without 32-bit emulation takes int 0x80 for a fault, wherever it is tried. */
static bool kernel_has_32_bit_gate(void)
{
#if defined(__x86_64__)
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        long ret;
        signal(SIGSEGV, SIG_DFL); /* cmocka's is not for a child */
        __asm__ volatile("int $0x80" : "=a"(ret) : "0"(20L /* getpid of i386 */) : "memory");
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFEXITED(status);
#else
    return false;
#endif
}

static void test_foreign_architectures_end_the_box(void **state)
{
    (void)state;
    static const char *const ways[] = {"int80", "x32"};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct sandbox_policy p = ACTION(ways[i]);
        struct sandbox_outcome o = run_box(&p);
        if (i == 0 && !kernel_has_32_bit_gate()) {
            assert_end(&o, SANDBOX_END_SIGNALED);
            assert_int_equal(o.signal, SIGSEGV);
        } else {
            assert_end(&o, SANDBOX_END_FORBIDDEN);
            assert_int_equal(o.n_blocked, 1);
        }
        sandbox_outcome_done(&o);
    }
}

static void test_unknown_calls_are_enosys(void **state)
{
    (void)state;
    struct sandbox_policy p = ACTION("unknown");
    p.profile = SANDBOX_PROFILE_RUN;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_int_equal(o.n_blocked, 0);
    sandbox_outcome_done(&o);
}

/* ---- what must work ---- */

static void test_python_with_numpy(void **state)
{
    (void)state;
    if (access("/usr/bin/python3", X_OK) < 0) {
        print_message("SKIP: no /usr/bin/python3\n");
        skip();
    }
    struct sandbox_policy p =
        COMMAND("/usr/bin/python3", "-c",
                "import threading, tempfile, json, random\n"
                "try:\n"
                "  import numpy as np\n"
                "  a = np.arange(250000.0).reshape(500, 500) + np.eye(500)\n"
                "  assert abs(np.linalg.solve(a + 600 * np.eye(500), np.ones(500))).sum() > 0\n"
                "except ImportError: pass\n"
                "r = []\n"
                "t = [threading.Thread(target=lambda: r.append(1)) for _ in range(8)]\n"
                "[x.start() for x in t]; [x.join() for x in t]\n"
                "import sys\n"
                "if sys.argv[1] == 'may-write':\n"
                "  with tempfile.TemporaryFile() as f: f.write(b'x')\n"
                "print(len(r))",
                is_tier(SANDBOX_TIER_LANDLOCK) ? "may-not" : "may-write");
    p.profile = SANDBOX_PROFILE_RUN;
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "8\n");
    sandbox_outcome_done(&o);
}

static void test_python_subprocess(void **state)
{
    (void)state;
    if (access("/usr/bin/python3", X_OK) < 0) {
        print_message("SKIP: no /usr/bin/python3\n");
        skip();
    }
    struct sandbox_policy p = writing(COMMAND(
        "/usr/bin/python3", "-c",
        "import subprocess, shutil, os\n"
        "print(subprocess.run(['sort'], input=b'b\\na\\n', capture_output=True).stdout)\n"
        "os.mkdir('d'); open('d/f', 'w').close(); shutil.copytree('d', 'e'); shutil.rmtree('d')\n"
        "print(os.listdir('e'))"));
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "b'a\\nb\\n'\n['f']\n");
    sandbox_outcome_done(&o);
}

static void test_shell_and_coreutils(void **state)
{
    (void)state;
    struct sandbox_policy p = writing(
        COMMAND("/bin/sh", "-ec",
                "seq 5 | sort -rn | head -2 | tr '\\n' ' '; mkdir -p a/b; touch a/b/c; cp -r a z; "
                "cp -p a/b/c d; "
                "mv z y; ln -s d l; ln d h; find y -type f | wc -l; ls -la >/dev/null; rm -rf a y; "
                "echo one two | cut -d' ' -f2; echo x | sed s/x/y/; dd if=/dev/urandom of=q bs=1k "
                "count=3 status=none; "
                "stat -c %s q; chmod 600 q; truncate -s 10 q; wc -c <q; date +%Y >/dev/null; "
                "(sleep 0.01 & wait); "
                "echo abc | md5sum | cut -c1-4; timeout 5 true; nproc >/dev/null; tac d; split -n "
                "1 q; tar cf t q; "
                "gzip t; xargs -n1 echo <l; mktemp >/dev/null; tail -c 1 q | od | wc -l"));
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "5 4 1\ntwo\ny\n3072\n10\n0bee\n\n2\n");
    if (o.err.total_bytes)
        fail_msg("stderr: %.*s", (int)o.err.n_kept, o.err.bytes);
    sandbox_outcome_done(&o);
}

static void test_bash_and_gcc(void **state)
{
    (void)state;
    static const char *const compilers[] = {"/usr/bin/gcc", "/usr/bin/g++"};
    for (size_t i = 0; i < (is_emulated() ? 1 : ARRAY_LEN(compilers)); i++) {
        if (access(compilers[i], X_OK) < 0) {
            print_message("SKIP: no %s\n", compilers[i]);
            skip();
        }
        int fd = memfd_create("source", MFD_CLOEXEC);
        static const char source[] =
            "#include <math.h>\n#include <stdio.h>\n"
            "int main(void) { printf(\"%.1f\\n\", sqrt(16.0)); return 0; }\n";
        assert_int_equal(write(fd, source, sizeof source - 1), sizeof source - 1);
        struct sandbox_file file = {i ? "s.cpp" : "s.c", fd, false};
        struct sandbox_policy p =
            COMMAND(compilers[i], "-O2", "-g", "-flto", "-o", "program", file.name, "-lm");
        p.files = &file;
        p.profile = SANDBOX_PROFILE_COMPILE;
        p.run.cpu_us = p.run.wall_us = 60000000;
        p.keep_work = true;
        struct sandbox_outcome o = run_box(&p);
        assert_exit_0(&o);
        int program = sandbox_open_result(o.work_fd, "program", 10 * MIB, NULL);
        assert_true(program >= 0);
        struct sandbox_file built = {"program", program, true};
        p = COMMAND("./program");
        p.files = &built;
        p.profile = SANDBOX_PROFILE_RUN;
        struct sandbox_outcome ran = run_box(&p);
        assert_exit_0(&ran);
        assert_output(&ran, "4.0\n");
        assert_int_equal(ran.n_blocked, 0);
        sandbox_outcome_done(&ran);
        sandbox_outcome_done(&o);
        close(program);
        close(fd);
    }
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_rights),
        cmocka_unit_test(test_status_says_no_rights),
        cmocka_unit_test(test_boxes_have_different_uids),
        cmocka_unit_test(test_own_namespaces),
        cmocka_unit_test(test_proc_tells_nothing_of_the_machine),
        cmocka_unit_test(test_proc_can_be_absent),
        cmocka_unit_test(test_devices),
        cmocka_unit_test(test_nothing_of_the_host),
        cmocka_unit_test(test_host_paths_cannot_be_opened),
        cmocka_unit_test(test_two_runs_share_nothing),
        cmocka_unit_test(test_sockets_are_told_and_refused),
        cmocka_unit_test(test_loud_calls_end_the_box),
        cmocka_unit_test(test_foreign_architectures_end_the_box),
        cmocka_unit_test(test_unknown_calls_are_enosys),
        cmocka_unit_test(test_python_with_numpy),
        cmocka_unit_test(test_python_subprocess),
        cmocka_unit_test(test_shell_and_coreutils),
        cmocka_unit_test(test_bash_and_gcc),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
