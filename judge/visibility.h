/* How much of the hidden tests a report may show: the host's choice, in one place.  test_view() and report_json.c
 * (report.h) apply it; every format is written from what they leave. */
#ifndef MLJUDGE_VISIBILITY_H
#define MLJUDGE_VISIBILITY_H

#include <stddef.h>
#include <stdint.h>

#include "sandbox/error.h"

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

/* A policy is up to four rules with commas between: LEVEL (always), LEVEL@tries=N (once there were N submissions before
 * this one), LEVEL@DATE (from that moment; UTC, 2026-12-24 or 2026-12-24T18:00:00Z).  The highest level of those that
 * hold counts; if none does, nothing is shown.  "verdict,group@tries=3,kind@2026-12-24".  "all" is no level of a policy. */
#define VISIBILITY_RULES_MAX  4
#define VISIBILITY_TEXT_BYTES 160

struct visibility_rule {
    enum visibility level;
    int64_t tries;  /* 0 = always */
    int64_t from_s; /* since 1970, UTC; INT64_MIN = always */
};

struct visibility_policy {
    struct visibility_rule rules[VISIBILITY_RULES_MAX];
    size_t n;
    char text[VISIBILITY_TEXT_BYTES]; /* as it was given */
};

/* -EINVAL says what is wrong and what a policy looks like. */
int visibility_parse(const char *text, struct visibility_policy *ret, struct error *err);

/* tries: submissions of this candidate before this one; -1 = not known, and no rule that counts them holds. */
enum visibility visibility_now(const struct visibility_policy *policy, int64_t tries,
                               int64_t now_s);

#endif
