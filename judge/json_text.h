/* JSON as a person would write it: on one line, every real with the fewest digits that read back as it. */
#ifndef MLJUDGE_JSON_TEXT_H
#define MLJUDGE_JSON_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Strings are as jansson writes them: control bytes are escaped, nothing else is.  -ENOMEM. */
int json_text(FILE *to, const json_t *json);

#endif
