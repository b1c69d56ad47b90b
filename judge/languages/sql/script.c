/* The candidate's text as tokens, as far as it takes to tell one statement from two.
 *
 * SQLite reads the statement again by itself, and only the statement: where this scanner and SQLite's disagreed, what
 * SQLite left over would be refused (query.c). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sql.h"

enum token { TOKEN_BLANK, TOKEN_SEMICOLON, TOKEN_WORD, TOKEN_QUOTED, TOKEN_OTHER };

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Behind the comment at `at`, or `at` if there is none. */
static size_t skip_comment(const char *text, size_t size, size_t at)
{
    if (size - at > 1 && text[at] == '-' && text[at + 1] == '-') {
        const char *end = memchr(text + at, '\n', size - at);
        return end ? (size_t)(end - text) + 1 : size;
    }
    /* SQLite: a comment that never ends is one, but not with nothing behind its opening. */
    if (size - at > 2 && text[at] == '/' && text[at + 1] == '*') {
        const char *end = memmem(text + at + 2, size - at - 2, "*/", 2);
        return end ? (size_t)(end - text) + 2 : size;
    }
    return at;
}

static size_t skip_quoted(const char *text, size_t size, size_t at)
{
    char close = text[at] == '[' ? ']' : text[at];
    for (at++; at < size; at++) {
        if (text[at] != close)
            continue;
        if (close == ']' || at + 1 == size || text[at + 1] != close)
            return at + 1;
        at++;
    }
    return size;
}

/* The token at `at` < size; returns where it ends. */
static size_t next_token(const char *text, size_t size, size_t at, enum token *ret)
{
    size_t comment = skip_comment(text, size, at);
    char c = text[at];
    *ret = TOKEN_BLANK;
    if (comment > at)
        return comment;
    if (size - at > 2 && memcmp(text + at, "\xef\xbb\xbf", 3) == 0)
        return at + 3;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r')
        return at + 1;
    if (c == '\'' || c == '"' || c == '`' || c == '[') {
        *ret = TOKEN_QUOTED;
        return skip_quoted(text, size, at);
    }
    *ret = c == ';' ? TOKEN_SEMICOLON : TOKEN_OTHER;
    if (!is_word(c))
        return at + 1;
    *ret = TOKEN_WORD;
    while (at < size && is_word(text[at]))
        at++;
    return at;
}

static bool complain(struct complaint *complaint, size_t at, const char *text)
{
    complaint->at = at;
    snprintf(complaint->text, sizeof complaint->text, "%s", text);
    return false;
}

/* The first token from `at` that is no blank; size if there is none. */
static size_t skip_blank(const char *text, size_t size, size_t at, enum token *ret, size_t *ret_end)
{
    for (*ret = TOKEN_BLANK; at < size; at = *ret_end) {
        *ret_end = next_token(text, size, at, ret);
        if (*ret != TOKEN_BLANK)
            break;
    }
    return at;
}

static bool begins_select(const char *word, size_t n)
{
    static const char *const words[] = {"select", "with", "values"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && strncasecmp(words[i], word, n) == 0)
            return true;
    return false;
}

bool script_read(const char *text, size_t size, struct script *ret, struct complaint *complaint)
{
    enum token token = TOKEN_BLANK;
    size_t end = 0;
    const char *nul = memchr(text, '\0', size);
    *ret = (struct script){.text = text, .size = size};
    if (nul)
        return complain(complaint, (size_t)(nul - text), "a NUL byte in the text");
    ret->begin = skip_blank(text, size, 0, &token, &end);
    if (ret->begin == size || token == TOKEN_SEMICOLON)
        return complain(complaint, ret->begin, "there is no statement: one SELECT is needed");
    if (token != TOKEN_WORD || !begins_select(text + ret->begin, end - ret->begin)) {
        complaint->at = ret->begin;
        snprintf(complaint->text, sizeof complaint->text,
                 "only one SELECT (or WITH ... SELECT) is allowed, this begins with %.*s",
                 (int)(end - ret->begin < 40 ? end - ret->begin : 40), text + ret->begin);
        return false;
    }
    ret->end = end;
    for (size_t at = end; at < size && token != TOKEN_SEMICOLON; at = end) {
        end = next_token(text, size, at, &token);
        if (token != TOKEN_BLANK && token != TOKEN_SEMICOLON)
            ret->end = end;
    }
    while (end < size) { /* behind the ; */
        size_t more = skip_blank(text, size, end, &token, &end);
        if (more < size && token != TOKEN_SEMICOLON)
            return complain(complaint, more, "a second statement: one SELECT is all there may be");
    }
    return true;
}

void script_place(const struct script *script, size_t at, int *ret_line, int *ret_column)
{
    *ret_line = *ret_column = 1;
    for (size_t i = 0; i < at && i < script->size; i++) {
        if (script->text[i] == '\n') {
            (*ret_line)++;
            *ret_column = 1;
        } else if (((unsigned char)script->text[i] & 0xc0) != 0x80) {
            (*ret_column)++;
        }
    }
}

size_t script_find(const struct script *script, const char *word)
{
    size_t n = strlen(word);
    size_t end = 0;
    for (size_t at = script->begin; n && at < script->end; at = end) {
        enum token token;
        end = next_token(script->text, script->end, at, &token);
        size_t quotes = token == TOKEN_QUOTED && script->text[at] != '\'';
        if ((token == TOKEN_WORD || quotes) && end - at == n + 2 * quotes &&
            strncasecmp(script->text + at + quotes, word, n) == 0)
            return at;
    }
    return script->begin;
}
