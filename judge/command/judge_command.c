/* mljudge judge, mljudge run: one problem, one or more submissions. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/report_cases.h"
#include "sandbox/util.h"

#define REPORTS_MAX     16
#define WEAK_SEED_BYTES 8 /* 64 bits */

struct report_request {
    const struct report_format *format;
    const char *path; /* NULL: standard output; "%n" in it: the number of the FILE, from 1 */
    bool begun;       /* the file holds reports of this run: more are appended */
};

struct judge_arguments {
    const char *command;
    const char *language, *problems_dir;
    struct seed seed;
    bool seed_given, samples_only;
    struct report_request reports[REPORTS_MAX];
    size_t n_reports;
    int file_number; /* of the FILE that is being judged, from 1 */
    struct report_options report;
    bool reveal;
    struct visibility_policy show; /* of hidden tests; n 0: not given */
    int64_t tries;                 /* -1: not given */
    struct judge_options options;
};

static const char *number_mark(const struct report_request *request)
{
    return request->path ? strstr(request->path, "%n") : NULL;
}

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
        char known[256] = "";
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

static int set_show(struct judge_arguments *arguments, const char *text)
{
    struct error err = ERROR_INIT;
    return visibility_parse(text, &arguments->show, &err) < 0
               ? usage_error(arguments->command, "--show %s", err.text)
               : 0;
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
        {"show", required_argument, NULL, 'w'},
        {"tries", required_argument, NULL, 'T'},
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
            if (!parse_number(arguments->command, "--jobs", optarg, 1, 64, &number))
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
        case 'v': arguments->reveal = true; break;
        case 'w': r = set_show(arguments, optarg); break;
        case 'T':
            if (!parse_number(arguments->command, "--tries", optarg, 0, 1000000, &arguments->tries))
                return EXIT_USAGE;
            break;
        case 'p': arguments->problems_dir = optarg; break;
        default:
            return usage_error(arguments->command, "option '%.60s' was not understood",
                               argv[optind - 1]);
        }
    }
    if (r == 0 && argc - optind < 2)
        r = usage_error(arguments->command, "PROBLEM and FILE are needed");
    for (size_t i = 0; r == 0 && argc - optind > 2 && i < arguments->n_reports; i++)
        if (arguments->reports[i].format->one_a_file && !number_mark(&arguments->reports[i]))
            r = usage_error(arguments->command,
                            "--report %s is one document: with several FILEs give each its own, "
                            "%s=PATH with %%n in PATH for the FILE's number",
                            arguments->reports[i].format->name, arguments->reports[i].format->name);
    return r == 0 ? seed_from_environment(arguments) : r;
}

/* ---- reports ---- */

/* What went wrong with a report; errno is what the last call left. */
static int complain_report(const struct report_request *request, int r)
{
    const char *name = request->format->name;
    const char *reason = strerror(r == -ENOMEM ? ENOMEM : errno);
    if (r == -ENODATA)
        return complain(EXIT_OURS,
                        "report '%s' needs the score, which the policy hides: --show group, or "
                        "--reveal",
                        name);
    return request->path ? complain(EXIT_OURS, "report '%s': %s", request->path, reason)
                         : complain(EXIT_OURS, "writing the report: %s", reason);
}

/* A file of its own for each FILE, or one for all. */
static FILE *open_report(const struct report_request *request, int file_number)
{
    char path[PATH_MAX];
    const char *mark = number_mark(request);
    if (!request->path)
        return stdout;
    if (!mark)
        return fopen(request->path, request->begun ? "ae" : "we");
    int n = snprintf(path, sizeof path, "%.*s%d%s", (int)(mark - request->path), request->path,
                     file_number, mark + 2);
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return fopen(path, "we");
}

static int write_one(struct judge_arguments *arguments, struct report_request *request,
                     const struct report *report)
{
    struct report_options options = arguments->report;
    options.continued = request->begun && !number_mark(request);
    options.color = options.color && !request->path;
    FILE *file = open_report(request, arguments->file_number);
    if (!file)
        return complain_report(request, -EIO);
    request->begun = true;
    errno = 0;
    int r = request->format->write(file, report, &options);
    int saved = errno;
    int end = request->path ? fclose(file) : fflush(file);
    if (r < 0 && r != -EIO)
        return complain_report(request, r);
    if (r < 0)
        errno = saved;
    return r < 0 || end != 0 ? complain_report(request, -EIO) : 0;
}

static int write_reports(struct judge_arguments *arguments, const struct report *report)
{
    struct report_request fallback = {.format = report_format_find("text")};
    bool to_stdout = false;
    int code = 0;
    for (size_t i = 0; i < arguments->n_reports; i++) {
        int r = write_one(arguments, &arguments->reports[i], report);
        code = r > code ? r : code;
        to_stdout = to_stdout || !arguments->reports[i].path;
    }
    if (!to_stdout) {
        int r = write_one(arguments, &fallback, report);
        code = r > code ? r : code;
    }
    return code;
}

static const struct visibility_policy *policy_of(const struct judge_arguments *arguments,
                                                 const struct problem *problem)
{
    return arguments->show.n > 0 ? &arguments->show : &problem->visibility;
}

/* How much of the hidden tests may be seen, now. */
static enum visibility shown_of(const struct judge_arguments *arguments,
                                const struct problem *problem)
{
    return arguments->reveal
               ? VISIBILITY_ALL
               : visibility_now(policy_of(arguments, problem), arguments->tries, time(NULL));
}

/* Where the verdict is not shown, that of the samples is what the exit status says. */
static enum verdict verdict_for_exit(const struct report *report)
{
    if (!report_hides(report, VISIBILITY_VERDICT) || report->verdict != VERDICT_NONE)
        return report->verdict;
    for (size_t i = 0; i < report->n_tests; i++)
        if (report->tests[i].verdict != VERDICT_AC)
            return report->tests[i].verdict;
    return VERDICT_AC;
}

/* Every format is written from what the JSON report shows, and so is the exit status. */
static int report_on(struct judge_arguments *arguments, const struct problem *problem,
                     struct record *record, enum visibility visibility, const char *file)
{
    struct report *report = NULL;
    struct error err = ERROR_INIT;
    if (!arguments->reveal)
        snprintf(record->policy, sizeof record->policy, "%s", policy_of(arguments, problem)->text);
    record->tries = arguments->tries;
    if (report_of_record(record, visibility, &report, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    arguments->report.path = strcmp(file, "-") == 0 ? NULL : file;
    int code = write_reports(arguments, report);
    if (code == 0)
        code = verdict_exit_code(verdict_for_exit(report));
    report_free(report);
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
    enum visibility visibility = shown_of(arguments, problem);
    progress_init(&progress, context);
    progress.samples_only = visibility < VISIBILITY_KIND;
    struct submission submission = {
        .problem = problem,
        .language = language,
        .file = strcmp(file, "-") == 0 ? "stdin" : base_name(file),
        .source = source,
        .source_size = size,
        .seed = &arguments->seed,
        .samples_only = arguments->samples_only,
        .reveal = visibility == VISIBILITY_ALL,
        .cancel_fd = context->cancel_fd,
    };
    struct record *record = NULL;
    struct error err = ERROR_INIT;
    r = judge_submission(judge, &submission, progress_event, &progress, &record, &err);
    progress_clear(&progress);
    if (r < 0)
        return complain_error(EXIT_OURS, &err);
    int code = report_on(arguments, problem, record, visibility, file);
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
        arguments->file_number = i;
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
        .report = {.color = context->color_out},
        .reveal = samples_only,
        .tries = -1,
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
