/* Plots: axes that hold what they must, and text that cannot break out of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judge/plot.h"
#include "judge/plot_axis.h"
#include "sandbox/util.h"

static void test_axis_holds_its_range(void **state)
{
    static const double bounds[] = {0.001, 0.02, 0.3, 1, 1.5, 7, 10, 99, 100, 12345, 3e6, 1e12};
    (void)state;
    for (size_t a = 0; a < ARRAY_LEN(bounds); a++)
        for (size_t b = a; b < ARRAY_LEN(bounds); b++)
            for (int log = 0; log < 2; log++) {
                struct plot_axis axis = plot_axis_make(bounds[a], bounds[b], log);
                assert_true(axis.low <= bounds[a] * (1 + 1e-9));
                assert_true(axis.high >= bounds[b] * (1 - 1e-9));
                assert_true(log ? axis.low > 0 : axis.low == 0);
                assert_in_range(axis.n_ticks, 2, PLOT_TICKS_MAX);
                for (size_t i = 0; i < axis.n_ticks; i++) {
                    double at = plot_axis_at(&axis, axis.ticks[i]);
                    assert_true(at >= 0 && at <= 1);
                    assert_true(i == 0 || axis.ticks[i] > axis.ticks[i - 1]);
                }
            }
}

static void test_axis_of_nothing_is_an_axis(void **state)
{
    (void)state;
    const double values[] = {NAN, INFINITY, -INFINITY, 0, -1};
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        for (int log = 0; log < 2; log++) {
            struct plot_axis axis = plot_axis_make(values[i], values[i], log);
            assert_true(axis.low < axis.high);
        }
    struct plot_axis log = plot_axis_make(1, 10, true);
    assert_false(plot_axis_holds(&log, 0));
    assert_false(plot_axis_holds(&log, NAN));
    assert_false(plot_axis_holds(&log, INFINITY));
}

static void test_numbers_are_short(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},          {0.05, "0.05"}, {9999, "9999"},  {10000, "10k"},
                 {1500000, "1.5M"}, {2e9, "2G"},    {-20000, "-20k"}};
    char buffer[32];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(plot_number(cases[i].value, buffer, sizeof buffer), cases[i].text);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p++)
        n++;
    return n;
}

#define HOSTILE "</text><script>alert(1)</script>\"'&\x1b[2J\xe2\x80\xae\xff"

static const double xs[] = {1, 10, 100, NAN, 1000, 0}, ys[] = {2, 20, -1, 5, INFINITY, 3};
static const struct plot_series series[] = {
    {.name = HOSTILE, .x = xs, .y = ys, .n = 6, .marks = true, .line = true, .look = 0},
    {.name = "b", .x = xs, .y = ys, .n = 2, .marks = true, .look = 1},
};
static const struct plot plot = {.id = "p",
                                 .title = HOSTILE,
                                 .description = HOSTILE,
                                 .x_label = HOSTILE,
                                 .y_label = HOSTILE,
                                 .log_x = true,
                                 .log_y = true,
                                 .series = series,
                                 .n_series = 2};

static char *drawn(void (*draw)(FILE *file))
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    assert_non_null(file);
    draw(file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(strlen(text), size);
    return text;
}

static void draw_svg(FILE *file)
{
    plot_svg(file, &plot, true);
}

static void draw_rows(FILE *file)
{
    static const struct plot_row rows[] = {
        {.label = HOSTILE, .value = 5, .limit = 10, .note = HOSTILE, .bad = true},
        {.label = "never measured", .value = NAN, .limit = NAN, .note = ""},
        {.label = "zero", .value = 0, .limit = NAN, .note = ""},
        {.label = "far", .value = 1000, .limit = NAN, .note = "AC"},
    };
    const struct plot_rows of = {.id = "r",
                                 .title = HOSTILE,
                                 .description = HOSTILE,
                                 .label = HOSTILE,
                                 .rows = rows,
                                 .n = ARRAY_LEN(rows)};
    plot_rows_svg(file, &of, false);
}

static void assert_harmless(const char *svg)
{
    assert_null(strstr(svg, "<script"));
    assert_null(strchr(svg, 0x1b));
    assert_null(strstr(svg, "\xe2\x80\xae"));
    assert_null(strchr(svg, '\xff'));
    assert_null(strstr(svg, " style="));
    assert_int_equal(count(svg, "http"), 1); /* the namespace */
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf"));
}

static void test_svg_draws_what_can_be_drawn(void **state)
{
    (void)state;
    auto_free char *svg = drawn(draw_svg);
    assert_harmless(svg);
    /* Two of the first series (the others lie nowhere), two of the second, one each in the legend. */
    assert_int_equal(count(svg, "class=\"mark c0 f0\""), 2 + 1);
    assert_int_equal(count(svg, "class=\"mark c1 f1\""), 2 + 1);
    assert_int_equal(count(svg, "<polyline"), 1);
    assert_int_equal(count(svg, "(log scale)"), 2);
    assert_int_equal(count(svg, "<title"), 1);
    assert_int_equal(count(svg, "<desc"), 1);
}

static void test_rows_draw_what_can_be_drawn(void **state)
{
    (void)state;
    auto_free char *svg = drawn(draw_rows);
    assert_harmless(svg);
    assert_int_equal(count(svg, "<circle"), 2);
    assert_int_equal(count(svg, "class=\"limit\""), 1);
    assert_int_equal(count(svg, ">0</text>"),
                     1); /* no place on a logarithmic axis, and not left out */
}

static void draw_text_utf8(FILE *file)
{
    plot_text(file, &plot, 60, 12, true);
}

static void draw_text_ascii(FILE *file)
{
    plot_text(file, &plot, 60, 12, false);
}

static void test_text_stays_in_its_frame(void **state)
{
    (void)state;
    auto_free char *utf8 = drawn(draw_text_utf8), *ascii = drawn(draw_text_ascii);
    assert_null(strchr(ascii, 0x1b));
    assert_null(strchr(utf8, 0x1b));
    assert_non_null(strstr(utf8, "\u25cf"));
    for (const char *p = ascii; *p; p++)
        assert_true((*p >= 0x20 && *p < 0x7f) || *p == '\n');
    size_t at = strcspn(ascii, "\n") + 1; /* the first line says what is drawn */
    for (size_t rows = 0; rows < 10; rows++) {
        size_t length = strcspn(ascii + at, "\n");
        assert_true(length >= 1 && length <= 60);
        at += length + 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axis_holds_its_range),
        cmocka_unit_test(test_axis_of_nothing_is_an_axis),
        cmocka_unit_test(test_numbers_are_short),
        cmocka_unit_test(test_svg_draws_what_can_be_drawn),
        cmocka_unit_test(test_rows_draw_what_can_be_drawn),
        cmocka_unit_test(test_text_stays_in_its_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
