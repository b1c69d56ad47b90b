#include "judge/codegen_cpp.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

#define TEXT 256 /* the longest type: two names of at most TYPE_NAME_MAX and what is around them */
#define NAME \
    (2 * TYPE_NAME_MAX + 128) /* a name with all the tails it may need: one a field at most */

/* ---- names ---- */

/* What C++ and the headers reserve and the type notation does not. */
static const char *const reserved[] = {
    "alignas",       "alignof",     "and_eq",    "asm",          "bitand",     "bitor",
    "char8_t",       "char16_t",    "char32_t",  "co_await",     "co_return",  "co_yield",
    "compl",         "concept",     "consteval", "constinit",    "const_cast", "decltype",
    "dynamic_cast",  "false",       "linux",     "main",         "mlj",        "noexcept",
    "not_eq",        "nullptr",     "NULL",      "or_eq",        "requires",   "reinterpret_cast",
    "static_assert", "static_cast", "std",       "thread_local", "true",       "typeid",
    "typeof",        "unix",        "wchar_t",   "xor_eq",       "i386",
};

static bool is_reserved(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    return false;
}

static bool is_named(const struct field *fields, size_t n, size_t but, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (i != but && strcmp(fields[i].name, name) == 0)
            return true;
    return false;
}

/* fields[i]'s name with `suffix`, and `_` behind it until it is neither reserved, `taken`, nor another field's. */
static const char *safe_name(const struct field *fields, size_t n, size_t i, const char *suffix,
                             const char *taken, char buffer[NAME])
{
    int used = snprintf(buffer, NAME, "%s%s", fields[i].name, suffix);
    while (is_reserved(buffer) || strcmp(buffer, taken) == 0 || is_named(fields, n, i, buffer)) {
        assert(used + 1 < NAME);
        buffer[used++] = '_';
        buffer[used] = '\0';
    }
    return buffer;
}

static const char *parameter(const struct signature *signature, size_t i, const char *suffix,
                             char buffer[NAME])
{
    return safe_name(signature->args, signature->n_args, i, suffix, signature->entry, buffer);
}

static const char *column_name(const struct type *table, size_t i, const char *taken,
                               char buffer[NAME])
{
    return safe_name(table->columns, table->n_columns, i, "", taken, buffer);
}

static const char *member(const struct signature *signature, size_t i, char buffer[NAME])
{
    return safe_name(signature->returns, signature->n_returns, i, "", "", buffer);
}

/* ENTRY_TAIL, a struct that is ours to name: unlike that of any table argument, which is ENTRY_ARGUMENT. */
static const char *struct_name(const struct signature *signature, const char *tail,
                               char buffer[TEXT])
{
    char name[NAME];
    int used = snprintf(name, sizeof name, "%s", tail);
    while (is_named(signature->args, signature->n_args, SIZE_MAX, name)) {
        assert(used + 1 < NAME);
        name[used++] = '_';
        name[used] = '\0';
    }
    snprintf(buffer, TEXT, "%s_%s", signature->entry, name);
    return buffer;
}

/* An element as an argument, and as part of a result. */
static const char *element(enum elem elem, bool result)
{
    static const char *const names[] = {"", "std::int64_t", "double", "bool", "std::string_view"};
    return result && elem == ELEM_STR ? "std::string" : names[elem];
}

/* ---- types ---- */

static const char *argument_type(const struct signature *signature, const struct field *field,
                                 char buffer[TEXT])
{
    const struct type *type = &field->type;
    const char *name = element(type->elem, false);
    if (type->kind == KIND_TABLE)
        snprintf(buffer, TEXT, "const %s_%s &", signature->entry, field->name);
    else if (type->kind == KIND_RAGGED)
        snprintf(buffer, TEXT, "mlj::ragged_view<%s> ", name);
    else if (type->kind == KIND_SCALAR)
        snprintf(buffer, TEXT, type->nullable ? "std::optional<%s> " : "%s ", name);
    else if (type->nullable && type->rank == 1)
        snprintf(buffer, TEXT, "mlj::nullable_view<%s> ", name);
    else if (type->nullable)
        snprintf(buffer, TEXT, "mlj::nullable_array_view<%s, %d> ", name, type->rank);
    else if (type->rank == 1)
        snprintf(buffer, TEXT, "std::span<const %s> ", name);
    else if (type->rank == 2)
        snprintf(buffer, TEXT, "mlj::matrix_view<%s> ", name);
    else
        snprintf(buffer, TEXT, "mlj::array_view<%s, %d> ", name, type->rank);
    return buffer;
}

