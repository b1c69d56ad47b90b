/* Mutants: which changes are found where, which text is left alone, and how many are chosen. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/mutate.h"
#include "sandbox/util.h"

#define ALL ((size_t)1 << 20)

static struct mutations find(enum mutate_syntax syntax, const char *source, size_t max)
{
    struct mutations mutations;
    struct error err = ERROR_INIT;
    if (mutations_find(syntax, source, strlen(source), max, &mutations, &err) < 0)
        fail_msg("%s", err.text);
    return mutations;
}

/* Is there a mutant of that kind and that text? */
static bool has_mutant(enum mutate_syntax syntax, const char *source, const char *kind,
                       const char *mutant)
{
    struct mutations mutations = find(syntax, source, ALL);
    bool found = false;
    for (size_t i = 0; i < mutations.n && !found; i++) {
        size_t size = 0;
        char *text = mutation_apply(&mutations.items[i], source, strlen(source), &size);
        assert_non_null(text);
        assert_int_equal(size, strlen(text));
        assert_string_not_equal(text, source);
        found = strcmp(mutations.items[i].kind, kind) == 0 && strcmp(text, mutant) == 0;
        free(text);
    }
    mutations_done(&mutations);
    return found;
}

static void test_mutate_finds_mistakes(void **state)
{
    (void)state;
    static const struct {
        enum mutate_syntax syntax;
        const char *kind, *source, *mutant;
    } cases[] = {
        {MUTATE_PYTHON, "boundary", "if a < b:", "if a <= b:"},
        {MUTATE_PYTHON, "boundary", "if a >= b:", "if a > b:"},
        {MUTATE_PYTHON, "comparison", "x = a == b", "x = a != b"},
        {MUTATE_PYTHON, "arithmetic", "x = a*b", "x = a/b"},
        {MUTATE_PYTHON, "arithmetic", "x = a - b", "x = a + b"},
        {MUTATE_PYTHON, "arithmetic", "x += 3", "x -= 3"},
        {MUTATE_PYTHON, "integer division", "x = a // b", "x = a / b"},
        {MUTATE_PYTHON, "logic", "x = a and b", "x = a or b"},
        {MUTATE_PYTHON, "logic", "x = (a > 0) & b", "x = (a > 0) | b"},
        {MUTATE_PYTHON, "boolean", "f(reverse=True)", "f(reverse=False)"},
        {MUTATE_PYTHON, "axis", "x.sum(axis=0)", "x.sum(axis=1)"},
        {MUTATE_PYTHON, "axis", "x.sum(axis=1)", "x.sum(axis=0)"},
        {MUTATE_PYTHON, "ddof", "x.std(ddof=1)", "x.std(ddof=0)"},
        {MUTATE_PYTHON, "constant", "x = 0", "x = 1"},
        {MUTATE_PYTHON, "constant", "x = 7", "x = 6"},
        {MUTATE_PYTHON, "constant", "x = 7", "x = 8"},
        {MUTATE_PYTHON, "constant", "x = y + 1.0", "x = y + 0.0"},
        {MUTATE_PYTHON, "range", "for i in range(n):", "for i in range(n - 1):"},
        {MUTATE_PYTHON, "range", "for i in range(n):", "for i in range(1, n):"},
        {MUTATE_PYTHON, "range", "range(f(a, b), c)", "range(f(a, b) + 1, c)"},
        {MUTATE_PYTHON, "range", "range(a, c, 2)", "range(a, c - 1, 2)"},
        {MUTATE_PYTHON, "slice", "x[:k]", "x[:k - 1]"},
        {MUTATE_PYTHON, "slice", "x[k:]", "x[k + 1:]"},
        {MUTATE_PYTHON, "slice", "x[:, f(a):b]", "x[:, f(a) + 1:b]"},
        {MUTATE_PYTHON, "sort", "sorted(x, key=f)", "(lambda rows, **_: list(rows))(x, key=f)"},
        {MUTATE_PYTHON, "sort", "rows.sort()\n", "pass\n"},
        {MUTATE_PYTHON, "sort", "y = np.sort(x)", "y = np.array(x)"},
        {MUTATE_PYTHON, "stable", "np.argsort(d, kind=\"stable\")", "np.argsort(d)"},
        {MUTATE_PYTHON, "min max", "np.argmin(d)", "np.argmax(d)"},
        {MUTATE_PYTHON, "min max", "max(a, b)", "min(a, b)"},
        {MUTATE_PYTHON, "side", "np.searchsorted(a, b, \"left\")",
         "np.searchsorted(a, b, \"right\")"},
        {MUTATE_PYTHON, "side", "bisect_left(a, b)", "bisect_right(a, b)"},
        {MUTATE_PYTHON, "dropped call", "x = abs(a - b)", "x = (a - b)"},
        {MUTATE_PYTHON, "dropped call", "x = np.sqrt(a)", "x = (a)"},
        {MUTATE_PYTHON, "sign", "x = -a", "x = a"},
        {MUTATE_PYTHON, "negation", "if not a:", "if  a:"},
        {MUTATE_PYTHON, "precision", "np.float64(3)", "np.float32(3)"},
        {MUTATE_PYTHON, "aggregate", "x.mean(axis=0)", "x.sum(axis=0)"},
        {MUTATE_PYTHON, "statement", "best = (a,\n        b)\nx = 1", "pass\nx = 1"},
        {MUTATE_PYTHON, "statement", "    continue\n", "    pass\n"},
        {MUTATE_PYTHON, "branch", "if f(a, {1: 2}):\n    x = 1", "if False:\n    x = 1"},
        {MUTATE_C, "boundary", "for (i = 0; i < n; i++)", "for (i = 0; i <= n; i++)"},
        {MUTATE_C, "arithmetic", "x = a * b;", "x = a / b;"},
        {MUTATE_C, "logic", "if (a && b)", "if (a || b)"},
        {MUTATE_C, "negation", "if (!a)", "if (a)"},
        {MUTATE_C, "precision", "{ double sum = 0; }", "{ float sum = 0; }"},
        {MUTATE_C, "cast", "x = (double)a / b;", "x = a / b;"},
        {MUTATE_C, "dropped call", "x = fabs(a);", "x = (a);"},
        {MUTATE_C, "dropped call", "x = std::sqrt(a);", "x = (a);"},
        {MUTATE_C, "sort", "{ qsort(x, n, 8, f); }", "{ ; }"},
        {MUTATE_C, "sort", "{ std::sort(a, b); }", "{ ; }"},
        {MUTATE_C, "sort", "std::stable_sort(a, b);", "std::sort(a, b);"},
        {MUTATE_C, "statement", "{ x[i] = f(3); }", "{ ; }"},
        {MUTATE_C, "statement", "while (1) break;", "while (1) ;"},
        {MUTATE_C, "branch", "if (a > (b)) c();", "if (0) c();"},
        {MUTATE_C, "side", "x = lower_bound(a, b);", "x = upper_bound(a, b);"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (!has_mutant(cases[i].syntax, cases[i].source, cases[i].kind, cases[i].mutant))
            fail_msg("no %s: %s -> %s", cases[i].kind, cases[i].source, cases[i].mutant);
}

static void test_mutate_leaves_the_rest_alone(void **state)
{
    (void)state;
    static const struct {
        enum mutate_syntax syntax;
        const char *source;
    } cases[] = {
        {MUTATE_PYTHON, ""},
        {MUTATE_PYTHON, "# x = a < 1\n"},
        {MUTATE_PYTHON, "\"\"\"a < 1\n x = 2 \" '\n\"\"\""},
        {MUTATE_PYTHON, "r'\\' + \"1 < 2\""},
        {MUTATE_PYTHON, "import numpy as np\nfrom math import inf\n"},
        {MUTATE_PYTHON, "def f(*args, **more): return args"},
        {MUTATE_PYTHON, "return sqrt(a, b)"},
        {MUTATE_C, "/* a < 1 */ // x = 2 \\\n y = 3\n"},
        {MUTATE_C, "#define MAX (a < 1 ? 2 : 3) + \\\n 4\n#include <x>\n"},
        {MUTATE_C, "const double *x, size_t n"},
        {MUTATE_C, "std::vector<int> f(const T &x);"},
        {MUTATE_C, "return R\"x( 1 < 2 )\" 3 < 4 )x\";"},
        {MUTATE_C, "return 'a';"},
        {MUTATE_C, "void f(double x, int64_t n);"},
        {MUTATE_C, "{ free(x); }"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct mutations mutations = find(cases[i].syntax, cases[i].source, ALL);
        if (mutations.n > 0)
            fail_msg("%s: %s at %d:%d becomes '%s'", cases[i].source, mutations.items[0].kind,
                     mutations.items[0].line, mutations.items[0].column, mutations.items[0].text);
        mutations_done(&mutations);
    }
}

static void test_mutate_says_where(void **state)
{
    (void)state;
    static const char source[] = "def f(x):\n    # \xc3\xa9 1\n    return (x +\n            5)\n";
    struct mutations mutations = find(MUTATE_PYTHON, source, ALL);
    bool found = false;
    for (size_t i = 0; i < mutations.n; i++)
        if (strcmp(mutations.items[i].kind, "constant") == 0) {
            assert_int_equal(mutations.items[i].line, 4);
            assert_int_equal(mutations.items[i].column, 13);
            found = true;
        }
    assert_true(found);
    mutations_done(&mutations);
}

static void test_mutate_chooses_of_every_kind_and_everywhere(void **state)
{
    (void)state;
    char source[16384] = "";
    size_t used = 0;
    for (int i = 0; i < 200; i++)
        used += (size_t)snprintf(source + used, sizeof source - used, "x = a + %d\n", i + 2);
    snprintf(source + used, sizeof source - used, "y = a and b\nz = abs(-c)\n");
    struct mutations all = find(MUTATE_PYTHON, source, ALL);
    struct mutations few = find(MUTATE_PYTHON, source, 20), same = find(MUTATE_PYTHON, source, 20);
    assert_int_equal(few.n, 20);
    assert_int_equal(few.n_all, all.n);
    assert_int_equal(all.n, all.n_all);
    bool logic = false, call = false, late = false;
    for (size_t i = 0; i < few.n; i++) {
        assert_int_equal(few.items[i].at, same.items[i].at);
        assert_string_equal(few.items[i].text, same.items[i].text);
        assert_true(i == 0 || few.items[i].at >= few.items[i - 1].at);
        logic = logic || strcmp(few.items[i].kind, "logic") == 0;
        call = call || strcmp(few.items[i].kind, "dropped call") == 0;
        late = late || (few.items[i].line > 100 && few.items[i].line <= 200);
    }
    assert_true(logic && call && late);
    mutations_done(&all);
    mutations_done(&few);
    mutations_done(&same);
    few = find(MUTATE_PYTHON, source, 0);
    assert_int_equal(few.n, 0);
    mutations_done(&few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutate_finds_mistakes),
        cmocka_unit_test(test_mutate_leaves_the_rest_alone),
        cmocka_unit_test(test_mutate_says_where),
        cmocka_unit_test(test_mutate_chooses_of_every_kind_and_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
