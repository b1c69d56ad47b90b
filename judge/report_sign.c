#include "judge/report_sign.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/files.h"
#include "judge/json_memory.h"
#include "judge/report.h"
#include "sandbox/util.h"

#define ALGORITHM     "ed25519"
#define REPORT_DOMAIN "mljudge-report-1\n"
#define DIGEST_DOMAIN "mljudge-digests-1\n"
#define VALUE_HEX     (2 * crypto_sign_BYTES + 1)

static const char *const lists[] = {"groups", "tests"};

/* ---- canonical form ---- */

/* NULL if out of memory. */
static char *canonical(const json_t *json)
{
    unsigned long failures = json_memory_failures();
    char *text =
        json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    if (text && json_memory_failures() == failures)
        return text;
    free(text);
    return NULL;
}

/* DOMAIN and the canonical form; NULL if out of memory. */
static char *message_of(const char *domain, const json_t *json)
{
    auto_free char *text = canonical(json);
    char *message = NULL;
    return text && asprintf(&message, "%s%s", domain, text) >= 0 ? message : NULL;
}

/* NULL if out of memory: jansson's copy then lacks a member and says nothing. */
static json_t *without_signature(const json_t *report)
{
    unsigned long failures = json_memory_failures();
    json_t *copy = json_copy((json_t *)report);
    if (copy && json_memory_failures() == failures) {
        json_object_del(copy, "signature");
        return copy;
    }
    json_decref(copy);
    return NULL;
}

/* ---- digests ---- */

static json_t *digest_of(const json_t *json)
{
    char hex[SHA256_HEX];
    auto_free char *text = canonical(json);
    if (!text)
        return NULL;
    sha256_hex(text, strlen(text), hex);
    return json_string(hex);
}

static bool is_list(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (strcmp(lists[i], name) == 0)
            return true;
    return false;
}

static int add_list(json_t *digests, const char *name, const json_t *list)
{
    json_t *made = json_array();
    int bad = json_object_set_new(digests, name, made);
    for (size_t i = 0; !bad && i < json_array_size(list); i++)
        bad = json_array_append_new(made, digest_of(json_array_get(list, i)));
    return bad;
}

/* NULL if out of memory. */
static json_t *digests_of(const json_t *report)
{
    json_t *digests = json_object(), *fields = json_object();
    int bad = json_object_set_new(digests, "fields", fields);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)report, name, value)
    {
        if (!bad && !is_list(name) && strcmp(name, "signature") != 0)
            bad = json_object_set_new(fields, name, digest_of(value));
    }
    for (size_t i = 0; !bad && i < ARRAY_LEN(lists); i++)
        bad = add_list(digests, lists[i], json_object_get(report, lists[i]));
    if (!bad)
        return digests;
    json_decref(digests);
    return NULL;
}

/* ---- signing ---- */

static int sign_json(const struct report_key *key, const char *domain, const json_t *json,
                     char hex[VALUE_HEX])
{
    unsigned char value[crypto_sign_BYTES];
    auto_free char *message = message_of(domain, json);
    if (!message)
        return -ENOMEM;
    crypto_sign_detached(value, NULL, (const unsigned char *)message, strlen(message),
                         key->secret_key);
    sodium_bin2hex(hex, VALUE_HEX, value, sizeof value);
    return 0;
}

int report_sign(struct report *report, const struct report_key *key, struct error *err)
{
    char value[VALUE_HEX], digests_value[VALUE_HEX], public_hex[REPORT_KEY_HEX];
    int r = report_complete(report, err);
    if (r < 0)
        return r;
    unsigned long failures = json_memory_failures();
    json_t *bare = without_signature(report->json);
    json_t *digests = bare ? digests_of(bare) : NULL;
    sodium_bin2hex(public_hex, sizeof public_hex, key->public_key, sizeof key->public_key);
    r = digests ? sign_json(key, REPORT_DOMAIN, bare, value) : -ENOMEM;
    if (r == 0)
        r = sign_json(key, DIGEST_DOMAIN, digests, digests_value);
    json_decref(bare);
    if (r < 0) {
        json_decref(digests);
        return error_oom(err);
    }
    json_t *signature =
        json_pack("{s:s,s:s,s:s,s:o,s:s}", "algorithm", ALGORITHM, "public_key", public_hex,
                  "value", value, "digests", digests, "digests_value", digests_value);
    if (json_object_set_new(report->json, "signature", signature) != 0 ||
        json_memory_failures() != failures)
        return error_oom(err);
    return 0;
}

/* ---- verifying ---- */

static bool hex_member(const json_t *signature, const char *name, unsigned char *ret, size_t size)
{
    const char *hex = json_string_value(json_object_get(signature, name));
    size_t n = 0;
    return hex && strlen(hex) == 2 * size &&
           sodium_hex2bin(ret, size, hex, 2 * size, NULL, &n, NULL) == 0 && n == size;
}

