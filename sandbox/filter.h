/* The system call filters, as BPF programs.
 *
 * They are made when the library is built (gen_filters.c, with libseccomp) and carried as data: building one takes
 * libseccomp a millisecond, loading one takes the kernel a tenth of that.  tests/unit/test_filter.c runs every one of
 * them through an interpreter. */
#ifndef MLJUDGE_FILTER_H
#define MLJUDGE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#include "sandbox/sandbox.h"

#define FILTER_MAX 2048

/* Copies the program of a profile; returns its length.  listener: told and loud calls become
 * SECCOMP_RET_USER_NOTIF; otherwise an errno and SECCOMP_RET_KILL_PROCESS. */
size_t filter_build(enum sandbox_profile profile, bool listener,
                    struct sock_filter program[FILTER_MAX]);

/* A second filter for the tiers without a control group; the stricter answer of both counts.
 *   shared anonymous memory (mmap) fails with EPERM: RLIMIT_DATA does not see it
 *   old_landlock: what Landlock restricts on newer kernels only: kill, tkill and tgkill reach the calling process
 *   only, truncate is refused (EPERM); FILTER_OWN_PID stands for the process' pid and is replaced by box-init,
 *   who knows it */
#define FILTER_EXTRA_MAX 32
#define FILTER_OWN_PID   0x4d4c4a50U
size_t filter_build_extra(bool old_landlock, struct sock_filter program[FILTER_EXTRA_MAX]);

const char *filter_made_with(void); /* "libseccomp 2.5.4" */

/* Is this kernel able to notify?  One cheap system call. */
bool filter_can_listen(void);

#endif
