/* md4c's events to text.  Paragraphs and cells are collected as one piece of text with marks, then laid out. */
#include <assert.h>
#include <errno.h>
#include <md4c.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/statement/statement.h"
#include "judge/utf8.h"
#include "sandbox/util.h"

#define DEPTH_MAX      24    /* of lists and quotes; deeper ones are not indented further */
#define CELLS_MAX      20000 /* of one table */
#define MATHS_TOGETHER 24    /* columns; longer formulas may break at their blanks */
#define CODE_INDENT    4

static_assert(MARK_SPACE == '\a', "spelled so here");

struct list {
    bool ordered;
    unsigned number;
    int indent; /* of what stands around it */
    bool tight; /* the same */
};

struct render {
    const struct statement_style *style;
    FILE *to;
    int r; /* first failure */

    FILE *piece; /* the text at hand; NULL: none */
    char *piece_text;
    size_t piece_size;

    struct list lists[DEPTH_MAX];
    int depth;      /* of lists and quotes, not bounded */
    int indent;     /* columns */
    char first[16]; /* "- ": stands before the next line; "" */
    bool blank;     /* a blank line comes before the next block */
    bool tight;     /* not between the items of this list */
    int heading;    /* level; 0: none */
    bool in_code, in_maths;
    char href[512]; /* of the link at hand, escaped */
    size_t href_begin;

    char **cells; /* of the table at hand; owned */
    size_t n_cells, n_columns;
    enum align aligns[TABLE_COLUMNS_MAX];
};

static int fail(struct render *render, int r)
{
    if (render->r == 0)
        render->r = r;
    return 1; /* md4c: stop */
}

/* ---- the text at hand ---- */

static int begin_piece(struct render *render)
{
    if (render->piece)
        return 0;
    render->piece = open_memstream(&render->piece_text, &render->piece_size);
    return render->piece ? 0 : fail(render, -ENOMEM);
}

/* The text, owned by the caller; NULL: there was none. */
static char *end_piece(struct render *render)
{
    if (!render->piece)
        return NULL;
    bool bad = fclose(render->piece) != 0;
    render->piece = NULL;
    char *text = steal(&render->piece_text);
    if (bad)
        fail(render, -ENOMEM);
    return text;
}

static void mark(struct render *render, int mark)
{
    if (render->piece && render->style->color)
        fputc(mark, render->piece);
    else if (render->piece && (mark == MARK_CODE || mark == MARK_CODE_END))
        fputc('`', render->piece);
}

/* ---- blocks ---- */

/* A blank line between blocks, none before the first. */
static void separate(struct render *render)
{
    if (render->blank)
        fputc('\n', render->to);
    render->blank = false;
}

static void put_paragraph(struct render *render)
{
    auto_free char *text = end_piece(render);
    if (!text)
        return;
    separate(render);
    struct wrap wrap = {.to = render->to,
                        .style = render->style,
                        .indent = render->indent,
                        .first = render->first[0] ? render->first : NULL};
    wrap_text(&wrap, text);
    render->first[0] = '\0';
    render->blank = !render->tight;
}

static void put_heading(struct render *render)
{
    auto_free char *text = end_piece(render);
    separate(render);
    if (!text)
        return;
    if (render->style->color)
        fputs(render->heading == 1 ? "\033[1;4m" : "\033[1m", render->to);
    else
        fprintf(render->to, "%.*s ", render->heading, "######");
    put_line(render->to, render->style, text, strlen(text));
    fputs(render->style->color ? "\033[0m\n" : "\n", render->to);
    render->blank = true;
}

static void put_code(struct render *render)
{
    auto_free char *text = end_piece(render);
    separate(render);
    for (const char *line = text; line && *line;) {
        size_t n = strcspn(line, "\n");
        if (n > 0)
            fprintf(render->to, "%*s", render->indent + CODE_INDENT, render->first);
        render->first[0] = '\0';
        for (size_t i = 0; i < n; i++)
            fputs(line[i] == '\t' ? "    " : (char[]){line[i], '\0'}, render->to);
        fputc('\n', render->to);
        line += n + (line[n] == '\n');
    }
    render->blank = true;
}

