/* Starters of C++.  Names and types are those of the generated header. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/starter.h"
#include "judge/starter_prototype.h"
#include "sandbox/util.h"

static void print_argument(FILE *to, const struct type *type, const char *name)
{
    static const char *const places[] = {"", "", "(i, j)", "(i, j, k)", "(i, j, k, l)"};
    switch (type->kind) {
    case KIND_SCALAR: fprintf(to, type->nullable ? "std::nullopt is NULL" : "by value"); return;
    case KIND_TABLE:
        fprintf(to, "%s.n_rows rows; a member a column (the struct above)", name);
        return;
    case KIND_CSV: return; /* two parameters: below */
    case KIND_RAGGED:
        fprintf(to, "%s.size() rows, each of its own length: %s[i] is row i, a span%s%s%s", name,
                name, type->nullable ? "; " : "", type->nullable ? name : "",
                type->nullable ? ".is_null(i, j)" : "");
        return;
    case KIND_ARRAY: break;
    }
    if (type->rank == 1)
        fprintf(to, "%s.size() elements, %s[i]", name, name);
    else
        fprintf(to, "%s.size(0), %s.size(1)... are its sizes, %s%s an element", name, name, name,
                places[type->rank]);
    if (type->rank == 2 && !type->nullable)
        fprintf(to, ", %s[i] a row", name);
    if (type->nullable)
        fprintf(to, ": a std::optional, std::nullopt is NULL");
}

static void print_result(FILE *to, const struct type *type)
{
    char shape[256];
    if (type->kind == KIND_TABLE)
        fprintf(to, "one element a row (the struct above)");
    else if (type->kind == KIND_RAGGED)
        fprintf(to, "a vector a row");
    else if (type->kind == KIND_ARRAY)
        fprintf(to, "of shape %s", starter_shape(type, shape));
    else
        fprintf(to, "by value");
    if (type->kind != KIND_TABLE && type->nullable)
        fprintf(to, "; std::nullopt is NULL");
}

static void print_besides(FILE *to, const char *besides, const char *what)
{
    if (!besides[0])
        return;
    fprintf(to, "// The header declares%s:\n//\n", what);
    for (const char *line = besides; *line;) {
        size_t n = strcspn(line, "\n");
        fprintf(to, n ? "//     %.*s\n" : "//\n", (int)n, line);
        line += n + (line[n] ? 1 : 0);
    }
    fprintf(to, "//\n");
}

static void print_arguments(FILE *to, const struct signature *signature,
                            const struct prototype *prototype)
{
    char notation[CODEGEN_NOTATION_BYTES];
    size_t at = 0;
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct type *type = &signature->args[i].type;
        const char *name = prototype->items[at++].name;
        fprintf(to, "//\n// %s: %s\n//     ", signature->args[i].name,
                codegen_notation(type, notation));
        print_argument(to, type, name);
        if (type->kind == KIND_CSV)
            fprintf(to, "%s: the CSV file, open for reading, at its start; %s opens it once more",
                    name, prototype->items[at++].name);
        fputc('\n', to);
    }
}

static void print_results(FILE *to, const struct signature *signature)
{
    char notation[CODEGEN_NOTATION_BYTES];
    fprintf(to, "//\n// What to return:\n");
    for (size_t i = 0; i < signature->n_returns; i++) {
        const struct field *field = &signature->returns[i];
        fprintf(to, "//\n// %s: %s\n//     ", field->name[0] ? field->name : "the result",
                codegen_notation(&field->type, notation));
        print_result(to, &field->type);
        fputc('\n', to);
    }
    if (starter_has_free_size(signature))
        fprintf(to, "//\n// A size * is part of the answer.\n");
}

static void print_head(FILE *to, const struct signature *signature,
                       const struct prototype *prototype)
{
    fprintf(to,
            "// C++20.  The header declares the function; mljudge.hpp says how types look.\n//\n");
    print_besides(to, prototype->besides, ", besides the function");
    fprintf(to, "// What arrives:\n");
    print_arguments(to, signature, prototype);
    print_results(to, signature);
    fprintf(to, "#include \"%s.hpp\"\n\n", signature->entry);
}

/* ---- sizes of the result ---- */

/* Where a named size is found among the arguments: false if nowhere plain. */
static bool print_size(FILE *to, const struct signature *signature,
                       const struct prototype *prototype, const struct dim *dim)
{
    size_t at = 0;
    if (dim->kind != DIM_NAME) {
        fprintf(to, "%lld", dim->kind == DIM_NUMBER ? (long long)dim->size : 0);
        return true;
    }
    for (size_t i = 0; i < signature->n_args; i++) {
        const struct field *arg = &signature->args[i];
        const char *name = prototype->items[at].name;
        at += arg->type.kind == KIND_CSV ? 2 : 1;
        if (arg->type.kind == KIND_SCALAR && !arg->type.nullable && arg->type.elem == ELEM_INT &&
            strcmp(arg->name, dim->name) == 0) {
            fprintf(to, "static_cast<std::size_t>(%s)", name);
            return true;
        }
        for (int d = 0; d < arg->type.rank; d++) {
            const struct dim *here = &arg->type.dims[d];
            if (here->kind != DIM_NAME || strcmp(here->name, dim->name) != 0)
                continue;
            if (arg->type.rank == 1)
                fprintf(to, "%s.size()", name);
            else
                fprintf(to, "%s.size(%d)", name, d);
            return true;
        }
    }
    return false;
}

