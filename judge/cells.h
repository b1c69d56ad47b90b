/* Elements collected one by one, in the representation of a frame (frame.h, struct value). */
#ifndef MLJUDGE_CELLS_H
#define MLJUDGE_CELLS_H

#include "judge/frame.h"

struct cells {
    enum elem elem;
    bool nullable;
    int64_t n;
    int64_t capacity;
    void *data;  /* as in struct value */
    char *bytes; /* STR */
    size_t n_bytes;
    size_t bytes_capacity;
    uint8_t *valid; /* nullable only */
};

/* Each appends one element; -ENOMEM or 0.  The element's type is the caller's to know. */
int cells_add_int(struct cells *cells, int64_t number);
int cells_add_float(struct cells *cells, double number);
int cells_add_bool(struct cells *cells, bool flag);
int cells_add_str(struct cells *cells, const char *text, size_t length);
int cells_add_null(struct cells *cells); /* nullable only */
void cells_done(struct cells *cells);

/* A view of rank 1 over what was collected; valid until the next append. */
struct value cells_view(const struct cells *cells);

#endif
