/* problem.json: a good one, and every way to spoil it, each with its place and words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/problem_packages.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static char package[100];

static int set_up(void **state)
{
    (void)state;
    temp_make(folder);
    snprintf(package, sizeof package, "%s/good-one", folder);
    assert_int_equal(mkdir(package, 0755), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temp_remove(folder);
    return 0;
}

static const char good[] =
    "{\n"                                                                 /* 1 */
    "  \"version\": 3,\n"                                                 /* 2 */
    "  \"title\": \"Title\",\n"                                           /* 3 */
    "  \"category\": \"c\", \"difficulty\": \"easy\", \"note\": \"n\",\n" /* 4 */
    "  \"entry\": {\"kind\": \"function\", \"name\": \"solve\"},\n"       /* 5 */
    "  \"signature\": {\n"                                                /* 6 */
    "    \"args\": {\"X\": \"float[n,d]\", \"k\": \"int\"},\n"            /* 7 */
    "    \"returns\": \"int[n]\"\n"                                       /* 8 */
    "  },\n"                                                              /* 9 */
    "  \"languages\": [\"python\", \"c\"],\n"                             /* 10 */
    "  \"limits\": {\"c\": {\"cpu_ms\": 300, \"memory_mib\": 22.5}},\n"   /* 11 */
    "  \"groups\": [\n"                                                   /* 12 */
    "    {\"name\": \"sample\", \"points\": 0},\n"                        /* 13 */
    "    {\"name\": \"perf-L\", \"points\": 60, \"generated\": 4, \"languages\": "
    "[\"c\"],\n"                                                            /* 14 */
    "     \"limits\": {\"c\": {\"cpu_ms\": 900, \"wall_ms\": 950}}},\n"     /* 15 */
    "    {\"name\": \"edge\", \"points\": 40, \"comparator\": \"exact\"}\n" /* 16 */
    "  ],\n"                                                                /* 17 */
    "  \"comparator\": \"exact\",\n"                                        /* 18 */
    "  \"reference\": \"solutions/accepted/a.py\",\n"                       /* 19 */
    "  \"check\": \"solutions/accepted/b.c\"\n"                             /* 20 */
    "}\n";

/* `good` with the first `from` replaced; malloc'ed. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(good, from);
    assert_non_null(at);
    char *text = malloc(sizeof good + strlen(to));
    assert_non_null(text);
    size_t before = (size_t)(at - good);
    memcpy(text, good, before);
    strcpy(text + before, to);
    strcat(text, at + strlen(from));
    return text;
}

static void test_problem_load(void **state)
{
    (void)state;
    struct problem *problem = NULL;
    struct error err = ERROR_INIT;
    temp_text(package, "problem.json", good);
    assert_int_equal(problem_load(package, &problem, &err), 0);
    assert_string_equal(problem->slug, "good-one");
    assert_int_equal(problem->version, 3);
    assert_int_equal(problem->n_groups, 3);
    assert_string_equal(problem->signature.entry, "solve");
    assert_int_equal(problem->signature.n_args, 2);
    assert_string_equal(problem->signature.args[1].name, "k"); /* in the file's order */
    assert_false(problem->groups[0].hidden);
    assert_true(problem->groups[1].hidden && problem->groups[2].hidden);
    assert_int_equal(problem->groups[1].n_generated, 4);
    assert_string_equal(problem->check, "solutions/accepted/b.c");
    assert_true(problem_offers(problem, "c") && !problem_offers(problem, "pypure"));
    assert_true(group_offers(problem, &problem->groups[1], "c") &&
                !group_offers(problem, &problem->groups[1], "python"));
    assert_false(group_offers(problem, &problem->groups[0], "pypure"));
    assert_int_equal(problem_max_score(problem, "c"), 100);
    assert_int_equal(problem_max_score(problem, "python"), 40);
    struct test_limits limits = problem_limits(problem, &problem->groups[0], "c");
    assert_int_equal(limits.cpu_ms, 300);
    assert_int_equal(limits.wall_ms, 1600); /* 2 x CPU + 1 s */
    assert_int_equal(limits.memory_bytes, 22 * 1048576 + 524288);
    limits = problem_limits(problem, &problem->groups[1], "c");
    assert_int_equal(limits.cpu_ms, 900);
    assert_int_equal(limits.wall_ms, 950);
    assert_int_equal(limits.memory_bytes,
                     22 * 1048576 + 524288); /* the problem's: the group does not say */
    limits = problem_limits(problem, &problem->groups[0], "python");
    assert_true(limits.cpu_ms > 0 && limits.memory_bytes > 0 && limits.output_bytes > 0);
    problem_free(problem);
}

