/* One untrusted command in one box: policy in, outcome out.
 *
 * This library knows nothing of problems, languages or a judge's verdicts.  A `struct sandbox` is a
 * supervisor: it runs any number of boxes from one thread (epoll, pidfd, timerfd).  Every box gets
 * namespaces, a root, a uid, a control group, limits and a system call filter of its own and is dead,
 * unmounted and uncharged when its outcome is delivered.  Nothing survives from one box to the next.
 *
 * The thread that calls sandbox_new() must be the one that starts and steps boxes, and must live as
 * long as they do: its death kills them (PR_SET_PDEATHSIG).
 *
 * Errors: functions that can fail return 0 or a negative errno and fill in `err`.  A failure of ours
 * (no cgroup, no memory, a mount refused) is never part of an outcome that describes the command.  */
#ifndef MLJUDGE_SANDBOX_H
#define MLJUDGE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/error.h"

/* ---- tiers: how isolated a box is (README, "What the sandbox promises") ---- */

enum sandbox_tier {
    SANDBOX_TIER_NONE = 0,
    SANDBOX_TIER_LANDLOCK =
        1, /* neither: Landlock, a private uid where we are root, limits, sampling */
    SANDBOX_TIER_USERNS = 2, /* namespaces, no control group: limits and sampling */
    SANDBOX_TIER_FULL = 3,   /* namespaces and control group */
};

const char *sandbox_tier_name(enum sandbox_tier tier); /* "none" "landlock" "userns" "full" */
int sandbox_tier_parse(const char *name, enum sandbox_tier *ret); /* -EINVAL if unknown */

/* ---- policy ---- */

/* Which system calls a box may make; tables in sandbox/filter_table.c. */
enum sandbox_profile {
    SANDBOX_PROFILE_RUN = 0,   /* one process, threads allowed: C, C++, what is compiled */
    SANDBOX_PROFILE_PROCESSES, /* python + fork, wait, kill, ...: whole commands, `mljudge exec` */
    SANDBOX_PROFILE_COMPILE,   /* processes + what compilers and linkers need */
    SANDBOX_PROFILE_PYTHON,    /* run + event loops: CPython with NumPy */
    SANDBOX_PROFILE_NODE,      /* python + what node asks for */
    SANDBOX_PROFILE_JAVA,      /* python + what a Java virtual machine asks for: file locks, ... */
    SANDBOX_N_PROFILES
};

const char *sandbox_profile_name(enum sandbox_profile profile);         /* "run" "processes" ... */
int sandbox_profile_parse(const char *name, enum sandbox_profile *ret); /* -EINVAL if unknown */

enum sandbox_mount_kind {
    SANDBOX_MOUNT_READ_ONLY, /* host file or directory `source`, bound read-only (nosuid, nodev) */
    SANDBOX_MOUNT_EMPTY, /* an empty read-only directory: hides what an earlier mount shows there */
    SANDBOX_MOUNT_SYMLINK, /* target is a symbolic link to the text `source` */
};

struct sandbox_mount {
    enum sandbox_mount_kind kind;
    const char *source; /* host path (READ_ONLY), link text (SYMLINK), NULL (EMPTY) */
    const char *target; /* absolute path in the box; parents are made (0755, ours) */
    bool optional;      /* a missing `source` is no failure */
};

/* A regular file put into the working directory before the command starts.  It is a read-only copy
 * (0444, or 0555 if executable) that the box can neither write nor replace. */
struct sandbox_file {
    const char *name; /* one path component: no '/', not "." or "..", at most 255 bytes */
    int fd;           /* borrowed; readable, read from offset 0 with pread */
    bool executable;
};

/* A descriptor of ours that the command inherits under the number `target` (>= 3, < 64). */
struct sandbox_fd {
    int fd; /* borrowed */
    int target;
};

/* All limits are enforced by the kernel or by the supervisor, never by the command itself.
 * A limit of 0 means the default in brackets; -1 means unlimited where that makes sense (cpu, wall). */
