/* Which paths of the host a box may open.
 *
 * The policy's mounts are a list of places, in order, each shown (READ_ONLY) or hidden (EMPTY).  As with
 * mounts, the last place that lies at or above a path decides.  Landlock can only allow, so a shown
 * directory with something hidden beneath it is allowed entry by entry instead. */
#include "sandbox/landlock_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sandbox/util.h"

struct place {
    char *path; /* without links */
    bool shown;
};

struct places {
    struct place *list;
    size_t n;
};

static void places_done(struct places *places)
{
    for (size_t i = 0; i < places->n; i++)
        free(places->list[i].path);
    free(places->list);
}

static bool is_at_or_above(const char *above, const char *path)
{
    size_t n = strlen(above);
    if (n == 1)
        return true; /* "/" */
    return strncmp(above, path, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool is_shown(const struct places *places, const char *path)
{
    bool shown = false;
    for (size_t i = 0; i < places->n; i++)
        if (is_at_or_above(places->list[i].path, path))
            shown = places->list[i].shown;
    return shown;
}

static bool hides_beneath(const struct places *places, const char *path)
{
    for (size_t i = 0; i < places->n; i++)
        if (!places->list[i].shown && is_at_or_above(path, places->list[i].path) &&
            !is_shown(places, places->list[i].path))
            return true;
    return false;
}

/* ---- who can get there ---- */

/* One of the S_I.OTH bits, for this user. */
static bool may(const struct stat *st, uid_t uid, gid_t gid, mode_t other)
{
    mode_t bit = st->st_uid == uid ? other << 6 : st->st_gid == gid ? other << 3 : other;
    return (st->st_mode & bit) == bit;
}

bool landlock_reaches(const char *path, uid_t uid, gid_t gid, size_t *ret_where)
{
    char above[PATH_MAX];
    for (const char *slash = path; (slash = strchr(slash, '/')) != NULL; slash++) {
        size_t n = slash == path ? 1 : (size_t)(slash - path);
        if (n >= sizeof above)
            return false;
        memcpy(above, path, n);
        above[n] = '\0';
        struct stat st;
        *ret_where = n;
        if (stat(above, &st) < 0 || !may(&st, uid, gid, S_IXOTH))
            return false;
    }
    return true;
}

/* The `full` tier binds what lies in a closed directory, too; here the box's user walks there itself. */
static int check_reach(const char *path, const struct stat *st, uid_t uid, gid_t gid,
                       struct error *err)
{
    size_t where;
    if (uid == (uid_t)-1)
        return 0;
    if (!landlock_reaches(path, uid, gid, &where))
        return error_set(err, -EACCES,
                         "'%s' cannot be reached by the box's user (uid %u): '%.*s' is closed to "
                         "others; move it or chmod o+x",
                         path, (unsigned)uid, (int)where, path);
    if (!may(st, uid, gid, S_ISDIR(st->st_mode) ? S_IXOTH : S_IROTH))
        return error_set(err, -EACCES,
                         "'%s' cannot be read by the box's user (uid %u): it is closed to others; "
                         "chmod o+rX",
                         path, (unsigned)uid);
    return 0;
}

/* ---- rules ---- */

static int grant_beneath(const struct landlock_rules *rules, const struct places *places, int fd,
                         const char *path, struct error *err);

static int grant_entries(const struct landlock_rules *rules, const struct places *places,
                         int path_fd, const char *path, struct error *err)
{
    int list_fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = list_fd < 0 ? NULL : fdopendir(list_fd);
    if (!dir) {
        int r = error_errno(err, "list '%s'", path);
        cleanup_fd(&list_fd);
        return r;
    }
    int r = 0;
    for (struct dirent *e; r == 0 && (e = readdir(dir));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        auto_free char *entry = NULL;
        if (asprintf(&entry, "%s/%s", strcmp(path, "/") ? path : "", e->d_name) < 0) {
            entry = NULL;
            r = error_oom(err);
        } else if (is_shown(places, entry)) {
            auto_fd int fd = openat(path_fd, e->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
            if (fd >= 0)
                r = grant_beneath(rules, places, fd, entry, err);
            else if (errno != ENOENT)
                r = error_errno(err, "open '%s'", entry);
        }
    }
    closedir(dir);
    return r;
}

/* Links need no rule: what they lead to has one or has not. */
static int grant_beneath(const struct landlock_rules *rules, const struct places *places, int fd,
                         const char *path, struct error *err)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "stat '%s'", path);
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
        return 0;
    if (!S_ISDIR(st.st_mode) || !hides_beneath(places, path))
        return landlock_grant(rules, fd, LANDLOCK_GRANT_READ | LANDLOCK_GRANT_EXEC, path, err);
    /* Python finds no module in a directory that it cannot list. */
    int r = landlock_grant(rules, fd, LANDLOCK_GRANT_LIST, path, err);
    return r < 0 ? r : grant_entries(rules, places, fd, path, err);
}

static int grant_place(const struct landlock_rules *rules, const struct places *places,
                       const char *path, uid_t uid, gid_t gid, struct error *err)
{
    auto_fd int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "open '%s', which a box should show", path);
    int r = check_reach(path, &st, uid, gid, err);
    return r < 0 ? r : grant_beneath(rules, places, fd, path, err);
}

