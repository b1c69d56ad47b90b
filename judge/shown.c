#include "judge/shown.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/calls.h"
#include "judge/calls_json.h"
#include "judge/escape.h"
#include "judge/value_text.h"
#include "sandbox/util.h"

#define HEAD       8 /* elements of a list before "..." */
#define TAIL       3 /* and behind it */
#define ROWS_HEAD  4
#define ROWS_TAIL  1
#define AROUND     2 /* elements on each side of a difference */
#define ROWS_ROUND 1
#define CELL_SHOWN 24 /* columns of a cell beside a difference */
#define CALLS_MAX  30
#define CSV_SHOWN  160

/* ---- one value on a line ---- */

/* "..." in place of what stands between head and tail; returns the next index. */
static int64_t skip(FILE *to, int64_t i, int64_t n, int64_t head, int64_t tail)
{
    if (i != head || n <= head + tail + 1)
        return i;
    fputs("..., ", to);
    return n - tail;
}

static void put_cells(FILE *to, const struct value *value, int64_t start, int64_t n)
{
    char text[CELL_TEXT];
    fputc('[', to);
    for (int64_t i = 0; i < n; i++) {
        i = skip(to, i, n, HEAD, TAIL);
        fprintf(to, "%s%s", value_cell_text(value, start + i, text), i + 1 < n ? ", " : "");
    }
    fputc(']', to);
}

static void put_array(FILE *to, const struct value *value, int depth, int64_t *next)
{
    int64_t n = value->dims[depth];
    if (depth + 1 == value->rank) {
        put_cells(to, value, *next, value->n ? n : 0);
        *next += value->n ? n : 0;
        return;
    }
    int64_t size = 1; /* of one row */
    for (int d = depth + 1; d < value->rank; d++)
        size *= value->dims[d];
    int64_t begin = *next;
    fputc('[', to);
    for (int64_t i = 0; i < n; i++) {
        i = skip(to, i, n, ROWS_HEAD, ROWS_TAIL);
        *next = begin + i * size;
        put_array(to, value, depth + 1, next);
        fputs(i + 1 < n ? ", " : "", to);
    }
    *next = begin + n * size;
    fputc(']', to);
}

static void put_ragged(FILE *to, const struct value *value)
{
    int64_t n = value->dims[0];
    fputc('[', to);
    for (int64_t i = 0; i < n; i++) {
        i = skip(to, i, n, ROWS_HEAD, ROWS_TAIL);
        put_cells(to, value, value->row_offsets[i],
                  value->row_offsets[i + 1] - value->row_offsets[i]);
        fputs(i + 1 < n ? ", " : "", to);
    }
    fputc(']', to);
}

static void put_table(FILE *to, const struct value *value, const struct type *type)
{
    fputc('{', to);
    for (size_t c = 0; c < value->n_columns; c++) {
        fprintf(to, "%s%s: ", c ? ", " : "",
                type && c < type->n_columns ? type->columns[c].name : "?");
        put_cells(to, &value->columns[c], 0, value->dims[0]);
    }
    fputc('}', to);
}

static void put_value(FILE *to, const struct value *value, const struct type *type)
{
    char text[CELL_TEXT], csv[CSV_SHOWN];
    bool cut = false;
    switch (value->kind) {
    case KIND_SCALAR: fputs(value_cell_text(value, 0, text), to); return;
    case KIND_ARRAY: {
        int64_t next = 0;
        put_array(to, value, 0, &next);
        cut = value->rank == 1 ? value->n > HEAD + TAIL + 1
                               : value->dims[0] > ROWS_HEAD + ROWS_TAIL + 1 ||
                                     value->dims[value->rank - 1] > HEAD + TAIL + 1;
        break;
    }
    case KIND_RAGGED:
        put_ragged(to, value);
        cut = value->dims[0] > ROWS_HEAD + ROWS_TAIL + 1;
        break;
    case KIND_TABLE:
        put_table(to, value, type);
        cut = value->dims[0] > HEAD + TAIL + 1;
        break;
    case KIND_CSV:
        escape_text(value->bytes ? value->bytes : "", value->n_bytes, csv, sizeof csv);
        fprintf(to, "\"%s\"", csv);
        break;
    }
    if (cut)
        fprintf(to, "  (%s)", value_shape_text(value, text));
}

