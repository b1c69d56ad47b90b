/* The system call table.  Every profile is an allow-list; calls that libraries try and can do without
 * are left out (ENOSYS); calls whose refusal a library understands best by another errno say so; the
 * loud ones are attacks or mistakes that the owner of the box wants to hear of. */
#include "sandbox/filter_table.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/prctl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define ALLOW(name, profiles)                                          \
    {                                                                  \
#name, SYS_##name, profiles, FILTER_ALLOW, 0, 0, 0, {0 }, 0, 0 \
    }
#define FAIL(name, profiles, error)                                        \
    {                                                                      \
#name, SYS_##name, profiles, FILTER_ERRNO, error, 0, 0, {0 }, 0, 0 \
    }
#define TELL(name, profiles, error)                                       \
    {                                                                     \
#name, SYS_##name, profiles, FILTER_TELL, error, 0, 0, {0 }, 0, 0 \
    }
#define LOUD(name)                                                           \
    {                                                                        \
#name, SYS_##name, PROFILE_ALL, FILTER_LOUD, EPERM, 0, 0, {0 }, 0, 0 \
    }
#define N_VALUES(...) (sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
/* clang-format off */
#define ONLY(name, profiles, arg, mask, else_error, ...)                                      \
    {                                                                                         \
        #name, SYS_##name, profiles, FILTER_ALLOW, 0, arg, mask, {__VA_ARGS__},               \
            N_VALUES(__VA_ARGS__), else_error                                                 \
    }

/* clang-format on */

#define ANY 0xffffffffU

/* A thread, and nothing but a thread: of the required flags all, of the namespace flags none. */
#define THREAD_FLAGS (CLONE_THREAD | CLONE_VM | CLONE_SIGHAND)
#define NAMESPACES                                                                \
    ((uint32_t)CLONE_NEWNS | (uint32_t)CLONE_NEWCGROUP | (uint32_t)CLONE_NEWUTS | \
     (uint32_t)CLONE_NEWIPC | (uint32_t)CLONE_NEWUSER | (uint32_t)CLONE_NEWPID |  \
     (uint32_t)CLONE_NEWNET)
#define NEWTIME   0x80U /* shares its bit with the exit signal, which is 0 for a thread */
#define FUTEX_OPS ~(uint32_t)(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)

#define FCNTL_BASE  F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
#define FCNTL_LOCKS 5 /* F_GETLK */, 6 /* F_SETLK */, 7 /* F_SETLKW */, 36, 37, 38 /* F_OFD_* */

