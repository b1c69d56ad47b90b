/* One call in a box: HARNESS.md's descriptors are set up here, and what comes back is taken apart here.
 *
 * Nothing the box wrote is believed: the result is sealed and mapped only after the box is empty, counts only if the
 * harness exited 0 and the frame is exactly as long as the file, and is checked against the signature before a
 * comparator sees it. */
#include "judge/run_test.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/calls.h"
#include "judge/escape.h"
#include "judge/servers.h"
#include "sandbox/hole.h"
#include "sandbox/util.h"

enum harness_fd { FD_ARGS = 3, FD_RESULT, FD_READY, FD_GO, FD_OBJECT, FD_SIGNATURE, FD_CSV = 16 };

#define CSV_MAX          32
#define OBJECT_MAX_BYTES ((size_t)64 << 20) /* what a compiler may leave */
#define RESULT_MAX_BYTES ((int64_t)256 << 20)
#define MIB              ((int64_t)1 << 20)

/* Generous: what happens before `ready` is ours, failing there is a judge error. */
static const struct sandbox_limits prepare_limits = {
    .cpu_us = 60000000, .wall_us = 180000000, .memory_bytes = (int64_t)4 << 30};

/* A CPU limit is enforced a little above itself, so that a borderline test can be told from a hopeless one and run
 * again (design: "a TLE under 1.2 x the limit"). */
#define CPU_HARD_NUMERATOR   12
#define CPU_HARD_DENOMINATOR 10

struct running {
    struct call call; /* source pointers are dead after call_start() */
    call_done_fn *done;
    void *data;
    int result_fd;
    struct dims dims; /* bound by the arguments */
};

static void running_free(struct running *running)
{
    if (running->result_fd >= 0)
        close(running->result_fd);
    free(running);
}

void call_outcome_done(struct call_outcome *outcome)
{
    sandbox_outcome_done(&outcome->box);
    if (outcome->has_result)
        frame_done(&outcome->result);
    outcome->has_result = false;
    mapping_done(&outcome->result_mapping);
}

/* ---- what the box gets ---- */

struct inputs {
    int args_fd, signature_fd, object_fd;
    int csv_fds[CSV_MAX];
    size_t n_csv;
};

static void inputs_done(struct inputs *inputs)
{
    cleanup_fd(&inputs->args_fd);
    cleanup_fd(&inputs->signature_fd);
    cleanup_fd(&inputs->object_fd);
    for (size_t i = 0; i < inputs->n_csv; i++)
        close(inputs->csv_fds[i]);
}

static bool has_csv(const struct frame *frame)
{
    for (size_t i = 0; i < frame->n_values; i++)
        if (frame->values[i].kind == KIND_CSV)
            return true;
    return false;
}

/* A csv argument leaves the frame for a descriptor of its own: the box reads it, it never holds a copy.  Each box gets
 * files of its own (copy_object() says why); 16 MB, the largest input of the shelf, take 5 ms. */
static int make_args(const struct call *call, const struct frame *args, struct inputs *inputs,
                     struct error *err)
{
    if (!has_csv(args)) {
        inputs->args_fd = memfd_sealed("args", call->args, call->args_size, err);
        return inputs->args_fd < 0 ? inputs->args_fd : 0;
    }
    auto_free struct value *values = calloc(args->n_values, sizeof *values);
    if (!values)
        return error_oom(err);
    for (size_t i = 0; i < args->n_values; i++) {
        values[i] = args->values[i];
        if (values[i].kind != KIND_CSV)
            continue;
        if (inputs->n_csv == CSV_MAX)
            return error_set(err, -E2BIG, "more than %d csv arguments", CSV_MAX);
        int fd = memfd_sealed("csv", values[i].bytes, values[i].n_bytes, err);
        if (fd < 0)
            return fd;
        values[i].external_fd = FD_CSV + (int)inputs->n_csv;
        values[i].bytes = NULL;
        values[i].n_bytes = 0;
        inputs->csv_fds[inputs->n_csv++] = fd;
    }
    auto_free void *bytes = NULL;
    size_t size = 0;
    int r = frame_build(FRAME_ARGS, values, args->n_values, &bytes, &size, err);
    if (r < 0)
        return r;
    inputs->args_fd = memfd_sealed("args", bytes, size, err);
    return inputs->args_fd < 0 ? inputs->args_fd : 0;
}

