/* The HTML report: one file that needs nothing else.  Its Content-Security-Policy allows its own style sheet, by hash, and
 * nothing more: no script, no image, no font, no form, no request.  Every string is escaped by markup.h. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "judge/json_memory.h"
#include "judge/markup.h"
#include "judge/plot.h"
#include "judge/report.h"
#include "judge/report_html.h"
#include "sandbox/util.h"

#define MIB 1048576.0

/* ---- pieces ---- */

static const char *class_of(enum verdict verdict)
{
    return verdict == VERDICT_AC ? "good" : verdict == VERDICT_NONE ? "none" : "bad";
}

void html_verdict(FILE *file, enum verdict verdict, bool inconclusive)
{
    if (inconclusive)
        fputs("<span class=\"v none\">? inconclusive</span>", file);
    else if (verdict == VERDICT_NONE)
        fputs("<span class=\"v none\">&#8211;</span>", file);
    else
        fprintf(file, "<span class=\"v %s\">%s %s<span class=\"w\"> %s</span></span>",
                class_of(verdict), verdict == VERDICT_AC ? "&#10003;" : "&#10007;",
                verdict_name(verdict), verdict_phrase(verdict));
}

void html_block(FILE *file, const char *title, const char *bytes)
{
    size_t n = strlen(bytes);
    if (n == 0)
        return;
    fprintf(file, "<p class=\"soft\">%s</p>\n<pre tabindex=\"0\">", title);
    markup_put_block(file, bytes, HTML_BLOCK_MAX);
    fputs("</pre>\n", file);
    if (n > HTML_BLOCK_MAX)
        fprintf(file, "<p class=\"soft\">%zu more bytes</p>\n", n - HTML_BLOCK_MAX);
}

static void pair(FILE *file, const char *term, const char *text)
{
    if (!text[0])
        return;
    fprintf(file, "<dt>%s</dt><dd>", term);
    markup_put(file, text);
    fputs("</dd>\n", file);
}

static void pair_code(FILE *file, const char *term, const char *text)
{
    if (!text[0])
        return;
    fprintf(file, "<dt>%s</dt><dd><code>", term);
    markup_put(file, text);
    fputs("</code></dd>\n", file);
}

static void list(FILE *file, const char *const *texts, size_t n)
{
    fputs("<ul>\n", file);
    for (size_t i = 0; i < n; i++) {
        fputs("<li>", file);
        markup_put(file, texts[i]);
        fputs("</li>\n", file);
    }
    fputs("</ul>\n", file);
}

/* ---- the head ---- */

/* The policy names the style sheet by its hash (CSP 3, "'sha256-...'"): no other style or script can act. */
static void put_head(FILE *file, const struct report *report, const char *style)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char base64[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)style, strlen(style));
    sodium_bin2base64(base64, sizeof base64, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    fprintf(file,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
            base64);
    const char *word = report_word(report->verdict, report->inconclusive);
    fprintf(file, "%s%s", word, word[0] ? ": " : "");
    markup_put(file, report->problem);
    fputs(", ", file);
    markup_put(file, report->file);
    fprintf(file, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
    fputs("<a class=\"skip\" href=\"#result\">Skip to the result</a>\n", file);
}

static void put_title(FILE *file, const struct report *report)
{
    fputs("<header>\n<h1>", file);
    markup_put(file, report->title[0] ? report->title : report->problem);
    fputs("</h1>\n<p class=\"soft\"><code>", file);
    markup_put(file, report->file);
    fputs("</code> in ", file);
    markup_put(file, report->language);
    fputs(", judged ", file);
    markup_put(file, report->started_at);
    fputs("</p>\n</header>\n<main>\n", file);
}

static void put_result(FILE *file, const struct report *report)
{
    fprintf(file, "<section id=\"result\" aria-label=\"Result\">\n<div class=\"result %s\">\n",
            class_of(report->verdict));
    if (report->verdict == VERDICT_NONE && !report->inconclusive)
        fputs("<span class=\"v none\">No verdict is shown</span>\n", file);
    else
        html_verdict(file, report->verdict, report->inconclusive);
    if (report->failed_fast)
        fputs("<span>by the tests that ran: stopped at the first failure</span>\n", file);
    if (report->score >= 0 && report->max_score > 0)
        fprintf(file, "<span>%" PRId64 " of %" PRId64 " points</span>\n", report->score,
                report->max_score);
    if (report->score_undecided > 0)
        fprintf(file, "<span>%" PRId64 " undecided</span>\n", report->score_undecided);
    if (report->bugs_total > 0)
        fprintf(file, "<span>%" PRId64 " of %" PRId64 " bugs fixed</span>\n", report->bugs_fixed,
                report->bugs_total);
    if (!isnan(report->cpu_ms_max))
        fprintf(file, "<span>at most %.1f ms CPU</span>\n", report->cpu_ms_max);
    if (report->memory_bytes_max >= 0)
        fprintf(file, "<span>%.1f MiB</span>\n", (double)report->memory_bytes_max / MIB);
    fputs("</div>\n", file);
    if (report->n_warnings > 0) {
        fputs("<div class=\"warnings\" role=\"note\"><strong>Warnings</strong>\n", file);
        list(file, report->warnings, report->n_warnings);
        fputs("</div>\n", file);
    }
    fputs("</section>\n", file);
}

/* ---- compiling ---- */

static void put_diagnostics(FILE *file, const struct report_compile *compile)
{
    if (compile->n_diagnostics == 0)
        return;
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Compiler messages\">\n"
          "<table>\n<thead><tr><th scope=\"col\" class=\"n\">Line</th><th scope=\"col\">Kind</th>"
          "<th scope=\"col\">Message</th></tr></thead>\n<tbody>\n",
          file);
    for (size_t i = 0; i < compile->n_diagnostics; i++) {
        const struct report_diagnostic *diagnostic = &compile->diagnostics[i];
        fprintf(file, "<tr><td class=\"n\">%" PRId64 "</td><td>", diagnostic->line);
        markup_put(file, diagnostic->severity);
        fputs("</td><td>", file);
        markup_put(file, diagnostic->message);
        fputs("</td></tr>\n", file);
    }
    fputs("</tbody>\n</table>\n</div>\n", file);
}

