/* The comparators beyond rows (judge/compare_*.c) over small arrays of awkward numbers, labels and decimal strings.
 *
 * Input: a byte of length, then a byte an element of what is expected, then the same of what was got; strings take the
 * bytes themselves.  Properties: a finite answer equals itself; what a tenth of the tolerance accepts the whole one accepts;
 * labels that are renamed one to one agree; an answer with NaN in it is accepted by nothing that needs finite numbers. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "judge/compare.h"
#include "tests/fuzz/fuzz.h"

#define N_MAX 8

static const double floats[] = {0.0,   -0.0,   1.0,    1.05, 1.1,      1.15,      1.2, -1.0,
                                1e308, -1e308, 5e-324, 1e-9, INFINITY, -INFINITY, NAN, 3.0};

struct one {
    enum elem elem;
    bool needs_finite;
    const char *json;
    struct comparator *whole, *tenth;
};

static struct one ones[] = {
    {ELEM_FLOAT, false, "{\"name\": \"ulp\", \"k\": 20}", NULL, NULL},
    {ELEM_FLOAT, true, "{\"name\": \"normwise\", \"rtol\": 0.1, \"atol\": 0.1}", NULL, NULL},
    {ELEM_FLOAT, true, "{\"name\": \"sign\", \"tol\": 0.1}", NULL, NULL},
    {ELEM_FLOAT, true, "{\"name\": \"scale\", \"rtol\": 0.1, \"positive\": false}", NULL, NULL},
    {ELEM_INT, false, "{\"name\": \"relabel\", \"reserved\": [-1]}", NULL, NULL},
    {ELEM_INT, false, "{\"name\": \"agreement\", \"at_least\": 0.6}", NULL, NULL},
    {ELEM_INT, false, "{\"name\": \"agreement\", \"at_least\": 0.6, \"measure\": \"ari\"}", NULL,
     NULL},
    {ELEM_STR, false, "\"decimal\"", NULL, NULL},
};

static struct field field = {.name = "", .type = {.kind = KIND_ARRAY, .rank = 1}};

static const struct signature *signature_of(enum elem elem)
{
    static struct signature signature = {.entry = "f", .returns = &field, .n_returns = 1};
    field.type.elem = elem;
    field.type.dims[0].kind = DIM_FREE;
    return &signature;
}

static void make(struct one *one)
{
    json_t *json = json_loads(one->json, JSON_DECODE_ANY, NULL);
    if (comparator_new(json, signature_of(one->elem), &one->whole, NULL) < 0 ||
        comparator_scaled(one->whole, 0.1, &one->tenth, NULL) < 0)
        __builtin_trap();
    json_decref(json);
}

struct array {
    double floats[N_MAX];
    int64_t ints[N_MAX], offsets[N_MAX + 1];
    struct value value;
    struct frame frame;
};

static void fill(struct array *a, enum elem elem, int64_t n, const uint8_t *bytes)
{
    *a = (struct array){0};
    for (int64_t i = 0; i < n; i++) {
        a->floats[i] = floats[bytes[i] % 16];
        a->ints[i] = bytes[i] % 7 - 2;
        a->offsets[i + 1] = i + 1;
    }
    a->value = (struct value){.kind = KIND_ARRAY, .elem = elem, .rank = 1, .dims = {n}, .n = n};
    a->value.data = elem == ELEM_FLOAT ? (const void *)a->floats
                    : elem == ELEM_INT ? (const void *)a->ints
                                       : (const void *)a->offsets;
    if (elem == ELEM_STR) {
        /* one string: the whole input */
        a->value.n = a->value.dims[0] = n > 0;
        a->offsets[1] = n;
        a->value.bytes = (const char *)bytes;
        a->value.n_bytes = (size_t)n;
    }
    a->frame = (struct frame){.kind = FRAME_RESULT, .values = &a->value, .n_values = 1};
}

static bool all_finite(const struct array *a)
{
    for (int64_t i = 0; i < a->value.n; i++)
        if (!isfinite(a->floats[i]))
            return false;
    return true;
}

static bool accepts(const struct comparator *comparator, enum elem elem, const struct array *e,
                    const struct array *g)
{
    struct comparison result;
    const struct frame args = {.kind = FRAME_ARGS};
    int r =
        compare_values(comparator, signature_of(elem), &args, &e->frame, &g->frame, &result, NULL);
    if (r == -EINVAL && elem == ELEM_FLOAT && !all_finite(e))
        return false; /* the package's fault */
    if (r < 0)
        __builtin_trap();
    if (!result.equal && (!result.kind[0] || !result.message[0]))
        __builtin_trap();
    return result.equal;
}

static void check(const struct one *one, int64_t n, const uint8_t *bytes)
{
    struct array e, g;
    fill(&e, one->elem, n, bytes);
    fill(&g, one->elem, n, bytes + n);
    bool finite = all_finite(&e) && all_finite(&g);
    if (one->needs_finite && !all_finite(&g) && accepts(one->whole, one->elem, &e, &g))
        __builtin_trap();
    if (accepts(one->tenth, one->elem, &e, &g) && !accepts(one->whole, one->elem, &e, &g))
        __builtin_trap();
    if ((one->elem == ELEM_INT || (one->elem == ELEM_FLOAT && finite)) &&
        !accepts(one->whole, one->elem, &e, &e))
        __builtin_trap();
    if (one->elem != ELEM_INT || strstr(one->json, "reserved"))
        return;
    for (int64_t i = 0; i < n; i++)
        g.ints[i] = 1000 - 3 * e.ints[i];
    if (!accepts(one->whole, one->elem, &e, &g))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 + 2 * N_MAX)
        return 0;
    for (size_t i = 0; i < sizeof ones / sizeof ones[0]; i++) {
        if (!ones[i].whole)
            make(&ones[i]);
        check(&ones[i], (int64_t)(size - 1) / 2, data + 1);
    }
    return 0;
}
