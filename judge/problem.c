#include "judge/problem.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/problem_packages.h"
#include "judge/problem_scale.h"
#include "judge/problem_sql.h"
#include "sandbox/util.h"

#define MIB                  ((int64_t)1 << 20)
#define DEFAULT_OUTPUT_BYTES (64 * MIB)
#define DEFAULT_MEMORY_BYTES (256 * MIB)
#define DEFAULT_CPU_MS       1000
#define SAMPLE_GROUP         "sample"

bool problem_offers(const struct problem *problem, const char *language)
{
    for (size_t i = 0; i < problem->n_languages; i++)
        if (strcmp(problem->languages[i], language) == 0)
            return true;
    return false;
}

bool group_offers(const struct problem *problem, const struct group *group, const char *language)
{
    if (!problem_offers(problem, language))
        return false;
    if (!group->languages)
        return true;
    for (size_t i = 0; group->languages[i]; i++)
        if (strcmp(group->languages[i], language) == 0)
            return true;
    return false;
}

int64_t problem_max_score(const struct problem *problem, const char *language)
{
    int64_t points = 0;
    for (size_t i = 0; i < problem->n_groups; i++)
        if (group_offers(problem, &problem->groups[i], language))
            points += problem->groups[i].points;
    return points;
}

static void overlay(struct test_limits *base, const struct language_limits *list, size_t n,
                    const char *language)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i].language, language) != 0)
            continue;
        const struct test_limits *own = &list[i].limits;
        if (own->cpu_ms || list[i].factor > 0)
            *base =
                (struct test_limits){own->cpu_ms, own->wall_ms,
                                     own->memory_bytes ? own->memory_bytes : base->memory_bytes,
                                     own->output_bytes ? own->output_bytes : base->output_bytes};
        else {
            base->wall_ms = own->wall_ms ? own->wall_ms : base->wall_ms;
            base->memory_bytes = own->memory_bytes ? own->memory_bytes : base->memory_bytes;
            base->output_bytes = own->output_bytes ? own->output_bytes : base->output_bytes;
        }
    }
}

static int64_t wall_for(int64_t cpu_ms)
{
    return 2 * cpu_ms + 1000;
}

struct test_limits problem_limits(const struct problem *problem, const struct group *group,
                                  const char *language)
{
    struct test_limits limits = {DEFAULT_CPU_MS, 0, DEFAULT_MEMORY_BYTES, DEFAULT_OUTPUT_BYTES};
    overlay(&limits, problem->limits, problem->n_limits, language);
    overlay(&limits, group->limits, group->n_limits, language);
    if (limits.wall_ms == 0 && limits.cpu_ms > 0)
        limits.wall_ms = wall_for(limits.cpu_ms);
    return limits;
}

static const struct language_limits *last_cpu_limit(const struct language_limits *list, size_t n,
                                                    const char *language)
{
    const struct language_limits *found = NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].language, language) == 0 &&
            (list[i].limits.cpu_ms || list[i].factor > 0))
            found = &list[i];
    return found;
}

const struct language_limits *problem_factor(const struct problem *problem,
                                             const struct group *group, const char *language)
{
    const struct language_limits *found = last_cpu_limit(group->limits, group->n_limits, language);
    if (!found)
        found = last_cpu_limit(problem->limits, problem->n_limits, language);
    return found && found->factor > 0 ? found : NULL;
}

void limits_measured(struct test_limits *limits, double factor, int64_t reference_cpu_us)
{
    double ms = ceil(factor * (double)reference_cpu_us / 1000.0);
    limits->cpu_ms = ms > MEASURED_CPU_MS_MIN ? (int64_t)ms : MEASURED_CPU_MS_MIN;
    if (limits->wall_ms == 0)
        limits->wall_ms = wall_for(limits->cpu_ms);
}

/* ---- reading problem.json ---- */

