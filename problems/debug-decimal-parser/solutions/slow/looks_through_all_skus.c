/* Looks for a sku one by one.
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

/* The least of n values is values[0]. */
struct heap {
    double *values;
    size_t n, capacity;
};

/* The accepted values of one sku; those in `lower` are negated. */
struct history {
    struct str sku;
    struct heap lower, upper;
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

static struct history *find_history(struct history *slots, struct str sku)
{
    size_t at = 0;
    while (slots[at].sku.p && !is_equal(slots[at].sku, sku))
        at++;
    slots[at].sku = sku;
    return &slots[at];
}

/* Moves heap[at] up to where no parent is above it. */
static void sift_up(double *heap, size_t at)
{
    double value = heap[at];
    for (; at > 0 && heap[(at - 1) / 2] > value; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = value;
}

static void sift_down(double *heap, size_t n)
{
    double value = heap[0];
    size_t at = 0;
    for (size_t child = 1; child < n; at = child, child = 2 * child + 1) {
        child += child + 1 < n && heap[child + 1] < heap[child];
        if (heap[child] >= value)
            break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

static void push(struct heap *heap, double value)
{
    if (heap->n == heap->capacity) {
        heap->capacity = heap->capacity ? 2 * heap->capacity : 8;
        heap->values = realloc(heap->values, heap->capacity * sizeof *heap->values);
        if (!heap->values)
            abort();
    }
    heap->values[heap->n] = value;
    sift_up(heap->values, heap->n++);
}

static double pop(struct heap *heap)
{
    double least = heap->values[0];
    heap->values[0] = heap->values[--heap->n];
    if (heap->n > 0)
        sift_down(heap->values, heap->n);
    return least;
}

/* The greatest of the lower half and the least of the upper one stay at hand; the lower half may have one more. */
static void add(struct history *history, double value)
{
    push(&history->lower, -value);
    push(&history->upper, -pop(&history->lower));
    if (history->upper.n > history->lower.n)
        push(&history->lower, -pop(&history->upper));
}

static double median(const struct history *history)
{
    double low = -history->lower.values[0];
    return history->lower.n > history->upper.n ? low : (low + history->upper.values[0]) / 2;
}

static bool is_suspect(const struct history *history, double value)
{
    return history->lower.n + history->upper.n >= HISTORY_MIN && value > SUSPECT_FACTOR * median(history);
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
        struct history *history = find_history(slots, rows->sku[i]);
        bool suspect = is_suspect(history, value);
        if (!suspect)
            add(history, value);
        emit(out, suspect ? "suspect" : "ok", &value);
    }
    for (size_t i = 0; i <= mask; i++) {
        free(slots[i].lower.values);
        free(slots[i].upper.values);
    }
    free(slots);
}
