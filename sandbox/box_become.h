/* Becoming the command: the steps by which a process of ours gives up all that the command is not to have.
 *
 * Two kinds of process take them: the child that box-init makes, which then executes the command
 * (box_command.c), and the child of a fork server, which is the command already (fork_server.c). */
#ifndef MLJUDGE_BOX_BECOME_H
#define MLJUDGE_BOX_BECOME_H

#include <stdbool.h>
#include <stdint.h>

/* What came of it. */
struct become {
    const char *failed_step; /* static; NULL: none failed */
    long error;              /* of failed_step; positive errno */
    long listener;           /* descriptor of the filter's notifications, or -1 */
    int64_t cpu_ns;          /* that the process had used before it loaded the filter */
    int64_t start_ns;        /* CLOCK_MONOTONIC, then */
};

/* False: a step failed.  is_forked: no execve follows, so descriptors are closed here; all but the command's
 * and `kept_fd` (>= BOX_MIN_FD). */
bool box_become(struct become *become, bool is_forked, int kept_fd);

/* Steps of it: the configuration's limits; */
bool box_set_rlimits(struct become *become);

/* standard streams and the policy's descriptors under their numbers, all others closed (is_forked) or
 * to be closed by execve. */
bool box_set_descriptors(struct become *become, bool is_forked, int kept_fd);

/* Nothing that box-init or its child may ever use again comes back: not through a set-user-id file (bounding
 * set), not by changing to uid 0 (securebits).  0 or a negative errno. */
long box_lock_privileges(void);

#endif
