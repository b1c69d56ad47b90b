/* JSON <-> values: every type and rule of coercion, messages with their places, files, bounded output. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/npy.h"
#include "judge/value_json.h"
#include "sandbox/util.h"

/* "name:type;name:type" -> fields. */
static size_t make_fields(const char *text, struct field ret[8])
{
    size_t n = 0;
    auto_free char *copy = strdup(text);
    char *rest = copy;
    memset(ret, 0, 8 * sizeof *ret);
    for (char *part; (part = strsep(&rest, ";")) && *part; n++) {
        char *colon = strchr(part, ':');
        assert_non_null(colon);
        *colon = '\0';
        snprintf(ret[n].name, sizeof ret[n].name, "%s", part);
        struct error err = ERROR_INIT;
        if (type_parse(colon + 1, &ret[n].type, &err) < 0)
            fail_msg("%s: %s", colon + 1, err.text);
    }
    return n;
}

static int package_fd = -1;

/* The values of `json` written as JSON again; "" and *err on failure. */
static char *round_trip(const char *fields_text, const char *json_text, enum frame_kind kind,
                        size_t max_elements, char *path, size_t path_size, struct error *err)
{
    struct field fields[8];
    size_t n = make_fields(fields_text, fields);
    json_error_t syntax;
    json_t *json = json_loads(json_text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &syntax);
    if (!json)
        fail_msg("%s: %s", json_text, syntax.text);
    void *bytes = NULL;
    size_t size = 0;
    char *text = NULL;
    int r =
        values_from_json(fields, n, json, kind, package_fd, &bytes, &size, path, path_size, err);
    json_decref(json); /* the frame must not need it any more */
    if (r == 0) {
        struct frame frame;
        struct error why = ERROR_INIT;
        if (frame_parse(bytes, size, &frame, &why) < 0)
            fail_msg("%s: %s", json_text, why.text);
        json_t *back = values_to_json(fields, frame.values, frame.n_values, max_elements);
        text = json_dumps(back, JSON_ENCODE_ANY | JSON_COMPACT);
        json_decref(back);
        frame_done(&frame);
    } else if (r != -EINVAL) {
        fail_msg("%s: %d %s", json_text, r, err->text);
    }
    free(bytes);
    for (size_t i = 0; i < n; i++)
        type_done(&fields[i].type);
    return text ? text : strdup("");
}

static void expect_round_trip(const char *fields, const char *json, const char *back,
                              enum frame_kind kind)
{
    struct error err = ERROR_INIT;
    auto_free char *text = round_trip(fields, json, kind, 0, NULL, 0, &err);
    if (err.code)
        fail_msg("%s: %s", json, err.text);
    assert_string_equal(text, back ? back : json);
}

