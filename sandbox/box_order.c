/* The order: what a box that was prepared ahead is to run (box_config.h). */
#include "sandbox/box_init.h"

#include <errno.h>
#include <fcntl.h>

#include "sandbox/fds.h"

static int placed[BOX_ORDER_FDS]; /* the configuration, then what it refers to, all >= BOX_MIN_FD */
static int n_placed;

/* Out of the way of the numbers that the command is to have. */
static long place(const int *fds, size_t n)
{
    for (size_t i = 0; i < n && n_placed < BOX_ORDER_FDS; i++) {
        long fd = SYS(fcntl, fds[i], F_DUPFD_CLOEXEC, BOX_MIN_FD);
        if (fd < 0)
            return fd;
        SYS(close, fds[i]);
        placed[n_placed++] = (int)fd;
    }
    return 0;
}

static void resolve(int32_t *number)
{
    if (*number >= BOX_ORDER_BASE && *number - BOX_ORDER_BASE + 1 < n_placed)
        *number = placed[*number - BOX_ORDER_BASE + 1];
}

long box_take_order(int socket)
{
    int fds[FDS_MAX];
    size_t n = 0;
    char byte;
    long r = fds_receive(socket, &byte, 1, 0, fds, &n);
    if (r <= 0)
        return r < 0 ? r : -EPIPE;
    r = place(fds, n);
    if (r < 0 || n == 0)
        return r;
    const struct box_config *before = box;
    size_t size = 0;
    r = box_map_config(placed[0], &size);
    if (r < 0)
        return r;
    box->ctl_fd = before->ctl_fd;
    memcpy(box->enter_fd, before->enter_fd, sizeof box->enter_fd);
    for (int i = 0; i < 3; i++)
        resolve(&box->stdio[i]);
    resolve(&box->ruleset_fd);
    struct box_fd *own = box_at(box->fds);
    for (uint32_t i = 0; i < box->n_fds; i++)
        resolve(&own[i].fd);
    return (long)size;
}

long box_pass_order(int socket)
{
    return fds_send(socket, "o", 1, placed, (size_t)n_placed);
}
