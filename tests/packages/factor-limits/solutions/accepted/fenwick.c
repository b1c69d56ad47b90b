/* A Fenwick tree over ranks. */
#include <stdlib.h>

#include "inversions.h"

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static size_t rank_of(const int64_t *sorted, size_t n, int64_t value)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low + 1;
}

int64_t inversions(const int64_t *x, size_t n)
{
    int64_t *sorted = malloc((n + 1) * sizeof *sorted);
    int64_t *tree = calloc(n + 2, sizeof *tree);
    int64_t total = 0;
    for (size_t i = 0; i < n; i++)
        sorted[i] = x[i];
    qsort(sorted, n, sizeof *sorted, by_size);
    for (size_t i = 0; i < n; i++) {
        size_t rank = rank_of(sorted, n, x[i]);
        int64_t not_larger = 0;
        for (size_t k = rank; k > 0; k -= k & -k)
            not_larger += tree[k];
        total += (int64_t)i - not_larger;
        for (size_t k = rank; k <= n; k += k & -k)
            tree[k]++;
    }
    free(tree);
    free(sorted);
    return total;
}
