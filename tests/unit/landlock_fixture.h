/* For tests of the landlock tier's files: a policy, and asking in a forked child that has entered the
 * ruleset, as the supervisor's does. */
#ifndef MLJUDGE_TEST_LANDLOCK_FIXTURE_H
#define MLJUDGE_TEST_LANDLOCK_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sandbox/landlock_parts.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

#define NOBODY 65534U
#define BOX_ID 2000000000U

static const char *const plain_argv[] = {"/usr/bin/true", NULL};
static const char *const plain_env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
static const struct sandbox_mount usr_mounts[] = {
    {SANDBOX_MOUNT_READ_ONLY, "/usr", "/usr", false},
    {SANDBOX_MOUNT_SYMLINK, "usr/bin", "/bin", false},
    {SANDBOX_MOUNT_READ_ONLY, "/lib", "/lib", true},
    {SANDBOX_MOUNT_READ_ONLY, "/lib64", "/lib64", true},
    {SANDBOX_MOUNT_READ_ONLY, "/etc/ld.so.cache", "/etc/ld.so.cache", true},
    {SANDBOX_MOUNT_READ_ONLY, "/no/such/thing", "/no/such/thing", true},
};

static inline uid_t box_id(void)
{
    return geteuid() == 0 ? BOX_ID : (uid_t)-1;
}

static inline struct sandbox_policy policy_of(const struct sandbox_mount *mounts, size_t n)
{
    return (struct sandbox_policy){
        .argv = plain_argv, .env = plain_env, .mounts = mounts, .n_mounts = n, .stdin_fd = -1};
}

#define NEED_LANDLOCK()                           \
    do {                                          \
        if (landlock_abi() < 1) {                 \
            print_message("SKIP: no Landlock\n"); \
            skip();                               \
        }                                         \
    } while (0)

#define NEED_ROOT()                                   \
    do {                                              \
        if (geteuid() != 0) {                         \
            print_message("SKIP: root gives uids\n"); \
            skip();                                   \
        }                                             \
    } while (0)

/* ---- in a box: no assert of cmocka's, 0 is good ---- */

#define CHECK(what)                                                                \
    do {                                                                           \
        if (!(what)) {                                                             \
            fprintf(stderr, "%s:%d: not so: %s (%s)\n", __FILE__, __LINE__, #what, \
                    strerror(errno));                                              \
            return 1;                                                              \
        }                                                                          \
    } while (0)

typedef int box_fn(const struct landlock_box *box, const void *data);

static inline int become(uid_t uid)
{
    return uid == (uid_t)-1 || (setgroups(0, NULL) == 0 && setresgid(uid, uid, uid) == 0 &&
                                setresuid(uid, uid, uid) == 0)
               ? 0
               : -1;
}

static inline int wait_for(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline int run_as(const struct landlock_box *box, uid_t uid, box_fn *fn, const void *data)
{
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return wait_for(pid);
    if (fchdir(box->dir_fd) < 0 || become(uid) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        syscall(446 /* landlock_restrict_self */, box->ruleset_fd, 0) < 0) {
        perror("enter the box");
        _exit(99);
    }
    _exit(fn(box, data));
}

static inline void prepare(struct landlock_box *box, const struct sandbox_policy *policy,
                           bool writable)
{
    struct error err = ERROR_INIT;
    if (landlock_prepare(box, policy, box_id(), box_id(), writable, &err) < 0)
        fail_msg("landlock_prepare: %s", err.text);
}

/* Prepares, asks, removes. */
static inline void ask(const struct sandbox_policy *policy, bool writable, box_fn *fn,
                       const void *data)
{
    struct landlock_box box;
    prepare(&box, policy, writable);
    char dir[sizeof box.dir];
    memcpy(dir, box.dir, sizeof dir);
    int r = run_as(&box, box_id(), fn, data);
    landlock_done(&box);
    assert_int_equal(r, 0);
    struct stat st;
    assert_int_equal(lstat(dir, &st), -1);
}

static inline bool opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static inline bool refused(const char *path, int flags)
{
    return !opens(path, flags) && errno == EACCES;
}

static inline bool lists(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return false;
    bool any = readdir(dir) != NULL;
    closedir(dir);
    return any;
}

static inline int executes(const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        execl(path, path, NULL);
        _exit(errno == EACCES ? 201 : 202);
    }
    int status = 0;
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status)
                                                                           : -1;
}

/* Directories of this process beneath the usual places. */
static inline int count_left(void)
{
    static const char *const places[] = {"/tmp", "/var/tmp", "/dev/shm"};
    char begin[32];
    snprintf(begin, sizeof begin, "mljudge.%d.", getpid());
    int n = 0;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        DIR *dir = opendir(places[i]);
        for (struct dirent *e; dir && (e = readdir(dir));)
            n += strncmp(e->d_name, begin, strlen(begin)) == 0;
        if (dir)
            closedir(dir);
    }
    return n;
}

static inline int memfd_of(const char *text)
{
    int fd = memfd_create("file", MFD_CLOEXEC);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    return fd;
}

#endif
