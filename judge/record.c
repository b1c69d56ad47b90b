#include "judge/record.h"

#include <errno.h>
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
    for (size_t i = 0; i < record->n_tests; i++)
        test_done(&record->tests[i]);
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

/* What stands in place of a text that there was no memory for: nothing looks whole that is not. */
static char no_memory[] = "(cannot be shown: out of memory)";

static void drop_text(char **text)
{
    if (*text != no_memory)
        free(*text);
    *text = NULL;
}

static char *keep_text(const char *text, size_t max)
{
    char *copy = text[0] ? strndup(text, max - 1) : NULL;
    return copy || !text[0] ? copy : no_memory;
}

void test_done(struct test_result *test)
{
    drop_text(&test->message);
    drop_text(&test->hint);
    shown_done(&test->shown);
    free(test->blocked);
    free(test->out);
    free(test->err);
    free(test->samples);
}

void test_say(struct test_result *test, const char *hint, const char *format, ...)
{
    char text[TEST_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    drop_text(&test->message);
    drop_text(&test->hint);
    test->message = keep_text(text, TEST_MESSAGE_MAX);
    test->hint = keep_text(hint, TEST_HINT_MAX);
}

const char *test_message(const struct test_result *test)
{
    return test->message ? test->message : "";
}

int test_block(struct test_result *test, const struct sandbox_blocked *calls, size_t n)
{
    free(test->blocked);
    test->blocked = n ? calloc(n, sizeof *calls) : NULL;
    test->n_blocked = 0;
    if (n == 0)
        return 0;
    if (!test->blocked)
        return -ENOMEM;
    memcpy(test->blocked, calls, n * sizeof *calls);
    test->n_blocked = n;
    return 0;
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
