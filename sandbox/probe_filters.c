/* System call filters, user notification, Landlock. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/filter.h"
#include "sandbox/landlock.h"
#include "sandbox/probe.h"
#include "sandbox/util.h"

#define BOX                  SANDBOX_AREA_BOX
#define SET_MODE_FILTER      1U
#define FLAG_NEW_LISTENER    (1UL << 3)
#define LANDLOCK_N_SENTENCES 8
#define LIBSECCOMP_GOOD      2, 6, 1 /* earlier ones merge some 64-bit comparisons wrongly */

static int load_filter(bool listener)
{
    struct sock_filter program[FILTER_MAX];
    size_t n = filter_build(SANDBOX_PROFILE_PROCESSES, listener, program);
    struct sock_fprog prog = {(unsigned short)n, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return errno;
    return syscall(SYS_seccomp, SET_MODE_FILTER, listener ? FLAG_NEW_LISTENER : 0, &prog) < 0
               ? errno
               : 0;
}

static int try_filter(void)
{
    return load_filter(false);
}

static int try_listener(void)
{
    return load_filter(true);
}

bool probe_version_at_least(const char *text, int major, int minor, int patch)
{
    const long wanted[] = {major, minor, patch};
    const char *at = text + strcspn(text, "0123456789");
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        char *end;
        long found = strtol(at, &end, 10);
        if (end == at && i < 2)
            return false;
        if (found != wanted[i])
            return found > wanted[i];
        at = *end == '.' ? end + 1 : end;
    }
    return true;
}

static void probe_seccomp(struct probe *p)
{
    int e = probe_in_child(try_filter);
    probe_add(p, BOX, "seccomp filter", e ? SANDBOX_FEATURE_MISSING : SANDBOX_FEATURE_OK,
              p->is_container ? "docker run --security-opt seccomp=unconfined ..."
                              : "the kernel needs CONFIG_SECCOMP_FILTER",
              "%s", e ? strerror(e) : "yes");
    e = probe_in_child(try_listener);
    probe_add(p, BOX, "seccomp listener", e ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              e == EBUSY ? "run outside of the container that watches our calls"
                         : "a kernel of 5.5 or later",
              "%s%s", e ? strerror(e) : "yes",
              e ? ": loud calls are killed without their arguments" : "");
    const char *made_with = filter_made_with();
    probe_add(
        p, BOX, "libseccomp", SANDBOX_FEATURE_OK, "", "filters made with %s%s", made_with,
        probe_version_at_least(made_with, LIBSECCOMP_GOOD)
            ? ""
            : ": before 2.6.1 it merges some 64-bit comparisons wrongly, the filters use none");
    probe_brief(p, "%s", made_with);
}

static void probe_landlock(struct probe *p)
{
    int abi = landlock_abi();
    if (abi <= 0) {
        probe_add(p, BOX, "landlock", SANDBOX_FEATURE_MISSING,
                  abi == -EOPNOTSUPP
                      ? "boot with lsm=landlock,... (see /sys/kernel/security/lsm)"
                      : "a kernel of 5.13 or later with CONFIG_SECURITY_LANDLOCK, and "
                        "no filter that hides it",
                  "%s", strerror(-abi));
        return;
    }
    const char *lacks[LANDLOCK_N_SENTENCES];
    size_t n = landlock_missing(abi, lacks, LANDLOCK_N_SENTENCES);
    char text[480] = "";
    for (size_t i = 0, used = 0; i < n && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "; %s", lacks[i]);
    bool matters = n > 0 && p->best <= SANDBOX_TIER_LANDLOCK;
    probe_add(p, BOX, "landlock", matters ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              "a later kernel (it has ABI 10 at best)", "ABI %d%s", abi, text);
    probe_brief(p, "Landlock ABI %d", abi);
}

void probe_filters(struct probe *p)
{
    probe_seccomp(p);
    probe_landlock(p);
}
