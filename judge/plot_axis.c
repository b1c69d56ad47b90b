#include "judge/plot_axis.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "sandbox/util.h"

#define LINEAR_STEPS 5 /* about so many */

static void add_tick(struct plot_axis *axis, double value)
{
    if (axis->n_ticks < PLOT_TICKS_MAX)
        axis->ticks[axis->n_ticks++] = value;
}

/* The largest of 1, 2, 5 times a power of ten that is not above `value`. */
static double round_down(double value)
{
    double power = pow(10, floor(log10(value) + 1e-9));
    double digits = value / power;
    return power * (digits >= 5 - 1e-9 ? 5 : digits >= 2 - 1e-9 ? 2 : 1);
}

static double next_up(double step)
{
    double power = pow(10, floor(log10(step) + 1e-9));
    double digits = round(step / power);
    return power * (digits < 2 ? 2 : digits < 5 ? 5 : 10);
}

static void make_linear(struct plot_axis *axis, double min, double max)
{
    double low = fmin(0, min), high = fmax(0, max);
    if (!(high > low))
        high = low + 1;
    double step = round_down((high - low) / LINEAR_STEPS);
    while ((high - low) / step > LINEAR_STEPS + 1)
        step = next_up(step);
    axis->low = step * floor(low / step + 1e-9);
    axis->high = step * ceil(high / step - 1e-9);
    for (double i = round(axis->low / step); i * step <= axis->high + step / 2; i++)
        add_tick(axis, i * step);
}

static void make_log(struct plot_axis *axis, double min, double max)
{
    axis->low = round_down(min);
    axis->high = axis->low;
    while (axis->high < max * (1 - 1e-12))
        axis->high = next_up(axis->high);
    if (!(axis->high > axis->low))
        axis->high = next_up(axis->high);
    double decades = log10(axis->high / axis->low);
    bool between = decades < 2.5; /* else powers of ten alone */
    double every = ceil(decades / (PLOT_TICKS_MAX - 2));
    for (double tick = axis->low; tick <= axis->high * (1 + 1e-12); tick = next_up(tick)) {
        double exponent = log10(tick);
        bool whole = fabs(exponent - round(exponent)) < 1e-9;
        if (between || (whole && fmod(round(exponent), every) == 0))
            add_tick(axis, tick);
    }
}

struct plot_axis plot_axis_make(double min, double max, bool log)
{
    struct plot_axis axis = {.log = log};
    if (!(min <= max) || isinf(min) || isinf(max) || (log && !(min > 0))) {
        min = log ? 1 : 0;
        max = 1;
    }
    if (log)
        make_log(&axis, min, max);
    else
        make_linear(&axis, min, max);
    assert(axis.low < axis.high);
    return axis;
}

void plot_axis_widen(double value, bool log, double range[2])
{
    if (!isfinite(value) || (log && value <= 0))
        return;
    range[0] = range[0] <= value ? range[0] : value;
    range[1] = range[1] >= value ? range[1] : value;
}

void plot_axes(const struct plot *plot, struct plot_axis *ret_x, struct plot_axis *ret_y)
{
    double x[2] = {NAN, NAN}, y[2] = {NAN, NAN};
    for (size_t s = 0; s < plot->n_series; s++)
        for (size_t i = 0; i < plot->series[s].n; i++) {
            plot_axis_widen(plot->series[s].x[i], plot->log_x, x);
            plot_axis_widen(plot->series[s].y[i], plot->log_y, y);
        }
    *ret_x = plot_axis_make(x[0], x[1], plot->log_x);
    *ret_y = plot_axis_make(y[0], y[1], plot->log_y);
}

bool plot_axis_holds(const struct plot_axis *axis, double value)
{
    return isfinite(value) && (!axis->log || value > 0);
}

double plot_axis_at(const struct plot_axis *axis, double value)
{
    assert(plot_axis_holds(axis, value));
    double at = axis->log ? log(value / axis->low) / log(axis->high / axis->low)
                          : (value - axis->low) / (axis->high - axis->low);
    return fmax(0, fmin(1, at));
}

char *plot_number(double value, char *buffer, size_t size)
{
    static const struct {
        double from;
        const char *suffix;
    } scales[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e4, "k"}};
    const char *suffix = "";
    for (size_t i = 0; i < ARRAY_LEN(scales); i++)
        if (fabs(value) >= scales[i].from) {
            suffix = scales[i].suffix;
            value /= scales[i].from == 1e4 ? 1e3 : scales[i].from;
            break;
        }
    snprintf(buffer, size, "%.4g%s", value, suffix);
    return buffer;
}
