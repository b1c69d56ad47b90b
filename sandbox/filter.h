/* From the table to a BPF program.
 *
 * Written out here rather than by libseccomp: the program is a binary search over intervals of call
 * numbers and takes some microseconds to build, "otherwise this errno" can be said for a checked
 * argument, and nothing is merged that was not meant to be (tests/unit/test_filter.c runs the result
 * through an interpreter for every profile, architecture and call number). */
#ifndef MLJUDGE_FILTER_H
#define MLJUDGE_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

#include "sandbox/sandbox.h"

#define FILTER_MAX 2048

/* Writes the program of a profile; returns its length.  listener: told and loud calls become
 * SECCOMP_RET_USER_NOTIF; otherwise an errno and SECCOMP_RET_KILL_PROCESS. */
size_t filter_build(enum sandbox_profile profile, bool listener, struct sock_filter program[FILTER_MAX]);

/* Is this kernel able to notify?  One cheap system call. */
bool filter_can_listen(void);

#endif
