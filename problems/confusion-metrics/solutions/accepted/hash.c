/* A hash table from label to index, one pass. */
#include "classification_report.h"

#include <stdlib.h>
#include <string.h>

struct table {
    const int64_t *labels;
    uint32_t *slots; /* index + 1; 0 = free */
    uint64_t mask;
};

static uint64_t hash(int64_t label)
{
    uint64_t h = (uint64_t)label * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 32;
}

static uint32_t *slot_of(const struct table *table, int64_t label)
{
    uint64_t at = hash(label) & table->mask;
    while (table->slots[at] != 0 && table->labels[table->slots[at] - 1] != label)
        at = (at + 1) & table->mask;
    return &table->slots[at];
}

static double ratio(int64_t a, int64_t b)
{
    return b == 0 ? 0.0 : (double)a / (double)b;
}

void classification_report(const int64_t *y, size_t n, const int64_t *p, const int64_t *labels, size_t C,
                           int64_t *tp, int64_t *fp, int64_t *fn, double *precision, double *recall,
                           double *f1, double *accuracy, double *macro_f1, double *weighted_f1,
                           double *micro_f1)
{
    struct table table = {.labels = labels, .mask = 15};
    while (table.mask + 1 < 4 * C)
        table.mask = 2 * table.mask + 1;
    table.slots = calloc(table.mask + 1, sizeof *table.slots);
    for (size_t c = 0; c < C; c++) {
        *slot_of(&table, labels[c]) = (uint32_t)c + 1;
        tp[c] = fp[c] = fn[c] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t truth = *slot_of(&table, y[i]) - 1;
        if (y[i] == p[i]) {
            tp[truth]++;
        } else {
            fn[truth]++;
            fp[*slot_of(&table, p[i]) - 1]++;
        }
    }
    free(table.slots);

    int64_t right = 0;
    double macro = 0, weighted = 0;
    for (size_t c = 0; c < C; c++) {
        precision[c] = ratio(tp[c], tp[c] + fp[c]);
        recall[c] = ratio(tp[c], tp[c] + fn[c]);
        f1[c] = ratio(2 * tp[c], 2 * tp[c] + fp[c] + fn[c]);
        right += tp[c];
        macro += f1[c];
        weighted += f1[c] * (double)(tp[c] + fn[c]);
    }
    *accuracy = *micro_f1 = ratio(right, (int64_t)n);
    *macro_f1 = C == 0 ? 0.0 : macro / (double)C;
    *weighted_f1 = n == 0 ? 0.0 : weighted / (double)n;
}
