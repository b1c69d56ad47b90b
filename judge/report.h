/* Reports: what people and programs read of a record.  Adding a format: one file report_NAME.c and one row in
 * report.c.  On hidden tests, unless `reveal`, every format shows verdict, group and the kind of difference only;
 * that rule lives in test_view(), which every format uses. */
#ifndef MLJUDGE_REPORT_H
#define MLJUDGE_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "judge/record.h"

struct report_options {
    bool reveal; /* show hidden tests as samples are shown */
    bool color;  /* text: escape sequences of ours may be used */
};

struct report_format {
    const char *name;
    int (*write)(FILE *file, const struct record *record, const struct report_options *options);
};

/* NULL if there is no such format. */
const struct report_format *report_format_find(const char *name);
const struct report_format *report_formats(size_t *ret_n);

/* What may be shown of one test. */
struct test_view {
    const char *name;    /* borrowed; of a hidden test its number: names tell what is tested */
    const char *message; /* borrowed */
    int exit_code;       /* -1 = not shown */
    int signal;          /* 0 = none, or not shown */
    size_t n_blocked;    /* blocked calls that may be shown */
    bool output_truncated;
    double cpu_ms, wall_ms; /* NAN = not measured */
    double prepare_cpu_ms, prepare_wall_ms;
    double reference_cpu_ms;                    /* NAN = not known */
    double times_reference;                     /* cpu_ms over it, of the numbers as shown; NAN */
    int64_t memory_bytes, prepare_memory_bytes; /* -1 = not measured */
    bool details; /* printed output and everything else may be shown */
};
struct test_view test_view(const struct test_result *test, bool reveal);

/* What disturbed its times, for whoever may see it: of a hidden test only what its program has no hand in. */
#define TEST_NOTES_MAX 5
struct test_note {
    char text[80];
};
size_t test_notes(const struct test_result *test, const struct test_view *view,
                  struct test_note ret[TEST_NOTES_MAX]);

/* The least and the most of its repeats; NAN and -1 = not measured. */
struct test_spread_view {
    double cpu_ms[2], wall_ms[2];
    int64_t memory_bytes[2];
};
struct test_spread_view test_spread_view(const struct test_result *test, bool reveal);

/* The JSON of one test and of a whole record (names: design "Report: JSON").  New references; NULL if out of memory. */
json_t *report_test_json(const struct test_result *test, bool reveal);
json_t *report_json(const struct record *record, const struct report_options *options);

int report_write_json(FILE *file, const struct record *record,
                      const struct report_options *options);
int report_write_text(FILE *file, const struct record *record,
                      const struct report_options *options);

#endif
