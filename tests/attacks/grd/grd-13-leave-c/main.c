/* Leaves before the result is written, or writes it itself and leaves, or tampers with who called it. */
#define _GNU_SOURCE
#include "twice_and_one.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void forge(int64_t value, int status)
{
    struct {
        char magic[4];
        uint16_t version, kind;
        uint32_t n_items, zero;
        uint64_t total_bytes, zeros;
        uint8_t item_kind, elem, flags, rank;
        uint32_t n_columns;
        int64_t dims[4];
        uint64_t n, data_off, bytes_off, bytes_len, valid_off, rows_off, last;
        int64_t value;
    } frame = {{'M', 'L', 'J', 'F'}, 1, 2, 1, 0, 136, 0, 0, 1, 0, 0, 0, {0}, 1, 128, 0, 0, 0, 0, 0, value};
    _Static_assert(sizeof frame == 136, "a frame of one int");
    if (pwrite(4, &frame, sizeof frame, 0) != sizeof frame)
        _exit(99);
    _exit(status);
}

__attribute__((constructor)) static void early(void)
{
    if (!strcmp("@VARIANT@", "constructor"))
        _exit(0);
    if (!strcmp("@VARIANT@", "constructor-forges"))
        forge(12345, 0);
}

int64_t twice_and_one(int64_t x)
{
    const char *variant = "@VARIANT@";
    if (!strcmp(variant, "right"))
        forge(2 * x + 1, 0);
    if (!strcmp(variant, "wrong"))
        forge(2 * x + 2, 0);
    if (!strcmp(variant, "status"))
        forge(2 * x + 1, 1);
    if (!strcmp(variant, "exit"))
        exit(0);
    if (!strcmp(variant, "_exit"))
        _exit(0);
    if (!strcmp(variant, "quick_exit"))
        quick_exit(0);
    if (!strcmp(variant, "abort"))
        abort();
    if (!strcmp(variant, "closed")) {
        for (int fd = 0; fd < 64; fd++)
            close(fd);
        return 2 * x + 1;
    }
    if (!strcmp(variant, "exec")) {
        execl("/proc/self/exe", "again", (char *)NULL);
        execl("/bin/true", "true", (char *)NULL);
        _exit(0);
    }
    return 0;
}
