/* What a compiler said, without what it read in files that are not the candidate's. */
#ifndef MLJUDGE_COMPILE_OUTPUT_H
#define MLJUDGE_COMPILE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* Keeps of messages in the GNU style ("FILE:LINE:COLUMN: what", then quoted lines) those about the named files, about
 * /harness/ and about no file (linker, driver); of any other file only that there was something.  `text` is changed
 * in place and never grows, except for a final NUL: it has room for n + 1 bytes.  Returns its new length.
 * No boundary: the box of a compiler holds nothing secret; this keeps a host's files out of reports. */
size_t compile_output_own(char *text, size_t n, const char *const *names, size_t n_names);

/* The same text, calling the submission as its owner does: the box's "solution.c" where a line begins with it and a ':'
 * becomes `file`, if that is a plain name.  malloc'ed, NUL behind it; NULL: out of memory. */
char *compile_output_named(const char *text, size_t n, const char *file, size_t *ret_n);

/* What it said of one line of the submission ("solution.c:3:5: error: what"). */
struct compile_diagnostic {
    int line, column;     /* 1-based; column 0 = not said */
    const char *severity; /* "error", "warning" or "note"; static */
    const char *message;  /* borrowed, hostile */
    size_t n_message;
};
/* False if the n bytes of `text`, a line, are no such message. */
bool compile_output_diagnostic(const char *text, size_t n, struct compile_diagnostic *ret);

#endif
