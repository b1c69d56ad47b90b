/* What box-init is given: one flat block in a sealed memfd, and descriptors. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/launch_parts.h"
#include "sandbox/util.h"

uint32_t block_add(struct block *b, const void *bytes, size_t n)
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

uint32_t block_text(struct block *b, const char *text)
{
    return block_add(b, text, strlen(text) + 1);
}

void block_put(struct block *b, uint32_t at, const void *bytes, size_t n)
{
    if (!b->failed)
        memcpy(b->bytes + at, bytes, n);
}

uint32_t block_list(struct block *b, const char *const *list, uint32_t *ret_n)
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
int block_seal(struct block *b, struct error *err)
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

/* ---- descriptors ---- */

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

int keep_add(struct keep *k, int fd)
{
    assert(k->n < MAX_KEEP);
    k->fds[k->n++] = fd;
    return k->is_order ? BOX_ORDER_BASE + (int)k->n - 1 : fd;
}

/* A borrowed descriptor: a duplicate if its number is too low. */
int keep_borrowed(struct keep *k, int fd, struct error *err)
{
    if (fd < BOX_MIN_FD) {
        fd = fcntl(fd, F_DUPFD_CLOEXEC, BOX_MIN_FD);
        if (fd < 0)
            return error_errno(err, "duplicate a descriptor of the policy");
        k->ours[k->n_ours++] = fd;
    }
    return keep_add(k, fd);
}

void keep_done(struct keep *k)
{
    while (k->n_ours > 0)
        close(k->ours[--k->n_ours]);
}
