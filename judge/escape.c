#include "judge/escape.h"
#include "sandbox/hole.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_decode(const char *bytes, size_t n, unsigned *ret_code)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (n == 0)
        return 0;
    unsigned char first = (unsigned char)bytes[0];
    if (first < 0x80) {
        *ret_code = first;
        return 1;
    }
    size_t length = first >= 0xf0 && first < 0xf5   ? 4
                    : first >= 0xe0 && first < 0xf0 ? 3
                    : first >= 0xc2 && first < 0xe0 ? 2
                                                    : 0;
    if (length == 0 || length > n)
        return 0;
    unsigned code = first & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3fu);
    }
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *ret_code = code;
    return length;
}

/* Characters that move the cursor, change direction or cannot be seen. */
static bool is_unsafe(unsigned code)
{
    static const struct {
        unsigned first, last;
    } unsafe[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},                       /* C0, DEL, C1 */
        {0x200e, 0x200f},   {0x202a, 0x202e}, {0x2066, 0x206f}, /* direction */
        {0x61c, 0x61c},     {0x2028, 0x2029},                   /* more direction; line breaks */
        {0xad, 0xad},       {0x34f, 0x34f},   {0x115f, 0x1160}, /* without a shape */
        {0x17b4, 0x17b5},   {0x180b, 0x180f}, {0x200b, 0x200d},   {0x2060, 0x2065},
        {0x3164, 0x3164},   {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
        {0xfff0, 0xfffb},   {0xfffe, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
        {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0] && code >= 0x7f; i++)
        if (code >= unsafe[i].first && code <= unsafe[i].last)
            return true;
    return code < 0x20;
}

/* Runners of CI trim a line by these before they look for a command in it. */
static bool is_blank(unsigned code)
{
    return code == ' ' || code == '\t' || code == 0xa0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200a) || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* Does a command of a CI runner begin here?  GitHub: "::" first in a line, "##[" anywhere; Azure: "##vso[" anywhere;
 * TeamCity: "##teamcity[". */
static bool is_ci_command(const char *bytes, size_t n, bool first)
{
    if (first && n >= 2 && bytes[0] == ':' && bytes[1] == ':')
        return true;
    if (n < 3 || bytes[0] != '#' || bytes[1] != '#')
        return false;
    size_t i = 2;
    while (i < n && ((bytes[i] >= 'a' && bytes[i] <= 'z') || (bytes[i] >= 'A' && bytes[i] <= 'Z')))
        i++;
    return i < n && bytes[i] == '[';
}

/* Writes the visible form of the character at `bytes` to `out` (at least 16 bytes); returns its length in *ret_n and
 * how many bytes it took.  *first: nothing but blanks since the beginning of the line. */
static size_t escape_one(const char *bytes, size_t n, bool keep_lines, bool *first, char out[16],
                         size_t *ret_n)
{
    unsigned code = 0;
    size_t taken = utf8_decode(bytes, n, &code);
    if (hole("escape-text")) {
        out[0] = bytes[0];
        *ret_n = 1;
        return 1;
    }
    bool was_first = *first;
    *first = taken > 0 && ((keep_lines && code == '\n') || (was_first && is_blank(code)));
    if (taken == 0 || is_ci_command(bytes, n, was_first)) {
        *ret_n = (size_t)snprintf(out, 16, "\\x%02x", (unsigned char)bytes[0]);
        return 1;
    }
    if (keep_lines && (code == '\n' || code == '\t')) {
        out[0] = (char)code;
        *ret_n = 1;
    } else if (code == '\n' || code == '\t' || code == '\r') {
        *ret_n = (size_t)snprintf(out, 16, "\\%c", code == '\n' ? 'n' : code == '\t' ? 't' : 'r');
    } else if (is_unsafe(code)) {
        *ret_n = (size_t)snprintf(out, 16, code < 0x100 ? "\\x%02x" : "\\u%04x", code);
    } else {
        memcpy(out, bytes, taken);
        *ret_n = taken;
    }
    return taken;
}

char *escape_text(const char *bytes, size_t n, char *buffer, size_t size)
{
    size_t used = 0;
    size_t cut = 0; /* the last place between characters where "..." still fits */
    bool first = true;
    for (size_t i = 0; i < n;) {
        char out[16];
        size_t length = 0;
        i += escape_one(bytes + i, n - i, false, &first, out, &length);
        if (used + 4 <= size)
            cut = used;
        if (used + length + 1 > size) {
            snprintf(buffer + cut, size - cut, "...");
            return buffer;
        }
        memcpy(buffer + used, out, length);
        used += length;
    }
    buffer[used] = '\0';
    return buffer;
}

char *escape_block(const char *bytes, size_t n)
{
    if (n > SIZE_MAX / 8)
        return NULL;
    char *block = malloc(8 * n + 16);
    if (!block)
        return NULL;
    size_t used = 0;
    bool first = true;
    for (size_t i = 0; i < n;) {
        char out[16];
        size_t length = 0;
        i += escape_one(bytes + i, n - i, true, &first, out, &length);
        memcpy(block + used, out, length);
        used += length;
    }
    block[used] = '\0';
    return block;
}

void escape_write(FILE *file, const char *text, const struct escape_style *style)
{
    size_t n = strlen(text);
    size_t end = style->max_bytes > 0 && style->max_bytes < n ? style->max_bytes : n;
    bool first = true;
    for (size_t i = 0; i < n;) {
        if (i >= end) {
            fputs("...", file);
            return;
        }
        char out[16];
        size_t length = 0;
        i += escape_one(text + i, n - i, style->lines, &first, out, &length);
        for (size_t k = 0; k < length; k++) {
            const char *instead = style->replace ? style->replace(out[k]) : NULL;
            if (instead)
                fputs(instead, file);
            else
                fputc(out[k], file);
        }
    }
}
