/* One walk over the signature makes the list of C parameters; the header prints their types and names, the shim what
 * is passed for them.
 *
 * Order: each argument, followed by those of its dimensions that no parameter carries yet; then the results.  A
 * dimension that is an int argument is that argument; one that is a number is not passed. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/codegen.h"
#include "judge/codegen_c.h"
#include "sandbox/util.h"

#define NAME_MAX_BYTES (TYPE_NAME_MAX + 32)
#define LINE_COLUMNS   100

struct parameter {
    char type[NAME_MAX_BYTES + 40]; /* "const double *": a name may follow at once */
    char name[NAME_MAX_BYTES];
    char value[160]; /* the expression in the shim */
};

struct parameters {
    struct parameter *items; /* owned */
    size_t n, capacity;
    bool oom;
};

static void parameters_done(struct parameters *list)
{
    free(list->items);
}
#define auto_parameters __attribute__((cleanup(parameters_done)))

/* What C and the headers reserve and the type notation does not. */
static const char *const reserved[] = {"unix",    "linux", "i386", "asm",     "typeof",   "NULL",
                                       "true",    "false", "bool", "main",    "size_t",   "int64_t",
                                       "uint8_t", "in",    "out",  "mlj_api", "mlj_cells"};

static bool is_reserved(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    return false;
}

static bool is_taken(const struct parameters *list, const char *name)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return true;
    return false;
}

static struct parameter *add(struct parameters *list, const char *type, const char *name)
{
    static struct parameter spill; /* written when memory is out; the caller sees list->oom */
    if (list->n == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 32;
        struct parameter *items = reallocarray(list->items, capacity, sizeof *items);
        if (!items) {
            list->oom = true;
            return &spill;
        }
        list->items = items;
        list->capacity = capacity;
    }
    struct parameter *item = &list->items[list->n];
    *item = (struct parameter){0};
    snprintf(item->type, sizeof item->type, "%s", type);
    /* "out" is ours to give to the one unnamed result, every other reserved name gets a tail */
    int n = snprintf(item->name, sizeof item->name, "%s", name);
    while (is_taken(list, item->name) ||
           (is_reserved(item->name) && strcmp(item->name, "out") != 0)) {
        assert(n + 1 <
               NAME_MAX_BYTES); /* names have at most TYPE_NAME_MAX + 8, and few are alike */
        item->name[n++] = '_';
        item->name[n] = '\0';
    }
    list->n++;
    return item;
}

static void value(struct parameter *parameter, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void value(struct parameter *parameter, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(parameter->value, sizeof parameter->value, format, args);
    va_end(args);
}

/* "double " or "struct str ": with the space that a name needs. */
static const char *c_type(enum elem elem)
{
    static const char *const names[] = {"", "int64_t ", "double ", "bool ", "struct str "};
    return names[elem];
}

static const char *pointer_to(enum elem elem, bool constant)
{
    static const char *const plain[] = {"", "int64_t *", "double *", "bool *", "struct str *"};
    static const char *const constants[] = {"", "const int64_t *", "const double *", "const bool *",
                                            "const struct str *"};
    return constant ? constants[elem] : plain[elem];
}

static const char *suffixed(const char *name, const char *suffix, char buffer[NAME_MAX_BYTES])
{
    snprintf(buffer, NAME_MAX_BYTES, "%.*s%s", TYPE_NAME_MAX, name, suffix);
    return buffer;
}

static bool is_int_argument(const struct signature *signature, const char *name)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *arg = &signature->args[i];
        if (arg->type.kind == KIND_SCALAR && arg->type.elem == ELEM_INT &&
            strcmp(arg->name, name) == 0)
            return true;
    }
    return false;
}

/* Has an earlier argument, or an earlier dimension of this one, the same name? */
static bool is_passed(const struct signature *signature, size_t arg, int dim, const char *name)
{
    for (size_t i = 0; i <= arg; i++) {
        const struct type *type = &signature->args[i].type;
        for (int j = 0; j < (i == arg ? dim : type->rank); j++)
            if (type->dims[j].kind == DIM_NAME && strcmp(type->dims[j].name, name) == 0)
                return true;
    }
    return false;
}

