/* Starting box-init: the configuration block, the descriptors, clone3.
 *
 * The new process shares our memory only until it has executed box-init (CLONE_VM | CLONE_VFORK, as
 * posix_spawn does): a copy of this address space, with what the judge knows, is never made, and a big
 * judge launches as fast as a small one. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/filter.h"
#include "sandbox/internal.h"
#include "sandbox/util.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

#define INIT_UID_OFFSET  500000000U
#define SLOTS            64U
#define UID_BASE_MIN     1000000000U
#define FEW_SLOTS        500U
#define ROOT_EXTRA_BYTES (1 << 20) /* our own directories and mount points in the root tmpfs */
#define MAX_INODES       16384

extern const char box_init_blob[], box_init_blob_end[];

/* ---- the block ---- */

struct block {
    char *bytes;
    size_t used, size;
    bool failed;
};

static uint32_t block_add(struct block *b, const void *bytes, size_t n)
{
    size_t at = (b->used + 7) & ~(size_t)7;
    if (at + n > b->size && !b->failed) {
        size_t size = (at + n) * 2 + 8192;
        char *more = size < (64U << 20) ? realloc(b->bytes, size) : NULL;
        if (more) {
            b->bytes = more;
            b->size = size;
        } else {
            b->failed = true;
        }
    }
    if (b->failed)
        return 0;
    memset(b->bytes + b->used, 0, at - b->used);
    if (bytes)
        memcpy(b->bytes + at, bytes, n);
    else
        memset(b->bytes + at, 0, n);
    b->used = at + n;
    return (uint32_t)at;
}

static uint32_t block_text(struct block *b, const char *text)
{
    return block_add(b, text, strlen(text) + 1);
}

static void block_put(struct block *b, uint32_t at, const void *bytes, size_t n)
{
    if (!b->failed)
        memcpy(b->bytes + at, bytes, n);
}

static uint32_t block_list(struct block *b, const char *const *list, uint32_t *ret_n)
{
    uint32_t n = 0;
    while (list && list[n])
        n++;
    uint32_t at = block_add(b, NULL, (n + 1) * sizeof(uint64_t));
    for (uint32_t i = 0; i < n; i++) {
        uint64_t text = block_text(b, list[i]);
        block_put(b, at + i * (uint32_t)sizeof text, &text, sizeof text);
    }
    *ret_n = n;
    return at;
}

/* Into a sealed memfd >= BOX_MIN_FD. */
static int block_seal(struct block *b, struct error *err)
{
    if (b->failed)
        return error_oom(err);
    auto_fd int fd = memfd_create("box", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return error_errno(err, "memfd_create");
    for (size_t done = 0; done < b->used;) {
        ssize_t n = write(fd, b->bytes + done, b->used - done);
        if (n < 0)
            return error_errno(err, "write the box's configuration");
        done += (size_t)n;
    }
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return error_errno(err, "seal the box's configuration");
    return fd_raise(steal_fd(&fd), err);
}

int fd_raise(int fd, struct error *err)
{
    if (fd < 0 || fd >= BOX_MIN_FD)
        return fd;
    int raised = fcntl(fd, F_DUPFD_CLOEXEC, BOX_MIN_FD);
    int saved = errno;
    close(fd);
    errno = saved;
    return raised < 0 ? error_errno(err, "duplicate a descriptor") : raised;
}

/* ---- clone3 ---- */

struct child {
    int init_fd, config_fd;
    const int *keep; /* descriptors that box-init gets under their own number */
    size_t n_keep;
    int error;
};

/* Without libc: a failing call of its would write to the errno of our thread. */
static long raw(long nr, long a, long b, long c, long d, long e)
{
    long ret;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return ret;
}

/* Runs in our memory, on its own stack.  For a box our thread is suspended meanwhile, for the guard
 * it is not. */
static int child_main(void *data)
{
    struct child *c = data;
    static char *const argv[] = {(char *)"box-init", NULL};
    static char *const env[] = {NULL};
    long r = raw(SYS_close_range, 3, (long)~0U, CLOSE_RANGE_CLOEXEC, 0, 0);
    for (size_t i = 0; i < c->n_keep && r >= 0; i++)
        r = raw(SYS_fcntl, c->keep[i], F_SETFD, 0, 0, 0);
    if (r >= 0)
        r = raw(SYS_dup2, c->config_fd, 0, 0, 0, 0);
    raw(SYS_close, 1, 0, 0, 0, 0);
    raw(SYS_close, 2, 0, 0, 0, 0);
    if (r >= 0)
        r = raw(SYS_execveat, c->init_fd, (long)"", (long)argv, (long)env, AT_EMPTY_PATH);
    c->error = (int)-r;
    return 127;
}

/* The old clone(): for kernels' filters that hide clone3 (plain Docker).  No control group, handlers kept. */
static long clone_old(const struct clone_args *args, int (*fn)(void *), void *data)
{
    long ret;
    uint64_t flags = args->flags & ~(uint64_t)CLONE_CLEAR_SIGHAND;
    /* pidfd and parent_tid are one argument here; nobody asks for both */
    uint64_t told = args->flags & CLONE_PIDFD ? args->pidfd : args->parent_tid;
    register uint64_t r10 __asm__("r10") = args->child_tid;
    register uint64_t r8 __asm__("r8") = 0;
    register int (*r12)(void *) __asm__("r12") = fn;
    register void *r13 __asm__("r13") = data;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r13, %%rdi\n\t"
                     "call *%%r12\n\t"
                     "mov %%eax, %%edi\n\t"
                     "mov %[exit], %%eax\n\t"
                     "syscall\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(ret)
                     : "0"((long)SYS_clone), "D"(flags), "S"(args->stack + args->stack_size), "d"(told),
                       "r"(r10), "r"(r8), "r"(r12), "r"(r13), [exit] "i"(SYS_exit)
                     : "rcx", "r11", "memory", "cc");
    return ret;
}

