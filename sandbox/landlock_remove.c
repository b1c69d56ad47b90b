/* Removing what a box left, whatever it is.
 *
 * The directory is made flat instead of walked: a directory that is not empty gives what it has, files to
 * nowhere and directories to the top, and is then removed itself.  So two descriptors do for any depth, no
 * ".." is ever followed, and every directory is moved at most once.  Nothing is opened but directories,
 * and these without following a link. */
#include "sandbox/landlock_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/util.h"

#define NR_FCHMODAT2 452 /* Linux 6.6 */

/* Nobody writes there any more; should it be otherwise, the next sweep goes on. */
#define GIVE_UP_AFTER_S 20

struct removal {
    int top;
    int64_t n_done;    /* removed or moved */
    uint64_t n_named;  /* names given in the top directory */
    time_t deadline_s; /* CLOCK_MONOTONIC */
};

static time_t now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* Lets us list, search and change a directory of ours, which a box may have forbidden us.  Older kernels
 * cannot change the mode of what is no link without a third descriptor.
 * FIXME: drop the second half when Linux 6.6 is our minimum. */
static void open_up(int dir, const char *name)
{
    if (syscall(NR_FCHMODAT2, dir, name, 0700, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOSYS)
        return;
    auto_fd int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
    char path[40];
    if (fd < 0)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    chmod(path, 0700); /* of what the descriptor is, not of what lies at a path */
}

int landlock_open_dir(int dir, const char *name)
{
    struct stat st;
    int flags = O_RDONLY | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC;
    int fd = openat(dir, name, flags);
    if (fd >= 0 && (fstat(fd, &st) < 0 || (st.st_mode & 0700) != 0700))
        fchmod(fd, 0700);
    if (fd < 0 && errno == EACCES) {
        open_up(dir, name);
        fd = openat(dir, name, flags);
    }
    return fd;
}

/* To the top, under a name that is free. */
static bool move_up(struct removal *removal, int dir, const char *name)
{
    bool was_opened = false;
    for (;;) {
        char free_name[32];
        snprintf(free_name, sizeof free_name, "%" PRIu64, removal->n_named++);
        if (renameat(dir, name, removal->top, free_name) == 0)
            return true;
        if (errno == EACCES && !was_opened) {
            was_opened = true;
            open_up(dir, name); /* its ".." changes, so it must be writable */
        } else if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR) {
            return false; /* EMLINK: when the top has room again */
        }
    }
}

/* Removes a file, or a directory that is empty.  -ENOTEMPTY: a directory that is not. */
static int remove_entry(struct removal *removal, int dir, const char *name)
{
    if (unlinkat(dir, name, 0) == 0 ||
        ((errno == EISDIR || errno == EPERM) && unlinkat(dir, name, AT_REMOVEDIR) == 0)) {
        removal->n_done++;
        return 0;
    }
    return errno == EEXIST ? -ENOTEMPTY : -errno;
}

/* Calls `fn` for each entry.  Returns how many there were, -1 if they cannot be read. */
static int64_t for_entries(struct removal *removal, int dir,
                           void (*fn)(struct removal *, int dir, const char *name))
{
    _Alignas(struct dirent64) char buffer[8192];
    int64_t n_entries = 0;
    if (lseek(dir, 0, SEEK_SET) < 0)
        return -1;
    for (;;) {
        ssize_t n = getdents64(dir, buffer, sizeof buffer);
        if (n <= 0)
            return n < 0 ? -1 : n_entries;
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *e = (const void *)(buffer + at);
            if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
                n_entries++;
                fn(removal, dir, e->d_name);
            }
            at += e->d_reclen;
        }
        if (now_s() > removal->deadline_s)
            return n_entries;
    }
}

/* Of a directory in the top one. */
static void give_up_entry(struct removal *removal, int dir, const char *name)
{
    if (remove_entry(removal, dir, name) == -ENOTEMPTY && move_up(removal, dir, name))
        removal->n_done++;
}

/* Of the top directory. */
static void remove_from_top(struct removal *removal, int top, const char *name)
{
    if (remove_entry(removal, top, name) != -ENOTEMPTY)
        return;
    auto_fd int dir = landlock_open_dir(top, name);
    if (dir < 0)
        return;
    /* An entry may be passed over when others go away meanwhile: until none is left or nothing helps. */
    int64_t before;
    do
        before = removal->n_done;
    while (for_entries(removal, dir, give_up_entry) > 0 && removal->n_done > before &&
           now_s() <= removal->deadline_s);
    remove_entry(removal, top, name);
}

bool landlock_empty_dir(int fd)
{
    struct removal removal = {.top = fd, .deadline_s = now_s() + GIVE_UP_AFTER_S};
    /* Ours again: a directory beneath a sticky one, where only its owner may remove it. */
    if (fchown(fd, geteuid(), (gid_t)-1) < 0 && errno == EBADF)
        return false;
    fchmod(fd, 0700);
    for (;;) {
        int64_t before = removal.n_done;
        int64_t n = for_entries(&removal, fd, remove_from_top);
        if (n == 0)
            return true;
        if (n < 0 || removal.n_done == before || now_s() > removal.deadline_s)
            return false;
    }
}
