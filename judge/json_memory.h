/* jansson and memory that runs out.
 *
 * Not every allocation that fails is told: a report lacks a member, a good file is called wrong.  So they are
 * counted, and who uses jansson compares before and after.  Worse, its reader loses bytes of a string whose buffer
 * cannot grow, and then looks for the end of the string behind the buffer (2.14, lex_save() in load.c).  So text is
 * read by json_read() only. */
#ifndef MLJUDGE_JSON_MEMORY_H
#define MLJUDGE_JSON_MEMORY_H

#include <jansson.h>

/* How many allocations of jansson have failed in this thread since the first call. */
unsigned long json_memory_failures(void);

/* 0, -ENOMEM, or -EINVAL and *error.  *ret is a new reference. */
int json_read(const char *text, size_t size, size_t flags, json_t **ret, json_error_t *error);

#endif
