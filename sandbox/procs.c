/* Looking at a box's processes.
 *
 * A look walks from box-init downwards.  Each process is opened as a directory, /proc/PID, and everything is
 * read through that descriptor: it stays with the process and does not follow its number to another one.  What
 * takes a number (CPU clock, prlimit) is asked between two such reads.  A parent is read before its children
 * are listed, so that a child that is waited for meanwhile is missed by this look, never counted twice.
 *
 * The leader of a process may have ended while its other threads live on: /proc/PID then tells nothing of
 * memory, /proc/PID/task/TID does. */
#include "sandbox/procs.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/util.h"

#define MAX_PROCESSES 4096 /* a look at more ends here */
#define MAX_THREADS   8192 /* lists of children read in one look */
#define MAX_RESCANS   4    /* of box-init's children, when something vanished meanwhile */

/* status holds the list of supplementary groups, before the lines that matter: room for some thousand. */
#define STATUS_SIZE 32768
#define STAT_SIZE   2048
#define LIST_SIZE   4096

bool procs_no_children_files;

/* ---- one process ---- */

struct process {
    pid_t pid;
    int dir; /* /proc/PID */
    struct procs_stat stat;
};

/* As processes vanish: /proc says either. */
static bool is_gone(int r)
{
    return r == -ENOENT || r == -ESRCH;
}

/* The text's length, or -errno; an empty file is one of a process that vanished. */
static int read_text(int dir, const char *name, char *text, size_t size)
{
    auto_fd int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t n = read(fd, text, size - 1);
    if (n <= 0)
        return n < 0 ? -errno : -ESRCH;
    text[n] = 0;
    return (int)n;
}

static int read_stat(struct process *process)
{
    char text[STAT_SIZE];
    int n = read_text(process->dir, "stat", text, sizeof text);
    if (n < 0)
        return n;
    return procs_parse_stat(text, &process->stat) ? 0 : -EIO;
}

static bool leader_is_dead(const struct process *process)
{
    return process->stat.state == 'Z' || process->stat.state == 'X';
}

static bool is_alive(const struct process *process)
{
    return !leader_is_dead(process) || process->stat.n_threads > 1;
}

static void process_close(struct process *process)
{
    if (process->dir >= 0)
        close(process->dir);
    process->dir = -1;
}

/* -ENOENT, -ESRCH: there is no such process.  -EACCES: there is, and /proc hides it (hidepid). */
static int process_open(struct process *ret, int proc, pid_t pid)
{
    char name[16];
    snprintf(name, sizeof name, "%d", pid);
    *ret = (struct process){.pid = pid};
    ret->dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (ret->dir < 0 && errno == ENOENT && (kill(pid, 0) == 0 || errno == EPERM)) {
        ret->dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (ret->dir < 0 && errno == ENOENT)
            return -EACCES;
    }
    if (ret->dir < 0)
        return -errno;
    int r = read_stat(ret);
    if (r < 0)
        process_close(ret);
    return r;
}

/* Calls fn for every thread until it returns something other than 0; returns that, or -errno.  A thread that
 * vanished is passed over. */
typedef int thread_fn(void *data, const struct process *process, pid_t tid);

static int each_thread(const struct process *process, thread_fn *fn, void *data)
{
    int fd = openat(process->dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return -ENOMEM;
    }
    int r = 0;
    for (struct dirent *e; r == 0 && (e = readdir(dir));) {
        const char *at = e->d_name;
        pid_t tid = procs_next_child(&at);
        if (tid > 0)
            r = fn(data, process, tid);
        if (is_gone(r))
            r = 0;
    }
    closedir(dir);
    return r;
}

/* ---- children ---- */

typedef int visit_fn(void *data, struct process *process);

struct born {
    pid_t pid, parent;
};

struct look {
    int proc; /* /proc */
    pid_t init;
    pid_t pids[MAX_PROCESSES]; /* found so far; those that turned out not to be ours included */
    int n;
    int n_lists;       /* lists of children read */
    bool has_vanished; /* a process did: its children are box-init's now */
    bool by_scan;      /* there are no such lists: `all` is used */
    struct born *all;  /* every process of the machine */
    size_t n_all, size_all;
};

static bool is_known(const struct look *look, pid_t pid)
{
    if (pid == look->init)
        return true;
    for (int i = 0; i < look->n; i++)
        if (look->pids[i] == pid)
            return true;
    return false;
}

static void add(struct look *look, pid_t pid)
{
    if (look->n < MAX_PROCESSES && !is_known(look, pid))
        look->pids[look->n++] = pid;
}

