/* The private directory of a box: where it lies, what is in it, and what the dead left.
 *
 * Its name is mljudge.PID.BOOTMS.RANDOM.N, as of control groups, and its owner holds a lock (flock) on it.
 * A directory that can be locked therefore has no owner any more.  Making one is only done when it is
 * locked and still has a name: a sweep in between takes it away, and another is made. */
#include "sandbox/landlock_parts.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/util.h"

#define NAME_PREFIX  "mljudge."
#define MAKE_TRIES   8
#define BOX_UID_MIN  2000000000U
#define FEW_BOX_UIDS 512U /* a container that has no such uids gives boxes as many of its own */

static uid_t last_uid = (uid_t)-1; /* of a box of ours */

/* ---- where ---- */

/* Nobody but root and us may put something else at the path. */
static bool is_trusted(const char *path)
{
    char above[PATH_MAX];
    size_t n = strlen(path);
    if (n >= sizeof above)
        return false;
    memcpy(above, path, n + 1);
    for (;;) {
        struct stat st;
        if (stat(n > 0 ? above : "/", &st) < 0 || (st.st_uid != 0 && st.st_uid != geteuid()) ||
            ((st.st_mode & (S_IWGRP | S_IWOTH)) && !(st.st_mode & S_ISVTX)))
            return false;
        if (n == 0)
            return true;
        while (n > 0 && above[n - 1] != '/')
            n--;
        while (n > 0 && above[n - 1] == '/')
            n--;
        above[n] = '\0';
    }
}

static bool is_safe_to_share(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && (!(st.st_mode & (S_IWGRP | S_IWOTH)) || (st.st_mode & S_ISVTX));
}

/* NULL if a directory for a box can be made in it, else why not. */
static const char *unusable(const char *path, bool is_ours, uid_t uid, gid_t gid)
{
    char inside[PATH_MAX];
    struct statvfs fs;
    size_t where;
    if (faccessat(AT_FDCWD, path, W_OK | X_OK, AT_EACCESS) < 0)
        return strerror(errno);
    if (is_ours ? !is_trusted(path) : !is_safe_to_share(path))
        return "others could put something else at this path";
    if (statvfs(path, &fs) < 0)
        return strerror(errno);
    if (fs.f_flag & ST_NOEXEC)
        return "mounted noexec";
    int n = snprintf(inside, sizeof inside, "%s/.", path);
    if (n < 0 || (size_t)n >= sizeof inside)
        return "too long a path";
    if (uid != (uid_t)-1 && !landlock_reaches(inside, uid, gid, &where))
        return "the box's user cannot get there";
    return NULL;
}

/* $TMPDIR and the usual places, without links; "" = there is no such thing.  -errno: it cannot be told now. */
#define N_PLACES LANDLOCK_MAX_PLACES

static int find_place(size_t index, char path[PATH_MAX])
{
    static const char *const usual[N_PLACES] = {NULL, "/tmp", "/var/tmp", "/dev/shm"};
    const char *name = index == 0 ? getenv("TMPDIR") : usual[index];
    errno = 0;
    if (!name || name[0] != '/' || !realpath(name, path))
        path[0] = '\0';
    return path[0] == '\0' && error_is_shortage(-errno) ? -errno : 0;
}

/* ---- making it ---- */

static int new_name(char *ret, size_t size, const char *place)
{
    static uint64_t n_made;
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return -EIO;
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);
    int64_t boot_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    int n = snprintf(ret, size, "%s/" NAME_PREFIX "%d.%" PRId64 ".%08x.%" PRIu64, place, getpid(),
                     boot_ms, random, n_made++);
    return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* -EAGAIN: a sweep was faster. */
static int make_at(struct landlock_box *box, const char *place)
{
    int r = new_name(box->dir, sizeof box->dir, place);
    if (r < 0)
        return r;
    if (mkdir(box->dir, 0700) < 0)
        return errno == EEXIST ? -EAGAIN : -errno;
    auto_fd int fd = open(box->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &st) < 0)
        r = errno == ENOENT || errno == EWOULDBLOCK ? -EAGAIN : -errno;
    else if (st.st_nlink == 0)
        r = -EAGAIN;
    else if (st.st_uid != geteuid() || fchmod(fd, 0700) < 0)
        r = -EPERM;
    if (r == 0) {
        box->dir_fd = fd_raise(steal_fd(&fd), NULL);
        r = box->dir_fd < 0 ? box->dir_fd : 0;
    }
    if (r < 0 && r != -EAGAIN)
        rmdir(box->dir);
    return r;
}

