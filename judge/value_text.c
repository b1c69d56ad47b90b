#include "judge/value_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"

/* The row of a ragged value that holds element i: the last row that begins at or before it. */
static int64_t ragged_row(const struct value *value, int64_t i)
{
    int64_t low = 0, high = value->dims[0] - 1;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (value->row_offsets[middle] <= i)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

const char *value_index_text(const struct value *value, int64_t i, char buffer[CELL_TEXT])
{
    buffer[0] = '\0';
    if (value->kind == KIND_RAGGED) {
        int64_t row = ragged_row(value, i);
        snprintf(buffer, CELL_TEXT, "[%" PRId64 "][%" PRId64 "]", row, i - value->row_offsets[row]);
    } else if (value->kind == KIND_ARRAY) {
        int64_t index[TYPE_MAX_RANK];
        for (int d = value->rank - 1; d >= 0; d--) {
            index[d] = i % value->dims[d];
            i /= value->dims[d];
        }
        size_t used = 0;
        for (int d = 0; d < value->rank; d++)
            used += (size_t)snprintf(buffer + used, CELL_TEXT - used, "[%" PRId64 "]", index[d]);
    }
    return buffer;
}

const char *float_text(double number, char buffer[CELL_TEXT])
{
    if (isnan(number))
        snprintf(buffer, CELL_TEXT, "NaN");
    else if (isinf(number))
        snprintf(buffer, CELL_TEXT, "%sInfinity", number < 0 ? "-" : "");
    else {
        for (int digits = 8; digits <= 17; digits++) {
            snprintf(buffer, CELL_TEXT, "%.*g", digits, number);
            double back = strtod(buffer, NULL);
            if (memcmp(&back, &number, sizeof back) == 0)
                break;
        }
    }
    return buffer;
}

const char *value_cell_text(const struct value *value, int64_t i, char buffer[CELL_TEXT])
{
    if (value_is_null(value, i)) {
        snprintf(buffer, CELL_TEXT, "NULL");
        return buffer;
    }
    switch (value->elem) {
    case ELEM_INT: snprintf(buffer, CELL_TEXT, "%" PRId64, value_int(value, i)); break;
    case ELEM_FLOAT: return float_text(value_float(value, i), buffer);
    case ELEM_BOOL:
        snprintf(buffer, CELL_TEXT, "%s", value_bool(value, i) ? "true" : "false");
        break;
    case ELEM_STR: {
        size_t length;
        const char *text = value_str(value, i, &length);
        buffer[0] = '"';
        escape_text(text, length, buffer + 1, CELL_TEXT - 2);
        memcpy(buffer + strlen(buffer), "\"", 2);
        break;
    }
    case ELEM_NONE: buffer[0] = '\0'; break;
    }
    return buffer;
}

const char *value_shape_text(const struct value *value, char buffer[CELL_TEXT])
{
    const char *elem = elem_name(value->elem);
    switch (value->kind) {
    case KIND_SCALAR: snprintf(buffer, CELL_TEXT, "%s", elem); break;
    case KIND_ARRAY: {
        size_t used = (size_t)snprintf(buffer, CELL_TEXT, "%s array of shape (", elem);
        for (int d = 0; d < value->rank && used < CELL_TEXT; d++)
            used += (size_t)snprintf(buffer + used, CELL_TEXT - used, "%s%" PRId64, d ? ", " : "",
                                     value->dims[d]);
        if (used < CELL_TEXT)
            snprintf(buffer + used, CELL_TEXT - used, "%s)", value->rank == 1 ? "," : "");
        break;
    }
    case KIND_RAGGED:
        snprintf(buffer, CELL_TEXT, "%s array of %" PRId64 " ragged rows", elem, value->dims[0]);
        break;
    case KIND_TABLE:
        snprintf(buffer, CELL_TEXT, "table of %" PRId64 " rows and %zu columns", value->dims[0],
                 value->n_columns);
        break;
    case KIND_CSV: snprintf(buffer, CELL_TEXT, "csv"); break;
    }
    return buffer;
}
