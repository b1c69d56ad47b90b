#include "judge/codegen_cpp.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT 256 /* the longest type: two names of at most TYPE_NAME_MAX and what is around them */

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
    snprintf(buffer, TEXT, "%s_%s%srow", signature->entry, field->name, field->name[0] ? "_" : "");
    return buffer;
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
    return signature->n_returns == 1 && !signature->returns[0].name[0];
}

/* ---- the header ---- */

static void print_prototype(FILE *to, const struct signature *signature)
{
    char type[TEXT];
    if (is_single(signature))
        fprintf(to, "%s ", result_type(signature, &signature->returns[0], type));
    else
        fprintf(to, "%s_result ", signature->entry);
    fprintf(to, "%s(", signature->entry);
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *field = &signature->args[i];
        if (i)
            fputs(", ", to);
        if (field->type.kind == KIND_CSV)
            fprintf(to, "int %s_fd, const char *%s_path", field->name, field->name);
        else
            fprintf(to, "%s%s", argument_type(signature, field, type), field->name);
    }
    fputc(')', to);
}

/* Types as the signature writes them, for whoever reads the header. */
static void print_types(FILE *to, const struct signature *signature)
{
    char text[512];
    fprintf(to, "// Generated from the problem's signature.  mljudge.hpp says how types look in "
                "C++.\n//\n");
    for (size_t i = 0; i < signature->n_args; i++)
        fprintf(to, "//   %-16s %s\n", signature->args[i].name,
                type_format(&signature->args[i].type, text, sizeof text));
    fprintf(to, "// ->\n");
    for (size_t i = 0; i < signature->n_returns; i++)
        fprintf(to, "//   %-16s %s\n",
                signature->returns[i].name[0] ? signature->returns[i].name : "the result",
                type_format(&signature->returns[i].type, text, sizeof text));
}

static void print_argument_struct(FILE *to, const struct signature *signature,
                                  const struct field *field)
{
    char type[TEXT];
    fprintf(to, "struct %s_%s {\n    std::size_t n_rows;\n", signature->entry, field->name);
    for (size_t i = 0; i < field->type.n_columns; i++)
        fprintf(to, "    %s%s;\n", argument_type(signature, &field->type.columns[i], type),
                field->type.columns[i].name);
    fprintf(to, "};\n\n");
}

static void print_row_struct(FILE *to, const struct signature *signature, const struct field *field)
{
    char type[TEXT];
    fprintf(to, "struct %s {\n", row_type(signature, field, type));
    for (size_t i = 0; i < field->type.n_columns; i++) {
        const struct field *column = &field->type.columns[i];
        fprintf(to, column->type.nullable ? "    std::optional<%s> %s;\n" : "    %s %s{};\n",
                element(column->type.elem, true), column->name);
    }
    fprintf(to, "};\n\n");
}

static void print_header(FILE *to, const struct signature *signature)
{
    char type[TEXT];
    print_types(to, signature);
    fprintf(to,
            "#ifndef MLJUDGE_ENTRY_%s\n#define MLJUDGE_ENTRY_%s\n\n#include \"mljudge.hpp\"\n\n",
            signature->entry, signature->entry);
    for (size_t i = 0; i < signature->n_args; i++)
        if (signature->args[i].type.kind == KIND_TABLE)
            print_argument_struct(to, signature, &signature->args[i]);
    for (size_t i = 0; i < signature->n_returns; i++)
        if (signature->returns[i].type.kind == KIND_TABLE)
            print_row_struct(to, signature, &signature->returns[i]);
    if (!is_single(signature)) {
        fprintf(to, "struct %s_result {\n", signature->entry);
        for (size_t i = 0; i < signature->n_returns; i++)
            fprintf(to, "    %s %s{};\n", result_type(signature, &signature->returns[i], type),
                    signature->returns[i].name);
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
    char value[TYPE_NAME_MAX + 32] = "*mlj_returned";
    if (!is_single(signature))
        snprintf(value, sizeof value, "mlj_returned->%s", field->name);
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
                field->type.columns[c].name, c);
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

typedef void print_fn(FILE *to, const struct signature *signature);

static char *generate(const struct signature *signature, print_fn *print, struct error *err)
{
    assert(signature);
    assert(signature->n_returns > 0);
    if (strncmp(signature->entry, "mlj", 3) == 0 || strcmp(signature->entry, "main") == 0 ||
        strcmp(signature->entry, "std") == 0) {
        error_set(err, -EINVAL, "'%s' cannot be the name of a C++ function", signature->entry);
        return NULL;
    }
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
    return generate(signature, print_header, err);
}

char *codegen_cpp_shim(const struct signature *signature, struct error *err)
{
    return generate(signature, print_shim, err);
}

char *codegen_cpp_prototype(const struct signature *signature, struct error *err)
{
    return generate(signature, print_prototype, err);
}