static void test_values_from_json_takes(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *json, *back; /* back NULL = json itself */
    } cases[] = {
        {":int", "3", NULL},
        {":int", "-9223372036854775808", NULL},
        {":int", "9223372036854775807", NULL},
        {":int?", "null", NULL},
        {":float", "0.5", NULL},
        {":float", "3", "3.0"},
        {":float", "\"NaN\"", NULL},
        {":float", "\"Infinity\"", NULL},
        {":float", "\"-Infinity\"", NULL},
        {":float?", "null", NULL},
        {":float?", "\"-Infinity\"", NULL},
        {":bool", "true", NULL},
        {":bool?", "null", NULL},
        {":str", "\"\"", NULL},
        {":str", "\"h\\u00e9\"", "\"h\xc3\xa9\""},
        {":str?", "null", NULL},
        {":int[*]", "[]", NULL},
        {":int[*]", "[1,2,3]", NULL},
        {":int?[*]", "[1,null,3]", NULL},
        {":bool?[*]", "[null,true]", NULL},
        {":str?[*]", "[\"a\",null,\"\",\"bc\"]", NULL},
        {":float[*,*]", "[]", NULL},
        {":float[*,*]", "[[],[]]", NULL},
        {":float[*,*]", "[[1.0,2.0],[3.0,4.0],[5.0,6.0]]", NULL},
        {":int[*,*,*]", "[[[1],[2]],[[3],[4]]]", NULL},
        {":int[*,*,*]", "[[],[]]", NULL},
        {":int[1,1,1,1]", "[[[[7]]]]", NULL},
        {":int[*][*]", "[]", NULL},
        {":int[*][*]", "[[],[1,2],[],[3]]", NULL},
        {":str?[*][*]", "[[\"a\",null],[\"b\"]]", NULL},
        {":table{a:int,b:float?}", "{\"columns\":[\"a\",\"b\"],\"rows\":[]}", NULL},
        {":table{a:int,b:float?}", "{\"columns\":[\"a\",\"b\"],\"rows\":[[1,null],[2,0.5]]}", NULL},
        {":table{s:str,t:bool}", "{\"columns\":[\"s\",\"t\"],\"rows\":[[\"x\",true],[\"\",false]]}",
         NULL},
        {"f1:float;tp:int[*]", "{\"tp\":[1],\"f1\":0.5}", "{\"f1\":0.5,\"tp\":[1]}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_round_trip(cases[i].fields, cases[i].json, cases[i].back, FRAME_RESULT);
    expect_round_trip("f:csv;k:int", "{\"f\":\"a,b\\r\\n1,2\",\"k\":1}", NULL, FRAME_ARGS);
    expect_round_trip("x:int", "{\"x\":1}", NULL, FRAME_RESULT);
}

static void test_values_from_json_refuses_and_names_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *json, *says, *path;
    } cases[] = {
        {"x:int", "{\"x\":1.0}",
         "args.x: a number with a fraction or exponent where int is declared", "/x"},
        {"x:int", "{\"x\":true}", "args.x: a bool where int is declared", "/x"},
        {"x:int", "{\"x\":\"1\"}", "args.x: a string where int is declared", "/x"},
        {"x:int", "{\"x\":null}", "args.x: null where int is declared (int? may be NULL)", "/x"},
        {"x:int", "{\"x\":[1]}", "args.x: a list where int is declared", "/x"},
        {"x:bool", "{\"x\":1}", "args.x: an integer where bool is declared", "/x"},
        {"x:str", "{\"x\":1}", "args.x: an integer where str is declared", "/x"},
        {"x:str", "{\"x\":\"a\\u0000b\"}", "args.x: a string with a NUL", "/x"},
        {"x:float", "{\"x\":true}", "args.x: a bool where float is declared", "/x"},
        {"x:float", "{\"x\":\"nan\"}", "args.x: a string where float is declared (only \"NaN\"",
         "/x"},
        {"x:float?", "{\"x\":\"NaN\"}", "args.x: \"NaN\" where float? is declared; NULL is null",
         "/x"},
        {"X:float[n,d]", "{\"X\":[[1,2],[3,\"x\"]]}",
         "args.X[1][1]: a string where float is declared", "/X/1/1"},
        {"X:float[n,d]", "{\"X\":[[1,2],[3]]}", "args.X[1]: 1 elements, but the rows before have 2",
         "/X/1"},
        {"X:float[n,d]", "{\"X\":[[],[3]]}", "args.X[1]: 1 elements, but the rows before have 0",
         "/X/1"},
        {"X:float[n,d]", "{\"X\":[1,2]}",
         "args.X[0]: an integer where a list is needed (float[n,d])", "/X/0"},
        {"X:float[n,d]", "{\"X\":1}", "args.X: an integer where a list is needed (float[n,d])",
         "/X"},
        {"X:float[n]", "{\"X\":[[1]]}", "args.X[0]: a list where float is declared", "/X/0"},
        {"X:int[n][*]", "{\"X\":[[1],2]}",
         "args.X[1]: an integer where a list is needed (int[n][*])", "/X/1"},
        {"X:int[n][*]", "{\"X\":[[1],[2,null]]}", "args.X[1][1]: null where int is declared",
         "/X/1/1"},
        {"X:int[n,2]", "{\"X\":[[1,2,3]]}", "argument X: 3 columns where 2 are declared", "/X"},
        {"X:float[n,d];Y:float[m,d]", "{\"X\":[[1,2]],\"Y\":[[1]]}",
         "argument Y: 1 columns where d = 2", "/Y"},
        {"k:int;X:float[k]", "{\"k\":2,\"X\":[]}",
         "argument X: no elements where shape (2) is needed", "/X"},
        {"how:str in {a,b}", "{\"how\":\"c\"}", "argument how: \"c\" is none of the legal values",
         "/how"},
        {"x:int;y:int", "{\"x\":1}", "args: 'y' is missing", ""},
        {"x:int", "{\"x\":1,\"z/~\":2}", "args.z~1~0: the signature has no such name", "/z~1~0"},
        {"x:int", "[1]", "args: a list where an object by name is needed", ""},
        {"t:table{a:int,b:str}", "{\"t\":{\"columns\":[\"a\"],\"rows\":[]}}",
         "args.t.columns: 1 columns where 2 are declared", "/t/columns"},
        {"t:table{a:int,b:str}", "{\"t\":{\"columns\":[\"b\",\"a\"],\"rows\":[]}}",
         "args.t.columns[0]: not the declared column 'a'", "/t/columns/0"},
        {"t:table{a:int}", "{\"t\":{\"rows\":[]}}", "args.t: not a table", "/t"},
        {"t:table{a:int}", "{\"t\":[[1]]}", "args.t: not a table", "/t"},
        {"t:table{a:int}", "{\"t\":{\"columns\":[\"a\"],\"rows\":[],\"x\":1}}",
         "args.t.x: unknown key", "/t/x"},
        {"t:table{a:int,b:str}", "{\"t\":{\"columns\":[\"a\",\"b\"],\"rows\":[[1,\"\"],[2]]}}",
         "args.t.rows[1]: a row of 1 elements where 2 columns are declared", "/t/rows/1"},
        {"t:table{a:int,b:str}", "{\"t\":{\"columns\":[\"a\",\"b\"],\"rows\":[[1,2]]}}",
         "column b: args.t.rows[0][1]: an integer where str is declared", "/t/rows/0/1"},
        {"t:table{a:int}", "{\"t\":{\"columns\":[\"a\"],\"rows\":[{}]}}",
         "args.t.rows[0]: an object where a row (a list) is needed", "/t/rows/0"},
        {"f:csv", "{\"f\":1}", "args.f: an integer where csv is declared", "/f"},
        {"x:int", "{\"x\":{\"$file\":\"x.npy\"}}", "args.x: a file 'x.npy' where int is declared",
         "/x"},
        {"x:int[n]", "{\"x\":{\"$file\":\"x.csv\"}}",
         "args.x: a file 'x.csv' where int[n] is declared", "/x"},
        {"x:str[n]", "{\"x\":{\"$file\":\"x.npy\"}}", "args.x: a file 'x.npy' where str[n]", "/x"},
        {"x:int[n]", "{\"x\":{\"$file\":1}}", "args.x: not {\"$file\": \"NAME\"} alone", "/x"},
        {"x:int[n]", "{\"x\":{\"$file\":\"x.npy\",\"y\":1}}", "args.x: not {\"$file\"", "/x"},
        {"x:int[n]", "{\"x\":{}}", "args.x: an object where a list is needed", "/x"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct error err = ERROR_INIT;
        char path[64] = "?";
        auto_free char *text =
            round_trip(cases[i].fields, cases[i].json, FRAME_ARGS, 0, path, sizeof path, &err);
        assert_string_equal(text, "");
        if (strncmp(err.text, cases[i].says, strlen(cases[i].says)) != 0)
            fail_msg("%s: '%s'", cases[i].json, err.text);
        assert_string_equal(path, cases[i].path);
    }
}

