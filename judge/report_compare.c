#include "judge/report_compare.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "sandbox/util.h"

#define MIB           1048576.0
#define RATIO_DIFFERS 1.5
#define MS_DIFFERS    10.0
#define NAME_WIDTH    24
#define CELL_WIDTH    34
#define KEY_SIZE      300

/* ---- what differs first ---- */

static void put_text(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 200};
    escape_write(file, text, &style);
}

struct fact {
    const char *what;
    const char *a, *b;
    const char *so; /* what follows from a difference */
};

static bool put_fact(FILE *file, const struct fact *fact)
{
    if (strcmp(fact->a, fact->b) == 0)
        return false;
    fprintf(file, "other %s: ", fact->what);
    put_text(file, fact->a[0] ? fact->a : "(not said)");
    fputs(" | ", file);
    put_text(file, fact->b[0] ? fact->b : "(not said)");
    fprintf(file, "%s%s\n", fact->so[0] ? "; " : "", fact->so);
    return true;
}

static const char *version_text(const struct report *report, char *buffer, size_t size)
{
    snprintf(buffer, size, "%" PRId64, report->problem_version);
    return buffer;
}

static const char *cores_text(const struct report *report, char *buffer, size_t size)
{
    snprintf(buffer, size, "%" PRId64, report->cores);
    return buffer;
}

static void put_differences(FILE *file, const struct report *a, const struct report *b)
{
    char version[2][24], cores[2][24];
    const char *tests = "the tests are others", *times = "times cannot be compared";
    const struct fact facts[] = {
        {"problem", a->problem, b->problem, "nothing below can be compared"},
        {"version of the problem", version_text(a, version[0], sizeof version[0]),
         version_text(b, version[1], sizeof version[1]), tests},
        {"problem package", a->problem_sha256, b->problem_sha256, "tests may be others"},
        {"seed", a->seed_id, b->seed_id, tests},
        {"processor", a->cpu, b->cpu, times},
        {"number of cores", cores_text(a, cores[0], sizeof cores[0]),
         cores_text(b, cores[1], sizeof cores[1]), times},
        {"kernel", a->kernel, b->kernel, ""},
        {"isolation", a->tier, b->tier, "memory and time are measured otherwise"},
        {"language", a->language, b->language, ""},
        {"version of the language", a->language_version, b->language_version, ""},
        {"judge", a->tool_version, b->tool_version, ""},
    };
    bool any = false;
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        any = put_fact(file, &facts[i]) || any;
    if (strcmp(a->submission_sha256, b->submission_sha256) == 0) {
        fputs("both are of the same submission\n", file);
        any = true;
    }
    fputs(any ? "\n" : "", file);
}

/* ---- columns ---- */

static const char *word(enum verdict verdict, bool inconclusive)
{
    return inconclusive ? "??" : verdict == VERDICT_NONE ? "--" : verdict_name(verdict);
}

static void put_name(FILE *file, const char *name)
{
    char text[NAME_WIDTH + 1];
    fprintf(file, "  %-*s", NAME_WIDTH, escape_text(name, strlen(name), text, sizeof text));
}

static void put_cells(FILE *file, const char *a, const char *b)
{
    fprintf(file, " %-*s | %s\n", CELL_WIDTH, a, b);
}

static void describe_result(const struct report *report, char *buffer, size_t size)
{
    size_t at = (size_t)snprintf(buffer, size, "%s", word(report->verdict, report->inconclusive));
    if (report->score >= 0)
        at += (size_t)snprintf(buffer + at, size - at, ", %" PRId64 "/%" PRId64 " points",
                               report->score, report->max_score);
    if (!isnan(report->cpu_ms_max))
        snprintf(buffer + at, size - at, ", %.1f ms", report->cpu_ms_max);
}

static void describe_group(const struct report_group *group, char *buffer, size_t size)
{
    if (!group)
        snprintf(buffer, size, "(not there)");
    else if (group->max_points > 0 && group->points >= 0)
        snprintf(buffer, size, "%-4s %" PRId64 "/%" PRId64,
                 word(group->verdict, group->inconclusive), group->points, group->max_points);
    else
        snprintf(buffer, size, "%s", word(group->verdict, group->inconclusive));
}

