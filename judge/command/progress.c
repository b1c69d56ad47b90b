/* Progress on standard error: a bar on a terminal, elsewhere a line a group where it takes its time. */
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/escape.h"

#define PLAIN_LINE_MS 1000
#define TTY_LINE_MS   50
#define BAR_MAX       30 /* columns */
#define BAR_MIN       8

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void progress_init(struct progress *progress, const struct context *context)
{
    *progress = (struct progress){.tty = context->tty, .began_ms = now_ms(), .last_ms = now_ms()};
}

void progress_clear(struct progress *progress)
{
    if (progress->line_open)
        fputs("\r\033[K", stderr);
    progress->line_open = false;
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static bool is_time(struct progress *progress, int64_t every_ms)
{
    int64_t now = now_ms();
    if (now - progress->last_ms < every_ms)
        return false;
    progress->last_ms = now;
    return true;
}

/* Never wider than the terminal: a line that wraps cannot be taken back. */
static void open_line(struct progress *progress, const char *text)
{
    char line[400];
    int width = terminal_width();
    escape_text(text, strlen(text), line, width < (int)sizeof line ? (size_t)width : sizeof line);
    fprintf(stderr, "\r\033[K%s", line);
    progress->line_open = true;
}

/* "[#####.....] 12 of 34  tie  2.1 s" */
static void draw_bar(struct progress *progress, size_t n, const char *what)
{
    char text[200], bar[BAR_MAX + 1];
    int width = terminal_width() - 45;
    width = width > BAR_MAX ? BAR_MAX : width < BAR_MIN ? BAR_MIN : width;
    size_t filled = n ? progress->n_done * (size_t)width / n : 0;
    for (int i = 0; i < width; i++)
        bar[i] = (size_t)i < filled ? '#' : '.';
    bar[width] = '\0';
    snprintf(text, sizeof text, "[%s] %zu of %zu  %.40s  %.1f s", bar, progress->n_done, n, what,
             (double)(now_ms() - progress->began_ms) / 1000.0);
    open_line(progress, text);
}

static void building(struct progress *progress, const char *what)
{
    char text[200], line[200];
    snprintf(text, sizeof text, "building tests: %.150s", what);
    if (!is_time(progress, progress->tty ? TTY_LINE_MS : PLAIN_LINE_MS))
        return;
    if (progress->tty)
        open_line(progress, text);
    else
        fprintf(stderr, "%s\n", escape_text(text, strlen(text), line, sizeof line));
}

/* Tests that are run in this language, as far as progress may tell. */
static size_t count_tests(const struct progress *progress, const struct record *record)
{
    size_t n = 0;
    for (size_t i = 0; i < record->n_tests; i++)
        n += record->groups[record->tests[i].group].offered &&
             !(record->tests[i].hidden && progress->samples_only);
    return n;
}

static void test_started(struct progress *progress, const struct judge_event *event)
{
    const char *group = event->record->groups[event->test->group].name;
    if (progress->tty) {
        if (is_time(progress, TTY_LINE_MS))
            draw_bar(progress, count_tests(progress, event->record), group);
        return;
    }
    if (progress->group == event->test->group + 1 || !is_time(progress, PLAIN_LINE_MS))
        return;
    progress->group = event->test->group + 1;
    fprintf(stderr, "%zu of %zu tests done, running group %s\n", progress->n_done,
            count_tests(progress, event->record), group);
}

void progress_event(void *data, const struct judge_event *event)
{
    struct progress *progress = data;
    bool of_test = event->kind == JUDGE_TEST_STARTED || event->kind == JUDGE_TEST_DONE;
    if (of_test && event->test->hidden && progress->samples_only)
        return;
    switch (event->kind) {
    case JUDGE_BUILDING: building(progress, event->text); break;
    case JUDGE_TEST_STARTED: test_started(progress, event); break;
    case JUDGE_TEST_DONE: progress->n_done++; break;
    case JUDGE_COMPILED:
    case JUDGE_WARNING: break;
    case JUDGE_DONE: progress_clear(progress); break;
    }
}
