/* "packages" in problem.json: top-level modules that a problem adds to what a language shows. */
#ifndef MLJUDGE_PROBLEM_PACKAGES_H
#define MLJUDGE_PROBLEM_PACKAGES_H

#include "judge/problem.h"

#define PACKAGES_MAX     16
#define PACKAGE_NAME_MAX 31

/* Reads them into problem->packages; its languages have been read. */
int problem_read_packages(const struct document *doc, struct problem *problem, struct error *err);

/* What a language of the problem gets of them, names between spaces; "" for one that takes none.  NULL is a problem
 * without packages. */
const char *problem_packages_for(const struct problem *problem, const char *language);

#endif