/* ---- all values of a call ---- */

static char *finish(FILE *to, char **text, size_t *size)
{
    if (fclose(to) != 0) {
        free(*text);
        return NULL;
    }
    if (*size > SHOWN_MAX_BYTES) { /* between characters */
        size_t n = SHOWN_MAX_BYTES - 4;
        while (n > 0 && ((unsigned char)(*text)[n] & 0xc0) == 0x80)
            n--;
        memcpy(*text + n, "...", 4);
    }
    return *text;
}

/* "name = value" a line; of one value without a name the value. */
static char *fields_text(const struct field *fields, const struct value *values, size_t n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (fields[i].name[0])
            fprintf(to, "%s = ", fields[i].name);
        put_value(to, &values[i], &fields[i].type);
        fputs(i + 1 < n ? "\n" : "", to);
    }
    return finish(to, &text, &size);
}

static char *json_line(json_t *json)
{
    char *text = json ? json_dumps(json, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) : NULL;
    json_decref(json);
    if (!text)
        return NULL;
    char *line = malloc(SHOWN_MAX_BYTES);
    if (line)
        escape_text(text, strlen(text), line, SHOWN_MAX_BYTES);
    free(text);
    return line;
}

/* ---- around a difference ---- */

struct view {
    const struct value *expected, *got;
    int64_t index; /* flat */
};

static const char *cell(const struct value *value, int64_t i, char text[CELL_TEXT])
{
    value_cell_text(value, i, text);
    if (strlen(text) <= CELL_SHOWN)
        return text;
    size_t n = CELL_SHOWN - 3;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    memcpy(text + n, "...", 4);
    return text;
}

/* Cells first .. last - 1 of one row beginning at `start`, each as wide as the widest of the window. */
static void put_window(FILE *to, const struct value *value, int64_t start, int64_t first,
                       int64_t last, int64_t n, int64_t marked, int width)
{
    char text[CELL_TEXT];
    fputs(first > 0 ? " ..." : "", to);
    for (int64_t i = first; i < last; i++)
        fprintf(to, start + i == marked ? " >%*s<" : "  %*s ", width, cell(value, start + i, text));
    fputs(last < n ? " ..." : "", to);
    fputc('\n', to);
}

/* The last dimension is a row; of a vector there is one. */
static void put_array_difference(FILE *to, const struct view *view)
{
    const struct value *expected = view->expected;
    int64_t columns = expected->dims[expected->rank - 1];
    int64_t rows = columns > 0 ? expected->n / columns : 0;
    int64_t row = view->index / columns, column = view->index % columns;
    int64_t first = column > AROUND ? column - AROUND : 0;
    int64_t last = column + AROUND + 1 < columns ? column + AROUND + 1 : columns;
    int64_t first_row = row > ROWS_ROUND ? row - ROWS_ROUND : 0;
    int64_t last_row = row + ROWS_ROUND + 1 < rows ? row + ROWS_ROUND + 1 : rows;
    const struct value *const values[] = {expected, view->got};
    static const char *const names[] = {"expected", "got"};
    int width = 1;
    char text[CELL_TEXT];
    for (size_t v = 0; v < 2; v++)
        for (int64_t r = first_row; r < last_row; r++)
            for (int64_t c = first; c < last; c++) {
                int n = (int)strlen(cell(values[v], r * columns + c, text));
                width = n > width ? n : width;
            }
    for (size_t v = 0; v < 2; v++)
        for (int64_t r = first_row; r < last_row; r++) {
            fprintf(to, "%-8s", r == first_row ? names[v] : "");
            if (expected->rank > 1)
                fprintf(to, " row %-3" PRId64, r);
            put_window(to, values[v], r * columns, first, last, columns, view->index, width);
        }
}

