/* What problem.json says of a comparator (compare.c and every compare_NAME.c): any JSON makes one, or a sentence; one that is
 * made can be scaled, asked how many calls it needs, and freed. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "judge/calls.h"
#include "judge/compare.h"
#include "sandbox/util.h"
#include "tests/fuzz/fuzz.h"

static struct field field(const char *name, const char *type)
{
    struct field ret = {0};
    memcpy(ret.name, name, strlen(name) + 1);
    if (type_parse(type, &ret.type, NULL) < 0)
        __builtin_trap();
    return ret;
}

/* One unnamed return of many types, several named ones, a class. */
static const struct signature *signature_of(uint8_t which)
{
    static const char *const types[] = {"float",      "int[n]",   "float[n]",
                                        "float[n,d]", "str",      "table{a:int, b:float?}",
                                        "bool?[n]",   "int[n][*]"};
    static struct field args[4], returns[ARRAY_LEN(types)], all[ARRAY_LEN(types)];
    static struct signature single = {.entry = "f", .args = args, .n_args = 4, .n_returns = 1};
    static struct signature several = {
        .entry = "f", .args = args, .n_args = 4, .returns = all, .n_returns = ARRAY_LEN(types)};
    static struct method methods[2] = {{.name = "__init__"}, {.name = "get", .has_result = true}};
    static const struct signature class = {.entry = "C", .methods = methods, .n_methods = 2};
    if (!args[0].name[0]) {
        args[0] = field("X", "float[n,d]");
        args[1] = field("b", "float[n]");
        args[2] = field("seed", "int");
        args[3] = field("w", "float[k]");
        for (size_t i = 0; i < ARRAY_LEN(types); i++) {
            const char name[] = {'r', (char)('0' + i), '\0'};
            returns[i] = field("", types[i]);
            all[i] = field(name, types[i]);
        }
        methods[1].result = field("", "float");
    }
    if (which % 10 == 9)
        return &class;
    if (which % 10 == 8)
        return &several;
    single.returns = &returns[which % 8];
    return &single;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 65536)
        return 0;
    struct comparator *comparator = NULL, *scaled = NULL;
    struct error err = ERROR_INIT;
    json_t *json = json_loadb((const char *)data + 1, size - 1, JSON_DECODE_ANY, NULL);
    if (!json)
        return 0;
    int r = comparator_new(json, signature_of(data[0]), &comparator, &err);
    json_decref(json);
    if (r < 0) {
        if (!err.text[0] || comparator)
            __builtin_trap();
        return 0;
    }
    size_t runs = comparator_runs(comparator);
    if (runs < 1 || runs > COMPARE_RUNS_MAX)
        __builtin_trap();
    if (comparator_scaled(comparator, 0.1, &scaled, NULL) == 0 && comparator_runs(scaled) != runs)
        __builtin_trap();
    comparator_free(comparator);
    comparator_free(scaled);
    return 0;
}
