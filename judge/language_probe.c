/* Finding a language's tools, and making the boxes they run in out of the language file and what the probe said. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/json_memory.h"
#include "judge/language.h"
#include "judge/problem_packages.h"
#include "judge/spawn.h"
#include "sandbox/util.h"

#define PROBE_TIMEOUT_MS 30000
#define PROBE_MAX_BYTES  32768
#define CANDIDATES_MAX   32

/* ---- {variables} ---- */

struct variables {
    const struct data_dirs *dirs;
    const struct language *language;
};

static const char *variable(const struct variables *vars, const char *name, size_t length)
{
    const struct {
        const char *name, *value;
    } table[] = {
        {"languages", vars->dirs->languages}, {"libexec", vars->dirs->libexec},
        {"program", vars->language->program}, {"path", vars->language->path},
        {"source", vars->language->source},   {"packages", vars->language->packages},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strlen(table[i].name) == length && strncmp(table[i].name, name, length) == 0)
            return table[i].value;
    return NULL;
}

/* Fills {variables} in; the result is malloc'ed. */
static char *expand(const struct variables *vars, const char *text)
{
    char buffer[PATH_MAX];
    size_t n = 0;
    while (*text && n < sizeof buffer - 1) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        const char *value = end ? variable(vars, text + 1, (size_t)(end - text - 1)) : NULL;
        if (!value) {
            buffer[n++] = *text++;
            continue;
        }
        int written = snprintf(buffer + n, sizeof buffer - n, "%s", value);
        n += (size_t)written < sizeof buffer - n ? (size_t)written : sizeof buffer - n - 1;
        text = end + 1;
    }
    buffer[n] = '\0';
    return strdup(buffer);
}

static int expand_all(const struct variables *vars, const char *const *from, size_t n,
                      const char ***ret, size_t *ret_n, struct error *err)
{
    const char **strings = calloc(n + 1, sizeof *strings);
    if (!strings)
        return error_oom(err);
    *ret = strings;
    for (size_t i = 0; i < n; i++) {
        strings[i] = expand(vars, from[i]);
        if (!strings[i])
            return error_oom(err);
    }
    *ret_n = n;
    return 0;
}

/* ---- phases ---- */

static int read_mounts(const struct document *doc, const struct variables *vars, const json_t *json,
                       const char *pointer, struct mount_list *list, struct error *err)
{
    static const char *const keys[] = {"source", "target", "optional", NULL};
    json_t *mounts = NULL;
    int r = document_member(doc, json, pointer, "mounts", false, JSON_ARRAY, &mounts, err);
    for (size_t i = 0; r == 0 && i < json_array_size(mounts); i++) {
        const json_t *entry = json_array_get(mounts, i);
        char at[POINTER_MAX];
        snprintf(at, sizeof at, "%.200s/mounts/%zu", pointer, i);
        if (json_is_string(entry)) {
            r = mounts_add_host(list, json_string_value(entry), true, err);
            continue;
        }
        if (!json_is_object(entry))
            return document_error(doc, at, err, "a mount is a path or {\"source\", \"target\"}");
        const char *source = NULL;
        const char *target = NULL;
        bool optional = false;
        r = document_only(doc, entry, at, keys, err);
        if (r == 0)
            r = document_string(doc, entry, at, "source", true, &source, err);
        if (r == 0)
            r = document_string(doc, entry, at, "target", true, &target, err);
        if (r == 0)
            r = document_bool(doc, entry, at, "optional", &optional, err);
        if (r < 0)
            break;
        auto_free char *from = expand(vars, source);
        r = from ? mounts_add(list, SANDBOX_MOUNT_READ_ONLY, from, target, optional, err)
                 : error_oom(err);
    }
    return r;
}

