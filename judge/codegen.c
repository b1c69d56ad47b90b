#include "judge/codegen.h"

#include <assert.h>
#include <string.h>

#include "judge/codegen_c.h"
#include "judge/codegen_cpp.h"
#include "judge/escape.h"
#include "sandbox/util.h"

static const struct codegen table[] = {
    {"c", ".h", "shim.c", "c/mljudge.h", NULL, codegen_c_header, codegen_c_shim,
     codegen_c_prototype},
    {"cpp", ".hpp", "shim.cpp", "cpp/mljudge.hpp",
     "\n#define MLJUDGE_TAIL\n#include \"shim.cpp\"\n", codegen_cpp_header, codegen_cpp_shim,
     codegen_cpp_prototype},
};

const struct codegen *codegen_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

void codegen_method_name(const struct signature *class, size_t method, char ret[TYPE_NAME_MAX + 1])
{
    const char *name = method == 0 ? "create" : class->methods[method].name;
    size_t n = strlen(class->entry), length = strlen(name);
    assert(n + 1 + length <= TYPE_NAME_MAX); /* signature_check() has seen to it */
    memcpy(ret, class->entry, n);
    ret[n] = '_';
    memcpy(ret + n + 1, name, length + 1);
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
