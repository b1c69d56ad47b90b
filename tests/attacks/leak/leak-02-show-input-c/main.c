/* Puts its hidden input into output, exit code, signal, result and the arguments of refused calls. */
#include "search.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct str search(struct str x)
{
    const char *variant = "@VARIANT@";
    if (!strcmp(variant, "print")) {
        printf("%.*s\n", (int)x.n, x.p);
        fprintf(stderr, "%.*s\n", (int)x.n, x.p);
    }
    if (!strcmp(variant, "exit-code"))
        _exit(x.p[10]);
    if (!strcmp(variant, "signal"))
        raise(x.p[10] & 1 ? 6 : 11);
    if (!strcmp(variant, "abort")) {
        fprintf(stderr, "assertion failed: %.*s\n", (int)x.n, x.p);
        abort();
    }
    if (!strcmp(variant, "blocked-call"))
        for (size_t i = 10; i < 20; i++)
            socket(x.p[i], x.p[i + 1], x.p[i + 2]);
    if (!strcmp(variant, "returned"))
        return x;
    return (struct str){"none", 4};
}
