/* mljudge-statement --width N [--color]: a statement from standard input, as text to standard output.
 *
 * What it reads is a stranger's: it gives itself little time and memory first.  Exit status: 0, or 1 where the statement
 * cannot be laid out (the caller shows it as it is). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "judge/statement/statement.h"
#include "sandbox/util.h"

#define STATEMENT_MAX ((size_t)1 << 20)
#define CPU_S         3
#define MEMORY_BYTES  ((rlim_t)512 << 20)
#define OUTPUT_BYTES  ((rlim_t)32 << 20)

static void limit_ourselves(void)
{
    static const struct rlimit cpu = {CPU_S, CPU_S}, memory = {MEMORY_BYTES, MEMORY_BYTES},
                               file = {OUTPUT_BYTES, OUTPUT_BYTES}, core = {0, 0};
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_FSIZE, &file);
    setrlimit(RLIMIT_CORE, &core);
}

int main(int argc, char **argv)
{
    struct statement_style style = {.width = STATEMENT_WIDTH_MAX};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--color") == 0)
            style.color = true;
        else if (strcmp(argv[i], "--width") == 0 && i + 1 < argc)
            style.width = (int)strtol(argv[++i], NULL, 10);
    }
    if (style.width < STATEMENT_WIDTH_MIN)
        style.width = STATEMENT_WIDTH_MIN;
    if (style.width > STATEMENT_WIDTH_MAX)
        style.width = STATEMENT_WIDTH_MAX;
    limit_ourselves();
    char *markdown = malloc(STATEMENT_MAX);
    char *text = NULL;
    size_t n = markdown ? fread(markdown, 1, STATEMENT_MAX, stdin) : 0;
    int r = markdown && !ferror(stdin) ? statement_render(markdown, n, &style, &text) : -EIO;
    if (r == 0 && fputs(text, stdout) < 0)
        r = -EIO;
    free(text);
    free(markdown);
    return fflush(stdout) != 0 || r < 0;
}
