/* What is kept of a compiler's messages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "judge/compile_output.h"
#include "sandbox/util.h"

static const char *const names[] = {"solution.c", "f.h"};

static void test_compile_output_keeps_what_is_the_candidates(void **state)
{
    (void)state;
    static const struct {
        const char *said, *kept;
    } cases[] = {
        {"", ""},
        {"the compiler ran out of time (20 s)\n", "the compiler ran out of time (20 s)\n"},
        {"solution.c:1:5: error: no\n    1 | int x\n      |     ^\n",
         "solution.c:1:5: error: no\n    1 | int x\n      |     ^\n"},
        {"solution.c: In function 'f':\n./f.h:3:1: note: here\n/harness/mljudge.h:1:1: note: x\n",
         "solution.c: In function 'f':\n./f.h:3:1: note: here\n/harness/mljudge.h:1:1: note: x\n"},
        {"/usr/bin/ld: /tmp/x.o: in function `f':\nsolution.c:(.text+0x5): undefined reference to "
         "`g'\ncollect2: error: ld returned 1 exit status\n",
         "/usr/bin/ld: /tmp/x.o: in function `f':\nsolution.c:(.text+0x5): undefined reference to "
         "`g'\ncollect2: error: ld returned 1 exit status\n"},
        /* Another file's words, and its lines as they are quoted. */
        {"In file included from solution.c:1:\n/etc/passwd:1:1: error: unknown type 'root'\n    1 "
         "| "
         "root:x:0\n      | ^~~~\nsolution.c:2:1: error: no\n    2 | own\n",
         "In file included from solution.c:1:\n/etc/passwd: not shown: not your file\n"
         "solution.c:2:1: error: no\n    2 | own\n"},
        {"/etc/x:1:1: a\n 1 | a\n/etc/x:2:1: b\n 2 | b\n", "/etc/x: not shown: not your file\n"},
        {"/etc/x: Assembler messages:\n/etc/x:1: Error: no such instruction: `root'\n",
         "/etc/x: not shown: not your file\n"},
        {"/harness/../etc/x:1:1: error: something, at some length\n",
         "/harness/../etc/x: not shown: not your file\n"},
        {"solution.cc:1:1: error: something, no newline",
         "solution.cc: not shown: not your file\n"},
        {"a/b:1", ""}, /* no room for a longer sentence than what was there */
        {"\n\n", "\n\n"},
        {":\n", ":\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = strlen(cases[i].said);
        char *text = malloc(n + 1); /* exactly: sanitizers see one byte more */
        assert_non_null(text);
        memcpy(text, cases[i].said, n);
        size_t kept = compile_output_own(text, n, names, ARRAY_LEN(names));
        assert_string_equal(text, cases[i].kept);
        assert_int_equal(kept, strlen(cases[i].kept));
        free(text);
    }
}

/* Every beginning of a text is a text: none may be read or written beyond its end. */
static void test_compile_output_of_any_length(void **state)
{
    (void)state;
    static const char said[] =
        "In file included from a:1:\n   from b:2:\n/x:1: r\n 1 | q\nsolution.c:1: "
        "e\n:\n::\n\0\n/:\n./:\n./solution.c: x";
    for (size_t n = 0; n < sizeof said; n++) {
        char *text = malloc(n + 1);
        assert_non_null(text);
        memcpy(text, said, n);
        size_t kept = compile_output_own(text, n, names, ARRAY_LEN(names));
        assert_true(kept <= n);
        assert_int_equal(text[kept], 0);
        free(text);
    }
}

static void test_compile_output_diagnostics(void **state)
{
    (void)state;
    static const struct {
        const char *said;
        int line, column; /* line 0: none */
        const char *severity, *message;
    } cases[] = {
        {"solution.c:1:11: error: no", 1, 11, "error", "no"},
        {"solution.cc:3:1: fatal error: no such file", 3, 1, "error", "no such file"},
        {"solution.c:7:2: warning: unused", 7, 2, "warning", "unused"},
        {"solution.c:7:2: note: here", 7, 2, "note", "here"},
        {"solution.py:2:17: SyntaxError: '(' was never closed", 2, 17, "error",
         "SyntaxError: '(' was never closed"},
        {"solution.c:12: undefined reference to `f'", 12, 0, "error", "undefined reference to `f'"},
        {"solution.c: In function 'main':", 0, 0, NULL, NULL},
        {"solution.c:x:1: error: no", 0, 0, NULL, NULL},
        {"solution.c:0:1: error: no", 0, 0, NULL, NULL},
        {"solution.c:99999999:1: error: too far", 0, 0, NULL, NULL},
        {"solution.c:1:2:", 0, 0, NULL, NULL},
        {"solution.c:1", 0, 0, NULL, NULL},
        {"solution.c", 0, 0, NULL, NULL},
        {"", 0, 0, NULL, NULL},
        {"    1 | solution.c:1:1: error: quoted", 0, 0, NULL, NULL},
        {"/etc/passwd:1:1: error: no", 0, 0, NULL, NULL},
        {"solution.c/../x:1:1: error: no", 0, 0, NULL, NULL},
        {"other.c:1:1: error: no", 0, 0, NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = strlen(cases[i].said);
        char *text = malloc(n ? n : 1); /* exactly: sanitizers see one byte more */
        assert_non_null(text);
        memcpy(text, cases[i].said, n);
        struct compile_diagnostic found = {0};
        bool is = compile_output_diagnostic(text, n, &found);
        if (is != (cases[i].line > 0))
            fail_msg("'%s'", cases[i].said);
        if (is) {
            assert_int_equal(found.line, cases[i].line);
            assert_int_equal(found.column, cases[i].column);
            assert_string_equal(found.severity, cases[i].severity);
            assert_int_equal(found.n_message, strlen(cases[i].message));
            assert_memory_equal(found.message, cases[i].message, found.n_message);
        }
        free(text);
    }
}

static void test_compile_output_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *said, *file, *named;
    } cases[] = {
        {"", "a.c", ""},
        {"solution.c:1:5: error: no\n 1 | solution.c:1\n", "a b.c",
         "a b.c:1:5: error: no\n 1 | solution.c:1\n"},
        {"solution.cc: In function\nx: solution.cc:1\nsolution.cc:9", "y.cc",
         "y.cc: In function\nx: solution.cc:1\ny.cc:9"},
        {"solution.c/../x:1\nsolution.c\n\n", "a.c", "solution.c/../x:1\nsolution.c\n\n"},
        /* Names that would make other lines or fields. */
        {"solution.c:1: x", "a\n/etc/x", "solution.c:1: x"},
        {"solution.c:1: x", "a:7", "solution.c:1: x"},
        {"solution.c:1: x", "\x1b[2J", "solution.c:1: x"},
        {"solution.c:1: x", "", "solution.c:1: x"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = strlen(cases[i].said), n_named = 99;
        char *text = malloc(n ? n : 1); /* exactly: sanitizers see one byte more */
        assert_non_null(text);
        memcpy(text, cases[i].said, n);
        char *named = compile_output_named(text, n, cases[i].file, &n_named);
        assert_string_equal(named, cases[i].named);
        assert_int_equal(n_named, strlen(cases[i].named));
        free(named);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compile_output_keeps_what_is_the_candidates),
        cmocka_unit_test(test_compile_output_of_any_length),
        cmocka_unit_test(test_compile_output_diagnostics),
        cmocka_unit_test(test_compile_output_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