struct sandbox_limits {
    int64_t cpu_us;       /* user + system of the whole box [10 s] */
    int64_t wall_us;      /* CLOCK_MONOTONIC [2 * cpu + 1 s] */
    int64_t memory_bytes; /* anonymous + page cache + kernel memory charged to the box [512 MiB] */
};

enum sandbox_output {
    SANDBOX_OUTPUT_CAPTURE = 0, /* keep the first keep_bytes, count the rest */
    SANDBOX_OUTPUT_RELAY, /* write everything to relay_fd (blocking), up to the output limit */
    SANDBOX_OUTPUT_NULL,
};

struct sandbox_stream {
    enum sandbox_output mode;
    size_t keep_bytes; /* CAPTURE: [64 KiB] */
    int relay_fd;      /* RELAY: borrowed */
};

struct sandbox_server; /* see "fork servers" below */

struct sandbox_policy {
    /* What runs: a copy of this server, if there is one.  Then argv and mounts are not used: the view is the
     * server's.  Ignored where a policy has more descriptors than a request can carry: the box starts cold. */
    struct sandbox_server *server;
    const char *const
        *argv;              /* NULL-terminated; argv[0] is a path in the box, or a name looked up in
                                the PATH of `env` by the box's init (the filter allows no probing) */
    const char *const *env; /* NULL-terminated, complete: nothing is inherited */
    enum sandbox_profile profile;
    const struct sandbox_mount *mounts; /* in order */
    size_t n_mounts;
    const struct sandbox_file *files;
    size_t n_files;
    const struct sandbox_fd *fds;
    size_t n_fds;

    /* standard streams: always pipes of ours (or /dev/null), never the caller's descriptors */
    int stdin_fd; /* -1: empty; else borrowed and relayed through a pipe */
    struct sandbox_stream out, err;

    /* The barrier.  If set, the box first runs under `prepare`; when it has written one byte to
     * descriptor ready_target the supervisor reads the counters, arms `run` from now (memory limit =
     * charged now + run.memory_bytes; peak counter reset where the kernel can) and writes one byte to
     * go_target.  usage.prepare and usage.run are then told apart.  Without it only `run` counts. */
    bool barrier;
    int ready_target, go_target;
    struct sandbox_limits prepare; /* [60 s CPU, 120 s wall, 2 GiB] */
    struct sandbox_limits run;

    int64_t
        output_bytes; /* stdout and stderr each: over it the box is killed (END_OUTPUT) [64 MiB] */
    int64_t file_bytes; /* RLIMIT_FSIZE [256 MiB] */
    int64_t
        work_bytes;   /* size of the tmpfs that holds /box (working directory) and /tmp [64 MiB] */
    int n_processes;  /* processes + threads of the box [RUN, PYTHON: 17, else 64] */
    int n_open_files; /* RLIMIT_NOFILE [256] */
    bool no_proc;     /* do not mount /proc */
    bool
        spare; /* another box of this view will follow: one is prepared ahead meanwhile, for whoever comes next.
                 * Tiers with namespaces */
    bool keep_work; /* hand out outcome.work_fd */
};

/* ---- outcome ---- */

enum sandbox_end {
    SANDBOX_END_EXITED = 0, /* exit_code */
    SANDBOX_END_SIGNALED,   /* signal; not a kill of ours */
    SANDBOX_END_CPU,        /* CPU limit */
    SANDBOX_END_WALL,       /* wall limit; idle tells whether it burned CPU */
    SANDBOX_END_MEMORY, /* the kernel's OOM killer struck in the box, or static data above the limit */
    SANDBOX_END_OUTPUT,    /* output limit */
    SANDBOX_END_FORBIDDEN, /* a loud system call or a foreign architecture; blocked[] tells */
    SANDBOX_END_CANCELLED, /* sandbox_cancel() */
    SANDBOX_END_NOT_STARTED, /* argv[0] could not be executed in the box: exec_errno (no failure of ours) */
};

/* A number that was not measured is -1. */
struct sandbox_usage {
    int64_t cpu_us;
    int64_t wall_us;
    int64_t memory_bytes; /* peak; in usage.run with a barrier: peak minus charged at ready, >= 0 */
};

