/* The SQL harness: one SELECT of the candidate on SQLite in memory, in the box (judge/HARNESS.md).
 *
 *   script.c    the candidate's text: exactly one statement, and where its words stand
 *   database.c  SQLite with everything taken away that a SELECT does not need
 *   load.c      the test's arguments as tables
 *   csv.c       a csv argument as a table
 *   query.c     prepare, bind, step; rows to the result */
#ifndef MLJUDGE_SQL_H
#define MLJUDGE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/languages/c/harness.h"

#define SQL_TEXT_MAX    (256 << 10) /* bytes of a submission; as JUDGE_SOURCE_MAX */
#define SQL_NAME_MAX    200
#define SQL_MESSAGE_MAX 400

/* ---- script.c ---- */

/* A submission's text.  The one statement is [begin, end): neither its ; nor comments around it. */
struct script {
    const char *text;
    size_t size, begin, end;
};

/* A complaint about the text, and where. */
struct complaint {
    size_t at;
    char text[SQL_MESSAGE_MAX];
};

/* Finds the statement; false with a complaint unless there is exactly one and it begins like a SELECT. */
bool script_read(const char *text, size_t size, struct script *ret, struct complaint *complaint);

/* Line and column of a byte, from 1; columns count characters. */
void script_place(const struct script *script, size_t at, int *ret_line, int *ret_column);

/* Where a word or quoted name stands in the statement; its begin if nowhere. */
size_t script_find(const struct script *script, const char *word);

/* ---- database.c ---- */

struct database {
    sqlite3 *db;
    const struct signature *signature;
    /* What the authorizer refused first. */
    char denied[SQL_MESSAGE_MAX];
    char denied_word[SQL_NAME_MAX];
};

/* An empty database in memory that knows no file system. */
void database_open(struct database *database, const struct signature *signature);

/* Nothing but reading the test's tables from here on. */
void database_lock(struct database *database);

/* Runs a statement of ours; a failure is ours. */
void database_run(struct database *database, const char *format, ...);

/* ---- load.c ---- */

/* How the rows of tables are put in: an answer may not depend on it. */
enum row_order { ORDER_GIVEN = 0, ORDER_REVERSED = 1, ORDER_SHUFFLED = 2, ORDER_SCAN = 3 };

/* From the environment that the judge made. */
enum row_order row_order(void);

/* The i-th of n rows to be put in is row permutation[i] of the test; NULL: row i.  free() it. */
size_t *row_permutation(size_t n, enum row_order order);

/* A table and its prepared INSERT, one parameter a column. */
sqlite3_stmt *load_table(struct database *database, const char *name, const char *const *columns,
                         const char *const *types, size_t n_columns);

/* One row of an INSERT whose parameters are bound. */
void load_row(struct database *database, sqlite3_stmt *insert, const char *table);

/* The tables of a test.  NULL: empty ones; those of csv arguments are then left out. */
void load_arguments(struct database *database, const struct mlj_in *in, enum row_order order);

/* ---- csv.c ---- */

/* The file behind `fd` as a table of TEXT columns called as its header says. */
void load_csv(struct database *database, const char *table, int fd, enum row_order order);

/* ---- query.c ---- */

/* The statement, prepared; NULL with a complaint. */
sqlite3_stmt *query_prepare(struct database *database, const struct script *script,
                            struct complaint *complaint);

/* Gives the parameters their values. */
void query_bind(struct database *database, sqlite3_stmt *statement, const struct mlj_in *in);

/* Steps through it.  A result that does not fit ends the process. */
void query_run(struct database *database, sqlite3_stmt *statement, const struct outputs *outputs);

#endif