/* Every box's environment; nothing is inherited.  One thread a library: reported CPU is then comparable. */
static const char *const base_env[] = {
    "PATH=/usr/bin:/bin",
    "HOME=/box",
    "TMPDIR=/tmp",
    "LC_ALL=C.UTF-8",
    "TZ=UTC",
    "PYTHONHASHSEED=0",
    "PYTHONDONTWRITEBYTECODE=1",
    "OMP_NUM_THREADS=1",
    "OPENBLAS_NUM_THREADS=1",
    "MKL_NUM_THREADS=1",
    "NUMEXPR_NUM_THREADS=1",
};

static int read_env(const struct document *doc, const struct variables *vars, const json_t *json,
                    const char *pointer, struct phase *phase, struct error *err)
{
    json_t *env = NULL;
    int r = document_member(doc, json, pointer, "environment", false, JSON_OBJECT, &env, err);
    if (r < 0)
        return r;
    size_t capacity = ARRAY_LEN(base_env) + json_object_size(env) + 1;
    phase->env = calloc(capacity, sizeof *phase->env);
    if (!phase->env)
        return error_oom(err);
    size_t n = 0;
    for (; n < ARRAY_LEN(base_env); n++)
        if (!(phase->env[n] = strdup(base_env[n])))
            return error_oom(err);
    const char *name;
    json_t *value;
    json_object_foreach(env, name, value)
    {
        if (!json_is_string(value))
            return document_error(doc, pointer, err, "environment values must be strings");
        auto_free char *text = expand(vars, json_string_value(value));
        char *entry = NULL;
        if (!text || asprintf(&entry, "%s=%s", name, text) < 0)
            return error_oom(err);
        phase->env[n++] = entry;
    }
    return 0;
}

static int read_phase(const struct data_dirs *dirs, struct language *language, const char *name,
                      struct phase *phase, struct error *err)
{
    static const char *const keys[] = {"command", "serve",   "environment", "mounts", "codegen",
                                       "output",  "profile", "no_proc",     NULL};
    const struct document *doc = &language->document;
    struct variables vars = {dirs, language};
    json_t *json = NULL;
    const char *profile = "run";
    const char *codegen = NULL;
    const char **command = NULL, **serve = NULL;
    size_t n_command = 0, n_serve = 0;
    char at[POINTER_MAX];
    pointer_join(at, "", name);
    int r = document_member(doc, doc->root, "", name, false, JSON_OBJECT, &json, err);
    if (r < 0 || !json)
        return r;
    phase->present = true;
    r = document_only(doc, json, at, keys, err);
    if (r == 0)
        r = document_strings(doc, json, at, "command", true, &command, &n_command, err);
    if (r == 0)
        r = expand_all(&vars, command, n_command, &phase->command, &phase->n_command, err);
    if (r == 0)
        r = document_strings(doc, json, at, "serve", false, &serve, &n_serve, err);
    if (r == 0 && n_serve > 0)
        r = expand_all(&vars, serve, n_serve, &phase->serve, &n_serve, err);
    free((void *)command);
    free((void *)serve);
    if (r == 0)
        r = read_env(doc, &vars, json, at, phase, err);
    if (r == 0)
        r = read_mounts(doc, &vars, json, at, &phase->mounts, err);
    if (r == 0)
        r = document_string(doc, json, at, "codegen", false, &codegen, err);
    if (r == 0 && codegen && (phase->codegen = codegen_find(codegen)) == NULL)
        r = document_error(doc, at, err, "unknown \"codegen\" \"%.31s\" (c, cpp)", codegen);
    if (r == 0)
        r = document_bool(doc, json, at, "no_proc", &phase->no_proc, err);
    if (r == 0)
        r = document_string(doc, json, at, "output", false, &phase->output, err);
    if (r == 0)
        r = document_string(doc, json, at, "profile", false, &profile, err);
    if (r < 0)
        return r;
    if (sandbox_profile_parse(profile, &phase->profile) == 0)
        return 0;
    return document_error(doc, at, err,
                          "unknown profile \"%.31s\" (run, processes, compile, python, node, java)",
                          profile);
}

/* ---- the probe ---- */

struct probe {
    const char **programs, **arguments;
    size_t n_programs, n_arguments;
    bool json; /* output is JSON; else its first line is the version */
};

