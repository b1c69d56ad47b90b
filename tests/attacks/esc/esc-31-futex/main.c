/* Only asks whether futex operations with priority inheritance are there: most kernel bugs of futex lay in them. */
#include <linux/futex.h>

#include "attack.h"

int main(void)
{
    static const int operations[] = {FUTEX_LOCK_PI, FUTEX_UNLOCK_PI, FUTEX_TRYLOCK_PI, FUTEX_WAIT_REQUEUE_PI,
                                     FUTEX_CMP_REQUEUE_PI, 13 /* FUTEX_LOCK_PI2 */, FUTEX_FD, 99};
    static const int flags[] = {0, FUTEX_PRIVATE_FLAG, FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME};
    int n_escaped = 0;
    alarm(FUSE_S);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        for (size_t k = 0; k < 3; k++) {
            unsigned word = 0, other = 0;
            struct timespec soon = {0, 1000};
            long r = syscall(SYS_futex, &word, operations[i] | flags[k], 1, &soon, &other, 0);
            if (r >= 0 || errno != ENOSYS)
                n_escaped += escaped("futex operation %d: %ld, %s", operations[i] | flags[k], r, strerror(errno));
        }
    return n_escaped ? 1 : blocked();
}
