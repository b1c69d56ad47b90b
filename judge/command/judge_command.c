/* mljudge judge, mljudge run: one problem, one or more submissions. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/command/several.h"
#include "judge/command/watch.h"
#include "judge/command/workspace.h"
#include "judge/near.h"
#include "judge/report_cases.h"
#include "judge/testset.h"
#include "judge/report_sign.h"
#include "sandbox/util.h"

#define REPORTS_MAX     16
#define WEAK_SEED_BYTES 8 /* 64 bits */
#define REPEATS_MAX     1000

struct judge_arguments {
    const char *command;
    const char *language, *problems_dir;
    struct seed seed;
    bool seed_given, samples_only, watch;
    const char *own_path;   /* --args; NULL: the samples */
    struct several several; /* reports, if there are several FILEs */
    bool keeps_reports;
    struct report_request reports[REPORTS_MAX];
    size_t n_reports;
    int file_number; /* of the FILE that is being judged, from 1 */
    struct report_options report;
    bool reveal;
    struct visibility_policy show; /* of hidden tests; n 0: not given */
    int64_t tries;                 /* -1: not given */
    struct judge_options options;
    struct report_key key; /* if `sign` */
    bool sign;
    int repeats;
    bool fail_fast;
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

static int unknown_format(const char *command, const char *name)
{
    const char *names[32];
    char known[256] = "";
    char suggestion[200];
    size_t n = 0;
    const struct report_format *formats = report_formats(&n);
    assert(n <= ARRAY_LEN(names));
    for (size_t i = 0; i < n; i++) {
        names[i] = formats[i].name;
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "",
                 formats[i].name);
    }
    return usage_error(command, "unknown report format '%s' (known: %s)%s", name, known,
                       near_words(name, names, n, suggestion, sizeof suggestion));
}

int report_request_parse(const char *command, const char *text, struct report_request *ret)
{
    char name[32];
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    if (length >= sizeof name)
        return usage_error(command, "--report '%.60s' was not understood", text);
    memcpy(name, text, length);
    name[length] = '\0';
    *ret = (struct report_request){.format = report_format_find(name),
                                   .path = equals ? equals + 1 : NULL};
    return ret->format ? 0 : unknown_format(command, name);
}

