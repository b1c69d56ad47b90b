/* Statements to text (judge/statement/): a stranger's Markdown.
 *
 * The first byte chooses width and colour.  Properties: what comes out is UTF-8 without a control byte but line breaks,
 * and without a command of a CI runner; with colour the only escape sequences are ours. */
#include <errno.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/statement/statement.h"
#include "judge/utf8.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 20000)
        return 0;
    struct statement_style style = {.width = STATEMENT_WIDTH_MIN + data[0] % 61,
                                    .color = data[0] & 0x80};
    char *text = NULL;
    int r = statement_render((const char *)data + 1, size - 1, &style, &text);
    CHECK(r == 0 || r == -EINVAL || r == -ENOMEM);
    if (r < 0)
        return 0;
    CHECK(utf8_valid(text, strlen(text)));
    for (char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == 033 && style.color) {
            size_t n = strspn(p + 2, "0123456789;");
            CHECK(p[1] == '[' && n <= 3 && p[2 + n] == 'm');
            continue;
        }
        CHECK(c == '\n' || (c >= 0x20 && c != 0x7f));
    }
    if (!style.color) {
        char *again = escape_block(text, strlen(text));
        CHECK(again && strcmp(again, text) == 0);
        free(again);
    }
    free(text);
    return 0;
}
