#include "judge/reference.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "sandbox/util.h"

static int find_language(struct judge *judge, const struct problem *problem, const char *path,
                         const char **ret, struct error *err)
{
    errno = 0;
    *ret = language_for_file(&judge->options.dirs, problem, path);
    if (!*ret && error_is_shortage(-errno)) /* a language file could not be read now */
        return error_errno(err, "%s: reference '%s'", problem->slug, path);
    if (!*ret)
        return error_set(err, -EINVAL,
                         "%s: reference '%s': no language of the problem has this extension",
                         problem->slug, path);
    return 0;
}

int reference_load(struct judge *judge, const struct problem *problem, const char *path,
                   const char *language, int cancel_fd, struct reference *ret, struct error *err)
{
    *ret = (struct reference){.path = path, .compiled = {.fd = -1}};
    auto_free char *source = NULL;
    size_t size = 0;
    int r = file_read_beneath(problem->dir_fd, path, JUDGE_SOURCE_MAX, &source, &size, err);
    if (r < 0)
        return error_prefix(err, r, "%s: reference", problem->slug);
    if (!language)
        r = find_language(judge, problem, path, &language, err);
    if (r == 0)
        r = judge_language_of(judge, problem, language, &ret->language, err);
    if (r == 0)
        r = compile_source(judge, ret->language, &problem->signature, source, size, cancel_fd,
                           &ret->compiled, err);
    if (r < 0)
        return r;
    if (ret->compiled.verdict != VERDICT_AC)
        return error_set(err, -EINVAL, "%s: reference '%s' does not compile: %.300s", problem->slug,
                         path, ret->compiled.output ? ret->compiled.output : "");
    return 0;
}

void reference_done(struct reference *reference)
{
    compiled_done(&reference->compiled);
}

/* References get ten times the limits of the problem: they are there to answer, not to compete. */
static struct test_limits generous_limits(const struct reference_call *call)
{
    struct test_limits limits = problem_limits(call->problem, &call->problem->groups[call->group],
                                               call->reference->language->name);
    limits.cpu_ms = 10 * limits.cpu_ms + 20000;
    limits.wall_ms = 3 * limits.cpu_ms;
    limits.memory_bytes = 4 * limits.memory_bytes + ((int64_t)1 << 30);
    return limits;
}

static struct call call_of(const struct reference_call *call)
{
    const struct reference *reference = call->reference;
    return (struct call){
        .language = reference->language,
        .signature = &call->problem->signature,
        .object_fd = reference->compiled.fd,
        .file = reference->path,
        .n_lines = INT_MAX,
        .args = call->args,
        .args_size = call->args_size,
        .limits = generous_limits(call),
    };
}

int reference_accept(const struct reference_call *call, struct call_outcome *outcome,
                     struct error *err)
{
    if (outcome->verdict == VERDICT_NONE)
        return 0;
    error_set(err, -EINVAL, "%s: reference '%s' on test %s: %s (%s)", call->problem->slug,
              call->reference->path, call->test, verdict_name(outcome->verdict), outcome->message);
    call_outcome_done(outcome);
    return -EINVAL;
}

int reference_run(struct judge *judge, const struct reference_call *call, int cancel_fd,
                  struct call_outcome *ret, struct error *err)
{
    const struct call given = call_of(call);
    int r = call_run(judge, &given, cancel_fd, ret, err);
    return r < 0 ? r : reference_accept(call, ret, err);
}

int reference_start(struct judge *judge, const struct reference_call *call, call_done_fn *done,
                    void *data, struct error *err)
{
    const struct call given = call_of(call);
    return call_start(judge, &given, done, data, err);
}
