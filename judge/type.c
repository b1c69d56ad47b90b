#include "judge/type.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sandbox/util.h"

/* More than any problem needs; they keep every table of a signature small. */
#define COLUMNS_MAX     256
#define LEGAL_MAX       256
#define LEGAL_BYTES_MAX 255
#define DIM_SIZE_MAX    (INT64_C(1) << 40)

struct parser {
    const char *text;
    size_t at;
    struct error *err;
};

const char *elem_name(enum elem elem)
{
    switch (elem) {
    case ELEM_INT: return "int";
    case ELEM_FLOAT: return "float";
    case ELEM_BOOL: return "bool";
    case ELEM_STR: return "str";
    case ELEM_NONE: break;
    }
    return "none";
}

/* The place is a column of the notation; the caller knows the file. */
static int __attribute__((format(printf, 3, 4)))
fail(struct parser *p, size_t at, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return error_at(p->err, -EINVAL, NULL, 0, (int)at + 1, "%s", text);
}

/* What stands at the parser's place, for messages: one byte, escaped if it must be. */
static const char *found(const struct parser *p, char buffer[16])
{
    unsigned char c = (unsigned char)p->text[p->at];
    if (c == '\0')
        return "the end";
    if (c > ' ' && c < 0x7f)
        snprintf(buffer, 16, "'%c'", c);
    else
        snprintf(buffer, 16, "byte 0x%02x", c);
    return buffer;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(struct parser *p)
{
    while (p->text[p->at] == ' ' || p->text[p->at] == '\t')
        p->at++;
}

/* Takes `c` if it comes next. */
static bool take(struct parser *p, char c)
{
    skip_space(p);
    if (p->text[p->at] != c)
        return false;
    p->at++;
    return true;
}

static int expect(struct parser *p, char c, const char *where)
{
    if (take(p, c))
        return 0;
    char buffer[16];
    return fail(p, p->at, "'%c' expected %s, found %s", c, where, found(p, buffer));
}

static int parse_name(struct parser *p, const char *what, char ret[TYPE_NAME_MAX + 1])
{
    skip_space(p);
    size_t start = p->at;
    char buffer[16];
    if (!is_letter(p->text[start]))
        return fail(p, start, "%s expected, found %s", what, found(p, buffer));
    while (is_letter(p->text[p->at]) || is_digit(p->text[p->at]))
        p->at++;
    size_t length = p->at - start;
    if (length > TYPE_NAME_MAX)
        return fail(p, start, "name of %zu characters; at most %d", length, TYPE_NAME_MAX);
    memcpy(ret, p->text + start, length);
    ret[length] = '\0';
    return 0;
}

static int parse_dim(struct parser *p, struct dim *ret)
{
    skip_space(p);
    *ret = (struct dim){0};
    if (take(p, '*')) {
        ret->kind = DIM_FREE;
        return 0;
    }
    if (!is_digit(p->text[p->at])) {
        ret->kind = DIM_NAME;
        return parse_name(p, "a dimension (a name, a number or '*')", ret->name);
    }
    size_t start = p->at;
    int64_t size = 0;
    for (; is_digit(p->text[p->at]); p->at++) {
        size = size * 10 + (p->text[p->at] - '0');
        if (size > DIM_SIZE_MAX)
            return fail(p, start, "dimension too large; at most 2^40");
    }
    if (size == 0)
        return fail(p, start, "a dimension of size 0");
    ret->kind = DIM_NUMBER;
    ret->size = size;
    return 0;
}

/* "[n,d]" or "[n][*]", the first '[' already taken. */
static int parse_dims(struct parser *p, struct type *type)
{
    type->kind = KIND_ARRAY;
    do {
        if (type->rank == TYPE_MAX_RANK)
            return fail(p, p->at, "more than %d dimensions", TYPE_MAX_RANK);
        int r = parse_dim(p, &type->dims[type->rank]);
        if (r < 0)
            return r;
        type->rank++;
    } while (take(p, ','));
    int r = expect(p, ']', "after the dimensions");
    if (r < 0)
        return r;

    if (!take(p, '['))
        return 0;
    size_t second = p->at - 1;
    if (type->rank != 1 || !take(p, '*'))
        return fail(p, second,
                    "the second bracket may only be '[*]' after one dimension "
                    "(ragged rows); a matrix is %s[n,d]",
                    elem_name(type->elem));
    type->kind = KIND_RAGGED;
    return expect(p, ']', "after '[*'");
}

static bool legal_byte(char c)
{
    return is_letter(c) || is_digit(c) || c == '.' || c == '+' || c == '-';
}

/* One legal value: bare, or in double quotes with \" and \\. */
static int parse_legal_value(struct parser *p, char buffer[LEGAL_BYTES_MAX + 1])
{
    skip_space(p);
    size_t start = p->at;
    size_t length = 0;
    bool quoted = take(p, '"');
    for (;;) {
        char c = p->text[p->at];
        if (quoted ? c == '"' : !legal_byte(c))
            break;
        if (c == '\0')
            return fail(p, start, "a legal value without its closing quote");
        if (quoted && c == '\\') {
            c = p->text[++p->at];
            if (c != '"' && c != '\\')
                return fail(p, p->at, "only \\\" and \\\\ are escapes in a legal value");
        }
        if (length == LEGAL_BYTES_MAX)
            return fail(p, start, "a legal value of more than %d bytes", LEGAL_BYTES_MAX);
        buffer[length++] = c;
        p->at++;
    }
    if (quoted)
        p->at++;
    else if (length == 0) {
        char seen[16];
        return fail(p, start, "a legal value expected, found %s (quote what is not a plain word)",
                    found(p, seen));
    }
    buffer[length] = '\0';
    return 0;
}

static int add_legal(struct parser *p, struct type *type, size_t at, const char *value)
{
    for (size_t i = 0; i < type->n_legal; i++) {
        if (strcmp(type->legal[i], value) == 0)
            return fail(p, at, "legal value '%s' stands there twice", value);
    }
    if (type->n_legal == LEGAL_MAX)
        return fail(p, at, "more than %d legal values", LEGAL_MAX);
    char **grown = realloc(type->legal, (type->n_legal + 1) * sizeof *grown);
    if (!grown)
        return error_oom(p->err);
    type->legal = grown;
    char *copy = strdup(value);
    if (!copy)
        return error_oom(p->err);
    type->legal[type->n_legal++] = copy;
    return 0;
}

/* " in {a,b}" after a str type, or nothing. */
static int parse_legal(struct parser *p, struct type *type)
{
    skip_space(p);
    const char *rest = p->text + p->at;
    if (strncmp(rest, "in", 2) != 0 || is_letter(rest[2]) || is_digit(rest[2]))
        return 0;
    if (type->elem != ELEM_STR)
        return fail(p, p->at, "'in {...}' is for str only");
    p->at += 2;
    int r = expect(p, '{', "after 'in'");
    if (r < 0)
        return r;
    do {
        char value[LEGAL_BYTES_MAX + 1];
        skip_space(p);
        size_t at = p->at;
        r = parse_legal_value(p, value);
        if (r == 0)
            r = add_legal(p, type, at, value);
        if (r < 0)
            return r;
    } while (take(p, ','));
    return expect(p, '}', "after the legal values");
}

static int parse_elem(struct parser *p, enum elem *ret)
{
    skip_space(p);
    size_t start = p->at;
    char name[TYPE_NAME_MAX + 1];
    int r = parse_name(p, "a type (int, float, bool, str, table{...} or csv)", name);
    if (r < 0)
        return r;
    for (int e = ELEM_INT; e <= ELEM_STR; e++) {
        if (strcmp(name, elem_name((enum elem)e)) == 0) {
            *ret = (enum elem)e;
            return 0;
        }
    }
    return fail(p, start, "unknown type '%s' (int, float, bool, str, table{...} or csv)", name);
}

/* An element with its '?', and dimensions if `dims_allowed`. */
static int parse_plain(struct parser *p, bool dims_allowed, struct type *type)
{
    int r = parse_elem(p, &type->elem);
    if (r < 0)
        return r;
    type->nullable = take(p, '?');
    if (take(p, '[')) {
        if (!dims_allowed)
            return fail(p, p->at - 1, "a column of a table has no dimensions of its own");
        r = parse_dims(p, type);
        if (r < 0)
            return r;
        if (take(p, '?'))
            return fail(p, p->at - 1, "'?' belongs to the element: %s?[...]",
                        elem_name(type->elem));
    }
    return parse_legal(p, type);
}

static int parse_column(struct parser *p, struct type *table)
{
    if (table->n_columns == COLUMNS_MAX)
        return fail(p, p->at, "more than %d columns", COLUMNS_MAX);
    struct field *grown = realloc(table->columns, (table->n_columns + 1) * sizeof *grown);
    if (!grown)
        return error_oom(p->err);
    table->columns = grown;
    struct field *column = &grown[table->n_columns];
    *column = (struct field){0};
    table->n_columns++; /* from here type_done() releases it, however far it got */

    skip_space(p);
    size_t start = p->at;
    int r = parse_name(p, "a column name", column->name);
    if (r < 0)
        return r;
    for (size_t i = 0; i + 1 < table->n_columns; i++) {
        if (strcmp(table->columns[i].name, column->name) == 0)
            return fail(p, start, "column '%s' stands there twice", column->name);
    }
    r = expect(p, ':', "after the column name");
    if (r == 0)
        r = parse_plain(p, false, &column->type);
    column->type.kind = KIND_ARRAY;
    column->type.rank = 1;
    column->type.dims[0].kind = DIM_FREE;
    return r;
}

static int parse_table(struct parser *p, struct type *type)
{
    type->kind = KIND_TABLE;
    type->rank = 1;
    type->dims[0].kind = DIM_FREE;
    int r = expect(p, '{', "after 'table'");
    if (r < 0)
        return r;
    do {
        r = parse_column(p, type);
        if (r < 0)
            return r;
    } while (take(p, ','));
    return expect(p, '}', "after the columns");
}

static bool take_word(struct parser *p, const char *word)
{
    skip_space(p);
    size_t length = strlen(word);
    const char *rest = p->text + p->at;
    if (strncmp(rest, word, length) != 0 || is_letter(rest[length]) || is_digit(rest[length]))
        return false;
    p->at += length;
    return true;
}

static int parse_type(struct parser *p, struct type *type)
{
    int r = 0;
    if (take_word(p, "table"))
        r = parse_table(p, type);
    else if (take_word(p, "csv"))
        type->kind = KIND_CSV;
    else
        r = parse_plain(p, true, type);
    if (r < 0)
        return r;
    skip_space(p);
    if (p->text[p->at] == '?' && type->elem == ELEM_NONE)
        return fail(p, p->at, "a %s cannot be NULL", type->kind == KIND_TABLE ? "table" : "csv");
    if (p->text[p->at] != '\0') {
        char buffer[16];
        return fail(p, p->at, "the type has ended, but %s follows", found(p, buffer));
    }
    return 0;
}

int type_parse(const char *text, struct type *ret, struct error *err)
{
    assert(text);
    assert(ret);
    struct parser p = {.text = text, .err = err};
    struct type type = {0};
    int r = parse_type(&p, &type);
    if (r < 0) {
        type_done(&type);
        return r;
    }
    *ret = type;
    return 0;
}

void type_done(struct type *type)
{
    if (!type)
        return;
    for (size_t i = 0; i < type->n_legal; i++)
        free(type->legal[i]);
    free(type->legal);
    for (size_t i = 0; i < type->n_columns; i++)
        type_done(&type->columns[i].type);
    free(type->columns);
    *type = (struct type){0};
}

/* Text appended to a fixed buffer and cut at its end. */
struct out {
    char *buffer;
    size_t size;
    size_t used;
};

static void __attribute__((format(printf, 2, 3))) put(struct out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out->buffer + out->used, out->size - out->used, format, args);
    va_end(args);
    if (n > 0)
        out->used += (size_t)n;
    if (out->used >= out->size)
        out->used = out->size - 1;
}

