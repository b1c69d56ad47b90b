/* How fast answers are compared: what `tools/bench speed` prints of it.  Linked with libmljudge.a.
 *
 *     compare close RUNS N       float[N], "close" with rtol and atol, all within tolerance; and once with a wrong last one
 *     compare rows RUNS N        unordered rows of a table of four columns (int, str, int, float close), shuffled
 *
 * Prints one JSON object: the median in seconds, and what was compared. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "judge/compare.h"
#include "judge/type.h"

#define RUNS_MAX 99

static double seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static void *need(void *memory)
{
    if (!memory) {
        fprintf(stderr, "compare: out of memory\n");
        exit(1);
    }
    return memory;
}

static struct comparator *make(const char *type, const char *comparator, struct signature *ret)
{
    struct error err = ERROR_INIT;
    struct comparator *made = NULL;
    *ret = (struct signature){
        .entry = "f", .returns = need(calloc(1, sizeof *ret->returns)), .n_returns = 1};
    json_t *json = json_loads(comparator, JSON_DECODE_ANY, NULL);
    if (type_parse(type, &ret->returns[0].type, &err) < 0 ||
        comparator_new(json, ret, &made, &err) < 0) {
        fprintf(stderr, "compare: %s\n", err.text);
        exit(1);
    }
    json_decref(json);
    return made;
}

static double time_once(const struct comparator *comparator, const struct signature *signature,
                        struct value *expected, struct value *got, bool equal)
{
    const struct frame args = {.kind = FRAME_ARGS};
    const struct frame e = {.kind = FRAME_RESULT, .values = expected, .n_values = 1};
    const struct frame g = {.kind = FRAME_RESULT, .values = got, .n_values = 1};
    struct comparison comparison = {0};
    struct error err = ERROR_INIT;
    double began = seconds();
    int r = compare_values(comparator, signature, &args, &e, &g, &comparison, &err);
    double took = seconds() - began;
    if (r < 0 || comparison.equal != equal) {
        fprintf(stderr, "compare: %s%s\n", err.text, comparison.message);
        exit(1);
    }
    return took;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, int n)
{
    qsort(times, (size_t)n, sizeof *times, ascending);
    return times[n / 2];
}

static struct value column(enum elem elem, int64_t n, const void *data)
{
    return (struct value){
        .kind = KIND_ARRAY, .elem = elem, .rank = 1, .dims = {n}, .n = n, .data = data};
}

static void bench_close(int runs, int64_t n)
{
    struct signature signature;
    struct comparator *comparator =
        make("float[n]", "{\"name\": \"close\", \"rtol\": 1e-9, \"atol\": 1e-12}", &signature);
    double *e = need(malloc((size_t)n * sizeof *e)), *g = need(malloc((size_t)n * sizeof *g));
    uint64_t state = 88172645463325252u;
    double times[RUNS_MAX], wrong[RUNS_MAX];
    for (int64_t i = 0; i < n; i++) {
        e[i] = (double)(next_random(&state) >> 11) * 0x1p-53 - 0.5;
        g[i] = e[i] * (1 + 1e-11);
    }
    struct value expected = column(ELEM_FLOAT, n, e), got = column(ELEM_FLOAT, n, g);
    for (int i = 0; i < runs; i++)
        times[i] = time_once(comparator, &signature, &expected, &got, true);
    g[n - 1] += 1;
    for (int i = 0; i < runs; i++)
        wrong[i] = time_once(comparator, &signature, &expected, &got, false);
    double s = median(times, runs), s_wrong = median(wrong, runs), bytes = (double)n * 8;
    printf("{\"what\": \"close\", \"n\": %lld, \"seconds\": %.6f, \"got_gb_per_s\": %.3f, "
           "\"wrong_gb_per_s\": %.3f}\n",
           (long long)n, s, bytes / s / 1e9, bytes / s_wrong / 1e9);
}

/* A table: id (few of them, so that ties decide), name, count, mean. */
struct table {
    struct value value, columns[4];
    int64_t *ids, *counts, *offsets;
    double *means;
    char *names;
};

enum { NAME = 10 };

static void make_table(struct table *t, int64_t n, const int64_t *order, double factor)
{
    t->ids = need(malloc((size_t)n * 8));
    t->counts = need(malloc((size_t)n * 8));
    t->means = need(malloc((size_t)n * 8));
    t->offsets = need(malloc((size_t)(n + 1) * 8));
    t->names = need(malloc((size_t)n * NAME + 1));
    t->offsets[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t state = (uint64_t)order[i] * 0x9e3779b97f4a7c15u + 1;
        t->ids[i] = (int64_t)(next_random(&state) % 1000);
        snprintf(t->names + i * NAME, NAME + 1, "city%06llu",
                 (unsigned long long)(next_random(&state) % 1000000));
        t->counts[i] = (int64_t)(next_random(&state) % 1000000) - 500000;
        t->means[i] = ((double)(next_random(&state) >> 11) * 0x1p-53 - 0.5) * factor;
        t->offsets[i + 1] = (i + 1) * NAME;
    }
    t->columns[0] = column(ELEM_INT, n, t->ids);
    t->columns[1] = column(ELEM_STR, n, t->offsets);
    t->columns[1].bytes = t->names;
    t->columns[1].n_bytes = (size_t)n * NAME;
    t->columns[2] = column(ELEM_INT, n, t->counts);
    t->columns[3] = column(ELEM_FLOAT, n, t->means);
    t->value = (struct value){
        .kind = KIND_TABLE, .rank = 1, .dims = {n}, .columns = t->columns, .n_columns = 4};
}

static void bench_rows(int runs, int64_t n)
{
    struct signature signature;
    struct comparator *comparator = make(
        "table{id:int, name:str, count:int, mean:float}",
        "{\"name\": \"rows\", \"ordered\": false, \"columns\": {\"mean\": \"close\"}}", &signature);
    struct table expected, got;
    double times[RUNS_MAX];
    uint64_t state = 123456789;
    int64_t *order = need(malloc((size_t)n * sizeof *order));
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    make_table(&expected, n, order, 1);
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)(next_random(&state) % (uint64_t)(i + 1)), swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    make_table(&got, n, order, 1 + 1e-12);
    for (int i = 0; i < runs; i++)
        times[i] = time_once(comparator, &signature, &expected.value, &got.value, true);
    printf("{\"what\": \"rows\", \"rows\": %lld, \"columns\": 4, \"seconds\": %.6f}\n",
           (long long)n, median(times, runs));
}

int main(int argc, char **argv)
{
    int runs = argc == 4 ? (int)strtol(argv[2], NULL, 10) : 0;
    long long n = argc == 4 ? strtoll(argv[3], NULL, 10) : 0;
    if (runs < 1 || runs > RUNS_MAX || n < 1) {
        fprintf(stderr, "usage: compare close|rows RUNS N\n");
        return 2;
    }
    if (strcmp(argv[1], "close") == 0)
        bench_close(runs, n);
    else
        bench_rows(runs, n);
    return 0;
}