static void put_table_row(FILE *to, const char *name, const struct value *table, int64_t row)
{
    char text[CELL_TEXT];
    fprintf(to, "%-8s row %" PRId64 ": ", name, row);
    for (size_t c = 0; c < table->n_columns; c++)
        fprintf(to, "%s%s", c ? ", " : "", cell(&table->columns[c], row, text));
    fputc('\n', to);
}

static bool same_shape(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind || a->rank != b->rank || a->n != b->n)
        return false;
    for (int d = 0; d < a->rank; d++)
        if (a->dims[d] != b->dims[d])
            return false;
    return true;
}

static char *difference_text(const struct view *view)
{
    const struct value *expected = view->expected, *got = view->got;
    bool array = expected->kind == KIND_ARRAY && same_shape(expected, got) && expected->n > 1 &&
                 view->index < expected->n;
    bool table = expected->kind == KIND_TABLE && got->kind == KIND_TABLE &&
                 view->index < expected->dims[0] && view->index < got->dims[0];
    char *text = NULL;
    size_t size = 0;
    FILE *to = (array || table) && view->index >= 0 ? open_memstream(&text, &size) : NULL;
    if (!to)
        return NULL;
    if (array) {
        put_array_difference(to, view);
    } else {
        put_table_row(to, "expected", expected, view->index);
        put_table_row(to, "got", got, view->index);
    }
    return finish(to, &text, &size);
}

/* ---- the whole ---- */

static void make(const struct signature *signature, const struct frame *args,
                 const struct frame *expected, const struct frame *got,
                 const struct comparison *comparison, struct shown *ret)
{
    if (signature->n_methods > 0) {
        ret->input = json_line(calls_to_json(signature, args, CALLS_MAX, HEAD + TAIL));
        if (expected)
            ret->expected =
                json_line(results_to_json(signature, args, expected, CALLS_MAX, HEAD + TAIL));
        if (got)
            ret->got = json_line(results_to_json(signature, args, got, CALLS_MAX, HEAD + TAIL));
        return;
    }
    ret->input = fields_text(signature->args, args->values, signature->n_args);
    if (expected)
        ret->expected = fields_text(signature->returns, expected->values, signature->n_returns);
    if (got)
        ret->got = fields_text(signature->returns, got->values, signature->n_returns);
    if (expected && got && comparison && !comparison->equal && comparison->field >= 0) {
        const struct view view = {&expected->values[comparison->field],
                                  &got->values[comparison->field], comparison->index};
        ret->difference = difference_text(&view);
    }
}

int shown_make(const struct signature *signature, const void *args, size_t args_size,
               const void *expected, size_t expected_size, const struct frame *got,
               const struct comparison *comparison, struct shown *ret, struct error *err)
{
    struct frame args_frame = {0}, expected_frame = {0};
    struct dims dims = {0};
    *ret = (struct shown){0};
    int r = frame_parse(args, args_size, &args_frame, err);
    if (r == 0)
        r = args_check(signature, &args_frame, &dims, err);
    bool has_expected = r == 0 && expected_size > 0;
    if (has_expected)
        r = frame_parse(expected, expected_size, &expected_frame, err);
    if (r == 0 && has_expected)
        r = results_check(signature, &args_frame, &dims, &expected_frame, "expected", err);
    if (r == 0)
        make(signature, &args_frame, has_expected ? &expected_frame : NULL, got, comparison, ret);
    if (r == 0 && !ret->input)
        r = error_oom(err);
    frame_done(&args_frame);
    frame_done(&expected_frame);
    return r == -ENOMEM ? r : 0;
}

void shown_done(struct shown *shown)
{
    free(shown->input);
    free(shown->expected);
    free(shown->got);
    free(shown->difference);
    *shown = (struct shown){0};
}
