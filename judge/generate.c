#include "judge/generate_session.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/checker.h"
#include "judge/escape.h"
#include "judge/frame.h"
#include "judge/json_memory.h"
#include "judge/servers.h"
#include "sandbox/util.h"

#define OUTPUT_MAX_BYTES ((int64_t)1 << 30)

/* Package code may be a stranger's: bounded like everything else, only more generously. */
static const struct sandbox_limits generator_limits = {
    .cpu_us = 120000000, .wall_us = 300000000, .memory_bytes = (int64_t)3 << 30};

enum generator_fd { FD_REQUEST = 3, FD_OUTPUT = 4, FD_SOURCE = 7, FD_FRAMES = 16 };

void session_done(struct session *session)
{
    cleanup_fd(&session->request_fd);
    cleanup_fd(&session->source_fd);
    cleanup_fd(&session->output_fd);
    cleanup_fd(&session->frames_fd);
}

int session_open(struct judge *judge, const struct problem *problem, const char *file,
                 struct session *session, struct error *err)
{
    *session = (struct session){.judge = judge,
                                .problem = problem,
                                .file = file,
                                .request_fd = -1,
                                .source_fd = -1,
                                .output_fd = -1,
                                .frames_fd = -1};
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
    r = file_read_beneath(problem->dir_fd, file, JUDGE_SOURCE_MAX, &source, &size, err);
    if (r < 0)
        return error_prefix(err, r, "%s", problem->slug);
    session->source_fd = memfd_sealed("generator", source, size, err);
    if (session->source_fd < 0)
        return session->source_fd;
    session->output_fd = memfd_empty("generated", err);
    return session->output_fd < 0 ? session->output_fd : 0;
}

int session_request(struct session *session, json_t *extra, struct error *err)
{
    auto_free char *text =
        signature_to_json(&session->problem->signature, session->language->flavour);
    json_t *signature = NULL;
    json_error_t syntax;
    unsigned long failures = json_memory_failures();
    int bad = !text || json_read(text, strlen(text), 0, &signature, &syntax) < 0 ||
              json_object_set_new(extra, "signature", signature) < 0;
    auto_free char *dump = bad ? NULL : json_dumps(extra, JSON_COMPACT);
    json_decref(extra);
    if (!dump || json_memory_failures() != failures)
        return error_oom(err);
    session->request_fd = memfd_sealed("request", dump, strlen(dump), err);
    return session->request_fd < 0 ? session->request_fd : 0;
}

int session_judge(const struct session *session, const struct sandbox_outcome *box,
                  struct error *err)
{
    if (box->end == SANDBOX_END_CANCELLED)
        return error_set(err, -ECANCELED, "cancelled");
    if (box->end == SANDBOX_END_EXITED && box->exit_code == 0)
        return 0;
    size_t n = box->err.n_kept;
    while (n > 0 && box->err.bytes[n - 1] == '\n')
        n--;
    size_t from = n;
    while (from > 0 && box->err.bytes[from - 1] != '\n')
        from--;
    char said[400];
    escape_text(n ? box->err.bytes + from : "", n - from, said, sizeof said);
    const char *how = box->end == SANDBOX_END_MEMORY      ? "needs more than 3 GiB of memory"
                      : box->end == SANDBOX_END_CPU       ? "ran out of time (120 s)"
                      : box->end == SANDBOX_END_WALL      ? "ran out of time (300 s wall)"
                      : box->end == SANDBOX_END_FORBIDDEN ? "made a forbidden system call"
                                                          : "failed";
    return error_set(err, -EINVAL, "%s/%s %s%s%s", session->problem->slug, session->file, how,
                     said[0] ? ": " : "", said);
}

/* What a copy of a fork server is to be. */
static const char *const host_env[] = {"MLJUDGE_HOST=generator_host", NULL};

int session_start(const struct session *session, bool cold, sandbox_done_fn *done, void *data,
                  struct error *err)
{
    const struct phase *phase = &session->language->generate;
    const struct sandbox_fd fds[] = {
        {session->request_fd, FD_REQUEST},
        {session->output_fd, FD_OUTPUT},
        {session->source_fd, FD_SOURCE},
        {session->frames_fd, FD_FRAMES},
    };
    auto_free const char **env = lists_joined(phase->env, host_env);
    if (!env)
        return error_oom(err);
    struct sandbox_policy policy = {
        .server = cold ? NULL : servers_get(session->judge, session->language),
        .argv = phase->command,
        .env = env,
        .profile = phase->profile,
        .mounts = phase->mounts.mounts,
        .n_mounts = phase->mounts.n,
        .fds = fds,
        .n_fds = session->frames_fd >= 0 ? 4 : 3,
        .stdin_fd = -1,
        .run = generator_limits,
        .file_bytes = OUTPUT_MAX_BYTES,
    };
    return sandbox_start(session->judge->sandbox, &policy, done, data, NULL, err);
}

struct waiting {
    const struct session *session;
    bool over;
    int r;
    struct error error;
};

static void box_over(void *data, int r, struct sandbox_outcome *box, const struct error *err)
{
    struct waiting *waiting = data;
    waiting->over = true;
    waiting->r = r;
    if (r < 0) {
        waiting->error = *err;
        return;
    }
    waiting->r = session_judge(waiting->session, box, &waiting->error);
    sandbox_outcome_done(box);
}

static int run_session(const struct session *session, int cancel_fd, struct error *err)
{
    struct judge *judge = session->judge;
    struct waiting waiting = {.session = session, .error = ERROR_INIT};
    int r = session_start(session, false, box_over, &waiting, err);
    if (r < 0)
        return r; /* there is no box to wait for */
    r = judge_wait(judge, &waiting.over, cancel_fd, err);
    if (r < 0)
        return r;
    if (waiting.r < 0 && err)
        *err = waiting.error;
    return waiting.r;
}