struct sandbox_blocked {
    char name[32]; /* system call */
    char args[96]; /* e.g. "AF_INET, SOCK_STREAM, 0" */
    int64_t at_us; /* since the box started */
    int count;     /* how often, same name and args */
};

#define SANDBOX_MAX_BLOCKED 16

struct sandbox_captured {
    char *bytes; /* owned by the outcome; hostile, not NUL-terminated text */
    size_t n_kept;
    int64_t total_bytes;
};

struct sandbox_outcome {
    enum sandbox_end end;
    int exit_code;  /* EXITED */
    int signal;     /* SIGNALED */
    int exec_errno; /* NOT_STARTED */
    bool core_dumped;
    bool ready; /* the barrier was reached */
    bool warm;  /* the command was a copy of a fork server */
    bool idle;  /* WALL: used less than 10 % of one core */
    bool
        static_data; /* MEMORY: writable PT_LOAD + TLS of the program alone is above the limit; it never ran */
    int oom_kills;
    struct sandbox_usage prepare, run;
    int64_t
        tmpfs_bytes; /* in files of the working directory, /tmp and /dev/shm when the box was empty: charged to it
                          * like its own memory.  How it was at the peak nobody knows.  -1: not measured */
    int64_t
        involuntary_switches; /* a CPU was taken from one of the box's processes: counted over its
                                     whole life, of those that somebody waited for; -1: not told */
    int64_t
        kill_us; /* from our decision to end the box until it was empty; -1: it ended by itself */
    const char
        *cpu_source; /* static strings: "cgroup v1 cpuacct.usage", "cgroup v2 cpu.stat", ... */
    const char
        *memory_source; /* "cgroup v1 max_usage", "cgroup v2 memory.peak", ...; "(sampled)" in it:
                                  read every few milliseconds, so a short peak may be missed */
    const char *wall_source; /* "CLOCK_MONOTONIC" */
    struct sandbox_captured out, err;
    int stdin_errno; /* standard input broke: the command saw it end there; 0 = it did not */
    int relay_errno; /* relayed output was lost: the first failed write; 0 = none, and if the reader merely left */
    struct sandbox_blocked blocked[SANDBOX_MAX_BLOCKED];
    size_t n_blocked;
    bool listener; /* loud calls were told by user notification (else: plain kill or errno) */
    int work_fd; /* keep_work: the box's working directory after its death, opened before the command
                       started; -1 otherwise.  Everything in it is hostile: use sandbox_open_result() */
    struct landlock_box *work; /* private: what sandbox_outcome_done() removes from the disk */
    enum sandbox_tier tier;
};

void sandbox_outcome_init(struct sandbox_outcome *outcome);
void sandbox_outcome_done(
    struct sandbox_outcome *outcome); /* frees captures, closes work_fd; idempotent */

/* ---- supervisor ---- */

struct sandbox;
struct sandbox_box;

struct sandbox_options {
    enum sandbox_tier want; /* this tier and no other; NONE = the best there is */
    enum sandbox_tier
        need; /* -ENOTSUP if what there is (or what is wanted) is lower; NONE = whatever */
};

/* Finds the tier by trying, makes our cgroup subtree, prepares filters.  *ret is freed with sandbox_free().
 * -ENOTSUP: no tier available; err->text says what is missing and the command that mends it. */
int sandbox_new(struct sandbox **ret, const struct sandbox_options *options, struct error *err);

/* Kills what still runs, removes the cgroup subtree.  NULL is fine. */
void sandbox_free(struct sandbox *sandbox);

enum sandbox_tier sandbox_tier_of(const struct sandbox *sandbox);

/* What the tier at hand lacks against a perfect `full` and why it is not a higher one, one short sentence
 * each, NULL-terminated, owned by the sandbox (e.g. "memory.peak cannot be reset: kernel before 6.12"). */
const char *const *sandbox_missing(const struct sandbox *sandbox);

