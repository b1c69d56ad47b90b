/* Looking at a box's processes through /proc: what the tiers without a control group know of memory and CPU.
 *
 * `init` is box-init's pid as this process sees it.  Everything beneath it (children of children too, found
 * through /proc/PID/task/TID/children, else by scanning /proc for parents) belongs to the box; box-init
 * itself does not count, but the CPU of those it has waited for does (orphans).  Zombies count as processes.
 * Processes that are one memory map (a child of vfork() and its parent) count its memory once.
 *
 * Text in /proc is the kernel's, except process names, which are a candidate's bytes (newlines, parentheses):
 * parsers take it as hostile and are fuzzed. */
#ifndef MLJUDGE_PROCS_H
#define MLJUDGE_PROCS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct procs_sample {
    int n_processes;
    int n_threads;
    int64_t
        cpu_ns; /* user + system of the living (their CPU clocks) and of children they waited for */
    int64_t anon_bytes;   /* RssAnon, sum; pages shared after a fork count once a process */
    int64_t shared_bytes; /* RssFile + RssShmem, sum */
    int64_t peak_bytes;   /* VmHWM of the largest process */
    int64_t data_bytes;   /* VmData of the largest process: what RLIMIT_DATA counts */
};

/* One look.  0, or -ENOENT if nothing of the box is alive (ret is all 0), or another -errno.  Processes may
 * come and go meanwhile: one that vanishes is skipped. */
int procs_look(pid_t init, struct procs_sample *ret);

/* Resets VmHWM of every process of the box (writes 5 to /proc/PID/clear_refs).  False if one could not be. */
bool procs_reset_peak(pid_t init);

/* For tests: look as on a kernel without /proc/PID/task/TID/children. */
extern bool procs_no_children_files;

/* ---- parsers, exported for tests and fuzzing; `text` is NUL-terminated ---- */

struct procs_status {
    int64_t anon_bytes, file_bytes, shmem_bytes, peak_bytes, data_bytes; /* -1: no such line */
    int n_threads;
};
void procs_parse_status(const char *text, struct procs_status *ret); /* /proc/PID/status */

struct procs_stat {
    pid_t parent;
    char state;
    int64_t cpu_ticks;        /* utime + stime */
    int64_t waited_cpu_ticks; /* cutime + cstime */
    int n_threads;
};
bool procs_parse_stat(const char *text,
                      struct procs_stat *ret); /* /proc/PID/stat; false: not such a line */

/* The next pid in a `children` list; 0 at its end.  *at is moved on. */
pid_t procs_next_child(const char **at);

#endif
