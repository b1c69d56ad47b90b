/* One function a kind of mistake looks at each token and adds what it would change there. */
#include "judge/mutate.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/mutate_tokens.h"
#include "sandbox/util.h"

#define CANDIDATES_MAX ((size_t)1 << 16)
#define CONSTANT_MAX \
    1000 /* larger ones are sizes of buffers, and one more of them changes nothing */

struct finder {
    enum mutate_syntax syntax;
    const struct tokens *tokens;
    struct mutation *items;
    size_t n, capacity;
    bool oom;
};

static void add(struct finder *finder, const char *kind, const struct token *where, size_t at,
                size_t n, const char *text)
{
    assert(at + n <= finder->tokens->size);
    if (finder->n == CANDIDATES_MAX || finder->oom)
        return;
    if (strlen(text) == n && memcmp(finder->tokens->source + at, text, n) == 0)
        return;
    if (finder->n == finder->capacity) {
        size_t capacity = finder->capacity ? 2 * finder->capacity : 64;
        struct mutation *items = reallocarray(finder->items, capacity, sizeof *items);
        if (!items) {
            finder->oom = true;
            return;
        }
        finder->items = items;
        finder->capacity = capacity;
    }
    struct mutation *mutation = &finder->items[finder->n++];
    *mutation = (struct mutation){kind, at, n, "", where->line, where->column};
    snprintf(mutation->text, sizeof mutation->text, "%s", text);
}

static void replace(struct finder *finder, const char *kind, size_t i, const char *text)
{
    const struct token *token = &finder->tokens->items[i];
    add(finder, kind, token, token->at, token->n, text);
}

static void insert_before(struct finder *finder, const char *kind, size_t i, const char *text)
{
    const struct token *token = &finder->tokens->items[i];
    add(finder, kind, token, token->at, 0, text);
}

/* Everything from the first byte of token `first` to the last of token `last`. */
static void replace_all(struct finder *finder, const char *kind, size_t first, size_t last,
                        const char *text)
{
    const struct token *from = &finder->tokens->items[first], *to = &finder->tokens->items[last];
    add(finder, kind, from, from->at, to->at + to->n - from->at, text);
}

/* ---- what a token is ---- */

static bool is(const struct finder *finder, size_t i, const char *text)
{
    return token_is(finder->tokens, i, text);
}

static bool is_one_of(const struct finder *finder, size_t i, const char *const *texts, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (is(finder, i, texts[k]))
            return true;
    return false;
}

static bool has_kind(const struct finder *finder, size_t i, enum token_kind kind)
{
    return i < finder->tokens->n && finder->tokens->items[i].kind == kind;
}

static bool is_keyword(const struct finder *finder, size_t i)
{
    static const char *const words[] = {
        "and",    "as",    "assert", "break",     "case",     "class",  "continue", "def",
        "del",    "do",    "elif",   "else",      "except",   "for",    "from",     "global",
        "goto",   "if",    "import", "in",        "is",       "lambda", "new",      "nonlocal",
        "not",    "or",    "pass",   "raise",     "return",   "sizeof", "static",   "struct",
        "switch", "throw", "try",    "typedef",   "using",    "while",  "with",     "yield",
        "const",  "auto",  "delete", "namespace", "template",
    };
    return is_one_of(finder, i, words, ARRAY_LEN(words));
}

/* Does something that has a value end with token i? */
static bool ends_operand(const struct finder *finder, size_t i)
{
    if (i >= finder->tokens->n)
        return false;
    switch (finder->tokens->items[i].kind) {
    case TOKEN_NUMBER:
    case TOKEN_STRING: return true;
    case TOKEN_NAME: return !is_keyword(finder, i);
    case TOKEN_OP: return is(finder, i, ")") || is(finder, i, "]") || is(finder, i, "}");
    case TOKEN_END: return false;
    }
    return false;
}

