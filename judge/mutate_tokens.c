#include "judge/mutate_tokens.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

/* Longest first. */
static const char *const operators[] = {
    "<<=", ">>=", "**=", "//=", "...", "<=>", "->", "++", "--", "&&", "||", "::", "<=", ">=", "==",
    "!=",  "+=",  "-=",  "*=",  "/=",  "%=",  "&=", "|=", "^=", "@=", ":=", "<<", ">>", "**", "//"};

struct lexer {
    enum mutate_syntax syntax;
    struct tokens *tokens;
    size_t capacity;
    size_t at, line_start;
    int line, depth;
    bool oom;
};

static int peek(const struct lexer *lexer, size_t ahead)
{
    const struct tokens *tokens = lexer->tokens;
    return lexer->at + ahead < tokens->size ? (unsigned char)tokens->source[lexer->at + ahead] : -1;
}

static bool starts_name(int c)
{
    return c >= 0x80 || c == '_' || (c >= 0 && isalpha(c));
}

static bool in_name(int c)
{
    return starts_name(c) || (c >= 0 && isdigit(c));
}

/* Steps over n bytes, counting lines. */
static void skip(struct lexer *lexer, size_t n)
{
    for (; n > 0 && lexer->at < lexer->tokens->size; n--)
        if (lexer->tokens->source[lexer->at++] == '\n') {
            lexer->line++;
            lexer->line_start = lexer->at;
        }
}

/* A token of the next n bytes. */
static void take(struct lexer *lexer, enum token_kind kind, size_t n)
{
    struct tokens *tokens = lexer->tokens;
    if (tokens->n == lexer->capacity) {
        size_t capacity = lexer->capacity ? 2 * lexer->capacity : 256;
        struct token *items = reallocarray(tokens->items, capacity, sizeof *items);
        if (!items) {
            lexer->oom = true;
            lexer->at = tokens->size;
            return;
        }
        tokens->items = items;
        lexer->capacity = capacity;
    }
    tokens->items[tokens->n++] = (struct token){.kind = kind,
                                                .at = lexer->at,
                                                .n = n,
                                                .line = lexer->line,
                                                .column = (int)(lexer->at - lexer->line_start) + 1,
                                                .depth = lexer->depth};
    skip(lexer, n);
}

/* Of a string that begins here with `prefix` bytes before its quote. */
static size_t string_size(const struct lexer *lexer, size_t prefix)
{
    int quote = peek(lexer, prefix);
    bool python = lexer->syntax == MUTATE_PYTHON;
    bool triple = python && peek(lexer, prefix + 1) == quote && peek(lexer, prefix + 2) == quote;
    size_t n = prefix + (triple ? 3 : 1);
    for (int c; (c = peek(lexer, n)) >= 0; n++) {
        if (c == '\\' && peek(lexer, n + 1) >= 0)
            n++;
        else if (c == '\n' && !triple)
            return n;
        else if (c == quote && !triple)
            return n + 1;
        else if (c == quote && peek(lexer, n + 1) == quote && peek(lexer, n + 2) == quote)
            return n + 3;
    }
    return n;
}

/* R"tag( ... )tag" with `prefix` bytes before its quote; 0 if that is none. */
static size_t raw_string_size(const struct lexer *lexer, size_t prefix)
{
    char tag[18] = ")";
    size_t n = prefix + 1, used = 1;
    for (; peek(lexer, n) != '('; n++) {
        if (peek(lexer, n) < 0 || used > 16)
            return 0;
        tag[used++] = (char)peek(lexer, n);
    }
    for (; peek(lexer, n) >= 0; n++) {
        size_t k = 0;
        while (k < used && peek(lexer, n + k) == tag[k])
            k++;
        if (k == used && peek(lexer, n + k) == '"')
            return n + k + 1;
    }
    return n;
}

static void take_word(struct lexer *lexer)
{
    size_t n = 0;
    while (in_name(peek(lexer, n)))
        n++;
    int quote = peek(lexer, n);
    if ((quote != '"' && quote != '\'') || n > 3) {
        take(lexer, TOKEN_NAME, n);
        return;
    }
    const char *word = lexer->tokens->source + lexer->at;
    static const char letters[2][16] = {"rRbBuUfF", "LuU8R"};
    for (size_t i = 0; i < n; i++)
        if (!strchr(letters[lexer->syntax == MUTATE_C], word[i])) {
            take(lexer, TOKEN_NAME, n);
            return;
        }
    size_t raw = lexer->syntax == MUTATE_C && word[n - 1] == 'R' ? raw_string_size(lexer, n) : 0;
    take(lexer, TOKEN_STRING, raw ? raw : string_size(lexer, n));
}

