#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/markup.h"
#include "judge/report_html.h"

#define MIB     1048576.0
#define ID_SIZE 32

/* ---- groups ---- */

struct group_sum {
    size_t n, n_run, n_accepted;
    double cpu_ms, reference_cpu_ms;
    int64_t memory_bytes;
};

static struct group_sum sum_up(const struct report *report, size_t group)
{
    struct group_sum sum = {.cpu_ms = NAN, .reference_cpu_ms = NAN, .memory_bytes = -1};
    for (size_t i = 0; i < report->n_tests; i++) {
        const struct report_test *test = &report->tests[i];
        if (test->group != group)
            continue;
        sum.n++;
        sum.n_run += test->status != TEST_SKIPPED;
        sum.n_accepted += test->status != TEST_SKIPPED && test->verdict == VERDICT_AC;
        sum.cpu_ms = fmax(sum.cpu_ms, test->cpu_ms);
        sum.reference_cpu_ms = fmax(sum.reference_cpu_ms, test->reference_cpu_ms);
        if (test->memory_bytes > sum.memory_bytes)
            sum.memory_bytes = test->memory_bytes;
    }
    return sum;
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

static void put_group(FILE *file, const struct report *report, size_t g)
{
    const struct report_group *group = &report->groups[g];
    struct group_sum sum = sum_up(report, g);
    fputs("<tr><th scope=\"row\">", file);
    markup_put(file, group->name);
    fprintf(file, "%s</th><td>", group->hidden ? "" : " <span class=\"soft\">shown</span>");
    html_verdict(file, group->verdict);
    if (group->points >= 0 && group->max_points > 0)
        fprintf(file, "</td><td class=\"n\">%" PRId64 " / %" PRId64 "</td>", group->points,
                group->max_points);
    else
        fputs("</td><td class=\"n\">&#8211;</td>", file);
    if (sum.n > 0)
        fprintf(file, "<td class=\"n wide\">%zu of %zu</td>", sum.n_accepted, sum.n);
    else
        fputs("<td class=\"n wide\">&#8211;</td>", file);
    put_cpu(file, sum.cpu_ms, (double)group->limits.cpu_ms);
    put_memory(file, sum.memory_bytes, group->limits.memory_bytes);
    fputs("</tr>\n", file);
}

void html_groups(FILE *file, const struct report *report)
{
    if (report->n_groups == 0)
        return;
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
        put_group(file, report, g);
    fputs("</tbody>\n</table>\n</div>\n</section>\n", file);
}

/* ---- tests ---- */

static bool has_why(const struct report_test *test)
{
    const char *why = test->status == TEST_SKIPPED ? test->skip_reason : test->message;
    return why[0] || test->signal[0] || test->exit_code > 0 || test->repeats > 1 ||
           test->n_blocked > 0 || test->output_truncated;
}

/* What is said of a test, beneath it. */
static void put_why(FILE *file, const struct report_test *test)
{
    bool skipped = test->status == TEST_SKIPPED;
    const char *why = skipped ? test->skip_reason : test->message;
    if (why[0]) {
        fputs("<span class=\"why\">", file);
        markup_put(file, why);
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

static void put_test(FILE *file, const struct report_test *test)
{
    bool more = has_why(test);
    fprintf(file, "<tr%s><th scope=\"row\">", more ? " class=\"more\"" : "");
    markup_put(file, test->name);
    fputs("</th><td>", file);
    if (test->status == TEST_SKIPPED)
        fputs("<span class=\"v none\">not run</span>", file);
    else
        html_verdict(file, test->verdict);
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
    put_why(file, test);
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

static void put_group_tests(FILE *file, const struct report *report, size_t g)
{
    const struct report_group *group = &report->groups[g];
    size_t n = sum_up(report, g).n;
    if (n == 0)
        return;
    char id[ID_SIZE];
    snprintf(id, sizeof id, "group-%zu", g);
    fprintf(file, "<h3 id=\"%s\">", id);
    markup_put(file, group->name);
    fputs("</h3>\n", file);
    fprintf(
        file,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"%s\">\n<table>\n"
        "<thead><tr><th scope=\"col\">Test</th><th scope=\"col\">Verdict</th>"
        "<th scope=\"col\" class=\"n\">CPU ms</th>"
        "<th scope=\"col\" class=\"n wide\">Times reference</th>"
        "<th scope=\"col\" class=\"n wide\">Wall ms</th>"
        "<th scope=\"col\" class=\"n\">MiB</th></tr></thead>\n<tbody>\n",
        id);
    for (size_t i = 0; i < report->n_tests; i++)
        if (report->tests[i].group == g)
            put_test(file, &report->tests[i]);
    fputs("</tbody>\n</table>\n</div>\n", file);
    for (size_t i = 0; i < report->n_tests; i++)
        if (report->tests[i].group == g && has_output(&report->tests[i]))
            put_output(file, &report->tests[i]);
}

void html_tests(FILE *file, const struct report *report)
{
    bool compiled =
        report->compile.verdict == VERDICT_AC || report->compile.verdict == VERDICT_NONE;
    if (report->n_tests == 0 || !compiled)
        return;
    fputs("<section aria-labelledby=\"tests\">\n<h2 id=\"tests\">Tests</h2>\n", file);
    for (size_t g = 0; g < report->n_groups; g++)
        put_group_tests(file, report, g);
    fputs("</section>\n", file);
}
