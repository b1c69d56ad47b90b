/* Markdown (GFM) for the summary of a CI job.  A host drops a summary of more than 1 MiB whole, so there is a budget;
 * what had no room is counted.  No byte of anybody's can make markup: text stands in code spans and fenced blocks that
 * it cannot end, or, in the heading, with every character that could mean something as an entity. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "judge/report_cases.h"
#include "judge/report_explain.h"
#include "sandbox/util.h"

#define BUDGET_BYTES ((size_t)256 << 10) /* of one report: several may lie in one summary */
#define BLOCK_MAX    4096
#define MIB          1048576.0

struct markdown {
    FILE *file;
    size_t left; /* of the budget */
};

/* ---- text ---- */

/* Neither ends a code span nor a table's cell. */
static const char *span_part(char c)
{
    return c == '`' ? "\\x60" : c == '|' ? "\\x7c" : NULL;
}

/* "@" and "#" would become links to people and issues where a letter follows. */
static const char *plain_part(char c)
{
    static const char special[] = "!\"$%&'()*+/:;<=>?[\\]^_`{|}~.";
    static char entities[sizeof special][8];
    if (c == '@')
        return "&#64;<!-- -->";
    if (c == '#')
        return "&#35;<!-- -->";
    const char *found = c ? strchr(special, c) : NULL;
    if (!found)
        return NULL;
    char *entity = entities[found - special];
    snprintf(entity, sizeof entities[0], "&#%d;", c);
    return entity;
}

static void write_span(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 400, .replace = span_part};
    if (!text[0])
        return;
    fputc('`', file);
    escape_write(file, text, &style);
    fputc('`', file);
}

static void write_plain(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = EXPLAIN_MAX, .replace = plain_part};
    escape_write(file, text, &style);
}

/* A fence is longer than any run of backticks in what it holds. */
static int fence_for(const char *text)
{
    size_t longest = 0;
    for (const char *p = text; *p; p += strcspn(p, "`")) {
        size_t run = strspn(p, "`");
        longest = run > longest ? run : longest;
        p += run;
    }
    return (int)(longest < 3 ? 3 : longest + 1);
}

static void write_fence(FILE *file, int length)
{
    for (int i = 0; i < length; i++)
        fputc('`', file);
}

static void write_block(FILE *file, const char *title, const char *text)
{
    char cut[BLOCK_MAX + 1];
    static const struct escape_style style = {.lines = true};
    if (!text || !text[0])
        return;
    snprintf(cut, sizeof cut, "%s", text);
    int fence = fence_for(cut);
    fprintf(file, "\n<details><summary>%s</summary>\n\n", title);
    write_fence(file, fence);
    fputs("text\n", file);
    escape_write(file, cut, &style);
    if (cut[strlen(cut) - 1] != '\n')
        fputc('\n', file);
    write_fence(file, fence);
    if (strlen(text) > BLOCK_MAX)
        fprintf(file, "\n\n%zu more bytes are not shown.", strlen(text) - (size_t)BLOCK_MAX);
    fputs("\n\n</details>\n", file);
}

/* ---- pieces: each is written whole, or not at all if there is no room ---- */

struct piece {
    FILE *file;
    char *text;
    size_t size;
};

static int piece_begin(struct piece *piece)
{
    *piece = (struct piece){0};
    piece->file = open_memstream(&piece->text, &piece->size);
    return piece->file ? 0 : -ENOMEM;
}

/* 1 if it was written, 0 if there was no room. */
static int piece_end(struct markdown *markdown, struct piece *piece)
{
    int r = fclose(piece->file) == 0 ? 1 : -ENOMEM;
    if (r == 1 && piece->size > markdown->left)
        r = 0;
    if (r == 1) {
        fwrite(piece->text, 1, piece->size, markdown->file);
        markdown->left -= piece->size;
    }
    free(piece->text);
    return r;
}

static void write_head(FILE *file, const struct report *report)
{
    fputs("### ", file);
    write_plain(file, report->problem);
    fputs(": ", file);
    if (report->inconclusive)
        fputs("inconclusive, what does not reproduce is neither accepted nor refused", file);
    else if (report->verdict == VERDICT_NONE)
        fputs("the hidden tests are not shown", file);
    else
        fprintf(file, "%s %s", verdict_name(report->verdict), verdict_phrase(report->verdict));
    if (report->score >= 0 && report->max_score > 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " points", report->score, report->max_score);
    if (report->score_undecided > 0)
        fprintf(file, ", %" PRId64 " undecided", report->score_undecided);
    if (report->failed_fast)
        fputs(" (by the tests that ran: stopped at the first failure)", file);
    if (report->bugs_total > 0)
        fprintf(file, ", %" PRId64 " of %" PRId64 " bugs fixed", report->bugs_fixed,
                report->bugs_total);
    fputs("\n\n", file);
    write_plain(file, report->title);
    fputs("  \nfile ", file);
    write_span(file, report->file);
    fputs(", ", file);
    write_plain(file, report->language);
    fputc(' ', file);
    write_span(file, report->language_version);
    fputs(", isolation ", file);
    write_plain(file, report->tier);
    fprintf(file, ", %s seed ", strcmp(report->seed_kind, "secret") == 0 ? "secret" : "public");
    write_span(file, report->seed_id);
    fputc('\n', file);
    for (size_t i = 0; i < report->n_warnings && i < RECORD_WARNINGS_MAX; i++) {
        fputs("\n> warning: ", file);
        write_span(file, report->warnings[i]);
        fputc('\n', file);
    }
    if (report->compile.verdict != VERDICT_AC)
        write_block(file, "compiler", report->compile.output);
}

