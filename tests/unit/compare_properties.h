/* What holds of a comparator whatever the values are: random values from fixed seeds, changed in ways that its contract
 * (judge/README.md) forgives, and in ways that it does not. */
#ifndef MLJUDGE_TEST_COMPARE_PROPERTIES_H
#define MLJUDGE_TEST_COMPARE_PROPERTIES_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/compare.h"

struct contest;

/* One property, one seed, one size. */
struct round {
    uint64_t state; /* of the generator */
    unsigned seed;
    int64_t n; /* the size: elements, or rows */
    const char *property;
    struct block *blocks; /* memory and comparators, all given back at the end */
    struct contest *contests;
};

typedef void property_fn(struct round *round);

/* Every comparator needs all of them. */
struct properties {
    const char *comparator;
    property_fn
        *reflexive; /* what is expected is accepted, where the contract looks at it at all */
    property_fn *invariant; /* what the contract forgives is accepted */
    property_fn *sensitive; /* what it does not forgive is refused, with the right kind */
    property_fn *symmetric; /* got and expected exchanged; or: in what way they are not alike */
    int64_t largest;        /* the size of the one large round */
};

extern const struct properties properties_exact, properties_close, properties_ulp,
    properties_decimal, properties_threshold, properties_rows, properties_relabel,
    properties_agreement, properties_normwise, properties_sign, properties_scale,
    properties_orthonormal, properties_backward_error, properties_subspace, properties_product,
    properties_statistical;

/* Of methods of a class. */
property_fn calls_are_compared_one_by_one;

void round_begin(struct round *round, const char *property, unsigned seed, int64_t n);
void round_end(struct round *round);

/* ---- random numbers ---- */

uint64_t bits(struct round *round);
int64_t below(struct round *round, int64_t n); /* 0 .. n-1 */
double unit(struct round *round);              /* [0, 1) */
bool one_in(struct round *round, int64_t n);
double normal(struct round *round);
double tame(struct round *round);      /* below 10, often a small whole number */
double wild(struct round *round);      /* any magnitude, denormal, either zero; finite */
double wilder(struct round *round);    /* or not finite */
int64_t wild_int(struct round *round); /* small, or anywhere in 64 bits */
double spread(struct round *round);    /* 1e-100 to 1e100 */
double element(const double *list, size_t n, struct round *round);
#define ONE_OF(round, ...)                                                                         \
    element((const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double), \
            round)
int64_t *shuffled(struct round *round, int64_t n); /* 0 .. n-1 in random order */
int64_t *in_order(struct round *round, int64_t n);

/* ---- values; their memory is exactly as large as they are, so that sanitizers see one byte too many ---- */

void *room(struct round *round, size_t size); /* zeroed */
struct value scalar(struct round *round, enum elem elem);
struct value list(struct round *round, enum elem elem, int64_t n);
struct value grid(struct round *round, int64_t rows, int64_t columns); /* of floats */
struct value filled(struct round *round, struct value value, double (*make)(struct round *));
struct value random_list(struct round *round, enum elem elem, int64_t n, bool nullable);
struct value copy_of(struct round *round, const struct value *value);
/* Elements (of a table: rows) `which` of it, as a list (a table). */
struct value taken(struct round *round, const struct value *value, const int64_t *which, int64_t n);
struct value with_text(struct round *round, const struct value *value, int64_t i, const char *text,
                       size_t length);
struct value text_list(struct round *round, const char *const *texts, const size_t *lengths,
                       int64_t n);
/* The same list made ragged, or of another shape; the elements stay. */
struct value ragged(struct round *round, const struct value *list, int64_t rows);
struct value shaped(const struct value *value, int64_t rows, int64_t columns);
struct value table(struct round *round, const struct value *columns, size_t n);
double *floats(const struct value *value);
int64_t *ints(const struct value *value);
uint8_t *valid(const struct value *value);
/* UTF-8 that does harm if it is shown as it is, or long, or just strange. */
const char *hostile_text(struct round *round, size_t *ret_length);
/* Changes element i into another one, as near to it as there is. */
struct value nudged(struct round *round, const struct value *value, int64_t i);

/* ---- comparing ---- */

#define CONTEST_VALUES 3

struct contest {
    struct contest *next;
    char text[400];
    struct signature signature;
    struct comparator *whole, *tenth;
    struct value args[CONTEST_VALUES];
};

/* "name:type;name:type"; the comparator as JSON, printf's way. */
struct contest *contest(struct round *round, const char *args, const char *returns,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Compares (one value for each return), and checks what holds of every comparison: of its message, its kind, and that more
 * tolerance accepts more. */
bool judged(struct round *round, const struct contest *contest, const struct value *expected,
            const struct value *got, struct comparison *ret);

struct comparison accept(struct round *round, const struct contest *contest,
                         const struct value *expected, const struct value *got);
/* `kinds`: "value|null" */
struct comparison refuse(struct round *round, const struct contest *contest,
                         const struct value *expected, const struct value *got, const char *kinds);
/* -EINVAL: the package's fault, whatever was got. */
void faults(struct round *round, const struct contest *contest, const struct value *expected,
            const struct value *got);
/* The same verdict with got and expected exchanged. */
void symmetric(struct round *round, const struct contest *contest, const struct value *a,
               const struct value *b);
/* An oracle's word: accepted or refused. */
void judge_as(struct round *round, const struct contest *contest, const struct value *expected,
              const struct value *got, bool accepted);

/* Checks the message and kind of a comparison that came from elsewhere. */
void check_comparison(struct round *round, const char *comparator, const struct comparison *result);
void broken(struct round *round, const char *format, ...) __attribute__((format(printf, 2, 3)))
__attribute__((noreturn));

/* Of floats, all of them: 1 within atol + rtol |e|, -1 outside, 0 too near to the border to say. */
int within(const struct value *expected, const struct value *got, double rtol, double atol);
/* The Euclidean norm of got - c * expected, `step` apart. */
long double distance_of(const double *e, const double *x, int64_t n, int64_t step, long double c);

#endif