static void probe_done(struct probe *probe)
{
    free((void *)probe->programs);
    free((void *)probe->arguments);
}

static int read_probe(const struct language *language, struct probe *probe, struct error *err)
{
    static const char *const keys[] = {"programs", "arguments", "output", NULL};
    const struct document *doc = &language->document;
    const json_t *json = json_object_get(doc->root, "probe");
    const char *output = "version";
    int r = document_only(doc, json, "/probe", keys, err);
    if (r == 0)
        r = document_strings(doc, json, "/probe", "programs", true, &probe->programs,
                             &probe->n_programs, err);
    if (r == 0)
        r = document_strings(doc, json, "/probe", "arguments", true, &probe->arguments,
                             &probe->n_arguments, err);
    if (r == 0)
        r = document_string(doc, json, "/probe", "output", false, &output, err);
    probe->json = strcmp(output, "json") == 0;
    return r;
}

/* Takes `path` for a candidate if it can be run and is not one already. */
static void add_candidate(const char *path, char (*ret)[PATH_MAX], size_t *n)
{
    struct stat st;
    if (*n == CANDIDATES_MAX || stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
        access(path, X_OK) < 0)
        return;
    for (size_t i = 0; i < *n; i++)
        if (strcmp(ret[i], path) == 0)
            return;
    snprintf(ret[(*n)++], PATH_MAX, "%s", path);
}

/* Every executable of one of these names in PATH, in order; absolute folders only.  A program of ours is named by its
 * path: "{libexec}/...". */
static int find_candidates(const struct variables *vars, const struct probe *probe,
                           char (*ret)[PATH_MAX], size_t *ret_n, struct error *err)
{
    const char *path = getenv("PATH");
    char folders[8192];
    snprintf(folders, sizeof folders, "%s:/usr/local/bin:/usr/bin:/bin", path ? path : "");
    for (size_t p = 0; p < probe->n_programs; p++) {
        auto_free char *program = expand(vars, probe->programs[p]);
        char copy[sizeof folders];
        char *rest = NULL;
        if (!program)
            return error_oom(err);
        if (program[0] == '/') {
            add_candidate(program, ret, ret_n);
            continue;
        }
        memcpy(copy, folders, sizeof copy);
        for (char *folder = strtok_r(copy, ":", &rest); folder;
             folder = strtok_r(NULL, ":", &rest)) {
            char file[PATH_MAX];
            snprintf(file, sizeof file, "%.3000s/%.200s", folder, program);
            if (folder[0] == '/')
                add_candidate(file, ret, ret_n);
        }
    }
    return 0;
}

static const char out_of_memory[] = "out of memory";

/* Takes over what a probe said.  Empty string: fine; else the reason why not. */
static const char *take_probe(struct language *language, const struct probe *probe,
                              const char *program, const char *output, json_t **ret_json)
{
    if (!probe->json) {
        size_t n = strcspn(output, "\n");
        snprintf(language->version, sizeof language->version, "%.*s", (int)(n < 100 ? n : 100),
                 output);
        snprintf(language->program, sizeof language->program, "%s", program);
        return language->version[0] ? "" : "it printed no version";
    }
    json_t *json = NULL;
    json_error_t syntax;
    if (json_read(output, strlen(output), JSON_REJECT_DUPLICATES, &json, &syntax) == -ENOMEM)
        return out_of_memory;
    const char *version = json_string_value(json_object_get(json, "version"));
    const char *interpreter = json_string_value(json_object_get(json, "interpreter"));
    if (!version || !interpreter) {
        json_decref(json);
        return "its answer was not understood";
    }
    snprintf(language->version, sizeof language->version, "%s", version);
    snprintf(language->program, sizeof language->program, "%s", interpreter);
    size_t used = 0;
    language->path[0] = '\0';
    const json_t *path = json_object_get(json, "path");
    for (size_t i = 0; i < json_array_size(path); i++) {
        const char *dir = json_string_value(json_array_get(path, i));
        int n = snprintf(language->path + used, sizeof language->path - used, "%s%s", i ? ":" : "",
                         dir ? dir : "");
        used += n > 0 && (size_t)n < sizeof language->path - used ? (size_t)n : 0;
    }
    *ret_json = json;
    return "";
}

