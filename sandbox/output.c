/* The box's standard streams: pipes whose other ends are ours. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/hole.h"
#include "sandbox/internal.h"

#define CHUNK           (64 << 10)
#define CHUNKS_AN_EVENT 8 /* then the other boxes have their turn */

/* write() without SIGPIPE and without touching the caller's handlers. */
ssize_t write_quietly(int fd, const void *bytes, size_t n)
{
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    bool was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t r = write(fd, bytes, n);
    int saved = errno;
    if (r < 0 && saved == EPIPE && !was_pending)
        sigtimedwait(&pipe_signal, NULL, &(struct timespec){0, 0});
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return r;
}

#define SURE_TO_FIT \
    4096 /* PIPE_BUF: a pipe that poll() calls writable takes as much without blocking */

/* Waits until the caller's descriptor takes something.  Whoever reads there may sleep as long as he likes: the limits of
 * the box hold meanwhile. */
static void wait_writable(struct sandbox_box *box, int relay_fd)
{
    struct pollfd fd = {.fd = relay_fd, .events = POLLOUT};
    for (;;) {
        int64_t at = box_deadline(box);
        int64_t rest_ns = at - now_ns();
        int timeout_ms = at == 0 ? -1 : rest_ns <= 0 ? 0 : (int)(rest_ns / 1000000 + 1);
        if (poll(&fd, 1, timeout_ms) > 0)
            return;
        int64_t now = now_ns();
        if (at > 0 && at <= now)
            box_on_time(box, now);
    }
}

static void relay(struct sandbox_box *box, struct sandbox_stream *stream, const char *bytes,
                  size_t n)
{
    while (n > 0) {
        wait_writable(box, stream->relay_fd);
        ssize_t done = write_quietly(stream->relay_fd, bytes, n < SURE_TO_FIT ? n : SURE_TO_FIT);
        if (done < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (done < 0) {
            if (errno != EPIPE && box->outcome.relay_errno == 0)
                box->outcome.relay_errno = errno;
            stream->mode =
                SANDBOX_OUTPUT_NULL; /* nobody reads any more: from now on only counted */
            return;
        }
        bytes += done;
        n -= (size_t)done;
    }
}

static void keep(struct sandbox_box *box, struct sandbox_captured *captured, size_t limit,
                 const char *bytes, size_t n)
{
    if (n > limit - captured->n_kept)
        n = limit - captured->n_kept;
    if (n == 0)
        return;
    char *more = realloc(captured->bytes, captured->n_kept + n);
    if (!more) {
        error_oom(&box->error);
        return;
    }
    memcpy(more + captured->n_kept, bytes, n);
    captured->bytes = more;
    captured->n_kept += n;
}

/* Returns false at the end of file or when there is nothing more now. */
static bool read_chunk(struct sandbox_box *box, enum source_kind kind)
{
    int i = kind == SOURCE_ERR;
    struct sandbox_captured *captured = i ? &box->outcome.err : &box->outcome.out;
    char bytes[CHUNK];
    ssize_t n = read(box->sources[kind].fd, bytes, sizeof bytes);
    if (n < 0)
        return errno == EINTR;
    if (n == 0) {
        unwatch(box, kind);
        return false;
    }
    int64_t room = box->output_bytes - captured->total_bytes;
    size_t within = n <= room ? (size_t)n : room > 0 ? (size_t)room : 0;
    captured->total_bytes += n;
    if (box->streams[i].mode == SANDBOX_OUTPUT_RELAY)
        relay(box, &box->streams[i], bytes, within);
    else if (box->streams[i].mode == SANDBOX_OUTPUT_CAPTURE)
        keep(box, captured, box->streams[i].keep_bytes, bytes, within);
    if (captured->total_bytes > box->output_bytes && !hole("output-limit")) {
        box->hit_output = true;
        box_kill(box);
        unwatch(box, kind);
        return false;
    }
    return true;
}

void output_read(struct sandbox_box *box, enum source_kind kind)
{
    for (int i = 0; i < CHUNKS_AN_EVENT && box->sources[kind].fd >= 0; i++)
        if (!read_chunk(box, kind))
            return;
}

/* All writers are dead: what is left is at most what the pipes hold. */
void output_drain(struct sandbox_box *box)
{
    while (box->sources[SOURCE_OUT].fd >= 0 && read_chunk(box, SOURCE_OUT))
        ;
    while (box->sources[SOURCE_ERR].fd >= 0 && read_chunk(box, SOURCE_ERR))
        ;
}

/* ---- stdin ---- */

static void input_end(struct sandbox_box *box)
{
    unwatch(box, SOURCE_STDIN_FROM);
    unwatch(box, SOURCE_STDIN_TO); /* the command reads end of file */
}

/* A source that waits for nothing leaves the set: HUP and ERR cannot be masked. */
static void listen_to(struct sandbox_box *box, enum source_kind kind, uint32_t events)
{
    int op = events ? EPOLL_CTL_ADD : EPOLL_CTL_DEL;
    struct epoll_event event = {.events = events, .data.ptr = &box->sources[kind]};
    epoll_ctl(box->sandbox->epoll_fd, op, box->sources[kind].fd, &event);
}

/* Writes what is buffered.  Returns false if the pipe is full or closed. */
static bool flush(struct sandbox_box *box)
{
    while (box->in_sent < box->in_used) {
        ssize_t n = write_quietly(box->sources[SOURCE_STDIN_TO].fd, box->in_bytes + box->in_sent,
                                  box->in_used - box->in_sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno != EAGAIN)
                input_end(box);
            return false;
        }
        box->in_sent += (size_t)n;
    }
    box->in_used = box->in_sent = 0;
    return true;
}

