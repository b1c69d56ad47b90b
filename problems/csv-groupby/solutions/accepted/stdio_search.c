/* stdio and strtod, one record at a time; the regions are a sorted array of pointers. */
#include "csv_groupby.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct region {
    char *name;
    int64_t rows, present;
    long double sum;
    double min, max;
};

struct record {
    char *bytes; /* the fields, each ended by a NUL */
    size_t used, size;
    size_t start[64]; /* of each field */
    size_t n_fields;
};

static void push(struct record *record, int c)
{
    if (record->used == record->size) {
        record->size = record->size ? record->size * 2 : 1024;
        record->bytes = realloc(record->bytes, record->size);
    }
    record->bytes[record->used++] = (char)c;
}

/* 0 at the end of the file */
static int read_record(FILE *file, struct record *record)
{
    int c = getc_unlocked(file), quoted = 0;
    if (c == EOF)
        return 0;
    record->used = record->n_fields = 0;
    record->start[record->n_fields++] = 0;
    for (;; c = getc_unlocked(file)) {
        if (quoted && c != EOF) {
            if (c != '"') {
                push(record, c);
                continue;
            }
            c = getc_unlocked(file);
            if (c == '"') {
                push(record, c);
                continue;
            }
            quoted = 0;
        }
        if (c == EOF || c == '\n')
            break;
        if (c == '"') {
            quoted = 1;
        } else if (c == ',') {
            push(record, 0);
            if (record->n_fields < 64)
                record->start[record->n_fields++] = record->used;
        } else if (c != '\r') {
            push(record, c);
        }
    }
    push(record, 0);
    return 1;
}

/* Where the region stands or belongs in the sorted array. */
static size_t lower_bound(struct region **regions, size_t count, const char *name)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(regions[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void csv_groupby(int data_fd, const char *data_path, struct mlj_out *out)
{
    (void)data_fd;
    FILE *file = fopen(data_path, "rb");
    struct record record = {0};
    struct region **regions = NULL;
    size_t count = 0, region_at = 0, amount_at = 0;

    if (getc(file) != 0xef || getc(file) != 0xbb || getc(file) != 0xbf)
        rewind(file);
    read_record(file, &record);
    for (size_t i = 0; i < record.n_fields; i++) {
        if (strcmp(record.bytes + record.start[i], "region") == 0)
            region_at = i;
        if (strcmp(record.bytes + record.start[i], "amount") == 0)
            amount_at = i;
    }
    while (read_record(file, &record)) {
        const char *name = record.bytes + record.start[region_at];
        const char *amount = record.bytes + record.start[amount_at];
        size_t at = lower_bound(regions, count, name);
        if (at == count || strcmp(regions[at]->name, name) != 0) {
            regions = realloc(regions, (count + 1) * sizeof(struct region *));
            memmove(regions + at + 1, regions + at, (count - at) * sizeof(struct region *));
            regions[at] = calloc(1, sizeof(struct region));
            regions[at]->name = strdup(name);
            count++;
        }
        struct region *region = regions[at];
        region->rows++;
        if (*amount == 0 || strcmp(amount, "NA") == 0)
            continue;
        double value = strtod(amount, NULL);
        if (region->present == 0 || value < region->min)
            region->min = value;
        if (region->present == 0 || value > region->max)
            region->max = value;
        region->sum += value;
        region->present++;
    }
    for (size_t i = 0; i < count; i++) {
        struct region *r = regions[i];
        double mean = r->present ? (double)(r->sum / r->present) : 0;
        const double *known = r->present ? &mean : NULL;
        csv_groupby_emit_row(out, (struct str){r->name, strlen(r->name)}, r->rows, r->rows - r->present,
                             known, known ? &r->min : NULL, known ? &r->max : NULL);
        free(r->name);
        free(r);
    }
    free(regions);
    free(record.bytes);
    fclose(file);
}