/* The conversion of in[...] to it. */
static const char *conversion(const struct type *type, char buffer[TEXT])
{
    const char *name = element(type->elem, false);
    if (type->kind == KIND_RAGGED)
        snprintf(buffer, TEXT, "mlj::shim::ragged<%s>", name);
    else if (type->kind == KIND_SCALAR)
        snprintf(buffer, TEXT, "mlj::shim::%s<%s>", type->nullable ? "optional" : "scalar", name);
    else if (type->nullable)
        snprintf(buffer, TEXT, "mlj::shim::nullable<%s, %d>", name, type->rank);
    else if (type->rank == 1)
        snprintf(buffer, TEXT, "mlj::shim::span<%s>", name);
    else
        snprintf(buffer, TEXT, "mlj::shim::view<%s, %d>", name, type->rank);
    return buffer;
}

/* The struct of one row of a returned table. */
static const char *row_type(const struct signature *signature, const struct field *field,
                            char buffer[TEXT])
{
    char tail[NAME];
    snprintf(tail, sizeof tail, "%s%srow", field->name, field->name[0] ? "_" : "");
    return struct_name(signature, tail, buffer);
}

static const char *result_type(const struct signature *signature, const struct field *field,
                               char buffer[TEXT])
{
    const struct type *type = &field->type;
    char one[TEXT / 2], row[TEXT];
    snprintf(one, sizeof one, type->nullable ? "std::optional<%s>" : "%s",
             element(type->elem, true));
    if (type->kind == KIND_TABLE)
        snprintf(buffer, TEXT, "std::vector<%.200s>", row_type(signature, field, row));
    else if (type->kind == KIND_RAGGED)
        snprintf(buffer, TEXT, "std::vector<std::vector<%s>>", one);
    else if (type->kind == KIND_SCALAR)
        snprintf(buffer, TEXT, "%s", one);
    else if (type->rank == 1)
        snprintf(buffer, TEXT, "std::vector<%s>", one);
    else if (type->rank == 2)
        snprintf(buffer, TEXT, "mlj::matrix<%s>", one);
    else
        snprintf(buffer, TEXT, "mlj::array<%s, %d>", one, type->rank);
    return buffer;
}

static bool is_single(const struct signature *signature)
{
    return signature->n_returns == 0 ||
           (signature->n_returns == 1 && !signature->returns[0].name[0]);
}

/* ---- the header ---- */

static void print_parameters(FILE *to, const struct signature *signature)
{
    char type[TEXT], name[NAME], path[NAME];
    fputc('(', to);
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *field = &signature->args[i];
        if (i)
            fputs(", ", to);
        if (field->type.kind == KIND_CSV)
            fprintf(to, "int %s, const char *%s", parameter(signature, i, "_fd", name),
                    parameter(signature, i, "_path", path));
        else
            fprintf(to, "%s%s", argument_type(signature, field, type),
                    parameter(signature, i, "", name));
    }
    fputc(')', to);
}

static void print_prototype(FILE *to, const struct signature *signature)
{
    char type[TEXT];
    if (is_single(signature))
        fprintf(to, "%s ", result_type(signature, &signature->returns[0], type));
    else
        fprintf(to, "%s ", struct_name(signature, "result", type));
    fputs(signature->entry, to);
    print_parameters(to, signature);
}

/* Types as the signature writes them, for whoever reads the header. */
static void print_types(FILE *to, const struct signature *signature)
{
    char text[CODEGEN_NOTATION_BYTES];
    fprintf(to, "// Generated from the problem's signature.  mljudge.hpp says how types look in "
                "C++.\n//\n");
    for (size_t i = 0; i < signature->n_args; i++)
        fprintf(to, "//   %-16s %s\n", signature->args[i].name,
                codegen_notation(&signature->args[i].type, text));
    fprintf(to, "// ->\n");
    for (size_t i = 0; i < signature->n_returns; i++)
        fprintf(to, "//   %-16s %s\n",
                signature->returns[i].name[0] ? signature->returns[i].name : "the result",
                codegen_notation(&signature->returns[i].type, text));
}

