/* What a command in a box can see and do: rights, namespaces, refused calls; and what must work. */
#include "box_fixture.h"

#include <dirent.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
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

static int in_box(int argc, char **argv)
{
    (void)argc;
    const char *what = argv[2];
    if (!strcmp(what, "sockets"))
        return sockets();
    if (!strcmp(what, "ptrace"))
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
    if (!strcmp(what, "unshare"))
        return syscall(SYS_unshare, 0x10000000) == 0;
    if (!strcmp(what, "int80")) {
#if defined(__x86_64__)
        long ret;
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

static void test_no_rights(void **state)
{
    (void)state;
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c",
                "grep -E '^(Cap|NoNewPrivs|Seccomp:|Groups)' /proc/self/status | tr -d '\\t '; "
                "id -u | grep -c '^2[0-9]\\{9\\}$'; umask; ulimit -c");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "Groups:\n"
                      "CapInh:0000000000000000\nCapPrm:0000000000000000\nCapEff:0000000000000000\n"
                      "CapBnd:0000000000000000\nCapAmb:0000000000000000\n"
                      "NoNewPrivs:1\nSeccomp:2\n1\n0077\n0\n");
    sandbox_outcome_done(&o);
}

static void test_boxes_have_different_uids(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/usr/bin/id", "-u");
    struct sandbox_outcome a = run_box(&p), b = run_box(&p);
    assert_exit_0(&a);
    assert_exit_0(&b);
    assert_true(a.out.n_kept != b.out.n_kept || memcmp(a.out.bytes, b.out.bytes, a.out.n_kept));
    sandbox_outcome_done(&a);
    sandbox_outcome_done(&b);
}

static void test_own_namespaces(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c",
                                      "uname -n; echo $$; ls /proc | grep -c '^1$'; cat "
                                      "/proc/1/status 2>&- | wc -l; cat /proc/self/cgroup "
                                      "| cut -d: -f3 | grep -v '^/$' | grep -c mljudge; tail -n +3 "
                                      "/proc/net/dev | cut -d: -f1 | tr -d ' '; "
                                      "ls /dev | tr '\\n' ' '; ls /");
    struct sandbox_outcome o = run_box(&p);
    assert_end(&o, SANDBOX_END_EXITED);
    assert_output(&o, "box\n2\n0\n0\n0\nlo\n"
                      "fd full null random shm stderr stdin stdout urandom zero "
                      "bin\nbox\ndev\netc\nlib\nlib64\nproc\ntmp\nusr\n");
    sandbox_outcome_done(&o);
}

static void test_compile_box_has_few_devices(void **state)
{
    (void)state;
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-c", "ls /dev | tr '\\n' ' '; ls /proc | grep -c '[a-z]'");
    p.profile = SANDBOX_PROFILE_COMPILE;
    struct sandbox_outcome o = run_box(&p);
    assert_output(&o, "fd null shm stderr stdin stdout urandom 2\n"); /* self and thread-self */
    sandbox_outcome_done(&o);
}

static void test_proc_can_be_absent(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c", "ls -d /proc 2>&-; echo $?");
    p.no_proc = true;
    struct sandbox_outcome o = run_box(&p);
    assert_output(&o, "2\n");
    sandbox_outcome_done(&o);
}

/* Host paths that were not mounted do not exist; writable places are not executable from. */
static void test_nothing_of_the_host(void **state)
{
    (void)state;
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

static void test_two_runs_share_nothing(void **state)
{
    (void)state;
    struct sandbox_policy p = COMMAND("/bin/sh", "-c",
                                      "ls /tmp /box /dev/shm | grep -c mark; "
                                      "touch /tmp/mark /box/mark");
    for (int i = 0; i < 2; i++) {
        struct sandbox_outcome o = run_box(&p);
        assert_output(&o, "0\n");
        sandbox_outcome_done(&o);
    }
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

static void test_foreign_architectures_end_the_box(void **state)
{
    (void)state;
    static const char *const ways[] = {"int80", "x32"};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        struct sandbox_policy p = ACTION(ways[i]);
        struct sandbox_outcome o = run_box(&p);
        assert_end(&o, SANDBOX_END_FORBIDDEN);
        assert_int_equal(o.n_blocked, 1);
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
                "with tempfile.TemporaryFile() as f: f.write(b'x')\n"
                "print(len(r))");
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
    struct sandbox_policy p = COMMAND(
        "/usr/bin/python3", "-c",
        "import subprocess, shutil, os\n"
        "print(subprocess.run(['sort'], input=b'b\\na\\n', capture_output=True).stdout)\n"
        "os.mkdir('d'); open('d/f', 'w').close(); shutil.copytree('d', 'e'); shutil.rmtree('d')\n"
        "print(os.listdir('e'))");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_output(&o, "b'a\\nb\\n'\n['f']\n");
    sandbox_outcome_done(&o);
}

static void test_shell_and_coreutils(void **state)
{
    (void)state;
    struct sandbox_policy p =
        COMMAND("/bin/sh", "-ec",
                "seq 5 | sort -rn | head -2 | tr '\\n' ' '; mkdir -p a/b; touch a/b/c; cp -r a z; "
                "cp -p a/b/c d; "
                "mv z y; ln -s d l; ln d h; find y -type f | wc -l; ls -la >/dev/null; rm -rf a y; "
                "echo one two | cut -d' ' -f2; echo x | sed s/x/y/; dd if=/dev/zero of=q bs=1k "
                "count=3 status=none; "
                "stat -c %s q; chmod 600 q; truncate -s 10 q; wc -c <q; date +%Y >/dev/null; "
                "(sleep 0.01 & wait); "
                "echo abc | md5sum | cut -c1-4; timeout 5 true; nproc >/dev/null; tac d; split -n "
                "1 q; tar cf t q; "
                "gzip t; xargs -n1 echo <l; mktemp >/dev/null; tail -c 1 q | od | wc -l");
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
    for (size_t i = 0; i < ARRAY_LEN(compilers); i++) {
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
        cmocka_unit_test(test_boxes_have_different_uids),
        cmocka_unit_test(test_own_namespaces),
        cmocka_unit_test(test_compile_box_has_few_devices),
        cmocka_unit_test(test_proc_can_be_absent),
        cmocka_unit_test(test_nothing_of_the_host),
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
