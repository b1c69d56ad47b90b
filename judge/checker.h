/* A package's own comparator: checker.py, run in a box that sees one test's arguments, the expected answer (or none)
 * and the checked answer, and nothing else.  Its box starts when the candidate's is empty.
 *
 * What goes wrong in it (an exception, a limit, an answer that is none) is the package's fault: negative errno here,
 * JE in a report, never a verdict on the candidate.  Its protocol: HARNESS.md. */
#ifndef MLJUDGE_CHECKER_H
#define MLJUDGE_CHECKER_H

#include <jansson.h>
#include <stdbool.h>

#include "judge/frame.h"

struct answered_run;
struct judge;
struct problem;
struct comparison;
struct checker; /* what problem.json says; immutable */

/* Is this comparator {"name": "checker", ...}? */
bool checker_is(const json_t *json);

/* {"name": "checker", "file": "checker.py", "expected": true, "kinds": ["..."], "params": {...}, "runs": 1}; -EINVAL
 * and a sentence for anything else. */
int checker_new(const json_t *json, struct checker **ret, struct error *err);
/* The same with `strict` multiplied by `factor`. */
int checker_scaled(const struct checker *checker, double factor, struct checker **ret,
                   struct error *err);
void checker_free(struct checker *checker);

/* false: tests have no expected answer, any that the checker accepts is right. */
bool checker_wants_expected(const struct checker *checker);

/* Calls that one test needs; more than 1: checker.py's vary() makes the arguments of the others (generate.h). */
size_t checker_runs(const struct checker *checker);
const char *checker_file(const struct checker *checker);
/* A new copy of "params", {} without; NULL: out of memory. */
json_t *checker_params(const struct checker *checker);

/* One question to a checker.  All of it is read before checker_start() returns. */
struct checker_call {
    const struct problem *problem;
    const struct checker *checker;
    const struct answered_run *runs; /* [checker_runs()] */
    const void *expected;            /* whole RESULT frame; size 0: none */
    size_t expected_size;
};

/* r < 0: the checker or we failed; `err` says how, with the line of checker.py. */
typedef void checker_done_fn(void *data, int r, const struct comparison *comparison,
                             const struct error *err);

/* Starts its box; done() is called from sandbox_step(). */
int checker_start(struct judge *judge, const struct checker_call *call, checker_done_fn *done,
                  void *data, struct error *err);

/* Starts it and waits. */
int checker_run(struct judge *judge, const struct checker_call *call, int cancel_fd,
                struct comparison *ret, struct error *err);

/* Reads what a checker's box wrote.  Hostile bytes; -EBADMSG if they are no answer. */
int checker_answer(const struct checker *checker, const char *bytes, size_t size,
                   struct comparison *ret, struct error *err);

#endif
