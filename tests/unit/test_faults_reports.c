/* Memory runs out while reports are signed, verified and compared: all or nothing. */
#include "tests/unit/faults.h"

#include "judge/report_compare.h"
#include "judge/report_sign.h"

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

static int try_sign(const void *data, struct error *err)
{
    const struct report_key *key = data;
    struct report *report = NULL;
    struct report_verification seen = {.trust = REPORT_UNSIGNED};
    int r = report_parse(text, strlen(text), "report.json", &report, err);
    if (r == 0)
        r = report_sign(report, key, err);
    if (r == 0)
        r = report_verify(report, key->public_key, &seen, err);
    if (r == 0)
        assert_int_equal(seen.trust, REPORT_GENUINE);
    report_free(report);
    return r;
}

/* Every change is named, or nothing is said. */
static int try_changed(const void *data, struct error *err)
{
    struct report *report = NULL;
    struct report_verification seen = {.trust = REPORT_UNSIGNED};
    int r = report_parse(data, strlen(data), "report.json", &report, err);
    if (r == 0)
        r = report_verify(report, NULL, &seen, err);
    if (r == 0) {
        assert_int_equal(seen.trust, REPORT_CHANGED);
        assert_int_equal(seen.n_changes, 1);
        assert_string_equal(seen.changes[0], "score: changed");
    }
    report_free(report);
    return r;
}

static int try_compare(const void *data, struct error *err)
{
    static char out[8192];
    struct report *report = NULL;
    const struct compare_options options = {.all = true};
    bool same = false;
    (void)data;
    FILE *file = fmemopen(out, sizeof out, "w");
    assert_non_null(file);
    int r = report_parse(text, strlen(text), "report.json", &report, err);
    if (r == 0)
        r = report_compare(file, report, report, &options, &same);
    fclose(file);
    report_free(report);
    if (r == 0) {
        assert_true(same);
        assert_null(strstr(out, "(not there)"));
    }
    return r < 0 ? error_oom(err) : 0;
}

static void test_reports_all_or_nothing(void **state)
{
    (void)state;
    static const unsigned char seed[crypto_sign_SEEDBYTES] = {7};
    struct report_key key = {.open_to_others = false};
    struct report *report = NULL;
    assert_true(sodium_init() >= 0);
    crypto_sign_seed_keypair(key.public_key, key.secret_key, seed);
    fault_every("signing", try_sign, &key, 1, FAULT_STRICT, 50);
    assert_int_equal(report_parse(text, strlen(text), "report.json", &report, NULL), 0);
    assert_int_equal(report_sign(report, &key, NULL), 0);
    json_object_set_new(report->json, "score", json_integer(9));
    char *changed = json_dumps(report->json, JSON_REAL_PRECISION(15));
    assert_non_null(changed);
    report_free(report);
    fault_every("a changed report", try_changed, changed, 1, FAULT_STRICT, 50);
    free(changed);
    fault_every("comparing", try_compare, NULL, 1, FAULT_STRICT, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reports_all_or_nothing)};
    return cmocka_run_group_tests(tests, faults_setup, NULL);
}