static void test_problem_packages(void **state)
{
    (void)state;
    struct problem *problem = NULL;
    char *text = changed("[\"python\", \"c\"],",
                         "[\"python\", \"pypure\", \"c\"], \"packages\": [\"scipy\", \"_x9\"],");
    temp_text(package, "problem.json", text);
    free(text);
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    assert_string_equal(problem_packages_for(problem, "python"), "scipy _x9");
    assert_string_equal(problem_packages_for(problem, "pandas"), "scipy _x9");
    assert_string_equal(problem_packages_for(problem, "pypure"), "");
    assert_string_equal(problem_packages_for(problem, "c"), "");
    assert_string_equal(problem_packages_for(NULL, "python"), "");
    problem_free(problem);
    temp_text(package, "problem.json", good);
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    assert_string_equal(problem_packages_for(problem, "python"), "");
    problem_free(problem);
}

/* What a host that says nothing else shows of hidden tests. */
static void test_problem_visibility(void **state)
{
    (void)state;
    struct problem *problem = NULL;
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    assert_int_equal(visibility_now(&problem->visibility, -1, 0), VISIBILITY_KIND);
    problem_free(problem);
    char *text = changed("\"note\": \"n\"", "\"visibility\": \"group,kind@tries=2\"");
    temp_text(package, "problem.json", text);
    free(text);
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    assert_int_equal(visibility_now(&problem->visibility, 1, 0), VISIBILITY_GROUP);
    assert_int_equal(visibility_now(&problem->visibility, 2, 0), VISIBILITY_KIND);
    problem_free(problem);
    temp_text(package, "problem.json", good);
}

