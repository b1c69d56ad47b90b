#include "judge/calls.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

bool calls_stacks(const struct type *type)
{
    return type->kind == KIND_SCALAR;
}

const struct method *calls_method(const struct calls *calls, int64_t call)
{
    return &calls->signature->methods[calls->methods[call]];
}

void calls_done(struct calls *calls)
{
    free(calls->ordinals);
    free(calls->counts);
    free(calls->first_args);
    free(calls->first_results);
    *calls = (struct calls){0};
}

/* ---- where the items are ---- */

static int count_calls(struct calls *calls, struct error *err)
{
    int64_t n_methods = (int64_t)calls->signature->n_methods;
    for (int64_t i = 0; i < calls->n; i++) {
        int64_t method = calls->methods[i];
        if (method < 0 || method >= n_methods)
            return error_set(err, -EBADMSG, "call %" PRId64 " is of no method", i);
        if ((method == 0) != (i == 0))
            return error_set(err, -EBADMSG, "call %" PRId64 ": __init__ is called first, and once",
                             i);
        calls->ordinals[i] = calls->counts[method]++;
    }
    return 0;
}

static size_t items_of(const struct type *type, int64_t count)
{
    return calls_stacks(type) ? 1 : (size_t)count;
}

static void place_items(struct calls *calls)
{
    calls->n_arg_items = 1;
    for (size_t m = 0; m < calls->signature->n_methods; m++) {
        const struct method *method = &calls->signature->methods[m];
        calls->first_args[m] = calls->n_arg_items;
        calls->first_results[m] = calls->n_result_items;
        for (size_t a = 0; a < method->n_args; a++)
            calls->n_arg_items += items_of(&method->args[a].type, calls->counts[m]);
        if (method->has_result)
            calls->n_result_items += items_of(&method->result.type, calls->counts[m]);
    }
}

/* An array of one element a call. */
static int check_stacked(const char *what, const char *method, const struct field *field,
                         const struct value *value, int64_t count, struct error *err)
{
    if (value->kind == KIND_ARRAY && value->elem == field->type.elem && value->rank == 1 &&
        value->n == count)
        return 0;
    return error_set(err, -EBADMSG, "%s%s%s of %s(): not one %s for each of its %" PRId64 " calls",
                     what, field->name[0] ? " " : "", field->name, method,
                     elem_name(field->type.elem), count);
}

static int check_args_shape(const struct calls *calls, const struct frame *args, struct error *err)
{
    int r = 0;
    for (size_t m = 0; r == 0 && m < calls->signature->n_methods; m++) {
        const struct method *method = &calls->signature->methods[m];
        size_t item = calls->first_args[m];
        for (size_t a = 0; r == 0 && a < method->n_args; a++) {
            const struct field *field = &method->args[a];
            if (calls_stacks(&field->type))
                r = check_stacked("argument", method->name, field, &args->values[item],
                                  calls->counts[m], err);
            item += items_of(&field->type, calls->counts[m]);
        }
    }
    return r;
}

static int check_results_shape(const struct calls *calls, const struct frame *results,
                               const char *what, struct error *err)
{
    int r = 0;
    for (size_t m = 0; r == 0 && m < calls->signature->n_methods; m++) {
        const struct method *method = &calls->signature->methods[m];
        if (method->has_result && calls_stacks(&method->result.type))
            r = check_stacked(what, method->name, &method->result,
                              &results->values[calls->first_results[m]], calls->counts[m], err);
    }
    return r;
}

int calls_open(const struct signature *signature, const struct frame *args, struct calls *ret,
               struct error *err)
{
    const struct value *order = args->n_values > 0 ? &args->values[0] : NULL;
    *ret = (struct calls){.signature = signature};
    assert(signature->n_methods > 0);
    if (!order || order->kind != KIND_ARRAY || order->elem != ELEM_INT || order->rank != 1 ||
        order->valid || order->n < 1)
        return error_set(err, -EBADMSG, "the arguments of a class begin with its calls");
    ret->n = order->n;
    ret->methods = order->data;
    ret->ordinals = calloc((size_t)ret->n, sizeof *ret->ordinals);
    ret->counts = calloc(signature->n_methods, sizeof *ret->counts);
    ret->first_args = calloc(signature->n_methods, sizeof *ret->first_args);
    ret->first_results = calloc(signature->n_methods, sizeof *ret->first_results);
    int r =
        ret->ordinals && ret->counts && ret->first_args && ret->first_results ? 0 : error_oom(err);
    if (r == 0)
        r = count_calls(ret, err);
    if (r == 0)
        place_items(ret);
    if (r == 0 && args->n_values != ret->n_arg_items)
        r = error_set(err, -EBADMSG, "%zu items of arguments where the calls need %zu",
                      args->n_values, ret->n_arg_items);
    if (r == 0)
        r = check_args_shape(ret, args, err);
    if (r < 0)
        calls_done(ret);
    return r;
}

/* ---- one call ---- */

/* Element `i` of an array as a scalar. */
static struct value element(const struct value *array, int64_t i)
{
    struct value ret = *array;
    const char *data = array->data;
    ret.kind = KIND_SCALAR;
    ret.rank = 0;
    memset(ret.dims, 0, sizeof ret.dims);
    ret.n = 1;
    ret.data = data + (size_t)i * (array->elem == ELEM_BOOL ? 1 : 8); /* of str: its offsets */
    ret.valid = array->valid ? array->valid + i : NULL;
    return ret;
}

