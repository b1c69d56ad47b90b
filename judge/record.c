#include "judge/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *test_status_name(enum test_status status)
{
    return status == TEST_RUN ? "run" : status == TEST_INCONCLUSIVE ? "inconclusive" : "skipped";
}

/* Is there a group before `g` of the same bug? */
static bool counted(const struct record *record, size_t g)
{
    for (size_t i = 0; i < g; i++)
        if (record->groups[i].offered && strcmp(record->groups[i].bug, record->groups[g].bug) == 0)
            return true;
    return false;
}

static bool is_fixed(const struct record *record, const char *bug)
{
    for (size_t i = 0; i < record->n_groups; i++)
        if (record->groups[i].offered && strcmp(record->groups[i].bug, bug) == 0 &&
            record->groups[i].verdict != VERDICT_AC)
            return false;
    return true;
}

bool record_bugs(const struct record *record, size_t *ret_fixed, size_t *ret_total)
{
    *ret_fixed = *ret_total = 0;
    for (size_t g = 0; g < record->n_groups; g++) {
        const struct group_result *group = &record->groups[g];
        if (!group->offered || !group->bug[0] || counted(record, g))
            continue;
        ++*ret_total;
        *ret_fixed += is_fixed(record, group->bug);
    }
    return *ret_total > 0;
}

void record_free(struct record *record)
{
    if (!record)
        return;
    for (size_t i = 0; i < record->n_tests; i++) {
        shown_done(&record->tests[i].shown);
        free(record->tests[i].out);
        free(record->tests[i].err);
    }
    for (size_t i = 0; record->missing && record->missing[i]; i++)
        free(record->missing[i]);
    for (size_t i = 0; i < record->n_warnings; i++)
        free(record->warnings[i]);
    free(record->missing);
    free(record->compile.output);
    free(record->groups);
    free(record->tests);
    free(record);
}

void record_warn(struct record *record, const char *format, ...)
{
    if (record->n_warnings == RECORD_WARNINGS_MAX)
        return;
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n >= 0)
        record->warnings[record->n_warnings++] = text;
}