/* "factor" stands in place of "cpu_ms". */
static int read_factor(const struct document *doc, const json_t *json, const char *pointer,
                       struct language_limits *entry, struct error *err)
{
    char at[POINTER_MAX];
    int r = document_number(doc, json, pointer, "factor", false, 1, 1000, &entry->factor, err);
    if (r == 0)
        r = document_string(doc, json, pointer, "reference", false, &entry->reference, err);
    if (r < 0)
        return r;
    if (entry->factor > 0 && entry->limits.cpu_ms)
        return document_error(doc, pointer_join(at, pointer, "factor"), err,
                              "\"factor\" and \"cpu_ms\" exclude each other");
    const char *path = entry->reference;
    if (path && entry->factor == 0)
        return document_error(doc, pointer_join(at, pointer, "reference"), err,
                              "a limit's \"reference\" needs a \"factor\"");
    if (path && (strncmp(path, "solutions/accepted/", 19) != 0 || strstr(path, "/.")))
        return document_error(doc, pointer_join(at, pointer, "reference"), err,
                              "\"reference\" is \"%.100s\": it must be a file in "
                              "solutions/accepted/",
                              path);
    return 0;
}

static int read_one_limits(const struct document *doc, const json_t *json, const char *pointer,
                           struct language_limits *entry, struct error *err)
{
    static const char *const keys[] = {"cpu_ms",     "factor",     "reference", "wall_ms",
                                       "memory_mib", "output_mib", NULL};
    struct test_limits *ret = &entry->limits;
    double memory_mib = 0;
    double output_mib = 0;
    snprintf(entry->pointer, sizeof entry->pointer, "%.63s", pointer);
    int r = document_only(doc, json, pointer, keys, err);
    if (r == 0)
        r = document_int(doc, json, pointer, "cpu_ms", false, 1, 600000, &ret->cpu_ms, err);
    if (r == 0)
        r = read_factor(doc, json, pointer, entry, err);
    if (r == 0)
        r = document_int(doc, json, pointer, "wall_ms", false, 1, 3600000, &ret->wall_ms, err);
    if (r == 0)
        r = document_number(doc, json, pointer, "memory_mib", false, 0.25, 65536, &memory_mib, err);
    if (r == 0)
        r = document_number(doc, json, pointer, "output_mib", false, 0.001, 4096, &output_mib, err);
    ret->memory_bytes = (int64_t)(memory_mib * (double)MIB);
    ret->output_bytes = (int64_t)(output_mib * (double)MIB);
    return r;
}

static int read_limits(const struct document *doc, const struct problem *problem,
                       const json_t *object, const char *pointer, struct language_limits **ret,
                       size_t *ret_n, struct error *err)
{
    json_t *json = NULL;
    int r = document_member(doc, object, pointer, "limits", false, JSON_OBJECT, &json, err);
    if (r < 0 || !json || json_object_size(json) == 0)
        return r;
    *ret = calloc(json_object_size(json), sizeof **ret);
    if (!*ret)
        return error_oom(err);
    const char *language;
    json_t *value;
    json_object_foreach(json, language, value)
    {
        char at[POINTER_MAX];
        char parent[POINTER_MAX];
        pointer_join(at, pointer_join(parent, pointer, "limits"), language);
        if (!problem_offers(problem, language))
            return document_error(
                doc, at, err, "limits for \"%.31s\", which \"languages\" does not list", language);
        if (!json_is_object(value))
            return document_error(doc, at, err, "limits of a language must be an object");
        struct language_limits *entry = &(*ret)[*ret_n];
        snprintf(entry->language, sizeof entry->language, "%s", language);
        r = read_one_limits(doc, value, at, entry, err);
        if (r < 0)
            return r;
        (*ret_n)++;
    }
    return 0;
}

static int read_fields(const struct document *doc, const json_t *json, const char *pointer,
                       struct field **ret, size_t *ret_n, struct error *err)
{
    *ret = calloc(json_object_size(json) + 1, sizeof **ret);
    if (!*ret)
        return error_oom(err);
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        char at[POINTER_MAX];
        pointer_join(at, pointer, name);
        struct field *field = &(*ret)[*ret_n];
        if (!json_is_string(value))
            return document_error(doc, at, err,
                                  "the type of \"%.31s\" must be a string such as \"float[n,d]\"",
                                  name);
        if (strlen(name) > TYPE_NAME_MAX)
            return document_error(doc, at, err, "names have at most %d characters", TYPE_NAME_MAX);
        struct error inner = ERROR_INIT;
        int r = type_parse(json_string_value(value), &field->type, &inner);
        if (r == -ENOMEM)
            return error_oom(err);
        if (r < 0)
            return document_error(doc, at, err, "type \"%.128s\": %s (at its character %d)",
                                  json_string_value(value), inner.text, inner.column);
        snprintf(field->name, sizeof field->name, "%s", name);
        (*ret_n)++;
    }
    return 0;
}

