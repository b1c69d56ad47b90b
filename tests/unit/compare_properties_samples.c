/* statistical: three calls of one test.  Seeds are fixed: what holds with a probability of 1 - 1e-7 holds always. */
#include "tests/unit/compare_properties.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sandbox/util.h"

enum { FIRST, AGAIN, FRESH, N_RUNS };

enum source { WEIGHTS, CATEGORIES, UNIFORM, NORMAL, EXPONENTIAL, N_SOURCES };

/* A distribution, and what three calls returned. */
struct trial {
    enum source source;
    const struct contest *contest;
    struct value weights; /* CATEGORIES: all alike */
    double a, b;
    struct value expected, seeds[N_RUNS], draws[N_RUNS];
};

static bool is_discrete(const struct trial *trial)
{
    return trial->source <= CATEGORIES;
}

static const struct contest *make_contest(struct round *round, const struct trial *trial)
{
#define STATISTICAL(source) \
    "{\"all\": [{\"name\": \"statistical\", \"seed\": \"seed\", " source "}]}"
    static const char args[] = "w:float[n];seed:int";
    switch (trial->source) {
    case WEIGHTS: return contest(round, args, ":int[*]", STATISTICAL("\"weights\": \"w\""));
    case CATEGORIES:
        return contest(round, args, ":int[*]", STATISTICAL("\"categories\": %" PRId64),
                       trial->weights.n);
    case UNIFORM:
        return contest(round, args, ":float[*]",
                       STATISTICAL("\"distribution\": {\"name\": \"uniform\", \"low\": %.17g, "
                                   "\"high\": %.17g}"),
                       trial->a, trial->a + trial->b);
    case NORMAL:
        return contest(round, args, ":float[*]",
                       STATISTICAL("\"distribution\": {\"name\": \"normal\", \"mean\": %.17g, "
                                   "\"sd\": %.17g}"),
                       trial->a, trial->b);
    case EXPONENTIAL:
    case N_SOURCES: break;
    }
    return contest(round, args, ":float[*]",
                   STATISTICAL("\"distribution\": {\"name\": \"exponential\", \"rate\": %.17g}"),
                   trial->b);
}

static int64_t category(struct round *round, const struct value *weights)
{
    double sum = 0, at;
    for (int64_t i = 0; i < weights->n; i++)
        sum += floats(weights)[i];
    at = unit(round) * sum;
    for (int64_t i = 0; i < weights->n; i++) {
        at -= floats(weights)[i];
        if (at < 0)
            return i;
    }
    return 0; /* rounding; its weight is above 0 */
}

static struct value sample(struct round *round, const struct trial *trial, int64_t n)
{
    struct value draws = list(round, is_discrete(trial) ? ELEM_INT : ELEM_FLOAT, n);
    for (int64_t i = 0; i < n; i++) {
        if (is_discrete(trial))
            ints(&draws)[i] = category(round, &trial->weights);
        else
            floats(&draws)[i] = trial->source == UNIFORM  ? trial->a + trial->b * unit(round)
                                : trial->source == NORMAL ? trial->a + trial->b * normal(round)
                                                          : -log(1 - unit(round)) / trial->b;
    }
    return draws;
}

/* A true sample of n draws. */
static struct trial true_trial(struct round *round, enum source source, int64_t n)
{
    struct trial trial = {.source = source, .a = tame(round), .b = 0.1 + unit(round)};
    trial.weights = filled(round, list(round, ELEM_FLOAT, 2 + below(round, 12)), unit);
    for (int64_t i = 0; i < trial.weights.n; i++)
        floats(&trial.weights)[i] = source == CATEGORIES ? 1
                                    : i == 1             ? 0
                                                         : 0.05 + floats(&trial.weights)[i];
    trial.expected = list(round, is_discrete(&trial) ? ELEM_INT : ELEM_FLOAT, n);
    trial.draws[FIRST] = sample(round, &trial, n);
    trial.draws[AGAIN] = copy_of(round, &trial.draws[FIRST]);
    trial.draws[FRESH] = sample(round, &trial, n);
    for (int run = 0; run < N_RUNS; run++) {
        trial.seeds[run] = scalar(round, ELEM_INT);
        ints(&trial.seeds[run])[0] = run == FRESH ? 4711 : 7;
    }
    trial.contest = make_contest(round, &trial);
    return trial;
}

