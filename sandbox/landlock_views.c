/* Directories of the box that only hold mounts.
 *
 * With mounts, /usr/lib/python3/dist-packages of a box has numpy in it and nothing else, although only numpy
 * is mounted: the directory above a mount is made.  Here the host's would have to be allowed, with all the
 * names in it, and "import pandas" would then fail as forbidden instead of as not there.  So where argv or env
 * name such a directory (as MLJUDGE_PATH does), the private directory gets one with links to the mounts. */
#include "sandbox/landlock_parts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/util.h"

/* What of the mount's target lies beneath the directory, NULL if it does not. */
static const char *beneath(const struct sandbox_mount *m, const char *path, size_t n)
{
    if (m->kind == SANDBOX_MOUNT_EMPTY || strncmp(m->target, path, n) != 0 || m->target[n] != '/')
        return NULL;
    const char *rest = m->target + n + strspn(m->target + n, "/");
    return *rest ? rest : NULL;
}

/* Makes `rest`, a link at its end, in `dir`, which is closed.  What is a link already stays one: nothing is
 * made beneath it, since that would be on the host. */
static int make_link(int dir, const char *rest, const char *to)
{
    char name[256];
    for (;;) {
        size_t n = strcspn(rest, "/");
        const char *next = rest + n + strspn(rest + n, "/");
        int r = 0, deeper = -1;
        if (n >= sizeof name) {
            close(dir);
            return -ENAMETOOLONG;
        }
        memcpy(name, rest, n);
        name[n] = '\0';
        if (!*next) {
            r = symlinkat(to, dir, name) < 0 && errno != EEXIST ? -errno : 0;
        } else if (mkdirat(dir, name, 0755) < 0 && errno != EEXIST) {
            r = -errno;
        } else {
            deeper = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (deeper >= 0)
                fchmod(deeper, 0755); /* whatever the umask */
            else
                r = errno == ELOOP || errno == ENOTDIR ? 0 : -errno;
        }
        close(dir);
        if (deeper < 0)
            return r;
        dir = deeper;
        rest = next;
    }
}

static int add_view(const struct landlock_box *box, struct landlock_views *views,
                    const struct sandbox_policy *policy, const char *path, size_t n,
                    struct error *err)
{
    char name[32];
    struct landlock_view *view = &views->list[views->n];
    snprintf(name, sizeof name, ".view%zu", views->n);
    if (mkdirat(box->dir_fd, name, 0755) < 0)
        return error_errno(err, "mkdir '%s/%s'", box->dir, name);
    int used = snprintf(view->host, sizeof view->host, "%s/%s", box->dir, name);
    assert(used > 0 && (size_t)used < sizeof view->host);
    view->path = path;
    view->n = n;
    views->n++;
    for (size_t i = 0; i < policy->n_mounts; i++) {
        const struct sandbox_mount *m = &policy->mounts[i];
        const char *rest = beneath(m, path, n);
        const char *to = m->kind == SANDBOX_MOUNT_READ_ONLY ? m->source : m->target;
        if (!rest || faccessat(AT_FDCWD, to, F_OK, AT_EACCESS) < 0)
            continue;
        int dir = openat(box->dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (dir < 0 || fchmod(dir, 0755) < 0) {
            int r = error_errno(err, "open '%s'", view->host);
            cleanup_fd(&dir);
            return r;
        }
        int r = make_link(dir, rest, to);
        if (r < 0)
            return error_set(err, r, "link '%s' in '%s': %s", rest, view->host, strerror(-r));
    }
    return 0;
}

const char *landlock_view_of(const struct landlock_views *views, const char *path, size_t n)
{
    for (size_t i = 0; i < views->n; i++)
        if (views->list[i].n == n && memcmp(views->list[i].path, path, n) == 0)
            return views->list[i].host;
    return NULL;
}

/* Does it, and is it nothing else? */
static bool only_holds_mounts(const struct sandbox_policy *policy, const char *path, size_t n)
{
    size_t from;
    if ((n == 4 && (memcmp(path, "/box", n) == 0 || memcmp(path, "/tmp", n) == 0)) ||
        landlock_host_path(policy, policy->n_mounts, NULL, path, &from))
        return false;
    for (size_t i = 0; i < policy->n_mounts; i++)
        if (beneath(&policy->mounts[i], path, n))
            return true;
    return false;
}

static int views_of_word(const struct landlock_box *box, struct landlock_views *views,
                         const struct sandbox_policy *policy, const char *word, struct error *err)
{
    int r = 0;
    for (const char *at = word + landlock_name_length(word), *end; r == 0; at = end + 1) {
        end = strchrnul(at, ':');
        size_t n = (size_t)(end - at);
        while (n > 0 && at[n - 1] == '/')
            n--;
        if (n > 0 && *at == '/' && views->n < ARRAY_LEN(views->list) &&
            !landlock_view_of(views, at, n) && only_holds_mounts(policy, at, n))
            r = add_view(box, views, policy, at, n, err);
        if (!*end)
            break;
    }
    return r;
}

int landlock_views_make(struct landlock_views *ret, const struct landlock_box *box,
                        const struct sandbox_policy *policy, struct error *err)
{
    ret->n = 0;
    int r = 0;
    for (const char *const *word = policy->argv; r == 0 && *word; word++)
        r = views_of_word(box, ret, policy, *word, err);
    for (const char *const *word = policy->env; r == 0 && word && *word; word++)
        r = views_of_word(box, ret, policy, *word, err);
    return r;
}
