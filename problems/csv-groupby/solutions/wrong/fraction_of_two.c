/* Reads two digits after the point, as in money.
 * caught by: edge, quoting, missing, header, perf
 */
#include "csv_groupby.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct region {
    char *name;
    size_t name_len;
    uint64_t hash;
    int64_t n, n_missing;
    double sum, carry; /* compensated */
    double min, max;
};

struct regions {
    struct region *items;
    size_t count, capacity;
    uint32_t *slots; /* index + 1, 0 = free */
    size_t n_slots;
};

struct text {
    char *p;
    size_t n, capacity;
};

struct input {
    int fd;
    size_t at, end;
    unsigned char buffer[1 << 16];
};

static int next_byte(struct input *in)
{
    if (in->at == in->end) {
        ssize_t got = read(in->fd, in->buffer, sizeof in->buffer);
        if (got <= 0)
            return -1;
        in->at = 0;
        in->end = (size_t)got;
    }
    return in->buffer[in->at++];
}

static void append(struct text *text, int byte)
{
    if (text->n == text->capacity) {
        text->capacity = text->capacity ? 2 * text->capacity : 256;
        text->p = realloc(text->p, text->capacity);
    }
    text->p[text->n++] = (char)byte;
}

/* One field.  Returns what ended it: ',', '\n' or -1 at the end of the file; *empty is set if there was
 * nothing at all before the end of the file. */
static int read_field(struct input *in, struct text *text, bool *empty)
{
    text->n = 0;
    int c = next_byte(in);
    *empty = c < 0;
    if (c == '"') {
        for (;;) {
            c = next_byte(in);
            if (c < 0)
                return -1;
            if (c == '"' && (c = next_byte(in)) != '"')
                break;
            append(text, c);
        }
    }
    while (c >= 0 && c != ',' && c != '\n') {
        if (c != '\r')
            append(text, c);
        c = next_byte(in);
    }
    return c;
}

static bool equals(const struct text *text, const char *word)
{
    return text->n == strlen(word) && (text->n == 0 || memcmp(text->p, word, text->n) == 0);
}

static double parse_amount(const struct text *text)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    int64_t mantissa = 0;
    size_t i = text->p[0] == '-' || text->p[0] == '+', point = text->n;
    for (; i < text->n; i++) {
        if (text->p[i] == '.')
            point = i + 1;
        else if (point == text->n || i < point + 2)
            mantissa = 10 * mantissa + (text->p[i] - '0');
    }
    double value = (double)mantissa / powers[text->n - point > 2 ? 2 : text->n - point];
    return text->p[0] == '-' ? -value : value;
}

static void grow_slots(struct regions *regions)
{
    regions->n_slots = regions->n_slots ? 2 * regions->n_slots : 1024;
    free(regions->slots);
    regions->slots = calloc(regions->n_slots, sizeof *regions->slots);
    for (size_t i = 0; i < regions->count; i++) {
        size_t at = regions->items[i].hash & (regions->n_slots - 1);
        while (regions->slots[at])
            at = (at + 1) & (regions->n_slots - 1);
        regions->slots[at] = (uint32_t)i + 1;
    }
}

static struct region *region_of(struct regions *regions, const struct text *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < name->n; i++)
        hash = (hash ^ (unsigned char)name->p[i]) * UINT64_C(0x100000001b3);
    hash ^= hash >> 29;
    if (2 * regions->count >= regions->n_slots)
        grow_slots(regions);
    size_t at = hash & (regions->n_slots - 1);
    for (; regions->slots[at]; at = (at + 1) & (regions->n_slots - 1)) {
        struct region *region = &regions->items[regions->slots[at] - 1];
        if (region->hash == hash && region->name_len == name->n &&
            (name->n == 0 || memcmp(region->name, name->p, name->n) == 0))
            return region;
    }
    if (regions->count == regions->capacity) {
        regions->capacity = regions->capacity ? 2 * regions->capacity : 256;
        regions->items = realloc(regions->items, regions->capacity * sizeof *regions->items);
    }
    struct region *region = &regions->items[regions->count++];
    *region = (struct region){.name = malloc(name->n + 1), .name_len = name->n, .hash = hash};
    if (name->n)
        memcpy(region->name, name->p, name->n);
    regions->slots[at] = (uint32_t)regions->count;
    return region;
}

static void add(struct region *region, const struct text *amount)
{
    region->n++;
    if (amount->n == 0 || equals(amount, "NA")) {
        region->n_missing++;
        return;
    }
    double value = parse_amount(amount);
    bool first = region->n - region->n_missing == 1;
    if (first || value < region->min)
        region->min = value;
    if (first || value > region->max)
        region->max = value;
    double corrected = value - region->carry;
    double sum = region->sum + corrected;
    region->carry = (sum - region->sum) - corrected;
    region->sum = sum;
}

static int by_name(const void *a, const void *b)
{
    const struct region *x = a, *y = b;
    size_t shorter = x->name_len < y->name_len ? x->name_len : y->name_len;
    int order = memcmp(x->name, y->name, shorter);
    return order ? order : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static void emit(struct regions *regions, struct mlj_out *out)
{
    if (regions->count)
        qsort(regions->items, regions->count, sizeof *regions->items, by_name);
    for (size_t i = 0; i < regions->count; i++) {
        struct region *r = &regions->items[i];
        int64_t present = r->n - r->n_missing;
        double mean = present ? r->sum / (double)present : 0;
        csv_groupby_emit_row(out, (struct str){r->name, r->name_len}, r->n, r->n_missing,
                             present ? &mean : NULL, present ? &r->min : NULL, present ? &r->max : NULL);
        free(r->name);
    }
}

void csv_groupby(int data_fd, const char *data_path, struct mlj_out *out)
{
    (void)data_path;
    struct input *in = calloc(1, sizeof *in);
    struct text field = {0}, name = {0}, amount = {0};
    struct regions regions = {0};
    size_t region_at = 0, amount_at = 0, column = 0;
    bool empty;
    in->fd = data_fd;

    static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
    if (next_byte(in) >= 0) /* fills the buffer */
        in->at = in->end >= 3 && memcmp(in->buffer, mark, 3) == 0 ? 3 : 0;
    for (int end = ','; end == ','; column++) {
        end = read_field(in, &field, &empty);
        if (equals(&field, "region"))
            region_at = column;
        else if (equals(&field, "amount"))
            amount_at = column;
    }
    for (;;) {
        int end = ',';
        for (column = 0; end == ','; column++) {
            struct text *into = column == region_at ? &name : column == amount_at ? &amount : &field;
            end = read_field(in, into, &empty);
            if (column == 0 && empty)
                goto done;
        }
        add(region_of(&regions, &name), &amount);
    }
done:
    emit(&regions, out);
    free(regions.items);
    free(regions.slots);
    free(field.p);
    free(name.p);
    free(amount.p);
    free(in);
}
