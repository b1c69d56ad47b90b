#include <math.h>

#include "judge/plot.h"
#include "judge/report_html.h"
#include "sandbox/util.h"

#define ROWS_MAX 40 /* of one plot; with more tests the largest of each group stands for it */
#define MIB      1048576.0

/* One number of every test that ran, beside its limit. */
struct measure {
    const char *id, *caption, *label;
    double (*value)(const struct report_test *test);
    double (*limit)(const struct report_group *group);
};

static double cpu_of(const struct report_test *test)
{
    return test->cpu_ms;
}

static double cpu_limit_of(const struct report_group *group)
{
    return group->limits.cpu_ms > 0 ? (double)group->limits.cpu_ms : NAN;
}

static double memory_of(const struct report_test *test)
{
    return test->memory_bytes < 0 ? NAN : (double)test->memory_bytes / MIB;
}

static double memory_limit_of(const struct report_group *group)
{
    return group->limits.memory_bytes > 0 ? (double)group->limits.memory_bytes / MIB : NAN;
}

static const struct measure measures[] = {
    {"cpu", "CPU time", "CPU time, ms", cpu_of, cpu_limit_of},
    {"memory", "Memory", "memory, MiB", memory_of, memory_limit_of},
};

static size_t rows_of_tests(const struct report *report, const struct measure *measure,
                            struct plot_row *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_tests && n < ROWS_MAX; i++) {
        const struct report_test *test = &report->tests[i];
        if (test->status != TEST_SKIPPED && !isnan(measure->value(test)))
            rows[n++] = (struct plot_row){.label = test->name,
                                          .value = measure->value(test),
                                          .limit = measure->limit(&report->groups[test->group]),
                                          .note = verdict_name(test->verdict),
                                          .bad = test->verdict != VERDICT_AC};
    }
    return n;
}

static size_t rows_of_groups(const struct report *report, const struct measure *measure,
                             struct plot_row *rows)
{
    double most[ROWS_MAX];
    size_t n = 0, n_groups = report->n_groups < ROWS_MAX ? report->n_groups : ROWS_MAX;
    for (size_t g = 0; g < n_groups; g++)
        most[g] = NAN;
    for (size_t i = 0; i < report->n_tests; i++) {
        size_t g = report->tests[i].group;
        if (g < n_groups)
            most[g] = fmax(most[g], measure->value(&report->tests[i]));
    }
    for (size_t g = 0; g < n_groups; g++) {
        const struct report_group *group = &report->groups[g];
        if (!isnan(most[g]))
            rows[n++] = (struct plot_row){.label = group->name,
                                          .value = most[g],
                                          .limit = measure->limit(group),
                                          .note = verdict_name(group->verdict),
                                          .bad = group->verdict != VERDICT_AC};
    }
    return n;
}

static size_t count_rows(const struct report *report, const struct measure *measure)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_tests; i++)
        n += report->tests[i].status != TEST_SKIPPED && !isnan(measure->value(&report->tests[i]));
    return n;
}

/* Wall times laid end to end in the order of the tests, or of the groups where they are many. */
static size_t rows_of_time(const struct report *report, bool by_group, struct plot_row *rows)
{
    size_t n = 0;
    double now = 0;
    for (size_t i = 0; i < report->n_tests; i++) {
        const struct report_test *test = &report->tests[i];
        const struct report_group *group = &report->groups[test->group];
        if (test->status == TEST_SKIPPED || isnan(test->wall_ms))
            continue;
        bool goes_on = by_group && n > 0 && rows[n - 1].label == group->name;
        if (!goes_on && n == ROWS_MAX)
            break;
        if (!goes_on)
            rows[n++] = (struct plot_row){
                .label = by_group ? group->name : test->name,
                .from = now,
                .limit = NAN,
                .note = verdict_name(by_group ? group->verdict : test->verdict),
                .bad = (by_group ? group->verdict : test->verdict) != VERDICT_AC,
            };
        now += test->wall_ms;
        rows[n - 1].value = now;
    }
    return n;
}

static void put_timeline(FILE *file, const struct report *report)
{
    bool by_group = report->n_tests > ROWS_MAX;
    struct plot_row rows[ROWS_MAX];
    size_t n = rows_of_time(report, by_group, rows);
    if (n == 0)
        return;
    const struct plot_rows plot = {
        .id = "timeline",
        .title = "Timeline",
        .description = "Wall time of the runs laid end to end, in the order of the tests; what "
                       "preparing each took is left out.",
        .label = "wall time, ms, end to end",
        .rows = rows,
        .n = n,
    };
    fprintf(file, "<figure>\n<figcaption>Timeline of the %s</figcaption>\n",
            by_group ? "groups" : "tests");
    plot_rows_svg(file, &plot, false);
    fputs("</figure>\n", file);
}

static void put_figure(FILE *file, const struct report *report, const struct measure *measure)
{
    bool by_group = count_rows(report, measure) > ROWS_MAX;
    struct plot_row rows[ROWS_MAX];
    size_t n =
        by_group ? rows_of_groups(report, measure, rows) : rows_of_tests(report, measure, rows);
    if (n == 0)
        return;
    char description[200];
    snprintf(description, sizeof description,
             "%s of %zu %s, with the limit of each; the tables below hold the numbers.",
             measure->caption, n, by_group ? "groups, the most of any test" : "tests");
    const struct plot_rows plot = {.id = measure->id,
                                   .title = measure->caption,
                                   .description = description,
                                   .label = measure->label,
                                   .rows = rows,
                                   .n = n};
    fprintf(file, "<figure>\n<figcaption>%s%s</figcaption>\n", measure->caption,
            by_group ? ", the most of each group" : "");
    plot_rows_svg(file, &plot, false);
    fputs("</figure>\n", file);
}

void html_plots(FILE *file, const struct report *report)
{
    if (count_rows(report, &measures[0]) + count_rows(report, &measures[1]) == 0)
        return;
    fputs("<section aria-labelledby=\"plots\">\n<h2 id=\"plots\">Time and memory</h2>\n"
          "<div class=\"plots\">\n",
          file);
    for (size_t i = 0; i < ARRAY_LEN(measures); i++)
        put_figure(file, report, &measures[i]);
    put_timeline(file, report);
    fputs("</div>\n</section>\n", file);
}
