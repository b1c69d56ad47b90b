/* A scanner that skips: it never builds a value and never recurses, so depth costs nothing. */
#include "judge/json_place.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct scan {
    const char *text;
    size_t size;
    size_t at;
};

static char peek(const struct scan *s)
{
    return s->at < s->size ? s->text[s->at] : '\0';
}

static void skip_space(struct scan *s)
{
    while (s->at < s->size && memchr(" \t\r\n", s->text[s->at], 4))
        s->at++;
}

/* At an opening quote; ends behind the closing one. */
static void skip_string(struct scan *s)
{
    for (s->at++; s->at < s->size && s->text[s->at] != '"'; s->at++) {
        if (s->text[s->at] == '\\')
            s->at++;
    }
    s->at = s->at < s->size ? s->at + 1 : s->size;
}

/* Any value: up to the ',', ']' or '}' behind it.  Brackets are counted, not matched: the text is valid. */
static void skip_value(struct scan *s)
{
    size_t depth = 0;
    while (s->at < s->size) {
        char c = s->text[s->at];
        if (c == '"') {
            skip_string(s);
            continue;
        }
        if (depth == 0 && (c == ',' || c == ']' || c == '}'))
            return;
        if (c == '[' || c == '{')
            depth++;
        else if (c == ']' || c == '}')
            depth--;
        s->at++;
    }
}

static int hex4(const struct scan *s, size_t at)
{
    int code = 0;
    for (size_t i = at; i < at + 4; i++) {
        char c = i < s->size ? s->text[i] : 'x';
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

static size_t put_utf8(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(lead[length] | code);
    return length;
}

/* The character of a key at *at, unescaped, into out; moves *at behind it. */
static size_t key_char(const struct scan *s, size_t *at, char out[4])
{
    char c = s->text[(*at)++];
    if (c != '\\' || *at >= s->size) {
        out[0] = c;
        return 1;
    }
    c = s->text[(*at)++];
    if (c != 'u') {
        static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
        const char *known = c ? strchr(from, c) : NULL;
        out[0] = known ? to[known - from] : c;
        return 1;
    }
    int high = hex4(s, *at);
    *at += 4;
    if (high < 0)
        return 0;
    if (high >= 0xd800 && high < 0xdc00) {
        int low = hex4(s, *at + 2);
        *at += 6;
        if (low < 0)
            return 0;
        return put_utf8(0x10000 + ((uint32_t)(high - 0xd800) << 10) + ((uint32_t)low & 0x3ff), out);
    }
    return put_utf8((uint32_t)high, out);
}

/* One character of a pointer component, with ~0 and ~1. */
static char pointer_char(const char **part)
{
    char c = *(*part)++;
    if (c == '~' && (**part == '0' || **part == '1'))
        c = *(*part)++ == '0' ? '~' : '/';
    return c;
}

static bool key_is(const struct scan *s, size_t quote, const char *part, const char *part_end)
{
    size_t at = quote + 1;
    while (at < s->size && s->text[at] != '"') {
        char out[4];
        size_t n = key_char(s, &at, out);
        for (size_t i = 0; i < n; i++) {
            if (part >= part_end || pointer_char(&part) != out[i])
                return false;
        }
    }
    return part >= part_end;
}

/* At '{'.  True: s->at stands at the value of the key, *ret_key at its opening quote. */
static bool enter_member(struct scan *s, const char *part, const char *part_end, size_t *ret_key)
{
    s->at++;
    for (;;) {
        skip_space(s);
        if (peek(s) != '"')
            return false;
        size_t key = s->at;
        skip_string(s);
        skip_space(s);
        if (peek(s) != ':')
            return false;
        s->at++;
        skip_space(s);
        if (key_is(s, key, part, part_end)) {
            *ret_key = key;
            return true;
        }
        skip_value(s);
        if (peek(s) != ',')
            return false;
        s->at++;
    }
}

/* At '['.  True: s->at stands at the element. */
static bool enter_element(struct scan *s, const char *part, const char *part_end)
{
    size_t index = 0;
    for (const char *c = part; c < part_end; c++) {
        if (*c < '0' || *c > '9' || index > SIZE_MAX / 16)
            return false;
        index = index * 10 + (size_t)(*c - '0');
    }
    s->at++;
    for (; part < part_end; index--) {
        skip_space(s);
        if (peek(s) == ']' || s->at >= s->size)
            return false;
        if (index == 0)
            return true;
        skip_value(s);
        if (peek(s) != ',')
            return false;
        s->at++;
    }
    return false;
}

static void place_of(const char *text, size_t at, int *ret_line, int *ret_column)
{
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at; i++) {
        if (text[i] == '\n') {
            line += line < INT_MAX;
            start = i + 1;
        }
    }
    *ret_line = line;
    *ret_column = at - start < INT_MAX ? (int)(at - start) + 1 : INT_MAX;
}

int json_place(const char *text, size_t size, const char *path, int *ret_line, int *ret_column)
{
    assert(path);
    struct scan s = {.text = text, .size = size};
    skip_space(&s);
    size_t found = s.at;
    int r = 0;
    while (*path == '/' && r == 0) {
        const char *part = path + 1;
        const char *end = part + strcspn(part, "/");
        size_t key;
        if (peek(&s) == '{' && enter_member(&s, part, end, &key))
            found = key;
        else if (peek(&s) == '[' && enter_element(&s, part, end))
            found = s.at;
        else
            r = -ENOENT;
        path = end;
    }
    place_of(text, found, ret_line, ret_column);
    return r;
}

size_t json_pointer_key(char *pointer, size_t size, const char *key)
{
    size_t before = strlen(pointer);
    size_t used = before;
    if (used + 1 >= size)
        return before;
    pointer[used++] = '/';
    for (const char *c = key; *c; c++) {
        bool special = *c == '~' || *c == '/';
        if (used + (special ? 2 : 1) >= size) {
            pointer[before] = '\0';
            return before;
        }
        pointer[used++] = special ? '~' : *c;
        if (special)
            pointer[used++] = *c == '~' ? '0' : '1';
    }
    pointer[used] = '\0';
    return before;
}

size_t json_pointer_index(char *pointer, size_t size, size_t index)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", index);
    return json_pointer_key(pointer, size, text);
}

void json_pointer_cut(char *pointer, size_t length)
{
    pointer[length] = '\0';
}
