/* Between the files that start processes: launch.c (a box), launch_guard.c (the guard), launch_block.c (what they
 * are given), launch_clone.c (how they begin). */
#ifndef MLJUDGE_LAUNCH_PARTS_H
#define MLJUDGE_LAUNCH_PARTS_H

#include <linux/sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/box_config.h"
#include "sandbox/error.h"

#define USERNS_UID 1000U /* of box-init and of the command in a user namespace */

/* ---- launch_block.c ---- */

/* Grows as needed; what fails is said by block_seal(). */
struct block {
    char *bytes; /* freed by the owner */
    size_t used, size;
    bool failed;
};

/* Each returns the offset of what was added.  bytes == NULL: zeros. */
uint32_t block_add(struct block *b, const void *bytes, size_t n);
uint32_t block_text(struct block *b, const char *text);
uint32_t block_list(struct block *b, const char *const *list, uint32_t *ret_n);
void block_put(struct block *b, uint32_t at, const void *bytes, size_t n); /* over what is there */
int block_seal(struct block *b, struct error *err); /* a sealed memfd >= BOX_MIN_FD */

#define MAX_KEEP          512
#define ORDER_FDS_OF_OURS 8 /* of an order, beside the policy's: configuration, streams, barrier */

/* Descriptors that the new process gets under their own number. */
struct keep {
    bool is_order; /* they travel with an order: numbered from BOX_ORDER_BASE */
    int fds[MAX_KEEP];
    size_t n;
    int ours[MAX_KEEP]; /* duplicates to close after the launch */
    size_t n_ours;
};

/* Each returns the number that the new process will know it by. */
int keep_add(struct keep *k, int fd);
/* A borrowed descriptor: a duplicate if its number is too low. */
int keep_borrowed(struct keep *k, int fd, struct error *err);
void keep_done(struct keep *k);

/* ---- launch_clone.c ---- */

struct launch_child {
    int init_fd, config_fd;
    const int *keep;
    size_t n_keep;
    int error; /* of what came before box-init; positive errno */
};

/* The function of a new process: descriptors in order, then box-init. */
int child_main(void *launch_child);

/* clone3, or clone where that is hidden.  The child runs fn(data) on the stack of `args`. */
long clone_to(struct clone_args *args, int (*fn)(void *), void *data);

/* Each returns the pid, or -errno.  flags: namespaces and the like; cgroup_fd: -1, or of version 2. */
long spawn(struct launch_child *child, uint64_t flags, int cgroup_fd, int *ret_pidfd);
/* The same in a user namespace with these maps ("INSIDE OUTSIDE COUNT\n"). */
long spawn_mapped(struct launch_child *child, uint64_t flags, int cgroup_fd, const char *maps,
                  bool deny_setgroups, int *ret_pidfd);

#endif
