#include "judge/answer.h"

#include <assert.h>
#include <stdlib.h>

#include "judge/calls.h"

/* The frames of one test while it is compared. */
struct frames {
    struct frame args[COMPARE_RUNS_MAX];
    struct compare_run runs[COMPARE_RUNS_MAX];
    struct frame expected;
};

static int parse_runs(const struct signature *signature, const struct answered_run *runs, size_t n,
                      struct frames *frames, struct dims *dims, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct dims own = {0};
        r = frame_parse(runs[i].args, runs[i].args_size, &frames->args[i], err);
        if (r == 0)
            r = args_check(signature, &frames->args[i], &own, err);
        if (i == 0)
            *dims = own;
        frames->runs[i] = (struct compare_run){&frames->args[i], runs[i].got};
    }
    return r;
}

int answer_compare(const struct comparator *comparator, const struct signature *signature,
                   const struct answered_run *runs, const void *expected, size_t expected_size,
                   struct comparison *ret, struct error *err)
{
    size_t n = comparator_runs(comparator);
    struct dims dims = {0};
    assert(n <= COMPARE_RUNS_MAX);
    if (expected_size == 0 &&
        comparator_checker(comparator)) { /* it has an answer of its own only */
        *ret = (struct comparison){.equal = true, .index = -1, .field = -1, .credit = 1};
        return 0;
    }
    struct frames *frames = calloc(1, sizeof *frames);
    if (!frames)
        return error_oom(err);
    int r = parse_runs(signature, runs, n, frames, &dims, err);
    if (r == 0)
        r = frame_parse(expected, expected_size, &frames->expected, err);
    if (r == 0)
        r = results_check(signature, &frames->args[0], &dims, &frames->expected, "expected", err);
    if (r == 0)
        r = compare_runs(comparator, signature, frames->runs, &frames->expected, ret, err);
    for (size_t i = 0; i < n; i++)
        frame_done(&frames->args[i]);
    frame_done(&frames->expected);
    free(frames);
    return r;
}

int answer_change_args(const void *args, size_t args_size, const struct run_change *change,
                       void **ret, size_t *ret_size, struct error *err)
{
    struct frame frame;
    int r = frame_parse(args, args_size, &frame, err);
    if (r < 0)
        return r;
    assert(change->arg < frame.n_values && frame.values[change->arg].elem == ELEM_INT);
    const int64_t value = value_int(&frame.values[change->arg], 0) ^ change->flips;
    frame.values[change->arg].data = &value;
    r = frame_build(FRAME_ARGS, frame.values, frame.n_values, ret, ret_size, err);
    frame_done(&frame);
    return r;
}
