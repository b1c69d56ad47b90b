#include "judge/csv_table.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/utf8.h"
#include "sandbox/util.h"

struct csv {
    const char *at;
    const char *end;
    int line;
    struct error *err;
    /* The field last read. */
    char *field; /* owned, unquoted, with a NUL behind it */
    size_t length;
    size_t capacity;
    bool quoted;
};

static int put(struct csv *csv, char c)
{
    if (csv->length + 2 > csv->capacity) {
        size_t capacity = csv->capacity ? csv->capacity * 2 : 256;
        char *grown = realloc(csv->field, capacity);
        if (!grown)
            return error_oom(csv->err);
        csv->field = grown;
        csv->capacity = capacity;
    }
    csv->field[csv->length++] = c;
    csv->field[csv->length] = '\0';
    return 0;
}

static int read_quoted(struct csv *csv)
{
    int start = csv->line;
    for (csv->at++;; csv->at++) {
        if (csv->at == csv->end)
            return error_set(csv->err, -EINVAL, "line %d: a quoted field that does not end", start);
        if (*csv->at == '"') {
            if (csv->at + 1 == csv->end || csv->at[1] != '"')
                break;
            csv->at++;
        }
        csv->line += *csv->at == '\n';
        int r = put(csv, *csv->at);
        if (r < 0)
            return r;
    }
    csv->at++;
    if (csv->at < csv->end && !memchr(",\r\n", *csv->at, 3))
        return error_set(csv->err, -EINVAL, "line %d: text behind a closing quote", csv->line);
    return 0;
}

static int read_plain(struct csv *csv)
{
    for (; csv->at < csv->end && !memchr(",\r\n", *csv->at, 3); csv->at++) {
        if (*csv->at == '"')
            return error_set(csv->err, -EINVAL,
                             "line %d: a quote inside a field that is not quoted", csv->line);
        int r = put(csv, *csv->at);
        if (r < 0)
            return r;
    }
    return 0;
}

/* One field and what ends it; *ret_last if that is the end of the line. */
static int read_field(struct csv *csv, bool *ret_last)
{
    csv->length = 0;
    csv->quoted = csv->at < csv->end && *csv->at == '"';
    int r = put(csv, '\0'); /* so that an empty field has its NUL */
    csv->length = 0;
    if (r == 0)
        r = csv->quoted ? read_quoted(csv) : read_plain(csv);
    if (r < 0)
        return r;
    csv->field[csv->length] = '\0';
    *ret_last = true;
    if (csv->at == csv->end)
        return 0;
    char c = *csv->at++;
    if (c == ',') {
        *ret_last = false;
        return 0;
    }
    if (c == '\r' && (csv->at == csv->end || *csv->at++ != '\n'))
        return error_set(csv->err, -EINVAL, "line %d: a carriage return without its newline",
                         csv->line);
    csv->line++;
    return 0;
}

/* The header row: order[i] is the declared column in place i. */
static int read_header(struct csv *csv, const struct field *columns, size_t n_columns,
                       size_t *order)
{
    char shown[64];
    bool last = false;
    size_t n = 0;
    while (!last) {
        int r = read_field(csv, &last);
        if (r < 0)
            return r;
        size_t found = n_columns;
        for (size_t i = 0; i < n_columns; i++) {
            if (strlen(columns[i].name) == csv->length &&
                memcmp(columns[i].name, csv->field, csv->length) == 0)
                found = i;
        }
        escape_text(csv->field, csv->length, shown, sizeof shown);
        if (found == n_columns)
            return error_set(csv->err, -EINVAL, "line 1: no declared column is called '%s'", shown);
        for (size_t i = 0; i < n; i++) {
            if (order[i] == found)
                return error_set(csv->err, -EINVAL, "line 1: column '%s' stands there twice",
                                 shown);
        }
        order[n++] = found;
    }
    if (n < n_columns)
        return error_set(csv->err, -EINVAL, "line 1: %zu columns where %zu are declared", n,
                         n_columns);
    return 0;
}

