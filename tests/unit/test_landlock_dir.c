/* live: needs a kernel with Landlock; as root more of it runs.
 *
 * The private directory of the landlock tier: where it lies, that it goes away whatever is in it, and that
 * what the dead left goes away, too. */
#include "tests/unit/landlock_fixture.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/file.h>
#include <sys/resource.h>

/* ---- where ---- */

static void test_landlock_place(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char folder[64], open_place[128], loose[128], closed[128], linked[128];
    temp_make(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    snprintf(open_place, sizeof open_place, "%s/place", folder);
    snprintf(loose, sizeof loose, "%s/loose", folder);
    snprintf(closed, sizeof closed, "%s/closed/place", folder);
    snprintf(linked, sizeof linked, "%s/linked", folder);
    assert_int_equal(mkdir(open_place, 0755), 0);
    assert_int_equal(mkdir(loose, 0755), 0);
    assert_int_equal(chmod(loose, 0777), 0);
    temp_text(folder, "closed/place/file", "");
    char above[128];
    snprintf(above, sizeof above, "%s/closed", folder);
    assert_int_equal(chmod(above, 0700), 0);
    assert_int_equal(symlink("place", linked), 0);
    const char *before = getenv("TMPDIR");
    auto_free char *kept = before ? strdup(before) : NULL;
    const struct {
        const char *tmpdir, *want;
    } cases[] = {
        {open_place, open_place}, {linked, open_place},
        {loose, "/tmp"},          {closed, geteuid() == 0 ? "/tmp" : closed},
        {"relative", "/tmp"},     {"/no/such/place", "/tmp"},
        {"/proc", "/tmp"},
    };
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        setenv("TMPDIR", cases[i].tmpdir, 1);
        struct landlock_box box;
        prepare(&box, &p, false);
        *strrchr(box.dir, '/') = '\0';
        assert_string_equal(box.dir, cases[i].want);
        box.dir[strlen(box.dir)] = '/';
        landlock_done(&box);
    }
    if (kept)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
    assert_int_equal(count_left(), 0);
    temp_remove(folder);
}

/* ---- whatever is in it goes ---- */

static int make_deep(void)
{
    for (int i = 0; i < 2000; i++) {
        CHECK(mkdir("d", 0700) == 0);
        CHECK(opens("file", O_WRONLY | O_CREAT));
        CHECK(chdir("d") == 0);
    }
    return 0;
}

static int make_odd_names(void)
{
    static const char *const names[] = {
        "-rf", " ", "*", "\n", "..a", "...", "\xff\xfe", "\x1b[31m", "0", "1", "2", "\\", "a b",
    };
    CHECK(mkdir("odd", 0700) == 0);
    char longest[256];
    memset(longest, 'x', 255);
    longest[255] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        CHECK(mkdir(names[i], 0700) == 0);
        /* More names that the removal gives directories of its own. */
        char path[600];
        snprintf(path, sizeof path, "odd/%s", names[i]);
        CHECK(mkdir(path, 0700) == 0);
        snprintf(path, sizeof path, "odd/%s/%s", names[i], longest);
        CHECK(opens(path, O_WRONLY | O_CREAT));
        snprintf(path, sizeof path, "%s/%s", names[i], longest);
        CHECK(mkdir(path, 0700) == 0);
    }
    CHECK(opens("3", O_WRONLY | O_CREAT));
    return 0;
}

static int make_many(void)
{
    CHECK(mkdir("many", 0700) == 0);
    for (int i = 0; i < 5000; i++) {
        char name[32];
        snprintf(name, sizeof name, "many/%d", i);
        CHECK(opens(name, O_WRONLY | O_CREAT));
    }
    for (int i = 0; i < 300; i++) {
        char name[32];
        snprintf(name, sizeof name, "many/dir%d", i);
        CHECK(mkdir(name, 0700) == 0);
        snprintf(name, sizeof name, "many/dir%d/sub", i);
        CHECK(mkdir(name, 0700) == 0);
    }
    return 0;
}