/* The generator's output: whole frames, each padded to FRAME_ALIGN.  Hostile bytes until parsed. */
static int hand_over(const struct mapping *mapping, const struct handing *to, struct error *err)
{
    const char *bytes = mapping->bytes;
    size_t at = 0;
    for (int64_t index = to->first; index < to->first + to->n; index++) {
        uint64_t total = 0;
        if (mapping->size - at >= 32)
            memcpy(&total, bytes + at + 16, sizeof total);
        if (total < 32 || total > mapping->size - at)
            return error_set(err, -EBADMSG, "the generator's output ends before test %" PRId64,
                             index);
        int r = to->take(to->data, to->group, index, bytes + at, (size_t)total, err);
        if (r < 0)
            return r;
        size_t step = ((size_t)total + FRAME_ALIGN - 1) / FRAME_ALIGN * FRAME_ALIGN;
        at = step < mapping->size - at ? at + step : mapping->size;
    }
    if (at != mapping->size)
        return error_set(err, -EBADMSG, "the generator's output goes on after the last test");
    return 0;
}

int session_hand_over(const struct session *session, const struct handing *to, struct error *err)
{
    struct mapping mapping = {0};
    int r = memfd_seal(session->output_fd, err);
    if (r == 0)
        r = mapping_open(&mapping, session->output_fd, (size_t)OUTPUT_MAX_BYTES, err);
    if (r == 0)
        r = hand_over(&mapping, to, err);
    mapping_done(&mapping);
    return r;
}

static int run_and_hand_over(const struct session *session, const struct handing *to, int cancel_fd,
                             struct error *err)
{
    int r = run_session(session, cancel_fd, err);
    return r < 0 ? r : session_hand_over(session, to, err);
}

int generate_scale(struct judge *judge, const struct problem *problem, int64_t n,
                   const struct seed *seed, generated_fn *take, void *data, int cancel_fd,
                   struct error *err)
{
    struct session session;
    unsigned char key[TEST_KEY_BYTES];
    char hex[2 * TEST_KEY_BYTES + 1];
    int r = session_open(judge, problem, GENERATOR_FILE, &session, err);
    if (r == 0) {
        seed_test_key(seed, problem->slug, problem->version, "scale", n, key);
        sodium_bin2hex(hex, sizeof hex, key, sizeof key);
        json_t *request = json_pack("{s:I,s:s}", "scale", (json_int_t)n, "key", hex);
        r = request ? session_request(&session, request, err) : error_oom(err);
    }
    const struct handing to = {0, 0, 1, take, data};
    if (r == 0)
        r = run_and_hand_over(&session, &to, cancel_fd, err);
    session_done(&session);
    return r;
}

int generate_validate(struct judge *judge, const struct problem *problem,
                      const struct validate_item *items, size_t n, int cancel_fd, struct error *err)
{
    struct session session;
    int r = session_open(judge, problem, GENERATOR_FILE, &session, err);
    if (r == 0) {
        session.frames_fd = memfd_empty("frames", err);
        r = session.frames_fd < 0 ? session.frames_fd : 0;
    }
    json_t *names = json_array();
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = frame_append(session.frames_fd, items[i].args, items[i].args_size, err);
        if (r == 0 && json_array_append_new(names, json_string(items[i].name)) != 0)
            r = error_oom(err);
    }
    json_t *request = json_pack("{s:I,s:o}", "validate_frames", (json_int_t)n, "names", names);
    if (r == 0)
        r = memfd_seal(session.frames_fd, err);
    if (r == 0)
        r = request ? session_request(&session, request, err) : error_oom(err);
    else
        json_decref(request);
    if (r == 0)
        r = run_session(&session, cancel_fd, err);
    session_done(&session);
    return r;
}

/* The names, keys and frames of the tests. */
static int append_items(const struct vary_item *items, size_t n, int frames_fd, json_t *names,
                        json_t *keys, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        char hex[2 * TEST_KEY_BYTES + 1];
        sodium_bin2hex(hex, sizeof hex, items[i].key, sizeof items[i].key);
        r = frame_append(frames_fd, items[i].args, items[i].args_size, err);
        if (r == 0 && (json_array_append_new(names, json_string(items[i].name)) != 0 ||
                       json_array_append_new(keys, json_string(hex)) != 0))
            r = error_oom(err);
    }
    return r < 0 ? r : memfd_seal(frames_fd, err);
}

int generate_vary(struct judge *judge, const struct problem *problem, const struct checker *checker,
                  const struct vary_item *items, size_t n, generated_fn *take, void *data,
                  int cancel_fd, struct error *err)
{
    struct session session;
    const char *file = checker_file(checker);
    int r = session_open(judge, problem, file, &session, err);
    if (r == 0)
        r = session.frames_fd = memfd_empty("frames", err);
    json_t *names = json_array(), *keys = json_array();
    if (r >= 0)
        r = append_items(items, n, session.frames_fd, names, keys, err);
    json_t *params = checker_params(checker);
    json_t *request = json_pack("{s:s,s:o,s:I,s:o,s:o}", "vary", file, "params", params, "runs",
                                (json_int_t)checker_runs(checker), "names", names, "keys", keys);
    if (r == 0)
        r = request ? session_request(&session, request, err) : error_oom(err);
    else
        json_decref(request);
    const struct handing to = {0, 0, (int64_t)(n * (checker_runs(checker) - 1)), take, data};
    if (r == 0)
        r = run_and_hand_over(&session, &to, cancel_fd, err);
    session_done(&session);
    return r < 0 ? error_prefix(err, r, "%s, several calls a test", problem->slug) : 0;
}