static void print_argument_struct(FILE *to, const struct signature *signature,
                                  const struct field *field)
{
    char type[TEXT], name[NAME];
    fprintf(to, "struct %s_%s {\n    std::size_t n_rows;\n", signature->entry, field->name);
    for (size_t i = 0; i < field->type.n_columns; i++)
        fprintf(to, "    %s%s;\n", argument_type(signature, &field->type.columns[i], type),
                column_name(&field->type, i, "n_rows", name));
    fprintf(to, "};\n\n");
}

static void print_row_struct(FILE *to, const struct signature *signature, const struct field *field)
{
    char type[TEXT], name[NAME];
    fprintf(to, "struct %s {\n", row_type(signature, field, type));
    for (size_t i = 0; i < field->type.n_columns; i++) {
        const struct field *column = &field->type.columns[i];
        fprintf(to, column->type.nullable ? "    std::optional<%s> %s;\n" : "    %s %s{};\n",
                element(column->type.elem, true), column_name(&field->type, i, "", name));
    }
    fprintf(to, "};\n\n");
}

static void print_guard(FILE *to, const char *entry)
{
    fprintf(to,
            "#ifndef MLJUDGE_ENTRY_%s\n#define MLJUDGE_ENTRY_%s\n\n#include \"mljudge.hpp\"\n\n",
            entry, entry);
}

/* The structs of tables: as they arrive, and the rows of those that are returned. */
static void print_table_structs(FILE *to, const struct signature *signature)
{
    for (size_t i = 0; i < signature->n_args; i++)
        if (signature->args[i].type.kind == KIND_TABLE)
            print_argument_struct(to, signature, &signature->args[i]);
    for (size_t i = 0; i < signature->n_returns; i++)
        if (signature->returns[i].type.kind == KIND_TABLE)
            print_row_struct(to, signature, &signature->returns[i]);
}

static void print_header(FILE *to, const struct signature *signature)
{
    char type[TEXT], name[NAME];
    print_types(to, signature);
    print_guard(to, signature->entry);
    print_table_structs(to, signature);
    if (!is_single(signature)) {
        fprintf(to, "struct %s {\n", struct_name(signature, "result", type));
        for (size_t i = 0; i < signature->n_returns; i++)
            fprintf(to, "    %s %s{};\n", result_type(signature, &signature->returns[i], type),
                    member(signature, i, name));
        fprintf(to, "};\n\n");
    }
    print_prototype(to, signature);
    fprintf(to, ";\n\n#endif\n");
}

/* ---- the shim ---- */

static void print_table_argument(FILE *to, const struct signature *signature, size_t i)
{
    const struct field *field = &signature->args[i];
    char text[TEXT];
    fprintf(to,
            "    const %s_%s mlj_table_%zu = {\n        "
            "static_cast<std::size_t>(mlj_in[%zu].dims[0]),\n",
            signature->entry, field->name, i, i);
    for (size_t c = 0; c < field->type.n_columns; c++)
        fprintf(to, "        %s(mlj_in[%zu].columns[%zu]),\n",
                conversion(&field->type.columns[c].type, text), i, c);
    fprintf(to, "    };\n");
}

static void print_argument(FILE *to, const struct signature *signature, size_t i)
{
    const struct type *type = &signature->args[i].type;
    char text[TEXT];
    if (type->kind == KIND_TABLE)
        fprintf(to, "mlj_table_%zu", i);
    else if (type->kind == KIND_CSV)
        fprintf(to, "mlj_in[%zu].fd, static_cast<const char *>(mlj_in[%zu].data)", i, i);
    else
        fprintf(to, "%s(mlj_in[%zu])", conversion(type, text), i);
}

static void print_result(FILE *to, const struct signature *signature, size_t i)
{
    const struct field *field = &signature->returns[i];
    char value[NAME + 32] = "*mlj_returned", name[NAME];
    if (!is_single(signature))
        snprintf(value, sizeof value, "mlj_returned->%s", member(signature, i, name));
    if (field->type.kind != KIND_TABLE) {
        fprintf(to, "    mlj::shim::give(mlj_to[%zu], %s);\n", i, value);
        return;
    }
    fprintf(to,
            "    for (const auto &mlj_row : %s) {\n        str mlj_room[%zu];\n        const void "
            "*const mlj_cells[] = {",
            value, field->type.n_columns);
    for (size_t c = 0; c < field->type.n_columns; c++)
        fprintf(to, "%smlj::shim::cell(mlj_row.%s, mlj_room[%zu])", c ? ", " : "",
                column_name(&field->type, c, "", name), c);
    fprintf(to, "};\n        mlj_api_->emit_row(mlj_to[%zu].out, mlj_cells, %zu);\n    }\n", i,
            field->type.n_columns);
}

