/* Every comparator there is has its properties (compare_properties_NAME.c), and they hold of random values of many sizes.
 * The values come from fixed seeds: what fails once fails always. */
#include "tests/unit/compare_properties.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

static const struct properties *const all[] = {
    &properties_exact,          &properties_close,
    &properties_rows,           &properties_ulp,
    &properties_normwise,       &properties_decimal,
    &properties_relabel,        &properties_agreement,
    &properties_sign,           &properties_scale,
    &properties_orthonormal,    &properties_threshold,
    &properties_backward_error, &properties_subspace,
    &properties_product,        &properties_statistical,
};

static const unsigned seeds[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233};

static const struct properties *properties_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i]->comparator, name) == 0)
            return all[i];
    return NULL;
}

static void test_every_comparator_has_properties(void **state)
{
    (void)state;
    size_t n = 0;
    for (const char *name; (name = comparator_name(n)); n++) {
        const struct properties *properties = properties_of(name);
        if (!properties || !properties->reflexive || !properties->invariant ||
            !properties->sensitive || !properties->symmetric)
            fail_msg("comparator '%s' lacks properties: see compare_properties.h", name);
    }
    assert_int_equal(n, ARRAY_LEN(all));
    assert_null(comparator_name(n + 1));
}

/* One property of one comparator: a test of its own. */
struct job {
    char name[64];
    const struct properties *properties;
    property_fn *property;
};

static void test_property(void **state)
{
    const struct job *job = *state;
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
        const int64_t sizes[] = {
            0, 1, 2, 3 + seeds[i] % 4, 5 + seeds[i] % 20, i == 0 ? job->properties->largest : 7};
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            struct round round;
            round_begin(&round, job->name, seeds[i], sizes[k]);
            job->property(&round);
            round_end(&round);
        }
    }
}

/* A value of another type or shape than is declared meets no comparator. */
static void test_other_types_are_refused_before(void **state)
{
    (void)state;
    static const char *const types[] = {"int", "float", "bool", "str"};
    for (int declared = 0; declared < 4; declared++)
        for (int rank = 0; rank < 2; rank++)
            for (int got = 0; got < 4; got++) {
                struct round round;
                round_begin(&round, "types", 1, 3);
                char text[16];
                struct field field = {.name = ""};
                struct dims dims = {0};
                snprintf(text, sizeof text, "%s%s", types[declared], rank ? "[*]" : "");
                assert_int_equal(type_parse(text, &field.type, NULL), 0);
                for (int lists = 0; lists < 2; lists++) {
                    enum elem elem = (enum elem)(ELEM_INT + got);
                    struct value value = lists ? list(&round, elem, 3) : scalar(&round, elem);
                    int r = values_check(&field, 1, &value, 1, &dims, "return", NULL);
                    assert_int_equal(r, declared == got && rank == lists ? 0 : -EBADMSG);
                }
                type_done(&field.type);
                round_end(&round);
            }
}

static const struct properties of_calls = {
    .comparator = "calls", .invariant = calls_are_compared_one_by_one, .largest = 500};

static size_t add_jobs(const struct properties *properties, struct job *jobs,
                       struct CMUnitTest *tests)
{
    const struct {
        const char *name;
        property_fn *property;
    } four[] = {{"reflexive", properties->reflexive},
                {"invariant", properties->invariant},
                {"sensitive", properties->sensitive},
                {"symmetric", properties->symmetric}};
    size_t n = 0;
    for (size_t k = 0; k < ARRAY_LEN(four); k++) {
        if (!four[k].property) /* test_every_comparator_has_properties() says so */
            continue;
        jobs[n] = (struct job){.properties = properties, .property = four[k].property};
        snprintf(jobs[n].name, sizeof jobs[n].name, "%s: %s", properties->comparator, four[k].name);
        tests[n] = (struct CMUnitTest){
            .name = jobs[n].name, .test_func = test_property, .initial_state = &jobs[n]};
        n++;
    }
    return n;
}

int main(void)
{
    static struct job jobs[4 * ARRAY_LEN(all) + 1];
    static struct CMUnitTest tests[4 * ARRAY_LEN(all) + 3] = {
        cmocka_unit_test(test_every_comparator_has_properties),
        cmocka_unit_test(test_other_types_are_refused_before),
    };
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        n += add_jobs(all[i], jobs + n, tests + 2 + n);
    n += add_jobs(&of_calls, jobs + n, tests + 2 + n);
    return _cmocka_run_group_tests("compare_properties", tests, n + 2, NULL, NULL);
}