static void put_rule(struct render *render)
{
    separate(render);
    for (int i = render->indent; i < render->style->width; i++)
        fputs("─", render->to);
    fputc('\n', render->to);
    render->blank = true;
}

static void drop_cells(struct render *render)
{
    for (size_t i = 0; i < render->n_cells; i++)
        free(render->cells[i]);
    free(render->cells);
    render->cells = NULL;
    render->n_cells = 0;
}

static int put_table(struct render *render)
{
    struct table table = {.n_columns = render->n_columns,
                          .n_rows = render->n_columns ? render->n_cells / render->n_columns : 0,
                          .cells = (const char *const *)render->cells,
                          .aligns = render->aligns};
    separate(render);
    int r = table.n_rows ? table_text(render->to, render->style, render->indent, &table) : 0;
    drop_cells(render);
    render->blank = true;
    return r < 0 ? fail(render, r) : 0;
}

static int add_cell(struct render *render, const MD_BLOCK_TD_DETAIL *detail)
{
    size_t column = render->n_columns ? render->n_cells % render->n_columns : 0;
    char *text = end_piece(render);
    char **cells = realloc(render->cells, (render->n_cells + 1) * sizeof *cells);
    if (cells)
        render->cells = cells;
    if (!text || !cells) {
        free(text);
        return fail(render, -ENOMEM);
    }
    cells[render->n_cells++] = text;
    render->aligns[column] = detail->align == MD_ALIGN_RIGHT    ? ALIGN_RIGHT
                             : detail->align == MD_ALIGN_CENTER ? ALIGN_CENTER
                                                                : ALIGN_LEFT;
    return 0;
}

/* ---- lists and quotes ---- */

static struct list *list_at(struct render *render)
{
    assert(render->depth > 0);
    return &render->lists[render->depth <= DEPTH_MAX ? render->depth - 1 : DEPTH_MAX - 1];
}

static void indent_more(struct render *render, int columns)
{
    if (render->depth <= DEPTH_MAX && render->indent + columns <= render->style->width / 2)
        render->indent += columns;
}

static void enter_list(struct render *render, bool ordered, unsigned start, bool tight)
{
    render->depth++;
    if (render->depth <= DEPTH_MAX)
        *list_at(render) = (struct list){ordered, start, render->indent, render->tight};
    render->tight = tight;
}

static void leave_list(struct render *render)
{
    render->indent = list_at(render)->indent;
    render->tight = list_at(render)->tight;
    render->depth--;
    render->first[0] = '\0';
    render->blank = render->depth == 0 || !render->tight;
}

static void enter_item(struct render *render)
{
    struct list *list = list_at(render);
    render->indent = list->indent;
    if (list->ordered)
        snprintf(render->first, sizeof render->first, "%u. ", list->number++ % 100000);
    else
        snprintf(render->first, sizeof render->first, "- ");
    indent_more(render, (int)strlen(render->first));
}

