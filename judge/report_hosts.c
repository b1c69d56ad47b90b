#include "judge/report_hosts.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/json_memory.h"
#include "sandbox/util.h"

#define SHOWN_FAILURES 20

json_t *host_text(const char *text, size_t max_bytes)
{
    size_t n = strlen(text);
    auto_free char *block = escape_block(text, n < max_bytes ? n : max_bytes);
    if (!block)
        return NULL;
    size_t length = strlen(block);
    if (n > max_bytes || length > max_bytes) { /* escapes are longer than what they stand for */
        length = length < max_bytes - 3 ? length : max_bytes - 3;
        while (length > 0 && ((unsigned char)block[length] & 0xc0) == 0x80)
            length--; /* not in the middle of a character */
        memcpy(block + length, "...", 4);
    }
    return json_string(block);
}

static void write_failures(FILE *file, const struct report *report, size_t group)
{
    static const struct escape_style style = {.max_bytes = 800};
    size_t n = 0;
    for (size_t i = 0; i < report->n_tests; i++) {
        const struct report_test *test = &report->tests[i];
        if (test->group != group || test->status == TEST_SKIPPED || test->verdict == VERDICT_AC)
            continue;
        if (n++ >= SHOWN_FAILURES)
            continue;
        escape_write(file, test->name, &style);
        fprintf(file, ": %s ", report_phrase(test->verdict, report_is_inconclusive(test)));
        escape_write(file, test->message, &style);
        fputc('\n', file);
    }
    if (n > SHOWN_FAILURES)
        fprintf(file, "and %zu more\n", n - SHOWN_FAILURES);
}

json_t *host_group_text(const struct report *report, size_t group)
{
    struct report_group_sum sum = report_group_sum(report, group);
    const struct report_group *one = &report->groups[group];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return NULL;
    fprintf(file, "%s", report_phrase(one->verdict, one->inconclusive));
    if (sum.n_tests > 0)
        fprintf(file, ", %zu of %zu tests passed", sum.n_passed, sum.n_tests);
    if (!isnan(sum.cpu_ms))
        fprintf(file, ", at most %.1f of %" PRId64 " ms CPU", sum.cpu_ms, one->limits.cpu_ms);
    fputc('\n', file);
    write_failures(file, report, group);
    if (sum.n_skipped > 0)
        fprintf(file, "%zu not run\n", sum.n_skipped);
    json_t *json = fclose(file) == 0 ? json_string(text) : NULL;
    free(text);
    return json;
}

json_t *host_appended(json_t *list, json_t *item)
{
    if (json_array_append_new(list, item) == 0)
        return list;
    json_decref(list);
    return NULL;
}

int host_write(FILE *file, json_t *json)
{
    unsigned long failures = json_memory_failures();
    if (!json)
        return -ENOMEM;
    int bad = json_dumpf(json, file, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(json);
    if (json_memory_failures() != failures)
        return -ENOMEM;
    return bad || fputc('\n', file) == EOF ? -EIO : 0;
}
