/* A test of a class: calls of its methods, in order, on one object (entry kind "class").
 *
 * Arguments frame: item 0 is int[c]: the method of each call, an index into signature->methods; call 0 is __init__ and
 * no other is.  Then for each method in order, for each of its arguments: of a scalar one array of rank 1 with an element
 * a call of the method, of anything else an item a call.  Result frame: the same of each method with a result.  So a
 * hundred thousand calls with scalars are a handful of items. */
#ifndef MLJUDGE_CALLS_H
#define MLJUDGE_CALLS_H

#include "judge/frame.h"

#define METHOD_ARGS_MAX 64

struct calls {
    const struct signature *signature;
    int64_t n;
    const int64_t *methods; /* [n], in the frame */
    int64_t *ordinals;      /* [n]: the how-manieth call of its method */
    int64_t *counts;        /* [n_methods] */
    size_t *first_args; /* [n_methods]: index of the method's first item in the arguments frame */
    size_t *first_results; /* the same in the result frame */
    size_t n_arg_items, n_result_items;
};

/* Reads the calls out of an arguments frame, which must stay; checks all but the values of the arguments.
 * -EBADMSG and a sentence. */
int calls_open(const struct signature *signature, const struct frame *args, struct calls *ret,
               struct error *err);
void calls_done(struct calls *calls);

/* Is a value of this type one element of an array of all calls? */
bool calls_stacks(const struct type *type);

/* The arguments of one call: views into `values`, those of the arguments frame. */
void calls_args(const struct calls *calls, const struct value *values, int64_t call,
                struct value ret[METHOD_ARGS_MAX]);

/* The result of one call; false: its method has none. */
bool calls_result(const struct calls *calls, const struct value *values, int64_t call,
                  struct value *ret);

const struct method *calls_method(const struct calls *calls, int64_t call);

/* ---- what arrives and what comes back, of functions and classes alike ---- */

/* values_check() of all arguments.  *dims: what they bind, for args_check()'s counterpart below (functions). */
int args_check(const struct signature *signature, const struct frame *args, struct dims *dims,
               struct error *err);

/* values_check() and values_resolve() of all results.  `args`: the arguments frame, checked.  `what` begins the
 * sentence. */
int results_check(const struct signature *signature, const struct frame *args,
                  const struct dims *dims, struct frame *results, const char *what,
                  struct error *err);

#endif