/* The path of one unnamed return begins at the value itself. */
static void test_values_from_json_unnamed_return(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    char path[64];
    auto_free char *text =
        round_trip(":int[*]", "[1,\"a\"]", FRAME_RESULT, 0, path, sizeof path, &err);
    assert_string_equal(text, "");
    assert_string_equal(err.text, "expected[1]: a string where int is declared");
    assert_string_equal(path, "/1");
}

static void test_empty_list_takes_its_shape_from_the_call(void **state)
{
    (void)state;
    struct field fields[8];
    size_t n = make_fields("X:float[n,d];Y:float[m,d];Z:int[n,3]", fields);
    json_t *json = json_loads("{\"X\":[],\"Y\":[[1,2]],\"Z\":[]}", 0, NULL);
    void *bytes;
    size_t size;
    assert_int_equal(
        values_from_json(fields, n, json, FRAME_ARGS, -1, &bytes, &size, NULL, 0, NULL), 0);
    struct frame frame;
    assert_int_equal(frame_parse(bytes, size, &frame, NULL), 0);
    assert_int_equal(frame.values[0].rank, 2);
    assert_int_equal(frame.values[0].dims[0], 0);
    assert_int_equal(frame.values[0].dims[1], 2);
    assert_int_equal(frame.values[2].dims[1], 3);
    frame_done(&frame);
    free(bytes);
    json_decref(json);
    for (size_t i = 0; i < n; i++)
        type_done(&fields[i].type);
}

