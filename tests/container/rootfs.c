/* The root of a container: Docker's mounts over an overlay of the host's own files.
 *
 * Everything is mounted in the mount namespace of the container's first process and goes with it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "launch.h"

#define SCRATCH "/tmp" /* of the host, hidden by our tmpfs in this namespace alone */
#define ROOT    SCRATCH "/root"
#define NOTHING (MS_NOSUID | MS_NODEV | MS_NOEXEC)

#define LAYERS_MAX      8
#define HIERARCHIES_MAX 32

/* A mount of the host that the container sees a writable copy of. */
struct layer {
    char path[PATH_MAX];
    int fd; /* of the host's directory */
};

/* A line of /proc/self/cgroup. */
struct hierarchy {
    char controllers[128]; /* "" is version 2 */
};

/* A text that does not fit is an end, not a shorter path. */
__attribute__((format(printf, 3, 4))) static void print_to(char *to, size_t size,
                                                           const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(to, size, format, list);
    va_end(list);
    errno = ENAMETOOLONG;
    if (length < 0 || (size_t)length >= size)
        die("%s", format);
}

static void mount_at(const char *source, const char *at, const char *type, unsigned long flags,
                     const char *data)
{
    char path[PATH_MAX];
    print_to(path, sizeof path, "%s%s", ROOT, at);
    if (mount(source, path, type, flags, data) != 0)
        die("mount %s at %s", type ? type : source, at);
}

static void make_directory(const char *at, mode_t mode)
{
    char path[PATH_MAX];
    print_to(path, sizeof path, "%s%s", ROOT, at);
    if (mkdir(path, mode) != 0 && errno != EEXIST)
        die("mkdir %s", at);
}

/* ---- the overlay ---- */

