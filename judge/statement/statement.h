/* A problem's statement (CommonMark, tables, maths in $...$) as text for a terminal.
 *
 * A program of its own, mljudge-statement, that `mljudge show` starts: the parser is md4c, which Debian has as a shared
 * library only, while the command is static; and a stranger's Markdown is read apart from the judge.
 *
 * Text on its way through here is UTF-8 whose control bytes were made visible before (escape.h), so that those below
 * can stand between its characters and mean something to us. */
#ifndef MLJUDGE_STATEMENT_H
#define MLJUDGE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Marks in text, a byte each. */
enum {
    MARK_STRONG = 1,
    MARK_STRONG_END,
    MARK_EMPHASIS,
    MARK_EMPHASIS_END,
    MARK_CODE,
    MARK_CODE_END,
    MARK_SPACE, /* no line may end here */
    MARK_BREAK, /* the line ends here */
};

struct statement_style {
    int width; /* columns */
    bool
        color; /* escape sequences of ours; else no marks but the last two, headings keep their "#", code its "`" */
};

#define STATEMENT_WIDTH_MIN 40
#define STATEMENT_WIDTH_MAX 100

/* The whole of it; *ret is malloc'ed, NUL-terminated and free of control bytes but line breaks and, with `color`, our
 * own escape sequences.  -EINVAL: too much of a table or a list to be laid out; -ENOMEM. */
int statement_render(const char *markdown, size_t size, const struct statement_style *style,
                     char **ret);

/* ---- parts of it ---- */

/* What stands between dollars, as text: \frac{a}{b} is a/b, \le is ≤, x^2 is x².  What is not known is written as it is. */
void maths_text(FILE *to, const char *tex, size_t n);

/* Columns that text takes: marks and combining characters none, East Asian wide characters two. */
int text_columns(const char *text, size_t n);

struct wrap {
    FILE *to;
    const struct statement_style *style;
    int indent;        /* columns before every line but the first, which has `first` */
    const char *first; /* as wide as `indent`: "- "; NULL: blanks */
};

/* A paragraph: breaks between words, also at MARK_BREAK; ends in a line break unless it is empty. */
void wrap_text(const struct wrap *wrap, const char *text);

/* One line that is not broken, with its marks as the style has them; no line break. */
void put_line(FILE *to, const struct statement_style *style, const char *text, size_t n);

/* The lines that text wraps to in `columns` columns: pairs of beginning and length, at most `max` of them; returns how
 * many there are. */
struct line {
    const char *text;
    size_t n;
};
size_t wrap_lines(const char *text, int columns, struct line *lines, size_t max);

enum align { ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

struct table {
    size_t n_columns, n_rows; /* row 0 is the head, which may be empty */
    const char *const *cells; /* [n_rows][n_columns], borrowed */
    const enum align *aligns; /* [n_columns] */
};
#define TABLE_COLUMNS_MAX 32

/* Columns as wide as they need to be, the widest one narrower where the screen is: its cells wrap. */
int table_text(FILE *to, const struct statement_style *style, int indent,
               const struct table *table);

#endif