/* Returns false if there is nothing to send. */
static bool fill(struct sandbox_box *box)
{
    ssize_t n = read(box->sources[SOURCE_STDIN_FROM].fd, box->in_bytes, CHUNK);
    if (n < 0 && (errno == EAGAIN || errno == EINTR) && !box->in_is_file)
        return false;
    if (n < 0)
        box->outcome.stdin_errno = errno;
    if (n <= 0) {
        input_end(box);
        return false;
    }
    box->in_used = (size_t)n;
    return true;
}

/* A file is read as fast as the pipe takes it. */
static void pump_file(struct sandbox_box *box)
{
    while (box->sources[SOURCE_STDIN_TO].fd >= 0 && flush(box) && fill(box))
        ;
}

int input_start(struct sandbox_box *box, int stdin_fd, int pipe_fd, struct error *err)
{
    box->sources[SOURCE_STDIN_TO].fd = pipe_fd;
    int from = fcntl(stdin_fd, F_DUPFD_CLOEXEC, 3);
    if (from < 0)
        return error_errno(err, "duplicate the descriptor for standard input");
    box->sources[SOURCE_STDIN_FROM].fd = from;
    box->in_bytes = malloc(CHUNK);
    if (!box->in_bytes)
        return error_oom(err);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &box->sources[SOURCE_STDIN_FROM]};
    if (epoll_ctl(box->sandbox->epoll_fd, EPOLL_CTL_ADD, from, &event) == 0)
        return 0;
    if (errno != EPERM)
        return error_errno(err, "watch standard input");
    box->in_is_file = true; /* epoll takes no files: they never make one wait */
    pump_file(box);
    if (box->sources[SOURCE_STDIN_TO].fd >= 0)
        listen_to(box, SOURCE_STDIN_TO, EPOLLOUT);
    return 0;
}

void input_from(struct sandbox_box *box)
{
    if (!fill(box))
        return;
    if (!flush(box) && box->sources[SOURCE_STDIN_TO].fd >= 0) {
        listen_to(box, SOURCE_STDIN_FROM, 0);
        listen_to(box, SOURCE_STDIN_TO, EPOLLOUT);
    }
}

void input_to(struct sandbox_box *box, uint32_t events)
{
    if (events & EPOLLERR) { /* the command closed its end */
        input_end(box);
        return;
    }
    if (box->in_is_file) {
        pump_file(box);
    } else if (flush(box)) {
        listen_to(box, SOURCE_STDIN_TO, 0);
        listen_to(box, SOURCE_STDIN_FROM, EPOLLIN);
    }
}
