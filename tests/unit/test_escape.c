/* Hostile bytes made harmless. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "judge/escape.h"
#include "judge/utf8.h"
#include "sandbox/util.h"

static void test_escape_text_shows_what_is_hidden(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *shown;
    } cases[] = {
        {"", 0, ""},
        {"plain ~ text", 12, "plain ~ text"},
        {"a\nb\tc\rd", 7, "a\\nb\\tc\\rd"},
        {"\x1b[2J\x07\x7f", 6, "\\x1b[2J\\x07\\x7f"},
        {"\0x", 2, "\\x00x"},
        {"\xc2\x9b"
         "1m",
         4, "\\x9b1m"},                                    /* C1: CSI */
        {"\xc2\x85", 2, "\\x85"},                          /* C1: next line */
        {"\x9b", 1, "\\x9b"},                              /* the same byte, not UTF-8 */
        {"\xe2\x80\xae", 3, "\\u202e"},                    /* right-to-left override */
        {"\xe2\x81\xa6", 3, "\\u2066"},                    /* isolate */
        {"\xe2\x80\xa8\xe2\x80\xa9", 6, "\\u2028\\u2029"}, /* line and paragraph separator */
        {"\xe2\x80\x8b\xef\xbb\xbf\xc2\xad", 8, "\\u200b\\ufeff\\xad"},
        {"\xf3\xa0\x81\x81", 4, "\\ue0041"}, /* a tag */
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", 15,
         "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\xff\xc3", 2, "\\xff\\xc3"},                            /* never, and cut in the middle */
        {"\xc0\x80\xe0\x80\x80", 5, "\\xc0\\x80\\xe0\\x80\\x80"}, /* overlong */
        {"\xed\xa0\x80", 3, "\\xed\\xa0\\x80"},                   /* a surrogate */
        {"\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80"},          /* beyond U+10FFFF */
        {"::error::x", 10, "\\x3a:error::x"},                     /* a command of a CI runner */
        {" \xc2\xa0::x", 6, " \xc2\xa0\\x3a:x"},
        {"std::sort", 9, "std::sort"},
        {"a##[endgroup]", 13, "a\\x23#[endgroup]"},
        {"##vso[x]###[", 12, "\\x23#vso[x]#\\x23#["},
        {"## a heading [x]", 16, "## a heading [x]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char buffer[128];
        assert_string_equal(escape_text(cases[i].bytes, cases[i].n, buffer, sizeof buffer),
                            cases[i].shown);
    }
}

static void test_escape_text_cuts_between_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *shown;
    } cases[] = {
        {"abcdef", 7, "abcdef"}, /* fits exactly */
        {"abcdef", 6, "ab..."},
        {"abcdef", 5, "a..."},
        {"abcdef", 4, "..."},
        {"abcdef", 3, ".."},
        {"abcdef", 1, ""},
        {"ab\xc3\xbc"
         "d",
         6,
         "ab\xc3\xbc"
         "d"},
        {"ab\xc3\xbc"
         "de",
         6, "ab..."},
        {"a\xe2\x82\xac"
         "cde",
         7, "a..."},
        {"\xf0\x9f\x98\x80", 5, "\xf0\x9f\x98\x80"},
        {"\xf0\x9f\x98\x80", 4, "..."},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *buffer = malloc(cases[i].size); /* exactly: a sanitizer sees one byte too many */
        assert_non_null(buffer);
        assert_string_equal(
            escape_text(cases[i].text, strlen(cases[i].text), buffer, cases[i].size),
            cases[i].shown);
        free(buffer);
    }
}

static void assert_harmless(const char *text, bool lines)
{
    size_t n = strlen(text);
    assert_true(utf8_valid(text, n));
    for (size_t i = 0; i < n;) {
        unsigned code = 0;
        i += utf8_decode(text + i, n - i, &code);
        assert_false(code < 0x20 && !(lines && (code == '\n' || code == '\t')));
        assert_false(code >= 0x7f && code < 0xa0);
        assert_false(code >= 0x202a && code <= 0x202e);
    }
}

static void test_escape_any_bytes_become_printable_and_bounded(void **state)
{
    (void)state;
    unsigned random = 1;
    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        size_t n = (size_t)round % sizeof bytes;
        for (size_t i = 0; i < n; i++) {
            random = random * 1103515245u + 12345u;
            /* More of the bytes that begin and go on characters than chance would give. */
            unsigned pick = random >> 16;
            bytes[i] = (char)(pick % 4 == 0   ? 0x80 | (pick >> 4 & 0x3f)
                              : pick % 4 == 1 ? 0xc0 | (pick >> 4 & 0x3f)
                                              : pick >> 4);
        }
        size_t size = 1 + random % 40;
        char *buffer = malloc(size);
        assert_non_null(buffer);
        escape_text(bytes, n, buffer, size);
        assert_true(strlen(buffer) < size);
        assert_harmless(buffer, false);
        free(buffer);
        char *block = escape_block(bytes, n);
        assert_non_null(block);
        assert_harmless(block, true);
        free(block);
    }
}

static void test_escape_block_keeps_lines(void **state)
{
    (void)state;
    char *block = escape_block("a\tb\nc\r\n\x1b", 8);
    assert_string_equal(block, "a\tb\nc\\r\n\\x1b");
    free(block);
}

static void test_utf8_decode_agrees_with_utf8_valid(void **state)
{
    (void)state;
    for (unsigned word = 0x10000; word < 0x2000000; word += 7) {
        const char bytes[] = {(char)(word >> 16), (char)(word >> 8), (char)word};
        unsigned code = 0;
        size_t at = 0;
        while (at < 3) {
            size_t n = utf8_decode(bytes + at, 3 - at, &code);
            if (n == 0 || code == 0)
                break;
            at += n;
        }
        assert_int_equal(at == 3, utf8_valid(bytes, 3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape_text_shows_what_is_hidden),
        cmocka_unit_test(test_escape_text_cuts_between_characters),
        cmocka_unit_test(test_escape_any_bytes_become_printable_and_bounded),
        cmocka_unit_test(test_escape_block_keeps_lines),
        cmocka_unit_test(test_utf8_decode_agrees_with_utf8_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
