#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/markup.h"
#include "judge/report_explain.h"
#include "judge/report_html.h"

#define MIB 1048576.0

/* ---- groups ---- */

struct group_sum {
    size_t n, n_accepted;
    double cpu_ms;
    int64_t memory_bytes;
};

/* Everything by group, found in one pass: reports may hold many of both. */
struct by_group {
    struct group_sum *sums; /* [n_groups] */
    size_t *
        starts; /* [n_groups + 1]: order[starts[g]] .. order[starts[g + 1] - 1] are the tests of g */
    size_t *order; /* [n_tests] */
};

static void by_group_done(struct by_group *by)
{
    free(by->sums);
    free(by->starts);
    free(by->order);
}

static void add_up(struct group_sum *sum, const struct report_test *test)
{
    sum->n++;
    sum->n_accepted += test->status != TEST_SKIPPED && test->verdict == VERDICT_AC;
    sum->cpu_ms = fmax(sum->cpu_ms, test->cpu_ms);
    if (test->memory_bytes > sum->memory_bytes)
        sum->memory_bytes = test->memory_bytes;
}

static int by_group_make(struct by_group *by, const struct report *report)
{
    by->sums = calloc(report->n_groups + 1, sizeof *by->sums);
    by->starts = calloc(report->n_groups + 2, sizeof *by->starts);
    by->order = calloc(report->n_tests + 1, sizeof *by->order);
    if (!by->sums || !by->starts || !by->order)
        return -ENOMEM;
    for (size_t g = 0; g < report->n_groups; g++)
        by->sums[g] = (struct group_sum){.cpu_ms = NAN, .memory_bytes = -1};
    for (size_t i = 0; i < report->n_tests; i++)
        add_up(&by->sums[report->tests[i].group], &report->tests[i]);
    /* Counting sort: while tests are put in place, starts[g + 1] is where the next one of g goes. */
    for (size_t g = 0; g + 1 < report->n_groups; g++)
        by->starts[g + 2] = by->starts[g + 1] + by->sums[g].n;
    for (size_t i = 0; i < report->n_tests; i++)
        by->order[by->starts[report->tests[i].group + 1]++] = i;
    return 0;
}

static void put_cpu(FILE *file, double cpu_ms, double limit_ms)
{
    if (isnan(cpu_ms)) {
        fputs("<td class=\"n\">&#8211;</td>", file);
        return;
    }
    fprintf(file, "<td class=\"n\">%.1f", cpu_ms);
    if (limit_ms > 0)
        fprintf(file, " <span class=\"soft\">/ %.0f</span>", limit_ms);
    fputs("</td>", file);
}

static void put_memory(FILE *file, int64_t bytes, int64_t limit_bytes)
{
    if (bytes < 0) {
        fputs("<td class=\"n\">&#8211;</td>", file);
        return;
    }
    fprintf(file, "<td class=\"n\">%.1f", (double)bytes / MIB);
    if (limit_bytes > 0)
        fprintf(file, " <span class=\"soft\">/ %.0f</span>", (double)limit_bytes / MIB);
    fputs("</td>", file);
}

static void put_group(FILE *file, const struct report_group *group, const struct group_sum *sum)
{
    fputs("<tr><th scope=\"row\">", file);
    markup_put(file, group->name);
    fprintf(file, "%s</th><td>", group->hidden ? "" : " <span class=\"soft\">shown</span>");
    html_verdict(file, group->verdict, group->inconclusive);
    if (group->points >= 0 && group->max_points > 0)
        fprintf(file, "</td><td class=\"n\">%" PRId64 " / %" PRId64 "</td>", group->points,
                group->max_points);
    else
        fputs("</td><td class=\"n\">&#8211;</td>", file);
    if (sum->n > 0)
        fprintf(file, "<td class=\"n wide\">%zu of %zu</td>", sum->n_accepted, sum->n);
    else
        fputs("<td class=\"n wide\">&#8211;</td>", file);
    put_cpu(file, sum->cpu_ms, (double)group->limits.cpu_ms);
    put_memory(file, sum->memory_bytes, group->limits.memory_bytes);
    fputs("</tr>\n", file);
}

static void put_groups(FILE *file, const struct report *report, const struct by_group *by)
{
    fputs(
        "<section aria-labelledby=\"groups\">\n<h2 id=\"groups\">Groups of tests</h2>\n"
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-labelledby=\"groups\">\n<table>\n"
        "<caption>Most CPU time and memory of any test / the limit</caption>\n"
        "<thead><tr><th scope=\"col\">Group</th><th scope=\"col\">Verdict</th>"
        "<th scope=\"col\" class=\"n\">Points</th><th scope=\"col\" class=\"n wide\">Accepted</th>"
        "<th scope=\"col\" class=\"n\">CPU ms</th><th scope=\"col\" "
        "class=\"n\">MiB</th></tr></thead>\n"
        "<tbody>\n",
        file);
    for (size_t g = 0; g < report->n_groups; g++)
        put_group(file, &report->groups[g], &by->sums[g]);
    fputs("</tbody>\n</table>\n</div>\n</section>\n", file);
}

/* ---- tests ---- */

static bool has_why(const struct report_test *test, const char *explained)
{
    const char *why = test->status == TEST_SKIPPED ? test->skip_reason : test->message;
    return why[0] || explained[0] || test->signal[0] || test->exit_code > 0 || test->repeats > 1 ||
           test->n_notes > 0 || test->n_blocked > 0 || test->output_truncated;
}

