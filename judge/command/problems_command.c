/* mljudge list, show, start: what a candidate looks at before writing a line. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/calls_json.h"
#include "judge/codegen.h"
#include "judge/command/command.h"
#include "judge/escape.h"
#include "judge/json_text.h"
#include "judge/spawn.h"
#include "judge/starter.h"
#include "judge/testset.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

#define STATEMENT_MAX         ((size_t)1 << 20)
#define LAID_OUT_MAX          ((size_t)8 << 20)
#define STATEMENT_MS          5000 /* it has a limit of its own */
#define SAMPLE_CALLS_SHOWN    60
#define SAMPLE_ELEMENTS_SHOWN 24

/* ---- list ---- */

#define ROW_COLUMNS   128 /* a problem in one line; in less, two lines or three */
#define TITLE_COLUMNS 75

static void print_row(const struct problem *problem, int columns)
{
    char title[128];
    char category[64];
    char difficulty[32];
    char languages[128] = "";
    escape_text(problem->title, strlen(problem->title), title, sizeof title);
    escape_text(problem->category, strlen(problem->category), category, sizeof category);
    escape_text(problem->difficulty, strlen(problem->difficulty), difficulty, sizeof difficulty);
    for (size_t i = 0; i < problem->n_languages; i++)
        snprintf(languages + strlen(languages), sizeof languages - strlen(languages), "%s%s",
                 i ? " " : "", problem->languages[i]);
    if (columns == 0 || columns >= ROW_COLUMNS)
        printf("%-20s %-8s %-24s %-45s %s\n", problem->slug, difficulty, category, title,
               languages);
    else
        printf("%-20s %-8s%s%s\n    %s: %s\n", problem->slug, difficulty,
               columns < TITLE_COLUMNS ? "\n    " : " ", title, category, languages);
}