/* Between two operands.  In C with space on both sides: `*` may be a pointer's and `<` a template's. */
static bool is_binary(const struct finder *finder, size_t i)
{
    const struct tokens *tokens = finder->tokens;
    const struct token *token = &tokens->items[i];
    if (i == 0 || i + 1 >= tokens->n || !ends_operand(finder, i - 1))
        return false;
    if (finder->syntax == MUTATE_PYTHON)
        return true;
    return isspace((unsigned char)tokens->source[token->at - 1]) &&
           isspace((unsigned char)tokens->source[token->at + token->n]);
}

static bool is_called(const struct finder *finder, size_t i)
{
    return is(finder, i + 1, "(");
}

/* ---- one token for another ---- */

enum place { BINARY, CALLED, ANYWHERE };
enum in { PYTHON = 1, C = 2, BOTH = 3 };

static const struct swap {
    const char *kind, *from, *to;
    enum place place;
    enum in in;
} swaps[] = {
    {"boundary", "<", "<=", BINARY, BOTH},
    {"boundary", "<=", "<", BINARY, BOTH},
    {"boundary", ">", ">=", BINARY, BOTH},
    {"boundary", ">=", ">", BINARY, BOTH},
    {"comparison", "<", ">", BINARY, BOTH},
    {"comparison", "<=", ">=", BINARY, BOTH},
    {"comparison", ">", "<", BINARY, BOTH},
    {"comparison", ">=", "<=", BINARY, BOTH},
    {"comparison", "==", "!=", BINARY, BOTH},
    {"comparison", "!=", "==", BINARY, BOTH},
    {"arithmetic", "+", "-", BINARY, BOTH},
    {"arithmetic", "-", "+", BINARY, BOTH},
    {"arithmetic", "*", "/", BINARY, BOTH},
    {"arithmetic", "/", "*", BINARY, BOTH},
    {"arithmetic", "**", "*", BINARY, PYTHON},
    {"arithmetic", "%", "/", BINARY, BOTH},
    {"arithmetic", "+=", "-=", BINARY, BOTH},
    {"arithmetic", "-=", "+=", BINARY, BOTH},
    {"arithmetic", "*=", "/=", BINARY, BOTH},
    {"arithmetic", "/=", "*=", BINARY, BOTH},
    {"arithmetic", "+=", "=", BINARY, BOTH},
    {"integer division", "/", "//", BINARY, PYTHON},
    {"integer division", "//", "/", BINARY, PYTHON},
    {"logic", "and", "or", BINARY, PYTHON},
    {"logic", "or", "and", BINARY, PYTHON},
    {"logic", "&", "|", BINARY, PYTHON},
    {"logic", "|", "&", BINARY, PYTHON},
    {"logic", "&&", "||", BINARY, C},
    {"logic", "||", "&&", BINARY, C},
    {"boolean", "True", "False", ANYWHERE, PYTHON},
    {"boolean", "False", "True", ANYWHERE, PYTHON},
    {"boolean", "true", "false", ANYWHERE, C},
    {"boolean", "false", "true", ANYWHERE, C},
    {"min max", "min", "max", CALLED, BOTH},
    {"min max", "max", "min", CALLED, BOTH},
    {"min max", "argmin", "argmax", CALLED, BOTH},
    {"min max", "argmax", "argmin", CALLED, BOTH},
    {"min max", "minimum", "maximum", CALLED, BOTH},
    {"min max", "maximum", "minimum", CALLED, BOTH},
    {"min max", "nanmin", "nanmax", CALLED, PYTHON},
    {"min max", "nanmax", "nanmin", CALLED, PYTHON},
    {"min max", "fmin", "fmax", CALLED, BOTH},
    {"min max", "fmax", "fmin", CALLED, BOTH},
    {"min max", "min_element", "max_element", CALLED, C},
    {"min max", "max_element", "min_element", CALLED, C},
    {"side", "\"left\"", "\"right\"", ANYWHERE, PYTHON},
    {"side", "\"right\"", "\"left\"", ANYWHERE, PYTHON},
    {"side", "'left'", "'right'", ANYWHERE, PYTHON},
    {"side", "'right'", "'left'", ANYWHERE, PYTHON},
    {"side", "bisect_left", "bisect_right", CALLED, PYTHON},
    {"side", "bisect_right", "bisect_left", CALLED, PYTHON},
    {"side", "lower_bound", "upper_bound", CALLED, C},
    {"side", "upper_bound", "lower_bound", CALLED, C},
    {"aggregate", "sum", "mean", CALLED, PYTHON},
    {"aggregate", "mean", "sum", CALLED, PYTHON},
    {"aggregate", "mean", "median", CALLED, PYTHON},
    {"aggregate", "any", "all", CALLED, PYTHON},
    {"aggregate", "all", "any", CALLED, PYTHON},
    {"rounding", "floor", "ceil", CALLED, BOTH},
    {"rounding", "ceil", "floor", CALLED, BOTH},
    {"precision", "float64", "float32", ANYWHERE, PYTHON},
    {"precision", "int64", "int32", ANYWHERE, PYTHON},
    {"sort", "sort", "array", CALLED, PYTHON},
    {"sort", "sorted", "(lambda rows, **_: list(rows))", CALLED, PYTHON},
    {"sort", "stable_sort", "sort", CALLED, C},
};

