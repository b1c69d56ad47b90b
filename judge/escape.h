/* Hostile bytes made harmless before a person, a terminal or a file format sees them. */
#ifndef MLJUDGE_ESCAPE_H
#define MLJUDGE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One line of printable text: control bytes (C0, C1, DEL), line breaks, bidirectional and other invisible format
 * characters, and bytes that are not UTF-8 become visible escapes (\n, \x1b, \u202e).  So does what a CI runner would
 * take for a command in its log: "::" at the beginning of a line (\x3a:), "##[" and "##vso[" anywhere (\x23#[).
 * Cut with "..." to fit `size`.  Returns `buffer`. */
char *escape_text(const char *bytes, size_t n, char *buffer, size_t size);

/* The same, but line breaks and tabs stay: for blocks of program output.  malloc'ed; NULL if out of memory. */
char *escape_block(const char *bytes, size_t n);

/* The same without memory, for writers of file formats: hostile bytes made visible, and then each ASCII character for
 * which replace() has a text written as that ("<" as "&lt;"). */
struct escape_style {
    bool lines;                     /* as escape_block(): line breaks and tabs stay */
    size_t max_bytes;               /* of `text`; what is beyond becomes "..."; 0 = no bound */
    const char *(*replace)(char c); /* NULL for what stays; may be NULL itself */
};
void escape_write(FILE *file, const char *text, const struct escape_style *style);

/* Decodes one UTF-8 character: its length 1..4 and code point, or 0 if the bytes are not UTF-8. */
size_t utf8_decode(const char *bytes, size_t n, unsigned *ret_code);

#endif
