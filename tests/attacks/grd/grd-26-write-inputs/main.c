/* Writes to the memory file that its input came in, by the descriptor and by its path. */
#define _GNU_SOURCE
#include "count_bytes.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

int64_t count_bytes(int data_fd, const char *data_path)
{
    bool wrote = pwrite(data_fd, "x", 1, 0) == 1 || ftruncate(data_fd, 9) == 0;
    int again = open(data_path, O_RDWR);
    if (again >= 0 && pwrite(again, "x", 1, 0) == 1)
        wrote = true;
    return wrote ? -1 : lseek(data_fd, 0, SEEK_END);
}