/* Called from sandbox_step() when a box is over.  r < 0: our failure, `err` says which step; the
 * outcome is then meaningless.  The outcome is owned by the callee from now on (outcome_done()). */
typedef void sandbox_done_fn(void *data, int r, struct sandbox_outcome *outcome,
                             const struct error *err);

/* Starts a box.  Everything in `policy` is read before the call returns; descriptors are borrowed
 * until then (relay_fd and stdin_fd until the box is over).  *ret (may be NULL) is valid until done(). */
int sandbox_start(struct sandbox *sandbox, const struct sandbox_policy *policy,
                  sandbox_done_fn *done, void *data, struct sandbox_box **ret, struct error *err);

/* Boxes started from now on run on this core only; -1 (as at the beginning): wherever the caller may.  On a core that
 * the caller itself may not use a box runs wherever it may. */
void sandbox_pin(struct sandbox *sandbox, int core);

void sandbox_cancel(struct sandbox *sandbox, struct sandbox_box *box);
void sandbox_cancel_all(struct sandbox *sandbox);

/* Waits for events up to timeout_ms (-1: for ever) and handles them.  Returns how many boxes still run. */
int sandbox_step(struct sandbox *sandbox, int timeout_ms, struct error *err);

/* Readable when sandbox_step() has something to do: for a caller's own event loop. */
int sandbox_epoll_fd(const struct sandbox *sandbox);

/* Start one, step until it is over.  `cancel_fd` (or -1): when readable the box is cancelled. */
int sandbox_run(struct sandbox *sandbox, const struct sandbox_policy *policy, int cancel_fd,
                struct sandbox_outcome *ret, struct error *err);

/* ---- fork servers ----
 *
 * A process that has done the start-up which many boxes begin with (an interpreter and its imports), in the view that
 * they are to have.  A box of a policy with `server` is a fresh box like any other (namespaces, control group, uid,
 * limits, filter), but its command is a copy of the server, which enters the box before it goes on.
 *
 * `policy` gives argv, env, mounts and no_proc.  The command finds its socket as descriptor 3 and a library,
 * SANDBOX_FORK_LIBRARY in its working directory.  When it has no further start-up to do it calls
 *     int mljudge_fork_serve(void)
 * which returns 1 in each copy and 0 when the server is to end.  It must be single-threaded then.  The copy does what is
 * to be done after a fork and before any input, and calls
 *     void mljudge_fork_enter(void)
 * which waits until the box is complete, enters it and gives up everything that a command is not to have.
 *
 * The server runs with the supervisor's privileges, because it makes boxes; nothing of a candidate may ever be
 * loaded in it.  It is not reachable from a box: another pid namespace, no descriptor, not dumpable. */

#define SANDBOX_FORK_LIBRARY "mljudge-fork.so"

/* Waits for the view, not for the command's start-up: boxes may be started at once.  A negative errno: there is none here,
 * err says why (-ENOTSUP: this tier has none). */
int sandbox_server_start(struct sandbox *sandbox, const struct sandbox_policy *policy,
                         struct sandbox_server **ret, struct error *err);
/* False: it has ended, or cannot be trusted to be single-threaded any more.  Boxes that it has made go on. */
bool sandbox_server_is_alive(const struct sandbox_server *server);
int64_t sandbox_server_n_answered(const struct sandbox_server *server); /* boxes made so far */
pid_t sandbox_server_pid(const struct sandbox_server *server); /* or of its namespace's init */
/* Ends it.  Boxes that it has made go on, and those that wait for it, if it made any before and answers within a second;
 * else they fail.  NULL is fine. */
void sandbox_server_free(struct sandbox_server *server);

/* Opens a file that a box left, beneath work_fd: regular files only, no links followed, never blocks,
 * at most max_bytes long.  Returns a read-only descriptor the caller closes, or -errno:
 * -ENOENT, -ELOOP (a link), -EINVAL (not a regular file), -EFBIG. */
int sandbox_open_result(int work_fd, const char *name, int64_t max_bytes, struct error *err);

#endif