const struct filter_rule filter_table[] = {
    /* files and descriptors */
    ALLOW(read, PROFILE_ALL),
    ALLOW(write, PROFILE_ALL),
    ALLOW(readv, PROFILE_ALL),
    ALLOW(writev, PROFILE_ALL),
    ALLOW(pread64, PROFILE_ALL),
    ALLOW(pwrite64, PROFILE_ALL),
    ALLOW(lseek, PROFILE_ALL),
    ALLOW(open, PROFILE_ALL),
    ALLOW(openat, PROFILE_ALL),
    ALLOW(creat, PROFILE_MULTI),
    ALLOW(close, PROFILE_ALL),
    ALLOW(stat, PROFILE_ALL),
    ALLOW(lstat, PROFILE_ALL),
    ALLOW(fstat, PROFILE_ALL),
    ALLOW(newfstatat, PROFILE_ALL),
    ALLOW(statx, PROFILE_ALL),
    ALLOW(statfs, PROFILE_MULTI),
    ALLOW(fstatfs, PROFILE_MULTI),
    ALLOW(access, PROFILE_ALL),
    /* ls and cp ask; only this answer is "there are none" */
    FAIL(getxattr, PROFILE_ALL, EOPNOTSUPP),
    FAIL(lgetxattr, PROFILE_ALL, EOPNOTSUPP),
    FAIL(fgetxattr, PROFILE_ALL, EOPNOTSUPP),
    FAIL(listxattr, PROFILE_ALL, EOPNOTSUPP),
    FAIL(llistxattr, PROFILE_ALL, EOPNOTSUPP),
    FAIL(flistxattr, PROFILE_ALL, EOPNOTSUPP),
    ALLOW(faccessat, PROFILE_ALL),
    ALLOW(faccessat2, PROFILE_ALL),
    ALLOW(readlink, PROFILE_ALL),
    ALLOW(readlinkat, PROFILE_ALL),
    ALLOW(getcwd, PROFILE_ALL),
    ALLOW(chdir, PROFILE_ALL),
    ALLOW(fchdir, PROFILE_MULTI | PROFILE_JAVA),
    ALLOW(getdents64, PROFILE_ALL),
    ALLOW(dup, PROFILE_ALL),
    ALLOW(dup2, PROFILE_ALL),
    ALLOW(dup3, PROFILE_ALL),
    ALLOW(pipe, PROFILE_ALL),
    ALLOW(pipe2, PROFILE_ALL),
    ALLOW(poll, PROFILE_ALL),
    ALLOW(ppoll, PROFILE_ALL),
    ALLOW(select, PROFILE_ALL),
    ALLOW(pselect6, PROFILE_ALL),
    ALLOW(epoll_create, PROFILE_LOOPS),
    ALLOW(epoll_create1, PROFILE_LOOPS),
    ALLOW(epoll_ctl, PROFILE_LOOPS),
    ALLOW(epoll_wait, PROFILE_LOOPS),
    ALLOW(epoll_pwait, PROFILE_LOOPS),
    ALLOW(eventfd2, PROFILE_LOOPS),
    ALLOW(unlink, PROFILE_ALL),
    ALLOW(unlinkat, PROFILE_ALL),
    ALLOW(mkdir, PROFILE_ALL),
    ALLOW(mkdirat, PROFILE_ALL),
    ALLOW(rmdir, PROFILE_ALL),
    ALLOW(rename, PROFILE_ALL),
    ALLOW(renameat, PROFILE_ALL),
    ALLOW(renameat2, PROFILE_MULTI),
    ALLOW(link, PROFILE_MULTI),
    ALLOW(linkat, PROFILE_MULTI),
    ALLOW(symlink, PROFILE_MULTI),
    ALLOW(symlinkat, PROFILE_MULTI),
    ALLOW(chmod, PROFILE_MULTI),
    ALLOW(fchmod, PROFILE_MULTI),
    ALLOW(fchmodat, PROFILE_MULTI),
    ALLOW(utimensat, PROFILE_MULTI),
    FAIL(chown, PROFILE_MULTI, EPERM),
    FAIL(fchown, PROFILE_MULTI, EPERM),
    FAIL(lchown, PROFILE_MULTI, EPERM),
    FAIL(fchownat, PROFILE_MULTI, EPERM),
    FAIL(getxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(lgetxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(fgetxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(listxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(llistxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(flistxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(setxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(lsetxattr, PROFILE_MULTI, EOPNOTSUPP),
    FAIL(fsetxattr, PROFILE_MULTI, EOPNOTSUPP),
    ALLOW(ftruncate, PROFILE_ALL),
    ALLOW(truncate, PROFILE_MULTI),
    ALLOW(fallocate, PROFILE_MULTI),
    ALLOW(fadvise64, PROFILE_MULTI),
    ALLOW(copy_file_range, PROFILE_MULTI),
    ALLOW(flock, PROFILE_MULTI | PROFILE_JAVA),
    ALLOW(fsync, PROFILE_ALL),
    ALLOW(fdatasync, PROFILE_ALL),
    ALLOW(umask, PROFILE_ALL),
    ONLY(fcntl, PROFILE_SINGLE & ~PROFILE_JAVA, 1, ANY, EINVAL, FCNTL_BASE),
    ONLY(fcntl, PROFILE_MULTI | PROFILE_JAVA, 1, ANY, EINVAL, FCNTL_BASE, FCNTL_LOCKS),
    ONLY(ioctl, PROFILE_ALL, 1, ANY, ENOTTY, TCGETS, FIOCLEX, FIONCLEX, FIONBIO, FIONREAD,
         TIOCGWINSZ),

    /* memory */
    ALLOW(mmap, PROFILE_ALL),
    ALLOW(munmap, PROFILE_ALL),
    ALLOW(mprotect, PROFILE_ALL),
    ALLOW(mremap, PROFILE_ALL),
    ALLOW(brk, PROFILE_ALL),
    ALLOW(madvise, PROFILE_ALL),
    ALLOW(msync, PROFILE_ALL),
    ALLOW(mincore, PROFILE_ALL),
    ALLOW(membarrier, PROFILE_ALL),

    /* signals */
    ALLOW(rt_sigaction, PROFILE_ALL),
    ALLOW(rt_sigprocmask, PROFILE_ALL),
    ALLOW(rt_sigreturn, PROFILE_ALL),
    ALLOW(rt_sigpending, PROFILE_ALL),
    ALLOW(rt_sigtimedwait, PROFILE_ALL),
    ALLOW(rt_sigsuspend, PROFILE_ALL),
    ALLOW(sigaltstack, PROFILE_ALL),
    ALLOW(restart_syscall, PROFILE_ALL),
    ALLOW(pause, PROFILE_ALL),
    ALLOW(tgkill, PROFILE_ALL),
    ALLOW(kill, PROFILE_MULTI),
    ALLOW(tkill, PROFILE_MULTI),
    FAIL(kill, PROFILE_SINGLE, EPERM),
    FAIL(tkill, PROFILE_SINGLE, EPERM),
    FAIL(rt_sigqueueinfo, PROFILE_ALL, EPERM),
    FAIL(rt_tgsigqueueinfo, PROFILE_ALL, EPERM),

    /* processes and threads */
    ALLOW(execve, PROFILE_ALL),
    ALLOW(exit, PROFILE_ALL),
    ALLOW(exit_group, PROFILE_ALL),
    ONLY(clone, PROFILE_SINGLE, 0, THREAD_FLAGS | NAMESPACES | NEWTIME, EPERM, THREAD_FLAGS),
    ONLY(clone, PROFILE_MULTI, 0, NAMESPACES, EPERM, 0),
    ALLOW(fork, PROFILE_MULTI),
    ALLOW(vfork, PROFILE_MULTI),
    FAIL(fork, PROFILE_SINGLE, EPERM),
    FAIL(vfork, PROFILE_SINGLE, EPERM),
    ALLOW(wait4, PROFILE_MULTI),
    ALLOW(waitid, PROFILE_MULTI),
    ALLOW(setpgid, PROFILE_MULTI),
    ALLOW(getpgid, PROFILE_MULTI),
    ALLOW(getsid, PROFILE_MULTI),
    ALLOW(setsid, PROFILE_MULTI),
    ALLOW(set_robust_list, PROFILE_ALL),
    ALLOW(get_robust_list, PROFILE_ALL),
    ALLOW(set_tid_address, PROFILE_ALL),
    ALLOW(rseq, PROFILE_ALL),
    ALLOW(arch_prctl, PROFILE_ALL),
    ONLY(futex, PROFILE_ALL, 1, FUTEX_OPS, ENOSYS, FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE,
         FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET),
    ONLY(prctl, PROFILE_SINGLE, 0, ANY, EINVAL, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA),
    ONLY(prctl, PROFILE_MULTI, 0, ANY, EINVAL, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA,
         PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS),
    ONLY(prlimit64, PROFILE_ALL, 0, ANY, EPERM, 0), /* itself only; limits can only go down */
    ALLOW(getrlimit, PROFILE_ALL),
    ALLOW(setrlimit, PROFILE_MULTI),
    ALLOW(getrusage, PROFILE_ALL),
    ALLOW(times, PROFILE_ALL),
    ALLOW(sched_yield, PROFILE_ALL),
    ALLOW(sched_getaffinity, PROFILE_ALL),
    ALLOW(sched_getparam, PROFILE_MULTI),
    ALLOW(sched_getscheduler, PROFILE_MULTI),
    ALLOW(sched_get_priority_max, PROFILE_ALL),
    ALLOW(sched_get_priority_min, PROFILE_ALL),
    ALLOW(getpriority, PROFILE_MULTI),
    ALLOW(setpriority, PROFILE_MULTI),
    ALLOW(getcpu, PROFILE_ALL),

    /* who and where am I */
    ALLOW(getpid, PROFILE_ALL),
    ALLOW(getppid, PROFILE_ALL),
    ALLOW(gettid, PROFILE_ALL),
    ALLOW(getpgrp, PROFILE_ALL),
    ALLOW(getuid, PROFILE_ALL),
    ALLOW(geteuid, PROFILE_ALL),
    ALLOW(getgid, PROFILE_ALL),
    ALLOW(getegid, PROFILE_ALL),
    ALLOW(getgroups, PROFILE_ALL),
    /* make asks, and nobody can become anybody without capabilities */
    ALLOW(setresuid, PROFILE_MULTI),
    ALLOW(setresgid, PROFILE_MULTI),
    ALLOW(getresuid, PROFILE_MULTI),
    ALLOW(getresgid, PROFILE_MULTI),
    ALLOW(capget, PROFILE_MULTI | PROFILE_NODE | PROFILE_JAVA),
    ALLOW(uname, PROFILE_ALL),
    ALLOW(sysinfo, PROFILE_ALL),
    ALLOW(getrandom, PROFILE_ALL),

    /* time */
    ALLOW(clock_gettime, PROFILE_ALL),
    ALLOW(clock_getres, PROFILE_ALL),
    ALLOW(clock_nanosleep, PROFILE_ALL),
    ALLOW(nanosleep, PROFILE_ALL),
    ALLOW(gettimeofday, PROFILE_ALL),
    ALLOW(time, PROFILE_ALL),
    ALLOW(getitimer, PROFILE_ALL),
    ALLOW(setitimer, PROFILE_ALL),
    ALLOW(alarm, PROFILE_ALL),
    ALLOW(timerfd_create, PROFILE_LOOPS),
    ALLOW(timerfd_settime, PROFILE_LOOPS),

    /* Libraries take this for "no network"; every family is refused, AF_UNIX too. */
    TELL(socket, PROFILE_ALL, EAFNOSUPPORT),
    TELL(socketpair, PROFILE_ALL, EAFNOSUPPORT),

    LOUD(ptrace),
    LOUD(process_vm_readv),
    LOUD(process_vm_writev),
#ifdef SYS_pidfd_getfd
    LOUD(pidfd_getfd),
#endif
    LOUD(bpf),
    LOUD(perf_event_open),
    LOUD(keyctl),
    LOUD(add_key),
    LOUD(request_key),
    LOUD(mount),
    LOUD(umount2),
    LOUD(pivot_root),
    LOUD(chroot),
    LOUD(unshare),
    LOUD(setns),
#ifdef SYS_open_tree
    LOUD(open_tree),
    LOUD(move_mount),
    LOUD(fsopen),
    LOUD(fsconfig),
    LOUD(fsmount),
    LOUD(fspick),
#endif
#ifdef SYS_mount_setattr
    LOUD(mount_setattr),
#endif
    LOUD(init_module),
    LOUD(finit_module),
    LOUD(delete_module),
    LOUD(kexec_load),
    LOUD(kexec_file_load),
    LOUD(reboot),
    LOUD(swapon),
    LOUD(swapoff),
    LOUD(iopl),
    LOUD(ioperm),
    LOUD(open_by_handle_at),
    LOUD(name_to_handle_at),
    LOUD(quotactl),
    LOUD(acct),
    LOUD(syslog),
    LOUD(settimeofday),
    LOUD(adjtimex),
};

const size_t filter_table_length = sizeof filter_table / sizeof filter_table[0];

const char *filter_call_name(int number)
{
    for (size_t i = 0; i < filter_table_length; i++)
        if (filter_table[i].number == number)
            return filter_table[i].name;
    return NULL;
}
