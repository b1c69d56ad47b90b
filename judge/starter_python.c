/* Starters of the Python flavours.  design "Types" says how values look in each. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "judge/starter.h"
#include "sandbox/util.h"

enum view { PURE, NUMPY, PANDAS };

static const char *const titles[] = {"its standard library only", "NumPy", "pandas"};
static const char *const imports[] = {"", "import numpy as np\n",
                                      "import numpy as np\nimport pandas as pd\n"};

static const char *const one[] = {"", "int", "float", "bool", "str"};
static const char *const many[] = {"", "ints", "floats", "bools", "strs"};

/* "n lists of d floats" */
static void print_nested(FILE *to, const struct type *type)
{
    for (int i = 0; i < type->rank; i++) {
        const struct dim *dim = &type->dims[i];
        fprintf(to, i ? " lists" : "list");
        if (dim->kind == DIM_NAME)
            fprintf(to, " of %s", dim->name);
        else if (dim->kind == DIM_NUMBER)
            fprintf(to, " of %lld", (long long)dim->size);
        else
            fprintf(to, " of *");
    }
    fprintf(to, " %s", many[type->elem]);
}

/* What one column or array is in NumPy. */
static const char *numpy_array(const struct type *type)
{
    static const char *const plain[] = {"", "int64 array", "float64 array", "bool array",
                                        "object array of str"};
    static const char *const nullable[] = {"", "object array of int and None", "float64 array",
                                           "object array of bool and None",
                                           "object array of str and None"};
    return type->nullable ? nullable[type->elem] : plain[type->elem];
}

static const char *numpy_null(const struct type *type)
{
    if (!type->nullable)
        return "";
    return type->elem == ELEM_FLOAT ? "; NaN is NULL" : "; None is NULL";
}

/* What one column or array of rank 1 is in pandas. */
static const char *pandas_dtype(const struct type *type)
{
    static const char *const plain[] = {"", "int64", "float64", "bool", "string"};
    static const char *const nullable[] = {"", "Int64; pd.NA is NULL", "float64; NaN is NULL",
                                           "boolean; pd.NA is NULL", "string; pd.NA is NULL"};
    return type->nullable ? nullable[type->elem] : plain[type->elem];
}

static bool is_extension(const struct type *type)
{
    return type->elem == ELEM_STR || (type->nullable && type->elem != ELEM_FLOAT);
}

static void print_columns(FILE *to, const struct type *table, enum view view, bool result)
{
    char notation[CODEGEN_NOTATION_BYTES];
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct field *column = &table->columns[i];
        struct type cell = column->type; /* one row's: borrows the legal values */
        cell.kind = KIND_SCALAR;
        cell.rank = 0;
        fprintf(to, "\n#         %-16s %s", column->name, codegen_notation(&cell, notation));
        if (view == PANDAS)
            fprintf(to, ": %s", pandas_dtype(&column->type));
        else if (view == NUMPY && !result)
            fprintf(to, ": %s%s", numpy_array(&column->type), numpy_null(&column->type));
        else if (column->type.nullable)
            fprintf(to, ": NULL is None");
    }
}

static void print_argument(FILE *to, const struct type *type, enum view view)
{
    static const char *const tables[] = {
        "list of rows, each a dict:", "dict of columns, each an array with one element a row:",
        "DataFrame, its index 0, 1, 2 and so on:"};
    char shape[256];
    switch (type->kind) {
    case KIND_SCALAR:
        fprintf(to, "%s%s", one[type->elem], type->nullable ? ", or None, which is NULL" : "");
        return;
    case KIND_CSV:
        fprintf(to, "str, the path of the CSV file: open() it as often as you like");
        return;
    case KIND_ARRAY:
        if (view == PANDAS && type->rank == 1 && is_extension(type))
            fprintf(to, "array of pandas with %s elements, dtype %s", starter_shape(type, shape),
                    pandas_dtype(type));
        else if (view != PURE)
            fprintf(to, "%s of shape %s%s", numpy_array(type), starter_shape(type, shape),
                    numpy_null(type));
        else
            print_nested(to, type);
        if (view == PURE && type->nullable)
            fprintf(to, "; NULL is None");
        return;
    case KIND_RAGGED:
        if (view != PURE)
            fprintf(to, "list of rows, each a %s of its own length%s", numpy_array(type),
                    numpy_null(type));
        else
            fprintf(to, "list of rows, each a list of %s of its own length%s", many[type->elem],
                    type->nullable ? "; NULL is None" : "");
        return;
    case KIND_TABLE:
        fputs(tables[view], to);
        print_columns(to, type, view, false);
        return;
    }
}

