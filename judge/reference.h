/* The package's own solutions at work on its tests: "reference", "check", and those that limits are measured by. */
#ifndef MLJUDGE_REFERENCE_H
#define MLJUDGE_REFERENCE_H

#include "judge/compile.h"
#include "judge/run_test.h"

struct reference {
    const char *path; /* in the package */
    struct language *language;
    struct compiled compiled;
};

/* Reads and compiles a solution of the package.  `language`: NULL: by the file's extension.  reference_done() also
 * after a failure; -ENOENT: a tool is missing. */
int reference_load(struct judge *judge, const struct problem *problem, const char *path,
                   const char *language, int cancel_fd, struct reference *ret, struct error *err);
void reference_done(struct reference *reference);

struct reference_call {
    const struct problem *problem;
    const struct reference *reference;
    size_t group;
    const char *test; /* its name, for complaints */
    const void *args; /* an ARGS frame */
    size_t args_size;
};

/* One call, in a box of its own, under generous limits.  Any end but a whole result is -EINVAL. */
int reference_run(struct judge *judge, const struct reference_call *call, int cancel_fd,
                  struct call_outcome *ret, struct error *err);

/* The same in two steps: starts it; done() is called from sandbox_step(); its outcome is to be asked for with
 * reference_accept(), which is done with an outcome that it refuses. */
int reference_start(struct judge *judge, const struct reference_call *call, call_done_fn *done,
                    void *data, struct error *err);
int reference_accept(const struct reference_call *call, struct call_outcome *outcome,
                     struct error *err);

#endif