static bool parse_int(const char *text, int64_t *ret)
{
    const char *digits = text + (*text == '+' || *text == '-');
    if (!*digits || digits[strspn(digits, "0123456789")])
        return false;
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    *ret = number;
    return errno == 0;
}

/* Decimal only: strtod alone would take "0x1p3", "nan(1)", " 1" and "infinity" in any case. */
static bool parse_float(const char *text, double *ret)
{
    static const struct {
        const char *name;
        double number;
    } named[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        if (strcmp(text, named[i].name) == 0) {
            *ret = named[i].number;
            return true;
        }
    }
    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return false;
    char *end;
    *ret = strtod(text, &end);
    return *end == '\0' && isfinite(*ret);
}

static int bad_cell(const struct csv *csv, int line, const struct field *column)
{
    char shown[64];
    return error_set(csv->err, -EINVAL, "line %d, column %s: '%s' is not %s %s", line, column->name,
                     escape_text(csv->field, csv->length, shown, sizeof shown),
                     column->type.elem == ELEM_INT ? "an" : "a", elem_name(column->type.elem));
}

static int add_cell(struct csv *csv, int line, const struct field *column, struct cells *cells)
{
    if (cells->nullable && csv->length == 0 && !csv->quoted)
        return cells_add_null(cells);
    bool whole = strlen(csv->field) == csv->length; /* no NUL inside */
    switch (cells->elem) {
    case ELEM_INT: {
        int64_t number;
        return whole && parse_int(csv->field, &number) ? cells_add_int(cells, number)
                                                       : bad_cell(csv, line, column);
    }
    case ELEM_FLOAT: {
        double number;
        bool good = whole && parse_float(csv->field, &number);
        if (good && isnan(number) && cells->nullable)
            return error_set(csv->err, -EINVAL,
                             "line %d, column %s: NaN where float? is declared; NULL is an "
                             "empty field",
                             line, column->name);
        return good ? cells_add_float(cells, number) : bad_cell(csv, line, column);
    }
    case ELEM_BOOL:
        if (strcmp(csv->field, "true") != 0 && strcmp(csv->field, "false") != 0)
            return bad_cell(csv, line, column);
        return whole ? cells_add_bool(cells, csv->field[0] == 't') : bad_cell(csv, line, column);
    case ELEM_STR:
        return utf8_valid(csv->field, csv->length) ? cells_add_str(cells, csv->field, csv->length)
                                                   : bad_cell(csv, line, column);
    case ELEM_NONE: break;
    }
    assert(false); /* a column has an element type */
    return -EINVAL;
}

static int read_row(struct csv *csv, const struct field *columns, size_t n_columns,
                    const size_t *order, struct cells *cells)
{
    bool last = false;
    size_t n = 0;
    int start = csv->line;
    while (!last) {
        int line = csv->line;
        int r = read_field(csv, &last);
        if (r == 0 && n < n_columns)
            r = add_cell(csv, line, &columns[order[n]], &cells[order[n]]);
        if (r < 0)
            return r == -ENOMEM ? error_oom(csv->err) : r;
        n++;
    }
    if (n != n_columns)
        return error_set(csv->err, -EINVAL, "line %d: %zu fields where %zu are declared", start, n,
                         n_columns);
    return 0;
}

int csv_table_read(const char *bytes, size_t size, const struct field *columns, size_t n_columns,
                   struct cells *cells, struct error *err)
{
    assert(n_columns > 0);
    struct csv csv = {.at = bytes, .end = bytes + size, .line = 1, .err = err};
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        csv.at += 3;
    auto_free size_t *order = calloc(n_columns, sizeof *order);
    if (!order)
        return error_oom(err);
    int r = read_header(&csv, columns, n_columns, order);
    while (r == 0 && csv.at < csv.end)
        r = read_row(&csv, columns, n_columns, order, cells);
    free(csv.field);
    return r;
}
