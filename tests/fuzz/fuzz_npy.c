/* .npy files (judge/npy.c).  Properties: what is accepted can be read to its last byte into every element type it
 * fits, and gives as many elements as its shape says. */
#include <errno.h>
#include <string.h>

#include "judge/npy.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct npy npy;
    struct error err = ERROR_INIT;
    if (size > 1 << 16)
        return 0;
    int r = npy_parse(data, size, &npy, &err);
    if (r < 0) {
        CHECK(r == -EINVAL && err.text[0]);
        return 0;
    }
    CHECK(npy.rank >= 0 && npy.rank <= TYPE_MAX_RANK);
    CHECK(npy.data + (size_t)npy.n * (size_t)npy.width == data + size);
    for (int elem = ELEM_INT; elem <= ELEM_BOOL; elem++) {
        struct cells cells = {.elem = (enum elem)elem, .nullable = size % 2};
        err = ERROR_INIT;
        r = npy_append(&npy, &cells, &err);
        CHECK(r == 0 ? cells.n == npy.n : r == -EINVAL && err.text[0]);
        CHECK(r != 0 || elem == ELEM_BOOL ? true : npy.type != 'b');
        cells_done(&cells);
    }
    return 0;
}
