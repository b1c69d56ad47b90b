/* A table out of a .csv file (RFC 4180; LF or CRLF; a UTF-8 byte order mark is skipped). */
#ifndef MLJUDGE_CSV_TABLE_H
#define MLJUDGE_CSV_TABLE_H

#include <stddef.h>

#include "judge/cells.h"

/* The header row names every declared column once, in any order, and no other.  An unquoted empty field is
 * NULL in a `?` column; floats are decimal or NaN, Infinity, -Infinity; bools are true and false.
 * cells[i] (zeroed but for elem and nullable) takes column i.  -EINVAL: the sentence names line and column. */
int csv_table_read(const char *bytes, size_t size, const struct field *columns, size_t n_columns,
                   struct cells *cells, struct error *err);

#endif