static void add_dims(struct parameters *list, const struct signature *signature, size_t i)
{
    const struct type *type = &signature->args[i].type;
    for (int j = 0; j < type->rank; j++) {
        const struct dim *dim = &type->dims[j];
        if (dim->kind != DIM_NAME || is_int_argument(signature, dim->name) ||
            is_passed(signature, i, j, dim->name))
            continue;
        value(add(list, "size_t ", dim->name), "(size_t)in[%zu].dims[%d]", i, j);
    }
}

static void add_scalar(struct parameters *list, const struct field *field, size_t i)
{
    const struct type *type = &field->type;
    const char *pointer = pointer_to(type->elem, true);
    if (type->nullable)
        value(add(list, pointer, field->name), "in[%zu].valid[0] ? in[%zu].data : NULL", i, i);
    else
        value(add(list, c_type(type->elem), field->name), "*(%s)in[%zu].data", pointer, i);
}

static void add_arg(struct parameters *list, const struct signature *signature, size_t i)
{
    const struct field *field = &signature->args[i];
    const struct type *type = &field->type;
    char name[NAME_MAX_BYTES], c[NAME_MAX_BYTES + 40];
    switch (type->kind) {
    case KIND_SCALAR: add_scalar(list, field, i); return;
    case KIND_TABLE:
        snprintf(c, sizeof c, "const struct %s_%s *", signature->entry, field->name);
        value(add(list, c, field->name), "&table_%zu", i);
        return;
    case KIND_CSV:
        value(add(list, "int ", suffixed(field->name, "_fd", name)), "in[%zu].fd", i);
        value(add(list, "const char *", suffixed(field->name, "_path", name)), "in[%zu].data", i);
        return;
    case KIND_ARRAY:
    case KIND_RAGGED:
        value(add(list, pointer_to(type->elem, true), field->name), "in[%zu].data", i);
        if (type->nullable)
            value(add(list, "const uint8_t *", suffixed(field->name, "_valid", name)),
                  "in[%zu].valid", i);
        if (type->kind == KIND_RAGGED)
            value(add(list, "const int64_t *", suffixed(field->name, "_offsets", name)),
                  "in[%zu].offsets", i);
        add_dims(list, signature, i);
        return;
    }
}

static bool has_free_size(const struct type *type)
{
    for (int i = 0; i < type->rank; i++)
        if (type->dims[i].kind == DIM_FREE)
            return true;
    return type->kind == KIND_RAGGED || type->kind == KIND_TABLE;
}

/* The one unnamed scalar that cannot be NULL is what the C function returns. */
static const struct type *c_return(const struct signature *signature)
{
    if (signature->n_returns == 0)
        return NULL;
    const struct field *field = &signature->returns[0];
    bool plain = signature->n_returns == 1 && !field->name[0] && field->type.kind == KIND_SCALAR;
    return plain && !field->type.nullable ? &field->type : NULL;
}

static void add_result(struct parameters *list, const struct field *field, size_t i)
{
    const char *base = field->name[0] ? field->name : "out";
    char name[NAME_MAX_BYTES];
    if (has_free_size(&field->type)) {
        value(add(list, "struct mlj_out *", base), "out[%zu].out", i);
        return;
    }
    value(add(list, pointer_to(field->type.elem, false), base), "out[%zu].data", i);
    if (field->type.nullable)
        value(add(list, "uint8_t *", suffixed(base, "_valid", name)), "out[%zu].valid", i);
}

static int collect(const struct signature *signature, struct parameters *list, struct error *err)
{
    bool is_class = signature->n_methods > 0;
    if (is_reserved(signature->entry) || strncmp(signature->entry, "mlj", 3) == 0 ||
        (is_class && strcmp(signature->entry, "str") == 0))
        return error_set(err, -EINVAL, "'%s' cannot be the name of a C %s", signature->entry,
                         is_class ? "struct" : "function");
    for (size_t i = 0; i < signature->n_args; i++)
        add_arg(list, signature, i);
    for (size_t i = 0; i < signature->n_returns && !c_return(signature); i++)
        add_result(list, &signature->returns[i], i);
    return list->oom ? error_oom(err) : 0;
}

