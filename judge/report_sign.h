/* Signed reports, and what was changed in one that no longer is what was signed.
 *
 *   "signature": {"algorithm": "ed25519", "public_key": HEX, "value": HEX,
 *                 "digests": {"fields": {NAME: SHA-256, ...}, "groups": [SHA-256, ...], "tests": [SHA-256, ...]},
 *                 "digests_value": HEX}
 *
 * value: the signature of "mljudge-report-1\n" and the report in canonical form, without "signature".  Canonical form:
 * members sorted by name, no spaces, numbers with a point with 15 significant digits (jansson: JSON_SORT_KEYS |
 * JSON_COMPACT | JSON_REAL_PRECISION(15)).  digests_value: that of "mljudge-digests-1\n" and the digests; they are of
 * the canonical form of each member of the report but "groups", "tests" and "signature", and of each group and test. */
#ifndef MLJUDGE_REPORT_SIGN_H
#define MLJUDGE_REPORT_SIGN_H

#include "judge/report_key.h"
#include "judge/report_read.h"

/* Adds "signature" to the report's JSON, in place of one that is there. */
int report_sign(struct report *report, const struct report_key *key, struct error *err);

enum report_trust {
    REPORT_GENUINE,   /* exactly what was signed, with the key asked for (if one was) */
    REPORT_UNSIGNED,  /* no signature, or none that is complete */
    REPORT_OTHER_KEY, /* signed with another key than the one asked for */
    REPORT_CHANGED,   /* not what was signed */
};

#define REPORT_CHANGES_MAX 40

struct report_verification {
    enum report_trust trust;
    char public_hex[REPORT_KEY_HEX]; /* of the signature; "" = none */
    bool digests_genuine; /* the changes below are known for sure; else nothing is known of what */
    char changes[REPORT_CHANGES_MAX]
                [160]; /* "score: changed", "tests[3]: changed (edge/4)"; hostile names */
    size_t n_changes;
    size_t n_more; /* beyond those */
};

/* public_key: NULL: whatever key it is.  -ENOMEM. */
int report_verify(const struct report *report, const unsigned char *public_key,
                  struct report_verification *ret, struct error *err);

#endif