static void leave_item(struct render *render)
{
    put_paragraph(render); /* of a tight list: there is no paragraph around it */
    if (render->first[0])  /* an empty item */
        fprintf(render->to, "%*s\n", render->indent, render->first);
    render->first[0] = '\0';
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    struct render *render = data;
    /* A list begins in a tight item: its text is over. */
    if (render->piece && type != MD_BLOCK_P)
        put_paragraph(render);
    switch (type) {
    case MD_BLOCK_UL: enter_list(render, false, 0, ((MD_BLOCK_UL_DETAIL *)detail)->is_tight); break;
    case MD_BLOCK_OL:
        enter_list(render, true, ((MD_BLOCK_OL_DETAIL *)detail)->start,
                   ((MD_BLOCK_OL_DETAIL *)detail)->is_tight);
        break;
    case MD_BLOCK_LI: enter_item(render); break;
    case MD_BLOCK_QUOTE:
        enter_list(render, false, 0, false);
        snprintf(render->first, sizeof render->first, "> ");
        indent_more(render, 2);
        break;
    case MD_BLOCK_H:
        render->heading = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
        return begin_piece(render);
    case MD_BLOCK_CODE: render->in_code = true; return begin_piece(render);
    case MD_BLOCK_TABLE: {
        const MD_BLOCK_TABLE_DETAIL *table = detail;
        if (table->col_count > TABLE_COLUMNS_MAX ||
            (uint64_t)table->col_count * (table->body_row_count + 1) > CELLS_MAX)
            return fail(render, -EINVAL);
        render->n_columns = table->col_count;
        break;
    }
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: return begin_piece(render);
    default: break;
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    struct render *render = data;
    switch (type) {
    case MD_BLOCK_P: put_paragraph(render); break;
    case MD_BLOCK_H:
        put_heading(render);
        render->heading = 0;
        break;
    case MD_BLOCK_CODE:
        put_code(render);
        render->in_code = false;
        break;
    case MD_BLOCK_HR: put_rule(render); break;
    case MD_BLOCK_LI: leave_item(render); break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_QUOTE: leave_list(render); break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: return add_cell(render, detail);
    case MD_BLOCK_TABLE: return put_table(render);
    default: break;
    }
    return render->r < 0;
}

/* ---- spans and text ---- */

/* What else md4c hands out as an attribute: a link's target. */
static void take_href(struct render *render, const MD_ATTRIBUTE *href)
{
    escape_text(href->text ? href->text : "", href->size, render->href, sizeof render->href);
    fflush(render->piece);
    render->href_begin = render->piece_size;
}

static void put_href(struct render *render)
{
    fflush(render->piece);
    const char *text = render->piece_text + render->href_begin;
    if (render->href[0] && strcmp(text, render->href) != 0)
        fprintf(render->piece, " (%s)", render->href);
    render->href[0] = '\0';
}

static int enter_span(MD_SPANTYPE type, void *detail, void *data)
{
    struct render *render = data;
    if (begin_piece(render) != 0)
        return 1;
    switch (type) {
    case MD_SPAN_EM: mark(render, MARK_EMPHASIS); break;
    case MD_SPAN_STRONG: mark(render, MARK_STRONG); break;
    case MD_SPAN_CODE: mark(render, MARK_CODE); break;
    case MD_SPAN_A: take_href(render, &((MD_SPAN_A_DETAIL *)detail)->href); break;
    case MD_SPAN_IMG: fputs("[picture: ", render->piece); break;
    case MD_SPAN_LATEXMATH_DISPLAY:
        fputc(MARK_BREAK, render->piece);
        fputs("\a\a\a\a", render->piece); /* MARK_SPACE */
        render->in_maths = true;
        break;
    default: break;
    }
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *data)
{
    struct render *render = data;
    (void)detail;
    switch (type) {
    case MD_SPAN_EM: mark(render, MARK_EMPHASIS_END); break;
    case MD_SPAN_STRONG: mark(render, MARK_STRONG_END); break;
    case MD_SPAN_CODE: mark(render, MARK_CODE_END); break;
    case MD_SPAN_A: put_href(render); break;
    case MD_SPAN_IMG: fputc(']', render->piece); break;
    case MD_SPAN_LATEXMATH_DISPLAY:
        fputc(MARK_BREAK, render->piece);
        render->in_maths = false;
        break;
    default: break;
    }
    return 0;
}

static int put_maths(struct render *render, const char *tex, size_t n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return fail(render, -ENOMEM);
    maths_text(to, tex, n);
    if (fclose(to) != 0) {
        free(text);
        return fail(render, -ENOMEM);
    }
    bool together = render->in_maths || text_columns(text, size) <= MATHS_TOGETHER;
    for (size_t i = 0; i < size; i++)
        text[i] = text[i] == '\t' || text[i] == '\n' ? ' ' : text[i];
    for (size_t i = 0; i < size; i++) {
        bool beside = text[i] == ' ' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == MARK_SPACE);
        if (!beside && !(text[i] == ' ' && text[i + 1] == MARK_SPACE))
            fputc(text[i] == ' ' && together ? MARK_SPACE : text[i], render->piece);
    }
    free(text);
    return 0;
}

