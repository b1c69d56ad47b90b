#include "judge/compile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/codegen.h"
#include "judge/compile_output.h"
#include "sandbox/hole.h"
#include "sandbox/util.h"

#define OBJECT_MAX_BYTES ((int64_t)64 << 20)
#define MIB              ((int64_t)1 << 20)

/* threats.md R23 to R26: what honest compilations never need. */
static const struct sandbox_limits compile_limits = {
    .cpu_us = 20000000, .wall_us = 45000000, .memory_bytes = (int64_t)1 << 30};
#define COMPILE_OUTPUT_BYTES (4 * MIB)
#define COMPILE_WORK_BYTES   (256 * MIB)

void compiled_done(struct compiled *compiled)
{
    if (compiled->fd >= 0)
        close(compiled->fd);
    compiled->fd = -1;
    free(compiled->output);
    compiled->output = NULL;
}

/* What lies beside the source in the box: descriptors of the source and, where they are generated, of header, flags and shim. */
struct sources {
    struct sandbox_file files[4];
    char names[4][TYPE_NAME_MAX + 8];
    size_t n;
};

static void sources_done(struct sources *sources)
{
    for (size_t i = 0; i < sources->n; i++)
        close(sources->files[i].fd);
}

static int add_source(struct sources *sources, const char *name, const void *bytes, size_t size,
                      struct error *err)
{
    int fd = memfd_sealed("source", bytes, size, err);
    if (fd < 0)
        return fd;
    snprintf(sources->names[sources->n], sizeof sources->names[0], "%s", name);
    sources->files[sources->n] =
        (struct sandbox_file){.name = sources->names[sources->n], .fd = fd};
    sources->n++;
    return 0;
}

static int add_generated(struct sources *sources, const struct codegen *codegen,
                         const struct signature *signature, struct error *err)
{
    char header_name[TYPE_NAME_MAX + 8];
    snprintf(header_name, sizeof header_name, "%s%s", signature->entry, codegen->suffix);
    auto_free char *header = codegen->header(signature, err);
    if (!header)
        return err && err->code ? err->code : -ENOMEM;
    auto_free char *shim = codegen->write_shim(signature, err);
    if (!shim)
        return err && err->code ? err->code : -ENOMEM;
    /* For "@flags": a solution that forgot the include must still agree with the prototype. */
    char flags[TYPE_NAME_MAX + 24];
    snprintf(flags, sizeof flags, "-include %s\n", header_name);
    int r = add_source(sources, header_name, header, strlen(header), err);
    if (r == 0)
        r = add_source(sources, "flags", flags, strlen(flags), err);
    return r < 0 ? r : add_source(sources, codegen->shim, shim, strlen(shim), err);
}

/* The shim of a class has to know it: it is included behind the solution. */
static int add_with_tail(struct sources *sources, const char *name, const void *source, size_t size,
                         const char *tail, struct error *err)
{
    size_t n = strlen(tail);
    auto_free char *both = malloc(size + n + 1);
    if (!both)
        return error_oom(err);
    memcpy(both, source, size);
    memcpy(both + size, tail, n);
    return add_source(sources, name, both, size + n, err);
}

static int make_sources(const struct language *language, const struct signature *signature,
                        const void *source, size_t source_size, struct sources *sources,
                        struct error *err)
{
    const struct codegen *codegen = language->compile.codegen;
    const char *tail = codegen && signature->n_methods > 0 ? codegen->class_tail : NULL;
    int r = tail ? add_with_tail(sources, language->source, source, source_size, tail, err)
                 : add_source(sources, language->source, source, source_size, err);
    if (r == 0 && language->compile.codegen)
        r = add_generated(sources, language->compile.codegen, signature, err);
    if (r == 0 && language->compile.present && !language->compile.output) {
        auto_free char *json = signature_to_json(signature, language->flavour);
        r = json ? add_source(sources, "signature.json", json, strlen(json), err) : error_oom(err);
    }
    return r;
}

