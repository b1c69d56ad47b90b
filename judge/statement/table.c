/* Tables: columns side by side, two blanks between. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/statement/statement.h"
#include "sandbox/util.h"

#define GAP        2
#define COLUMN_MIN 6  /* no column is made narrower than that */
#define LINES_MAX  64 /* of one cell; the rest of it is left out */

static const char *cell(const struct table *table, size_t row, size_t column)
{
    return table->cells[row * table->n_columns + column];
}

/* As wide as the widest cell, then the widest column narrower until all of them fit. */
static void measure(const struct table *table, int width, int indent, int *widths)
{
    int total = indent + GAP * ((int)table->n_columns - 1);
    for (size_t c = 0; c < table->n_columns; c++) {
        widths[c] = 1;
        for (size_t r = 0; r < table->n_rows; r++) {
            const char *text = cell(table, r, c);
            int n = text_columns(text, strlen(text));
            widths[c] = n > widths[c] ? n : widths[c];
        }
        total += widths[c];
    }
    while (total > width) {
        size_t widest = 0;
        for (size_t c = 1; c < table->n_columns; c++)
            if (widths[c] > widths[widest])
                widest = c;
        if (widths[widest] <= COLUMN_MIN)
            return;
        widths[widest]--;
        total--;
    }
}

static void put_blanks(FILE *to, int n)
{
    fprintf(to, "%*s", n > 0 ? n : 0, "");
}

static void put_cell(FILE *to, const struct statement_style *style, struct line line, int width,
                     enum align align, bool last)
{
    int columns = text_columns(line.text, line.n);
    int left = align == ALIGN_RIGHT    ? width - columns
               : align == ALIGN_CENTER ? (width - columns) / 2
                                       : 0;
    put_blanks(to, left);
    put_line(to, style, line.text, line.n);
    if (!last)
        put_blanks(to, width - columns - (left > 0 ? left : 0) + GAP);
}

static int put_row(FILE *to, const struct statement_style *style, int indent,
                   const struct table *table, size_t row, const int *widths)
{
    struct line(*lines)[LINES_MAX] = calloc(table->n_columns, sizeof *lines);
    size_t counts[TABLE_COLUMNS_MAX] = {0};
    size_t height = 1;
    if (!lines)
        return -ENOMEM;
    for (size_t c = 0; c < table->n_columns; c++) {
        counts[c] = wrap_lines(cell(table, row, c), widths[c], lines[c], LINES_MAX);
        counts[c] = counts[c] < LINES_MAX ? counts[c] : LINES_MAX;
        height = counts[c] > height ? counts[c] : height;
    }
    for (size_t k = 0; k < height; k++) {
        size_t last = table->n_columns;
        while (last > 1 && k >= counts[last - 1])
            last--;
        put_blanks(to, indent);
        for (size_t c = 0; c < last; c++)
            put_cell(to, style, k < counts[c] ? lines[c][k] : (struct line){"", 0}, widths[c],
                     table->aligns[c], c + 1 == last);
        fputc('\n', to);
    }
    free(lines);
    return 0;
}

static void put_rule(FILE *to, int indent, const struct table *table, const int *widths)
{
    put_blanks(to, indent);
    for (size_t c = 0; c < table->n_columns; c++) {
        for (int i = 0; i < widths[c]; i++)
            fputs("─", to);
        put_blanks(to, c + 1 < table->n_columns ? GAP : 0);
    }
    fputc('\n', to);
}

int table_text(FILE *to, const struct statement_style *style, int indent, const struct table *table)
{
    int widths[TABLE_COLUMNS_MAX];
    bool has_head = false;
    int r = 0;
    measure(table, style->width, indent, widths);
    for (size_t c = 0; c < table->n_columns; c++)
        has_head = has_head || cell(table, 0, c)[0];
    for (size_t row = has_head ? 0 : 1; r == 0 && row < table->n_rows; row++) {
        r = put_row(to, style, indent, table, row, widths);
        if (row == 0)
            put_rule(to, indent, table, widths);
    }
    return r;
}
