/* Counts of pairs are kept up to date: a merge visits only the words that hold its pair.  Pairs lie in a hash table, the best
 * one is on top of a heap whose entries may be too high: one that is goes back with the true count. */
#include "bpe_train.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct word {
    uint32_t *symbols; /* n of them */
    uint32_t n;
    uint32_t visited; /* by which merge, from 1 */
    int64_t count;
};

struct pair {
    uint32_t left, right;
    int64_t count;
    uint32_t *words; /* that hold it, or have held it; perhaps some twice */
    size_t n_words, capacity;
    bool grown; /* since it was last pushed */
};

struct entry {
    int64_t count;
    uint32_t pair;
};

struct trainer {
    struct word *words;
    size_t n_words;
    struct str *symbols; /* texts; equal texts are one symbol */
    size_t n_symbols, n_letters;
    struct pair *pairs;
    size_t n_pairs, pairs_capacity;
    uint32_t *slots; /* a hash table: index + 1 of a pair, 0 = free */
    size_t mask;
    struct entry *heap;
    size_t n_heap, heap_capacity;
    uint32_t *grown; /* pairs */
    size_t n_grown, grown_capacity;
};

static void *grow(void *items, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return items;
    *capacity = *capacity ? 2 * *capacity : 4;
    items = realloc(items, *capacity * size);
    if (!items)
        abort();
    return items;
}

static int compare(struct str a, struct str b)
{
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* Is x to be merged before y? */
static bool is_before(const struct trainer *t, struct entry x, struct entry y)
{
    if (x.count != y.count)
        return x.count > y.count;
    const struct pair *a = &t->pairs[x.pair], *b = &t->pairs[y.pair];
    int order = a->left == b->left ? 0 : compare(t->symbols[a->left], t->symbols[b->left]);
    return (order ? order : compare(t->symbols[a->right], t->symbols[b->right])) < 0;
}

static void heap_push(struct trainer *t, struct entry entry)
{
    t->heap = grow(t->heap, t->n_heap, &t->heap_capacity, sizeof *t->heap);
    size_t at = t->n_heap++;
    for (; at > 0 && is_before(t, entry, t->heap[(at - 1) / 2]); at = (at - 1) / 2)
        t->heap[at] = t->heap[(at - 1) / 2];
    t->heap[at] = entry;
}

static struct entry heap_pop(struct trainer *t)
{
    struct entry top = t->heap[0], last = t->heap[--t->n_heap];
    size_t at = 0, child = 1;
    for (; child < t->n_heap; at = child, child = 2 * child + 1) {
        child += child + 1 < t->n_heap && is_before(t, t->heap[child + 1], t->heap[child]);
        if (!is_before(t, t->heap[child], last))
            break;
        t->heap[at] = t->heap[child];
    }
    t->heap[at] = last;
    return top;
}

static size_t slot_of(const struct trainer *t, uint32_t left, uint32_t right)
{
    uint64_t hash = ((uint64_t)left << 32 | right) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (hash ^ hash >> 29) & t->mask;
    while (t->slots[at] && (t->pairs[t->slots[at] - 1].left != left || t->pairs[t->slots[at] - 1].right != right))
        at = (at + 1) & t->mask;
    return at;
}

static void grow_slots(struct trainer *t)
{
    if (2 * t->n_pairs < t->mask)
        return;
    free(t->slots);
    t->mask = 2 * t->mask + 1;
    t->slots = calloc(t->mask + 1, sizeof *t->slots);
    if (!t->slots)
        abort();
    for (size_t i = 0; i < t->n_pairs; i++)
        t->slots[slot_of(t, t->pairs[i].left, t->pairs[i].right)] = (uint32_t)i + 1;
}

static uint32_t find_or_add(struct trainer *t, uint32_t left, uint32_t right)
{
    grow_slots(t);
    size_t at = slot_of(t, left, right);
    if (!t->slots[at]) {
        t->pairs = grow(t->pairs, t->n_pairs, &t->pairs_capacity, sizeof *t->pairs);
        t->pairs[t->n_pairs] = (struct pair){.left = left, .right = right};
        t->slots[at] = (uint32_t)++t->n_pairs;
    }
    return t->slots[at] - 1;
}

/* Counts the pairs of a word in; notes the word with those of them that hold the symbol `fresh` (UINT32_MAX: with all). */
static void count_in(struct trainer *t, uint32_t w, uint32_t fresh)
{
    const struct word *word = &t->words[w];
    for (size_t i = 0; i + 1 < word->n; i++) {
        uint32_t p = find_or_add(t, word->symbols[i], word->symbols[i + 1]);
        struct pair *pair = &t->pairs[p];
        pair->count += word->count;
        if (fresh != UINT32_MAX && pair->left != fresh && pair->right != fresh)
            continue;
        pair->words = grow(pair->words, pair->n_words, &pair->capacity, sizeof *pair->words);
        pair->words[pair->n_words++] = w;
        if (!pair->grown) {
            pair->grown = true;
            t->grown = grow(t->grown, t->n_grown, &t->grown_capacity, sizeof *t->grown);
            t->grown[t->n_grown++] = p;
        }
    }
}

static void count_out(struct trainer *t, const struct word *word)
{
    for (size_t i = 0; i + 1 < word->n; i++)
        t->pairs[t->slots[slot_of(t, word->symbols[i], word->symbols[i + 1])] - 1].count -= word->count;
}

static void push_grown(struct trainer *t)
{
    for (size_t i = 0; i < t->n_grown; i++) {
        struct pair *pair = &t->pairs[t->grown[i]];
        pair->grown = false;
        if (pair->count > 1)
            heap_push(t, (struct entry){pair->count, t->grown[i]});
    }
    t->n_grown = 0;
}

/* The symbol of both texts together. */
static uint32_t join(struct trainer *t, uint32_t left, uint32_t right)
{
    struct str a = t->symbols[left], b = t->symbols[right];
    char *text = malloc(a.n + b.n);
    if (!text)
        abort();
    memcpy(text, a.p, a.n);
    memcpy(text + a.n, b.p, b.n);
    struct str joined = {text, a.n + b.n};
    for (size_t i = t->n_letters; i < t->n_symbols; i++)
        if (t->symbols[i].n == joined.n && memcmp(t->symbols[i].p, text, joined.n) == 0) {
            free(text);
            return (uint32_t)i;
        }
    t->symbols[t->n_symbols] = joined;
    return (uint32_t)t->n_symbols++;
}

static void replace(struct word *word, uint32_t left, uint32_t right, uint32_t joined)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < word->n; i++) {
        bool here = word->symbols[i] == left && i + 1 < word->n && word->symbols[i + 1] == right;
        word->symbols[n++] = here ? joined : word->symbols[i];
        i += here;
    }
    word->n = n;
}

