/* "statistical" (C16): a random sample of the right distribution.  A test is three calls: the arguments as they are, the
 * same again, and the same with a fresh seed.
 *
 *   {"all": [{"name": "statistical", "seed": ARG int, "sample": RETURN int[m], "weights": ARG float[n]}]}
 *
 * in place of "weights" (draws of 0 .. n-1, P(i) = w_i / sum):  "categories": ARG int or a number: uniform over 0 .. n-1
 *   "distribution": {"name": "uniform", "low": x, "high": x} | {"name": "normal", "mean": x, "sd": x} |
 *                   {"name": "exponential", "rate": x}    of a float sample; x: a number, or the name of a float argument
 * "false_reject": 1e-7, the probability that a true sample of one test is rejected (before the second chance).
 *
 * Certain: as many draws as expected, all of them possible (an infinite one never is); equal seeds, equal draws; different
 * seeds, different draws (where chance would not repeat them).  Statistical, each with its share of false_reject: chi-squared
 * of the counts, too far and too regular; the same of pairs of neighbours on an 8 x 8 table; Chernoff's bound for each
 * category; the distance of distribution functions (floats).  Who is rejected by the first sample is judged by the one of
 * the fresh seed. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "judge/sample_model.h"
#include "judge/statistics.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

#define NAME        "statistical"
#define SHARES      8           /* chi2 and two tables of pairs, two tails each; Chernoff; DKW */
#define FRESH_SEEDS 0x7fffffffU /* a seed fits 31 bits: every generator takes it */

enum { RUN_FIRST, RUN_AGAIN, RUN_FRESH, N_RUNS };

struct params {
    size_t seed, sample;
    struct sample_source source;
    double alpha; /* of each statistic */
};

/* ---- problem.json ---- */

static int read_amount(const json_t *json, const char *key, const struct signature *signature,
                       enum elem elem, struct amount *ret, struct error *err)
{
    const json_t *value = json_object_get(json, key);
    *ret = (struct amount){.is_arg = json_is_string(value)};
    if (!ret->is_arg)
        return param_number(json, NAME, key, -1e300, 1e300, NAN, &ret->value, err);
    int r = param_index(json, NAME, key, signature->args, signature->n_args, &ret->arg, err);
    if (r < 0)
        return r;
    const struct type *type = &signature->args[ret->arg].type;
    if (type->kind != KIND_SCALAR || type->elem != elem || type->nullable)
        return error_set(err, -EINVAL,
                         "comparator '" NAME "': \"%s\" is a number or an %s argument", key,
                         elem_name(elem));
    return 0;
}

static int read_distribution(const json_t *json, const struct signature *signature,
                             struct params *params, struct error *err)
{
    static const char *const words[] = {"uniform", "normal", "exponential", NULL};
    static const char *const keys[][4] = {
        {"name", "low", "high", NULL}, {"name", "mean", "sd", NULL}, {"name", "rate", NULL}};
    size_t which = 0;
    if (!json_is_object(json))
        return error_set(err, -EINVAL, "comparator '" NAME "': \"distribution\" is an object");
    int r = param_word(json, NAME, "name", words, &which, err);
    if (r == 0)
        r = comparator_only_keys(json, keys[which], err);
    if (r == 0)
        r = read_amount(json, keys[which][1], signature, ELEM_FLOAT, &params->source.a, err);
    if (r == 0 && keys[which][2])
        r = read_amount(json, keys[which][2], signature, ELEM_FLOAT, &params->source.b, err);
    params->source.kind = FROM_UNIFORM + (enum sample_kind)which;
    return r;
}

static int read_source(const json_t *json, const struct signature *signature, struct params *params,
                       struct error *err)
{
    const json_t *distribution = json_object_get(json, "distribution");
    bool weights = json_object_get(json, "weights"),
         categories = json_object_get(json, "categories");
    if (weights + categories + (distribution != NULL) != 1)
        return error_set(err, -EINVAL,
                         "comparator '" NAME
                         "': one of \"weights\", \"categories\" and \"distribution\"");
    if (distribution)
        return read_distribution(distribution, signature, params, err);
    params->source.kind = weights ? FROM_WEIGHTS : FROM_CATEGORIES;
    return weights ? param_field(json, NAME, "weights", signature->args, signature->n_args, 1,
                                 &params->source.weights, err)
                   : read_amount(json, "categories", signature, ELEM_INT, &params->source.a, err);
}