/* The good problem with one piece replaced, and where the complaint is to point. */
static const struct {
    const char *from, *to;
    int line, column;
    const char *words;
} refused[] = {
    {"  \"version\": 3,\n", "", 1, 1, "\"version\" is missing"},
    {"  \"title\": \"Title\",\n", "", 1, 1, "\"title\" is missing"},
    {"  \"comparator\": \"exact\",\n", "", 1, 1, "\"comparator\" is missing"},
    {"  \"reference\": \"solutions/accepted/a.py\",\n", "", 1, 1, "\"reference\" is missing"},
    {"  \"languages\": [\"python\", \"c\"],\n", "", 1, 1, "\"languages\" is missing"},
    {"\"version\": 3", "\"version\": 0", 2, 3, "between 1"},
    {"\"version\": 3", "\"version\": 3.0", 2, 3, "an integer, not a number"},
    {"\"version\": 3", "\"version\": \"3\"", 2, 3, "an integer, not a string"},
    {"\"title\": \"Title\"", "\"title\": 7", 3, 3, "a string, not an integer"},
    {"\"note\": \"n\"", "\"nota\": \"n\"", 4, 42, "unknown key \"nota\""},
    {"\"note\": \"n\"", "\"visibility\": \"all\"", 4, 42, "nothing, verdict, group or kind"},
    {"\"note\": \"n\"", "\"visibility\": 1", 4, 42, "a string, not an integer"},
    {"\"function\"", "\"program\"", 5, 13, "\"function\""},
    {", \"name\": \"solve\"}", "}", 5, 3, "\"name\" is missing"},
    {"\"name\": \"solve\"", "\"name\": \"1solve\"", 6, 3, ""},
    {"\"name\": \"solve\"", "\"name\": \"a234567890123456789012345678901234567890\"", 5, 33,
     "at most 31"},
    {"\"float[n,d]\"", "\"float[n,d\"", 7, 14, "type \"float[n,d\""},
    {"\"float[n,d]\"", "\"double\"", 7, 14, "double"},
    {"\"float[n,d]\"", "3", 7, 14, "must be a string"},
    {"\"float[n,d]\"", "\"float[n,*]\"", 6, 3, "*"},
    {"\"X\":", "\"2X\":", 6, 3, ""},
    {"\"int[n]\"", "\"int[\"", 8, 5, "int["},
    {"\"int[n]\"", "[\"int\"]", 6, 3, "\"returns\" must be"},
    {"\"int[n]\"", "\"csv\"", 6, 3, "csv"},
    {"    \"returns\": \"int[n]\"\n", "    \"result\": \"int[n]\"\n", 8, 5,
     "unknown key \"result\""},
    {"[\"python\", \"c\"]", "[]", 10, 3, "at least one language"},
    {"[\"python\", \"c\"]", "[\"python\", 3]", 10, 27, "list of strings"},
    {"[\"python\", \"c\"]", "[\"c\", \"c\"]", 10, 22, "twice"},
    {"[\"python\", \"c\"]", "[\"c\", \"../x\"]", 10, 22, "no name of a language"},
    {"[\"python\", \"c\"],", "[\"pypure\", \"c\"], \"packages\": [\"scipy\"],", 10, 33,
     "for python and pandas"},
    {"[\"python\", \"c\"],", "[\"python\", \"c\"], \"packages\": \"scipy\",", 10, 33, "a list"},
    {"[\"python\", \"c\"],", "[\"python\", \"c\"], \"packages\": [\"six\", \"a.b\"],", 10, 53,
     "\"a.b\" is no name of a top-level module"},
    {"[\"python\", \"c\"],", "[\"python\", \"c\"], \"packages\": [\"\"],", 10, 46, "no name"},
    {"[\"python\", \"c\"],", "[\"python\", \"c\"], \"packages\": [\"2a\"],", 10, 46, "no name"},
    {"[\"python\", \"c\"],",
     "[\"python\", \"c\"], \"packages\": [\"a2345678901234567890123456789012\"],", 10, 46,
     "at most 31"},
    {"[\"python\", \"c\"],", "[\"python\", \"c\"], \"packages\": [\"six\", \"six\"],", 10, 53,
     "twice"},
    {"{\"c\": {\"cpu_ms\": 300", "{\"rust\": {\"cpu_ms\": 300", 11, 14,
     "\"rust\", which \"languages\" does not list"},
    {"\"cpu_ms\": 300", "\"cpu_ms\": 0", 11, 20, "between 1 and"},
    {"\"cpu_ms\": 300", "\"factor\": 0.5", 11, 20, "\"factor\" must lie between"},
    {"\"cpu_ms\": 300", "\"factor\": \"5\"", 11, 20, "a number, not a string"},
    {"\"cpu_ms\": 300", "\"cpu_ms\": 300, \"factor\": 5", 11, 35, "exclude each other"},
    {"\"cpu_ms\": 300", "\"reference\": \"solutions/accepted/b.c\"", 11, 20, "needs a \"factor\""},
    {"\"cpu_ms\": 300", "\"factor\": 5, \"reference\": \"solutions/slow/b.c\"", 11, 33,
     "must be a file in solutions/accepted/"},
    {"\"cpu_ms\": 300", "\"factor\": 5, \"reference\": \"solutions/accepted/../b.c\"", 11, 33,
     "must be a file in solutions/accepted/"},
    {"\"cpu_ms\": 300", "\"cpu\": 300", 11, 20, "unknown key \"cpu\" (known here: cpu_ms"},
    {"22.5", "-1", 11, 35, "\"memory_mib\" must lie between"},
    {"22.5", "\"22\"", 11, 35, "a number, not a string"},
    {"\"points\": 0}", "\"points\": -1}", 13, 24, "between 0 and"},
    {"\"points\": 0}", "\"points\": 1e3}", 13, 24, "an integer"},
    {", \"points\": 0}", "}", 13, 5, "\"points\" is missing"},
    {"\"sample\"", "\"Sample\"", 13, 5, "group name \"Sample\""},
    {"\"sample\"", "\"../etc\"", 13, 5, "group name"},
    {"\"sample\"", "\"\"", 13, 5, "group name"},
    {"\"sample\"", "\"edge\"", 16, 5, "\"edge\" is there twice"},
    {"\"generated\": 4", "\"generated\": 100000", 14, 38, "between 0 and 1000"},
    {"\"languages\": [\"c\"]", "\"languages\": [\"d\"]", 14, 5, "does not offer"},
    {"\"comparator\": \"exact\"}", "\"comparator\": \"fuzzy\"}", 16, 36, "fuzzy"},
    {"\"comparator\": \"exact\",", "\"comparator\": \"fuzzy\",", 18, 3, "fuzzy"},
    {"\"comparator\": \"exact\",", "\"comparator\": {\"name\": \"close\", \"rtol\": -1},", 18, 3,
     ""},
};

