#include "judge/problem_packages.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

/* pypure is Python without packages, and no other language has modules that a probe could find. */
static const char *const takers[] = {"python", "pandas"};

static bool takes_packages(const char *language)
{
    for (size_t i = 0; i < ARRAY_LEN(takers); i++)
        if (strcmp(takers[i], language) == 0)
            return true;
    return false;
}

static bool is_module(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t n = strspn(name, more);
    return strspn(name, letters) > 0 && !name[n] && n <= PACKAGE_NAME_MAX;
}

static int check_packages(const struct document *doc, const struct problem *problem,
                          const char *const *names, size_t n, struct error *err)
{
    bool taken = false;
    for (size_t i = 0; i < problem->n_languages; i++)
        taken = taken || takes_packages(problem->languages[i]);
    if (!taken)
        return document_error(
            doc, "/packages", err,
            "\"packages\" are for python and pandas; \"languages\" lists neither");
    if (n > PACKAGES_MAX)
        return document_error(doc, "/packages", err, "more than %d packages", PACKAGES_MAX);
    for (size_t i = 0; i < n; i++) {
        char at[POINTER_MAX];
        snprintf(at, sizeof at, "/packages/%zu", i);
        if (!is_module(names[i]))
            return document_error(
                doc, at, err,
                "\"%.40s\" is no name of a top-level module: letters, digits and _, at most %d",
                names[i], PACKAGE_NAME_MAX);
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[k], names[i]) == 0)
                return document_error(doc, at, err, "package \"%s\" is there twice", names[i]);
    }
    return 0;
}

int problem_read_packages(const struct document *doc, struct problem *problem, struct error *err)
{
    static_assert(PACKAGES_MAX * (PACKAGE_NAME_MAX + 1) <= PACKAGES_TEXT_MAX, "they fit");
    const char **names = NULL;
    size_t n = 0;
    int r = document_strings(doc, doc->root, "", "packages", false, &names, &n, err);
    if (r == 0 && n > 0)
        r = check_packages(doc, problem, names, n, err);
    size_t used = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        used += (size_t)snprintf(problem->packages + used, sizeof problem->packages - used, "%s%s",
                                 i ? " " : "", names[i]);
    free((void *)names);
    return r;
}

const char *problem_packages_for(const struct problem *problem, const char *language)
{
    return problem && takes_packages(language) ? problem->packages : "";
}
