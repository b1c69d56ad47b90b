/* Comparing what a candidate returned with what was expected.
 *
 * A comparator sees (args, expected, got): several problems need the input, some have no expected answer.
 * All three are views into checked frames (values_check() has passed for `got`): types and shapes agree with
 * the signature already, but free dimensions may still differ.
 * Each comparator says where it first differs: index, expected, got, error, tolerance.
 * Adding one: one file compare_NAME.c and one row in compare_table[] (compare.c). */
#ifndef MLJUDGE_COMPARE_H
#define MLJUDGE_COMPARE_H

#include <jansson.h>

#include "judge/frame.h"

struct checker;
struct comparator; /* made once per group from problem.json, immutable afterwards */

struct comparison {
    bool equal;
    char kind
        [32]; /* "value", "shape", "order", "null", "missing row", ...: what hidden tests may show */
    char message
        [512]; /* full detail: where, expected, got, error, tolerance.  Shown for samples and --reveal */
    char host_message[512]; /* a checker's second message: --reveal and verify only */
    int64_t index;          /* of the first difference (flat), -1 = none */
    int64_t field;          /* the return it is in, -1 = not of one return */
    double
        credit; /* of an equal one: 1, or what a band of "threshold" gives; the group's points times this */
};

/* `json` is problem.json's "comparator": a name ("exact"), or an object {"name": "close", "rtol": 1e-9,
 * "atol": 1e-9}, or {"returns": {"tp": "exact", "f1": {...}}} for several named returns (a name left out is
 * exact), or {"every": [...]}: all of them must accept.  {"all": [...], "returns": {...}}: comparators of the whole
 * answer; a return they cover is compared by "returns" only if that names it.  `rows` takes "ordered" (default true) and "columns": {name: comparator of a cell}.
 * Unknown names or keys, or a comparator that does not fit the type: -EINVAL and a sentence. */
int comparator_new(const json_t *json, const struct signature *signature, struct comparator **ret,
                   struct error *err);
void comparator_free(struct comparator *comparator);

/* The comparators that are built in, by number: those of one return, then those of "all"; NULL beyond the last.  A
 * package's checker is none of them. */
const char *comparator_name(size_t i);

/* The same comparator with tolerances multiplied by `factor` (0.1 for cross-checking references). */
int comparator_scaled(const struct comparator *comparator, double factor, struct comparator **ret,
                      struct error *err);

/* The package's checker, to be asked once compare_values() found nothing; NULL if it has none (checker.h). */
const struct checker *comparator_checker(const struct comparator *comparator);

/* Several calls of one test, decided together: how many a comparator asks for (1: the usual). */
#define COMPARE_RUNS_MAX 8
size_t comparator_runs(const struct comparator *comparator);

/* What differs in the arguments of one call from those of call 0. */
struct run_change {
    size_t arg;    /* an int argument */
    int64_t flips; /* the bits that differ */
};

/* Of call `run` (1 ..).  False: nothing differs, or the package's checker makes the arguments (checker_runs()).
 * `key`: secret, of this test alone. */
bool comparator_change(const struct comparator *comparator, size_t run, const unsigned char key[32],
                       struct run_change *ret);

/* One call: what went in and what came back, checked. */
struct compare_run {
    const struct frame *args, *got;
};

/* runs[comparator_runs()].  -errno only for failures of ours (out of memory) and of the package (-EINVAL). */
int compare_runs(const struct comparator *comparator, const struct signature *signature,
                 const struct compare_run *runs, const struct frame *expected,
                 struct comparison *ret, struct error *err);

/* The same for a comparator that asks for one call. */
int compare_values(const struct comparator *comparator, const struct signature *signature,
                   const struct frame *args, const struct frame *expected, const struct frame *got,
                   struct comparison *ret, struct error *err);

#endif