/* ---- text ---- */

/* "a, b, c)": broken before LINE_COLUMNS, continued under the opening parenthesis. */
static void print_list(FILE *to, size_t column, const struct parameters *list, bool values)
{
    size_t indent = column;
    if (list->n == 0)
        fputs(values ? "" : "void", to);
    for (size_t i = 0; i < list->n; i++) {
        const struct parameter *item = &list->items[i];
        size_t length = values ? strlen(item->value) : strlen(item->type) + strlen(item->name);
        if (i > 0 && column + length + 3 > LINE_COLUMNS) {
            fprintf(to, ",\n%*s", (int)indent, "");
            column = indent;
        } else if (i > 0) {
            fputs(", ", to);
            column += 2;
        }
        if (values)
            fputs(item->value, to);
        else
            fprintf(to, "%s%s", item->type, item->name);
        column += length;
    }
    fputc(')', to);
}

/* `result`: what it returns, or NULL for what the signature says. */
static void print_declaration(FILE *to, const struct signature *signature, const char *result,
                              const struct parameters *list)
{
    const struct type *type = c_return(signature);
    const char *usual = type ? c_type(type->elem) : "void ";
    int n = fprintf(to, "%s%s(", result ? result : usual, signature->entry);
    print_list(to, n > 0 ? (size_t)n : 0, list, false);
}

static void print_prototype(FILE *to, const struct signature *signature, struct parameters *list)
{
    print_declaration(to, signature, NULL, list);
}

static void print_type(FILE *to, const struct field *field)
{
    char text[CODEGEN_NOTATION_BYTES];
    fprintf(to, " *   %-16s %s", field->name[0] ? field->name : "the result",
            codegen_notation(&field->type, text));
}

/* How to read a value of this type: shapes in C order. */
static void print_shape(FILE *to, const struct field *field)
{
    const struct type *type = &field->type;
    const char *name = field->name[0] ? field->name : "out";
    if (type->kind == KIND_ARRAY && type->rank == 2) {
        char columns[32] = "size";
        if (type->dims[1].kind == DIM_NUMBER)
            snprintf(columns, sizeof columns, "%lld", (long long)type->dims[1].size);
        else if (type->dims[1].kind == DIM_NAME)
            snprintf(columns, sizeof columns, "%s", type->dims[1].name);
        fprintf(to, ": row i, column j is %s[i * %s + j]", name, columns);
    } else if (type->kind == KIND_ARRAY && type->rank > 2) {
        fprintf(to, ": in C order, the last index moves fastest");
    }
    fputc('\n', to);
}

static void print_struct(FILE *to, const char *entry, const struct field *field, bool *ret_oom)
{
    struct parameters members = {0};
    add(&members, "size_t ", "n_rows");
    for (size_t i = 0; i < field->type.n_columns; i++) {
        const struct field *column = &field->type.columns[i];
        char name[NAME_MAX_BYTES];
        add(&members, pointer_to(column->type.elem, true), column->name);
        if (column->type.nullable)
            add(&members, "const uint8_t *", suffixed(column->name, "_valid", name));
    }
    fprintf(to, "struct %s_%s {\n", entry, field->name);
    for (size_t i = 0; i < members.n; i++)
        fprintf(to, "    %s%s;\n", members.items[i].type, members.items[i].name);
    fprintf(to, "};\n");
    *ret_oom |= members.oom;
    parameters_done(&members);
}

