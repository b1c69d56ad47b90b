/* The calls of a class (judge/calls.h says how they lie in the frames). */
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "input.h"
#include "judge/calls.h"
#include "output.h"

/* One method over all of its calls. */
struct calls_of {
    const struct method *method;
    struct signature function; /* the method as a function */
    size_t n;                  /* calls */
    size_t next;               /* while they are made */
    struct mlj_in *in;         /* scalars: [n_args], arrays over all calls */
    struct mlj_in *others;     /* the rest: [n_args * n], those of one argument together */
    struct field stacked;      /* a scalar result as the array over all calls */
    struct mlj_out *outs;      /* of a scalar result one, else [n] */
};

struct class_calls {
    const char *entry;
    const int64_t *order; /* [n] */
    size_t n;
    struct calls_of *methods;
    size_t n_methods;
    struct mlj_in *of_init; /* the arguments of call 0 */
};

static bool is_scalar(const struct field *field)
{
    return field->type.kind == KIND_SCALAR;
}

/* A scalar's field as that of an array of `n`. */
static struct field over_all_calls(const struct field *field, const char *name, size_t n)
{
    struct field ret = *field;
    if (!ret.name[0])
        memcpy(ret.name, name, sizeof ret.name);
    ret.type.kind = KIND_ARRAY;
    ret.type.rank = 1;
    ret.type.dims[0] = (struct dim){.kind = DIM_NUMBER, .size = (int64_t)n};
    return ret;
}

static void read_method(struct input_reader *reader, struct calls_of *calls)
{
    const struct method *method = calls->method;
    calls->in = need(method->n_args + 1, sizeof *calls->in);
    calls->others = need(method->n_args * calls->n + 1, sizeof *calls->others);
    for (size_t a = 0; a < method->n_args; a++) {
        const struct field *field = &method->args[a];
        if (is_scalar(field)) {
            const struct field all = over_all_calls(field, "", calls->n);
            input_next(reader, &all, &calls->in[a]);
        }
        for (size_t k = 0; !is_scalar(field) && k < calls->n; k++)
            input_next(reader, field, &calls->others[a * calls->n + k]);
    }
}

static size_t width_of(const struct field *field)
{
    return elem_width(field->type.elem);
}

/* The arguments of call `k` of a method. */
static void arguments(const struct calls_of *calls, size_t k, struct mlj_in *ret)
{
    for (size_t a = 0; a < calls->method->n_args; a++) {
        const struct field *field = &calls->method->args[a];
        if (!is_scalar(field)) {
            ret[a] = calls->others[a * calls->n + k];
            continue;
        }
        ret[a] = calls->in[a];
        ret[a].data = (const char *)calls->in[a].data + k * width_of(field);
        ret[a].valid = calls->in[a].valid ? calls->in[a].valid + k : NULL;
        memset(ret[a].dims, 0, sizeof ret[a].dims);
    }
}

/* `[]` in call `k` gets its sizes; they stay. */
static void resolve(struct calls_of *calls, size_t k, struct mlj_in *room)
{
    arguments(calls, k, room);
    input_resolve(&calls->function, room);
    for (size_t a = 0; a < calls->method->n_args; a++)
        if (!is_scalar(&calls->method->args[a]))
            calls->others[a * calls->n + k] = room[a];
}

/* Room for what a method returns; where its outs begin in the frame. */
static void prepare_results(struct calls_of *calls, struct mlj_out *outs, struct mlj_in *room)
{
    const struct field *result = &calls->method->result;
    calls->outs = outs;
    if (is_scalar(result)) {
        calls->stacked = over_all_calls(result, calls->method->name, calls->n);
        output_prepare(outs, &calls->stacked, &calls->function, calls->in);
        return;
    }
    for (size_t k = 0; k < calls->n; k++) {
        arguments(calls, k, room);
        output_prepare(&outs[k], result, &calls->function, room);
    }
}

static void count_calls(struct class_calls *calls)
{
    for (size_t i = 0; i < calls->n; i++) {
        if (calls->order[i] < 0 || (size_t)calls->order[i] >= calls->n_methods)
            our_failure("a call of no method");
        calls->methods[calls->order[i]].n++;
    }
    if (calls->n == 0 || calls->order[0] != 0)
        our_failure("the first call is not of __init__");
}