static void test_problem_refuses_with_a_place(void **state)
{
    (void)state;
    int n_bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct problem *problem = NULL;
        struct error err = ERROR_INIT;
        char *text = changed(refused[i].from, refused[i].to);
        temp_text(package, "problem.json", text);
        free(text);
        int r = problem_load(package, &problem, &err);
        if (r == 0)
            problem_free(problem);
        char place[1200];
        error_format(&err, place, sizeof place);
        bool good_place = err.line == refused[i].line && err.column == refused[i].column &&
                          strstr(err.file, "good-one/problem.json");
        if (r == -EINVAL && good_place && err.text[0] && strstr(err.text, refused[i].words))
            continue;
        print_message("%s -> %s: wanted %d:%d: %s, got %d, %s\n", refused[i].from, refused[i].to,
                      refused[i].line, refused[i].column, refused[i].words, r, place);
        n_bad++;
    }
    assert_int_equal(n_bad, 0);
}

/* Limits by factor: whose they are, what they are once measured. */
static void test_problem_factor(void **state)
{
    (void)state;
    struct problem *problem = NULL;
    char *text =
        changed("\"cpu_ms\": 300", "\"factor\": 5.5, \"reference\": \"solutions/accepted/b.c\"");
    temp_text(package, "problem.json", text);
    free(text);
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    const struct group *sample = &problem->groups[0], *perf = &problem->groups[1];
    const struct language_limits *by = problem_factor(problem, sample, "c");
    assert_non_null(by);
    assert_true(by->factor == 5.5);
    assert_string_equal(by->reference, "solutions/accepted/b.c");
    assert_string_equal(by->pointer, "/limits/c");
    assert_null(problem_factor(problem, sample, "python"));
    assert_null(problem_factor(problem, perf, "c")); /* it has a cpu_ms of its own */
    assert_int_equal(problem_limits(problem, perf, "c").cpu_ms, 900);
    struct test_limits limits = problem_limits(problem, sample, "c");
    assert_true(limits.cpu_ms == 0 && limits.wall_ms == 0 && limits.memory_bytes > 0);
    limits_measured(&limits, by->factor, 100000);
    assert_int_equal(limits.cpu_ms, 550);
    assert_int_equal(limits.wall_ms, 2100);
    limits = (struct test_limits){.wall_ms = 77};
    limits_measured(&limits, by->factor, -1);
    assert_int_equal(limits.cpu_ms, MEASURED_CPU_MS_MIN);
    assert_int_equal(limits.wall_ms, 77);
    problem_free(problem);
    /* A group's factor in place of the problem's cpu_ms. */
    text = changed("\"cpu_ms\": 900, \"wall_ms\": 950", "\"factor\": 3, \"wall_ms\": 950");
    temp_text(package, "problem.json", text);
    free(text);
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    by = problem_factor(problem, &problem->groups[1], "c");
    assert_non_null(by);
    assert_true(by->factor == 3 && !by->reference);
    assert_string_equal(by->pointer, "/groups/1/limits/c");
    assert_null(problem_factor(problem, &problem->groups[0], "c"));
    limits = problem_limits(problem, &problem->groups[1], "c");
    assert_true(limits.cpu_ms == 0 && limits.wall_ms == 950);
    problem_free(problem);
}

