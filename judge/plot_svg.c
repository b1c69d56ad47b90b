#include <math.h>
#include <string.h>

#include "judge/markup.h"
#include "judge/plot.h"
#include "judge/plot_axis.h"
#include "sandbox/util.h"

/* Contrast with both backgrounds is above 4.5 for text and 3 for marks (WCAG 2.1, 1.4.3 and 1.4.11). */
const char plot_style[] =
    ":root{color-scheme:light "
    "dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--rule:#d0d7de;--one:#0b5cad;--two:#a8480a;"
    "--three:#1a6b3c;--four:#7a3e9d;--bad:#b3261e}\n"
    "@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e6e9ed;--soft:#a3adb8;--rule:#"
    "3a424c;--one:#6cb2f5;"
    "--two:#f0a35e;--three:#6fcf97;--four:#c79bea;--bad:#ff8a80}}\n"
    "@media "
    "print{:root{--paper:#fff;--ink:#000;--soft:#444;--rule:#bbb;--one:#0b5cad;--two:#a8480a;--"
    "three:#1a6b3c;"
    "--four:#7a3e9d;--bad:#b3261e}}\n"
    ".plot{font:11px system-ui,sans-serif;max-width:100%;height:auto}\n"
    ".plot text{fill:var(--ink)}.plot .tick,.plot .label{fill:var(--soft)}\n"
    ".plot .grid{stroke:var(--rule);stroke-width:.6}.plot "
    ".axis{stroke:var(--soft);stroke-width:1}\n"
    ".plot .line{fill:none;stroke-width:1.6}.plot .mark{stroke-width:1.4}\n"
    ".plot .c0{stroke:var(--one)}.plot .c1{stroke:var(--two)}.plot .c2{stroke:var(--three)}.plot "
    ".c3{stroke:var(--four)}\n"
    ".plot .f0{fill:var(--one)}.plot .f1{fill:var(--paper)}.plot .f2{fill:var(--three)}.plot "
    ".f3{fill:var(--paper)}\n"
    ".plot .d1{stroke-dasharray:5 3}.plot .d2{stroke-dasharray:2 2}.plot .d3{stroke-dasharray:7 2 "
    "2 2}\n"
    ".plot .ok{fill:var(--one)}.plot .bad{fill:var(--bad)}.plot "
    "text.bad{fill:var(--bad);font-weight:600}\n"
    ".plot .limit{stroke:var(--ink);stroke-width:1.4}\n"
    ".plot .paper{fill:var(--paper)}\n";

#define WIDTH        420.0
#define HEIGHT       260.0
#define MARGIN_LEFT  52.0
#define MARGIN_RIGHT 14.0
#define MARGIN_TOP   26.0
#define MARGIN_BELOW 40.0
#define LEGEND_LINE  15.0

static void text_at(FILE *file, double x, double y, const char *class, const char *anchor,
                    const char *text)
{
    fprintf(file, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">", x, y, class,
            anchor);
    markup_put(file, text);
    fputs("</text>\n", file);
}

static void line_at(FILE *file, double x1, double y1, double x2, double y2, const char *class)
{
    fprintf(file, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1,
            x2, y2, class);
}

static void begin(FILE *file, const char *id, const char *title, const char *description,
                  double width, double height, bool standalone)
{
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 %.0f %.0f\" "
            "width=\"%.0f\" height=\"%.0f\" role=\"img\" aria-labelledby=\"%s-t %s-d\">\n",
            width, height, width, height, id, id);
    fprintf(file, "<title id=\"%s-t\">", id);
    markup_put(file, title);
    fprintf(file, "</title><desc id=\"%s-d\">", id);
    markup_put(file, description);
    fputs("</desc>\n", file);
    if (standalone)
        fprintf(file,
                "<style>%s</style>\n"
                "<rect width=\"100%%\" height=\"100%%\" class=\"paper\"/>\n",
                plot_style);
}

/* ---- x and y ---- */

struct frame_of_plot {
    struct plot_axis x, y;
    double left, top, width, height;
};

static double at_x(const struct frame_of_plot *frame, double x)
{
    return frame->left + frame->width * plot_axis_at(&frame->x, x);
}

static double at_y(const struct frame_of_plot *frame, double y)
{
    return frame->top + frame->height * (1 - plot_axis_at(&frame->y, y));
}

static bool is_shown(const struct frame_of_plot *frame, const struct plot_series *series, size_t i)
{
    return plot_axis_holds(&frame->x, series->x[i]) && plot_axis_holds(&frame->y, series->y[i]);
}

