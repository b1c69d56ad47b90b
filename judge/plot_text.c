#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/plot.h"
#include "judge/plot_axis.h"
#include "sandbox/util.h"

#define LABEL_WIDTH 7 /* numbers of the y axis */
#define CELL_X      2 /* dots in a braille character */
#define CELL_Y      4

/* A canvas of characters.  dots: braille dots of lines; mark: the look of a mark, 1 .. 4, or 0. */
struct canvas {
    int width, height;
    unsigned char *dots, *line_look, *mark;
    bool utf8;
};

static const char *const marks_utf8[] = {"\u25cf", "\u25cb", "\u25c6", "\u25a1"};
static const char *const marks_ascii[] = {"*", "o", "+", "x"};
static const char *const lines_ascii[] = {".", "-", "'", ":"};

static void put_dot(struct canvas *canvas, double x, double y, int look)
{
    static const unsigned char bits[CELL_Y][CELL_X] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}; /* Unicode, U+2800 */
    int column = (int)round(x * (canvas->width * CELL_X - 1));
    int row = (int)round((1 - y) * (canvas->height * CELL_Y - 1));
    int cell = row / CELL_Y * canvas->width + column / CELL_X;
    canvas->dots[cell] |= bits[row % CELL_Y][column % CELL_X];
    canvas->line_look[cell] = (unsigned char)look;
}

static void put_mark(struct canvas *canvas, double x, double y, int look)
{
    int column = (int)round(x * (canvas->width - 1));
    int row = (int)round((1 - y) * (canvas->height - 1));
    unsigned char *cell = &canvas->mark[row * canvas->width + column];
    if (*cell == 0 || look == 0)
        *cell = (unsigned char)(look + 1);
}

static void draw(struct canvas *canvas, const struct plot_axis *x, const struct plot_axis *y,
                 const struct plot_series *series)
{
    double before_x = NAN, before_y = NAN;
    for (size_t i = 0; i < series->n; i++) {
        if (!plot_axis_holds(x, series->x[i]) || !plot_axis_holds(y, series->y[i]))
            continue;
        double at_x = plot_axis_at(x, series->x[i]), at_y = plot_axis_at(y, series->y[i]);
        int steps = 2 * (canvas->width * CELL_X + canvas->height * CELL_Y);
        for (int k = 0; series->line && !isnan(before_x) && k <= steps; k++) {
            double part = (double)k / steps;
            put_dot(canvas, before_x + part * (at_x - before_x),
                    before_y + part * (at_y - before_y), series->look);
        }
        before_x = at_x;
        before_y = at_y;
        if (series->marks)
            put_mark(canvas, at_x, at_y, series->look);
    }
}

static void put_cell(FILE *file, const struct canvas *canvas, int cell)
{
    unsigned char mark = canvas->mark[cell], dots = canvas->dots[cell];
    if (mark)
        fputs((canvas->utf8 ? marks_utf8 : marks_ascii)[(mark - 1) % 4], file);
    else if (!dots)
        fputc(' ', file);
    else if (canvas->utf8) /* U+2800 + dots */
        fprintf(file, "%c%c%c", 0xe2, 0xa0 | dots >> 6, 0x80 | (dots & 0x3f));
    else
        fputs(lines_ascii[canvas->line_look[cell] % 4], file);
}

static void put_rows(FILE *file, const struct canvas *canvas, const struct plot_axis *y)
{
    for (int row = 0; row < canvas->height; row++) {
        char number[32] = "";
        for (size_t i = 0; i < y->n_ticks; i++)
            if ((int)round((1 - plot_axis_at(y, y->ticks[i])) * (canvas->height - 1)) == row)
                plot_number(y->ticks[i], number, sizeof number);
        const char *edge =
            canvas->utf8 ? (number[0] ? "\u2524" : "\u2502") : (number[0] ? "+" : "|");
        fprintf(file, "%*s %s", LABEL_WIDTH, number, edge);
        for (int column = 0; column < canvas->width; column++)
            put_cell(file, canvas, row * canvas->width + column);
        fputc('\n', file);
    }
}

static void put_x_axis(FILE *file, const struct canvas *canvas, const struct plot_axis *x)
{
    char line[512];
    int end = 0; /* what is written so far */
    size_t width =
        (size_t)canvas->width < sizeof line - 40 ? (size_t)canvas->width : sizeof line - 40;
    memset(line, ' ', sizeof line);
    fprintf(file, "%*s %s", LABEL_WIDTH, "", canvas->utf8 ? "\u2514" : "+");
    for (int column = 0; column < canvas->width; column++)
        fputs(canvas->utf8 ? "\u2500" : "-", file);
    fputc('\n', file);
    for (size_t i = 0; i < x->n_ticks; i++) {
        char number[32];
        plot_number(x->ticks[i], number, sizeof number);
        int length = (int)strlen(number);
        int at = (int)round(plot_axis_at(x, x->ticks[i]) * (double)(width - 1)) - length / 2;
        at = at < 0 ? 0 : at;
        if (i > 0 && at < end + 2)
            continue;
        memcpy(line + at, number, (size_t)length);
        end = at + length;
    }
    fprintf(file, "%*s  %.*s\n", LABEL_WIDTH, "", end, line);
}

static void put_text(FILE *file, const char *text)
{
    static const struct escape_style style = {.max_bytes = 160};
    escape_write(file, text, &style);
}

static void put_keys(FILE *file, const struct plot *plot, bool utf8)
{
    for (size_t i = 0; i < plot->n_series; i++) {
        const struct plot_series *series = &plot->series[i];
        if (i > 0 && strcmp(series->name, series[-1].name) == 0)
            continue;
        fprintf(file, "%*s %s  ", LABEL_WIDTH, "",
                (utf8 ? marks_utf8 : marks_ascii)[series->look % 4]);
        put_text(file, series->name);
        fputc('\n', file);
    }
}

void plot_text(FILE *file, const struct plot *plot, int width, int height, bool utf8)
{
    assert(width >= 40);
    assert(height >= 8);
    struct plot_axis x, y;
    struct canvas canvas = {.width = width - LABEL_WIDTH - 3, .height = height - 3, .utf8 = utf8};
    size_t n = (size_t)canvas.width * (size_t)canvas.height;
    canvas.dots = calloc(3, n);
    if (!canvas.dots) {
        fputs("(out of memory)\n", file);
        return;
    }
    canvas.line_look = canvas.dots + n;
    canvas.mark = canvas.dots + 2 * n;
    plot_axes(plot, &x, &y);
    for (size_t s = plot->n_series; s-- > 0;)
        draw(&canvas, &x, &y, &plot->series[s]);
    put_text(file, plot->y_label);
    fprintf(file, "%s over ", plot->log_y ? " (log scale)" : "");
    put_text(file, plot->x_label);
    fputs(plot->log_x ? " (log scale)\n" : "\n", file);
    put_rows(file, &canvas, &y);
    put_x_axis(file, &canvas, &x);
    put_keys(file, plot, utf8);
    free(canvas.dots);
}
