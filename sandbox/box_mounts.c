/* The box's file system.
 *
 * One tmpfs (limited in bytes and inodes) is everything: its root is mounted read-only and noexec,
 * and two of its directories are bound again, writable: /box and /tmp.  What the policy mounts comes
 * in as read-only binds.  Files of the policy lie in a directory of the tmpfs that the box cannot
 * write and are bound one by one onto /box/NAME: a mount point can be neither written, renamed nor
 * removed, and only these binds may be executed from. */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <sys/stat.h>

#include "sandbox/sandbox.h"

#define MNT_DETACH 2

static int root; /* the tmpfs */

static uint64_t locked(void)
{
    uint64_t set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    if (hole("read-only-mounts"))
        set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
    if (hole("nosuid-mounts"))
        set &= ~(uint64_t)MOUNT_ATTR_NOSUID;
    return set;
}

static void set_option(long fs, const char *key, const char *value, const char *what)
{
    box_check(SYS(fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0), what, key);
}

static int finish_fs(long fs, unsigned attributes, const char *what)
{
    box_check(SYS(fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0), what, NULL);
    long mount = box_check(SYS(fsmount, fs, FSMOUNT_CLOEXEC, attributes), what, NULL);
    SYS(close, fs);
    return (int)mount;
}

static void attach(long tree, int dir, const char *target, const char *what)
{
    box_check(SYS(move_mount, tree, "", dir, target, MOVE_MOUNT_F_EMPTY_PATH), what, target);
}

/* The tmpfs that holds all that a box writes; not mounted anywhere yet. */
static int make_tmpfs(void)
{
    long fs = box_check(SYS(fsopen, "tmpfs", FSOPEN_CLOEXEC), "fsopen tmpfs", NULL);
    set_option(fs, "size", box_at(box->root_size), "tmpfs option");
    set_option(fs, "nr_inodes", box_at(box->root_inodes), "tmpfs option");
    set_option(fs, "mode", "755", "tmpfs option");
    unsigned set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    if (hole("noexec-mounts"))
        set &= ~(unsigned)MOUNT_ATTR_NOEXEC;
    return finish_fs(fs, set, "mount tmpfs");
}

