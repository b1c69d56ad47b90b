/* Inside the doctor's probes: one file a subject, each adding features to the diagnosis. */
#ifndef MLJUDGE_PROBE_H
#define MLJUDGE_PROBE_H

#include "sandbox/doctor.h"

struct probe {
    struct sandbox_feature *features;
    size_t n;
    enum sandbox_tier best; /* that a box ran in */
    bool is_root;
    bool is_container; /* a container's root is not the machine's: other advice */
};

/* `advice` is kept only if the state is not OK. */
void probe_add(struct probe *p, enum sandbox_area area, const char *name,
               enum sandbox_feature_state state, const char *advice, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Another `brief` than its name for the feature added last. */
void probe_brief(struct probe *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Runs fn in a child; returns 0 or the errno it returned.  A child that a signal ended counts as ENOSYS: some
 * filter around us killed it. */
int probe_in_child(int (*fn)(void));

/* First line of a small file; false if it cannot be read. */
bool probe_line(const char *path, char *text, size_t size);
/* The number a small file begins with; -1 if there is none. */
long probe_number(const char *path);

void probe_cgroup(struct probe *p);     /* probe_cgroup.c */
void probe_namespaces(struct probe *p); /* probe_namespaces.c */
void probe_filters(struct probe *p);    /* probe_filters.c: seccomp, Landlock */
void probe_host(struct probe *p);       /* probe_host.c */
void probe_noise(struct probe *p);      /* probe_noise.c */

/* ---- parsers, exported for tests ---- */

/* The share of all time since boot that other machines took, in percent; -1: not told. `text`: /proc/stat. */
double probe_steal_percent(const char *text);
/* KiB of swap in use. `text`: /proc/swaps; -1: no swap at all. */
long probe_swap_kib(const char *text);
/* Is "libseccomp X.Y.Z" at least the version given? */
bool probe_version_at_least(const char *text, int major, int minor, int patch);

/* What keeps user namespaces from us: the settings that can, as found (-1: no such setting). */
struct userns_settings {
    long apparmor, max, clone;
};
/* The advice for a user namespace that failed with `error`; at_proc: only its /proc could not be mounted. */
const char *probe_userns_advice(bool at_proc, int error, const struct userns_settings *found,
                                bool is_container);

#endif
