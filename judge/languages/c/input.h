/* The arguments frame, item by item.  Shared by input.c and class.c. */
#ifndef MLJUDGE_HARNESS_INPUT_H
#define MLJUDGE_HARNESS_INPUT_H

#include "harness.h"

struct input_reader {
    unsigned char *bytes;
    size_t size;
    const struct frame_descriptor *items;
    size_t n_items;
    size_t next;
};

void input_open(void *frame, size_t size, struct input_reader *ret);
void input_next(struct input_reader *reader, const struct field *field, struct mlj_in *ret);
void input_end(const struct input_reader *reader); /* nothing must be left */

/* `[]` has all sizes 0 in the frame; here it gets those that the rest of the call gives it. */
void input_resolve(const struct signature *signature, struct mlj_in *in);

/* Of a class: the arguments of __init__, whose names are known in every call. */
void input_outer(const struct signature *signature, const struct mlj_in *in);

#endif
