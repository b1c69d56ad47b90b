/* The words of a judgement (a subset of the CLICS judgement types) and the rules that combine them. */
#ifndef MLJUDGE_VERDICT_H
#define MLJUDGE_VERDICT_H

#include <stddef.h>

enum verdict {
    VERDICT_NONE = 0, /* not judged */
    VERDICT_AC,       /* accepted */
    VERDICT_WA,       /* wrong answer */
    VERDICT_RTE,      /* exception, non-zero exit, signal, wrong arity */
    VERDICT_CE,       /* does not parse, compile or link, or lacks the entry */
    VERDICT_TLE,      /* CPU or wall limit */
    VERDICT_MLE,      /* memory limit */
    VERDICT_OLE,      /* output limit */
    VERDICT_SV,       /* sandbox violation */
    VERDICT_JE,       /* judge error: ours, never blamed on the candidate */
};

const char *verdict_name(enum verdict verdict);   /* "AC"; NONE is "" */
const char *verdict_phrase(enum verdict verdict); /* "accepted" */

/* The verdict of a whole from its parts in order: JE anywhere wins, else SV anywhere, else the first that is not AC;
 * parts that were not judged (NONE) do not count.  All AC: AC; nothing judged: NONE. */
enum verdict verdict_combine(const enum verdict *parts, size_t n);

#endif
