#ifndef MLJUDGE_UTF8_H
#define MLJUDGE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates) without NUL: what str is.
 * Fast on ASCII; one character at a time is utf8_decode() in escape.h. */
bool utf8_valid(const char *bytes, size_t n);

/* One character's bytes; returns how many, 0 for what is no character (NUL, a surrogate, beyond U+10FFFF). */
size_t utf8_from_code(unsigned code, char ret[4]);

#endif
