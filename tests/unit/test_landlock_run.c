/* live: needs a kernel with Landlock, /usr/bin/python3 and gcc.
 *
 * argv and env of the landlock tier, and whole programs that live with nothing but it. */
#include "tests/unit/landlock_fixture.h"

/* ---- words ---- */

static const struct sandbox_mount word_mounts[] = {
    {SANDBOX_MOUNT_READ_ONLY, "/usr", "/usr", false},
    {SANDBOX_MOUNT_READ_ONLY, "/usr/lib", "/harness", false},
    {SANDBOX_MOUNT_READ_ONLY, "/usr/bin/", "/harness/bin/", false},
    {SANDBOX_MOUNT_READ_ONLY, "/usr/share", "/data", false},
    {SANDBOX_MOUNT_READ_ONLY, "/usr/include", "/data", false}, /* over it */
    {SANDBOX_MOUNT_READ_ONLY, "/", "/host", false},
    {SANDBOX_MOUNT_SYMLINK, "usr/lib", "/lib", false},
    {SANDBOX_MOUNT_EMPTY, NULL, "/empty", false},
};

/* '@' in `want` is the private directory. */
static void assert_word(const char *got, const char *want, const char *dir)
{
    char text[1024];
    size_t used = 0;
    for (; *want; want++) {
        size_t n = *want == '@' ? strlen(dir) : 1;
        assert_true(used + n < sizeof text);
        memcpy(text + used, *want == '@' ? dir : want, n);
        used += n;
    }
    text[used] = '\0';
    assert_string_equal(got, text);
}

static void test_landlock_rewrites_words(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    static const char *const words[][2] = {
        /* whole, and the beginning */
        {"/harness", "/usr/lib"},
        {"/harness/", "/usr/lib/"},
        {"/harness/check.py", "/usr/lib/check.py"},
        {"/harness//x", "/usr/lib//x"},
        {"/box", "@"},
        {"/box/solution.so", "@/solution.so"},
        {"/tmp", "@"},
        {"/tmp/x", "@/x"},
        /* the longest target; the last of equals */
        {"/harness/bin", "/usr/bin"},
        {"/harness/bin/x", "/usr/bin/x"},
        {"/harness/binary", "/usr/lib/binary"},
        {"/data/stdio.h", "/usr/include/stdio.h"},
        /* the root of the host */
        {"/host", "/"},
        {"/host/usr", "/usr"},
        {"A=/host:/host/x", "A=/:/x"},
        /* lists, after a name */
        {"/harness:/box/lib", "/usr/lib:@/lib"},
        {"PATH=/harness/bin:/usr/bin:/box", "PATH=/usr/bin:/usr/bin:@"},
        {"X=.:/tmp:", "X=.:@:"},
        {"_x9=:/tmp", "_x9=:@"},
        {"--include=/harness/x", "--include=/usr/lib/x"},
        {"lib:/box", "lib:@"},
        /* never inside */
        {"-I/harness", "-I/harness"},
        {"x/harness", "x/harness"},
        {"/harnesses", "/harnesses"},
        {"/boxes/x", "/boxes/x"},
        {"/tmpfs", "/tmpfs"},
        {"//box", "//box"},
        {"./box", "./box"},
        {"/usr/box", "/usr/box"},
        {"/usr/tmp/box", "/usr/tmp/box"},
        {"A B=/box", "A B=/box"},
        {"=/box", "=/box"},
        {"A=B=/box", "A=B=/box"},
        {"-Wl,/box", "-Wl,/box"},
        {"http://box/tmp", "http://box/tmp"},
        {"print('/box')", "print('/box')"},
        /* one pass, one beginning */
        {"/box/box/tmp", "@/box/tmp"},
        {"/lib/x", "/lib/x"},
        {"/empty", "/empty"},
        {"", ""},
        {"/", "/"},
        {":", ":"},
        {"A=", "A="},
    };
    const char *list[ARRAY_LEN(words) + 1] = {NULL};
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        list[i] = words[i][0];
    struct sandbox_policy p = policy_of(word_mounts, ARRAY_LEN(word_mounts));
    p.argv = list;
    p.env = list;
    struct landlock_box box;
    prepare(&box, &p, false);
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        assert_word(box.argv[i], words[i][1], box.dir);
        assert_word(box.env[i], words[i][1], box.dir);
    }
    assert_null(box.argv[ARRAY_LEN(words)]);
    assert_null(box.env[ARRAY_LEN(words)]);
    landlock_done(&box);
}