static int add_report(struct judge_arguments *arguments, const char *text)
{
    if (arguments->n_reports == REPORTS_MAX)
        return usage_error(arguments->command, "--report '%.60s' was not understood", text);
    int r =
        report_request_parse(arguments->command, text, &arguments->reports[arguments->n_reports]);
    arguments->n_reports += r == 0;
    return r;
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

static int take_key(struct judge_arguments *arguments, const char *path)
{
    struct error err = ERROR_INIT;
    if (report_key_read(path, &arguments->key, &err) < 0)
        return complain_error(EXIT_USAGE, &err);
    arguments->sign = true;
    if (arguments->key.open_to_others)
        complain(0, "warning: key '%s' can be read by others: chmod 600 it", path);
    return 0;
}

static int parse(const struct context *context, struct judge_arguments *arguments, int argc,
                 char **argv)
{
    int64_t number = 0;
    int r = 0;
    for (int c; r == 0 && (c = option_next(context, argc, argv)) != -1;) {
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
            r = check_tier(context, "--tier", optarg, &arguments->options.sandbox.want);
            break;
        case 'q':
            r = check_tier(context, "--require", optarg, &arguments->options.sandbox.need);
            break;
        case 'k': r = take_key(arguments, optarg); break;
        case 'c': arguments->options.cold = true; break;
        case 'v': arguments->reveal = true; break;
        case 'a': arguments->own_path = optarg; break;
        case 'W': arguments->watch = true; break;
        case 'w': r = set_show(arguments, optarg); break;
        case 'n':
            if (!parse_number(arguments->command, "--repeats", optarg, 1, REPEATS_MAX, &number))
                return EXIT_USAGE;
            arguments->repeats = (int)number;
            break;
        case 'x': arguments->fail_fast = true; break;
        case 'T':
            if (!parse_number(arguments->command, "--tries", optarg, 0, 1000000, &arguments->tries))
                return EXIT_USAGE;
            break;
        default: arguments->problems_dir = optarg; break;
        }
    }
    if (r == 0 && argc - optind < 2)
        r = usage_error(arguments->command, "PROBLEM and FILE are needed");
    if (r == 0 && arguments->watch && (argc - optind > 2 || strcmp(argv[optind + 1], "-") == 0))
        r = usage_error(arguments->command, "--watch needs one FILE that can be saved");
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

int report_request_write(struct report_request *request, int file_number,
                         const struct report *report, const struct report_options *base)
{
    struct report_options options = *base;
    options.continued = request->begun && !number_mark(request);
    options.color = options.color && !request->path;
    options.width = request->path ? 0 : options.width;
    FILE *file = open_report(request, file_number);
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
        int r = report_request_write(&arguments->reports[i], arguments->file_number, report,
                                     &arguments->report);
        code = r > code ? r : code;
        to_stdout = to_stdout || !arguments->reports[i].path;
    }
    if (!to_stdout) {
        int r = report_request_write(&fallback, arguments->file_number, report, &arguments->report);
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
    if (arguments->sign && report_sign(report, &arguments->key, &err) < 0) {
        report_free(report);
        return complain_error(EXIT_OURS, &err);
    }
    char path[PATH_MAX];
    arguments->report.path = strcmp(file, "-") == 0 ? NULL : workspace_path(file, path);
    arguments->report.width = terminal_columns(stdout); /* of now: --watch outlives many sizes */
    int code = write_reports(arguments, report);
    arguments->report.path = NULL;
    if (code == 0)
        code = verdict_exit_code(verdict_for_exit(report));
    if (!arguments->keeps_reports)
        report_free(report);
    else if (several_add(&arguments->several, report, &err) < 0)
        code = complain_error(EXIT_OURS, &err);
    return code;
}

/* ---- judging ---- */

/* --args: it has the limits of the group that has the most time. */
static int open_own_input(const struct judge_arguments *arguments, const struct problem *problem,
                          const char *language, struct own_input *ret)
{
    char folder[PATH_MAX];
    const char *path = arguments->own_path;
    const char *name = base_name(path);
    int length = (int)(name - path);
    int64_t most = -1;
    snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
    *ret = (struct own_input){.name = name, .shown = path};
    for (size_t g = 0; g < problem->n_groups; g++) {
        struct test_limits limits = problem_limits(problem, &problem->groups[g], language);
        if (group_offers(problem, &problem->groups[g], language) && limits.cpu_ms > most) {
            most = limits.cpu_ms;
            ret->group = g;
        }
    }
    ret->dir_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return ret->dir_fd < 0 ? complain(EXIT_USAGE, "'%s': %s", path, strerror(errno)) : 0;
}

static int judge_file(struct judge *judge, const struct context *context,
                      struct judge_arguments *arguments, const struct problem *problem,
                      const char *file)
{
    int r = 0;
    const char *language = find_language(context, problem, arguments->language, file, &r);
    struct own_input own = {.dir_fd = -1};
    if (language && arguments->own_path)
        r = open_own_input(arguments, problem, language, &own);
    auto_fd int own_fd = own.dir_fd;
    if (r != 0)
        return r;
    auto_free char *source = NULL;
    size_t size = 0;
    r = read_source(context, file, &source, &size);
    if (r != 0)
        return r;
    struct progress progress;
    enum visibility visibility = shown_of(arguments, problem);
    if (arguments->fail_fast && visibility == VISIBILITY_NOTHING)
        return complain(EXIT_USAGE, "--fail-fast with --show nothing: what is left out would tell "
                                    "that a hidden test failed");
    progress_init(&progress, context);
    progress.samples_only = visibility < VISIBILITY_KIND;
    struct submission submission = {
        .problem = problem,
        .own = own_fd >= 0 ? &own : NULL,
        .language = language,
        .file = strcmp(file, "-") == 0 ? "stdin" : base_name(file),
        .source = source,
        .source_size = size,
        .seed = &arguments->seed,
        .samples_only = arguments->samples_only,
        .reveal = visibility == VISIBILITY_ALL,
        .repeats = arguments->repeats,
        .fail_fast = arguments->fail_fast,
        .cancel_fd = context->cancel_fd,
    };
    struct record *record = NULL;
    struct error err = ERROR_INIT;
    r = judge_submission(judge, &submission, progress_event, &progress, &record, &err);
    progress_clear(&progress);
    if (r < 0) /* what is wrong with an own input is the user's to mend */
        return complain_error(own_fd >= 0 && r == -EINVAL ? EXIT_USAGE : EXIT_OURS, &err);
    int code = report_on(arguments, problem, record, visibility, file);
    record_free(record);
    return code;
}

/* Again whenever the file is saved; one judge lives through all of it. */
static int judge_and_watch(struct judge *judge, const struct context *context,
                           struct judge_arguments *arguments, const struct problem *problem,
                           const char *file)
{
    struct watch watch;
    struct error err = ERROR_INIT;
    if (watch_open(&watch, file, &err) < 0)
        return complain_error(EXIT_USAGE, &err);
    int code = 0;
    for (arguments->file_number = 1; code != EXIT_INTERRUPTED; arguments->file_number++) {
        if (isatty(1))
            fputs("\033[H\033[2J\033[3J", stdout);
        code = judge_file(judge, context, arguments, problem, file);
        if (code == EXIT_INTERRUPTED)
            break;
        printf("\nwaiting until %s is saved (Ctrl-C ends)\n", watch.name);
        fflush(stdout);
        if (watch_wait(&watch, context->cancel_fd, &err) < 0)
            code = complain_error(EXIT_OURS, &err);
        if (code == EXIT_OURS && err.code < 0)
            break;
    }
    watch_close(&watch);
    return code;
}

static bool writes_to_stdout(const struct judge_arguments *arguments)
{
    for (size_t i = 0; i < arguments->n_reports; i++)
        if (!arguments->reports[i].path && strcmp(arguments->reports[i].format->name, "text") != 0)
            return true;
    return false;
}

/* A report that cannot be written is said before anything is judged, as far as that can be known. */
static int check_report_paths(const struct judge_arguments *arguments)
{
    for (size_t i = 0; i < arguments->n_reports; i++) {
        const char *path = arguments->reports[i].path;
        char folder[PATH_MAX];
        struct stat st;
        if (!path)
            continue;
        int length = (int)(base_name(path) - path);
        snprintf(folder, sizeof folder, "%.*s", length ? length : 1, length ? path : ".");
        bool is_there = stat(path, &st) == 0;
        if (is_there && S_ISDIR(st.st_mode))
            return complain(EXIT_OURS, "report '%s' is a folder: name a file in it", path);
        if (!is_there && !strstr(folder, "%n") && access(folder, W_OK | X_OK) < 0)
            return complain(EXIT_OURS, "report '%s': folder '%s': %s", path, folder,
                            strerror(errno));
    }
    return 0;
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
    if (arguments->own_path && access(arguments->own_path, R_OK) < 0)
        code = complain(EXIT_USAGE, "--args '%s': %s", arguments->own_path, strerror(errno));
    if (code == 0)
        code = check_report_paths(arguments);
    struct judge *judge = NULL;
    struct error err = ERROR_INIT;
    if (code == 0 && judge_new(&judge, &arguments->options, &err) < 0)
        code = complain_error(EXIT_OURS, &err);
    arguments->keeps_reports = n > 2;
    if (judge && arguments->watch)
        code = judge_and_watch(judge, context, arguments, problem, names[1]);
    for (int i = 1; judge && !arguments->watch && i < n && code != EXIT_INTERRUPTED; i++) {
        arguments->file_number = i;
        int r = judge_file(judge, context, arguments, problem, names[i]);
        code = r > code ? r : code;
    }
    if (arguments->several.n > 1 && !writes_to_stdout(arguments))
        several_write(stdout, &arguments->several);
    several_done(&arguments->several);
    judge_free(judge);
    problem_free(problem);
    return code;
}

static int judge_or_run(const struct context *context, int argc, char **argv, bool samples_only)
{
    struct judge_arguments arguments = {
        .command = argv[0],
        .samples_only = samples_only,
        .report = {.color = context->color_out, .values = samples_only},
        .reveal = samples_only,
        .tries = -1,
        .options = {.dirs = context->dirs},
    };
    int r = parse(context, &arguments, argc, argv);
    if (r == 0)
        r = judge_files(context, &arguments, argc - optind, argv + optind);
    report_key_forget(&arguments.key);
    return r;
}

static int run_judge(const struct context *context, int argc, char **argv)
{
    return judge_or_run(context, argc, argv, false);
}

static int run_run(const struct context *context, int argc, char **argv)
{
    return judge_or_run(context, argc, argv, true);
}

#define OPTION_COLD                                                    \
    {                                                                  \
        .name = "cold", .id = 'c', .summary = "start every test anew", \
    }

static const struct command_option judge_options[] = {
    OPTION_LANG,
    OPTION_SEED_FILE,
    {.name = "seed",
     .id = 'S',
     .argument = "TEXT",
     .summary = "the seed itself, which other users of the machine can see"},
    OPTION_JOBS,
    OPTION_REPORT,
    OPTION_TIER,
    OPTION_REQUIRE,
    OPTION_COLD,
    {.name = "sign",
     .id = 'k',
     .argument = "KEYFILE",
     .completes = COMPLETE_FILE,
     .summary = "sign the JSON report (mljudge report keygen makes a key)"},
    {.name = "repeats",
     .id = 'n',
     .argument = "N",
     .summary = "run each test N times: medians with their spread; a verdict that does not "
                "reproduce is inconclusive"},
    {.name = "fail-fast",
     .id = 'x',
     .summary = "start nothing after the first failure; likely failures come first"},
    {.name = "reveal", .id = 'v', .summary = "show of hidden tests what is shown of samples"},
    {.name = "show",
     .id = 'w',
     .argument = "POLICY",
     .summary =
         "what is shown of hidden tests: nothing, verdict, group, kind, all, and from when on"},
    {.name = "tries",
     .id = 'T',
     .argument = "N",
     .summary = "so many tries were made before: some policies show more then"},
    OPTION_PROBLEMS,
};

const struct command command_judge = {
    .name = "judge",
    .run = run_judge,
    COMMAND_OPTIONS(judge_options),
    .operands = "PROBLEM FILE...",
    .completes = {COMPLETE_PROBLEM, COMPLETE_FILE},
    .summary = "the hidden tests: verdict and report",
    .details = "PROBLEM is a name that `mljudge list` shows, or a path (with a /) to a problem's "
               "folder. FILE - is standard input. "
               "After several FILEs a table compares them; the exit code is the highest.",
    .example = "mljudge judge knn-classify work/solution.py",
};

static const struct command_option run_options[] = {
    {.name = "args",
     .id = 'a',
     .argument = "FILE",
     .summary = "an input of your own in place of the samples",
     .completes = COMPLETE_FILE},
    {.name = "watch", .id = 'W', .summary = "again whenever FILE is saved, until Ctrl-C"},
    OPTION_LANG,
    OPTION_REPORT,
    OPTION_TIER,
    OPTION_REQUIRE,
    OPTION_JOBS,
    OPTION_COLD,
    OPTION_PROBLEMS,
};

const struct command command_run = {
    .name = "run",
    .run = run_run,
    COMMAND_OPTIONS(run_options),
    .operands = "PROBLEM FILE",
    .completes = {COMPLETE_PROBLEM, COMPLETE_FILE},
    .summary = "the samples only: everything is shown, your prints too",
    .details = "An own input is a JSON file as those in the problem's tests/sample: {\"args\": "
               "{\"k\": 3, ...}}, of a class {\"calls\": "
               "[[\"__init__\", {...}], ...]}; what it returns is shown, and compared if there is "
               "an \"expected\".",
    .example = "mljudge run knn-classify work/solution.py --watch",
};
