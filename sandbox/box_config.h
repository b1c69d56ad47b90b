/* What the supervisor tells box-init, and what box-init tells the supervisor.
 *
 * The configuration is one flat block in a sealed memfd, which box-init finds as its descriptor 0:
 * a struct box_config, then whatever its offsets point to (from the block's start, 8-byte aligned).
 * Both ends come from the same build, so there is no version.  Descriptor numbers in it are those of
 * the process that box-init becomes; all are >= BOX_MIN_FD, so that none is in the way of a number
 * that the command is to have. */
#ifndef MLJUDGE_BOX_CONFIG_H
#define MLJUDGE_BOX_CONFIG_H

#include <stdint.h>

#define BOX_MIN_FD      64 /* policy: sandbox_fd.target < 64 */
#define BOX_MAX_TASKS   4  /* version 1 hierarchies to join */
#define BOX_MAX_RLIMITS 16
#define BOX_MAX_GUARDED 4 /* directories that hold our control groups */

#define BOX_PROBE_UID 65534 /* of a process that stands in for a command, where we are root */

/* A box prepared ahead (BOX_SPARE) is given only its place at first: control group, uids, mounts.  The order follows on
 * ctl_fd: one byte, and with it the descriptors of the whole configuration and of what that refers to; the i-th of the
 * latter is BOX_ORDER_BASE + i in it.  So many that what is received lies below BOX_MIN_FD. */
#define BOX_ORDER_FDS  48
#define BOX_ORDER_BASE 0x10000

#define SANDBOX_CORES_MAX 1024 /* CPU_SETSIZE; boxes are not put on cores beyond */

enum box_mode {
    BOX_MODE_INIT = 1,
    BOX_MODE_GUARD = 2,
    BOX_MODE_SERVER = 3, /* builds the view, then executes the command itself: a fork server */
};

enum box_flag {
    BOX_NO_PROC = 1 << 0,
    BOX_KEEP_WORK = 1 << 1,   /* a descriptor of the working directory is sent with `started` */
    BOX_FEW_DEVICES = 1 << 2, /* /dev has null and urandom only */
    BOX_LISTENER = 1 << 3,    /* try the filter with a listener first */
    BOX_USERNS = 1 << 4,      /* in a user namespace: become init_uid first */
    BOX_NO_NAMESPACES =
        1 << 5, /* landlock: no mounts, no pid namespace; work_path is the directory */
    BOX_NO_CGROUP =
        1 << 6, /* tell CPU and memory at the end; end the box when asked to, or left alone */
    BOX_UNPRIVILEGED =
        1 << 7, /* an ordinary user's: what needs privileges is not possible, nor needed */
    BOX_SHARED_UID = 1 << 8, /* box_uid may be somebody else's, too */
    BOX_FORKED = 1 << 9,     /* our child is there and becomes the command: no execve, enter_fd */
    BOX_SPARE = 1 << 11,     /* wait for an order when the place is ready */
    BOX_TEMPLATE =
        1 << 10, /* the view is there, a fork server's; only what is the box's own is mounted */
};

struct box_mount {
    uint32_t kind; /* enum sandbox_mount_kind */
    uint32_t optional;
    uint32_t source; /* offset of a string; 0 = none */
    uint32_t target; /* offset of a string */
};

struct box_file {
    int32_t fd;
    uint32_t executable;
    uint32_t name; /* offset of a string */
};

struct box_fd {
    int32_t fd, target;
};

struct box_rlimit {
    int32_t resource;
    int32_t unused;
    uint64_t soft, hard; /* box-init lowers both to the hard limit it already has */
};

struct box_filter {
    uint32_t program; /* offset of struct sock_filter[n] */
    uint32_t n;
};

struct box_guard {
    int32_t pipe_fd;                  /* end of file: the supervisor is gone */
    int32_t parents[BOX_MAX_GUARDED]; /* cgroup directories */
    uint32_t n_parents;
    uint32_t version; /* of the hierarchy: 1 or 2; 0: directories on disk, not control groups */
    uint32_t prefix;  /* offset: names of what is ours begin so */
    uint32_t leaf;    /* offset: version 2, the leaf the supervisor moved to; 0 = none */
    uint32_t disable; /* offset: what to write to cgroup.subtree_control; 0 = nothing */
};

struct box_config {
    uint32_t mode; /* enum box_mode */
    uint32_t flags;
    int32_t ctl_fd;
    int32_t stdio[3];
    int32_t enter_fd[2]; /* BOX_FORKED: ends of box-init and of its child; struct box_entered */
    int32_t tasks[BOX_MAX_TASKS];
    uint32_t n_tasks;
    int32_t core; /* of the command; -1: any */
    uint32_t box_uid, init_uid;
    uint32_t root_size, root_inodes; /* offsets: tmpfs options as text */
    uint32_t n_mounts, mounts;
    uint32_t n_files, files;
    uint32_t n_fds, fds;
    uint32_t n_argv, argv; /* offset of uint64_t[n + 1]: offsets of strings, then 0 */
    uint32_t n_env, env;
    uint32_t n_rlimits;
    struct box_rlimit rlimits[BOX_MAX_RLIMITS];
    struct box_filter filter, filter_with_listener;
    struct box_filter filter_extra; /* n == 0: none */
    int32_t ruleset_fd;             /* Landlock; -1: none */
    uint32_t hole;                  /* offset of a defence's name (sandbox/hole.h); 0: none */
    uint32_t work_path;             /* offset; BOX_NO_NAMESPACES */
    struct box_guard guard;
};

/* What a forked child tells box-init when it has become the command, all but the last step: it waits for a byte. */
struct box_entered {
    int32_t pid;
    int32_t error;    /* of the step `what`; positive errno; 0: none */
    int32_t listener; /* descriptor in that process, or -1 */
    int32_t unused;
    int64_t cpu_ns, start_ns; /* as in struct become */
    char what[64];
};

/* What the supervisor asks of box-init where there is no control group. */
enum box_request_type {
    BOX_KILL = 1,
    /* end the box */ BOX_LIMIT /* set RLIMIT_DATA of the command; BOX_LIMITED is the answer */
};

struct box_request {
    uint32_t type;
    uint32_t unused;
    uint64_t data_bytes;
};

enum box_message_type {
    BOX_FAILED = 1,   /* our failure: what, error; nothing of the command ran */
    BOX_NOT_EXECUTED, /* execve of the command: error */
    BOX_STARTED, /* at_ns, base_cpu_ns, command_cpu_ns, own_cpu_ns (before the clone); descriptors: work directory, listener, as flags tell */
    BOX_SERVING, /* a fork server's: all is there, its program is executed next */
    BOX_LIMITED, /* error: 0 or a positive errno */
    BOX_EXITED, /* at_ns, own_cpu_ns, status of the command as wait() gives it; BOX_NO_CGROUP: children_* */
};

struct box_message {
    uint32_t type;
    int32_t error; /* positive errno */
    int32_t status;
    uint32_t flags; /* BOX_KEEP_WORK, BOX_LISTENER: which descriptors come along, in this order */
    int64_t at_ns;  /* CLOCK_MONOTONIC */
    int64_t base_cpu_ns; /* CPU charged to the control group before the command's execve */
    int64_t own_cpu_ns; /* that box-init has used so far: what it uses from now on is its own end */
    int64_t command_cpu_ns;      /* STARTED: that the command's process used before its execve */
    int64_t children_cpu_ns;     /* all processes of the box, dead and waited for */
    int64_t children_peak_bytes; /* resident set of the largest one */
    char what[192];
};

#endif
