#include "judge/codegen.h"

#include <string.h>

#include "judge/codegen_c.h"
#include "judge/codegen_cpp.h"
#include "judge/escape.h"
#include "sandbox/util.h"

static const struct codegen table[] = {
    {"c", ".h", "shim.c", "c/mljudge.h", codegen_c_header, codegen_c_shim, codegen_c_prototype},
    {"cpp", ".hpp", "shim.cpp", "cpp/mljudge.hpp", codegen_cpp_header, codegen_cpp_shim,
     codegen_cpp_prototype},
};

const struct codegen *codegen_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const char *codegen_notation(const struct type *type, char buffer[CODEGEN_NOTATION_BYTES])
{
    char text[CODEGEN_NOTATION_BYTES / 2];
    type_format(type, text, sizeof text);
    escape_text(text, strlen(text), buffer, CODEGEN_NOTATION_BYTES);
    /* A legal value may hold what ends a comment. */
    for (char *end; (end = strstr(buffer, "*/"));)
        *end = '?';
    return buffer;
}
