/* What a package's checker wrote (judge/checker.c): any bytes give an answer or an error, and nothing that is accepted shows
 * a kind that problem.json does not allow, or bytes that move a cursor. */
#include <string.h>

#include "judge/checker.h"
#include "judge/compare.h"
#include "tests/fuzz/fuzz.h"

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct checker *checker;
    struct comparison result = {0};
    if (size > 65536)
        return 0;
    if (!checker) {
        json_t *json = json_loads(
            "{\"name\": \"checker\", \"file\": \"c.py\", \"kinds\": [\"own kind\"]}", 0, NULL);
        if (checker_new(json, &checker, NULL) < 0)
            __builtin_trap();
        json_decref(json);
    }
    if (checker_answer(checker, (const char *)data, size, &result, NULL) < 0)
        return 0;
    if (result.equal && (result.kind[0] || result.message[0]))
        __builtin_trap();
    if (!result.equal && (!result.kind[0] || strspn(result.kind, "abcdefghijklmnopqrstuvwxyz ") !=
                                                 strlen(result.kind)))
        __builtin_trap();
    if (!is_plain(result.message) || !is_plain(result.host_message))
        __builtin_trap();
    return 0;
}
