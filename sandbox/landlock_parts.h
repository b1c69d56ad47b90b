/* Between the files of the landlock tier: rules (landlock.c), which paths they are for (landlock_paths.c),
 * the private directory (landlock_dir.c), argv and env (landlock_rewrite.c). */
#ifndef MLJUDGE_LANDLOCK_PARTS_H
#define MLJUDGE_LANDLOCK_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/landlock.h"

/* ---- landlock.c ---- */

/* What a rule allows to do with a path and all that lies beneath it. */
enum landlock_grant {
    LANDLOCK_GRANT_LIST = 1,       /* list directories */
    LANDLOCK_GRANT_READ = 1 << 1,  /* list directories, read files */
    LANDLOCK_GRANT_EXEC = 1 << 2,  /* execute files */
    LANDLOCK_GRANT_WRITE = 1 << 3, /* write to files that are there */
    LANDLOCK_GRANT_MAKE =
        1 << 4, /* make, rename and remove files, directories and symbolic links */
};

/* The kernel's bits that exist from this ABI on; everything newer is 0.  Exported for tests. */
struct landlock_rights {
    uint64_t fs, net, scoped;
};
struct landlock_rights landlock_rights_of(int abi);

struct landlock_rules {
    int fd;
    uint64_t fs; /* handled */
};

/* Adds one rule.  `fd` (O_PATH will do) is what it is for, a regular file, a device or a directory; `path`
 * is for messages. */
int landlock_grant(const struct landlock_rules *rules, int fd, unsigned grants, const char *path,
                   struct error *err);

/* ---- landlock_paths.c ---- */

/* Rules for what the policy mounts, and for the devices. */
int landlock_paths_grant(const struct landlock_rules *rules, const struct sandbox_policy *policy,
                         uid_t uid, gid_t gid, struct error *err);

/* May this user search every directory above the absolute path without links?  If not, *ret_where is set
 * to the length of the path of the directory that is closed.  Only mode bits are looked at. */
bool landlock_reaches(const char *path, uid_t uid, gid_t gid, size_t *ret_where);

/* ---- landlock_rewrite.c ---- */

/* Where the box's path `path` is on the host: the mount with the longest target, the last of equals, among
 * the first n_mounts; where `work` is not NULL it is "/box" and "/tmp", too.  *ret_n is how many bytes of
 * `path` the returned text stands for, 0 if nothing is there. */
const char *landlock_host_path(const struct sandbox_policy *policy, size_t n_mounts,
                               const char *work, const char *path, size_t *ret_n);

/* Length of "NAME=" (dashes may come before the name), 0 if the word does not begin so. */
size_t landlock_name_length(const char *word);

struct landlock_views;

/* Fills in argv, env and text of `box`, whose `dir` is known. */
int landlock_rewrite(struct landlock_box *box, const struct sandbox_policy *policy,
                     const struct landlock_views *views, bool writable, struct error *err);

/* ---- landlock_views.c ---- */

/* Directories that stand for ones of the box which only hold mounts. */
struct landlock_view {
    const char *path; /* in the box, n bytes, within a word of the policy */
    size_t n;
    char host[160];
};

struct landlock_views {
    struct landlock_view list[8];
    size_t n;
};

/* Makes them, in the private directory. */
int landlock_views_make(struct landlock_views *ret, const struct landlock_box *box,
                        const struct sandbox_policy *policy, struct error *err);
/* The view that stands for the n bytes of `path`, or NULL. */
const char *landlock_view_of(const struct landlock_views *views, const char *path, size_t n);

/* ---- landlock_dir.c ---- */

/* Makes and locks the directory: dir and dir_fd. */
int landlock_dir_make(struct landlock_box *box, uid_t uid, gid_t gid, struct error *err);

/* Copies the policy's files into it. */
int landlock_dir_fill(const struct landlock_box *box, const struct sandbox_policy *policy,
                      struct error *err);

/* From now on it is the box's user's. */
int landlock_dir_hand_over(const struct landlock_box *box, uid_t uid, gid_t gid, struct error *err);

/* ---- landlock_remove.c ---- */

/* Opens a directory of ours to be emptied, whatever its mode; not a link.  -1 and errno. */
int landlock_open_dir(int dir, const char *name);

/* Empties a directory; `fd` is one that may read it.  False: something could not be removed. */
bool landlock_empty_dir(int fd);

#endif
