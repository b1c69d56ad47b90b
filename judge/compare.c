/* The comparators by name, and which of them judges which return. */
#include "judge/compare.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/calls.h"
#include "judge/checker.h"
#include "judge/compare_kind.h"
#include "judge/escape.h"
#include "sandbox/util.h"

static const struct compare_kind *const compare_table[] = {
    &compare_exact,    &compare_close,   &compare_rows,        &compare_ulp,
    &compare_normwise, &compare_decimal, &compare_relabel,     &compare_agreement,
    &compare_sign,     &compare_scale,   &compare_orthonormal, &compare_threshold,
};

static const struct compare_joint *const joint_table[] = {
    &compare_backward_error,
    &compare_subspace,
    &compare_product,
    &compare_statistical,
};

const char *comparator_name(size_t i)
{
    size_t n = ARRAY_LEN(compare_table);
    if (i < n)
        return compare_table[i]->name;
    return i - n < ARRAY_LEN(joint_table) ? joint_table[i - n]->name : NULL;
}

#define PARTS_MAX 256

/* One comparator of one return (kind), or of the whole answer (joint). */
struct part {
    const struct compare_kind *kind;
    const struct compare_joint *joint;
    size_t field; /* index of the return; of a class: of the method */
    struct type
        type; /* a copy without what is owned: scaling needs kind, elem and the number of columns */
    void *params;
};

struct comparator {
    struct checker *checker; /* asked once no part finds a difference; NULL, or owned */
    size_t n_returns;
    size_t n; /* parts, in the order in which they judge */
    struct part parts[PARTS_MAX];
};

void comparator_free(struct comparator *comparator)
{
    if (!comparator)
        return;
    checker_free(comparator->checker);
    for (size_t i = 0; i < comparator->n; i++)
        free(comparator->parts[i].params);
    free(comparator);
}

static int new_part(struct comparator *comparator, struct part **ret, struct error *err)
{
    if (comparator->n == PARTS_MAX)
        return error_set(err, -EINVAL, "comparator: more than %d comparators", PARTS_MAX);
    *ret = &comparator->parts[comparator->n++];
    return 0;
}

static const char *name_of(const json_t *json)
{
    return json_string_value(json_is_object(json) ? json_object_get(json, "name") : json);
}

static int unknown_name(const char *name, struct error *err)
{
    char known[256] = "", shown[64];
    const char *one;
    for (size_t i = 0; (one = comparator_name(i)); i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s%s", i ? ", " : "",
                 i == ARRAY_LEN(compare_table) ? "and in \"all\": " : "", one);
    }
    return error_set(err, -EINVAL, "no comparator is called '%s' (%s)",
                     escape_text(name, strlen(name), shown, sizeof shown), known);
}

static int find_kind(const json_t *json, const struct compare_kind **ret, struct error *err)
{
    const char *name = name_of(json);
    if (!name)
        return error_set(
            err, -EINVAL,
            "a comparator is a name, an object with a \"name\", or {\"returns\": {...}}");
    for (size_t i = 0; i < ARRAY_LEN(compare_table); i++) {
        if (strcmp(compare_table[i]->name, name) == 0) {
            *ret = compare_table[i];
            return 0;
        }
    }
    return unknown_name(name, err);
}

static int add_part(struct comparator *comparator, const json_t *json, const struct field *field,
                    size_t index, struct error *err)
{
    struct error why = ERROR_INIT;
    struct part *part = NULL;
    int r = new_part(comparator, &part, err);
    if (r < 0)
        return r;
    part->field = index;
    part->type = field->type;
    part->type.legal = NULL;
    part->type.columns = NULL;
    r = find_kind(json, &part->kind, &why);
    if (r == 0)
        r = part->kind->create(json, &field->type, &part->params, &why);
    if (r == -ENOMEM)
        return error_oom(err);
    if (r < 0)
        return error_set(err, r, "%s%s%s%s", field->name[0] ? "return '" : "", field->name,
                         field->name[0] ? "': " : "", why.text);
    return 0;
}

/* One comparator, or {"every": [...]}. */
static int add_parts(struct comparator *comparator, const json_t *json, const struct field *field,
                     size_t index, struct error *err)
{
    const json_t *every = json_object_get(json, "every");
    if (!every)
        return add_part(comparator, json, field, index, err);
    if (!json_is_array(every) || json_array_size(every) == 0 || json_object_size(json) != 1)
        return error_set(err, -EINVAL,
                         "comparator: \"every\" is a list of comparators and stands alone");
    int r = 0;
    for (size_t i = 0; i < json_array_size(every) && r == 0; i++)
        r = add_part(comparator, json_array_get(every, i), field, index, err);
    return r;
}