static long clone_to(struct clone_args *args, int (*fn)(void *), void *data)
{
    long ret;
    register int (*r12)(void *) __asm__("r12") = fn;
    register void *r13 __asm__("r13") = data;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r13, %%rdi\n\t"
                     "call *%%r12\n\t"
                     "mov %%eax, %%edi\n\t"
                     "mov %[exit], %%eax\n\t"
                     "syscall\n\t"
                     "hlt\n"
                     "1:"
                     : "=a"(ret)
                     : "0"((long)SYS_clone3), "D"(args), "S"(sizeof *args), "r"(r12),
                       "r"(r13), [exit] "i"(SYS_exit)
                     : "rcx", "r11", "memory", "cc");
    if (ret == -ENOSYS && !(args->flags & CLONE_INTO_CGROUP))
        return clone_old(args, fn, data);
    return ret;
}

/* ---- a user namespace: we write its maps before the child may go on ---- */

static int write_file(const char *path, const char *text)
{
    auto_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* An ordinary user may map itself only: any number inside, its own outside. */
int launch_write_maps(pid_t pid, const char *lines, bool deny_setgroups)
{
    char path[64], gids[64];
    int r = 0;
    if (deny_setgroups) {
        unsigned inside, outside, n;
        snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
        r = write_file(path, "deny");
        if (sscanf(lines, "%u %u %u", &inside, &outside, &n) != 3)
            return -EINVAL;
        snprintf(gids, sizeof gids, "%u %u %u\n", inside, (unsigned)getegid(), n);
    }
    snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
    if (r == 0)
        r = write_file(path, deny_setgroups ? gids : lines);
    snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
    return r == 0 ? write_file(path, lines) : r;
}

struct mapped {
    struct child child;
    int gate[2];
    volatile int tid; /* 0 as soon as the child has left our memory */
    char stack[32768] __attribute__((aligned(16)));
};

/* What box-init needs in its own user namespace; nothing of it means anything outside. */
static const int kept_capabilities[] = {
    CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,     CAP_KILL,
    CAP_SETGID, CAP_SETUID,       CAP_SETPCAP, CAP_SYS_ADMIN,
};

/* Capabilities of a uid that is not the namespace's root survive execve only as ambient ones. */
static long keep_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    long r = raw(SYS_capget, (long)&header, (long)data, 0, 0, 0);
    for (int i = 0; i < 2; i++)
        data[i].inheritable = data[i].permitted;
    if (r >= 0)
        r = raw(SYS_capset, (long)&header, (long)data, 0, 0, 0);
    for (size_t i = 0; i < ARRAY_LEN(kept_capabilities) && r >= 0; i++)
        r = raw(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept_capabilities[i], 0, 0);
    return r;
}