static void make_root(void)
{
    box_check(SYS(mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make '/' private", NULL);
    root = make_tmpfs();
    /* On top of "/": no directory of the host is needed, and absolute paths still mean the host's. */
    attach(root, AT_FDCWD, "/", "mount the new root on");
}

static void make_dir(const char *name, int mode)
{
    box_check(SYS(mkdirat, root, name, mode), "mkdir", name);
}

/* Clones the mount at dir/source as a detached tree with these attributes. */
static long clone_tree(int dir, const char *source, bool recursive, uint64_t set, uint64_t clear)
{
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? AT_RECURSIVE : 0);
    long tree = SYS(open_tree, dir, source, flags);
    if (tree < 0)
        return tree;
    struct mount_attr attr = {.attr_set = set, .attr_clr = clear};
    long r = SYS(mount_setattr, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr,
                 sizeof attr);
    if (r < 0) {
        SYS(close, tree);
        return r;
    }
    return tree;
}

/* Holes only: the host's directory in place of ours. */
static void show_host(const char *name)
{
    char host[32] = "/";
    memcpy(host + 1, name, strlen(name) + 1);
    long tree = clone_tree(AT_FDCWD, host, true, 0, 0);
    if (tree == -ENOENT)
        return;
    box_check(tree, "bind", host);
    attach(tree, root, name, "bind");
    SYS(close, tree);
}

/* Holes only: what the host has at its top and the box has not. */
static void show_all_of_host(void)
{
    static const char *const names[] = {"home", "mnt", "opt", "root", "run",
                                        "srv",  "sys", "tmp", "var"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        SYS(mkdirat, root, names[i], 0755);
        show_host(names[i]);
    }
}

static void make_writable(const char *name)
{
    if (hole("private-tmp") && name[0] == 't') {
        show_host(name);
        return;
    }
    long tree = box_check(clone_tree(root, name, false, 0, 0), "bind", name);
    attach(tree, root, name, "bind");
    SYS(close, tree);
}

static long make_file(int dir, const char *name)
{
    long fd = SYS(openat, dir, name, O_CREAT | O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (fd >= 0)
        SYS(close, fd);
    return fd < 0 ? fd : 0;
}

struct device {
    const char *path; /* in the root: "dev/..." */
    unsigned minor;   /* of the memory devices, major 1 */
};

/* The host's node, bound: where making one is not allowed (user namespaces, device control groups). */
static void bind_device(const char *path)
{
    char host[32] = "/";
    memcpy(host + 1, path, strlen(path) + 1);
    long tree = box_check(clone_tree(AT_FDCWD, host, false,
                                     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, 0),
                          "bind", host);
    box_check(make_file(root, path), "create", host);
    attach(tree, root, path, "bind");
    SYS(close, tree);
}

/* One bind of the directory that may have devices is cheaper than one a device. */
static void make_devices(const struct device *devices, size_t n)
{
    bool made = false;
    for (size_t i = 0; i < n; i++) {
        long r = SYS(mknodat, root, devices[i].path, S_IFCHR | 0666, 1U << 8 | devices[i].minor);
        if (r == -EPERM)
            bind_device(devices[i].path);
        else
            box_check(r, "mknod", devices[i].path);
        made = made || r == 0;
    }
    if (!made)
        return;
    /* Recursive: some may have been bound after all. */
    long tree = box_check(clone_tree(root, "dev", true,
                                     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
                                     MOUNT_ATTR_NODEV),
                          "bind", "dev");
    attach(tree, root, "dev", "bind");
    SYS(close, tree);
}

static void make_dev(void)
{
    /* zero is last: mapped shared it is memory that only a control group sees. */
    static const struct device devices[] = {
        {"dev/null", 3}, {"dev/urandom", 9}, {"dev/full", 7}, {"dev/random", 8}, {"dev/zero", 5},
    };
    static const char *const links[][2] = {
        {"/tmp", "dev/shm"}, /* private as /tmp is */
        {"/proc/self/fd", "dev/fd"},
        {"/proc/self/fd/0", "dev/stdin"},
        {"/proc/self/fd/1", "dev/stdout"},
        {"/proc/self/fd/2", "dev/stderr"},
    };
    make_dir("dev", 0755);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        box_check(SYS(symlinkat, links[i][0], root, links[i][1]), "symlink", links[i][1]);
    size_t n = sizeof devices / sizeof devices[0];
    bool few = (box->flags & BOX_FEW_DEVICES) && !hole("few-devices");
    if (hole("minimal-dev"))
        show_host("dev");
    else
        make_devices(devices, few ? 2 : box->flags & BOX_NO_CGROUP ? n - 1 : n);
}

static int make_proc(void)
{
    long fs = box_check(SYS(fsopen, "proc", FSOPEN_CLOEXEC), "fsopen proc", NULL);
    set_option(fs, "hidepid", "2", "proc option");
    /* Processes, nothing of the machine: no /proc/locks, /proc/kallsyms, /proc/cmdline, ... */
    set_option(fs, "subset", "pid", "proc option");
    uint64_t set = locked() | MOUNT_ATTR_NOEXEC;
    if (box->mode == BOX_MODE_SERVER) /* which writes the maps of its boxes' namespaces */
        set &= ~(uint64_t)MOUNT_ATTR_RDONLY;
    return finish_fs(fs, (unsigned)set, "mount /proc");
}

static void show_proc(void)
{
    make_dir("proc", 0555);
    if (hole("proc-own")) {
        show_host("proc");
        return;
    }
    /* A place for those of its boxes.  In a user namespace they may have theirs only if there is one already. */
    if (box->mode == BOX_MODE_SERVER && !(box->flags & BOX_USERNS))
        return;
    int proc = make_proc();
    attach(proc, root, "proc", "mount /proc at");
    SYS(close, proc);
}

static long open_in_root(const char *path, uint64_t flags)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};
    return SYS(openat2, root, path, &how, sizeof how);
}

/* Opens the directory that holds the last component of an absolute path, making what is missing;
 * *ret_name is the last component. */
