#include "judge/escape.h"

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
    size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
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
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x61c ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) ||
           (code >= 0xe0000 && code <= 0xe007f);
}

/* Writes the visible form of the character at `bytes` to `out` (at least 16 bytes); returns its length in *ret_n and
 * how many bytes it took. */
static size_t escape_one(const char *bytes, size_t n, bool keep_lines, char out[16], size_t *ret_n)
{
    unsigned code = 0;
    size_t taken = utf8_decode(bytes, n, &code);
    if (taken == 0) {
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
    for (size_t i = 0; i < n;) {
        char out[16];
        size_t length = 0;
        size_t taken = escape_one(bytes + i, n - i, false, out, &length);
        size_t reserve = i + taken < n ? 4 : 1; /* room for "..." and NUL, or NUL alone */
        if (used + length + reserve > size) {
            while (used > 0 && (used + 4 > size || ((unsigned char)buffer[used] & 0xc0) == 0x80))
                used--;
            used += (size_t)snprintf(buffer + used, size - used, "...");
            return buffer;
        }
        memcpy(buffer + used, out, length);
        used += length;
        i += taken;
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
    for (size_t i = 0; i < n;) {
        char out[16];
        size_t length = 0;
        i += escape_one(bytes + i, n - i, true, out, &length);
        memcpy(block + used, out, length);
        used += length;
    }
    block[used] = '\0';
    return block;
}
