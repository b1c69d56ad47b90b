#include "sandbox/filter.h"

#include <assert.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "filters.inc" /* made by gen_filters.c with libseccomp, when this library was built */

size_t filter_build(enum sandbox_profile profile, bool listener,
                    struct sock_filter program[FILTER_MAX])
{
    assert(profile < SANDBOX_N_PROFILES);
    const struct filter_program *made = &programs[profile][listener ? 1 : 0];
    assert(made->n <= FILTER_MAX);
    memcpy(program, made->code, made->n * sizeof *program);
    return made->n;
}

const char *filter_made_with(void)
{
    return FILTER_MADE_WITH;
}

bool filter_can_listen(void)
{
    uint32_t action = SECCOMP_RET_USER_NOTIF;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}
