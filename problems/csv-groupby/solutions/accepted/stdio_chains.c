/* stdio and strtod, one record at a time; a table of chains, sorted at the end. */
#include "csv_groupby.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct region {
    struct region *next; /* of the chain */
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

#define N_CHAINS 4096

static struct region *find_or_add(struct region **chains, const char *name, size_t *count)
{
    unsigned hash = 5381;
    for (const char *p = name; *p; p++)
        hash = 33 * hash + (unsigned char)*p;
    struct region **link = &chains[hash % N_CHAINS];
    while (*link && strcmp((*link)->name, name) != 0)
        link = &(*link)->next;
    if (!*link) {
        *link = calloc(1, sizeof **link);
        (*link)->name = strdup(name);
        ++*count;
    }
    return *link;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(struct region *const *)a)->name, (*(struct region *const *)b)->name);
}

void csv_groupby(int data_fd, const char *data_path, struct mlj_out *out)
{
    (void)data_fd;
    FILE *file = fopen(data_path, "rb");
    struct record record = {0};
    struct region **chains = calloc(N_CHAINS, sizeof(struct region *));
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
        struct region *region = find_or_add(chains, name, &count);
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
    struct region **regions = calloc(count + 1, sizeof(struct region *));
    size_t n = 0;
    for (size_t i = 0; i < N_CHAINS; i++)
        for (struct region *r = chains[i]; r; r = r->next)
            regions[n++] = r;
    qsort(regions, n, sizeof(struct region *), by_name);
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
    free(chains);
    free(record.bytes);
    fclose(file);
}
