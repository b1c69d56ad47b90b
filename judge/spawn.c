#include "judge/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/util.h"

extern char **environ;

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Reads until end of file or the deadline; what does not fit is dropped. */
static int drain(int fd, int64_t deadline_ms, char *output, size_t size)
{
    size_t used = 0;
    for (;;) {
        int64_t left = deadline_ms - now_ms();
        if (left <= 0)
            return -ETIMEDOUT;
        struct pollfd pfd = {.fd = fd, .events = POLLIN};
        if (poll(&pfd, 1, (int)left) <= 0)
            continue;
        char chunk[4096];
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n == 0)
            break;
        for (ssize_t i = 0; i < n && used + 1 < size; i++)
            output[used++] = chunk[i];
    }
    output[used] = '\0';
    return 0;
}

/* It may have closed its output and go on. */
static int await_exit(pid_t pid, int64_t deadline_ms)
{
    auto_fd int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return 0;
    for (;;) {
        int64_t left = deadline_ms - now_ms();
        struct pollfd pfd = {.fd = fd, .events = POLLIN};
        if (left <= 0)
            return -ETIMEDOUT;
        if (poll(&pfd, 1, (int)left) > 0)
            return 0;
    }
}

int spawn_capture(const char *const *argv, int timeout_ms, char *output, size_t size,
                  struct error *err)
{
    return spawn_filter(argv, -1, timeout_ms, output, size, err);
}

int spawn_filter(const char *const *argv, int input_fd, int timeout_ms, char *output, size_t size,
                 struct error *err)
{
    int ends[2];
    output[0] = '\0';
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "pipe");
    auto_fd int read_end = ends[0];
    auto_fd int write_end = ends[1];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (input_fd >= 0)
        posix_spawn_file_actions_adddup2(&actions, input_fd, 0);
    else
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, write_end, 1);
    posix_spawn_file_actions_adddup2(&actions, write_end, 2);
    posix_spawnattr_t
        attributes; /* our caller may have signals blocked: a probe starts with none */
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0); /* its children end with it */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t pid = 0;
    int r =
        posix_spawn(&pid, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (r != 0) {
        errno = r;
        return error_errno(err, "start '%s'", argv[0]);
    }
    close(steal_fd(&write_end));
    int64_t deadline_ms = now_ms() + timeout_ms;
    int status = 0;
    r = drain(read_end, deadline_ms, output, size);
    if (r == 0)
        r = await_exit(pid, deadline_ms);
    if (r < 0)
        kill(-pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (r < 0)
        return error_set(err, r, "'%s' gave no answer within %d ms", argv[0], timeout_ms);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
