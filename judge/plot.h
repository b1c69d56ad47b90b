/* Small plots: as SVG, alone or inside a page, and as text for a terminal.
 *
 * Axes are honest: a linear one begins at 0, a logarithmic one has ticks at 1, 2, 5 times powers of ten and says so in
 * its label; nothing is drawn for a value that is NAN or, on a logarithmic axis, not above 0.  No meaning is carried by
 * colour alone: series differ by mark and line, and every plot has a title and a description for who does not see it.
 * SVG uses classes and no style attributes (a page's Content-Security-Policy need not allow them); colours are
 * the custom properties of plot_style, light and dark. */
#ifndef MLJUDGE_PLOT_H
#define MLJUDGE_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PLOT_SERIES_MAX 6

struct plot_series {
    const char
        *name; /* hostile: escaped; the same name as the series before: one entry in the legend */
    const double *x, *y; /* [n]; borrowed */
    size_t n;
    bool line;  /* points are joined */
    bool marks; /* points are marked */
    int look;   /* 0 .. 3: colour, mark and dash; 0 is what the plot is about */
};

struct plot {
    const char *id; /* letters and digits: unique in its page */
    const char *title, *description;
    const char *x_label, *y_label; /* with the unit */
    bool log_x, log_y;
    const struct plot_series *series;
    size_t n_series;
};

/* `standalone`: a file of its own, with its style.  Errors of the stream stay in it (ferror). */
void plot_svg(FILE *file, const struct plot *plot, bool standalone);

/* width, height: of the whole, in characters; at least 40 by 8.  utf8: braille and box drawing, else ASCII. */
void plot_text(FILE *file, const struct plot *plot, int width, int height, bool utf8);

/* One row a thing: a bar, or a dot where values lie far apart (then the axis is logarithmic), and where its limit is. */
struct plot_row {
    const char *label; /* hostile */
    double value;      /* NAN: not measured */
    double
        from; /* where its bar begins; rows that begin elsewhere than at 0 keep the axis linear */
    double limit;     /* NAN: none */
    const char *note; /* a word behind it, "AC"; hostile */
    bool bad;
};

struct plot_rows {
    const char *id, *title, *description, *label; /* of the axis, with the unit */
    const struct plot_row *rows;
    size_t n;
};
void plot_rows_svg(FILE *file, const struct plot_rows *plot, bool standalone);

/* The style sheet of all plots: for a page's <style>. */
extern const char plot_style[];

#endif
