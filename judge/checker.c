#include "judge/checker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/answer.h"
#include "judge/calls.h"
#include "judge/escape.h"
#include "judge/generate.h"
#include "judge/json_memory.h"
#include "judge/servers.h"
#include "sandbox/util.h"

#define ANSWER_MAX_BYTES ((size_t)64 << 10)
#define KINDS_MAX        32

/* Package code: bounded as a generator is, for one test only. */
static const struct sandbox_limits checker_limits = {
    .cpu_us = 20000000, .wall_us = 60000000, .memory_bytes = (int64_t)2 << 30};

enum checker_fd { FD_REQUEST = 3, FD_ANSWER = 4, FD_SOURCE = 7, FD_FRAMES = 16 };

struct checker {
    json_t *json; /* a deep copy: owned */
    const char *file;
    const json_t *params; /* NULL: none */
    const json_t *kinds;  /* NULL: none */
    bool expected;
    size_t runs;
    double strict; /* 1; 0.1 where references are checked */
};

/* ---- problem.json ---- */

bool checker_is(const json_t *json)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    return name && strcmp(name, "checker") == 0;
}

/* [a-z ]{1,31}: a fixed word of the package; no value of a hidden test can be one. */
static bool is_kind(const char *text)
{
    size_t n = strlen(text);
    return n >= 1 && n <= 31 && strspn(text, "abcdefghijklmnopqrstuvwxyz ") == n;
}

static bool is_file(const char *text)
{
    size_t n = strlen(text);
    return n > 3 && n <= 63 && text[0] != '.' && strcmp(text + n - 3, ".py") == 0 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

static int check_keys(const json_t *json, struct error *err)
{
    static const char *const keys[] = {"name", "file", "expected", "kinds", "params", "runs"};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(keys) && !known; i++)
            known = strcmp(keys[i], key) == 0;
        char shown[64];
        if (!known)
            return error_set(err, -EINVAL,
                             "comparator 'checker' takes file, expected, kinds, params and runs, "
                             "not '%s'",
                             escape_text(key, strlen(key), shown, sizeof shown));
    }
    return 0;
}

static int check_fields(const json_t *json, struct error *err)
{
    const char *file = json_string_value(json_object_get(json, "file"));
    if (!file || !is_file(file))
        return error_set(err, -EINVAL,
                         "comparator 'checker': \"file\" names a .py file of the package's folder");
    const json_t *expected = json_object_get(json, "expected");
    if (expected && !json_is_boolean(expected))
        return error_set(err, -EINVAL, "comparator 'checker': \"expected\" is true or false");
    const json_t *params = json_object_get(json, "params");
    if (params && !json_is_object(params))
        return error_set(err, -EINVAL, "comparator 'checker': \"params\" is an object");
    const json_t *runs = json_object_get(json, "runs");
    if (runs && !(json_is_integer(runs) && json_integer_value(runs) >= 1 &&
                  json_integer_value(runs) <= COMPARE_RUNS_MAX))
        return error_set(err, -EINVAL, "comparator 'checker': \"runs\" is a number from 1 to %d",
                         COMPARE_RUNS_MAX);
    const json_t *kinds = json_object_get(json, "kinds");
    if (kinds && (!json_is_array(kinds) || json_array_size(kinds) > KINDS_MAX))
        return error_set(err, -EINVAL, "comparator 'checker': \"kinds\" is a list of at most %d",
                         KINDS_MAX);
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        const char *kind = json_string_value(json_array_get(kinds, i));
        if (!kind || !is_kind(kind))
            return error_set(err, -EINVAL,
                             "comparator 'checker': a kind is 1 to 31 small letters and spaces");
    }
    return 0;
}

static int make(const json_t *json, double strict, struct checker **ret, struct error *err)
{
    struct checker *checker = calloc(1, sizeof *checker);
    json_t *copy = json_deep_copy(json);
    if (!checker || !copy) {
        free(checker);
        json_decref(copy);
        return error_oom(err);
    }
    *checker = (struct checker){
        .json = copy,
        .file = json_string_value(json_object_get(copy, "file")),
        .params = json_object_get(copy, "params"),
        .kinds = json_object_get(copy, "kinds"),
        .expected = !json_is_false(json_object_get(copy, "expected")),
        .runs = json_object_get(copy, "runs")
                    ? (size_t)json_integer_value(json_object_get(copy, "runs"))
                    : 1,
        .strict = strict,
    };
    *ret = checker;
    return 0;
}

