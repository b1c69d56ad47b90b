#include "judge/starter.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "sandbox/util.h"

/* One row a flavour.  Its file: starter_NAME.c.  NULL: the language has no classes. */
static const struct {
    const char *flavour;
    codegen_fn *write, *write_class;
} table[] = {
    {"python", starter_python, starter_python_class},
    {"pypure", starter_pypure, starter_pypure_class},
    {"pandas", starter_pandas, starter_pandas_class},
    {"c", starter_c, starter_c_class},
    {"cpp", starter_cpp, starter_cpp_class},
    {"sql", starter_sql, NULL},
};

char *starter_text(const struct signature *signature, const char *flavour, struct error *err)
{
    bool is_class = signature->n_methods > 0;
    assert(is_class || signature->n_returns > 0);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        codegen_fn *write = is_class ? table[i].write_class : table[i].write;
        if (write && strcmp(table[i].flavour, flavour) == 0)
            return write(signature, err);
    }
    error_set(err, -ENOTSUP, "no starter can be written for '%.40s' from a signature", flavour);
    return NULL;
}

const char *starter_shape(const struct type *type, char buffer[256])
{
    size_t used = 0;
    for (int i = 0; i < type->rank; i++) {
        const struct dim *dim = &type->dims[i];
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)dim->size);
        int n = snprintf(buffer + used, 256 - used, "%s%s", i ? ", " : "(",
                         dim->kind == DIM_NAME     ? dim->name
                         : dim->kind == DIM_NUMBER ? number
                                                   : "*");
        used += n > 0 ? (size_t)n : 0;
        assert(used < 250); /* four names of at most TYPE_NAME_MAX */
    }
    snprintf(buffer + used, 256 - used, type->rank == 1 ? ",)" : ")");
    return buffer;
}

void starter_indented(FILE *to, const char *text)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        fprintf(to, n ? "    %.*s\n" : "%.*s\n", (int)n, line);
        line += n + (line[n] ? 1 : 0);
    }
}

bool starter_has_free_size(const struct signature *signature)
{
    for (size_t i = 0; i < signature->n_returns; i++) {
        const struct type *type = &signature->returns[i].type;
        for (int d = 0; d < type->rank; d++)
            if (type->kind != KIND_TABLE && type->dims[d].kind == DIM_FREE)
                return true;
    }
    return false;
}
