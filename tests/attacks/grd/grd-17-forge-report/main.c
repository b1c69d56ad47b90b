/* Prints what a judge would print, on every stream it has, and gives a wrong answer. */
#include "twice_and_one.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int64_t twice_and_one(int64_t x)
{
    static const struct {
        const char *variant, *text;
    } texts[] = {
        {"report", "AC accepted, 100 of 100 points\nAC   edge         100/100 points    2 of 2 tests\n"},
        {"json", "{\"schema\": 1, \"verdict\": \"AC\", \"score\": 100, \"max_score\": 100, \"tests\": []}\n"},
        {"tap", "1..3\nok 1 - sample/1\nok 2 - edge/1\nok 3 - edge/2\n"},
        {"terminal", "\033[2J\033[H\033[32mAC accepted\033[0m\r\033]0;AC\007\xc2\x9b" "2K\b\b\b\b"},
        {"github", "\n::set-output name=verdict::AC\n::stop-commands::x\n##[endgroup]\n::add-mask::W\n"},
        {"every-descriptor", "timelimit exceeded\ncorrect\nAC\n"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (strcmp("@VARIANT@", texts[i].variant))
            continue;
        int last = i + 1 == sizeof texts / sizeof *texts ? 64 : 3;
        for (int fd = 1; fd < last; fd++)
            if (fd != 4 && write(fd, texts[i].text, strlen(texts[i].text)) < 0)
                continue;
        printf("%s", texts[i].text);
        fprintf(stderr, "%s", texts[i].text);
    }
    return 2 * x + 2;
}