/* ENTRY_emit_row for the unnamed result, else ENTRY_NAME_emit_row. */
static void print_emit_row(FILE *to, const char *entry, const struct field *field, bool body,
                           bool *ret_oom)
{
    struct parameters cells = {0};
    add(&cells, "struct mlj_out *", "out");
    for (size_t i = 0; i < field->type.n_columns; i++) {
        const struct field *column = &field->type.columns[i];
        const struct type *type = &column->type;
        add(&cells, type->nullable ? pointer_to(type->elem, true) : c_type(type->elem),
            column->name);
    }
    *ret_oom |= cells.oom;
    int n = fprintf(to, "void %s%s%s_emit_row(", entry, field->name[0] ? "_" : "", field->name);
    print_list(to, n > 0 ? (size_t)n : 0, &cells, false);
    if (!body) {
        fprintf(to, ";\n");
        parameters_done(&cells);
        return;
    }
    fprintf(to, "\n{\n    const void *const mlj_cells[] = {");
    for (size_t i = 1; i < cells.n; i++)
        fprintf(to, "%s%s%s", i > 1 ? ", " : "",
                field->type.columns[i - 1].type.nullable ? "" : "&", cells.items[i].name);
    fprintf(to, "};\n    mlj_api->emit_row(out, mlj_cells, %zu);\n}\n\n", cells.n - 1);
    parameters_done(&cells);
}

/* Arguments and results, a line each, in the header's comment. */
static void print_fields(FILE *to, const struct signature *signature)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        print_type(to, &signature->args[i]);
        print_shape(to, &signature->args[i]);
    }
    if (signature->n_returns > 0)
        fprintf(to, " * ->\n");
    for (size_t i = 0; i < signature->n_returns; i++) {
        print_type(to, &signature->returns[i]);
        print_shape(to, &signature->returns[i]);
    }
}

static const char head[] =
    "/* Generated from the problem's signature.  mljudge.h says how types look in C.\n *\n";

static void print_head_end(FILE *to, const char *entry)
{
    fprintf(to, " *\n * A pointer to an array without elements is not to be followed. */\n");
    fprintf(to, "#ifndef MLJUDGE_ENTRY_%s\n#define MLJUDGE_ENTRY_%s\n\n#include \"mljudge.h\"\n\n",
            entry, entry);
}

/* The structs of tables that arrive, and what emits the rows of those that are returned. */
static void print_tables(FILE *to, const struct signature *signature, struct parameters *list)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        if (signature->args[i].type.kind != KIND_TABLE)
            continue;
        print_struct(to, signature->entry, &signature->args[i], &list->oom);
        fputc('\n', to);
    }
    for (size_t i = 0; i < signature->n_returns; i++) {
        if (signature->returns[i].type.kind != KIND_TABLE)
            continue;
        print_emit_row(to, signature->entry, &signature->returns[i], false, &list->oom);
        fputc('\n', to);
    }
}

static void print_header(FILE *to, const struct signature *signature, struct parameters *list)
{
    fputs(head, to);
    print_fields(to, signature);
    print_head_end(to, signature->entry);
    print_tables(to, signature, list);
    print_prototype(to, signature, list);
    fprintf(to, ";\n\n#endif\n");
}

static void print_table(FILE *to, const char *entry, const struct field *field, size_t i)
{
    fprintf(to, "    const struct %s_%s table_%zu = {\n        (size_t)in[%zu].dims[0],\n", entry,
            field->name, i, i);
    for (size_t j = 0; j < field->type.n_columns; j++) {
        fprintf(to, "        in[%zu].columns[%zu].data,\n", i, j);
        if (field->type.columns[j].type.nullable)
            fprintf(to, "        in[%zu].columns[%zu].valid,\n", i, j);
    }
    fprintf(to, "    };\n");
}

