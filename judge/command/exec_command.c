/* mljudge exec: one command in a box, the caller's standard streams relayed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "sandbox/util.h"

#define FILES_MAX 64
#define MIB       ((int64_t)1 << 20)

struct exec_arguments {
    const char *files[FILES_MAX];
    size_t n_files;
    int64_t cpu_ms, wall_ms, memory_mib, output_kib, n_processes;
    const char *json_path;
    struct sandbox_options sandbox;
    enum sandbox_profile profile;
};

/* The system as a command expects it: programs and libraries, read-only, and the little of /etc they look up. */
static const char *const shown[] = {"/usr",
                                    "/bin",
                                    "/sbin",
                                    "/lib",
                                    "/lib32",
                                    "/lib64",
                                    "/libx32",
                                    "/etc/ld.so.cache",
                                    "/etc/alternatives",
                                    "/etc/localtime"};

static const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                          "HOME=/box",
                                          "TMPDIR=/tmp",
                                          "LC_ALL=C.UTF-8",
                                          "TZ=UTC",
                                          NULL};

static int parse(const struct context *context, struct exec_arguments *arguments, int argc,
                 char **argv)
{
    for (int c; (c = option_next(context, argc, argv)) != -1;) {
        bool good = true;
        switch (c) {
        case 'f':
            if (arguments->n_files == FILES_MAX)
                return usage_error("exec", "at most %d files", FILES_MAX);
            arguments->files[arguments->n_files++] = optarg;
            break;
        case 'c':
            good = parse_number("exec", "--cpu-ms", optarg, 1, 86400000, &arguments->cpu_ms);
            break;
        case 'w':
            good = parse_number("exec", "--wall-ms", optarg, 1, 86400000, &arguments->wall_ms);
            break;
        case 'm':
            good = parse_number("exec", "--memory-mib", optarg, 1, 1 << 20, &arguments->memory_mib);
            break;
        case 'o':
            good = parse_number("exec", "--output-kib", optarg, 1, 1 << 26, &arguments->output_kib);
            break;
        case 'p':
            good = parse_number("exec", "--processes", optarg, 1, 4096, &arguments->n_processes);
            break;
        case 't':
            good = check_tier(context, "--tier", optarg, &arguments->sandbox.want) == 0;
            break;
        case 'q':
            good = check_tier(context, "--require", optarg, &arguments->sandbox.need) == 0;
            break;
        case 'P':
            if (sandbox_profile_parse(optarg, &arguments->profile) < 0)
                return usage_error(
                    "exec",
                    "'%.40s': known profiles are processes, run, python, node, java, compile",
                    optarg);
            break;
        default: arguments->json_path = optarg; break;
        }
        if (!good)
            return EXIT_USAGE;
    }
    return optind < argc ? 0 : usage_error("exec", "a COMMAND is needed after --");
}