static void print_shim(FILE *to, const struct signature *signature)
{
    fprintf(to,
            "// Generated: calls %s() for the harness.\n#include \"%s.hpp\"\n#include "
            "\"mljudge_shim.hpp\"\n\n"
            "#if MLJUDGE_ABI != 1\n#error \"mljudge.h is of another version\"\n#endif\n\n"
            "extern \"C\" void mljudge_call(const mlj_api *mlj_api_, const mlj_in *mlj_in, const "
            "mlj_result *mlj_to)\n"
            "try {\n    mlj::shim::api = mlj_api_;\n    (void)mlj_in;\n",
            signature->entry, signature->entry);
    for (size_t i = 0; i < signature->n_args; i++)
        if (signature->args[i].type.kind == KIND_TABLE)
            print_table_argument(to, signature, i);
    /* The harness reads strings where they lie, after this has returned: the result is never destroyed. */
    fprintf(to, "    const auto *const mlj_returned = new auto(%s(", signature->entry);
    for (size_t i = 0; i < signature->n_args; i++) {
        fputs(i ? ", " : "", to);
        print_argument(to, signature, i);
    }
    fprintf(to, "));\n");
    for (size_t i = 0; i < signature->n_returns; i++)
        print_result(to, signature, i);
    fprintf(to, "} catch (...) {\n    mlj::shim::caught();\n}\n");
}

/* ---- classes ---- */

/* A method as a function called CLASS_METHOD, which names its structs.  Borrowed. */
static struct signature as_function(const struct signature *class, size_t m)
{
    struct signature ret = method_as_function(&class->methods[m]);
    codegen_method_name(class, m, ret.entry);
    return ret;
}

/* "std::int64_t get(std::string_view key)" */
static void print_member(FILE *to, const struct signature *class, size_t m)
{
    const struct signature function = as_function(class, m);
    char type[TEXT];
    if (m > 0)
        fprintf(to, "%s ",
                function.n_returns ? result_type(&function, &function.returns[0], type) : "void");
    fputs(m == 0 ? class->entry : class->methods[m].name, to);
    print_parameters(to, &function);
}

static void print_class_prototype(FILE *to, const struct signature *class)
{
    fprintf(to, "class %s {\npublic:\n", class->entry);
    for (size_t m = 0; m < class->n_methods; m++) {
        fprintf(to, "    ");
        print_member(to, class, m);
        fprintf(to, ";\n");
    }
    fprintf(to, "};");
}

static void print_class_header(FILE *to, const struct signature *class)
{
    fprintf(to,
            "// Generated from the problem's signature.  mljudge.hpp says how types look in "
            "C++.  Yours to write:\n//\n// class %s {\n// public:\n",
            class->entry);
    for (size_t m = 0; m < class->n_methods; m++) {
        fprintf(to, "//     ");
        print_member(to, class, m);
        fprintf(to, ";\n");
    }
    fprintf(to, "// };\n");
    print_guard(to, class->entry);
    for (size_t m = 0; m < class->n_methods; m++) {
        const struct signature function = as_function(class, m);
        print_table_structs(to, &function);
    }
    fprintf(to, "#endif\n");
}

static void print_arguments(FILE *to, const struct signature *signature)
{
    for (size_t i = 0; i < signature->n_args; i++) {
        fputs(i ? ", " : "", to);
        print_argument(to, signature, i);
    }
}

static void print_method_call(FILE *to, const struct signature *class, size_t m,
                              const struct signature *function)
{
    fprintf(to, "static_cast<%s *>(*mlj_self)->%s(", class->entry, class->methods[m].name);
    print_arguments(to, function);
    fputc(')', to);
}