/* {"returns": {...}}: every name in it must be a return. */
static int check_names(const json_t *returns, const struct signature *signature, struct error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(returns))
        return error_set(err, -EINVAL, "comparator: \"returns\" must be an object by name");
    json_object_foreach((json_t *)(uintptr_t)returns, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < signature->n_returns && !known; i++)
            known = key[0] && strcmp(signature->returns[i].name, key) == 0;
        char shown[64];
        if (!known)
            return error_set(err, -EINVAL, "comparator: no return is called '%s'",
                             escape_text(key, strlen(key), shown, sizeof shown));
    }
    return 0;
}

/* The package's checker: it judges every return that "returns" does not name, and may look at all. */
static int add_checker(struct comparator *comparator, const json_t *json, bool *covered,
                       struct error *err)
{
    if (comparator->checker)
        return error_set(err, -EINVAL, "comparator: one checker is enough");
    for (size_t i = 0; i < comparator->n_returns; i++)
        covered[i] = true;
    return checker_new(json, &comparator->checker, err);
}

const struct checker *comparator_checker(const struct comparator *comparator)
{
    return comparator->checker;
}

static int add_joint(struct comparator *comparator, const json_t *json,
                     const struct signature *signature, bool *covered, struct error *err)
{
    const char *name = name_of(json);
    if (checker_is(json))
        return add_checker(comparator, json, covered, err);
    for (size_t i = 0; name && i < ARRAY_LEN(joint_table); i++) {
        struct part *part = NULL;
        if (strcmp(joint_table[i]->name, name) != 0)
            continue;
        int r = new_part(comparator, &part, err);
        if (r < 0)
            return r;
        part->joint = joint_table[i];
        return part->joint->create(json, signature, &part->params, covered, err);
    }
    if (name)
        return unknown_name(name, err);
    return error_set(err, -EINVAL, "comparator: \"all\" is a list of objects with a \"name\"");
}

static int add_joints(struct comparator *comparator, const json_t *all,
                      const struct signature *signature, bool *covered, struct error *err)
{
    if (!json_is_array(all) || json_array_size(all) == 0)
        return error_set(err, -EINVAL, "comparator: \"all\" is a list of objects with a \"name\"");
    int r = 0;
    for (size_t i = 0; i < json_array_size(all) && r == 0; i++)
        r = add_joint(comparator, json_array_get(all, i), signature, covered, err);
    return r;
}

size_t comparator_runs(const struct comparator *comparator)
{
    size_t runs = comparator->checker ? checker_runs(comparator->checker) : 1;
    for (size_t i = 0; i < comparator->n; i++) {
        const struct part *part = &comparator->parts[i];
        if (part->joint && part->joint->runs)
            runs = part->joint->runs(part->params);
    }
    return runs;
}

bool comparator_change(const struct comparator *comparator, size_t run, const unsigned char key[32],
                       struct run_change *ret)
{
    for (size_t i = 0; i < comparator->n; i++) {
        const struct part *part = &comparator->parts[i];
        if (part->joint && part->joint->change)
            return part->joint->change(part->params, run, key, ret);
    }
    return false;
}

/* Two that ask for several calls would have to ask for the same ones. */
static int check_runs(const struct comparator *comparator, struct error *err)
{
    size_t n = comparator->checker && checker_runs(comparator->checker) > 1;
    for (size_t i = 0; i < comparator->n; i++)
        n += comparator->parts[i].joint && comparator->parts[i].joint->runs;
    return n > 1 ? error_set(err, -EINVAL,
                             "comparator: one that asks for several calls of a test is enough")
                 : 0;
}