int checker_new(const json_t *json, struct checker **ret, struct error *err)
{
    int r = check_keys(json, err);
    if (r == 0)
        r = check_fields(json, err);
    return r < 0 ? r : make(json, 1, ret, err);
}

int checker_scaled(const struct checker *checker, double factor, struct checker **ret,
                   struct error *err)
{
    return make(checker->json, checker->strict * factor, ret, err);
}

void checker_free(struct checker *checker)
{
    if (!checker)
        return;
    json_decref(checker->json);
    free(checker);
}

bool checker_wants_expected(const struct checker *checker)
{
    return checker->expected;
}

size_t checker_runs(const struct checker *checker)
{
    return checker->runs;
}

const char *checker_file(const struct checker *checker)
{
    return checker->file;
}

json_t *checker_params(const struct checker *checker)
{
    return checker->params ? json_deep_copy(checker->params) : json_object();
}

/* ---- its answer ---- */

static bool kind_allowed(const struct checker *checker, const char *kind)
{
    static const char *const always[] = {
        "value", "shape",      "order",     "score",          "index",      "duplicate",
        "range", "not finite", "tolerance", "not a solution", "infeasible", "not optimal"};
    for (size_t i = 0; i < ARRAY_LEN(always); i++)
        if (strcmp(always[i], kind) == 0)
            return true;
    for (size_t i = 0; i < json_array_size(checker->kinds); i++)
        if (strcmp(json_string_value(json_array_get(checker->kinds, i)), kind) == 0)
            return true;
    return false;
}

static void copy_text(const json_t *root, const char *key, char *text, size_t size)
{
    const json_t *value = json_object_get(root, key);
    const char *said = json_string_value(value);
    escape_text(said ? said : "", json_string_length(value), text, size);
}

static int read_answer(const struct checker *checker, const json_t *root, struct comparison *ret,
                       struct error *err)
{
    const json_t *accept = json_object_get(root, "accept");
    *ret =
        (struct comparison){.equal = json_is_true(accept), .index = -1, .field = -1, .credit = 1};
    if (json_object_get(root, "error")) {
        char said[500];
        copy_text(root, "error", said, sizeof said);
        return error_set(err, -EINVAL, "%s", said);
    }
    if (ret->equal)
        return 0;
    const char *kind = json_string_value(json_object_get(root, "kind"));
    if (!json_is_false(accept) || !kind)
        return error_set(err, -EBADMSG, "its answer is neither accept() nor reject()");
    char shown[64];
    if (!kind_allowed(checker, kind))
        return error_set(err, -EINVAL, "the kind '%s' is not in \"kinds\" of problem.json",
                         escape_text(kind, strlen(kind), shown, sizeof shown));
    snprintf(ret->kind, sizeof ret->kind, "%s", kind);
    copy_text(root, "candidate", ret->message, sizeof ret->message);
    copy_text(root, "host", ret->host_message, sizeof ret->host_message);
    return 0;
}

int checker_answer(const struct checker *checker, const char *bytes, size_t size,
                   struct comparison *ret, struct error *err)
{
    json_t *root = NULL;
    json_error_t syntax;
    if (size == 0 || json_read(bytes, size, 0, &root, &syntax) < 0 || !json_is_object(root)) {
        json_decref(root);
        return error_set(err, -EBADMSG, "it left no answer");
    }
    int r = read_answer(checker, root, ret, err);
    json_decref(root);
    return r;
}

/* ---- its box ---- */

struct session {
    struct judge *judge;
    struct checker *checker; /* owned: the call may be over before the box is */
    char slug[SLUG_MAX + 1];
    struct language *language;
    int request_fd, source_fd, frames_fd, answer_fd;
    checker_done_fn *done;
    void *data;
};

static void session_free(struct session *session)
{
    if (!session)
        return;
    cleanup_fd(&session->request_fd);
    cleanup_fd(&session->source_fd);
    cleanup_fd(&session->frames_fd);
    cleanup_fd(&session->answer_fd);
    checker_free(session->checker);
    free(session);
}

/* Values go in as an arguments frame: that is what the reader in the box reads. */
static int append_values(int fd, const struct frame *frame, struct error *err)
{
    void *bytes = NULL;
    size_t size = 0;
    int r = frame_build(FRAME_ARGS, frame->values, frame->n_values, &bytes, &size, err);
    if (r == 0)
        r = frame_append(fd, bytes, size, err);
    free(bytes);
    return r;
}

