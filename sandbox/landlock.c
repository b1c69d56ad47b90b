/* The kernel's interface of Landlock, and putting the pieces of a box together.
 *
 * A ruleset forbids every access that it handles and no rule allows.  It handles all that the running
 * kernel's ABI knows; what the ABI lacks is told by landlock_missing().  Rules are about inodes and what
 * lies beneath them, so links need none: what counts is the path that was opened in the end. */
#include "sandbox/landlock_parts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/util.h"

/* ---- linux/landlock.h, as of ABI 10 ---- */

#define NR_CREATE_RULESET 444
#define NR_ADD_RULE       445

#define CREATE_RULESET_VERSION 1U
#define RULE_PATH_BENEATH      1

struct ruleset_attr {
    uint64_t handled_access_fs;
    uint64_t
        handled_access_net; /* ABI 4; an older kernel accepts the longer structure if the rest is 0 */
    uint64_t scoped;        /* ABI 6 */
};

struct path_beneath_attr {
    uint64_t allowed_access;
    int32_t parent_fd;
} __attribute__((packed));

#define FS_EXECUTE      (1ULL << 0)
#define FS_WRITE_FILE   (1ULL << 1)
#define FS_READ_FILE    (1ULL << 2)
#define FS_READ_DIR     (1ULL << 3)
#define FS_REMOVE_DIR   (1ULL << 4)
#define FS_REMOVE_FILE  (1ULL << 5)
#define FS_MAKE_CHAR    (1ULL << 6)
#define FS_MAKE_DIR     (1ULL << 7)
#define FS_MAKE_REG     (1ULL << 8)
#define FS_MAKE_SOCK    (1ULL << 9)
#define FS_MAKE_FIFO    (1ULL << 10)
#define FS_MAKE_BLOCK   (1ULL << 11)
#define FS_MAKE_SYM     (1ULL << 12)
#define FS_REFER        (1ULL << 13)
#define FS_TRUNCATE     (1ULL << 14)
#define FS_IOCTL_DEV    (1ULL << 15)
#define FS_RESOLVE_UNIX (1ULL << 16)

#define NET_BIND_TCP         (1ULL << 0)
#define NET_CONNECT_TCP      (1ULL << 1)
#define NET_BIND_UDP         (1ULL << 2)
#define NET_CONNECT_SEND_UDP (1ULL << 3)

#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL               (1ULL << 1)

/* A rule for what is not a directory may have these only. */
#define FS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

/* ABIs 7 and 8 restrict nothing more: audit, threads. */
static const struct abi_step {
    int abi;
    struct landlock_rights adds;
    const char *missing; /* in ABIs before */
} steps[] = {
    {1,
     {FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR | FS_REMOVE_DIR | FS_REMOVE_FILE |
          FS_MAKE_CHAR | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SOCK | FS_MAKE_FIFO | FS_MAKE_BLOCK |
          FS_MAKE_SYM,
      0, 0},
     NULL},
    {2, {FS_REFER, 0, 0}, "files cannot be renamed from one directory to another"},
    {3, {FS_TRUNCATE, 0, 0}, "truncating files by name is refused by the system call filter only"},
    {4, {0, NET_BIND_TCP | NET_CONNECT_TCP, 0}, "TCP is refused by the system call filter only"},
    {5, {FS_IOCTL_DEV, 0, 0}, "ioctl on devices is restricted by the system call filter only"},
    {6,
     {0, 0, SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL},
     "signals to others and abstract unix sockets are refused by the system call filter only"},
    {9,
     {FS_RESOLVE_UNIX, 0, 0},
     "unix sockets that have a path are refused by the system call filter only"},
    {10,
     {0, NET_BIND_UDP | NET_CONNECT_SEND_UDP, 0},
     "UDP is refused by the system call filter only"},
};

int landlock_abi(void)
{
    long abi = syscall(NR_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
    return abi < 0 ? -errno : (int)abi;
}

size_t landlock_missing(int abi, const char **ret, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(steps) && n < max; i++)
        if (steps[i].abi > abi && steps[i].missing)
            ret[n++] = steps[i].missing;
    return n;
}

struct landlock_rights landlock_rights_of(int abi)
{
    struct landlock_rights all = {0, 0, 0};
    for (size_t i = 0; i < ARRAY_LEN(steps) && steps[i].abi <= abi; i++) {
        all.fs |= steps[i].adds.fs;
        all.net |= steps[i].adds.net;
        all.scoped |= steps[i].adds.scoped;
    }
    return all;
}

/* ---- rules ---- */

static uint64_t rights_of(unsigned grants)
{
    uint64_t fs = 0;
    if (grants & LANDLOCK_GRANT_LIST)
        fs |= FS_READ_DIR;
    if (grants & LANDLOCK_GRANT_READ)
        fs |= FS_READ_DIR | FS_READ_FILE;
    if (grants & LANDLOCK_GRANT_EXEC)
        fs |= FS_EXECUTE;
    if (grants & LANDLOCK_GRANT_WRITE)
        fs |= FS_WRITE_FILE | FS_TRUNCATE;
    if (grants & LANDLOCK_GRANT_MAKE)
        fs |= FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SYM | FS_REFER;
    return fs;
}

