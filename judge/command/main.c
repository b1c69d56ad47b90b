#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "sandbox/util.h"
#include "version.h"

static const struct {
    const char *name;
    command_fn *run;
    const char *arguments, *summary;
} command_table[] = {
    {"list", command_list, "[--category C] [--problems DIR]", "the problems there are"},
    {"show", command_show, "[--problems DIR] PROBLEM", "statement, signature, limits and samples"},
    {"start", command_start, "[--problems DIR] PROBLEM --lang L [DIR]",
     "a folder to begin a solution in"},
    {"run", command_run, "[--lang L] [--problems DIR] PROBLEM FILE",
     "samples only, everything shown"},
    {"judge", command_judge,
     "[--lang L] [--seed-file F] [--jobs N] [--report FORMAT[=PATH]]... [--tier T] [--require T]\n"
     "                [--cold] [--reveal] [--repeats N] [--fail-fast] [--problems DIR] PROBLEM "
     "FILE...",
     "hidden tests, verdict and report"},
    {"verify", command_verify,
     "[--seeds N] [--jobs N] [--matrix] [--strict] [--quick] [--mutate] [--mutants N]\n"
     "                [--report text|json] [--problems DIR] "
     "PROBLEM|DIR...",
     "prove a problem package: every solution gets its folder's verdict"},
    {"exec", command_exec,
     "[--file PATH]... [--cpu-ms N] [--wall-ms N] [--memory-mib N] [--output-kib N]\n"
     "                [--processes N] [--profile P] [--tier T] [--json PATH] -- COMMAND ...",
     "one command in a box"},
    {"doctor", command_doctor, "[--json] [--verbose]",
     "what this machine offers, what is missing, what mends it"},
    {"selftest", command_selftest, "[--quick] [--tier T]",
     "known attacks against this very sandbox: which are stopped here"},
};

void print_usage(FILE *file, const char *command)
{
    for (size_t i = 0; i < ARRAY_LEN(command_table); i++)
        if (command && strcmp(command_table[i].name, command) == 0) {
            fprintf(file, "usage: mljudge %s %s\n", command, command_table[i].arguments);
            return;
        }
    fprintf(file, "usage: mljudge COMMAND ...\n\n");
    for (size_t i = 0; i < ARRAY_LEN(command_table); i++)
        fprintf(file, "  mljudge %s %s\n                %s\n", command_table[i].name,
                command_table[i].arguments, command_table[i].summary);
    fprintf(file, "\nExit codes: 0 accepted, 1 not, 2 usage or unknown name, 3 our failure, 130 "
                  "interrupted.\n");
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
        print_usage(stderr, NULL);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("mljudge %s\n", MLJUDGE_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        print_usage(stdout, argc > 2 ? argv[2] : NULL);
        return 0;
    }
    struct context context = {
        .tty = isatty(2),
        .color_out = isatty(1) && !(getenv("NO_COLOR") && getenv("NO_COLOR")[0]),
    };
    for (size_t i = 0; i < ARRAY_LEN(command_table); i++) {
        if (strcmp(command_table[i].name, argv[1]) != 0)
            continue;
        if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
            print_usage(stdout, argv[1]);
            return 0;
        }
        context.cancel_fd = open_signals();
        int r = find_data(&context.dirs);
        return r == 0 ? command_table[i].run(&context, argc - 1, argv + 1) : r;
    }
    complain(EXIT_USAGE, "unknown command '%.64s'", argv[1]);
    print_usage(stderr, NULL);
    return EXIT_USAGE;
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
