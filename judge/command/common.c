#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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
    print_usage(stderr, command_find(command));
    fprintf(stderr, "mljudge %s --help says what each is\n", command);
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

/* ---- sources ---- */

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int terminal_columns(FILE *file)
{
    struct winsize size;
    int fd = fileno(file);
    return fd >= 0 && isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
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
