/* The kill matrix of a package: its solutions against its groups, with verdicts, over any number of seeds; and from
 * it which groups and tests reject nothing.  Knows nothing of commands: a server can fill and show one, too. */
#ifndef MLJUDGE_VERIFY_MATRIX_H
#define MLJUDGE_VERIFY_MATRIX_H

#include <jansson.h>
#include <stdio.h>

#include "judge/record.h"

struct matrix_row {
    char folder[16];
    char file[128]; /* hostile */
    char language[LANGUAGE_NAME_MAX + 1];
    bool must_fail;         /* lies outside accepted/ */
    bool flips;             /* a group accepted it under one seed and rejected it under another */
    enum verdict *verdicts; /* of each group under the first seed; NONE = not offered */
};

struct matrix_group {
    char name[32];
    bool hidden;
    size_t n_faced; /* solutions outside accepted/ that it judged, counted once a seed */
    size_t n_kills; /* those of them that it rejected */
};

struct matrix_test {
    char name[64];
    size_t group;
    size_t n_faced, n_kills; /* as above; a test that was not run faced nothing */
};

struct matrix {
    struct matrix_row *rows;
    size_t n_rows;
    struct matrix_group *groups;
    size_t n_groups;
    struct matrix_test *tests;
    size_t n_tests;
};

/* One judged solution under one seed.  All records are of one problem.  -ENOMEM. */
int matrix_add(struct matrix *matrix, const char *folder, bool must_fail,
               const struct record *record);
void matrix_done(struct matrix *matrix);

/* Hidden group, judged some solution that must fail, rejected none. */
bool matrix_useless(const struct matrix_group *group);
size_t matrix_n_useless(const struct matrix *matrix);
size_t matrix_n_flips(const struct matrix *matrix);

/* A table; "*" follows the row of a solution that flips. */
void matrix_write_text(FILE *file, const struct matrix *matrix);

/* {"solutions": [{"folder", "file", "language", "flips", "groups": {name: verdict or null}}],
 *  "groups": [{"name", "hidden", "faced", "kills", "useless"}], "tests_without_kill": [name]}.  NULL: out of memory. */
json_t *matrix_json(const struct matrix *matrix);

#endif
