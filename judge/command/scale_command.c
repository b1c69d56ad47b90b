/* mljudge scale: how a solution's time and memory grow with the size of its input. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/json_memory.h"
#include "judge/scale_report.h"
#include "sandbox/util.h"

#define BUDGET_MS_DEFAULT 10000
#define WIDTH_DEFAULT     80
#define WIDTH_MAX         110

struct scale_arguments {
    const char *language, *problems_dir, *svg_path, *json_path;
    int64_t budget_ms;
    struct judge_options options;
};

static int parse(const struct context *context, struct scale_arguments *arguments, int argc,
                 char **argv)
{
    int code = 0;
    for (int c; code == 0 && (c = option_next(context, argc, argv)) != -1;) {
        switch (c) {
        case 'l': arguments->language = optarg; break;
        case 's': arguments->svg_path = optarg; break;
        case 'j': arguments->json_path = optarg; break;
        case 'b':
            if (!parse_number("scale", "--budget-ms", optarg, 100, 3600000, &arguments->budget_ms))
                return EXIT_USAGE;
            break;
        case 't':
            code = check_tier(context, "--tier", optarg, &arguments->options.sandbox.want);
            break;
        case 'q':
            code = check_tier(context, "--require", optarg, &arguments->options.sandbox.need);
            break;
        default: arguments->problems_dir = optarg; break;
        }
    }
    if (code == 0 && argc - optind != 2)
        code = usage_error("scale", "PROBLEM and one FILE are needed");
    return code;
}

static bool is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
    }
    return false;
}

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(1, TIOCGWINSZ, &size) < 0 || size.ws_col < 40)
        return WIDTH_DEFAULT;
    return size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

/* ---- what is written ---- */

static int write_json(FILE *file, const struct scale_result *result)
{
    unsigned long failures = json_memory_failures();
    json_t *json = scale_json(result);
    int bad = !json || json_dumpf(json, file, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(json);
    if (json_memory_failures() != failures)
        errno = ENOMEM;
    return bad || json_memory_failures() != failures || fputc('\n', file) == EOF ? -1 : 0;
}

static int write_svg(FILE *file, const struct scale_result *result)
{
    scale_write_svg(file, result);
    return ferror(file) ? -1 : 0;
}

static int write_path(const char *path, const struct scale_result *result,
                      int (*write_it)(FILE *, const struct scale_result *))
{
    bool is_out = strcmp(path, "-") == 0;
    FILE *file = is_out ? stdout : fopen(path, "we");
    if (!file)
        return complain(EXIT_OURS, "'%s': %s", path, strerror(errno));
    int r = write_it(file, result);
    if ((is_out ? fflush(file) : fclose(file)) != 0 || r < 0)
        return complain(EXIT_OURS, "'%s': %s", path, strerror(errno));
    return 0;
}

static int write_all(const struct scale_arguments *arguments, const struct scale_result *result)
{
    const char *svg = arguments->svg_path, *json = arguments->json_path;
    bool out_taken = (svg && strcmp(svg, "-") == 0) || (json && strcmp(json, "-") == 0);
    int code = 0;
    if (!out_taken)
        scale_write_text(stdout, result, terminal_width(), is_utf8());
    if (json)
        code = write_path(json, result, write_json);
    if (svg && code == 0)
        code = write_path(svg, result, write_svg);
    return code;
}

/* ---- measuring ---- */

static void show_progress(void *data, const char *text)
{
    const struct judge_event event = {.kind = JUDGE_BUILDING, .text = text};
    progress_event(data, &event);
}

static int scale_file(const struct context *context, const struct scale_arguments *arguments,
                      const struct problem *problem, const char *file)
{
    int code = 0;
    const char *language = find_language(context, problem, arguments->language, file, &code);
    if (!language)
        return code;
    auto_free char *source = NULL;
    size_t size = 0;
    code = read_source(context, file, &source, &size);
    if (code != 0)
        return code;
    struct judge *judge = NULL;
    struct error err = ERROR_INIT;
    if (judge_new(&judge, &arguments->options, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    struct progress progress;
    progress_init(&progress, context);
    const struct scale_request request = {
        .problem = problem,
        .language = language,
        .file = strcmp(file, "-") == 0 ? "stdin" : base_name(file),
        .source = source,
        .source_size = size,
        .budget_ms = arguments->budget_ms,
        .cancel_fd = context->cancel_fd,
        .progress = show_progress,
        .data = &progress,
    };
    struct scale_result result;
    int r = scale_run(judge, &request, &result, &err);
    progress_clear(&progress);
    judge_free(judge);
    if (r < 0)
        return complain_error(EXIT_OURS, &err);
    code = write_all(arguments, &result);
    return code != 0 ? code : result.candidate.n_samples > 0 ? 0 : EXIT_REJECTED;
}

static int run_scale(const struct context *context, int argc, char **argv)
{
    struct scale_arguments arguments = {.budget_ms = BUDGET_MS_DEFAULT,
                                        .options = {.dirs = context->dirs, .n_jobs = 1}};
    int code = parse(context, &arguments, argc, argv);
    struct problem *problem = NULL;
    if (code == 0)
        code = find_problem(context, arguments.problems_dir, argv[optind], &problem);
    if (code == 0)
        code = scale_file(context, &arguments, problem, argv[optind + 1]);
    problem_free(problem);
    return code;
}

static const struct command_option scale_options[] = {
    OPTION_LANG,
    {.name = "svg",
     .id = 's',
     .argument = "PATH",
     .completes = COMPLETE_FILE,
     .summary = "the plot as SVG; -: to standard output, in place of the text"},
    {.name = "json",
     .id = 'j',
     .argument = "PATH",
     .completes = COMPLETE_FILE,
     .summary = "every number as JSON; -: to standard output, in place of the text"},
    {.name = "budget-ms",
     .id = 'b',
     .argument = "N",
     .summary = "CPU time for all runs of the solution [10000]; the reference gets half of it"},
    OPTION_TIER,
    OPTION_REQUIRE,
    OPTION_PROBLEMS,
};

const struct command command_scale = {
    .name = "scale",
    .run = run_scale,
    COMMAND_OPTIONS(scale_options),
    .operands = "PROBLEM FILE",
    .completes = {COMPLETE_PROBLEM, COMPLETE_FILE},
    .summary = "how time and memory grow with the size of the input",
    .details = "Inputs of doubling size, each several times, beside the reference; CPU time and "
               "memory are fitted to "
               "1, log n, n, n log n, n^2 and n^3, with an interval of the exponent, or it is said "
               "that the data cannot "
               "tell. Exits 0 if anything was measured, 1 if the solution does not compile or "
               "fails at the smallest size.",
    .example = "mljudge scale roc-auc work/solution.py",
};
