/* Walks /proc for other processes and for secrets of the judge (its environment and arguments hold some). */
#include "attack.h"

static char content[4 * MIB];

static ssize_t slurp(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    if (fd < 0)
        return -1;
    ssize_t total = 0, n;
    while ((size_t)total < sizeof content && (n = read(fd, content + total, sizeof content - (size_t)total)) > 0)
        total += n;
    close(fd);
    return total;
}

int main(void)
{
    static const char *const private_files[] = {"environ", "maps", "mem", "auxv", "syscall", "stack", "io"};
    static const char *const public_files[] = {"cmdline", "status", "mountinfo", "cgroup", "comm", "stat"};
    static const char *const links[] = {"cwd", "root", "exe", "fd/0", "fd/1", "ns/mnt"};
    static const char *const writable[] = {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                                           "/proc/sys/vm/overcommit_memory", "/proc/1/oom_score_adj"};
    char path[600];
    int n_escaped = 0, n_others = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *d; proc && (d = readdir(proc));) {
        int pid = atoi(d->d_name);
        if (pid <= 0 || pid == getpid())
            continue;
        n_others++;
        for (size_t i = 0; i < sizeof private_files / sizeof *private_files; i++) {
            snprintf(path, sizeof path, "/proc/%d/%s", pid, private_files[i]);
            if (slurp(path) > 0)
                n_escaped += escaped("%s can be read", path);
        }
        for (size_t i = 0; i < sizeof public_files / sizeof *public_files; i++) {
            snprintf(path, sizeof path, "/proc/%d/%s", pid, public_files[i]);
            ssize_t n = slurp(path);
            if (n > 0 && find_canary(content, (size_t)n))
                n_escaped += escaped("a secret in %s", path);
        }
        for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
            char target[256];
            snprintf(path, sizeof path, "/proc/%d/%s", pid, links[i]);
            if (readlink(path, target, sizeof target) >= 0)
                n_escaped += escaped("%s can be followed", path);
        }
    }
    if (n_others > 1)
        n_escaped += escaped("%d processes besides init are to be seen", n_others - 1);
    for (size_t i = 0; i < sizeof writable / sizeof *writable; i++)
        if (open(writable[i], O_WRONLY) >= 0)
            n_escaped += escaped("%s can be opened for writing", writable[i]);
    static const char *const own[] = {"/proc/self/environ", "/proc/self/cmdline", "/proc/self/mountinfo",
                                      "/proc/self/cgroup", "/proc/mounts", "/proc/cmdline"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        ssize_t n = slurp(own[i]);
        if (n > 0 && find_canary(content, (size_t)n))
            n_escaped += escaped("a secret in %s", own[i]);
    }
    return n_escaped ? 1 : blocked();
}
