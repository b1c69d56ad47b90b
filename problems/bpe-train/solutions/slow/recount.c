/* Counts all pairs anew for every merge, in a hash table.
 * caught by: perf-M, perf-L */
#include "bpe_train.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1 << 18 };

struct slot {
    uint32_t left, right;
    int64_t count;
};

static int compare(struct str a, struct str b)
{
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static struct slot *find(struct slot *slots, uint32_t left, uint32_t right)
{
    size_t at = (left * 0x9e3779b1U ^ right * 0x85ebca6bU) % SLOTS;
    while (slots[at].count && (slots[at].left != left || slots[at].right != right))
        at = (at + 1) % SLOTS;
    return &slots[at];
}

/* Words end with a 0 each.  Returns the best pair, or one with the count 0. */
static struct slot best_of(struct slot *slots, const uint32_t *line, size_t n, const int64_t *counts, const struct str *texts)
{
    memset(slots, 0, SLOTS * sizeof *slots);
    for (size_t i = 0; i + 1 < n; i++) {
        counts += line[i] == 0;
        if (line[i] == 0 || line[i + 1] == 0 || *counts == 0)
            continue;
        struct slot *slot = find(slots, line[i], line[i + 1]);
        *slot = (struct slot){line[i], line[i + 1], slot->count + *counts};
    }
    struct slot best = {0, 0, 0};
    for (size_t i = 0; i < SLOTS; i++) {
        if (slots[i].count == 0 || slots[i].count < best.count)
            continue;
        int order = slots[i].count > best.count ? -1 : compare(texts[slots[i].left], texts[best.left]);
        if (order == 0)
            order = compare(texts[slots[i].right], texts[best.right]);
        if (order < 0)
            best = slots[i];
    }
    return best;
}

static size_t replace(uint32_t *line, size_t n, uint32_t left, uint32_t right, uint32_t joined)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool here = line[i] == left && i + 1 < n && line[i + 1] == right;
        line[kept++] = here ? joined : line[i];
        i += here;
    }
    return kept;
}

/* The number of the text, which is new or not. */
static uint32_t number_of(struct str *texts, uint32_t *n_texts, struct str text)
{
    for (uint32_t i = 1; i < *n_texts; i++)
        if (compare(texts[i], text) == 0)
            return i;
    texts[*n_texts] = text;
    return (*n_texts)++;
}

void bpe_train(const struct bpe_train_words *words, int64_t merges, struct mlj_out *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static struct slot slots[SLOTS];
    size_t n = 0;
    for (size_t i = 0; i < words->n_rows; i++)
        n += words->word[i].n + 1;
    uint32_t *line = malloc((n + 1) * sizeof *line), n_texts = 27;
    struct str *texts = malloc((27 + (size_t)merges) * sizeof *texts);
    if (!line || !texts)
        abort();
    for (size_t i = 0; i < 26; i++)
        texts[i + 1] = (struct str){letters + i, 1};
    n = 0;
    for (size_t i = 0; i < words->n_rows; i++) {
        for (size_t k = 0; k < words->word[i].n; k++)
            line[n++] = (uint32_t)(words->word[i].p[k] - 'a' + 1);
        line[n++] = 0;
    }
    for (int64_t merge = 0; merge < merges; merge++) {
        struct slot best = best_of(slots, line, n, words->count, texts);
        if (best.count < 2)
            break;
        struct str left = texts[best.left], right = texts[best.right];
        bpe_train_emit_row(out, left, right);
        char *text = malloc(left.n + right.n);
        if (!text)
            abort();
        memcpy(text, left.p, left.n);
        memcpy(text + left.n, right.p, right.n);
        n = replace(line, n, best.left, best.right, number_of(texts, &n_texts, (struct str){text, left.n + right.n}));
    }
    free(line);
    free(texts);
}