/* mljudge.h's functions, in the same object as the solution: it needs no symbol of the harness. */
static const char forwards[] =
    "static const struct mlj_api *mlj_api;\n\n"
    "#define MLJ_FORWARD(type, name, elem)                                        \\\n"
    "    type *mlj_emit_##name(struct mlj_out *out, size_t free_size)             \\\n"
    "    {                                                                        \\\n"
    "        return mlj_api->emit(out, elem, &free_size, 1);                      \\\n"
    "    }                                                                        \\\n"
    "    type *mlj_row_##name(struct mlj_out *out, size_t size)                   \\\n"
    "    {                                                                        \\\n"
    "        return mlj_api->row(out, elem, size);                                \\\n"
    "    }\n"
    "MLJ_FORWARD(int64_t, int, MLJ_INT)\n"
    "MLJ_FORWARD(double, float, MLJ_FLOAT)\n"
    "MLJ_FORWARD(bool, bool, MLJ_BOOL)\n"
    "MLJ_FORWARD(struct str, str, MLJ_STR)\n\n"
    "void *mlj_emit_sizes(struct mlj_out *out, const size_t *free_sizes)\n"
    "{\n"
    "    return mlj_api->emit(out, MLJ_ANY, free_sizes, SIZE_MAX);\n"
    "}\n\n"
    "uint8_t *mlj_valid(struct mlj_out *out)\n"
    "{\n"
    "    return mlj_api->valid(out);\n"
    "}\n\n";

static void print_shim_head(FILE *to, const char *entry)
{
    fprintf(to, "/* Generated: calls %s() for the harness. */\n", entry);
    fprintf(to, "#include \"%s.h\"\n#include \"mljudge_shim.h\"\n\n", entry);
    fprintf(to, "#if MLJUDGE_ABI != 1\n#error \"mljudge.h is of another version\"\n#endif\n\n%s",
            forwards);
}

static void print_emit_rows(FILE *to, const struct signature *signature, struct parameters *list)
{
    for (size_t i = 0; i < signature->n_returns; i++)
        if (signature->returns[i].type.kind == KIND_TABLE)
            print_emit_row(to, signature->entry, &signature->returns[i], true, &list->oom);
}

/* The call itself, with the tables it is given. */
static void print_call(FILE *to, const struct signature *signature, const char *result,
                       const struct parameters *list)
{
    for (size_t i = 0; i < signature->n_args; i++)
        if (signature->args[i].type.kind == KIND_TABLE)
            print_table(to, signature->entry, &signature->args[i], i);
    const struct type *type = c_return(signature);
    int n = result ? fprintf(to, "    %s%s(", result, signature->entry)
            : type ? fprintf(to, "    *(%s)out[0].data = %s(", pointer_to(type->elem, false),
                             signature->entry)
                   : fprintf(to, "    %s(", signature->entry);
    print_list(to, n > 0 ? (size_t)n : 0, list, true);
    fprintf(to, ";\n");
}

static void print_shim(FILE *to, const struct signature *signature, struct parameters *list)
{
    print_shim_head(to, signature->entry);
    print_emit_rows(to, signature, list);
    fprintf(to, "void mljudge_call(const struct mlj_api *api, const struct mlj_in *in,\n"
                "                  const struct mlj_result *out)\n{\n    mlj_api = api;\n    "
                "(void)in;\n    (void)out;\n");
    print_call(to, signature, NULL, list);
    fprintf(to, "}\n");
}

/* ---- classes: CLASS_create, CLASS_METHOD for each method, CLASS_destroy ---- */

/* Method `m` as a function of C, and its parameters; the first is the object, but of create. */
static void as_function(const struct signature *class, size_t m, struct signature *ret,
                        struct parameters *list)
{
    *ret = method_as_function(&class->methods[m]);
    codegen_method_name(class, m, ret->entry);
    if (m > 0) {
        char type[NAME_MAX_BYTES];
        snprintf(type, sizeof type, "struct %s *", class->entry);
        value(add(list, type, "self"), "*mlj_self");
    }
    for (size_t i = 0; i < ret->n_args; i++)
        add_arg(list, ret, i);
    for (size_t i = 0; i < ret->n_returns && !c_return(ret); i++)
        add_result(list, &ret->returns[i], i);
}

typedef void method_fn(FILE *to, const struct signature *class, size_t m,
                       const struct signature *function, struct parameters *list);

static void each_method(FILE *to, const struct signature *class, struct parameters *list,
                        method_fn *print)
{
    for (size_t m = 0; m < class->n_methods; m++) {
        auto_parameters struct parameters own = {0};
        struct signature function;
        as_function(class, m, &function, &own);
        print(to, class, m, &function, &own);
        list->oom |= own.oom;
    }
}

