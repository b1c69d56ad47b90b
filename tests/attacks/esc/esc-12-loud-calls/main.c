/* One call that no solution has a use for: the box is killed and the call is named.  The arguments are
 * such that a call that is let through does no harm. */
#include <sys/ptrace.h>

#include "attack.h"

int main(int argc, char **argv)
{
    char byte = 0;
    struct {
        void *base;
        size_t length;
    } iov = {&byte, 1};
    long parent = getppid();
    struct timespec bad_time = {0, -1};
    const struct {
        const char *name;
        long number, args[6];
    } calls[] = {
        {"ptrace", SYS_ptrace, {PTRACE_ATTACH, parent}},
        {"process_vm_readv", SYS_process_vm_readv, {parent, (long)&iov, 1, (long)&iov, 1, 0}},
        {"process_vm_writev", SYS_process_vm_writev, {parent, (long)&iov, 1, (long)&iov, 1, 0}},
        {"pidfd_getfd", SYS_pidfd_getfd, {-1, 0, 0}},
        {"unshare", SYS_unshare, {CLONE_NEWUSER}},
        {"setns", SYS_setns, {-1, 0}},
        {"mount", SYS_mount, {0, 0, 0, 0, 0}},
        {"umount2", SYS_umount2, {0, 0}},
        {"pivot_root", SYS_pivot_root, {0, 0}},
        {"chroot", SYS_chroot, {0}},
        {"bpf", SYS_bpf, {-1, 0, 0}},
        {"perf_event_open", SYS_perf_event_open, {0, 0, -1, -1, 0}},
        {"keyctl", SYS_keyctl, {-1}},
        {"add_key", SYS_add_key, {0, 0, 0, 0, 0}},
        {"open_by_handle_at", SYS_open_by_handle_at, {-1, 0, 0}},
        {"init_module", SYS_init_module, {0, 0, 0}},
        {"kexec_load", SYS_kexec_load, {0, -1, 0, 0}},
        {"swapon", SYS_swapon, {0, 0}},
        {"request_key", SYS_request_key, {0, 0, 0, 0}},
        {"open_tree", SYS_open_tree, {-1, 0, -1}},
        {"move_mount", SYS_move_mount, {-1, 0, -1, 0, -1}},
        {"fsopen", SYS_fsopen, {0, 0}},
        {"fsconfig", SYS_fsconfig, {-1, 99, 0, 0, 0}},
        {"fsmount", SYS_fsmount, {-1, 0, 0}},
        {"fspick", SYS_fspick, {-1, 0, -1}},
        {"mount_setattr", SYS_mount_setattr, {-1, 0, 0, 0, 0}},
        {"finit_module", SYS_finit_module, {-1, 0, 0}},
        {"delete_module", SYS_delete_module, {0, 0}},
        {"kexec_file_load", SYS_kexec_file_load, {-1, -1, 0, 0, -1}},
        {"reboot", SYS_reboot, {0, 0, 0, 0}},
        {"swapoff", SYS_swapoff, {0}},
        {"iopl", SYS_iopl, {4}},
        {"ioperm", SYS_ioperm, {0, 0, 0}},
        {"name_to_handle_at", SYS_name_to_handle_at, {-1, 0, 0, 0, 0}},
        {"quotactl", SYS_quotactl, {-1, 0, 0, 0}},
        {"acct", SYS_acct, {(long)"/nowhere/at/all"}},
        {"syslog", SYS_syslog, {99, 0, 0}},
        {"settimeofday", SYS_settimeofday, {(long)&bad_time, 0}},
        {"adjtimex", SYS_adjtimex, {0}},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (argc < 2 || strcmp(argv[1], calls[i].name))
            continue;
        const long *a = calls[i].args;
        long r = syscall(calls[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
        if (r < 0)
            printf("%s returned: %s\n", calls[i].name, strerror(errno));
        else
            escaped("%s returned %ld", calls[i].name, r);
        return 1;
    }
    return 2;
}