static void format_dim(struct out *out, const struct dim *dim)
{
    switch (dim->kind) {
    case DIM_NAME: put(out, "%s", dim->name); break;
    case DIM_NUMBER: put(out, "%lld", (long long)dim->size); break;
    case DIM_FREE: put(out, "*"); break;
    }
}

static void format_legal(struct out *out, const struct type *type)
{
    for (size_t i = 0; i < type->n_legal; i++) {
        const char *value = type->legal[i];
        put(out, "%s", i == 0 ? " in {" : ",");
        bool bare = *value;
        for (const char *c = value; *c; c++)
            bare = bare && legal_byte(*c);
        if (bare) {
            put(out, "%s", value);
            continue;
        }
        put(out, "\"");
        for (const char *c = value; *c; c++)
            put(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
        put(out, "\"");
    }
    if (type->n_legal)
        put(out, "}");
}

static void format_plain(struct out *out, const struct type *type, bool dims)
{
    put(out, "%s%s", elem_name(type->elem), type->nullable ? "?" : "");
    for (int i = 0; dims && i < type->rank; i++) {
        put(out, "%s", i == 0 ? "[" : ",");
        format_dim(out, &type->dims[i]);
        put(out, "%s", i + 1 == type->rank ? "]" : "");
    }
    put(out, "%s", type->kind == KIND_RAGGED ? "[*]" : "");
    format_legal(out, type);
}

const char *type_format(const struct type *type, char *buffer, size_t size)
{
    assert(size > 0);
    struct out out = {buffer, size, 0};
    buffer[0] = '\0';
    switch (type->kind) {
    case KIND_TABLE:
        for (size_t i = 0; i < type->n_columns; i++) {
            put(&out, "%s%s:", i == 0 ? "table{" : ",", type->columns[i].name);
            format_plain(&out, &type->columns[i].type, false);
        }
        put(&out, "}");
        break;
    case KIND_CSV: put(&out, "csv"); break;
    case KIND_SCALAR:
    case KIND_ARRAY:
    case KIND_RAGGED: format_plain(&out, type, true); break;
    }
    return buffer;
}