/* One unnamed type as a field. */
static int read_type(const struct document *doc, json_t *type, const char *pointer,
                     struct field **ret, size_t *ret_n, struct error *err)
{
    json_t *single = json_pack("{s:O}", "", type);
    if (!single)
        return error_oom(err);
    struct error inner = ERROR_INIT;
    int r = read_fields(doc, single, pointer, ret, ret_n, &inner);
    json_decref(single);
    if (r == 0 || r == -ENOMEM)
        return r < 0 ? error_oom(err) : 0;
    char at[POINTER_MAX];
    return document_inner(doc, pointer_join(at, pointer, "returns"), &inner, err);
}

/* {"args": {...}, "returns": "int[m]" or {...}} */
static int read_function(const struct document *doc, const json_t *json,
                         struct signature *signature, struct error *err)
{
    static const char *const keys[] = {"args", "returns", NULL};
    json_t *args = NULL;
    int r = document_only(doc, json, "/signature", keys, err);
    if (r == 0)
        r = document_member(doc, json, "/signature", "args", true, JSON_OBJECT, &args, err);
    if (r == 0)
        r = read_fields(doc, args, "/signature/args", &signature->args, &signature->n_args, err);
    if (r < 0)
        return r;
    json_t *returns = json_object_get(json, "returns");
    if (json_is_object(returns))
        return read_fields(doc, returns, "/signature/returns", &signature->returns,
                           &signature->n_returns, err);
    if (json_is_string(returns))
        return read_type(doc, returns, "/signature", &signature->returns, &signature->n_returns,
                         err);
    return document_error(
        doc, "/signature", err,
        "\"returns\" must be a type such as \"int[m]\", or an object of named types");
}

/* {"args": {...}, "returns": "int"}; without "returns" there is no result. */
static int read_method(const struct document *doc, const json_t *json, const char *pointer,
                       struct method *method, struct error *err)
{
    static const char *const keys[] = {"args", "returns", NULL};
    json_t *args = NULL, *returns = json_object_get(json, "returns");
    char at[POINTER_MAX];
    int r = json_is_object(json) ? document_only(doc, json, pointer, keys, err)
                                 : document_error(doc, pointer, err, "a method must be an object");
    if (r == 0)
        r = document_member(doc, json, pointer, "args", true, JSON_OBJECT, &args, err);
    if (r == 0)
        r = read_fields(doc, args, pointer_join(at, pointer, "args"), &method->args,
                        &method->n_args, err);
    if (r < 0 || !returns)
        return r;
    if (!json_is_string(returns))
        return document_error(doc, pointer, err,
                              "\"returns\" of a method is one type, or left out");
    struct field *field = NULL;
    size_t n = 0;
    r = read_type(doc, returns, pointer, &field, &n, err);
    if (r == 0) {
        method->has_result = true;
        method->result = *field;
    }
    free(field);
    return r;
}