/* ---- output ---- */

static void test_value_to_json_is_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *json, *back;
        size_t max;
    } cases[] = {
        {":int[*]", "[1,2,3]", "[1,2,3]", 3},
        {":int[*]", "[1,2,3]", "[1,2,\"... (1 more)\"]", 2},
        {":int[*,*]", "[[1,2],[3,4],[5,6]]", "[[1,2],[\"... (2 more)\"],\"... (1 more)\"]", 4},
        {":int[*][*]", "[[1],[],[2]]", "[[1],\"... (2 more)\"]", 2},
        {":table{a:int}", "{\"columns\":[\"a\"],\"rows\":[[1],[2],[3]]}",
         "{\"columns\":[\"a\"],\"rows\":[[1],\"... (2 more)\"]}", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct error err = ERROR_INIT;
        auto_free char *text =
            round_trip(cases[i].fields, cases[i].json, FRAME_RESULT, cases[i].max, NULL, 0, &err);
        assert_string_equal(text, cases[i].back);
    }
}

/* A shape of a billion empty rows ends as soon as the bound says; a long string is cut between characters. */
static void test_value_to_json_hostile(void **state)
{
    (void)state;
    const struct value rows = {
        .kind = KIND_ARRAY, .elem = ELEM_INT, .rank = 2, .dims = {1000000000, 0}};
    json_t *json = value_to_json(&rows, 3);
    auto_free char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, "[[],[],[],\"... (999999997 more)\"]");
    json_decref(json);

    char bytes[301];
    for (size_t i = 0; i < 300; i += 3)
        memcpy(bytes + i, "\xe2\x82\xac", 3);
    const struct value csv = {.kind = KIND_CSV, .bytes = bytes, .n_bytes = 300};
    json = value_to_json(&csv, 10);
    assert_non_null(json);
    assert_non_null(strstr(json_string_value(json), "... (102 more bytes)"));
    json_decref(json);
    const struct value latin = {.kind = KIND_CSV, .bytes = "\xff\n", .n_bytes = 2};
    json = value_to_json(&latin, 10);
    assert_string_equal(json_string_value(json), "\\xff\\n");
    json_decref(json);
}

/* ---- files ---- */

static char folder[] = "/tmp/test_value_json.XXXXXX";

