/* One box's life: start, phases, limits, end, outcome. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/hole.h"
#include "sandbox/internal.h"
#include "sandbox/policy.h"
#include "sandbox/util.h"

#define NS_PER_US 1000
#define SETUP_NS \
    30000000000LL            /* box-init builds a box in under a millisecond; 30 s is our failure */
#define CPU_CHECK_NS 1000000 /* the counter is read again at the earliest after this */
#define MEMORY_CHECK_NS \
    100000000 /* the kernel's own OOM kill of a child is noticed after this at the latest */
#define SAMPLE_NS        4000000
#define EARLY_LOOKS      8
#define STARVED_TIMES    3
#define STARVED_LEAST_NS 2000000 /* less is noise of the scheduler */
#define GIVE_UP_NS \
    100000000 /* a fork server at work answers in a millisecond; one that starts up takes longer */
#define ASKED_NS \
    10000000000LL /* box-init ends a box within milliseconds; else it is killed itself */

/* ---- start ---- */

static struct sandbox_box *box_new(struct sandbox *s)
{
    struct sandbox_box *box = calloc(1, sizeof *box);
    if (!box)
        return NULL;
    box->sandbox = s;
    box->slot = s->next_slot++;
    box->go_fd = -1;
    box->disk_fd = -1;
    box->landlock = (struct landlock_box){.ruleset_fd = -1, .dir_fd = -1};
    box->samples.children_cpu_ns = box->samples.children_peak_bytes = -1;
    for (int i = 0; i < N_SOURCES; i++)
        box->sources[i] = (struct source){(enum source_kind)i, -1, box};
    sandbox_outcome_init(&box->outcome);
    box->outcome.tier = s->tier;
    return box;
}

static void take_policy(struct sandbox_box *box, const struct sandbox_policy *p)
{
    box->barrier = p->barrier;
    box->keep_work = p->keep_work;
    box->prepare = p->prepare;
    box->run = p->run;
    box->output_bytes = p->output_bytes;
    box->streams[0] = p->out;
    box->streams[1] = p->err;
    box->outcome.warm = p->server != NULL;
}

/* A pipe whose end for the box is >= BOX_MIN_FD and whose other end, ours, never blocks. */
static int open_pipe(bool box_reads, int *ret_theirs, int *ret_ours, struct error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "pipe");
    *ret_ours = ends[box_reads ? 1 : 0];
    *ret_theirs = fd_raise(ends[box_reads ? 0 : 1], err);
    if (*ret_theirs < 0) {
        close(*ret_ours);
        *ret_ours = -1;
        return *ret_theirs;
    }
    fcntl(*ret_ours, F_SETFL, O_NONBLOCK);
    return 0;
}

