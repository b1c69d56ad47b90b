/* Axes of plots: from numbers to places between 0 and 1. */
#ifndef MLJUDGE_PLOT_AXIS_H
#define MLJUDGE_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/plot.h"

#define PLOT_TICKS_MAX 16

struct plot_axis {
    bool log;
    double low, high; /* low < high */
    double ticks[PLOT_TICKS_MAX];
    size_t n_ticks;
};

/* An axis that holds min .. max (NAN or min > max: there is nothing to hold).  Linear axes begin at 0, or lower for
 * negative values; logarithmic ones are for values above 0. */
struct plot_axis plot_axis_make(double min, double max, bool log);

/* Widens range[0] .. range[1] (both NAN at first) to hold the value, if an axis could. */
void plot_axis_widen(double value, bool log, double range[2]);

/* Axes that hold every point of a plot. */
void plot_axes(const struct plot *plot, struct plot_axis *ret_x, struct plot_axis *ret_y);

/* Can it be drawn?  False for NAN, infinities and, on a logarithmic axis, what is not above 0. */
bool plot_axis_holds(const struct plot_axis *axis, double value);

/* 0 at low, 1 at high; the value must be held. */
double plot_axis_at(const struct plot_axis *axis, double value);

/* "0.05", "20", "3k", "1.5M".  Returns `buffer`. */
char *plot_number(double value, char *buffer, size_t size);

#endif
