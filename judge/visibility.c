#include "judge/visibility.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sandbox/util.h"

static const char *const names[] = {
    [VISIBILITY_NOTHING] = "nothing", [VISIBILITY_VERDICT] = "verdict",
    [VISIBILITY_GROUP] = "group",     [VISIBILITY_KIND] = "kind",
    [VISIBILITY_ALL] = "all",
};

const char *visibility_name(enum visibility visibility)
{
    return (size_t)visibility < ARRAY_LEN(names) ? names[visibility] : "?";
}

/* The n bytes are a level of a policy. */
static bool parse_level(const char *text, size_t n, enum visibility *ret)
{
    for (size_t i = 0; i < VISIBILITY_ALL; i++)
        if (strlen(names[i]) == n && memcmp(names[i], text, n) == 0) {
            *ret = (enum visibility)i;
            return true;
        }
    return false;
}

static bool parse_tries(const char *text, int64_t *ret)
{
    char *end = NULL;
    if (text[0] < '1' || text[0] > '9')
        return false;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno || *end || number > 1000000)
        return false;
    *ret = number;
    return true;
}

/* timegm() mends what is out of range ("2026-02-30"): a date that comes back as another one is none. */
static bool parse_date(const char *text, int64_t *ret)
{
    static const char *const formats[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"};
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct tm tm = {0};
        const char *end = strptime(text, formats[i], &tm);
        if (!end || *end || tm.tm_year < 70)
            continue;
        struct tm given = tm;
        time_t at = timegm(&tm);
        if (at < 0 || given.tm_mday != tm.tm_mday || given.tm_mon != tm.tm_mon)
            return false;
        *ret = at;
        return true;
    }
    return false;
}

static int parse_rule(const char *text, struct visibility_rule *ret, struct error *err)
{
    size_t n = strcspn(text, "@");
    const char *condition = text[n] ? text + n + 1 : NULL;
    *ret = (struct visibility_rule){.from_s = INT64_MIN};
    if (!parse_level(text, n, &ret->level))
        return error_set(err, -EINVAL,
                         "'%.40s': what is shown of hidden tests is nothing, verdict, group or kind"
                         " (everything: --reveal)",
                         text);
    static const char tries[] = "tries=";
    bool good = !condition || (strncmp(condition, tries, strlen(tries)) == 0
                                   ? parse_tries(condition + strlen(tries), &ret->tries)
                                   : parse_date(condition, &ret->from_s));
    if (!good)
        return error_set(err, -EINVAL,
                         "'%.60s': behind the @ stands tries=N, or a date as 2026-12-24 or "
                         "2026-12-24T18:00:00Z (UTC)",
                         text);
    return 0;
}

int visibility_parse(const char *text, struct visibility_policy *ret, struct error *err)
{
    struct visibility_policy policy = {0};
    if (strlen(text) >= sizeof policy.text)
        return error_set(err, -EINVAL, "a policy has at most %zu characters",
                         sizeof policy.text - 1);
    snprintf(policy.text, sizeof policy.text, "%s", text);
    char rules[VISIBILITY_TEXT_BYTES];
    memcpy(rules, policy.text, sizeof rules);
    for (char *rule = rules; rule;) {
        char *comma = strchr(rule, ',');
        if (comma)
            *comma = '\0';
        if (policy.n == VISIBILITY_RULES_MAX)
            return error_set(err, -EINVAL, "a policy has at most %d rules", VISIBILITY_RULES_MAX);
        int r = parse_rule(rule, &policy.rules[policy.n++], err);
        if (r < 0)
            return r;
        rule = comma ? comma + 1 : NULL;
    }
    *ret = policy;
    return 0;
}

enum visibility visibility_now(const struct visibility_policy *policy, int64_t tries, int64_t now_s)
{
    enum visibility shown = VISIBILITY_NOTHING;
    for (size_t i = 0; i < policy->n; i++) {
        const struct visibility_rule *rule = &policy->rules[i];
        bool holds = (rule->tries == 0 || tries >= rule->tries) && now_s >= rule->from_s;
        if (holds && rule->level > shown)
            shown = rule->level;
    }
    return shown;
}
