/* Comparators of the whole answer on numbers of every kind: an answer or an error, never a crash, and what is not finite in
 * the candidate's answer is never right. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compare.h"
#include "sandbox/util.h"
#include "tests/fuzz/fuzz.h"

struct joint_case {
    const char *comparator;
    const char *args[2], *returns[2]; /* types; names are a0, a1, r0, r1 */
};

static const struct joint_case kinds[] = {
    {"{\"all\": [{\"name\": \"backward_error\", \"matrix\": \"a0\", \"rhs\": \"a1\", \"solution\": "
     "\"r0\"}], \"returns\": "
     "{\"r1\": {\"name\": \"close\", \"rtol\": 0.5, \"atol\": 1e300}}}",
     {"float[n,n]", "float[n]"},
     {"float[*]", "float"}},
    {"{\"all\": [{\"name\": \"subspace\", \"matrix\": \"a0\", \"vectors\": \"r0\", \"values\": "
     "\"r1\"}]}",
     {"float[n,d]", "float[n]"},
     {"float[*,d]", "float[*]"}},
    {"{\"all\": [{\"name\": \"product\", \"factors\": [\"r0\", \"r1\"], \"matrix\": \"a0\"}]}",
     {"float[n,d]", "float[n]"},
     {"float[n,*]", "float[*,d]"}},
};

struct reader {
    const uint8_t *data;
    size_t size;
};

static uint8_t byte(struct reader *r)
{
    uint8_t ret = r->size ? *r->data : 0;
    r->data += r->size > 0;
    r->size -= r->size > 0;
    return ret;
}

/* Small numbers mostly, now and then any bits. */
static double number(struct reader *r)
{
    double ret = 0;
    uint8_t how = byte(r);
    if (how < 200 || r->size < sizeof ret)
        return (double)((int)how - 100) / 8;
    memcpy(&ret, r->data, sizeof ret);
    r->data += sizeof ret;
    r->size -= sizeof ret;
    return ret;
}

struct numbers {
    double data[64];
};

static struct value fill(struct reader *r, const struct type *type, const int64_t sizes[2],
                         struct numbers *room)
{
    struct value ret = {
        .kind = type->kind, .elem = ELEM_FLOAT, .rank = type->rank, .n = 1, .data = room->data};
    for (int d = 0; d < type->rank; d++) {
        bool free_size = type->dims[d].kind == DIM_FREE;
        ret.dims[d] = free_size ? byte(r) % 6 : sizes[type->dims[d].name[0] == 'd'];
        ret.n *= ret.dims[d];
    }
    for (int64_t i = 0; i < ret.n; i++)
        room->data[i] = number(r);
    return ret;
}

static void check(const struct comparator *comparator, const struct signature *signature,
                  struct reader *r)
{
    static struct numbers rooms[6];
    const int64_t sizes[2] = {byte(r) % 7, byte(r) % 7};
    struct value args[2], expected[2], got[2];
    for (size_t i = 0; i < 2; i++) {
        args[i] = fill(r, &signature->args[i].type, sizes, &rooms[i]);
        expected[i] = fill(r, &signature->returns[i].type, sizes, &rooms[2 + i]);
        got[i] = fill(r, &signature->returns[i].type, sizes, &rooms[4 + i]);
    }
    const struct frame a = {.kind = FRAME_ARGS, .values = args, .n_values = 2};
    const struct frame e = {.kind = FRAME_RESULT, .values = expected, .n_values = 2};
    const struct frame g = {.kind = FRAME_RESULT, .values = got, .n_values = 2};
    struct comparison result;
    if (compare_values(comparator, signature, &a, &e, &g, &result, NULL) < 0)
        return;
    for (int64_t i = 0; result.equal && i < got[0].n; i++)
        if (!isfinite(rooms[4].data[i]))
            __builtin_trap();
    if (!result.equal && (!result.kind[0] || !result.message[0]))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct comparator *comparators[ARRAY_LEN(kinds)];
    static struct signature signatures[ARRAY_LEN(kinds)];
    static struct field fields[ARRAY_LEN(kinds)][4];
    struct reader reader = {data, size};
    size_t k = byte(&reader) % ARRAY_LEN(kinds);
    if (!comparators[k]) {
        static const char *const names[] = {"a0", "a1", "r0", "r1"};
        for (size_t i = 0; i < 4; i++) {
            memcpy(fields[k][i].name, names[i], 3);
            if (type_parse(i < 2 ? kinds[k].args[i] : kinds[k].returns[i - 2], &fields[k][i].type,
                           NULL) < 0)
                __builtin_trap();
        }
        signatures[k] = (struct signature){
            .entry = "f", .args = fields[k], .n_args = 2, .returns = fields[k] + 2, .n_returns = 2};
        json_t *json = json_loads(kinds[k].comparator, 0, NULL);
        if (!json || comparator_new(json, &signatures[k], &comparators[k], NULL) < 0)
            __builtin_trap();
        json_decref(json);
    }
    check(comparators[k], &signatures[k], &reader);
    return 0;
}