/* Adds the children of one thread.  A number may be cut in two by the end of the buffer. */
static int list_thread(void *data, const struct process *process, pid_t tid)
{
    struct look *look = data;
    char name[48], text[LIST_SIZE];
    if (look->n == MAX_PROCESSES || look->n_lists == MAX_THREADS)
        return 1;
    look->n_lists++;
    snprintf(name, sizeof name, "task/%d/children", tid);
    auto_fd int fd = openat(process->dir, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t used = 0;
    for (;;) {
        ssize_t n = read(fd, text + used, sizeof text - 1 - used);
        if (n < 0)
            return -errno;
        used += (size_t)n;
        text[used] = 0;
        char *space = strrchr(text, ' ');
        if (n > 0 && !space)
            return -EIO; /* the kernel ends each number with one */
        const char *at = text;
        size_t whole = n > 0 ? (size_t)(space - text) : used;
        char after = text[whole];
        text[whole] = 0;
        for (pid_t pid; (pid = procs_next_child(&at)) > 0;)
            add(look, pid);
        if (n == 0)
            return 0;
        text[whole] = after;
        used -= whole;
        memmove(text, text + whole, used);
    }
}

/* Kernels without CONFIG_PROC_CHILDREN. */
static int scan(struct look *look)
{
    int fd = openat(look->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        int r = -errno;
        if (fd >= 0)
            close(fd);
        return r;
    }
    int r = 0;
    look->n_all = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        const char *at = e->d_name;
        struct process process;
        pid_t pid = procs_next_child(&at);
        if (pid == 0 || process_open(&process, look->proc, pid) < 0)
            continue; /* it vanished, or another user's are hidden */
        process_close(&process);
        if (look->n_all == look->size_all) {
            size_t size = look->size_all ? 2 * look->size_all : 1024;
            struct born *more = realloc(look->all, size * sizeof *more);
            if (!more) {
                r = -ENOMEM;
                break;
            }
            look->all = more;
            look->size_all = size;
        }
        look->all[look->n_all++] = (struct born){pid, process.stat.parent};
    }
    closedir(dir);
    return r;
}

static int list_children(struct look *look, const struct process *process)
{
    if (look->by_scan) {
        for (size_t i = 0; i < look->n_all; i++)
            if (look->all[i].parent == process->pid)
                add(look, look->all[i].pid);
        return 0;
    }
    int r = process->stat.n_threads > 1 ? each_thread(process, list_thread, look)
                                        : list_thread(look, process, process->pid);
    look->has_vanished |= is_gone(r);
    return r > 0 || is_gone(r) ? 0 : r;
}

static bool has_lists(const struct process *process)
{
    char name[48];
    snprintf(name, sizeof name, "task/%d/children", process->pid);
    return !procs_no_children_files && faccessat(process->dir, name, F_OK, 0) == 0;
}

/* ---- the walk ---- */

/* Box-init's children; what else there is follows from them. */
static int list_first(struct look *look, const struct process *init)
{
    int r = look->by_scan ? scan(look) : 0;
    return r < 0 ? r : list_children(look, init);
}

static int visit_one(struct look *look, pid_t pid, visit_fn *visit, void *data)
{
    struct process process;
    int r = process_open(&process, look->proc, pid);
    if (r < 0)
        return r;
    /* Otherwise the number is another's by now. */
    r = is_known(look, process.stat.parent) ? visit(data, &process) : -ESRCH;
    if (r == 0)
        r = list_children(look, &process);
    process_close(&process);
    return r;
}

/* Visits every process beneath init, parents first.  A visit that returns -ENOENT or -ESRCH says that the
 * process vanished; any other failure ends the walk. */
static int walk(pid_t init, struct procs_stat *ret_init, visit_fn *visit, void *data)
{
    assert(init > 0);
    auto_fd int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        return -errno;
    struct process top;
    int r = process_open(&top, proc, init);
    if (r < 0)
        return r == -ESRCH ? -ENOENT : r;
    if (ret_init)
        *ret_init = top.stat;
    struct look look;
    look.proc = proc;
    look.init = init;
    look.n = look.n_lists = 0;
    look.has_vanished = false;
    look.by_scan = !has_lists(&top);
    look.all = NULL;
    look.n_all = look.size_all = 0;
    r = list_first(&look, &top);
    for (int i = 0, n_rescans = 0; r == 0; i++) {
        if (i == look.n) {
            if (!look.has_vanished || n_rescans++ == MAX_RESCANS)
                break;
            look.has_vanished = false;
            r = list_first(&look, &top);
            if (r < 0 || i == look.n)
                break;
        }
        r = visit_one(&look, look.pids[i], visit, data);
        if (is_gone(r)) {
            look.has_vanished = true;
            r = 0;
        }
    }
    free(look.all);
    process_close(&top);
    return r;
}