static void test_landlock_mount_beneath_tmp_stays(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char folder[64], word[128];
    temp_make(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    snprintf(word, sizeof word, "%s/bin/python3", folder);
    const struct sandbox_mount mount = {SANDBOX_MOUNT_READ_ONLY, folder, folder, false};
    const char *const argv[] = {word, "/tmp/else", NULL};
    struct sandbox_policy p = policy_of(&mount, 1);
    p.argv = argv;
    p.env = NULL;
    struct landlock_box box;
    prepare(&box, &p, false);
    assert_string_equal(box.argv[0], word);
    assert_word(box.argv[1], "@/else", box.dir);
    assert_null(box.env[0]);
    landlock_done(&box);
    temp_remove(folder);
}

static void test_landlock_tmpdir_where_there_is_none(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    static const char *const with[] = {"TMPDIR=/tmp", "A=b", NULL};
    static const char *const without[] = {"TMPDIRS=/x", NULL};
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    struct landlock_box box;
    const struct {
        const char *const *env;
        bool writable;
        const char *want[3];
    } cases[] = {
        {with, true, {"TMPDIR=@", "A=b", NULL}},
        {with, false, {"TMPDIR=@", "A=b", NULL}},
        {without, true, {"TMPDIRS=/x", "TMPDIR=@", NULL}},
        {without, false, {"TMPDIRS=/x", NULL, NULL}},
        {NULL, true, {"TMPDIR=@", NULL, NULL}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        p.env = cases[i].env;
        prepare(&box, &p, cases[i].writable);
        for (size_t k = 0; k < 3; k++) {
            if (cases[i].want[k])
                assert_word(box.env[k], cases[i].want[k], box.dir);
            else
                assert_null(box.env[k]);
            if (!cases[i].want[k])
                break;
        }
        landlock_done(&box);
    }
}

/* ---- whole programs ---- */

static int execute(const struct landlock_box *box, const void *data)
{
    const int *out = data;
    if (dup2(*out, 1) < 0 || dup2(*out, 2) < 0)
        return 98;
    execve(box->argv[0], (char *const *)(uintptr_t)box->argv, (char *const *)(uintptr_t)box->env);
    return 97;
}

/* What it printed is checked against `want` if that is not NULL. */
static void run_program(struct landlock_box *box, const struct sandbox_policy *policy,
                        bool writable, const char *want)
{
    prepare(box, policy, writable);
    int out = memfd_create("output", MFD_CLOEXEC);
    assert_true(out >= 0);
    int r = run_as(box, box_id(), execute, &out);
    char text[4096] = "";
    assert_true(pread(out, text, sizeof text - 1, 0) >= 0);
    close(out);
    if (r != 0)
        fail_msg("'%s': exit code %d: %s", policy->argv[0], r, text);
    if (want)
        assert_string_equal(text, want);
}

static void test_landlock_runs_python(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    if (access("/usr/bin/python3", X_OK) < 0) {
        print_message("SKIP: no /usr/bin/python3\n");
        skip();
    }
    static const char *const one[] = {"/usr/bin/python3", "-I", "-S", "-c", "print(1)", NULL};
    /* Modules are found by listing directories, also beside what is hidden. */
    static const char *const two[] = {"/usr/bin/python3",
                                      "-I",
                                      "-B",
                                      "-c",
                                      "import json, decimal, ctypes, sys\n"
                                      "try: open('/etc/passwd'); print('open')\n"
                                      "except PermissionError: print('closed')\n"
                                      "try: import xml.dom; print('found')\n"
                                      "except (ImportError, PermissionError): print('hidden')",
                                      NULL};
    char xml[64] = "";
    for (int minor = 6; minor < 40 && !xml[0]; minor++) {
        snprintf(xml, sizeof xml, "/usr/lib/python3.%d/xml", minor);
        if (access(xml, R_OK) < 0)
            xml[0] = '\0';
    }
    assert_true(xml[0] != '\0');
    struct sandbox_mount mounts[ARRAY_LEN(usr_mounts) + 1];
    memcpy(mounts, usr_mounts, sizeof usr_mounts);
    mounts[ARRAY_LEN(usr_mounts)] = (struct sandbox_mount){SANDBOX_MOUNT_EMPTY, NULL, xml, true};
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    struct landlock_box box;
    p.argv = one;
    run_program(&box, &p, false, "1\n");
    landlock_done(&box);
    p.argv = two;
    run_program(&box, &p, false, "closed\nfound\n");
    landlock_done(&box);
    p.mounts = mounts;
    p.n_mounts = ARRAY_LEN(mounts);
    run_program(&box, &p, false, "closed\nhidden\n");
    landlock_done(&box);
}

/* As the probe of python.json has it: of dist-packages only numpy is mounted. */
static void test_landlock_views(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char folder[64], site[128], other[160], numpy[128], libs[128], deep[160], script[256],
        path[400];
    temp_make(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    snprintf(site, sizeof site, "%s/site", folder);
    snprintf(numpy, sizeof numpy, "%s/site/numpy", folder);
    snprintf(libs, sizeof libs, "%s/site/numpy.libs", folder);
    snprintf(deep, sizeof deep, "%s/site/a/b", folder);
    snprintf(other, sizeof other, "%s/site/pandas", folder);
    temp_text(folder, "site/numpy/__init__.py", "answer = 42\n");
    temp_text(folder, "site/numpy/inner/secret.py", "answer = 43\n");
    temp_text(folder, "site/numpy.libs/x.so", "");
    temp_text(folder, "site/pandas/__init__.py", "");
    temp_text(folder, "site/a/b/c.py", "");
    temp_text(
        folder, "script.py",
        "import sys, os\n"
        "site = os.environ['SITE'].split(':')\n"
        "sys.path += site\n"
        "print(*sorted(os.listdir(site[0])), *os.listdir(site[0] + '/a'), len(site), site[1])\n"
        "import numpy; print(numpy.answer)\n"
        "try: import pandas; print('pandas')\n"
        "except ModuleNotFoundError: print('none')\n"
        "try: print(os.listdir(os.path.dirname(os.path.realpath(numpy.__path__[0]))))\n"
        "except PermissionError: print('closed')\n");
    snprintf(script, sizeof script, "%s/script.py", folder);
    snprintf(path, sizeof path, "SITE=%s/:/usr/lib", site);
    const struct sandbox_mount views[] = {
        {SANDBOX_MOUNT_READ_ONLY, numpy, numpy, false},
        {SANDBOX_MOUNT_READ_ONLY, libs, libs, false},
        {SANDBOX_MOUNT_READ_ONLY, deep, deep, false},
        {SANDBOX_MOUNT_READ_ONLY, script, script, false},
        {SANDBOX_MOUNT_READ_ONLY, "/no/such", other, true},
    };
    char inner[192]; /* beneath a link of ours: nothing may be made on the host */
    snprintf(inner, sizeof inner, "%s/made-on-host/x", numpy);
    struct sandbox_mount mounts[ARRAY_LEN(usr_mounts) + ARRAY_LEN(views) + 1];
    memcpy(mounts, usr_mounts, sizeof usr_mounts);
    memcpy(mounts + ARRAY_LEN(usr_mounts), views, sizeof views);
    mounts[ARRAY_LEN(mounts) - 1] =
        (struct sandbox_mount){SANDBOX_MOUNT_READ_ONLY, deep, inner, true};
    const char *const argv[] = {"/usr/bin/python3", "-I", "-S", "-B", script, NULL};
    const char *const env[] = {path, NULL};
    struct sandbox_policy p = policy_of(mounts, ARRAY_LEN(mounts));
    p.argv = argv;
    p.env = env;
    struct landlock_box box;
    mode_t old = umask(077);
    run_program(&box, &p, false, "a numpy numpy.libs b 2 /usr/lib\n42\nnone\nclosed\n");
    umask(old);
    *strrchr(inner, '/') = '\0';
    assert_int_equal(access(inner, F_OK), -1);
    landlock_done(&box);
    /* Links were removed, not what they lead to. */
    assert_int_equal(access(numpy, F_OK), 0);
    snprintf(inner, sizeof inner, "%s/inner/secret.py", numpy);
    assert_int_equal(access(inner, F_OK), 0);
    temp_remove(folder);
}

/* What c.json has for its compiler. */
static const char *const compile_paths[] = {
    "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64",       "/usr/libexec",     "/usr/include",
    "/bin",     "/lib",     "/lib64",     "/etc/ld.so.cache", "/etc/alternatives"};

static void test_landlock_compiles_c(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    if (access("/usr/bin/gcc", X_OK) < 0) {
        print_message("SKIP: no /usr/bin/gcc\n");
        skip();
    }
    char folder[64];
    temp_make(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    temp_text(folder, "answer.h", "#define ANSWER 42\n");
    struct sandbox_mount mounts[ARRAY_LEN(compile_paths) + 1];
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(compile_paths); i++)
        mounts[n++] = (struct sandbox_mount){SANDBOX_MOUNT_READ_ONLY, compile_paths[i],
                                             compile_paths[i], true};
    mounts[n++] = (struct sandbox_mount){SANDBOX_MOUNT_READ_ONLY, folder, "/harness", false};
    static const char *const object[] = {"/usr/bin/gcc", "-I",           "/harness",     "-c",
                                         "-o",           "/box/hello.o", "/box/hello.c", NULL};
    static const char *const library[] = {
        "/usr/bin/gcc", "-std=gnu17",  "-O2", "-g0",      "-fPIC",   "-shared", "-I",
        "/harness",     "-Wl,-z,defs", "-o",  "hello.so", "hello.c", "-lm",     NULL};
    struct sandbox_file file = {
        "hello.c",
        memfd_of("#include <answer.h>\n#include <math.h>\n#include <stdio.h>\n"
                 "double hello(double x);\n"
                 "double hello(double x) { puts(\"hello\"); return ANSWER + erf(x); }\n"),
        false};
    struct sandbox_policy p = policy_of(mounts, n);
    p.files = &file;
    p.n_files = 1;
    for (int i = 0; i < 2; i++) {
        p.argv = i == 0 ? object : library;
        struct landlock_box box;
        run_program(&box, &p, true, "");
        char magic[5] = "";
        int fd = openat(box.dir_fd, i == 0 ? "hello.o" : "hello.so", O_RDONLY | O_CLOEXEC);
        assert_int_equal(read(fd, magic, 4), 4);
        assert_string_equal(magic, "\x7f"
                                   "ELF");
        close(fd);
        landlock_done(&box);
    }
    close(file.fd);
    assert_int_equal(count_left(), 0);
    temp_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_landlock_rewrites_words),
        cmocka_unit_test(test_landlock_mount_beneath_tmp_stays),
        cmocka_unit_test(test_landlock_tmpdir_where_there_is_none),
        cmocka_unit_test(test_landlock_runs_python),
        cmocka_unit_test(test_landlock_views),
        cmocka_unit_test(test_landlock_compiles_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