static void take_number(struct lexer *lexer)
{
    bool hex = peek(lexer, 0) == '0' && (peek(lexer, 1) | 0x20) == 'x';
    size_t n = 1;
    for (int c; (c = peek(lexer, n)) >= 0; n++) {
        int before = peek(lexer, n - 1) | 0x20;
        bool exponent = (c == '+' || c == '-') && before == (hex ? 'p' : 'e');
        bool separator = lexer->syntax == MUTATE_C && c == '\'' && in_name(peek(lexer, n + 1));
        if (!in_name(c) && c != '.' && !exponent && !separator)
            break;
    }
    take(lexer, TOKEN_NUMBER, n);
}

static void take_operator(struct lexer *lexer)
{
    size_t n = 1;
    int c = peek(lexer, 0);
    for (size_t i = 0; i < ARRAY_LEN(operators) && n == 1; i++) {
        size_t length = strlen(operators[i]);
        if (lexer->tokens->size - lexer->at >= length &&
            memcmp(lexer->tokens->source + lexer->at, operators[i], length) == 0)
            n = length;
    }
    bool braces = lexer->syntax == MUTATE_PYTHON;
    if ((c == ')' || c == ']' || (braces && c == '}')) && lexer->depth > 0)
        lexer->depth--;
    take(lexer, TOKEN_OP, n);
    if (c == '(' || c == '[' || (braces && c == '{'))
        lexer->depth++;
}

/* To the end of the line; `joined`: a backslash before it takes the next one, too. */
static void skip_line(struct lexer *lexer, bool joined)
{
    while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '\n')
        skip(lexer, joined && peek(lexer, 0) == '\\' ? 2 : 1);
}

static bool at_line_start(const struct lexer *lexer)
{
    for (size_t i = lexer->line_start; i < lexer->at; i++)
        if (!isspace((unsigned char)lexer->tokens->source[i]))
            return false;
    return true;
}

/* Space and comments: true if something was stepped over. */
static bool skip_space(struct lexer *lexer)
{
    int c = peek(lexer, 0);
    bool python = lexer->syntax == MUTATE_PYTHON;
    if (c == '\n' && python && lexer->depth == 0) {
        const struct tokens *tokens = lexer->tokens;
        if (tokens->n > 0 && tokens->items[tokens->n - 1].kind != TOKEN_END)
            take(lexer, TOKEN_END, 0);
        skip(lexer, 1);
    } else if (c == '\\' && (peek(lexer, 1) == '\n' || peek(lexer, 1) == '\r')) {
        skip(lexer, 2);
    } else if (isspace(c)) {
        skip(lexer, 1);
    } else if (c == '#' && (python || at_line_start(lexer))) {
        skip_line(lexer, !python);
    } else if (!python && c == '/' && peek(lexer, 1) == '/') {
        skip_line(lexer, true);
    } else if (!python && c == '/' && peek(lexer, 1) == '*') {
        skip(lexer, 2);
        while (peek(lexer, 0) >= 0 && !(peek(lexer, 0) == '*' && peek(lexer, 1) == '/'))
            skip(lexer, 1);
        skip(lexer, 2);
    } else {
        return false;
    }
    return true;
}

int tokens_read(enum mutate_syntax syntax, const char *source, size_t size, struct tokens *ret,
                struct error *err)
{
    *ret = (struct tokens){.source = source, .size = size};
    struct lexer lexer = {.syntax = syntax, .tokens = ret, .line = 1};
    while (lexer.at < size && !lexer.oom) {
        int c = peek(&lexer, 0);
        if (skip_space(&lexer))
            continue;
        if (starts_name(c))
            take_word(&lexer);
        else if (isdigit(c) || (c == '.' && peek(&lexer, 1) >= 0 && isdigit(peek(&lexer, 1))))
            take_number(&lexer);
        else if (c == '"' || c == '\'')
            take(&lexer, TOKEN_STRING, string_size(&lexer, 0));
        else
            take_operator(&lexer);
    }
    if (syntax == MUTATE_PYTHON && !lexer.oom && ret->n > 0)
        take(&lexer, TOKEN_END, 0);
    if (!lexer.oom)
        return 0;
    tokens_done(ret);
    return error_oom(err);
}

void tokens_done(struct tokens *tokens)
{
    free(tokens->items);
    *tokens = (struct tokens){0};
}

bool token_is(const struct tokens *tokens, size_t i, const char *text)
{
    if (i >= tokens->n)
        return false;
    const struct token *token = &tokens->items[i];
    return token->kind != TOKEN_END && token->n == strlen(text) &&
           memcmp(tokens->source + token->at, text, token->n) == 0;
}

size_t token_closing(const struct tokens *tokens, size_t i)
{
    assert(i < tokens->n);
    int depth = tokens->items[i].depth;
    for (size_t k = i + 1; k < tokens->n; k++)
        if (tokens->items[k].depth <= depth)
            return tokens->items[k].kind == TOKEN_END ? tokens->n : k;
    return tokens->n;
}
