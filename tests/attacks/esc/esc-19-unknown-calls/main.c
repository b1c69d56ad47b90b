/* Calls that honest libraries try and can do without, and calls no table has heard of: each answers ENOSYS, and
 * nothing is killed.  The arguments are such that a call that is let through does no harm. */
#include <linux/userfaultfd.h>

#include "attack.h"

int main(void)
{
    char params[256] = {0};
    const struct {
        const char *name;
        long number, args[6];
    } calls[] = {
        {"io_uring_setup", 425, {1, (long)params}},
        {"io_uring_enter", 426, {-1, 0, 0, 0, 0, 0}},
        {"io_uring_register", 427, {-1, 0, 0, 0}},
        {"userfaultfd", SYS_userfaultfd, {UFFD_USER_MODE_ONLY}},
        {"memfd_create", SYS_memfd_create, {(long)"attack", 0}},
        {"memfd_secret", 447, {0}},
        {"splice", SYS_splice, {-1, 0, -1, 0, 1, 0}},
        {"vmsplice", SYS_vmsplice, {-1, 0, 0, 0}},
        {"tee", SYS_tee, {-1, -1, 1, 0}},
        {"openat2", 437, {-1, 0, 0, 0}},
        {"clone3", SYS_clone3, {0, 0}},
        {"execveat", SYS_execveat, {-1, 0, 0, 0, 0}},
        {"pidfd_open", SYS_pidfd_open, {1, 0}},
        {"pidfd_send_signal", SYS_pidfd_send_signal, {-1, 0, 0, 0}},
        {"process_madvise", 440, {-1, 0, 0, 0, 0}},
        {"process_mrelease", 448, {-1, 0}},
        {"landlock_create_ruleset", 444, {0, 0, 1}},
        {"seccomp", SYS_seccomp, {99, 0, 0}},
        {"inotify_init1", SYS_inotify_init1, {0}},
        {"fanotify_init", SYS_fanotify_init, {0, 0}},
        {"msgget", SYS_msgget, {0x6d6c6a, 0600 | 01000}},
        {"semget", SYS_semget, {0x6d6c6a, 1, 0600 | 01000}},
        {"shmget", SYS_shmget, {0x6d6c6a, 4096, 0600 | 01000}},
        {"mq_open", SYS_mq_open, {(long)"attack-queue", O_CREAT, 0600, 0}},
        {"mbind", SYS_mbind, {0, 0, 0, 0, 0, 0}},
        {"migrate_pages", SYS_migrate_pages, {-1, 0, 0, 0}},
        {"move_pages", SYS_move_pages, {-1, 0, 0, 0, 0, 0}},
        {"kcmp", SYS_kcmp, {1, 1, 0, 0, 0}},
        {"lookup_dcookie", SYS_lookup_dcookie, {0, 0, 0}},
        {"personality", SYS_personality, {0xffffffff}},
        {"modify_ldt", SYS_modify_ldt, {0, 0, 0}},
        {"remap_file_pages", SYS_remap_file_pages, {0, 0, 0, 0, 0}},
        {"vhangup", SYS_vhangup, {0}},
        {"mlockall", SYS_mlockall, {0}},
        {"timer_create", SYS_timer_create, {0, 0, 0}},
        {"io_setup", SYS_io_setup, {0, 0}},
        {"map_shadow_stack", 453, {0, 0, 0}},
        {"futex_waitv", 449, {0, 0, 0, 0, 0}},
        {"cachestat", 451, {-1, 0, 0, 0}},
        {"number 500", 500, {0}},
        {"number 600", 600, {0}},
        {"number 1023", 1023, {0}},
    };
    int n_escaped = 0;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        const long *a = calls[i].args;
        long r = syscall(calls[i].number, a[0], a[1], a[2], a[3], a[4], a[5]);
        if (r >= 0 || errno != ENOSYS)
            n_escaped += escaped("%s: %ld, %s", calls[i].name, r, strerror(errno));
    }
    return n_escaped ? 1 : blocked();
}
