#include "judge/schedule_order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

/* An entry of the cache is a list of these. */
struct kept_kills {
    char name[64];
    uint64_t n_kills;
};

static void kills_key(const struct problem *problem, char key[SHA256_HEX])
{
    char text[sizeof "kills-1||" + SLUG_MAX + SHA256_HEX];
    int n = snprintf(text, sizeof text, "kills-1|%s|%s", problem->slug, problem->sha256);
    sha256_hex(text, (size_t)n, key);
}

void schedule_keep_kills(struct judge *judge, const struct problem *problem,
                         const struct matrix *matrix)
{
    char key[SHA256_HEX];
    auto_free struct kept_kills *kept = calloc(matrix->n_tests + 1, sizeof *kept);
    if (!kept || matrix->n_tests == 0)
        return; /* as with every cache: then there is none */
    for (size_t i = 0; i < matrix->n_tests; i++) {
        snprintf(kept[i].name, sizeof kept[i].name, "%s", matrix->tests[i].name);
        kept[i].n_kills = matrix->tests[i].n_kills;
    }
    kills_key(problem, key);
    cache_put(&judge->cache, "kills", key, kept, matrix->n_tests * sizeof *kept);
}

struct candidate {
    size_t test, args_size;
    uint64_t n_kills;
};

static int likely_failure_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->n_kills != y->n_kills)
        return x->n_kills > y->n_kills ? -1 : 1;
    if (x->args_size != y->args_size)
        return x->args_size < y->args_size ? -1 : 1;
    return x->test < y->test ? -1 : 1;
}

static int by_name(const void *a, const void *b)
{
    return strncmp(((const struct kept_kills *)a)->name, ((const struct kept_kills *)b)->name,
                   sizeof((const struct kept_kills *)a)->name);
}

/* What is known of the package's tests, sorted by name; NULL: nothing. */
static struct kept_kills *known_kills(struct run *run, size_t *ret_n)
{
    char key[SHA256_HEX];
    struct mapping mapping;
    kills_key(run->submission->problem, key);
    *ret_n = 0;
    if (cache_get(&run->judge->cache, "kills", key, &mapping) < 0)
        return NULL;
    size_t n = mapping.size / sizeof(struct kept_kills);
    struct kept_kills *kept = calloc(n + 1, sizeof *kept);
    if (kept) {
        memcpy(kept, mapping.bytes, n * sizeof *kept);
        qsort(kept, n, sizeof *kept, by_name);
        *ret_n = n;
    }
    mapping_done(&mapping);
    return kept;
}

int schedule_order(struct run *run, struct error *err)
{
    size_t n = run->record->n_tests, n_kept = 0;
    for (size_t i = 0; i < n; i++)
        run->order[i] = i;
    if (!run->submission->fail_fast)
        return 0;
    auto_free struct candidate *candidates = calloc(n + 1, sizeof *candidates);
    if (!candidates)
        return error_oom(err);
    auto_free struct kept_kills *kept = known_kills(run, &n_kept);
    for (size_t i = 0; i < n; i++) {
        struct kept_kills wanted = {.n_kills = 0};
        snprintf(wanted.name, sizeof wanted.name, "%s", run->testset.tests[i].name);
        const struct kept_kills *found =
            kept ? bsearch(&wanted, kept, n_kept, sizeof *kept, by_name) : NULL;
        candidates[i] =
            (struct candidate){i, run->testset.tests[i].args_size, found ? found->n_kills : 0};
    }
    qsort(candidates, n, sizeof *candidates, likely_failure_first);
    for (size_t i = 0; i < n; i++)
        run->order[i] = candidates[i].test;
    return 0;
}
