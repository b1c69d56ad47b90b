/* Plants symbolic links to a file of the host under every name that a judge might write or read next, also in
 * place of the program itself; the second run must find none of them and the file must be as it was. */
#include "attack.h"

int main(int argc, char **argv)
{
    static const char *const names[] = {"main",   "stdin",     "stdout",     "stderr",  "input",
                                        "output", "meta",      "run",        "run.sh",  "result",
                                        "a.out",  "answer",    "solution.so", "core",
                                        "/dev/shm/attack-link"};
    int n_escaped = 0;
    if (argc < 2)
        return 2;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat st;
        if (i > 0 && lstat(names[i], &st) == 0)
            n_escaped += escaped("%s is there already", names[i]);
        if (i == 0 && (unlink("main") == 0 || rename("main", "other") == 0))
            n_escaped += escaped("the program can be replaced");
        if (symlink(argv[1], names[i]) == 0 && i == 0)
            n_escaped += escaped("the program was replaced");
    }
    return n_escaped ? 1 : blocked();
}