static int open_streams(struct sandbox_box *box, const struct sandbox_policy *p,
                        struct launch_fds *theirs, struct error *err)
{
    int ours;
    for (int i = 0; i < 2; i++) {
        if (box->streams[i].mode == SANDBOX_OUTPUT_NULL)
            continue;
        int r = open_pipe(false, &theirs->stdio[1 + i], &ours, err);
        if (r == 0)
            r = watch(box, i == 0 ? SOURCE_OUT : SOURCE_ERR, ours, EPOLLIN, err);
        if (r < 0)
            return r;
    }
    if (p->stdin_fd >= 0) {
        int r = open_pipe(true, &theirs->stdio[0], &ours, err);
        if (r == 0)
            r = input_start(box, p->stdin_fd, ours, err);
        if (r < 0)
            return r;
    }
    if (p->barrier) {
        int r = open_pipe(false, &theirs->ready, &ours, err);
        if (r == 0)
            r = watch(box, SOURCE_READY, ours, EPOLLIN, err);
        if (r == 0)
            r = open_pipe(true, &theirs->go, &box->go_fd, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* box-init's end of the socket, or a negative errno. */
static int open_control(struct sandbox_box *box, struct error *err)
{
    int ctl[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ctl) < 0)
        return error_errno(err, "socketpair");
    int theirs = fd_raise(ctl[1], err);
    int r = watch(box, SOURCE_CONTROL, ctl[0], EPOLLIN, err);
    if (r < 0 && theirs >= 0)
        close(theirs);
    return r < 0 ? r : theirs;
}

/* What a box leaves traces in outside of its namespaces: a control group, or a directory. */
static int make_place(struct sandbox_box *box, const struct sandbox_policy *p, struct error *err)
{
    struct sandbox *s = box->sandbox;
    if (s->tier == SANDBOX_TIER_USERNS)
        return 0;
    if (s->tier == SANDBOX_TIER_LANDLOCK) {
        uid_t uid = launch_private_uid(box);
        int r = landlock_prepare(&box->landlock, p, uid, uid, p->profile == SANDBOX_PROFILE_COMPILE,
                                 err);
        if (r == 0 && p->server)
            r = landlock_share(&box->landlock, server_landlock(p->server), err);
        if (r < 0 || !p->keep_work)
            return r;
        box->outcome.work_fd = fcntl(box->landlock.dir_fd, F_DUPFD_CLOEXEC, 3);
        return box->outcome.work_fd < 0 ? error_errno(err, "duplicate a descriptor") : 0;
    }
    const struct sandbox_limits *first = box->barrier ? &box->prepare : &box->run;
    int64_t memory_bytes = hole("cgroup-memory") ? HOLE_MEMORY_BYTES : first->memory_bytes;
    /* One more for box-init. */
    int n_processes = hole("cgroup-pids") ? HOLE_PROCESSES : p->n_processes + 1;
    int r = cgroup_make(&box->cgroup, &s->cgroups, memory_bytes, n_processes, err);
    if (r == 0)
        tier_note_group(s);
    return r;
}

/* In a box that waits for an order, or one of its own. */
static int start_in(struct sandbox_box *box, bool is_spare, const struct sandbox_policy *p,
                    struct error *err)
{
    struct sandbox *s = box->sandbox;
    /* Before there is anything to guard.  Without a guard the next supervisor cleans up. */
    launch_guard_once(s);
    int r = is_spare ? 0 : make_place(box, p, err);
    if (r < 0)
        return r;
    struct launch_fds theirs = {.ctl = -1, .stdio = {-1, -1, -1}, .ready = -1, .go = -1};
    r = open_streams(box, p, &theirs, err);
    if (r == 0 && !is_spare)
        r = theirs.ctl = open_control(box, err);
    if (r >= 0) {
        struct launch_fds given = theirs;
        for (int i = 0; i < 3; i++)
            if (given.stdio[i] < 0)
                given.stdio[i] = s->null_fd;
        int pidfd = -1;
        r = is_spare ? launch_order(box, p, &given, err)
                     : launch_box(box, p, &given, &box->pid, &pidfd, err);
        if (r == 0 && pidfd >= 0) /* else a fork server's: later */
            r = watch(box, SOURCE_LIFE, pidfd, EPOLLIN, err);
    }
    const int all[] = {theirs.ctl,      theirs.stdio[0], theirs.stdio[1],
                       theirs.stdio[2], theirs.ready,    theirs.go};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i] >= 0)
            close(all[i]);
    box->wall_deadline_ns = now_ns() + SETUP_NS;
    return r;
}

struct sandbox_box *box_new_spare(struct sandbox *s, const struct sandbox_policy *p)
{
    struct sandbox_box *box = box_new(s);
    if (!box)
        return NULL;
    take_policy(box, p);
    box->state = BOX_WAITING;
    int pidfd = -1;
    int r = make_place(box, p, NULL);
    int ctl = r == 0 ? open_control(box, NULL) : -1;
    r = ctl < 0 ? -1 : launch_place(box, p, ctl, &box->pid, &pidfd, NULL);
    if (ctl >= 0)
        close(ctl);
    if (r == 0 && pidfd >= 0)
        r = watch(box, SOURCE_LIFE, pidfd, EPOLLIN, NULL);
    if (r == 0)
        return box;
    box_free(box);
    return NULL;
}

