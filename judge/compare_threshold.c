/* "threshold" (C22): a number that measures how good an answer is, and bands that say what it is worth.
 *
 *   {"name": "threshold", "at_least": 0.9}                     or "at_most"; one of the two
 *   {"name": "threshold", "at_least": 0.9, "bands": [{"at_least": 0.95, "credit": 1}, {"at_least": 0.9, "credit": 0.5}]}
 *
 * Accepted is what reaches the threshold.  The credit of the best band reached (1 without bands) is the share of the
 * group's points that the test leaves; of a group's tests the least one counts.  The expected answer is not looked at. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "judge/compare_kind.h"
#include "judge/compare_params.h"
#include "judge/value_text.h"

#define NAME      "threshold"
#define BANDS_MAX 16

struct band {
    double limit, credit;
};

struct params {
    bool at_most;
    struct band bands[BANDS_MAX]; /* [0]: the threshold itself */
    size_t n;
};

static int read_band(const json_t *json, const char *key, struct band *ret, struct error *err)
{
    const char *const keys[] = {key, "credit", NULL};
    int r = json_is_object(json)
                ? comparator_only_keys(json, keys, err)
                : error_set(err, -EINVAL, "comparator '" NAME "': a band is an object");
    if (r == 0)
        r = param_number(json, NAME, key, -1e300, 1e300, NAN, &ret->limit, err);
    if (r == 0)
        r = param_number(json, NAME, "credit", 0.001, 1, NAN, &ret->credit, err);
    return r;
}

static int create(const json_t *json, const struct type *type, void **ret, struct error *err)
{
    static const char *const keys[] = {"name", "at_least", "at_most", "bands", NULL};
    struct params params = {.at_most = json_object_get(json, "at_most") != NULL, .n = 1};
    const char *key = params.at_most ? "at_most" : "at_least";
    const json_t *bands = json_object_get(json, "bands");
    int r = comparator_only_keys(json, keys, err);
    if (r == 0 && (type->kind != KIND_SCALAR || type->elem != ELEM_FLOAT || type->nullable))
        r = error_set(err, -EINVAL, "comparator '" NAME "' is for one float");
    if (r == 0 && params.at_most && json_object_get(json, "at_least"))
        r = error_set(err, -EINVAL, "comparator '" NAME "': either \"at_least\" or \"at_most\"");
    if (r == 0)
        r = param_number(json, NAME, key, -1e300, 1e300, NAN, &params.bands[0].limit, err);
    params.bands[0].credit = bands ? 0 : 1;
    if (r == 0 && bands && (!json_is_array(bands) || json_array_size(bands) >= BANDS_MAX))
        r = error_set(err, -EINVAL, "comparator '" NAME "': \"bands\" is a list of at most %d",
                      BANDS_MAX - 1);
    for (size_t i = 0; r == 0 && i < json_array_size(bands); i++)
        r = read_band(json_array_get(bands, i), key, &params.bands[params.n++], err);
    if (r < 0)
        return r;
    *ret = param_copy(&params, sizeof params, err);
    return *ret ? 0 : -ENOMEM;
}

/* A threshold has no tolerance to be scaled. */
static int scale(const void *old, const struct type *type, double factor, void **ret,
                 struct error *err)
{
    (void)type;
    (void)factor;
    *ret = param_copy(old, sizeof(struct params), err);
    return *ret ? 0 : -ENOMEM;
}

static bool reaches(const struct params *params, double x, double limit)
{
    return params->at_most ? x <= limit : x >= limit;
}

static int compare(const void *data, const struct compare_subject *subject, struct comparison *ret,
                   struct error *err)
{
    (void)err;
    const struct params *params = data;
    double x = value_float(subject->got, 0), credit = params->bands[0].credit;
    char text[CELL_TEXT], limit[CELL_TEXT];
    if (!reaches(params, x, params->bands[0].limit)) {
        comparison_differs(ret, subject, isnan(x) ? "not a number" : "value", 0,
                           " is %s, %s %s is needed", float_text(x, text),
                           params->at_most ? "at most" : "at least",
                           float_text(params->bands[0].limit, limit));
        return 0;
    }
    for (size_t i = 1; i < params->n; i++)
        if (reaches(params, x, params->bands[i].limit))
            credit = fmax(credit, params->bands[i].credit);
    if (!(credit > 0)) {
        comparison_differs(ret, subject, "value", 0, " is %s, which no band reaches",
                           float_text(x, text));
        return 0;
    }
    ret->credit = credit;
    return 0;
}

const struct compare_kind compare_threshold = {NAME, create, scale, compare};
