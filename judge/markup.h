/* Text in XML and HTML. */
#ifndef MLJUDGE_MARKUP_H
#define MLJUDGE_MARKUP_H

#include <stdbool.h>
#include <stdio.h>

/* Any bytes as character data or as a quoted attribute's value: what cannot be seen or is not UTF-8 becomes a visible
 * escape (escape.h), then & < > " ' become character references.  One line, unless `block`: then line breaks and tabs
 * stay.  No length is too long. */
void markup_put(FILE *file, const char *text);
void markup_put_bytes(FILE *file, const char *bytes, size_t n, bool block);

#endif
