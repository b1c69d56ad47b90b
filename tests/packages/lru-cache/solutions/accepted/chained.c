/* A hash table with chains, and a list through all entries in the order of their use. */
#include "LruCache.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 16384

struct entry {
    struct entry *chain;          /* the next one in its bucket */
    struct entry *older, *younger;
    size_t bucket, length, d;
    double *value;
    char key[];
};

struct LruCache {
    size_t capacity, n;
    struct entry *oldest, *youngest;
    struct entry *buckets[BUCKETS];
};

struct LruCache *LruCache_create(int64_t capacity)
{
    struct LruCache *self = calloc(1, sizeof *self);
    self->capacity = (size_t)capacity;
    return self;
}

static size_t hash(struct str key)
{
    uint64_t h = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
    return h % BUCKETS;
}

static struct entry *find(struct LruCache *self, struct str key)
{
    struct entry *e = self->buckets[hash(key)];
    while (e && (e->length != key.n || memcmp(e->key, key.p, key.n) != 0))
        e = e->chain;
    return e;
}

static void unlink_use(struct LruCache *self, struct entry *e)
{
    *(e->older ? &e->older->younger : &self->oldest) = e->younger;
    *(e->younger ? &e->younger->older : &self->youngest) = e->older;
}

static void use(struct LruCache *self, struct entry *e)
{
    e->older = self->youngest;
    e->younger = NULL;
    *(self->youngest ? &self->youngest->younger : &self->oldest) = e;
    self->youngest = e;
}

static void forget(struct LruCache *self, struct entry *e)
{
    struct entry **at = &self->buckets[e->bucket];
    while (*at != e)
        at = &(*at)->chain;
    *at = e->chain;
    unlink_use(self, e);
    free(e->value);
    free(e);
    self->n--;
}

void LruCache_put(struct LruCache *self, struct str key, const double *value, size_t d)
{
    struct entry *e = find(self, key);
    if (e) {
        unlink_use(self, e);
    } else {
        if (self->n == self->capacity)
            forget(self, self->oldest);
        e = calloc(1, sizeof *e + key.n);
        e->bucket = hash(key);
        e->length = key.n;
        memcpy(e->key, key.p, key.n);
        e->chain = self->buckets[e->bucket];
        self->buckets[e->bucket] = e;
        self->n++;
    }
    use(self, e);
    e->value = realloc(e->value, (d + 1) * sizeof *value);
    e->d = d;
    for (size_t i = 0; i < d; i++)
        e->value[i] = value[i];
}

void LruCache_get(struct LruCache *self, struct str key, struct mlj_out *out)
{
    struct entry *e = find(self, key);
    if (!e)
        return;
    unlink_use(self, e);
    use(self, e);
    double *to = mlj_emit_float(out, e->d);
    for (size_t i = 0; i < e->d; i++)
        to[i] = e->value[i];
}

int64_t LruCache_size(struct LruCache *self)
{
    return (int64_t)self->n;
}

void LruCache_oldest(struct LruCache *self, struct str *out, uint8_t *out_valid)
{
    *out_valid = self->oldest != NULL;
    if (!self->oldest)
        return;
    *out = (struct str){self->oldest->key, self->oldest->length}; /* copied when this returns */
}

void LruCache_destroy(struct LruCache *self)
{
    while (self->oldest)
        forget(self, self->oldest);
    free(self);
}
