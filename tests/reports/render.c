/* render FORMAT [PATH] <REPORT.json: a report in a format, from a JSON report.  For tests/reports/run.py, which needs
 * reports that no judging gives.  PATH: of the submitted file.  Exit status 3 and a sentence if it cannot be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/report.h"

static int fail(const char *text)
{
    fprintf(stderr, "%s\n", text);
    return 3;
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    char *text = NULL;
    size_t size = 0;
    struct report *report = NULL;
    const struct report_format *format = argc > 1 ? report_format_find(argv[1]) : NULL;
    struct report_options options = {.path = argc > 2 ? argv[2] : NULL};
    if (!format)
        return fail("usage: render FORMAT [PATH] <REPORT.json");
    size_t room = 1 << 16, n = 0;
    text = malloc(room);
    while (text && (n = fread(text + size, 1, room - size, stdin)) > 0) {
        size += n;
        if (size == room)
            text = realloc(text, room *= 2);
    }
    if (!text)
        return fail("out of memory");
    if (report_parse(text, size, "report.json", &report, &err) < 0)
        return fail(err.text);
    int r = format->write(stdout, report, &options);
    report_free(report);
    free(text);
    return r < 0 ? fail(strerror(-r)) : fflush(stdout) == 0 ? 0 : fail("standard output");
}
