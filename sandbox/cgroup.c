/* What both versions share: finding our place, names, locks, reading and writing small files. */
#include "sandbox/cgroup.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>

#include "sandbox/util.h"

#define DEAD_AFTER_MS   1000 /* a group without a locked owner may be one that is just being made */
#define REMOVE_TRIES    200
#define MAKE_TRIES      50
#define REMOVE_PAUSE_NS 20000

/* ---- small files ---- */

int cgroup_write(int dir, const char *file, const char *text)
{
    auto_fd int fd = openat(dir, file, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t n;
    do /* version 1 gives a limit up when a signal comes while it takes back memory */
        n = write(fd, text, strlen(text));
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

int cgroup_write_number(int dir, const char *file, int64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, number);
    return cgroup_write(dir, file, text);
}

static int read_from(int fd, char *text, int size)
{
    ssize_t n = pread(fd, text, (size_t)size - 1, 0);
    if (n < 0)
        return -errno;
    text[n] = 0;
    return (int)n;
}

int cgroup_read_text(int dir, const char *file, char *text, int size)
{
    auto_fd int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : read_from(fd, text, size);
}

static int64_t parse_number(const char *text)
{
    if (*text < '0' || *text > '9')
        return -1;
    errno = 0;
    long long n = strtoll(text, NULL, 10);
    return errno ? -1 : n;
}

int64_t cgroup_number_of(int fd)
{
    char text[64];
    return read_from(fd, text, sizeof text) < 0 ? -1 : parse_number(text);
}

int64_t cgroup_parse_keyed(const char *text, const char *key)
{
    size_t n = strlen(key);
    for (const char *line = text; *line;) {
        if (!strncmp(line, key, n) && line[n] == ' ')
            return parse_number(line + n + 1);
        const char *end = strchr(line, '\n');
        if (!end)
            break;
        line = end + 1;
    }
    return -1;
}

int64_t cgroup_keyed_of(int fd, const char *key)
{
    char text[2048];
    return read_from(fd, text, sizeof text) < 0 ? -1 : cgroup_parse_keyed(text, key);
}

int64_t cgroup_read_number(int dir, const char *file)
{
    auto_fd int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -1 : cgroup_number_of(fd);
}

int64_t cgroup_read_keyed(int dir, const char *file, const char *key)
{
    auto_fd int fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -1 : cgroup_keyed_of(fd, key);
}

/* ---- where we are ---- */

static bool list_has(const char *list, size_t list_length, const char *word)
{
    size_t n = strlen(word);
    for (size_t at = 0; at < list_length;) {
        size_t end = at;
        while (end < list_length && list[end] != ',')
            end++;
        if (end - at == n && !memcmp(list + at, word, n))
            return true;
        at = end + 1;
    }
    return false;
}

/* /proc/self/cgroup: "ID:CONTROLLERS:PATH"; version 2 is "0::PATH". */
static bool own_path(const char *text, const char *controller, char *ret, size_t size)
{
    for (const char *line = text; *line;) {
        const char *end = strchrnul(line, '\n');
        const char *list = memchr(line, ':', (size_t)(end - line));
        const char *path = list ? memchr(list + 1, ':', (size_t)(end - list - 1)) : NULL;
        if (path && path[1] == '/') {
            size_t list_length = (size_t)(path - list - 1);
            bool is = controller ? list_has(list + 1, list_length, controller)
                                 : list_length == 0 && list == line + 1 && line[0] == '0';
            size_t n = (size_t)(end - path - 1);
            if (is && n < size) {
                memcpy(ret, path + 1, n);
                ret[n] = 0;
                return true;
            }
        }
        line = *end ? end + 1 : end;
    }
    return false;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* mountinfo writes space, tab, newline and backslash as \ooo.  False if it does not fit: half a path is
 * another path. */
static bool unescape(const char *from, size_t n, char *to, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (used + 1 == size)
            return false;
        if (from[i] == '\\' && i + 3 < n && from[i + 1] >= '0' && from[i + 1] <= '3' &&
            is_octal(from[i + 2]) && is_octal(from[i + 3])) {
            to[used++] =
                (char)((from[i + 1] - '0') * 64 + (from[i + 2] - '0') * 8 + (from[i + 3] - '0'));
            i += 3;
        } else {
            to[used++] = from[i];
        }
    }
    to[used] = 0;
    return true;
}

struct field {
    const char *text;
    size_t length;
};

#define MAX_FIELDS 32

static int split(const char *line, const char *end, struct field fields[MAX_FIELDS])
{
    int n = 0;
    while (line < end && n < MAX_FIELDS) {
        const char *stop = memchr(line, ' ', (size_t)(end - line));
        if (!stop)
            stop = end;
        fields[n++] = (struct field){line, (size_t)(stop - line)};
        line = stop < end ? stop + 1 : end;
    }
    return n;
}

static bool field_is(const struct field *f, const char *text)
{
    return f->length == strlen(text) && !memcmp(f->text, text, f->length);
}

/* One mountinfo line: "ID PARENT DEV ROOT POINT OPTIONS [OPTIONAL...] - TYPE SOURCE SUPEROPTIONS". */
static bool mount_of(const char *line, const char *end, const char *controller, char *ret_root,
                     char *ret_point, size_t size)
{
    struct field f[MAX_FIELDS];
    int n = split(line, end, f);
    int dash = 6;
    while (dash < n && !field_is(&f[dash], "-"))
        dash++;
    if (dash + 3 >= n)
        return false;
    if (controller ? !field_is(&f[dash + 1], "cgroup") ||
                         !list_has(f[dash + 3].text, f[dash + 3].length, controller)
                   : !field_is(&f[dash + 1], "cgroup2"))
        return false;
    return unescape(f[3].text, f[3].length, ret_root, size) && ret_root[0] == '/' &&
           unescape(f[4].text, f[4].length, ret_point, size) && ret_point[0] == '/';
}

/* In a cgroup namespace "/../x" is a group outside of it. */
static bool leads_up(const char *path)
{
    for (const char *at = path; (at = strstr(at, "/..")); at += 3)
        if (at[3] == '/' || at[3] == 0)
            return true;
    return false;
}

static int join(const char *point, const char *rest, char *ret_path, size_t size)
{
    int r = snprintf(ret_path, size, "%s%s", point, strcmp(rest, "/") ? rest : "");
    if (r >= 0 && (size_t)r < size)
        return 0;
    ret_path[0] = 0;
    return -ENAMETOOLONG;
}

int cgroup_find(const char *self_cgroup, const char *mountinfo, const char *controller,
                char *ret_path, size_t size)
{
    char own[512];
    ret_path[0] = 0;
    if (!own_path(self_cgroup, controller, own, sizeof own))
        return -ENOENT;
    for (const char *line = mountinfo; *line;) {
        const char *end = strchrnul(line, '\n');
        char root[512], point[512];
        if (mount_of(line, end, controller, root, point, sizeof root)) {
            /* Only the part of the hierarchy beneath `root` is mounted. */
            size_t n = strcmp(root, "/") ? strlen(root) : 0;
            const char *rest = own;
            if (!strncmp(own, root, n) && (own[n] == '/' || own[n] == 0) && !leads_up(own + n))
                rest = own + n;
            else
                rest = ""; /* we are outside of what is mounted: its top is the nearest */
            return join(point, rest, ret_path, size);
        }
        line = *end ? end + 1 : end;
    }
    return -ENOENT;
}

int cgroup_usual_path(const char *self_cgroup, const char *controller, char *ret_path, size_t size)
{
    char own[512];
    ret_path[0] = 0;
    if (!own_path(self_cgroup, controller, own, sizeof own) || leads_up(own))
        return -ENOENT;
    char top[64];
    snprintf(top, sizeof top, "/sys/fs/cgroup/%s", controller);
    return join(top, own, ret_path, size);
}

int cgroup_guess(const char *self_cgroup, const char *controller, char *ret_path, size_t size)
{
    int r = cgroup_usual_path(self_cgroup, controller, ret_path, size);
    if (r < 0)
        return r;
    struct statfs fs;
    if (statfs(ret_path, &fs) < 0 || fs.f_type != CGROUP_SUPER_MAGIC)
        return -ENOENT; /* another mount point, or only a part of the hierarchy is mounted */
    return 0;
}

/* ---- the root ---- */

static int64_t boot_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int cgroup_add_parent(struct cgroup_root *root, const char *path, struct error *err)
{
    for (int i = 0; i < root->n_dirs; i++)
        if (!strcmp(root->paths[i], path))
            return i;
    assert(root->n_dirs < CGROUP_MAX_DIRS);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "open '%s'", path);
    root->parents[root->n_dirs] = fd;
    snprintf(root->paths[root->n_dirs], sizeof root->paths[0], "%s", path);
    return root->n_dirs++;
}