static void print_result(FILE *to, const struct type *type, enum view view)
{
    static const char *const arrays[] = {"", "array", "array or Series"};
    char shape[256];
    switch (type->kind) {
    case KIND_CSV: assert(0 && "csv stands in arguments only"); return;
    case KIND_SCALAR: fprintf(to, "%s", one[type->elem]); break;
    case KIND_ARRAY:
        if (view != PURE)
            fprintf(to, "%s of %s of shape %s, or lists", arrays[type->rank == 1 ? view : NUMPY],
                    many[type->elem], starter_shape(type, shape));
        else
            print_nested(to, type);
        break;
    case KIND_RAGGED:
        fprintf(to, "list of rows, each a list%s of %s of its own length",
                view != PURE ? " or an array" : "", many[type->elem]);
        break;
    case KIND_TABLE:
        fprintf(to, "%slist of rows, each a tuple or a dict; or a dict of columns:",
                view == PANDAS ? "DataFrame, its index does not count; " : "");
        print_columns(to, type, view, true);
        return;
    }
    if (type->nullable)
        fprintf(to, type->elem == ELEM_FLOAT ? "; None and NaN are NULL"
                    : view == PANDAS         ? "; NULL is None or pd.NA"
                                             : "; NULL is None");
}

/* "# name: notation", and below it what that means here. */
static void print_field(FILE *to, const struct field *field, enum view view, bool result)
{
    char notation[CODEGEN_NOTATION_BYTES];
    fprintf(to, "# %s: %s\n#     ", field->name[0] ? field->name : "the result",
            field->type.kind == KIND_TABLE ? "table" : codegen_notation(&field->type, notation));
    if (result)
        print_result(to, &field->type, view);
    else
        print_argument(to, &field->type, view);
    fputc('\n', to);
}

static void print_returns(FILE *to, const struct signature *signature, enum view view)
{
    fprintf(to, "#\n# What to return");
    if (signature->returns[0].name[0])
        fprintf(to, ", as a tuple in this order or as a dict with these keys");
    fprintf(to, ":\n#\n");
    for (size_t i = 0; i < signature->n_returns; i++)
        print_field(to, &signature->returns[i], view, true);
    if (starter_has_free_size(signature))
        fprintf(to, "#\n# A size * is part of the answer.\n");
}

/* "def f(a, b):", broken before STARTER_COLUMNS, and a body that says what is missing. */
static void print_def(FILE *to, int indent, const char *self, const char *name,
                      const struct field *args, size_t n_args)
{
    int open = fprintf(to, "%*sdef %s(%s", indent, "", name, self);
    size_t column = open > 0 ? (size_t)open : 0;
    for (size_t i = 0; i < n_args; i++) {
        size_t length = strlen(args[i].name);
        if (i > 0 && column + length + 4 > STARTER_COLUMNS) {
            fprintf(to, ",\n%*s", open, "");
            column = (size_t)open;
        } else if (i > 0 || self[0]) {
            fprintf(to, ", ");
            column += 2;
        }
        fputs(args[i].name, to);
        column += length;
    }
    if (strcmp(name, "__init__") == 0)
        fprintf(to, "):\n%*spass\n", indent + 4, "");
    else
        fprintf(to, "):\n%*sraise NotImplementedError(\"%s\")\n", indent + 4, "", name);
}

static void print_method_words(FILE *to, const struct method *method, enum view view)
{
    fprintf(to, "#\n# %s\n#\n", method->name);
    for (size_t i = 0; i < method->n_args; i++)
        print_field(to, &method->args[i], view, false);
    if (method->has_result)
        print_field(to, &method->result, view, true);
    else if (strcmp(method->name, "__init__") != 0)
        fprintf(to, "# Nothing is returned.\n");
}

static void print_class(FILE *to, const struct signature *class, enum view view)
{
    fprintf(to, "# Python with %s.\n", titles[view]);
    for (size_t m = 0; m < class->n_methods; m++)
        print_method_words(to, &class->methods[m], view);
    fprintf(to, "%s\n\nclass %s:\n", imports[view], class->entry);
    for (size_t m = 0; m < class->n_methods; m++) {
        const struct method *method = &class->methods[m];
        if (m > 0)
            fputc('\n', to);
        print_def(to, 4, "self", method->name, method->args, method->n_args);
    }
}

static void print_function(FILE *to, const struct signature *signature, enum view view)
{
    fprintf(to, "# Python with %s.\n#\n# What arrives:\n#\n", titles[view]);
    for (size_t i = 0; i < signature->n_args; i++)
        print_field(to, &signature->args[i], view, false);
    print_returns(to, signature, view);
    fprintf(to, "%s\n\n", imports[view]);
    print_def(to, 0, "", signature->entry, signature->args, signature->n_args);
}

static char *generate(const struct signature *signature, enum view view, struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to) {
        if (signature->n_methods > 0)
            print_class(to, signature, view);
        else
            print_function(to, signature, view);
        if (fclose(to) == 0)
            return text;
    }
    free(text);
    error_oom(err);
    return NULL;
}

char *starter_python(const struct signature *signature, struct error *err)
{
    return generate(signature, NUMPY, err);
}

char *starter_pypure(const struct signature *signature, struct error *err)
{
    return generate(signature, PURE, err);
}

char *starter_pandas(const struct signature *signature, struct error *err)
{
    return generate(signature, PANDAS, err);
}

char *starter_python_class(const struct signature *class, struct error *err)
{
    return generate(class, NUMPY, err);
}

char *starter_pypure_class(const struct signature *class, struct error *err)
{
    return generate(class, PURE, err);
}

char *starter_pandas_class(const struct signature *class, struct error *err)
{
    return generate(class, PANDAS, err);
}