static void find_swaps(struct finder *finder, size_t i)
{
    enum in in = finder->syntax == MUTATE_PYTHON ? PYTHON : C;
    for (size_t k = 0; k < ARRAY_LEN(swaps); k++) {
        const struct swap *swap = &swaps[k];
        if (!(swap->in & in) || !is(finder, i, swap->from))
            continue;
        if (swap->place == BINARY ? is_binary(finder, i)
                                  : swap->place == ANYWHERE || is_called(finder, i))
            replace(finder, swap->kind, i, swap->to);
    }
}

/* `double sum = ...;` in float: local variables only, a parameter's type is the problem's. */
static void find_precision(struct finder *finder, size_t i)
{
    static const struct {
        const char *from, *to;
    } types[] = {{"double", "float"}, {"int64_t", "int32_t"}, {"uint64_t", "uint32_t"}};
    if (finder->syntax != MUTATE_C || finder->tokens->items[i].depth > 0 ||
        !has_kind(finder, i + 1, TOKEN_NAME) ||
        !(is(finder, i + 2, "=") || is(finder, i + 2, ";") || is(finder, i + 2, ",")))
        return;
    for (size_t k = 0; k < ARRAY_LEN(types); k++)
        if (is(finder, i, types[k].from))
            replace(finder, "precision", i, types[k].to);
}

/* ---- numbers ---- */

static void find_constants(struct finder *finder, size_t i)
{
    const struct token *token = &finder->tokens->items[i];
    char text[8] = "";
    if (token->kind != TOKEN_NUMBER || token->n >= sizeof text)
        return;
    memcpy(text, finder->tokens->source + token->at, token->n);
    const char *kind = "constant";
    if (i >= 2 && is(finder, i - 1, "=") && is(finder, i - 2, "axis"))
        kind = "axis";
    if (i >= 2 && is(finder, i - 1, "=") && is(finder, i - 2, "ddof"))
        kind = "ddof";
    if (strcmp(text, "0.0") == 0 || strcmp(text, "0.5") == 0 || strcmp(text, "2.0") == 0)
        replace(finder, kind, i, "1.0");
    if (strcmp(text, "1.0") == 0)
        replace(finder, kind, i, "0.0");
    char *end;
    long number = strtol(text, &end, 10);
    if (*end || number < 0 || number > CONSTANT_MAX || (text[0] == '0' && text[1]))
        return;
    char other[24];
    if (number > 0) {
        snprintf(other, sizeof other, "%ld", number - 1);
        replace(finder, kind, i, other);
    }
    if (number == 0 || kind[0] == 'c') {
        snprintf(other, sizeof other, "%ld", number + 1);
        replace(finder, kind, i, other);
    }
}

