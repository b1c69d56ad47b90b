/* Launching a box: its configuration, its limits, who it is. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/fds.h"
#include "sandbox/filter.h"
#include "sandbox/fork_server.h"
#include "sandbox/hole.h"
#include "sandbox/internal.h"
#include "sandbox/launch_parts.h"
#include "sandbox/util.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

#define INIT_UID_OFFSET  500000000U
#define SLOTS            64U
#define UID_BASE_MIN     1000000000U
#define FEW_SLOTS        500U
#define ROOT_EXTRA_BYTES (1 << 20) /* our own directories and mount points in the root tmpfs */
#define MAX_INODES       16384

extern const char box_init_blob[], box_init_blob_end[];

int launch_load(const char *name, const char *bytes, const char *end, struct error *err)
{
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    auto_fd int fd = memfd_create(name, flags | MFD_EXEC);
    if (fd < 0 && errno == EINVAL) /* FIXME: drop when kernel 6.3 is our minimum */
        fd = memfd_create(name, flags);
    if (fd < 0)
        return error_errno(err, "memfd_create");
    size_t size = (size_t)(end - bytes);
    if (write(fd, bytes, size) != (ssize_t)size)
        return error_errno(err, "write %s", name);
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return error_errno(err, "seal %s", name);
    return fd_raise(steal_fd(&fd), err);
}

int launch_load_init(struct error *err)
{
    return launch_load("box-init", box_init_blob, box_init_blob_end, err);
}

/* ---- a box ---- */

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
    auto_fd int fd =
        open("/proc/loadavg", O_RDONLY | O_CLOEXEC); /* "0.1 0.2 0.3 running/ALL last" */
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
    if (!hole("no-core"))
        add_rlimit(c, RLIMIT_CORE, 1, 1); /* 0 would not stop a piped core_pattern */
    if (!hole("file-limit"))
        add_rlimit(c, RLIMIT_FSIZE, file, file);
    if (!hole("open-files-limit"))
        add_rlimit(c, RLIMIT_NOFILE, open_files, open_files);
    add_rlimit(c, RLIMIT_STACK, stack, stack);
    add_rlimit(c, RLIMIT_MEMLOCK, 0, 0);
    add_rlimit(c, RLIMIT_MSGQUEUE, 0, 0);
    uint64_t priority = hole("no-realtime") ? 40 : 0;
    add_rlimit(c, RLIMIT_NICE, priority, priority);
    add_rlimit(c, RLIMIT_RTPRIO, priority, priority);
    add_rlimit(c, RLIMIT_SIGPENDING, 256, 256);
    add_rlimit(c, RLIMIT_CPU, cpu, cpu == RLIM_INFINITY ? cpu : cpu + 1);
    uint64_t processes = (uint64_t)n_processes + 1; /* and box-init */
    if (box->sandbox->tier == SANDBOX_TIER_LANDLOCK && !box->sandbox->is_root)
        processes += count_own_tasks(); /* it is per user, and the user has others */
    add_rlimit(c, RLIMIT_NPROC, processes, processes);
    if (meter_is_sampled(box)) {
        const struct sandbox_limits *first = box->barrier ? &box->prepare : &box->run;
        add_rlimit(c, RLIMIT_DATA, (uint64_t)meter_data_limit(first->memory_bytes),
                   (uint64_t)meter_data_most(box));
    }
}

static void add_filter(struct block *b, struct box_filter *ret, enum sandbox_profile profile,
                       bool listener)
{
    struct sock_filter program[FILTER_MAX];
    ret->n = (uint32_t)filter_build(profile, listener, program);
    ret->program = block_add(b, program, ret->n * sizeof program[0]);
}

static void add_extra_filter(struct block *b, struct box_filter *ret, bool old_landlock)
{
    struct sock_filter program[FILTER_EXTRA_MAX];
    ret->n = (uint32_t)filter_build_extra(old_landlock, program);
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
    int64_t size = hole("file-limit") ? p->work_bytes * 64 : p->work_bytes;
    snprintf(text, sizeof text, "%lld", (long long)size + ROOT_EXTRA_BYTES);
    c->root_size = block_text(b, text);
    snprintf(text, sizeof text, "%d", hole("inode-limit") ? MAX_INODES * 64 : MAX_INODES);
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

/* Where box-init and the copy of a fork server, its child, meet. */
static int add_meeting(struct box_config *c, struct keep *keep, struct error *err)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return error_errno(err, "socketpair");
    int r = 0;
    for (int i = 0; i < 2; i++) {
        int fd = fd_raise(ends[i], err);
        if (fd < 0) {
            r = fd;
            continue;
        }
        keep->ours[keep->n_ours++] = fd;
        c->enter_fd[i] = keep_add(keep, fd);
    }
    return r;
}

