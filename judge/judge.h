/* Judging: a submission and a problem in, a record out.
 *
 * A library first: no printing, no exit(), no globals.  A `struct judge` holds the sandbox, the languages it has
 * probed and the cache; any number of submissions go through it, from the thread that made it.  Progress comes by
 * callback; a readable cancel_fd stops a submission. */
#ifndef MLJUDGE_JUDGE_H
#define MLJUDGE_JUDGE_H

#include "judge/cache.h"
#include "judge/language.h"
#include "judge/problem.h"
#include "judge/record.h"
#include "judge/seed.h"
#include "sandbox/sandbox.h"

#define JUDGE_SOURCE_MAX ((size_t)256 << 10) /* bytes of one submission */
#define JUDGE_JOBS_MAX   64                  /* boxes at once */

struct judge_options {
    struct data_dirs dirs;
    struct sandbox_options sandbox;
    int n_jobs;           /* boxes at once; 0 = 1 */
    bool cold;            /* no fork servers: every call starts from nothing */
    int64_t server_boxes; /* a fork server is replaced after so many; 0 = SERVER_BOXES_MAX */
};

struct server_slot {
    struct sandbox_server *server; /* NULL: none so far */
    char why_cold[200];            /* not empty: none any more */
};

struct judge {
    struct judge_options options;
    struct sandbox *sandbox;
    struct cache cache;
    struct language *languages[64]; /* loaded so far, one for each set of packages */
    size_t n_languages;
    struct server_slot servers[64]; /* of languages[i]: servers.h */
    int cores[JUDGE_JOBS_MAX];      /* that boxes can have to themselves */
    int n_cores;
};

/* -ENOTSUP: no isolation (as strong as asked for) is available here; err says what is missing. */
int judge_new(struct judge **ret, const struct judge_options *options, struct error *err);
void judge_free(struct judge *judge);

/* A language by name, loaded once, owned by the judge; not probed yet. */
int judge_language(struct judge *judge, const char *name, struct language **ret, struct error *err);
/* The same with the packages that a problem adds. */
int judge_language_of(struct judge *judge, const struct problem *problem, const char *name,
                      struct language **ret, struct error *err);

/* Before a box of job 0 .. n_jobs - 1 is started: it gets a core of its own, as far as there are cores (with one job at
 * a time it runs anywhere).  judge_unpin() afterwards. */
void judge_pin(struct judge *judge, int job);
void judge_unpin(struct judge *judge);

/* Waits for events of the sandbox and handles them; -ECANCELED when cancel_fd (or -1) is readable. */
int judge_step(struct judge *judge, int cancel_fd, struct error *err);

/* Steps until *over, which a box's callback sets.  If that fails, as above, the boxes are ended and *over is waited for all
 * the same: what the callback writes to may go afterwards. */
int judge_wait(struct judge *judge, const bool *over, int cancel_fd, struct error *err);

enum judge_event_kind {
    JUDGE_BUILDING,     /* text: what of the tests is being made */
    JUDGE_COMPILED,     /* record->compile is filled in */
    JUDGE_TEST_STARTED, /* test */
    JUDGE_TEST_DONE,    /* test */
    JUDGE_WARNING,      /* text */
    JUDGE_DONE,         /* the record is complete */
};

struct judge_event {
    enum judge_event_kind kind;
    const char *text;
    const struct record *record;
    const struct test_result *test;
};

typedef void judge_event_fn(void *data, const struct judge_event *event);

/* In which order a harness that can (language.row_orders) puts the rows of tables, and scans them: what verify asks
 * for, because an answer that changes with it is no answer. */
enum row_order {
    ROW_ORDER_GIVEN,
    ROW_ORDER_REVERSED,
    ROW_ORDER_SHUFFLED, /* and scanned backwards, where no order is asked for */
    ROW_ORDER_SCAN,     /* as given, but scanned backwards */
};

struct own_input; /* testset.h */

struct submission {
    const struct problem *problem;
    const struct own_input
        *own; /* judged on this input only, by its group; NULL: on the problem's tests */
    const char *language; /* a name the problem offers */
    const char *file;     /* base name, for messages and reports; hostile */
    const void *source;
    size_t source_size;
    const struct seed *seed;
    bool samples_only;
    bool strict; /* verify: a missing tool for "check" is an error, shipped solutions are no news */
    bool reveal; /* errors and events may tell of hidden tests, whatever the seed */
    enum row_order row_order; /* verify; only for languages with row_orders */
    int64_t times_limits;     /* verify: CPU and wall limits are so many times as high; 0 = 1 */
    int repeats; /* each test so often: medians, and INCONCLUSIVE where the verdict differs; 0 = 1 */
    bool fail_fast; /* nothing is started after the first failure; likely failures come first */
    int cancel_fd;  /* -1: cannot be cancelled; readable: -ECANCELED */
};

/* Judges.  *ret is freed with record_free().  Whatever the candidate does is in the record; negative errno is ours:
 * -EINVAL (package), -ENOENT (tool missing), -ECANCELED, ... */
int judge_submission(struct judge *judge, const struct submission *submission,
                     judge_event_fn *event, void *data, struct record **ret, struct error *err);

#endif
