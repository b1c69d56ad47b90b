/* Comparators over tables whose cells are chosen from awkward numbers (judge/compare*.c).
 *
 * Input: one byte of rows, then one byte a cell; the same for what was got, which begins as a copy of what is
 * expected in an order the input chooses.  Properties: a value equals itself; what `exact` accepts every
 * tolerance accepts; what a scaled-down tolerance accepts the whole one accepts; what is accepted in order is
 * accepted in any order; any order of the expected rows is accepted unordered; the unordered verdict is that of
 * brute force over all pairings. */
#include <math.h>
#include <string.h>

#include "judge/compare.h"
#include "judge/compare_cell.h"
#include "tests/fuzz/fuzz.h"

#define ROWS_MAX  5
#define N_COLUMNS 4 /* k:int?, s:str, x:float?, y:float */

static const double floats[] = {0.0,   -0.0,   1.0,    1.05, 1.1,      1.15,      1.2, -1.0,
                                1e308, -1e308, 5e-324, 1e-9, INFINITY, -INFINITY, NAN, 3.0};

struct table {
    int64_t ints[ROWS_MAX];
    uint8_t ints_valid[ROWS_MAX];
    int64_t offsets[ROWS_MAX + 1];
    char bytes[ROWS_MAX];
    double x[ROWS_MAX];
    uint8_t x_valid[ROWS_MAX];
    double y[ROWS_MAX];
    struct value columns[N_COLUMNS];
    struct value value;
    struct frame frame;
};

static void fill(struct table *t, int64_t n, uint8_t cells[ROWS_MAX][N_COLUMNS])
{
    *t = (struct table){0};
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *c = cells[i];
        t->ints[i] = c[0] & 1;
        t->ints_valid[i] = !(c[0] & 2);
        bool empty = c[1] & 2;
        t->bytes[t->offsets[i]] = (char)('a' + (c[1] & 1));
        t->offsets[i + 1] = t->offsets[i] + !empty;
        t->x[i] = floats[c[2] % 16];
        t->x_valid[i] = c[2] < 240;
        t->y[i] = floats[c[3] % 16];
    }
    const struct value column = {.kind = KIND_ARRAY, .rank = 1, .dims = {n}, .n = n};
    for (size_t i = 0; i < N_COLUMNS; i++)
        t->columns[i] = column;
    t->columns[0].elem = ELEM_INT, t->columns[0].data = t->ints;
    t->columns[0].nullable = true, t->columns[0].valid = t->ints_valid;
    t->columns[1].elem = ELEM_STR, t->columns[1].data = t->offsets;
    t->columns[1].bytes = t->bytes, t->columns[1].n_bytes = (size_t)t->offsets[n];
    t->columns[2].elem = ELEM_FLOAT, t->columns[2].data = t->x;
    t->columns[2].nullable = true, t->columns[2].valid = t->x_valid;
    t->columns[3].elem = ELEM_FLOAT, t->columns[3].data = t->y;
    t->value = (struct value){
        .kind = KIND_TABLE, .rank = 1, .dims = {n}, .columns = t->columns, .n_columns = N_COLUMNS};
    t->frame = (struct frame){.kind = FRAME_RESULT, .values = &t->value, .n_values = 1};
}

static struct field column_fields[N_COLUMNS] = {
    {.name = "k", .type = {.kind = KIND_ARRAY, .elem = ELEM_INT, .rank = 1, .nullable = true}},
    {.name = "s", .type = {.kind = KIND_ARRAY, .elem = ELEM_STR, .rank = 1}},
    {.name = "x", .type = {.kind = KIND_ARRAY, .elem = ELEM_FLOAT, .rank = 1, .nullable = true}},
    {.name = "y", .type = {.kind = KIND_ARRAY, .elem = ELEM_FLOAT, .rank = 1}},
};
static struct field table_field = {
    .name = "",
    .type = {.kind = KIND_TABLE, .rank = 1, .columns = column_fields, .n_columns = N_COLUMNS}};
static const struct signature signature = {.entry = "f", .returns = &table_field, .n_returns = 1};

enum { EXACT, ORDERED, BAG_EXACT, BAG_ONE, BAG_TWO, KEYED, N_COMPARATORS };
static struct comparator *comparators[N_COMPARATORS], *scaled[N_COMPARATORS];