/* `-x` is x, `not x` is x, `!x` is x. */
static void find_signs(struct finder *finder, size_t i)
{
    bool operand = i > 0 && ends_operand(finder, i - 1);
    if (is(finder, i, "-") && !operand &&
        (has_kind(finder, i + 1, TOKEN_NAME) || has_kind(finder, i + 1, TOKEN_NUMBER) ||
         is(finder, i + 1, "(")))
        replace(finder, "sign", i, "");
    if ((is(finder, i, "not") && !is(finder, i + 1, "in") && !(i > 0 && is(finder, i - 1, "is"))) ||
        (is(finder, i, "!") && finder->syntax == MUTATE_C))
        replace(finder, "negation", i, "");
}

/* ---- ranges and slices of Python ---- */

/* The next comma, or the closing bracket, of the brackets that token `open` opens, from token i on. */
static size_t end_of_part(const struct finder *finder, size_t open, size_t i, const char *mark)
{
    int depth = finder->tokens->items[open].depth;
    for (; i < finder->tokens->n && finder->tokens->items[i].depth > depth; i++)
        if (finder->tokens->items[i].depth == depth + 1 &&
            (is(finder, i, mark) || is(finder, i, ",")))
            return i;
    return i;
}

static void find_range(struct finder *finder, size_t i)
{
    if (!is(finder, i, "range") || !is_called(finder, i) || is(finder, i + 2, ")"))
        return;
    size_t end = end_of_part(finder, i + 1, i + 2, ",");
    if (end < finder->tokens->n && is(finder, end, ",")) {
        size_t last = end_of_part(finder, i + 1, end + 1, ",");
        if (last < finder->tokens->n)
            insert_before(finder, "range", last, " - 1");
        insert_before(finder, "range", end, " + 1");
    } else if (end < finder->tokens->n) {
        insert_before(finder, "range", end, " - 1");
        insert_before(finder, "range", i + 2, "1, ");
    }
}

static void find_slices(struct finder *finder, size_t i)
{
    if (!is(finder, i, "[") || i == 0 || !ends_operand(finder, i - 1))
        return;
    size_t closing = token_closing(finder->tokens, i);
    for (size_t k = i + 1; k < closing && closing < finder->tokens->n; k++) {
        if (!is(finder, k, ":") ||
            finder->tokens->items[k].depth != finder->tokens->items[i].depth + 1)
            continue;
        if (k > i + 1 && !is(finder, k - 1, ",") && !is(finder, k - 1, ":"))
            insert_before(finder, "slice", k, " + 1");
        size_t end = end_of_part(finder, i, k + 1, ":");
        if (end > k + 1 && end < finder->tokens->n)
            insert_before(finder, "slice", end, " - 1");
    }
}

/* ---- calls ---- */

/* abs(x), np.sqrt(x), std::fabs(x): (x). */
static void find_dropped_calls(struct finder *finder, size_t i)
{
    static const char *const names[] = {"abs",   "fabs",   "sqrt",  "exp",    "log",     "log1p",
                                        "expm1", "square", "floor", "ceil",   "round",   "rint",
                                        "llabs", "int",    "float", "unique", "absolute"};
    static const char *const modules[] = {"np", "numpy", "math", "std"};
    if (!is_one_of(finder, i, names, ARRAY_LEN(names)) || !is_called(finder, i))
        return;
    size_t first = i;
    if (i >= 1 && (is(finder, i - 1, ".") || is(finder, i - 1, "::"))) {
        if (i < 2 || !is_one_of(finder, i - 2, modules, ARRAY_LEN(modules)))
            return;
        first = i - 2;
    }
    size_t closing = token_closing(finder->tokens, i + 1);
    if (closing < finder->tokens->n && closing > i + 2 &&
        end_of_part(finder, i + 1, i + 2, ",") == closing)
        replace_all(finder, "dropped call", first, i, "");
}

