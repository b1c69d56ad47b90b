/* mljudge report: what can be done with a JSON report later. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "judge/command/command.h"
#include "judge/escape.h"
#include "judge/json_memory.h"
#include "judge/near.h"
#include "judge/report_compare.h"
#include "judge/report_key.h"
#include "judge/report_sign.h"
#include "sandbox/util.h"

#define REQUESTS_MAX 8

/* The text of a JSON file; 0 or the exit code after having complained. */
static int read_text(const char *path, char **ret, size_t *ret_size)
{
    struct error err = ERROR_INIT;
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return complain(EXIT_OURS, "'%s': %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return complain(EXIT_OURS, "'%s' is not a regular file", path);
    if (file_read(fd, REPORT_MAX_BYTES, ret, ret_size, &err) < 0) {
        error_prefix(&err, err.code, "'%s'", path);
        return complain_error(EXIT_OURS, &err);
    }
    return 0;
}

/* A file that cannot be read or is no report: exit code 3. */
static int load_report(const char *path, struct report **ret)
{
    struct error err = ERROR_INIT;
    auto_free char *text = NULL;
    size_t size = 0;
    int code = read_text(path, &text, &size);
    if (code != 0)
        return code;
    if (report_parse(text, size, path, ret, &err) < 0) {
        complain_error(EXIT_OURS, &err);
        return complain(EXIT_OURS,
                        "'%s' is no report: mljudge judge ... --report json=FILE writes one", path);
    }
    return 0;
}

/* The whole command line; which options an action takes is in actions[]. */
struct report_arguments {
    struct report_request wanted[REQUESTS_MAX];
    size_t n_wanted;
    const char *key, *scale;
    bool all;
    char given[5]; /* the ids of the options that were given */
    char **files;
    int n_files;
};

/* ---- render ---- */

/* What `mljudge scale --json` wrote becomes the report's "scale": HTML draws it, JSON holds it. */
static int add_scale(struct report *report, const char *path)
{
    auto_free char *text = NULL;
    size_t size = 0;
    json_t *scale = NULL;
    json_error_t error;
    int code = read_text(path, &text, &size);
    if (code != 0)
        return code;
    int r = json_read(text, size, JSON_REJECT_DUPLICATES, &scale, &error);
    if (r == -ENOMEM)
        return complain(EXIT_OURS, "out of memory");
    if (r < 0)
        return complain(EXIT_OURS, "%s:%d: %s", path, error.line, error.text);
    const char *kind = json_string_value(json_object_get(scale, "kind"));
    if (!kind || strcmp(kind, "scale") != 0) {
        json_decref(scale);
        return complain(EXIT_OURS, "'%s' is not what mljudge scale --json writes", path);
    }
    return json_object_set_new(report->json, "scale", scale) == 0
               ? 0
               : complain(EXIT_OURS, "out of memory");
}

static int render(const struct context *context, struct report_arguments *arguments)
{
    struct report *report = NULL;
    if (arguments->n_wanted == 0)
        arguments->wanted[arguments->n_wanted++].format = report_format_find("text");
    int code = load_report(arguments->files[0], &report);
    if (code == 0 && arguments->scale)
        code = add_scale(report, arguments->scale);
    const struct report_options options = {.color = context->color_out,
                                           .width = terminal_columns(stdout)};
    for (size_t i = 0; code == 0 && i < arguments->n_wanted; i++)
        code = report_request_write(&arguments->wanted[i], 1, report, &options);
    report_free(report);
    return code;
}

/* ---- verify ---- */

static void say_changes(const struct report_verification *verification)
{
    if (!verification->digests_genuine)
        printf(
            "what was changed cannot be said: the list of digests is not the signed one either\n");
    for (size_t i = 0; i < verification->n_changes; i++) {
        char line[400];
        const char *text = verification->changes[i];
        printf("  %s\n", escape_text(text, strlen(text), line, sizeof line));
    }
    if (verification->n_more > 0)
        printf("  and %zu more\n", verification->n_more);
}

static int say_trust(const struct report_verification *verification, bool key_given)
{
    switch (verification->trust) {
    case REPORT_GENUINE:
        printf("genuine: this is what was signed with key %s\n", verification->public_hex);
        if (!key_given)
            printf("whose key that is, only its owner can say: compare it, or give --key\n");
        return EXIT_ACCEPTED;
    case REPORT_UNSIGNED:
        printf("not signed: mljudge judge ... --sign KEYFILE signs a report\n");
        return EXIT_REJECTED;
    case REPORT_OTHER_KEY:
        printf("signed with another key: %s\n", verification->public_hex);
        return EXIT_REJECTED;
    case REPORT_CHANGED: break;
    }
    printf("changed: this is not what was signed with key %s\n", verification->public_hex);
    say_changes(verification);
    return EXIT_REJECTED;
}

static int verify(const struct context *context, struct report_arguments *arguments)
{
    unsigned char key[crypto_sign_PUBLICKEYBYTES];
    const char *key_text = arguments->key;
    struct error err = ERROR_INIT;
    (void)context;
    if (key_text && report_public_key(key_text, key, &err) < 0)
        return complain_error(EXIT_USAGE, &err);
    struct report *report = NULL;
    int code = load_report(arguments->files[0], &report);
    if (code != 0)
        return code;
    struct report_verification verification;
    int r = report_verify(report, key_text ? key : NULL, &verification, &err);
    report_free(report);
    return r < 0 ? complain_error(EXIT_OURS, &err) : say_trust(&verification, key_text != NULL);
}

/* ---- compare, keygen ---- */

static int compare(const struct context *context, struct report_arguments *arguments)
{
    struct report *a = NULL, *b = NULL;
    const struct compare_options how = {.all = arguments->all};
    (void)context;
    int code = load_report(arguments->files[0], &a);
    if (code == 0)
        code = load_report(arguments->files[1], &b);
    bool same = false;
    if (code == 0 && report_compare(stdout, a, b, &how, &same) < 0)
        code = complain(EXIT_OURS, "out of memory");
    if (code == 0)
        code = same ? EXIT_ACCEPTED : EXIT_REJECTED;
    report_free(a);
    report_free(b);
    return code;
}

static int keygen(const struct context *context, struct report_arguments *arguments)
{
    const char *path = arguments->files[0];
    char public_hex[REPORT_KEY_HEX];
    struct error err = ERROR_INIT;
    (void)context;
    if (report_key_make(path, public_hex, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    printf("secret key: %s (keep it where no candidate and no CI log can read it)\n"
           "public key: %s.pub\n%s\n",
           path, path, public_hex);
    return 0;
}

/* ---- the command ---- */

static const struct action {
    const char *name;
    int (*run)(const struct context *context, struct report_arguments *arguments);
    int n_files;
    const char *files;
    const char *options; /* the ids of those that it takes */
} actions[] = {
    {"render", render, 1, "one report", "rs"},
    {"verify", verify, 1, "one report", "k"},
    {"compare", compare, 2, "two reports", "a"},
    {"keygen", keygen, 1, "the path of a file that is not there yet", ""},
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

static int unknown_action(const char *word)
{
    const char *names[ARRAY_LEN(actions)];
    char suggestion[200];
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        names[i] = actions[i].name;
    near_words(word, names, ARRAY_LEN(names), suggestion, sizeof suggestion);
    if (suggestion[0])
        return usage_error("report", "unknown action '%.40s'%s", word, suggestion);
    return usage_error("report", "what is to be done: render, verify, compare or keygen?");
}

static int parse(const struct context *context, struct report_arguments *arguments, int argc,
                 char **argv)
{
    int code = 0;
    for (int c; code == 0 && (c = option_next(context, argc, argv)) != -1;) {
        if (!strchr(arguments->given, c))
            arguments->given[strlen(arguments->given)] = (char)c;
        switch (c) {
        case 'r':
            if (arguments->n_wanted == REQUESTS_MAX)
                return usage_error("report", "more than %d reports", REQUESTS_MAX);
            code =
                report_request_parse("report", optarg, &arguments->wanted[arguments->n_wanted++]);
            break;
        case 'k': arguments->key = optarg; break;
        case 's': arguments->scale = optarg; break;
        default: arguments->all = true;
        }
    }
    return code;
}

static int run_report(const struct context *context, int argc, char **argv)
{
    struct report_arguments arguments = {.n_wanted = 0};
    int code = parse(context, &arguments, argc, argv);
    if (code != 0)
        return code;
    const struct action *action = optind < argc ? find_action(argv[optind]) : NULL;
    if (!action)
        return unknown_action(optind < argc ? argv[optind] : "");
    arguments.files = argv + optind + 1;
    arguments.n_files = argc - optind - 1;
    if (arguments.n_files != action->n_files)
        return usage_error("report", "%s takes %s", action->name, action->files);
    for (size_t i = 0; i < context->command->n_options; i++) {
        const struct command_option *option = &context->command->options[i];
        if (strchr(arguments.given, option->id) && !strchr(action->options, option->id))
            return usage_error("report", "%s takes no --%s", action->name, option->name);
    }
    return action->run(context, &arguments);
}

static const struct command_option report_options[] = {
    OPTION_REPORT,
    {.name = "scale",
     .id = 's',
     .argument = "SCALE",
     .completes = COMPLETE_FILE,
     .summary = "render: what mljudge scale --json wrote; HTML draws time over n"},
    {.name = "key",
     .id = 'k',
     .argument = "PUBKEY",
     .completes = COMPLETE_FILE,
     .summary = "verify: the key it must be signed with: 64 hexadecimal digits, or FILE.pub"},
    {.name = "all", .id = 'a', .summary = "compare: every test, not only those that differ"},
};

const struct command command_report = {
    .name = "report",
    .run = run_report,
    COMMAND_OPTIONS(report_options),
    .operands = "render|verify|compare|keygen FILE...",
    .operand_words = "render verify compare keygen",
    .completes = {COMPLETE_NOTHING, COMPLETE_FILE},
    .summary = "a JSON report in another format, its signature, two of them side by side",
    .details = "render FILE writes a JSON report in any other format. verify FILE says whether it "
               "is what `judge --sign` "
               "signed, and what was changed; exits 0 genuine, 1 changed, unsigned or signed with "
               "another key. compare A B "
               "shows two side by side; exits 0 if verdicts and points are the same, else 1. "
               "keygen FILE makes a key pair, "
               "FILE and FILE.pub. What is no report: exit code 3.",
    .example = "mljudge report render report.json --report html=report.html",
};