static void write_file(const char *name, const void *bytes, size_t size)
{
    int fd = openat(package_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

/* A .npy of version 1 with this header text and data. */
static void write_npy(const char *name, const char *header, const void *data, size_t size)
{
    char file[512];
    size_t length = strlen(header);
    assert_true(10 + length + size <= sizeof file);
    memcpy(file, "\x93NUMPY\x01\x00", 8);
    file[8] = (char)length;
    file[9] = 0;
    memcpy(file + 10, header, length);
    memcpy(file + 10 + length, data, size);
    write_file(name, file, 10 + length + size);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    package_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return package_fd < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"x.npy", "t.csv", "link.npy", "fifo.npy"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlinkat(package_fd, names[i], 0);
    close(package_fd);
    return rmdir(folder);
}

static void test_npy_files(void **state)
{
    (void)state;
    static const struct {
        const char *type, *header, *data;
        size_t size;
        const char *back; /* or, behind "!", a part of the message */
    } cases[] = {
        {"float[*,*]", "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }",
         "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 16, "[[1.0,2.0]]"},
        {"float[*]", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
         "\0\0\x80\x3f\0\0\xc0\x7f", 8, "[1.0,\"NaN\"]"},
        {"float?[*]", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
         "\0\0\x80\x3f\0\0\xc0\x7f", 8, "[1.0,null]"},
        {"float[*]", "{'descr': '<i4', 'fortran_order': False, 'shape': (2,)}",
         "\1\0\0\0\xff\xff\xff\xff", 8, "[1.0,-1.0]"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", "\x7f\x80", 2,
         "[127,-128]"},
        {"int[*]", "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "\x7f\x80", 2,
         "[127,128]"},
        {"int[*]", "{'descr': '<u2', 'fortran_order': False, 'shape': (1,)}", "\x01\x80", 2,
         "[32769]"},
        {"int[*]", "{'shape': (1,), 'fortran_order': False, 'descr': '<i8'}",
         "\xfe\xff\xff\xff\xff\xff\xff\xff", 8, "[-2]"},
        {"bool[*]", "{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", "\0\1", 2,
         "[false,true]"},
        {"int[*,*]", "{'descr': '<i8', 'fortran_order': False, 'shape': (0, 3)}", "", 0, "[]"},
        {"int[*]", "{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}", "\0\0\0\0\0\0\0\x80",
         8, "!beyond 64 bits"},
        {"int[*]", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
         "\0\0\0\0\0\0\xf0\x3f", 8, "!'f8' where int"},
        {"bool[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (1,)}", "\1", 1,
         "!'i1' where bool"},
        {"int[*]", "{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}", "\1", 1,
         "!'b1' where int"},
        {"bool[*]", "{'descr': '|b1', 'fortran_order': False, 'shape': (1,)}", "\2", 1,
         "!neither 0 nor 1"},
        {"int[*]", "{'descr': '>i4', 'fortran_order': False, 'shape': (1,)}", "\0\0\0\1", 4,
         "!type '>i4'"},
        {"int[*]", "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "\x80\x03K\x01.", 5,
         "!type '|O'"},
        {"int[*]", "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}", "\1\0\0\0",
         4, "!neither numbers nor bools"},
        {"int[*,*]", "{'descr': '|i1', 'fortran_order': True, 'shape': (1, 2)}", "\1\2", 2,
         "!Fortran"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 2)}", "\1\2", 2,
         "!rank 2 where 1"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (3,)}", "\1\2", 2,
         "!needs more"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (1,)}", "\1\2", 2,
         "!needs fewer"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         "", 0, "!overflows"},
        {"int[*]", "{'descr': '<i8', 'fortran_order': False, 'shape': (2305843009213693952,)}", "",
         0, "!needs more"},
        {"int[*]", "{'descr': '<i8', 'fortran_order': False, 'shape': (9223372036854775808,)}", "",
         0, "!no size"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (-1,)}", "", 0, "!no size"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (1 1)}", "\1", 1,
         "!not a tuple"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': 1}", "\1", 1, "!not a tuple"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False}", "\1", 1, "!three keys"},
        {"int[*]", "{'descr': '|i1', 'descr': '|i1', 'shape': (1,)}", "\1", 1, "!twice"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': 1, 'shape': (1,)}", "\1", 1,
         "!neither True nor False"},
        {"int[*]", "{'descr': '|i1', 'fortran_order': False, 'shape': (1,)} x", "\1", 1,
         "!three keys"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_npy("x.npy", cases[i].header, cases[i].data, cases[i].size);
        char fields[64];
        snprintf(fields, sizeof fields, ":%s", cases[i].type);
        struct error err = ERROR_INIT;
        auto_free char *text =
            round_trip(fields, "{\"$file\":\"x.npy\"}", FRAME_RESULT, 0, NULL, 0, &err);
        if (cases[i].back[0] == '!' ? !strstr(err.text, cases[i].back + 1)
                                    : strcmp(text, cases[i].back) != 0)
            fail_msg("%s: '%s', '%s'", cases[i].header, text, err.text);
    }
}