static bool is_at_or_above(const char *mount_point, const char *path)
{
    size_t length = strlen(mount_point);
    if (length == 1)
        return true;
    return strncmp(mount_point, path, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* Octal escapes of /proc/self/mountinfo. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; to++) {
        unsigned byte;
        if (from[0] == '\\' && sscanf(from + 1, "%3o", &byte) == 1) {
            *to = (char)byte;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = 0;
}

static size_t find_layers(const char *work, struct layer layers[LAYERS_MAX])
{
    static const char *const needed[] = {"/usr", "/etc", "/opt", "/home"};
    FILE *file = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t size = 0, n = 0;
    if (!file)
        die("/proc/self/mountinfo");
    while (getline(&line, &size, file) >= 0) {
        char point[PATH_MAX];
        if (sscanf(line, "%*d %*d %*s %*s %4095s", point) != 1)
            continue;
        unescape(point);
        bool wanted = is_at_or_above(point, work);
        for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
            wanted |= is_at_or_above(point, needed[i]);
        for (size_t i = 0; i < n; i++)
            wanted &= strcmp(layers[i].path, point) != 0;
        if (!wanted)
            continue;
        errno = 0;
        if (n == LAYERS_MAX)
            die("too many mounts lead to %s", work);
        layers[n].fd = open(point, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (layers[n].fd < 0)
            continue; /* a single file */
        print_to(layers[n++].path, PATH_MAX, "%s", point);
    }
    free(line);
    fclose(file);
    return n;
}

/* The container's own, empty in a fresh image; what the host keeps there is none of its business. */
static void hide(const char *upper, const char *name, mode_t mode, const char *work)
{
    char path[PATH_MAX];
    print_to(path, sizeof path, "/%s", name);
    if (is_at_or_above(path, work))
        return;
    print_to(path, sizeof path, "%s/%s", upper, name);
    if (mkdir(path, mode) != 0 || chmod(path, mode) != 0 ||
        lsetxattr(path, "trusted.overlay.opaque", "y", 1, 0) != 0)
        die("an empty /%s", name);
}

static void mount_layer(const struct layer *layer, size_t index, const char *work)
{
    char upper[64], inner[64], options[256];
    bool is_root = strcmp(layer->path, "/") == 0;
    struct stat lower;
    print_to(upper, sizeof upper, SCRATCH "/upper%zu", index);
    print_to(inner, sizeof inner, SCRATCH "/work%zu", index);
    if (fstat(layer->fd, &lower) != 0 || mkdir(upper, 0755) != 0 || mkdir(inner, 0700) != 0 ||
        chown(upper, lower.st_uid, lower.st_gid) != 0 || chmod(upper, lower.st_mode & 07777) != 0)
        die("the overlay's folders");
    if (is_root) {
        hide(upper, "tmp", 01777, work);
        hide(upper, "run", 0755, work);
    }
    print_to(options, sizeof options, "lowerdir=/proc/self/fd/%d,upperdir=%s,workdir=%s", layer->fd,
             upper, inner);
    /* nodev: we have no device control group that would refuse what CAP_MKNOD can make. */
    mount_at("overlay", is_root ? "" : layer->path, "overlay", MS_NODEV, options);
    close(layer->fd);
}

/* ---- /dev, /proc, /sys ---- */

static void link_at(const char *target, const char *at)
{
    char path[PATH_MAX];
    print_to(path, sizeof path, "%s%s", ROOT, at);
    if (symlink(target, path) != 0)
        die("symlink %s", at);
}

/* The nodes are the host's, bound: on a nodev tmpfs only these open. */
static void mount_dev(void)
{
    static const char *const nodes[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                        "/dev/random", "/dev/urandom", "/dev/tty"};
    mount_at("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NODEV | MS_STRICTATIME,
             "mode=755,size=65536k");
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char path[PATH_MAX];
        print_to(path, sizeof path, "%s%s", ROOT, nodes[i]);
        int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
        if (fd < 0)
            die("%s", nodes[i]);
        close(fd);
        mount_at(nodes[i], nodes[i], NULL, MS_BIND, NULL);
    }
    make_directory("/dev/pts", 0755);
    mount_at("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
             "newinstance,ptmxmode=0666,mode=0620,gid=5");
    make_directory("/dev/shm", 01777);
    mount_at("shm", "/dev/shm", "tmpfs", NOTHING, "mode=1777,size=65536k");
    make_directory("/dev/mqueue", 01777);
    mount_at("mqueue", "/dev/mqueue", "mqueue", NOTHING, NULL);
    link_at("pts/ptmx", "/dev/ptmx");
    link_at("/proc/self/fd", "/dev/fd");
    link_at("/proc/self/fd/0", "/dev/stdin");
    link_at("/proc/self/fd/1", "/dev/stdout");
    link_at("/proc/self/fd/2", "/dev/stderr");
    link_at("/proc/kcore", "/dev/core");
}

static size_t read_hierarchies(struct hierarchy list[HIERARCHIES_MAX])
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    char *line = NULL;
    size_t size = 0, n = 0;
    if (!file)
        die("/proc/self/cgroup");
    while (n < HIERARCHIES_MAX && getline(&line, &size, file) >= 0) {
        char *controllers = strchr(line, ':');
        char *end = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!end)
            continue;
        *end = 0;
        print_to(list[n++].controllers, sizeof list->controllers, "%s", controllers + 1);
    }
    free(line);
    fclose(file);
    return n;
}

static void remount_read_only(const char *path)
{
    struct statvfs now;
    unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
    if (statvfs(path, &now) != 0)
        die("statvfs %s", path);
    flags |= now.f_flag & ST_NOSUID ? MS_NOSUID : 0;
    flags |= now.f_flag & ST_NODEV ? MS_NODEV : 0;
    flags |= now.f_flag & ST_NOEXEC ? MS_NOEXEC : 0;
    flags |= now.f_flag & ST_NOATIME ? MS_NOATIME : 0;
    flags |= now.f_flag & ST_NODIRATIME ? MS_NODIRATIME : 0;
    flags |= now.f_flag & ST_RELATIME ? MS_RELATIME : 0;
    if (mount(NULL, path, NULL, flags, NULL) != 0)
        die("%s read-only", path);
}

/* Seen from the cgroup namespace: our own groups are the roots.  Version 2 alone is /sys/fs/cgroup
 * itself; beside version 1 it is "unified". */
