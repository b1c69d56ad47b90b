/* Inside libsandbox: the supervisor, its boxes, and which file does what to them. */
#ifndef MLJUDGE_SANDBOX_INTERNAL_H
#define MLJUDGE_SANDBOX_INTERNAL_H

#include <sys/types.h>

#include "sandbox/box_config.h"
#include "sandbox/cgroup.h"
#include "sandbox/landlock.h"
#include "sandbox/procs.h"
#include "sandbox/sandbox.h"

/* What an epoll event is about.  A box is freed only after its batch of events (sandbox_step()). */
enum source_kind {
    SOURCE_TIMER,
    SOURCE_CONTROL, /* messages of box-init */
    SOURCE_LIFE,    /* pidfd of box-init: the box is empty */
    SOURCE_OUT,
    SOURCE_ERR,
    SOURCE_STDIN_FROM, /* the caller's descriptor has something */
    SOURCE_STDIN_TO,   /* the box's pipe has room */
    SOURCE_READY,
    SOURCE_LISTENER,
    N_SOURCES,
    SOURCE_SERVER, /* a fork server's replies; not of a box */
};

struct source {
    enum source_kind kind;
    int fd; /* -1: closed */
    struct sandbox_box *box;
};

enum box_state {
    BOX_SETTING_UP, /* box-init builds the box */
    BOX_PREPARING,  /* the command runs, the barrier is not reached */
    BOX_RUNNING,
    BOX_ENDING,  /* killed, or the command is over: waiting until the box is empty */
    BOX_OVER,    /* done() is to be called */
    BOX_WAITING, /* a spare: no command yet */
};

struct sandbox_box {
    struct sandbox *sandbox;
    struct sandbox_box *next;
    sandbox_done_fn *done;
    void *data;
    enum box_state state;
    unsigned slot;

    /* of the policy */
    bool barrier, keep_work;
    bool ready_early; /* the ready byte came before box-init's `started` */
    struct sandbox_limits prepare, run;
    int64_t output_bytes;
    struct sandbox_stream streams[2];

    /* the box */
    struct cgroup cgroup;
    pid_t pid;                     /* of box-init; 0: over, or not told by the server yet */
    struct sandbox_server *server; /* that has been asked for it and has not answered; NULL: none */
    struct sandbox_box *next_waiting; /* for the same server */
    struct sandbox_server *maker;     /* that has made its process */
    char *place;                      /* of a spare: what it is for, launch_describe(); owned */
    size_t place_size;
    struct source sources[N_SOURCES];
    int go_fd;
    bool listener;
    unsigned n_notified;

    /* stdin relay */
    char *in_bytes;
    size_t in_used, in_sent;
    bool in_is_file; /* regular file: epoll will not have it, it is always readable */

    /* clocks: CLOCK_MONOTONIC and the group's CPU, in ns */
    int64_t start_ns, ready_ns, end_ns;
    int64_t start_cpu_ns, ready_cpu_ns;
    int64_t init_start_cpu_ns,
        init_cpu_ns; /* box-init's own at start and when the command had exited;
                                               0: not told */
    int64_t
        teardown_cpu_ns; /* what box-init's end cost: charged to the group, not to the command */
    int64_t ready_memory;
    bool peak_was_reset;
    int64_t wall_deadline_ns, cpu_check_ns; /* 0: none */
    int64_t wall_extra_ns;                  /* already given to a box that waited for a CPU */
    int64_t kill_ns, empty_ns; /* when we decided to end it; when it was empty; 0: not */

    /* without a control group */
    struct landlock_box landlock;
    struct meter_samples {
        int64_t cpu_ns;       /* at the last look */
        int64_t memory_bytes; /* at the last look */
        int64_t peak_bytes;   /* the largest look since the start or `ready` */
        int64_t shared_bytes; /* of files and shared memory, resident, at the last look */
        int64_t children_cpu_ns, children_peak_bytes; /* told by box-init at the end; -1: not */
    } samples;
    int disk_fd; /* a directory of the box's tmpfs; -1: none */
    unsigned n_looks;

    /* what happened, as we saw it */
    bool hit_cpu, hit_wall, hit_memory, hit_output, is_forbidden, is_cancelled, static_data;
    bool has_exited, not_executed;
    int status;

    struct sandbox_outcome outcome;
    struct error error; /* our failure */
};

