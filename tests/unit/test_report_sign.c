/* Signed reports: genuine ones verify, and what was changed is named. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "judge/report_sign.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

static const char text[] =
    "{\"schema\": 1, \"tool\": {\"version\": \"0\", \"commit\": \"\"}, \"problem\": \"p\", "
    "\"problem_version\": 1,"
    "\"problem_sha256\": \"\", \"submission_sha256\": \"\", \"language\": \"c\", \"file\": \"x.c\","
    "\"started_at\": \"2026-01-02T03:04:05Z\", \"machine\": {\"cpu\": \"\", \"cores\": 2, "
    "\"kernel\": \"\"},"
    "\"verdict\": \"AC\", \"score\": 10, \"max_score\": 10, \"seed\": {\"kind\": \"public\", "
    "\"id\": \"00\"},"
    "\"isolation\": {\"tier\": \"full\", \"missing\": []}, \"limits\": {\"cpu_ms\": 1, "
    "\"wall_ms\": 1,"
    "\"memory_bytes\": 1, \"output_bytes\": 1}, \"warnings\": [], \"compile\": {\"verdict\": null, "
    "\"wall_ms\": null,"
    "\"output\": \"\", \"cached\": false}, \"groups\": [{\"name\": \"g\", \"hidden\": true, "
    "\"points\": 10,"
    "\"max_points\": 10, \"verdict\": \"AC\", \"limits\": {\"cpu_ms\": 1, \"wall_ms\": 1, "
    "\"memory_bytes\": 1,"
    "\"output_bytes\": 1}, \"factor\": null}], \"tests\": [], \"cpu_ms_max\": 0.1, "
    "\"memory_bytes_max\": 3}";

static struct report *parse(const char *json)
{
    struct report *report = NULL;
    struct error err = ERROR_INIT;
    if (report_parse(json, strlen(json), "report.json", &report, &err) < 0)
        fail_msg("%s", err.text);
    return report;
}

/* What is written to a file and read again. */
static struct report *again(struct report *report)
{
    auto_free char *dump = json_dumps(report->json, JSON_INDENT(3) | JSON_REAL_PRECISION(15));
    assert_non_null(dump);
    report_free(report);
    return parse(dump);
}

struct fixture {
    char folder[64], path[128];
    struct report_key key;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char hex[REPORT_KEY_HEX];
    temp_make(fixture->folder);
    snprintf(fixture->path, sizeof fixture->path, "%s/key", fixture->folder);
    if (report_key_make(fixture->path, hex, NULL) < 0 ||
        report_key_read(fixture->path, &fixture->key, NULL) < 0)
        return -1;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    temp_remove(fixture->folder);
    free(fixture);
    return 0;
}

static struct report *signed_report(const struct fixture *fixture)
{
    struct report *report = parse(text);
    assert_int_equal(report_sign(report, &fixture->key, NULL), 0);
    return again(report);
}

static struct report_verification check(const struct report *report, const unsigned char *key)
{
    struct report_verification verification;
    assert_int_equal(report_verify(report, key, &verification, NULL), 0);
    return verification;
}

static void test_sign_genuine_verifies(void **state)
{
    const struct fixture *fixture = *state;
    struct report *report = signed_report(fixture);
    assert_int_equal(check(report, NULL).trust, REPORT_GENUINE);
    assert_int_equal(check(report, fixture->key.public_key).trust, REPORT_GENUINE);
    report = again(report); /* other spaces: the same report */
    assert_int_equal(check(report, fixture->key.public_key).trust, REPORT_GENUINE);
    report_free(report);
}

static void test_sign_other_key_is_told(void **state)
{
    const struct fixture *fixture = *state;
    unsigned char other[crypto_sign_PUBLICKEYBYTES];
    struct report *report = signed_report(fixture);
    memcpy(other, fixture->key.public_key, sizeof other);
    other[31] ^= 1;
    assert_int_equal(check(report, other).trust, REPORT_OTHER_KEY);
    report_free(report);
    report = parse(text);
    assert_int_equal(check(report, NULL).trust, REPORT_UNSIGNED);
    report_free(report);
}

/* Every member that is changed, removed or added is named, and nothing else is. */
static void test_sign_names_every_change(void **state)
{
    const struct fixture *fixture = *state;
    struct report *whole = signed_report(fixture);
    const char *name = NULL;
    json_t *value = NULL;
    size_t n_names = 0;
    json_object_foreach(whole->json, name, value)
    {
        if (strcmp(name, "signature") == 0 || strcmp(name, "groups") == 0 ||
            strcmp(name, "tests") == 0)
            continue;
        n_names++;
        for (int removed = 0; removed < 2; removed++) {
            char expected[100];
            struct report forged = {.json = json_deep_copy(whole->json)};
            if (removed)
                json_object_del(forged.json, name);
            else
                json_object_set_new(forged.json, name, json_string("forged"));
            struct report_verification seen = check(&forged, fixture->key.public_key);
            snprintf(expected, sizeof expected, "%s: %s", name, removed ? "removed" : "changed");
            assert_int_equal(seen.trust, REPORT_CHANGED);
            assert_true(seen.digests_genuine);
            assert_int_equal(seen.n_changes, 1);
            assert_string_equal(seen.changes[0], expected);
            json_decref(forged.json);
        }
    }
    assert_true(n_names >= 18);
    report_free(whole);
}