static int write_run(const struct signature *signature, const struct answered_run *run, int fd,
                     struct dims *dims, struct error *err)
{
    struct frame args = {0};
    *dims = (struct dims){0};
    int r = frame_parse(run->args, run->args_size, &args, err);
    if (r == 0)
        r = args_check(signature, &args, dims, err);
    if (r == 0)
        r = frame_append(fd, run->args, run->args_size, err);
    if (r == 0)
        r = append_values(fd, run->got, err);
    frame_done(&args);
    return r;
}

/* The expected answer, of the arguments of call 0. */
static int write_expected(const struct checker_call *call, int fd, const struct dims *dims,
                          struct error *err)
{
    const struct signature *signature = &call->problem->signature;
    struct frame args = {0}, expected = {0};
    int r = frame_parse(call->runs[0].args, call->runs[0].args_size, &args, err);
    if (r == 0)
        r = frame_parse(call->expected, call->expected_size, &expected, err);
    if (r == 0)
        r = results_check(signature, &args, dims, &expected, "expected", err);
    if (r == 0)
        r = append_values(fd, &expected, err);
    frame_done(&args);
    frame_done(&expected);
    return r;
}

static int write_frames(const struct checker_call *call, int fd, struct error *err)
{
    struct dims dims = {0};
    int r = 0;
    for (size_t i = call->checker->runs; r == 0 && i-- > 0;) /* dims: in the end those of call 0 */
        r = write_run(&call->problem->signature, &call->runs[i], fd, &dims, err);
    if (r == 0 && call->expected_size > 0)
        r = write_expected(call, fd, &dims, err);
    return r < 0 ? r : memfd_seal(fd, err);
}

static int write_request(const struct checker_call *call, struct session *session,
                         struct error *err)
{
    const struct checker *checker = call->checker;
    auto_free char *text = signature_to_json(&call->problem->signature, session->language->flavour);
    json_t *signature = NULL;
    json_error_t syntax;
    unsigned long failures = json_memory_failures();
    if (!text || json_read(text, strlen(text), 0, &signature, &syntax) < 0)
        return error_oom(err);
    json_t *params = checker_params(checker);
    json_t *root = json_pack("{s:s,s:o,s:o,s:f,s:b,s:I}", "check", checker->file, "signature",
                             signature, "params", params, "strict", checker->strict, "expected",
                             call->expected_size > 0, "runs", (json_int_t)checker->runs);
    auto_free char *dump = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    if (!dump || json_memory_failures() != failures)
        return error_oom(err);
    session->request_fd = memfd_sealed("request", dump, strlen(dump), err);
    return session->request_fd < 0 ? session->request_fd : 0;
}

static int fill(struct judge *judge, const struct checker_call *call, struct session *session,
                struct error *err)
{
    int r = judge_language(judge, GENERATOR_LANGUAGE, &session->language, err);
    if (r == 0)
        r = language_probe(&judge->options.dirs, &judge->cache, session->language, err);
    if (r < 0)
        return r;
    if (!session->language->generate.present)
        return error_set(err, -EINVAL, "language '%s' has no \"generate\" phase",
                         GENERATOR_LANGUAGE);
    auto_free char *source = NULL;
    size_t size = 0;
    r = file_read_beneath(call->problem->dir_fd, call->checker->file, JUDGE_SOURCE_MAX, &source,
                          &size, err);
    if (r == 0)
        r = checker_scaled(call->checker, 1, &session->checker, err);
    if (r == 0)
        r = write_request(call, session, err);
    if (r == 0)
        r = session->source_fd = memfd_sealed("checker", source, size, err);
    if (r >= 0)
        r = session->frames_fd = memfd_empty("frames", err);
    if (r >= 0)
        r = write_frames(call, session->frames_fd, err);
    if (r >= 0)
        r = session->answer_fd = memfd_empty("answer", err);
    return r < 0 ? r : 0;
}

static int open_session(struct judge *judge, const struct checker_call *call, struct session **ret,
                        struct error *err)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return error_oom(err);
    *session = (struct session){
        .judge = judge, .request_fd = -1, .source_fd = -1, .frames_fd = -1, .answer_fd = -1};
    snprintf(session->slug, sizeof session->slug, "%s", call->problem->slug);
    int r = fill(judge, call, session, err);
    if (r < 0) {
        session_free(session);
        return error_prefix(err, r, "%s/%s", call->problem->slug, call->checker->file);
    }
    *ret = session;
    return 0;
}

/* What a copy of a fork server is to be. */
static const char *const host_env[] = {"MLJUDGE_HOST=generator_host", NULL};

