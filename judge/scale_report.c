#include "judge/scale_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/plot.h"
#include "sandbox/util.h"
#include "version.h"

#define MIB 1048576.0
#define METHOD                                                                                \
    "weighted least squares of c + a f(n); probabilities by Schwarz's criterion (1978), the " \
    "exponent's 95 % interval "                                                               \
    "by likelihood (Wilks 1938); README.md, scale"

/* ---- the plot ---- */

/* One curve: what was measured, and its fit where the data can tell. */
struct curves {
    double n[2][SCALE_SIZES_MAX], cpu_ms[2][SCALE_SIZES_MAX], fitted_ms[2][SCALE_SIZES_MAX];
    char names[2][400];
    char description[500];
    struct plot_series series[4];
    struct plot plot;
};

static void add_curves(struct curves *curves, size_t which, const struct scale_series *series,
                       const char *role)
{
    bool told = series->time.doubt == COMPLEXITY_SURE;
    for (size_t i = 0; i < series->n_samples; i++) {
        double n = (double)series->samples[i].n;
        curves->n[which][i] = n;
        curves->cpu_ms[which][i] = series->samples[i].cpu_ms;
        curves->fitted_ms[which][i] =
            series->time.floor + series->time.factor * complexity_at(series->time.best, n);
    }
    snprintf(curves->names[which], sizeof curves->names[which], "%s %.200s (%s)%s%s", role,
             series->name, series->language, told ? ", line: " : "",
             told ? complexity_name(series->time.best) : "");
    const struct plot_series points = {.name = curves->names[which],
                                       .x = curves->n[which],
                                       .y = curves->cpu_ms[which],
                                       .n = series->n_samples,
                                       .marks = true,
                                       .look = (int)which};
    struct plot_series line = points;
    line.y = curves->fitted_ms[which];
    line.line = true;
    line.marks = false;
    curves->series[curves->plot.n_series++] = points;
    if (told)
        curves->series[curves->plot.n_series++] = line;
}

static void make_plot(struct curves *curves, const struct scale_result *result)
{
    char told[300];
    *curves = (struct curves){0};
    curves->plot = (struct plot){.id = "scale",
                                 .title = "CPU time over n",
                                 .description = curves->description,
                                 .x_label = "n",
                                 .y_label = "CPU time, ms",
                                 .log_x = true,
                                 .log_y = true,
                                 .series = curves->series};
    add_curves(curves, 0, &result->candidate, "solution");
    if (result->reference.n_samples > 0)
        add_curves(curves, 1, &result->reference, "reference");
    snprintf(curves->description, sizeof curves->description,
             "CPU time of the solution at %zu sizes n (%.120s). Growth: %.300s.",
             result->candidate.n_samples, result->problem->scale.n,
             complexity_text(&result->candidate.time, told, sizeof told));
}

void scale_write_svg(FILE *file, const struct scale_result *result)
{
    struct curves curves;
    make_plot(&curves, result);
    plot_svg(file, &curves.plot, true);
}

/* ---- text ---- */

static void put_escaped(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 900};
    escape_write(file, text, &style);
}

static const struct scale_sample *sample_at(const struct scale_series *series, int64_t n)
{
    for (size_t i = 0; i < series->n_samples; i++)
        if (series->samples[i].n == n)
            return &series->samples[i];
    return NULL;
}

static void put_cells(FILE *file, const struct scale_sample *sample)
{
    if (!sample) {
        fprintf(file, "%12s%20s%12s", "-", "", "-");
        return;
    }
    char range[40];
    snprintf(range, sizeof range, "%.2f .. %.2f", sample->cpu_ms_low, sample->cpu_ms_high);
    fprintf(file, "%12.2f%20s", sample->cpu_ms, range);
    if (isnan(sample->memory_bytes))
        fprintf(file, "%12s", "-");
    else
        fprintf(file, "%12.2f", sample->memory_bytes / MIB);
}

