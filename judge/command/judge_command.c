/* mljudge judge, mljudge run: one problem, one or more submissions. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "sandbox/util.h"

#define REPORTS_MAX     8
#define WEAK_SEED_BYTES 8 /* 64 bits */
#define REPEATS_MAX     1000

struct report_request {
    const struct report_format *format;
    const char *path; /* NULL: standard output */
    bool begun;       /* the file holds reports of this run: more are appended */
};

struct judge_arguments {
    const char *command;
    const char *language, *problems_dir;
    struct seed seed;
    bool seed_given, samples_only;
    struct report_request reports[REPORTS_MAX];
    size_t n_reports;
    struct report_options report;
    struct judge_options options;
    int repeats;
    bool fail_fast;
};

/* ---- arguments ---- */

static int set_seed(struct judge_arguments *arguments, const char *text, const char *file)
{
    struct error err = ERROR_INIT;
    if (arguments->seed_given)
        return usage_error(arguments->command, "give one seed: --seed-file or --seed");
    int r = file ? seed_from_file(&arguments->seed, file, &err)
                 : seed_set(&arguments->seed, text, strlen(text), &err);
    arguments->seed_given = true;
    return r < 0 ? complain_error(EXIT_USAGE, &err) : 0;
}

static int add_report(struct judge_arguments *arguments, const char *text)
{
    char name[32];
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    if (length >= sizeof name || arguments->n_reports == REPORTS_MAX)
        return usage_error(arguments->command, "--report '%.60s' was not understood", text);
    memcpy(name, text, length);
    name[length] = '\0';
    struct report_request request = {.format = report_format_find(name),
                                     .path = equals ? equals + 1 : NULL};
    if (!request.format) {
        char known[128] = "";
        size_t n = 0;
        const struct report_format *formats = report_formats(&n);
        for (size_t i = 0; i < n; i++)
            snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "",
                     formats[i].name);
        return usage_error(arguments->command, "unknown report format '%s' (known: %s)", name,
                           known);
    }
    arguments->reports[arguments->n_reports++] = request;
    return 0;
}

static int set_tier(const char *command, const char *option, const char *text,
                    enum sandbox_tier *ret)
{
    if (sandbox_tier_parse(text, ret) < 0 || *ret == SANDBOX_TIER_NONE)
        return usage_error(command, "%s '%.40s': known tiers are full, userns, landlock", option,
                           text);
    return 0;
}

/* The environment's seed is taken and removed: no child of ours inherits it. */
static int seed_from_environment(struct judge_arguments *arguments)
{
    char *text = getenv("MLJUDGE_SEED");
    int r = 0;
    if (!arguments->seed_given && text && text[0])
        r = set_seed(arguments, text, NULL);
    if (text)
        memset(text, 0, strlen(text)); /* /proc/PID/environ shows the block itself */
    unsetenv("MLJUDGE_SEED");
    if (r == 0 && !arguments->seed_given)
        seed_public(&arguments->seed);
    if (r == 0 && arguments->seed.secret && arguments->seed.size < WEAK_SEED_BYTES)
        complain(
            0, "warning: the seed has only %zu bytes; 8 or more (64 bits) keep hidden tests hidden",
            arguments->seed.size);
    return r;
}

