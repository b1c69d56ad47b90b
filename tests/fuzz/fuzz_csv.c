/* .csv files as tables (judge/csv_table.c).  Property: a table that is accepted, written as plain CSV, is read as
 * the same table. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "judge/csv_table.h"
#include "tests/fuzz/fuzz.h"

#define N_COLUMNS 4

static void make_columns(struct field columns[N_COLUMNS], struct cells cells[N_COLUMNS],
                         bool nullable)
{
    static const enum elem elems[N_COLUMNS] = {ELEM_INT, ELEM_FLOAT, ELEM_STR, ELEM_BOOL};
    for (size_t i = 0; i < N_COLUMNS; i++) {
        columns[i] = (struct field){.name = {(char)('a' + i)}};
        columns[i].type =
            (struct type){.kind = KIND_ARRAY, .elem = elems[i], .rank = 1, .nullable = nullable};
        cells[i] = (struct cells){.elem = elems[i], .nullable = nullable};
    }
}

static void write_cell(FILE *out, const struct value *value, int64_t i)
{
    if (value_is_null(value, i))
        return;
    switch (value->elem) {
    case ELEM_INT: fprintf(out, "%" PRId64, value_int(value, i)); break;
    case ELEM_FLOAT: {
        double number = value_float(value, i);
        if (isfinite(number))
            fprintf(out, "%.17g", number);
        else
            fputs(isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity", out);
        break;
    }
    case ELEM_BOOL: fputs(value_bool(value, i) ? "true" : "false", out); break;
    case ELEM_STR: {
        size_t n;
        const char *text = value_str(value, i, &n);
        fputc('"', out);
        for (size_t j = 0; j < n; j++) {
            if (text[j] == '"')
                fputc('"', out);
            fputc(text[j], out);
        }
        fputc('"', out);
        break;
    }
    case ELEM_NONE: break;
    }
}

static void same(const struct value *a, const struct value *b)
{
    CHECK(a->n == b->n && a->n_bytes == b->n_bytes);
    size_t width = a->elem == ELEM_BOOL ? 1 : 8;
    size_t n = (size_t)a->n + (a->elem == ELEM_STR && a->n > 0);
    for (int64_t i = 0; i < a->n; i++)
        CHECK(value_is_null(a, i) == value_is_null(b, i));
    if (a->elem == ELEM_FLOAT) {
        for (int64_t i = 0; i < a->n; i++)
            CHECK(value_float(a, i) == value_float(b, i) ||
                  (isnan(value_float(a, i)) && isnan(value_float(b, i))));
    } else if (n > 0) {
        CHECK(memcmp(a->data, b->data, n * width) == 0);
    }
    CHECK(a->n_bytes == 0 || memcmp(a->bytes, b->bytes, a->n_bytes) == 0);
}

static void write_and_read(const struct field *columns, const struct cells *cells, bool nullable)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    CHECK(out);
    struct value values[N_COLUMNS];
    for (size_t c = 0; c < N_COLUMNS; c++)
        values[c] = cells_view(&cells[c]);
    fputs("d,c,b,a\r\n", out);
    for (int64_t i = 0; i < values[0].n; i++) {
        for (size_t c = N_COLUMNS; c-- > 0;) {
            write_cell(out, &values[c], i);
            fputs(c ? "," : "\r\n", out);
        }
    }
    CHECK(fclose(out) == 0);

    struct field again_columns[N_COLUMNS];
    struct cells again[N_COLUMNS];
    make_columns(again_columns, again, nullable);
    struct error err = ERROR_INIT;
    if (csv_table_read(text, size, columns, N_COLUMNS, again, &err) < 0) {
        fprintf(stderr, "our own csv: %s\n", err.text);
        abort();
    }
    for (size_t c = 0; c < N_COLUMNS; c++) {
        struct value view = cells_view(&again[c]);
        same(&values[c], &view);
        cells_done(&again[c]);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 14)
        return 0;
    bool nullable = data[0] & 1;
    struct field columns[N_COLUMNS];
    struct cells cells[N_COLUMNS];
    make_columns(columns, cells, nullable);
    struct error err = ERROR_INIT;
    int r = csv_table_read((const char *)data + 1, size - 1, columns, N_COLUMNS, cells, &err);
    CHECK(r == 0 || (r == -EINVAL && err.text[0]));
    if (r == 0)
        write_and_read(columns, cells, nullable);
    for (size_t c = 0; c < N_COLUMNS; c++)
        cells_done(&cells[c]);
    return 0;
}