static void put_table(FILE *file, const struct scale_result *result)
{
    const struct scale_series *longer = result->candidate.n_samples >= result->reference.n_samples
                                            ? &result->candidate
                                            : &result->reference;
    fprintf(file, "%10s%12s%20s%12s%15s%8s\n", "n", "CPU ms", "least .. most", "MiB",
            "reference ms", "times");
    for (size_t i = 0; i < longer->n_samples; i++) {
        int64_t n = longer->samples[i].n;
        const struct scale_sample *own = sample_at(&result->candidate, n);
        const struct scale_sample *other = sample_at(&result->reference, n);
        fprintf(file, "%10" PRId64, n);
        put_cells(file, own);
        if (other)
            fprintf(file, "%15.2f", other->cpu_ms);
        if (own && other && other->cpu_ms > 0)
            fprintf(file, "%8.1f", own->cpu_ms / other->cpu_ms);
        fputc('\n', file);
    }
}

static void put_fit(FILE *file, const char *what, const struct complexity_fit *fit)
{
    char text[400];
    fprintf(file, "%s  %s\n", what, complexity_text(fit, text, sizeof text));
}

/* What a compiler said, each line of it on one. */
static void put_lines(FILE *file, const char *text)
{
    while (*text) {
        char line[512];
        size_t n = strcspn(text, "\n");
        fputs("\n  | ", file);
        fputs(escape_text(text, n, line, sizeof line), file);
        text += n + (text[n] == '\n');
    }
}

static void put_end(FILE *file, const struct scale_series *series)
{
    if (!series->stopped[0])
        return;
    if (series->verdict != VERDICT_CE)
        fputs("no larger n: ", file);
    if (series->verdict == VERDICT_CE)
        fputs(strchr(series->stopped, '\n') ? "CE does not compile:" : "CE does not compile: ",
              file);
    else if (series->verdict != VERDICT_NONE)
        fprintf(file, "at n = %" PRId64 " %s: ", series->stopped_at, verdict_name(series->verdict));
    if (strchr(series->stopped, '\n'))
        put_lines(file, series->stopped);
    else
        put_escaped(file, series->stopped);
    fputc('\n', file);
}

static void put_reference(FILE *file, const struct scale_result *result)
{
    const struct scale_series *reference = &result->reference;
    const struct complexity_fit *own = &result->candidate.time, *other = &reference->time;
    if (reference->n_samples == 0)
        return;
    fputs("\nreference ", file);
    put_escaped(file, reference->name);
    fprintf(file, " (%s%s)\n", reference->language,
            result->same_language ? "" : ": the problem has none in this language");
    put_fit(file, "time  ", other);
    put_fit(file, "memory", &reference->memory);
    put_end(file, reference);
    if (own->doubt != COMPLEXITY_SURE || other->doubt != COMPLEXITY_SURE)
        return;
    fprintf(file, "\nthe solution grows %s the reference: %s, %s\n",
            own->best == other->best  ? "as"
            : own->best > other->best ? "faster than"
                                      : "more slowly than",
            complexity_name(own->best), complexity_name(other->best));
}

void scale_write_text(FILE *file, const struct scale_result *result, int width, bool utf8)
{
    const struct scale_series *candidate = &result->candidate;
    fprintf(file, "%s, ", result->problem->slug);
    put_escaped(file, candidate->name);
    fprintf(file, " (%s): n = ", candidate->language);
    put_escaped(file, result->problem->scale.n);
    fputs("\n\n", file);
    if (candidate->n_samples == 0) {
        put_end(file, candidate);
        return;
    }
    put_table(file, result);
    fputc('\n', file);
    struct curves curves;
    make_plot(&curves, result);
    plot_text(file, &curves.plot, width, 18, utf8);
    fputc('\n', file);
    put_fit(file, "time  ", &candidate->time);
    put_fit(file, "memory", &candidate->memory);
    put_end(file, candidate);
    put_reference(file, result);
    fprintf(file, "\nCPU: %s; memory: %s; tier %s; %s, %d cores\n",
            candidate->cpu_source ? candidate->cpu_source : "-",
            candidate->memory_source ? candidate->memory_source : "-",
            sandbox_tier_name(result->tier), result->cpu, result->cores);
}

/* ---- JSON ---- */

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *hostile(const char *text)
{
    auto_free char *safe = escape_block(text, strlen(text));
    return safe ? json_string(safe) : NULL;
}