static int make_links(const char *outside)
{
    CHECK(mkdir("links", 0700) == 0);
    CHECK(symlink(outside, "links/out") == 0);
    CHECK(symlink("/", "links/root") == 0);
    CHECK(symlink("loop", "links/loop") == 0);
    CHECK(symlink("/no/such/place", "links/nowhere") == 0);
    CHECK(symlink(outside, "out") == 0);
    CHECK(mkfifo("links/pipe", 0000) == 0);
    CHECK(mkfifo("pipe", 0600) == 0);
    CHECK(opens("set-uid", O_WRONLY | O_CREAT) && chmod("set-uid", 06000) == 0);
    return 0;
}

/* Modes 0 to 7 for the owner, each with things in it, two levels. */
static int make_closed(void)
{
    for (int mode = 0; mode < 8; mode++) {
        char name[64];
        const char *const parts[] = {"closed%d", "closed%d/in", "closed%d/in/deep"};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            snprintf(name, sizeof name,
                     i == 0   ? "closed%d"
                     : i == 1 ? "closed%d/in"
                              : "closed%d/in/deep",
                     mode);
            CHECK(mkdir(name, 0700) == 0);
        }
        snprintf(name, sizeof name, "closed%d/in/deep/file", mode);
        CHECK(opens(name, O_WRONLY | O_CREAT) && chmod(name, 0) == 0);
        for (size_t i = ARRAY_LEN(parts); i-- > 0;) {
            snprintf(name, sizeof name,
                     i == 0   ? "closed%d"
                     : i == 1 ? "closed%d/in"
                              : "closed%d/in/deep",
                     mode);
            CHECK(chmod(name, (mode_t)mode << 6) == 0);
        }
    }
    return 0;
}

/* In the directory, as the user of a box that has broken out of nothing but its manners. */
static int make_hostile(const struct landlock_box *box, const char *outside)
{
    CHECK(fchdir(box->dir_fd) == 0);
    CHECK(make_odd_names() == 0);
    CHECK(make_many() == 0);
    CHECK(make_links(outside) == 0);
    CHECK(make_closed() == 0);
    CHECK(make_deep() == 0);
    CHECK(fchmod(box->dir_fd, 0) == 0);
    return 0;
}

/* As on a kernel before 6.6. */
static int without_fchmodat2(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 452, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {ARRAY_LEN(filter), filter};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    return 0;
}

