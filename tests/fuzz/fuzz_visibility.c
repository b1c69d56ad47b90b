/* A policy of what is shown of hidden tests (judge/visibility.c), from a package or an argument: any text is refused with a
 * sentence, or means a level that no more tries and no later moment can lower. */
#include <string.h>

#include "judge/visibility.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t moments_s[] = {0, 1798070400, INT64_MAX};
    static const int64_t tries[] = {-1, 0, 3, 1000000};
    char text[400];
    struct visibility_policy policy;
    struct error err = ERROR_INIT;
    if (size >= sizeof text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (visibility_parse(text, &policy, &err) < 0) {
        CHECK(err.code < 0 && err.text[0]);
        return 0;
    }
    CHECK(policy.n >= 1 && policy.n <= VISIBILITY_RULES_MAX && strcmp(policy.text, text) == 0);
    enum visibility before[4] = {VISIBILITY_NOTHING};
    for (size_t m = 0; m < 3; m++)
        for (size_t t = 0; t < 4; t++) {
            enum visibility shown = visibility_now(&policy, tries[t], moments_s[m]);
            CHECK(shown < VISIBILITY_ALL && shown >= before[t]);
            CHECK(t == 0 || shown >= before[t - 1]);
            before[t] = shown;
        }
    return 0;
}
