/* Progress on standard error. */
#include <string.h>
#include <time.h>

#include "judge/command/command.h"
#include "judge/escape.h"

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
