/* Elements of values as short text for messages: bounded and escaped, whatever they hold. */
#ifndef MLJUDGE_VALUE_TEXT_H
#define MLJUDGE_VALUE_TEXT_H

#include "judge/frame.h"

#define CELL_TEXT 96 /* a buffer for any of these */

/* "[3]", "[1][0]" for the flat index `i` ("" for a scalar). */
const char *value_index_text(const struct value *value, int64_t i, char buffer[CELL_TEXT]);

/* "NULL", "-3", "0.5", "true", "\"a\\nb\"". */
const char *value_cell_text(const struct value *value, int64_t i, char buffer[CELL_TEXT]);

/* The fewest digits (at least 8) that read back as `number`; "NaN", "Infinity", "-Infinity". */
const char *float_text(double number, char buffer[CELL_TEXT]);

/* "int array of shape (3, 2)", "table of 4 rows and 2 columns". */
const char *value_shape_text(const struct value *value, char buffer[CELL_TEXT]);

#endif