static void make_comparators(void)
{
#define TOLERANCE "{\"name\": \"close\", \"rtol\": 0.03, \"atol\": 0.05}"
    static const char *const texts[N_COMPARATORS] = {
        [EXACT] = "{\"name\": \"exact\"}",
        [ORDERED] =
            "{\"name\": \"rows\", \"columns\": {\"x\": " TOLERANCE ", \"y\": " TOLERANCE "}}",
        [BAG_EXACT] = "{\"name\": \"rows\", \"ordered\": false}",
        [BAG_ONE] = "{\"name\": \"rows\", \"ordered\": false, \"columns\": {\"x\": " TOLERANCE "}}",
        [BAG_TWO] = "{\"name\": \"rows\", \"ordered\": false, \"columns\": {\"x\": " TOLERANCE
                    ", \"y\": " TOLERANCE "}}",
        [KEYED] =
            "{\"name\": \"rows\", \"ordered_by\": [\"k\"], \"columns\": {\"y\": " TOLERANCE "}}",
    };
    for (int i = 0; i < N_COMPARATORS; i++) {
        json_t *json = json_loads(texts[i], 0, NULL);
        struct error err = ERROR_INIT;
        CHECK(json && comparator_new(json, &signature, &comparators[i], &err) == 0);
        CHECK(comparator_scaled(comparators[i], 0.1, &scaled[i], NULL) == 0);
        json_decref(json);
    }
}

static bool equal(const struct comparator *comparator, const struct table *e, const struct table *g)
{
    struct comparison result;
    const struct frame args = {.kind = FRAME_ARGS};
    CHECK(compare_values(comparator, &signature, &args, &e->frame, &g->frame, &result, NULL) == 0);
    CHECK(result.equal || (result.kind[0] && result.message[0]));
    CHECK(!result.equal || result.index == -1);
    CHECK(memchr(result.message, 0, sizeof result.message) != NULL);
    return result.equal;
}

static bool pairing(const struct cell_rule *rules, const struct table *e, const struct table *g,
                    int64_t n, unsigned used, int64_t i)
{
    if (i == n)
        return true;
    for (int64_t j = 0; j < n; j++) {
        bool agree = !(used >> j & 1);
        for (size_t c = 0; c < N_COLUMNS && agree; c++)
            agree = cell_equal(&rules[c], &e->columns[c], i, &g->columns[c], j);
        if (agree && pairing(rules, e, g, n, used | 1u << j, i + 1))
            return true;
    }
    return false;
}

static void check_against_brute_force(const struct table *e, const struct table *g, int64_t n)
{
    struct cell_rule rules[N_COLUMNS] = {
        {.exact = true}, {.exact = true}, {.exact = true}, {.exact = true}};
    const struct cell_rule tolerance = {.rtol = 0.03, .atol = 0.05};
    CHECK(equal(comparators[BAG_EXACT], e, g) == pairing(rules, e, g, n, 0, 0));
    rules[2] = tolerance;
    CHECK(equal(comparators[BAG_ONE], e, g) == pairing(rules, e, g, n, 0, 0));
    rules[3] = tolerance;
    CHECK(equal(comparators[BAG_TWO], e, g) == pairing(rules, e, g, n, 0, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!comparators[0])
        make_comparators();
    uint8_t input[2 + 2 * ROWS_MAX * N_COLUMNS] = {0};
    memcpy(input, data, size < sizeof input ? size : sizeof input);
    int64_t n = input[0] % (ROWS_MAX + 1);
    uint8_t e_cells[ROWS_MAX][N_COLUMNS], moved[ROWS_MAX][N_COLUMNS];
    memcpy(e_cells, input + 2, sizeof e_cells);
    for (int64_t i = 0; i < n; i++) /* turned by some rows, maybe reversed */
        memcpy(moved[(input[1] & 1 ? n - 1 - i : i + input[1] / 2) % n], e_cells[i], N_COLUMNS);

    static struct table e, m, g;
    fill(&e, n, e_cells);
    fill(&m, n, moved);
    for (int i = 0; i < N_COMPARATORS; i++) {
        CHECK(equal(comparators[i], &e, &e));
        CHECK(equal(scaled[i], &e, &e));
    }
    for (int i = BAG_EXACT; i <= BAG_TWO; i++) {
        CHECK(equal(comparators[i], &e, &m));
        CHECK(equal(scaled[i], &m, &e));
    }
    check_against_brute_force(&e, &m, n);

    for (int64_t i = 0; i < n; i++) { /* small changes of what was moved */
        for (size_t c = 0; c < N_COLUMNS; c++)
            moved[i][c] =
                (uint8_t)(moved[i][c] + input[2 + sizeof e_cells + (size_t)i * N_COLUMNS + c] % 4);
    }
    fill(&g, n, moved);
    check_against_brute_force(&e, &g, n);
    bool exact = equal(comparators[EXACT], &e, &g);
    CHECK(exact == equal(comparators[EXACT], &g, &e));
    for (int i = 0; i < N_COMPARATORS; i++) {
        CHECK(!exact || equal(comparators[i], &e, &g));
        CHECK(!equal(scaled[i], &e, &g) || equal(comparators[i], &e, &g));
    }
    CHECK(!equal(comparators[ORDERED], &e, &g) || equal(comparators[BAG_TWO], &e, &g));
    CHECK(!equal(comparators[BAG_EXACT], &e, &g) || equal(comparators[BAG_ONE], &e, &g));
    CHECK(!equal(comparators[BAG_ONE], &e, &g) || equal(comparators[BAG_TWO], &e, &g));
    return 0;
}
