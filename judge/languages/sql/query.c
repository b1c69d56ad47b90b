/* The candidate's statement: prepared, with complaints in the candidate's words; then its rows as the result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql.h"

static sqlite3_stmt *refuse(sqlite3_stmt *statement, struct complaint *complaint, size_t at,
                            const char *text)
{
    complaint->at = at;
    snprintf(complaint->text, sizeof complaint->text, "%s", text);
    sqlite3_finalize(statement);
    return NULL;
}

/* Where SQLite saw the error, if it says so. */
static size_t error_place(sqlite3 *db, const struct script *script)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    int offset = sqlite3_error_offset(db);
    if (offset >= 0 && (size_t)offset <= script->end - script->begin)
        return script->begin + (size_t)offset;
#else
    (void)db;
#endif
    return script->begin;
}

/* "no such table: x" and its like: what could have been meant. */
static void add_hint(const struct database *database, const struct script *script,
                     struct complaint *complaint)
{
    size_t used = strlen(complaint->text), room = sizeof complaint->text - used;
    char *end = complaint->text + used;
    if (strncmp(complaint->text, "no such column: ", 16) == 0) {
        size_t at = script_find(script, complaint->text + 16);
        if (script->text[at] == '"')
            snprintf(end, room, " (double quotes are for names; a string is in single quotes)");
    } else if (strncmp(complaint->text, "no such table: ", 15) == 0) {
        const struct signature *signature = database->signature;
        const char *before = " (there is ";
        for (size_t i = 0; i < signature->n_args; i++) {
            enum kind kind = signature->args[i].type.kind;
            if (kind != KIND_TABLE && kind != KIND_CSV)
                continue;
            used += (size_t)snprintf(complaint->text + used, room, "%s%s", before,
                                     signature->args[i].name);
            if (used >= sizeof complaint->text)
                return;
            room = sizeof complaint->text - used;
            before = ", ";
        }
        if (before[0] == ',')
            snprintf(complaint->text + used, room, ")");
    }
}

static sqlite3_stmt *explain(struct database *database, const struct script *script,
                             struct complaint *complaint)
{
    if (database->denied[0])
        return refuse(NULL, complaint, script_find(script, database->denied_word),
                      database->denied);
    const char *said = sqlite3_errmsg(database->db);
    refuse(NULL, complaint, error_place(database->db, script), said);
    /* SQLite gives no place for an unknown table. */
    if (complaint->at == script->begin && strncmp(said, "no such table: ", 15) == 0)
        complaint->at = script_find(script, said + 15);
    add_hint(database, script, complaint);
    return NULL;
}

static bool is_scalar(const struct signature *signature, const char *name)
{
    for (size_t i = 0; i < signature->n_args; i++)
        if (signature->args[i].type.kind == KIND_SCALAR &&
            strcmp(signature->args[i].name, name) == 0)
            return true;
    return false;
}

/* A parameter nobody binds would be NULL without a word. */
static const char *unknown_parameter(const struct database *database, sqlite3_stmt *statement)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        if (!name)
            return "?";
        if (name[0] != ':' || !is_scalar(database->signature, name + 1))
            return name;
    }
    return NULL;
}

sqlite3_stmt *query_prepare(struct database *database, const struct script *script,
                            struct complaint *complaint)
{
    sqlite3_stmt *statement = NULL;
    const char *begin = script->text + script->begin, *tail = NULL;
    size_t size = script->end - script->begin;
    database->denied[0] = '\0';
    if (sqlite3_prepare_v2(database->db, begin, (int)size, &statement, &tail) != SQLITE_OK)
        return explain(database, script, complaint);
    if (!statement || tail != begin + size)
        return refuse(statement, complaint, script->begin + (size_t)(tail - begin),
                      "a second statement: one SELECT is all there may be");
    if (!sqlite3_stmt_readonly(statement) || sqlite3_stmt_isexplain(statement) ||
        sqlite3_column_count(statement) == 0)
        return refuse(statement, complaint, script->begin, "only a SELECT is allowed");
    const char *name = unknown_parameter(database, statement);
    if (!name)
        return statement;
    snprintf(complaint->text, sizeof complaint->text,
             "there is no parameter %.100s (a scalar argument is written :name)", name);
    complaint->at = script_find(script, name[0] == '$' ? name : name + 1);
    sqlite3_finalize(statement);
    return NULL;
}

