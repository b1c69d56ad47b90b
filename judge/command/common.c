#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/escape.h"
#include "sandbox/util.h"

/* ---- complaints ---- */

static void complain_text(const char *text)
{
    char line[1600];
    escape_text(text, strlen(text), line, sizeof line);
    fprintf(stderr, "mljudge: %s\n", line);
}

int complain(int code, const char *format, ...)
{
    char text[1500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    complain_text(text);
    return code;
}

int complain_error(int code, const struct error *err)
{
    if (err->code == -ECANCELED) {
        complain_text("interrupted; nothing is left behind");
        return EXIT_INTERRUPTED;
    }
    char text[1200];
    complain_text(error_format(err, text, sizeof text));
    return code;
}

int usage_error(const char *command, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    complain_text(text);
    print_usage(stderr, command);
    return EXIT_USAGE;
}

bool parse_number(const char *command, const char *option, const char *text, int64_t min,
                  int64_t max, int64_t *ret)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || value < min || value > max) {
        usage_error(command, "%s needs a whole number from %" PRId64 " to %" PRId64 ", not '%.40s'",
                    option, min, max, text);
        return false;
    }
    *ret = value;
    return true;
}

/* ---- problems and sources ---- */

static bool try_problem(const char *folder, const char *slug, char path[PATH_MAX])
{
    struct stat st;
    if (snprintf(path, PATH_MAX, "%s/%s/problem.json", folder, slug) >= PATH_MAX ||
        stat(path, &st) < 0)
        return false;
    path[strlen(path) - strlen("/problem.json")] = '\0';
    return true;
}

int find_problem(const struct context *context, const char *problems_dir, const char *name,
                 struct problem **ret)
{
    char path[PATH_MAX];
    struct error err = ERROR_INIT;
    bool is_path = strchr(name, '/') != NULL || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
    if (is_path) {
        struct stat st;
        if (stat(name, &st) < 0)
            return complain(EXIT_USAGE, "problem '%s': %s", name, strerror(errno));
        snprintf(path, sizeof path, "%s", name);
    } else if (problems_dir ? !try_problem(problems_dir, name, path)
                            : !try_problem(context->dirs.problems, name, path) &&
                                  !try_problem("problems", name, path)) {
        return complain(
            EXIT_USAGE,
            "unknown problem '%.100s': `mljudge list` shows the ones there are (a path has a /)",
            name);
    }
    return problem_load(path, ret, &err) < 0 ? complain_error(EXIT_OURS, &err) : 0;
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

#define SOURCE_READ_MAX \
    ((size_t)64 << 20) /* more than any submission: its size is the judge's to complain about */

/* Signals are blocked (main.c): a plain read() of a terminal could not be interrupted. */
static int read_stdin(const struct context *context, char **ret, size_t *ret_size)
{
    struct error err = ERROR_INIT;
    auto_fd int copy = memfd_empty("stdin", &err);
    if (copy < 0)
        return complain_error(EXIT_OURS, &err);
    char chunk[65536];
    for (size_t total = 0;;) {
        struct pollfd fds[] = {{.fd = 0, .events = POLLIN},
                               {.fd = context->cancel_fd, .events = POLLIN}};
        if (poll(fds, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return complain(EXIT_OURS, "poll: %s", strerror(errno));
        }
        if (fds[1].revents)
            return complain_error(EXIT_OURS, &(struct error){.code = -ECANCELED});
        ssize_t n = read(0, chunk, sizeof chunk);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            return complain(EXIT_USAGE, "standard input: %s", strerror(errno));
        if (n == 0)
            break;
        total += (size_t)n;
        if (total > SOURCE_READ_MAX)
            return complain(EXIT_USAGE, "standard input has more than %zu MiB",
                            SOURCE_READ_MAX >> 20);
        if (fd_write_all(copy, chunk, (size_t)n, &err) < 0)
            return complain_error(EXIT_OURS, &err);
    }
    if (lseek(copy, 0, SEEK_SET) < 0 || file_read(copy, SOURCE_READ_MAX, ret, ret_size, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    return 0;
}

int read_source(const struct context *context, const char *file, char **ret, size_t *ret_size)
{
    struct error err = ERROR_INIT;
    if (strcmp(file, "-") == 0)
        return read_stdin(context, ret, ret_size);
    auto_fd int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return complain(EXIT_USAGE, "'%s': %s", file, strerror(errno));
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return complain(EXIT_USAGE, "'%s' is not a regular file", file);
    if (file_read(fd, SOURCE_READ_MAX, ret, ret_size, &err) < 0) {
        error_prefix(&err, err.code, "'%s'", file);
        return complain_error(EXIT_USAGE, &err);
    }
    return 0;
}

int verdict_exit_code(enum verdict verdict)
{
    return verdict == VERDICT_AC   ? EXIT_ACCEPTED
           : verdict == VERDICT_JE ? EXIT_OURS
                                   : EXIT_REJECTED;
}

/* ---- progress ---- */

#define PLAIN_LINE_MS 1000
#define TTY_LINE_MS   50

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void progress_init(struct progress *progress, const struct context *context)
{
    *progress = (struct progress){.tty = context->tty, .last_ms = now_ms()};
}

void progress_clear(struct progress *progress)
{
    if (progress->line_open)
        fputs("\r\033[K", stderr);
    progress->line_open = false;
}

static void progress_line(struct progress *progress, const char *text)
{
    int64_t now = now_ms();
    if (now - progress->last_ms < (progress->tty ? TTY_LINE_MS : PLAIN_LINE_MS))
        return;
    progress->last_ms = now;
    char line[200];
    escape_text(text, strlen(text), line, progress->tty ? 79 : sizeof line);
    fprintf(stderr, progress->tty ? "\r\033[K%s" : "%s\n", line);
    progress->line_open = progress->tty;
}

void progress_event(void *data, const struct judge_event *event)
{
    struct progress *progress = data;
    char text[200];
    bool of_test = event->kind == JUDGE_TEST_STARTED || event->kind == JUDGE_TEST_DONE;
    if (of_test && event->test->hidden && progress->samples_only)
        return;
    switch (event->kind) {
    case JUDGE_BUILDING:
        snprintf(text, sizeof text, "building tests: %.150s", event->text);
        progress_line(progress, text);
        break;
    case JUDGE_TEST_STARTED:
        snprintf(text, sizeof text, "%zu tests done, running %.60s", progress->n_done,
                 event->test->hidden ? event->test->number : event->test->name);
        progress_line(progress, text);
        break;
    case JUDGE_TEST_DONE: progress->n_done++; break;
    case JUDGE_COMPILED:
    case JUDGE_WARNING: break;
    case JUDGE_DONE: progress_clear(progress); break;
    }
}