/* What is said of a test, beneath it. */
static void put_why(FILE *file, const struct report_test *test, const char *explained)
{
    bool skipped = test->status == TEST_SKIPPED;
    const char *why = skipped ? test->skip_reason : test->message;
    if (why[0]) {
        fputs("<span class=\"why\">", file);
        markup_put(file, why);
        fputs("</span>", file);
    }
    if (explained[0]) {
        fputs("<span class=\"why\">", file);
        markup_put(file, explained);
        fputs("</span>", file);
    }
    if (test->signal[0] || test->exit_code > 0) {
        fputs("<span class=\"why\">", file);
        if (test->signal[0])
            markup_put(file, test->signal);
        else
            fprintf(file, "exit code %" PRId64, test->exit_code);
        fputs("</span>", file);
    }
    if (test->repeats > 1) {
        fprintf(file, "<span class=\"why\">run %" PRId64 " times", test->repeats);
        if (!isnan(test->first_cpu_ms))
            fprintf(file, ", at first %.1f ms", test->first_cpu_ms);
        if (test->spread.runs > 1 && !isnan(test->spread.cpu_ms[0]))
            fprintf(file, ", %.1f to %.1f ms, of which the median is shown", test->spread.cpu_ms[0],
                    test->spread.cpu_ms[1]);
        fputs("</span>", file);
    }
    for (size_t i = 0; i < test->n_notes; i++) {
        fputs("<span class=\"why\">note: ", file);
        markup_put(file, test->notes[i]);
        fputs("</span>", file);
    }
    for (size_t i = 0; i < test->n_blocked; i++) {
        fputs("<span class=\"why\">blocked: <code>", file);
        markup_put(file, test->blocked[i].name);
        fputc('(', file);
        markup_put(file, test->blocked[i].args);
        fputs(")</code></span>", file);
    }
    if (test->output_truncated)
        fputs("<span class=\"why\">printed more than is kept</span>", file);
}

static void put_test(FILE *file, const struct report *report, const struct report_test *test)
{
    char explained[EXPLAIN_MAX];
    bool more = has_why(test, report_explain(report, test, explained));
    fprintf(file, "<tr%s><th scope=\"row\">", more ? " class=\"more\"" : "");
    markup_put(file, test->name);
    fputs("</th><td>", file);
    if (test->status == TEST_SKIPPED)
        fputs("<span class=\"v none\">not run</span>", file);
    else
        html_verdict(file, test->verdict, report_is_inconclusive(test));
    fputs("</td>", file);
    put_cpu(file, test->cpu_ms, NAN);
    if (isnan(test->times_reference))
        fputs("<td class=\"n wide\">&#8211;</td>", file);
    else
        fprintf(file, "<td class=\"n wide\">%.1f</td>", test->times_reference);
    if (isnan(test->wall_ms))
        fputs("<td class=\"n wide\">&#8211;</td>", file);
    else
        fprintf(file, "<td class=\"n wide\">%.1f</td>", test->wall_ms);
    put_memory(file, test->memory_bytes, 0);
    fputs("</tr>\n", file);
    if (!more)
        return;
    fputs("<tr><td colspan=\"6\">", file);
    put_why(file, test, explained);
    fputs("</td></tr>\n", file);
}

static bool has_output(const struct report_test *test)
{
    return (test->out && test->out[0]) || (test->err && test->err[0]);
}

static void put_output(FILE *file, const struct report_test *test)
{
    fputs("<details><summary>What <code>", file);
    markup_put(file, test->name);
    fputs("</code> printed</summary>\n", file);
    html_block(file, "Standard output", test->out ? test->out : "");
    html_block(file, "Standard error", test->err ? test->err : "");
    fputs("</details>\n", file);
}

static void put_group_tests(FILE *file, const struct report *report, const struct by_group *by,
                            size_t g)
{
    const size_t *begin = by->order + by->starts[g], *end = by->order + by->starts[g + 1];
    if (begin == end)
        return;
    fprintf(file, "<h3 id=\"group-%zu\">", g);
    markup_put(file, report->groups[g].name);
    fprintf(file,
            "</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
            "aria-labelledby=\"group-%zu\">\n<table>\n"
            "<thead><tr><th scope=\"col\">Test</th><th scope=\"col\">Verdict</th>"
            "<th scope=\"col\" class=\"n\">CPU ms</th>"
            "<th scope=\"col\" class=\"n wide\">Times reference</th>"
            "<th scope=\"col\" class=\"n wide\">Wall ms</th>"
            "<th scope=\"col\" class=\"n\">MiB</th></tr></thead>\n<tbody>\n",
            g);
    for (const size_t *i = begin; i < end; i++)
        put_test(file, report, &report->tests[*i]);
    fputs("</tbody>\n</table>\n</div>\n", file);
    for (const size_t *i = begin; i < end; i++)
        if (has_output(&report->tests[*i]))
            put_output(file, &report->tests[*i]);
}

static void put_tests(FILE *file, const struct report *report, const struct by_group *by)
{
    fputs("<section aria-labelledby=\"tests\">\n<h2 id=\"tests\">Tests</h2>\n", file);
    for (size_t g = 0; g < report->n_groups; g++)
        put_group_tests(file, report, by, g);
    fputs("</section>\n", file);
}

int html_groups_and_tests(FILE *file, const struct report *report)
{
    struct by_group by = {.sums = NULL};
    bool compiled =
        report->compile.verdict == VERDICT_AC || report->compile.verdict == VERDICT_NONE;
    int r = by_group_make(&by, report);
    if (r == 0 && report->n_groups > 0)
        put_groups(file, report, &by);
    html_plots(file, report);
    html_growth(file, report);
    if (r == 0 && report->n_tests > 0 && compiled)
        put_tests(file, report, &by);
    by_group_done(&by);
    return r;
}
