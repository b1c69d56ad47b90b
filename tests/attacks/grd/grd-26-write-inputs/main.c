/* Writes to the memory files that its inputs and its own object came in. */
#define _GNU_SOURCE
#include "twice_and_one.h"

#include <stdbool.h>
#include <unistd.h>

int64_t twice_and_one(int64_t x)
{
    static const int inputs[] = {3, 7, 8}; /* arguments, object, signature */
    bool wrote = false;
    for (unsigned i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        if (pwrite(inputs[i], "x", 1, 0) == 1 || ftruncate(inputs[i], 0) == 0)
            wrote = true;
    return wrote ? 0 : 2 * x + 1;
}
