/* Which system calls a box may make: one table for all profiles.  What is not in it is ENOSYS, so that
 * a C library newer than the table falls back to older calls instead of dying. */
#ifndef MLJUDGE_FILTER_TABLE_H
#define MLJUDGE_FILTER_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum filter_action {
    FILTER_ALLOW,
    FILTER_ERRNO, /* fails with rule.error */
    FILTER_TELL,  /* fails with rule.error; the supervisor is told, if there is a listener */
    FILTER_LOUD,  /* no honest program calls it: the box is killed */
};

enum {
    PROFILE_RUN = 1 << 0, /* 1 << enum sandbox_profile */
    PROFILE_PROCESSES = 1 << 1,
    PROFILE_COMPILE = 1 << 2,
    PROFILE_PYTHON = 1 << 3,
    PROFILE_NODE = 1 << 4,
    PROFILE_JAVA = 1 << 5,
    PROFILE_MULTI = PROFILE_PROCESSES | PROFILE_COMPILE,
    PROFILE_RUNTIMES = PROFILE_PYTHON | PROFILE_NODE | PROFILE_JAVA,
    PROFILE_SINGLE = PROFILE_RUN | PROFILE_RUNTIMES, /* one process */
    PROFILE_ALL = PROFILE_SINGLE | PROFILE_MULTI,
    PROFILE_LOOPS = PROFILE_RUNTIMES | PROFILE_MULTI, /* have event loops */
};

#define FILTER_MAX_VALUES 16

/* `action` holds if the low 32 bits of argument `arg`, masked, are one of `values` (n_values == 0:
 * always); otherwise the call fails with `else_error`.  The kernel takes all arguments checked here
 * as 32-bit numbers, so high bits cannot smuggle anything.  A call is in each profile at most once. */
struct filter_rule {
    const char *name;
    int number;
    int profiles;
    enum filter_action action;
    int error;
    int arg;
    uint32_t mask;
    uint32_t values[FILTER_MAX_VALUES];
    size_t n_values;
    int else_error;
};

extern const struct filter_rule filter_table[];
extern const size_t filter_table_length;

/* The name of a call that is in the table, or NULL. */
const char *filter_call_name(int number);

#endif