static void read_all(const struct signature *signature, struct input_reader *reader,
                     struct class_calls *calls)
{
    struct field order = {.name = "calls"};
    order.type = (struct type){.kind = KIND_ARRAY, .elem = ELEM_INT, .rank = 1};
    order.type.dims[0].kind = DIM_FREE;
    struct mlj_in in;
    input_next(reader, &order, &in);
    calls->order = in.data;
    calls->n = (size_t)in.dims[0];
    calls->n_methods = signature->n_methods;
    calls->methods = need(calls->n_methods, sizeof *calls->methods);
    count_calls(calls);
    for (size_t m = 0; m < calls->n_methods; m++) {
        const struct method *method = &signature->methods[m];
        calls->methods[m].method = method;
        calls->methods[m].function =
            (struct signature){.args = method->args, .n_args = method->n_args};
        read_method(reader, &calls->methods[m]);
    }
    input_end(reader);
}

static size_t n_outs(const struct calls_of *calls)
{
    return !calls->method->has_result ? 0 : is_scalar(&calls->method->result) ? 1 : calls->n;
}

struct class_calls *class_read(const struct signature *signature, void *frame, size_t size,
                               struct outputs *ret)
{
    struct class_calls *calls = need(1, sizeof *calls);
    calls->entry = signature->entry;
    struct input_reader reader;
    struct mlj_in *room = need(METHOD_ARGS_MAX, sizeof *room);
    input_open(frame, size, &reader);
    read_all(signature, &reader, calls);
    calls->of_init = need(METHOD_ARGS_MAX, sizeof *calls->of_init);
    resolve(&calls->methods[0], 0, room);
    arguments(&calls->methods[0], 0, calls->of_init);
    input_outer(&calls->methods[0].function, calls->of_init);
    for (size_t m = 0; m < calls->n_methods; m++) {
        for (size_t k = m == 0; k < calls->methods[m].n; k++)
            resolve(&calls->methods[m], k, room);
        ret->n += n_outs(&calls->methods[m]);
    }
    ret->outs = need(ret->n, sizeof *ret->outs);
    size_t at = 0;
    for (size_t m = 0; m < calls->n_methods; m++) {
        if (calls->methods[m].method->has_result)
            prepare_results(&calls->methods[m], &ret->outs[at], room);
        at += n_outs(&calls->methods[m]);
    }
    free(room);
    return calls;
}

/* ---- after go ---- */

static struct mlj_result result_of(const struct calls_of *calls, size_t k)
{
    const struct field *result = &calls->method->result;
    struct mlj_out *out = calls->outs;
    if (!calls->method->has_result)
        return (struct mlj_result){NULL, NULL, NULL};
    if (!is_scalar(result))
        return (struct mlj_result){out[k].data, out[k].valid, &out[k]};
    return (struct mlj_result){(char *)out->data + k * width_of(result),
                               out->valid ? out->valid + k : NULL, out};
}

/* What a method has returned is the answer to this call, whatever becomes of it later. */
static void finish_call(const struct calls_of *calls, size_t k)
{
    if (!calls->method->has_result)
        return;
    if (is_scalar(&calls->method->result))
        output_finish_one(calls->outs, k);
    else
        output_finish(&calls->outs[k]);
}

void class_run(struct class_calls *calls, const struct mlj_class *methods)
{
    struct mlj_in in[METHOD_ARGS_MAX];
    void *self = NULL;
    if (methods->n_methods != calls->n_methods)
        fault(FAULT_LOAD, "mljudge_class", "the shared object has another class");
    for (size_t i = 0; i < calls->n; i++) {
        struct calls_of *of = &calls->methods[calls->order[i]];
        arguments(of, of->next, in);
        const struct mlj_result out = result_of(of, of->next);
        fault_in_call(i, of->method->name);
        methods->methods[calls->order[i]](&outputs_api, &self, in, &out);
        if (!self)
            fault(FAULT_EXCEPTION, "NULL", "%s_create() returned NULL", calls->entry);
        finish_call(of, of->next++);
    }
    fault_in_call(0, NULL);
    methods->destroy(self);
}
