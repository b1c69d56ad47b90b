#include "judge/utf8.h"

#include <stdint.h>
#include <string.h>

#include "judge/escape.h"

bool utf8_valid(const char *bytes, size_t n)
{
    size_t i = 0;
    while (i < n) {
        /* Eight ASCII bytes at a time: the usual case, and frames hold tens of megabytes. */
        uint64_t word;
        if (n - i >= sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            bool ascii = (word & UINT64_C(0x8080808080808080)) == 0;
            bool zero =
                (word - UINT64_C(0x0101010101010101)) & ~word & UINT64_C(0x8080808080808080);
            if (ascii && !zero) {
                i += sizeof word;
                continue;
            }
        }
        unsigned code = 0;
        size_t length = utf8_decode(bytes + i, n - i, &code);
        if (length == 0 || code == 0)
            return false;
        i += length;
    }
    return true;
}

size_t utf8_from_code(unsigned code, char ret[4])
{
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6)
        ret[i] = (char)(0x80 | (code & 0x3f));
    ret[0] = (char)(n == 1 ? code : (0xf00u >> n & 0xffu) | code);
    return n;
}