static int probed_mounts(const json_t *json, struct mount_list *list, struct error *err)
{
    const json_t *mounts = json_object_get(json, "mounts");
    int r = 0;
    /* Order matters: what hides comes after what it hides and before what shows a part of it again. */
    for (size_t i = 0; r == 0 && i < json_array_size(mounts); i++) {
        const json_t *mount = json_array_get(mounts, i);
        const char *source = json_string_value(json_object_get(mount, "source"));
        const char *target = json_string_value(json_object_get(mount, "target"));
        if (json_string_value(mount))
            r = mounts_add_host(list, json_string_value(mount), true, err);
        else if (json_is_true(json_object_get(mount, "empty")) && target)
            r = mounts_add(list, SANDBOX_MOUNT_EMPTY, NULL, target, true, err);
        else if (json_string_value(json_object_get(mount, "link")) && target)
            r = mounts_add(list, SANDBOX_MOUNT_SYMLINK,
                           json_string_value(json_object_get(mount, "link")), target, true, err);
        else if (source && target)
            r = mounts_add(list, SANDBOX_MOUNT_READ_ONLY, source, target, true, err);
        else
            r = error_set(err, -EINVAL, "a probe's mount was not understood");
    }
    return r;
}

/* Packages are removed without the interpreter's changing. */
static bool is_all_there(const json_t *json)
{
    const json_t *mounts = json_object_get(json, "mounts");
    for (size_t i = 0; i < json_array_size(mounts); i++) {
        const char *source =
            json_string_value(json_object_get(json_array_get(mounts, i), "source"));
        if (source && access(source, F_OK) < 0)
            return false;
    }
    return true;
}

static int probed_warm(const json_t *json, struct language *language, struct error *err)
{
    const json_t *list = json_object_get(json, "warm");
    language->warm = calloc(json_array_size(list) + 1, sizeof *language->warm);
    if (!language->warm)
        return error_oom(err);
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *folder = json_string_value(json_array_get(list, i));
        if (folder && !(language->warm[n++] = strdup(folder)))
            return error_oom(err);
    }
    return 0;
}