static void put_axes(FILE *file, const struct plot *plot, const struct frame_of_plot *frame)
{
    char text[200], number[32];
    double bottom = frame->top + frame->height, right = frame->left + frame->width;
    for (size_t i = 0; i < frame->y.n_ticks; i++) {
        double y = at_y(frame, frame->y.ticks[i]);
        line_at(file, frame->left, y, right, y, "grid");
        text_at(file, frame->left - 5, y + 4, "tick", "end",
                plot_number(frame->y.ticks[i], number, sizeof number));
    }
    for (size_t i = 0; i < frame->x.n_ticks; i++) {
        double x = at_x(frame, frame->x.ticks[i]);
        line_at(file, x, frame->top, x, bottom, "grid");
        text_at(file, x, bottom + 14, "tick", "middle",
                plot_number(frame->x.ticks[i], number, sizeof number));
    }
    line_at(file, frame->left, bottom, right, bottom, "axis");
    line_at(file, frame->left, frame->top, frame->left, bottom, "axis");
    snprintf(text, sizeof text, "%s%s", plot->x_label, plot->log_x ? " (log scale)" : "");
    text_at(file, right, bottom + 29, "label", "end", text);
    snprintf(text, sizeof text, "%s%s", plot->y_label, plot->log_y ? " (log scale)" : "");
    text_at(file, 4, frame->top - 10, "label", "start", text);
}

static void put_mark(FILE *file, double x, double y, int look)
{
    switch (look) {
    case 1:
        fprintf(file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\" class=\"mark c1 f1\"/>\n", x, y);
        break;
    case 2:
        fprintf(file, "<path d=\"M%.1f %.1fl4 4l-4 4l-4 -4z\" class=\"mark c2 f2\"/>\n", x, y - 4);
        break;
    case 3:
        fprintf(file,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" class=\"mark c3 f3\"/>\n",
                x - 3, y - 3);
        break;
    default:
        fprintf(file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.4\" class=\"mark c0 f0\"/>\n", x, y);
    }
}

static void put_series(FILE *file, const struct frame_of_plot *frame,
                       const struct plot_series *series)
{
    bool open = false;
    for (size_t i = 0; series->line && i < series->n; i++) {
        if (!is_shown(frame, series, i))
            continue;
        if (!open)
            fprintf(file, "<polyline class=\"line c%d d%d\" points=\"", series->look, series->look);
        open = true;
        fprintf(file, "%.1f,%.1f ", at_x(frame, series->x[i]), at_y(frame, series->y[i]));
    }
    if (open)
        fputs("\"/>\n", file);
    for (size_t i = 0; series->marks && i < series->n; i++)
        if (is_shown(frame, series, i))
            put_mark(file, at_x(frame, series->x[i]), at_y(frame, series->y[i]), series->look);
}

static size_t legend_lines(const struct plot *plot)
{
    size_t n = 0;
    for (size_t i = 0; i < plot->n_series; i++)
        n += i == 0 || strcmp(plot->series[i].name, plot->series[i - 1].name) != 0;
    return n;
}

static void put_legend(FILE *file, const struct plot *plot, double top)
{
    double y = top;
    for (size_t i = 0; i < plot->n_series; i++) {
        const struct plot_series *series = &plot->series[i];
        char class[32];
        if (i > 0 && strcmp(series->name, series[-1].name) == 0)
            continue;
        bool marks = series->marks, line = series->line;
        for (size_t k = i + 1;
             k < plot->n_series && strcmp(plot->series[k].name, series->name) == 0; k++) {
            marks = marks || plot->series[k].marks;
            line = line || plot->series[k].line;
        }
        snprintf(class, sizeof class, "line c%d d%d", series->look, series->look);
        if (line)
            line_at(file, MARGIN_LEFT, y - 4, MARGIN_LEFT + 24, y - 4, class);
        if (marks)
            put_mark(file, MARGIN_LEFT + 12, y - 4, series->look);
        text_at(file, MARGIN_LEFT + 30, y, "key", "start", series->name);
        y += LEGEND_LINE;
    }
}

void plot_svg(FILE *file, const struct plot *plot, bool standalone)
{
    struct frame_of_plot frame = {
        .left = MARGIN_LEFT,
        .top = MARGIN_TOP,
        .width = WIDTH - MARGIN_LEFT - MARGIN_RIGHT,
        .height = HEIGHT - MARGIN_TOP - MARGIN_BELOW,
    };
    plot_axes(plot, &frame.x, &frame.y);
    double height = HEIGHT + LEGEND_LINE * (double)legend_lines(plot);
    begin(file, plot->id, plot->title, plot->description, WIDTH, height, standalone);
    put_axes(file, plot, &frame);
    for (size_t s = 0; s < plot->n_series; s++)
        put_series(file, &frame, &plot->series[s]);
    put_legend(file, plot, HEIGHT + 8);
    fputs("</svg>\n", file);
}

/* ---- rows ---- */

