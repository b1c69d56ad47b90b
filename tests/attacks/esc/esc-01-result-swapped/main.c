/* Puts something else where the judge will look for its result: another file, a directory, a device, a pipe.
 * The judge looks at the file it made, which is empty then.  (`honest`: the same without swapping.) */
#include "twice_and_one.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int64_t twice_and_one(int64_t x)
{
    int ends[2];
    if (strcmp("@VARIANT@", "honest") == 0)
        return 2 * x + 1;
    int fd = strcmp("@VARIANT@", "pipe") ? open("@ARGUMENT@", O_RDONLY) : pipe(ends) ? -1 : ends[1];
    close(4);
    if (fd >= 0)
        dup2(fd, 4);
    return 2 * x + 1;
}
