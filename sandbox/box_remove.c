/* Removing a directory that a box could write, whatever is in it: the guard's share of landlock_remove.c, without a C
 * library.  The tree is made flat: a directory gives its files to nowhere and its directories to the top, and is then
 * removed itself.  Nothing is opened but directories, without following a link, and no ".." is used. */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#define REMOVE_DIR   0x200 /* AT_REMOVEDIR */
#define OPEN_DIR     (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define MAX_PASSES   64
#define NR_FCHMODAT2 452 /* Linux 6.6 */

struct removal {
    int top;
    unsigned n_named; /* names given in the top directory */
    bool progress;
};

static const char *number_name(unsigned n, char text[16])
{
    char *at = text + 15;
    *at = 0;
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    return at;
}

static bool is_dots(const char *name)
{
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

/* True: it is gone. */
static bool remove_entry(int dir, const char *name)
{
    long r = SYS(unlinkat, dir, name, 0);
    if (r == -EISDIR || r == -EPERM)
        r = SYS(unlinkat, dir, name, REMOVE_DIR);
    return r >= 0;
}

static void move_up(struct removal *removal, int dir, const char *name)
{
    char text[16];
    for (int i = 0; i < 100000; i++) {
        long r = SYS(renameat, dir, name, removal->top, number_name(removal->n_named++, text));
        if (r >= 0)
            removal->progress = true;
        if (r != -EEXIST && r != -ENOTEMPTY && r != -ENOTDIR)
            return;
    }
}

/* Calls itself once, for a directory in the top one. */
static void empty(struct removal *removal, int dir)
{
    char entries[4096] __attribute__((aligned(8)));
    long n;
    while ((n = SYS(getdents64, dir, entries, sizeof entries)) > 0) {
        for (long at = 0; at < n;) {
            const struct dirent_head *e = (const void *)(entries + at);
            at += e->length;
            if (is_dots(e->name))
                continue;
            if (remove_entry(dir, e->name)) {
                removal->progress = true;
            } else if (dir != removal->top) {
                move_up(removal, dir, e->name);
            } else {
                sys6(NR_FCHMODAT2, dir, (long)e->name, 0700, 0x100 /* AT_SYMLINK_NOFOLLOW */, 0, 0);
                long sub = SYS(openat, dir, e->name, OPEN_DIR);
                if (sub < 0)
                    continue;
                SYS(fchmod, sub, 0700);
                empty(removal, (int)sub);
                SYS(close, sub);
            }
        }
    }
}

bool box_remove_dir(int parent, const char *name)
{
    long dir = SYS(openat, parent, name, OPEN_DIR);
    if (dir < 0)
        return dir == -ENOENT;
    if (SYS(flock, dir, LOCK_EX | LOCK_NB) < 0) {
        SYS(close, dir);
        return false; /* somebody lives */
    }
    SYS(fchmod, dir, 0700);
    struct removal removal = {.top = (int)dir, .progress = true};
    for (int pass = 0; pass < MAX_PASSES && removal.progress; pass++) {
        removal.progress = false;
        SYS(lseek, dir, 0, 0 /* SEEK_SET */);
        empty(&removal, (int)dir);
    }
    SYS(close, dir);
    return SYS(unlinkat, parent, name, REMOVE_DIR) >= 0;
}