/* SQL: tables, csv and scalars in, one table out. */
static void test_problem_with_sql(void **state)
{
    (void)state;
    static const struct {
        const char *args, *returns, *sql;
        int line, column;
        const char *words;
    } cases[] = {
        {"\"t\": \"table{a:int, b:str?}\", \"d\": \"csv\", \"k\": \"int\"", "table{a:int}", "", 0,
         0, ""},
        {"\"t\": \"table{a:int}\", \"T\": \"int\"", "table{a:int}", "", 0, 0, ""},
        {"", "table{a:int}", "\"sql\": {\"names\": \"any\", \"row_order\": \"matters\"},", 0, 0,
         ""},
        {"", "table{a:int}", "\"sql\": {\"names\": \"some\"},", 5, 11, "\"declared\" or \"any\""},
        {"", "table{a:int}", "\"sql\": {\"row_order\": \"any\"},", 5, 11,
         "\"free\" or \"matters\""},
        {"", "table{a:int}", "\"sql\": {\"order\": 1},", 5, 11, "unknown key \"order\""},
        {"\"t\": \"table{a:int}\", \"x\": \"float[n]\"", "table{a:int}", "", 3, 35,
         "\"x\" is an array"},
        {"\"x\": \"int[n][*]\"", "table{a:int}", "", 3, 14, "\"x\" is an array"},
        {"\"t\": \"table{a:int}\", \"T\": \"csv\"", "table{a:int}", "", 3, 5,
         "\"t\" and \"T\" are one name"},
        {"\"t\": \"table{a:int, A:int}\"", "table{a:int}", "", 3, 14,
         "\"a\" and \"A\" are one name"},
        {"\"SQLite_x\": \"csv\"", "table{a:int}", "", 3, 5, "keeps the name"},
        {"\"k\": \"int\"", "int", "", 4, 5, "returns one table"},
        {"\"k\": \"int\"", "int[*]", "", 4, 5, "returns one table"},
    };
    int n_bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[1500];
        snprintf(
            text, sizeof text,
            "{\"version\": 1, \"title\": \"T\", \"entry\": {\"kind\": \"function\", \"name\": "
            "\"f\"},\n  \"signature\": {\n    \"args\": {%s},\n    \"returns\": \"%s\"},\n  %s "
            "\"languages\": [\"python\", \"sql\"],\n\"groups\": [{\"name\": \"sample\", "
            "\"points\": "
            "0}], \"comparator\": \"exact\", \"reference\": \"solutions/a.py\"}",
            cases[i].args, cases[i].returns, cases[i].sql);
        struct problem *problem = NULL;
        struct error err = ERROR_INIT;
        temp_text(package, "problem.json", text);
        int r = problem_load(package, &problem, &err);
        char place[1200];
        error_format(&err, place, sizeof place);
        bool as_wanted = cases[i].line == 0
                             ? r == 0 && problem->row_order_matters == (cases[i].sql[0] != 0) &&
                                   problem->signature.any_names == (cases[i].sql[0] != 0)
                             : r == -EINVAL && err.line == cases[i].line &&
                                   err.column == cases[i].column &&
                                   strstr(err.text, cases[i].words) != NULL;
        if (r == 0)
            problem_free(problem);
        if (as_wanted)
            continue;
        print_message("%s -> %s, %s: got %d, %s\n", cases[i].args, cases[i].returns, cases[i].sql,
                      r, place);
        n_bad++;
    }
    assert_int_equal(n_bad, 0);
    char *text = changed("  \"comparator\"", "  \"sql\": {}, \"comparator\"");
    struct problem *problem = NULL;
    struct error err = ERROR_INIT;
    temp_text(package, "problem.json", text);
    free(text);
    assert_int_equal(problem_load(package, &problem, &err), -EINVAL);
    assert_non_null(strstr(err.text, "\"sql\", which \"languages\" does not list"));
}

/* Classes: methods in the file's order, __init__ before them. */
struct class_case {
    const char *methods, *more;
    int line, column; /* of the complaint; line 0: there is none */
    const char *words;
};