static struct value view(const struct value *items, const struct type *type, int64_t ordinal)
{
    return calls_stacks(type) ? element(&items[0], ordinal) : items[ordinal];
}

void calls_args(const struct calls *calls, const struct value *values, int64_t call,
                struct value ret[METHOD_ARGS_MAX])
{
    const struct method *method = calls_method(calls, call);
    int64_t m = calls->methods[call];
    size_t item = calls->first_args[m];
    for (size_t a = 0; a < method->n_args; a++) {
        ret[a] = view(&values[item], &method->args[a].type, calls->ordinals[call]);
        item += items_of(&method->args[a].type, calls->counts[m]);
    }
}

bool calls_result(const struct calls *calls, const struct value *values, int64_t call,
                  struct value *ret)
{
    const struct method *method = calls_method(calls, call);
    if (method->has_result)
        *ret = view(&values[calls->first_results[calls->methods[call]]], &method->result.type,
                    calls->ordinals[call]);
    return method->has_result;
}

/* ---- checking ---- */

/* What __init__ has bound is known in every call, but for names that the call itself gives. */
static void inherit(const struct dims *of_init, const struct method *method, struct dims *ret)
{
    *ret = (struct dims){0};
    for (size_t i = 0; i < of_init->n; i++) {
        bool own = false;
        for (size_t a = 0; a < method->n_args && !own; a++)
            own = method->args[a].type.kind == KIND_SCALAR &&
                  method->args[a].type.elem == ELEM_INT &&
                  strcmp(method->args[a].name, of_init->bound[i].name) == 0;
        if (!own)
            ret->bound[ret->n++] = of_init->bound[i];
    }
}

static int in_call(const struct calls *calls, int64_t call, int r, struct error *err)
{
    return r < 0 ? error_prefix(err, r, "call %" PRId64 ", %s()", call,
                                calls_method(calls, call)->name)
                 : 0;
}

/* The arguments of one call; *dims: what is known in it. */
static int check_call(const struct calls *calls, const struct value *values, int64_t call,
                      const struct dims *of_init, struct dims *dims, struct error *err)
{
    const struct method *method = calls_method(calls, call);
    struct value args[METHOD_ARGS_MAX];
    inherit(of_init, method, dims);
    calls_args(calls, values, call, args);
    return in_call(
        calls, call,
        values_check(method->args, method->n_args, args, method->n_args, dims, "argument", err),
        err);
}

static int check_all_args(const struct signature *signature, const struct frame *args,
                          struct error *err)
{
    struct calls calls;
    struct dims of_init = {0}, dims = {0};
    int r = calls_open(signature, args, &calls, err);
    if (r < 0)
        return r;
    for (int64_t i = 0; r == 0 && i < calls.n; i++) {
        r = check_call(&calls, args->values, i, &of_init, &dims, err);
        of_init = i == 0 ? dims : of_init;
    }
    calls_done(&calls);
    return r;
}

int args_check(const struct signature *signature, const struct frame *args, struct dims *dims,
               struct error *err)
{
    if (signature->n_methods > 0)
        return check_all_args(signature, args, err);
    return values_check(signature->args, signature->n_args, args->values, args->n_values, dims,
                        "argument", err);
}

static int check_result(const struct calls *calls, struct frame *results, int64_t call,
                        struct dims *dims, const char *what, struct error *err)
{
    const struct method *method = calls_method(calls, call);
    struct value value;
    if (!calls_result(calls, results->values, call, &value))
        return 0;
    int r = values_check(&method->result, 1, &value, 1, dims, what, err);
    if (r == 0 && !calls_stacks(&method->result.type)) {
        size_t item = calls->first_results[calls->methods[call]] + (size_t)calls->ordinals[call];
        values_resolve(&method->result, &results->values[item], 1, dims);
    }
    return in_call(calls, call, r, err);
}

static int check_all_results(const struct signature *signature, const struct frame *args,
                             struct frame *results, const char *what, struct error *err)
{
    struct calls calls;
    struct dims of_init = {0}, dims = {0};
    int r = calls_open(signature, args, &calls, err);
    if (r < 0)
        return r;
    if (results->n_values != calls.n_result_items)
        r = error_set(err, -EBADMSG, "%zu %s items where the calls have %zu", results->n_values,
                      what, calls.n_result_items);
    if (r == 0)
        r = check_results_shape(&calls, results, what, err);
    for (int64_t i = 0; r == 0 && i < calls.n; i++) {
        r = check_call(&calls, args->values, i, &of_init, &dims, err);
        of_init = i == 0 ? dims : of_init;
        if (r == 0)
            r = check_result(&calls, results, i, &dims, what, err);
    }
    calls_done(&calls);
    return r;
}

int results_check(const struct signature *signature, const struct frame *args,
                  const struct dims *dims, struct frame *results, const char *what,
                  struct error *err)
{
    if (signature->n_methods > 0)
        return check_all_results(signature, args, results, what, err);
    struct dims known = *dims;
    int r = values_check(signature->returns, signature->n_returns, results->values,
                         results->n_values, &known, what, err);
    if (r == 0)
        values_resolve(signature->returns, results->values, results->n_values, &known);
    return r;
}
