/* All bugs mended but one: sorts the history for every row.
 * caught by: perf */
#include "clean.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS_MAX = 64, HISTORY_MIN = 5, SUSPECT_FACTOR = 10 };

struct format {
    const char *name;
    char decimal, group;
};

static const struct format formats[] = {{"en", '.', ','}, {"de", ',', '.'}, {"ch", '.', '\''}};

/* The accepted values of one sku. */
struct history {
    struct str sku;
    double *values;
    size_t n, capacity;
};

/* NULL: there is none of that name. */
static const struct format *find_format(struct str name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (name.n == strlen(formats[i].name) && memcmp(name.p, formats[i].name, name.n) == 0)
            return &formats[i];
    return NULL;
}

static struct str trimmed(struct str text)
{
    for (; text.n > 0 && (text.p[0] == ' ' || text.p[0] == '\t'); text.n--)
        text.p++;
    while (text.n > 0 && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    return text;
}

static void copy_without(char *to, struct str text, char dropped)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != dropped)
            *to++ = text.p[i];
    *to = 0;
}

static size_t n_digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Digits, perhaps in groups of three, and perhaps decimals? */
static bool is_number(const char *text, const struct format *format)
{
    size_t n = n_digits(text);
    text += n;
    if (n == 0 || (n > 3 && *text == format->group))
        return false;
    for (; *text == format->group; text += 4)
        if (n_digits(text + 1) != 3)
            return false;
    if (*text == format->decimal) {
        n = n_digits(text + 1);
        if (n == 0)
            return false;
        text += 1 + n;
    }
    return *text == 0;
}

static bool parse(struct str units, const struct format *format, double *value)
{
    char text[UNITS_MAX + 1];
    struct str digits = trimmed(units);
    copy_without(text, digits, 0);
    if (!is_number(text, format))
        return false;
    copy_without(text, digits, format->group);
    char *decimal = strchr(text, format->decimal);
    if (decimal)
        *decimal = '.';
    *value = strtod(text, NULL);
    return true;
}

static bool is_equal(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* slots: a hash table with open addressing, mask + 1 of them. */
static struct history *find_history(struct history *slots, size_t mask, struct str sku)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < sku.n; i++)
        hash = (hash ^ (unsigned char)sku.p[i]) * UINT64_C(0x100000001b3);
    size_t at = (hash ^ hash >> 32) & mask;
    while (slots[at].sku.p && !is_equal(slots[at].sku, sku))
        at = (at + 1) & mask;
    slots[at].sku = sku;
    return &slots[at];
}

static void add(struct history *history, double value)
{
    if (history->n == history->capacity) {
        history->capacity = history->capacity ? 2 * history->capacity : 8;
        history->values = realloc(history->values, history->capacity * sizeof *history->values);
    }
    history->values[history->n++] = value;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(struct history *history)
{
    qsort(history->values, history->n, sizeof *history->values, ascending);
    return (history->values[(history->n - 1) / 2] + history->values[history->n / 2]) / 2;
}

static bool is_suspect(struct history *history, double value)
{
    return history->n >= HISTORY_MIN && value > SUSPECT_FACTOR * median(history);
}

static void emit(struct mlj_out *out, const char *status, const double *value)
{
    clean_emit_row(out, (struct str){status, strlen(status)}, value);
}

void clean(const struct clean_rows *rows, struct mlj_out *out)
{
    size_t mask = 15;
    while (mask < 2 * rows->n_rows)
        mask = 2 * mask + 1;
    struct history *slots = calloc(mask + 1, sizeof *slots);
    for (size_t i = 0; i < rows->n_rows; i++) {
        const struct format *format = find_format(rows->fmt[i]);
        double value = 0;
        if (!format || !parse(rows->units[i], format, &value)) {
            emit(out, "bad_format", NULL);
            continue;
        }
        struct history *history = find_history(slots, mask, rows->sku[i]);
        bool suspect = is_suspect(history, value);
        if (!suspect)
            add(history, value);
        emit(out, suspect ? "suspect" : "ok", &value);
    }
    for (size_t i = 0; i <= mask; i++)
        free(slots[i].values);
    free(slots);
}
