#include "judge/visibility.h"

#include <stddef.h>

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