static const char *result_of(const struct signature *class, size_t m, char buffer[NAME_MAX_BYTES])
{
    snprintf(buffer, NAME_MAX_BYTES, "struct %s *", class->entry);
    return m == 0 ? buffer : NULL;
}

static void print_method_fields(FILE *to, const struct signature *class, size_t m,
                                const struct signature *function, struct parameters *list)
{
    (void)list;
    fprintf(to, " * %s: %s\n", function->entry,
            m == 0 ? "makes the object" : class->methods[m].name);
    print_fields(to, function);
}

static void print_method_tables(FILE *to, const struct signature *class, size_t m,
                                const struct signature *function, struct parameters *list)
{
    (void)class;
    (void)m;
    print_tables(to, function, list);
}

static void print_method_declaration(FILE *to, const struct signature *class, size_t m,
                                     const struct signature *function, struct parameters *list)
{
    char buffer[NAME_MAX_BYTES];
    print_declaration(to, function, result_of(class, m, buffer), list);
    fprintf(to, ";\n");
}

static void print_class_header(FILE *to, const struct signature *class, struct parameters *list)
{
    fputs(head, to);
    each_method(to, class, list, print_method_fields);
    fprintf(to, " *\n * struct %s is yours to define.\n", class->entry);
    print_head_end(to, class->entry);
    fprintf(to, "struct %s;\n\n", class->entry);
    each_method(to, class, list, print_method_tables);
    each_method(to, class, list, print_method_declaration);
    fprintf(to, "void %s_destroy(struct %s *self);\n\n#endif\n", class->entry, class->entry);
}

static void print_class_prototype(FILE *to, const struct signature *class, struct parameters *list)
{
    each_method(to, class, list, print_method_declaration);
    fprintf(to, "void %s_destroy(struct %s *self);", class->entry, class->entry);
}

static void print_method_shim(FILE *to, const struct signature *class, size_t m,
                              const struct signature *function, struct parameters *list)
{
    print_emit_rows(to, function, list);
    fprintf(to,
            "static void mlj_method_%zu(const struct mlj_api *api, void **mlj_self, const struct "
            "mlj_in *in,\n                         const struct mlj_result *out)\n{\n    mlj_api = "
            "api;\n    (void)mlj_self;\n    (void)in;\n    (void)out;\n",
            m);
    (void)class;
    print_call(to, function, m == 0 ? "*mlj_self = " : NULL, list);
    fprintf(to, "}\n\n");
}

static void print_class_shim(FILE *to, const struct signature *class, struct parameters *list)
{
    print_shim_head(to, class->entry);
    each_method(to, class, list, print_method_shim);
    fprintf(to,
            "static void mlj_destroy(void *self)\n{\n    %s_destroy(self);\n}\n\n"
            "static mlj_method_fn *const mlj_methods[] = {",
            class->entry);
    for (size_t m = 0; m < class->n_methods; m++)
        fprintf(to, "%smlj_method_%zu", m ? ", " : "", m);
    fprintf(to, "};\n\nconst struct mlj_class mljudge_class = {%zu, mlj_methods, mlj_destroy};\n",
            class->n_methods);
}

/* ---- all of it ---- */

typedef void print_fn(FILE *to, const struct signature *signature, struct parameters *list);

static char *generate(const struct signature *signature, print_fn *print, struct error *err)
{
    assert(signature);
    auto_parameters struct parameters list = {0};
    if (collect(signature, &list, err) < 0)
        return NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to) {
        print(to, signature, &list);
        if (fclose(to) == 0 && !list.oom)
            return text;
    }
    free(text);
    error_oom(err);
    return NULL;
}

char *codegen_c_header(const struct signature *signature, struct error *err)
{
    return generate(signature, signature->n_methods ? print_class_header : print_header, err);
}

char *codegen_c_shim(const struct signature *signature, struct error *err)
{
    return generate(signature, signature->n_methods ? print_class_shim : print_shim, err);
}

char *codegen_c_prototype(const struct signature *signature, struct error *err)
{
    return generate(signature, signature->n_methods ? print_class_prototype : print_prototype, err);
}