static int mapped_main(void *data)
{
    struct mapped *m = data;
    char byte;
    raw(SYS_close, m->gate[1], 0, 0, 0, 0); /* our descriptors are a copy */
    if (raw(SYS_read, m->gate[0], (long)&byte, 1, 0, 0) != 1)
        return 126;
    long r = keep_capabilities();
    if (r < 0) {
        m->child.error = (int)-r;
        return 126;
    }
    return child_main(&m->child);
}

static void wait_for_exec(struct mapped *m)
{
    for (int tid; (tid = __atomic_load_n(&m->tid, __ATOMIC_ACQUIRE)) != 0;)
        syscall(SYS_futex, &m->tid, FUTEX_WAIT, tid, NULL);
}

/* Like spawn(), in a user namespace with these maps. */
static long spawn_mapped(struct child *child, uint64_t flags, int cgroup_fd, const char *maps,
                         bool deny_setgroups, int *ret_pidfd)
{
    struct mapped *m = calloc(1, sizeof *m);
    if (!m)
        return -ENOMEM;
    m->child = *child;
    if (pipe2(m->gate, O_CLOEXEC) < 0) {
        free(m);
        return -errno;
    }
    int pidfd = -1;
    struct clone_args args = {
        .flags = flags | CLONE_NEWUSER | CLONE_VM | CLONE_PIDFD | CLONE_CLEAR_SIGHAND |
                 CLONE_CHILD_CLEARTID,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
        .child_tid = (uint64_t)(uintptr_t)&m->tid,
        .stack = (uint64_t)(uintptr_t)m->stack,
        .stack_size = sizeof m->stack,
    };
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)cgroup_fd;
    }
    m->tid = 1; /* until the kernel clears it: at the child's execve or end */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long pid = clone_to(&args, mapped_main, m);
    int r = 0;
    if (pid > 0) {
        r = launch_write_maps((pid_t)pid, maps, deny_setgroups);
        if (r == 0 && write(m->gate[1], "g", 1) != 1)
            r = -errno;
    }
    close(m->gate[0]);
    close(m->gate[1]); /* without a byte the child ends */
    if (pid > 0)
        wait_for_exec(m);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid > 0 && (r < 0 || m->child.error)) {
        siginfo_t info;
        waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
        close(pidfd);
        pid = r < 0 ? r : -m->child.error;
    } else if (pid > 0) {
        *ret_pidfd = pidfd;
    }
    free(m);
    return pid;
}

/* Returns the pid, or -errno.  flags: namespaces and the like. */
static long spawn(struct child *child, uint64_t flags, int cgroup_fd, int *ret_pidfd)
{
    static _Thread_local char stack[32768] __attribute__((aligned(16)));
    int pidfd = -1;
    struct clone_args args = {
        .flags = flags | CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
        .stack = (uint64_t)(uintptr_t)stack,
        .stack_size = sizeof stack,
    };
    if (cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (unsigned)cgroup_fd;
    }
    /* No handler of the caller may run in the child, which shares our memory. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long pid = clone_to(&args, child_main, child);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0)
        return pid;
    if (child->error) {
        siginfo_t info;
        waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
        close(pidfd);
        return -child->error;
    }
    *ret_pidfd = pidfd;
    return pid;
}

int launch_load_init(struct error *err)
{
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    auto_fd int fd = memfd_create("box-init", flags | MFD_EXEC);
    if (fd < 0 && errno == EINVAL) /* FIXME: drop when kernel 6.3 is our minimum */
        fd = memfd_create("box-init", flags);
    if (fd < 0)
        return error_errno(err, "memfd_create");
    size_t size = (size_t)(box_init_blob_end - box_init_blob);
    if (write(fd, box_init_blob, size) != (ssize_t)size)
        return error_errno(err, "write box-init");
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return error_errno(err, "seal box-init");
    return fd_raise(steal_fd(&fd), err);
}

/* ---- a box ---- */

#define MAX_KEEP   512
#define USERNS_UID 1000U

/* As root the `full` tier needs no user namespace: a private uid does, and more is left to the kernel's
 * ordinary checks. */
static bool needs_userns(const struct sandbox *s)
{
    return s->tier == SANDBOX_TIER_USERNS || (s->tier == SANDBOX_TIER_FULL && !s->is_root);
}

