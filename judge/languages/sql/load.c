/* The arguments as tables: columns as declared, NULL as NULL, rows in the order that was asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"

enum row_order row_order(void)
{
    const char *text = getenv("MLJUDGE_ROW_ORDER");
    bool known = text && text[0] >= '0' && text[0] <= '0' + ORDER_SCAN && !text[1];
    return known ? (enum row_order)(text[0] - '0') : ORDER_GIVEN;
}

size_t *row_permutation(size_t n, enum row_order order)
{
    if (order != ORDER_REVERSED && order != ORDER_SHUFFLED)
        return NULL;
    size_t *rows = need(n, sizeof *rows);
    for (size_t i = 0; i < n; i++)
        rows[i] = n - 1 - i;
    uint64_t state = 0x9e3779b97f4a7c15u; /* fixed: the same rows fail again */
    for (size_t i = n; order == ORDER_SHUFFLED && i > 1; i--) {
        state ^= state << 13; /* xorshift64, Marsaglia 2003 */
        state ^= state >> 7;
        state ^= state << 17;
        size_t j = (size_t)(state % i), kept = rows[i - 1];
        rows[i - 1] = rows[j];
        rows[j] = kept;
    }
    return rows;
}

/* ---- tables ---- */

static void append(sqlite3_str *text, const char *format, const char *name, const char *type)
{
    sqlite3_str_appendf(text, format, name, type);
}

static sqlite3_stmt *prepare(struct database *database, sqlite3_str *text)
{
    sqlite3_stmt *statement = NULL;
    char *sql = sqlite3_str_finish(text);
    if (!sql)
        our_failure("out of memory");
    if (sqlite3_prepare_v2(database->db, sql, -1, &statement, NULL) != SQLITE_OK)
        our_failure("SQLite on '%.120s': %.100s", sql, sqlite3_errmsg(database->db));
    sqlite3_free(sql);
    return statement;
}

sqlite3_stmt *load_table(struct database *database, const char *name, const char *const *columns,
                         const char *const *types, size_t n_columns)
{
    sqlite3_str *create = sqlite3_str_new(database->db);
    sqlite3_str *insert = sqlite3_str_new(database->db);
    append(create, "CREATE TABLE \"%w\"", name, "");
    append(insert, "INSERT INTO \"%w\" VALUES", name, "");
    for (size_t i = 0; i < n_columns; i++) {
        append(create, i ? ", \"%w\" %s" : "(\"%w\" %s", columns[i], types[i]);
        sqlite3_str_appendall(insert, i ? ",?" : "(?");
    }
    sqlite3_str_appendall(create, ")");
    sqlite3_str_appendall(insert, ")");
    sqlite3_stmt *statement = prepare(database, create);
    if (sqlite3_step(statement) != SQLITE_DONE)
        our_failure("SQLite makes no table '%.60s': %.100s", name, sqlite3_errmsg(database->db));
    sqlite3_finalize(statement);
    return prepare(database, insert);
}

void load_row(struct database *database, sqlite3_stmt *insert, const char *table)
{
    if (sqlite3_step(insert) != SQLITE_DONE)
        our_failure("SQLite takes no row of '%.60s': %.100s", table, sqlite3_errmsg(database->db));
    sqlite3_reset(insert);
}

static const char *column_type(enum elem elem)
{
    switch (elem) {
    case ELEM_FLOAT: return "REAL";
    case ELEM_STR: return "TEXT";
    default: return "INTEGER";
    }
}

/* One element as a parameter.  NaN becomes NULL: SQL has no other. */
static int bind_element(sqlite3_stmt *statement, int parameter, enum elem elem,
                        const struct mlj_in *in, size_t i)
{
    if (in->valid && !in->valid[i])
        return sqlite3_bind_null(statement, parameter);
    if (elem == ELEM_FLOAT)
        return sqlite3_bind_double(statement, parameter, ((const double *)in->data)[i]);
    if (elem == ELEM_BOOL)
        return sqlite3_bind_int(statement, parameter, ((const bool *)in->data)[i]);
    if (elem == ELEM_INT)
        return sqlite3_bind_int64(statement, parameter, ((const int64_t *)in->data)[i]);
    const struct str *text = (const struct str *)in->data + i;
    return sqlite3_bind_text64(statement, parameter, text->n ? text->p : "", text->n, SQLITE_STATIC,
                               SQLITE_UTF8);
}

static void put_rows(struct database *database, const struct field *field, const struct mlj_in *in,
                     sqlite3_stmt *insert, enum row_order order)
{
    size_t n = (size_t)in->dims[0];
    size_t *rows = row_permutation(n, order);
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < field->type.n_columns; c++)
            if (bind_element(insert, (int)c + 1, field->type.columns[c].type.elem, &in->columns[c],
                             rows ? rows[i] : i) != SQLITE_OK)
                our_failure("SQLite takes no value of '%s'", field->name);
        load_row(database, insert, field->name);
    }
    free(rows);
}

static void load_declared(struct database *database, const struct field *field,
                          const struct mlj_in *in, enum row_order order)
{
    const char **names = need(field->type.n_columns, sizeof *names);
    const char **types = need(field->type.n_columns, sizeof *types);
    for (size_t c = 0; c < field->type.n_columns; c++) {
        names[c] = field->type.columns[c].name;
        types[c] = column_type(field->type.columns[c].type.elem);
    }
    sqlite3_stmt *insert = load_table(database, field->name, names, types, field->type.n_columns);
    if (in)
        put_rows(database, field, in, insert, order);
    sqlite3_finalize(insert);
    free((void *)names);
    free((void *)types);
}

void load_arguments(struct database *database, const struct mlj_in *in, enum row_order order)
{
    const struct signature *signature = database->signature;
    database_run(database, "BEGIN");
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *field = &signature->args[i];
        if (field->type.kind == KIND_TABLE)
            load_declared(database, field, in ? &in[i] : NULL, order);
        else if (field->type.kind == KIND_CSV && in)
            load_csv(database, field->name, in[i].fd, order);
    }
    database_run(database, "COMMIT");
    if (order >= ORDER_SHUFFLED) /* reversed rows read backwards would be as given */
        database_run(database, "PRAGMA reverse_unordered_selects=ON");
}

void query_bind(struct database *database, sqlite3_stmt *statement, const struct mlj_in *in)
{
    const struct signature *signature = database->signature;
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *field = &signature->args[i];
        char name[TYPE_NAME_MAX + 2];
        snprintf(name, sizeof name, ":%s", field->name);
        int parameter =
            field->type.kind == KIND_SCALAR ? sqlite3_bind_parameter_index(statement, name) : 0;
        if (parameter > 0 &&
            bind_element(statement, parameter, field->type.elem, &in[i], 0) != SQLITE_OK)
            fault(FAULT_MEMORY, "SQLITE_NOMEM", "no memory for parameter %s", name);
    }
}