static struct sandbox_policy make_policy(const struct session *session, const char *const *env,
                                         const struct sandbox_fd fds[4])
{
    const struct phase *phase = &session->language->generate;
    return (struct sandbox_policy){
        .server = servers_get(session->judge, session->language),
        .argv = phase->command,
        .env = env,
        .profile = phase->profile,
        .mounts = phase->mounts.mounts,
        .n_mounts = phase->mounts.n,
        .fds = fds,
        .n_fds = 4,
        .stdin_fd = -1,
        .run = checker_limits,
        .output_bytes = (int64_t)1 << 20,
        .file_bytes = (int64_t)ANSWER_MAX_BYTES,
    };
}

/* How a box that left no answer ended; NULL: it exited by itself. */
static const char *how_it_ended(const struct sandbox_outcome *box)
{
    switch (box->end) {
    case SANDBOX_END_EXITED:
        return box->exit_code == 0 || box->exit_code == 1 ? NULL : "left the process";
    case SANDBOX_END_MEMORY: return "needs more than 2 GiB of memory";
    case SANDBOX_END_CPU: return "ran out of time (20 s)";
    case SANDBOX_END_WALL: return "ran out of time (60 s wall)";
    case SANDBOX_END_OUTPUT: return "printed more than 1 MiB";
    case SANDBOX_END_FORBIDDEN: return "made a forbidden system call";
    default: return "was ended by a signal";
    }
}

static int finish(struct session *session, const struct sandbox_outcome *box,
                  struct comparison *ret, struct error *err)
{
    if (box->end == SANDBOX_END_CANCELLED)
        return error_set(err, -ECANCELED, "cancelled");
    const char *how = how_it_ended(box);
    if (how)
        return error_set(err, -EINVAL, "%s/%s %s", session->slug, session->checker->file, how);
    struct mapping mapping = {0};
    int r = memfd_seal(session->answer_fd, err);
    if (r == 0)
        r = mapping_open(&mapping, session->answer_fd, ANSWER_MAX_BYTES, err);
    if (r == 0)
        r = checker_answer(session->checker, mapping.bytes, mapping.size, ret, err);
    mapping_done(&mapping);
    return r < 0 ? error_prefix(err, r, "%s/%s", session->slug, session->checker->file) : 0;
}

static void box_done(void *data, int r, struct sandbox_outcome *box, const struct error *box_error)
{
    struct session *session = data;
    struct comparison comparison = {0};
    struct error err = ERROR_INIT;
    if (r < 0) {
        err = *box_error;
    } else {
        r = finish(session, box, &comparison, &err);
        sandbox_outcome_done(box);
    }
    session->done(session->data, r, &comparison, &err);
    session_free(session);
}

#define SESSION_FDS(session)                                                      \
    {                                                                             \
        {(session)->request_fd, FD_REQUEST}, {(session)->answer_fd, FD_ANSWER},   \
            {(session)->source_fd, FD_SOURCE}, {(session)->frames_fd, FD_FRAMES}, \
    }

int checker_start(struct judge *judge, const struct checker_call *call, checker_done_fn *done,
                  void *data, struct error *err)
{
    struct session *session = NULL;
    int r = open_session(judge, call, &session, err);
    if (r < 0)
        return r;
    session->done = done;
    session->data = data;
    const struct sandbox_fd fds[4] = SESSION_FDS(session);
    auto_free const char **env = lists_joined(session->language->generate.env, host_env);
    struct sandbox_policy policy = make_policy(session, env, fds);
    r = env ? sandbox_start(judge->sandbox, &policy, box_done, session, NULL, err) : error_oom(err);
    if (r < 0)
        session_free(session);
    return r;
}

int checker_run(struct judge *judge, const struct checker_call *call, int cancel_fd,
                struct comparison *ret, struct error *err)
{
    struct session *session = NULL;
    int r = open_session(judge, call, &session, err);
    if (r < 0)
        return r;
    const struct sandbox_fd fds[4] = SESSION_FDS(session);
    auto_free const char **env = lists_joined(session->language->generate.env, host_env);
    struct sandbox_policy policy = make_policy(session, env, fds);
    struct sandbox_outcome box;
    r = env ? sandbox_run(judge->sandbox, &policy, cancel_fd, &box, err) : error_oom(err);
    if (r == 0) {
        r = finish(session, &box, ret, err);
        sandbox_outcome_done(&box);
    }
    session_free(session);
    return r;
}
