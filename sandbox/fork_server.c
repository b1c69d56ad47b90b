/* The fork server's library: mljudge-fork.so, loaded by an interpreter that has done its start-up and imports.
 *
 * For each request it makes two processes.  The first shares our memory, is a child of the supervisor in the box's
 * namespaces and control group, and becomes box-init by execve.  The second is a copy of us and the child of the first;
 * when box-init has completed the box it gives up everything (box_become.c) and is the command: the interpreter goes
 * on in it, and in no byte of its memory, nor in a descriptor, is there anything of another test.
 *
 *     supervisor ---- box-init of the test ---- the command: a copy of the fork server
 *          \--------- fork server
 *
 * Single-threaded; every signal is blocked; requests are of fixed size and come from the supervisor only. */
#include "sandbox/fork_server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/ambient.h"
#include "sandbox/box_become.h"
#include "sandbox/box_init.h"
#include "sandbox/clone_call.h"
#include "sandbox/fds.h"
#include "sandbox/fork_rehearsal.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT int mljudge_fork_serve(void);
EXPORT void mljudge_fork_enter(void);
EXPORT const char *mljudge_fork_environment(unsigned i);

static struct fork_request request;
static int received[FDS_MAX];
static int n_received;
static size_t config_size; /* of what `box` is at first */

static uint64_t here[8]; /* where the copy goes on */
static int
    first_pidfd; /* in_user_namespace: of the first process, whom our parent may have reaped by now */
static volatile int failure;   /* of the first process, before its execve; positive errno */
static char **own_environment; /* of a copy */
static int *thread_id; /* libc's own note of it, which the kernel is to keep true in the copy */
static char stack[65536] __attribute__((aligned(16)));

/* setjmp() and longjmp() for a jump to another stack, which libc's may take for an attack: registers that a call
 * preserves, stack pointer, return address.  save_context() returns 0, and 1 after jump_to(). */
int save_context(uint64_t context[8]) __attribute__((returns_twice));
noreturn void jump_to(const uint64_t context[8]);
__asm__(".text\n"
        ".type save_context, @function\n"
        "save_context:\n"
        "    mov %rbx, 0(%rdi)\n"
        "    mov %rbp, 8(%rdi)\n"
        "    mov %r12, 16(%rdi)\n"
        "    mov %r13, 24(%rdi)\n"
        "    mov %r14, 32(%rdi)\n"
        "    mov %r15, 40(%rdi)\n"
        "    lea 8(%rsp), %rax\n"
        "    mov %rax, 48(%rdi)\n"
        "    mov (%rsp), %rax\n"
        "    mov %rax, 56(%rdi)\n"
        "    xor %eax, %eax\n"
        "    ret\n"
        ".type jump_to, @function\n"
        "jump_to:\n"
        "    mov 0(%rdi), %rbx\n"
        "    mov 8(%rdi), %rbp\n"
        "    mov 16(%rdi), %r12\n"
        "    mov 24(%rdi), %r13\n"
        "    mov 32(%rdi), %r14\n"
        "    mov 40(%rdi), %r15\n"
        "    mov 48(%rdi), %rsp\n"
        "    mov $1, %eax\n"
        "    jmp *56(%rdi)\n");

/* ---- the first process: becomes box-init ---- */

static int fail_with(long r)
{
    failure = (int)-r;
    return 127;
}

/* 0 or a negative errno. */
static long place_descriptors(void)
{
    int n_first = n_received - (int)request.n_numbers;
    for (uint32_t i = 0; i < request.n_numbers; i++) {
        long r = SYS(dup3, received[n_first + (int)i], request.numbers[i], 0);
        if (r < 0)
            return r;
    }
    return 0;
}

/* Before the copy is made: its page tables are the box's, too. */
static long join_groups(void)
{
    for (uint32_t i = 0; i < box->n_tasks; i++) {
        long r = SYS(write, box->tasks[i], "0", 1);
        if (r < 0)
            return r;
    }
    return 0;
}

