/* mljudge completion: what may be typed next.
 *
 * One engine, here, knows commands, options, problems, languages; the scripts for the shells are thin and call it with
 * the words typed so far.  It answers a line a word: the word, a tab, what it is; and a line ":files" or ":folders"
 * where the shell should go on by itself. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/escape.h"
#include "sandbox/util.h"

/* ---- the engine ---- */

#define SEEN_MAX 32

struct completion {
    const struct context *context;
    const char *problems_dir; /* of a --problems typed before */
    const char *problem;      /* the first operand typed before; NULL */
    const char *current;      /* the word at the cursor, perhaps "" */
    char prefix[40];          /* "--lang=", if the word began so: `current` is the rest */
    char seen[SEEN_MAX][64];  /* words offered that may come again */
    size_t n_seen;
};

/* Offers a word, if it begins as typed.  Ours, or escaped: no tab, no line break. */
static void offer(const struct completion *completion, const char *word, const char *what)
{
    if (strncmp(word, completion->current, strlen(completion->current)) == 0)
        printf("%s%s\t%s\n", completion->prefix, word, what);
}

static void offer_words(const struct completion *completion, const char *words)
{
    while (*words) {
        char word[64];
        size_t n = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, words);
        offer(completion, word, "");
        words += n + strspn(words + n, " ");
    }
}

/* Calls `each` for every problem that can be read and whose name needs no quoting. */
static void for_each_problem(struct completion *completion,
                             void (*each)(struct completion *, const struct problem *))
{
    struct problem_places places;
    if (problem_places(completion->context, completion->problems_dir, &places, NULL) < 0)
        return;
    for (size_t i = 0; i < places.n; i++) {
        struct problem *problem = NULL;
        if (problem_load(places.paths[i], &problem, NULL) < 0)
            continue;
        if (strcmp(problem->slug, places.names[i]) == 0)
            each(completion, problem);
        problem_free(problem);
    }
    problem_places_done(&places);
}

static void offer_problem(struct completion *completion, const struct problem *problem)
{
    char title[128];
    escape_text(problem->title, strlen(problem->title), title, sizeof title);
    offer(completion, problem->slug, title);
}

static void offer_category(struct completion *completion, const struct problem *problem)
{
    char text[64];
    escape_text(problem->category, strlen(problem->category), text, sizeof text);
    if (strcmp(text, problem->category) != 0) /* a shell must get it as it is */
        return;
    for (size_t i = 0; i < completion->n_seen; i++)
        if (strcmp(completion->seen[i], text) == 0)
            return;
    if (completion->n_seen < SEEN_MAX)
        memcpy(completion->seen[completion->n_seen++], text, sizeof text);
    offer(completion, text, "");
}

static bool offer_languages_of(const struct completion *completion)
{
    struct problem_places places;
    struct problem *problem = NULL;
    if (!completion->problem ||
        problem_places(completion->context, completion->problems_dir, &places, NULL) < 0)
        return false;
    for (size_t i = 0; i < places.n && !problem; i++)
        if (strcmp(places.names[i], completion->problem) == 0 &&
            problem_load(places.paths[i], &problem, NULL) < 0)
            break;
    for (size_t i = 0; problem && i < problem->n_languages; i++)
        offer(completion, problem->languages[i], "");
    bool found = problem != NULL;
    problem_free(problem);
    problem_places_done(&places);
    return found;
}

/* Those of the problem typed already, else all. */
static void offer_languages(const struct completion *completion)
{
    char **names = NULL;
    size_t n = 0;
    if (offer_languages_of(completion))
        return;
    auto_fd int fd = open(completion->context->dirs.languages, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || dir_names(fd, &names, &n, NULL) < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        char *end = strstr(names[i], ".json");
        if (end && end[strlen(".json")] == '\0') {
            *end = '\0';
            offer(completion, names[i], "");
        }
    }
    names_free(names, n);
}

static void offer_formats(const struct completion *completion)
{
    size_t n = 0;
    const struct report_format *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++)
        offer(completion, formats[i].name, "to standard output; with =PATH to a file");
}

static void offer_tiers(const struct completion *completion)
{
    offer_words(completion, "full userns landlock");
}

