/* Reports: what people and programs read of a record.
 *
 *   record --> JSON, schema 1 --report_read()--> struct report --report_format.write()--> text, HTML, ...
 *
 * What may be shown is decided once, where a record becomes JSON (test_view(), visibility.h); every format is written
 * from what the JSON report shows, and from nothing else.  Adding a format: one file report_NAME.c and one row in
 * report.c.  A writer escapes every string for its format: the JSON may be a stranger's. */
#ifndef MLJUDGE_REPORT_H
#define MLJUDGE_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "judge/record.h"
#include "judge/report_read.h"
#include "judge/visibility.h"

struct report_options {
    bool color;       /* text: escape sequences of ours may be used */
    int width;        /* text: columns that a line of ours has; 0: any */
    bool values;      /* text: the values of accepted tests, too, where they may be seen */
    bool continued;   /* `file` holds reports of this format already: no second heading */
    const char *path; /* of the submitted file, as CI hosts know it; NULL: the report's base name */
};

/* 0, -ENOMEM, -EIO, or -ENODATA: the report does not show what the format needs.  Nothing is flushed. */
typedef int report_write_fn(FILE *file, const struct report *report,
                            const struct report_options *options);

struct report_format {
    const char *name;
    bool one_a_file; /* two of them behind each other are no document of this format */
    report_write_fn *write;
};

/* NULL if there is no such format. */
const struct report_format *report_format_find(const char *name);
const struct report_format *report_formats(size_t *ret_n);

/* options->path, or the report's own base name. */
const char *report_path(const struct report *report, const struct report_options *options);

/* What may be shown of one test. */
struct test_view {
    const char *message; /* borrowed */
    int line;            /* of the submitted file; -1 = none */
    int exit_code;       /* -1 = not shown */
    int signal;          /* 0 = none, or not shown */
    size_t n_blocked;    /* blocked calls that may be shown */
    bool output_truncated;
    double cpu_ms, wall_ms; /* NAN = not measured */
    double prepare_cpu_ms, prepare_wall_ms;
    double reference_cpu_ms;                    /* NAN = not known */
    double times_reference;                     /* cpu_ms over it, of the numbers as shown; NAN */
    int64_t memory_bytes, prepare_memory_bytes; /* -1 = not measured */
    int64_t memory_tmpfs_bytes;                 /* of an MLE; -1 = not measured */
    bool details; /* printed output and everything else may be shown */
};
struct test_view test_view(const struct test_result *test, enum visibility visibility);

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
struct test_spread_view test_spread_view(const struct test_result *test,
                                         enum visibility visibility);

/* The JSON of one test of a group, or of none (NULL) (names: design "Report: JSON").  A new reference; NULL if out of memory. */
json_t *report_test_json(const struct test_result *test, const char *group,
                         enum visibility visibility);

/* What may be shown of the record, which must outlive it: the JSON of its tests exists one at a time, while it is read
 * and again while it is written.  report_free() it. */
int report_of_record(const struct record *record, enum visibility visibility, struct report **ret,
                     struct error *err);

/* From now on report->json holds the tests, too: for who needs the JSON as a whole.  -ENOMEM. */
int report_complete(struct report *report, struct error *err);

report_write_fn report_write_text, report_write_json, report_write_junit, report_write_markdown,
    report_write_github, report_write_tap, report_write_gradescope, report_write_exercism,
    report_write_classroom, report_write_csv, report_write_html;

#endif
