/* The supervisor: one thread, one epoll, any number of boxes. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

#include "sandbox/internal.h"
#include "sandbox/util.h"

int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- making one ---- */

static int open_fds(struct sandbox *s, struct error *err)
{
    s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (s->epoll_fd < 0)
        return error_errno(err, "epoll_create1");
    s->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (s->timer_fd < 0)
        return error_errno(err, "timerfd_create");
    s->timer = (struct source){SOURCE_TIMER, s->timer_fd, NULL};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &s->timer};
    if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->timer_fd, &event) < 0)
        return error_errno(err, "epoll_ctl");
    s->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (s->null_fd < 0)
        return error_errno(err, "open '/dev/null'");
    s->null_fd = fd_raise(s->null_fd, err);
    if (s->null_fd < 0)
        return s->null_fd;
    if (s->init_fd < 0) /* else finding the tier needed it */
        s->init_fd = launch_load_init(err);
    return s->init_fd < 0 ? s->init_fd : 0;
}

static int count_cores(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        return 1;
    return CPU_COUNT(&set) > 0 ? CPU_COUNT(&set) : 1;
}

int sandbox_new(struct sandbox **ret, const struct sandbox_options *options, struct error *err)
{
    static const struct sandbox_options defaults = {0};
    if (!options)
        options = &defaults;
    *ret = NULL;
    struct sandbox *s = calloc(1, sizeof *s);
    if (!s)
        return error_oom(err);
    s->epoll_fd = s->timer_fd = s->null_fd = s->init_fd = s->guard_fd = -1;
    s->core = -1;
    int r = tier_choose(s, options, err);
    if (r == 0)
        r = open_fds(s, err);
    if (r < 0) {
        sandbox_free(s);
        return r;
    }
    s->n_cores = count_cores();
    *ret = s;
    return 0;
}

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

void sandbox_free(struct sandbox *s)
{
    if (!s)
        return;
    for (struct sandbox_box *box = s->boxes; box; box = box->next) {
        box->done = NULL;
        sandbox_cancel(s, box);
    }
    server_break_all(s); /* boxes that wait for one are over, too */
    spares_free(s);
    while (s->n_boxes > 0 && sandbox_step(s, -1, NULL) >= 0)
        ;
    while (s->servers)
        sandbox_server_free(s->servers);
    if (s->tier == SANDBOX_TIER_FULL)
        cgroup_root_close(&s->cgroups);
    close_if(s->guard_fd); /* ends the guard; nothing is left for it */
    launch_guard_done(s->guard);
    close_if(s->epoll_fd);
    close_if(s->timer_fd);
    close_if(s->null_fd);
    close_if(s->init_fd);
    free(s);
}

enum sandbox_tier sandbox_tier_of(const struct sandbox *s)
{
    return s->tier;
}

const char *const *sandbox_missing(const struct sandbox *s)
{
    return s->missing;
}

void sandbox_pin(struct sandbox *s, int core)
{
    cpu_set_t own;
    bool ours = core >= 0 && core < SANDBOX_CORES_MAX &&
                sched_getaffinity(0, sizeof own, &own) == 0 && CPU_ISSET((size_t)core, &own);
    s->core = ours ? core : -1;
}

int sandbox_epoll_fd(const struct sandbox *s)
{
    return s->epoll_fd;
}

/* ---- sources ---- */