/* Everything that decides what the compiler leaves. */
static int cache_key(const struct language *language, const struct sources *sources,
                     char key[SHA256_HEX], struct error *err)
{
    char all[8 * SHA256_HEX] = "";
    size_t used = (size_t)snprintf(all, sizeof all, "compile-1|%s", language->id);
    for (size_t i = 0; i < sources->n; i++) {
        struct mapping mapping = {0};
        char hex[SHA256_HEX];
        int r = mapping_open(&mapping, sources->files[i].fd, (size_t)OBJECT_MAX_BYTES, err);
        if (r < 0)
            return r;
        sha256_hex(mapping.bytes, mapping.size, hex);
        mapping_done(&mapping);
        used += (size_t)snprintf(all + used, sizeof all - used, "|%s", hex);
    }
    sha256_hex(all, used, key);
    return 0;
}

static int fetch(const struct judge *judge, const char *key, struct compiled *ret)
{
    struct mapping object;
    int r = cache_get(&judge->cache, "object", key, &object);
    if (r < 0)
        return r;
    ret->fd = memfd_sealed("object", object.bytes, object.size, NULL);
    mapping_done(&object);
    return ret->fd;
}

static int add_output(struct compiled *ret, const struct sandbox_outcome *box, const char *note,
                      struct error *err)
{
    size_t n = strlen(note);
    ret->output = malloc(box->err.n_kept + box->out.n_kept + n + 1);
    if (!ret->output)
        return error_oom(err);
    char *p = ret->output;
    memcpy(p, note, n);
    p += n;
    if (box->out.n_kept)
        memcpy(p, box->out.bytes, box->out.n_kept);
    p += box->out.n_kept;
    if (box->err.n_kept)
        memcpy(p, box->err.bytes, box->err.n_kept);
    p += box->err.n_kept;
    *p = '\0';
    ret->n_output = (size_t)(p - ret->output);
    return 0;
}

static void keep_own_output(struct compiled *ret, const struct sources *sources)
{
    const char *names[ARRAY_LEN(sources->names)];
    for (size_t i = 0; i < sources->n; i++)
        names[i] = sources->names[i];
    if (ret->output)
        ret->n_output = compile_output_own(ret->output, ret->n_output, names, sources->n);
}

/* The compiler's end as a verdict; negative if it is a failure of ours. */
static int compile_verdict(const struct language *language, const struct sandbox_outcome *box,
                           struct compiled *ret, struct error *err)
{
    const char *note = "";
    ret->verdict = VERDICT_CE;
    switch (box->end) {
    case SANDBOX_END_EXITED:
        if (box->exit_code == 0)
            ret->verdict = VERDICT_AC;
        break;
    case SANDBOX_END_CANCELLED: return error_set(err, -ECANCELED, "cancelled");
    case SANDBOX_END_NOT_STARTED:
        return error_set(err, -ENOENT, "%s: '%s' could not be started in the box: %s",
                         language->title, language->compile.command[0], strerror(box->exec_errno));
    case SANDBOX_END_FORBIDDEN:
        ret->verdict = VERDICT_SV;
        note = "the compiler made a forbidden system call\n";
        break;
    case SANDBOX_END_CPU:
    case SANDBOX_END_WALL: note = "the compiler ran out of time (20 s)\n"; break;
    case SANDBOX_END_MEMORY: note = "the compiler ran out of memory (1 GiB)\n"; break;
    case SANDBOX_END_OUTPUT: note = "the compiler printed too much (4 MiB)\n"; break;
    case SANDBOX_END_SIGNALED: note = "the compiler crashed\n"; break;
    }
    return add_output(ret, box, note, err);
}

static int take_object(struct judge *judge, const char *output, int work_fd, const char *key,
                       struct compiled *ret, struct error *err)
{
    struct error why = ERROR_INIT;
    auto_fd int left = sandbox_open_result(work_fd, output, OBJECT_MAX_BYTES, &why);
    bool is_theirs = left == -ENOENT || left == -ELOOP || left == -EINVAL || left == -EFBIG ||
                     left == -ENOTDIR || left == -EACCES || left == -EXDEV;
    if (left < 0 && !is_theirs)
        return error_set(err, left, "%s", why.text);
    if (left < 0) {
        char note[900];
        int n =
            snprintf(note, sizeof note, "the compiler left no usable '%s': %s\n", output, why.text);
        free(ret->output);
        ret->output = strdup(note);
        if (!ret->output)
            return error_oom(err);
        ret->n_output = (size_t)n;
        ret->verdict = VERDICT_CE;
        return 0;
    }
    auto_free char *bytes = NULL;
    size_t size = 0;
    int r = file_read(left, (size_t)OBJECT_MAX_BYTES, &bytes, &size, err);
    if (r < 0)
        return r;
    ret->fd = memfd_sealed("object", bytes, size, err);
    if (ret->fd < 0)
        return ret->fd;
    cache_put(&judge->cache, "object", key, bytes, size);
    return 0;
}

