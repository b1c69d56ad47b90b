/* judge/statement/: Markdown and maths as text. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judge/statement/statement.h"
#include "sandbox/util.h"

static char *render(const char *markdown, int width, bool color)
{
    const struct statement_style style = {width, color};
    char *text = NULL;
    assert_int_equal(statement_render(markdown, strlen(markdown), &style, &text), 0);
    return text;
}

static void test_statement_blocks(void **state)
{
    static const struct {
        const char *markdown, *text;
    } cases[] = {
        {"", ""},
        {"# A *b*\n\ntext\n", "# A b\n\ntext\n"},
        {"a\nb  \nc", "a b\nc\n"},
        {"a `b c` **d**", "a `b c` d\n"},
        {"    code  line\n\n    \tmore\n", "    code  line\n\n        more\n"},
        {"```c\nint x;\n```\nend", "    int x;\n\nend\n"},
        {"- one\n- two\n  - in\n- three\n", "- one\n- two\n  - in\n- three\n"},
        {"- one\n\n- two\n\nend", "- one\n\n- two\n\nend\n"},
        {"9. a\n10. b\n", "9. a\n10. b\n"},
        {"text\n- tight\n", "text\n\n- tight\n"},
        {"1. a\n\n   - in\n\n   after\n", "1. a\n\n   - in\n\n   after\n"},
        {"> said\n", "> said\n"},
        {"-\n- x\n", "- \n- x\n"},
        {"[site](http://x.y) <http://z>", "site (http://x.y) http://z\n"},
        {"![plot](a.png)", "[picture: plot]\n"},
        {"a &lt; b &amp; c &#8804; d &nosuch;", "a < b & c ≤ d &nosuch;\n"},
        {"<b>no html</b>", "<b>no html</b>\n"},
        {"| | |\n|---|--:|\n| `x` | 1 |\n| long | 200 |\n", "`x`     1\nlong  200\n"},
        {"| a | b |\n|:-:|---|\n| 1 | 2 |\n| 333 | |\n", " a   b\n───  ─\n 1   2\n333\n"},
        {"$$x^2$$\n", "    x²\n"},
        {"so\n$$x^2$$\nand", "so\n    x²\nand\n"},
        {"a\r\nb\r\n", "a b\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = render(cases[i].markdown, 40, false);
        assert_string_equal(text, cases[i].text);
        free(text);
    }
}

static void test_statement_maths(void **state)
{
    static const struct {
        const char *tex, *text;
    } cases[] = {
        {"n", "n"},
        {"0 \\le n \\le 100\\,000", "0 ≤ n ≤ 100 000"},
        {"x_i^2", "x_i²"},
        {"x_0 + x_{12}", "x₀ + x₁₂"},
        {"10^{-12}", "10⁻¹²"},
        {"2^{n+1}", "2^(n+1)"},
        {"2^n", "2^n"},
        {"X_c^\\top X_c", "X_cᵀ X_c"},
        {"\\sum_j (x_j - q_j)^2", "Σ_j (x_j - q_j)²"},
        {"\\sum_{i=1}^{n} w_i", "Σ_(i=1)^n w_i"},
        {"\\frac{w_i}{W}", "w_i/W"},
        {"\\tfrac{a + b}{2}", "(a + b)/2"},
        {"\\frac{\\frac{a}{b}}{c}", "(a/b)/c"},
        {"\\sqrt{x} + \\sqrt{x+1}", "√x + √(x+1)"},
        {"\\bar x, \\hat{y}", "x\u0304, y\u0302"},
        {"\\bar{xy}", "bar(xy)"},
        {"\\mathrm{diag}(a) \\text{ for } b", "diag(a)  for  b"},
        {"\\lVert A \\rVert_\\infty", "‖ A ‖_∞"},
        {"O(n \\log n)", "O(n log n)"},
        {"\\{1, \\ldots, n\\}", "{1, ..., n}"},
        {"\\left( a \\right)", "( a )"},
        {"\\eta \\ne \\lambda_1 \\cdot \\mu", "η ≠ λ₁ · μ"},
        {"\\unknown{a} \\begin{x}", "\\unknown{a} \\begin{x}"},
        {"a_", "a_"},
        {"\\frac{a", "/{a"},
        {"x^{{{{{{{{{{{{{{{{2}}}}}}}}}}}}}}}}", NULL},
        {"\\", "\\"},
        {"{", "{"},
        {"}", "}"},
        {"k'", "k'"},
        {"f(x) = 1\n + 2", "f(x) = 1  + 2"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);
        assert_non_null(to);
        maths_text(to, cases[i].tex, strlen(cases[i].tex));
        fclose(to);
        for (size_t k = 0; k < size; k++)
            text[k] = text[k] == MARK_SPACE ? ' ' : text[k];
        if (cases[i].text)
            assert_string_equal(text, cases[i].text);
        free(text);
    }
}

static void test_statement_wraps(void **state)
{
    (void)state;
    char *text = render("one two three four five six seven eight nine ten\n", 40, false);
    assert_string_equal(text, "one two three four five six seven eight\nnine ten\n");
    free(text);
    text = render("- one two three four five six seven eight nine ten\n", 40, false);
    assert_string_equal(text, "- one two three four five six seven\n  eight nine ten\n");
    free(text);
    /* A formula stays together; a word longer than the line is not cut. */
    text = render("one two three four five six seven $a + b + c$\n", 40, false);
    assert_string_equal(text, "one two three four five six seven\na + b + c\n");
    free(text);
    text =
        render("x aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa y\n", 40, false);
    assert_string_equal(text,
                        "x\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\ny\n");
    free(text);
    text = render("| | |\n|---|---|\n| a | one two three four five six seven eight nine |\n", 40,
                  false);
    assert_string_equal(text, "a  one two three four five six seven\n   eight nine\n");
    free(text);
}