/* `, kind="stable"` goes; a cast to a number type goes. */
static void find_dropped_words(struct finder *finder, size_t i)
{
    if (is(finder, i, ",") && is(finder, i + 1, "kind") && is(finder, i + 2, "=") &&
        has_kind(finder, i + 3, TOKEN_STRING))
        replace_all(finder, "stable", i, i + 3, "");
    if (finder->syntax == MUTATE_C && is(finder, i, "(") && is(finder, i + 2, ")") &&
        (is(finder, i + 1, "double") || is(finder, i + 1, "int64_t") ||
         is(finder, i + 1, "uint64_t")) &&
        !(i > 0 && ends_operand(finder, i - 1)))
        replace_all(finder, "cast", i, i + 2, "");
}

/* ---- statements ---- */

static bool starts_line(const struct finder *finder, size_t i)
{
    return i == 0 || finder->tokens->items[i - 1].kind == TOKEN_END;
}

static bool sorts(const struct finder *finder, size_t first, size_t last)
{
    static const char *const names[] = {"sort", "qsort", "stable_sort"};
    for (size_t i = first; i < last; i++)
        if (is_one_of(finder, i, names, ARRAY_LEN(names)) && is_called(finder, i))
            return true;
    return false;
}

static bool goes_on_as_statement(const struct finder *finder, size_t i)
{
    static const char *const marks[] = {
        "=", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "(", "[", ".", "->", "++", "--", "%="};
    return is_one_of(finder, i, marks, ARRAY_LEN(marks));
}

static void find_python_statements(struct finder *finder, size_t i)
{
    if (!starts_line(finder, i) || !has_kind(finder, i, TOKEN_NAME))
        return;
    size_t end = i;
    while (finder->tokens->items[end].kind != TOKEN_END)
        end++; /* the last token is one */
    bool jump = is(finder, i, "break") || is(finder, i, "continue");
    if (jump || (!is_keyword(finder, i) && goes_on_as_statement(finder, i + 1)))
        replace_all(finder, sorts(finder, i, end) ? "sort" : "statement", i, end - 1, "pass");
    if (!is(finder, i, "if") && !is(finder, i, "elif"))
        return;
    for (size_t k = i + 1; k < end; k++)
        if (is(finder, k, ":") &&
            finder->tokens->items[k].depth == finder->tokens->items[i].depth) {
            if (k > i + 1)
                replace_all(finder, "branch", i + 1, k - 1, "False");
            return;
        }
}

static void find_c_statements(struct finder *finder, size_t i)
{
    static const char *const before[] = {";", "{", "}", ")", "else", ":"};
    const struct tokens *tokens = finder->tokens;
    size_t closing =
        is(finder, i, "if") && is(finder, i + 1, "(") ? token_closing(tokens, i + 1) : i;
    if (closing > i + 2 && closing < tokens->n)
        replace_all(finder, "branch", i + 2, closing - 1, "0");
    if (i == 0 || tokens->items[i].depth > 0 ||
        !is_one_of(finder, i - 1, before, ARRAY_LEN(before)))
        return;
    bool jump = is(finder, i, "break") || is(finder, i, "continue");
    bool harmless = is(finder, i, "free") || is(finder, i, "abort") || is(finder, i, "assert");
    bool named = has_kind(finder, i, TOKEN_NAME) && !is_keyword(finder, i) && !harmless &&
                 (goes_on_as_statement(finder, i + 1) || is(finder, i + 1, "::"));
    if (!jump && !named)
        return;
    size_t end = i;
    while (end < tokens->n && !(is(finder, end, ";") && tokens->items[end].depth == 0)) {
        if (is(finder, end, "{") && tokens->items[end].depth == 0)
            return; /* a block: no statement of one line, or a function */
        end++;
    }
    if (end < tokens->n)
        replace_all(finder, sorts(finder, i, end) ? "sort" : "statement", i, end, ";");
}

/* ---- all of them ---- */

