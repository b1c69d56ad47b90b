#include "judge/answer.h"

int answer_compare(const struct comparator *comparator, const struct signature *signature,
                   const void *args, size_t args_size, const void *expected, size_t expected_size,
                   const struct frame *got, struct comparison *ret, struct error *err)
{
    struct frame args_frame = {0};
    struct frame expected_frame = {0};
    struct dims dims = {0};
    if (expected_size == 0 &&
        comparator_checker(comparator)) { /* it has an answer of its own only */
        *ret = (struct comparison){.equal = true, .index = -1, .credit = 1};
        return 0;
    }
    int r = frame_parse(args, args_size, &args_frame, err);
    if (r == 0)
        r = frame_parse(expected, expected_size, &expected_frame, err);
    if (r == 0)
        r = values_check(signature->args, signature->n_args, args_frame.values, args_frame.n_values,
                         &dims, "argument", err);
    if (r == 0)
        r = values_check(signature->returns, signature->n_returns, expected_frame.values,
                         expected_frame.n_values, &dims, "expected", err);
    if (r == 0) {
        values_resolve(signature->returns, expected_frame.values, expected_frame.n_values, &dims);
        r = compare_values(comparator, signature, &args_frame, &expected_frame, got, ret, err);
    }
    frame_done(&args_frame);
    frame_done(&expected_frame);
    return r;
}