/* "&#8804;", "&lt;": few are known by name, the others stay as they are. */
static void put_entity(struct render *render, const char *text, size_t n)
{
    static const struct {
        const char *name;
        unsigned code;
    } names[] = {{"&amp;", '&'},       {"&lt;", '<'},     {"&gt;", '>'},      {"&quot;", '"'},
                 {"&apos;", '\''},     {"&nbsp;", 0xa0},  {"&le;", 0x2264},   {"&ge;", 0x2265},
                 {"&ne;", 0x2260},     {"&times;", 0xd7}, {"&middot;", 0xb7}, {"&minus;", 0x2212},
                 {"&hellip;", 0x2026}, {"&rarr;", 0x2192}};
    unsigned code = 0;
    char name[16] = "";
    if (n < sizeof name)
        memcpy(name, text, n);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        code = strcmp(name, names[i].name) == 0 ? names[i].code : code;
    if (name[0] && name[1] == '#')
        code = (unsigned)strtoul(name + (name[2] == 'x' || name[2] == 'X' ? 3 : 2), NULL,
                                 name[2] == 'x' || name[2] == 'X' ? 16 : 10);
    char utf8[4];
    char escaped[16];
    size_t length = utf8_from_code(code, utf8);
    if (length > 0)
        fputs(escape_text(utf8, length, escaped, sizeof escaped), render->piece);
    else
        fwrite(text, 1, n, render->piece);
}

static int put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE n, void *data)
{
    struct render *render = data;
    if (begin_piece(render) != 0)
        return 1;
    switch (type) {
    case MD_TEXT_NULLCHAR: fputs("\ufffd", render->piece); break;
    case MD_TEXT_BR: fputc(MARK_BREAK, render->piece); break;
    case MD_TEXT_SOFTBR: fputc(' ', render->piece); break;
    case MD_TEXT_ENTITY: put_entity(render, text, n); break;
    case MD_TEXT_LATEXMATH: return put_maths(render, text, n);
    case MD_TEXT_CODE:
    default:
        for (MD_SIZE i = 0; i < n; i++) /* escaped before: these two are the only control bytes */
            fputc((text[i] == '\t' || text[i] == '\n') && !render->in_code ? ' ' : text[i],
                  render->piece);
    }
    return 0;
}

/* ---- the whole ---- */

/* "\r\n" as "\n", then everything that a terminal would obey made visible. */
static char *harmless(const char *bytes, size_t n)
{
    char *lines = malloc(n + 1);
    size_t used = 0;
    if (!lines)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != '\r' || i + 1 == n || bytes[i + 1] != '\n')
            lines[used++] = bytes[i];
    char *block = escape_block(lines, used);
    free(lines);
    return block;
}

int statement_render(const char *markdown, size_t size, const struct statement_style *style,
                     char **ret)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_LATEXMATHSPANS | MD_FLAG_NOHTML,
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = put_text,
    };
    assert(style->width >= STATEMENT_WIDTH_MIN && style->width <= STATEMENT_WIDTH_MAX);
    auto_free char *input = harmless(markdown, size);
    char *text = NULL;
    size_t text_size = 0;
    struct render render = {.style = style, .to = open_memstream(&text, &text_size)};
    if (!input || !render.to) {
        if (render.to)
            fclose(render.to);
        free(text);
        return -ENOMEM;
    }
    if (md_parse(input, (MD_SIZE)strlen(input), &parser, &render) != 0)
        fail(&render, -ENOMEM); /* what md4c itself fails of */
    free(end_piece(&render));
    drop_cells(&render);
    if (fclose(render.to) != 0)
        fail(&render, -ENOMEM);
    if (render.r == 0 &&
        !style->color) { /* a line of a CI log may begin elsewhere than in the source */
        *ret = escape_block(text, text_size);
        render.r = *ret ? 0 : -ENOMEM;
        free(text);
        return render.r;
    }
    if (render.r < 0)
        free(text);
    else
        *ret = text;
    return render.r;
}
