/* codegen ENTRY FLAVOUR NAME=TYPE... -> NAME=TYPE...      ("=TYPE" is the one unnamed result)
 * Prints, each ended by NUL: the signature JSON, the C header, shim.c, the prototype. */
#include <stdio.h>
#include <string.h>

#include "judge/codegen.h"
#include "sandbox/util.h"

static int read_field(const char *text, struct field *ret, struct error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || (size_t)(equals - text) >= sizeof ret->name)
        return error_set(err, -1, "'%s' is not NAME=TYPE", text);
    memcpy(ret->name, text, (size_t)(equals - text));
    return type_parse(equals + 1, &ret->type, err);
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    struct field args[64] = {0}, returns[128] = {0};
    struct signature signature = {.args = args, .returns = returns};
    if (argc < 5)
        return 2;
    snprintf(signature.entry, sizeof signature.entry, "%s", argv[1]);
    int i = 3, r = 0;
    for (; r == 0 && i < argc && strcmp(argv[i], "->") != 0; i++)
        r = read_field(argv[i], &args[signature.n_args++], &err);
    for (i++; r == 0 && i < argc; i++)
        r = read_field(argv[i], &returns[signature.n_returns++], &err);
    if (r == 0)
        r = signature_check(&signature, &err);
    char *texts[4] = {0};
    if (r == 0) {
        texts[0] = signature_to_json(&signature, argv[2]);
        const struct codegen *codegen = codegen_find(argv[2]);
        texts[1] = codegen->header(&signature, &err);
        texts[2] = codegen->write_shim(&signature, &err);
        texts[3] = codegen->prototype(&signature, &err);
    }
    for (size_t j = 0; j < ARRAY_LEN(texts); j++) {
        if (!texts[j]) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
        fwrite(texts[j], 1, strlen(texts[j]) + 1, stdout);
        free(texts[j]);
    }
    for (size_t j = 0; j < ARRAY_LEN(args); j++)
        type_done(&args[j].type);
    for (size_t j = 0; j < ARRAY_LEN(returns); j++)
        type_done(&returns[j].type);
    return 0;
}
