#include "judge/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void record_free(struct record *record)
{
    if (!record)
        return;
    for (size_t i = 0; i < record->n_tests; i++) {
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
