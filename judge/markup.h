/* Text in XML and HTML. */
#ifndef MLJUDGE_MARKUP_H
#define MLJUDGE_MARKUP_H

#include <stddef.h>
#include <stdio.h>

/* Any text as character data or as a quoted attribute's value: what cannot be seen or is not UTF-8 becomes a visible
 * escape (escape.h), then & < > " ' become character references.  One line. */
void markup_put(FILE *file, const char *text);

/* The same for a block: line breaks and tabs stay; max_bytes of it, then "..." (0: all). */
void markup_put_block(FILE *file, const char *text, size_t max_bytes);

#endif