/* Is the member `name` of the signature one of DOMAIN and json?  *ret_genuine false if not; -ENOMEM. */
static int check_value(const json_t *signature, const char *name, const unsigned char *public_key,
                       const char *domain, const json_t *json, bool *ret_genuine)
{
    unsigned char value[crypto_sign_BYTES];
    *ret_genuine = false;
    if (!json || !hex_member(signature, name, value, sizeof value))
        return 0;
    auto_free char *message = message_of(domain, json);
    if (!message)
        return -ENOMEM;
    *ret_genuine = crypto_sign_verify_detached(value, (const unsigned char *)message,
                                               strlen(message), public_key) == 0;
    return 0;
}

static void note(struct report_verification *ret, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct report_verification *ret, const char *format, ...)
{
    if (ret->n_changes == REPORT_CHANGES_MAX) {
        ret->n_more++;
        return;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(ret->changes[ret->n_changes], sizeof ret->changes[0], format, args);
    va_end(args);
    ret->n_changes++;
}

static void compare_fields(const json_t *signed_fields, const json_t *fields,
                           struct report_verification *ret)
{
    const char *name = NULL;
    json_t *digest = NULL;
    json_object_foreach((json_t *)fields, name, digest)
    {
        const json_t *was = json_object_get(signed_fields, name);
        if (!was)
            note(ret, "%.60s: added", name);
        else if (!json_equal(was, digest))
            note(ret, "%.60s: changed", name);
    }
    json_object_foreach((json_t *)signed_fields, name, digest)
    {
        if (!json_object_get(fields, name))
            note(ret, "%.60s: removed", name);
    }
}

/* Element by element; where the numbers differ, what is beyond the shorter one was added or removed. */
static void compare_lists(const char *name, const json_t *signed_list, const json_t *list,
                          const json_t *items, struct report_verification *ret)
{
    size_t was = json_array_size(signed_list), is = json_array_size(list);
    for (size_t i = 0; i < is || i < was; i++) {
        const json_t *old = json_array_get(signed_list, i), *new = json_array_get(list, i);
        if (old && new &&json_equal(old, new))
            continue;
        const char *named = json_string_value(json_object_get(json_array_get(items, i), "name"));
        note(ret, "%s[%zu]: %s%s%.60s%s", name, i,
             !old   ? "added"
             : !new ? "removed"
                    : "changed",
             named ? " (" : "", named ? named : "", named ? ")" : "");
    }
}

static int find_changes(const json_t *report, const json_t *signature,
                        struct report_verification *ret)
{
    const json_t *was = json_object_get(signature, "digests");
    json_t *is = digests_of(report);
    if (!is)
        return -ENOMEM;
    compare_fields(json_object_get(was, "fields"), json_object_get(is, "fields"), ret);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        compare_lists(lists[i], json_object_get(was, lists[i]), json_object_get(is, lists[i]),
                      json_object_get(report, lists[i]), ret);
    json_decref(is);
    return 0;
}

int report_verify(const struct report *report, const unsigned char *public_key,
                  struct report_verification *ret, struct error *err)
{
    const json_t *signature = json_object_get(report->json, "signature");
    const char *algorithm = json_string_value(json_object_get(signature, "algorithm"));
    unsigned char own_key[crypto_sign_PUBLICKEYBYTES];
    bool genuine = false;
    *ret = (struct report_verification){.trust = REPORT_UNSIGNED};
    if (sodium_init() < 0)
        return error_set(err, -EIO, "libsodium does not start");
    if (!algorithm || strcmp(algorithm, ALGORITHM) != 0 ||
        !hex_member(signature, "public_key", own_key, sizeof own_key))
        return 0;
    sodium_bin2hex(ret->public_hex, sizeof ret->public_hex, own_key, sizeof own_key);
    if (public_key && memcmp(public_key, own_key, sizeof own_key) != 0) {
        ret->trust = REPORT_OTHER_KEY;
        return 0;
    }
    json_t *bare = without_signature(report->json);
    int r =
        bare ? check_value(signature, "value", own_key, REPORT_DOMAIN, bare, &genuine) : -ENOMEM;
    ret->trust = genuine ? REPORT_GENUINE : REPORT_CHANGED;
    if (r == 0)
        r = check_value(signature, "digests_value", own_key, DIGEST_DOMAIN,
                        json_object_get(signature, "digests"), &ret->digests_genuine);
    if (genuine && !ret->digests_genuine) {
        ret->trust = REPORT_CHANGED;
        note(ret, "signature: changed");
    }
    if (r == 0 && !genuine && ret->digests_genuine)
        r = find_changes(bare, signature, ret);
    json_decref(bare);
    return r < 0 ? error_oom(err) : 0;
}
