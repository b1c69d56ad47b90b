/* Starters of C.  Names, order and types of the parameters are those of the generated header. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/starter.h"
#include "judge/starter_prototype.h"
#include "sandbox/util.h"

/* While printing, parameters are taken in their order. */
struct walk {
    FILE *to;
    const struct signature *signature;
    const struct prototype *prototype;
    size_t at; /* the next parameter */
};

static const char *const elements[] = {"", "int64_t", "double", "bool", "struct str"};
static const char *const notations[] = {"", "int", "float", "bool", "str"};

static const char *next(struct walk *walk)
{
    assert(walk->at < walk->prototype->n);
    return walk->prototype->items[walk->at++].name;
}

static bool is_size(const struct walk *walk)
{
    return walk->at < walk->prototype->n &&
           strncmp(walk->prototype->items[walk->at].text, "size_t ", 7) == 0;
}

/* A size as C: "n", "3", "(size_t)k"; "size" if no parameter carries it. */
static const char *size_of(const struct walk *walk, const struct dim *dim, char buffer[80])
{
    const struct parameter *carries =
        dim->kind == DIM_NAME ? prototype_find(walk->prototype, dim->name) : NULL;
    if (dim->kind == DIM_NUMBER)
        snprintf(buffer, 80, "%lld", (long long)dim->size);
    else if (!carries || strchr(carries->text, '*'))
        snprintf(buffer, 80, "size");
    else
        snprintf(buffer, 80, "%s%s", strncmp(carries->text, "size_t ", 7) ? "(size_t)" : "",
                 carries->name);
    return buffer;
}

static bool is_known(const struct walk *walk, const struct type *type)
{
    char size[80];
    for (int i = 0; i < type->rank; i++)
        if (type->dims[i].kind == DIM_FREE ||
            strcmp(size_of(walk, &type->dims[i], size), "size") == 0)
            return false;
    return true;
}

/* "n * d elements, row after row: element (i, j) is x[i * d + j]" */
static void print_layout(const struct walk *walk, const struct type *type, const char *name)
{
    /* more than two: sizes may well be called k or l */
    static const char *const names[2][4] = {{"i", "j"}, {"i0", "i1", "i2", "i3"}};
    const char *const *index = names[type->rank > 2];
    char size[80];
    for (int i = 0; i < type->rank; i++)
        fprintf(walk->to, "%s%s", i ? " * " : "",
                type->dims[i].kind == DIM_FREE ? "(its *)" : size_of(walk, &type->dims[i], size));
    fprintf(walk->to, " elements");
    if (type->rank == 1) {
        fprintf(walk->to, ", %s[i]", name);
        return;
    }
    fprintf(walk->to, ", row after row: (");
    for (int i = 0; i < type->rank; i++)
        fprintf(walk->to, "%s%s", i ? ", " : "", index[i]);
    fprintf(walk->to, ") is %s[", name);
    for (int i = 2; i < type->rank; i++)
        fputc('(', walk->to);
    fputs(index[0], walk->to);
    for (int i = 1; i < type->rank; i++) {
        fprintf(walk->to, " * %s + %s%s",
                type->dims[i].kind == DIM_FREE ? "(its *)" : size_of(walk, &type->dims[i], size),
                index[i], i + 1 < type->rank ? ")" : "");
    }
    fprintf(walk->to, "]");
}

static void print_scalar(struct walk *walk, const struct type *type, const char *name)
{
    if (type->nullable)
        fprintf(walk->to, "a null pointer is NULL, else *%s", name);
    else if (type->elem == ELEM_STR)
        fprintf(walk->to, "%s.n bytes of UTF-8 at %s.p, not terminated", name, name);
    else
        fprintf(walk->to, "%s", elements[type->elem]);
}

static bool has_nullable(const struct type *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].type.nullable)
            return true;
    return false;
}

