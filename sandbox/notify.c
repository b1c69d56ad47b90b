/* Calls the filter hands to us (seccomp user notification).  Notification only reports: every answer
 * is a refusal or the end of the box. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox/filter_table.h"
#include "sandbox/internal.h"
#include "sandbox/util.h"

/* Answering costs us, not the box: after so many the listener is closed and the kernel answers
 * ENOSYS, which refuses just as well. */
#define MAX_NOTIFIED 10000
#define AT_ONCE      64

struct word {
    unsigned value;
    const char *name;
};

static const struct word families[] = {
    {AF_UNIX, "AF_UNIX"},       {AF_INET, "AF_INET"},           {AF_INET6, "AF_INET6"},
    {AF_NETLINK, "AF_NETLINK"}, {AF_PACKET, "AF_PACKET"},       {AF_ALG, "AF_ALG"},
    {AF_VSOCK, "AF_VSOCK"},     {AF_BLUETOOTH, "AF_BLUETOOTH"}, {AF_KEY, "AF_KEY"},
};

static const struct word types[] = {
    {SOCK_STREAM, "SOCK_STREAM"}, {SOCK_DGRAM, "SOCK_DGRAM"},         {SOCK_RAW, "SOCK_RAW"},
    {SOCK_RDM, "SOCK_RDM"},       {SOCK_SEQPACKET, "SOCK_SEQPACKET"},
};

static const char *word_of(const struct word *words, size_t n, unsigned value, char buffer[16])
{
    for (size_t i = 0; i < n; i++)
        if (words[i].value == value)
            return words[i].name;
    snprintf(buffer, 16, "%u", value);
    return buffer;
}

static void describe(const struct seccomp_data *data, char *text, size_t size)
{
    const __u64 *a = data->args;
    if (data->nr == SYS_socket || data->nr == SYS_socketpair) {
        char family[16], type[16];
        snprintf(text, size, "%s, %s, %u",
                 word_of(families, ARRAY_LEN(families), (unsigned)a[0], family),
                 word_of(types, ARRAY_LEN(types), (unsigned)a[1] & 0xf, type), (unsigned)a[2]);
    } else {
        snprintf(text, size, "0x%llx, 0x%llx, 0x%llx", a[0], a[1], a[2]);
    }
}

void notify_add(struct sandbox_box *box, const char *name, const char *args, int64_t at_ns)
{
    struct sandbox_outcome *o = &box->outcome;
    for (size_t i = 0; i < o->n_blocked; i++) {
        if (!strcmp(o->blocked[i].name, name) && !strcmp(o->blocked[i].args, args)) {
            o->blocked[i].count++;
            return;
        }
    }
    if (o->n_blocked == SANDBOX_MAX_BLOCKED)
        return;
    struct sandbox_blocked *b = &o->blocked[o->n_blocked++];
    snprintf(b->name, sizeof b->name, "%s", name);
    snprintf(b->args, sizeof b->args, "%s", args);
    b->at_us = box->start_ns > 0 && at_ns > box->start_ns ? (at_ns - box->start_ns) / 1000 : 0;
    b->count = 1;
}

static enum filter_action action_of(int number, int *ret_error)
{
    for (size_t i = 0; i < filter_table_length; i++) {
        if (filter_table[i].number == number && filter_table[i].action >= FILTER_TELL) {
            *ret_error = filter_table[i].error;
            return filter_table[i].action;
        }
    }
    return FILTER_LOUD; /* the filter hands over nothing else */
}

/* Returns false when there is nothing more. */
static bool read_one(struct sandbox_box *box)
{
    /* Larger than any kernel's version of the structures; must be zero. */
    union {
        struct seccomp_notif n;
        char room[512];
    } request = {.room = {0}};
    union {
        struct seccomp_notif_resp r;
        char room[512];
    } reply = {.room = {0}};
    int fd = box->sources[SOURCE_LISTENER].fd;
    if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0)
        return false; /* ENOENT: it died meanwhile */
    char args[sizeof((struct sandbox_blocked *)NULL)->args];
    describe(&request.n.data, args, sizeof args);
    const char *name = filter_call_name(request.n.data.nr);
    notify_add(box, name ? name : "unknown", args, now_ns());
    int error = 0;
    if (action_of(request.n.data.nr, &error) == FILTER_LOUD) {
        box->is_forbidden = true;
        box_kill(box);
        return false;
    }
    reply.r.id = request.n.id;
    reply.r.error = -error;
    ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &reply);
    if (++box->n_notified >= MAX_NOTIFIED) {
        unwatch(box, SOURCE_LISTENER);
        return false;
    }
    return true;
}

void notify_read(struct sandbox_box *box)
{
    struct pollfd fd = {.fd = box->sources[SOURCE_LISTENER].fd, .events = POLLIN};
    for (int i = 0; i < AT_ONCE && fd.fd >= 0 && poll(&fd, 1, 0) > 0; i++) {
        if (!(fd.revents & POLLIN)) {
            if (fd.revents & (POLLHUP | POLLERR | POLLNVAL))
                unwatch(box, SOURCE_LISTENER); /* no process with the filter is left */
            return;
        }
        if (!read_one(box))
            return;
    }
}
