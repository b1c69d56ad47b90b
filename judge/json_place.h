/* Where something stands in a JSON text.  jansson tells places of syntax errors only; this finds the place
 * of a member or element in a text that jansson has already accepted. */
#ifndef MLJUDGE_JSON_PLACE_H
#define MLJUDGE_JSON_PLACE_H

#include <stddef.h>

/* `path` is a JSON pointer (RFC 6901: "/groups/2/points", "~0" is ~, "~1" is /; "" is the root).
 * Gives line and column, 1-based, the column in bytes: of the key if the path ends in a member, else of the
 * value.  -ENOENT if the path is not there (or the text is not JSON): the place is then that of the deepest
 * part of the path that was found.  Reads never beyond text[size - 1]. */
int json_place(const char *text, size_t size, const char *path, int *ret_line, int *ret_column);

/* Append one component to a pointer in a buffer, escaped.  If it does not fit, the pointer stays what it was
 * (and is thus the place of the parent).  Both return the length before, for json_pointer_cut(). */
size_t json_pointer_key(char *pointer, size_t size, const char *key);
size_t json_pointer_index(char *pointer, size_t size, size_t index);
void json_pointer_cut(char *pointer, size_t length);

#endif
