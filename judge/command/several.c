#include "judge/command/several.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/escape.h"
#include "sandbox/util.h"

#define MIB        1048576.0
#define NAME_BYTES 40

int several_add(struct several *several, struct report *report, struct error *err)
{
    struct report **grown = realloc(several->reports, (several->n + 1) * sizeof(struct report *));
    if (!grown) {
        report_free(report);
        return error_oom(err);
    }
    report->record = NULL;
    several->reports = grown;
    several->reports[several->n++] = report;
    return 0;
}

void several_done(struct several *several)
{
    for (size_t i = 0; i < several->n; i++)
        report_free(several->reports[i]);
    free(several->reports);
    *several = (struct several){0};
}

static const char *file_name(const struct report *report, char buffer[NAME_BYTES])
{
    return escape_text(report->file, strlen(report->file), buffer, NAME_BYTES);
}

/* Of the accepted ones with the least CPU time in their slowest test; NULL: fewer than two were accepted, or times as
 * they are shown do not tell. */
static const struct report *fastest(const struct several *several)
{
    const struct report *best = NULL;
    size_t n = 0, n_as_fast = 0;
    for (size_t i = 0; i < several->n; i++) {
        const struct report *report = several->reports[i];
        if (report->verdict != VERDICT_AC || isnan(report->cpu_ms_max))
            continue;
        n++;
        if (!best || report->cpu_ms_max < best->cpu_ms_max) {
            best = report;
            n_as_fast = 0;
        }
        n_as_fast += report->cpu_ms_max <= best->cpu_ms_max;
    }
    return n >= 2 && n_as_fast == 1 ? best : NULL;
}

static void write_row(FILE *file, size_t number, const struct report *report, int width, bool best)
{
    char name[NAME_BYTES];
    fprintf(file, "[%zu] %-*s  %-9s %-4s", number, width, file_name(report, name), report->language,
            report->inconclusive ? "??" : verdict_name(report->verdict));
    if (report->score >= 0 && report->max_score > 0)
        fprintf(file, " %4" PRId64 "/%-4" PRId64, report->score, report->max_score);
    else
        fprintf(file, " %9s", "");
    if (isnan(report->cpu_ms_max))
        fprintf(file, " %12s", "-");
    else
        fprintf(file, " %9.1f ms", report->cpu_ms_max);
    if (report->memory_bytes_max < 0)
        fprintf(file, " %12s", "-");
    else
        fprintf(file, " %8.1f MiB", (double)report->memory_bytes_max / MIB);
    fprintf(file, "%s\n", best ? "  fastest" : "");
}

static const struct report_group *group_named(const struct report *report, const char *name)
{
    for (size_t g = 0; g < report->n_groups; g++)
        if (strcmp(report->groups[g].name, name) == 0)
            return &report->groups[g];
    return NULL;
}

static const struct report_test *test_named(const struct report *report, const char *name)
{
    for (size_t i = 0; i < report->n_tests; i++)
        if (strcmp(report->tests[i].name, name) == 0 && report->tests[i].status != TEST_SKIPPED)
            return &report->tests[i];
    return NULL;
}

/* The first test of the group that ran everywhere and has not the same verdict everywhere. */
static const char *differing_test(const struct several *several, const char *group)
{
    const struct report *first = several->reports[0];
    for (size_t i = 0; i < first->n_tests; i++) {
        const struct report_test *test = &first->tests[i];
        bool differs = false, everywhere = test->status != TEST_SKIPPED;
        if (strcmp(first->groups[test->group].name, group) != 0)
            continue;
        for (size_t k = 1; k < several->n && everywhere; k++) {
            const struct report_test *other = test_named(several->reports[k], test->name);
            everywhere = other != NULL;
            differs = differs || (other && other->verdict != test->verdict);
        }
        if (everywhere && differs)
            return test->name;
    }
    return NULL;
}

static bool group_differs(const struct several *several, const char *name)
{
    const struct report_group *own = group_named(several->reports[0], name);
    for (size_t k = 1; k < several->n; k++) {
        const struct report_group *other = group_named(several->reports[k], name);
        if (own && other && own->verdict != other->verdict)
            return true;
    }
    return false;
}

static void write_differences(FILE *file, const struct several *several)
{
    const struct report *first = several->reports[0];
    bool any = false;
    for (size_t g = 0; g < first->n_groups; g++) {
        char name[NAME_BYTES], test_name[NAME_BYTES];
        if (!group_differs(several, first->groups[g].name))
            continue;
        if (!any) {
            fprintf(file, "\n%-14s", "differs");
            for (size_t k = 0; k < several->n; k++)
                fprintf(file, " [%zu]%s", k + 1, k < 9 ? " " : "");
            fputc('\n', file);
        }
        any = true;
        fprintf(
            file, "%-14s",
            escape_text(first->groups[g].name, strlen(first->groups[g].name), name, sizeof name));
        for (size_t k = 0; k < several->n; k++) {
            const struct report_group *group =
                group_named(several->reports[k], first->groups[g].name);
            fprintf(file, " %-4s",
                    group && group->inconclusive              ? "??"
                    : group && group->verdict != VERDICT_NONE ? verdict_name(group->verdict)
                                                              : "-");
        }
        const char *test = differing_test(several, first->groups[g].name);
        if (test)
            fprintf(file, "  first at %s",
                    escape_text(test, strlen(test), test_name, sizeof test_name));
        fputc('\n', file);
    }
}

void several_write(FILE *file, const struct several *several)
{
    const struct report *best = fastest(several);
    int width = 4;
    for (size_t i = 0; i < several->n; i++) {
        char name[NAME_BYTES];
        int n = (int)strlen(file_name(several->reports[i], name));
        width = n > width ? n : width;
    }
    fprintf(file, "\n    %-*s  %-9s %-4s %9s %12s %12s\n", width, "file", "language", "", "score",
            "CPU, most", "memory, most");
    for (size_t i = 0; i < several->n; i++)
        write_row(file, i + 1, several->reports[i], width, several->reports[i] == best);
    if (several->n > 1)
        write_differences(file, several);
}
