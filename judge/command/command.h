/* The mljudge command: a thin user of libmljudge.  Adding a command: one file with a `struct command`, one row in
 * command_table[] (main.c).  Its options stand in that struct once, and nowhere else. */
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

/* What may stand in an argument: what completion offers. */
enum completes {
    COMPLETE_NOTHING,
    COMPLETE_FILE,
    COMPLETE_FOLDER,
    COMPLETE_PROBLEM, /* or a folder */
    COMPLETE_LANGUAGE,
    COMPLETE_CATEGORY,
    COMPLETE_FORMAT, /* FORMAT or FORMAT=PATH */
    COMPLETE_TIER,
    COMPLETE_COMMAND,
};

/* An option of a command: what the command line takes, --help, the manual page and completion are made of it. */
struct command_option {
    const char *name;     /* without "--" */
    int id;               /* what option_next() returns: a letter */
    const char *argument; /* "N", "FORMAT[=PATH]"; NULL: none */
    const char *summary;  /* one line */
    enum completes completes;
    const char *words; /* the words its argument may be, one space between; NULL: see `completes` */
    bool repeats;      /* may be given more than once */
    bool required;
};

/* Options that several commands have. */
#define OPTION_LANG                                                                    \
    {                                                                                  \
        .name = "lang", .id = 'l', .argument = "L", .completes = COMPLETE_LANGUAGE,    \
        .summary = "the language; else the problem's first with the file's extension", \
    }
#define OPTION_PROBLEMS                                                                 \
    {                                                                                   \
        .name = "problems", .id = 'p', .argument = "DIR", .completes = COMPLETE_FOLDER, \
        .summary = "where problems lie; else the installed ones, then ./problems",      \
    }
#define OPTION_JOBS                                                                 \
    {                                                                               \
        .name = "jobs", .id = 'j', .argument = "N", .summary = "boxes at once [1]", \
    }
#define OPTION_TIER                                                                        \
    {                                                                                      \
        .name = "tier", .id = 't', .argument = "T", .completes = COMPLETE_TIER,            \
        .summary = "use this isolation: full, userns or landlock; else the best there is", \
    }
#define OPTION_REQUIRE                                                             \
    {                                                                              \
        .name = "require", .id = 'q', .argument = "T", .completes = COMPLETE_TIER, \
        .summary = "exit 3 where no isolation as good as this is to be had",       \
    }
#define OPTION_SEED_FILE                                                                    \
    {                                                                                       \
        .name = "seed-file", .id = 'F', .argument = "F", .completes = COMPLETE_FILE,        \
        .summary = "the seed of the hidden tests (else MLJUDGE_SEED, else the public one)", \
    }

struct context;
/* argv[0]: the command's name.  Returns an exit code. */
typedef int command_fn(const struct context *context, int argc, char **argv);

#define COMMAND_OPERANDS_MAX 2

struct command {
    const char *name;
    command_fn *run;
    const struct command_option *options;
    size_t n_options;
    const char *operands;                           /* "PROBLEM FILE..."; "" */
    enum completes completes[COMMAND_OPERANDS_MAX]; /* of the operands; the last one repeats */
    const char *operand_words; /* the words an operand may be; NULL: see `completes` */
    bool ends_at_operand;      /* what follows the first operand is no option of ours */
    const char *summary;       /* one line */
    const char *details;       /* a paragraph or several, a line break between; NULL */
    const char *example;       /* one command line; NULL */
};
#define COMMAND_OPTIONS(table) .options = (table), .n_options = ARRAY_LEN(table)

/* One file a command; command_table[] in main.c lists them. */
extern const struct command command_list, command_show, command_start, command_run, command_judge,
    command_verify, command_exec, command_doctor, command_selftest, command_completion,
    command_help, command_scale, command_report;
extern const struct command *const command_table[];
extern const size_t n_commands;

/* NULL if there is none. */
const struct command *command_find(const char *name);
/* Complains, with the names that are near; returns EXIT_USAGE. */
int unknown_command(const char *name);

/* What every command gets. */
struct context {
    const struct command *command;
    const char *program; /* as it was typed: what a user can type again */
    struct data_dirs dirs;
    int cancel_fd;  /* readable after SIGINT or SIGTERM */
    bool tty;       /* standard error is a terminal */
    bool color_out; /* standard output is one, and NO_COLOR is not set */
};