int landlock_dir_make(struct landlock_box *box, uid_t uid, gid_t gid, struct error *err)
{
    char reasons[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < N_PLACES; i++) {
        char place[PATH_MAX];
        if (find_place(i, place) < 0)
            return error_errno(err, "look at the places for a box's directory");
        const char *why = place[0] ? unusable(place, i == 0, uid, gid) : "not there";
        int r = -EAGAIN;
        for (int n = 0; !why && r == -EAGAIN && n < MAKE_TRIES; n++)
            r = make_at(box, place);
        if (!why && r == 0)
            return 0;
        if (!why && error_is_shortage(r))
            return error_set(err, r, "make a box's directory in '%.64s': %s", place, strerror(-r));
        if (i == 0 && !place[0])
            continue;
        int n = snprintf(reasons + used, sizeof reasons - used, "%s%.64s: %s", used ? "; " : "",
                         place[0] ? place : "a usual place", why ? why : strerror(-r));
        used = n > 0 && (size_t)n < sizeof reasons - used ? used + (size_t)n : sizeof reasons - 1;
    }
    box->dir[0] = '\0';
    return error_set(
        err, -EACCES,
        "no place for a box's private directory (%s); set TMPDIR to one that is writable, "
        "on a file system without noexec",
        reasons);
}

/* ---- what is in it ---- */

static int copy_bytes(int from, int to)
{
    char buffer[32768];
    off_t at = 0;
    for (;;) {
        ssize_t n = pread(from, buffer, sizeof buffer, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : 0;
        for (ssize_t done = 0; done < n;) {
            ssize_t m = write(to, buffer + done, (size_t)(n - done));
            if (m < 0 && errno != EINTR)
                return -errno;
            done += m < 0 ? 0 : m;
        }
        at += n;
    }
}

int landlock_dir_fill(const struct landlock_box *box, const struct sandbox_policy *policy,
                      struct error *err)
{
    for (size_t i = 0; i < policy->n_files; i++) {
        const struct sandbox_file *file = &policy->files[i];
        auto_fd int fd = openat(box->dir_fd, file->name,
                                O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
        int r = fd < 0 ? -errno : copy_bytes(file->fd, fd);
        if (r == 0 && fchmod(fd, file->executable ? 0555 : 0444) < 0)
            r = -errno;
        if (r < 0)
            return error_set(err, r, "copy '%s' to '%s': %s", file->name, box->dir, strerror(-r));
    }
    return 0;
}

int landlock_dir_hand_over(const struct landlock_box *box, uid_t uid, gid_t gid, struct error *err)
{
    if (uid == (uid_t)-1)
        return 0;
    last_uid = uid;
    /* Its files stay ours, so that the box cannot change their modes. */
    return fchown(box->dir_fd, uid, gid) < 0
               ? error_errno(err, "give '%s' to uid %u", box->dir, (unsigned)uid)
               : 0;
}

/* ---- what the dead left ---- */

/* "mljudge.PID.BOOTMS.RANDOM.N" */
static bool has_our_shape(const char *name)
{
    static const char *const digits[] = {"0123456789", "0123456789", "0123456789abcdef",
                                         "0123456789"};
    size_t n = strlen(NAME_PREFIX);
    if (strncmp(name, NAME_PREFIX, n) != 0)
        return false;
    name += n;
    for (size_t i = 0; i < ARRAY_LEN(digits); i++) {
        n = strspn(name, digits[i]);
        if (n == 0 || (i == 2 && n != 8) || name[n] != (i + 1 < ARRAY_LEN(digits) ? '.' : '\0'))
            return false;
        name += n + 1;
    }
    return true;
}

static bool may_be_ours(uid_t owner)
{
    if (owner == geteuid())
        return true;
    if (geteuid() != 0)
        return false;
    return (owner >= BOX_UID_MIN && owner != (uid_t)-1) ||
           (last_uid < BOX_UID_MIN && owner + FEW_BOX_UIDS > last_uid &&
            owner < last_uid + FEW_BOX_UIDS);
}

static void remove_dead(int place, const char *name)
{
    struct stat st;
    if (fstatat(place, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR(st.st_mode) ||
        !may_be_ours(st.st_uid))
        return;
    auto_fd int fd = landlock_open_dir(place, name);
    struct stat opened;
    if (fd < 0 || fstat(fd, &opened) < 0 || opened.st_ino != st.st_ino ||
        opened.st_dev != st.st_dev || flock(fd, LOCK_EX | LOCK_NB) < 0)
        return;
    if (landlock_empty_dir(fd))
        unlinkat(place, name, AT_REMOVEDIR);
}

size_t landlock_open_places(int ret[LANDLOCK_MAX_PLACES])
{
    char seen[N_PLACES][PATH_MAX];
    size_t n = 0;
    for (size_t i = 0; i < N_PLACES; i++) {
        find_place(i, seen[i]);
        bool skip = !seen[i][0] || (i == 0 && !is_trusted(seen[i]));
        for (size_t k = 0; k < i; k++)
            skip = skip || strcmp(seen[i], seen[k]) == 0;
        int fd = skip ? -1 : open(seen[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0)
            fd = fd_raise(fd, NULL);
        if (fd >= 0)
            ret[n++] = fd;
    }
    return n;
}

void landlock_sweep_dead(void)
{
    int places[LANDLOCK_MAX_PLACES];
    size_t n = landlock_open_places(places);
    for (size_t i = 0; i < n; i++) {
        DIR *dir = fdopendir(places[i]);
        if (!dir) {
            close(places[i]);
            continue;
        }
        for (struct dirent *e; (e = readdir(dir));)
            if (has_our_shape(e->d_name))
                remove_dead(places[i], e->d_name);
        closedir(dir);
    }
}