static struct comparison decide(struct round *round, const struct trial *trial)
{
    struct value args[N_RUNS][2], draws[N_RUNS], expected = trial->expected;
    struct frame frames[2 * N_RUNS], wanted = {FRAME_RESULT, &expected, 1, NULL};
    struct compare_run runs[N_RUNS];
    struct comparison ret;
    struct error err = {0};
    for (size_t i = 0; i < N_RUNS; i++) {
        args[i][0] = trial->weights;
        args[i][1] = trial->seeds[i];
        draws[i] = trial->draws[i];
        frames[i] = (struct frame){FRAME_ARGS, args[i], 2, NULL};
        frames[N_RUNS + i] = (struct frame){FRAME_RESULT, &draws[i], 1, NULL};
        runs[i] = (struct compare_run){&frames[i], &frames[N_RUNS + i]};
    }
    assert_int_equal(comparator_runs(trial->contest->whole), N_RUNS);
    if (compare_runs(trial->contest->whole, &trial->contest->signature, runs, &wanted, &ret, &err) <
        0)
        broken(round, "%s: %s", trial->contest->text, err.text);
    check_comparison(round, trial->contest->text, &ret);
    return ret;
}

static void expect(struct round *round, const struct trial *trial, const char *kind)
{
    struct comparison result = decide(round, trial);
    if (result.equal != !kind || (kind && strcmp(result.kind, kind) != 0))
        broken(round, "%s: kind '%s', not '%s': %s", trial->contest->text, result.kind,
               kind ? kind : "", result.message);
}

/* Its own sample is expected: nothing of it is looked at but how long it is. */
static void statistical_reflexive(struct round *round)
{
    for (enum source source = WEIGHTS; source < N_SOURCES; source++) {
        struct trial trial = true_trial(round, source, round->n);
        trial.expected = copy_of(round, &trial.draws[FIRST]);
        expect(round, &trial, NULL);
    }
}

/* The same draws backwards; weights times a number; categories renamed together with their weights. */
static void statistical_invariant(struct round *round)
{
    for (enum source source = WEIGHTS; source < N_SOURCES; source++) {
        struct trial trial = true_trial(round, source, round->n);
        int64_t *backwards = in_order(round, round->n), k = trial.weights.n;
        for (int64_t i = 0; i < round->n; i++)
            backwards[i] = round->n - 1 - i;
        for (int run = 0; run < N_RUNS; run++)
            trial.draws[run] = taken(round, &trial.draws[run], backwards, round->n);
        for (int64_t i = 0; i < k; i++)
            floats(&trial.weights)[i] *= 0x1p500;
        expect(round, &trial, NULL);
        if (!is_discrete(&trial))
            continue;
        const int64_t *names = shuffled(round, k);
        struct value weights = copy_of(round, &trial.weights);
        for (int64_t i = 0; i < k; i++)
            floats(&trial.weights)[names[i]] = floats(&weights)[i];
        for (int run = 0; run < N_RUNS; run++)
            for (int64_t i = 0; i < round->n; i++)
                ints(&trial.draws[run])[i] = names[ints(&trial.draws[run])[i]];
        expect(round, &trial, NULL);
    }
}

static struct value *random_run(struct round *round, struct trial *trial)
{
    struct value *draws = &trial->draws[one_in(round, 2) ? FIRST : FRESH];
    *draws = copy_of(round, draws);
    return draws;
}

