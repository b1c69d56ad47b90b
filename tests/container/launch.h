/* tests/container: what a plain `docker run` gives a command, without Docker. */
#pragma once
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAUNCH_FAILED \
    125 /* exit status of a launcher that could not start the command, as Docker's */

/* Prints one line, "container-launch: ...: strerror(errno)" (no error text if errno is 0), and ends
 * the process with LAUNCH_FAILED. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

/* The capabilities of a container that asks for none. */
struct capability {
    const char *name;
    int number;
};
#define N_CAPABILITIES 14
extern const struct capability capabilities[N_CAPABILITIES];

/* Reads moby's profile, evaluates its conditions for this machine and the capabilities above, and
 * makes the filter that runc would load: unknown calls above the profile's highest are ENOSYS. */
struct sock_fprog profile_compile(const char *path, bool without_landlock);

/* Makes a root of our own in this mount namespace and enters it: an overlay over the host's files,
 * /proc, /sys, /dev, control groups, Docker's masked and read-only paths.  `work` is a host path that
 * must be there inside, at the same place.  Runs in the new namespaces of a container's first process. */
void rootfs_enter(const char *work, const char *hostname);
