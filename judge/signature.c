/* What a whole signature must obey, and how it is told to a harness. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge/frame.h"
#include "judge/json_memory.h"
#include "judge/type.h"
#include "sandbox/util.h"

#define FIELDS_MAX 64

/* A name becomes a parameter or a struct member in every language: keywords of C, C++ and Python. */
static const char *const keywords[] = {
    "and",      "as",       "assert",   "async",  "auto",    "await",     "bool",      "break",
    "case",     "catch",    "char",     "class",  "const",   "constexpr", "continue",  "def",
    "default",  "del",      "delete",   "do",     "double",  "elif",      "else",      "enum",
    "except",   "explicit", "export",   "extern", "False",   "finally",   "float",     "for",
    "friend",   "from",     "global",   "goto",   "if",      "import",    "in",        "inline",
    "int",      "is",       "lambda",   "long",   "mutable", "namespace", "new",       "None",
    "nonlocal", "not",      "operator", "or",     "pass",    "private",   "protected", "public",
    "raise",    "register", "restrict", "return", "short",   "signed",    "sizeof",    "static",
    "struct",   "switch",   "template", "this",   "throw",   "True",      "try",       "typedef",
    "typename", "union",    "unsigned", "using",  "virtual", "void",      "volatile",  "while",
    "with",     "xor",      "yield",
};

void signature_done(struct signature *signature)
{
    if (!signature)
        return;
    for (size_t i = 0; i < signature->n_args; i++)
        type_done(&signature->args[i].type);
    for (size_t i = 0; i < signature->n_returns; i++)
        type_done(&signature->returns[i].type);
    for (size_t m = 0; m < signature->n_methods; m++) {
        struct method *method = &signature->methods[m];
        for (size_t i = 0; i < method->n_args; i++)
            type_done(&method->args[i].type);
        type_done(&method->result.type);
        free(method->args);
    }
    free(signature->args);
    free(signature->returns);
    free(signature->methods);
    *signature = (struct signature){0};
}

static int check_name(const char *what, const char *name, struct error *err)
{
    bool good = name[0] && !(name[0] >= '0' && name[0] <= '9');
    for (const char *c = name; *c; c++) {
        good = good && ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' ||
                        (*c >= '0' && *c <= '9'));
    }
    if (!good)
        return error_set(err, -EINVAL, "%s '%s' is not an identifier (letters, digits, _)", what,
                         name);
    for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
        if (strcmp(keywords[i], name) == 0)
            return error_set(err, -EINVAL, "%s '%s' is a keyword of C, C++ or Python", what, name);
    }
    return 0;
}

static int check_names(const char *what, const struct field *fields, size_t n, struct error *err)
{
    if (n > FIELDS_MAX)
        return error_set(err, -EINVAL, "%zu %ss; at most %d", n, what, FIELDS_MAX);
    for (size_t i = 0; i < n; i++) {
        int r = check_name(what, fields[i].name, err);
        if (r < 0)
            return r;
        for (size_t j = 0; j < i; j++) {
            if (strcmp(fields[i].name, fields[j].name) == 0)
                return error_set(err, -EINVAL, "%s '%s' stands there twice", what, fields[i].name);
        }
        for (size_t j = 0; j < fields[i].type.n_columns; j++) {
            r = check_name("column", fields[i].type.columns[j].name, err);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

/* The dimension names the arguments make known. */
struct names {
    const char *name[DIMS_MAX];
    size_t n;
};

static bool known(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->name[i], name) == 0)
            return true;
    }
    return false;
}

static int learn(struct names *names, const char *name, struct error *err)
{
    if (known(names, name))
        return 0;
    if (names->n == DIMS_MAX)
        return error_set(err, -EINVAL, "more than %d dimension names and int arguments", DIMS_MAX);
    names->name[names->n++] = name;
    return 0;
}

/* A dimension that is also an argument takes its size from there. */
static int check_size_argument(const struct field *args, size_t n_args, const char *dim,
                               const char *of, struct error *err)
{
    for (size_t i = 0; i < n_args; i++) {
        const struct type *type = &args[i].type;
        bool plain_int = type->kind == KIND_SCALAR && type->elem == ELEM_INT && !type->nullable;
        if (strcmp(args[i].name, dim) == 0 && !plain_int)
            return error_set(err, -EINVAL,
                             "dimension '%s' of '%s' is also an argument, but that is not int", dim,
                             of);
    }
    return 0;
}

