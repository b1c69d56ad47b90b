/* TeX's maths as a line of text, as one would write it in an e-mail: x², Σ_j (x_j - q_j)², a / (b + c), ≤, λ.
 *
 * Spaces are kept as the author wrote them, once; TeX would choose its own.  What is not in the tables is written as it
 * is: a reader of statements has seen TeX before. */
#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "judge/statement/statement.h"
#include "sandbox/util.h"

#define DEPTH_MAX    12   /* of braces; deeper ones stay as they are */
#define ARGUMENT_MAX 4000 /* bytes between braces; longer ones stay as they are */

static_assert(MARK_SPACE == '\a', "spelled so here");

static const struct symbol {
    const char *name, *text;
} symbols[] = {
    {"alpha", "α"},
    {"beta", "β"},
    {"gamma", "γ"},
    {"delta", "δ"},
    {"epsilon", "ε"},
    {"varepsilon", "ε"},
    {"zeta", "ζ"},
    {"eta", "η"},
    {"theta", "θ"},
    {"kappa", "κ"},
    {"lambda", "λ"},
    {"mu", "μ"},
    {"nu", "ν"},
    {"xi", "ξ"},
    {"pi", "π"},
    {"rho", "ρ"},
    {"sigma", "σ"},
    {"tau", "τ"},
    {"phi", "φ"},
    {"varphi", "φ"},
    {"chi", "χ"},
    {"psi", "ψ"},
    {"omega", "ω"},
    {"Gamma", "Γ"},
    {"Delta", "Δ"},
    {"Theta", "Θ"},
    {"Lambda", "Λ"},
    {"Pi", "Π"},
    {"Sigma", "Σ"},
    {"Phi", "Φ"},
    {"Psi", "Ψ"},
    {"Omega", "Ω"},
    {"le", "≤"},
    {"leq", "≤"},
    {"leqslant", "≤"},
    {"ge", "≥"},
    {"geq", "≥"},
    {"geqslant", "≥"},
    {"ne", "≠"},
    {"neq", "≠"},
    {"approx", "≈"},
    {"equiv", "≡"},
    {"sim", "~"},
    {"propto", "∝"},
    {"ll", "≪"},
    {"gg", "≫"},
    {"lt", "<"},
    {"gt", ">"},
    {"in", "∈"},
    {"notin", "∉"},
    {"subset", "⊂"},
    {"subseteq", "⊆"},
    {"cup", "∪"},
    {"cap", "∩"},
    {"setminus", "\\"},
    {"emptyset", "∅"},
    {"forall", "∀"},
    {"exists", "∃"},
    {"neg", "¬"},
    {"land", "∧"},
    {"lor", "∨"},
    {"wedge", "∧"},
    {"vee", "∨"},
    {"cdot", "·"},
    {"times", "×"},
    {"pm", "±"},
    {"mp", "∓"},
    {"div", "÷"},
    {"ast", "*"},
    {"star", "*"},
    {"circ", "∘"},
    {"oplus", "⊕"},
    {"otimes", "⊗"},
    {"odot", "⊙"},
    {"bmod", "mod"},
    {"mod", "mod"},
    {"sum", "Σ"},
    {"prod", "Π"},
    {"int", "∫"},
    {"partial", "∂"},
    {"nabla", "∇"},
    {"infty", "∞"},
    {"ldots", "..."},
    {"cdots", "..."},
    {"dots", "..."},
    {"vdots", "..."},
    {"top", "T"},
    {"prime", "'"},
    {"to", "→"},
    {"rightarrow", "→"},
    {"leftarrow", "←"},
    {"Rightarrow", "⇒"},
    {"iff", "⇔"},
    {"Leftrightarrow", "⇔"},
    {"mapsto", "↦"},
    {"implies", "⇒"},
    {"lVert", "‖"},
    {"rVert", "‖"},
    {"Vert", "‖"},
    {"|", "‖"},
    {"lvert", "|"},
    {"rvert", "|"},
    {"vert", "|"},
    {"mid", "|"},
    {"lfloor", "⌊"},
    {"rfloor", "⌋"},
    {"lceil", "⌈"},
    {"rceil", "⌉"},
    {"langle", "⟨"},
    {"rangle", "⟩"},
    {"lbrace", "{"},
    {"rbrace", "}"},
    {"{", "{"},
    {"}", "}"},
    {"ell", "ℓ"},
    {"_", "_"},
    {"%", "%"},
    {"$", "$"},
    {"#", "#"},
    {"&", "&"},
    {"backslash", "\\"},
    {",", "\a"},
    {";", "\a"},
    {":", "\a"},
    {" ", "\a"},
    {"!", ""},
    {"quad", "\a\a"},
    {"qquad", "\a\a\a\a"},
    /* names of functions, upright in TeX */
    {"log", "log"},
    {"ln", "ln"},
    {"lg", "lg"},
    {"exp", "exp"},
    {"min", "min"},
    {"max", "max"},
    {"arg", "arg"},
    {"argmin", "argmin"},
    {"argmax", "argmax"},
    {"sup", "sup"},
    {"inf", "inf"},
    {"lim", "lim"},
    {"sin", "sin"},
    {"cos", "cos"},
    {"tan", "tan"},
    {"tanh", "tanh"},
    {"det", "det"},
    {"dim", "dim"},
    {"deg", "deg"},
    {"gcd", "gcd"},
    {"Pr", "Pr"},
    {"ker", "ker"},
    /* of size and style only */
    {"left", ""},
    {"right", ""},
    {"big", ""},
    {"Big", ""},
    {"bigl", ""},
    {"bigr", ""},
    {"Bigl", ""},
    {"Bigr", ""},
    {"displaystyle", ""},
    {"textstyle", ""},
    {"limits", ""},
    {"nolimits", ""},
};