int sandbox_start(struct sandbox *s, const struct sandbox_policy *policy, sandbox_done_fn *done,
                  void *data, struct sandbox_box **ret, struct error *err)
{
    struct sandbox_policy p = *policy;
    policy_fill(&p);
    int r = policy_check(&p, err);
    if (r < 0)
        return r;
    if (p.server && !server_can_carry(&p))
        p.server = NULL;
    struct sandbox_box *spare = spare_take(s, &p);
    struct sandbox_box *box = spare ? spare : box_new(s);
    if (!box)
        return error_oom(err);
    box->done = done;
    box->data = data;
    box->state = BOX_SETTING_UP;
    take_policy(box, &p);
    if (!hole("static-data") && elf_static_bytes(&p) > p.run.memory_bytes) {
        box->static_data = true;
        box->state = BOX_OVER;
        box_judge(box);
    } else {
        r = start_in(box, spare != NULL, &p, err);
        if (r < 0) {
            box_free(box);
            return error_prefix(err, r, "start a box");
        }
    }
    box->next = s->boxes;
    s->boxes = box;
    s->n_boxes++;
    if (!s->has_swept && box->state != BOX_OVER) {
        s->has_swept = true;
        launch_guard_reap(s->guard); /* box-init is at work meanwhile */
        if (s->tier == SANDBOX_TIER_FULL)
            cgroup_sweep_dead(&s->cgroups);
        else if (s->tier == SANDBOX_TIER_LANDLOCK)
            landlock_sweep_dead();
    }
    if (p.spare) {
        /* What was woken for this box waits on our own core, where it is warm: it begins now, and the next one is
         * prepared while it runs.  Once more for the copy that box-init lets in. */
        sched_yield();
        if (p.server)
            sched_yield();
        spare_prepare(s, &p);
    }
    /* A caller that waits on sandbox_epoll_fd() hears of a box that is over already. */
    arm_timer(s);
    if (ret)
        *ret = box;
    return 0;
}

static void kill_init(const struct sandbox_box *box)
{
    int pidfd = box->sources[SOURCE_LIFE].fd;
    if (pidfd >= 0)
        syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    cgroup_kill(&box->cgroup);
}

/* With the last descriptor the kernel frees what is in it: before its control group goes, which it is charged to. */
static void leave_tmpfs(struct sandbox_box *box)
{
    if (box->disk_fd >= 0)
        close(box->disk_fd);
    box->disk_fd = -1;
}

void box_free(struct sandbox_box *box)
{
    if (box->pid > 0 && box->sources[SOURCE_LIFE].fd >= 0) { /* launched, but not handed out */
        if (box->sandbox->tier == SANDBOX_TIER_LANDLOCK)
            unwatch(box, SOURCE_CONTROL); /* box-init ends the box and itself */
        else
            kill_init(box);
        siginfo_t info;
        struct pollfd end = {.fd = box->sources[SOURCE_LIFE].fd, .events = POLLIN};
        while (poll(&end, 1, -1) < 0 && errno == EINTR)
            ; /* of a fork server in a user namespace it is not our child: nobody else waits for it */
        waitid(P_PIDFD, (id_t)end.fd, &info, WEXITED | __WALL);
    }
    for (int i = 0; i < N_SOURCES; i++)
        unwatch(box, (enum source_kind)i);
    if (box->go_fd >= 0)
        close(box->go_fd);
    leave_tmpfs(box);
    if (box->maker)
        server_leave(box->maker);
    cgroup_remove(&box->cgroup);
    landlock_done(&box->landlock);
    sandbox_outcome_done(&box->outcome);
    free(box->in_bytes);
    free(box);
}

/* ---- limits ---- */

/* When to look next: when the rest can be spent at the earliest; and, as it is the only way to see memory
 * without a control group, every few milliseconds. */
static int64_t next_look(const struct sandbox_box *box, const struct sandbox_limits *limits,
                         int64_t rest_ns)
{
    int64_t pause = limits->cpu_us < 0 ? MEMORY_CHECK_NS : rest_ns / box->sandbox->n_cores;
    if (pause > MEMORY_CHECK_NS)
        pause = MEMORY_CHECK_NS;
    /* The first looks are close together: of a short run there would be none. */
    int64_t sample = box->n_looks < EARLY_LOOKS ? CPU_CHECK_NS : SAMPLE_NS;
    if (meter_is_sampled(box) && pause > sample)
        pause = sample;
    return pause > CPU_CHECK_NS ? pause : CPU_CHECK_NS;
}

