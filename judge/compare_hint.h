/* What a wrong array has in common with the right one: a word that says where to look for the mistake. */
#ifndef MLJUDGE_COMPARE_HINT_H
#define MLJUDGE_COMPARE_HINT_H

#include "judge/compare_cell.h"

/* Numbers of equal shapes that differ: appends "; equal up to order", "; equal up to sign", "; 2 times what is expected",
 * "; off by 1 everywhere" to ret->message if one of them holds by the rule, and for the first two sets ret->kind to
 * "order" or "sign", which hidden tests may show: it tells no value.  -ENOMEM. */
int compare_hint(const struct cell_rule *rule, const struct value *expected,
                 const struct value *got, struct comparison *ret, struct error *err);

#endif
