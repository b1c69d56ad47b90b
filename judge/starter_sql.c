/* Starters of SQL: tables are tables, scalars are bound as :name, the result is one SELECT. */
#include <stdlib.h>
#include <string.h>

#include "judge/starter.h"
#include "sandbox/util.h"

/* What SQLite has of each. */
static const char *const storage[] = {"", "INTEGER", "REAL", "INTEGER, 0 or 1", "TEXT"};

static void print_columns(FILE *to, const struct type *table)
{
    char notation[CODEGEN_NOTATION_BYTES];
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct field *column = &table->columns[i];
        struct type cell = column->type; /* one row's: borrows the legal values */
        cell.kind = KIND_SCALAR;
        cell.rank = 0;
        fprintf(to, "--     %-16s %s: %s%s\n", column->name, codegen_notation(&cell, notation),
                storage[cell.elem], cell.nullable ? ", or NULL" : "");
    }
}

static void print_argument(FILE *to, const struct field *field)
{
    char notation[CODEGEN_NOTATION_BYTES];
    const struct type *type = &field->type;
    if (type->kind == KIND_TABLE) {
        fprintf(to, "-- %s: a table\n", field->name);
        print_columns(to, type);
    } else if (type->kind == KIND_CSV) {
        fprintf(to, "-- %s: a table, the CSV file: the columns of its header line, all TEXT\n",
                field->name);
    } else {
        fprintf(to, "-- :%s: %s, %s%s\n", field->name, codegen_notation(type, notation),
                storage[type->elem], type->nullable ? ", or NULL" : "");
    }
}

/* SELECT of the right columns, and no row. */
static void print_select(FILE *to, const struct type *table)
{
    static const char *const zeros[] = {"NULL", "0", "0.0", "0", "''"};
    fprintf(to, "SELECT ");
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct field *column = &table->columns[i];
        fprintf(to, "%s%s AS \"%s\"", i ? ",\n       " : "",
                column->type.nullable ? "NULL" : zeros[column->type.elem], column->name);
    }
    fprintf(to, "\nWHERE 0;\n");
}

char *starter_sql(const struct signature *signature, struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to) {
        fprintf(to, "-- One SELECT on SQLite.\n--\n-- What arrives:\n--\n");
        for (size_t i = 0; i < signature->n_args; i++)
            print_argument(to, &signature->args[i]);
        fprintf(to, "--\n-- What to return, these columns in this order:\n--\n");
        print_columns(to, &signature->returns[0].type);
        print_select(to, &signature->returns[0].type);
        if (fclose(to) == 0)
            return text;
    }
    free(text);
    error_oom(err);
    return NULL;
}
