/* "product" (reconstruction): factors that the answer returns, multiplied, give a matrix of the input:
 *
 *   |F_1 F_2 ... - A|_F <= atol + rtol |A|_F
 *
 *   {"name": "product", "factors": ["Q", "R"], "matrix": ARG float[n,d], "rtol": 1e-9, "atol": 0}
 *
 * A factor is float[.,.], its transpose with a ' behind the name ("V'"), or float[.]: a diagonal ("S").  The expected answer
 * gives the shapes only.  Say "orthonormal" of factors that must be. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "judge/escape.h"
#include "sandbox/util.h"

#define NAME        "product"
#define FACTORS_MAX 4

struct factor {
    size_t field;
    bool transposed, diagonal;
};

struct params {
    size_t matrix;
    struct factor factors[FACTORS_MAX];
    size_t n_factors;
    double rtol, atol;
};

static int read_factor(const json_t *json, const struct signature *signature, struct factor *ret,
                       struct error *err)
{
    const char *text = json_string_value(json);
    size_t length = text ? strlen(text) : 0;
    *ret = (struct factor){.transposed = length > 0 && text[length - 1] == '\''};
    length -= ret->transposed;
    for (size_t i = 0; text && i < signature->n_returns; i++) {
        const struct field *field = &signature->returns[i];
        if (strlen(field->name) != length || strncmp(field->name, text, length) != 0)
            continue;
        ret->field = i;
        ret->diagonal = field->type.rank == 1;
        return param_is_floats(NAME, &field->type, ret->diagonal ? 1 : 2, err);
    }
    char shown[64];
    return error_set(err, -EINVAL, "comparator '" NAME "': no return is called '%s'",
                     text ? escape_text(text, strlen(text), shown, sizeof shown) : "");
}

static int create(const json_t *json, const struct signature *signature, void **ret, bool *covered,
                  struct error *err)
{
    static const char *const keys[] = {"name", "factors", "matrix", "rtol", "atol", NULL};
    struct params params = {0};
    const json_t *factors = json_object_get(json, "factors");
    int r = comparator_only_keys(json, keys, err);
    if (r == 0)
        r = param_field(json, NAME, "matrix", signature->args, signature->n_args, 2, &params.matrix,
                        err);
    if (r == 0)
        r = param_number(json, NAME, "rtol", 0, 1, 1e-9, &params.rtol, err);
    if (r == 0)
        r = param_number(json, NAME, "atol", 0, 1e300, 0, &params.atol, err);
    params.n_factors = json_array_size(factors);
    if (r == 0 && (params.n_factors < 1 || params.n_factors > FACTORS_MAX))
        r = error_set(err, -EINVAL,
                      "comparator '" NAME "': \"factors\" must be a list of 1 to %d returns",
                      FACTORS_MAX);
    for (size_t i = 0; r == 0 && i < params.n_factors; i++) {
        r = read_factor(json_array_get(factors, i), signature, &params.factors[i], err);
        if (r == 0)
            covered[params.factors[i].field] = true;
    }
    if (r < 0)
        return r;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

static int scale(const void *old, double factor, void **ret, struct error *err)
{
    struct params params = *(const struct params *)old;
    params.rtol *= factor;
    params.atol *= factor;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

struct matrix {
    double *cells; /* row order */
    int64_t rows, columns;
};

/* left := left * right.  -EDOM: the inner sizes do not fit. */
static int multiply(struct matrix *left, const struct value *right, const struct factor *factor)
{
    int64_t r_rows = right->dims[0], r_columns = factor->diagonal ? r_rows : right->dims[1];
    const double *cells = right->data;
    int64_t inner = factor->transposed ? r_columns : r_rows;
    int64_t columns = factor->transposed ? r_rows : r_columns;
    if (left->columns != inner)
        return -EDOM;
    double *product = calloc((size_t)(left->rows * columns) + 1, sizeof *product);
    if (!product)
        return -ENOMEM;
    for (int64_t i = 0; i < left->rows; i++) {
        double *row = product + i * columns;
        const double *from = left->cells + i * inner;
        for (int64_t j = 0; factor->diagonal && j < columns; j++)
            row[j] = from[j] * cells[j];
        for (int64_t k = 0; !factor->diagonal && k < inner; k++)
            for (int64_t j = 0; j < columns; j++)
                row[j] += from[k] *
                          (factor->transposed ? cells[j * r_columns + k] : cells[k * columns + j]);
    }
    free(left->cells);
    *left = (struct matrix){product, left->rows, columns};
    return 0;
}

