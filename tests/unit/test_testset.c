/* Compiling and building tests of a small package.
 * live: needs root for boxes, python3 with NumPy, gcc. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "judge/compile.h"
#include "judge/testset.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static char package[100];
static struct judge *judge;

static const char problem_json[] =
    "{\"version\": 1, \"title\": \"T\", \"entry\": {\"kind\": \"function\", \"name\": \"twice\"},\n"
    " \"signature\": {\"args\": {\"x\": \"float[n]\"}, \"returns\": \"float[n]\"},\n"
    " \"languages\": [\"python\", \"c\"], \"comparator\": \"exact\",\n"
    " \"groups\": [{\"name\": \"sample\", \"points\": 0}, {\"name\": \"big\", \"points\": 1, "
    "\"generated\": 3}],\n"
    " \"reference\": \"solutions/a.py\", \"check\": \"solutions/b.c\"}";
static const char reference[] = "def twice(x):\n    return [v + v for v in x]\n";
static const char check[] =
    "#include \"twice.h\"\nvoid twice(const double *x, size_t n, double *out)\n"
    "{\n    for (size_t i = 0; i < n; i++)\n        out[i] = 2 * x[i];\n}\n";
static const char generator[] =
    "def generate(rng, group, index):\n    return {'x': rng.rand(index + 1)}\n\n"
    "def validate(args):\n    assert len(args['x']) < 9\n";

static void write_package(void)
{
    temp_text(package, "problem.json", problem_json);
    temp_text(package, "solutions/a.py", reference);
    temp_text(package, "solutions/b.c", check);
    temp_text(package, "generator.py", generator);
    temp_text(package, "tests/sample/1.json",
              "{\"args\": {\"x\": [1, 2]}, \"expected\": [2, 4], \"note\": \"n\"}");
    temp_text(package, "tests/big/1.json", "{\"args\": {\"x\": [0.1]}}");
}

static int make_judge(int n_jobs, bool cold, struct judge **ret)
{
    struct judge_options options = {.n_jobs = n_jobs, .cold = cold};
    char cwd[900];
    assert_non_null(getcwd(cwd, sizeof cwd)); /* the source tree, as in every test of make */
    snprintf(options.dirs.languages, sizeof options.dirs.languages, "%s/judge/languages", cwd);
    snprintf(options.dirs.libexec, sizeof options.dirs.libexec, "%s/build/libexec", cwd);
    snprintf(options.dirs.problems, sizeof options.dirs.problems, "%s/problems", cwd);
    struct error err = ERROR_INIT;
    if (judge_new(ret, &options, &err) < 0) {
        print_error("judge_new: %s\n", err.text);
        return -1;
    }
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    if (geteuid() != 0)
        return 0;
    temp_make(folder);
    snprintf(package, sizeof package, "%s/pack", folder);
    assert_int_equal(mkdir(package, 0755), 0);
    setenv("XDG_CACHE_HOME", folder, 1);
    return make_judge(1, false, &judge);
}

static int tear_down(void **state)
{
    (void)state;
    judge_free(judge);
    if (folder[0])
        temp_remove(folder);
    return 0;
}

#define NEED_ROOT()                                          \
    do {                                                     \
        if (geteuid() != 0) {                                \
            print_message("SKIP: boxes need root so far\n"); \
            skip();                                          \
        }                                                    \
    } while (0)

static int n_progress;

static void count_progress(void *data, const char *text)
{
    (void)data;
    assert_true(strlen(text) > 0);
    n_progress++;
}

static int build_for(const char *language, const char *seed_text, bool samples_only,
                     struct testset *ret, struct error *err)
{
    struct problem *problem = NULL;
    struct seed seed;
    n_progress = 0;
    int r = problem_load(package, &problem, err);
    if (r < 0)
        return r;
    assert_int_equal(seed_set(&seed, seed_text, strlen(seed_text), NULL), 0);
    struct testset_request request = {.problem = problem,
                                      .seed = &seed,
                                      .language = language,
                                      .samples_only = samples_only,
                                      .strict = true,
                                      .cancel_fd = -1,
                                      .progress = count_progress};
    r = testset_build(judge, &request, ret, err);
    problem_free(problem);
    return r;
}