static uint32_t flags_of(const struct sandbox *s, const struct sandbox_policy *p)
{
    bool has_tmpfs = s->tier != SANDBOX_TIER_LANDLOCK; /* it is looked at: meter.c */
    return (p->no_proc ? BOX_NO_PROC : 0U) | (p->keep_work || has_tmpfs ? BOX_KEEP_WORK : 0U) |
           (p->profile == SANDBOX_PROFILE_COMPILE ? BOX_FEW_DEVICES : 0U) |
           (s->can_listen ? BOX_LISTENER : 0U) | tier_flags(s);
}

static int add_groups(struct box_config *c, const struct sandbox_box *box, struct keep *keep,
                      struct error *err)
{
    int tasks[CGROUP_MAX_DIRS];
    bool has_group = box->sandbox->tier == SANDBOX_TIER_FULL;
    int n = has_group ? cgroup_open_tasks(&box->cgroup, tasks, err) : 0;
    if (n < 0)
        return n;
    c->n_tasks = (uint32_t)n;
    for (int i = 0; i < n; i++) {
        int fd = fd_raise(tasks[i], err);
        c->tasks[i] = fd;
        if (fd < 0) {
            while (++i < n)
                close(tasks[i]);
            return fd;
        }
        keep->ours[keep->n_ours++] = fd;
        keep_add(keep, fd);
    }
    return 0;
}

/* Where it runs. */
static int add_place(struct block *b, struct box_config *c, const struct sandbox_box *box,
                     const struct sandbox_policy *p, int ctl, struct keep *keep, struct error *err)
{
    if (box->sandbox->tier == SANDBOX_TIER_LANDLOCK)
        c->work_path = block_text(b, box->landlock.dir);
    c->ctl_fd = keep_add(keep, ctl);
    int r = add_groups(c, box, keep, err);
    if (r < 0)
        return r;
    add_root(b, c, p);
    if (!p->server)
        add_mounts(b, c, p);
    r = p->server ? add_meeting(c, keep, err) : 0;
    return r == 0 ? add_files(b, c, p, keep, err) : r;
}

/* What runs there. */
static int add_command(struct block *b, struct box_config *c, const struct sandbox_box *box,
                       const struct sandbox_policy *p, const struct launch_fds *fds,
                       struct keep *keep, struct error *err)
{
    const struct sandbox *s = box->sandbox;
    bool rewritten = s->tier == SANDBOX_TIER_LANDLOCK;
    c->core = s->core;
    if (rewritten)
        c->ruleset_fd = keep_add(keep, box->landlock.ruleset_fd);
    for (int i = 0; i < 3; i++)
        c->stdio[i] = keep_add(keep, fds->stdio[i]);
    int r = add_fds(b, c, p, fds, keep, err);
    if (r < 0)
        return r;
    c->argv = block_list(b, rewritten ? box->landlock.argv : p->argv, &c->n_argv);
    const char *const *env = rewritten ? box->landlock.env : p->env;
    if (hole("clean-environment"))
        env = (const char *const *)(uintptr_t)environ;
    c->env = block_list(b, env, &c->n_env);
    add_rlimits(c, box, p, p->n_processes);
    add_filter(b, &c->filter, p->profile, false);
    if (s->can_listen)
        add_filter(b, &c->filter_with_listener, p->profile, true);
    if (s->tier != SANDBOX_TIER_FULL)
        add_extra_filter(b, &c->filter_extra, rewritten && s->landlock_abi < LANDLOCK_ABI_SIGNALS);
    return 0;
}

static void begin(struct block *b, struct box_config *c, const struct sandbox_box *box,
                  const struct sandbox_policy *p)
{
    *c = (struct box_config){
        .mode = BOX_MODE_INIT, .core = -1, .ruleset_fd = -1, .enter_fd = {-1, -1}};
    block_add(b, NULL, sizeof *c);
    c->flags = flags_of(box->sandbox, p);
    if (p->server)
        c->flags |= BOX_FORKED | (box->sandbox->tier == SANDBOX_TIER_LANDLOCK ? 0U : BOX_TEMPLATE);
    choose_uids(box, c);
#ifdef MLJUDGE_HOLES
    c->hole = getenv("MLJUDGE_HOLE") ? block_text(b, getenv("MLJUDGE_HOLE")) : 0;
#endif
}