static long open_parent(const char *path, const char **ret_name)
{
    char buffer[4096];
    size_t n = strlen(path);
    if (n >= sizeof buffer)
        return -ENAMETOOLONG;
    memcpy(buffer, path, n + 1);
    size_t last = n;
    while (last > 0 && buffer[last - 1] != '/')
        last--;
    *ret_name = path + last;
    if (last <= 1)
        return open_in_root("/", O_PATH | O_DIRECTORY);
    buffer[last - 1] = 0;
    long dir = open_in_root(buffer, O_PATH | O_DIRECTORY);
    if (dir != -ENOENT)
        return dir;
    for (size_t i = 1; i < last; i++) {
        if (buffer[i] != '/' && buffer[i] != 0)
            continue;
        char kept = buffer[i];
        buffer[i] = 0;
        const char *name;
        long parent = open_parent(buffer, &name);
        if (parent < 0)
            return parent;
        long r = SYS(mkdirat, parent, name, 0755);
        SYS(close, parent);
        if (r < 0 && r != -EEXIST)
            return r;
        buffer[i] = kept;
    }
    buffer[last - 1] = 0;
    return open_in_root(buffer, O_PATH | O_DIRECTORY);
}

/* Makes the mount point if it is missing and mounts `tree` there. */
static long attach_at(long tree, const char *target)
{
    struct stat st;
    long r = SYS(newfstatat, tree, "", &st, AT_EMPTY_PATH);
    if (r < 0)
        return r;
    long at = open_in_root(target, O_PATH);
    if (at == -ENOENT) {
        const char *name;
        long dir = open_parent(target, &name);
        if (dir < 0)
            return dir;
        r = S_ISDIR(st.st_mode) ? SYS(mkdirat, dir, name, 0755) : make_file((int)dir, name);
        SYS(close, dir);
        if (r < 0)
            return r;
        at = open_in_root(target, O_PATH);
    }
    if (at < 0)
        return at;
    r = SYS(move_mount, tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    SYS(close, at);
    return r;
}

static void bind_read_only(const struct box_mount *m)
{
    const char *source = box_at(m->source);
    long tree = clone_tree(AT_FDCWD, source, true, locked(), 0);
    if ((tree == -ENOENT || tree == -ENOTDIR) && m->optional)
        return;
    box_check(tree, "bind", source);
    box_check(attach_at(tree, box_at(m->target)), "bind at", box_at(m->target));
    SYS(close, tree);
}

static void bind_empty(const struct box_mount *m)
{
    long tree = box_check(clone_tree(root, ".empty", false, locked(), 0), "bind", ".empty");
    box_check(attach_at(tree, box_at(m->target)), "hide", box_at(m->target));
    SYS(close, tree);
}

static void make_symlink(const struct box_mount *m)
{
    const char *target = box_at(m->target);
    const char *name;
    long dir = box_check(open_parent(target, &name), "symlink", target);
    box_check(SYS(symlinkat, box_at(m->source), dir, name), "symlink", target);
    SYS(close, dir);
}

static void policy_mounts(void)
{
    const struct box_mount *mounts = box_at(box->mounts);
    for (uint32_t i = 0; i < box->n_mounts; i++) {
        switch (mounts[i].kind) {
        case SANDBOX_MOUNT_READ_ONLY: bind_read_only(&mounts[i]); break;
        case SANDBOX_MOUNT_EMPTY: bind_empty(&mounts[i]); break;
        case SANDBOX_MOUNT_SYMLINK: make_symlink(&mounts[i]); break;
        default: box_fail("mount of unknown kind", box_at(mounts[i].target), EINVAL);
        }
    }
}

static void copy_file(const struct box_file *file, int dir)
{
    const char *name = box_at(file->name);
    long to = box_check(SYS(openat, dir, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC,
                            file->executable ? 0555 : 0444),
                        "create file", name);
    long offset = 0;
    for (;;) {
        long n = SYS(sendfile, to, file->fd, &offset, 1 << 30);
        box_check(n, "copy file", name);
        if (n == 0)
            break;
    }
    SYS(close, to);
}

/* work: the working directory, writable for us. */
static void place_files(int work)
{
    if (box->n_files == 0)
        return;
    make_dir(".files", 0755);
    long dir =
        box_check(SYS(openat, root, ".files", O_PATH | O_DIRECTORY | O_CLOEXEC), "open", ".files");
    const struct box_file *files = box_at(box->files);
    for (uint32_t i = 0; i < box->n_files; i++) {
        const char *name = box_at(files[i].name);
        copy_file(&files[i], (int)dir);
        long tree = box_check(clone_tree((int)dir, name, false, locked(),
                                         files[i].executable ? MOUNT_ATTR_NOEXEC : 0),
                              "bind file", name);
        box_check(make_file(work, name), "create file", name);
        attach(tree, work, name, "bind file");
        SYS(close, tree);
        SYS(close, files[i].fd);
    }
    SYS(close, dir);
}

static void lock_root(void)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    if (!hole("read-only-root"))
        box_check(SYS(mount_setattr, root, "", AT_EMPTY_PATH, &attr, sizeof attr),
                  "make the root read-only", NULL);
}

