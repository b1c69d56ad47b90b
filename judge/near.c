#include "judge/near.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_MAX   3
#define PREFIX_MIN  3
#define FAR_FOR_ALL 3 /* more mistakes than that are another word */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t near_distance(const char *a, const char *b, size_t limit)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    if (n > NEAR_WORD_MAX || m > NEAR_WORD_MAX)
        return limit + 1;
    /* rows[i % 3][j]: of the first i bytes of `a` and the first j of `b`. */
    size_t rows[3][NEAR_WORD_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
        }
    }
    return least(rows[n % 3][m], limit + 1);
}

/* How far: 0 for the beginning of a known word, SIZE_MAX for too far. */
static size_t rank(const char *word, const char *known)
{
    size_t n = strlen(word);
    if (n >= PREFIX_MIN && strncmp(word, known, n) == 0)
        return 0;
    size_t limit = least((n + 2) / 3, FAR_FOR_ALL);
    size_t distance = near_distance(word, known, limit);
    return distance <= limit ? distance : (size_t)-1;
}

char *near_words(const char *word, const char *const *known, size_t n, char *buffer, size_t size)
{
    const char *found[SHOWN_MAX] = {NULL};
    size_t ranks[SHOWN_MAX];
    size_t n_found = 0;
    for (size_t i = 0; word[0] && i < n; i++) {
        size_t r = known[i] ? rank(word, known[i]) : (size_t)-1;
        if (r == (size_t)-1 || (n_found == SHOWN_MAX && r >= ranks[SHOWN_MAX - 1]))
            continue;
        size_t at = n_found < SHOWN_MAX ? n_found++ : SHOWN_MAX - 1;
        for (; at > 0 && ranks[at - 1] > r; at--) {
            found[at] = found[at - 1];
            ranks[at] = ranks[at - 1];
        }
        found[at] = known[i];
        ranks[at] = r;
    }
    buffer[0] = '\0';
    for (size_t i = 0; i < n_found; i++) {
        size_t used = strlen(buffer);
        snprintf(buffer + used, size - used, "%s'%s'%s",
                 i == 0             ? "; did you mean "
                 : i + 1 == n_found ? " or "
                                    : ", ",
                 found[i], i + 1 == n_found ? "?" : "");
    }
    return buffer;
}