static void test_sign_names_groups_by_place(void **state)
{
    const struct fixture *fixture = *state;
    struct report *report = signed_report(fixture);
    json_t *group = json_array_get(json_object_get(report->json, "groups"), 0);
    json_object_set_new(group, "points", json_integer(9));
    json_array_append_new(json_object_get(report->json, "tests"), json_pack("{s:s}", "name", "x"));
    struct report_verification seen = check(report, NULL);
    assert_int_equal(seen.n_changes, 2);
    assert_string_equal(seen.changes[0], "groups[0]: changed (g)");
    assert_string_equal(seen.changes[1], "tests[0]: added (x)");
    report_free(report);
}

/* A forger who changes the digests as well gets no names, and no belief. */
static void test_sign_forged_digests_are_not_believed(void **state)
{
    const struct fixture *fixture = *state;
    struct report *report = signed_report(fixture);
    json_t *signature = json_object_get(report->json, "signature");
    json_t *fields = json_object_get(json_object_get(signature, "digests"), "fields");
    json_object_set_new(fields, "score", json_string("00"));
    struct report_verification seen = check(report, NULL);
    assert_int_equal(seen.trust, REPORT_CHANGED);
    assert_string_equal(seen.changes[0], "signature: changed");
    json_object_set_new(report->json, "score", json_integer(1));
    seen = check(report, NULL);
    assert_int_equal(seen.trust, REPORT_CHANGED);
    assert_false(seen.digests_genuine);
    assert_int_equal(seen.n_changes, 0);
    report_free(report);
}

static void test_sign_broken_signatures_are_none(void **state)
{
    static const char *const broken[] = {
        "null",
        "[]",
        "{}",
        "\"ed25519\"",
        "{\"algorithm\": \"rsa\"}",
        "{\"algorithm\": \"ed25519\", \"public_key\": \"zz\", \"value\": \"\"}",
        "{\"algorithm\": \"ed25519\", \"public_key\": 7}",
    };
    const struct fixture *fixture = *state;
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        struct report *report = signed_report(fixture);
        json_object_set_new(report->json, "signature",
                            json_loads(broken[i], JSON_DECODE_ANY, NULL));
        assert_int_equal(check(report, NULL).trust, REPORT_UNSIGNED);
        report_free(report);
    }
    struct report *report = signed_report(fixture);
    json_t *signature = json_object_get(report->json, "signature");
    json_object_set_new(signature, "value", json_string("00"));
    assert_int_equal(check(report, NULL).trust, REPORT_CHANGED);
    report_free(report);
}

static void test_key_files(void **state)
{
    const struct fixture *fixture = *state;
    char path[200], hex[REPORT_KEY_HEX];
    struct stat st;
    struct report_key key;
    struct error err = ERROR_INIT;
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    assert_int_equal(stat(fixture->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_false(fixture->key.open_to_others);
    assert_int_equal(report_key_make(fixture->path, hex, &err), -EEXIST);
    snprintf(path, sizeof path, "%s.pub", fixture->path);
    assert_int_equal(report_public_key(path, public_key, NULL), 0);
    assert_memory_equal(public_key, fixture->key.public_key, sizeof public_key);
    sodium_bin2hex(hex, sizeof hex, public_key, sizeof public_key);
    memset(public_key, 0, sizeof public_key);
    assert_int_equal(report_public_key(hex, public_key, NULL), 0);
    assert_memory_equal(public_key, fixture->key.public_key, sizeof public_key);
    /* The public file is no secret key, the secret one no public one. */
    err = ERROR_INIT;
    assert_int_equal(report_key_read(path, &key, &err), -EINVAL);
    assert_int_equal(err.line, 1);
    assert_int_equal(report_public_key(fixture->path, public_key, NULL), -EINVAL);
    temp_text(fixture->folder, "cut", "mljudge-secret-key-1 0011\n");
    snprintf(path, sizeof path, "%s/cut", fixture->folder);
    assert_int_equal(report_key_read(path, &key, NULL), -EINVAL);
    assert_int_equal(report_key_read("/nowhere/key", &key, NULL), -ENOENT);
    assert_int_equal(report_key_read(fixture->folder, &key, NULL), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign_genuine_verifies),
        cmocka_unit_test(test_sign_other_key_is_told),
        cmocka_unit_test(test_sign_names_every_change),
        cmocka_unit_test(test_sign_names_groups_by_place),
        cmocka_unit_test(test_sign_forged_digests_are_not_believed),
        cmocka_unit_test(test_sign_broken_signatures_are_none),
        cmocka_unit_test(test_key_files),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
