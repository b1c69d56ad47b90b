/* Fork servers, seen from the supervisor: starting one, asking it for boxes, and noticing when it cannot be relied on.
 * fork_server.c is the other side. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/fds.h"
#include "sandbox/fork_server.h"
#include "sandbox/internal.h"
#include "sandbox/launch_parts.h"
#include "sandbox/policy.h"
#include "sandbox/util.h"

#define FDS_OF_OURS \
    16 /* of a box, beside the policy's: streams, barrier, control, meeting, groups */
#define ONE_THREAD       3 /* links of /proc/PID/task: itself, its parent's entry, one thread */
#define REPLY_NS         30000000000LL
#define START_MS         30000
#define REPLY_PAUSE_MS   1000
#define COLLECT_NS       1000000000LL
#define COLLECT_PAUSE_MS 100

extern const char fork_library_blob[], fork_library_blob_end[];

struct sandbox_server {
    struct sandbox *sandbox;
    struct sandbox_server *next;
    /* In a user namespace: with a pid namespace of its own, whose init it is not: that is `pid`, and ends when the
     * last of its boxes is over. */
    bool in_userns;
    pid_t pid;
    int pidfd, fd, said_fd; /* said_fd: its standard output and error; -1: closed */
    int tasks_fd;           /* /proc/PID/task */
    struct source source;
    struct landlock_box landlock;
    struct sandbox_box *first, **last; /* boxes that wait, in order */
    int64_t n_answered;
    size_t n_made;     /* boxes made that are not over */
    bool is_abandoned; /* freed, as soon as they are */
    struct error why;  /* it has ended */
};

static bool read_reply(struct sandbox_server *server);

static void fail_waiting(struct sandbox_server *server, const struct error *why)
{
    while (server->first) {
        struct sandbox_box *box = server->first;
        server->first = box->next_waiting;
        box->server = NULL;
        /* It may have made a process of which it has not told any more. */
        unwatch(box, SOURCE_CONTROL);
        cgroup_kill(&box->cgroup);
        box->end_ns = box->empty_ns = now_ns();
        if (box->is_cancelled && !box->error.code)
            box_judge(box);
        else if (!box->error.code)
            box->error = *why;
        cgroup_remove(&box->cgroup);
        box->state = BOX_OVER;
    }
    server->last = &server->first;
}