/* ---- rows ---- */

union cell {
    int64_t number;
    double real;
    bool truth;
    struct str text;
};

static const char *type_name(int type)
{
    static const char *const names[] = {"?", "an INTEGER", "a REAL", "TEXT", "a BLOB", "NULL"};
    return names[type >= SQLITE_INTEGER && type <= SQLITE_NULL ? type : 0];
}

static _Noreturn void bad_cell(const struct field *column, int64_t row, const char *what)
{
    fault(FAULT_TYPE, "result", "row [%lld], column %s: %s where %s%s is declared", (long long)row,
          column->name, what,
          column->type.elem == ELEM_INT     ? "int"
          : column->type.elem == ELEM_FLOAT ? "float"
          : column->type.elem == ELEM_BOOL  ? "bool (0 or 1)"
                                            : "str",
          column->type.nullable ? "?" : "");
}

static _Noreturn void no_memory(void)
{
    fault(FAULT_MEMORY, "SQLITE_NOMEM", "out of memory");
}

/* NULL for NULL; else `cell`, filled in.  The bytes of a text live until the next step. */
static const void *read_cell(sqlite3_stmt *statement, int i, const struct field *column,
                             int64_t row, union cell *cell)
{
    int type = sqlite3_column_type(statement, i);
    enum elem elem = column->type.elem;
    bool fits = false;
    if (type == SQLITE_NULL) {
        if (!column->type.nullable)
            bad_cell(column, row, "NULL");
        return NULL;
    }
    if (elem == ELEM_FLOAT) {
        cell->real = sqlite3_column_double(statement, i);
        fits = type == SQLITE_FLOAT || type == SQLITE_INTEGER;
    } else if (elem == ELEM_STR) {
        fits = type == SQLITE_TEXT;
        cell->text.p = fits ? (const char *)sqlite3_column_text(statement, i) : "";
        cell->text.n = (size_t)sqlite3_column_bytes(statement, i);
        if (!cell->text.p)
            no_memory();
    } else {
        int64_t number = sqlite3_column_int64(statement, i);
        fits = type == SQLITE_INTEGER;
        if (elem == ELEM_INT)
            cell->number = number;
        else
            cell->truth = number != 0;
        if (fits && elem == ELEM_BOOL && (number < 0 || number > 1))
            bad_cell(column, row, "another INTEGER");
    }
    if (!fits)
        bad_cell(column, row, type_name(type));
    return cell;
}

/* As many columns as declared, and called so. */
static void check_columns(const struct database *database, sqlite3_stmt *statement,
                          const struct type *table)
{
    int n = sqlite3_column_count(statement);
    if ((size_t)n != table->n_columns)
        fault(FAULT_TYPE, "result", "%d columns, expected %zu", n, table->n_columns);
    for (int i = 0; i < n && !database->signature->any_names; i++) {
        const char *name = sqlite3_column_name(statement, i);
        if (!name)
            no_memory();
        if (strcasecmp(name, table->columns[i].name) != 0)
            fault(FAULT_TYPE, "result",
                  "column %d is called %.100s, expected %s (write AS %s behind it)", i + 1, name,
                  table->columns[i].name, table->columns[i].name);
    }
}

static _Noreturn void step_failed(struct database *database, int r)
{
    if ((r & 0xff) == SQLITE_NOMEM)
        no_memory();
    fault(FAULT_EXCEPTION, "SQLite", "%.400s", sqlite3_errmsg(database->db));
}

void query_run(struct database *database, sqlite3_stmt *statement, const struct outputs *outputs)
{
    const struct type *table = &database->signature->returns[0].type;
    size_t n = table->n_columns;
    check_columns(database, statement, table);
    union cell *values = calloc(n, sizeof *values);
    const void **cells = calloc(n, sizeof *cells);
    if (!values || !cells)
        no_memory();
    int r = SQLITE_ROW;
    for (int64_t row = 0; (r = sqlite3_step(statement)) == SQLITE_ROW; row++) {
        for (size_t i = 0; i < n; i++)
            cells[i] = read_cell(statement, (int)i, &table->columns[i], row, &values[i]);
        outputs_api.emit_row(outputs->results[0].out, cells, n);
    }
    if (r != SQLITE_DONE)
        step_failed(database, r);
    free(values);
    free((void *)cells);
}
