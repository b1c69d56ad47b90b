/* mljudge help: usage, --help and the manual page, written from the tables of commands and options. */
#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "sandbox/util.h"
#include "version.h"

#define HELP_COLUMNS       100
#define HELP_COLUMNS_LEAST 40

static const char about[] = "compiles and runs a solution to an ML coding problem in a sandbox, on "
                            "hidden tests, and reports correctness, CPU time and memory";

/* What holds for all commands: a name and a line. */
struct fact {
    const char *name, *text;
};

static const struct fact exit_codes[] = {
    {"0", "accepted (verify: all as expected; exec: COMMAND exited 0 within its limits; doctor: "
          "some isolation works)"},
    {"1", "not"},
    {"2", "usage, or an unknown name"},
    {"3",
     "a failure of ours, an unreadable problem package, or required isolation that is missing"},
    {"130", "interrupted, with everything cleaned up"},
};

static const struct fact environment[] = {
    {"MLJUDGE_SEED", "the seed of the hidden tests: 8 bytes or more, secret; it is removed from "
                     "the environment at once"},
    {"XDG_CACHE_HOME",
     "compiled sources and built tests are kept in its folder mljudge; else in ~/.cache"},
    {"NO_COLOR", "not empty: no colours"},
};

/* ---- wrapped text ---- */

struct wrap {
    FILE *file;
    int indent, column;
};

static int help_columns(FILE *file)
{
    int columns = terminal_columns(file);
    if (columns == 0 || columns > HELP_COLUMNS)
        return HELP_COLUMNS;
    return columns < HELP_COLUMNS_LEAST ? HELP_COLUMNS_LEAST : columns;
}

/* A word, or several that stay together, on this line or the next. */
static void wrap_word(struct wrap *wrap, const char *word, size_t n)
{
    if (wrap->column > wrap->indent && wrap->column + 1 + (int)n > help_columns(wrap->file)) {
        fprintf(wrap->file, "\n%*s", wrap->indent, "");
        wrap->column = wrap->indent;
    }
    int space = wrap->column > wrap->indent;
    fprintf(wrap->file, "%s%.*s", space ? " " : "", (int)n, word);
    wrap->column += (int)n + space;
}

void wrap_text(FILE *file, int indent, const char *text)
{
    struct wrap wrap = {.file = file, .indent = indent, .column = indent};
    for (const char *word = text; *word;) {
        size_t n = strcspn(word, " ");
        wrap_word(&wrap, word, n);
        word += n + strspn(word + n, " ");
    }
    fputc('\n', file);
}

/* ---- one command ---- */

/* "[--report FORMAT[=PATH]]..." */
static void option_synopsis(const struct command_option *option, char *text, size_t size)
{
    snprintf(text, size, "%s--%s%s%s%s%s", option->required ? "" : "[", option->name,
             option->argument ? " " : "", option->argument ? option->argument : "",
             option->required ? "" : "]", option->repeats ? "..." : "");
}

void print_usage(FILE *file, const struct command *command)
{
    char text[200];
    int indent = fprintf(file, "usage: mljudge %s ", command->name);
    struct wrap wrap = {.file = file, .indent = indent, .column = indent};
    for (size_t i = 0; i < command->n_options; i++) {
        option_synopsis(&command->options[i], text, sizeof text);
        wrap_word(&wrap, text, strlen(text));
    }
    if (command->operands[0])
        wrap_word(&wrap, command->operands, strlen(command->operands));
    fputc('\n', file);
}

static void print_options(FILE *file, const struct command *command)
{
    char text[200];
    int width = 0;
    for (size_t i = 0; i < command->n_options; i++) {
        const struct command_option *option = &command->options[i];
        int n = snprintf(text, sizeof text, "--%s %s", option->name,
                         option->argument ? option->argument : "");
        width = n > width ? n : width;
    }
    for (size_t i = 0; i < command->n_options; i++) {
        const struct command_option *option = &command->options[i];
        snprintf(text, sizeof text, "--%s %s", option->name,
                 option->argument ? option->argument : "");
        fprintf(file, "  %-*s  ", width, text);
        wrap_text(file, width + 4, option->summary);
    }
}

static void print_one(FILE *file, const struct command *command)
{
    print_usage(file, command);
    fprintf(file, "\n%c%s.\n", toupper((unsigned char)command->summary[0]), command->summary + 1);
    if (command->n_options > 0)
        fputc('\n', file);
    print_options(file, command);
    for (const char *paragraph = command->details; paragraph && *paragraph;) {
        char text[1200];
        size_t n = strcspn(paragraph, "\n");
        snprintf(text, sizeof text, "%.*s", (int)n, paragraph);
        fputc('\n', file);
        wrap_text(file, 0, text);
        paragraph += n + (paragraph[n] == '\n');
    }
    if (command->example)
        fprintf(file, "\nexample:\n  %s\n", command->example);
}

