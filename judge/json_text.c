#include "judge/json_text.h"

#include <errno.h>
#include <stdint.h>

#include "judge/value_text.h"
#include "sandbox/util.h"

static int put_simple(FILE *to, const json_t *json)
{
    auto_free char *text = json_dumps(json, JSON_ENCODE_ANY);
    if (!text)
        return -ENOMEM;
    fputs(text, to);
    return 0;
}

static int put_array(FILE *to, const json_t *json)
{
    int r = 0;
    fputc('[', to);
    for (size_t i = 0; r == 0 && i < json_array_size(json); i++) {
        fputs(i ? ", " : "", to);
        r = json_text(to, json_array_get(json, i));
    }
    fputc(']', to);
    return r;
}

static int put_object(FILE *to, json_t *json)
{
    const char *key;
    json_t *value;
    const char *before = "";
    int r = 0;
    fputc('{', to);
    json_object_foreach(json, key, value)
    {
        json_t *name = json_string(key);
        fputs(before, to);
        r = r == 0 ? (name ? put_simple(to, name) : -ENOMEM) : r;
        fputs(": ", to);
        r = r == 0 ? json_text(to, value) : r;
        before = ", ";
        json_decref(name);
    }
    fputc('}', to);
    return r;
}

int json_text(FILE *to, const json_t *json)
{
    char text[CELL_TEXT];
    switch (json_typeof(json)) {
    case JSON_REAL: fputs(float_text(json_real_value(json), text), to); return 0;
    case JSON_ARRAY: return put_array(to, json);
    case JSON_OBJECT: return put_object(to, (json_t *)(uintptr_t)json);
    default: return put_simple(to, json);
    }
}
