/* A socket of every family and type: whatever the kernel can do, the answer is EAFNOSUPPORT. */
#include <sys/socket.h>

#include "attack.h"

int main(void)
{
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET};
    int n_escaped = 0, pair[2];
    alarm(FUSE_S);
    for (int family = 0; family < 64; family++)
        for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
            if (socket(family, types[i], 0) >= 0 || errno != EAFNOSUPPORT)
                n_escaped += escaped("socket(%d, %d): errno %d", family, types[i], errno);
        }
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0)
        n_escaped += escaped("socketpair");
    return n_escaped ? 1 : blocked();
}