#define ROW_HEIGHT      19.0
#define ROWS_LEFT       128.0
#define ROWS_RIGHT      38.0
#define ROWS_TOP        8.0
#define ROWS_BELOW      36.0
#define LABEL_SHOWN     15   /* characters; the whole is in the row's title */
#define FAR_APART_TIMES 30.0 /* largest over least from which the axis is logarithmic */

static struct plot_axis rows_axis(const struct plot_rows *plot)
{
    double all[2] = {NAN, NAN}, positive[2] = {NAN, NAN};
    bool begin_at_0 = true;
    for (size_t i = 0; i < plot->n; i++) {
        plot_axis_widen(plot->rows[i].value, false, all);
        plot_axis_widen(plot->rows[i].limit, false, all);
        plot_axis_widen(plot->rows[i].value, true, positive);
        begin_at_0 = begin_at_0 && plot->rows[i].from == 0;
    }
    bool log = begin_at_0 && positive[0] > 0 && all[1] / positive[0] >= FAR_APART_TIMES;
    return plot_axis_make(log ? positive[0] : 0, all[1], log);
}

/* The first LABEL_SHOWN characters of the label as it is shown. */
static void short_label(const char *label, char *buffer, size_t size)
{
    size_t bytes = 0, characters = 0;
    while (label[bytes] && characters < LABEL_SHOWN && bytes + 8 < size) {
        bytes++;
        while (((unsigned char)label[bytes] & 0xc0) == 0x80)
            bytes++;
        characters++;
    }
    snprintf(buffer, size, "%.*s%s", (int)bytes, label, label[bytes] ? "..." : "");
}

static void put_row(FILE *file, const struct plot_axis *axis, const struct plot_row *row, double y)
{
    char label[128];
    double width = WIDTH - ROWS_LEFT - ROWS_RIGHT;
    const char *class = row->bad ? "bad" : "ok";
    fputs("<g><title>", file);
    markup_put(file, row->label);
    fputs("</title>\n", file);
    short_label(row->label, label, sizeof label);
    text_at(file, ROWS_LEFT - 6, y + 13, "tick", "end", label);
    if (plot_axis_holds(axis, row->value)) {
        double x = ROWS_LEFT + width * plot_axis_at(axis, row->value);
        if (axis->log)
            fprintf(file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" class=\"%s\"/>\n", x, y + 9,
                    class);
        double from = axis->log ? 0 : ROWS_LEFT + width * plot_axis_at(axis, row->from);
        if (!axis->log)
            fprintf(file,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"11\" class=\"%s\"/>\n",
                    from, y + 4, fmax(1, x - from), class);
    } else if (row->value == 0) /* no place on a logarithmic axis */
        text_at(file, ROWS_LEFT + 4, y + 13, "tick", "start", "0");
    if (plot_axis_holds(axis, row->limit)) {
        double x = ROWS_LEFT + width * plot_axis_at(axis, row->limit);
        line_at(file, x, y + 1, x, y + ROW_HEIGHT - 2, "limit");
    }
    text_at(file, WIDTH - ROWS_RIGHT + 6, y + 13, row->bad ? "bad" : "tick", "start", row->note);
    fputs("</g>\n", file);
}

void plot_rows_svg(FILE *file, const struct plot_rows *plot, bool standalone)
{
    struct plot_axis axis = rows_axis(plot);
    double width = WIDTH - ROWS_LEFT - ROWS_RIGHT;
    double bottom = ROWS_TOP + ROW_HEIGHT * (double)plot->n;
    char text[200], number[32];
    begin(file, plot->id, plot->title, plot->description, WIDTH, bottom + ROWS_BELOW, standalone);
    for (size_t i = 0; i < axis.n_ticks; i++) {
        double x = ROWS_LEFT + width * plot_axis_at(&axis, axis.ticks[i]);
        line_at(file, x, ROWS_TOP, x, bottom, "grid");
        text_at(file, x, bottom + 14, "tick", "middle",
                plot_number(axis.ticks[i], number, sizeof number));
    }
    for (size_t i = 0; i < plot->n; i++)
        put_row(file, &axis, &plot->rows[i], ROWS_TOP + ROW_HEIGHT * (double)i);
    line_at(file, ROWS_LEFT, bottom, ROWS_LEFT + width, bottom, "axis");
    bool limits = false;
    for (size_t i = 0; i < plot->n; i++)
        limits = limits || !isnan(plot->rows[i].limit);
    snprintf(text, sizeof text, "%s%s%s", plot->label, axis.log ? " (log scale)" : "",
             limits ? "; | is the limit" : "");
    text_at(file, ROWS_LEFT + width, bottom + 29, "label", "end", text);
    fputs("</svg>\n", file);
}