static uint32_t private_uid(const struct sandbox_box *box)
{
    const struct sandbox *s = box->sandbox;
    if (s->uid_base < UID_BASE_MIN)
        return s->uid_base + box->slot % FEW_SLOTS; /* a container with few uids */
    return s->uid_base + ((uint32_t)getpid() & 0x3fffff) * SLOTS + box->slot % SLOTS;
}

struct keep {
    int fds[MAX_KEEP];
    size_t n;
    int ours[MAX_KEEP]; /* duplicates to close after the launch */
    size_t n_ours;
};

static int keep_add(struct keep *k, int fd)
{
    assert(k->n < MAX_KEEP);
    k->fds[k->n++] = fd;
    return fd;
}

/* A borrowed descriptor: a duplicate if its number is too low. */
static int keep_borrowed(struct keep *k, int fd, struct error *err)
{
    if (fd < BOX_MIN_FD) {
        fd = fcntl(fd, F_DUPFD_CLOEXEC, BOX_MIN_FD);
        if (fd < 0)
            return error_errno(err, "duplicate a descriptor of the policy");
        k->ours[k->n_ours++] = fd;
    }
    return keep_add(k, fd);
}

static void keep_done(struct keep *k)
{
    while (k->n_ours > 0)
        close(k->ours[--k->n_ours]);
}

static void add_rlimit(struct box_config *c, int resource, uint64_t soft, uint64_t hard)
{
    assert(c->n_rlimits < BOX_MAX_RLIMITS);
    c->rlimits[c->n_rlimits++] = (struct box_rlimit){resource, 0, soft, hard};
}

static uint64_t cpu_backstop_s(const struct sandbox_box *box)
{
    int64_t us = box->run.cpu_us;
    if (us < 0 || (box->barrier && box->prepare.cpu_us < 0))
        return RLIM_INFINITY;
    return (uint64_t)((us + (box->barrier ? box->prepare.cpu_us : 0)) / 1000000) + 3;
}

/* Threads of everybody's: more than ours, so a limit made of it never refuses an honest box. */
static uint64_t count_own_tasks(void)
{
    char text[128];
    auto_fd int fd = open("/proc/loadavg", O_RDONLY | O_CLOEXEC); /* "0.1 0.2 0.3 running/ALL last" */
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    const char *slash = strchr(text, '/');
    return slash ? strtoull(slash + 1, NULL, 10) : 4096;
}

/* Backstops behind the control group and the supervisor; and what they cannot limit. */
static void add_rlimits(struct box_config *c, const struct sandbox_box *box,
                        const struct sandbox_policy *p, int n_processes)
{
    /* The main thread's stack may be as large as memory; it is also what libc reserves a thread. */
    uint64_t stack = (uint64_t)meter_stack_limit(box);
    uint64_t cpu = cpu_backstop_s(box);
    uint64_t file = (uint64_t)p->file_bytes;
    uint64_t open_files = (uint64_t)p->n_open_files;
    add_rlimit(c, RLIMIT_CORE, 1, 1); /* 0 would not stop a piped core_pattern */
    add_rlimit(c, RLIMIT_FSIZE, file, file);
    add_rlimit(c, RLIMIT_NOFILE, open_files, open_files);
    add_rlimit(c, RLIMIT_STACK, stack, stack);
    add_rlimit(c, RLIMIT_MEMLOCK, 0, 0);
    add_rlimit(c, RLIMIT_MSGQUEUE, 0, 0);
    add_rlimit(c, RLIMIT_NICE, 0, 0);
    add_rlimit(c, RLIMIT_RTPRIO, 0, 0);
    add_rlimit(c, RLIMIT_SIGPENDING, 256, 256);
    add_rlimit(c, RLIMIT_CPU, cpu, cpu == RLIM_INFINITY ? cpu : cpu + 1);
    uint64_t processes = (uint64_t)n_processes + 2;
    if (box->sandbox->tier == SANDBOX_TIER_LANDLOCK && !box->sandbox->is_root)
        processes += count_own_tasks(); /* it is per user, and the user has others */
    add_rlimit(c, RLIMIT_NPROC, processes, processes);
    if (meter_is_sampled(box)) {
        const struct sandbox_limits *first = box->barrier ? &box->prepare : &box->run;
        uint64_t data = (uint64_t)meter_data_limit(box, first->memory_bytes);
        add_rlimit(c, RLIMIT_DATA, data, data);
    }
}

