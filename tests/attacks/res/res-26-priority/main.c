/* More than its share of the processor: better priority, real time, other cores, other memory. */
#include <sys/resource.h>

#include "attack.h"

int main(void)
{
    struct sched_param real_time = {.sched_priority = 1}, other = {.sched_priority = 0};
    struct rlimit limit = {99, 99};
    int n_escaped = 0;
    if (setpriority(PRIO_PROCESS, 0, -20) == 0 || setpriority(PRIO_USER, 0, -5) == 0)
        n_escaped += escaped("better priority");
    if (getpid() > 2 && setpriority(PRIO_PROCESS, 1, 0) == 0) /* in a pid namespace 1 is the box's own */
        n_escaped += escaped("the priority of another");
    for (int policy = SCHED_FIFO; policy <= SCHED_RR; policy++)
        if (sched_setscheduler(0, policy, &real_time) == 0) {
            sched_setscheduler(0, SCHED_OTHER, &other);
            n_escaped += escaped("real time");
        }
    if (syscall(SYS_sched_setattr, 0, NULL, 0) >= 0 || errno != ENOSYS)
        n_escaped += escaped("sched_setattr: %s", strerror(errno));
    if (setrlimit(RLIMIT_RTPRIO, &limit) == 0 || setrlimit(RLIMIT_NICE, &limit) == 0)
        n_escaped += escaped("limits of priority");
    if (syscall(SYS_ioprio_set, 1, 0, 1 << 13) == 0)
        n_escaped += escaped("real time of the disk");
    cpu_set_t all;
    memset(&all, 0xff, sizeof all);
    if (sched_setaffinity(0, sizeof all, &all) == 0)
        n_escaped += escaped("affinity");
    return n_escaped ? 1 : blocked();
}
