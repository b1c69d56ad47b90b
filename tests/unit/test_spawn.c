/* Trusted programs run with a deadline, their output kept up to a bound. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "judge/spawn.h"
#include "sandbox/util.h"

static int shell(const char *script, int timeout_ms, char *output, size_t size, struct error *err)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    return spawn_capture(argv, timeout_ms, output, size, err);
}

static void test_spawn_exit_codes_and_output(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int r;
        const char *output;
    } cases[] = {
        {"echo out; echo err >&2", 0, "out\nerr\n"},
        {"exit 3", 3, ""},
        {"exit 255", 255, ""},
        {"kill -9 $$", 128 + SIGKILL, ""},
        {"cat", 0, ""}, /* standard input is empty */
        {"printf 0123456789abcdefghijklmnopqrstuvwxyz", 0,
         "0123456789abcdefghijklmnopqrstu"}, /* cut */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char output[32];
        assert_int_equal(shell(cases[i].script, 10000, output, sizeof output, NULL), cases[i].r);
        assert_string_equal(output, cases[i].output);
    }
}

static void test_spawn_a_flood_does_not_block(void **state)
{
    (void)state;
    char output[16];
    assert_int_equal(
        shell("head -c 3000000 /dev/zero | tr '\\0' x", 10000, output, sizeof output, NULL), 0);
    assert_string_equal(output, "xxxxxxxxxxxxxxx");
}

static void test_spawn_ends_what_takes_too_long(void **state)
{
    (void)state;
    static const char *const scripts[] = {"exec sleep 30", "while :; do echo x; sleep 0.01; done",
                                          "exec >&- 2>&-; exec sleep 30"};
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        char output[16];
        struct error err = ERROR_INIT;
        struct timespec began;
        struct timespec ended;
        clock_gettime(CLOCK_MONOTONIC, &began);
        assert_int_equal(shell(scripts[i], 300, output, sizeof output, &err), -ETIMEDOUT);
        clock_gettime(CLOCK_MONOTONIC, &ended);
        assert_true(ended.tv_sec - began.tv_sec < 5);
        assert_non_null(strstr(err.text, "/bin/sh"));
    }
}

static void test_spawn_what_is_not_there(void **state)
{
    (void)state;
    const char *const argv[] = {"/no/such/program", NULL};
    char output[16];
    struct error err = ERROR_INIT;
    assert_int_equal(spawn_capture(argv, 1000, output, sizeof output, &err), -ENOENT);
    assert_non_null(strstr(err.text, "/no/such/program"));
    assert_string_equal(output, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spawn_exit_codes_and_output),
        cmocka_unit_test(test_spawn_a_flood_does_not_block),
        cmocka_unit_test(test_spawn_ends_what_takes_too_long),
        cmocka_unit_test(test_spawn_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
