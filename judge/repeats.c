#include "judge/repeats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

int repeats_take(struct test_result *result, uint64_t answer)
{
    struct test_sample *grown =
        realloc(result->samples, (result->n_samples + 1) * sizeof *result->samples);
    if (!grown)
        return -ENOMEM;
    result->samples = grown;
    result->samples[result->n_samples++] =
        (struct test_sample){result->verdict, result->credit, result->run, answer};
    return 0;
}

static int64_t number_of(const struct test_sample *sample, enum repeats_number which)
{
    switch (which) {
    case REPEATS_CPU_US: return sample->run.cpu_us;
    case REPEATS_WALL_US: return sample->run.wall_us;
    case REPEATS_MEMORY_BYTES: return sample->run.memory_bytes;
    }
    return -1;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Of those that are known; of an even number the mean of the middle two. */
static int64_t median(const struct test_result *result, enum repeats_number which)
{
    auto_free int64_t *numbers = calloc(result->n_samples + 1, sizeof *numbers);
    size_t n = 0;
    for (size_t i = 0; numbers && i < result->n_samples; i++)
        if ((numbers[n] = number_of(&result->samples[i], which)) >= 0)
            n++;
    if (n == 0)
        return -1;
    qsort(numbers, n, sizeof *numbers, ascending);
    return n % 2 ? numbers[n / 2] : numbers[n / 2 - 1] + (numbers[n / 2] - numbers[n / 2 - 1]) / 2;
}

struct spread repeats_spread(const struct test_result *result, enum repeats_number which)
{
    struct spread spread = {-1, -1};
    for (size_t i = 0; i < result->n_samples; i++) {
        int64_t number = number_of(&result->samples[i], which);
        if (number < 0)
            continue;
        if (spread.least < 0 || number < spread.least)
            spread.least = number;
        if (number > spread.most)
            spread.most = number;
    }
    return spread;
}

/* "3 AC, 2 TLE" */
static void count_verdicts(const struct test_result *result, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (enum verdict verdict = VERDICT_NONE; verdict <= VERDICT_JE; verdict++) {
        int n = 0;
        for (size_t i = 0; i < result->n_samples; i++)
            n += result->samples[i].verdict == verdict;
        if (n > 0 && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%d %s", used ? ", " : "", n,
                                     verdict_name(verdict));
    }
}

static bool reproduces(const struct test_result *result)
{
    for (size_t i = 1; i < result->n_samples; i++) {
        const struct test_sample *a = &result->samples[0], *b = &result->samples[i];
        if (a->verdict != b->verdict ||
            (a->verdict == VERDICT_AC && (a->credit < b->credit || a->credit > b->credit)))
            return false;
    }
    return true;
}

void repeats_settle(struct test_result *result)
{
    if (result->n_samples < 2)
        return;
    result->run = (struct sandbox_usage){
        .cpu_us = median(result, REPEATS_CPU_US),
        .wall_us = median(result, REPEATS_WALL_US),
        .memory_bytes = median(result, REPEATS_MEMORY_BYTES),
    };
    for (size_t i = 1; i < result->n_samples; i++)
        if (result->samples[i].answer != result->samples[0].answer)
            result->answers_differ = true;
    if (result->verdict == VERDICT_JE || result->verdict == VERDICT_SV || reproduces(result))
        return;
    char counts[128];
    count_verdicts(result, counts, sizeof counts);
    test_say(result, "it does not reproduce",
             result->samples[0].verdict == VERDICT_AC && strchr(counts, ',') == NULL
                 ? "it does not reproduce: of %zu runs (%s) the credit differs"
                 : "it does not reproduce: of %zu runs %s",
             result->n_samples, counts);
    result->line = result->hint_line = 0; /* of one run */
    result->status = TEST_INCONCLUSIVE;
    result->verdict = VERDICT_NONE;
}
