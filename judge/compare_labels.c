#include "judge/compare_labels.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sandbox/util.h"

/* Mixes all bits: labels come from a candidate, and may be chosen to collide in a simpler hash; then it is slow, not
 * wrong, and the table is at most half full.  Constants of splitmix64 (Steele, Lea and Flood, 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

struct slot {
    int64_t label, number; /* number: -1 = free */
};

int64_t labels_renumber(const int64_t *labels, int64_t n, int64_t *ret)
{
    size_t size = 16;
    while (size < 2 * (size_t)n)
        size *= 2;
    auto_free struct slot *slots = malloc(size * sizeof *slots);
    if (!slots)
        return -ENOMEM;
    for (size_t i = 0; i < size; i++)
        slots[i].number = -1;
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        size_t at = (size_t)mix((uint64_t)labels[i]) & (size - 1);
        while (slots[at].number >= 0 && slots[at].label != labels[i])
            at = (at + 1) & (size - 1);
        if (slots[at].number < 0)
            slots[at] = (struct slot){labels[i], count++};
        ret[i] = slots[at].number;
    }
    return count;
}

/* The shortest augmenting path form with potentials; rows and columns count from 1, 0 is "none". */
int64_t labels_best_assignment(const int64_t *table, int64_t k)
{
    size_t width = (size_t)k + 1;
    auto_free int64_t *room = calloc(5 * width, sizeof *room);
    auto_free bool *used = calloc(width, sizeof *used);
    if (!room || !used)
        return -ENOMEM;
    int64_t *u = room, *v = u + width, *row_of = v + width, *way = row_of + width,
            *least = way + width;
    for (int64_t row = 1; row <= k; row++) {
        int64_t column = 0;
        row_of[0] = row;
        for (size_t j = 0; j < width; j++) {
            least[j] = INT64_MAX;
            used[j] = false;
        }
        do {
            used[column] = true;
            int64_t i = row_of[column], delta = INT64_MAX, next = 0;
            for (int64_t j = 1; j <= k; j++) {
                if (used[j])
                    continue;
                int64_t cost = -table[(i - 1) * k + j - 1] - u[i] - v[j];
                if (cost < least[j]) {
                    least[j] = cost;
                    way[j] = column;
                }
                if (least[j] < delta) {
                    delta = least[j];
                    next = j;
                }
            }
            for (int64_t j = 0; j <= k; j++) {
                if (used[j]) {
                    u[row_of[j]] += delta;
                    v[j] -= delta;
                } else {
                    least[j] -= delta;
                }
            }
            column = next;
        } while (row_of[column] != 0);
        while (column) {
            row_of[column] = row_of[way[column]];
            column = way[column];
        }
    }
    int64_t sum = 0;
    for (int64_t j = 1; j <= k; j++)
        sum += table[(row_of[j] - 1) * k + j - 1];
    return sum;
}
