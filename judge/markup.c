#include "judge/markup.h"

#include <string.h>

#include "judge/escape.h"
#include "sandbox/util.h"

static void put_character(FILE *file, char c)
{
    switch (c) {
    case '&': fputs("&amp;", file); break;
    case '<': fputs("&lt;", file); break;
    case '>': fputs("&gt;", file); break;
    case '"': fputs("&quot;", file); break;
    case '\'': fputs("&#39;", file); break;
    default: fputc(c, file);
    }
}

void markup_put_bytes(FILE *file, const char *bytes, size_t n, bool block)
{
    auto_free char *safe = escape_block(bytes, n);
    if (!safe) {
        fputs("(out of memory)", file);
        return;
    }
    for (const char *p = safe; *p; p++) {
        if (!block && (*p == '\n' || *p == '\t'))
            fputs(*p == '\n' ? "\\n" : "\\t", file);
        else
            put_character(file, *p);
    }
}

void markup_put(FILE *file, const char *text)
{
    markup_put_bytes(file, text, strlen(text), false);
}
