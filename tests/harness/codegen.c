/* codegen ENTRY FLAVOUR NAME=TYPE... -> NAME=TYPE...      ("=TYPE" is the one unnamed result)
 * codegen --class FLAVOUR METHODS                         (tests/unit/class_fixture.h; it is called Thing)
 * Prints, each ended by NUL: the signature JSON, the C header, shim.c, the prototype. */
#include <stdio.h>
#include <string.h>

#include "judge/codegen.h"
#include "sandbox/util.h"
#include "tests/unit/class_fixture.h"

static int read_field(const char *text, struct field *ret, struct error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || (size_t)(equals - text) >= sizeof ret->name)
        return error_set(err, -1, "'%s' is not NAME=TYPE", text);
    memcpy(ret->name, text, (size_t)(equals - text));
    return type_parse(equals + 1, &ret->type, err);
}

static int print_texts(const struct signature *signature, const char *flavour, int r,
                       struct error *err)
{
    char *texts[4] = {0};
    if (r == 0) {
        const struct codegen *codegen = codegen_find(flavour);
        texts[0] = signature_to_json(signature, flavour);
        texts[1] = codegen->header(signature, err);
        texts[2] = codegen->write_shim(signature, err);
        texts[3] = codegen->prototype(signature, err);
    }
    for (size_t j = 0; j < ARRAY_LEN(texts); j++) {
        if (!texts[j]) {
            fprintf(stderr, "%s\n", err->text);
            r = -1;
            continue;
        }
        fwrite(texts[j], 1, strlen(texts[j]) + 1, stdout);
        free(texts[j]);
    }
    return r < 0 ? 1 : 0;
}

static int main_class(const char *flavour, const char *methods)
{
    struct error err = ERROR_INIT;
    struct signature signature;
    int r = fixture_class(methods, &signature, &err);
    r = print_texts(&signature, flavour, r, &err);
    signature_done(&signature);
    return r;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--class") == 0)
        return main_class(argv[2], argv[3]);
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
    r = print_texts(&signature, argv[2], r, &err);
    for (size_t j = 0; j < ARRAY_LEN(args); j++)
        type_done(&args[j].type);
    for (size_t j = 0; j < ARRAY_LEN(returns); j++)
        type_done(&returns[j].type);
    return r;
}