static void describe_test(const struct report_test *test, char *buffer, size_t size)
{
    if (!test || test->status == TEST_SKIPPED) {
        snprintf(buffer, size, test ? "not run" : "(not there)");
        return;
    }
    size_t at =
        (size_t)snprintf(buffer, size, "%-4s", word(test->verdict, report_is_inconclusive(test)));
    if (!isnan(test->cpu_ms))
        at += (size_t)snprintf(buffer + at, size - at, " %8.1f ms", test->cpu_ms);
    if (test->memory_bytes >= 0)
        snprintf(buffer + at, size - at, " %7.1f MiB", (double)test->memory_bytes / MIB);
}

/* ---- finding the same ---- */

/* Name -> index; NULL if out of memory. */
static json_t *groups_by_name(const struct report *report)
{
    json_t *places = json_object();
    int bad = !places;
    for (size_t i = 0; !bad && i < report->n_groups; i++)
        bad = json_object_set_new(places, report->groups[i].name, json_integer((json_int_t)i));
    if (!bad)
        return places;
    json_decref(places);
    return NULL;
}

static const struct report_group *group_named(const struct report *report, const json_t *places,
                                              const char *name)
{
    const json_t *place = json_object_get(places, name);
    return place ? &report->groups[json_integer_value(place)] : NULL;
}

/* Every test under a key that the other report's same test has, too: where both are of the same tests, group and number
 * (names are hidden in one and shown in another), else the name. */
struct keyed {
    const struct report *report;
    bool by_number;
    json_t *places;  /* key -> index; owned */
    size_t *numbers; /* within its group, from 1; owned */
};

static void keyed_done(struct keyed *keyed)
{
    json_decref(keyed->places);
    free(keyed->numbers);
}

static void key_of(const struct keyed *keyed, size_t i, char *key, size_t size)
{
    const struct report_test *test = &keyed->report->tests[i];
    if (keyed->by_number)
        snprintf(key, size, "%.100s/%zu", keyed->report->groups[test->group].name,
                 keyed->numbers[i]);
    else
        snprintf(key, size, "%s", test->name);
}

static int keyed_make(struct keyed *keyed, const struct report *report, bool by_number)
{
    *keyed = (struct keyed){.report = report, .by_number = by_number, .places = json_object()};
    keyed->numbers = calloc(report->n_tests + 1, sizeof *keyed->numbers);
    auto_free size_t *counts = calloc(report->n_groups + 1, sizeof *counts);
    if (!keyed->places || !keyed->numbers || !counts)
        return -ENOMEM;
    for (size_t i = 0; i < report->n_tests; i++) {
        char key[KEY_SIZE];
        keyed->numbers[i] = ++counts[report->tests[i].group];
        key_of(keyed, i, key, sizeof key);
        if (json_object_set_new_nocheck(keyed->places, key, json_integer((json_int_t)i)) != 0)
            return -ENOMEM;
    }
    return 0;
}

/* The test of `to` that is test i of `from`; NULL if there is none. */
static const struct report_test *same_test(const struct keyed *from, size_t i,
                                           const struct keyed *to)
{
    char key[KEY_SIZE];
    key_of(from, i, key, sizeof key);
    const json_t *place = json_object_get(to->places, key);
    return place ? &to->report->tests[json_integer_value(place)] : NULL;
}

static bool far_apart(double a, double b, double least)
{
    return fabs(a - b) > least && fmax(a, b) > RATIO_DIFFERS * fmin(a, b);
}

static bool test_differs(const struct report_test *a, const struct report_test *b)
{
    if (!a || !b || a->status != b->status || a->verdict != b->verdict)
        return true;
    return far_apart(a->cpu_ms, b->cpu_ms, MS_DIFFERS) ||
           (a->memory_bytes >= 0 && b->memory_bytes >= 0 &&
            far_apart((double)a->memory_bytes, (double)b->memory_bytes, MIB));
}

/* ---- groups and tests ---- */