/* Every box gets a copy: the file's offset, flags and times would carry a message from one test to the next. */
static int copy_object(const struct call *call, struct inputs *inputs, struct error *err)
{
    struct mapping object;
    int r = mapping_open(&object, call->object_fd, OBJECT_MAX_BYTES, err);
    if (r < 0)
        return r;
    inputs->object_fd = memfd_sealed("object", object.bytes, object.size, err);
    mapping_done(&object);
    return inputs->object_fd < 0 ? inputs->object_fd : 0;
}

static int make_inputs(const struct call *call, struct dims *dims, struct inputs *inputs,
                       struct error *err)
{
    *inputs = (struct inputs){.args_fd = -1, .signature_fd = -1, .object_fd = -1};
    struct frame args;
    int r = frame_parse(call->args, call->args_size, &args, err);
    if (r < 0)
        return r;
    r = args_check(call->signature, &args, dims, err);
    if (r == 0) {
        /* A generator's [] is of rank 1 still; the candidate gets the declared one. */
        if (call->signature->n_methods == 0)
            values_resolve(call->signature->args, args.values, args.n_values, dims);
        r = make_args(call, &args, inputs, err);
    }
    frame_done(&args);
    if (r < 0)
        return r;
    auto_free char *signature = signature_to_json(call->signature, call->language->flavour);
    if (!signature)
        return error_oom(err);
    inputs->signature_fd = memfd_sealed("signature", signature, strlen(signature), err);
    return inputs->signature_fd < 0 ? inputs->signature_fd : copy_object(call, inputs, err);
}

/* ---- what came back ---- */