static void offer_kind(struct completion *completion, enum completes kind)
{
    switch (kind) {
    case COMPLETE_NOTHING: break;
    case COMPLETE_FILE: puts(":files"); break;
    case COMPLETE_FOLDER: puts(":folders"); break;
    case COMPLETE_PROBLEM:
        for_each_problem(completion, offer_problem);
        if (strpbrk(completion->current, "./"))
            puts(":folders");
        break;
    case COMPLETE_LANGUAGE: offer_languages(completion); break;
    case COMPLETE_CATEGORY: for_each_problem(completion, offer_category); break;
    case COMPLETE_FORMAT:
        if (strchr(completion->current, '='))
            puts(":files");
        else
            offer_formats(completion);
        break;
    case COMPLETE_TIER: offer_tiers(completion); break;
    case COMPLETE_COMMAND:
        for (size_t i = 0; i < n_commands; i++)
            offer(completion, command_table[i]->name, command_table[i]->summary);
        break;
    }
}

static void offer_options(const struct completion *completion, const struct command *command)
{
    for (size_t i = 0; i < command->n_options; i++) {
        char word[64];
        snprintf(word, sizeof word, "--%s", command->options[i].name);
        offer(completion, word, command->options[i].summary);
    }
    offer(completion, "--help", "what the command takes");
}

static const struct command_option *option_of(const struct command *command, const char *word)
{
    for (size_t i = 0; strncmp(word, "--", 2) == 0 && i < command->n_options; i++)
        if (strcmp(command->options[i].name, word + 2) == 0)
            return &command->options[i];
    return NULL;
}

/* "--lang=py" in one word: the option, and the rest of the word is to be completed. */
static const struct command_option *take_prefix(struct completion *completion,
                                                const struct command *command)
{
    char name[32];
    size_t n = strcspn(completion->current, "=");
    if (completion->current[n] == '\0' || n >= sizeof name)
        return NULL;
    memcpy(name, completion->current, n);
    name[n] = '\0';
    const struct command_option *option = option_of(command, name);
    if (!option)
        return NULL;
    snprintf(completion->prefix, sizeof completion->prefix, "%s=", name);
    completion->current += n + 1;
    return option;
}

/* words[0 .. n - 1]: what follows "mljudge COMMAND", the last one at the cursor. */
static void complete(struct completion *completion, const struct command *command, int n,
                     char **words)
{
    const struct command_option *pending = NULL; /* its argument comes next */
    size_t n_operands = 0;
    bool only_operands = false;
    for (int i = 0; i + 1 < n; i++) {
        if (pending && pending->completes == COMPLETE_FOLDER && pending->id == 'p')
            completion->problems_dir = words[i];
        if (pending) {
            pending = NULL;
        } else if (!only_operands && strcmp(words[i], "--") == 0) {
            only_operands = true;
        } else if (only_operands || words[i][0] != '-') {
            if (n_operands++ == 0)
                completion->problem = words[i];
            only_operands = only_operands || command->ends_at_operand;
        } else {
            const struct command_option *option = option_of(command, words[i]);
            pending = option && option->argument ? option : NULL;
        }
    }
    if (!pending && !only_operands)
        pending = take_prefix(completion, command);
    if (pending && pending->words)
        offer_words(completion, pending->words);
    else if (pending)
        offer_kind(completion, pending->completes);
    else if (!only_operands && completion->current[0] == '-')
        offer_options(completion, command);
    else if (command->operand_words)
        offer_words(completion, n_operands == 0 ? command->operand_words : "");
    else
        offer_kind(
            completion,
            command->completes[n_operands < COMMAND_OPERANDS_MAX ? n_operands
                                                                 : COMMAND_OPERANDS_MAX - 1]);
}

/* words: "mljudge", then what was typed. */
static int answer(const struct context *context, int n, char **words)
{
    struct completion completion = {.context = context, .current = words[n - 1]};
    if (n == 2) {
        offer_kind(&completion, COMPLETE_COMMAND);
        offer(&completion, "--help", "the commands");
        offer(&completion, "--version", "");
        return 0;
    }
    const struct command *command = n > 2 ? command_find(words[1]) : NULL;
    if (command)
        complete(&completion, command, n - 2, words + 2);
    return 0;
}

/* ---- the scripts ---- */

