/* Ends by a signal of its own.  No core file, and no limit raised so that there would be one. */
#include <sys/resource.h>

#include "attack.h"

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int signal;
    } ways[] = {{"abort", SIGABRT}, {"fpe", SIGFPE}, {"ill", SIGILL}, {"kill", SIGKILL}, {"sys", SIGSYS}, {"segv", SIGSEGV}};
    struct rlimit core = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_CORE, &core) == 0)
        return escaped("RLIMIT_CORE was raised");
    if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_max > 1)
        return escaped("RLIMIT_CORE is %lu", (unsigned long)core.rlim_max);
    blocked();
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (argc > 1 && !strcmp(argv[1], ways[i].name))
            raise(ways[i].signal);
    return 2;
}
