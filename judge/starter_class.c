/* Starters of classes in C and C++: the declarations that codegen writes, each with a body that does nothing, below what
 * the generated header says of their arguments. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/starter.h"
#include "sandbox/util.h"

static char *finish(FILE *to, char **text, struct error *err)
{
    if (to && fclose(to) == 0)
        return *text;
    free(*text);
    error_oom(err);
    return NULL;
}

/* The declaration at *at, to its ';', without the space around it; NULL at the end.  Cuts the text. */
static char *next_declaration(char **at)
{
    char *start = *at + strspn(*at, " \n");
    char *end = strchr(start, ';');
    if (!end)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return start;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* ---- C ---- */

/* NULL: of the one that makes the object. */
static const char *c_body(const char *declaration)
{
    static const struct {
        const char *type, *body;
    } bodies[] = {
        {"void ", "(void)self;"},
        {"int64_t ", "(void)self;\n    return 0;"},
        {"double ", "(void)self;\n    return 0.0;"},
        {"bool ", "(void)self;\n    return false;"},
        {"struct str ", "(void)self;\n    return (struct str){\"\", 0};"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        if (begins(declaration, bodies[i].type))
            return bodies[i].body;
    return NULL;
}

static void print_c_definition(FILE *to, const char *entry, const char *declaration)
{
    const char *body = c_body(declaration);
    fprintf(to, "\n%s\n{\n    ", declaration);
    if (!body)
        fprintf(to, "return calloc(1, sizeof(struct %s));", entry);
    else if (strstr(declaration, "_destroy("))
        fprintf(to, "free(self);");
    else
        fputs(body, to);
    fprintf(to, "\n}\n");
}

char *starter_c_class(const struct signature *class, struct error *err)
{
    auto_free char *header = codegen_find("c")->header(class, err);
    auto_free char *prototype = header ? codegen_find("c")->prototype(class, err) : NULL;
    char *text = NULL, *at = prototype;
    size_t size = 0;
    if (!prototype)
        return NULL;
    const char *comment = strchr(header, '\n'), *end = strstr(header, "*/");
    FILE *to = open_memstream(&text, &size);
    if (to && comment && end)
        fprintf(
            to,
            "/* C17.  The header declares these functions; mljudge.h says how types look.%.*s*/\n",
            (int)(end - comment), comment);
    if (to)
        fprintf(to,
                "#include \"%s.h\"\n\n#include <stdlib.h>\n\nstruct %s {\n    int unused;\n};\n",
                class->entry, class->entry);
    for (char *declaration; to && (declaration = next_declaration(&at));)
        print_c_definition(to, class->entry, declaration);
    return finish(to, &text, err);
}

/* ---- C++ ---- */

static void print_method_words(FILE *to, const struct method *method, const char *name)
{
    char notation[CODEGEN_NOTATION_BYTES];
    fprintf(to, "//\n// %s\n", name);
    for (size_t i = 0; i < method->n_args; i++)
        fprintf(to, "//     %s: %s\n", method->args[i].name,
                codegen_notation(&method->args[i].type, notation));
    if (method->has_result)
        fprintf(to, "//     -> %s\n", codegen_notation(&method->result.type, notation));
}

static void print_cpp_head(FILE *to, const struct signature *class)
{
    fprintf(to, "// C++20.  mljudge.hpp says how types look.\n");
    for (size_t m = 0; m < class->n_methods; m++)
        print_method_words(to, &class->methods[m],
                           m == 0 ? "the constructor" : class->methods[m].name);
    fprintf(to, "#include \"%s.hpp\"\n\nclass %s {\npublic:\n", class->entry, class->entry);
}

char *starter_cpp_class(const struct signature *class, struct error *err)
{
    auto_free char *prototype = codegen_find("cpp")->prototype(class, err);
    char *text = NULL;
    size_t size = 0;
    char *at = prototype ? strstr(prototype, "public:\n") : NULL;
    if (!prototype)
        return NULL;
    at = at ? at + strlen("public:\n") : prototype;
    FILE *to = open_memstream(&text, &size);
    if (to)
        print_cpp_head(to, class);
    for (char *declaration;
         to && (declaration = next_declaration(&at)) && !begins(declaration, "}");) {
        bool silent = begins(declaration, "void ") || begins(declaration, "explicit ") ||
                      begins(declaration, class->entry);
        fprintf(to, "    %s%s\n", declaration, silent ? " {}" : " { return {}; }");
    }
    if (to)
        fprintf(to, "};\n");
    return finish(to, &text, err);
}