static int fill(struct comparator *comparator, const json_t *json,
                const struct signature *signature, struct error *err)
{
    const json_t *returns = json_object_get(json, "returns"), *all = json_object_get(json, "all");
    auto_free bool *covered = calloc(signature->n_returns + 1, sizeof *covered);
    json_t *exact = json_string("exact");
    int r = covered && exact ? 0 : error_oom(err);
    if (r == 0 && (returns || all) &&
        json_object_size(json) != (size_t)(returns != NULL) + (all != NULL))
        r = error_set(err, -EINVAL, "comparator: beside \"returns\" stands \"all\" or nothing");
    if (r == 0 && returns)
        r = check_names(returns, signature, err);
    bool checked = r == 0 && checker_is(json);
    if (checked)
        r = add_checker(comparator, json, covered, err);
    if (r == 0 && all)
        r = add_joints(comparator, all, signature, covered, err);
    for (size_t i = 0; r == 0 && i < signature->n_returns; i++) {
        const struct field *field = &signature->returns[i];
        const json_t *one =
            returns || all || checked ? json_object_get(returns, field->name) : json;
        if (one || !covered[i])
            r = add_parts(comparator, one ? one : exact, field, i, err);
    }
    json_decref(exact);
    return r == 0 ? check_runs(comparator, err) : r;
}

/* Of a class: a return for each method with a result, called as the method is.  Borrowed but for `returns`. */
static int returns_of_methods(const struct signature *signature, struct signature *ret,
                              struct error *err)
{
    *ret = (struct signature){.returns = calloc(signature->n_methods + 1, sizeof *ret->returns)};
    if (!ret->returns)
        return error_oom(err);
    for (size_t m = 0; m < signature->n_methods; m++) {
        const struct method *method = &signature->methods[m];
        if (!method->has_result)
            continue;
        struct field *field = &ret->returns[ret->n_returns++];
        field->type = method->result.type;
        memcpy(field->name, method->name, sizeof field->name);
    }
    return 0;
}

/* The n-th method with a result -> its index among all. */
static size_t method_of_return(const struct signature *signature, size_t n)
{
    size_t m = 0;
    while (!signature->methods[m].has_result || n-- > 0)
        m++;
    return m;
}

/* What looks at arguments and several returns together has none of them in a class. */
static int refuse_joints(const json_t *json, struct error *err)
{
    const json_t *all = json_object_get(json, "all");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const char *name = name_of(json_array_get(all, i));
        for (size_t j = 0; name && j < ARRAY_LEN(joint_table); j++)
            if (strcmp(joint_table[j]->name, name) == 0)
                return error_set(err, -EINVAL, "comparator '%s' is for functions", name);
    }
    return 0;
}

static int new_of_class(const json_t *json, const struct signature *signature,
                        struct comparator **ret, struct error *err)
{
    struct signature returns;
    int r = refuse_joints(json, err);
    if (r == 0)
        r = returns_of_methods(signature, &returns, err);
    if (r < 0)
        return r;
    r = comparator_new(json, &returns, ret, err);
    free(returns.returns);
    if (r < 0)
        return r;
    for (size_t i = 0; i < (*ret)->n; i++) {
        struct part *part = &(*ret)->parts[i];
        assert(!part->joint);
        part->field = method_of_return(signature, part->field);
    }
    return 0;
}

int comparator_new(const json_t *json, const struct signature *signature, struct comparator **ret,
                   struct error *err)
{
    if (signature->n_methods > 0)
        return new_of_class(json, signature, ret, err);
    assert(signature->n_returns > 0);
    struct comparator *comparator = calloc(1, sizeof *comparator);
    if (!comparator)
        return error_oom(err);
    comparator->n_returns = signature->n_returns;
    int r = fill(comparator, json, signature, err);
    if (r < 0) {
        comparator_free(comparator);
        return r;
    }
    *ret = comparator;
    return 0;
}

int comparator_scaled(const struct comparator *comparator, double factor, struct comparator **ret,
                      struct error *err)
{
    struct comparator *scaled = calloc(1, sizeof *scaled);
    if (!scaled)
        return error_oom(err);
    scaled->n_returns = comparator->n_returns;
    if (comparator->checker) {
        int r = checker_scaled(comparator->checker, factor, &scaled->checker, err);
        if (r < 0) {
            comparator_free(scaled);
            return r;
        }
    }
    for (size_t i = 0; i < comparator->n; i++) {
        const struct part *old = &comparator->parts[i];
        struct part *part = &scaled->parts[scaled->n++];
        *part = *old;
        part->params = NULL;
        int r = old->joint ? old->joint->scale(old->params, factor, &part->params, err)
                           : old->kind->scale(old->params, &old->type, factor, &part->params, err);
        if (r < 0) {
            comparator_free(scaled);
            return r;
        }
    }
    *ret = scaled;
    return 0;
}