struct sandbox {
    enum sandbox_tier tier;
    struct cgroup_root cgroups;
    int epoll_fd, timer_fd, null_fd;
    int init_fd;  /* sealed memfd: box-init */
    int guard_fd; /* write end of the guard's pipe; -1: not started */
    struct guard_launch *guard;
    struct source timer;
    int64_t timer_ns; /* what timer_fd is set to; 0: nothing */
    int n_cores;
    int core; /* of the boxes to come; -1: any */
    bool can_listen;
    bool has_swept;       /* the dead's groups, once */
    bool has_noted_group; /* what our first group told of the machine */
    struct sandbox_box *boxes;
    unsigned n_boxes, next_slot;
    struct sandbox_server *servers;
    struct sandbox_box *spares; /* spare.c; not among `boxes` */
    char missing_text[16][256];
    const char *missing[17];

    /* who we are, and who a box is */
    bool is_root;
    uint32_t uid_base; /* of private uids, where we are root */
    int landlock_abi;
};

int64_t now_ns(void);

/* Sets the supervisor's timer to the next deadline of its boxes. */
void arm_timer(struct sandbox *s);

/* ---- tier.c ---- */

/* Finds the tier and fills in what belongs to it, and `missing`. */
int tier_choose(struct sandbox *s, const struct sandbox_options *options, struct error *err);

/* Can a user namespace of ours have the other namespaces, a tmpfs and a /proc?  0 or -errno, the step in
 * *ret_step. */
int tier_try_userns(const char **ret_step);
bool tier_has_capability(int capability); /* effective */
void tier_note_group(struct sandbox *s);  /* after the first group was made */

/* ---- meter.c: CPU and memory of a box, by its control group or by looking at its processes ---- */
/* Before the two below; costs nothing under a control group.  An error: we cannot look. */
int meter_look(struct sandbox_box *box, struct error *err);
int64_t meter_cpu_ns(const struct sandbox_box *box);
bool meter_memory_is_over(
    const struct sandbox_box *box); /* the limit is passed: the box is to be ended */
int meter_pass_barrier(struct sandbox_box *box,
                       struct error *err); /* counters at `ready`, limits of the run */
void meter_end(struct sandbox_box *box, int64_t *ret_cpu_ns, int64_t *ret_peak_bytes);
int64_t meter_tmpfs_bytes(const struct sandbox_box *box); /* in files of the box; -1: not known */
const char *meter_cpu_source(const struct sandbox_box *box);
const char *meter_memory_source(const struct sandbox_box *box);
bool meter_is_sampled(const struct sandbox_box *box);
int64_t meter_data_limit(int64_t memory_bytes);          /* RLIMIT_DATA for a memory limit */
int64_t meter_data_most(const struct sandbox_box *box);  /* the largest that will be set */
int64_t meter_stack_most(const struct sandbox *sandbox); /* of any box */
int64_t meter_stack_limit(const struct sandbox_box *box);

/* ---- supervisor.c ---- */
int watch(struct sandbox_box *box, enum source_kind kind, int fd, uint32_t events,
          struct error *err);
void unwatch(struct sandbox_box *box, enum source_kind kind); /* closes it, too */

/* ---- launch.c ---- */

/* The ends that the command gets; all are closed by the caller after the launch. */
struct launch_fds {
    int ctl;
    int stdio[3];
    int ready, go; /* -1 without a barrier */
};

/* Starts box-init.  *ret_pidfd is readable when the box is empty. */
int launch_box(struct sandbox_box *box, const struct sandbox_policy *policy,
               const struct launch_fds *fds, pid_t *ret_pid, int *ret_pidfd, struct error *err);
struct block;
/* What the place of a box is made of, as bytes: boxes of equal ones may stand in for each other. */
void launch_describe(struct block *ret, const struct sandbox *s,
                     const struct sandbox_policy *policy);
/* A box without a command yet, and later what it is to run.  (launch_box() does both at once.) */
int launch_place(struct sandbox_box *box, const struct sandbox_policy *policy, int ctl,
                 pid_t *ret_pid, int *ret_pidfd, struct error *err);
int launch_order(struct sandbox_box *box, const struct sandbox_policy *policy,
                 const struct launch_fds *fds, struct error *err);