static int check_arg(const struct signature *signature, const struct field *arg,
                     struct names *names, struct error *err)
{
    const struct type *type = &arg->type;
    if (type->kind == KIND_SCALAR && type->elem == ELEM_INT)
        return learn(names, arg->name, err);
    for (int i = 0; i < type->rank && type->kind != KIND_TABLE; i++) {
        const struct dim *dim = &type->dims[i];
        if (dim->kind == DIM_FREE)
            return error_set(err, -EINVAL,
                             "argument '%s': '*' is for returns only; name the dimension",
                             arg->name);
        if (dim->kind != DIM_NAME)
            continue;
        int r = check_size_argument(signature->args, signature->n_args, dim->name, arg->name, err);
        if (r == 0)
            r = learn(names, dim->name, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int check_return(const struct field *field, const struct names *names, struct error *err)
{
    const struct type *type = &field->type;
    const char *name = field->name[0] ? field->name : "(unnamed)";
    if (type->kind == KIND_CSV)
        return error_set(err, -EINVAL, "return '%s': csv is for arguments only", name);
    for (int i = 0; i < type->rank; i++) {
        const struct dim *dim = &type->dims[i];
        if (dim->kind == DIM_NAME && !known(names, dim->name))
            return error_set(
                err, -EINVAL,
                "return '%s': dimension '%s' is not known from the arguments; write '*' "
                "if its length is part of the answer",
                name, dim->name);
    }
    return 0;
}

static size_t count_items(const struct field *fields, size_t n)
{
    size_t items = n;
    for (size_t i = 0; i < n; i++)
        items += fields[i].type.n_columns;
    return items;
}

/* ---- classes ---- */

struct signature method_as_function(const struct method *method)
{
    struct signature ret = {.args = method->args,
                            .n_args = method->n_args,
                            .returns = (struct field *)(uintptr_t)&method->result,
                            .n_returns = method->has_result};
    memcpy(ret.entry, method->name, sizeof ret.entry);
    return ret;
}

static int check_method_name(const struct signature *signature, size_t m, struct error *err)
{
    static const char *const taken[] = {"create", "destroy"}; /* what C calls its own two */
    const char *name = signature->methods[m].name;
    if ((strcmp(name, "__init__") == 0) != (m == 0))
        return error_set(err, -EINVAL, "a class has one __init__");
    if (m == 0)
        return 0;
    if (strcmp(name, signature->entry) == 0)
        return error_set(err, -EINVAL, "method '%s': C++ has no method called as its class", name);
    if (name[0] == '_')
        return error_set(err, -EINVAL, "method '%s' must not begin with _", name);
    for (size_t i = 0; i < ARRAY_LEN(taken); i++)
        if (strcmp(taken[i], name) == 0)
            return error_set(err, -EINVAL, "method '%s': the name is taken in C", name);
    for (size_t i = 0; i < m; i++)
        if (strcmp(signature->methods[i].name, name) == 0)
            return error_set(err, -EINVAL, "method '%s' stands there twice", name);
    if (strlen(signature->entry) + 1 + strlen(name) > TYPE_NAME_MAX)
        return error_set(err, -EINVAL, "%s_%s is the method's name in C: at most %d characters",
                         signature->entry, name, TYPE_NAME_MAX);
    return check_name("method", name, err);
}

static bool has_argument(const struct method *method, const char *name)
{
    for (size_t i = 0; i < method->n_args; i++)
        if (strcmp(method->args[i].name, name) == 0)
            return true;
    return false;
}

/* A size comes from an int argument of the method or, unless the method has one of that name, of __init__; arguments and
 * result alike. */
static int check_sizes(const struct method *method, const struct method *init, const char *of,
                       const struct type *type, struct error *err)
{
    int r = 0;
    for (int i = 0; i < type->rank && r == 0; i++) {
        if (type->dims[i].kind != DIM_NAME)
            continue;
        const char *dim = type->dims[i].name;
        const struct method *from = has_argument(method, dim) ? method : init;
        r = check_size_argument(from->args, from->n_args, dim, of, err);
    }
    return r;
}

/* `of_init`: the names that __init__ makes known, in every call. */
static int check_method(const struct method *method, const struct method *init,
                        struct names *of_init, struct error *err)
{
    const struct signature function = method_as_function(method);
    struct names names = *of_init;
    int r = check_names("argument", method->args, method->n_args, err);
    for (size_t i = 0; i < method->n_args && r == 0; i++) {
        if (method->args[i].type.kind == KIND_CSV)
            r = error_set(err, -EINVAL, "argument '%s': csv is for functions",
                          method->args[i].name);
        if (r == 0)
            r = check_arg(&function, &method->args[i], &names, err);
        if (r == 0)
            r = check_sizes(method, init, method->args[i].name, &method->args[i].type, err);
    }
    if (r == 0 && method->has_result)
        r = check_return(&method->result, &names, err);
    if (r == 0 && method->has_result)
        r = check_sizes(method, init, "the result", &method->result.type, err);
    if (r == 0 && strcmp(method->name, "__init__") == 0) {
        if (method->has_result)
            return error_set(err, -EINVAL, "__init__ returns nothing");
        *of_init = names;
    }
    return r;
}

static int check_class(const struct signature *signature, struct error *err)
{
    struct names of_init = {0};
    bool answers = false;
    if (strlen(signature->entry) + strlen("_destroy") > TYPE_NAME_MAX)
        return error_set(err, -EINVAL, "class '%s': at most %zu characters", signature->entry,
                         TYPE_NAME_MAX - strlen("_destroy"));
    for (size_t m = 0; m < signature->n_methods; m++) {
        const struct method *method = &signature->methods[m];
        int r = check_method_name(signature, m, err);
        if (r == 0)
            r = check_method(method, &signature->methods[0], &of_init, err);
        if (r < 0)
            return error_prefix(err, r, "%s.%s", signature->entry, method->name);
        answers = answers || method->has_result;
    }
    return answers ? 0 : error_set(err, -EINVAL, "no method of the class returns something");
}

int signature_check(const struct signature *signature, struct error *err)
{
    assert(signature);
    int r = check_name("entry", signature->entry, err);
    if (r == 0 && signature->n_methods > 0)
        return check_class(signature, err);
    if (r == 0)
        r = check_names("argument", signature->args, signature->n_args, err);
    if (r < 0)
        return r;
    if (signature->n_returns == 0)
        return error_set(err, -EINVAL, "a function must return something");
    if (signature->n_returns > 1 || signature->returns[0].name[0]) {
        r = check_names("return", signature->returns, signature->n_returns, err);
    } else {
        /* The one unnamed return; only its columns have names. */
        struct field named = signature->returns[0];
        memcpy(named.name, "result", sizeof "result");
        r = check_names("return", &named, 1, err);
    }
    if (r < 0)
        return r;
    if (count_items(signature->args, signature->n_args) > FRAME_MAX_ITEMS ||
        count_items(signature->returns, signature->n_returns) > FRAME_MAX_ITEMS)
        return error_set(err, -EINVAL, "more than %d values and columns", FRAME_MAX_ITEMS);

    struct names names = {0};
    for (size_t i = 0; i < signature->n_args && r == 0; i++)
        r = check_arg(signature, &signature->args[i], &names, err);
    for (size_t i = 0; i < signature->n_returns && r == 0; i++)
        r = check_return(&signature->returns[i], &names, err);
    return r;
}

static const char *kind_name(enum kind kind)
{
    static const char *const names[] = {
        [KIND_SCALAR] = "scalar", [KIND_ARRAY] = "array", [KIND_RAGGED] = "ragged",
        [KIND_TABLE] = "table",   [KIND_CSV] = "csv",
    };
    return names[kind];
}

static json_t *dims_json(const struct type *type)
{
    json_t *dims = json_array();
    bool good = dims;
    for (int i = 0; i < type->rank && good; i++) {
        const struct dim *dim = &type->dims[i];
        json_t *one = dim->kind == DIM_NUMBER ? json_integer(dim->size)
                      : dim->kind == DIM_FREE ? json_string("*")
                                              : json_string(dim->name);
        good = json_array_append_new(dims, one) == 0;
    }
    if (good && type->kind == KIND_RAGGED)
        good = json_array_append_new(dims, json_string("*")) == 0;
    if (good)
        return dims;
    json_decref(dims);
    return NULL;
}

static json_t *fields_json(const struct field *fields, size_t n);

static json_t *field_json(const struct field *field)
{
    const struct type *type = &field->type;
    json_t *json = json_pack(
        "{s:s, s:s, s:o, s:b, s:o}", "name", field->name, "kind", kind_name(type->kind), "elem",
        type->elem == ELEM_NONE ? json_null() : json_string(elem_name(type->elem)), "nullable",
        (int)type->nullable, "dims", dims_json(type));
    bool good = json;
    if (good && type->kind == KIND_TABLE)
        good =
            json_object_set_new(json, "columns", fields_json(type->columns, type->n_columns)) == 0;
    if (good && type->n_legal) {
        json_t *legal = json_array();
        good = json_object_set_new(json, "legal", legal) == 0;
        for (size_t i = 0; i < type->n_legal && good; i++)
            good = json_array_append_new(legal, json_string(type->legal[i])) == 0;
    }
    if (good)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *fields_json(const struct field *fields, size_t n)
{
    json_t *json = json_array();
    for (size_t i = 0; i < n && json; i++) {
        if (json_array_append_new(json, field_json(&fields[i])) < 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

static json_t *methods_json(const struct signature *signature)
{
    json_t *json = json_array();
    for (size_t m = 0; m < signature->n_methods && json; m++) {
        const struct method *method = &signature->methods[m];
        json_t *one = json_pack("{s:s, s:o, s:o}", "name", method->name, "args",
                                fields_json(method->args, method->n_args), "returns",
                                fields_json(&method->result, method->has_result ? 1 : 0));
        if (json_array_append_new(json, one) < 0) {
            json_decref(json);
            return NULL;
        }
    }
    return json;
}

char *signature_to_json(const struct signature *signature, const char *flavour)
{
    unsigned long failures = json_memory_failures();
    json_t *json = json_pack("{s:s, s:s, s:o, s:o}", "entry", signature->entry, "flavour", flavour,
                             "args", fields_json(signature->args, signature->n_args), "returns",
                             fields_json(signature->returns, signature->n_returns));
    if (json && signature->any_names)
        json_object_set_new(json, "names", json_string("any")); /* a failure is counted */
    if (json && signature->n_methods > 0)
        json_object_set_new(json, "methods", methods_json(signature));
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (json_memory_failures() == failures)
        return text;
    free(text);
    return NULL;
}
