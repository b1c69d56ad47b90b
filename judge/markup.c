#include "judge/markup.h"

#include "judge/escape.h"

static const char *reference(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void markup_put(FILE *file, const char *text)
{
    static const struct escape_style style = {.replace = reference};
    escape_write(file, text, &style);
}

void markup_put_block(FILE *file, const char *text, size_t max_bytes)
{
    const struct escape_style style = {.lines = true, .max_bytes = max_bytes, .replace = reference};
    escape_write(file, text, &style);
}