static void arm(struct sandbox_box *box, const struct sandbox_limits *limits, int64_t from_ns)
{
    box->n_looks = 0;
    box->wall_extra_ns = 0;
    box->wall_deadline_ns = limits->wall_us < 0 ? 0 : from_ns + limits->wall_us * NS_PER_US;
    box->cpu_check_ns =
        from_ns +
        next_look(box, limits, limits->cpu_us < 0 ? INT64_MAX : limits->cpu_us * NS_PER_US);
}

static bool is_live(const struct sandbox_box *box)
{
    return box->state < BOX_ENDING;
}

int64_t box_deadline(const struct sandbox_box *box)
{
    if (!is_live(box))
        return box->state == BOX_ENDING && box->kill_ns > 0
                   ? box->kill_ns + (box->server ? GIVE_UP_NS : ASKED_NS)
                   : 0;
    if (box->wall_deadline_ns == 0 || box->state == BOX_SETTING_UP)
        return box->state == BOX_SETTING_UP ? box->wall_deadline_ns : box->cpu_check_ns;
    if (box->cpu_check_ns == 0 || box->wall_deadline_ns < box->cpu_check_ns)
        return box->wall_deadline_ns;
    return box->cpu_check_ns;
}

static void check_counters(struct sandbox_box *box, int64_t now)
{
    bool preparing = box->state == BOX_PREPARING;
    const struct sandbox_limits *limits = preparing ? &box->prepare : &box->run;
    int64_t base = preparing || !box->barrier ? box->start_cpu_ns : box->ready_cpu_ns;
    int64_t cpu_ns = meter_look(box, &box->error) < 0 ? -1 : meter_cpu_ns(box);
    box->n_looks++;
    if (cpu_ns < 0) {
        error_set(&box->error, -EIO,
                  "the CPU counter of the box's control group cannot be read any more");
        box_kill(box);
        return;
    }
    int64_t rest = limits->cpu_us * NS_PER_US - (cpu_ns - base);
    box->hit_cpu = limits->cpu_us >= 0 && rest < 0 && !hole("cpu-limit");
    box->hit_memory = meter_memory_is_over(box);
    if (box->hit_cpu || box->hit_memory)
        box_kill(box);
    else
        box->cpu_check_ns = now + next_look(box, limits, rest);
}

/* How long the command's main thread was ready to run and had no CPU, in ns; 0 if it cannot be told.  The second
 * number of /proc/PID/schedstat. */
static int64_t starved_ns(const struct sandbox_box *box)
{
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", box->pid, box->pid);
    auto_fd int list = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = list < 0 ? -1 : read(list, text, sizeof text - 1);
    if (n <= 0)
        return 0;
    text[n] = 0;
    snprintf(path, sizeof path, "/proc/%ld/schedstat", strtol(text, NULL, 10));
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (n <= 0)
        return 0;
    text[n] = 0;
    char *second;
    strtoll(text, &second, 10);
    int64_t waited = strtoll(second, NULL, 10);
    return waited > 0 ? waited : 0;
}

/* A busy machine is not the command's fault: for what its main thread had to wait for a CPU the wall clock stands
 * still, up to three times the limit.  (The CPU limit holds all the while.) */
static bool gets_more_time(struct sandbox_box *box, int64_t now)
{
    const struct sandbox_limits *limits = box->state == BOX_PREPARING ? &box->prepare : &box->run;
    int64_t most = STARVED_TIMES * limits->wall_us * NS_PER_US;
    int64_t starved = starved_ns(box);
    int64_t extra = (starved < most ? starved : most) - box->wall_extra_ns;
    if (extra < STARVED_LEAST_NS)
        return false;
    box->wall_extra_ns += extra;
    box->wall_deadline_ns += extra;
    return box->wall_deadline_ns > now;
}