static void print_argument(struct walk *walk, const struct field *field)
{
    const struct type *type = &field->type;
    const char *name = next(walk);
    switch (type->kind) {
    case KIND_SCALAR: print_scalar(walk, type, name); return;
    case KIND_TABLE:
        fprintf(walk->to, "%s->n_rows rows; a member a column, an array of them (see the struct)%s",
                name,
                has_nullable(type) ? ";\n *     where a column's _valid is 0 there is NULL" : "");
        return;
    case KIND_CSV:
        fprintf(walk->to, "%s: the CSV file, open for reading, at its start; %s opens it once more",
                name, next(walk));
        return;
    case KIND_ARRAY:
    case KIND_RAGGED: break;
    }
    const char *valid = type->nullable ? next(walk) : NULL;
    if (type->kind == KIND_RAGGED) {
        const char *offsets = next(walk);
        fprintf(walk->to, "rows, each of its own length: row i is %s[%s[i]] .. %s[%s[i + 1] - 1]",
                name, offsets, name, offsets);
    } else {
        print_layout(walk, type, name);
    }
    if (valid)
        fprintf(walk->to, ";\n *     %s has a 0 where an element is NULL", valid);
    while (is_size(walk))
        walk->at++;
}

static int n_free(const struct type *type)
{
    int n = 0;
    for (int i = 0; i < type->rank; i++)
        n += type->dims[i].kind == DIM_FREE;
    return n;
}

/* How a result whose size is part of the answer is given. */
static void print_emitted(struct walk *walk, const struct field *field, const char *name)
{
    const struct type *type = &field->type;
    const char *element = elements[type->elem], *notation = notations[type->elem];
    if (type->kind == KIND_TABLE) {
        fprintf(walk->to, "once for each row, in order: %s%s%s_emit_row(%s, ...);",
                walk->signature->entry, field->name[0] ? "_" : "", field->name, name);
    } else if (type->kind == KIND_RAGGED) {
        fprintf(walk->to,
                "once for each row, then fill it:\n *         %s *row = mlj_row_%s(%s, length);",
                element, notation, name);
    } else if (n_free(type) == 1) {
        fprintf(walk->to,
                "once, then fill it; without a call the result is empty:\n *         %s *to = "
                "mlj_emit_%s(%s, length);",
                element, notation, name);
    } else {
        fprintf(walk->to,
                "once, then fill it; without a call the result is empty:\n *         const size_t "
                "sizes[] = {...}; /"
                "/ of each * in order\n *         %s *to = mlj_emit_sizes(%s, sizes);",
                element, name);
    }
    if (type->kind != KIND_TABLE && type->nullable)
        fprintf(walk->to,
                "\n *         uint8_t *valid = mlj_valid(%s); // all 1; set 0 where it is NULL",
                name);
}

static void print_result(struct walk *walk, const struct field *field)
{
    const struct type *type = &field->type;
    if (strcmp(walk->prototype->result, "void") != 0) {
        fprintf(walk->to, "%s", elements[type->elem]);
        return;
    }
    const char *name = next(walk);
    if (type->kind == KIND_TABLE || type->kind == KIND_RAGGED || n_free(type) > 0) {
        print_emitted(walk, field, name);
        return;
    }
    fprintf(walk->to, "room for ");
    if (type->kind == KIND_SCALAR)
        fprintf(walk->to, "one %s, *%s", elements[type->elem], name);
    else
        print_layout(walk, type, name);
    if (type->nullable)
        fprintf(walk->to, ";\n *     set %s to 0 where it is NULL", next(walk));
}

static void print_field(struct walk *walk, const struct field *field, bool result)
{
    char notation[CODEGEN_NOTATION_BYTES];
    fprintf(walk->to, " *\n * %s: %s\n *     ", field->name[0] ? field->name : "the result",
            codegen_notation(&field->type, notation));
    if (result)
        print_result(walk, field);
    else
        print_argument(walk, field);
    fputc('\n', walk->to);
}