/* "return TYPE(n, d);" with elements that are 0, or "return {};". */
static int print_return(FILE *to, const struct signature *signature,
                        const struct prototype *prototype, struct error *err)
{
    const struct field *field = &signature->returns[0];
    const struct type *type = &field->type;
    auto_free char *sizes = NULL;
    size_t size = 0;
    bool known = !field->name[0] && (type->kind == KIND_ARRAY || type->kind == KIND_RAGGED);
    FILE *list = known ? open_memstream(&sizes, &size) : NULL;
    if (known && !list)
        return error_oom(err);
    for (int d = 0; list && d < type->rank; d++) {
        fputs(d ? ", " : "", list);
        known = print_size(list, signature, prototype, &type->dims[d]) && known;
    }
    if (list && fclose(list) != 0)
        return error_oom(err);
    if (known)
        fprintf(to, "    return %s(%s);\n", prototype->result, sizes);
    else
        fprintf(to, "    return {};\n");
    return 0;
}

static int print_body(FILE *to, const struct signature *signature,
                      const struct prototype *prototype, struct error *err)
{
    int r = 0;
    fprintf(to, "\n{\n");
    for (size_t i = 0; i < prototype->n; i++)
        fprintf(to, "    (void)%s;\n", prototype->items[i].name);
    if (signature->n_returns > 0)
        r = print_return(to, signature, prototype, err);
    fprintf(to, "}\n");
    return r;
}

static int print_function(FILE *to, const struct signature *signature, struct error *err)
{
    struct prototype prototype = {0};
    int r = prototype_read(codegen_find("cpp"), signature, &prototype, err);
    if (r < 0)
        return r;
    print_head(to, signature, &prototype);
    prototype_print(to, &prototype, signature->entry, STARTER_COLUMNS);
    r = print_body(to, signature, &prototype, err);
    prototype_done(&prototype);
    return r;
}

/* ---- classes ---- */

static int print_method(FILE *to, size_t m, const struct signature *function,
                        struct prototype *prototype, struct error *err)
{
    if (m == 0)
        fprintf(to, "// Makes the object.\n");
    else
        fprintf(to, "\n// %s\n", function->entry);
    print_arguments(to, function, prototype);
    if (function->n_returns > 0)
        print_results(to, function);
    prototype->no_void = true;
    prototype_print(to, prototype, function->entry, STARTER_COLUMNS - 4);
    return print_body(to, function, prototype, err);
}

static int print_methods(FILE *to, FILE *inner, const struct signature *class, struct error *err)
{
    int r = 0;
    for (size_t m = 0; m < class->n_methods && r == 0; m++) {
        struct prototype prototype = {0};
        struct signature function = method_as_function(&class->methods[m]);
        if (m == 0)
            memcpy(function.entry, class->entry, sizeof function.entry);
        r = prototype_read_method(codegen_find("cpp"), class, m, function.entry, &prototype, err);
        if (r < 0)
            break;
        if (m == 0) {
            fprintf(to,
                    "// C++20.  mljudge.hpp says how types look.\n//\n// One object is made, its "
                    "methods are called in any order, then it is destroyed.\n//\n");
            print_besides(to, prototype.besides, "");
            fprintf(to, "#include \"%s.hpp\"\n\nclass %s {\npublic:\n", class->entry, class->entry);
        }
        r = print_method(inner, m, &function, &prototype, err);
        prototype_done(&prototype);
    }
    return r;
}

static int print_class(FILE *to, const struct signature *class, struct error *err)
{
    char *methods = NULL;
    size_t size = 0;
    FILE *inner = open_memstream(&methods, &size);
    int r = inner ? print_methods(to, inner, class, err) : error_oom(err);
    if (inner && fclose(inner) != 0 && r == 0)
        r = error_oom(err);
    if (r == 0) {
        starter_indented(to, methods);
        fprintf(to, "};\n");
    }
    free(methods);
    return r;
}

typedef int print_fn(FILE *to, const struct signature *signature, struct error *err);

static char *generate(const struct signature *signature, print_fn *print, struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    int r = to ? print(to, signature, err) : error_oom(err);
    if (to && fclose(to) != 0 && r == 0)
        r = error_oom(err);
    if (r == 0)
        return text;
    free(text);
    return NULL;
}

char *starter_cpp(const struct signature *signature, struct error *err)
{
    return generate(signature, print_function, err);
}

char *starter_cpp_class(const struct signature *class, struct error *err)
{
    return generate(class, print_class, err);
}
