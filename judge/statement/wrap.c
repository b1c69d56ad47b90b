/* Lines: how wide text is, where it breaks, how marks become escape sequences. */
#include <assert.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/statement/statement.h"
#include "sandbox/util.h"

static int code_columns(unsigned code)
{
    static const struct {
        unsigned first, last;
    } wide[] = {/* Unicode 15, East_Asian_Width W and F, in blocks */
                {0x1100, 0x115f},   {0x2e80, 0xa4cf},  {0xac00, 0xd7a3}, {0xf900, 0xfaff},
                {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
                {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    if (code < 0x20 || (code >= 0x300 && code <= 0x36f) || (code >= 0x20d0 && code <= 0x20ff))
        return code == MARK_SPACE;
    for (size_t i = 0; code >= 0x1100 && i < ARRAY_LEN(wide); i++)
        if (code >= wide[i].first && code <= wide[i].last)
            return 2;
    return 1;
}

int text_columns(const char *text, size_t n)
{
    int columns = 0;
    for (size_t i = 0; i < n;) {
        unsigned code = 0;
        size_t length = utf8_decode(text + i, n - i, &code);
        columns += length ? code_columns(code) : 1;
        i += length ? length : 1;
    }
    return columns;
}

/* ---- where it breaks ---- */

static_assert(MARK_BREAK == '\b', "one_line() spells it so");

/* The line that begins at `text` (no blank): its length, and in *next where the following one begins. */
static size_t one_line(const char *text, int columns, const char **next)
{
    size_t fits = 0; /* what a line may hold: whole words, at least one */
    int used = 0;
    for (size_t i = 0; text[i] && text[i] != MARK_BREAK;) {
        size_t word = i + strspn(text + i, " \n");
        size_t end = word + strcspn(text + word, " \n\b");
        if (end == word)
            break;
        int width = (i > 0) + text_columns(text + word, end - word);
        if (i > 0 && used + width > columns)
            break;
        used += width;
        i = fits = end;
    }
    const char *after = text + fits;
    after += strspn(after, " \n");
    *next = *after == MARK_BREAK ? after + 1 + strspn(after + 1, " \n") : after;
    return fits;
}

size_t wrap_lines(const char *text, int columns, struct line *lines, size_t max)
{
    size_t n = 0;
    for (text += strspn(text, " \n\b"); *text; n++) {
        const char *next = NULL;
        size_t length = one_line(text, columns, &next);
        if (n < max)
            lines[n] = (struct line){text, length};
        text = next;
    }
    return n;
}

/* ---- how it is printed ---- */

static void put_mark(FILE *to, const struct statement_style *style, int mark)
{
    static const char *const sequences[] = {
        [MARK_STRONG] = "\033[1m",   [MARK_STRONG_END] = "\033[22m",
        [MARK_EMPHASIS] = "\033[3m", [MARK_EMPHASIS_END] = "\033[23m",
        [MARK_CODE] = "\033[36m",    [MARK_CODE_END] = "\033[39m",
    };
    if (mark == MARK_SPACE || mark == MARK_BREAK)
        fputc(' ', to);
    else if (style->color)
        fputs(sequences[mark], to);
}

static bool is_mark(char c)
{
    return c >= MARK_STRONG && c <= MARK_BREAK;
}

/* A line break within a line is one of the source: it is a blank. */
void put_line(FILE *to, const struct statement_style *style, const char *text, size_t n)
{
    bool blank = false;
    for (size_t i = 0; i < n; i++) {
        bool is_blank = text[i] == ' ' || text[i] == '\n';
        if (is_mark(text[i]))
            put_mark(to, style, text[i]);
        else if (!is_blank)
            fputc(text[i], to);
        else if (!blank)
            fputc(' ', to);
        blank = is_blank;
    }
}

/* Emphasis does not reach over the margin: what is open is closed at the end of a line and opened on the next. */
static unsigned marks_after(const char *text, size_t n, unsigned open)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] >= MARK_STRONG && text[i] <= MARK_CODE_END)
            open = text[i] & 1 ? open | 1u << text[i] : open & ~(1u << (text[i] - 1));
    return open;
}

static void put_open(FILE *to, const struct statement_style *style, unsigned open, int end)
{
    for (int mark = MARK_STRONG; style->color && mark <= MARK_CODE; mark += 2)
        if (open & 1u << mark)
            put_mark(to, style, mark + end);
}

void wrap_text(const struct wrap *wrap, const char *text)
{
    int columns = wrap->style->width - wrap->indent;
    unsigned open = 0;
    bool first = true;
    for (text += strspn(text, " \n\b"); *text; first = false) {
        const char *next = NULL;
        size_t length = one_line(text, columns, &next);
        fprintf(wrap->to, "%*s", wrap->indent, first && wrap->first ? wrap->first : "");
        put_open(wrap->to, wrap->style, open, 0);
        put_line(wrap->to, wrap->style, text, length);
        open = marks_after(text, length, open);
        put_open(wrap->to, wrap->style, open, 1);
        fputc('\n', wrap->to);
        text = next;
    }
}
