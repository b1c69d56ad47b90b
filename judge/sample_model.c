#include "judge/sample_model.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "sandbox/util.h"

#define BINS_MAX     128 /* of floats: more would see smooth errors less well */
#define CATEGORY_MAX ((int64_t)1 << 26)

void sample_model_done(struct sample_model *model)
{
    free(model->p);
    free(model->order);
    free(model->block);
}

static double amount_of(const struct amount *amount, const struct frame *args)
{
    if (!amount->is_arg)
        return amount->value;
    const struct value *value = &args->values[amount->arg];
    return value->elem == ELEM_INT ? (double)value_int(value, 0) : value_float(value, 0);
}

/* F(x): what it turns a float of the sample into is uniform on [0, 1]. */
double sample_distribution(const struct sample_source *source, const struct frame *args, double x)
{
    double a = amount_of(&source->a, args), b = amount_of(&source->b, args);
    if (source->kind == FROM_UNIFORM)
        return (x - a) / (b - a);
    if (source->kind == FROM_NORMAL)
        return 0.5 * erfc(-(x - a) / (b * M_SQRT2));
    return x < 0 ? -1 : -expm1(-a * x);
}

int sample_by_number(const void *a, const void *b, void *numbers)
{
    const double *p = numbers;
    size_t i = *(const size_t *)a, k = *(const size_t *)b;
    return (p[i] > p[k]) - (p[i] < p[k]);
}

/* Neighbouring categories into at most 8 blocks of about equal probability. */
static void make_blocks(struct sample_model *model)
{
    double sum = 0;
    int block = 0;
    for (size_t i = 0; i < model->n; i++) {
        int wanted = (int)fmin(sum * SAMPLE_BLOCKS_MAX, SAMPLE_BLOCKS_MAX - 1);
        if (wanted > block && model->block_p[block] > 0)
            block++;
        model->block[i] = (uint8_t)block;
        model->block_p[block] += model->p[i];
        sum += model->p[i];
    }
    model->n_blocks = model->block_p[block] > 0 ? block + 1 : block;
}

static int weigh(const struct sample_source *source, const struct frame *args,
                 struct sample_model *model, struct error *err)
{
    const struct value *weights = &args->values[source->weights];
    long double sum = 0;
    for (int64_t i = 0; i < weights->n; i++) {
        double w = value_float(weights, i);
        if (!(w >= 0 && isfinite(w)))
            return error_set(
                err, -EINVAL,
                "comparator 'statistical': a weight of this test is negative or not finite");
        sum += (long double)w;
    }
    for (int64_t i = 0; i < weights->n && sum > 0; i++)
        model->p[i] = (double)((long double)value_float(weights, i) / sum);
    return 0;
}

static int count_categories(const struct sample_source *source, const struct frame *args,
                            int64_t n_draws, size_t *ret, struct error *err)
{
    double n = source->kind == FROM_WEIGHTS      ? (double)args->values[source->weights].n
               : source->kind == FROM_CATEGORIES ? amount_of(&source->a, args)
                                                 : fmin(fmax((double)n_draws / 100, 2), BINS_MAX);
    if (!(n >= 0 && n <= (double)CATEGORY_MAX))
        return error_set(err, -EINVAL,
                         "comparator 'statistical': %g categories are none or too many", n);
    *ret = (size_t)n;
    return 0;
}

int sample_model_make(const struct sample_source *source, const struct frame *args, int64_t n_draws,
                      struct sample_model *ret, struct error *err)
{
    *ret = (struct sample_model){.floats = source->kind >= FROM_UNIFORM};
    int r = count_categories(source, args, n_draws, &ret->n, err);
    if (r < 0)
        return r;
    ret->p = calloc(ret->n + 1, sizeof *ret->p);
    ret->order = calloc(ret->n + 1, sizeof *ret->order);
    ret->block = calloc(ret->n + 1, sizeof *ret->block);
    if (!ret->p || !ret->order || !ret->block)
        return error_oom(err);
    for (size_t i = 0; i < ret->n; i++)
        ret->p[i] = 1 / (double)ret->n;
    if (source->kind == FROM_WEIGHTS)
        r = weigh(source, args, ret, err);
    for (size_t i = 0; i < ret->n; i++) {
        ret->order[i] = i;
        ret->repeat += source->kind >= FROM_UNIFORM ? 0 : ret->p[i] * ret->p[i];
    }
    qsort_r(ret->order, ret->n, sizeof *ret->order, sample_by_number, ret->p);
    make_blocks(ret);
    return r;
}

size_t sample_category(const struct sample_source *source, const struct frame *args,
                       const struct sample_model *model, const struct value *draws, int64_t i)
{
    if (model->floats) {
        double x = value_float(draws, i), u = sample_distribution(source, args, x);
        /* Infinity has F = 1, and a probability of 0: it is a logarithm of 0. */
        return isfinite(x) && u >= 0 && u <= 1
                   ? (size_t)fmin(u * (double)model->n, (double)model->n - 1)
                   : SIZE_MAX; /* NaN, too */
    }
    int64_t x = value_int(draws, i);
    return x >= 0 && (uint64_t)x < model->n && model->p[x] > 0 ? (size_t)x : SIZE_MAX;
}