static void print_besides(FILE *to, const char *besides, const char *what)
{
    if (!besides[0])
        return;
    fprintf(to, " * The header declares, besides the %s:\n *\n", what);
    for (const char *line = besides; *line;) {
        size_t n = strcspn(line, "\n");
        fprintf(to, n ? " *     %.*s\n" : " *\n", (int)n, line);
        line += n + (line[n] ? 1 : 0);
    }
    fprintf(to, " *\n");
}

static void print_head(struct walk *walk)
{
    FILE *to = walk->to;
    const struct signature *signature = walk->signature;
    fprintf(to,
            "/* C17.  The header declares the function and includes <stdbool.h>, <stddef.h> and "
            "<stdint.h>.\n *\n");
    print_besides(to, walk->prototype->besides, "function");
    fprintf(to, " * What arrives:\n");
    for (size_t i = 0; i < signature->n_args; i++)
        print_field(walk, &signature->args[i], false);
    fprintf(to, " *\n * What to %s:\n",
            strcmp(walk->prototype->result, "void") == 0 ? "give" : "return");
    for (size_t i = 0; i < signature->n_returns; i++)
        print_field(walk, &signature->returns[i], true);
    fprintf(to, " *\n * A pointer to an array without elements is not to be followed. */\n");
    fprintf(to, "#include \"%s.h\"\n\n", signature->entry);
}

static const char *zero(enum elem elem)
{
    static const char *const zeros[] = {"", "0", "0.0", "false", "(struct str){\"\", 0}"};
    return zeros[elem];
}

/* A name that no parameter has. */
static const char *counter(const struct prototype *prototype)
{
    static const char *const names[] = {"i", "at", "index", "place", "mlj_i"};
    for (size_t i = 0; i < ARRAY_LEN(names) - 1; i++) {
        bool taken = false;
        for (size_t k = 0; k < prototype->n; k++)
            taken = taken || strcmp(prototype->items[k].name, names[i]) == 0;
        if (!taken)
            return names[i];
    }
    return names[ARRAY_LEN(names) - 1];
}

/* Zeros into a result of known size. */
static void print_fill(struct walk *walk, const struct type *type)
{
    FILE *to = walk->to;
    const char *name = next(walk), *i = counter(walk->prototype);
    char size[80];
    if (type->kind == KIND_SCALAR) {
        fprintf(to, "    *%s = %s;\n", name, zero(type->elem));
    } else if (type->kind == KIND_ARRAY && is_known(walk, type)) {
        fprintf(to, "    for (size_t %s = 0; %s < ", i, i);
        for (int d = 0; d < type->rank; d++)
            fprintf(to, "%s%s", d ? " * " : "", size_of(walk, &type->dims[d], size));
        fprintf(to, "; %s++)\n        %s[%s] = %s;\n", i, name, i, zero(type->elem));
    } else {
        fprintf(to, "    (void)%s;\n", name);
        return; /* emitted: its validity is no parameter */
    }
    if (type->nullable)
        fprintf(to, "    (void)%s;\n", next(walk));
}

static void print_body(struct walk *walk)
{
    const struct signature *signature = walk->signature;
    const struct prototype *prototype = walk->prototype;
    bool returns = strcmp(prototype->result, "void") != 0;
    size_t n_arguments = prototype->n;
    for (size_t i = signature->n_returns; !returns && i-- > 0;) {
        const struct type *type = &signature->returns[i].type;
        bool emitted = type->kind == KIND_TABLE || type->kind == KIND_RAGGED || n_free(type) > 0;
        n_arguments -= type->nullable && !emitted ? 2 : 1;
    }
    prototype_print(walk->to, prototype, signature->entry, STARTER_COLUMNS);
    fprintf(walk->to, "\n{\n");
    for (walk->at = 0; walk->at < n_arguments;)
        fprintf(walk->to, "    (void)%s;\n", next(walk));
    if (returns)
        fprintf(walk->to, "    return %s;\n", zero(signature->returns[0].type.elem));
    for (size_t i = 0; i < signature->n_returns && !returns; i++)
        print_fill(walk, &signature->returns[i].type);
    fprintf(walk->to, "}\n");
}