/* Commands with one argument whose text is all there is to them. */
static const char *const plain[] = {"text",   "textbf", "textit",       "texttt",     "textrm",
                                    "mathrm", "mathbf", "mathit",       "mathtt",     "mathcal",
                                    "mathbb", "mathsf", "operatorname", "boldsymbol", "mbox"};

/* Marks above one letter (combining characters); of longer text the name stands before it. */
static const struct symbol accents[] = {
    {"bar", "\u0304"},   {"overline", "\u0304"},  {"hat", "\u0302"}, {"widehat", "\u0302"},
    {"tilde", "\u0303"}, {"widetilde", "\u0303"}, {"vec", "\u20d7"}, {"dot", "\u0307"},
};

static const struct symbol raised[] = {
    {"0", "⁰"}, {"1", "¹"}, {"2", "²"}, {"3", "³"}, {"4", "⁴"}, {"5", "⁵"}, {"6", "⁶"},
    {"7", "⁷"}, {"8", "⁸"}, {"9", "⁹"}, {"-", "⁻"}, {"+", "⁺"}, {"T", "ᵀ"}, {"'", "'"},
};

static const struct symbol lowered[] = {
    {"0", "₀"}, {"1", "₁"}, {"2", "₂"}, {"3", "₃"}, {"4", "₄"},
    {"5", "₅"}, {"6", "₆"}, {"7", "₇"}, {"8", "₈"}, {"9", "₉"},
};

static const char *lookup(const struct symbol *table, size_t n, const char *name, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0)
            return table[i].text;
    return NULL;
}

struct reader {
    FILE *to;
    const char *at, *end;
    int depth;
};

static void read_all(struct reader *reader);

/* "{...}", a command or one character: the argument of what stood before.  Without the braces; NULL: none, or braces
 * that do not close. */
static const char *take_argument(struct reader *reader, size_t *ret_n)
{
    while (reader->at < reader->end && *reader->at == ' ')
        reader->at++;
    const char *begin = reader->at;
    if (begin == reader->end || *begin == '}')
        return NULL;
    if (*begin == '\\') {
        const char *name = begin + 1;
        size_t n = 0;
        while (name + n < reader->end && isalpha((unsigned char)name[n]))
            n++;
        reader->at = name + (n > 0 ? n : name < reader->end);
        *ret_n = (size_t)(reader->at - begin);
        return begin;
    }
    if (*begin != '{') {
        reader->at++;
        while (reader->at < reader->end && ((unsigned char)*reader->at & 0xc0) == 0x80)
            reader->at++; /* the rest of a character */
        *ret_n = (size_t)(reader->at - begin);
        return begin;
    }
    int open = 0;
    for (const char *p = begin; p < reader->end && p - begin < ARGUMENT_MAX; p++) {
        if (*p == '\\' && p + 1 < reader->end) {
            p++;
            continue;
        }
        open += *p == '{' ? 1 : *p == '}' ? -1 : 0;
        if (open == 0) {
            reader->at = p + 1;
            *ret_n = (size_t)(p - begin - 1);
            return begin + 1;
        }
    }
    return NULL;
}