/* Cancelled while it waits for a fork server. */
static void on_answer_missing(struct sandbox_box *box, int64_t now)
{
    if (box->kill_ns + GIVE_UP_NS > now)
        return;
    box->kill_ns = now; /* again after that long */
    if (box->wall_deadline_ns <= now)
        server_break(box->server);
    else
        server_give_up(box->server);
}

void box_on_time(struct sandbox_box *box, int64_t now)
{
    if (box->state == BOX_ENDING && box->server) {
        on_answer_missing(box, now);
        return;
    }
    if (box->state == BOX_ENDING && box->kill_ns > 0 && box->kill_ns + ASKED_NS <= now) {
        error_set(&box->error, -ETIMEDOUT, "box-init did not end the box within %lld s",
                  ASKED_NS / 1000000000);
        box->kill_ns = now; /* again after that long */
        kill_init(box);
    }
    if (!is_live(box))
        return;
    if (box->server) {
        server_break(box->server);
        return;
    }
    if (box->state == BOX_SETTING_UP) {
        error_set(&box->error, -ETIMEDOUT, "box-init did not finish the box within %lld s",
                  SETUP_NS / 1000000000);
        box_kill(box);
        return;
    }
    if (box->cpu_check_ns > 0 && box->cpu_check_ns <= now)
        check_counters(box, now);
    if (is_live(box) && box->wall_deadline_ns > 0 && box->wall_deadline_ns <= now &&
        !hole("wall-limit") && !gets_more_time(box, now)) {
        box->hit_wall = true;
        box_kill(box);
    }
}

/* ---- messages of box-init ---- */

static void pass_barrier(struct sandbox_box *box);
static void begin_run(struct sandbox_box *box);

static void on_limited(struct sandbox_box *box, const struct box_message *m)
{
    if (box->state != BOX_PREPARING)
        return;
    if (m->error == 0 || m->error == ESRCH) {
        begin_run(box);
        return;
    }
    errno = m->error;
    error_errno(&box->error, "set RLIMIT_DATA of the box");
    box_kill(box);
}

