#include "judge/verdict.h"

#include "sandbox/util.h"

static const struct {
    const char *name, *phrase;
} table[] = {
    [VERDICT_NONE] = {"", "not judged"},
    [VERDICT_AC] = {"AC", "accepted"},
    [VERDICT_WA] = {"WA", "wrong answer"},
    [VERDICT_RTE] = {"RTE", "run-time error"},
    [VERDICT_CE] = {"CE", "does not compile"},
    [VERDICT_TLE] = {"TLE", "time limit exceeded"},
    [VERDICT_MLE] = {"MLE", "memory limit exceeded"},
    [VERDICT_OLE] = {"OLE", "output limit exceeded"},
    [VERDICT_SV] = {"SV", "sandbox violation"},
    [VERDICT_JE] = {"JE", "judge error"},
};

const char *verdict_name(enum verdict verdict)
{
    return (size_t)verdict < ARRAY_LEN(table) ? table[verdict].name : "?";
}

const char *verdict_phrase(enum verdict verdict)
{
    return (size_t)verdict < ARRAY_LEN(table) ? table[verdict].phrase : "?";
}

enum verdict verdict_combine(const enum verdict *parts, size_t n)
{
    enum verdict first = VERDICT_NONE;
    enum verdict worst = VERDICT_NONE;
    for (size_t i = 0; i < n; i++) {
        if (parts[i] == VERDICT_JE || (parts[i] == VERDICT_SV && worst != VERDICT_JE))
            worst = parts[i];
        if (parts[i] != VERDICT_NONE && (first == VERDICT_NONE || first == VERDICT_AC))
            first = parts[i];
    }
    return worst != VERDICT_NONE ? worst : first;
}