/* Bash breaks words at "=": they are put together again, and only what follows the last "=" is replaced. */
static const char bash_script[] =
    "# eval \"$(mljudge completion bash)\"\n"
    "_mljudge() {\n"
    "    local word line last=\"\" IFS=$'\\n'\n"
    "    local -a words=()\n"
    "    for word in \"${COMP_WORDS[@]:0:COMP_CWORD+1}\"; do\n"
    "        if ((${#words[@]} > 1)) && [[ $word == = || $last == = ]]; then\n"
    "            words[${#words[@]}-1]+=$word\n"
    "        else\n"
    "            words+=(\"$word\")\n"
    "        fi\n"
    "        last=$word\n"
    "    done\n"
    "    [[ $last == = ]] && last=\"\"\n"
    "    COMPREPLY=()\n"
    "    while read -r line; do\n"
    "        case $line in\n"
    "        :files) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- \"$last\")) ;;\n"
    "        :folders) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- \"$last\")) "
    ";;\n"
    "        ?*) line=${line%%$'\\t'*}; [[ ${words[${#words[@]}-1]} == *=* ]] && line=${line##*=}\n"
    "            printf -v line %q \"$line\"; COMPREPLY+=(\"$line\") ;;\n"
    "        esac\n"
    "    done < <(\"${COMP_WORDS[0]}\" completion --words -- \"${words[@]}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _mljudge mljudge\n";

static const char zsh_script[] =
    "#compdef mljudge\n"
    "# eval \"$(mljudge completion zsh)\", after compinit\n"
    "_mljudge() {\n"
    "    local line\n"
    "    local -a names texts\n"
    "    for line in \"${(@f)$(\"${words[1]}\" completion --words -- \"${(@)words[1,CURRENT]}\" "
    "2>/dev/null)}\"; do\n"
    "        case $line in\n"
    "        :files) compset -P '*='; _files ;;\n"
    "        :folders) _files -/ ;;\n"
    "        ?*) names+=(\"${line%%$'\\t'*}\"); texts+=(\"${${line/$'\\t'/  -- }%  -- }\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#names )) && compadd -l -d texts -a names\n"
    "}\n"
    "if [[ $funcstack[1] == _mljudge ]]; then _mljudge \"$@\"; else compdef _mljudge mljudge; fi\n";

static const char fish_script[] =
    "# mljudge completion fish | source\n"
    "function __mljudge\n"
    "    set -l words (commandline -opc) (commandline -ct)\n"
    "    for line in ($words[1] completion --words -- $words 2>/dev/null)\n"
    "        switch $line\n"
    "            case ':files'\n"
    "                set -l before (string match -r '^.*=' -- (commandline -ct))\n"
    "                for path in (__fish_complete_path (string replace -r '^.*=' '' -- "
    "(commandline -ct)))\n"
    "                    echo \"$before$path\"\n"
    "                end\n"
    "            case ':folders'\n"
    "                __fish_complete_directories (commandline -ct) ''\n"
    "            case '?*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c mljudge -f -a '(__mljudge)'\n";

static const struct {
    const char *shell, *script;
} scripts[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};

static int run_completion(const struct context *context, int argc, char **argv)
{
    bool words = false;
    while (option_next(context, argc, argv) != -1)
        words = true;
    if (words)
        return optind < argc ? answer(context, argc - optind, argv + optind) : 0;
    for (size_t i = 0; optind + 1 == argc && i < ARRAY_LEN(scripts); i++)
        if (strcmp(argv[optind], scripts[i].shell) == 0) {
            fputs(scripts[i].script, stdout);
            return 0;
        }
    return usage_error("completion", "which shell: bash, zsh or fish?");
}

static const struct command_option completion_options[] = {
    {.name = "words",
     .id = 'w',
     .summary = "what may follow these words, a line each: what the scripts ask"},
};

const struct command command_completion = {
    .name = "completion",
    .run = run_completion,
    COMMAND_OPTIONS(completion_options),
    .operands = "bash|zsh|fish",
    .operand_words = "bash zsh fish",
    .ends_at_operand = true,
    .summary = "completion for a shell: commands, options, problems, languages",
    .details = "bash: eval \"$(mljudge completion bash)\" in ~/.bashrc. zsh: the same with zsh, "
               "after compinit, in ~/.zshrc. "
               "fish: mljudge completion fish | source, in ~/.config/fish/config.fish.",
};