static bool write_text(const char *path, const char *text)
{
    long fd = SYS(open, path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && SYS(write, fd, text, strlen(text)) > 0;
    if (fd >= 0)
        SYS(close, fd);
    return ok;
}

/* A process may map itself; to be more than that to the kernel it keeps its capabilities over the execve. */
static long become_somebody(void)
{
    if (!request.in_user_namespace)
        return 0;
    char map[64];
    snprintf(map, sizeof map, "%u %u 1\n", request.uid, request.uid);
    if (!write_text("/proc/self/setgroups", "deny") || !write_text("/proc/self/gid_map", map) ||
        !write_text("/proc/self/uid_map", map))
        return -EPERM;
    return ambient_keep();
}

static int first_main(void *unused)
{
    (void)unused;
    static char *const argv[] = {(char *)"box-init", NULL};
    static char *const env[] = {NULL};
    /* Its end is to be seen as soon as the server itself has ended. */
    SYS(close, FORK_SERVER_FD);
    long r = become_somebody();
    if (r >= 0)
        r = place_descriptors();
    if (r >= 0)
        r = join_groups();
    if (r >= 0)
        r = SYS(clone, SIGCHLD | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, 0, 0, thread_id, 0);
    if (r == 0)
        jump_to(here);
    if (r >= 0)
        r = SYS(dup2, received[1], 0);
    if (r < 0)
        return fail_with(r);
    SYS(close, 1);
    SYS(close, 2);
    return fail_with(SYS(execveat, received[0], "", argv, env, AT_EMPTY_PATH));
}

static long start_first(void)
{
    uint64_t flags = request.clone_flags | CLONE_VM | CLONE_VFORK | CLONE_PARENT;
    failure = 0;
    first_pidfd = -1;
    if (request.in_user_namespace)
        flags |= CLONE_PIDFD;
    if (!request.has_cgroup)
        return clone_call(SYS_clone, flags, (uint64_t)(uintptr_t)(stack + sizeof stack),
                          (uint64_t)(uintptr_t)&first_pidfd, 0, first_main, NULL);
    struct clone_args args = {
        .flags = flags | CLONE_INTO_CGROUP,
        .pidfd = (uint64_t)(uintptr_t)&first_pidfd,
        .stack = (uint64_t)(uintptr_t)stack,
        .stack_size = sizeof stack,
        .cgroup = (unsigned)received[2],
    };
    return clone_call(SYS_clone3, (uint64_t)(uintptr_t)&args, sizeof args, 0, 0, first_main, NULL);
}

/* ---- the copy: becomes the command ---- */

static long enter_box(void)
{
    if (box->flags & BOX_NO_NAMESPACES)
        return SYS(chdir, box_at(box->work_path));
    long r = hole("cgroup-namespace") ? 0 : SYS(unshare, CLONE_NEWCGROUP);
    return r < 0 ? r : SYS(chdir, "/box");
}

static void become_command(struct box_entered *m, int fd)
{
    struct become became = {.listener = -1};
    long r = enter_box();
    if (r < 0)
        became = (struct become){"enter the box", -r, -1, 0, 0};
    else if (!hole("box-uid") && (r = box_lock_privileges()) < 0)
        became = (struct become){"PR_SET_SECUREBITS", -r, -1, 0, 0};
    else
        box_become(&became, true, fd);
    m->error = (int32_t)became.error;
    m->listener = (int32_t)became.listener;
    m->cpu_ns = became.cpu_ns;
    m->start_ns = became.start_ns;
    if (became.failed_step)
        strncpy(m->what, became.failed_step, sizeof m->what - 1);
}

/* The test's own, in place of ours. */
static bool take_environment(void)
{
    const uint64_t *list = box_at(box->env);
    char **copy = calloc(box->n_env + 1, sizeof *copy);
    for (uint32_t i = 0; copy && i < box->n_env; i++) {
        copy[i] = strdup(box_at((uint32_t)list[i]));
        if (!copy[i])
            return false;
    }
    if (!copy)
        return false;
    own_environment = environ = copy;
    return true;
}

/* Before it waits for the box: what is the server's goes, and the pages it will want come. */
static void begin_copy(void)
{
    SYS(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    /* Else box-init's end would not be an end of file. */
    SYS(close, box->enter_fd[0]);
    for (int i = 0; i < n_received; i++)
        SYS(close, received[i]);
    rehearsal_take();
}

/* In a copy: waits until its box is complete and enters it, giving up everything.  Does not return if that fails. */
void mljudge_fork_enter(void)
{
    struct box_config *first = box;
    int fd = box->enter_fd[1];
    char byte;
    struct box_entered m;
    memset(&m, 0, sizeof m);
    m.pid = (int32_t)SYS(getpid, 0);
    long order_size = box_take_order(fd);
    bool entered = order_size >= 0;
    if (entered && !take_environment()) {
        m.error = ENOMEM;
        strncpy(m.what, "copy the environment", sizeof m.what - 1);
    } else if (entered) {
        become_command(&m, fd);
    }
    if (!entered || SYS(write, fd, &m, sizeof m) != (long)sizeof m || m.error ||
        SYS(read, fd, &byte, 1) != 1)
        for (;;)
            SYS(exit_group, 1);
    if (m.listener >= 0)
        SYS(close, m.listener);
    SYS(close, fd);
    if (order_size > 0)
        SYS(munmap, box, order_size);
    SYS(munmap, first, config_size);
    box = NULL;
    memset(&request, 0, sizeof request);
}

/* ---- the server ---- */

/* 1, 0 at the end of the socket, -errno. */
static long receive(void)
{
    size_t n_fds = 0;
    n_received = 0;
    long n = fds_receive(FORK_SERVER_FD, &request, sizeof request, 0, received, &n_fds);
    if (n <= 0)
        return n;
    n_received = (int)n_fds;
    if (n != (long)sizeof request || request.n_numbers > FORK_MAX_NUMBERS ||
        n_received != 2 + (request.has_cgroup != 0) + (int)request.n_numbers)
        return -EPROTO;
    for (int i = 0; i < n_received; i++)
        if (received[i] >= BOX_MIN_FD)
            return -EMFILE;
    return 1;
}

static void send_reply(const struct fork_reply *reply)
{
    fds_send(FORK_SERVER_FD, reply, sizeof *reply, &first_pidfd, first_pidfd >= 0);
    if (first_pidfd >= 0)
        SYS(close, first_pidfd);
    first_pidfd = -1;
}

/* True in the copy. */
static bool answer_one(void)
{
    struct fork_reply reply = {0, 0};
    first_pidfd = -1;
    long r = box_map_config(received[1], &config_size);
    if (r == 0) {
        if (save_context(here)) {
            begin_copy();
            return true;
        }
        r = start_first();
        SYS(munmap, box, config_size);
    }
    reply.pid = (int32_t)r;
    reply.error = failure;
    for (int i = 0; i < n_received; i++)
        SYS(close, received[i]);
    send_reply(&reply);
    return false;
}

static bool in_user_namespace(void)
{
    return getenv(FORK_IN_USERNS) != NULL;
}

/* Serves until the socket ends.  Returns 1 in each copy, which may do what it must before any input comes, and then
 * calls mljudge_fork_enter(); 0 at the end; -errno. */
int mljudge_fork_serve(void)
{
    uint64_t all = ~0ULL;
    SYS(rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    if (SYS(prctl, PR_GET_TID_ADDRESS, &thread_id, 0, 0, 0) < 0)
        thread_id = NULL;
    /* In a user namespace a process that cannot be dumped may not even map itself.  There other pid namespaces and
     * the filter keep boxes away from us. */
    if (!in_user_namespace() && !hole("init-not-dumpable"))
        SYS(prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
    for (;;) {
        long r = receive();
        if (r == -EINTR)
            continue;
        if (r <= 0)
            return (int)r;
        rehearsal_learn();
        if (answer_one())
            return 1;
    }
}

/* The i-th "NAME=VALUE" of this box, or NULL: what an interpreter noted at its start is the server's. */
const char *mljudge_fork_environment(unsigned i)
{
    unsigned n = 0;
    while (own_environment && own_environment[n])
        n++;
    return i < n ? own_environment[i] : NULL;
}