/* Is a problem.json with these methods read, or refused, as the case says? */
static bool class_case_holds(const struct class_case *c)
{
    char text[1500], place[1200];
    snprintf(text, sizeof text,
             "{\"version\": 1, \"title\": \"T\",\n  \"entry\": {\"kind\": \"class\", \"name\": "
             "\"Thing\"},\n  \"signature\": {%s\n   \"methods\": {%s}},\n"
             " \"languages\": [\"python\", \"c\"],\n\"groups\": [{\"name\": \"sample\", "
             "\"points\": 0}], \"comparator\": \"exact\", \"reference\": \"solutions/a.py\"}",
             c->more, c->methods);
    struct problem *problem = NULL;
    struct error err = ERROR_INIT;
    temp_text(package, "problem.json", text);
    int r = problem_load(package, &problem, &err);
    error_format(&err, place, sizeof place);
    bool holds = c->line == 0 ? r == 0 && problem->signature.n_methods == 2 &&
                                    !strcmp(problem->signature.methods[0].name, "__init__") &&
                                    !strcmp(problem->signature.methods[1].name, "get")
                              : r == -EINVAL && err.line == c->line && err.column == c->column &&
                                    strstr(err.text, c->words);
    if (r == 0)
        problem_free(problem);
    if (!holds)
        print_message("%s: wanted %d:%d: %s, got %d, %s\n", c->methods, c->line, c->column,
                      c->words, r, place);
    return holds;
}