static int build(const char *seed_text, bool samples_only, struct testset *ret, struct error *err)
{
    return build_for(NULL, seed_text, samples_only, ret, err);
}

static void test_testset_is_built_once(void **state)
{
    (void)state;
    static const char *const names[] = {"sample/1", "big/1", "big/g0", "big/g1", "big/g2"};
    struct testset first;
    struct testset again;
    struct testset other;
    struct error err = ERROR_INIT;
    write_package();
    if (build("one", false, &first, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(n_progress > 0);
    assert_int_equal(first.n_tests, ARRAY_LEN(names));
    for (size_t i = 0; i < first.n_tests; i++) {
        struct frame args;
        struct frame expected;
        assert_string_equal(first.tests[i].name, names[i]);
        assert_int_equal(first.tests[i].group, i > 0);
        assert_int_equal(frame_parse(first.tests[i].args, first.tests[i].args_size, &args, NULL),
                         0);
        assert_int_equal(
            frame_parse(first.tests[i].expected, first.tests[i].expected_size, &expected, NULL), 0);
        assert_int_equal(args.values[0].n, expected.values[0].n);
        for (int64_t k = 0; k < args.values[0].n; k++)
            assert_true(value_float(&expected.values[0], k) == 2 * value_float(&args.values[0], k));
        frame_done(&args);
        frame_done(&expected);
    }
    /* From the cache: the same bytes, nothing is run. */
    assert_int_equal(build("one", false, &again, &err), 0);
    assert_int_equal(n_progress, 0);
    assert_int_equal(again.mapping.size, first.mapping.size);
    assert_memory_equal(again.mapping.bytes, first.mapping.bytes, first.mapping.size);
    assert_true(first.mapping.size % (1 << 20) == 0); /* its size tells nothing finer */
    testset_done(&again);
    /* Another seed: other generated tests, the same written ones. */
    assert_int_equal(build("two", false, &other, &err), 0);
    assert_memory_equal(other.tests[1].args, first.tests[1].args, first.tests[1].args_size);
    assert_int_equal(other.tests[2].args_size, first.tests[2].args_size);
    assert_memory_not_equal(other.tests[2].args, first.tests[2].args, first.tests[2].args_size);
    testset_done(&other);
    testset_done(&first);
    testset_done(&first);
}

static void test_testset_samples_need_no_reference(void **state)
{
    (void)state;
    struct testset set;
    struct error err = ERROR_INIT;
    write_package();
    temp_text(package, "solutions/a.py", "syntax error");
    if (build("samples", true, &set, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(set.n_tests, 1);
    testset_done(&set);
    /* Nor a generator, and whoever shows them has no boxes. */
    const char *points = strstr(problem_json, "\"points\": 0}");
    assert_non_null(points);
    char with_generated[sizeof problem_json + 40];
    snprintf(with_generated, sizeof with_generated, "%.*s\"points\": 0, \"generated\": 2}%s",
             (int)(points - problem_json), problem_json, points + strlen("\"points\": 0}"));
    temp_text(package, "problem.json", with_generated);
    struct judge bare = {.options = judge->options, .cache = {.dir_fd = -1}}, *common = judge;
    judge = &bare;
    int r = build("samples", true, &set, &err);
    judge = common;
    if (r < 0)
        fail_msg("%s", err.text);
    assert_int_equal(set.n_tests, 1);
    testset_done(&set);
}

static void test_testset_names_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *file, *text, *words;
    } cases[] = {
        {"solutions/a.py", "def twice(x:\n", "'solutions/a.py' does not compile"},
        {"solutions/a.py", "def twice(x):\n    return [v * 2 + 1e-12 for v in x]\n",
         "'solutions/a.py' disagrees with the test's \"expected\""},
        {"solutions/a.py", "def twice(x):\n    return [v * 2 + 1e-12 * (len(x) == 3) for v in x]\n",
         "test big/g2: 'solutions/b.c' disagrees"},
        {"solutions/a.py", "def twice(x):\n    raise KeyError\n", "KeyError"},
        {"solutions/b.c",
         "#include \"twice.h\"\nvoid twice(const double *x, size_t n, double *out) { (void)x; "
         "(void)n; (void)out; }\n",
         "'solutions/b.c'"},
        {"generator.py",
         "def generate(rng, group, index):\n    return {'x': [rng]}\n\ndef validate(args):\n    "
         "pass\n",
         "group big"},
        {"generator.py",
         "def generate(rng, group, index):\n    return {'x': [0.0] * 9}\n\ndef validate(args):\n   "
         " assert len(args['x']) < 9\n",
         "generator.py"},
        {"tests/big/1.json", "{\"args\": {\"x\": [1, [2]]}}", "x[1]"},
        {"tests/big/1.json", "{\"args\": {\"x\": [1]}, \"expected\": [1, 2]}", "expected"},
        {"tests/sample/1.json", "{\"args\": {\"x\": [1]}}", "a sample must have"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct testset set;
        struct error err = ERROR_INIT;
        write_package();
        temp_text(package, cases[i].file, cases[i].text);
        assert_int_equal(build("wrong", false, &set, &err), -EINVAL);
        if (!strstr(err.text, cases[i].words))
            fail_msg("'%s' is not in '%s'", cases[i].words, err.text);
    }
}

/* ---- several boxes at once ---- */

/* Who keeps what earlier tests left behind would tell how they were cut into boxes; so would who fails first. */
static const char many_json[] =
    "{\"version\": 1, \"title\": \"T\", \"entry\": {\"kind\": \"function\", \"name\": \"twice\"},\n"
    " \"signature\": {\"args\": {\"x\": \"float[n]\"}, \"returns\": \"float[n]\"},\n"
    " \"languages\": [\"python\", \"c\"], \"comparator\": \"exact\",\n"
    " \"groups\": [{\"name\": \"sample\", \"points\": 0}, {\"name\": \"few\", \"points\": 1, "
    "\"generated\": 2},\n"
    "  {\"name\": \"big\", \"points\": 1, \"generated\": 20}],\n"
    " \"reference\": \"solutions/a.py\"}";
static const char forgetful[] = "import time\nmade = []\n\ndef generate(rng, group, index):\n"
                                "    time.sleep(0.02 if index % 2 else 0)\n    made.append(index)\n"
                                "    return {'x': list(rng.rand(index + 1)) + made}\n";
static const char failing[] =
    "import time\n\ndef generate(rng, group, index):\n"
    "    time.sleep(0.3 if index == 6 else 0)\n"
    "    assert group == 'few' or index < 6, 'not %d' % index\n    return {'x': rng.rand(3)}\n";
static const char failing_reference[] =
    "import time\n\ndef twice(x):\n    time.sleep(0.3 if len(x) == 7 else 0)\n"
    "    return [v + v for v in x] if len(x) < 7 else None[0]\n";

/* With a judge and a cache of its own. */
static int build_apart(int n_jobs, bool cold, struct testset *ret, struct error *err)
{
    struct judge *own = NULL, *common = judge;
    char cache[100];
    snprintf(cache, sizeof cache, "%s/cache-%d", folder, n_jobs);
    setenv("XDG_CACHE_HOME", cache, 1);
    assert_int_equal(make_judge(n_jobs, cold, &own), 0);
    setenv("XDG_CACHE_HOME", folder, 1);
    judge = own;
    int r = build("many", false, ret, err);
    judge = common;
    judge_free(own);
    return r;
}

static void test_testset_is_the_same_with_any_number_of_jobs(void **state)
{
    (void)state;
    NEED_ROOT();
    struct testset one, other;
    struct error err = ERROR_INIT;
    write_package();
    temp_text(package, "problem.json", many_json);
    temp_text(package, "generator.py", forgetful);
    if (build_apart(1, false, &one, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(one.n_tests, 1 + 2 + 1 + 20);
    for (int n_jobs = 2; n_jobs <= 4; n_jobs++) {
        if (build_apart(n_jobs, n_jobs == 4, &other, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(other.mapping.size, one.mapping.size);
        assert_memory_equal(other.mapping.bytes, one.mapping.bytes, one.mapping.size);
        testset_done(&other);
    }
    testset_done(&one);
    temp_text(package, "generator.py", failing);
    for (int n_jobs = 1; n_jobs <= 4; n_jobs++) {
        err = ERROR_INIT;
        assert_int_equal(build_apart(n_jobs, n_jobs == 4, &other, &err), -EINVAL);
        if (!strstr(err.text, "group big: ") || !strstr(err.text, "big/6: not 6, line 5"))
            fail_msg("%d jobs: %s", n_jobs, err.text);
    }
    write_package();
    temp_text(package, "problem.json", many_json);
    temp_text(package, "solutions/a.py", failing_reference);
    temp_text(package, "generator.py",
              "def generate(rng, group, index):\n    return {'x': rng.rand(index + 1)}\n");
    for (int n_jobs = 1; n_jobs <= 4; n_jobs++) {
        err = ERROR_INIT;
        assert_int_equal(build_apart(n_jobs, n_jobs == 4, &other, &err), -EINVAL);
        if (!strstr(err.text, "'solutions/a.py' on test big/g6: RTE"))
            fail_msg("%d jobs: %s", n_jobs, err.text);
    }
}

/* ---- reference times ---- */

static void assert_times(const struct testset *set, size_t from, bool known)
{
    for (size_t i = from; i < set->n_tests; i++)
        assert_int_equal(set->tests[i].reference_cpu_us >= 0, known);
}

static const char by_factor[] =
    "{\"version\": 1, \"title\": \"T\", \"entry\": {\"kind\": \"function\", \"name\": \"twice\"},\n"
    " \"signature\": {\"args\": {\"x\": \"float[n]\"}, \"returns\": \"float[n]\"},\n"
    " \"languages\": [\"python\", \"c\"], \"comparator\": \"exact\",\n"
    " \"groups\": [{\"name\": \"sample\", \"points\": 0}, {\"name\": \"big\", \"points\": 1, "
    "\"generated\": 3,\n"
    " \"limits\": {\"%s\": {\"factor\": 5%s}}}],\n"
    " \"reference\": \"solutions/a.py\"}";

static void write_by_factor(const char *language, const char *more)
{
    char text[1000];
    write_package();
    snprintf(text, sizeof text, by_factor, language, more);
    temp_text(package, "problem.json", text);
}

/* What "reference" and "check" took on their way, without a limit that asks for it. */
static void test_testset_reference_times_are_a_gift(void **state)
{
    (void)state;
    struct testset set;
    write_package();
    for (int round = 0; round < 2; round++) { /* built, and from the cache */
        static const char *const languages[] = {"python", "c"};
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(build_for(languages[i], "gift", false, &set, NULL), 0);
            assert_times(&set, 0, true);
            testset_done(&set);
        }
    }
    assert_int_equal(build("gift", false, &set, NULL), 0);
    assert_times(&set, 0, false);
    testset_done(&set);
}

static void test_testset_measures_limits_once(void **state)
{
    (void)state;
    struct testset set, again;
    struct error err = ERROR_INIT;
    write_by_factor("c", ", \"reference\": \"solutions/accepted/c.c\"");
    temp_text(package, "solutions/accepted/c.c", check);
    if (build_for("c", "measured", false, &set, &err) < 0)
        fail_msg("%s", err.text);
    assert_times(&set, 1, true);
    assert_int_equal(set.tests[0].reference_cpu_us, -1); /* no limit asks, no reference is in C */
    assert_int_equal(build_for("c", "measured", false, &again, &err), 0);
    assert_int_equal(n_progress, 0);
    for (size_t i = 0; i < set.n_tests; i++)
        assert_int_equal(again.tests[i].reference_cpu_us, set.tests[i].reference_cpu_us);
    testset_done(&again);
    testset_done(&set);
    /* Python's times are another matter. */
    assert_int_equal(build_for("python", "measured", false, &set, &err), 0);
    assert_times(&set, 0, true);
    testset_done(&set);
}

static void test_testset_names_what_is_wrong_with_factors(void **state)
{
    (void)state;
    static const struct {
        const char *language, *more, *file, *text;
        int line;
        const char *words;
    } cases[] = {
        {"c", "", NULL, NULL, 5, "neither the problem's nor its \"check\" is in c"},
        {"c", ", \"reference\": \"solutions/accepted/a.py\"", "solutions/accepted/a.py", "x", 5,
         "'solutions/accepted/a.py' is not in c"},
        {"c", ", \"reference\": \"solutions/accepted/no.c\"", NULL, NULL, 5,
         "there is no 'solutions/accepted/no.c'"},
        {"c", ", \"reference\": \"solutions/accepted/bad.c\"", "solutions/accepted/bad.c", "int", 0,
         "'solutions/accepted/bad.c' does not compile"},
        {"c", ", \"reference\": \"solutions/accepted/end.c\"", "solutions/accepted/end.c",
         "#include <stdlib.h>\n#include \"twice.h\"\nvoid twice(const double *x, size_t n, double "
         "*out) { (void)x; (void)n; (void)out; abort(); }\n",
         0, "'solutions/accepted/end.c' on test big/1: RTE"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct testset set;
        struct error err = ERROR_INIT;
        write_by_factor(cases[i].language, cases[i].more);
        if (cases[i].file)
            temp_text(package, cases[i].file, cases[i].text);
        assert_int_equal(build_for("c", "wrong", false, &set, &err), -EINVAL);
        if (!strstr(err.text, cases[i].words) || err.line != cases[i].line)
            fail_msg("'%s' is not in '%s', line %d", cases[i].words, err.text, err.line);
    }
}

/* ---- compiling ---- */

static void compiled(const char *language_name, const char *source, enum verdict verdict,
                     const char *words)
{
    struct problem *problem = NULL;
    struct language *language = NULL;
    struct error err = ERROR_INIT;
    write_package();
    assert_int_equal(problem_load(package, &problem, NULL), 0);
    assert_int_equal(judge_language(judge, language_name, &language, NULL), 0);
    for (int round = 0; round < 2; round++) {
        struct compiled compiled;
        if (compile_source(judge, language, &problem->signature, source, strlen(source), -1,
                           &compiled, &err) < 0)
            fail_msg("%s", err.text);
        assert_int_equal(compiled.verdict, verdict);
        assert_int_equal(compiled.fd >= 0, verdict == VERDICT_AC);
        if (verdict == VERDICT_AC) {
            char byte = 0;
            assert_int_equal(compiled.cached, round == 1); /* only what compiled is kept */
            assert_int_equal(pwrite(compiled.fd, "x", 1, 0), -1);
            assert_int_equal(pread(compiled.fd, &byte, 1, 0), 1);
        } else {
            assert_false(compiled.cached);
            if (!strstr(compiled.output, words))
                fail_msg("'%s' is not in '%s'", words, compiled.output);
        }
        compiled_done(&compiled);
        compiled_done(&compiled);
    }
    problem_free(problem);
}

static void test_compile_verdicts(void **state)
{
    (void)state;
    compiled("c",
             "#include \"twice.h\"\nvoid twice(const double *x, size_t n, double *out) { if (n) "
             "out[0] = x[0]; }\n",
             VERDICT_AC, "");
    compiled("c", "#include \"twice.h\"\nvoid twice(", VERDICT_CE, "error");
    compiled("c", "#include \"twice.h\"\n", VERDICT_CE, "twice");
    compiled("c", "#include \"/etc/passwd\"\n", VERDICT_CE, "/etc/passwd");
    compiled("c", "#include \"/proc/self/environ\"\n", VERDICT_CE, "error");
    compiled("c", "#include \"/dev/zero\"\n", VERDICT_CE, "");
    compiled("python", "def twice(x):\n    return x\n", VERDICT_AC, "");
    compiled("python", "def twice(x:\n", VERDICT_CE, "solution.py:1:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_testset_is_built_once),
        cmocka_unit_test(test_testset_samples_need_no_reference),
        cmocka_unit_test(test_testset_names_what_is_wrong),
        cmocka_unit_test(test_testset_is_the_same_with_any_number_of_jobs),
        cmocka_unit_test(test_testset_reference_times_are_a_gift),
        cmocka_unit_test(test_testset_measures_limits_once),
        cmocka_unit_test(test_testset_names_what_is_wrong_with_factors),
        cmocka_unit_test(test_compile_verdicts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