static bool put_group(FILE *file, const char *name, const struct report_group *a,
                      const struct report_group *b)
{
    char cells[2][80];
    describe_group(a, cells[0], sizeof cells[0]);
    describe_group(b, cells[1], sizeof cells[1]);
    put_name(file, name);
    put_cells(file, cells[0], cells[1]);
    return a && b && a->verdict == b->verdict && a->inconclusive == b->inconclusive &&
           a->points == b->points;
}

static void put_test(FILE *file, const char *name, const struct report_test *a,
                     const struct report_test *b)
{
    char cells[2][120];
    describe_test(a, cells[0], sizeof cells[0]);
    describe_test(b, cells[1], sizeof cells[1]);
    put_name(file, name);
    if (a && b && a->cpu_ms > 0 && b->cpu_ms > 0)
        snprintf(cells[1] + strlen(cells[1]), sizeof cells[1] - strlen(cells[1]), "  x %.2f",
                 b->cpu_ms / a->cpu_ms);
    put_cells(file, cells[0], cells[1]);
}

static int put_groups(FILE *file, const struct report *a, const struct report *b, bool *ret_same)
{
    json_t *in_a = groups_by_name(a), *in_b = groups_by_name(b);
    int r = in_a && in_b ? 0 : -ENOMEM;
    fputs("\ngroups\n", file);
    for (size_t i = 0; r == 0 && i < a->n_groups; i++) {
        const char *name = a->groups[i].name;
        *ret_same = put_group(file, name, &a->groups[i], group_named(b, in_b, name)) && *ret_same;
    }
    for (size_t i = 0; r == 0 && i < b->n_groups; i++)
        if (!group_named(a, in_a, b->groups[i].name))
            *ret_same = put_group(file, b->groups[i].name, NULL, &b->groups[i]);
    json_decref(in_a);
    json_decref(in_b);
    return r;
}

static void put_all_tests(FILE *file, const struct keyed *a, const struct keyed *b, bool all)
{
    const struct report_test *tests = a->report->tests;
    size_t n_alike = 0;
    fputs(all ? "\ntests\n" : "\ntests that differ\n", file);
    for (size_t i = 0; i < a->report->n_tests; i++) {
        const struct report_test *other = same_test(a, i, b);
        if (all || test_differs(&tests[i], other))
            put_test(file, tests[i].name, &tests[i], other);
        else
            n_alike++;
    }
    for (size_t i = 0; i < b->report->n_tests; i++)
        if (!same_test(b, i, a))
            put_test(file, b->report->tests[i].name, NULL, &b->report->tests[i]);
    if (!all)
        fprintf(file, "  %zu tests are alike: same verdict, CPU time and memory within %g times\n",
                n_alike, RATIO_DIFFERS);
}

static int put_tests(FILE *file, const struct report *a, const struct report *b, bool all)
{
    bool same_tests = strcmp(a->problem_sha256, b->problem_sha256) == 0 &&
                      strcmp(a->seed_id, b->seed_id) == 0 && strcmp(a->language, b->language) == 0;
    struct keyed keyed[2] = {{.report = NULL}, {.report = NULL}};
    int r = keyed_make(&keyed[0], a, same_tests);
    if (r == 0)
        r = keyed_make(&keyed[1], b, same_tests);
    if (r == 0)
        put_all_tests(file, &keyed[0], &keyed[1], all);
    keyed_done(&keyed[0]);
    keyed_done(&keyed[1]);
    return r;
}

int report_compare(FILE *file, const struct report *a, const struct report *b,
                   const struct compare_options *options, bool *ret_same)
{
    char cells[2][160];
    put_differences(file, a, b);
    put_name(file, "");
    escape_text(a->file, strlen(a->file), cells[0], CELL_WIDTH);
    escape_text(b->file, strlen(b->file), cells[1], CELL_WIDTH);
    put_cells(file, cells[0], cells[1]);
    describe_result(a, cells[0], sizeof cells[0]);
    describe_result(b, cells[1], sizeof cells[1]);
    put_name(file, "result");
    put_cells(file, cells[0], cells[1]);
    *ret_same =
        a->verdict == b->verdict && a->inconclusive == b->inconclusive && a->score == b->score;
    int r = put_groups(file, a, b, ret_same);
    return r < 0 ? r : put_tests(file, a, b, options->all);
}