static void mount_cgroups(const struct hierarchy *list, size_t n)
{
    const char *at = "/sys/fs/cgroup";
    char path[PATH_MAX], data[160];
    if (n == 1 && !list[0].controllers[0]) {
        mount_at("cgroup", at, "cgroup2", NOTHING, NULL);
        remount_read_only(ROOT "/sys/fs/cgroup");
        return;
    }
    mount_at("tmpfs", at, "tmpfs", NOTHING, "mode=755");
    for (size_t i = 0; i < n; i++) {
        const char *controllers = list[i].controllers;
        bool is_named = strncmp(controllers, "name=", 5) == 0;
        const char *folder = is_named ? controllers + 5 : controllers[0] ? controllers : "unified";
        print_to(path, sizeof path, "%s/%s", at, folder);
        make_directory(path, 0755);
        print_to(data, sizeof data, "%s%s", is_named ? "none," : "", controllers);
        mount_at("cgroup", path, controllers[0] ? "cgroup" : "cgroup2", NOTHING,
                 controllers[0] ? data : NULL);
        print_to(path, sizeof path, ROOT "%s/%s", at, folder);
        remount_read_only(path);
        if (!strchr(controllers, ',') || is_named)
            continue;
        /* "cpu,cpuacct" is found under each name */
        char names[128], *rest = names;
        print_to(names, sizeof names, "%s", controllers);
        for (char *name; (name = strsep(&rest, ","));) {
            print_to(path, sizeof path, "%s/%s", at, name);
            link_at(controllers, path);
        }
    }
    remount_read_only(ROOT "/sys/fs/cgroup");
}

/* ---- what Docker hides ---- */

static void mask_paths(void)
{
    static const char *const paths[] = {"/proc/acpi",
                                        "/proc/asound",
                                        "/proc/interrupts",
                                        "/proc/kcore",
                                        "/proc/keys",
                                        "/proc/latency_stats",
                                        "/proc/sched_debug",
                                        "/proc/scsi",
                                        "/proc/timer_list",
                                        "/proc/timer_stats",
                                        "/sys/devices/virtual/powercap",
                                        "/sys/firmware"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct stat there;
        if (lstat(paths[i], &there) != 0)
            continue;
        int r = S_ISDIR(there.st_mode)
                    ? mount("tmpfs", paths[i], "tmpfs", MS_RDONLY, "mode=555,size=4k")
                    : mount("/dev/null", paths[i], NULL, MS_BIND, NULL);
        if (r != 0)
            die("mask %s", paths[i]);
    }
}

static void protect_paths(void)
{
    static const char *const paths[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                        "/proc/sysrq-trigger"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (mount(paths[i], paths[i], NULL, MS_BIND | MS_REC, NULL) != 0) {
            if (errno == ENOENT)
                continue;
            die("bind %s", paths[i]);
        }
        remount_read_only(paths[i]);
    }
}

/* Docker makes the folders above a volume with mode 0755, so any user reaches it. */
static void open_way_to(const char *work)
{
    char path[PATH_MAX];
    for (const char *end = work; (end = strchr(end + 1, '/'));) {
        struct stat folder;
        print_to(path, sizeof path, ROOT "%.*s", (int)(end - work), work);
        if (stat(path, &folder) != 0)
            die("%s", path);
        if (!(folder.st_mode & S_IXOTH) && chmod(path, (folder.st_mode & 07777) | S_IXOTH) != 0)
            die("chmod %s", path);
    }
}

static void write_hostname(const char *hostname)
{
    FILE *file = fopen(ROOT "/etc/hostname", "we");
    if (!file || fprintf(file, "%s\n", hostname) < 0 || fclose(file) != 0)
        die("/etc/hostname");
}

void rootfs_enter(const char *work, const char *hostname)
{
    static struct layer layers[LAYERS_MAX];
    struct hierarchy hierarchies[HIERARCHIES_MAX];

    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        die("private mounts");
    size_t n_hierarchies = read_hierarchies(hierarchies);
    size_t n_layers = find_layers(work, layers);
    if (mount("tmpfs", SCRATCH, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4g") != 0 ||
        mkdir(ROOT, 0755) != 0)
        die("a tmpfs at %s", SCRATCH);
    for (size_t i = 0; i < n_layers; i++) /* mountinfo has parents before children */
        mount_layer(&layers[i], i, work);

    mount_at("proc", "/proc", "proc", NOTHING, NULL);
    mount_dev();
    mount_at("sysfs", "/sys", "sysfs", NOTHING | MS_RDONLY, NULL);
    mount_cgroups(hierarchies, n_hierarchies);
    write_hostname(hostname);
    open_way_to(work);

    if (chdir(ROOT) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
        umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        die("pivot_root");
    mask_paths();
    protect_paths();
}