/* The key under which a probe's answer is kept: the language file, the probe's script and every candidate. */
static int probe_key(const struct data_dirs *dirs, const struct language *language,
                     const struct probe *probe, char (*candidates)[PATH_MAX], size_t n,
                     char key[SHA256_HEX], struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return error_oom(err);
    struct variables vars = {dirs, language};
    bool bad = false;
    fwrite(language->document.text, 1, language->document.size, stream);
    for (size_t i = 0; i < probe->n_arguments; i++) {
        auto_free char *argument = expand(&vars, probe->arguments[i]);
        struct stat st;
        bad = bad || !argument;
        fprintf(stream, "|%s", argument ? argument : "");
        if (argument && argument[0] == '/' && stat(argument, &st) == 0)
            fprintf(stream, " %lld %lld.%ld", (long long)st.st_size, (long long)st.st_mtim.tv_sec,
                    st.st_mtim.tv_nsec);
    }
    fprintf(stream, "|%s", language->packages);
    for (size_t i = 0; i < n; i++) {
        struct stat st;
        if (stat(candidates[i], &st) == 0)
            fprintf(stream, "|%s %llu %lld %lld.%ld", candidates[i], (unsigned long long)st.st_ino,
                    (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    }
    bad = fclose(stream) != 0 || bad;
    if (!bad)
        sha256_hex(text, size, key);
    free(text);
    return bad ? error_oom(err) : 0;
}

/* Appends " python3-NAME", as Debian calls the package of nearly every module. */
static void debian_module(const char *name, size_t length, char *advice, size_t size)
{
    size_t used = strlen(advice);
    int n = snprintf(advice + used, size - used, " python3-%.*s", (int)length, name);
    for (size_t i = used; n > 0 && i < used + (size_t)n && i < size; i++)
        advice[i] = advice[i] == '_' ? '-' : (char)tolower((unsigned char)advice[i]);
}

static int missing_tool(const struct language *language, const struct probe *probe,
                        const char *reasons, struct error *err)
{
    const char *slash = strrchr(probe->programs[0], '/');
    if (slash) /* one of ours, which was not built for want of a library */
        return error_set(
            err, -ENOENT,
            "%s: there is no usable %s%s%s; apt-get install %s, then build and install "
            "mljudge again",
            language->title, slash + 1, reasons[0] ? " - " : "", reasons, language->debian);
    char advice[1100] = "";
    for (const char *p = language->packages; *p;) {
        size_t n = strcspn(p, " ");
        debian_module(p, n, advice, sizeof advice);
        p += n + strspn(p + n, " ");
    }
    return error_set(err, -ENOENT, "%s%s%s: %s %s found%s%s; install it: apt-get install %s%s",
                     language->title, advice[0] ? " and " : "", language->packages,
                     advice[0] ? "not installed here: no fitting" : "no usable", probe->programs[0],
                     reasons[0] ? " - " : "", reasons, language->debian, advice);
}

/* The command that asks one candidate; strings are owned by *ret_arguments and by `packages`, a copy to be cut. */
static int probe_command(const struct variables *vars, const struct probe *probe,
                         const char *program, char *packages, const char ***ret_arguments,
                         const char ***ret_argv, struct error *err)
{
    size_t n = 0;
    int r = expand_all(vars, probe->arguments, probe->n_arguments, ret_arguments, &n, err);
    if (r < 0)
        return r;
    const char **argv = calloc(n + PACKAGES_MAX + 2, sizeof *argv);
    if (!argv)
        return error_oom(err);
    argv[0] = program;
    for (size_t i = 0; i < n; i++)
        argv[1 + i] = (*ret_arguments)[i];
    char *rest = NULL;
    for (char *name = strtok_r(packages, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        argv[1 + n++] = name;
    *ret_argv = argv;
    return 0;
}

/* Runs the probe on one candidate; 0 and its output if it answered, positive if it did not like it. */
static int ask(const struct data_dirs *dirs, const struct language *language,
               const struct probe *probe, const char *program, char *output, struct error *err)
{
    struct variables vars = {dirs, language};
    const char **arguments = NULL;
    const char **argv = NULL;
    char packages[PACKAGES_TEXT_MAX];
    memcpy(packages, language->packages, sizeof packages);
    int r = probe_command(&vars, probe, program, packages, &arguments, &argv, err);
    if (r == 0)
        r = spawn_capture(argv, PROBE_TIMEOUT_MS, output, PROBE_MAX_BYTES, err);
    free((void *)argv);
    strings_free(arguments);
    return r;
}

static int find_program(const struct data_dirs *dirs, const struct cache *cache,
                        struct language *language, const struct probe *probe, json_t **ret_json,
                        struct error *err)
{
    auto_free char(*candidates)[PATH_MAX] = calloc(CANDIDATES_MAX + 1, PATH_MAX);
    auto_free char *output = malloc(PROBE_MAX_BYTES);
    if (!candidates || !output)
        return error_oom(err);
    struct variables vars = {dirs, language};
    char key[SHA256_HEX];
    size_t n = 0;
    int r = find_candidates(&vars, probe, candidates, &n, err);
    if (r == 0)
        r = probe_key(dirs, language, probe, candidates, n, key, err);
    if (r < 0)
        return r;
    struct mapping cached;
    if (cache_get(cache, "probe", key, &cached) == 0) {
        /* entry: the program's path, a newline, what it printed */
        auto_free char *entry = strndup(cached.bytes ? cached.bytes : "", cached.size);
        mapping_done(&cached);
        char *newline = entry ? strchr(entry, '\n') : NULL;
        if (newline) {
            *newline = '\0';
            if (!take_probe(language, probe, entry, newline + 1, ret_json)[0] &&
                access(language->program, X_OK) == 0 && is_all_there(*ret_json))
                return 0;
            json_decref(steal(ret_json));
        }
    }
    char reasons[400] = "";
    for (size_t i = 0; i < n; i++) {
        struct error why = ERROR_INIT;
        r = ask(dirs, language, probe, candidates[i], output, &why);
        const char *reason =
            r == 0 ? take_probe(language, probe, candidates[i], output, ret_json) : output;
        if (reason == out_of_memory)
            return error_oom(err);
        /* What fails for want of memory or descriptors says nothing of the program. */
        if (error_is_shortage(r) || r == -EAGAIN)
            return error_set(err, r, "%s", why.text);
        if (r == 0 && !reason[0]) {
            auto_free char *entry = NULL;
            int size = asprintf(&entry, "%s\n%s", candidates[i], output);
            if (size > 0)
                cache_put(cache, "probe", key, entry, (size_t)size);
            return 0;
        }
        snprintf(reasons + strlen(reasons), sizeof reasons - strlen(reasons), "%s%s: %.*s",
                 i ? "; " : "", candidates[i], (int)strcspn(reason, "\n"), reason);
    }
    return missing_tool(language, probe, reasons, err);
}

static int mounts_prepend(struct phase *phase, const struct mount_list *first, struct error *err)
{
    struct mount_list old = phase->mounts;
    phase->mounts = (struct mount_list){0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < first->n; i++)
        r = mounts_add(&phase->mounts, first->mounts[i].kind, first->mounts[i].source,
                       first->mounts[i].target, first->mounts[i].optional, err);
    for (size_t i = 0; r == 0 && i < old.n; i++)
        r = mounts_add(&phase->mounts, old.mounts[i].kind, old.mounts[i].source,
                       old.mounts[i].target, old.mounts[i].optional, err);
    mounts_done(&old);
    return r;
}

/* Harnesses and headers are in it: what an older one compiled or answered is not taken for ours. */
static int make_id(const struct data_dirs *dirs, struct language *language, struct error *err)
{
    char harness[SHA256_HEX];
    auto_fd int fd = open(dirs->languages, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "open '%s'", dirs->languages);
    int r = sha256_tree(fd, harness, err);
    if (r < 0)
        return r;
    char *text = NULL;
    int size = asprintf(&text, "%s|%s|%s|%s|%s|%s|%s", language->name, language->program,
                        language->version, language->packages, language->path, harness,
                        language->document.text);
    if (size < 0)
        return error_oom(err);
    sha256_hex(text, (size_t)size, language->id);
    free(text);
    return 0;
}

int language_probe(const struct data_dirs *dirs, const struct cache *cache,
                   struct language *language, struct error *err)
{
    if (language->probed)
        return 0;
    struct probe probe = {0};
    json_t *json = NULL;
    struct mount_list probed = {0};
    int r = read_probe(language, &probe, err);
    if (r == 0)
        r = find_program(dirs, cache, language, &probe, &json, err);
    if (r == 0)
        r = probed_mounts(json, &probed, err);
    if (r == 0)
        r = probed_warm(json, language, err);
    if (r == 0)
        r = read_phase(dirs, language, "compile", &language->compile, err);
    if (r == 0)
        r = read_phase(dirs, language, "run", &language->run, err);
    if (r == 0)
        r = read_phase(dirs, language, "generate", &language->generate, err);
    if (r == 0 && !language->run.present)
        r = document_error(&language->document, "", err, "\"run\" is missing");
    struct phase *const phases[] = {&language->compile, &language->run, &language->generate};
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(phases); i++) {
        r = mounts_prepend(phases[i], &probed, err);
        if (r == 0)
            r = mounts_hide(&phases[i]->mounts, dirs->problems, err);
    }
    if (r == 0)
        r = make_id(dirs, language, err);
    json_decref(json);
    mounts_done(&probed);
    probe_done(&probe);
    language->probed = r == 0;
    if (r < 0)
        language_forget_probe(language); /* the next attempt begins anew */
    return r;
}
