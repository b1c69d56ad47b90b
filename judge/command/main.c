#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/near.h"
#include "sandbox/util.h"
#include "version.h"

const struct command *const command_table[] = {
    &command_list,     &command_show,       &command_start,  &command_run,  &command_judge,
    &command_verify,   &command_scale,      &command_report, &command_exec, &command_doctor,
    &command_selftest, &command_completion, &command_help,
};
const size_t n_commands = ARRAY_LEN(command_table);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < n_commands; i++)
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    return NULL;
}

int unknown_command(const char *name)
{
    const char *known[ARRAY_LEN(command_table)];
    char suggestion[200];
    for (size_t i = 0; i < n_commands; i++)
        known[i] = command_table[i]->name;
    complain(EXIT_USAGE, "unknown command '%.64s'%s", name,
             near_words(name, known, n_commands, suggestion, sizeof suggestion));
    fprintf(stderr, "usage: mljudge COMMAND ...; mljudge --help lists the commands\n");
    return EXIT_USAGE;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Our data lies beside the executable: in the source tree (build/mljudge) or installed (PREFIX/bin/mljudge). */
static int find_data(struct data_dirs *dirs)
{
    static const struct {
        const char *languages, *libexec, *problems;
    } layouts[] = {
        {"../judge/languages", "libexec", "../problems"},
        {"../../judge/languages", "../libexec", "../../problems"},
        {"../share/mljudge/languages", "../libexec/mljudge", "../share/mljudge/problems"},
    };
    char exe[700];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n < 0)
        return complain(EXIT_OURS, "cannot find my own executable: %s", strerror(errno));
    exe[n] = '\0';
    *strrchr(exe, '/') = '\0';
    for (size_t i = 0; i < ARRAY_LEN(layouts); i++) {
        snprintf(dirs->languages, sizeof dirs->languages, "%s/%s", exe, layouts[i].languages);
        snprintf(dirs->libexec, sizeof dirs->libexec, "%s/%s", exe, layouts[i].libexec);
        snprintf(dirs->problems, sizeof dirs->problems, "%s/%s", exe, layouts[i].problems);
        if (!is_folder(dirs->languages))
            continue;
        char *const paths[] = {dirs->languages, dirs->libexec, dirs->problems};
        for (size_t k = 0; k < ARRAY_LEN(paths); k++) {
            char real[4096];
            if (realpath(paths[k], real) && strlen(real) < sizeof dirs->languages)
                memcpy(paths[k], real, strlen(real) + 1);
        }
        return 0;
    }
    return complain(
        EXIT_OURS,
        "my data is missing: no %s (run make install, or build/mljudge from the source tree)",
        dirs->languages);
}

static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Descriptors 0, 1, 2 must be something before we open files of our own. */
static void fill_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        struct stat st;
        if (fstat(fd, &st) < 0 && errno == EBADF &&
            freopen("/dev/null", fd ? "w" : "r",
                    fd == 0   ? stdin
                    : fd == 1 ? stdout
                              : stderr) == NULL)
            _exit(EXIT_OURS);
    }
}

static int run_command(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr, NULL);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("mljudge %s\n", MLJUDGE_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help(stdout, NULL);
        return 0;
    }
    struct context context = {
        .command = command_find(argv[1]),
        .program = argv[0],
        .tty = isatty(2),
        .color_out = isatty(1) && !(getenv("NO_COLOR") && getenv("NO_COLOR")[0]),
    };
    if (!context.command)
        return unknown_command(argv[1]);
    int r = options_check(context.command, argc - 1, argv + 1);
    if (r == OPTIONS_HELP) {
        print_help(stdout, context.command);
        return 0;
    }
    if (r != 0)
        return r;
    context.cancel_fd = open_signals();
    r = find_data(&context.dirs);
    return r == 0 ? context.command->run(&context, argc - 1, argv + 1) : r;
}

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    int r = run_command(argc, argv);
    if (ferror(stdout) && r == 0) /* earlier: errno may be another one's by now */
        r = complain(EXIT_OURS, "standard output could not be written");
    else if (fflush(stdout) != 0 && r == 0)
        r = complain(EXIT_OURS, "writing standard output: %s", strerror(errno));
    return r;
}