void launch_describe(struct block *b, const struct sandbox *s, const struct sandbox_policy *p)
{
    struct box_config c = {.flags = flags_of(s, p)};
    const struct sandbox_limits *first = p->barrier ? &p->prepare : &p->run;
    const int64_t limits[] = {first->memory_bytes, p->n_processes};
    block_add(b, NULL, sizeof c);
    block_add(b, &p->server, sizeof p->server);
    block_add(b, limits, sizeof limits);
    add_root(b, &c, p);
    add_mounts(b, &c, p);
    block_put(b, 0, &c, sizeof c);
}

bool launch_uid_is_private(const struct sandbox_box *box)
{
    return box->sandbox->is_root && box->sandbox->uid_base >= UID_BASE_MIN;
}

uid_t launch_private_uid(const struct sandbox_box *box)
{
    return box->sandbox->is_root ? private_uid(box) : (uid_t)-1;
}

static uint64_t namespaces_of(const struct sandbox *s)
{
    uint64_t flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    if (s->tier == SANDBOX_TIER_LANDLOCK)
        return 0;
    flags &= hole("pid-namespace") ? ~(uint64_t)CLONE_NEWPID : ~(uint64_t)0;
    flags &= hole("network-namespace") ? ~(uint64_t)CLONE_NEWNET : ~(uint64_t)0;
    flags &= hole("ipc-namespace") ? ~(uint64_t)CLONE_NEWIPC : ~(uint64_t)0;
    return flags;
}

/* The group to begin in, or -1. */
static int group_of(const struct sandbox_box *box)
{
    const struct sandbox *s = box->sandbox;
    bool in_v2 = s->tier == SANDBOX_TIER_FULL && s->cgroups.version == 2;
    return in_v2 ? box->cgroup.dirs[0] : -1;
}

static long spawn_for(const struct sandbox_box *box, struct launch_child *child, int *ret_pidfd)
{
    const struct sandbox *s = box->sandbox;
    uint64_t flags = namespaces_of(s);
    int cgroup_fd = group_of(box);
    if (!needs_userns(s))
        return spawn(child, flags, cgroup_fd, ret_pidfd);
    char maps[64];
    snprintf(maps, sizeof maps, "%u %u 1\n", USERNS_UID,
             s->is_root ? private_uid(box) : (unsigned)geteuid());
    return spawn_mapped(child, flags, cgroup_fd, maps, !s->is_root, ret_pidfd);
}

/* box-init with the configuration of `block`. */
static int launch(struct sandbox_box *box, struct sandbox_server *server, struct block *block,
                  const struct keep *keep, pid_t *ret_pid, int *ret_pidfd, struct error *err)
{
    struct sandbox *s = box->sandbox;
    auto_fd int config_fd = block_seal(block, err);
    if (config_fd < 0)
        return config_fd;
    struct launch_child child = {s->init_fd, config_fd, keep->fds, keep->n, 0};
    if (server) {
        uint64_t flags = namespaces_of(s) | (needs_userns(s) ? CLONE_NEWUSER : 0);
        return server_ask(server, box, &child, flags, group_of(box), err);
    }
    long pid = spawn_for(box, &child, ret_pidfd);
    if (pid < 0) {
        errno = (int)-pid;
        return error_errno(err, s->tier == SANDBOX_TIER_LANDLOCK
                                    ? "start box-init"
                                    : "start box-init in new namespaces");
    }
    *ret_pid = (pid_t)pid;
    return 0;
}

/* fds NULL: the place only; the command comes with an order. */
static int launch_in(struct sandbox_box *box, const struct sandbox_policy *policy, int ctl,
                     const struct launch_fds *fds, pid_t *ret_pid, int *ret_pidfd,
                     struct error *err)
{
    struct block block = {0};
    struct keep keep = {.n = 0};
    struct box_config c;
    begin(&block, &c, box, policy);
    c.flags |= fds ? 0U : BOX_SPARE;
    int r = add_place(&block, &c, box, policy, ctl, &keep, err);
    if (r == 0 && fds)
        r = add_command(&block, &c, box, policy, fds, &keep, err);
    block_put(&block, 0, &c, sizeof c);
    if (r == 0)
        r = launch(box, policy->server, &block, &keep, ret_pid, ret_pidfd, err);
    keep_done(&keep);
    free(block.bytes);
    return r;
}

int launch_box(struct sandbox_box *box, const struct sandbox_policy *policy,
               const struct launch_fds *fds, pid_t *ret_pid, int *ret_pidfd, struct error *err)
{
    return launch_in(box, policy, fds->ctl, fds, ret_pid, ret_pidfd, err);
}