/* The end of what it printed, for a message: it is our own program. */
static void last_words(const struct sandbox_server *server, char *text, size_t size)
{
    ssize_t n = read(server->said_fd, text, size - 1);
    text[n > 0 ? n : 0] = 0;
    for (ssize_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~')
            text[i] = ' ';
}

static void kill_and_reap(struct sandbox_server *server)
{
    siginfo_t info;
    syscall(SYS_pidfd_send_signal, server->pidfd, SIGKILL, NULL, 0);
    while (waitid(P_PIDFD, (id_t)server->pidfd, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
    server->pid = 0;
}

void server_break(struct sandbox_server *server)
{
    if (server->fd < 0)
        return;
    char text[400];
    epoll_ctl(server->sandbox->epoll_fd, EPOLL_CTL_DEL, server->fd, NULL);
    close(steal_fd(&server->fd)); /* which ends it, if it listens */
    if (!server->in_userns)
        kill_and_reap(server);
    last_words(server, text, sizeof text);
    error_set(&server->why, -EPIPE, "the fork server has ended%s%s", text[0] ? ": " : "", text);
    fail_waiting(server, &server->why);
}

void server_give_up(struct sandbox_server *server)
{
    for (const struct sandbox_box *box = server->first; box; box = box->next_waiting)
        if (!box->is_cancelled)
            return;
    server_break(server);
}

/* Who works is not ended at work: of a process that it has made and not told of yet nobody would know that it is to be
 * reaped.  One that has not answered so far may never do. */
static void collect(struct sandbox_server *server)
{
    int64_t until = now_ns() + COLLECT_NS;
    while (server->fd >= 0 && server->first && server->n_answered > 0 && now_ns() < until) {
        struct pollfd fd = {.fd = server->fd, .events = POLLIN};
        if (poll(&fd, 1, COLLECT_PAUSE_MS) > 0)
            read_reply(server);
    }
}

void server_break_all(struct sandbox *s)
{
    for (struct sandbox_server *server = s->servers; server; server = server->next) {
        collect(server);
        server_break(server);
    }
}

/* ---- starting ---- */

static int check_tier(const struct sandbox *s, struct error *err)
{
    if (s->tier == SANDBOX_TIER_USERNS && s->is_root)
        return error_set(
            err, -ENOTSUP,
            "no warm start for root in tier userns: boxes there have a uid each, which "
            "those of one fork server could not have");
    return 0;
}

static int open_ends(struct sandbox_server *server, int *ret_socket, int stdio[3],
                     struct error *err)
{
    int ends[2], in[2], out[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return error_errno(err, "socketpair");
    server->fd = ends[0];
    *ret_socket = fd_raise(ends[1], err);
    if (*ret_socket < 0)
        return *ret_socket;
    /* Pipes, as a box has: what an interpreter notes of its streams at the start is true in the box. */
    if (pipe2(in, O_CLOEXEC) < 0)
        return error_errno(err, "pipe");
    close(in[1]);
    stdio[0] = fd_raise(in[0], err);
    if (stdio[0] < 0 || pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0)
        return stdio[0] < 0 ? stdio[0] : error_errno(err, "pipe");
    server->said_fd = out[0];
    stdio[1] = stdio[2] = fd_raise(out[1], err);
    return stdio[1] < 0 ? stdio[1] : 0;
}

/* What box-init says before it becomes the server: that it can, or which step failed. */
static int await_start(const struct sandbox_server *server, struct error *err)
{
    struct box_message m;
    struct pollfd fd = {.fd = server->fd, .events = POLLIN};
    int64_t until = now_ns() + START_MS * 1000000LL;
    while (poll(&fd, 1, REPLY_PAUSE_MS) <= 0)
        if (now_ns() > until)
            return error_set(err, -ETIMEDOUT, "the fork server was not started in time");
    ssize_t n = recv(server->fd, &m, sizeof m, 0);
    if (n == (ssize_t)sizeof m && m.type == BOX_SERVING)
        return 0;
    if (n != (ssize_t)sizeof m || m.type != BOX_FAILED)
        return error_set(err, -EPIPE, "the fork server has ended");
    errno = m.error;
    return error_errno(err, "%.*s", (int)sizeof m.what, m.what);
}

static int start(struct sandbox_server *server, const struct sandbox_policy *policy,
                 struct error *err)
{
    struct sandbox *s = server->sandbox;
    auto_fd int library =
        launch_load(SANDBOX_FORK_LIBRARY, fork_library_blob, fork_library_blob_end, err);
    if (library < 0)
        return library;
    struct sandbox_file file = {.name = SANDBOX_FORK_LIBRARY, .fd = library, .executable = true};
    struct sandbox_policy p = *policy;
    p.files = &file;
    p.n_files = 1;
    auto_fd int socket = -1;
    static const char *const in_userns[] = {FORK_IN_USERNS "=1", NULL};
    auto_free const char **env = lists_joined(policy->env, server->in_userns ? in_userns : NULL);
    int stdio[3] = {-1, -1, -1};
    p.env = env;
    int r = env ? open_ends(server, &socket, stdio, err) : error_oom(err);
    if (r == 0 && s->tier == SANDBOX_TIER_LANDLOCK)
        r = landlock_prepare(&server->landlock, &p, (uid_t)-1, (gid_t)-1, false, err);
    if (r == 0 && s->tier == SANDBOX_TIER_LANDLOCK && fchmod(server->landlock.dir_fd, 0755) < 0)
        r = error_errno(err, "open '%s' to the server's boxes", server->landlock.dir);
    if (r == 0)
        r = launch_server(s, &p, &server->landlock, socket, stdio, &server->pid, &server->pidfd,
                          err);
    if (stdio[0] >= 0)
        close(stdio[0]);
    if (stdio[1] >= 0)
        close(stdio[1]);
    if (r == 0)
        r = await_start(server, err);
    if (r < 0)
        return r;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &server->source};
    if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, server->fd, &event) < 0)
        return error_errno(err, "epoll_ctl");
    return 0;
}

int sandbox_server_start(struct sandbox *s, const struct sandbox_policy *policy,
                         struct sandbox_server **ret, struct error *err)
{
    struct sandbox_policy p = *policy;
    policy_fill(&p);
    int r = check_tier(s, err);
    if (r == 0)
        r = policy_check(&p, err);
    if (r < 0)
        return r;
    struct sandbox_server *server = calloc(1, sizeof *server);
    if (!server)
        return error_oom(err);
    *server =
        (struct sandbox_server){.sandbox = s, .pidfd = -1, .fd = -1, .said_fd = -1, .tasks_fd = -1};
    server->in_userns = s->tier != SANDBOX_TIER_LANDLOCK && !s->is_root;
    server->landlock = (struct landlock_box){.ruleset_fd = -1, .dir_fd = -1};
    server->last = &server->first;
    server->next = s->servers;
    s->servers = server;
    launch_guard_once(s);
    server->source = (struct source){SOURCE_SERVER, -1, NULL};
    r = start(server, &p, err);
    if (r < 0) {
        sandbox_server_free(server);
        return r;
    }
    *ret = server;
    return 0;
}

bool sandbox_server_is_alive(const struct sandbox_server *server)
{
    return server->fd >= 0;
}

int64_t sandbox_server_n_answered(const struct sandbox_server *server)
{
    return server->n_answered;
}

pid_t sandbox_server_pid(const struct sandbox_server *server)
{
    return server->pid;
}

void sandbox_server_free(struct sandbox_server *server)
{
    if (!server)
        return;
    struct sandbox_server **at = &server->sandbox->servers;
    while (*at != server)
        at = &(*at)->next;
    if (server->pidfd >= 0) {
        collect(server);
        server_break(server);
    }
    for (struct sandbox_box *box = server->sandbox->spares; box; box = box->next)
        if (box->maker == server && box->state == BOX_WAITING)
            spare_lost(box);
    server->is_abandoned = true;
    if (server->n_made > 0)
        return; /* they may be in its pid namespace */
    *at = server->next;
    if (server->pid > 0)
        kill_and_reap(server);
    int *const fds[] = {&server->pidfd, &server->fd, &server->said_fd, &server->tasks_fd};
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        if (*fds[i] >= 0)
            close(*fds[i]);
    landlock_done(&server->landlock);
    free(server);
}

void server_leave(struct sandbox_server *server)
{
    server->n_made--;
    if (server->is_abandoned)
        sandbox_server_free(server);
}

/* ---- asking ---- */

const struct landlock_box *server_landlock(const struct sandbox_server *server)
{
    return &server->landlock;
}

bool server_can_carry(const struct sandbox_policy *policy)
{
    return policy->n_fds + policy->n_files + FDS_OF_OURS <= FORK_MAX_NUMBERS;
}

/* Once it has answered: before that it may not be what it becomes. */
static int open_tasks(const struct sandbox_server *server)
{
    char path[64], text[64];
    long pid = server->pid;
    if (server->in_userns) { /* the first child of its namespace's init */
        snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
        auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        text[n > 0 ? n : 0] = 0;
        pid = strtol(text, NULL, 10);
    }
    snprintf(path, sizeof path, "/proc/%ld/task", pid);
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A library that has started a thread meanwhile would be lost in a copy, its locks perhaps held. */
static bool has_one_thread(struct sandbox_server *server)
{
    struct stat st;
    if (server->tasks_fd < 0)
        server->tasks_fd = open_tasks(server);
    return fstat(server->tasks_fd, &st) == 0 && st.st_nlink == ONE_THREAD;
}

static int send_request(const struct sandbox_server *server, const struct launch_child *child,
                        uint64_t clone_flags, int cgroup_fd)
{
    struct fork_request request = {
        .clone_flags = clone_flags,
        .has_cgroup = cgroup_fd >= 0,
        .in_user_namespace = server->in_userns,
        .uid = USERNS_UID,
    };
    int fds[FORK_MAX_FDS] = {child->init_fd, child->config_fd};
    size_t n = 2;
    if (cgroup_fd >= 0)
        fds[n++] = cgroup_fd;
    if (child->n_keep > FORK_MAX_NUMBERS)
        return -E2BIG;
    for (size_t i = 0; i < child->n_keep; i++)
        request.numbers[request.n_numbers++] = fds[n++] = child->keep[i];
    long sent = fds_send(server->fd, &request, sizeof request, fds, n);
    return sent == (long)sizeof request ? 0 : sent < 0 ? (int)sent : -EPIPE;
}

int server_ask(struct sandbox_server *server, struct sandbox_box *box,
               const struct launch_child *child, uint64_t clone_flags, int cgroup_fd,
               struct error *err)
{
    int r = server->fd < 0 ? -EPIPE : send_request(server, child, clone_flags, cgroup_fd);
    if (r == -EPIPE) {
        server_break(server);
        return error_set(err, r, "%s", server->why.text);
    }
    if (r < 0)
        return error_set(err, r, "ask the fork server: %s", strerror(-r));
    box->server = server;
    box->next_waiting = NULL;
    *server->last = box;
    server->last = &box->next_waiting;
    return 0;
}

/* ---- its answers ---- */

static void reap(int pidfd)
{
    siginfo_t info;
    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
    close(pidfd);
}

/* The pid that the supervisor's /proc knows it by. */
static pid_t pid_of(int pidfd)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    const char *line = strstr(text, "\nPid:");
    return line ? (pid_t)strtol(line + 5, NULL, 10) : 0;
}

/* pidfd: -1, or it came with the reply. */
static void take_process(struct sandbox_server *server, struct sandbox_box *box,
                         const struct fork_reply *reply, int pidfd)
{
    if (reply->pid < 0) {
        error_set(&box->error, reply->pid, "the fork server could not start box-init: %s",
                  strerror(-reply->pid));
        box->state = BOX_OVER;
        return;
    }
    if (!server->in_userns)
        pidfd = (int)syscall(SYS_pidfd_open, reply->pid, 0);
    pid_t pid = server->in_userns ? pid_of(pidfd) : reply->pid;
    if (pidfd < 0 && !reply->error) {
        error_errno(&box->error, "pidfd_open of box-init");
        box->state = BOX_OVER;
    } else if (reply->error) {
        error_set(&box->error, -reply->error, "start box-init: %s", strerror(reply->error));
        if (pidfd >= 0)
            reap(pidfd);
        box->state = BOX_OVER;
    } else {
        box->pid = pid;
        box->maker = server;
        server->n_made++;
        int r = watch(box, SOURCE_LIFE, pidfd, EPOLLIN, &box->error);
        if (!has_one_thread(server))
            r = error_set(&box->error, -EPROTO, "the fork server has more than one thread");
        if (r < 0 || box->state == BOX_ENDING) /* cancelled meanwhile */
            box_kill(box);
    }
}

/* False: there is no more, or the server is broken. */
static bool read_reply(struct sandbox_server *server)
{
    struct fork_reply reply;
    int fds[FDS_MAX];
    size_t n_fds = 0;
    long n = fds_receive(server->fd, &reply, sizeof reply, MSG_DONTWAIT, fds, &n_fds);
    if (n == -EAGAIN || n == -EINTR)
        return false;
    int pidfd = n_fds > 0 ? fds[0] : -1;
    if (n != (long)sizeof reply || !server->first) {
        if (pidfd >= 0)
            close(pidfd);
        server_break(server);
        return false;
    }
    struct sandbox_box *box = server->first;
    server->first = box->next_waiting;
    if (!server->first)
        server->last = &server->first;
    box->server = NULL;
    server->n_answered++;
    take_process(server, box, &reply, pidfd);
    if (box->state == BOX_OVER)
        cgroup_remove(&box->cgroup);
    if (!has_one_thread(server))
        server_break(server);
    return server->fd >= 0;
}

void server_on_event(struct source *source)
{
    struct sandbox_server *server =
        (struct sandbox_server *)((char *)source - offsetof(struct sandbox_server, source));
    while (server->fd >= 0 && read_reply(server))
        ;
}

void server_wait(struct sandbox_box *box)
{
    int64_t until = now_ns() + REPLY_NS;
    while (box->server) {
        struct sandbox_server *server = box->server;
        struct pollfd fd = {.fd = server->fd, .events = POLLIN};
        if (now_ns() > until)
            server_break(server);
        else if (poll(&fd, 1, REPLY_PAUSE_MS) > 0)
            read_reply(server);
    }
}