static void enter_root(void)
{
    lock_root();
    box_check(SYS(fchdir, root), "enter the new root", NULL);
    box_check(SYS(pivot_root, ".", "."), "pivot_root", NULL);
    box_check(SYS(umount2, ".", MNT_DETACH), "leave the old root", NULL);
    box_check(SYS(chdir, "/box"), "chdir", "/box");
    SYS(close, root);
}

/* The directories that the box may write. */
static void make_own_dirs(void)
{
    make_dir("box", 0700);
    box_check(SYS(fchownat, root, "box", box->box_uid, box->box_uid, AT_SYMLINK_NOFOLLOW), "chown",
              "/box");
    make_dir("tmp", 01777);
}

/* Above every number that the command's descriptors take: the table is shared until its exec. */
static int open_work(void)
{
    if (!(box->flags & BOX_KEEP_WORK))
        return -1;
    long fd = box_check(SYS(open, "/box", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", "/box");
    int work_fd = (int)box_check(SYS(fcntl, fd, F_DUPFD_CLOEXEC, 64), "fcntl", "/box");
    SYS(close, fd);
    return work_fd;
}

/* Our namespace is a copy of a fork server's, with its view: what is the box's own is mounted over it.  The new tmpfs
 * itself is beneath the box's working directory, out of reach. */
static void mount_over_template(void)
{
    static const char *const own[][2] = {{"tmp", "/tmp"}, {"box", "/box"}};
    root = make_tmpfs();
    attach(root, AT_FDCWD, "/box", "mount tmpfs on");
    make_own_dirs();
    for (size_t i = hole("private-tmp"); i < sizeof own / sizeof own[0]; i++) {
        long tree = box_check(clone_tree(root, own[i][0], false, 0, 0), "bind", own[i][0]);
        attach(tree, AT_FDCWD, own[i][1], "bind at");
        SYS(close, tree);
    }
    if (!(box->flags & BOX_NO_PROC) && !hole("proc-own")) {
        int proc = make_proc();
        attach(proc, AT_FDCWD, "/proc", "mount /proc at");
        SYS(close, proc);
    } else if (box->flags & BOX_NO_PROC) { /* not the server's either */
        long tree =
            box_check(clone_tree(AT_FDCWD, "/.empty", false, locked(), 0), "bind", ".empty");
        attach(tree, AT_FDCWD, "/proc", "hide");
        SYS(close, tree);
    }
    box_check(SYS(chdir, "/box"), "chdir", "/box");
    place_files(AT_FDCWD);
    lock_root();
    SYS(close, root);
}

int box_mounts(void)
{
    if (box->flags & BOX_TEMPLATE) {
        mount_over_template();
        return open_work();
    }
    make_root();
    make_own_dirs();
    make_dir(".empty", 0555);
    make_dev();
    if (!(box->flags & BOX_NO_PROC))
        show_proc();
    make_writable("box");
    make_writable("tmp");
    policy_mounts();
    int work = (int)box_check(open_in_root("/box", O_PATH | O_DIRECTORY), "open", "/box");
    place_files(work);
    SYS(close, work);
    if (hole("new-root"))
        show_all_of_host();
    enter_root();
    return open_work();
}
