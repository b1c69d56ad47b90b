/* argv and env of a box without mounts: the box's paths become the host's.
 *
 * A word is a path, or a list of them with colons between, after an optional "NAME=" (dashes may come
 * before the name, as in --file=/box/x).  Each path of the list is looked at from its beginning only, up to
 * a component's end: nothing is searched for inside of other words. */
#include "sandbox/landlock_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

/* Without the slashes at its end: "/" is 0 bytes long. */
static size_t path_length(const char *path)
{
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    return n;
}

static bool is_at(const char *target, size_t n, const char *path)
{
    return strncmp(path, target, n) == 0 &&
           (path[n] == '/' || path[n] == ':' || (path[n] == '\0' && n > 0));
}

const char *landlock_host_path(const struct sandbox_policy *policy, size_t n_mounts,
                               const char *work, const char *path, size_t *ret_n)
{
    assert(n_mounts <= policy->n_mounts);
    const char *best = NULL;
    size_t best_n = 0;
    static const char *const places[] = {"/box", "/tmp"};
    for (size_t i = 0; work && i < ARRAY_LEN(places); i++) {
        if (is_at(places[i], strlen(places[i]), path)) {
            best = work;
            best_n = strlen(places[i]);
        }
    }
    for (size_t i = 0; i < n_mounts; i++) {
        const struct sandbox_mount *m = &policy->mounts[i];
        if (m->kind != SANDBOX_MOUNT_READ_ONLY)
            continue;
        size_t n = path_length(m->target);
        if ((best ? n >= best_n : true) && is_at(m->target, n, path)) {
            best = m->source;
            best_n = n;
        }
    }
    *ret_n = best_n;
    return best;
}

/* A buffer that only counts while it has no bytes. */
struct text {
    char *bytes;
    size_t used;
};

static void put(struct text *text, const char *bytes, size_t n)
{
    if (text->bytes)
        memcpy(text->bytes + text->used, bytes, n);
    text->used += n;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

size_t landlock_name_length(const char *word)
{
    size_t n = 0;
    while (is_name_byte(word[n]))
        n++;
    return n > 0 && word[n] == '=' ? n + 1 : 0;
}

struct map {
    const struct sandbox_policy *policy;
    const struct landlock_views *views;
    const char *dir;
};

/* Where the path that ends at `end` is on the host; *ret_n: how much of it that stands for. */
static const char *find(const struct map *map, const char *path, const char *end, size_t *ret_n)
{
    if (*path != '/')
        return NULL;
    size_t n = (size_t)(end - path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    *ret_n = n;
    const char *host = landlock_view_of(map->views, path, n);
    if (host)
        return host;
    host = landlock_host_path(map->policy, map->policy->n_mounts, map->dir, path, ret_n);
    return *ret_n <= (size_t)(end - path) ? host : NULL;
}

/* True if anything is not as it was. */
static bool rewrite(const struct map *map, const char *word, struct text *to)
{
    bool changed = false;
    size_t n = landlock_name_length(word);
    put(to, word, n);
    const char *at = word + n;
    for (;;) {
        const char *end = strchrnul(at, ':');
        size_t from = 0;
        const char *host = find(map, at, end, &from);
        if (host) {
            size_t host_n = path_length(host);
            changed = changed || host_n != from || memcmp(host, at, from) != 0;
            put(to, host, host_n == 0 && at + from == end ? 1 : host_n);
            at += from;
        }
        put(to, at, (size_t)(end - at));
        if (!*end)
            break;
        put(to, ":", 1);
        at = end + 1;
    }
    put(to, "", 1);
    return changed;
}

static size_t list_length(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    return n;
}

static void rewrite_list(const struct map *map, const char *const *list, struct text *text,
                         const char **ret)
{
    size_t n = list_length(list);
    for (size_t i = 0; i < n; i++) {
        size_t before = text->used;
        bool changed = rewrite(map, list[i], text);
        if (!text->bytes)
            continue;
        ret[i] = changed ? text->bytes + before : list[i];
    }
}

int landlock_rewrite(struct landlock_box *box, const struct sandbox_policy *policy,
                     const struct landlock_views *views, bool writable, struct error *err)
{
    static const char name[] = "TMPDIR=";
    size_t n_argv = list_length(policy->argv), n_env = list_length(policy->env);
    bool add = writable;
    for (size_t i = 0; i < n_env; i++)
        add = add && strncmp(policy->env[i], name, sizeof name - 1) != 0;

    const struct map map = {policy, views, box->dir};
    struct text text = {NULL, 0};
    rewrite_list(&map, policy->argv, &text, NULL);
    rewrite_list(&map, policy->env, &text, NULL);
    size_t size = text.used + sizeof name + strlen(box->dir);
    box->argv = calloc(n_argv + 1, sizeof *box->argv);
    box->env = calloc(n_env + 2, sizeof *box->env);
    box->text = malloc(size);
    if (!box->argv || !box->env || !box->text)
        return error_oom(err);

    text = (struct text){box->text, 0};
    rewrite_list(&map, policy->argv, &text, box->argv);
    rewrite_list(&map, policy->env, &text, box->env);
    if (add) {
        box->env[n_env] = box->text + text.used;
        put(&text, name, sizeof name - 1);
        put(&text, box->dir, strlen(box->dir) + 1);
    }
    assert(text.used <= size);
    return 0;
}
