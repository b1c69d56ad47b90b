#include "judge/verify_matrix.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "sandbox/util.h"

static int take_groups(struct matrix *matrix, const struct record *record)
{
    if (matrix->n_groups > 0 || record->n_groups == 0)
        return 0;
    matrix->groups = calloc(record->n_groups, sizeof *matrix->groups);
    if (!matrix->groups)
        return -ENOMEM;
    matrix->n_groups = record->n_groups;
    for (size_t g = 0; g < record->n_groups; g++) {
        snprintf(matrix->groups[g].name, sizeof matrix->groups[g].name, "%s",
                 record->groups[g].name);
        matrix->groups[g].hidden = record->groups[g].hidden;
    }
    return 0;
}

static struct matrix_row *row_of(struct matrix *matrix, const char *folder,
                                 const struct record *record)
{
    for (size_t i = 0; i < matrix->n_rows; i++) {
        struct matrix_row *row = &matrix->rows[i];
        if (strcmp(row->folder, folder) == 0 && strcmp(row->language, record->language) == 0 &&
            strncmp(row->file, record->file, sizeof row->file - 1) == 0)
            return row;
    }
    struct matrix_row *grown = realloc(matrix->rows, (matrix->n_rows + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    matrix->rows = grown;
    enum verdict *verdicts = calloc(matrix->n_groups + 1, sizeof *verdicts);
    if (!verdicts)
        return NULL;
    struct matrix_row *row = &matrix->rows[matrix->n_rows++];
    *row = (struct matrix_row){.verdicts = verdicts};
    snprintf(row->folder, sizeof row->folder, "%s", folder);
    snprintf(row->file, sizeof row->file, "%.*s", (int)sizeof row->file - 1, record->file);
    snprintf(row->language, sizeof row->language, "%s", record->language);
    for (size_t g = 0; g < matrix->n_groups; g++)
        row->verdicts[g] = VERDICT_NONE;
    return row;
}

/* place: where it is found at once, all records of a problem being alike. */
static struct matrix_test *test_of(struct matrix *matrix, const struct test_result *test,
                                   size_t place)
{
    if (place < matrix->n_tests && strcmp(matrix->tests[place].name, test->name) == 0)
        return &matrix->tests[place];
    for (size_t i = 0; i < matrix->n_tests; i++)
        if (strcmp(matrix->tests[i].name, test->name) == 0)
            return &matrix->tests[i];
    struct matrix_test *grown = realloc(matrix->tests, (matrix->n_tests + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    matrix->tests = grown;
    struct matrix_test *added = &matrix->tests[matrix->n_tests++];
    *added = (struct matrix_test){.group = test->group};
    snprintf(added->name, sizeof added->name, "%s", test->name);
    return added;
}

static int count_tests(struct matrix *matrix, const struct record *record)
{
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        if (!record->groups[test->group].offered)
            continue;
        struct matrix_test *count = test_of(matrix, test, i);
        if (!count)
            return -ENOMEM;
        count->n_faced += test->status == TEST_RUN;
        count->n_kills += test->status == TEST_RUN && test->verdict != VERDICT_AC;
    }
    return 0;
}

int matrix_add(struct matrix *matrix, const char *folder, bool must_fail,
               const struct record *record)
{
    if (take_groups(matrix, record) < 0)
        return -ENOMEM;
    assert(matrix->n_groups == record->n_groups);
    struct matrix_row *row = row_of(matrix, folder, record);
    if (!row)
        return -ENOMEM;
    row->must_fail = must_fail;
    for (size_t g = 0; g < record->n_groups; g++) {
        enum verdict verdict = record->groups[g].verdict;
        if (!record->groups[g].offered || verdict == VERDICT_NONE)
            continue;
        if (row->verdicts[g] == VERDICT_NONE)
            row->verdicts[g] = verdict;
        else if ((row->verdicts[g] == VERDICT_AC) != (verdict == VERDICT_AC))
            row->flips = true;
        matrix->groups[g].n_faced += must_fail;
        matrix->groups[g].n_kills += must_fail && verdict != VERDICT_AC;
    }
    return must_fail ? count_tests(matrix, record) : 0;
}

void matrix_done(struct matrix *matrix)
{
    for (size_t i = 0; i < matrix->n_rows; i++)
        free(matrix->rows[i].verdicts);
    free(matrix->rows);
    free(matrix->groups);
    free(matrix->tests);
    *matrix = (struct matrix){0};
}

bool matrix_useless(const struct matrix_group *group)
{
    return group->hidden && group->n_faced > 0 && group->n_kills == 0;
}

size_t matrix_n_useless(const struct matrix *matrix)
{
    size_t n = 0;
    for (size_t g = 0; g < matrix->n_groups; g++)
        n += matrix_useless(&matrix->groups[g]);
    return n;
}

size_t matrix_n_flips(const struct matrix *matrix)
{
    size_t n = 0;
    for (size_t i = 0; i < matrix->n_rows; i++)
        n += matrix->rows[i].flips;
    return n;
}

/* As wide as a group's name, and wide enough for any verdict. */
static int width(const struct matrix_group *group)
{
    size_t n = strlen(group->name);
    return (int)(n < 3 ? 3 : n);
}

static const char *cell(enum verdict verdict)
{
    return verdict == VERDICT_NONE ? "--" : verdict_name(verdict);
}

static bool idle(const struct matrix *matrix, const struct matrix_test *test)
{
    return matrix->groups[test->group].hidden && test->n_faced > 0 && test->n_kills == 0;
}

void matrix_write_text(FILE *file, const struct matrix *matrix)
{
    fprintf(file, "  %-9s %-28s %-8s", "", "", "");
    for (size_t g = 0; g < matrix->n_groups; g++)
        fprintf(file, " %-*s", width(&matrix->groups[g]), matrix->groups[g].name);
    fputc('\n', file);
    for (size_t i = 0; i < matrix->n_rows; i++) {
        const struct matrix_row *row = &matrix->rows[i];
        char name[256];
        escape_text(row->file, strlen(row->file), name, sizeof name);
        fprintf(file, "  %-9s %-28s %-8s", row->folder, name, row->language);
        for (size_t g = 0; g < matrix->n_groups; g++)
            fprintf(file, " %-*s", width(&matrix->groups[g]), cell(row->verdicts[g]));
        fprintf(file, "%s\n", row->flips ? " *" : "");
    }
    for (size_t i = 0; i < matrix->n_tests; i++)
        if (idle(matrix, &matrix->tests[i])) {
            char name[160];
            escape_text(matrix->tests[i].name, strlen(matrix->tests[i].name), name, sizeof name);
            fprintf(file, "  note test %s rejects nothing\n", name);
        }
}

/* Takes over `item`; NULL, and nothing left, if there is no memory. */
static json_t *appended(json_t *list, json_t *item)
{
    if (list && item && json_array_append_new(list, item) == 0)
        return list;
    if (!list)
        json_decref(item);
    json_decref(list);
    return NULL;
}

static json_t *row_json(const struct matrix *matrix, const struct matrix_row *row)
{
    auto_free char *file = escape_block(row->file, strlen(row->file));
    json_t *groups = json_object();
    for (size_t g = 0; groups && g < matrix->n_groups; g++)
        if (json_object_set_new(groups, matrix->groups[g].name,
                                row->verdicts[g] == VERDICT_NONE
                                    ? json_null()
                                    : json_string(verdict_name(row->verdicts[g]))) < 0) {
            json_decref(groups);
            groups = NULL;
        }
    return json_pack("{s:s,s:o,s:s,s:b,s:o}", "folder", row->folder, "file",
                     file ? json_string(file) : NULL, "language", row->language, "flips",
                     row->flips, "groups", groups);
}

json_t *matrix_json(const struct matrix *matrix)
{
    json_t *rows = json_array(), *groups = json_array(), *tests = json_array();
    for (size_t i = 0; i < matrix->n_rows; i++)
        rows = appended(rows, row_json(matrix, &matrix->rows[i]));
    for (size_t g = 0; g < matrix->n_groups; g++) {
        const struct matrix_group *group = &matrix->groups[g];
        groups = appended(groups,
                          json_pack("{s:s,s:b,s:I,s:I,s:b}", "name", group->name, "hidden",
                                    group->hidden, "faced", (json_int_t)group->n_faced, "kills",
                                    (json_int_t)group->n_kills, "useless", matrix_useless(group)));
    }
    for (size_t i = 0; i < matrix->n_tests; i++)
        if (idle(matrix, &matrix->tests[i])) {
            const char *name = matrix->tests[i].name;
            auto_free char *text = escape_block(name, strlen(name));
            tests = appended(tests, text ? json_string(text) : NULL);
        }
    return json_pack("{s:o,s:o,s:o}", "solutions", rows, "groups", groups, "tests_without_kill",
                     tests);
}
