/* C17.  The header declares the function, includes <stddef.h> and <stdint.h>, and has
 *
 *     struct str { const char *p; size_t n; };      n bytes of UTF-8, not ended by a NUL
 *
 *     void csv_groupby_emit_row(struct mlj_out *out, struct str region, int64_t n, int64_t n_missing,
 *                               const double *mean, const double *min, const double *max);
 *
 * Call it once for each row of the result, in order; it copies what it is given.  A null pointer is NULL.
 *
 * data_fd:   the CSV file, open for reading, at its start
 * data_path: a path that opens the same file once more */
#include "csv_groupby.h"

#include <unistd.h>

void csv_groupby(int data_fd, const char *data_path, struct mlj_out *out)
{
    char buffer[4096];
    ssize_t n = read(data_fd, buffer, sizeof buffer);
    (void)n;
    (void)data_path;
    (void)out;
}