static void test_statement_color(void **state)
{
    (void)state;
    char *text = render("# A\n\n`b` *c* **d**\n", 60, true);
    assert_string_equal(
        text, "\033[1;4mA\033[0m\n\n\033[36mb\033[39m \033[3mc\033[23m \033[1md\033[22m\n");
    free(text);
    /* Emphasis ends with its line and begins again on the next. */
    text = render("**one two three four five six seven eight nine**\n", 40, true);
    assert_string_equal(text, "\033[1mone two three four five six seven eight\033[22m\n"
                              "\033[1mnine\033[22m\n");
    free(text);
}

static void test_statement_of_a_stranger(void **state)
{
    static const char *const hostile[] = {
        "\033[2J\033]0;x\007 \x9b \xff\xfe a\n",
        "&#27;[2J &#x202e; &#0; &#xd800;",
        "[a](\033[31m) ![\033b](c)",
        "# \001\002\003\004\005\006\007\010",
        "$\033 \001 \\\007$",
        "text\n::set-output name=x::y\n\nx ##vso[task]",
        "| a\033 | \001 |\n|---|---|\n| \007 | \010 |",
        "one two three four five six seven eightt ::error::x",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        char *text = render(hostile[i], 40, false);
        for (const char *p = text; *p; p++)
            assert_true(*p == '\n' || ((unsigned char)*p >= 0x20 && *p != 0x7f));
        assert_null(strstr(text, "\n::"));
        assert_null(strstr(text, "##vso["));
        assert_null(strstr(text, "\u202e"));
        free(text);
        text = render(hostile[i], 40, true);
        for (const char *p = text; (p = strchr(p, '\033')) != NULL; p++) {
            size_t n = strspn(p + 2, "0123456789;");
            assert_true(p[1] == '[' && p[2 + n] == 'm');
        }
        assert_null(strstr(text, "\033[2J"));
        assert_null(strstr(text, "\033[31m"));
        free(text);
    }
}

static char *repeat(const char *what, size_t n)
{
    size_t length = strlen(what);
    char *text = malloc(n * length + 1);
    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * length, what, length);
    text[n * length] = '\0';
    return text;
}

static void test_statement_that_is_too_much(void **state)
{
    static const char *const pieces[] = {">",  "- ", "{", "x^", "\\frac",
                                         "**", "`",  "[", "| ", "1. "};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        char *many = repeat(pieces[i], 5000);
        free(render(many, 60, true));
        free(many);
    }
    char *columns = repeat("|a", 200);
    char *rule = repeat("|-", 200);
    char *markdown = NULL;
    assert_true(asprintf(&markdown, "%s|\n%s|\n%s|\n", columns, rule, columns) > 0);
    const struct statement_style style = {80, false};
    char *text = NULL;
    int r = statement_render(markdown, strlen(markdown), &style, &text);
    assert_true(r == -EINVAL || r == 0); /* versions of md4c differ in how many columns they take */
    assert_true((text == NULL) == (r < 0));
    free(text);
    free(markdown);
    free(columns);
    free(rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statement_blocks),
        cmocka_unit_test(test_statement_maths),
        cmocka_unit_test(test_statement_wraps),
        cmocka_unit_test(test_statement_color),
        cmocka_unit_test(test_statement_of_a_stranger),
        cmocka_unit_test(test_statement_that_is_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
