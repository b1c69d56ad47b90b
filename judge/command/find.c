/* Problems by name: the installed ones, then ./problems (a graded repository cannot shadow an installed problem), or
 * those of --problems. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/near.h"
#include "sandbox/util.h"

/* ---- which problems there are ---- */

static bool is_package(int dir_fd, const char *name)
{
    char path[PATH_MAX];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s/problem.json", name);
    return name[0] != '.' && n > 0 && n < PATH_MAX && fstatat(dir_fd, path, &st, 0) == 0;
}

static bool is_listed(const struct problem_places *places, const char *name)
{
    for (size_t i = 0; i < places->n; i++)
        if (strcmp(places->names[i], name) == 0)
            return true;
    return false;
}

static int add_place(struct problem_places *places, const char *folder, const char *name)
{
    char **names = realloc(places->names, (places->n + 1) * sizeof *names);
    if (names)
        places->names = names;
    char **paths = realloc(places->paths, (places->n + 1) * sizeof *paths);
    if (paths)
        places->paths = paths;
    if (!names || !paths)
        return -ENOMEM;
    names[places->n] = strdup(name);
    if (asprintf(&paths[places->n], "%s/%s", folder, name) < 0)
        paths[places->n] = NULL;
    places->n++;
    return names[places->n - 1] && paths[places->n - 1] ? 0 : -ENOMEM;
}

static int add_folder(struct problem_places *places, const char *folder, struct error *err)
{
    auto_fd int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return 0; /* none there */
    char **names = NULL;
    size_t n = 0;
    int r = dir_names(fd, &names, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (is_package(fd, names[i]) && !is_listed(places, names[i]) &&
            add_place(places, folder, names[i]) < 0)
            r = error_oom(err);
    names_free(names, n);
    return r;
}

int problem_places(const struct context *context, const char *problems_dir,
                   struct problem_places *ret, struct error *err)
{
    *ret = (struct problem_places){0};
    int r = add_folder(ret, problems_dir ? problems_dir : context->dirs.problems, err);
    if (r == 0 && !problems_dir)
        r = add_folder(ret, "problems", err);
    if (r < 0)
        problem_places_done(ret);
    return r;
}

void problem_places_done(struct problem_places *places)
{
    names_free(places->names, places->n);
    names_free(places->paths, places->n);
    *places = (struct problem_places){0};
}

/* ---- one of them ---- */

/* Names of folders are what a terminal gets to see: only those that are slugs. */
static bool is_plain(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static int unknown_problem(struct problem_places *places, const char *name)
{
    char suggestion[200];
    for (size_t i = 0; i < places->n; i++)
        if (!is_plain(places->names[i])) {
            free(places->names[i]);
            places->names[i] = NULL;
        }
    near_words(name, (const char *const *)places->names, places->n, suggestion, sizeof suggestion);
    return complain(EXIT_USAGE, "unknown problem '%.100s'%s%s", name, suggestion,
                    suggestion[0] ? ""
                                  : ": `mljudge list` shows the ones there are (a path has a /)");
}

int find_problem(const struct context *context, const char *problems_dir, const char *name,
                 struct problem **ret)
{
    struct error err = ERROR_INIT;
    struct stat st;
    if (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        if (stat(name, &st) < 0)
            return complain(EXIT_USAGE, "problem '%s': %s", name, strerror(errno));
        if (!S_ISDIR(st.st_mode))
            return complain(EXIT_OURS, "problem '%s' is no folder: PROBLEM comes first, then FILE",
                            name);
        return problem_load(name, ret, &err) < 0 ? complain_error(EXIT_OURS, &err) : 0;
    }
    struct problem_places places;
    if (problem_places(context, problems_dir, &places, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    int code = EXIT_OURS;
    size_t i = 0;
    while (i < places.n && strcmp(places.names[i], name) != 0)
        i++;
    if (i == places.n)
        code = unknown_problem(&places, name);
    else if (problem_load(places.paths[i], ret, &err) < 0)
        code = complain_error(EXIT_OURS, &err);
    else
        code = 0;
    problem_places_done(&places);
    return code;
}

/* ---- their languages ---- */

/* "python, pypure, c" */
static void list_languages(const struct problem *problem, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < problem->n_languages; i++)
        snprintf(text + strlen(text), size - strlen(text), "%s%s", i ? ", " : "",
                 problem->languages[i]);
}

int check_language(const struct problem *problem, const char *language)
{
    if (problem_offers(problem, language))
        return 0;
    char known[256];
    char suggestion[200];
    list_languages(problem, known, sizeof known);
    near_words(language, (const char *const *)problem->languages, problem->n_languages, suggestion,
               sizeof suggestion);
    return complain(EXIT_USAGE, "problem '%s' is not offered in '%.40s' (it is in: %s)%s",
                    problem->slug, language, known, suggestion);
}

/* ---- tiers ---- */

int check_tier(const struct context *context, const char *option, const char *text,
               enum sandbox_tier *ret)
{
    static const char *const known[] = {"full", "userns", "landlock"};
    char suggestion[200];
    if (sandbox_tier_parse(text, ret) == 0 && *ret != SANDBOX_TIER_NONE)
        return 0;
    return usage_error(context->command->name,
                       "%s '%.40s': known tiers are full, userns, landlock%s", option, text,
                       near_words(text, known, ARRAY_LEN(known), suggestion, sizeof suggestion));
}

static int unknown_language(const struct problem *problem, const char *file)
{
    char known[256];
    struct stat st;
    list_languages(problem, known, sizeof known);
    if (strcmp(file, "-") == 0)
        return complain(EXIT_USAGE,
                        "standard input has no extension: say the language with --lang (%s)",
                        known);
    if (stat(file, &st) < 0)
        return complain(EXIT_USAGE, "'%s': %s", file, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return complain(EXIT_USAGE, "'%s' is a folder: name the file in it", file);
    return complain(EXIT_USAGE,
                    "'%s': no language of %s has this extension; say which with --lang (%s)", file,
                    problem->slug, known);
}

const char *find_language(const struct context *context, const struct problem *problem,
                          const char *given, const char *file, int *ret_code)
{
    const char *language = given ? given : language_for_file(&context->dirs, problem, file);
    if (language)
        *ret_code = check_language(problem, language);
    else
        *ret_code = unknown_language(problem, file);
    return *ret_code == 0 ? language : NULL;
}