static int check_types(const struct signature *signature, const struct params *params,
                       struct error *err)
{
    const struct type *seed = &signature->args[params->seed].type;
    const struct type *sample = &signature->returns[params->sample].type;
    enum elem elem = params->source.kind >= FROM_UNIFORM ? ELEM_FLOAT : ELEM_INT;
    if (seed->kind != KIND_SCALAR || seed->elem != ELEM_INT || seed->nullable)
        return error_set(err, -EINVAL, "comparator '" NAME "': \"seed\" must be an int argument");
    if (sample->kind != KIND_ARRAY || sample->rank != 1 || sample->elem != elem || sample->nullable)
        return error_set(err, -EINVAL, "comparator '" NAME "': \"sample\" must be %s[m]",
                         elem_name(elem));
    return 0;
}

static int create(const json_t *json, const struct signature *signature, void **ret, bool *covered,
                  struct error *err)
{
    static const char *const keys[] = {"name",       "seed",         "sample",       "weights",
                                       "categories", "distribution", "false_reject", NULL};
    struct params params = {0};
    double rate = 0;
    int r = comparator_only_keys(json, keys, err);
    if (r == 0)
        r = param_index(json, NAME, "seed", signature->args, signature->n_args, &params.seed, err);
    if (r == 0)
        r = param_index(json, NAME, "sample", signature->returns, signature->n_returns,
                        &params.sample, err);
    if (r == 0)
        r = read_source(json, signature, &params, err);
    if (r == 0)
        r = check_types(signature, &params, err);
    if (r == 0)
        r = param_number(json, NAME, "false_reject", 1e-15, 1e-2, 1e-7, &rate, err);
    if (r < 0)
        return r;
    params.alpha = rate / SHARES;
    covered[params.sample] = true;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

/* A sample has no tolerance to be scaled. */
static int scale(const void *old, double factor, void **ret, struct error *err)
{
    (void)factor;
    *ret = param_copy(old, sizeof(struct params), err);
    return *ret ? 0 : -ENOMEM;
}

/* ---- the calls ---- */

static size_t n_runs(const void *params)
{
    (void)params;
    return N_RUNS;
}

static bool change(const void *data, size_t run, const unsigned char key[32],
                   struct run_change *ret)
{
    static const char label[] = "mljudge-run-1"; /* its final NUL is part of it */
    const struct params *params = data;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    uint32_t number = 0;
    if (run != RUN_FRESH)
        return false;
    crypto_auth_hmacsha256(mac, (const unsigned char *)label, sizeof label, key);
    memcpy(&number, mac, sizeof number);
    /* Every other time a neighbour: who drops the last bit of a seed is found out. */
    uint32_t far = (number >> 1) & FRESH_SEEDS;
    *ret = (struct run_change){params->seed, number & 1 || far == 0 ? 1 : far};
    return true;
}

/* ---- what is certain ---- */

/* Can every draw be one?  If not, *ret says which cannot. */
static bool check_range(const struct params *params, const struct frame *args,
                        const struct sample_model *model, const struct compare_subject *subject,
                        struct comparison *ret)
{
    for (int64_t i = 0; i < subject->got->n; i++) {
        char at[CELL_TEXT], text[CELL_TEXT];
        if (sample_category(&params->source, args, model, subject->got, i) != SIZE_MAX)
            continue;
        comparison_differs(ret, subject, "range", i, "%s is %s, which cannot be drawn",
                           value_index_text(subject->got, i, at),
                           value_cell_text(subject->got, i, text));
        return false;
    }
    return true;
}

/* Bit by bit: NaN, too. */
static bool same_draws(const struct value *a, const struct value *b)
{
    size_t size = a->elem == ELEM_INT ? sizeof(int64_t) : sizeof(double);
    return a->n == b->n && (a->n == 0 || memcmp(a->data, b->data, (size_t)a->n * size) == 0);
}

static bool check_repetition(const struct params *params, const struct compare_answer *answer,
                             const struct compare_subject *subject,
                             const struct sample_model *model, struct comparison *ret)
{
    const struct value *first = subject->got;
    const struct value *again = &answer->runs[RUN_AGAIN].got->values[params->sample];
    const struct value *fresh = &answer->runs[RUN_FRESH].got->values[params->sample];
    int64_t seed = value_int(&answer->args->values[params->seed], 0);
    int64_t other = value_int(&answer->runs[RUN_FRESH].args->values[params->seed], 0);
    if (!same_draws(first, again)) {
        comparison_differs(ret, subject, "repetition", -1, ": the same seed gave other draws");
        return false;
    }
    bool by_chance = (double)first->n * -log(fmax(model->repeat, 1e-300)) < -log(params->alpha);
    if (seed != other && !by_chance && same_draws(first, fresh)) {
        comparison_differs(ret, subject, "repetition", -1, ": another seed gave the same draws");
        return false;
    }
    return true;
}

/* ---- what is probable ---- */

static void say_chi2(struct comparison *ret, const struct compare_subject *subject,
                     const char *kind, const char *what, const struct chi2 *chi2, double alpha)
{
    double p = fmin(chi2->lower, chi2->upper);
    comparison_differs(ret, subject, kind, -1,
                       ": %s (chi-squared %.6g with %" PRId64
                       " degrees of freedom: probability %.2g, least allowed %.2g)",
                       what, chi2->statistic, chi2->bins - 1, p, alpha);
}

static bool judge_chi2(struct comparison *ret, const struct compare_subject *subject,
                       const char *kind, const char *far, const char *regular,
                       const struct chi2 *chi2, double alpha)
{
    if (chi2->bins < 2 || (chi2->upper >= alpha && chi2->lower >= alpha))
        return true;
    say_chi2(ret, subject, kind, chi2->upper < alpha ? far : regular, chi2, alpha);
    return false;
}

/* Disjoint pairs of neighbours, beginning with draw `from`, on a table of blocks. */
static bool check_pairs(const struct params *params, const struct compare_subject *subject,
                        const struct sample_model *model, const size_t *categories, int64_t n,
                        int64_t from, struct comparison *ret)
{
    int64_t observed[SAMPLE_BLOCKS_MAX * SAMPLE_BLOCKS_MAX] = {0};
    double expected[SAMPLE_BLOCKS_MAX * SAMPLE_BLOCKS_MAX];
    size_t order[SAMPLE_BLOCKS_MAX * SAMPLE_BLOCKS_MAX],
        cells = (size_t)model->n_blocks * (size_t)model->n_blocks;
    int64_t n_pairs = (n - from) / 2;
    if (model->n_blocks < 2 || n_pairs < 1)
        return true;
    for (int64_t k = 0; k < n_pairs; k++) {
        size_t a = model->block[categories[from + 2 * k]];
        size_t b = model->block[categories[from + 2 * k + 1]];
        observed[a * (size_t)model->n_blocks + b]++;
    }
    for (size_t c = 0; c < cells; c++) {
        order[c] = c;
        expected[c] = (double)n_pairs * model->block_p[c / (size_t)model->n_blocks] *
                      model->block_p[c % (size_t)model->n_blocks];
    }
    qsort_r(order, cells, sizeof *order, sample_by_number, expected);
    struct chi2 chi2 = chi2_test(observed, expected, order, cells);
    return judge_chi2(ret, subject, "independence", "neighbouring draws depend on each other",
                      "neighbouring draws are too regular to be independent", &chi2, params->alpha);
}

static bool check_counts(const struct params *params, const struct compare_subject *subject,
                         const struct sample_model *model, const int64_t *counts, int64_t n,
                         struct comparison *ret, struct error *err, int *ret_r)
{
    auto_free double *expected = calloc(model->n + 1, sizeof *expected);
    if (!expected) {
        *ret_r = error_oom(err);
        return false;
    }
    size_t from = 0; /* what cannot be drawn stands first in order */
    while (from < model->n && !(model->p[model->order[from]] > 0))
        from++;
    for (size_t i = 0; i < model->n; i++)
        expected[i] = model->p[i] * (double)n;
    struct chi2 chi2 = chi2_test(counts, expected, model->order + from, model->n - from);
    if (!judge_chi2(ret, subject, "distribution", "the counts are too far from their probabilities",
                    "the counts are too regular for independent draws", &chi2, params->alpha))
        return false;
    for (size_t i = 0; i < model->n; i++) {
        if (!(model->p[i] > 0) ||
            !chernoff_rejects(counts[i], n, model->p[i], params->alpha / (double)model->n))
            continue;
        comparison_differs(
            ret, subject, "distribution", -1,
            ": %s %zu was drawn %" PRId64 " of %" PRId64 " times, its probability is %.6g",
            params->source.kind >= FROM_UNIFORM ? "bin" : "category", i, counts[i], n, model->p[i]);
        return false;
    }
    return true;
}

/* Floats: the largest distance of the two distribution functions. */
static bool check_distance(const struct params *params, const struct frame *args,
                           const struct compare_subject *subject, struct comparison *ret,
                           struct error *err, int *ret_r)
{
    int64_t n = subject->got->n;
    auto_free double *u = calloc((size_t)n + 1, sizeof *u);
    if (!u) {
        *ret_r = error_oom(err);
        return false;
    }
    double distance = 0, allowed = dkw_distance(n, params->alpha);
    for (int64_t i = 0; i < n; i++)
        u[i] = sample_distribution(&params->source, args, value_float(subject->got, i));
    qsort(u, (size_t)n, sizeof *u, compare_doubles);
    for (int64_t i = 0; i < n; i++)
        distance =
            fmax(distance, fmax(u[i] - (double)i / (double)n, (double)(i + 1) / (double)n - u[i]));
    if (distance <= allowed)
        return true;
    comparison_differs(ret, subject, "distribution", -1,
                       ": the distribution function is off by %.4g, allowed %.4g", distance,
                       allowed);
    return false;
}

/* All of it on one sample of possible draws: true = nothing against it. */
static bool check_sample(const struct params *params, const struct frame *args,
                         const struct compare_subject *subject, const struct sample_model *model,
                         struct comparison *ret, struct error *err, int *ret_r)
{
    int64_t n = subject->got->n;
    auto_free size_t *categories = calloc((size_t)n + 1, sizeof *categories);
    auto_free int64_t *counts = calloc(model->n + 1, sizeof *counts);
    if (!categories || !counts) {
        *ret_r = error_oom(err);
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        categories[i] = sample_category(&params->source, args, model, subject->got, i);
        counts[categories[i]]++;
    }
    return n == 0 || (check_counts(params, subject, model, counts, n, ret, err, ret_r) &&
                      (params->source.kind < FROM_UNIFORM ||
                       check_distance(params, args, subject, ret, err, ret_r)) &&
                      check_pairs(params, subject, model, categories, n, 0, ret) &&
                      check_pairs(params, subject, model, categories, n, 1, ret));
}

static int compare_with(const struct params *params, const struct compare_answer *answer,
                        const struct sample_model *model, struct comparison *ret, struct error *err)
{
    char name[SUBJECT_NAME];
    struct compare_subject first = compare_subject_of(answer, params->sample, name), fresh = first;
    int r = 0;
    fresh.got = &answer->runs[RUN_FRESH].got->values[params->sample];
    if (!check_range(params, answer->args, model, &first, ret) ||
        !check_range(params, answer->args, model, &fresh, ret) ||
        !check_repetition(params, answer, &first, model, ret))
        return 0;
    if (check_sample(params, answer->args, &first, model, ret, err, &r) || r < 0)
        return r;
    struct comparison second = {.equal = true, .index = -1, .field = -1, .credit = 1};
    if (check_sample(params, answer->args, &fresh, model, &second, err, &r) && r == 0)
        *ret = second; /* the rare true sample that looked like none */
    return r;
}

static int compare(const void *data, const struct compare_answer *answer, struct comparison *ret,
                   struct error *err)
{
    const struct params *params = data;
    for (size_t run = 0; run < N_RUNS; run++) {
        char name[SUBJECT_NAME];
        struct compare_subject subject = compare_subject_of(answer, params->sample, name);
        subject.got = &answer->runs[run].got->values[params->sample];
        if (!compare_same_shape(&subject, ret))
            return 0;
    }
    struct sample_model model;
    int r = sample_model_make(&params->source, answer->args, answer->got->values[params->sample].n,
                              &model, err);
    if (r == 0)
        r = compare_with(params, answer, &model, ret, err);
    sample_model_done(&model);
    return r;
}

const struct compare_joint compare_statistical = {NAME, create, scale, compare, n_runs, change};
