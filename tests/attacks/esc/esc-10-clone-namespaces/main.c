/* New namespaces through clone and clone3, whose flags lie behind a pointer. */
#include <linux/sched.h>

#include "attack.h"

int main(void)
{
    static const unsigned long flags[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID, CLONE_NEWNET,
                                          CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};
    int n_escaped = 0;
    alarm(FUSE_S);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        long pid = syscall(SYS_clone, flags[i] | SIGCHLD, 0, 0, 0, 0);
        if (pid == 0)
            _exit(0);
        if (pid > 0)
            n_escaped += escaped("clone with flag %#lx", flags[i]);
        struct clone_args args = {.flags = flags[i], .exit_signal = SIGCHLD};
        pid = syscall(SYS_clone3, &args, sizeof args);
        if (pid == 0)
            _exit(0);
        if (pid > 0)
            n_escaped += escaped("clone3 with flag %#lx", flags[i]);
    }
    return n_escaped ? 1 : blocked();
}