/* ---- one look ---- */

static int64_t ns_of_ticks(int64_t ticks)
{
    return ticks * (1000000000 / sysconf(_SC_CLK_TCK));
}

/* The CPU clock of the whole process, ended threads included, by its number (clock_getcpuclockid(3)). */
static int64_t cpu_ns_of(const struct process *process)
{
    struct timespec t;
    clockid_t clock = (clockid_t)(~(unsigned)process->pid << 3 | 2);
    if (clock_gettime(clock, &t) < 0)
        return ns_of_ticks(process->stat.cpu_ticks);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int read_status(int dir, const char *name, struct procs_status *ret)
{
    char text[STATUS_SIZE];
    int n = read_text(dir, name, text, sizeof text);
    if (n < 0)
        return n;
    procs_parse_status(text, ret);
    return ret->anon_bytes < 0 && n == STATUS_SIZE - 1 ? -EOVERFLOW : 0;
}

static int read_thread_status(void *data, const struct process *process, pid_t tid)
{
    struct procs_status *ret = data;
    char name[48];
    snprintf(name, sizeof name, "task/%d/status", tid);
    int r = read_status(process->dir, name, ret);
    return r < 0 ? r : ret->anon_bytes >= 0;
}

static int read_memory(const struct process *process, struct procs_status *ret)
{
    int r = read_status(process->dir, "status", ret);
    if (r == 0 && ret->anon_bytes < 0 && ret->n_threads > 1)
        r = each_thread(process, read_thread_status, ret);
    return r < 0 ? r : 0;
}

/* A child of vfork() has its parent's memory, not a copy: nobody has it twice.  Two leaders that are dead have
 * no memory in common, though kcmp() says so. */
static bool has_parents_memory(const struct process *process)
{
    return !leader_is_dead(process) &&
           syscall(SYS_kcmp, process->pid, process->stat.parent, KCMP_VM, 0, 0) == 0;
}

static int64_t at_least_0(int64_t n)
{
    return n > 0 ? n : 0;
}

struct sampling {
    struct procs_sample *sample;
    pid_t init;
    int n_alive;
};

static int sample_one(void *data, struct process *process)
{
    struct sampling *s = data;
    struct procs_status memory;
    int64_t cpu_ns = cpu_ns_of(process);
    int r = read_memory(process, &memory); /* it is still there: so was its clock */
    if (r < 0)
        return r;
    s->n_alive += is_alive(process);
    s->sample->n_processes++;
    s->sample->n_threads += process->stat.n_threads;
    s->sample->cpu_ns += cpu_ns + ns_of_ticks(process->stat.waited_cpu_ticks);
    if (memory.peak_bytes > s->sample->peak_bytes)
        s->sample->peak_bytes = memory.peak_bytes;
    if (memory.data_bytes > s->sample->data_bytes)
        s->sample->data_bytes = memory.data_bytes;
    if (process->stat.parent == s->init || !has_parents_memory(process)) {
        s->sample->anon_bytes += at_least_0(memory.anon_bytes);
        s->sample->shared_bytes += at_least_0(memory.file_bytes) + at_least_0(memory.shmem_bytes);
    }
    return 0;
}

int procs_look(pid_t init, struct procs_sample *ret)
{
    *ret = (struct procs_sample){0};
    struct sampling sampling = {ret, init, 0};
    struct procs_stat top;
    int r = walk(init, &top, sample_one, &sampling);
    if (r == 0 && sampling.n_alive == 0)
        r = -ENOENT;
    if (r < 0)
        *ret = (struct procs_sample){0};
    else
        ret->cpu_ns += ns_of_ticks(top.waited_cpu_ticks);
    return r;
}

/* ---- peak and limit ---- */

static int reset_by(int dir, const char *name)
{
    auto_fd int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return write(fd, "5", 1) == 1 ? 0 : -errno;
}

static int reset_thread(void *data, const struct process *process, pid_t tid)
{
    (void)data;
    char name[48];
    snprintf(name, sizeof name, "task/%d/clear_refs", tid);
    return reset_by(process->dir, name);
}

static int reset_one(void *data, struct process *process)
{
    bool *ret_all = data;
    if (!is_alive(process))
        return 0;
    int r = leader_is_dead(process) ? each_thread(process, reset_thread, NULL)
                                    : reset_by(process->dir, "clear_refs");
    if (r < 0 && read_stat(process) == 0 && is_alive(process))
        *ret_all = false; /* it has not vanished */
    return 0;
}

bool procs_reset_peak(pid_t init)
{
    bool all = true;
    int r = walk(init, NULL, reset_one, &all);
    return (r == 0 || r == -ENOENT) && all;
}