static int compile_in_box(struct judge *judge, const struct language *language,
                          struct sources *sources, const char *key, int cancel_fd,
                          struct compiled *ret, struct error *err)
{
    /* Only for a build with holes: what a failed defence may cost the machine that runs the tests. */
    static const struct sandbox_limits no_compile_limits = {
        .cpu_us = 120000000, .wall_us = 120000000, .memory_bytes = HOLE_MEMORY_BYTES};
    const struct phase *phase = &language->compile;
    /* A check reads source and signature as a harness does. */
    struct sandbox_fd check_fds[] = {{sources->files[0].fd, 7},
                                     {sources->files[sources->n - 1].fd, 8}};
    struct sandbox_policy policy = {
        .argv = phase->command,
        .env = phase->env,
        .profile = phase->profile,
        .mounts = phase->mounts.mounts,
        .n_mounts = phase->mounts.n,
        .files = sources->files,
        .n_files = phase->output ? sources->n : 0,
        .fds = check_fds,
        .n_fds = phase->output ? 0 : ARRAY_LEN(check_fds),
        .stdin_fd = -1,
        .run = hole("compile-limits") ? no_compile_limits : compile_limits,
        .err = {.keep_bytes = hole("bounded-text") ? (size_t)16 << 20 : 0},
        .output_bytes = COMPILE_OUTPUT_BYTES,
        .work_bytes = hole("compile-limits") ? HOLE_MEMORY_BYTES : COMPILE_WORK_BYTES,
        .file_bytes = hole("compile-limits") ? HOLE_MEMORY_BYTES : OBJECT_MAX_BYTES,
        .no_proc = phase->no_proc,
        .keep_work = phase->output != NULL,
    };
    struct sandbox_outcome box;
    int r = sandbox_run(judge->sandbox, &policy, cancel_fd, &box, err);
    if (r < 0)
        return r;
    ret->wall_ms = (double)box.run.wall_us / 1000.0;
    r = compile_verdict(language, &box, ret, err);
    if (r == 0 && phase->output)
        keep_own_output(ret, sources);
    if (r == 0 && ret->verdict == VERDICT_AC && phase->output)
        r = take_object(judge, phase->output, box.work_fd, key, ret, err);
    else if (r == 0 && ret->verdict == VERDICT_AC)
        cache_put(&judge->cache, "object", key, "", 0);
    sandbox_outcome_done(&box);
    return r;
}

int compile_source(struct judge *judge, struct language *language,
                   const struct signature *signature, const void *source, size_t source_size,
                   int cancel_fd, struct compiled *ret, struct error *err)
{
    *ret = (struct compiled){.fd = -1, .verdict = VERDICT_AC};
    int r = language_probe(&judge->options.dirs, &judge->cache, language, err);
    if (r < 0)
        return r;
    struct sources sources = {0};
    r = make_sources(language, signature, source, source_size, &sources, err);
    if (r == 0 && language->compile.present) {
        char key[SHA256_HEX];
        r = cache_key(language, &sources, key, err);
        ret->cached = r == 0 && fetch(judge, key, ret) >= 0;
        if (r == 0 && !ret->cached)
            r = compile_in_box(judge, language, &sources, key, cancel_fd, ret, err);
    }
    bool is_source = !language->compile.present || !language->compile.output;
    if (r == 0 && ret->verdict == VERDICT_AC && is_source) {
        if (ret->fd >= 0)
            close(ret->fd);
        ret->fd = memfd_sealed("source", source, source_size, err);
        r = ret->fd < 0 ? ret->fd : 0;
    }
    sources_done(&sources);
    if (r < 0)
        compiled_done(ret);
    return r;
}

int source_lines(const char *source, size_t size)
{
    int n = 1;
    for (size_t i = 0; i < size && i < JUDGE_SOURCE_MAX; i++)
        n += source[i] == '\n';
    return n;
}
