/* "scale" of a report (mljudge report render --scale): CPU time over n.  Foreign JSON: what has not the right type or
 * range is not there. */
#include <math.h>

#include "judge/markup.h"
#include "judge/plot.h"
#include "judge/report_html.h"
#include "judge/scale.h"

struct growth {
    double n[SCALE_SIZES_MAX], cpu_ms[SCALE_SIZES_MAX], memory_bytes[SCALE_SIZES_MAX];
    size_t n_sizes;
    const char *file, *language, *time, *memory; /* never NULL */
};

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static double number_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) && json_number_value(value) >= 0 ? json_number_value(value) : NAN;
}

static void read_growth(const json_t *series, struct growth *ret)
{
    const json_t *sizes = json_object_get(series, "sizes");
    *ret = (struct growth){.file = text_of(series, "file"),
                           .language = text_of(series, "language"),
                           .time = text_of(json_object_get(series, "time"), "text"),
                           .memory = text_of(json_object_get(series, "memory"), "text")};
    for (size_t i = 0; i < json_array_size(sizes) && ret->n_sizes < SCALE_SIZES_MAX; i++) {
        const json_t *size = json_array_get(sizes, i);
        double n = number_of(size, "n");
        if (!(n >= 1))
            continue;
        ret->n[ret->n_sizes] = n;
        ret->cpu_ms[ret->n_sizes] = number_of(size, "cpu_ms");
        ret->memory_bytes[ret->n_sizes] = number_of(size, "memory_bytes");
        ret->n_sizes++;
    }
}

static void put_plot(FILE *file, const struct growth *solution, const struct growth *reference)
{
    const struct plot_series series[] = {
        {.name = solution->file[0] ? solution->file : "solution",
         .x = solution->n,
         .y = solution->cpu_ms,
         .n = solution->n_sizes,
         .line = true,
         .marks = true,
         .look = 0},
        {.name = reference->file,
         .x = reference->n,
         .y = reference->cpu_ms,
         .n = reference->n_sizes,
         .line = true,
         .marks = true,
         .look = 1},
    };
    const struct plot plot = {
        .id = "over-n",
        .title = "CPU time over n",
        .description = "Median CPU time at growing sizes of the input, on logarithmic axes; the "
                       "table below holds the numbers.",
        .x_label = "n",
        .y_label = "CPU time, ms",
        .log_x = true,
        .log_y = true,
        .series = series,
        .n_series = reference->n_sizes > 0 ? 2 : 1};
    fputs("<figure>\n<figcaption>CPU time over n</figcaption>\n", file);
    plot_svg(file, &plot, false);
    fputs("</figure>\n", file);
}

static void put_cell(FILE *file, double value)
{
    if (isnan(value))
        fputs("<td class=\"n\">&#8211;</td>", file);
    else
        fprintf(file, "<td class=\"n\">%.2f</td>", value);
}

static void put_table(FILE *file, const struct growth *growth)
{
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
          "aria-labelledby=\"growth\">\n<table>\n"
          "<thead><tr><th scope=\"col\" class=\"n\">n</th><th scope=\"col\" class=\"n\">CPU ms</th>"
          "<th scope=\"col\" class=\"n\">MiB</th></tr></thead>\n<tbody>\n",
          file);
    for (size_t i = 0; i < growth->n_sizes; i++) {
        fprintf(file, "<tr><th scope=\"row\" class=\"n\">%.0f</th>", growth->n[i]);
        put_cell(file, growth->cpu_ms[i]);
        put_cell(file, growth->memory_bytes[i] / 1048576.0);
        fputs("</tr>\n", file);
    }
    fputs("</tbody>\n</table>\n</div>\n", file);
}

static void put_words(FILE *file, const char *what, const char *text)
{
    if (!text[0])
        return;
    fprintf(file, "<dt>%s</dt><dd>", what);
    markup_put(file, text);
    fputs("</dd>\n", file);
}

void html_growth(FILE *file, const struct report *report)
{
    const json_t *scale = json_object_get(report->json, "scale");
    struct growth solution, reference;
    read_growth(json_object_get(scale, "solution"), &solution);
    read_growth(json_object_get(scale, "reference"), &reference);
    if (solution.n_sizes == 0)
        return;
    fputs("<section aria-labelledby=\"growth\">\n<h2 id=\"growth\">Growth</h2>\n<dl>\n", file);
    put_words(file, "n", text_of(scale, "n"));
    put_words(file, "CPU time", solution.time);
    put_words(file, "Memory", solution.memory);
    put_words(file, "CPU time of the reference", reference.time);
    put_words(file, "Method", text_of(scale, "method"));
    fputs("</dl>\n", file);
    put_plot(file, &solution, &reference);
    put_table(file, &solution);
    fputs("</section>\n", file);
}
