/* What problem.json says of SQL: which problems can offer it, and the object "sql". */
#ifndef MLJUDGE_PROBLEM_SQL_H
#define MLJUDGE_PROBLEM_SQL_H

#include "judge/problem.h"

#define SQL_LANGUAGE "sql"

/* Checks a problem whose signature and languages have been read; a problem without SQL passes. */
int problem_check_sql(const struct document *doc, struct problem *problem, struct error *err);

#endif