int watch(struct sandbox_box *box, enum source_kind kind, int fd, uint32_t events,
          struct error *err)
{
    struct source *source = &box->sources[kind];
    struct epoll_event event = {.events = events, .data.ptr = source};
    source->fd = fd;
    if (epoll_ctl(box->sandbox->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        return error_errno(err, "watch a descriptor of the box");
    return 0;
}

void unwatch(struct sandbox_box *box, enum source_kind kind)
{
    struct source *source = &box->sources[kind];
    if (source->fd < 0)
        return;
    /* Not left to close(): a description that someone else holds too would stay in the set. */
    epoll_ctl(box->sandbox->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    close(source->fd);
    source->fd = -1;
}

/* ---- the loop ---- */

void arm_timer(struct sandbox *s)
{
    int64_t next = 0;
    for (const struct sandbox_box *box = s->boxes; box; box = box->next) {
        int64_t at = box->state == BOX_OVER ? 1 : box_deadline(box);
        if (at > 0 && (next == 0 || at < next))
            next = at;
    }
    if (next == s->timer_ns)
        return;
    struct itimerspec spec = {.it_value = {next / 1000000000, next % 1000000000}};
    timerfd_settime(s->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
    s->timer_ns = next;
}

static void deliver(struct sandbox_box *box)
{
    sandbox_done_fn *done = box->done;
    void *data = box->data;
    struct error error = box->error;
    struct sandbox_outcome outcome = box->outcome;
    sandbox_outcome_init(&box->outcome);
    box_free(box);
    if (done)
        done(data, error.code, &outcome, error.code ? &error : NULL);
    else
        sandbox_outcome_done(&outcome);
}

/* Calls done() for boxes that are over.  done() may start new ones. */
static void deliver_all(struct sandbox *s)
{
    for (struct sandbox_box **at = &s->boxes; *at;) {
        struct sandbox_box *box = *at;
        if (box->state != BOX_OVER) {
            at = &box->next;
            continue;
        }
        *at = box->next;
        s->n_boxes--;
        deliver(box);
        at = &s->boxes; /* the list may have changed */
    }
}

int sandbox_step(struct sandbox *s, int timeout_ms, struct error *err)
{
    if (s->n_boxes == 0)
        return 0; /* nothing could ever happen */
    arm_timer(s);
    struct epoll_event events[32];
    int n = epoll_wait(s->epoll_fd, events, ARRAY_LEN(events), timeout_ms);
    if (n < 0 && errno != EINTR)
        return error_errno(err, "epoll_wait");
    for (int i = 0; i < n; i++) {
        struct source *source = events[i].data.ptr;
        if (source->kind == SOURCE_TIMER) {
            uint64_t count;
            s->timer_ns = 0;
            if (read(s->timer_fd, &count, sizeof count) < 0)
                assert(errno == EAGAIN || errno == EINTR);
        } else if (source->kind == SOURCE_SERVER) {
            server_on_event(source);
        } else if (source->fd >= 0) {
            box_on_event(source->box, source->kind, events[i].events);
        }
    }
    int64_t now = now_ns();
    for (struct sandbox_box *box = s->boxes; box; box = box->next) {
        int64_t at = box_deadline(box);
        if (at > 0 && at <= now)
            box_on_time(box, now);
    }
    deliver_all(s);
    spares_sweep(s);
    arm_timer(s); /* for callers that wait on sandbox_epoll_fd() */
    return (int)s->n_boxes;
}

/* ---- one box, and done ---- */

struct single {
    bool is_over;
    int r;
    struct sandbox_outcome *outcome;
    struct error *err;
};

static void single_done(void *data, int r, struct sandbox_outcome *outcome, const struct error *err)
{
    struct single *single = data;
    single->is_over = true;
    single->r = r;
    if (r < 0) {
        sandbox_outcome_done(outcome);
        if (single->err && !single->err->code)
            *single->err = *err;
        return;
    }
    *single->outcome = *outcome;
}

int sandbox_run(struct sandbox *s, const struct sandbox_policy *policy, int cancel_fd,
                struct sandbox_outcome *ret, struct error *err)
{
    sandbox_outcome_init(ret);
    struct single single = {.outcome = ret, .err = err};
    struct sandbox_box *box;
    int r = sandbox_start(s, policy, single_done, &single, &box, err);
    if (r < 0)
        return r;
    bool watching = cancel_fd >= 0;
    static struct source cancel = {.kind = SOURCE_TIMER, .fd = -1, .box = NULL};
    if (watching) {
        /* As harmless as the timer's: it only wakes us. */
        struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.ptr = &cancel};
        watching = epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, cancel_fd, &event) == 0;
    }
    bool cancelled = false;
    while (!single.is_over && r >= 0) {
        r = sandbox_step(s, -1, err);
        struct pollfd fd = {.fd = cancel_fd, .events = POLLIN};
        if (watching && !cancelled && !single.is_over && poll(&fd, 1, 0) > 0) {
            sandbox_cancel(s, box);
            cancelled = true;
        }
    }
    if (watching)
        epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, cancel_fd, NULL);
    if (!single.is_over) {
        box->done = NULL; /* `single` is about to go */
        sandbox_cancel(s, box);
    }
    return r < 0 ? r : single.r;
}
