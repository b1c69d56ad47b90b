/* A problem package in memory: problem.json, checked.  Tests are built apart (testset.h). */
#ifndef MLJUDGE_PROBLEM_H
#define MLJUDGE_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/compare.h"
#include "judge/document.h"
#include "judge/files.h"
#include "judge/type.h"
#include "judge/visibility.h"

#define SLUG_MAX          63
#define LANGUAGE_NAME_MAX 31
#define PACKAGES_TEXT_MAX 512
#define BUG_NAME_MAX      127

/* What one test may use beyond what it had when it was ready ("net").  0 = not given. */
struct test_limits {
    int64_t cpu_ms;
    int64_t wall_ms; /* default 2 * cpu_ms + 1000 */
    int64_t memory_bytes;
    int64_t output_bytes; /* stdout and stderr each */
};

struct language_limits {
    char language[LANGUAGE_NAME_MAX + 1];
    struct test_limits limits;
    double factor; /* in place of cpu_ms: so many times a reference's median; 0 = not given */
    const char *reference; /* whose; NULL: "reference" or "check" of this language */
    char pointer[64];      /* in problem.json, for complaints */
};

struct group {
    const char *name;
    int64_t points;
    int64_t n_generated;
    const char **languages; /* NULL: all of the problem's; else NULL-terminated, owned list */
    struct language_limits *limits; /* own limits, may be empty */
    size_t n_limits;
    struct comparator *comparator; /* owned */
    const char *bug;               /* the planted bug that its tests show; NULL: none */
    bool hidden;                   /* all but "sample" */
};

/* How its inputs can be made to grow (`mljudge scale`): scale(rng, n) of its generator. */
struct problem_scale {
    const char *n;    /* what n is, for people; NULL: it does not say */
    int64_t from, to; /* the sizes that are legal and tell something */
};

struct problem {
    char slug[SLUG_MAX + 1]; /* the folder's name */
    int dir_fd;
    struct document document; /* strings below are borrowed from it */
    char sha256[SHA256_HEX];  /* of the whole folder */
    int64_t version;
    const char *title;
    const char *category;
    const char *difficulty;
    struct signature signature;
    const char **languages; /* NULL-terminated, owned list */
    size_t n_languages;
    struct language_limits *limits;
    size_t n_limits;
    struct group *groups;
    size_t n_groups;
    char packages[PACKAGES_TEXT_MAX]; /* modules that it adds to a language, between spaces
                                         (problem_packages.h) */
    const char *reference;            /* path in the folder */
    const char *check;                /* or NULL */
    struct visibility_policy
        visibility; /* what a host that says nothing else shows of hidden tests */
    struct problem_scale scale;
    bool row_order_matters; /* SQL: a table's rows are in an order that is part of the input */
};

/* Opens the package in the folder `path`.  *ret is freed with problem_free().  Complaints name file, line, field. */
int problem_load(const char *path, struct problem **ret, struct error *err);
void problem_free(struct problem *problem);

bool problem_offers(const struct problem *problem, const char *language);
bool group_offers(const struct problem *problem, const struct group *group, const char *language);

/* The limits of a group in a language, defaults filled in.  Where problem_factor() finds one, cpu_ms is 0 and wall_ms
 * 0 or the package's own, until limits_measured(). */
struct test_limits problem_limits(const struct problem *problem, const struct group *group,
                                  const char *language);

/* The entry that makes the group's CPU limit a multiple of a reference's time; NULL: the limit is absolute. */
const struct language_limits *problem_factor(const struct problem *problem,
                                             const struct group *group, const char *language);

#define MEASURED_CPU_MS_MIN 200
/* A limit of `factor` times what the reference took, MEASURED_CPU_MS_MIN at least. */
void limits_measured(struct test_limits *limits, double factor, int64_t reference_cpu_us);

/* Sum of the points of the groups offered in a language. */
int64_t problem_max_score(const struct problem *problem, const char *language);

#endif