/* An argument as text, malloc'ed; NULL: there is none (or no memory), and nothing was taken. */
static char *argument_text(struct reader *reader)
{
    const char *before = reader->at;
    size_t n = 0;
    const char *bytes = reader->depth < DEPTH_MAX ? take_argument(reader, &n) : NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *to = bytes ? open_memstream(&text, &size) : NULL;
    if (!to) {
        reader->at = before;
        return NULL;
    }
    struct reader inner = {to, bytes, bytes + n, reader->depth + 1};
    read_all(&inner);
    if (fclose(to) != 0) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Does it need brackets where it becomes a part of something? */
static bool is_one_thing(const char *text)
{
    size_t n = strlen(text);
    if (n >= 2 && text[0] == '(' && strchr(text, ')') == text + n - 1)
        return true;
    return text[strcspn(text, " +-*/=<>,\a")] == '\0' && !strstr(text, "·");
}

static void put_part(FILE *to, const char *text)
{
    fprintf(to, is_one_thing(text) ? "%s" : "(%s)", text);
}

static void put_fraction(struct reader *reader)
{
    auto_free char *above = argument_text(reader);
    auto_free char *below = argument_text(reader);
    if (above)
        put_part(reader->to, above);
    fputc('/', reader->to);
    if (below)
        put_part(reader->to, below);
}

static void put_root(struct reader *reader)
{
    auto_free char *text = argument_text(reader);
    fputs("√", reader->to);
    if (text)
        put_part(reader->to, text);
}

static void put_accent(struct reader *reader, const char *name, size_t n, const char *accent)
{
    auto_free char *text = argument_text(reader);
    if (text && text_columns(text, strlen(text)) == 1)
        fprintf(reader->to, "%s%s", text, accent);
    else
        fprintf(reader->to, "%.*s(%s)", (int)n, name, text ? text : "");
}

/* Behind "_" or "^": with characters of that height where there are some for all of it. */
static void put_script(struct reader *reader, char mark, const struct symbol *table, size_t n)
{
    auto_free char *text = argument_text(reader);
    bool all = text && text[0];
    for (const char *p = text; all && *p; p++)
        all = lookup(table, n, p, 1) != NULL;
    for (const char *p = text; all && *p; p++)
        fputs(lookup(table, n, p, 1), reader->to);
    if (all)
        return;
    fputc(mark, reader->to);
    if (text)
        put_part(reader->to, text);
}

/* Behind a "\". */
static void put_command(struct reader *reader)
{
    const char *name = reader->at;
    size_t n = 0;
    while (name + n < reader->end && isalpha((unsigned char)name[n]))
        n++;
    if (n == 0 && name < reader->end)
        n = 1;
    reader->at += n;
    const char *text = lookup(symbols, ARRAY_LEN(symbols), name, n);
    const char *accent = lookup(accents, ARRAY_LEN(accents), name, n);
    bool is_plain = false;
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        is_plain = is_plain || (strlen(plain[i]) == n && memcmp(plain[i], name, n) == 0);
    if (text) {
        fputs(text, reader->to);
    } else if (accent) {
        put_accent(reader, name, n, accent);
    } else if (is_plain) {
        auto_free char *argument = argument_text(reader);
        fputs(argument ? argument : "", reader->to);
    } else if (n >= 4 && memcmp(name + n - 4, "frac", 4) == 0) { /* \tfrac, \dfrac */
        put_fraction(reader);
    } else if (n == 4 && memcmp(name, "sqrt", 4) == 0) {
        put_root(reader);
    } else {
        fprintf(reader->to, "\\%.*s", (int)n, name);
        size_t length = 0;
        const char *argument =
            reader->at < reader->end && *reader->at == '{' ? take_argument(reader, &length) : NULL;
        if (argument)
            fprintf(reader->to, "{%.*s}", (int)length, argument);
    }
}

static void read_all(struct reader *reader)
{
    while (reader->at < reader->end) {
        char c = *reader->at;
        if (c == '{' && reader->depth < DEPTH_MAX) { /* a group of its own: braces are not seen */
            auto_free char *text = argument_text(reader);
            if (text) {
                fputs(text, reader->to);
                continue;
            }
        }
        reader->at++;
        if (c == '\\')
            put_command(reader);
        else if (c == '_')
            put_script(reader, '_', lowered, ARRAY_LEN(lowered));
        else if (c == '^')
            put_script(reader, '^', raised, ARRAY_LEN(raised));
        else if (c == '~')
            fputc(MARK_SPACE, reader->to);
        else
            fputc(c == '\n' ? ' ' : c, reader->to);
    }
}

void maths_text(FILE *to, const char *tex, size_t n)
{
    struct reader reader = {to, tex, tex + n, 0};
    read_all(&reader);
}
