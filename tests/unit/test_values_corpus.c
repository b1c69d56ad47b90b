/* The corpus in tests/values/: exact bytes in, the exact value or the exact complaint out, through the same path
 * as a package's test files.  tests/values/README.md says how a case is written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/document.h"
#include "judge/files.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

struct bytes {
    char *at;
    size_t n;
};

struct corpus_case {
    char name[128];
    char type[256];
    struct bytes in, value, error;
};

static char folder[] = "/tmp/test_values_corpus.XXXXXX";
static int folder_fd = -1;

/* ---- the case files ---- */

static void append(struct bytes *to, const char *bytes, size_t n)
{
    to->at = realloc(to->at, to->n + n + 1);
    assert_non_null(to->at);
    memcpy(to->at + to->n, bytes, n);
    to->n += n;
    to->at[to->n] = '\0';
}

static void append_unescaped(struct bytes *to, const char *text, size_t n);

/* "(COUNT|TEXT)": TEXT so often, a % in it being the number of the repetition.  Returns what it took. */
static size_t append_repeated(struct bytes *to, const char *text, size_t n)
{
    char *bar = NULL;
    unsigned long count = strtoul(text + 1, &bar, 10);
    const char *close = memchr(text, ')', n);
    assert_true(*bar == '|' && close);
    struct bytes once = {0};
    append(&once, "", 0);
    append_unescaped(&once, bar + 1, (size_t)(close - bar - 1));
    char number[24] = "";
    char *mark = memchr(once.at, '%', once.n);
    size_t before = mark ? (size_t)(mark - once.at) : once.n;
    size_t most = once.n + sizeof number;
    to->at = realloc(to->at, to->n + count * most + 1);
    assert_non_null(to->at);
    for (unsigned long i = 0; i < count; i++) {
        char *at = to->at + to->n;
        int digits = mark ? snprintf(number, sizeof number, "%lu", i) : 0;
        size_t behind = mark ? once.n - before - 1 : 0;
        memcpy(at, once.at, before);
        memcpy(at + before, number, (size_t)digits);
        memcpy(at + before + digits, once.at + once.n - behind, behind);
        to->n += before + (size_t)digits + behind;
    }
    to->at[to->n] = '\0';
    free(once.at);
    return (size_t)(close - text) + 1;
}

static void append_unescaped(struct bytes *to, const char *text, size_t n)
{
    for (size_t i = 0; i < n;) {
        if (text[i] != '\\') {
            append(to, text + i++, 1);
            continue;
        }
        assert_true(i + 1 < n);
        char c = text[i + 1];
        i += 2;
        if (c == '(') {
            i += append_repeated(to, text + i - 1, n - i + 1) - 1;
        } else if (c == 'x') {
            char hex[3] = {text[i], text[i + 1], '\0'};
            char byte = (char)strtoul(hex, NULL, 16);
            append(to, &byte, 1);
            i += 2;
        } else {
            char byte = (char)(c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : '\\');
            assert_non_null(strchr("nrt\\", c));
            append(to, &byte, 1);
        }
    }
}

/* The rest of a line that begins with `word` and a space; NULL if it does not. */
static const char *rest_of(const char *line, const char *word)
{
    size_t n = strlen(word);
    return strncmp(line, word, n) == 0 && line[n] == ' ' ? line + n + 1 : NULL;
}

static void case_done(struct corpus_case *c)
{
    free(c->in.at);
    free(c->value.at);
    free(c->error.at);
    *c = (struct corpus_case){0};
}

/* The next case of a file; false at its end.  The type stays that of the case before unless one is given. */
static bool next_case(FILE *file, struct corpus_case *ret)
{
    char *line = NULL;
    size_t size = 0;
    bool begun = false;
    long here = ftell(file);
    for (ssize_t n; (n = getline(&line, &size, file)) > 0; here = ftell(file)) {
        const char *rest = NULL;
        if (line[n - 1] == '\n')
            line[--n] = '\0';
        if (line[0] == '#' || n == 0)
            continue;
        if ((rest = rest_of(line, "type")) != NULL && !begun) {
            snprintf(ret->type, sizeof ret->type, "%s", rest);
        } else if ((rest = rest_of(line, "case")) != NULL) {
            if (begun) {
                fseek(file, here, SEEK_SET);
                break;
            }
            begun = true;
            snprintf(ret->name, sizeof ret->name, "%s", rest);
        } else if ((rest = rest_of(line, "bytes")) != NULL && begun) {
            append(&ret->in, "", 0); /* no bytes at all is an input, too */
            append_unescaped(&ret->in, rest, strlen(rest));
        } else if ((rest = rest_of(line, "value")) != NULL && begun) {
            append_unescaped(&ret->value, rest, strlen(rest));
        } else if ((rest = rest_of(line, "error")) != NULL && begun) {
            append_unescaped(&ret->error, rest, strlen(rest));
        } else if (begun && rest_of(line, "type")) {
            fseek(file, here, SEEK_SET);
            break;
        } else {
            fail_msg("line '%.60s' of a case file was not understood", line);
        }
    }
    free(line);
    return begun;
}