static void print_method(FILE *to, const struct signature *class, size_t m)
{
    const struct signature function = as_function(class, m);
    char type[TEXT];
    fprintf(to,
            "static void mlj_method_%zu(const mlj_api *mlj_api_, void **mlj_self, const mlj_in "
            "*mlj_in,\n                         const mlj_result *mlj_to)\ntry {\n    "
            "mlj::shim::api = mlj_api_;\n    (void)mlj_in;\n    (void)mlj_to;\n",
            m);
    for (size_t i = 0; i < function.n_args; i++)
        if (function.args[i].type.kind == KIND_TABLE)
            print_table_argument(to, &function, i);
    if (m == 0) {
        fprintf(to, "    *mlj_self = new %s(", class->entry);
        print_arguments(to, &function);
        fprintf(to, ");\n");
    } else if (!function.n_returns) {
        fprintf(to, "    ");
        print_method_call(to, class, m, &function);
        fprintf(to, ";\n");
    } else {
        result_type(&function, &function.returns[0], type);
        fprintf(to, "    static_assert(mlj::shim::is_result<%s, decltype(", type);
        print_method_call(to, class, m, &function);
        fprintf(to, ")>,\n                  \"%s::%s() must return %s\");\n    auto &&mlj_got = ",
                class->entry, class->methods[m].name, type);
        print_method_call(to, class, m, &function);
        fprintf(to,
                ";\n    const auto *const mlj_returned = "
                "mlj::shim::keep<%s>(std::forward<decltype(mlj_got)>(mlj_got));\n",
                type);
        print_result(to, &function, 0);
    }
    fprintf(to, "} catch (...) {\n    mlj::shim::caught();\n}\n\n");
}

/* Included behind the solution's last line, where its class is known; on its own it is empty. */
static void print_class_shim(FILE *to, const struct signature *class)
{
    fprintf(to,
            "// Generated: calls the methods of %s for the harness.\n#ifdef MLJUDGE_TAIL\n#include "
            "\"%s.hpp\"\n#include \"mljudge_shim.hpp\"\n\n"
            "#if MLJUDGE_ABI != 1\n#error \"mljudge.h is of another version\"\n#endif\n\n",
            class->entry, class->entry);
    for (size_t m = 0; m < class->n_methods; m++)
        print_method(to, class, m);
    fprintf(to,
            "static void mlj_destroy(void *mlj_self)\ntry {\n    delete static_cast<%s "
            "*>(mlj_self);\n} catch (...) {\n    mlj::shim::caught();\n}\n\n"
            "static mlj_method_fn *const mlj_methods[] = {",
            class->entry);
    for (size_t m = 0; m < class->n_methods; m++)
        fprintf(to, "%smlj_method_%zu", m ? ", " : "", m);
    fprintf(to,
            "};\n\nextern \"C\" {\nconst struct mlj_class mljudge_class = {%zu, mlj_methods, "
            "mlj_destroy};\n}\n#endif\n",
            class->n_methods);
}

static int check_names(const struct signature *signature, struct error *err)
{
    const char *entry = signature->entry;
    bool is_class = signature->n_methods > 0;
    if (is_reserved(entry) || strncmp(entry, "mlj", 3) == 0 ||
        (is_class && strcmp(entry, "str") == 0))
        return error_set(err, -EINVAL, "'%s' cannot be the name of a C++ %s", entry,
                         is_class ? "class" : "function");
    for (size_t m = 0; m < signature->n_methods; m++)
        if (is_reserved(signature->methods[m].name))
            return error_set(err, -EINVAL, "'%s' cannot be the name of a C++ method",
                             signature->methods[m].name);
    return 0;
}

typedef void print_fn(FILE *to, const struct signature *signature);

static char *generate(const struct signature *signature, print_fn *print, struct error *err)
{
    assert(signature);
    if (check_names(signature, err) < 0)
        return NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (to) {
        print(to, signature);
        if (fclose(to) == 0)
            return text;
    }
    free(text);
    error_oom(err);
    return NULL;
}

char *codegen_cpp_header(const struct signature *signature, struct error *err)
{
    return generate(signature, signature->n_methods ? print_class_header : print_header, err);
}

char *codegen_cpp_shim(const struct signature *signature, struct error *err)
{
    return generate(signature, signature->n_methods ? print_class_shim : print_shim, err);
}

char *codegen_cpp_prototype(const struct signature *signature, struct error *err)
{
    return generate(signature, signature->n_methods ? print_class_prototype : print_prototype, err);
}