static void print_facts(FILE *file, const char *title, const struct fact *facts, size_t n)
{
    int width = 0;
    for (size_t i = 0; i < n; i++)
        width = (int)strlen(facts[i].name) > width ? (int)strlen(facts[i].name) : width;
    fprintf(file, "\n%s:\n", title);
    for (size_t i = 0; i < n; i++) {
        fprintf(file, "  %-*s  ", width, facts[i].name);
        wrap_text(file, width + 4, facts[i].text);
    }
}

void print_help(FILE *file, const struct command *command)
{
    if (command) {
        print_one(file, command);
        return;
    }
    char text[300];
    fprintf(file, "usage: mljudge COMMAND ...\n\n");
    snprintf(text, sizeof text, "mljudge %s.", about);
    wrap_text(file, 0, text);
    fputc('\n', file);
    for (size_t i = 0; i < n_commands; i++) {
        int indent = fprintf(file, "  mljudge %-11s ", command_table[i]->name);
        wrap_text(file, indent, command_table[i]->summary);
    }
    fprintf(file, "\n`mljudge COMMAND --help` says what a command takes.\n");
    print_facts(file, "Exit codes", exit_codes, ARRAY_LEN(exit_codes));
    print_facts(file, "Environment", environment, ARRAY_LEN(environment));
}

/* ---- the manual page ---- */

/* Text of ours for roff: no line begins a request, a hyphen is one that can be copied. */
static void roff_text(FILE *file, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", file);
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\e", file);
        else if (*text == '-')
            fputs("\\-", file);
        else
            fputc(*text, file);
}

__attribute__((format(printf, 2, 3))) static void roff(FILE *file, const char *format, ...)
{
    char text[1500];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    roff_text(file, text);
    fputc('\n', file);
}

static void roff_facts(FILE *file, const char *title, const struct fact *facts, size_t n)
{
    fprintf(file, ".SH %s\n", title);
    for (size_t i = 0; i < n; i++) {
        fprintf(file, ".TP\n.B ");
        roff(file, "%s", facts[i].name);
        roff(file, "%s", facts[i].text);
    }
}

static void roff_command(FILE *file, const struct command *command)
{
    char text[200];
    fprintf(file, ".SS ");
    roff(file, "mljudge %s", command->name);
    roff(file, "%c%s.", toupper((unsigned char)command->summary[0]), command->summary + 1);
    fprintf(file, ".P\n.nh\n.ad l\n");
    fprintf(file, "\\fBmljudge %s\\fR\n", command->name);
    for (size_t i = 0; i < command->n_options; i++) {
        option_synopsis(&command->options[i], text, sizeof text);
        roff(file, "%s", text);
    }
    if (command->operands[0])
        roff(file, "%s", command->operands);
    fprintf(file, ".ad b\n.hy\n");
    for (size_t i = 0; i < command->n_options; i++) {
        const struct command_option *option = &command->options[i];
        fprintf(file, ".TP\n.B ");
        roff(file, "--%s %s", option->name, option->argument ? option->argument : "");
        roff(file, "%s.", option->summary);
    }
    for (const char *paragraph = command->details; paragraph && *paragraph;) {
        size_t n = strcspn(paragraph, "\n");
        fprintf(file, ".P\n");
        roff(file, "%.*s", (int)n, paragraph);
        paragraph += n + (paragraph[n] == '\n');
    }
    if (command->example) {
        fprintf(file, ".P\n.EX\n");
        roff(file, "    %s", command->example);
        fprintf(file, ".EE\n");
    }
}

void print_man(FILE *file)
{
    fprintf(file, ".\\\" Written by `mljudge help man`.\n");
    fprintf(file, ".TH MLJUDGE 1 \"\" \"mljudge %s\" \"User commands\"\n", MLJUDGE_VERSION);
    fprintf(file, ".SH NAME\nmljudge \\- a sandboxed judge for ML coding problems\n");
    fprintf(file,
            ".SH SYNOPSIS\n.B mljudge\n.I COMMAND\n[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n");
    fprintf(file, ".SH DESCRIPTION\n");
    roff(file, "mljudge %s.", about);
    fprintf(file, ".SH COMMANDS\n");
    for (size_t i = 0; i < n_commands; i++)
        roff_command(file, command_table[i]);
    roff_facts(file, "EXIT STATUS", exit_codes, ARRAY_LEN(exit_codes));
    roff_facts(file, "ENVIRONMENT", environment, ARRAY_LEN(environment));
}

/* ---- mljudge help ---- */

static int run_help(const struct context *context, int argc, char **argv)
{
    while (option_next(context, argc, argv) != -1)
        ;
    if (argc - optind > 1)
        return usage_error("help", "one COMMAND at a time");
    const char *name = optind < argc ? argv[optind] : NULL;
    if (name && strcmp(name, "man") == 0) {
        print_man(stdout);
        return 0;
    }
    const struct command *command = name ? command_find(name) : NULL;
    if (name && !command)
        return unknown_command(name);
    print_help(stdout, command);
    return 0;
}

const struct command command_help = {
    .name = "help",
    .run = run_help,
    .operands = "[COMMAND|man]",
    .completes = {COMPLETE_COMMAND},
    .summary = "this; of one command: what it takes; `man`: the manual page, in roff",
};