static void test_npy_refuses_broken_beginnings(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *says;
    } cases[] = {
        {"", 0, "does not begin"},
        {"\x93NUMPX\1\0\0\0", 10, "does not begin"},
        {"\x93NUMPY\3\0\0\0\0\0", 12, "version 3"},
        {"\x93NUMPY\1\0\1\0", 10, "inside its header"},
        {"\x93NUMPY\2\0\0\0", 10, "inside its header"},
        {"\x93NUMPY\2\0\xff\xff\xff\xff", 12, "inside its header"},
        {"\x93NUMPY\1\0\0\0", 10, "not a dict"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct npy npy;
        struct error err = ERROR_INIT;
        assert_int_equal(npy_parse(cases[i].bytes, cases[i].size, &npy, &err), -EINVAL);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s", i, err.text);
    }
}

static void test_csv_files(void **state)
{
    (void)state;
    static const struct {
        const char *csv;
        const char *rows; /* or, behind "!", a part of the message */
    } cases[] = {
        {"i,f,s,b\n1,0.5,x,true\n", "[[1,0.5,\"x\",true]]"},
        {"b,s,f,i\nfalse,y,-1e3,-7\n", "[[-7,-1000.0,\"y\",false]]"},
        {"i,f,s,b", "[]"},
        {"\xef\xbb\xbfi,f,s,b\r\n1,2,x,true\r\n2,3,y,false",
         "[[1,2.0,\"x\",true],[2,3.0,\"y\",false]]"},
        {"i,f,s,b\n1,,,true\n", "[[1,null,\"\",true]]"},
        {"i,f,s,b\n1,Infinity,\"a,\"\"b\"\"\nc\",true\n",
         "[[1,\"Infinity\",\"a,\\\"b\\\"\\nc\",true]]"},
        {"i,f,s,b\n1,\"\",x,true\n", "!line 2, column f: '' is not a float"},
        {"i,f,s,b\n,1,x,true\n", "!line 2, column i: '' is not an int"},
        {"i,f,s,b\n1.0,1,x,true\n", "!line 2, column i: '1.0' is not an int"},
        {"i,f,s,b\n9223372036854775808,1,x,true\n", "!is not an int"},
        {"i,f,s,b\n 1,1,x,true\n", "!' 1' is not an int"},
        {"i,f,s,b\n1,0x1p3,x,true\n", "!is not a float"},
        {"i,f,s,b\n1,nan,x,true\n", "!is not a float"},
        {"i,f,s,b\n1,NaN,x,true\n", "!NULL is an empty field"},
        {"i,f,s,b\n1,1e999,x,true\n", "!is not a float"},
        {"i,f,s,b\n1,1,x,1\n", "!line 2, column b: '1' is not a bool"},
        {"i,f,s,b\n1,1,\xff,true\n", "!column s: '\\xff' is not a str"},
        {"i,f,s,b\n1,1,x,true\n\n", "!line 3"},
        {"i,f,s,b\n1,1,x\n", "!line 2: 3 fields where 4"},
        {"i,f,s,b\n1,1,x,true,5\n", "!line 2: 5 fields where 4"},
        {"i,f,s,b\n1,1,\"x\ny\",oops\n", "!line 3, column b"},
        {"i,f,s,b\n1,1,\"x", "!line 2: a quoted field that does not end"},
        {"i,f,s,b\n1,1,\"x\"y,true", "!behind a closing quote"},
        {"i,f,s,b\n1,1,x\"y,true", "!a quote inside"},
        {"i,f,s,b\n1,1,x,true\r2", "!carriage return"},
        {"i,f,s\n1,1,x\n", "!line 1: 3 columns where 4"},
        {"i,f,s,c\n", "!no declared column is called 'c'"},
        {"i,f,s,i\n", "!column 'i' stands there twice"},
        {"", "!no declared column is called ''"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_file("t.csv", cases[i].csv, strlen(cases[i].csv));
        struct error err = ERROR_INIT;
        auto_free char *text = round_trip(":table{i:int,f:float?,s:str,b:bool}",
                                          "{\"$file\":\"t.csv\"}", FRAME_RESULT, 0, NULL, 0, &err);
        char whole[256];
        snprintf(whole, sizeof whole, "{\"columns\":[\"i\",\"f\",\"s\",\"b\"],\"rows\":%s}",
                 cases[i].rows);
        if (cases[i].rows[0] == '!' ? !strstr(err.text, cases[i].rows + 1)
                                    : strcmp(text, whole) != 0)
            fail_msg("%s: '%s', '%s'", cases[i].csv, text, err.text);
    }
    /* The same file as raw bytes. */
    write_file("t.csv", "a\n1\n", 4);
    expect_round_trip("f:csv", "{\"f\":{\"$file\":\"t.csv\"}}", "{\"f\":\"a\\n1\\n\"}", FRAME_ARGS);
}

static void test_files_stay_beneath_the_package(void **state)
{
    (void)state;
    write_npy("x.npy", "{'descr': '|i1', 'fortran_order': False, 'shape': (1,)}", "\1", 1);
    assert_int_equal(symlinkat("x.npy", package_fd, "link.npy"), 0);
    assert_int_equal(mkfifoat(package_fd, "fifo.npy", 0600), 0);
    static const char *const paths[] = {"link.npy",   "fifo.npy", "../x.npy",
                                        "/etc/x.npy", "none.npy", "./../x.npy"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char json[64];
        snprintf(json, sizeof json, "{\"$file\":\"%s\"}", paths[i]);
        struct error err = ERROR_INIT;
        auto_free char *text = round_trip(":int[*]", json, FRAME_RESULT, 0, NULL, 0, &err);
        assert_string_equal(text, "");
        if (err.code != -EINVAL)
            fail_msg("%s: %d %s", paths[i], err.code, err.text);
    }
    expect_round_trip(":int[*]", "{\"$file\":\"./x.npy\"}", "[1]", FRAME_RESULT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_from_json_takes),
        cmocka_unit_test(test_values_from_json_refuses_and_names_the_place),
        cmocka_unit_test(test_values_from_json_unnamed_return),
        cmocka_unit_test(test_empty_list_takes_its_shape_from_the_call),
        cmocka_unit_test(test_value_to_json_is_bounded),
        cmocka_unit_test(test_value_to_json_hostile),
        cmocka_unit_test(test_npy_files),
        cmocka_unit_test(test_npy_refuses_broken_beginnings),
        cmocka_unit_test(test_csv_files),
        cmocka_unit_test(test_files_stay_beneath_the_package),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
