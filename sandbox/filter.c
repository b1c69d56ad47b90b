#include "sandbox/filter.h"

#include <assert.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/hole.h"

#include "filters.inc" /* made by gen_filters.c with libseccomp, when this library was built */

size_t filter_build(enum sandbox_profile profile, bool listener,
                    struct sock_filter program[FILTER_MAX])
{
    assert(profile < SANDBOX_N_PROFILES);
    const struct filter_program *made = &programs[profile][listener ? 1 : 0];
    assert(made->n <= FILTER_MAX);
    memcpy(program, made->code, made->n * sizeof *program);
    return hole_in_filter(program, made->n, FILTER_MAX);
}

#define STATEMENT(code, k) ((struct sock_filter){(unsigned short)(code), 0, 0, (uint32_t)(k)})
#define JUMP_IF(k, yes, no) \
    ((struct sock_filter){BPF_JMP | BPF_JEQ | BPF_K, yes, no, (uint32_t)(k)})
#define LOAD(field)      STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE           STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define ALLOW            STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define SHARED_ANONYMOUS (MAP_SHARED | MAP_ANONYMOUS)

size_t filter_build_extra(bool old_landlock, struct sock_filter program[FILTER_EXTRA_MAX])
{
    /* The architecture is the first filter's business: it kills what is foreign. */
    const struct sock_filter mapping[] = {
        LOAD(nr),
        JUMP_IF(SYS_mmap, 0, 4),
        LOAD(args[3]),
        STATEMENT(BPF_ALU | BPF_AND | BPF_K, SHARED_ANONYMOUS),
        JUMP_IF(SHARED_ANONYMOUS, 0, 1),
        REFUSE,
        LOAD(nr), /* after the check of mmap: no other call matches below */
    };
    const struct sock_filter signals[] = {
        JUMP_IF(SYS_truncate, 0, 1),   REFUSE,
        JUMP_IF(SYS_kill, 2, 0),       JUMP_IF(SYS_tkill, 1, 0),
        JUMP_IF(SYS_tgkill, 0, 3),     LOAD(args[0]),
        JUMP_IF(FILTER_OWN_PID, 1, 0), REFUSE,
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof mapping / sizeof mapping[0]; i++)
        program[n++] = mapping[i];
    for (size_t i = 0; old_landlock && i < sizeof signals / sizeof signals[0]; i++)
        program[n++] = signals[i];
    program[n++] = ALLOW;
    return n;
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
