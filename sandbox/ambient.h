/* Capabilities that box-init keeps over its execve, as a uid that is not its user namespace's root. */
#ifndef MLJUDGE_AMBIENT_H
#define MLJUDGE_AMBIENT_H

#include <linux/capability.h>
#include <sys/prctl.h>

#include "sandbox/box_sys.h"

/* What it needs in a user namespace of its own; nothing of it means anything outside.  They survive execve only as
 * ambient ones.  0 or a negative errno; no errno of libc's is touched. */
static inline long ambient_keep(void)
{
    static const int kept[] = {
        CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,  CAP_KILL,
        CAP_SETGID, CAP_SETUID,       CAP_SETPCAP, CAP_SYS_ADMIN,
    };
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    long r = SYS(capget, &header, data);
    for (int i = 0; i < 2; i++)
        data[i].inheritable = data[i].permitted;
    if (r >= 0)
        r = SYS(capset, &header, data);
    for (unsigned i = 0; i < sizeof kept / sizeof kept[0] && r >= 0; i++)
        r = SYS(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept[i], 0, 0);
    return r;
}

#endif