/* {"methods": {"__init__": {...}, "put": {...}}}: __init__ comes first, and is there without arguments if left out. */
static int read_class(const struct document *doc, const json_t *json, struct signature *signature,
                      struct error *err)
{
    static const char *const keys[] = {"methods", NULL};
    static const char at_methods[] = "/signature/methods";
    json_t *methods = NULL;
    int r = document_only(doc, json, "/signature", keys, err);
    if (r == 0)
        r = document_member(doc, json, "/signature", "methods", true, JSON_OBJECT, &methods, err);
    if (r < 0)
        return r;
    signature->methods = calloc(json_object_size(methods) + 1, sizeof *signature->methods);
    if (!signature->methods)
        return error_oom(err);
    snprintf(signature->methods[0].name, sizeof signature->methods[0].name, "__init__");
    signature->n_methods = 1;
    const char *name;
    json_t *value;
    json_object_foreach(methods, name, value)
    {
        char at[POINTER_MAX];
        bool init = strcmp(name, "__init__") == 0;
        struct method *method = &signature->methods[init ? 0 : signature->n_methods++];
        pointer_join(at, at_methods, name);
        if (strlen(name) > TYPE_NAME_MAX)
            return document_error(doc, at, err, "names have at most %d characters", TYPE_NAME_MAX);
        snprintf(method->name, sizeof method->name, "%s", name);
        r = read_method(doc, value, at, method, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_signature(const struct document *doc, struct problem *problem, bool is_class,
                          struct error *err)
{
    struct signature *signature = &problem->signature;
    json_t *json = NULL;
    int r = document_member(doc, doc->root, "", "signature", true, JSON_OBJECT, &json, err);
    if (r < 0)
        return r;
    r = is_class ? read_class(doc, json, signature, err) : read_function(doc, json, signature, err);
    struct error inner = ERROR_INIT;
    if (r == 0 && signature_check(signature, &inner) < 0)
        return document_inner(doc, "/signature", &inner, err);
    return r;
}

static int read_entry(const struct document *doc, struct problem *problem, bool *ret_class,
                      struct error *err)
{
    static const char *const keys[] = {"kind", "name", NULL};
    json_t *entry = NULL;
    const char *kind = NULL;
    const char *name = NULL;
    int r = document_member(doc, doc->root, "", "entry", true, JSON_OBJECT, &entry, err);
    if (r == 0)
        r = document_only(doc, entry, "/entry", keys, err);
    if (r == 0)
        r = document_string(doc, entry, "/entry", "kind", true, &kind, err);
    if (r == 0)
        r = document_string(doc, entry, "/entry", "name", true, &name, err);
    if (r < 0)
        return r;
    *ret_class = strcmp(kind, "class") == 0;
    if (!*ret_class && strcmp(kind, "function") != 0)
        return document_error(doc, "/entry/kind", err,
                              "\"kind\" must be \"function\" or \"class\"");
    if (strlen(name) > TYPE_NAME_MAX)
        return document_error(doc, "/entry/name", err, "names have at most %d characters",
                              TYPE_NAME_MAX);
    snprintf(problem->signature.entry, sizeof problem->signature.entry, "%s", name);
    return 0;
}

static bool is_group_name(const char *name)
{
    if (!islower((unsigned char)name[0]))
        return false;
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
            return false;
    return strlen(name) <= 31;
}

static int read_group(const struct document *doc, struct problem *problem, const json_t *json,
                      const char *pointer, struct group *group, struct error *err)
{
    static const char *const keys[] = {"name",       "points", "generated", "languages", "limits",
                                       "comparator", "bug",    "note",      NULL};
    const char *text = NULL;
    size_t n_languages = 0;
    int r = document_only(doc, json, pointer, keys, err);
    if (r == 0)
        r = document_string(doc, json, pointer, "name", true, &group->name, err);
    if (r == 0)
        r = document_int(doc, json, pointer, "points", true, 0, 10000, &group->points, err);
    if (r == 0)
        r = document_int(doc, json, pointer, "generated", false, 0, 1000, &group->n_generated, err);
    if (r == 0)
        r = document_strings(doc, json, pointer, "languages", false, &group->languages,
                             &n_languages, err);
    if (r == 0)
        r = document_string(doc, json, pointer, "bug", false, &group->bug, err);
    if (r == 0)
        r = document_string(doc, json, pointer, "note", false, &text, err);
    if (r == 0)
        r = read_limits(doc, problem, json, pointer, &group->limits, &group->n_limits, err);
    if (r < 0)
        return r;
    if (group->bug && (!group->bug[0] || strlen(group->bug) > BUG_NAME_MAX))
        return document_error(doc, pointer, err, "\"bug\" is a name of 1 to %d bytes",
                              BUG_NAME_MAX);
    if (!is_group_name(group->name))
        return document_error(
            doc, pointer, err,
            "group name \"%.40s\": use letters, digits, - and _, a small letter first, at most 31",
            group->name);
    for (size_t i = 0; i < n_languages; i++)
        if (!problem_offers(problem, group->languages[i]))
            return document_error(doc, pointer, err,
                                  "group \"%s\" names language \"%.31s\", which the problem does "
                                  "not offer",
                                  group->name, group->languages[i]);
    group->hidden = strcmp(group->name, SAMPLE_GROUP) != 0;
    json_t *comparator = json_object_get(json, "comparator");
    char at[POINTER_MAX];
    pointer_join(at, comparator ? pointer : "", "comparator");
    if (!comparator)
        comparator = json_object_get(doc->root, "comparator");
    struct error inner = ERROR_INIT;
    if (comparator_new(comparator, &problem->signature, &group->comparator, &inner) < 0)
        return document_inner(doc, at, &inner, err);
    return 0;
}

static int read_groups(const struct document *doc, struct problem *problem, struct error *err)
{
    json_t *list = NULL;
    int r = document_member(doc, doc->root, "", "groups", true, JSON_ARRAY, &list, err);
    if (r < 0)
        return r;
    if (json_array_size(list) == 0)
        return document_error(doc, "/groups", err, "a problem needs at least one group of tests");
    problem->groups = calloc(json_array_size(list), sizeof *problem->groups);
    if (!problem->groups)
        return error_oom(err);
    for (size_t i = 0; i < json_array_size(list); i++) {
        char at[POINTER_MAX];
        snprintf(at, sizeof at, "/groups/%zu", i);
        const json_t *json = json_array_get(list, i);
        if (!json_is_object(json))
            return document_error(doc, at, err, "a group must be an object");
        problem->n_groups++;
        r = read_group(doc, problem, json, at, &problem->groups[i], err);
        if (r < 0)
            return r;
        for (size_t k = 0; k < i; k++)
            if (strcmp(problem->groups[k].name, problem->groups[i].name) == 0)
                return document_error(doc, at, err, "group \"%s\" is there twice",
                                      problem->groups[i].name);
    }
    return 0;
}

static int check_languages(const struct document *doc, const struct problem *problem,
                           struct error *err)
{
    if (problem->n_languages == 0)
        return document_error(doc, "/languages", err, "a problem must offer at least one language");
    for (size_t i = 0; i < problem->n_languages; i++) {
        const char *name = problem->languages[i];
        char at[POINTER_MAX];
        snprintf(at, sizeof at, "/languages/%zu", i);
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789+_-");
        if (n == 0 || name[n] || n > LANGUAGE_NAME_MAX)
            return document_error(
                doc, at, err, "\"%.40s\" is no name of a language: a-z, 0-9, + _ and -, at most %d",
                name, LANGUAGE_NAME_MAX);
        for (size_t k = 0; k < i; k++)
            if (strcmp(problem->languages[k], name) == 0)
                return document_error(doc, at, err, "language \"%s\" is there twice", name);
    }
    return 0;
}

/* References are shipped solutions: a path that the package's hash leaves out would be a change nobody sees. */
static int check_solution_path(const struct document *doc, const char *pointer, const char *path,
                               struct error *err)
{
    if (strncmp(path, "solutions/", 10) != 0 || strstr(path, "/.") || strstr(path, "__pycache__"))
        return document_error(
            doc, pointer, err,
            "\"%s\" is \"%.100s\": it must be a file in solutions/, no leading dot", pointer + 1,
            path);
    return 0;
}

static int read_visibility(const struct document *doc, struct problem *problem, struct error *err)
{
    const char *text = visibility_name(VISIBILITY_KIND);
    struct error inner = ERROR_INIT;
    int r = document_string(doc, doc->root, "", "visibility", false, &text, err);
    if (r == 0 && visibility_parse(text, &problem->visibility, &inner) < 0)
        r = document_inner(doc, "/visibility", &inner, err);
    return r;
}

static int read_problem(struct problem *problem, struct error *err)
{
    static const char *const keys[] = {
        "version",   "title",  "category", "difficulty", "entry",     "signature",
        "languages", "limits", "groups",   "comparator", "reference", "check",
        "note",      "sql",    "packages", "visibility", "scale",     NULL};
    const struct document *doc = &problem->document;
    const json_t *root = doc->root;
    const char *note = NULL;
    problem->category = "";
    problem->difficulty = "";
    int r = document_only(doc, root, "", keys, err);
    if (r == 0)
        r = document_int(doc, root, "", "version", true, 1, INT32_MAX, &problem->version, err);
    if (r == 0)
        r = document_string(doc, root, "", "title", true, &problem->title, err);
    if (r == 0)
        r = document_string(doc, root, "", "category", false, &problem->category, err);
    if (r == 0)
        r = document_string(doc, root, "", "difficulty", false, &problem->difficulty, err);
    if (r == 0)
        r = document_string(doc, root, "", "note", false, &note, err);
    if (r == 0)
        r = document_string(doc, root, "", "reference", true, &problem->reference, err);
    if (r == 0)
        r = document_string(doc, root, "", "check", false, &problem->check, err);
    if (r == 0)
        r = document_strings(doc, root, "", "languages", true, &problem->languages,
                             &problem->n_languages, err);
    if (r == 0)
        r = read_visibility(doc, problem, err);
    if (r == 0)
        r = check_languages(doc, problem, err);
    if (r == 0)
        r = problem_read_packages(doc, problem, err);
    if (r == 0)
        r = check_solution_path(doc, "/reference", problem->reference, err);
    if (r == 0 && problem->check)
        r = check_solution_path(doc, "/check", problem->check, err);
    if (r == 0 && !json_object_get(root, "comparator"))
        r = document_error(doc, "", err, "\"comparator\" is missing");
    bool is_class = false;
    if (r == 0)
        r = read_entry(doc, problem, &is_class, err);
    if (r == 0)
        r = read_signature(doc, problem, is_class, err);
    if (r == 0)
        r = problem_check_sql(doc, problem, err);
    if (r == 0)
        r = problem_read_scale(doc, &problem->scale, err);
    if (r == 0)
        r = read_limits(doc, problem, root, "", &problem->limits, &problem->n_limits, err);
    if (r == 0)
        r = read_groups(doc, problem, err);
    return r;
}

static int slug_of(const char *path, char slug[SLUG_MAX + 1], struct error *err)
{
    char resolved[PATH_MAX];
    if (!realpath(path, resolved))
        return error_errno(err, "problem '%s'", path);
    const char *base = strrchr(resolved, '/');
    base = base ? base + 1 : resolved;
    if (strlen(base) > SLUG_MAX || base[0] == '\0')
        return error_set(err, -EINVAL,
                         "problem '%s': the folder's name must have 1 to %d characters", path,
                         SLUG_MAX);
    for (const char *p = base; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-' && *p != '_' &&
            *p != '.')
            return error_set(err, -EINVAL,
                             "problem '%s': the folder's name may hold a-z, 0-9, - _ and . only",
                             path);
    memcpy(slug, base, strlen(base) + 1); /* at most SLUG_MAX bytes: checked above */
    return 0;
}

int problem_load(const char *path, struct problem **ret, struct error *err)
{
    struct problem *problem = calloc(1, sizeof *problem);
    if (!problem)
        return error_oom(err);
    problem->dir_fd = -1;
    int r = slug_of(path, problem->slug, err);
    if (r == 0) {
        problem->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (problem->dir_fd < 0)
            r = error_errno(err, "problem '%s'", path);
    }
    char display[256];
    snprintf(display, sizeof display, "%.240s/problem.json", path);
    if (r == 0)
        r = document_load(&problem->document, problem->dir_fd, "problem.json", display, err);
    if (r < 0 && problem->dir_fd >= 0 && err && !err->file[0])
        error_prefix(err, r, "%s", display);
    if (r == 0)
        r = read_problem(problem, err);
    if (r == 0)
        r = sha256_tree(problem->dir_fd, problem->sha256, err);
    if (r < 0) {
        problem_free(problem);
        return r;
    }
    *ret = problem;
    return 0;
}

void problem_free(struct problem *problem)
{
    if (!problem)
        return;
    for (size_t i = 0; i < problem->n_groups; i++) {
        free((void *)problem->groups[i].languages);
        free(problem->groups[i].limits);
        comparator_free(problem->groups[i].comparator);
    }
    free(problem->groups);
    free(problem->limits);
    free((void *)problem->languages);
    signature_done(&problem->signature);
    document_done(&problem->document);
    if (problem->dir_fd >= 0)
        close(problem->dir_fd);
    free(problem);
}