static int run_list(const struct context *context, int argc, char **argv)
{
    const char *category = NULL;
    const char *folder = NULL;
    for (int c; (c = option_next(context, argc, argv)) != -1;)
        *(c == 'c' ? &category : &folder) = optarg;
    if (optind < argc)
        return usage_error("list", "unexpected argument '%.60s'", argv[optind]);
    struct problem_places places;
    struct error err = ERROR_INIT;
    if (problem_places(context, folder, &places, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    int code = 0;
    for (size_t i = 0; i < places.n; i++) {
        struct problem *problem = NULL;
        struct error why = ERROR_INIT;
        if (problem_load(places.paths[i], &problem, &why) < 0) {
            code = complain_error(EXIT_OURS, &why);
            continue;
        }
        if (!category || strcmp(problem->category, category) == 0)
            print_row(problem, terminal_columns(stdout));
        problem_free(problem);
    }
    problem_places_done(&places);
    return code;
}

static const struct command_option list_options[] = {
    {.name = "category",
     .id = 'c',
     .argument = "C",
     .summary = "only this category, as listed",
     .completes = COMPLETE_CATEGORY},
    OPTION_PROBLEMS,
};

const struct command command_list = {
    .name = "list",
    .run = run_list,
    COMMAND_OPTIONS(list_options),
    .operands = "",
    .summary = "the problems there are",
};

/* ---- show ---- */

static void print_block(const char *bytes, size_t n)
{
    auto_free char *block = escape_block(bytes, n);
    if (block)
        fputs(block, stdout);
    if (n > 0 && bytes[n - 1] != '\n')
        putchar('\n');
}

#define STATEMENT_COLUMNS 100 /* where nobody says how many there are */

/* Laid out by a program of its own (judge/statement/); where that is not there or gives up, as it is written. */
static void print_statement(const struct context *context, const char *statement, size_t size)
{
    char program[1100];
    char width[16];
    snprintf(program, sizeof program, "%s/mljudge-statement", context->dirs.libexec);
    int columns = terminal_columns(stdout);
    snprintf(width, sizeof width, "%d", columns ? columns : STATEMENT_COLUMNS);
    const char *const argv[] = {program, "--width", width, context->color_out ? "--color" : NULL,
                                NULL};
    auto_free char *text = malloc(LAID_OUT_MAX);
    auto_fd int input = memfd_sealed("statement", statement, size, NULL);
    if (text && input >= 0 && lseek(input, 0, SEEK_SET) == 0 && access(program, X_OK) == 0 &&
        spawn_filter(argv, input, STATEMENT_MS, text, LAID_OUT_MAX, NULL) == 0 &&
        strlen(text) < LAID_OUT_MAX - 1)
        fputs(text, stdout);
    else
        print_block(statement, size);
}

static void print_heading(const struct context *context, const char *text)
{
    printf(context->color_out ? "\n\033[1m%s\033[0m\n" : "\n## %s\n", text);
}

/* "1000 ms, 128 MiB", "5 x reference, 128 MiB"; "-": not in this language. */
static void limits_text(const struct problem *problem, const struct group *group,
                        const char *language, char *text, size_t size)
{
    char time[40];
    struct test_limits limits = problem_limits(problem, group, language);
    const struct language_limits *by = problem_factor(problem, group, language);
    if (by)
        snprintf(time, sizeof time, "%g x reference", by->factor);
    else
        snprintf(time, sizeof time, "%" PRId64 " ms", limits.cpu_ms);
    if (group_offers(problem, group, language))
        snprintf(text, size, "%s, %.0f MiB", time, (double)limits.memory_bytes / 1048576.0);
    else
        snprintf(text, size, "-");
}

#define LANGUAGES_SHOWN 16

/* Columns that the limits in a language need. */
static int limits_width(const struct problem *problem, const char *language)
{
    char text[64];
    int width = (int)strlen(language);
    for (size_t g = 0; g < problem->n_groups; g++) {
        limits_text(problem, &problem->groups[g], language, text, sizeof text);
        width = (int)strlen(text) > width ? (int)strlen(text) : width;
    }
    return width;
}

/* Of the languages from `begin` up to `end`. */
static void print_limits_table(const struct problem *problem, int name_width, size_t begin,
                               size_t end)
{
    char text[64];
    int widths[LANGUAGES_SHOWN];
    printf("%-*s  points", name_width, "group");
    for (size_t i = begin; i < end; i++) {
        widths[i] = i + 1 < end ? limits_width(problem, problem->languages[i]) : 0;
        printf("  %-*s", widths[i], problem->languages[i]);
    }
    putchar('\n');
    for (size_t g = 0; g < problem->n_groups; g++) {
        printf("%-*s  %6" PRId64, name_width, problem->groups[g].name, problem->groups[g].points);
        for (size_t i = begin; i < end; i++) {
            limits_text(problem, &problem->groups[g], problem->languages[i], text, sizeof text);
            printf("  %-*s", widths[i], text);
        }
        putchar('\n');
    }
}

/* As many languages beside each other as there is room for, the others beneath. */
static void print_limits_rows(const struct problem *problem, size_t n_languages)
{
    int name_width = 5, columns = terminal_columns(stdout);
    for (size_t g = 0; g < problem->n_groups; g++) {
        int n = (int)strlen(problem->groups[g].name);
        name_width = n > name_width ? n : name_width;
    }
    for (size_t begin = 0, end = 0; begin < n_languages; begin = end) {
        int used = name_width + 8;
        while (end < n_languages) {
            used += 2 + limits_width(problem, problem->languages[end]);
            if (columns > 0 && used > columns && end > begin)
                break;
            end++;
        }
        if (begin > 0)
            putchar('\n');
        print_limits_table(problem, name_width, begin, end);
    }
}

static void print_limits(const struct problem *problem)
{
    bool by_factor = false;
    bool is_class = problem->signature.n_methods > 0;
    size_t n = problem->n_languages < LANGUAGES_SHOWN ? problem->n_languages : LANGUAGES_SHOWN;
    print_limits_rows(problem, n);
    for (size_t g = 0; g < problem->n_groups; g++)
        for (size_t i = 0; i < n; i++)
            by_factor = by_factor ||
                        problem_factor(problem, &problem->groups[g], problem->languages[i]) != NULL;
    char text[200];
    snprintf(text, sizeof text,
             "Times are CPU milliseconds of %s; memory is what %s beyond interpreter and input.",
             is_class ? "all calls of a test" : "one call",
             is_class ? "they need" : "the call needs");
    putchar('\n');
    wrap_text(stdout, 0, text);
    snprintf(text, sizeof text,
             "\"x reference\": times what the reference takes on this machine, %d ms at least.",
             MEASURED_CPU_MS_MIN);
    if (by_factor)
        wrap_text(stdout, 0, text);
    wrap_text(stdout, 0, "The groups but \"sample\" are hidden: their tests are run by `judge`.");
}

static void print_fields(const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[512];
        char escaped[600]; /* legal values may hold any byte */
        type_format(&fields[i].type, text, sizeof text);
        printf("%s%s%s%s", i ? ", " : "", fields[i].name, fields[i].name[0] ? ": " : "",
               escape_text(text, strlen(text), escaped, sizeof escaped));
    }
}

static void print_class(const struct signature *signature)
{
    printf("\n    class %s\n", signature->entry);
    for (size_t m = 0; m < signature->n_methods; m++) {
        const struct method *method = &signature->methods[m];
        printf("        %s(", method->name);
        print_fields(method->args, method->n_args);
        printf(method->has_result ? ") -> " : ")");
        print_fields(&method->result, method->has_result ? 1 : 0);
        printf("\n");
    }
}

static void print_signature(const struct problem *problem)
{
    const struct signature *signature = &problem->signature;
    if (signature->n_methods > 0) {
        print_class(signature);
        return;
    }
    printf("\n    %s(", signature->entry);
    print_fields(signature->args, signature->n_args);
    printf(") -> ");
    print_fields(signature->returns, signature->n_returns);
    printf("\n");
}

static void print_json(const char *label, json_t *json)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = json ? open_memstream(&text, &size) : NULL;
    int r = to ? json_text(to, json) : -ENOMEM;
    if (to && fclose(to) == 0 && r == 0) {
        printf("    %s ", label);
        print_block(text, size);
    }
    free(text);
    json_decref(json);
}