/* The first factor by itself: no larger than what the answer holds (a diagonal: its square). */
static int take(const struct value *value, const struct factor *factor, struct matrix *ret)
{
    const double *cells = value->data;
    int64_t rows = value->dims[0], columns = factor->diagonal ? rows : value->dims[1];
    double *copy = calloc((size_t)(rows * columns) + 1, sizeof *copy);
    if (!copy)
        return -ENOMEM;
    for (int64_t i = 0; i < rows; i++) {
        if (factor->diagonal)
            copy[i * columns + i] = cells[i];
        for (int64_t j = 0; !factor->diagonal && j < columns; j++)
            copy[factor->transposed ? j * rows + i : i * columns + j] = cells[i * columns + j];
    }
    bool turned = factor->transposed && !factor->diagonal;
    *ret = (struct matrix){copy, turned ? columns : rows, turned ? rows : columns};
    return 0;
}

static void judge(const struct params *params, const struct matrix *product, const struct value *A,
                  const struct compare_subject *subject, struct comparison *ret)
{
    if (product->rows != A->dims[0] || product->columns != A->dims[1]) {
        comparison_differs(ret, subject, "shape", -1,
                           ": the product of the factors has shape (%" PRId64 ", %" PRId64
                           "), expected (%" PRId64 ", %" PRId64 ")",
                           product->rows, product->columns, A->dims[0], A->dims[1]);
        return;
    }
    const double *cells = A->data;
    long double off = 0, norm = 0, worst = -1;
    int64_t at = 0;
    for (int64_t i = 0; i < A->n; i++) {
        long double difference = (long double)product->cells[i] - cells[i];
        if (fabsl(difference) > worst) {
            worst = fabsl(difference);
            at = i;
        }
        off += difference * difference;
        norm += (long double)cells[i] * cells[i];
    }
    long double tolerance = params->atol + params->rtol * sqrtl(norm);
    if (!(sqrtl(off) <= tolerance))
        comparison_differs(
            ret, subject, "product", at,
            ": the product of the factors is off by %.3Lg in all (tolerance %.3Lg), most at "
            "[%" PRId64 "][%" PRId64 "]: %.10g, expected %.10g",
            sqrtl(off), tolerance, at / product->columns, at % product->columns, product->cells[at],
            cells[at]);
}

static int compare(const void *data, const struct compare_answer *answer, struct comparison *ret,
                   struct error *err)
{
    const struct params *params = data;
    char name[SUBJECT_NAME];
    struct compare_subject subject = {0};
    struct matrix product = {0};
    const struct value *A = &answer->args->values[params->matrix];
    int r = compare_need_finite(NAME, "the matrix", A, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < params->n_factors && r == 0; i++) {
        subject = compare_subject_of(answer, params->factors[i].field, name);
        if (!compare_same_shape(&subject, ret) || !compare_all_finite(&subject, ret))
            break;
        r = i == 0 ? take(subject.got, &params->factors[i], &product)
                   : multiply(&product, subject.got, &params->factors[i]);
    }
    if (r == -EDOM)
        comparison_differs(ret, &subject, "shape", -1,
                           ": its size does not fit the factor before it");
    else if (r == 0 && ret->equal)
        judge(params, &product, A, &subject, ret);
    free(product.cells);
    return r == -ENOMEM ? error_oom(err) : 0;
}

const struct compare_joint compare_product = {NAME, create, scale, compare, NULL, NULL};
