/* mljudge selftest: the attack corpus against this very program, on this machine, in the tier it has.
 *
 * The corpus and its runner are data that lie beside the problems; the runner is a Python program, as is half of the
 * corpus.  It gets the terminal as it is and ends as we would. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "sandbox/util.h"

static bool find_runner(const struct context *context, char *path, size_t size)
{
    /* the source tree, an installation */
    static const char *const places[] = {"../tests/attacks/run", "../attacks/run"};
    struct stat st;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        int n = snprintf(path, size, "%s/%s", context->dirs.problems, places[i]);
        if (n > 0 && (size_t)n < size && stat(path, &st) == 0 && S_ISREG(st.st_mode))
            return true;
    }
    return false;
}

static int run_selftest(const struct context *context, int argc, char **argv)
{
    const char *tier = NULL;
    bool quick = false;
    for (int c; (c = option_next(context, argc, argv)) != -1;) {
        enum sandbox_tier parsed;
        if (c == 't' && check_tier(context, "--tier", optarg, &parsed) != 0)
            return EXIT_USAGE;
        if (c == 't')
            tier = optarg;
        quick = quick || c == 'q';
    }
    if (optind < argc)
        return usage_error("selftest", "it takes no argument");
    char runner[1200], self[1024];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0 || !find_runner(context, runner, sizeof runner))
        return complain(EXIT_OURS, "the attack corpus is not here: it lies in the source tree, and "
                                   "`make install` puts it beside the problems");
    self[n] = '\0';
    const char *command[12] = {"/usr/bin/python3", "-IS", runner, "--selftest", "--command", self};
    size_t used = 6;
    if (quick)
        command[used++] = "--quick";
    if (tier) {
        command[used++] = "--tier";
        command[used++] = tier;
    }
    sigset_t none;
    sigemptyset(&none); /* the runner tidies up after a SIGINT itself */
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execv(command[0], (char *const *)(uintptr_t)command);
    return complain(EXIT_OURS, "%s: %s; the corpus is run by Python 3", command[0],
                    strerror(errno));
}

static const struct command_option selftest_options[] = {
    {.name = "quick", .id = 'q', .summary = "one variant of each attack: about a minute"},
    OPTION_TIER,
};

const struct command command_selftest = {
    .name = "selftest",
    .run = run_selftest,
    COMMAND_OPTIONS(selftest_options),
    .operands = "",
    .summary = "known attacks against this very sandbox: which are stopped here",
};
