#include "judge/starter_prototype.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

void prototype_done(struct prototype *prototype)
{
    free(prototype->text);
    free(prototype->items);
    free(prototype->header);
    *prototype = (struct prototype){0};
}

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static int add(struct prototype *prototype, char *start, char *end, struct error *err)
{
    struct parameter *grown =
        reallocarray(prototype->items, prototype->n + 1, sizeof *prototype->items);
    if (!grown)
        return error_oom(err);
    prototype->items = grown;
    *end = '\0';
    while (isspace((unsigned char)*start))
        start++;
    const char *name = end;
    while (name > start && in_name(name[-1]))
        name--;
    prototype->items[prototype->n++] = (struct parameter){start, name};
    return 0;
}

/* Cuts "a, b<c, d> e)" at its outer commas. */
static int cut(struct prototype *prototype, char *at, struct error *err)
{
    int depth = 0;
    if (strcmp(at, ")") == 0 || strcmp(at, "void)") == 0)
        return 0;
    for (char *start = at;; at++) {
        bool last = *at == ')';
        assert(*at);
        depth += (*at == '<') - (*at == '>');
        if (depth > 0 || !(last || *at == ','))
            continue;
        int r = add(prototype, start, at, err);
        if (r < 0 || last)
            return r;
        start = at + 1;
    }
}

/* In the header: from behind its #include to the prototype. */
static const char *find_besides(char *header, const char *prototype)
{
    char *start = strstr(header, "#include");
    start = start ? strstr(start, "\n\n") : NULL;
    char *end = !start ? NULL : prototype[0] ? strstr(start, prototype) : start + strlen(start);
    if (!end)
        return "";
    while (end > start && end[-1] == '\n')
        end--;
    *end = '\0';
    return start + strspn(start, "\n");
}

/* Of a class in C++ the header declares nothing of it: all there is. */
static const char *find_structs(char *header)
{
    char *end = strstr(header, "#endif");
    assert(end);
    end[0] = '\0';
    return find_besides(header, "");
}

static int read_texts(const struct codegen *codegen, const struct signature *signature,
                      struct prototype *prototype, struct error *err)
{
    prototype->text = codegen->prototype(signature, err);
    prototype->header = prototype->text ? codegen->header(signature, err) : NULL;
    if (!prototype->header)
        return err->code ? err->code : -ENOMEM;
    return 0;
}

/* The text of one declaration into its parts. */
static int take_apart(struct prototype *prototype, const char *entry, struct error *err)
{
    char *open = strchr(prototype->text, '(');
    assert(open);
    char *end = open - strlen(entry);
    int r = cut(prototype, open + 1, err);
    while (end > prototype->text && end[-1] == ' ')
        end--;
    *end = '\0';
    prototype->result = prototype->text;
    return r;
}

int prototype_read(const struct codegen *codegen, const struct signature *signature,
                   struct prototype *ret, struct error *err)
{
    struct prototype prototype = {0};
    int r = read_texts(codegen, signature, &prototype, err);
    if (r == 0) {
        prototype.besides = find_besides(prototype.header, prototype.text);
        r = take_apart(&prototype, signature->entry, err);
    }
    if (r < 0)
        prototype_done(&prototype);
    else
        *ret = prototype;
    return r;
}

/* Leaves of a class's declarations that of method `m`. */
static void keep_method(char *text, size_t m)
{
    char *public = strstr(text, "public:\n"), *at = public ? strchr(public, '\n') + 1 : text;
    for (; m > 0; m--)
        at = strstr(at, ";\n") + 2;
    at += strspn(at, " ");
    *strchr(at, ';') = '\0';
    memmove(text, at, strlen(at) + 1);
}

int prototype_read_method(const struct codegen *codegen, const struct signature *class, size_t m,
                          const char *entry, struct prototype *ret, struct error *err)
{
    struct prototype prototype = {0};
    assert(m < class->n_methods);
    int r = read_texts(codegen, class, &prototype, err);
    if (r == 0) {
        prototype.besides = strstr(prototype.header, prototype.text)
                                ? find_besides(prototype.header, prototype.text)
                                : find_structs(prototype.header);
        keep_method(prototype.text, m);
        r = take_apart(&prototype, entry, err);
    }
    if (r < 0)
        prototype_done(&prototype);
    else
        *ret = prototype;
    return r;
}

const struct parameter *prototype_find(const struct prototype *prototype, const char *name)
{
    size_t n = strlen(name);
    const struct parameter *tailed = NULL;
    for (size_t i = 0; i < prototype->n; i++) {
        const char *candidate = prototype->items[i].name;
        if (strncmp(candidate, name, n) != 0)
            continue;
        if (!candidate[n])
            return &prototype->items[i];
        if (candidate[n + strspn(candidate + n, "_")] == '\0' && !tailed)
            tailed = &prototype->items[i];
    }
    return tailed;
}

void prototype_print(FILE *to, const struct prototype *prototype, const char *entry, size_t columns)
{
    const char *result =
        prototype->result; /* of a constructor there is none; pointers keep their star */
    size_t n = strlen(result);
    int indent = fprintf(to, "%s%s%s(", result, n == 0 || result[n - 1] == '*' ? "" : " ", entry);
    if (indent > 60) /* a long type: the name begins a line of its own */
        indent = 4;
    size_t column = indent > 4 ? (size_t)indent : columns;
    if (prototype->n == 0 && !prototype->no_void)
        fputs("void", to);
    for (size_t i = 0; i < prototype->n; i++) {
        size_t length = strlen(prototype->items[i].text);
        if (column + length + 3 > columns && (i > 0 || indent == 4)) {
            fprintf(to, "%s\n%*s", i ? "," : "", indent, "");
            column = (size_t)indent;
        } else if (i > 0) {
            fputs(", ", to);
            column += 2;
        }
        fputs(prototype->items[i].text, to);
        column += length;
    }
    fputc(')', to);
}