static void set_message(struct call_outcome *outcome, enum verdict verdict, const char *hint,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

static void set_message(struct call_outcome *outcome, enum verdict verdict, const char *hint,
                        const char *format, ...)
{
    outcome->verdict = verdict;
    snprintf(outcome->hint, sizeof outcome->hint, "%s", hint);
    va_list args;
    va_start(args, format);
    vsnprintf(outcome->message, sizeof outcome->message, format, args);
    va_end(args);
}

/* Without a control group a limit on reserved memory stands behind the samples: who is refused memory by it
 * never touched that much. */
static bool near_memory_limit(const struct running *running, const struct sandbox_outcome *box)
{
    if (box->tier != SANDBOX_TIER_FULL)
        return true;
    return box->run.memory_bytes >= running->call.limits.memory_bytes / 100 * 95;
}

/* A fault's class name may be shown of a hidden test only if it is one of Python's own. */
static bool is_builtin_exception(const char *name)
{
    static const char *const names[] = {
        "ArithmeticError",   "AssertionError",     "AttributeError",      "BaseException",
        "BufferError",       "EOFError",           "Exception",           "FileExistsError",
        "FileNotFoundError", "FloatingPointError", "GeneratorExit",       "ImportError",
        "IndentationError",  "IndexError",         "IsADirectoryError",   "KeyError",
        "KeyboardInterrupt", "LookupError",        "MemoryError",         "ModuleNotFoundError",
        "NameError",         "NotADirectoryError", "NotImplementedError", "OSError",
        "OverflowError",     "PermissionError",    "RecursionError",      "ReferenceError",
        "RuntimeError",      "StopIteration",      "SyntaxError",         "SystemError",
        "SystemExit",        "TabError",           "TimeoutError",        "TypeError",
        "UnboundLocalError", "UnicodeDecodeError", "UnicodeEncodeError",  "UnicodeError",
        "ValueError",        "ZeroDivisionError"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void set_exception(struct call_outcome *outcome, const char *hint, const char *kind,
                          const char *place, const char *text)
{
    outcome->hint_line = outcome->line;
    set_message(outcome, VERDICT_RTE, hint, "%s%s: %.600s", kind, place, text);
}

static void judge_fault(const struct running *running, struct call_outcome *outcome)
{
    struct fault fault;
    if (frame_fault(&outcome->result, &fault, NULL) < 0) {
        set_message(outcome, VERDICT_RTE, "ended without returning",
                    "ended without returning a result");
        return;
    }
    bool known = is_builtin_exception(fault.kind);
    char named[300]; /* hostile; for samples and --reveal */
    const char *kind = known || !fault.kind[0]
                           ? fault.kind
                           : escape_text(fault.kind, strlen(fault.kind), named, sizeof named);
    char place[32] = "";
    char hint[96];
    /* Any other number would be a message of the candidate's own, out of a hidden test. */
    if (fault.line > 0 && fault.line <= running->call.n_lines) {
        outcome->line = fault.line;
        snprintf(place, sizeof place, ", line %d", fault.line);
    }
    snprintf(hint, sizeof hint, "%s%s", known ? fault.kind : "exception", place);
    char text[1200];
    escape_text(fault.message, strlen(fault.message), text, sizeof text);
    switch (fault.code) {
    case FAULT_SYNTAX:
    case FAULT_LOAD:
        set_message(outcome, VERDICT_CE, "does not load", "%.700s%s", text, place);
        return;
    case FAULT_NO_ENTRY:
        set_message(outcome, VERDICT_CE, "the entry function is missing", "%.700s", text);
        return;
    case FAULT_ARITY:
        set_message(outcome, VERDICT_RTE, "wrong number of parameters", "%.700s", text);
        return;
    case FAULT_TYPE:
        set_message(outcome, VERDICT_WA, "wrong type or shape", "%.700s", text);
        return;
    case FAULT_MEMORY:
        if (near_memory_limit(running, &outcome->box)) {
            char where[64];
            snprintf(where, sizeof where, "memory limit%s", place);
            outcome->hint_line = outcome->line;
            set_message(outcome, VERDICT_MLE, where, "out of memory near the limit of %.1f MiB%s",
                        (double)running->call.limits.memory_bytes / (double)MIB, place);
        } else
            set_exception(outcome, hint, kind, place, text);
        return;
    case FAULT_EXIT:
        set_message(outcome, VERDICT_RTE, "ended without returning", "%.700s%s", text, place);
        return;
    case FAULT_EXCEPTION: break;
    }
    set_exception(outcome, hint, kind, place, text);
}

/* Types and shapes of what came back; of a class they follow from the arguments of each call. */
static int check_returned(const struct running *running, struct call_outcome *outcome,
                          struct error *err)
{
    const struct call *call = &running->call;
    struct frame args = {0};
    int r =
        call->signature->n_methods > 0 ? frame_parse(call->args, call->args_size, &args, err) : 0;
    if (r == 0)
        r = results_check(call->signature, &args, &running->dims, &outcome->result, "return", err);
    frame_done(&args);
    return r;
}

/* Looks at the result file of a harness that exited by itself. */
static int take_result(struct running *running, struct call_outcome *outcome, struct error *err)
{
    struct stat st;
    if (fstat(running->result_fd, &st) < 0)
        return error_errno(err, "stat the result");
    int exit_code = outcome->box.exit_code;
    if (st.st_size == 0) {
        set_message(outcome, VERDICT_RTE, "ended without returning",
                    "ended without returning (exit code %d)", exit_code);
        return 0;
    }
    int r = memfd_seal(running->result_fd, err);
    if (r == 0)
        r = mapping_open(&outcome->result_mapping, running->result_fd, (size_t)RESULT_MAX_BYTES,
                         err);
    if (r < 0)
        return r;
    struct error why = ERROR_INIT;
    r = frame_parse(outcome->result_mapping.bytes, outcome->result_mapping.size, &outcome->result,
                    &why);
    if (r == -ENOMEM)
        return error_oom(err);
    if (r < 0) {
        set_message(outcome, VERDICT_RTE, "ended without returning",
                    "ended without returning a whole result: %s", why.text);
        return 0;
    }
    outcome->has_result = true;
    if (outcome->result.kind == FRAME_FAULT) {
        judge_fault(running, outcome);
    } else if (outcome->result.kind != FRAME_RESULT || (exit_code != 0 && !hole("whole-frame"))) {
        set_message(outcome, VERDICT_RTE, "ended without returning",
                    "ended without returning (exit code %d after a result)", exit_code);
    } else {
        r = check_returned(running, outcome, &why);
        if (r == -ENOMEM)
            return error_oom(err);
        if (r < 0 && !hole("values-checked"))
            set_message(outcome, VERDICT_WA, "wrong type or shape", "%s", why.text);
    }
    return 0;
}

static void limit_reached(const struct running *running, struct call_outcome *outcome)
{
    const struct test_limits *limits = &running->call.limits;
    const struct sandbox_outcome *box = &outcome->box;
    switch (box->end) {
    case SANDBOX_END_FORBIDDEN:
        set_message(outcome, VERDICT_SV, "forbidden system call", "forbidden system call%s%s",
                    box->n_blocked ? ": " : "",
                    box->n_blocked ? box->blocked[box->n_blocked - 1].name : "");
        break;
    case SANDBOX_END_OUTPUT:
        set_message(outcome, VERDICT_OLE, "output limit", "printed more than %g MiB",
                    (double)limits->output_bytes / (double)MIB);
        break;
    case SANDBOX_END_MEMORY:
        set_message(outcome, VERDICT_MLE, "memory limit", "needs more than %.1f MiB",
                    (double)limits->memory_bytes / (double)MIB);
        break;
    case SANDBOX_END_WALL:
        set_message(outcome, VERDICT_TLE, box->idle ? "wall limit, idle" : "wall limit",
                    "%s after %" PRId64 " ms",
                    box->idle ? "idle: waited without computing, stopped" : "stopped",
                    limits->wall_ms);
        break;
    case SANDBOX_END_CPU:
    default:
        set_message(outcome, VERDICT_TLE, "time limit",
                    "used %.0f ms CPU where %" PRId64 " ms are allowed",
                    (double)box->run.cpu_us / 1000.0, limits->cpu_ms);
        break;
    }
}

/* First line of what a harness said before it was ready. */
static int not_ready(const struct call_outcome *outcome, struct error *err)
{
    const struct sandbox_captured *said = &outcome->box.err;
    char text[256];
    size_t n = said->n_kept;
    while (n > 0 && said->bytes[n - 1] == '\n')
        n--;
    size_t from = n;
    while (from > 0 && said->bytes[from - 1] != '\n')
        from--;
    escape_text(n ? said->bytes + from : "", n - from, text, sizeof text);
    return error_set(err, -EPROTO,
                     "the harness was not ready (end %d, exit code %d, signal %d)%s%s",
                     (int)outcome->box.end, outcome->box.exit_code, outcome->box.signal,
                     text[0] ? ": " : "", text);
}

static int take_apart(struct running *running, struct call_outcome *outcome, struct error *err)
{
    const struct sandbox_outcome *box = &outcome->box;
    if (box->end == SANDBOX_END_CANCELLED)
        return error_set(err, -ECANCELED, "cancelled");
    if (!box->ready)
        return not_ready(outcome, err);
    bool over_cpu = box->run.cpu_us > running->call.limits.cpu_ms * 1000;
    if (box->end == SANDBOX_END_SIGNALED && box->signal == SIGXFSZ) {
        set_message(outcome, VERDICT_OLE, "output limit",
                    "wrote a file or result larger than %" PRId64 " MiB", RESULT_MAX_BYTES / MIB);
        return 0;
    }
    if (box->end == SANDBOX_END_FORBIDDEN || box->end == SANDBOX_END_OUTPUT ||
        box->end == SANDBOX_END_MEMORY || box->end == SANDBOX_END_WALL ||
        box->end == SANDBOX_END_CPU || over_cpu) {
        limit_reached(running, outcome);
        return 0;
    }
    if (box->end == SANDBOX_END_SIGNALED) {
        const char *name = sigabbrev_np(box->signal);
        char text[64];
        snprintf(text, sizeof text, "ended by signal %s%s", name ? "SIG" : "", name ? name : "?");
        set_message(outcome, VERDICT_RTE, "ended by a signal", "%s", text);
        return 0;
    }
    if (box->end != SANDBOX_END_EXITED)
        return error_set(err, -EPROTO, "the harness could not be started (errno %d)",
                         box->exec_errno);
    return take_result(running, outcome, err);
}

static void box_done(void *data, int r, struct sandbox_outcome *box, const struct error *box_error)
{
    struct running *running = data;
    struct call_outcome outcome = {.verdict = VERDICT_NONE};
    struct error err = ERROR_INIT;
    if (r < 0) {
        err = *box_error;
        sandbox_outcome_init(&outcome.box);
    } else {
        outcome.box = *box;
        r = take_apart(running, &outcome, &err);
    }
    running->done(running->data, r, &outcome, &err);
    running_free(running);
}

/* ---- starting ---- */

static int start_box(struct judge *judge, const struct call *call, const struct inputs *inputs,
                     struct running *running, struct error *err)
{
    const struct phase *phase = &call->language->run;
    struct sandbox_fd fds[4 + CSV_MAX] = {
        {inputs->args_fd, FD_ARGS},
        {running->result_fd, FD_RESULT},
        {inputs->object_fd, FD_OBJECT},
        {inputs->signature_fd, FD_SIGNATURE},
    };
    for (size_t i = 0; i < inputs->n_csv; i++)
        fds[4 + i] = (struct sandbox_fd){inputs->csv_fds[i], FD_CSV + (int)i};
    char file[300];
    char escaped[256];
    escape_text(call->file, strlen(call->file), escaped, sizeof escaped);
    snprintf(file, sizeof file, "MLJUDGE_FILE=%s", escaped);
    char order[40];
    snprintf(order, sizeof order, "MLJUDGE_ROW_ORDER=%d", (int)call->row_order);
    const char *const own[] = {file, call->row_order != ROW_ORDER_GIVEN ? order : NULL, NULL};
    auto_free const char **env = lists_joined(phase->env, own);
    if (!env)
        return error_oom(err);
    struct sandbox_policy policy = {
        .server = call->cold ? NULL : servers_get(judge, call->language),
        .argv = phase->command,
        .env = env,
        .profile = phase->profile,
        .mounts = phase->mounts.mounts,
        .n_mounts = phase->mounts.n,
        .fds = fds,
        .n_fds = 4 + inputs->n_csv,
        .stdin_fd = -1,
        .barrier = true,
        .ready_target = FD_READY,
        .go_target = FD_GO,
        .prepare = prepare_limits,
        .run = {.cpu_us = call->limits.cpu_ms * 1000 * CPU_HARD_NUMERATOR / CPU_HARD_DENOMINATOR,
                .wall_us = call->limits.wall_ms * 1000,
                .memory_bytes = call->limits.memory_bytes},
        .output_bytes = call->limits.output_bytes,
        .file_bytes = RESULT_MAX_BYTES,
        .no_proc = phase->no_proc,
        .spare = call->more,
    };
    return sandbox_start(judge->sandbox, &policy, box_done, running, NULL, err);
}

int call_start(struct judge *judge, const struct call *call, call_done_fn *done, void *data,
               struct error *err)
{
    assert(call->language->probed);
    struct running *running = calloc(1, sizeof *running);
    if (!running)
        return error_oom(err);
    *running = (struct running){.call = *call, .done = done, .data = data, .result_fd = -1};
    struct inputs inputs;
    int r = make_inputs(call, &running->dims, &inputs, err);
    if (r == 0) {
        running->result_fd = memfd_empty("result", err);
        r = running->result_fd < 0 ? running->result_fd : 0;
    }
    if (r == 0)
        r = start_box(judge, call, &inputs, running, err);
    inputs_done(&inputs);
    if (r < 0)
        running_free(running);
    return r;
}

struct waiting {
    bool over;
    int r;
    struct call_outcome *outcome;
    struct error error;
};

static void wake(void *data, int r, struct call_outcome *outcome, const struct error *err)
{
    struct waiting *waiting = data;
    waiting->over = true;
    waiting->r = r;
    if (r < 0) {
        waiting->error = *err;
        call_outcome_done(outcome);
        return;
    }
    *waiting->outcome = *outcome;
}

int call_run(struct judge *judge, const struct call *call, int cancel_fd, struct call_outcome *ret,
             struct error *err)
{
    struct waiting waiting = {.outcome = ret, .error = ERROR_INIT};
    int r = call_start(judge, call, wake, &waiting, err);
    if (r < 0)
        return r; /* there is no box to wait for */
    r = judge_wait(judge, &waiting.over, cancel_fd, err);
    if (r < 0) {
        if (waiting.over && waiting.r == 0)
            call_outcome_done(ret);
        return r;
    }
    if (waiting.r < 0 && err)
        *err = waiting.error;
    return waiting.r;
}