uid_t launch_private_uid(const struct sandbox_box *box);   /* (uid_t)-1: it has none of its own */
bool launch_uid_is_private(const struct sandbox_box *box); /* nobody else on this machine has it */
int launch_load_init(struct error *err);                   /* box-init in a sealed memfd */
/* A program that the library carries, in a sealed memfd >= BOX_MIN_FD. */
int launch_load(const char *name, const char *bytes, const char *end, struct error *err);
/* Starts a fork server, which gets `socket` and has `stdio`; see server.c. */
int launch_server(struct sandbox *s, const struct sandbox_policy *policy,
                  const struct landlock_box *landlock, int socket, const int stdio[3],
                  pid_t *ret_pid, int *ret_pidfd, struct error *err);
/* Of a process in a new user namespace: "INSIDE OUTSIDE COUNT\n" lines, the same for uids and gids. */
int launch_write_maps(pid_t pid, const char *lines, bool deny_setgroups); /* 0 or -errno */
/* The same program as the guard of `sandbox`; sets guard_fd. */
int launch_guard(struct sandbox *sandbox, struct error *err);
void launch_guard_once(struct sandbox *sandbox);    /* unless there is one, or nothing to guard */
void launch_guard_reap(struct guard_launch *guard); /* the process that started it */
void launch_guard_done(struct guard_launch *guard); /* waits until it is on its own */
int fd_raise(int fd, struct error *err); /* moves it to BOX_MIN_FD or above; closes the old one */

/* ---- box.c ---- */
void box_on_event(struct sandbox_box *box, enum source_kind kind, uint32_t events);
void box_on_time(struct sandbox_box *box, int64_t now);
int64_t box_deadline(const struct sandbox_box *box); /* 0: none */
void box_kill(struct sandbox_box *box);
bool box_ask(const struct sandbox_box *box,
             const struct box_request *request); /* no control group */
void box_free(struct sandbox_box *box);
struct sandbox_box *box_new_spare(struct sandbox *s,
                                  const struct sandbox_policy *policy); /* or NULL */
void box_judge(struct sandbox_box *box); /* fills in the outcome after the end */

/* ---- server.c ---- */
struct launch_child;
/* Asks for a box: box->pid comes later (server_wait(), or by an event). */
int server_ask(struct sandbox_server *server, struct sandbox_box *box,
               const struct launch_child *child, uint64_t clone_flags, int cgroup_fd,
               struct error *err);
bool server_can_carry(const struct sandbox_policy *policy);
const struct landlock_box *server_landlock(const struct sandbox_server *server);
void server_wait(struct sandbox_box *box);        /* until it has its process, or has failed */
void server_break(struct sandbox_server *server); /* ends it; boxes that wait fail */
void server_break_all(struct sandbox *sandbox);
/* The box, which waits for it, is cancelled: ends it if nobody else waits. */
void server_give_up(struct sandbox_server *server);
void server_on_event(struct source *source);
void server_leave(struct sandbox_server *server); /* a box that it has made is no more */

/* ---- spare.c ---- */
struct sandbox_box *spare_take(struct sandbox *s,
                               const struct sandbox_policy *policy); /* or NULL */
void spare_prepare(struct sandbox *s,
                   const struct sandbox_policy *policy); /* another, if there is none */
void spare_lost(struct sandbox_box *box);
void spares_sweep(struct sandbox *s); /* those that are lost; not among a batch of events */
void spares_free(struct sandbox *s);

/* ---- orphans.c ---- */
void orphans_kill(unsigned uid); /* everything that has this uid, which is the box's alone */

/* ---- output.c ---- */
void output_read(struct sandbox_box *box, enum source_kind kind);
void output_drain(struct sandbox_box *box); /* after the end: what is still in the pipes */
int input_start(struct sandbox_box *box, int stdin_fd, int pipe_fd, struct error *err);
void input_from(struct sandbox_box *box);
void input_to(struct sandbox_box *box, uint32_t events);
ssize_t write_quietly(int fd, const void *bytes, size_t n);

/* ---- notify.c ---- */
void notify_read(struct sandbox_box *box);
void notify_add(struct sandbox_box *box, const char *name, const char *args, int64_t at_ns);

/* ---- elf.c ---- */

/* Writable static memory (PT_LOAD and PT_TLS, as the kernel and libc will map it) that the program of
 * this policy needs, or -1 if it cannot be told. */
int64_t elf_static_bytes(const struct sandbox_policy *policy);
int64_t elf_static_bytes_of(int fd); /* of hostile bytes */

#endif
