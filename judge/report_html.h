/* Inside the HTML report: report_html.c is the page, report_html_tests.c its tables of groups and tests,
 * report_html_plots.c and report_html_growth.c its plots. */
#ifndef MLJUDGE_REPORT_HTML_H
#define MLJUDGE_REPORT_HTML_H

#include <stdio.h>

#include "judge/report_read.h"

/* The page's style sheet, without plot_style. */
extern const char html_style[];

/* <section>s of the page; nothing where there is nothing to show. */
int html_groups_and_tests(FILE *file,
                          const struct report *report); /* with the plots between; -ENOMEM */
void html_plots(FILE *file, const struct report *report);
void html_growth(FILE *file, const struct report *report);

/* "AC accepted", marked by sign, word and colour. */
void html_verdict(FILE *file, enum verdict verdict, bool inconclusive);
/* Captured bytes in a <pre>; more than HTML_BLOCK_MAX bytes are cut, and it says so. */
#define HTML_BLOCK_MAX 8192
void html_block(FILE *file, const char *title, const char *bytes);

#endif