static void find_all(struct finder *finder)
{
    bool python = finder->syntax == MUTATE_PYTHON;
    for (size_t i = 0; i < finder->tokens->n; i++) {
        if (finder->tokens->items[i].kind == TOKEN_END)
            continue;
        find_swaps(finder, i);
        find_precision(finder, i);
        find_constants(finder, i);
        find_signs(finder, i);
        find_dropped_calls(finder, i);
        find_dropped_words(finder, i);
        if (python) {
            find_range(finder, i);
            find_slices(finder, i);
            find_python_statements(finder, i);
        } else {
            find_c_statements(finder, i);
        }
    }
}

/* ---- the choice ---- */

struct kind_share {
    const char *kind;
    size_t n, chosen, seen;
};

#define KINDS_MAX 32

static struct kind_share *share_of(struct kind_share *shares, size_t *n_kinds, const char *kind)
{
    for (size_t i = 0; i < *n_kinds; i++)
        if (strcmp(shares[i].kind, kind) == 0)
            return &shares[i];
    assert(*n_kinds < KINDS_MAX);
    shares[*n_kinds] = (struct kind_share){.kind = kind};
    return &shares[(*n_kinds)++];
}

/* Every kind in turn gets one more, until `max` are given out or there are no more. */
static void share_out(struct kind_share *shares, size_t n_kinds, size_t max)
{
    for (bool given = true; given && max > 0;) {
        given = false;
        for (size_t i = 0; i < n_kinds && max > 0; i++)
            if (shares[i].chosen < shares[i].n) {
                shares[i].chosen++;
                max--;
                given = true;
            }
    }
}

/* Keeps `chosen` of the `n` of each kind, evenly: the k-th stays where floor(k * chosen / n) makes a step. */
static void choose(struct finder *finder, size_t max)
{
    struct kind_share shares[KINDS_MAX];
    size_t n_kinds = 0, n_kept = 0;
    for (size_t i = 0; i < finder->n; i++)
        share_of(shares, &n_kinds, finder->items[i].kind)->n++;
    share_out(shares, n_kinds, max);
    for (size_t i = 0; i < finder->n; i++) {
        struct kind_share *share = share_of(shares, &n_kinds, finder->items[i].kind);
        size_t k = share->seen++;
        assert(share->n > 0);
        if ((k + 1) * share->chosen / share->n > k * share->chosen / share->n)
            finder->items[n_kept++] = finder->items[i];
    }
    finder->n = n_kept;
}

static int by_place(const void *left, const void *right)
{
    const struct mutation *a = left, *b = right;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    return strcmp(a->text, b->text);
}

int mutations_find(enum mutate_syntax syntax, const char *source, size_t size, size_t max,
                   struct mutations *ret, struct error *err)
{
    struct tokens tokens;
    int r = tokens_read(syntax, source, size, &tokens, err);
    if (r < 0)
        return r;
    struct finder finder = {.syntax = syntax, .tokens = &tokens};
    find_all(&finder);
    tokens_done(&tokens);
    if (finder.oom) {
        free(finder.items);
        return error_oom(err);
    }
    if (finder.n > 0)
        qsort(finder.items, finder.n, sizeof *finder.items, by_place);
    *ret = (struct mutations){.n_all = finder.n};
    choose(&finder, max);
    ret->items = finder.items;
    ret->n = finder.n;
    return 0;
}

void mutations_done(struct mutations *mutations)
{
    free(mutations->items);
    *mutations = (struct mutations){0};
}

char *mutation_apply(const struct mutation *mutation, const char *source, size_t size,
                     size_t *ret_size)
{
    assert(mutation->at + mutation->n <= size);
    size_t n_text = strlen(mutation->text), behind = mutation->at + mutation->n;
    char *text = malloc(size - mutation->n + n_text + 1);
    if (!text)
        return NULL;
    memcpy(text, source, mutation->at);
    memcpy(text + mutation->at, mutation->text, n_text);
    memcpy(text + mutation->at + n_text, source + behind, size - behind);
    *ret_size = size - mutation->n + n_text;
    text[*ret_size] = '\0';
    return text;
}