static void write_group_row(FILE *file, const struct report *report, size_t g)
{
    const struct report_group *group = &report->groups[g];
    struct report_group_sum sum = report_group_sum(report, g);
    fputs("| ", file);
    write_span(file, group->name);
    fprintf(file, " | %s | ",
            group->inconclusive              ? "inconclusive"
            : group->verdict == VERDICT_NONE ? "not run"
                                             : verdict_name(group->verdict));
    if (group->max_points > 0)
        fprintf(file, "%" PRId64 "/%" PRId64, group->points, group->max_points);
    fputs(" | ", file);
    if (sum.n_tests > 0)
        fprintf(file, "%zu of %zu", sum.n_passed, sum.n_tests);
    fputs(" | ", file);
    if (!isnan(sum.cpu_ms))
        fprintf(file, "%.1f of %" PRId64, sum.cpu_ms, group->limits.cpu_ms);
    fputs(" | ", file);
    if (sum.memory_bytes >= 0)
        fprintf(file, "%.1f of %.0f", (double)sum.memory_bytes / MIB,
                (double)group->limits.memory_bytes / MIB);
    fputs(" |\n", file);
}

static void write_case_row(FILE *file, const struct report *report, const struct report_case *one)
{
    char explained[EXPLAIN_MAX] = "";
    if (one->test)
        report_explain(report, one->test, explained);
    fputs("| ", file);
    write_span(file, one->name);
    fprintf(file, " | %s | ", report_word(one->verdict, one->inconclusive));
    write_span(file, one->message);
    fputs(one->message[0] && explained[0] ? "; " : "", file);
    write_plain(file, explained);
    fputs(" | ", file);
    if (one->line > 0)
        fprintf(file, "%" PRId64, one->line);
    fputs(" | ", file);
    if (one->test && !isnan(one->test->cpu_ms))
        fprintf(file, "%.1f", one->test->cpu_ms);
    fputs(" |\n", file);
}

static void write_printed(FILE *file, const struct report_test *test)
{
    if ((!test->out || !test->out[0]) && (!test->err || !test->err[0]))
        return;
    fputs("\nOf ", file);
    write_span(file, test->name);
    fputs(":\n", file);
    write_block(file, "printed", test->out);
    write_block(file, "standard error", test->err);
}

/* ---- the report ---- */

static int write_groups(struct markdown *markdown, const struct report *report)
{
    struct piece piece;
    if (report->n_groups == 0)
        return 1;
    int r = piece_begin(&piece);
    if (r < 0)
        return r;
    fputs("\n| group | verdict | points | tests passed | CPU ms | memory MiB |\n"
          "|---|---|--:|--:|--:|--:|\n",
          piece.file);
    for (size_t g = 0; g < report->n_groups; g++)
        write_group_row(piece.file, report, g);
    return piece_end(markdown, &piece);
}

/* Rows of what failed.  *ret_left_out: of those that had no room. */
static int write_failed(struct markdown *markdown, const struct report *report,
                        const struct report_case *cases, size_t n, size_t *ret_left_out)
{
    static const char heading[] =
        "\n| not accepted | verdict | what | line | CPU ms |\n|---|---|---|--:|--:|\n";
    bool begun = false;
    for (size_t i = 0; i < n; i++) {
        if (cases[i].outcome != CASE_FAILED && cases[i].outcome != CASE_ERROR)
            continue;
        struct piece piece;
        int r = *ret_left_out > 0 ? 0 : piece_begin(&piece);
        if (r == 0 && *ret_left_out == 0) {
            fputs(begun ? "" : heading, piece.file);
            write_case_row(piece.file, report, &cases[i]);
            r = piece_end(markdown, &piece);
        }
        if (r < 0)
            return r;
        begun = true;
        *ret_left_out += r == 0;
    }
    return 0;
}

static int write_outputs(struct markdown *markdown, const struct report *report,
                         size_t *ret_left_out)
{
    for (size_t i = 0; i < report->n_tests; i++) {
        struct piece piece;
        int r = piece_begin(&piece);
        if (r < 0)
            return r;
        write_printed(piece.file, &report->tests[i]);
        r = piece_end(markdown, &piece);
        if (r < 0)
            return r;
        *ret_left_out += r == 0;
    }
    return 0;
}

int report_write_markdown(FILE *file, const struct report *report,
                          const struct report_options *options)
{
    (void)options;
    struct markdown markdown = {.file = file, .left = BUDGET_BYTES};
    size_t n = 0, rows = 0, outputs = 0;
    auto_free struct report_case *cases = report_cases(report, &n);
    if (!cases)
        return -ENOMEM;
    struct piece piece;
    int r = piece_begin(&piece);
    if (r < 0)
        return r;
    write_head(piece.file, report);
    r = piece_end(&markdown, &piece);
    int groups = r < 0 ? r : write_groups(&markdown, report);
    r = groups < 0 ? groups : write_failed(&markdown, report, cases, n, &rows);
    if (r == 0)
        r = write_outputs(&markdown, report, &outputs);
    if (groups == 0 || rows > 0 || outputs > 0)
        fprintf(
            file,
            "\nThis summary is cut: %s%zu rows of tests and what %zu tests printed had no room. "
            "The JSON report has everything.\n",
            groups == 0 ? "the groups, " : "", rows, outputs);
    fputc('\n', file);
    return r < 0 ? r : ferror(file) ? -EIO : 0;
}