/* ---- classes ---- */

/* What arrives and what to give, then the function itself. */
static void print_method(FILE *to, const struct signature *class, size_t m,
                         const struct signature *function, const struct prototype *prototype)
{
    struct walk walk = {.to = to, .signature = function, .prototype = prototype, .at = m > 0};
    if (m == 0)
        fprintf(to, "/* Makes the object.\n");
    else
        fprintf(to, "/* %s, on an object.\n", class->methods[m].name);
    for (size_t i = 0; i < function->n_args; i++)
        print_field(&walk, &function->args[i], false);
    if (function->n_returns > 0)
        fprintf(to, " *\n * What to %s:\n",
                strcmp(prototype->result, "void") == 0 ? "give" : "return");
    for (size_t i = 0; i < function->n_returns; i++)
        print_field(&walk, &function->returns[i], true);
    fprintf(to, " */\n");
    assert(walk.at == prototype->n); /* every parameter was told of */
    if (m > 0) {
        print_body(&walk);
        return;
    }
    prototype_print(to, prototype, function->entry, STARTER_COLUMNS);
    fprintf(to, "\n{\n");
    for (size_t i = 0; i < prototype->n; i++)
        fprintf(to, "    (void)%s;\n", prototype->items[i].name);
    fprintf(to, "    return calloc(1, sizeof(struct %s));\n}\n", class->entry);
}

static void print_class_head(FILE *to, const struct signature *class, const char *besides)
{
    fprintf(to,
            "/* C17.  The header declares the functions and includes <stdbool.h>, <stddef.h> and "
            "<stdint.h>.\n *\n"
            " * One object is made, its methods are called in any order, then it is destroyed.  "
            "What arrives stays\n * until the end; what is given or returned is copied when the "
            "function returns.\n *\n");
    print_besides(to, besides, "functions");
    fprintf(to,
            " * A pointer to an array without elements is not to be followed. */\n"
            "#include \"%s.h\"\n\n#include <stdlib.h>\n\nstruct %s {\n    char nothing; /* "
            "what the object has to remember */\n};\n\n",
            class->entry, class->entry);
}

static int print_class(FILE *to, const struct signature *class, struct error *err)
{
    int r = 0;
    for (size_t m = 0; m < class->n_methods && r == 0; m++) {
        struct prototype prototype = {0};
        struct signature function = method_as_function(&class->methods[m]);
        codegen_method_name(class, m, function.entry);
        r = prototype_read_method(codegen_find("c"), class, m, function.entry, &prototype, err);
        if (r < 0)
            break;
        if (m == 0)
            print_class_head(to, class, prototype.besides);
        print_method(to, class, m, &function, &prototype);
        fputc('\n', to);
        prototype_done(&prototype);
    }
    fprintf(to, "void %s_destroy(struct %s *self)\n{\n    free(self);\n}\n", class->entry,
            class->entry);
    return r;
}

static int print_function(FILE *to, const struct signature *signature, struct error *err)
{
    struct prototype prototype = {0};
    int r = prototype_read(codegen_find("c"), signature, &prototype, err);
    if (r < 0)
        return r;
    struct walk walk = {.to = to, .signature = signature, .prototype = &prototype};
    print_head(&walk);
    assert(walk.at == prototype.n); /* every parameter was told of */
    print_body(&walk);
    prototype_done(&prototype);
    return 0;
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

char *starter_c(const struct signature *signature, struct error *err)
{
    return generate(signature, print_function, err);
}

char *starter_c_class(const struct signature *class, struct error *err)
{
    return generate(class, print_class, err);
}
