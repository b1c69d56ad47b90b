#include "judge/problem_scale.h"

#include <string.h>

int problem_read_scale(const struct document *document, struct problem_scale *ret,
                       struct error *err)
{
    static const char *const keys[] = {"n", "from", "to", NULL};
    json_t *json = NULL;
    int r = document_member(document, document->root, "", "scale", false, JSON_OBJECT, &json, err);
    if (r < 0 || !json)
        return r;
    r = document_only(document, json, "/scale", keys, err);
    if (r == 0)
        r = document_string(document, json, "/scale", "n", true, &ret->n, err);
    if (r == 0)
        r = document_int(document, json, "/scale", "from", true, 1, SCALE_N_MAX, &ret->from, err);
    if (r == 0)
        r = document_int(document, json, "/scale", "to", true, ret->from, SCALE_N_MAX, &ret->to,
                         err);
    if (r == 0 && (!ret->n[0] || strlen(ret->n) > SCALE_TEXT_MAX))
        return document_error(document, "/scale/n", err, "\"n\" has 1 to %d bytes: what n is",
                              SCALE_TEXT_MAX);
    return r;
}