static void close_all(const int fds[2])
{
    for (int i = 0; i < 2; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

static void on_started(struct sandbox_box *box, const struct box_message *m, const int fds[2])
{
    if (box->state != BOX_SETTING_UP) { /* cancelled meanwhile */
        close_all(fds);
        return;
    }
    box->start_ns = m->at_ns;
    box->start_cpu_ns = m->base_cpu_ns;
    box->init_start_cpu_ns = m->own_cpu_ns;
    if (meter_is_sampled(box))
        box->start_cpu_ns = m->command_cpu_ns;
    int n = 0;
    int n_sent = ((m->flags & BOX_KEEP_WORK) != 0) + ((m->flags & BOX_LISTENER) != 0);
    if (n_sent > 0 && fds[n_sent - 1] < 0)
        error_set(&box->error, -EMFILE,
                  "a descriptor of the box could not be received: too many are open");
    if (box->error.code) {
        close_all(fds);
        box_kill(box);
        return;
    }
    if (m->flags & BOX_KEEP_WORK) {
        box->disk_fd = fds[n++];
        if (box->keep_work)
            box->outcome.work_fd = fcntl(box->disk_fd, F_DUPFD_CLOEXEC, 3);
        if (box->keep_work && box->outcome.work_fd < 0)
            error_errno(&box->error, "duplicate a descriptor");
    }
    if (m->flags & BOX_LISTENER) {
        box->listener = true;
        watch(box, SOURCE_LISTENER, fds[n++], EPOLLIN, &box->error);
    }
    box->outcome.listener = box->listener;
    box->state = box->barrier ? BOX_PREPARING : BOX_RUNNING;
    arm(box, box->barrier ? &box->prepare : &box->run, box->start_ns);
    if (box->error.code)
        box_kill(box);
    else if (box->ready_early)
        pass_barrier(box);
}

static void on_message(struct sandbox_box *box, const struct box_message *m, const int *fds)
{
    switch (m->type) {
    case BOX_FAILED:
        errno = m->error;
        error_errno(&box->error, "%.*s", (int)sizeof m->what, m->what);
        box_kill(box);
        break;
    case BOX_NOT_EXECUTED:
        box->not_executed = true;
        box->outcome.exec_errno = m->error;
        if (is_live(box))
            box->state = BOX_ENDING;
        break;
    case BOX_STARTED: on_started(box, m, fds); break;
    case BOX_LIMITED: on_limited(box, m); break;
    case BOX_EXITED:
        if (!box->has_exited) {
            box->has_exited = true;
            box->status = m->status;
            box->end_ns = m->at_ns;
            box->init_cpu_ns = m->own_cpu_ns;
            if (meter_is_sampled(box)) {
                box->samples.children_cpu_ns = m->children_cpu_ns;
                box->samples.children_peak_bytes = m->children_peak_bytes;
            }
        }
        if (is_live(box))
            box->state = BOX_ENDING; /* box-init ends by itself now */
        break;
    default:
        error_set(&box->error, -EPROTO, "box-init sent a message of unknown type %u", m->type);
        box_kill(box);
    }
}

/* Returns false when there is no more. */
static bool read_message(struct sandbox_box *box)
{
    struct box_message m;
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec iov = {&m, sizeof m};
    struct msghdr header = {.msg_iov = &iov,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(box->sources[SOURCE_CONTROL].fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0)
        return false;
    if (n != sizeof m) {
        unwatch(box, SOURCE_CONTROL); /* end of file */
        return false;
    }
    int fds[2] = {-1, -1};
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
            memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
    on_message(box, &m, fds);
    return box->sources[SOURCE_CONTROL].fd >= 0;
}

/* ---- the barrier ---- */

static void pass_barrier(struct sandbox_box *box)
{
    if (meter_pass_barrier(box, &box->error) < 0)
        box_kill(box);
    else if (!meter_is_sampled(box))
        begin_run(box);
    /* else: when box-init has set the limit */
}

static void begin_run(struct sandbox_box *box)
{
    box->outcome.ready = true;
    box->state = BOX_RUNNING;
    box->ready_ns = now_ns();
    arm(box, &box->run, box->ready_ns);
    /* The other end may be closed: then the command is over anyway. SIGPIPE: see write_quietly(). */
    write_quietly(box->go_fd, "g", 1);
    close(box->go_fd);
    box->go_fd = -1;
}

/* The command may be ready before box-init, which runs beside it, has said `started`: then the barrier is passed as
 * soon as that is here. */
static void on_ready(struct sandbox_box *box)
{
    char byte;
    ssize_t n = read(box->sources[SOURCE_READY].fd, &byte, 1);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    unwatch(box, SOURCE_READY);
    if (n != 1)
        return;
    if (box->state == BOX_SETTING_UP)
        box->ready_early = true;
    else if (box->state == BOX_PREPARING)
        pass_barrier(box);
}

/* ---- the end ---- */

bool box_ask(const struct sandbox_box *box, const struct box_request *request)
{
    return send(box->sources[SOURCE_CONTROL].fd, request, sizeof *request,
                MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof *request;
}

void box_kill(struct sandbox_box *box)
{
    if (box->kill_ns == 0)
        box->kill_ns = now_ns();
    /* Without a control group box-init ends the box and tells what it cost; in the landlock tier nobody else
     * could: nothing ties the processes together.  There it is asked while it still builds the box, too: it reads
     * that later, or the command runs already and we have not heard of it. */
    bool can_ask = meter_is_sampled(box) &&
                   (box->state != BOX_SETTING_UP || box->sandbox->tier == SANDBOX_TIER_LANDLOCK);
    bool asked = can_ask && box_ask(box, &(struct box_request){.type = BOX_KILL});
    if (!asked)
        kill_init(box);
    if (is_live(box))
        box->state = BOX_ENDING;
}

void sandbox_cancel(struct sandbox *s, struct sandbox_box *box)
{
    (void)s;
    if (!is_live(box))
        return;
    box->is_cancelled = true;
    box_kill(box);
}

void sandbox_cancel_all(struct sandbox *s)
{
    for (struct sandbox_box *box = s->boxes; box; box = box->next)
        sandbox_cancel(s, box);
}

/* Unmounting and the like, done by box-init as it dies.  A zombie still has its schedstat; a kernel
 * without it leaves some hundred microseconds in the command's account. */
static int64_t teardown_cpu_ns(const struct sandbox_box *box)
{
    char path[64], text[64];
    snprintf(path, sizeof path, "/proc/%d/schedstat", box->pid);
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (n <= 0 || box->init_cpu_ns == 0)
        return 0;
    text[n] = 0;
    int64_t used = strtoll(text, NULL, 10) - box->init_cpu_ns;
    return used > 0 ? used : 0;
}

/* The landlock tier's directory lives as long as the caller may read from it. */
static void keep_or_remove_directory(struct sandbox_box *box)
{
    if (box->landlock.dir_fd >= 0 && box->keep_work && !box->error.code)
        box->outcome.work = malloc(sizeof *box->outcome.work);
    if (!box->outcome.work) {
        if (box->landlock.dir_fd >= 0 && box->keep_work)
            error_oom(&box->error);
        return;
    }
    *box->outcome.work = box->landlock;
    box->landlock = (struct landlock_box){.ruleset_fd = -1, .dir_fd = -1};
}

/* With what box-init and all it waited for used: a pid namespace's init waits for everybody, at the latest when it
 * dies. */
static void reap_init(struct sandbox_box *box)
{
    siginfo_t info;
    struct rusage used;
    long r;
    do {
        r = syscall(SYS_waitid, P_PIDFD, box->sources[SOURCE_LIFE].fd, &info, WEXITED | __WALL,
                    &used);
    } while (r < 0 && errno == EINTR);
    if (r == 0) /* ECHILD: the caller ignores SIGCHLD; then the kernel did it */
        box->outcome.involuntary_switches = used.ru_nivcsw;
}

/* box-init is dead, so everything in its pid namespace is. */
static void on_empty(struct sandbox_box *box)
{
    int64_t seen_ns = now_ns();
    while (box->sources[SOURCE_CONTROL].fd >= 0 && read_message(box))
        ;
    box->teardown_cpu_ns = teardown_cpu_ns(box);
    reap_init(box);
    unwatch(box, SOURCE_LIFE);
    box->pid = 0;
    /* What we killed ran until we did; how long dying took is told apart. */
    if (box->kill_ns > 0 && (box->end_ns == 0 || box->end_ns > box->kill_ns))
        box->end_ns = box->kill_ns;
    if (box->end_ns == 0)
        box->end_ns = seen_ns;
    box->empty_ns = seen_ns;
    if (!box->has_exited && box->sandbox->tier == SANDBOX_TIER_LANDLOCK &&
        launch_uid_is_private(box))
        orphans_kill(launch_private_uid(box)); /* box-init did not end in good order */
    if (box->sources[SOURCE_LISTENER].fd >= 0)
        notify_read(box);
    output_drain(box);
    box_judge(box);
    for (int i = 0; i < N_SOURCES; i++)
        unwatch(box, (enum source_kind)i);
    leave_tmpfs(box);
    cgroup_remove(&box->cgroup);
    keep_or_remove_directory(box);
    box->state = BOX_OVER;
}

void box_on_event(struct sandbox_box *box, enum source_kind kind, uint32_t events)
{
    server_wait(box); /* box-init may speak before the server has told who it is */
    if (box->state == BOX_WAITING)
        spare_lost(box);
    if (box->state == BOX_OVER)
        return;
    switch (kind) {
    case SOURCE_CONTROL:
        while (box->sources[SOURCE_CONTROL].fd >= 0 && read_message(box))
            ;
        break;
    case SOURCE_LIFE: on_empty(box); break;
    case SOURCE_OUT:
    case SOURCE_ERR: output_read(box, kind); break;
    case SOURCE_STDIN_FROM: input_from(box); break;
    case SOURCE_STDIN_TO: input_to(box, events); break;
    case SOURCE_READY: on_ready(box); break;
    case SOURCE_LISTENER: notify_read(box); break;
    case SOURCE_TIMER:
    case SOURCE_SERVER:
    case N_SOURCES: assert(false);
    }
}
