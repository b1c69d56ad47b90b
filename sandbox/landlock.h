/* The `landlock` tier's file system: no mounts, so a box sees the host's paths, and Landlock says which of
 * them it may open.  Used by the supervisor only; the box's child is given one descriptor, `ruleset_fd`, and
 * calls landlock_restrict_self() on it.
 *
 * Because nothing can be mounted, what a policy puts at a path of the box is used where it lies: arguments
 * and environment that name a mount's target, "/box" or "/tmp" (as a whole path or a beginning of one, also
 * in a colon-separated list or after "NAME=") are rewritten to the host's path.
 * A directory named there that only holds mounts (site-packages, of which numpy alone is mounted) becomes one in
 * the private directory with links to them.
 *
 * Every number and structure of the kernel's interface is defined in landlock.c: Debian 12's header stops at
 * ABI 2.  What a kernel's ABI cannot restrict is listed by landlock_missing(). */
#ifndef MLJUDGE_LANDLOCK_H
#define MLJUDGE_LANDLOCK_H

#include <sys/types.h>

#include "sandbox/error.h"
#include "sandbox/sandbox.h"

/* The kernel's Landlock ABI (1, 2, ...), or -errno: -ENOSYS no Landlock, -EOPNOTSUPP not enabled at boot. */
int landlock_abi(void);

/* ABI from which the command cannot signal processes outside of its box. */
#define LANDLOCK_ABI_SIGNALS 6

/* Up to `max` static sentences: what this ABI cannot do that later ones can.  Returns how many. */
size_t landlock_missing(int abi, const char **ret, size_t max);

struct landlock_box {
    int ruleset_fd;    /* close-on-exec, >= 64; -1 = none */
    int dir_fd;        /* the private directory; -1 = none */
    char dir[128];     /* its path, made by us beneath a directory of the host; "" = none */
    const char **argv; /* NULL-terminated, rewritten; owned, as are the strings in `text` */
    const char **env;  /* the same; TMPDIR added where the policy has none and the box may write */
    char *text;        /* what argv and env point into (or at the policy's own strings) */
};

/* Makes the private directory (0700, owner `uid`/`gid` unless (uid_t)-1), copies the policy's files into it
 * (read-only, 0444 or 0555), builds the ruleset and rewrites argv and env.  The directory may be written by the
 * box only if `writable`.  -ENOTSUP without Landlock.  On failure nothing is left.
 *
 *   READ_ONLY mounts   may be read, listed and executed; a missing optional one is skipped
 *   EMPTY mounts       what lies there cannot be opened: instead of the mount above it, its other entries are
 *                      allowed one by one (names stay visible)
 *   SYMLINK mounts     ignored: the host has the link
 *   /dev/null, /dev/urandom, /dev/random, /dev/full   readable, null writable too; never /dev/zero (mapping
 *                      it shared is memory that RLIMIT_DATA does not see)
 *   descriptors        (memfds, pipes) are not restricted by Landlock */
int landlock_prepare(struct landlock_box *ret, const struct sandbox_policy *policy, uid_t uid,
                     gid_t gid, bool writable, struct error *err);

/* Lets the box of `to` read what is in the directory of `from`, which lives longer: a fork server's, whose copies
 * keep the paths that they began with. */
int landlock_share(const struct landlock_box *to, const struct landlock_box *from,
                   struct error *err);

/* Closes, frees, and removes the directory with whatever the box left in it, never following a link and with
 * two descriptors at any depth.  The box must be empty.  Idempotent. */
void landlock_done(struct landlock_box *box);

/* Removes private directories whose owner is dead (the next supervisor's sweep): names are
 * mljudge.PID.BOOTMS.RANDOM.N and each is locked (flock) by its living owner. */
void landlock_sweep_dead(void);

/* Opens the places where private directories may lie, for the guard: descriptors >= 64 that the caller closes.
 * Returns how many. */
#define LANDLOCK_MAX_PLACES 4
size_t landlock_open_places(int ret[LANDLOCK_MAX_PLACES]);

#endif
