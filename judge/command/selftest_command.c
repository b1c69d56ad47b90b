/* mljudge selftest: the attack corpus against this very program, on this machine, in the tier it has.
 *
 * The corpus and its runner are data that lie beside the problems; the runner is a Python program, as is half of the
 * corpus.  It gets the terminal as it is and ends as we would. */
#include <errno.h>
#include <getopt.h>
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

int command_selftest(const struct context *context, int argc, char **argv)
{
    static const struct option options[] = {{"quick", no_argument, NULL, 'q'},
                                            {"tier", required_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    const char *tier = NULL;
    bool quick = false;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        enum sandbox_tier parsed;
        if (c == '?')
            return usage_error("selftest", "option '%.60s' was not understood", argv[optind - 1]);
        if (c == 't' && (sandbox_tier_parse(optarg, &parsed) < 0 || parsed == SANDBOX_TIER_NONE))
            return usage_error("selftest", "--tier '%.40s': known tiers are full, userns, landlock",
                               optarg);
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