int launch_place(struct sandbox_box *box, const struct sandbox_policy *policy, int ctl,
                 pid_t *ret_pid, int *ret_pidfd, struct error *err)
{
    return launch_in(box, policy, ctl, NULL, ret_pid, ret_pidfd, err);
}

static int send_order(const struct sandbox_box *box, struct block *block, const struct keep *keep,
                      struct error *err)
{
    auto_fd int config_fd = block_seal(block, err);
    if (config_fd < 0)
        return config_fd;
    int fds[BOX_ORDER_FDS] = {config_fd};
    long r = -E2BIG;
    if (keep->n + 1 <= ARRAY_LEN(fds)) {
        memcpy(fds + 1, keep->fds, keep->n * sizeof fds[0]);
        r = fds_send(box->sources[SOURCE_CONTROL].fd, "o", 1, fds, keep->n + 1);
    }
    return r < 0 ? error_set(err, (int)r, "order the command of a box: %s", strerror((int)-r)) : 0;
}

int launch_order(struct sandbox_box *box, const struct sandbox_policy *policy,
                 const struct launch_fds *fds, struct error *err)
{
    struct block block = {0};
    struct keep keep = {.is_order = true};
    struct box_config c;
    begin(&block, &c, box, policy);
    int r = add_command(&block, &c, box, policy, fds, &keep, err);
    block_put(&block, 0, &c, sizeof c);
    if (r == 0)
        r = send_order(box, &block, &keep, err);
    keep_done(&keep);
    free(block.bytes);
    return r;
}

/* ---- a fork server ---- */

static int configure_server(struct block *b, struct sandbox *s, const struct sandbox_policy *p,
                            const struct landlock_box *landlock, int socket, const int stdio[3],
                            struct keep *keep, struct error *err)
{
    struct box_config c = {.mode = BOX_MODE_SERVER, .ruleset_fd = -1, .enter_fd = {-1, -1}};
    block_add(b, NULL, sizeof c);
    c.flags = (p->no_proc && !needs_userns(s) ? BOX_NO_PROC : 0U) |
              (s->can_listen ? BOX_LISTENER : 0U) | tier_flags(s);
    c.box_uid = c.init_uid = needs_userns(s) ? USERNS_UID : geteuid();
    c.ctl_fd = keep_add(keep, socket);
    for (int i = 0; i < 3; i++)
        c.stdio[i] = keep_add(keep, stdio[i]);
    bool rewritten = s->tier == SANDBOX_TIER_LANDLOCK;
    if (rewritten)
        c.work_path = block_text(b, landlock->dir);
    /* Where the stack may grow to and what libc reserves a thread is settled at the execve, for all copies. */
    uint64_t stack = (uint64_t)meter_stack_most(s);
    add_rlimit(&c, RLIMIT_STACK, stack, stack);
    add_root(b, &c, p);
    add_mounts(b, &c, p);
    int r = add_files(b, &c, p, keep, err);
    if (r < 0)
        return r;
    struct box_fd own = {socket, FORK_SERVER_FD};
    c.n_fds = 1;
    c.fds = block_add(b, &own, sizeof own);
    c.argv = block_list(b, rewritten ? landlock->argv : p->argv, &c.n_argv);
    c.env = block_list(b, rewritten ? landlock->env : p->env, &c.n_env);
#ifdef MLJUDGE_HOLES
    c.hole = getenv("MLJUDGE_HOLE") ? block_text(b, getenv("MLJUDGE_HOLE")) : 0;
#endif
    block_put(b, 0, &c, sizeof c);
    return 0;
}

int launch_server(struct sandbox *s, const struct sandbox_policy *policy,
                  const struct landlock_box *landlock, int socket, const int stdio[3],
                  pid_t *ret_pid, int *ret_pidfd, struct error *err)
{
    struct block block = {0};
    struct keep keep = {.n = 0};
    int config_fd = -1;
    int r = configure_server(&block, s, policy, landlock, socket, stdio, &keep, err);
    if (r == 0)
        r = config_fd = block_seal(&block, err);
    if (r >= 0) {
        struct launch_child child = {s->init_fd, config_fd, keep.fds, keep.n, 0};
        uint64_t flags = namespaces_of(s);
        char maps[64];
        snprintf(maps, sizeof maps, "%u %u 1\n", USERNS_UID, (unsigned)geteuid());
        /* Else in our pid namespace: its boxes are to be our children. */
        long pid = needs_userns(s) ? spawn_mapped(&child, flags, -1, maps, true, ret_pidfd)
                                   : spawn(&child, flags & ~(uint64_t)CLONE_NEWPID, -1, ret_pidfd);
        if (pid < 0) {
            errno = (int)-pid;
            r = error_errno(err, "start a fork server");
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