static void merge(struct trainer *t, uint32_t p, uint32_t number)
{
    uint32_t left = t->pairs[p].left, right = t->pairs[p].right, joined = join(t, left, right);
    uint32_t *words = t->pairs[p].words;
    size_t n_words = t->pairs[p].n_words;
    t->pairs[p].words = NULL;
    t->pairs[p].n_words = t->pairs[p].capacity = 0;
    for (size_t i = 0; i < n_words; i++) {
        struct word *word = &t->words[words[i]];
        if (word->visited == number)
            continue;
        word->visited = number;
        count_out(t, word);
        replace(word, left, right, joined);
        count_in(t, words[i], joined);
    }
    free(words);
    push_grown(t);
}

static void *allocated(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    if (!p)
        abort();
    return p;
}

static void start(struct trainer *t, const struct bpe_train_words *table, int64_t merges)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t total = 0;
    for (size_t i = 0; i < table->n_rows; i++)
        total += table->word[i].n;
    *t = (struct trainer){.n_words = table->n_rows, .mask = 1023};
    t->words = allocated(table->n_rows, sizeof *t->words);
    t->slots = allocated(t->mask, sizeof *t->slots);
    t->symbols = allocated(26 + (size_t)merges, sizeof *t->symbols);
    for (; t->n_symbols < 26; t->n_symbols++)
        t->symbols[t->n_symbols] = (struct str){letters + t->n_symbols, 1};
    t->n_letters = 26;
    uint32_t *symbols = allocated(total, sizeof *symbols);
    for (size_t i = 0; i < table->n_rows; i++) {
        struct str text = table->word[i];
        t->words[i] = (struct word){.symbols = symbols, .n = (uint32_t)text.n, .count = table->count[i]};
        for (size_t k = 0; k < text.n; k++)
            *symbols++ = (uint32_t)(text.p[k] - 'a');
        if (table->count[i] > 0)
            count_in(t, (uint32_t)i, UINT32_MAX);
    }
    push_grown(t);
}

static void done(struct trainer *t)
{
    for (size_t i = 0; i < t->n_pairs; i++)
        free(t->pairs[i].words);
    for (size_t i = t->n_letters; i < t->n_symbols; i++)
        free((void *)t->symbols[i].p);
    if (t->n_words > 0)
        free(t->words[0].symbols);
    free(t->words);
    free(t->symbols);
    free(t->pairs);
    free(t->slots);
    free(t->heap);
    free(t->grown);
}

void bpe_train(const struct bpe_train_words *words, int64_t merges, struct mlj_out *out)
{
    struct trainer t;
    start(&t, words, merges);
    for (uint32_t n = 1; n <= merges && t.n_heap > 0;) {
        struct entry top = heap_pop(&t);
        struct pair *pair = &t.pairs[top.pair];
        if (top.count != pair->count) {
            if (pair->count > 1)
                heap_push(&t, (struct entry){pair->count, top.pair});
            continue;
        }
        bpe_train_emit_row(out, t.symbols[pair->left], t.symbols[pair->right]);
        merge(&t, top.pair, n++);
    }
    done(&t);
}