static const char *doubt_name(enum complexity_doubt doubt)
{
    static const char *const names[] = {
        [COMPLEXITY_FEW_POINTS] = "few sizes",
        [COMPLEXITY_NOISE] = "noise",
        [COMPLEXITY_SHORT_RANGE] = "short range",
        [COMPLEXITY_UNDECIDED] = "several models fit",
        [COMPLEXITY_BENDING] = "the last step grows otherwise",
    };
    return names[doubt];
}

static json_t *fit_json(const struct complexity_fit *fit, size_t n_points)
{
    char text[400];
    bool fitted = n_points >= 3;
    json_t *models = json_object();
    for (int i = 0; fitted && i < COMPLEXITY_MODELS; i++)
        json_object_set_new(models, complexity_name((enum complexity)i),
                            number(fit->probability[i]));
    bool sure = fit->doubt == COMPLEXITY_SURE;
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s}", "model",
                     sure ? json_string(complexity_name(fit->best)) : json_null(), "doubt",
                     sure ? json_null() : json_string(doubt_name(fit->doubt)), "probability",
                     models, "floor", number(sure ? fit->floor : NAN), "factor",
                     number(sure ? fit->factor : NAN), "exponent",
                     number(fitted ? fit->exponent : NAN), "exponent_low",
                     number(fitted ? fit->exponent_low : NAN), "exponent_high",
                     number(fitted ? fit->exponent_high : NAN), "last_exponent",
                     number(fit->last_exponent), "text", complexity_text(fit, text, sizeof text));
}

static json_t *series_json(const struct scale_series *series)
{
    json_t *samples = json_array();
    size_t n_memory = 0;
    for (size_t i = 0; i < series->n_samples; i++) {
        const struct scale_sample *sample = &series->samples[i];
        n_memory += isnan(sample->memory_bytes) ? 0 : 1;
        json_array_append_new(samples, json_pack("{s:I,s:i,s:o,s:o,s:o,s:o,s:o,s:o}", "n",
                                                 (json_int_t)sample->n, "repeats", sample->repeats,
                                                 "cpu_ms", number(sample->cpu_ms), "cpu_ms_low",
                                                 number(sample->cpu_ms_low), "cpu_ms_high",
                                                 number(sample->cpu_ms_high), "cpu_ms_sigma",
                                                 number(sample->cpu_ms_sigma), "memory_bytes",
                                                 number(sample->memory_bytes), "memory_bytes_sigma",
                                                 number(sample->memory_bytes_sigma)));
    }
    return json_pack(
        "{s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:{s:o,s:o}}", "file", hostile(series->name), "language",
        series->language, "verdict",
        series->verdict == VERDICT_NONE ? json_null() : json_string(verdict_name(series->verdict)),
        "stopped", series->stopped[0] ? hostile(series->stopped) : json_null(), "stopped_at",
        series->stopped_at ? json_integer((json_int_t)series->stopped_at) : json_null(), "sizes",
        samples, "time", fit_json(&series->time, series->n_samples), "memory",
        fit_json(&series->memory, n_memory), "measured", "cpu",
        series->cpu_source ? json_string(series->cpu_source) : json_null(), "memory",
        series->memory_source ? json_string(series->memory_source) : json_null());
}

json_t *scale_json(const struct scale_result *result)
{
    return json_pack(
        "{s:i,s:s,s:{s:s,s:s},s:s,s:I,s:s,s:o,s:s,s:s,s:{s:s,s:i},s:o,s:o,s:b}", "schema", 1,
        "kind", "scale", "tool", "version", MLJUDGE_VERSION, "commit", MLJUDGE_COMMIT, "problem",
        result->problem->slug, "problem_version", (json_int_t)result->problem->version,
        "problem_sha256", result->problem->sha256, "n", hostile(result->problem->scale.n), "method",
        METHOD, "tier", sandbox_tier_name(result->tier), "machine", "cpu", result->cpu, "cores",
        result->cores, "solution", series_json(&result->candidate), "reference",
        result->reference.name[0] ? series_json(&result->reference) : json_null(), "same_language",
        result->same_language);
}