/* What is certain: a single draw is enough. */
static void refuse_certainly(struct round *round, enum source source)
{
    struct trial trial = true_trial(round, source, round->n), other = trial;
    int64_t n = round->n, i = below(round, n), k = trial.weights.n;
    struct value *draws = random_run(round, &other);
    if (source == WEIGHTS)
        ints(draws)[i] = one_in(round, 2) ? 1 : -1;
    else if (source == CATEGORIES)
        ints(draws)[i] = one_in(round, 2) ? k : wild_int(round) | INT64_MIN;
    else
        floats(draws)[i] = ONE_OF(round, NAN, -NAN, INFINITY, -INFINITY);
    expect(round, &other, "range");
    other = trial;
    draws = random_run(round, &other);
    if (source == UNIFORM || source == EXPONENTIAL) {
        double least = source == UNIFORM ? trial.a : 0;
        floats(draws)[i] = one_in(round, 2) || source == EXPONENTIAL
                               ? nextafter(least, -INFINITY) - 1e-9
                               : trial.a + trial.b + 1e-9;
        expect(round, &other, "range");
    }
    other = trial; /* the same seed again */
    other.draws[AGAIN] = copy_of(round, &trial.draws[AGAIN]);
    if (is_discrete(&trial)) {
        int64_t first = ints(&trial.draws[AGAIN])[i];
        ints(&other.draws[AGAIN])[i] = first == 0 ? k - 1 : 0;
        if (source == WEIGHTS && first == 0 && k == 2)
            return; /* nothing else can be drawn */
    } else {
        floats(&other.draws[AGAIN])[i] =
            nextafter(floats(&trial.draws[AGAIN])[i], trial.a + trial.b);
    }
    if (memcmp(other.draws[AGAIN].data, trial.draws[AGAIN].data, (size_t)n * 8) != 0)
        expect(round, &other, "repetition");
    for (int run = 0; run < N_RUNS; run++) { /* one draw too few, in any of the three calls */
        other = trial;
        other.draws[run] = taken(round, &trial.draws[run], in_order(round, n), n - 1);
        expect(round, &other, "shape");
    }
}

/* What many draws tell. */
static void refuse_probably(struct round *round, enum source source)
{
    struct trial trial = true_trial(round, source, round->n), other = trial;
    if (trial.weights.n < 5 && is_discrete(&trial))
        return;
    other.draws[FRESH] = copy_of(round, &trial.draws[FIRST]);
    expect(round, &other, "repetition");
    for (int run = 0; run < N_RUNS; run++) { /* the last third is one category, or too small */
        other.draws[run] = copy_of(round, &trial.draws[run]);
        for (int64_t i = 2 * round->n / 3; i < round->n; i++)
            if (is_discrete(&trial))
                ints(&other.draws[run])[i] = 0;
            else
                floats(&other.draws[run])[i] = floats(&other.draws[run])[0];
    }
    expect(round, &other, "distribution");
    for (int run = 0; run < N_RUNS; run++) { /* every draw twice */
        int64_t *twice = in_order(round, round->n);
        for (int64_t i = 0; i < round->n; i++)
            twice[i] = i / 2;
        other.draws[run] = taken(round, &trial.draws[run], twice, round->n);
    }
    struct comparison result = decide(round, &other);
    if (result.equal)
        broken(round, "%s: every draw twice is accepted", trial.contest->text);
}

static void statistical_sensitive(struct round *round)
{
    for (enum source source = WEIGHTS; source < N_SOURCES && round->n > 0; source++) {
        refuse_certainly(round, source);
        if (round->n >= 2000)
            refuse_probably(round, source);
    }
}

/* What is expected is a length. */
static void statistical_asymmetric(struct round *round)
{
    for (enum source source = WEIGHTS; source < N_SOURCES; source++) {
        struct trial trial = true_trial(round, source, round->n);
        trial.expected = random_list(round, trial.expected.elem, round->n, false);
        expect(round, &trial, NULL);
        trial.expected = random_list(round, trial.expected.elem, round->n + 1, false);
        expect(round, &trial, "shape");
    }
}

const struct properties properties_statistical = {"statistical",          statistical_reflexive,
                                                  statistical_invariant,  statistical_sensitive,
                                                  statistical_asymmetric, 4000};
