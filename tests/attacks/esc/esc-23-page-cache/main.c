/* Puts pages of a file of the host into a pipe by reference, which is how several kernel bugs began that wrote
 * through read-only mounts.  No bug is used: the pages are read and dropped. */
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "attack.h"

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    int ends[2], others[2], n_escaped = 0;
    char page[4096] = {0};
    struct iovec iov = {page, sizeof page};
    loff_t offset = 0;
    int fd = open("/usr/bin/env", O_RDONLY);
    if (fd < 0 || pipe(ends) || pipe(others))
        return 2;
    if (!strcmp(way, "splice") && splice(fd, &offset, ends[1], NULL, 4096, 0) > 0)
        n_escaped += escaped("splice");
    if (!strcmp(way, "vmsplice") && vmsplice(ends[1], &iov, 1, 0) > 0)
        n_escaped += escaped("vmsplice");
    if (!strcmp(way, "tee") && write(ends[1], page, 16) == 16 && tee(ends[0], others[1], 16, 0) > 0)
        n_escaped += escaped("tee");
    if (!strcmp(way, "sendfile") && sendfile(ends[1], fd, &offset, 4096) > 0)
        n_escaped += escaped("sendfile into a pipe");
    if (!strcmp(way, "write")) {
        void *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED || mprotect(p, 4096, PROT_READ | PROT_WRITE) == 0)
            n_escaped += escaped("a writable mapping of a host file");
        if (open("/usr/bin/env", O_WRONLY) >= 0 || access("/usr/bin", W_OK) == 0)
            n_escaped += escaped("/usr/bin can be written");
    }
    return n_escaped ? 1 : blocked();
}