static void print_test(const struct signature *signature, const struct test *test)
{
    struct frame args = {0}, expected = {0};
    bool is_class = signature->n_methods > 0;
    if (frame_parse(test->args, test->args_size, &args, NULL) < 0)
        return;
    print_json(is_class ? "calls   " : "args    ",
               is_class ? calls_to_json(signature, &args, SAMPLE_CALLS_SHOWN, SAMPLE_ELEMENTS_SHOWN)
                        : values_to_json(signature->args, args.values, signature->n_args,
                                         SAMPLE_ELEMENTS_SHOWN));
    if (test->expected_size > 0 &&
        frame_parse(test->expected, test->expected_size, &expected, NULL) == 0)
        print_json("expected", is_class
                                   ? results_to_json(signature, &args, &expected,
                                                     SAMPLE_CALLS_SHOWN, SAMPLE_ELEMENTS_SHOWN)
                                   : values_to_json(signature->returns, expected.values,
                                                    signature->n_returns, SAMPLE_ELEMENTS_SHOWN));
    frame_done(&args);
    frame_done(&expected);
}

static int print_samples(const struct context *context, const struct problem *problem)
{
    struct seed seed;
    seed_public(&seed);
    struct testset tests;
    struct error err = ERROR_INIT;
    /* Samples carry their answers: nothing runs, so no sandbox is needed to show them. */
    struct judge judge = {.options = {.dirs = context->dirs}, .cache = {.dir_fd = -1}};
    struct testset_request request = {
        .problem = problem, .seed = &seed, .samples_only = true, .cancel_fd = -1};
    int r = testset_build(&judge, &request, &tests, &err);
    for (size_t i = 0; i < judge.n_languages; i++)
        language_free(judge.languages[i]);
    if (r < 0)
        return complain_error(EXIT_OURS, &err);
    for (size_t i = 0; i < tests.n_tests; i++) {
        const struct test *test = &tests.tests[i];
        char heading[TEST_NAME_MAX + 2 + 4 * TEST_NOTE_MAX + 1];
        int n = snprintf(heading, sizeof heading, "%s%s", test->name, test->note[0] ? ": " : "");
        escape_text(test->note, strlen(test->note), heading + n, sizeof heading - (size_t)n);
        putchar('\n');
        wrap_text(stdout, 0, heading);
        print_test(&problem->signature, test);
    }
    testset_done(&tests);
    return 0;
}

