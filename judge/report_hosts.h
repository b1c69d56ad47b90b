/* What the results files of course hosts (Gradescope, Exercism, GitHub Classroom) share.  They are JSON of each host's own
 * shape; their text is shown to students as plain text. */
#ifndef MLJUDGE_REPORT_HOSTS_H
#define MLJUDGE_REPORT_HOSTS_H

#include <jansson.h>
#include <stdio.h>

#include "judge/report_cases.h"

/* A JSON string of at most max_bytes bytes, "..." included, hostile bytes visible.  New reference or NULL. */
json_t *host_text(const char *text, size_t max_bytes);

/* How the group went, in lines: numbers, then what failed.  New reference or NULL. */
json_t *host_group_text(const struct report *report, size_t group);

/* Appends to the list, or gives the list up; both take over `item` and `list`.  NULL: out of memory. */
json_t *host_appended(json_t *list, json_t *item);

/* Writes the JSON as one line, and gives it up.  `json` NULL: -ENOMEM. */
int host_write(FILE *file, json_t *json);

#endif