/* Never zero: memory that maps it shared is memory that no limit of this tier sees. */
static int grant_devices(const struct landlock_rules *rules, struct error *err)
{
    static const struct {
        const char *path;
        unsigned minor; /* of the memory devices, major 1 */
        unsigned grants;
    } devices[] = {
        {"/dev/null", 3, LANDLOCK_GRANT_READ | LANDLOCK_GRANT_WRITE},
        {"/dev/full", 7, LANDLOCK_GRANT_READ},
        {"/dev/random", 8, LANDLOCK_GRANT_READ},
        {"/dev/urandom", 9, LANDLOCK_GRANT_READ},
    };
    for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
        auto_fd int fd = open(devices[i].path, O_PATH | O_CLOEXEC);
        struct stat st;
        /* A container may lack one, or have a regular file in its place, which would be shared by boxes. */
        if (fd < 0 || fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) ||
            st.st_rdev != makedev(1, devices[i].minor))
            continue;
        int r = landlock_grant(rules, fd, devices[i].grants, devices[i].path, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- the policy's mounts as places ---- */

/* What an EMPTY mount hides lies where an earlier mount shows it, else where the host has it. */
static char *hidden_path(const struct sandbox_policy *policy, size_t index)
{
    const char *target = policy->mounts[index].target;
    size_t from;
    const char *host = landlock_host_path(policy, index, NULL, target, &from);
    if (!host)
        return realpath(target, NULL);
    auto_free char *joined = NULL;
    if (asprintf(&joined, "%s%s", host, target + from) < 0) {
        joined = NULL;
        errno = ENOMEM;
    }
    return joined ? realpath(joined, NULL) : NULL;
}

static int add_place(struct places *places, const struct sandbox_policy *policy, size_t index,
                     struct error *err)
{
    const struct sandbox_mount *m = &policy->mounts[index];
    bool shown = m->kind == SANDBOX_MOUNT_READ_ONLY;
    if (m->kind == SANDBOX_MOUNT_SYMLINK)
        return 0;
    if (shown && m->source[0] != '/')
        return error_set(err, -EINVAL, "'%s', which a box should show, is no absolute path",
                         m->source);
    char *path = shown ? realpath(m->source, NULL) : hidden_path(policy, index);
    if (!path) {
        bool is_missing = errno == ENOENT || errno == ENOTDIR;
        if (is_missing && (m->optional || !shown))
            return 0;
        return shown ? error_errno(err, "'%s', which a box should show", m->source)
                     : error_errno(err, "'%s', which a box should not show", m->target);
    }
    places->list[places->n++] = (struct place){path, shown};
    return 0;
}

int landlock_paths_grant(const struct landlock_rules *rules, const struct sandbox_policy *policy,
                         uid_t uid, gid_t gid, struct error *err)
{
    struct places places = {calloc(policy->n_mounts + 1, sizeof(struct place)), 0};
    int r = places.list ? grant_devices(rules, err) : error_oom(err);
    for (size_t i = 0; r == 0 && i < policy->n_mounts; i++)
        r = add_place(&places, policy, i, err);
    for (size_t i = 0; r == 0 && i < places.n; i++)
        if (places.list[i].shown && is_shown(&places, places.list[i].path))
            r = grant_place(rules, &places, places.list[i].path, uid, gid, err);
    places_done(&places);
    return r;
}
