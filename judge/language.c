#include "judge/language.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/warm.h"
#include "sandbox/util.h"

/* ---- mounts ---- */

void mounts_done(struct mount_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free((void *)(uintptr_t)list->mounts[i].source);
        free((void *)(uintptr_t)list->mounts[i].target);
    }
    free(list->mounts);
    *list = (struct mount_list){0};
}

int mounts_add(struct mount_list *list, enum sandbox_mount_kind kind, const char *source,
               const char *target, bool optional, struct error *err)
{
    if (list->n == MOUNT_MAX)
        return error_set(err, -E2BIG, "more than %d mounts in one box", MOUNT_MAX);
    if (!list->mounts)
        list->mounts = calloc(MOUNT_MAX, sizeof *list->mounts);
    if (!list->mounts)
        return error_oom(err);
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->mounts[i].target, target) == 0 && list->mounts[i].kind == kind)
            return 0;
    char *from = source ? strdup(source) : NULL;
    char *to = strdup(target);
    if ((source && !from) || !to) {
        free(from);
        free(to);
        return error_oom(err);
    }
    list->mounts[list->n++] = (struct sandbox_mount){kind, from, to, optional};
    return 0;
}

int mounts_add_host(struct mount_list *list, const char *path, bool optional, struct error *err)
{
    struct stat st;
    if (lstat(path, &st) < 0) {
        if (optional && (errno == ENOENT || errno == ENOTDIR))
            return 0;
        return error_errno(err, "'%s', which a box should show", path);
    }
    if (!S_ISLNK(st.st_mode))
        return mounts_add(list, SANDBOX_MOUNT_READ_ONLY, path, path, optional, err);
    char link[PATH_MAX];
    ssize_t n = readlink(path, link, sizeof link - 1);
    if (n < 0)
        return error_errno(err, "read link '%s'", path);
    link[n] = '\0';
    return mounts_add(list, SANDBOX_MOUNT_SYMLINK, link, path, optional, err);
}

static bool is_beneath(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

int mounts_hide(struct mount_list *list, const char *path, struct error *err)
{
    char real[PATH_MAX];
    if (!path[0])
        return 0;
    if (!realpath(
            path,
            real)) /* what is not there need not be hidden; what cannot be looked at must be */
        return errno == ENOENT || errno == ENOTDIR ? 0 : error_errno(err, "hide '%s'", path);
    for (size_t i = 0; i < list->n; i++)
        if (list->mounts[i].kind == SANDBOX_MOUNT_READ_ONLY &&
            is_beneath(real, list->mounts[i].source) &&
            strcmp(list->mounts[i].source, list->mounts[i].target) == 0)
            return mounts_add(list, SANDBOX_MOUNT_EMPTY, NULL, real, true, err);
    return 0;
}

/* ---- language files ---- */

static int open_languages(const struct data_dirs *dirs, struct error *err)
{
    int fd = open(dirs->languages, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? error_errno(err, "languages folder '%s'", dirs->languages) : fd;
}

int language_names(const struct data_dirs *dirs, char ***ret, size_t *ret_n, struct error *err)
{
    auto_fd int fd = open_languages(dirs, err);
    if (fd < 0)
        return fd;
    char **names = NULL;
    size_t n = 0;
    int r = dir_names(fd, &names, &n, err);
    if (r < 0)
        return r;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(names[i]);
        if (length > 5 && length - 5 <= LANGUAGE_NAME_MAX &&
            strcmp(names[i] + length - 5, ".json") == 0) {
            names[i][length - 5] = '\0';
            names[kept++] = names[i];
        } else {
            free(names[i]);
        }
    }
    *ret = names;
    *ret_n = kept;
    return 0;
}

static int unknown_language(const struct data_dirs *dirs, const char *name, struct error *err)
{
    char **names = NULL;
    size_t n = 0;
    char list[256] = "";
    if (language_names(dirs, &names, &n, NULL) == 0)
        for (size_t i = 0; i < n; i++)
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
                     names[i]);
    names_free(names, n);
    return error_set(err, -ENOENT, "unknown language '%.64s' (known: %s)", name, list);
}

