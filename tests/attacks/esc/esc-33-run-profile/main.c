/* What a solution can do less than a command: no process, no signal to others, no link, no lock, no change of its
 * limits.  Answers rightly only if every call fails as it should; nothing is killed. */
#define _GNU_SOURCE
#include "twice_and_one.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int n_bad;

static void want(const char *name, int error, long r)
{
    if (r < 0 && errno == error)
        return;
    n_bad++;
    fprintf(stderr, "ESCAPED %s: %ld, %s\n", name, r, strerror(errno));
}

int64_t twice_and_one(int64_t x)
{
    struct {
        long soft, hard;
    } limit = {0, 0};
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    want("fork", EPERM, syscall(SYS_fork));
    want("vfork", EPERM, syscall(SYS_vfork));
    want("clone", EPERM, syscall(SYS_clone, 17 /* SIGCHLD */, 0, 0, 0, 0));
    want("clone without CLONE_VM", EPERM, syscall(SYS_clone, 0x10000 /* CLONE_THREAD */, 0, 0, 0, 0));
    want("clone of a thread in a new namespace", EPERM, syscall(SYS_clone, 0x10010d00, 0, 0, 0, 0));
    want("clone3", ENOSYS, syscall(SYS_clone3, NULL, 0));
    want("kill 1", EPERM, syscall(SYS_kill, 1, 0));
    want("kill -1", EPERM, syscall(SYS_kill, -1, 0));
    want("tkill", EPERM, syscall(SYS_tkill, 1, 0));
    want("rt_sigqueueinfo", EPERM, syscall(SYS_rt_sigqueueinfo, 1, 10, NULL));
    want("wait4", ENOSYS, syscall(SYS_wait4, -1, NULL, 1, NULL));
    want("link", ENOSYS, syscall(SYS_link, "/proc/self/exe", "/tmp/attack-link"));
    want("symlink", ENOSYS, syscall(SYS_symlink, "/", "/tmp/attack-link"));
    want("flock", ENOSYS, syscall(SYS_flock, 1, 2));
    want("F_SETLK", EINVAL, syscall(SYS_fcntl, 1, F_SETLK, &lock));
    want("F_GETLK", EINVAL, syscall(SYS_fcntl, 1, F_GETLK, &lock));
    want("F_OFD_SETLK", EINVAL, syscall(SYS_fcntl, 1, 37, &lock));
    want("F_SETLEASE", EINVAL, syscall(SYS_fcntl, 1, 1024, 0));
    want("F_NOTIFY", EINVAL, syscall(SYS_fcntl, 1, 1026, 1));
    want("F_SETPIPE_SZ", EINVAL, syscall(SYS_fcntl, 1, 1031, 1 << 20));
    want("F_ADD_SEALS", EINVAL, syscall(SYS_fcntl, 4, 1033, 0));
    want("F_SETOWN", EINVAL, syscall(SYS_fcntl, 1, F_SETOWN, 1));
    want("PR_SET_DUMPABLE", EINVAL, syscall(SYS_prctl, 4, 1, 0, 0, 0));
    want("PR_SET_PDEATHSIG", EINVAL, syscall(SYS_prctl, 1, 0, 0, 0, 0));
    want("PR_SET_PTRACER", EINVAL, syscall(SYS_prctl, 0x59616d61, -1, 0, 0, 0));
    want("PR_SET_MM", EINVAL, syscall(SYS_prctl, 35, 0, 0, 0, 0));
    want("prlimit64 of another", EPERM, syscall(SYS_prlimit64, 1, 7, &limit, NULL));
    want("setrlimit", ENOSYS, syscall(SYS_setrlimit, 7, &limit));
    want("setsid", ENOSYS, syscall(SYS_setsid));
    want("setpgid", ENOSYS, syscall(SYS_setpgid, 0, 0));
    want("setuid", ENOSYS, syscall(SYS_setuid, 0));
    want("setpriority", ENOSYS, syscall(SYS_setpriority, 0, 0, -20));
    want("sched_setaffinity", ENOSYS, syscall(SYS_sched_setaffinity, 0, 8, &limit));
    want("sendfile", ENOSYS, syscall(SYS_sendfile, 1, 7, NULL, 1));
    want("copy_file_range", ENOSYS, syscall(SYS_copy_file_range, 7, NULL, 1, NULL, 1, 0));
    want("chmod", ENOSYS, syscall(SYS_chmod, "/tmp", 0777));
    want("socket", EAFNOSUPPORT, syscall(SYS_socket, 1, 1, 0));
    want("socketpair", EAFNOSUPPORT, syscall(SYS_socketpair, 1, 1, 0, NULL));
    want("TIOCSTI", ENOTTY, syscall(SYS_ioctl, 0, 0x5412, "x"));
    want("FUTEX_LOCK_PI", ENOSYS, syscall(SYS_futex, &limit, 6, 0, NULL, NULL, 0));
    return n_bad ? 0 : 2 * x + 1;
}