static void test_problem_with_a_class(void **state)
{
    (void)state;
    static const struct class_case cases[] = {
        {"\"get\": {\"args\": {\"k\": \"int\"}, \"returns\": \"int\"}", "", 0, 0, ""},
        {"\"get\": {\"args\": {}, \"returns\": \"table{a:int}\"},\n\"__init__\": {\"args\": {}}",
         "", 0, 0, ""},
        {"\"__init__\": {\"args\": {\"d\": \"int\"}}, \"get\": {\"args\": {\"d\": \"float\"}, "
         "\"returns\": \"float[*]\"}",
         "", 0, 0, ""},
        {"", "", 3, 3, "no method of the class returns something"},
        {"\"put\": {\"args\": {\"k\": \"int\"}}", "", 3, 3, "no method of the class returns"},
        {"\"get\": 7", "", 4, 16, "a method must be an object"},
        {"\"get\": [\"int\"]", "", 4, 16, "a method must be an object"},
        {"\"get\": {\"returns\": \"int\"}", "", 4, 16, "\"args\" is missing"},
        {"\"get\": {\"args\": [], \"returns\": \"int\"}", "", 4, 24, "an object"},
        {"\"get\": {\"args\": {}, \"returns\": \"int\", \"note\": \"n\"}", "", 4, 54,
         "unknown key \"note\""},
        {"\"get\": {\"args\": {\"x\": \"flaot\"}, \"returns\": \"int\"}", "", 4, 33,
         "type \"flaot\""},
        {"\"get\": {\"args\": {\"x\": 3}, \"returns\": \"int\"}", "", 4, 33, "must be a string"},
        {"\"get\": {\"args\": {},\n\"returns\": \"int[\"}", "", 5, 1, "type \"int[\""},
        {"\"get\": {\"args\": {}, \"returns\": {\"a\": \"int\", \"b\": \"int\"}}", "", 4, 16,
         "\"returns\" of a method is one type, or left out"},
        {"\"get\": {\"args\": {}, \"returns\": null}", "", 4, 16, "is one type, or left out"},
        {"\"__init__\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3,
         "Thing.__init__: __init__ returns nothing"},
        {"\"get it\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3,
         "Thing.get it: method 'get it' is not an identifier"},
        {"\"\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3, "is not an identifier"},
        {"\"_get\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3, "must not begin with _"},
        {"\"__len__\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3, "must not begin with _"},
        {"\"lambda\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3,
         "is a keyword of C, C++ or Python"},
        {"\"create\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3,
         "method 'create': the name is taken in C"},
        {"\"destroy\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3,
         "method 'destroy': the name is taken in C"},
        {"\"Thing\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3, "called as its class"},
        {"\"a2345678901234567890123456\": {\"args\": {}, \"returns\": \"int\"}", "", 3, 3,
         "is the method's name in C: at most 31 characters"},
        {"\"a23456789012345678901234567890123\": {\"args\": {}, \"returns\": \"int\"}", "", 4, 16,
         "names have at most 31 characters"},
        {"\"get\": {\"args\": {\"x\": \"csv\"}, \"returns\": \"int\"}", "", 3, 3,
         "Thing.get: argument 'x': csv is for functions"},
        {"\"get\": {\"args\": {}, \"returns\": \"csv\"}", "", 3, 3, "csv"},
        {"\"get\": {\"args\": {\"x\": \"float[*]\"}, \"returns\": \"int\"}", "", 3, 3,
         "'*' is for returns only"},
        {"\"get\": {\"args\": {\"2x\": \"int\"}, \"returns\": \"int\"}", "", 3, 3,
         "argument '2x' is not an identifier"},
        {"\"get\": {\"args\": {}, \"returns\": \"float[d]\"}", "", 3, 3,
         "dimension 'd' is not known from the arguments"},
        {"\"fit\": {\"args\": {\"X\": \"float[n,d]\"}}, \"get\": {\"args\": {}, \"returns\": "
         "\"float[d]\"}",
         "", 3, 3, "Thing.get: return '(unnamed)': dimension 'd' is not known"},
        {"\"get\": {\"args\": {\"d\": \"str\", \"x\": \"float[d]\"}, \"returns\": \"int\"}", "", 3,
         3, "dimension 'd' of 'x' is also an argument, but that is not int"},
        {"\"__init__\": {\"args\": {\"d\": \"int?\"}}, \"get\": {\"args\": {\"x\": \"float[d]\"}, "
         "\"returns\": \"int\"}",
         "", 3, 3, "dimension 'd' of 'x' is also an argument, but that is not int"},
        {"\"__init__\": {\"args\": {\"d\": \"int\"}}, \"get\": {\"args\": {\"d\": \"str\"}, "
         "\"returns\": \"float[d]\"}",
         "", 3, 3, "dimension 'd' of 'the result' is also an argument, but that is not int"},
        {"\"get\": {\"args\": {}, \"returns\": \"int\"}", "\"args\": {},", 3, 17,
         "unknown key \"args\""},
        {"\"get\": {\"args\": {}, \"returns\": \"int\"}", "\"returns\": \"int\",", 3, 17,
         "unknown key \"returns\""},
    };
    int n_bad = 0;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        n_bad += !class_case_holds(&cases[i]);
    assert_int_equal(n_bad, 0);
}

static void test_problem_folder_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int r;
    } cases[] = {
        {"a", 0},
        {"knn-2_x.y", 0},
        {"Big", -EINVAL},
        {"sp ace", -EINVAL},
        {"new\nline", -EINVAL},
        {"a123456789012345678901234567890123456789012345678901234567890123", -EINVAL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char path[200];
        struct problem *problem = NULL;
        struct error err = ERROR_INIT;
        snprintf(path, sizeof path, "%s/%s", folder, cases[i].name);
        assert_int_equal(mkdir(path, 0755), 0);
        temp_text(path, "problem.json", good);
        assert_int_equal(problem_load(path, &problem, &err), cases[i].r);
        if (cases[i].r == 0)
            problem_free(problem);
        else
            assert_non_null(strstr(err.text, "name"));
    }
    struct problem *problem = NULL;
    assert_int_equal(problem_load("/no/such/package", &problem, NULL), -ENOENT);
}

static void test_problem_hash_covers_the_folder(void **state)
{
    (void)state;
    char before[SHA256_HEX];
    struct problem *problem = NULL;
    temp_text(package, "problem.json", good);
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    memcpy(before, problem->sha256, sizeof before);
    problem_free(problem);
    temp_text(package, "tests/edge/1.json", "{}");
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    assert_string_not_equal(problem->sha256, before);
    problem_free(problem);
    char link_path[200];
    struct error err = ERROR_INIT;
    snprintf(link_path, sizeof link_path, "%s/tests/link", package);
    assert_int_equal(symlink("/etc/passwd", link_path), 0);
    assert_int_equal(problem_load(package, &problem, &err), -EINVAL);
    assert_non_null(strstr(err.text, "tests/link"));
    unlink(link_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_problem_load),
        cmocka_unit_test(test_problem_packages),
        cmocka_unit_test(test_problem_visibility),
        cmocka_unit_test(test_problem_refuses_with_a_place),
        cmocka_unit_test(test_problem_factor),
        cmocka_unit_test(test_problem_with_sql),
        cmocka_unit_test(test_problem_with_a_class),
        cmocka_unit_test(test_problem_folder_names),
        cmocka_unit_test(test_problem_hash_covers_the_folder),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
