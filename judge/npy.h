/* NumPy's .npy files (numpy/lib/format.py: versions 1 and 2), as far as a test's input needs them: C order,
 * little-endian numbers and bools.  No objects, no pickle: such files are refused by their header. */
#ifndef MLJUDGE_NPY_H
#define MLJUDGE_NPY_H

#include <stddef.h>
#include <stdint.h>

#include "judge/cells.h"

struct npy {
    char type; /* 'i', 'u', 'f', 'b' */
    int width; /* bytes of an element */
    int rank;  /* 0..TYPE_MAX_RANK */
    int64_t dims[TYPE_MAX_RANK];
    int64_t n;
    const unsigned char *data; /* n * width bytes, of any alignment; borrowed */
};

/* -EINVAL and a sentence if the file is broken or of a kind not taken. */
int npy_parse(const void *bytes, size_t size, struct npy *ret, struct error *err);

/* Appends all elements.  Integers of any width go to int and float, floats to float, bools to bool; anything
 * else, and an integer beyond 64 bits signed, is -EINVAL. */
int npy_append(const struct npy *npy, struct cells *cells, struct error *err);

#endif
