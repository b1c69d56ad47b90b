/* Inside box-init: see box_init.c. */
#ifndef MLJUDGE_BOX_INIT_H
#define MLJUDGE_BOX_INIT_H

#include <stdnoreturn.h>

#include "sandbox/box_config.h"
#include "sandbox/box_sys.h"

extern struct box_config *box; /* the configuration, private and writable */

/* Maps a configuration, private and writable, as `box`.  0, or a negative errno and `box` is as before. */
long box_map_config(int fd, size_t *ret_size);

static inline void *box_at(uint32_t offset)
{
    return (char *)box + offset;
}

/* Is this the defence to be left out?  Tests only: see sandbox/hole.h. */
#ifdef MLJUDGE_HOLES
bool hole(const char *defence);
#else
static inline bool hole(const char *defence)
{
    (void)defence;
    return false;
}
#endif

/* Tells the supervisor which step of ours failed and ends box-init. */
noreturn void box_fail(const char *step, const char *detail, long error);

/* box_fail() if `r` is negative. */
static inline long box_check(long r, const char *step, const char *detail)
{
    if (r < 0)
        box_fail(step, detail, -r);
    return r;
}

void box_send(struct box_message *message, const int *fds, uint32_t n_fds);

/* box_mounts.c: builds the new root and enters it.  Returns a descriptor of the working directory
 * if the policy asks for one, else -1. */
int box_mounts(void);

/* box_order.c: waits for the order and makes its configuration ours.  Returns the size of that configuration's
 * mapping; 0: the message was none, the configuration at hand is all; or a negative errno. */
long box_take_order(int socket);
/* The same to our child, if we got one; else only the message.  A negative errno if that failed. */
long box_pass_order(int socket);

/* box_command.c: starts the command, waits for it, ends. */
noreturn void box_command(int work_fd, int64_t cpu_at_join_ns);

/* Becomes a fork server by execve. */
noreturn void box_serve(void);

/* box_wait.c: for the tiers without a control group.  Waits for the command, or for the supervisor's wish or
 * end; then kills everything of the box, waits for it and tells what it cost. */
noreturn void box_wait(long pid);

/* Kills every process whose number stands in the file, one beside another in any separation. */
void box_kill_listed(long fd);

/* box_remove.c: removes beneath `parent` the directory `name` and all in it, unless somebody alive has locked it.
 * False: it is still there. */
bool box_remove_dir(int parent, const char *name);

/* What getdents64 fills in: struct linux_dirent64, which no header has. */
struct dirent_head {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

/* box_guard.c */
noreturn void box_guard(void);

#endif