static int read_language(struct language *language, struct error *err)
{
    static const char *const keys[] = {"title",    "flavour", "extensions", "source",
                                       "packages", "probe",   "compile",    "run",
                                       "generate", "note",    "row_orders", NULL};
    static const char *const package_keys[] = {"debian", "ubuntu", NULL};
    const struct document *doc = &language->document;
    json_t *packages = NULL;
    json_t *probe = NULL;
    language->flavour = language->name;
    int r = document_only(doc, doc->root, "", keys, err);
    if (r == 0)
        r = document_string(doc, doc->root, "", "title", true, &language->title, err);
    if (r == 0)
        r = document_string(doc, doc->root, "", "flavour", false, &language->flavour, err);
    if (r == 0)
        r = document_string(doc, doc->root, "", "source", true, &language->source, err);
    if (r == 0)
        r = document_bool(doc, doc->root, "", "row_orders", &language->row_orders, err);
    if (r == 0)
        r = document_strings(doc, doc->root, "", "extensions", true, &language->extensions,
                             &language->n_extensions, err);
    if (r == 0)
        r = document_member(doc, doc->root, "", "packages", true, JSON_OBJECT, &packages, err);
    if (r == 0)
        r = document_only(doc, packages, "/packages", package_keys, err);
    if (r == 0)
        r = document_string(doc, packages, "/packages", "debian", true, &language->debian, err);
    if (r == 0)
        r = document_string(doc, packages, "/packages", "ubuntu", true, &language->ubuntu, err);
    if (r == 0)
        r = document_member(doc, doc->root, "", "probe", true, JSON_OBJECT, &probe, err);
    return r;
}

int language_load(const struct data_dirs *dirs, const char *name, struct language **ret,
                  struct error *err)
{
    if (!name[0] || strlen(name) > LANGUAGE_NAME_MAX || strchr(name, '/') || name[0] == '.')
        return unknown_language(dirs, name, err);
    auto_fd int fd = open_languages(dirs, err);
    if (fd < 0)
        return fd;
    struct language *language = calloc(1, sizeof *language);
    if (!language)
        return error_oom(err);
    snprintf(language->name, sizeof language->name, "%s", name);
    char file[LANGUAGE_NAME_MAX + 8];
    char display[256];
    snprintf(file, sizeof file, "%s.json", name);
    snprintf(display, sizeof display, "%.200s/%s", dirs->languages, file);
    struct error inner = ERROR_INIT;
    int r = document_load(&language->document, fd, file, display, &inner);
    if (r == -ENOENT)
        r = unknown_language(dirs, name, err);
    else if (r < 0 && err)
        *err = inner;
    if (r == 0)
        r = read_language(language, err);
    if (r < 0) {
        language_free(language);
        return r;
    }
    *ret = language;
    return 0;
}

void strings_free(const char **strings)
{
    for (size_t i = 0; strings && strings[i]; i++)
        free((void *)(uintptr_t)strings[i]);
    free((void *)strings);
}

static void phase_done(struct phase *phase)
{
    strings_free(phase->command);
    strings_free(phase->serve);
    strings_free(phase->env);
    mounts_done(&phase->mounts);
}

void language_forget_probe(struct language *language)
{
    strings_free(language->warm);
    language->warm = NULL;
    struct phase *const phases[] = {&language->compile, &language->run, &language->generate};
    for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
        phase_done(phases[i]);
        *phases[i] = (struct phase){0};
    }
    language->probed = false;
}

void language_free(struct language *language)
{
    if (!language)
        return;
    language_forget_probe(language);
    free((void *)language->extensions);
    document_done(&language->document);
    free(language);
}

void language_warm(struct language *language)
{
    for (size_t i = 0; !language->warmed && language->warm && language->warm[i]; i++)
        warm_folder(language->warm[i]);
    language->warmed = true;
}

const char *language_for_file(const struct data_dirs *dirs, const struct problem *problem,
                              const char *file)
{
    const char *dot = strrchr(file, '.');
    if (!dot || strchr(dot, '/'))
        return NULL;
    for (size_t i = 0; i < problem->n_languages; i++) {
        struct language *language = NULL;
        if (language_load(dirs, problem->languages[i], &language, NULL) < 0)
            continue;
        bool fits = false;
        for (size_t k = 0; k < language->n_extensions && !fits; k++)
            fits = strcmp(language->extensions[k], dot) == 0;
        language_free(language);
        if (fits)
            return problem->languages[i];
    }
    return NULL;
}
