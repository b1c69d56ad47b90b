#include "sandbox/hole.h"

#ifdef MLJUDGE_HOLES
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "sandbox/filter_table.h"

bool hole(const char *defence)
{
    const char *name = getenv("MLJUDGE_HOLE");
    return name && strcmp(name, defence) == 0;
}

/* Defences of the filter, and the calls that are let through without each. */
static const struct {
    const char *defence, *calls;
} let_through[] = {
    {"seccomp-socket", "socket socketpair"},
    {"seccomp-clone", "clone"},
    {"seccomp-threads-only", "clone fork vfork"},
    {"seccomp-signals", "kill tkill rt_sigqueueinfo rt_tgsigqueueinfo"},
    {"seccomp-ioctl", "ioctl"},
    {"seccomp-fcntl", "fcntl"},
    {"seccomp-prctl", "prctl"},
    {"seccomp-futex", "futex"},
    {"seccomp-prlimit", "prlimit64"},
    {"seccomp-links", "link linkat symlink symlinkat flock"},
};

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += n)
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

static bool is_let_through(const struct filter_rule *rule)
{
    if (hole("seccomp-loud") && rule->action == FILTER_LOUD)
        return true;
    for (size_t i = 0; i < sizeof let_through / sizeof let_through[0]; i++)
        if (hole(let_through[i].defence) && has_word(let_through[i].calls, rule->name))
            return true;
    return false;
}

/* Jumps are relative: what is put before a program leaves it as it is. */
static size_t put_before(struct sock_filter *program, size_t n, size_t max, int number)
{
    const struct sock_filter first[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (unsigned)number},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    if (n + 3 > max)
        abort();
    memmove(program + 3, program, n * sizeof *program);
    memcpy(program, first, sizeof first);
    return n + 3;
}

size_t hole_in_filter(struct sock_filter *program, size_t n, size_t max)
{
    for (size_t i = 0; i < n; i++) {
        if (program[i].code != (BPF_RET | BPF_K))
            continue;
        if ((hole("seccomp-default") && program[i].k == (SECCOMP_RET_ERRNO | ENOSYS)) ||
            (hole("seccomp-foreign-abi") && program[i].k == SECCOMP_RET_KILL_PROCESS))
            program[i].k = SECCOMP_RET_ALLOW;
    }
    static const int splices[] = {SYS_splice, SYS_vmsplice, SYS_tee};
    static const int schedules[] = {SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr,
                                    SYS_sched_setaffinity,  SYS_setpriority,    SYS_ioprio_set};
    for (size_t i = 0; hole("seccomp-splice") && i < sizeof splices / sizeof splices[0]; i++)
        n = put_before(program, n, max, splices[i]);
    for (size_t i = 0; hole("no-realtime") && i < sizeof schedules / sizeof schedules[0]; i++)
        n = put_before(program, n, max, schedules[i]);
    for (size_t i = 0; i < filter_table_length; i++)
        if (is_let_through(&filter_table[i]))
            n = put_before(program, n, max, filter_table[i].number);
    return n;
}
#else
/* An empty translation unit is no C. */
extern const char mljudge_has_no_holes[];
const char mljudge_has_no_holes[] = "this build has no holes";
#endif
