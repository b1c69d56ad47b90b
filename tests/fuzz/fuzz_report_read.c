/* A JSON report that comes from anywhere (judge/report_read.c): any bytes give an error that names a place, or a report that
 * every format can be written from without a byte that moves a cursor. */
#include <errno.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/report.h"
#include "tests/fuzz/fuzz.h"

/* UTF-8; no control byte but line breaks and tabs, nothing that changes direction. */
static void check_harmless(const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        unsigned code = 0;
        size_t n = utf8_decode(text + i, size - i, &code);
        CHECK(n > 0);
        CHECK(code >= 0x20 || code == '\n' || code == '\t' ||
              (code == '\r' && i + 1 < size && text[i + 1] == '\n')); /* CSV */
        CHECK(code < 0x7f || code > 0x9f);
        CHECK((code < 0x202a || code > 0x202e) && (code < 0x2066 || code > 0x2069));
        i += n;
    }
}

static char *written(const struct report_format *format, const struct report *report,
                     size_t *ret_size)
{
    static const struct report_options options = {.path = NULL};
    char *text = NULL;
    FILE *file = open_memstream(&text, ret_size);
    CHECK(file);
    int r = format->write(file, report, &options);
    CHECK(r == 0 || (r == -ENODATA && report->score < 0)); /* some cannot be without a score */
    CHECK(fclose(file) == 0);
    return text;
}

static void check_formats(const struct report *report)
{
    size_t n = 0;
    const struct report_format *formats = report_formats(&n);
    for (size_t i = 0; i < n; i++) {
        size_t size = 0;
        char *text = written(&formats[i], report, &size);
        /* A foreign JSON report comes out as it went in. */
        if (strcmp(formats[i].name, "json") != 0)
            check_harmless(text, size);
        free(text);
    }
}

static void check_again(const struct report *report)
{
    size_t size = 0;
    char *text = written(report_format_find("json"), report, &size);
    struct report *again = NULL;
    struct error err = ERROR_INIT;
    CHECK(report_parse(text, size, "again", &again, &err) == 0);
    CHECK(again->n_tests == report->n_tests && again->verdict == report->verdict);
    report_free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report *report = NULL;
    struct error err = ERROR_INIT;
    if (size > 65536)
        return 0;
    if (report_parse((const char *)data, size, "input", &report, &err) < 0) {
        CHECK(err.code < 0 && err.text[0]);
        return 0;
    }
    check_formats(report);
    check_again(report);
    report_free(report);
    return 0;
}