static int run_show(const struct context *context, int argc, char **argv)
{
    const char *folder = NULL;
    while (option_next(context, argc, argv) != -1)
        folder = optarg;
    if (argc - optind != 1)
        return usage_error("show", "one PROBLEM is needed");
    struct problem *problem = NULL;
    int code = find_problem(context, folder, argv[optind], &problem);
    if (code != 0)
        return code;
    struct error err = ERROR_INIT;
    auto_free char *statement = NULL;
    size_t size = 0;
    if (file_read_beneath(problem->dir_fd, "statement.md", STATEMENT_MAX, &statement, &size, &err) <
        0) {
        code = complain_error(EXIT_OURS, &err);
    } else {
        print_statement(context, statement, size);
        print_heading(context, "Signature");
        print_signature(problem);
        print_heading(context, "Groups and limits");
        putchar('\n');
        print_limits(problem);
        print_heading(context, "Samples");
        code = print_samples(context, problem);
    }
    problem_free(problem);
    return code;
}

static const struct command_option show_options[] = {OPTION_PROBLEMS};

const struct command command_show = {
    .name = "show",
    .run = run_show,
    COMMAND_OPTIONS(show_options),
    .operands = "PROBLEM",
    .completes = {COMPLETE_PROBLEM, COMPLETE_NOTHING},
    .summary = "statement, signature, limits and samples",
};

/* ---- start ---- */

static int write_new(int dir_fd, const char *dir, const char *name, const void *bytes, size_t size)
{
    struct error err = ERROR_INIT;
    auto_fd int fd =
        openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0 && errno == EEXIST)
        return complain(EXIT_REJECTED, "'%s/%s' is there already; nothing of yours is overwritten",
                        dir, name);
    if (fd < 0)
        return complain(EXIT_REJECTED, "'%s/%s': %s", dir, name, strerror(errno));
    if (fd_write_all(fd, bytes, size, &err) < 0)
        return complain_error(EXIT_REJECTED, &err);
    printf("wrote %s/%s\n", dir, name);
    return 0;
}

