/* What is done with two foreign reports (judge/report_sign.c, judge/report_compare.c): any signature is judged, a report
 * that we sign is genuine whatever it holds, one that is changed is not, and a comparison moves no cursor. */
#include <string.h>

#include "judge/escape.h"
#include "judge/report_compare.h"
#include "judge/report_sign.h"
#include "tests/fuzz/fuzz.h"

static struct report_verification verified(const struct report *report, const unsigned char *key)
{
    struct report_verification verification;
    CHECK(report_verify(report, key, &verification, NULL) == 0);
    CHECK(verification.trust == REPORT_CHANGED || verification.n_changes == 0);
    CHECK(verification.n_changes <= REPORT_CHANGES_MAX);
    return verification;
}

static void check_signing(struct report *report)
{
    static const unsigned char seed[crypto_sign_SEEDBYTES] = {1, 2, 3};
    struct report_key key = {.open_to_others = false};
    crypto_sign_seed_keypair(key.public_key, key.secret_key, seed);
    CHECK(report_sign(report, &key, NULL) == 0);
    CHECK(verified(report, key.public_key).trust == REPORT_GENUINE);
    json_object_set_new(report->json, "another member", json_true());
    CHECK(verified(report, key.public_key).trust == REPORT_CHANGED);
    json_object_del(report->json, "another member");
    CHECK(verified(report, key.public_key).trust == REPORT_GENUINE);
}

static void check_comparing(const struct report *report)
{
    static const struct compare_options options = {.all = true};
    char *text = NULL;
    size_t size = 0;
    bool same = false;
    FILE *file = open_memstream(&text, &size);
    CHECK(file && report_compare(file, report, report, &options, &same) == 0 && fclose(file) == 0);
    for (size_t i = 0; i < size;) {
        unsigned code = 0;
        size_t n = utf8_decode(text + i, size - i, &code);
        CHECK(n > 0);
        CHECK(code >= 0x20 || code == '\n');
        CHECK(code < 0x7f || code > 0x9f);
        CHECK((code < 0x202a || code > 0x202e) && (code < 0x2066 || code > 0x2069));
        i += n;
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct report *report = NULL;
    struct error err = ERROR_INIT;
    if (size > 65536 || sodium_init() < 0)
        return 0;
    if (report_parse((const char *)data, size, "input", &report, &err) < 0)
        return 0;
    verified(report, NULL);
    check_comparing(report);
    check_signing(report);
    report_free(report);
    return 0;
}