/* ---- one case ---- */

static void write_file(const char *name, const char *bytes, size_t n)
{
    struct error err = ERROR_INIT;
    int fd = openat(folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, bytes, n, &err), 0);
    close(fd);
}

static char *as_text(const struct field *field, const void *frame_bytes, size_t size)
{
    struct frame frame;
    struct error err = ERROR_INIT;
    if (frame_parse(frame_bytes, size, &frame, &err) < 0)
        fail_msg("a frame of our own is not one: %s", err.text);
    json_t *json = values_to_json(field, frame.values, frame.n_values, 0);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_non_null(text);
    json_decref(json);
    frame_done(&frame);
    return text;
}

/* As a test file is read (testset.c): the document, then its values, complaints with their place. */
static int read_document(const struct field *field, char **ret_text, struct error *err)
{
    struct document doc;
    int r = document_load(&doc, folder_fd, "x.json", "x.json", err);
    if (r < 0)
        return r;
    void *frame = NULL;
    size_t size = 0;
    char path[POINTER_MAX] = "";
    struct error inner = ERROR_INIT;
    r = values_from_json(field, 1, doc.root, FRAME_ARGS, folder_fd, &frame, &size, path,
                         sizeof path, &inner);
    if (r < 0)
        r = document_error(&doc, path, err, "%s", inner.text);
    else
        *ret_text = as_text(field, frame, size);
    free(frame);
    document_done(&doc);
    return r;
}

static bool is(const struct bytes *expected, const char *got)
{
    return expected->at && expected->n == strlen(got) &&
           memcmp(expected->at, got, expected->n) == 0;
}

/* Does the answer equal the expected one?  If not, both are shown. */
static bool run_case(const struct corpus_case *c, const char *extension)
{
    struct field field = {.name = "x"};
    struct error err = ERROR_INIT;
    if (type_parse(c->type, &field.type, &err) < 0)
        fail_msg("%s: type '%s': %s", c->name, c->type, err.text);
    if (!c->in.at || !c->value.at == !c->error.at)
        fail_msg("%s: bytes, and either a value or an error", c->name);
    char name[16];
    char document[64];
    int n = snprintf(document, sizeof document, "{\"x\": {\"$file\": \"x.%s\"}}", extension);
    snprintf(name, sizeof name, "x.%s", extension);
    write_file("x.json", document, (size_t)n);
    write_file(name, c->in.at, c->in.n); /* .json: the document itself */
    char *text = NULL;
    char shown[1200] = "";
    int r = read_document(&field, &text, &err);
    if (r < 0)
        error_format(&err, shown, sizeof shown);
    bool good = r < 0 ? is(&c->error, shown) : is(&c->value, text);
    if (!good)
        print_message("# case %s\n#   expected %s %.300s\n#   got %s %.300s\n", c->name,
                      c->error.at ? "error" : "value", c->error.at ? c->error.at : c->value.at,
                      r < 0 ? "error" : "value", r < 0 ? shown : text);
    free(text);
    type_done(&field.type);
    return good;
}

static void run_corpus(const char *path, const char *extension, size_t least)
{
    FILE *file = fopen(path, "re");
    if (!file)
        fail_msg("%s: %s (run from the top of the source tree)", path, strerror(errno));
    size_t n = 0;
    size_t n_bad = 0;
    for (struct corpus_case c = {0}; next_case(file, &c); n++) {
        char type[sizeof c.type];
        n_bad += !run_case(&c, extension);
        memcpy(type, c.type, sizeof type);
        case_done(&c);
        memcpy(c.type, type, sizeof type);
    }
    fclose(file);
    if (n_bad)
        fail_msg("%zu of %zu cases of %s", n_bad, n, path);
    assert_true(n >= least); /* a case file that was not read through proves nothing */
}

static void test_values_json_corpus(void **state)
{
    (void)state;
    run_corpus("tests/values/json.cases", "json", 100);
}

static void test_values_csv_corpus(void **state)
{
    (void)state;
    run_corpus("tests/values/csv.cases", "csv", 80);
}

static void test_values_npy_corpus(void **state)
{
    (void)state;
    run_corpus("tests/values/npy.cases", "npy", 50);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder_fd < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"x.json", "x.csv", "x.npy"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlinkat(folder_fd, names[i], 0);
    close(folder_fd);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_json_corpus),
        cmocka_unit_test(test_values_csv_corpus),
        cmocka_unit_test(test_values_npy_corpus),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
