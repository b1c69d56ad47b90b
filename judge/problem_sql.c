#include "judge/problem_sql.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* SQL's names do not differ by case alone, and SQLite keeps some for itself. */
static int check_names(const struct document *doc, const char *pointer, const struct field *fields,
                       size_t n, bool tables_only, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = fields[i].name;
        if (tables_only && fields[i].type.kind == KIND_SCALAR)
            continue;
        if (tables_only && strncasecmp(name, "sqlite_", 7) == 0)
            return document_error(doc, pointer, err,
                                  "\"sql\" is offered, but SQLite keeps the name \"%s\" for itself",
                                  name);
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(fields[k].name, name) == 0 &&
                !(tables_only && fields[k].type.kind == KIND_SCALAR))
                return document_error(
                    doc, pointer, err,
                    "\"sql\" is offered, but \"%s\" and \"%s\" are one name in SQL", fields[k].name,
                    name);
    }
    return 0;
}

static int check_args(const struct document *doc, const struct signature *signature,
                      struct error *err)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *arg = &signature->args[i];
        char at[POINTER_MAX];
        pointer_join(at, "/signature/args", arg->name);
        if (arg->type.kind == KIND_ARRAY || arg->type.kind == KIND_RAGGED)
            return document_error(doc, at, err,
                                  "\"sql\" is offered, but argument \"%s\" is an array: SQL takes "
                                  "tables, csv and scalars",
                                  arg->name);
        int r = check_names(doc, at, arg->type.columns, arg->type.n_columns, false, err);
        if (r < 0)
            return r;
    }
    return check_names(doc, "/signature/args", signature->args, signature->n_args, true, err);
}

static int read_options(const struct document *doc, struct problem *problem, struct error *err)
{
    static const char *const keys[] = {"names", "row_order", NULL};
    json_t *json = NULL;
    const char *names = "declared";
    const char *row_order = "free";
    int r = document_member(doc, doc->root, "", "sql", false, JSON_OBJECT, &json, err);
    if (r < 0 || !json)
        return r;
    if (!problem_offers(problem, SQL_LANGUAGE))
        return document_error(doc, "/sql", err, "\"sql\", which \"languages\" does not list");
    r = document_only(doc, json, "/sql", keys, err);
    if (r == 0)
        r = document_string(doc, json, "/sql", "names", false, &names, err);
    if (r == 0)
        r = document_string(doc, json, "/sql", "row_order", false, &row_order, err);
    if (r < 0)
        return r;
    problem->signature.any_names = strcmp(names, "any") == 0;
    problem->row_order_matters = strcmp(row_order, "matters") == 0;
    if (!problem->signature.any_names && strcmp(names, "declared") != 0)
        return document_error(doc, "/sql/names", err, "\"names\" is \"declared\" or \"any\"");
    if (!problem->row_order_matters && strcmp(row_order, "free") != 0)
        return document_error(doc, "/sql/row_order", err,
                              "\"row_order\" is \"free\" or \"matters\"");
    return 0;
}

int problem_check_sql(const struct document *doc, struct problem *problem, struct error *err)
{
    const struct signature *signature = &problem->signature;
    int r = read_options(doc, problem, err);
    if (r < 0 || !problem_offers(problem, SQL_LANGUAGE))
        return r;
    r = check_args(doc, signature, err);
    if (r < 0)
        return r;
    if (signature->n_returns != 1 || signature->returns[0].type.kind != KIND_TABLE)
        return document_error(doc, "/signature/returns", err,
                              "\"sql\" is offered, but a SELECT returns one table");
    return 0;
}