static int open_files(const struct exec_arguments *arguments, struct sandbox_file *files)
{
    for (size_t i = 0; i < arguments->n_files; i++) {
        struct stat st;
        int fd = open(arguments->files[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        files[i] = (struct sandbox_file){.name = base_name(arguments->files[i]), .fd = fd};
        if (fd < 0 || fstat(fd, &st) < 0)
            return complain(EXIT_USAGE, "--file '%s': %s", arguments->files[i], strerror(errno));
        if (!S_ISREG(st.st_mode))
            return complain(EXIT_USAGE, "--file '%s' is not a regular file", arguments->files[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(files[k].name, files[i].name) == 0)
                return complain(EXIT_USAGE, "--file '%s': another file has the same name",
                                arguments->files[i]);
        files[i].executable = (st.st_mode & 0111) != 0;
    }
    return 0;
}

/* ---- the outcome as a verdict ---- */

static void say_memory(const struct sandbox_outcome *outcome, char *message, size_t size)
{
    int n = snprintf(message, size,
                     outcome->static_data ? "static data above the memory limit" : "memory limit");
    if (outcome->run.memory_bytes >= 0)
        n += snprintf(message + n, size - (size_t)n, ", peak %.1f MiB",
                      (double)outcome->run.memory_bytes / MIB);
    if (outcome->run.memory_bytes >= 0 && outcome->tmpfs_bytes >= 0)
        snprintf(message + n, size - (size_t)n, ", of that %.1f MiB in files",
                 (double)outcome->tmpfs_bytes / MIB);
}

static enum verdict verdict_of(const struct sandbox_outcome *outcome, char *message, size_t size)
{
    const char *name = outcome->signal ? sigabbrev_np(outcome->signal) : NULL;
    message[0] = '\0';
    switch (outcome->end) {
    case SANDBOX_END_EXITED:
        if (outcome->exit_code)
            snprintf(message, size, "exit code %d", outcome->exit_code);
        return outcome->exit_code == 0 ? VERDICT_AC : VERDICT_RTE;
    case SANDBOX_END_SIGNALED:
        snprintf(message, size, "ended by signal SIG%s", name ? name : "?");
        return VERDICT_RTE;
    case SANDBOX_END_CPU:
        snprintf(message, size, "CPU limit, %.0f ms used", (double)outcome->run.cpu_us / 1000);
        return VERDICT_TLE;
    case SANDBOX_END_WALL:
        snprintf(message, size, outcome->idle ? "wall limit, idle" : "wall limit");
        return VERDICT_TLE;
    case SANDBOX_END_MEMORY: say_memory(outcome, message, size); return VERDICT_MLE;
    case SANDBOX_END_OUTPUT: snprintf(message, size, "output limit"); return VERDICT_OLE;
    case SANDBOX_END_FORBIDDEN:
        snprintf(message, size, "forbidden system call%s%s", outcome->n_blocked ? ": " : "",
                 outcome->n_blocked ? outcome->blocked[outcome->n_blocked - 1].name : "");
        return VERDICT_SV;
    case SANDBOX_END_NOT_STARTED:
        snprintf(message, size, "the command could not be started: %s",
                 strerror(outcome->exec_errno));
        return VERDICT_RTE;
    case SANDBOX_END_CANCELLED: break;
    }
    snprintf(message, size, "cancelled");
    return VERDICT_JE;
}

static int to_test(const struct sandbox_outcome *outcome, struct test_result *test)
{
    *test = (struct test_result){
        .name = "exec",
        .status = TEST_RUN,
        .run = outcome->run,
        .prepare = {-1, -1, -1},
        .overhead_us = -1,
        .first_cpu_us = -1,
        .repeats = 1,
        .exit_code = outcome->end == SANDBOX_END_EXITED ? outcome->exit_code : -1,
        .signal = outcome->end == SANDBOX_END_SIGNALED ? outcome->signal : 0,
        .idle = outcome->idle,
        .output_truncated = outcome->end == SANDBOX_END_OUTPUT,
        .cpu_source = outcome->cpu_source,
        .memory_source = outcome->memory_source,
        .wall_source = outcome->wall_source,
    };
    char message[TEST_MESSAGE_MAX] = "";
    test->verdict = verdict_of(outcome, message, sizeof message);
    test->tmpfs_bytes = test->verdict == VERDICT_MLE ? outcome->tmpfs_bytes : -1;
    test_say(test, "", "%s", message);
    return test_block(test, outcome->blocked, outcome->n_blocked);
}

/* kill_ms: from the decision to end the box until it was empty; null if it ended by itself. */
static int write_json(const char *path, const struct test_result *test, int64_t kill_us,
                      const struct sandbox *sandbox)
{
    json_t *json = report_test_json(test, NULL, VISIBILITY_ALL);
    json_object_set_new(json, "kill_ms",
                        kill_us < 0 ? json_null() : json_real((double)kill_us / 1000.0));
    json_t *missing = json_array();
    const char *const *sentences = sandbox_missing(sandbox);
    for (size_t i = 0; sentences && sentences[i]; i++)
        json_array_append_new(missing, json_string(sentences[i]));
    int bad = json_object_set_new(json, "isolation",
                                  json_pack("{s:s,s:o}", "tier",
                                            sandbox_tier_name(sandbox_tier_of(sandbox)), "missing",
                                            missing));
    FILE *file = bad ? NULL : strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    if (!file) {
        json_decref(json);
        return complain(EXIT_OURS, "--json '%s': %s", path, strerror(errno));
    }
    bad = json_dumpf(json, file, JSON_COMPACT | JSON_REAL_PRECISION(15));
    bad |= fputc('\n', file) == EOF;
    bad |= file == stdout ? fflush(file) : fclose(file);
    json_decref(json);
    return bad ? complain(EXIT_OURS, "--json '%s': %s", path, strerror(errno)) : 0;
}

/* ---- running ---- */

static int run_box(const struct context *context, const struct exec_arguments *arguments,
                   struct sandbox *sandbox, const struct sandbox_file *files, char **command)
{
    struct error err = ERROR_INIT;
    struct mount_list mounts = {0};
    int r = 0;
    for (size_t i = 0; r == 0 && i < ARRAY_LEN(shown); i++)
        r = mounts_add_host(&mounts, shown[i], true, &err);
    if (r == 0)
        r = mounts_hide(&mounts, context->dirs.problems, &err);
    struct sandbox_policy policy = {
        .argv = (const char *const *)(uintptr_t)command,
        .env = environment,
        .profile = arguments->profile,
        .mounts = mounts.mounts,
        .n_mounts = mounts.n,
        .files = files,
        .n_files = arguments->n_files,
        .stdin_fd = 0,
        .out = {.mode = SANDBOX_OUTPUT_RELAY, .relay_fd = 1},
        .err = {.mode = SANDBOX_OUTPUT_RELAY, .relay_fd = 2},
        .run = {.cpu_us = arguments->cpu_ms * 1000,
                .wall_us = arguments->wall_ms * 1000,
                .memory_bytes = arguments->memory_mib * MIB},
        .output_bytes = arguments->output_kib * 1024,
        .n_processes = (int)arguments->n_processes,
    };
    struct sandbox_outcome outcome;
    if (r == 0)
        r = sandbox_run(sandbox, &policy, context->cancel_fd, &outcome, &err);
    mounts_done(&mounts);
    if (r < 0)
        return complain_error(EXIT_OURS, &err);
    if (outcome.end == SANDBOX_END_CANCELLED) {
        sandbox_outcome_done(&outcome);
        return complain(EXIT_INTERRUPTED, "interrupted; nothing is left behind");
    }
    struct test_result test;
    int code = 0;
    if (to_test(&outcome, &test) < 0)
        code = complain(EXIT_OURS, "out of memory");
    if (outcome.end == SANDBOX_END_NOT_STARTED)
        complain(0, "'%s': %s in the box; files outside /usr come in with --file", command[0],
                 strerror(outcome.exec_errno));
    else if (test.verdict != VERDICT_AC && test.verdict != VERDICT_RTE)
        complain(0, "%s: %s", verdict_name(test.verdict), test_message(&test));
    if (outcome.stdin_errno)
        code = complain(EXIT_OURS, "reading standard input: %s", strerror(outcome.stdin_errno));
    if (outcome.relay_errno)
        code = complain(EXIT_OURS, "writing what the command printed: %s",
                        strerror(outcome.relay_errno));
    if (arguments->json_path) {
        r = write_json(arguments->json_path, &test, outcome.kill_us, sandbox);
        code = code ? code : r;
    }
    test_done(&test);
    sandbox_outcome_done(&outcome);
    return code ? code : verdict_exit_code(test.verdict);
}

static int run_exec(const struct context *context, int argc, char **argv)
{
    struct exec_arguments arguments = {.profile = SANDBOX_PROFILE_PROCESSES};
    int code = parse(context, &arguments, argc, argv);
    if (code != 0)
        return code;
    struct sandbox_file files[FILES_MAX] = {0};
    code = open_files(&arguments, files);
    struct sandbox *sandbox = NULL;
    struct error err = ERROR_INIT;
    if (code == 0 && sandbox_new(&sandbox, &arguments.sandbox, &err) < 0)
        code = complain_error(EXIT_OURS, &err);
    if (code == 0)
        code = run_box(context, &arguments, sandbox, files, argv + optind);
    sandbox_free(sandbox);
    for (size_t i = 0; i < arguments.n_files; i++)
        if (files[i].fd > 2)
            close(files[i].fd);
    return code;
}

static const struct command_option exec_options[] = {
    {.name = "file",
     .id = 'f',
     .argument = "PATH",
     .summary = "copy this file into the box's working directory",
     .completes = COMPLETE_FILE,
     .repeats = true},
    {.name = "cpu-ms", .id = 'c', .argument = "N", .summary = "limit of CPU time, milliseconds"},
    {.name = "wall-ms",
     .id = 'w',
     .argument = "N",
     .summary = "limit of elapsed time, milliseconds"},
    {.name = "memory-mib", .id = 'm', .argument = "N", .summary = "limit of memory, MiB"},
    {.name = "output-kib",
     .id = 'o',
     .argument = "N",
     .summary = "limit of what is printed and written, KiB"},
    {.name = "processes", .id = 'p', .argument = "N", .summary = "limit of processes at once"},
    {.name = "profile",
     .id = 'P',
     .argument = "P",
     .summary = "which system calls are allowed: those of",
     .words = "processes run python node java compile"},
    OPTION_TIER,
    OPTION_REQUIRE,
    {.name = "json",
     .id = 'j',
     .argument = "PATH",
     .summary = "write the outcome there, as in a report's test",
     .completes = COMPLETE_FILE},
};

const struct command command_exec = {
    .name = "exec",
    .run = run_exec,
    COMMAND_OPTIONS(exec_options),
    .operands = "-- COMMAND ...",
    .completes = {COMPLETE_FILE, COMPLETE_FILE},
    .ends_at_operand = true,
    .summary = "one command in a box",
    .details = "Standard input, output and error are the caller's. It exits 0 if COMMAND exited 0 "
               "within its limits.",
    .example = "mljudge exec --cpu-ms 500 --file prog.py -- /usr/bin/python3 prog.py",
};
