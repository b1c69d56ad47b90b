/* What people and programs read of a scale_result: text with a plot, JSON, SVG. */
#ifndef MLJUDGE_SCALE_REPORT_H
#define MLJUDGE_SCALE_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "judge/scale.h"

/* utf8: braille and box drawing, else ASCII.  width: of the terminal, in characters. */
void scale_write_text(FILE *file, const struct scale_result *result, int width, bool utf8);

/* Time over n, log-log, of both, with the fitted curve of what was told. */
void scale_write_svg(FILE *file, const struct scale_result *result);

/* {"schema": 1, "kind": "scale", ...}: README.md, "scale".  A number that was not measured is null.  New reference; NULL if
 * out of memory. */
json_t *scale_json(const struct scale_result *result);

#endif