static void add_filter(struct block *b, struct box_filter *ret, enum sandbox_profile profile,
                       bool listener)
{
    struct sock_filter program[FILTER_MAX];
    ret->n = (uint32_t)filter_build(profile, listener, program);
    ret->program = block_add(b, program, ret->n * sizeof program[0]);
}

static void add_extra_filter(struct block *b, struct box_filter *ret, bool own_signals)
{
    struct sock_filter program[FILTER_EXTRA_MAX];
    ret->n = (uint32_t)filter_build_extra(own_signals, program);
    ret->program = block_add(b, program, ret->n * sizeof program[0]);
}

static void add_mounts(struct block *b, struct box_config *c, const struct sandbox_policy *p)
{
    c->n_mounts = (uint32_t)p->n_mounts;
    c->mounts = block_add(b, NULL, p->n_mounts * sizeof(struct box_mount));
    for (size_t i = 0; i < p->n_mounts; i++) {
        const struct sandbox_mount *m = &p->mounts[i];
        struct box_mount to = {
            .kind = (uint32_t)m->kind,
            .optional = m->optional,
            .source = m->source ? block_text(b, m->source) : 0,
            .target = block_text(b, m->target),
        };
        block_put(b, c->mounts + (uint32_t)(i * sizeof to), &to, sizeof to);
    }
}

static int add_files(struct block *b, struct box_config *c, const struct sandbox_policy *p,
                     struct keep *keep, struct error *err)
{
    c->n_files = (uint32_t)p->n_files;
    c->files = block_add(b, NULL, p->n_files * sizeof(struct box_file));
    for (size_t i = 0; i < p->n_files; i++) {
        struct box_file to = {
            .fd = keep_borrowed(keep, p->files[i].fd, err),
            .executable = p->files[i].executable,
            .name = block_text(b, p->files[i].name),
        };
        if (to.fd < 0)
            return to.fd;
        block_put(b, c->files + (uint32_t)(i * sizeof to), &to, sizeof to);
    }
    return 0;
}

static int add_fds(struct block *b, struct box_config *c, const struct sandbox_policy *p,
                   const struct launch_fds *fds, struct keep *keep, struct error *err)
{
    size_t n = p->n_fds + (p->barrier ? 2 : 0);
    c->n_fds = (uint32_t)n;
    c->fds = block_add(b, NULL, n * sizeof(struct box_fd));
    for (size_t i = 0; i < n; i++) {
        struct box_fd to;
        if (i < p->n_fds)
            to = (struct box_fd){keep_borrowed(keep, p->fds[i].fd, err), p->fds[i].target};
        else if (i == p->n_fds)
            to = (struct box_fd){keep_add(keep, fds->ready), p->ready_target};
        else
            to = (struct box_fd){keep_add(keep, fds->go), p->go_target};
        if (to.fd < 0)
            return to.fd;
        block_put(b, c->fds + (uint32_t)(i * sizeof to), &to, sizeof to);
    }
    return 0;
}

static void add_root(struct block *b, struct box_config *c, const struct sandbox_policy *p)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)p->work_bytes + ROOT_EXTRA_BYTES);
    c->root_size = block_text(b, text);
    snprintf(text, sizeof text, "%d", MAX_INODES);
    c->root_inodes = block_text(b, text);
}

static uint32_t tier_flags(const struct sandbox *s)
{
    uint32_t flags = s->is_root ? 0 : BOX_UNPRIVILEGED;
    if (!s->is_root || s->uid_base < UID_BASE_MIN)
        flags |= BOX_SHARED_UID;
    if (s->tier != SANDBOX_TIER_FULL)
        flags |= BOX_NO_CGROUP;
    if (s->tier == SANDBOX_TIER_LANDLOCK)
        flags |= BOX_NO_NAMESPACES;
    if (needs_userns(s))
        flags |= BOX_USERNS;
    return flags;
}

/* Inside a user namespace the numbers are the same for everybody; outside, where we are root, every box has
 * its own.  box-init has another uid than the command where the kernel protects it in no other way. */
static void choose_uids(const struct sandbox_box *box, struct box_config *c)
{
    const struct sandbox *s = box->sandbox;
    c->box_uid = private_uid(box);
    c->init_uid = c->box_uid + (s->tier == SANDBOX_TIER_FULL ? INIT_UID_OFFSET : 0);
    if (needs_userns(s))
        c->box_uid = c->init_uid = USERNS_UID;
    else if (!s->is_root)
        c->box_uid = c->init_uid = geteuid();
}

