/* Several submissions to one problem, beside each other. */
#ifndef MLJUDGE_SEVERAL_H
#define MLJUDGE_SEVERAL_H

#include <stdio.h>

#include "judge/report.h"

struct several {
    struct report **reports; /* owned; in the order of the files */
    size_t n;
};

/* Takes the report over, but not its record: its JSON cannot be written any more.  -ENOMEM: it is freed. */
int several_add(struct several *several, struct report *report, struct error *err);
void several_done(struct several *several);

/* A table: a line a submission, the fastest of the accepted marked; then the groups whose verdicts differ, and the first
 * test in each that does. */
void several_write(FILE *file, const struct several *several);

#endif
