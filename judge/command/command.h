/* The mljudge command: a thin user of libmljudge.  One file a subcommand; command_table[] in main.c lists them. */
#ifndef MLJUDGE_COMMAND_H
#define MLJUDGE_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "judge/judge.h"
#include "judge/report.h"

/* Exit codes, promises to scripts. */
enum {
    EXIT_ACCEPTED = 0,
    EXIT_REJECTED = 1,
    EXIT_USAGE = 2,
    EXIT_OURS = 3,
    EXIT_INTERRUPTED = 130
};

/* What every subcommand gets. */
struct context {
    struct data_dirs dirs;
    int cancel_fd;  /* readable after SIGINT or SIGTERM */
    bool tty;       /* standard error is a terminal */
    bool color_out; /* standard output is one, and NO_COLOR is not set */
};

typedef int command_fn(const struct context *context, int argc, char **argv);
command_fn command_list, command_show, command_start, command_run, command_judge, command_verify,
    command_exec, command_doctor, command_selftest;

/* "mljudge: ..." on standard error; returns `code`. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints the error and maps it to an exit code: cancelled 130, anything else `code`. */
int complain_error(int code, const struct error *err);
int usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
void print_usage(FILE *file, const char *command);

/* PROBLEM: a path (has a '/'), or a slug looked up in `problems_dir` (NULL: shipped ones, then ./problems).
 * Returns 0, or the exit code after having complained. */
int find_problem(const struct context *context, const char *problems_dir, const char *name,
                 struct problem **ret);

/* Whole numbers with bounds; false after having complained. */
bool parse_number(const char *command, const char *option, const char *text, int64_t min,
                  int64_t max, int64_t *ret);

/* Progress on standard error: one changing line on a terminal, a line a second elsewhere. */
struct progress {
    bool tty;
    bool line_open;
    bool samples_only; /* nothing is said of hidden tests, not even how many there are */
    int64_t last_ms;
    size_t n_done;
};
void progress_init(struct progress *progress, const struct context *context);
void progress_event(void *data, const struct judge_event *event); /* judge_event_fn */
void progress_clear(struct progress *progress);

/* Source of a FILE argument ("-": standard input; SIGINT ends the wait for it). Returns 0 or the exit code after
 * having complained. */
int read_source(const struct context *context, const char *file, char **ret, size_t *ret_size);
const char *base_name(const char *path);

int verdict_exit_code(enum verdict verdict);

#endif