static int configure(struct block *b, struct sandbox_box *box, const struct sandbox_policy *p,
                     const struct launch_fds *fds, struct keep *keep, struct error *err)
{
    struct sandbox *s = box->sandbox;
    struct box_config c = {.mode = BOX_MODE_INIT, .ruleset_fd = -1};
    block_add(b, NULL, sizeof c);
    c.flags = (p->no_proc ? BOX_NO_PROC : 0U) | (p->keep_work ? BOX_KEEP_WORK : 0U) |
              (p->profile == SANDBOX_PROFILE_COMPILE ? BOX_FEW_DEVICES : 0U) |
              (s->can_listen ? BOX_LISTENER : 0U) | tier_flags(s) |
              (meter_is_sampled(box) && s->tier == SANDBOX_TIER_USERNS ? BOX_KEEP_WORK : 0U);
    choose_uids(box, &c);
    if (s->tier == SANDBOX_TIER_LANDLOCK) {
        c.ruleset_fd = keep_add(keep, box->landlock.ruleset_fd);
        c.work_path = block_text(b, box->landlock.dir);
    }
    c.ctl_fd = keep_add(keep, fds->ctl);
    for (int i = 0; i < 3; i++)
        c.stdio[i] = keep_add(keep, fds->stdio[i]);
    int tasks[CGROUP_MAX_DIRS];
    int n = s->tier == SANDBOX_TIER_FULL ? cgroup_open_tasks(&box->cgroup, tasks, err) : 0;
    if (n < 0)
        return n;
    c.n_tasks = (uint32_t)n;
    for (int i = 0; i < n; i++) {
        int fd = fd_raise(tasks[i], err);
        c.tasks[i] = fd;
        if (fd < 0)
            return fd;
        keep->ours[keep->n_ours++] = fd;
        keep_add(keep, fd);
    }
    add_root(b, &c, p);
    add_mounts(b, &c, p);
    int r = add_files(b, &c, p, keep, err);
    if (r == 0)
        r = add_fds(b, &c, p, fds, keep, err);
    if (r < 0)
        return r;
    bool rewritten = s->tier == SANDBOX_TIER_LANDLOCK;
    c.argv = block_list(b, rewritten ? box->landlock.argv : p->argv, &c.n_argv);
    c.env = block_list(b, rewritten ? box->landlock.env : p->env, &c.n_env);
    add_rlimits(&c, box, p, p->n_processes);
    add_filter(b, &c.filter, p->profile, false);
    if (s->can_listen)
        add_filter(b, &c.filter_with_listener, p->profile, true);
    if (s->tier != SANDBOX_TIER_FULL)
        add_extra_filter(b, &c.filter_extra,
                         rewritten && s->landlock_abi < LANDLOCK_ABI_SIGNALS);
    block_put(b, 0, &c, sizeof c);
    return 0;
}

uid_t launch_private_uid(const struct sandbox_box *box)
{
    return box->sandbox->is_root ? private_uid(box) : (uid_t)-1;
}

static long spawn_for(const struct sandbox_box *box, struct child *child, int *ret_pidfd)
{
    const struct sandbox *s = box->sandbox;
    uint64_t flags = s->tier == SANDBOX_TIER_LANDLOCK ? 0
                                                      : CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                                                            CLONE_NEWIPC | CLONE_NEWUTS;
    bool in_v2 = s->tier == SANDBOX_TIER_FULL && s->cgroups.version == 2;
    int cgroup_fd = in_v2 ? box->cgroup.dirs[0] : -1;
    if (!needs_userns(s))
        return spawn(child, flags, cgroup_fd, ret_pidfd);
    char maps[64];
    snprintf(maps, sizeof maps, "%u %u 1\n", USERNS_UID,
             s->is_root ? private_uid(box) : (unsigned)geteuid());
    return spawn_mapped(child, flags, cgroup_fd, maps, !s->is_root, ret_pidfd);
}

