/* Tests of a class (judge/calls.c, judge/calls_json.c, compare.c's part for classes).
 *
 * Input: a line "__init__(k:int)|get(key:str)->float[k]"; then '{' "calls": [...], "expected": [...] '}' as a test file has
 * them, or 4 bytes (little-endian: the length of the first) and two frames, arguments and results, as a stranger
 * would write them.  Properties: nothing is read outside of the frames; what passes the checks is shown as JSON,
 * which is read again as the same frames; it equals itself, whatever the comparator; a complaint names a place. */
#include <errno.h>
#include <string.h>

#include "judge/calls.h"
#include "judge/calls_json.h"
#include "judge/compare.h"
#include "judge/value_json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/class_fixture.h"

static void equals_itself(const struct signature *signature, const struct frame *args,
                          const struct frame *results)
{
    struct comparator *comparator = NULL;
    struct comparison result;
    json_t *exact = json_string("exact");
    CHECK(comparator_new(exact, signature, &comparator, NULL) == 0);
    CHECK(compare_values(comparator, signature, args, results, results, &result, NULL) == 0);
    CHECK(result.equal && result.index == -1);
    comparator_free(comparator);
    json_decref(exact);
}

/* The first and the last value of each call, as a comparator or `show` would look at them. */
static void look(const struct calls *calls, const struct frame *args)
{
    struct value values[METHOD_ARGS_MAX];
    for (int64_t i = 0; i < calls->n; i++) {
        const struct method *method = calls_method(calls, i);
        calls_args(calls, args->values, i, values);
        for (size_t a = 0; a < method->n_args; a++) {
            json_t *json = value_to_json(&values[a], 3);
            CHECK(json);
            json_decref(json);
        }
    }
}

/* Our own JSON of checked frames is read again, and says the same. */
static void round_trip(const struct signature *signature, const struct frame *args,
                       const struct frame *results)
{
    json_t *calls = calls_to_json(signature, args, 0, 0);
    json_t *expected = results_to_json(signature, args, results, 0, 0);
    void *bytes[2] = {0};
    size_t sizes[2];
    char path[256];
    struct error err = ERROR_INIT;
    CHECK(calls && expected);
    if (calls_from_json(signature, calls, -1, &bytes[0], &sizes[0], path, sizeof path, &err) < 0 ||
        results_from_json(signature, calls, expected, -1, &bytes[1], &sizes[1], path, sizeof path,
                          &err) < 0) {
        fprintf(stderr, "our own JSON, %s: %s\n", path, err.text);
        abort();
    }
    struct frame again_args = {0}, again = {0};
    struct dims dims = {0};
    CHECK(frame_parse(bytes[0], sizes[0], &again_args, NULL) == 0);
    CHECK(frame_parse(bytes[1], sizes[1], &again, NULL) == 0);
    if (args_check(signature, &again_args, &dims, &err) < 0 ||
        results_check(signature, &again_args, &dims, &again, "return", &err) < 0) {
        fprintf(stderr, "our own JSON: %s\n", err.text);
        abort();
    }
    json_t *calls_again = calls_to_json(signature, &again_args, 0, 0);
    CHECK(calls_again && json_equal(calls, calls_again));
    json_decref(calls_again);
    json_decref(calls);
    json_decref(expected);
    frame_done(&again_args);
    frame_done(&again);
    free(bytes[0]);
    free(bytes[1]);
}

static void try_frames(const struct signature *signature, const void *args_bytes, size_t args_size,
                       const void *result_bytes, size_t result_size)
{
    struct frame args = {0}, results = {0};
    struct calls calls;
    struct dims dims = {0};
    struct error err = ERROR_INIT;
    int r = frame_parse(args_bytes, args_size, &args, NULL);
    if (r == 0 && (r = calls_open(signature, &args, &calls, &err)) == 0) {
        look(&calls, &args);
        calls_done(&calls);
    }
    CHECK(r == 0 || r == -EBADMSG);
    if (r == 0)
        r = args_check(signature, &args, &dims, &err);
    if (r == 0)
        r = frame_parse(result_bytes, result_size, &results, NULL);
    if (r == 0)
        r = results_check(signature, &args, &dims, &results, "return", &err);
    if (r == 0) {
        equals_itself(signature, &args, &results);
        round_trip(signature, &args, &results);
    }
    frame_done(&args);
    frame_done(&results);
}

static void try_json(const struct signature *signature, const char *text, size_t size)
{
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *calls = json_object_get(json, "calls");
    void *args = NULL, *results = NULL;
    size_t args_size = 0, results_size = 0;
    char path[256] = "";
    struct error err = ERROR_INIT;
    int r = !calls
                ? -EINVAL
                : calls_from_json(signature, calls, -1, &args, &args_size, path, sizeof path, &err);
    CHECK(r == 0 || !calls || (r == -EINVAL && err.text[0]));
    if (r == 0)
        r = results_from_json(signature, calls, json_object_get(json, "expected"), -1, &results,
                              &results_size, path, sizeof path, &err);
    CHECK(r == 0 || !calls || (r == -EINVAL && err.text[0]));
    CHECK(memchr(path, '\0', sizeof path));
    if (r == 0)
        try_frames(signature, args, args_size, results, results_size);
    free(args);
    free(results);
    json_decref(json);
}

/* Aligned as frames are. */
static void *aligned(const void *bytes, size_t size)
{
    void *ret = NULL;
    CHECK(posix_memalign(&ret, FRAME_ALIGN, size + 1) == 0);
    memcpy(ret, bytes, size);
    return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size <= 1 << 16 ? memchr(data, '\n', size) : NULL;
    if (!newline)
        return 0;
    char *class = strndup((const char *)data, (size_t)(newline - data));
    const uint8_t *rest = newline + 1;
    size_t n = size - (size_t)(rest - data);
    struct signature signature;
    CHECK(class);
    bool good = fixture_class(class, &signature, NULL) == 0;
    if (good && n > 0 && rest[0] == '{') {
        try_json(&signature, (const char *)rest, n);
    } else if (good && n > 4) {
        uint32_t first = 0;
        memcpy(&first, rest, 4);
        rest += 4;
        n -= 4;
        size_t n_args = first < n ? first : n;
        void *args = aligned(rest, n_args), *results = aligned(rest + n_args, n - n_args);
        try_frames(&signature, args, n_args, results, n - n_args);
        free(args);
        free(results);
    }
    signature_done(&signature);
    free(class);
    return 0;
}