/* Both files grow with the machine: read whole. */
static char *read_proc(const char *path)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    size_t size = 16384, used = 0;
    auto_free char *text = malloc(size);
    while (text) {
        ssize_t n = read(fd, text + used, size - 1 - used);
        if (n < 0)
            return NULL;
        used += (size_t)n;
        if (n == 0) {
            text[used] = 0;
            return steal(&text);
        }
        if (size - 1 == used) {
            char *more = realloc(text, size * 2);
            if (!more)
                return NULL;
            text = more;
            size *= 2;
        }
    }
    return NULL;
}

static const struct cgroup_backend *backend(const struct cgroup_root *root)
{
    return root->version == 2 ? &cgroup2 : &cgroup1;
}

int cgroup_root_open(struct cgroup_root *ret, struct error *err)
{
    memset(ret, 0, sizeof *ret);
    auto_free char *self = read_proc("/proc/self/cgroup");
    if (!self && error_is_shortage(-errno))
        return error_errno(err, "read /proc/self/cgroup");
    if (!self)
        return error_set(
            err, -ENOTSUP,
            "/proc/self/cgroup cannot be read: is /proc mounted and CONFIG_CGROUPS on?");
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return error_errno(err, "getrandom");
    snprintf(ret->prefix, sizeof ret->prefix, CGROUP_NAME_PREFIX "%d.%" PRId64 ".%08x", getpid(),
             boot_ms(), random);

    struct error two = ERROR_INIT, one = ERROR_INIT;
    /* A controller is in one hierarchy only: memory in version 1 rules version 2 out. */
    ret->version = 1;
    int r = cgroup1.open(ret, self, NULL, &one);
    if (r == 0)
        return 0;
    cgroup_root_close(ret);
    if (error_is_shortage(r))
        return error_set(err, r, "%s", one.text);
    one = ERROR_INIT;
    auto_free char *mountinfo = read_proc("/proc/self/mountinfo");
    if (!mountinfo && error_is_shortage(-errno))
        return error_errno(err, "read /proc/self/mountinfo");
    if (!mountinfo)
        return error_set(err, -ENOTSUP, "/proc/self/mountinfo cannot be read: is /proc mounted?");
    ret->version = 2;
    r = cgroup2.open(ret, self, mountinfo, &two);
    if (r == 0)
        return 0;
    cgroup_root_close(ret);
    if (error_is_shortage(r))
        return error_set(err, r, "%s", two.text);
    ret->version = 1;
    r = cgroup1.open(ret, self, mountinfo, &one);
    if (r == 0)
        return 0;
    cgroup_root_close(ret);
    if (error_is_shortage(r))
        return error_set(err, r, "%s", one.text);
    ret->version = 0;
    return error_set(err, -ENOTSUP, "no control groups to use: version 2: %s; version 1: %s",
                     two.text, one.text);
}

