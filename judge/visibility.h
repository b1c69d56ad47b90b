/* How much of the hidden tests a report may show: the host's choice, in one place.  test_view() and report_json()
 * (report.h) apply it; every format is written from what they leave. */
#ifndef MLJUDGE_VISIBILITY_H
#define MLJUDGE_VISIBILITY_H

/* Each shows what those before it show, and: */
enum visibility {
    VISIBILITY_NOTHING = 0, /* samples and compiling only; not even the submission's verdict */
    VISIBILITY_VERDICT,     /* the submission's verdict */
    VISIBILITY_GROUP,       /* its score; each group's verdict and points */
    VISIBILITY_KIND, /* each test: verdict, kind of difference, rounded times and memory.  The default */
    VISIBILITY_ALL, /* everything, as of a sample: --reveal */
};

const char *
visibility_name(enum visibility visibility); /* "nothing", "verdict", "group", "kind", "all" */

#endif
