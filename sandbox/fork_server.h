/* Between the supervisor (server.c) and a fork server: a process in which a language's interpreter has done its
 * start-up, and which loads fork_server.c as a library.  One request is one box; one reply answers it, in order.
 *
 * The descriptors of a request come with it (SCM_RIGHTS): box-init, the configuration, if has_cgroup the control
 * group to begin in, then numbers[], each of which the new processes get under that number. */
#ifndef MLJUDGE_FORK_SERVER_H
#define MLJUDGE_FORK_SERVER_H

#include <stdint.h>

#define FORK_SERVER_FD 3 /* the server's end of the socket: SOCK_SEQPACKET */

#define FORK_IN_USERNS "MLJUDGE_FORK_IN_USERNS" /* in its environment if it is in one */

/* So many that what is received lies below BOX_MIN_FD, and in no number's way. */
#define FORK_MAX_NUMBERS 48
#define FORK_MAX_FDS     (FORK_MAX_NUMBERS + 3)

struct fork_request {
    uint64_t clone_flags; /* namespaces */
    uint32_t has_cgroup;
    uint32_t
        in_user_namespace; /* the server is, and each box has one beneath it: uid and gid are the same number in both */
    uint32_t uid;
    uint32_t n_numbers;
    int32_t numbers[FORK_MAX_NUMBERS]; /* >= BOX_MIN_FD */
};

struct fork_reply {
    int32_t
        pid; /* of box-init, a child of the supervisor; or -errno: there is none.  in_user_namespace: of a
                      child of the server's parent, in the server's pid namespace; a pidfd comes with it */
    int32_t error; /* positive errno: box-init could not be executed; its process has ended */
};

#endif