void cgroup_root_close(struct cgroup_root *root)
{
    for (int i = 0; i < root->n_trash; i++)
        unlinkat(root->trash[i].dir, root->trash[i].name, AT_REMOVEDIR);
    root->n_trash = 0;
    if (root->version == 2 && root->n_dirs > 0)
        cgroup2_undo(root);
    for (int i = 0; i < root->n_dirs; i++)
        close(root->parents[i]);
    root->n_dirs = 0;
}

/* ---- what the dead left ---- */

/* "mljudge.PID.BOOTMS.RANDOM..." */
static int64_t age_ms(const char *name)
{
    int64_t made;
    if (sscanf(name, CGROUP_NAME_PREFIX "%*d.%" SCNd64, &made) != 1)
        return -1;
    return boot_ms() - made;
}

static void kill_listed(int dir)
{
    auto_fd int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
    if (!f)
        return;
    fd = -1; /* the stream's now */
    int pid;
    while (fscanf(f, "%d", &pid) == 1)
        if (pid > 1)
            kill(pid, SIGKILL);
    fclose(f);
}

static void remove_dead(struct cgroup_root *root, int parent, const char *name)
{
    auto_fd int dir = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir < 0 || flock(dir, LOCK_EX | LOCK_NB) < 0)
        return;
    if (root->version != 2 || cgroup_write(dir, "cgroup.kill", "1") < 0)
        kill_listed(dir);
    for (int i = 0; i < REMOVE_TRIES && unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno == EBUSY;
         i++)
        nanosleep(&(struct timespec){0, REMOVE_PAUSE_NS}, NULL);
}

