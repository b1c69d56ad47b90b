#include "judge/command/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "judge/command/command.h"

#define QUIET_MS 40 /* editors write, set the mode, rename: one save is several events */

int watch_open(struct watch *watch, const char *path, struct error *err)
{
    const char *name = base_name(path);
    char folder[4096];
    int length = (int)(name - path);
    watch->fd = -1;
    if (!name[0] || strlen(name) >= sizeof watch->name || length >= (int)sizeof folder)
        return error_set(err, -EINVAL, "'%.200s' cannot be watched", path);
    snprintf(watch->name, sizeof watch->name, "%s", name);
    snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->fd < 0)
        return error_errno(err, "inotify");
    if (inotify_add_watch(watch->fd, folder,
                          IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
                              IN_ONLYDIR) < 0) {
        int r = error_errno(err, "watch folder '%.200s'", folder);
        watch_close(watch);
        return r;
    }
    return 0;
}

void watch_close(struct watch *watch)
{
    if (watch->fd >= 0)
        close(watch->fd);
    watch->fd = -1;
}

/* Takes all events there are.  1: the file was saved; 0: others only; -ENOENT: the folder went away. */
static int take_events(struct watch *watch)
{
    _Alignas(struct inotify_event) char bytes[4096];
    int saved = 0;
    ssize_t n;
    while ((n = read(watch->fd, bytes, sizeof bytes)) > 0)
        for (char *at = bytes; at < bytes + n;) {
            const struct inotify_event *event = (const void *)at;
            if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED))
                return -ENOENT;
            if ((event->mask & IN_Q_OVERFLOW) ||
                (event->len > 0 && strcmp(event->name, watch->name) == 0))
                saved = 1;
            at += sizeof *event + event->len;
        }
    return saved;
}

int watch_wait(struct watch *watch, int cancel_fd, struct error *err)
{
    bool saved = false;
    for (;;) {
        struct pollfd fds[] = {{.fd = watch->fd, .events = POLLIN},
                               {.fd = cancel_fd, .events = POLLIN}};
        int n = poll(fds, 2, saved ? QUIET_MS : -1);
        if (n < 0 && errno != EINTR)
            return error_errno(err, "poll");
        if (fds[1].revents)
            return error_set(err, -ECANCELED, "cancelled");
        if (n == 0)
            return 0;
        int r = take_events(watch);
        if (r < 0)
            return error_set(err, r, "the folder of '%s' is gone", watch->name);
        saved = saved || r > 0;
    }
}