/* Takes every descriptor but `n`; for a process that ends soon. */
static int leave_descriptors(int n)
{
    const struct rlimit few = {128, 128};
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    int last = -1;
    for (int fd; (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;)
        last = fd;
    CHECK(errno == EMFILE && last > 100);
    for (int i = 0; i < n; i++)
        CHECK(close(last - i) == 0);
    return 0;
}

struct removal_case {
    uid_t remover, filler; /* -1: whoever we are; nobody else */
    bool old_kernel;
    const char *outside;
};

/* In a process of its own. */
static int fill_and_remove(const struct removal_case *c)
{
    struct landlock_box box;
    struct error err = ERROR_INIT;
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    CHECK(become(c->remover) == 0);
    CHECK(!c->old_kernel || without_fchmodat2() == 0);
    CHECK(landlock_prepare(&box, &p, c->filler, c->filler, true, &err) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        _exit(become(c->filler) < 0 ? 99 : make_hostile(&box, c->outside));
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    char dir[sizeof box.dir];
    memcpy(dir, box.dir, sizeof dir);
    /* The directory's own and one more, at any depth. */
    close(box.ruleset_fd);
    box.ruleset_fd = -1;
    CHECK(leave_descriptors(c->old_kernel ? 2 : 1) == 0);
    landlock_done(&box);
    struct stat st;
    CHECK(lstat(dir, &st) < 0 && errno == ENOENT);
    return 0;
}

static void test_landlock_removes_whatever_is_left(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char outside[64];
    temp_make(outside);
    assert_int_equal(chmod(outside, 0777), 0);
    temp_text(outside, "precious/file", "text");
    char path[128];
    snprintf(path, sizeof path, "%s/precious", outside);
    assert_int_equal(chmod(path, 0777), 0);
    bool is_root = geteuid() == 0;
    const uid_t none = (uid_t)-1;
    const struct removal_case cases[] = {
        {none, is_root ? BOX_ID : none, false, outside},
        {none, none, true, outside},
        {is_root ? NOBODY : none, none, false, outside},
        {is_root ? NOBODY : none, none, true, outside},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        fflush(NULL);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(fill_and_remove(&cases[i]));
        assert_int_equal(wait_for(pid), 0);
    }
    /* Neither emptied nor chmod-ed through a link. */
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0777);
    snprintf(path, sizeof path, "%s/precious/file", outside);
    assert_int_equal(stat(path, &st), 0);
    temp_remove(outside);
}

/* ---- what the dead left ---- */

/* A directory that somebody made and did not remove; its path. */
static void leave_behind(char dir[128], uid_t uid, mode_t mode)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct landlock_box box;
        struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
        if (landlock_prepare(&box, &p, uid, uid, true, NULL) < 0 ||
            mkdirat(box.dir_fd, "sub", 0700) < 0 || symlinkat("/", box.dir_fd, "root") < 0 ||
            fchmod(box.dir_fd, mode) < 0)
            _exit(1);
        _exit(write(ends[1], box.dir, sizeof box.dir) == sizeof box.dir ? 0 : 1);
    }
    assert_int_equal(wait_for(pid), 0);
    assert_int_equal(read(ends[0], dir, 128), 128);
    close(ends[0]);
    close(ends[1]);
    struct stat st;
    assert_int_equal(lstat(dir, &st), 0);
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static void test_landlock_sweep_takes_the_dead_only(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char dead[128], closed[128], place[64];
    /* A place of our own, too: the sweep looks at $TMPDIR first. */
    temp_make(place);
    assert_int_equal(chmod(place, 0755), 0);
    const char *before = getenv("TMPDIR");
    auto_free char *kept = before ? strdup(before) : NULL;
    leave_behind(dead, box_id(), 0700); /* in the usual place, by an earlier us */
    setenv("TMPDIR", place, 1);
    leave_behind(closed, (uid_t)-1, 0);
    struct landlock_box alive;
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    prepare(&alive, &p, true);

    static const char *const others[] = {
        "mljudge.1.2.0000000g.1",  "mljudge.1.2.00000000",    "mljudge.1.2.000000000.1",
        "mljudge.1.2.00000000.x",  "mljudge..2.00000000.1",   "mljudge.1.2.00000000.1.1",
        "xmljudge.1.2.00000000.1", "mljudge.-1.2.00000000.1",
    };
    char path[256], target[160];
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        snprintf(path, sizeof path, "%s/file", others[i]);
        temp_text(place, path, "");
    }
    temp_text(place, "target/file", "");
    snprintf(target, sizeof target, "%s/target", place);
    snprintf(path, sizeof path, "%s/mljudge.1.2.00000000.2", place);
    assert_int_equal(symlink(target, path), 0);
    temp_text(place, "mljudge.1.2.00000000.3", "");
    temp_text(place, "mljudge.1.2.00000000.4/file", "");
    char foreign[128];
    snprintf(foreign, sizeof foreign, "%s/mljudge.1.2.00000000.4", place);
    if (geteuid() == 0)
        assert_int_equal(chown(foreign, 1234, 1234), 0);

    landlock_sweep_dead();
    assert_false(is_there(dead));
    assert_false(is_there(closed));
    assert_true(is_there(alive.dir));
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        snprintf(path, sizeof path, "%s/%s/file", place, others[i]);
        assert_true(is_there(path));
    }
    snprintf(path, sizeof path, "%s/file", target);
    assert_true(is_there(path));
    snprintf(path, sizeof path, "%s/mljudge.1.2.00000000.2", place);
    assert_true(is_there(path));
    snprintf(path, sizeof path, "%s/mljudge.1.2.00000000.3", place);
    assert_true(is_there(path));
    snprintf(path, sizeof path, "%s/file", foreign);
    assert_int_equal(is_there(path), geteuid() == 0);
    landlock_done(&alive);
    temp_remove(place);
    if (kept)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_landlock_place),
        cmocka_unit_test(test_landlock_removes_whatever_is_left),
        cmocka_unit_test(test_landlock_sweep_takes_the_dead_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
