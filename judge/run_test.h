/* One call of a compiled submission on one test's arguments, in a box of its own. */
#ifndef MLJUDGE_RUN_TEST_H
#define MLJUDGE_RUN_TEST_H

#include "judge/judge.h"

/* What came out of the box, before anything was compared. */
struct call_outcome {
    enum verdict verdict; /* NONE: a whole result frame of the right type is there; else why not */
    struct sandbox_outcome box;
    struct mapping result_mapping; /* the frame's bytes, sealed */
    struct frame result;
    bool has_result;
    char message[768];
    char hint[160];
    int line;      /* of the submitted file, where it happened; 0 = not known */
    int hint_line; /* the same, where the hint says it, too */
};
void call_outcome_done(struct call_outcome *outcome);

struct call {
    struct language *language;
    const struct signature *signature;
    int object_fd;    /* compiled.fd */
    const char *file; /* base name shown in tracebacks */
    int n_lines;      /* of the source: a fault's line beyond them is not believed */
    const void *args; /* ARGS frame */
    size_t args_size;
    struct test_limits limits;
    bool more; /* other calls in this language will follow: their boxes may be prepared ahead */
    enum row_order row_order;
    bool cold; /* no fork server */
};

typedef void call_done_fn(void *data, int r, struct call_outcome *outcome, const struct error *err);

/* Starts it; done() is called from sandbox_step().  Everything in `call` but the language, the signature and the
 * args is read before the return. */
int call_start(struct judge *judge, const struct call *call, call_done_fn *done, void *data,
               struct error *err);

/* Starts it and waits. */
int call_run(struct judge *judge, const struct call *call, int cancel_fd, struct call_outcome *ret,
             struct error *err);

#endif