void comparison_differs(struct comparison *ret, const struct compare_subject *subject,
                        const char *kind, int64_t index, const char *format, ...)
{
    ret->equal = false;
    ret->index = index;
    snprintf(ret->kind, sizeof ret->kind, "%s", kind);
    int used = snprintf(ret->message, sizeof ret->message, "%s", subject->name);
    va_list args;
    va_start(args, format);
    vsnprintf(ret->message + used, sizeof ret->message - (size_t)used, format, args);
    va_end(args);
}

struct compare_subject compare_subject_of(const struct compare_answer *answer, size_t i,
                                          char name[SUBJECT_NAME])
{
    const char *field = answer->signature->returns[i].name;
    snprintf(name, SUBJECT_NAME, "returned %s", field[0] ? field : "value");
    return (struct compare_subject){.name = name,
                                    .signature = answer->signature,
                                    .args = answer->args,
                                    .expected = &answer->expected->values[i],
                                    .got = &answer->got->values[i]};
}

static int compare_part(const struct part *part, const struct compare_answer *answer,
                        struct comparison *ret, struct error *err)
{
    if (part->joint)
        return part->joint->compare(part->params, answer, ret, err);
    char name[SUBJECT_NAME];
    const struct compare_subject subject = compare_subject_of(answer, part->field, name);
    assert(subject.expected->kind == subject.got->kind);
    assert(subject.expected->elem == subject.got->elem);
    return part->kind->compare(part->params, &subject, ret, err);
}

/* The result of one call by the comparators of its method. */
static int compare_call(const struct comparator *comparator, const struct calls *calls,
                        int64_t call, const struct frame *expected, const struct frame *got,
                        struct comparison *ret, struct error *err)
{
    const struct method *method = calls_method(calls, call);
    struct value want, have;
    char name[160];
    double credit = ret->credit;
    int r = 0;
    if (!calls_result(calls, expected->values, call, &want) ||
        !calls_result(calls, got->values, call, &have))
        return 0;
    snprintf(name, sizeof name, "call %" PRId64 ", %s(): returned value", call, method->name);
    const struct compare_subject subject = {.name = name, .expected = &want, .got = &have};
    for (size_t i = 0; i < comparator->n && ret->equal && r == 0; i++) {
        const struct part *part = &comparator->parts[i];
        if (part->field != (size_t)calls->methods[call])
            continue;
        r = part->kind->compare(part->params, &subject, ret, err);
        credit = ret->credit < credit ? ret->credit : credit;
    }
    ret->credit = credit;
    return r;
}

static int compare_class(const struct comparator *comparator, const struct signature *signature,
                         const struct compare_run *run, const struct frame *expected,
                         struct comparison *ret, struct error *err)
{
    struct calls calls;
    *ret = (struct comparison){.equal = true, .index = -1, .field = -1, .credit = 1};
    int r = calls_open(signature, run->args, &calls, err);
    if (r < 0)
        return r;
    for (int64_t i = 0; r == 0 && ret->equal && i < calls.n; i++) {
        r = compare_call(comparator, &calls, i, expected, run->got, ret, err);
        if (!ret->equal)
            ret->index = i;
    }
    calls_done(&calls);
    return r;
}

int compare_runs(const struct comparator *comparator, const struct signature *signature,
                 const struct compare_run *runs, const struct frame *expected,
                 struct comparison *ret, struct error *err)
{
    if (signature->n_methods > 0)
        return compare_class(comparator, signature, runs, expected, ret, err);
    assert(comparator->n_returns == signature->n_returns);
    assert(expected->n_values == comparator->n_returns);
    assert(runs[0].got->n_values == comparator->n_returns);
    *ret = (struct comparison){.equal = true, .index = -1, .field = -1, .credit = 1};
    const struct compare_answer answer = {signature, runs[0].args, expected, runs[0].got, runs};
    double credit = 1;
    int r = 0;
    for (size_t i = 0; i < comparator->n && ret->equal && r == 0; i++) {
        r = compare_part(&comparator->parts[i], &answer, ret, err);
        if (!ret->equal && !comparator->parts[i].joint)
            ret->field = (int64_t)comparator->parts[i].field;
        credit = ret->credit < credit ? ret->credit : credit;
    }
    ret->credit = credit;
    return r;
}

int compare_values(const struct comparator *comparator, const struct signature *signature,
                   const struct frame *args, const struct frame *expected, const struct frame *got,
                   struct comparison *ret, struct error *err)
{
    assert(comparator_runs(comparator) == 1);
    const struct compare_run run = {args, got};
    return compare_runs(comparator, signature, &run, expected, ret, err);
}
