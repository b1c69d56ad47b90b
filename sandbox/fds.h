/* Descriptors that travel with a message over a local socket (SCM_RIGHTS).  Without libc, for box-init's sake. */
#ifndef MLJUDGE_FDS_H
#define MLJUDGE_FDS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "sandbox/box_sys.h"

#define FDS_MAX 64 /* in one message */

union fds_control {
    char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
    struct cmsghdr align;
};

/* Returns what sendmsg() does, or a negative errno. */
static inline long fds_send(int socket, const void *bytes, size_t size, const int *fds, size_t n)
{
    union fds_control control;
    struct iovec iov = {(void *)(uintptr_t)bytes, size};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};
    if (n > FDS_MAX)
        return -7; /* E2BIG */
    if (n > 0) {
        memset(&control, 0, sizeof control);
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(n * sizeof *fds);
        struct cmsghdr *c = CMSG_FIRSTHDR(&header);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n * sizeof *fds);
        memcpy(CMSG_DATA(c), fds, n * sizeof *fds);
    }
    return SYS(sendmsg, socket, &header, MSG_NOSIGNAL);
}

/* Returns what recvmsg() does, or a negative errno; fds[FDS_MAX], close-on-exec, are the receiver's. */
static inline long fds_receive(int socket, void *bytes, size_t size, int flags, int fds[FDS_MAX],
                               size_t *ret_n)
{
    union fds_control control;
    struct iovec iov = {bytes, size};
    struct msghdr header = {.msg_iov = &iov,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    *ret_n = 0;
    long r = SYS(recvmsg, socket, &header, flags | MSG_CMSG_CLOEXEC);
    struct cmsghdr *c = r > 0 ? CMSG_FIRSTHDR(&header) : NULL;
    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
        *ret_n = (c->cmsg_len - CMSG_LEN(0)) / sizeof *fds;
        memcpy(fds, CMSG_DATA(c), *ret_n * sizeof *fds);
    }
    return r;
}

#endif