/* ---- options ---- */

/* All of a command line, before the command runs: 0, OPTIONS_HELP if --help is among them, or EXIT_USAGE after having
 * complained of the first that is none of the command's, lacks its argument or is missing. */
enum { OPTIONS_HELP = -1 };
int options_check(const struct command *command, int argc, char **argv);

/* The next option's id, its argument in getopt's `optarg`; -1 after the last: operands are argv[optind] and on. */
int option_next(const struct context *context, int argc, char **argv);

/* ---- help ---- */

void print_usage(FILE *file, const struct command *command);
/* NULL: of all commands. */
void print_help(FILE *file, const struct command *command);
/* The manual page, in roff's man macros. */
void print_man(FILE *file);

/* ---- complaints ---- */

/* "mljudge: ..." on standard error; returns `code`. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints the error and maps it to an exit code: cancelled 130, anything else `code`. */
int complain_error(int code, const struct error *err);
/* The same with the command's usage; returns EXIT_USAGE. */
int usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* PROBLEM: a path (has a '/'), or a slug looked up in `problems_dir` (NULL: shipped ones, then ./problems).
 * Returns 0, or the exit code after having complained. */
int find_problem(const struct context *context, const char *problems_dir, const char *name,
                 struct problem **ret);

/* The problems there are: installed ones, then ./problems, or those of `problems_dir`; a name once, in the order of the
 * names in each folder.  They are not loaded. */
struct problem_places {
    char **names, **paths; /* owned; a name is a folder's, any bytes */
    size_t n;
};
int problem_places(const struct context *context, const char *problems_dir,
                   struct problem_places *ret, struct error *err);
void problem_places_done(struct problem_places *places);

/* 0, or EXIT_USAGE after having complained. */
int check_language(const struct problem *problem, const char *language);
/* `given`, else the one of the file's extension; borrowed.  NULL after having complained; *ret_code is the exit code then. */
const char *find_language(const struct context *context, const struct problem *problem,
                          const char *given, const char *file, int *ret_code);
int check_tier(const struct context *context, const char *option, const char *text,
               enum sandbox_tier *ret);

/* Whole numbers with bounds; false after having complained. */
bool parse_number(const char *command, const char *option, const char *text, int64_t min,
                  int64_t max, int64_t *ret);

/* Progress on standard error: a bar on a terminal, elsewhere a line a group, a second apart at least. */
struct progress {
    bool tty;
    bool line_open;
    bool samples_only; /* nothing is said of hidden tests, not even how many there are */
    int64_t began_ms, last_ms;
    size_t n_done;
    size_t group; /* that the last plain line spoke of, plus 1 */
};
void progress_init(struct progress *progress, const struct context *context);
void progress_event(void *data, const struct judge_event *event); /* judge_event_fn */
void progress_clear(struct progress *progress);

/* Source of a FILE argument ("-": standard input; SIGINT ends the wait for it). Returns 0 or the exit code after
 * having complained. */
int read_source(const struct context *context, const char *file, char **ret, size_t *ret_size);
const char *base_name(const char *path);
/* A paragraph, and the end of its last line; its first stands at column `indent` already, where the others begin. */
void wrap_text(FILE *file, int indent, const char *text);
int terminal_columns(FILE *file); /* 0: it is no terminal, or one that does not say */

int verdict_exit_code(enum verdict verdict);

/* A report that is asked for: FORMAT or FORMAT=PATH. */
struct report_request {
    const struct report_format *format;
    const char *path; /* NULL: standard output; "%n" in it: the number of the FILE, from 1 */
    bool begun;       /* the file holds reports of this run: more are appended */
};
#define OPTION_REPORT                                                                   \
    {                                                                                   \
        .name = "report", .id = 'r', .argument = "FORMAT[=PATH]", .repeats = true,      \
        .completes = COMPLETE_FORMAT,                                                   \
        .summary = "a report to standard output, or with =PATH beside the text report", \
    }
/* Both 0, or the exit code after having complained. */
int report_request_parse(const char *command, const char *text, struct report_request *ret);
int report_request_write(struct report_request *request, int file_number,
                         const struct report *report, const struct report_options *base);

#endif