void cgroup_sweep_dead(struct cgroup_root *root)
{
    for (int i = 0; i < root->n_dirs; i++) {
        int fd = openat(root->parents[i], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *dir = fd < 0 ? NULL : fdopendir(fd);
        if (!dir) {
            if (fd >= 0)
                close(fd);
            continue;
        }
        for (struct dirent *e; (e = readdir(dir));)
            if (e->d_type == DT_DIR &&
                !strncmp(e->d_name, CGROUP_NAME_PREFIX, strlen(CGROUP_NAME_PREFIX)) &&
                strncmp(e->d_name, root->prefix, strlen(root->prefix)) &&
                age_ms(e->d_name) > DEAD_AFTER_MS)
                remove_dead(root, root->parents[i], e->d_name);
        closedir(dir);
    }
}

/* ---- one box's group ---- */

/* A group is ours when it is locked and still has its name: between mkdir and flock another supervisor's sweep may
 * take it for a dead one's. */
static int make_locked(int parent, const char *name, int *ret_dir)
{
    int r = -EAGAIN;
    for (int i = 0; i < MAKE_TRIES && r == -EAGAIN; i++) {
        if (mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
            return -errno;
        auto_fd int dir = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        struct stat opened, named;
        if (dir < 0 || flock(dir, LOCK_EX | LOCK_NB) < 0)
            r = errno == ENOENT || errno == EWOULDBLOCK ? -EAGAIN : -errno;
        else if (fstat(dir, &opened) < 0 || fstatat(parent, name, &named, AT_SYMLINK_NOFOLLOW) < 0)
            r = errno == ENOENT || errno == ENODEV ? -EAGAIN : -errno;
        else if (opened.st_ino == named.st_ino) {
            *ret_dir = steal_fd(&dir);
            return 0;
        }
        sched_yield();
    }
    return r;
}

int cgroup_make(struct cgroup *ret, struct cgroup_root *root, int64_t memory_bytes, int n_processes,
                struct error *err)
{
    memset(ret, 0, sizeof *ret);
    ret->cpu_fd = ret->peak_fd = -1;
    for (int i = 0; i < CGROUP_MAX_DIRS; i++)
        ret->dirs[i] = -1;
    snprintf(ret->name, sizeof ret->name, "%s.%" PRIu64, root->prefix, root->n_made++);
    ret->root = root;
    for (int i = 0; i < root->n_dirs; i++) {
        int r = make_locked(root->parents[i], ret->name, &ret->dirs[i]);
        if (r < 0) {
            cgroup_remove(ret);
            return error_set(err, r, "mkdir '%s/%s': %s", root->paths[i], ret->name, strerror(-r));
        }
    }
    int r = backend(root)->set_up(ret, memory_bytes, n_processes, err);
    if (r < 0) {
        cgroup_remove(ret);
        return r;
    }
    return 0; /* a fresh group: oom_kills_before is 0 */
}

int cgroup_open_tasks(const struct cgroup *cgroup, int fds[CGROUP_MAX_DIRS], struct error *err)
{
    if (cgroup->root->version != 1)
        return 0;
    /* cpuacct last: what box-init used before it joined is told apart by its own clock. */
    int n = 0;
    for (int step = 0; step < 2; step++) {
        for (int i = 0; i < cgroup->root->n_dirs; i++) {
            if ((i == cgroup->root->cpu) != (step == 1))
                continue;
            fds[n] = openat(cgroup->dirs[i], "tasks", O_WRONLY | O_CLOEXEC);
            if (fds[n] < 0) {
                int r =
                    error_errno(err, "open '%s/%s/tasks'", cgroup->root->paths[i], cgroup->name);
                while (n > 0)
                    close(fds[--n]);
                return r;
            }
            n++;
        }
    }
    return n;
}

void cgroup_kill(const struct cgroup *cgroup)
{
    if (cgroup->root && cgroup->root->version == 2)
        cgroup_write(cgroup->dirs[0], "cgroup.kill", "1");
}

static void remove_dir(struct cgroup_root *root, int parent, const char *name)
{
    for (int i = 0; i < REMOVE_TRIES; i++) {
        if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno != EBUSY)
            return;
        if (i < 20)
            sched_yield(); /* the last task is on its way out */
        else
            nanosleep(&(struct timespec){0, REMOVE_PAUSE_NS}, NULL);
    }
    if (root->n_trash == (int)ARRAY_LEN(root->trash))
        return; /* the next mljudge's sweep finds it */
    root->trash[root->n_trash].dir = parent;
    snprintf(root->trash[root->n_trash].name, sizeof root->trash[0].name, "%s", name);
    root->n_trash++;
}

void cgroup_remove(struct cgroup *cgroup)
{
    struct cgroup_root *root = cgroup->root;
    if (!root)
        return;
    if (cgroup->cpu_fd >= 0)
        close(cgroup->cpu_fd);
    if (cgroup->peak_fd >= 0)
        close(cgroup->peak_fd);
    for (int i = 0; i < root->n_dirs; i++) {
        if (cgroup->dirs[i] >= 0) {
            remove_dir(root, root->parents[i], cgroup->name);
            close(cgroup->dirs[i]);
        }
    }
    cgroup->root = NULL;
}

int64_t cgroup_cpu_ns(const struct cgroup *cgroup)
{
    return backend(cgroup->root)->cpu_ns(cgroup);
}

int64_t cgroup_memory_now(const struct cgroup *cgroup)
{
    return backend(cgroup->root)->memory_now(cgroup);
}

int64_t cgroup_memory_peak(const struct cgroup *cgroup)
{
    return cgroup->peak_fd < 0 ? -1 : cgroup_number_of(cgroup->peak_fd);
}

int64_t cgroup_oom_kills(const struct cgroup *cgroup)
{
    int64_t n = backend(cgroup->root)->oom_kills(cgroup);
    return n < 0 ? -1 : n - cgroup->oom_kills_before;
}

bool cgroup_reset_peak(const struct cgroup *cgroup)
{
    return cgroup->peak_fd >= 0 && write(cgroup->peak_fd, "0", 1) == 1;
}

int cgroup_set_memory(const struct cgroup *cgroup, int64_t bytes, struct error *err)
{
    return backend(cgroup->root)->set_memory(cgroup, bytes, err);
}

const char *cgroup_cpu_source(const struct cgroup_root *root)
{
    return root->version == 2 ? "cgroup v2 cpu.stat" : "cgroup v1 cpuacct.usage";
}

const char *cgroup_memory_source(const struct cgroup_root *root, bool was_reset)
{
    if (root->version == 1)
        return was_reset ? "cgroup v1 max_usage" : "cgroup v1 max_usage (never reset)";
    return was_reset ? "cgroup v2 memory.peak" : "cgroup v2 memory.peak (never reset)";
}