static void put_compile(FILE *file, const struct report *report)
{
    const struct report_compile *compile = &report->compile;
    if (compile->verdict == VERDICT_NONE || (compile->verdict == VERDICT_AC && !compile->output[0]))
        return;
    fputs("<section aria-labelledby=\"compile\">\n<h2 id=\"compile\">Compiling</h2>\n<p>", file);
    html_verdict(file, compile->verdict, false);
    if (!isnan(compile->wall_ms))
        fprintf(file, " <span class=\"soft\">%.0f ms%s</span>", compile->wall_ms,
                compile->cached ? ", from the cache" : "");
    fputs("</p>\n", file);
    put_diagnostics(file, compile);
    html_block(file, "What the compiler said", compile->output);
    fputs("</section>\n", file);
}

/* ---- how it was measured ---- */

/* The distinct sources of one kind of number over the tests that ran. */
static void put_sources(FILE *file, const char *term, const struct report *report, size_t offset)
{
    enum { SOURCES_MAX = 8 };
    const char *seen[SOURCES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < report->n_tests && n < SOURCES_MAX; i++) {
        const char *source =
            *(const char *const *)(const void *)((const char *)&report->tests[i] + offset);
        bool known = !source[0];
        for (size_t k = 0; k < n; k++)
            known = known || strcmp(seen[k], source) == 0;
        if (!known)
            seen[n++] = source;
    }
    for (size_t i = 0; i < n; i++)
        pair(file, term, seen[i]);
}

static void put_measured(FILE *file, const struct report *report)
{
    fputs(
        "<section aria-labelledby=\"measured\">\n<h2 id=\"measured\">How it was measured</h2>\n"
        "<p>CPU, time and memory are those of the run alone: from the moment at which interpreter, "
        "harness and input were ready to the moment at which the box was empty. They come from the "
        "kernel, never from the program.</p>\n<dl>\n",
        file);
    put_sources(file, "CPU", report, offsetof(struct report_test, measured_cpu));
    put_sources(file, "Memory", report, offsetof(struct report_test, measured_memory));
    put_sources(file, "Wall time", report, offsetof(struct report_test, measured_wall));
    pair(file, "Isolation", report->tier);
    fputs("</dl>\n", file);
    if (report->n_missing > 0) {
        fputs("<p>What this isolation lacks on this machine:</p>\n", file);
        list(file, report->missing, report->n_missing);
    }
    static const char *const shown[] = {
        [VISIBILITY_NOTHING] = "Of hidden tests nothing is shown.",
        [VISIBILITY_VERDICT] = "Of hidden tests only the verdict of the whole is shown.",
        [VISIBILITY_GROUP] = "Of hidden tests only verdicts and points of groups are shown.",
        [VISIBILITY_KIND] = ("Of hidden tests, times are rounded up to 10 ms and memory to 1 MiB; "
                             "what they hold is not shown."),
        [VISIBILITY_ALL] = "Hidden tests are shown in full.",
    };
    fprintf(file, "<p>%s</p>\n", shown[report->shown]);
    fputs("</section>\n", file);
}

static void put_environment(FILE *file, const struct report *report)
{
    char text[160];
    fputs("<section aria-labelledby=\"environment\">\n<h2 "
          "id=\"environment\">Environment</h2>\n<dl>\n",
          file);
    snprintf(text, sizeof text, "%.64s, version %" PRId64, report->problem,
             report->problem_version);
    pair(file, "Problem", text);
    pair(file, "Language", report->language_version);
    pair(file, "Processor", report->cpu);
    if (report->cores > 0) {
        snprintf(text, sizeof text, "%" PRId64, report->cores);
        pair(file, "Cores", text);
    }
    pair(file, "Kernel", report->kernel);
    snprintf(text, sizeof text, "%.32s, id %.64s", report->seed_kind, report->seed_id);
    pair(file, "Seed", text);
    snprintf(text, sizeof text, "mljudge %.40s %.60s", report->tool_version, report->tool_commit);
    pair(file, "Judge", text);
    pair_code(file, "Problem's SHA-256", report->problem_sha256);
    pair_code(file, "Submission's SHA-256", report->submission_sha256);
    const json_t *signature = json_object_get(report->json, "signature");
    const char *key = json_string_value(json_object_get(signature, "public_key"));
    if (key)
        pair_code(file, "Signed with (not checked here)", key);
    fputs("</dl>\n</section>\n", file);
}

/* ---- the page ---- */

int report_write_html(FILE *file, const struct report *report, const struct report_options *options)
{
    (void)options;
    size_t size = strlen(plot_style) + strlen(html_style) + 1;
    auto_free char *style = malloc(size);
    if (!style || sodium_init() < 0)
        return -ENOMEM;
    snprintf(style, size, "%s%s", plot_style, html_style);
    put_head(file, report, style);
    put_title(file, report);
    put_result(file, report);
    put_compile(file, report);
    int r = html_groups_and_tests(file, report);
    put_measured(file, report);
    put_environment(file, report);
    fputs("</main>\n<footer>\n<p>Written by mljudge. The same report as JSON holds every number "
          "shown here.</p>\n</footer>\n</body>\n</html>\n",
          file);
    return ferror(file) ? -EIO : r;
}
