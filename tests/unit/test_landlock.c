/* live: needs a kernel with Landlock; as root more of it runs.
 *
 * What a box of the landlock tier may open, make, reach and execute: every question is asked by a forked
 * child that is really restricted. */
#include "tests/unit/landlock_fixture.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

/* ---- what a kernel knows ---- */

static void test_landlock_rights_grow_with_the_abi(void **state)
{
    (void)state;
    static const struct {
        int abi;
        uint64_t fs, net, scoped;
        size_t n_missing;
    } cases[] = {
        {1, 0x1fff, 0, 0, 7},    {2, 0x3fff, 0, 0, 6},    {3, 0x7fff, 0, 0, 5},
        {4, 0x7fff, 3, 0, 4},    {5, 0xffff, 3, 0, 3},    {6, 0xffff, 3, 3, 2},
        {7, 0xffff, 3, 3, 2},    {8, 0xffff, 3, 3, 2},    {9, 0x1ffff, 3, 3, 1},
        {10, 0x1ffff, 15, 3, 0}, {99, 0x1ffff, 15, 3, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct landlock_rights rights = landlock_rights_of(cases[i].abi);
        assert_int_equal(rights.fs, cases[i].fs);
        assert_int_equal(rights.net, cases[i].net);
        assert_int_equal(rights.scoped, cases[i].scoped);
        const char *texts[8];
        assert_int_equal(landlock_missing(cases[i].abi, texts, 8), cases[i].n_missing);
        if (cases[i].n_missing > 0)
            assert_string_equal(texts[cases[i].n_missing - 1],
                                "UDP is refused by the system call filter only");
    }
    const char *one = NULL;
    assert_int_equal(landlock_missing(1, &one, 1), 1);
    assert_non_null(one);
    assert_int_equal(landlock_missing(1, NULL, 0), 0);
}

/* What older kernels would get is taken by this one, too; one bit more than it knows is not. */
static void test_landlock_kernel_takes_the_masks(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    int abi = landlock_abi();
    for (int i = 1; i <= abi + 1 && i <= 10; i++) {
        struct landlock_rights rights = landlock_rights_of(i), own = landlock_rights_of(abi);
        uint64_t attr[] = {rights.fs, rights.net, rights.scoped};
        int fd = (int)syscall(444, attr, sizeof attr, 0);
        bool known = rights.fs == own.fs && rights.net == own.net && rights.scoped == own.scoped;
        if (i <= abi || known)
            assert_true(fd >= 0);
        else
            assert_int_equal(fd, -1);
        if (fd >= 0)
            close(fd);
    }
}

static int without_landlock(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {ARRAY_LEN(filter), filter};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    CHECK(landlock_abi() == -ENOSYS);
    struct landlock_box box;
    struct error err = ERROR_INIT;
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    CHECK(landlock_prepare(&box, &p, (uid_t)-1, (gid_t)-1, true, &err) == -ENOTSUP);
    CHECK(strstr(err.text, "Landlock"));
    CHECK(box.ruleset_fd == -1 && box.dir_fd == -1 && !box.dir[0] && !box.argv && !box.text);
    CHECK(count_left() == 0);
    landlock_done(&box);
    return 0;
}

static void test_landlock_without_it_is_enotsup(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(without_landlock());
    assert_int_equal(wait_for(pid), 0);
}

/* ---- what may be opened ---- */

static int look_around(const struct landlock_box *box, const void *data)
{
    (void)data;
    CHECK(opens("/usr/bin/env", O_RDONLY));
    CHECK(lists("/usr/lib"));
    CHECK(executes("/usr/bin/true") == 0);
    CHECK(executes("/bin/true") == 0); /* the host's link */
    CHECK(lists("/lib/"));
    CHECK(refused("/etc/passwd", O_RDONLY));
    CHECK(refused("/proc/self/environ", O_RDONLY));
    CHECK(refused("/proc/self/maps", O_RDONLY));
    CHECK(refused("/proc/self/mem", O_RDONLY));
    CHECK(refused("/proc/version", O_RDONLY));
    CHECK(!lists("/"));
    CHECK(!lists("/tmp"));
    CHECK(!lists("/proc"));
    CHECK(refused("/tmp/new", O_WRONLY | O_CREAT));
    CHECK(mkdir("/tmp/new", 0700) < 0 && errno == EACCES);
    CHECK(!opens("/usr/new", O_WRONLY | O_CREAT));
    CHECK(!opens("/usr/bin/env", O_RDWR));
    CHECK(opens("/dev/null", O_RDWR));
    CHECK(opens("/dev/null", O_WRONLY | O_CREAT | O_TRUNC));
    CHECK(opens("/dev/urandom", O_RDONLY));
    CHECK(opens("/dev/random", O_RDONLY));
    CHECK(opens("/dev/full", O_RDONLY) && refused("/dev/full", O_WRONLY));
    CHECK(refused("/dev/urandom", O_WRONLY));
    CHECK(refused("/dev/zero", O_RDONLY) && refused("/dev/zero", O_RDWR));
    /* Neither up and down again nor a link leads out. */
    CHECK(refused("/usr/../etc/passwd", O_RDONLY));
    CHECK(refused("/proc/self/root/etc/passwd", O_RDONLY));
    char up[256];
    snprintf(up, sizeof up, "%s/..", box->dir);
    CHECK(!lists(up));
    return 0;
}

static void test_landlock_opens_what_is_mounted_only(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    ask(&p, false, look_around, NULL);
    ask(&p, true, look_around, NULL);
}

struct expected {
    const char *folder;
    const char *opens, *refuses, *lists; /* words with blanks between */
};

static int compare_with(const struct landlock_box *box, const void *data)
{
    (void)box;
    const struct expected *want = data;
    char path[600], words[600];
    const char *lists_of[] = {want->opens, want->refuses, want->lists};
    for (size_t k = 0; k < ARRAY_LEN(lists_of); k++) {
        snprintf(words, sizeof words, "%s", lists_of[k]);
        for (char *save, *word = strtok_r(words, " ", &save); word;
             word = strtok_r(NULL, " ", &save)) {
            snprintf(path, sizeof path, "%s/%s", want->folder, word);
            bool ok = k == 0   ? opens(path, O_RDONLY)
                      : k == 1 ? refused(path, O_RDONLY)
                               : lists(path);
            if (!ok)
                fprintf(stderr, "%s (list %zu): %s\n", path, k, strerror(errno));
            CHECK(ok);
        }
    }
    return 0;
}

static void make_tree(char folder[64])
{
    temp_make(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    static const char *const names[] = {"tree/a",
                                        "tree/sub/b",
                                        "tree/sub/secret/c",
                                        "tree/sub/secret/shown/d",
                                        "tree/sub/secret/shown/e/f",
                                        "tree/sub/other/g",
                                        "beside/h",
                                        "lone"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        temp_text(folder, names[i], "text");
    char path[128];
    snprintf(path, sizeof path, "%s/tree/link", folder);
    assert_int_equal(symlink("../beside", path), 0);
    snprintf(path, sizeof path, "%s/tree/in", folder);
    assert_int_equal(symlink("sub/secret/c", path), 0);
    snprintf(path, sizeof path, "%s/tree-link", folder);
    assert_int_equal(symlink("tree", path), 0);
    snprintf(path, sizeof path, "%s/tree/pipe", folder);
    assert_int_equal(mkfifo(path, 0644), 0);
}

static void test_landlock_empty_hides(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char folder[64], tree[128], alias[128], secret[128], shown[128], at_alias[128], lone[128];
    make_tree(folder);
    snprintf(tree, sizeof tree, "%s/tree", folder);
    snprintf(alias, sizeof alias, "%s/tree-link", folder);
    snprintf(secret, sizeof secret, "%s/tree/sub/secret", folder);
    snprintf(at_alias, sizeof at_alias, "%s/tree-link/sub/secret", folder);
    snprintf(shown, sizeof shown, "%s/tree/sub/secret/shown", folder);
    snprintf(lone, sizeof lone, "%s/lone", folder);
#define SHOW(source, target)                           \
    {                                                  \
        SANDBOX_MOUNT_READ_ONLY, source, target, false \
    }
#define HIDE(target)                            \
    {                                           \
        SANDBOX_MOUNT_EMPTY, NULL, target, true \
    }
    const struct {
        struct sandbox_mount mounts[4];
        size_t n;
        struct expected want;
    } cases[] = {
        /* all of it; what a link leads to is not in it */
        {{SHOW(tree, tree)},
         1,
         {folder, "tree/a tree/sub/b tree/sub/secret/c tree/in", "beside/h lone tree/link/h",
          "tree tree/sub"}},
        /* hidden: siblings work, all above can be listed */
        {{SHOW(tree, tree), HIDE(secret)},
         2,
         {folder, "tree/a tree/sub/b tree/sub/other/g",
          "tree/sub/secret/c tree/sub/secret/shown/d tree/in", "tree tree/sub tree/sub/other"}},
        /* a part of it shown again */
        {{SHOW(tree, tree), HIDE(secret), SHOW(shown, shown)},
         3,
         {folder, "tree/a tree/sub/secret/shown/d tree/sub/secret/shown/e/f tree/sub/other/g",
          "tree/sub/secret/c", "tree tree/sub/secret/shown"}},
        /* what comes later wins */
        {{HIDE(secret), SHOW(tree, tree)},
         2,
         {folder, "tree/a tree/sub/secret/c tree/sub/secret/shown/d", "lone", "tree"}},
        {{SHOW(tree, tree), SHOW(shown, shown), HIDE(secret)},
         3,
         {folder, "tree/a tree/sub/b", "tree/sub/secret/c tree/sub/secret/shown/d", "tree"}},
        /* through a link, at another target, beneath that target */
        {{SHOW(alias, "/data"), HIDE("/data/sub/secret")},
         2,
         {folder, "tree/a tree-link/a tree/sub/b", "tree/sub/secret/c tree-link/sub/secret/c",
          "tree-link"}},
        {{SHOW(alias, alias), HIDE(at_alias)},
         2,
         {folder, "tree/a tree-link/sub/b", "tree/sub/secret/c", "tree"}},
        /* the mount itself; nothing there */
        {{SHOW(tree, tree), HIDE(tree)}, 2, {folder, "", "tree/a tree/sub/b", ""}},
        {{SHOW(tree, tree), HIDE("/no/such/place")},
         2,
         {folder, "tree/a tree/sub/secret/c", "", ""}},
        /* a file */
        {{SHOW(lone, "/etc/lone")}, 1, {folder, "lone", "beside/h tree/a", ""}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        print_message("# case %zu\n", i);
        struct sandbox_policy p = policy_of(cases[i].mounts, cases[i].n);
        ask(&p, false, compare_with, &cases[i].want);
    }
    temp_remove(folder);
}

static void test_landlock_errors_name_the_path(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    char folder[64], closed[128], inside[256];
    make_tree(folder);
    snprintf(closed, sizeof closed, "%s/tree/sub", folder);
    snprintf(inside, sizeof inside, "%s/tree/sub/b", folder);
    struct landlock_box box;
    struct error err = ERROR_INIT;
    struct sandbox_mount mount = {SANDBOX_MOUNT_READ_ONLY, "/no/such/thing", "/x", false};
    struct sandbox_policy p = policy_of(&mount, 1);
    assert_int_equal(landlock_prepare(&box, &p, box_id(), box_id(), false, &err), -ENOENT);
    assert_non_null(strstr(err.text, "'/no/such/thing'"));
    assert_int_equal(box.dir_fd, -1);
    mount.source = "usr";
    err = ERROR_INIT;
    assert_int_equal(landlock_prepare(&box, &p, box_id(), box_id(), false, &err), -EINVAL);
    if (geteuid() == 0) {
        mount.source = inside;
        mount.optional = true;
        assert_int_equal(chmod(closed, 0700), 0);
        err = ERROR_INIT;
        assert_int_equal(landlock_prepare(&box, &p, box_id(), box_id(), false, &err), -EACCES);
        assert_non_null(strstr(err.text, inside));
        snprintf(inside, sizeof inside, "'%s' is closed", closed);
        assert_non_null(strstr(err.text, inside));
        mount.source = closed;
        err = ERROR_INIT;
        assert_int_equal(landlock_prepare(&box, &p, box_id(), box_id(), false, &err), -EACCES);
    }
    assert_int_equal(count_left(), 0);
    temp_remove(folder);
}

/* ---- the private directory ---- */

static int see_files(const struct landlock_box *box, const void *data)
{
    const bool *writable = data;
    struct stat st;
    char text[16] = "", path[256];
    CHECK(stat("data.txt", &st) == 0 && (st.st_mode & 07777) == 0444 && st.st_size == 5);
    CHECK(stat("program", &st) == 0 && (st.st_mode & 07777) == 0555);
    snprintf(path, sizeof path, "%s/data.txt", box->dir);
    int fd = open(path, O_RDONLY);
    CHECK(fd >= 0 && read(fd, text, 15) == 5 && !strcmp(text, "hello"));
    CHECK(lists("."));
    CHECK(executes("./program") == 7);
    CHECK(executes("./data.txt") == 201);
    CHECK(!opens("data.txt", O_WRONLY) && !opens("program", O_RDWR));
    CHECK(truncate("data.txt", 0) < 0);
    if (geteuid() == BOX_ID)
        CHECK(chmod("data.txt", 0666) < 0 && errno == EPERM);
    if (*writable)
        return 0;
    CHECK(refused("new", O_WRONLY | O_CREAT));
    CHECK(mkdir("new", 0700) < 0 && errno == EACCES);
    CHECK(unlink("data.txt") < 0 && errno == EACCES);
    CHECK(rename("data.txt", "other") < 0 && errno == EACCES);
    CHECK(link("data.txt", "other") < 0);
    CHECK(symlink("data.txt", "other") < 0 && errno == EACCES);
    CHECK(mkfifo("pipe", 0600) < 0 && errno == EACCES);
    return 0;
}

static void test_landlock_files(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    struct sandbox_file files[] = {{"data.txt", memfd_of("hello"), false},
                                   {"program", memfd_of("#!/bin/sh\nexit 7\n"), true}};
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    p.files = files;
    p.n_files = 2;
    mode_t old = umask(077); /* is not to matter */
    for (int writable = 0; writable < 2; writable++) {
        bool is = writable;
        ask(&p, is, see_files, &is);
    }
    umask(old);
    close(files[0].fd);
    close(files[1].fd);
}

static int make_things(const struct landlock_box *box, const void *data)
{
    (void)data;
    char path[256];
    int fd = open("one", O_RDWR | O_CREAT | O_EXCL, 0755);
    CHECK(fd >= 0 && write(fd, "#!/bin/sh\nexit 7\n", 17) == 17 && ftruncate(fd, 17) == 0);
    close(fd);
    CHECK(opens("one", O_RDWR | O_TRUNC | O_APPEND));
    CHECK(mkdir("sub", 0700) == 0 && mkdir("sub/deep", 0700) == 0);
    CHECK(rename("one", "two") == 0);
    if (landlock_abi() >= 2)
        CHECK(rename("two", "sub/deep/three") == 0 && rename("sub/deep", "deep") == 0 &&
              rename("deep/three", "two") == 0 && rename("deep", "sub/deep") == 0);
    snprintf(path, sizeof path, "%s/sub/four", box->dir);
    CHECK(opens(path, O_WRONLY | O_CREAT));
    CHECK(symlink("/etc/passwd", "link") == 0 && refused("link", O_RDONLY));
    CHECK(unlink("link") == 0);
    /* Nothing that is no file: a socket or a device of the host has no business here. */
    CHECK(mkfifo("pipe", 0600) < 0 && errno == EACCES);
    CHECK(mknod("null", S_IFCHR | 0600, 0x103) < 0);
    /* What the box made it cannot execute, and nothing goes in or out. */
    CHECK(executes("./two") == 201);
    CHECK(rename("two", "/tmp/two") < 0);
    CHECK(link("/usr/bin/env", "env") < 0);
    CHECK(unlink("two") == 0 && rmdir("sub/deep") == 0);
    CHECK(unlink("/etc/passwd") < 0 && rmdir("/tmp") < 0);
    CHECK(rename(box->dir, "/tmp/elsewhere") < 0 && rmdir(box->dir) < 0);
    return 0;
}

static void test_landlock_writable(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    ask(&p, true, make_things, NULL);
}

static void test_landlock_box_as_promised(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    struct landlock_box box, other;
    prepare(&box, &p, false);
    prepare(&other, &p, false);
    assert_string_not_equal(box.dir, other.dir);
    assert_true(box.ruleset_fd >= 64);
    assert_true(fcntl(box.ruleset_fd, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(box.dir_fd, F_GETFD) & FD_CLOEXEC);
    int pid = 0, tail = 0;
    long long boot = 0;
    unsigned random = 0, n = 0;
    assert_int_equal(
        sscanf(strrchr(box.dir, '/'), "/mljudge.%d.%lld.%8x.%u%n", &pid, &boot, &random, &n, &tail),
        4);
    assert_int_equal(tail, (int)strlen(strrchr(box.dir, '/')));
    assert_int_equal(pid, getpid());
    struct stat by_fd, by_path;
    assert_int_equal(fstat(box.dir_fd, &by_fd), 0);
    assert_int_equal(lstat(box.dir, &by_path), 0);
    assert_int_equal(by_fd.st_ino, by_path.st_ino);
    assert_int_equal(by_fd.st_mode, S_IFDIR | 0700);
    assert_int_equal(by_fd.st_uid, geteuid() == 0 ? BOX_ID : geteuid());
    int fd = open(box.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
    close(fd);
    landlock_done(&box);
    landlock_done(&box);
    assert_int_equal(box.ruleset_fd, -1);
    landlock_done(&other);
    struct landlock_box zero = {0};
    landlock_done(&zero); /* not our descriptor 0 */
    assert_true(fcntl(0, F_GETFD) >= 0);
    assert_int_equal(count_left(), 0);
}

/* ---- descriptors, network, signals ---- */

static int reopen(const struct landlock_box *box, const void *data)
{
    (void)box;
    const int *fds = data;
    char path[64], text[16] = "";
    snprintf(path, sizeof path, "/proc/self/fd/%d", fds[0]);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0 && read(fd, text, 15) == 3 && !strcmp(text, "a,b"));
    /* A descriptor of a file that has a path does not open the path's file again. */
    snprintf(path, sizeof path, "/proc/self/fd/%d", fds[1]);
    CHECK(refused(path, O_RDWR));
    CHECK(pread(fds[1], text, 1, 0) == 1);
    return 0;
}

static void test_landlock_memfd_can_be_opened_again(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    int fds[] = {memfd_create("csv", MFD_CLOEXEC | MFD_ALLOW_SEALING),
                 open("/etc/passwd", O_RDONLY | O_CLOEXEC)};
    assert_int_equal(write(fds[0], "a,b", 3), 3);
    assert_int_equal(fcntl(fds[0], F_ADD_SEALS, F_SEAL_WRITE), 0);
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    ask(&p, false, reopen, fds);
    close(fds[0]);
    close(fds[1]);
}

static int reach_out(const struct landlock_box *box, const void *data)
{
    (void)box;
    const struct sockaddr_in *to = data;
    int abi = landlock_abi();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    if (abi >= 4) {
        CHECK(connect(fd, (const struct sockaddr *)to, sizeof *to) < 0 && errno == EACCES);
        struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        CHECK(bind(fd, (const struct sockaddr *)&any, sizeof any) < 0 && errno == EACCES);
    }
    if (abi >= LANDLOCK_ABI_SIGNALS) {
        CHECK(kill(getppid(), 0) < 0 && errno == EPERM);
        CHECK(kill(getpid(), 0) == 0);
        struct sockaddr_un abstract = {.sun_family = AF_UNIX};
        snprintf(abstract.sun_path + 1, sizeof abstract.sun_path - 1, "mljudge-test-%d", getppid());
        int unix_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        CHECK(connect(unix_fd, (const struct sockaddr *)&abstract, sizeof abstract) < 0 &&
              errno == EPERM);
    }
    return 0;
}

static void test_landlock_keeps_to_itself(void **state)
{
    (void)state;
    NEED_LANDLOCK();
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    assert_int_equal(bind(fd, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    struct sockaddr_un abstract = {.sun_family = AF_UNIX};
    snprintf(abstract.sun_path + 1, sizeof abstract.sun_path - 1, "mljudge-test-%d", getpid());
    int unix_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(unix_fd, (struct sockaddr *)&abstract, sizeof abstract), 0);
    assert_int_equal(listen(unix_fd, 4), 0);
    /* Both answer where nothing forbids it. */
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(probe, (struct sockaddr *)&at, size), 0);
    close(probe);
    probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(probe, (struct sockaddr *)&abstract, sizeof abstract), 0);
    close(probe);
    struct sandbox_policy p = policy_of(usr_mounts, ARRAY_LEN(usr_mounts));
    struct landlock_box box;
    prepare(&box, &p, true);
    /* Not as another uid: then file modes and uids forbid the signal already. */
    assert_int_equal(run_as(&box, (uid_t)-1, reach_out, &at), 0);
    landlock_done(&box);
    close(fd);
    close(unix_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_landlock_rights_grow_with_the_abi),
        cmocka_unit_test(test_landlock_kernel_takes_the_masks),
        cmocka_unit_test(test_landlock_without_it_is_enotsup),
        cmocka_unit_test(test_landlock_opens_what_is_mounted_only),
        cmocka_unit_test(test_landlock_empty_hides),
        cmocka_unit_test(test_landlock_errors_name_the_path),
        cmocka_unit_test(test_landlock_files),
        cmocka_unit_test(test_landlock_writable),
        cmocka_unit_test(test_landlock_box_as_promised),
        cmocka_unit_test(test_landlock_memfd_can_be_opened_again),
        cmocka_unit_test(test_landlock_keeps_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