static int parse(struct judge_arguments *arguments, int argc, char **argv)
{
    static const struct option options[] = {
        {"lang", required_argument, NULL, 'l'},
        {"seed-file", required_argument, NULL, 'F'},
        {"seed", required_argument, NULL, 'S'},
        {"jobs", required_argument, NULL, 'j'},
        {"report", required_argument, NULL, 'r'},
        {"tier", required_argument, NULL, 't'},
        {"require", required_argument, NULL, 'q'},
        {"cold", no_argument, NULL, 'c'},
        {"reveal", no_argument, NULL, 'v'},
        {"repeats", required_argument, NULL, 'n'},
        {"fail-fast", no_argument, NULL, 'x'},
        {"problems", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    int64_t number = 0;
    int r = 0;
    opterr = 0;
    for (int c; r == 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'l': arguments->language = optarg; break;
        case 'F': r = set_seed(arguments, NULL, optarg); break;
        case 'S': r = set_seed(arguments, optarg, NULL); break;
        case 'j':
            if (!parse_number(arguments->command, "--jobs", optarg, 1, JUDGE_JOBS_MAX, &number))
                return EXIT_USAGE;
            arguments->options.n_jobs = (int)number;
            break;
        case 'r': r = add_report(arguments, optarg); break;
        case 't':
            r = set_tier(arguments->command, "--tier", optarg, &arguments->options.sandbox.want);
            break;
        case 'q':
            r = set_tier(arguments->command, "--require", optarg, &arguments->options.sandbox.need);
            break;
        case 'c': break; /* every start is cold in this version */
        case 'v': arguments->report.reveal = true; break;
        case 'n':
            if (!parse_number(arguments->command, "--repeats", optarg, 1, REPEATS_MAX, &number))
                return EXIT_USAGE;
            arguments->repeats = (int)number;
            break;
        case 'x': arguments->fail_fast = true; break;
        case 'p': arguments->problems_dir = optarg; break;
        default:
            return usage_error(arguments->command, "option '%.60s' was not understood",
                               argv[optind - 1]);
        }
    }
    if (r == 0 && argc - optind < 2)
        r = usage_error(arguments->command, "PROBLEM and FILE are needed");
    return r == 0 ? seed_from_environment(arguments) : r;
}

/* ---- reports ---- */

static int write_one(struct report_request *request, const struct record *record,
                     const struct report_options *base)
{
    struct report_options options = *base;
    if (!request->path) {
        int r = request->format->write(stdout, record, &options);
        return r == 0 && fflush(stdout) == 0
                   ? 0
                   : complain(EXIT_OURS, "writing the report: %s", strerror(errno));
    }
    options.color = false;
    FILE *file = fopen(request->path, request->begun ? "ae" : "we");
    if (!file)
        return complain(EXIT_OURS, "report '%s': %s", request->path, strerror(errno));
    request->begun = true;
    int r = request->format->write(file, record, &options);
    if (fclose(file) != 0 || r < 0)
        return complain(EXIT_OURS, "report '%s': %s", request->path, strerror(errno));
    return 0;
}

static int write_reports(struct judge_arguments *arguments, const struct record *record)
{
    static const struct report_request text = {.path = NULL};
    struct report_request fallback = text;
    bool to_stdout = false;
    int code = 0;
    for (size_t i = 0; i < arguments->n_reports; i++) {
        int r = write_one(&arguments->reports[i], record, &arguments->report);
        code = r > code ? r : code;
        to_stdout = to_stdout || !arguments->reports[i].path;
    }
    fallback.format = report_format_find("text");
    if (!to_stdout) {
        int r = write_one(&fallback, record, &arguments->report);
        code = r > code ? r : code;
    }
    return code;
}

/* ---- judging ---- */

static int judge_file(struct judge *judge, const struct context *context,
                      struct judge_arguments *arguments, const struct problem *problem,
                      const char *file)
{
    const char *language = arguments->language;
    if (!language)
        language = language_for_file(&context->dirs, problem, file);
    if (!language)
        return complain(EXIT_USAGE,
                        "'%s': no language of %s has this extension; say which with --lang", file,
                        problem->slug);
    if (!problem_offers(problem, language)) {
        char known[256] = "";
        for (size_t i = 0; i < problem->n_languages; i++)
            snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "",
                     problem->languages[i]);
        return complain(EXIT_USAGE, "problem '%s' is not offered in '%.40s' (it is in: %s)",
                        problem->slug, language, known);
    }
    auto_free char *source = NULL;
    size_t size = 0;
    int r = read_source(context, file, &source, &size);
    if (r != 0)
        return r;
    struct progress progress;
    progress_init(&progress, context);
    struct submission submission = {
        .problem = problem,
        .language = language,
        .file = strcmp(file, "-") == 0 ? "stdin" : base_name(file),
        .source = source,
        .source_size = size,
        .seed = &arguments->seed,
        .samples_only = arguments->samples_only,
        .reveal = arguments->report.reveal,
        .repeats = arguments->repeats,
        .fail_fast = arguments->fail_fast,
        .cancel_fd = context->cancel_fd,
    };
    struct record *record = NULL;
    struct error err = ERROR_INIT;
    r = judge_submission(judge, &submission, progress_event, &progress, &record, &err);
    progress_clear(&progress);
    if (r < 0)
        return complain_error(EXIT_OURS, &err);
    int code = write_reports(arguments, record);
    if (code == 0)
        code = verdict_exit_code(record->verdict);
    record_free(record);
    return code;
}

static int judge_files(const struct context *context, struct judge_arguments *arguments, int n,
                       char **names)
{
    struct problem *problem = NULL;
    int code = find_problem(context, arguments->problems_dir, names[0], &problem);
    if (code != 0)
        return code;
    /* A missing file is said before anything is built. */
    for (int i = 1; i < n; i++)
        if (strcmp(names[i], "-") != 0 && access(names[i], R_OK) < 0)
            code = complain(EXIT_USAGE, "'%s': %s", names[i], strerror(errno));
    struct judge *judge = NULL;
    struct error err = ERROR_INIT;
    if (code == 0 && judge_new(&judge, &arguments->options, &err) < 0)
        code = complain_error(EXIT_OURS, &err);
    for (int i = 1; judge && i < n && code != EXIT_INTERRUPTED; i++) {
        int r = judge_file(judge, context, arguments, problem, names[i]);
        code = r > code ? r : code;
    }
    judge_free(judge);
    problem_free(problem);
    return code;
}

static int judge_or_run(const struct context *context, int argc, char **argv, bool samples_only)
{
    struct judge_arguments arguments = {
        .command = argv[0],
        .samples_only = samples_only,
        .report = {.reveal = samples_only, .color = context->color_out},
        .options = {.dirs = context->dirs},
    };
    int r = parse(&arguments, argc, argv);
    return r != 0 ? r : judge_files(context, &arguments, argc - optind, argv + optind);
}

int command_judge(const struct context *context, int argc, char **argv)
{
    return judge_or_run(context, argc, argv, false);
}

int command_run(const struct context *context, int argc, char **argv)
{
    return judge_or_run(context, argc, argv, true);
}