int launch_box(struct sandbox_box *box, const struct sandbox_policy *policy,
               const struct launch_fds *fds, pid_t *ret_pid, int *ret_pidfd, struct error *err)
{
    struct sandbox *s = box->sandbox;
    struct block block = {0};
    struct keep keep = {.n = 0};
    int config_fd = -1;
    int r = configure(&block, box, policy, fds, &keep, err);
    if (r == 0)
        r = config_fd = block_seal(&block, err);
    if (r >= 0) {
        struct child child = {s->init_fd, config_fd, keep.fds, keep.n, 0};
        long pid = spawn_for(box, &child, ret_pidfd);
        if (pid < 0) {
            errno = (int)-pid;
            r = error_errno(err, s->tier == SANDBOX_TIER_LANDLOCK
                                     ? "start box-init"
                                     : "start box-init in new namespaces");
        } else {
            *ret_pid = (pid_t)pid;
            r = 0;
        }
        close(config_fd);
    }
    keep_done(&keep);
    free(block.bytes);
    return r;
}

/* ---- the guard ---- */

struct guard_launch {
    struct child child;
    struct keep keep;
    volatile int tid; /* 0 as soon as the guard has left our memory */
    pid_t parent;     /* the process between; 0: reaped */
    char stack[16384] __attribute__((aligned(16)));
    char parent_stack[16384] __attribute__((aligned(16)));
};

/* A process between us and the guard, so that the guard is not our child: no zombie, and the caller's
 * wait() never sees it (nor this one: its exit signal is not SIGCHLD).  Nobody waits for either before
 * the box is launched. */
static int guard_parent(void *data)
{
    struct guard_launch *g = data;
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID,
        .parent_tid = (uint64_t)(uintptr_t)&g->tid,
        .child_tid = (uint64_t)(uintptr_t)&g->tid,
        .stack = (uint64_t)(uintptr_t)g->stack,
        .stack_size = sizeof g->stack,
    };
    clone_to(&args, child_main, &g->child); /* if it fails the next supervisor cleans up */
    return 0;
}

static int spawn_guard(struct guard_launch *g, struct error *err)
{
    struct clone_args args = {
        .flags = CLONE_VM | CLONE_CLEAR_SIGHAND,
        .stack = (uint64_t)(uintptr_t)g->parent_stack,
        .stack_size = sizeof g->parent_stack,
    };
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long pid = clone_to(&args, guard_parent, g);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        errno = (int)-pid;
        return error_errno(err, "start the guard");
    }
    g->parent = (pid_t)pid;
    return 0;
}

void launch_guard_reap(struct guard_launch *g)
{
    siginfo_t info;
    if (!g || g->parent == 0)
        return;
    while (waitid(P_PID, (id_t)g->parent, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
    g->parent = 0;
}

void launch_guard_done(struct guard_launch *g)
{
    if (!g)
        return;
    launch_guard_reap(g);
    for (int tid; (tid = __atomic_load_n(&g->tid, __ATOMIC_ACQUIRE)) != 0;)
        syscall(SYS_futex, &g->tid, FUTEX_WAIT, tid, NULL);
    free(g);
}

int launch_guard(struct sandbox *s, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "pipe");
    auto_fd int write_end = ends[1];
    auto_fd int read_end = fd_raise(ends[0], err);
    if (read_end < 0)
        return read_end;
    struct guard_launch *g = calloc(1, sizeof *g); /* in use until the guard has left our memory */
    if (!g)
        return error_oom(err);
    struct block block = {0};
    struct box_config c = {.mode = BOX_MODE_GUARD};
    block_add(&block, NULL, sizeof c);
    int config_fd = -1, r = 0;
    c.guard.pipe_fd = keep_add(&g->keep, read_end);
    c.guard.version = (uint32_t)s->cgroups.version;
    c.guard.prefix = block_text(&block, s->cgroups.prefix);
    if (s->cgroups.leaf[0])
        c.guard.leaf = block_text(&block, s->cgroups.leaf);
    if (s->cgroups.disable[0])
        c.guard.disable = block_text(&block, s->cgroups.disable);
    for (int i = 0; i < s->cgroups.n_dirs && r >= 0; i++) {
        r = keep_borrowed(&g->keep, s->cgroups.parents[i], err);
        c.guard.parents[c.guard.n_parents++] = r;
    }
    block_put(&block, 0, &c, sizeof c);
    if (r >= 0)
        r = config_fd = block_seal(&block, err);
    if (r >= 0) {
        g->child = (struct child){s->init_fd, config_fd, g->keep.fds, g->keep.n, 0};
        r = spawn_guard(g, err);
        close(config_fd);
    }
    keep_done(&g->keep);
    free(block.bytes);
    if (r < 0) {
        free(g);
        return r;
    }
    s->guard = g;
    s->guard_fd = steal_fd(&write_end);
    return 0;
}