static int copy_file(const struct problem *problem, const char *from, int dir_fd, const char *dir,
                     const char *to)
{
    auto_free char *bytes = NULL;
    size_t size = 0;
    struct error err = ERROR_INIT;
    if (file_read_beneath(problem->dir_fd, from, STATEMENT_MAX, &bytes, &size, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    return write_new(dir_fd, dir, to, bytes, size);
}

/* The package's own starter; where it has none, one written from the signature. */
static int write_starter(const struct problem *problem, const struct language *language, int dir_fd,
                         const char *dir)
{
    char starter[128];
    const char *extension = language->n_extensions ? language->extensions[0] : "";
    snprintf(starter, sizeof starter, "starter/%s%s", language->name, extension);
    if (faccessat(problem->dir_fd, starter, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
        return copy_file(problem, starter, dir_fd, dir, language->source);
    struct error err = ERROR_INIT;
    auto_free char *text = starter_text(&problem->signature, language->flavour, &err);
    return text ? write_new(dir_fd, dir, language->source, text, strlen(text))
                : complain_error(EXIT_OURS, &err);
}

/* The header that a solution includes, and the shipped one beside it, so that an editor understands the file. */
static int write_headers(const struct context *context, const struct problem *problem,
                         const struct codegen *codegen, int dir_fd, const char *dir)
{
    struct error err = ERROR_INIT;
    char name[TYPE_NAME_MAX + 8];
    auto_free char *header = codegen->header(&problem->signature, &err);
    if (!header)
        return complain_error(EXIT_OURS, &err);
    snprintf(name, sizeof name, "%s%s", problem->signature.entry, codegen->suffix);
    int code = write_new(dir_fd, dir, name, header, strlen(header));
    char path[1100];
    snprintf(path, sizeof path, "%s/%s", context->dirs.languages, codegen->shipped);
    auto_free char *bytes = NULL;
    size_t size = 0;
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (code != 0 || fd < 0)
        return code;
    if (file_read(fd, STATEMENT_MAX, &bytes, &size, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    return write_new(dir_fd, dir, base_name(codegen->shipped), bytes, size);
}

/* --lang only where the file does not tell. */
static void say_next(const struct context *context, const struct problem *problem,
                     const struct language *language, const char *dir)
{
    const char *told = language_for_file(&context->dirs, problem, language->source);
    bool is_told = told && strcmp(told, language->name) == 0;
    char what[PATH_MAX + 200];
    snprintf(what, sizeof what, "%s %s/%s%s%s", problem->slug, dir, language->source,
             is_told ? "" : " --lang ", is_told ? "" : language->name);
    printf("\nnext:\n  %s run %s      (samples)\n  %s judge %s    (hidden tests)\n",
           context->program, what, context->program, what);
}

static int start_in(const struct context *context, const struct problem *problem,
                    const struct language *language, const char *dir)
{
    if (mkdir(dir, 0755) < 0 && errno != EEXIST)
        return complain(EXIT_REJECTED, "folder '%s': %s", dir, strerror(errno));
    auto_fd int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return complain(EXIT_REJECTED, "folder '%s': %s", dir, strerror(errno));
    int code = write_starter(problem, language, dir_fd, dir);
    if (code == 0)
        code = copy_file(problem, "statement.md", dir_fd, dir, "statement.md");
    const json_t *compile = json_object_get(language->document.root, "compile");
    const char *codegen_name = json_string_value(json_object_get(compile, "codegen"));
    const struct codegen *codegen = codegen_name ? codegen_find(codegen_name) : NULL;
    if (code == 0 && codegen)
        code = write_headers(context, problem, codegen, dir_fd, dir);
    if (code == 0)
        say_next(context, problem, language, dir);
    return code;
}

static int run_start(const struct context *context, int argc, char **argv)
{
    const char *folder = NULL;
    const char *name = NULL;
    for (int c; (c = option_next(context, argc, argv)) != -1;)
        *(c == 'p' ? &folder : &name) = optarg;
    if (argc - optind < 1 || argc - optind > 2)
        return usage_error("start", "PROBLEM is needed, and perhaps a folder");
    struct problem *problem = NULL;
    int code = find_problem(context, folder, argv[optind], &problem);
    if (code != 0)
        return code;
    struct language *language = NULL;
    struct error err = ERROR_INIT;
    code = check_language(problem, name);
    if (code == 0 && language_load(&context->dirs, name, &language, &err) < 0)
        code = complain_error(EXIT_USAGE, &err);
    if (code == 0)
        code = start_in(context, problem, language,
                        argc - optind == 2 ? argv[optind + 1] : problem->slug);
    language_free(language);
    problem_free(problem);
    return code;
}

static const struct command_option start_options[] = {
    {.name = "lang",
     .id = 'l',
     .argument = "L",
     .summary = "the language to begin in",
     .completes = COMPLETE_LANGUAGE,
     .required = true},
    OPTION_PROBLEMS,
};

const struct command command_start = {
    .name = "start",
    .run = run_start,
    COMMAND_OPTIONS(start_options),
    .operands = "PROBLEM [DIR]",
    .completes = {COMPLETE_PROBLEM, COMPLETE_FOLDER},
    .summary = "a folder to begin a solution in: what to fill in, the statement",
    .details = "DIR is made where it is not there; nothing in it is overwritten. Without DIR the "
               "folder is called as the problem.",
    .example = "mljudge start knn-classify --lang python work",
};
