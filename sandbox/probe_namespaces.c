/* Namespaces, mounts, and user namespaces as they are really used. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/internal.h"
#include "sandbox/probe.h"

#define BOX SANDBOX_AREA_BOX
#define NAMESPACES \
    (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

static int try_namespaces(void)
{
    return unshare(NAMESPACES) < 0 ? errno : 0;
}

/* In a user namespace if that is the only way: what boxes do, too. */
static int enter_mounts(void)
{
    bool can = tier_has_capability(CAP_SYS_ADMIN);
    return unshare(CLONE_NEWNS | (can ? 0 : CLONE_NEWUSER)) < 0 ||
                   mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
               ? errno
               : 0;
}

static int try_mounts(void)
{
    int e = enter_mounts();
    if (e)
        return e;
    long fs = syscall(SYS_fsopen, "tmpfs", 1U);
    if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return errno;
    long tree = syscall(SYS_fsmount, fs, 1U, 0U);
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    if (tree < 0 || syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof attr) < 0)
        return errno;
    return 0;
}

/* Present if it complains of its arguments. */
static int try_clone3(void)
{
    syscall(SYS_clone3, NULL, 0UL);
    return errno == EINVAL || errno == EFAULT ? 0 : errno;
}

/* ---- user namespaces ---- */

const char *probe_userns_advice(bool at_proc, int error, const struct userns_settings *found,
                                bool is_container)
{
    if (at_proc)
        return "docker run --security-opt systempaths=unconfined ...";
    if (found->clone == 0)
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
    if (found->max == 0 || error == ENOSPC)
        return "sudo sysctl -w user.max_user_namespaces=15000";
    if (found->apparmor == 1)
        return "sudo cp tools/apparmor/mljudge /etc/apparmor.d/ && sudo apparmor_parser -r "
               "/etc/apparmor.d/mljudge (for /usr/local/bin/mljudge); or "
               "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
    if (is_container)
        return "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
               "...";
    return error == EINVAL
               ? "the kernel needs CONFIG_USER_NS"
               : "a filter, a container or a chroot around us refuses: run outside of it";
}

static const char *blamed(bool at_proc, const struct userns_settings *found)
{
    return at_proc                ? ""
           : found->clone == 0    ? "; kernel.unprivileged_userns_clone is 0"
           : found->max == 0      ? "; user.max_user_namespaces is 0"
           : found->apparmor == 1 ? "; kernel.apparmor_restrict_unprivileged_userns is 1"
                                  : "";
}

/* As boxes use them: a map written from outside, a tmpfs, a /proc.  AppArmor lets one be made and then takes its
 * capabilities. */
static bool probe_user_namespaces(struct probe *p)
{
    const struct userns_settings found = {
        .apparmor = probe_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
        .max = probe_number("/proc/sys/user/max_user_namespaces"),
        .clone = probe_number("/proc/sys/kernel/unprivileged_userns_clone"),
    };
    const char *step;
    int e = -tier_try_userns(&step);
    if (e == 0) {
        probe_add(p, BOX, "user namespaces", SANDBOX_FEATURE_OK, "", "yes: map, tmpfs, /proc");
        return true;
    }
    bool at_proc = strcmp(step, "mount /proc") == 0;
    probe_add(p, BOX, "user namespaces", SANDBOX_FEATURE_MISSING,
              probe_userns_advice(at_proc, e, &found, p->is_container), "%s: %s%s%s", step,
              strerror(e), blamed(at_proc, &found),
              p->best == SANDBOX_TIER_FULL ? "; tier full does without" : "");
    return false;
}

static const char *privilege(const struct probe *p)
{
    return p->is_container ? "docker run --privileged ..."
                           : "sudo mljudge ... (with CAP_SYS_ADMIN)";
}

void probe_namespaces(struct probe *p)
{
    bool can_mount = false; /* else what keeps us from it is told already */
    if (p->is_root) {
        int e = probe_in_child(try_namespaces);
        can_mount = e == 0;
        probe_add(p, BOX, "namespaces", e ? SANDBOX_FEATURE_MISSING : SANDBOX_FEATURE_OK,
                  privilege(p), "pid, mount, net, ipc, uts, cgroup: %s", e ? strerror(e) : "yes");
    }
    can_mount = probe_user_namespaces(p) || can_mount;
    if (can_mount) {
        int e = probe_in_child(try_mounts);
        probe_add(p, BOX, "mount API", e ? SANDBOX_FEATURE_MISSING : SANDBOX_FEATURE_OK,
                  e == ENOSYS ? "a kernel of 5.12 or later, and no filter that hides the calls"
                              : privilege(p),
                  "fsopen, fsmount, mount_setattr: %s", e ? strerror(e) : "yes");
    }
    /* Docker hides it from everybody; boxes can be started without. */
    int e = probe_in_child(try_clone3);
    probe_add(p, BOX, "clone3",
              e && p->best == SANDBOX_TIER_NONE ? SANDBOX_FEATURE_WARN : SANDBOX_FEATURE_OK,
              "a kernel of 5.3 or later, and no filter that hides the call", "%s%s",
              e ? strerror(e) : "yes", e ? "; clone does" : "");
    if (e)
        probe_brief(p, "clone for clone3");
}
