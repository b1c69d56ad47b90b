/* What a verdict means in this case, in words for the candidate: from what the report shows, nothing else. */
#ifndef MLJUDGE_REPORT_EXPLAIN_H
#define MLJUDGE_REPORT_EXPLAIN_H

#include "judge/report_read.h"

#define EXPLAIN_MAX 300

/* One line that says more than the test's message: by how much a limit was missed, what a signal usually is.  "" where
 * there is nothing to add.  No byte of the candidate's is in it.  Returns `buffer`. */
const char *report_explain(const struct report *report, const struct report_test *test,
                           char buffer[EXPLAIN_MAX]);

/* What a blocked system call is for: "there is no network in the box"; "" if nothing is known of it. */
const char *report_explain_call(const char *name);

#endif
