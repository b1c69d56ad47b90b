/* The command line against a command's table of options.  The only file that knows getopt: an option that is in no table,
 * and so in no help, cannot be taken. */
#include <assert.h>
#include <getopt.h>
#include <string.h>

#include "judge/command/command.h"
#include "judge/near.h"
#include "sandbox/util.h"

#define OPTIONS_MAX 40 /* of one command */
#define HELP_ID     1

/* The table as getopt_long() wants it; returns its short options. */
static const char *getopt_table(const struct command *command, struct option ret[OPTIONS_MAX + 2])
{
    assert(command->n_options <= OPTIONS_MAX);
    for (size_t i = 0; i < command->n_options; i++) {
        const struct command_option *option = &command->options[i];
        ret[i] = (struct option){.name = option->name,
                                 .has_arg = option->argument ? required_argument : no_argument,
                                 .val = option->id};
    }
    ret[command->n_options] = (struct option){.name = "help", .val = HELP_ID};
    ret[command->n_options + 1] = (struct option){0};
    /* ":": a missing argument is told apart. */
    return command->ends_at_operand ? "+:h" : ":h";
}

static int unknown_option(const struct command *command, const char *word)
{
    char names[OPTIONS_MAX + 1][NEAR_WORD_MAX];
    const char *known[OPTIONS_MAX + 1];
    char typed[NEAR_WORD_MAX + 1];
    char suggestion[200];
    size_t length = strcspn(word, "=");
    if (length >= sizeof typed)
        length = sizeof typed - 1;
    memcpy(typed, word, length);
    typed[length] = '\0';
    for (size_t i = 0; i < command->n_options; i++) {
        snprintf(names[i], sizeof names[i], "--%s", command->options[i].name);
        known[i] = names[i];
    }
    return usage_error(command->name, "option '%.60s' was not understood%s", word,
                       near_words(typed, known, command->n_options, suggestion, sizeof suggestion));
}

/* getopt_long() said '?' with `letter` in optopt, `word` being the one before its place. */
static int bad_option(const struct command *command, const char *word, int letter)
{
    if (letter == 0) { /* a long one */
        size_t length = strcspn(word, "=");
        size_t n_begin = 0;
        for (size_t i = 0; i < command->n_options; i++)
            n_begin += strncmp(command->options[i].name, word + 2, length - 2) == 0;
        return n_begin > 1
                   ? usage_error(command->name, "option '%.60s' is the beginning of several", word)
                   : unknown_option(command, word);
    }
    for (size_t i = 0; i < command->n_options; i++)
        if (command->options[i].id == letter && !command->options[i].argument &&
            strncmp(word, "--", 2) == 0 && strchr(word, '='))
            return usage_error(command->name, "option '--%s' takes no argument",
                               command->options[i].name);
    return usage_error(command->name, "option '-%c' was not understood: options begin with --",
                       letter);
}

static int missing_argument(const struct command *command, int id)
{
    for (size_t i = 0; i < command->n_options; i++)
        if (command->options[i].id == id)
            return usage_error(command->name, "option '--%s' needs an argument: %s",
                               command->options[i].name, command->options[i].argument);
    return usage_error(command->name, "an option lacks its argument");
}

int options_check(const struct command *command, int argc, char **argv)
{
    struct option table[OPTIONS_MAX + 2];
    const char *letters = getopt_table(command, table);
    bool given[256] = {false};
    optind = 0; /* GNU: from the beginning */
    opterr = 0;
    for (int c; optopt = 0, (c = getopt_long(argc, argv, letters, table, NULL)) != -1;) {
        if (c == HELP_ID || c == 'h')
            return OPTIONS_HELP;
        if (c == ':')
            return missing_argument(command, optopt);
        if (c == '?')
            return bad_option(command, argv[optind - 1], optopt);
        given[c & 255] = true;
    }
    for (size_t i = 0; i < command->n_options; i++)
        if (command->options[i].required && !given[command->options[i].id & 255])
            return usage_error(command->name, "--%s %s is needed", command->options[i].name,
                               command->options[i].argument);
    optind = 0;
    return 0;
}

int option_next(const struct context *context, int argc, char **argv)
{
    struct option table[OPTIONS_MAX + 2];
    const char *letters = getopt_table(context->command, table);
    return getopt_long(argc, argv, letters, table, NULL);
}