int landlock_grant(const struct landlock_rules *rules, int fd, unsigned grants, const char *path,
                   struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "stat '%s'", path);
    uint64_t fs = rights_of(grants) & rules->fs;
    if (!S_ISDIR(st.st_mode))
        fs &= FS_OF_FILES;
    if (fs == 0)
        return 0;
    struct path_beneath_attr attr = {.allowed_access = fs, .parent_fd = fd};
    if (syscall(NR_ADD_RULE, rules->fd, RULE_PATH_BENEATH, &attr, 0) < 0)
        return error_errno(err, "a Landlock rule for '%s'", path);
    return 0;
}

static int rules_new(struct landlock_rules *ret, struct error *err)
{
    int abi = landlock_abi();
    if (abi < 1)
        return error_set(err, -ENOTSUP, "this kernel has no Landlock: %s",
                         abi == -EOPNOTSUPP ? "it is switched off, boot with lsm=landlock,..."
                                            : strerror(abi < 0 ? -abi : ENOSYS));
    struct landlock_rights rights = landlock_rights_of(abi);
    struct ruleset_attr attr = {rights.fs, rights.net, rights.scoped};
    long fd = syscall(NR_CREATE_RULESET, &attr, sizeof attr, 0);
    if (fd < 0)
        return error_errno(err, "create a Landlock ruleset (ABI %d)", abi);
    *ret = (struct landlock_rules){.fd = fd_raise((int)fd, err), .fs = rights.fs};
    return ret->fd < 0 ? ret->fd : 0;
}

/* What the box makes itself it may not execute: as in the other tiers, only the policy's own files. */
static int grant_dir(const struct landlock_rules *rules, const struct landlock_box *box,
                     const struct sandbox_policy *policy, bool writable, struct error *err)
{
    unsigned grants = LANDLOCK_GRANT_READ;
    if (writable)
        grants |= LANDLOCK_GRANT_WRITE | LANDLOCK_GRANT_MAKE;
    int r = landlock_grant(rules, box->dir_fd, grants, box->dir, err);
    for (size_t i = 0; r == 0 && i < policy->n_files; i++) {
        const struct sandbox_file *file = &policy->files[i];
        if (!file->executable)
            continue;
        auto_fd int fd = openat(box->dir_fd, file->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            return error_errno(err, "open '%s/%s'", box->dir, file->name);
        r = landlock_grant(rules, fd, LANDLOCK_GRANT_READ | LANDLOCK_GRANT_EXEC, file->name, err);
    }
    return r;
}

/* ---- a box ---- */

static int prepare(struct landlock_box *box, const struct sandbox_policy *policy, uid_t uid,
                   gid_t gid, bool writable, struct error *err)
{
    struct landlock_rules rules;
    int r = rules_new(&rules, err);
    if (r < 0)
        return r;
    box->ruleset_fd = rules.fd;
    r = landlock_dir_make(box, uid, gid, err);
    if (r == 0)
        r = landlock_dir_fill(box, policy, err);
    if (r == 0)
        r = grant_dir(&rules, box, policy, writable, err);
    if (r == 0)
        r = landlock_paths_grant(&rules, policy, uid, gid, err);
    struct landlock_views views;
    if (r == 0)
        r = landlock_views_make(&views, box, policy, err);
    if (r == 0)
        r = landlock_rewrite(box, policy, &views, writable, err);
    return r == 0 ? landlock_dir_hand_over(box, uid, gid, err) : r;
}

int landlock_prepare(struct landlock_box *ret, const struct sandbox_policy *policy, uid_t uid,
                     gid_t gid, bool writable, struct error *err)
{
    assert(ret && policy && policy->argv && policy->argv[0]);
    *ret = (struct landlock_box){.ruleset_fd = -1, .dir_fd = -1};
    int r = prepare(ret, policy, uid, gid, writable, err);
    if (r < 0)
        landlock_done(ret);
    return r;
}

int landlock_share(const struct landlock_box *to, const struct landlock_box *from,
                   struct error *err)
{
    struct landlock_rules rules = {to->ruleset_fd, landlock_rights_of(landlock_abi()).fs};
    return landlock_grant(&rules, from->dir_fd, LANDLOCK_GRANT_READ, from->dir, err);
}

void landlock_done(struct landlock_box *box)
{
    if (box->ruleset_fd >= BOX_MIN_FD)
        close(box->ruleset_fd);
    if (box->dir_fd >= BOX_MIN_FD) {
        /* What stays, if anything does, is unlocked and so the next sweep's. */
        landlock_empty_dir(box->dir_fd);
        rmdir(box->dir);
        close(box->dir_fd);
    }
    free(box->argv);
    free(box->env);
    free(box->text);
    *box = (struct landlock_box){.ruleset_fd = -1, .dir_fd = -1};
}
