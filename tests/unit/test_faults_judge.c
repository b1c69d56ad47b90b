/* live: judges a tiny package of its own, in every tier that can be had here.
 *
 * Memory or descriptors run out, or signals rain, while a submission is judged: the verdict is the right one or there
 * is none (an error, or JE), and nothing leaks.  Needs build/libexec and a C compiler. */
#include "faults.h"

#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "judge/judge.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static char package[128];
static struct data_dirs dirs;
static struct seed seed;
static enum sandbox_tier tiers[3];
static size_t n_tiers;

static const char problem_json[] =
    "{\"version\": 1, \"title\": \"Total\", \"category\": \"x\", \"difficulty\": \"easy\",\n"
    " \"entry\": {\"kind\": \"function\", \"name\": \"total\"},\n"
    " \"signature\": {\"args\": {\"x\": \"float[n]\"}, \"returns\": \"float\"},\n"
    " \"languages\": [\"c\"], \"limits\": {\"c\": {\"cpu_ms\": 300, \"memory_mib\": 32}},\n"
    " \"groups\": [{\"name\": \"sample\", \"points\": 0}, {\"name\": \"edge\", \"points\": 10}],\n"
    " \"comparator\": \"exact\", \"reference\": \"solutions/accepted/total.c\"}\n";

#define TOTAL(body)                                                     \
    "#include <stdlib.h>\n#include <string.h>\n"                        \
    "double total(const double *x, size_t n)\n{\n    double sum = 0;\n" \
    "    for (size_t i = 0; i < n; i++)\n        sum += x[i];\n" body "    return sum;\n}\n"

struct sample {
    const char *name, *source;
    enum verdict verdict;
};

static const struct sample right = {"right.c", TOTAL(""), VERDICT_AC};
static const struct sample wrong = {"wrong.c", TOTAL("    sum += n > 2;\n"), VERDICT_WA};
static const struct sample broken = {"broken.c", TOTAL("    sum +;\n"), VERDICT_CE};
static const struct sample endless = {
    "endless.c", TOTAL("    for (volatile int i = 0;; i++)\n        ;\n"), VERDICT_TLE};
static const struct sample hungry = {
    "hungry.c",
    TOTAL(
        "    for (int i = 0; i < 96; i++) {\n        char *p = malloc(1 << 20);\n        if (!p)\n"
        "            abort();\n        memset(p, 1, 1 << 20);\n        sum += p[5];\n    }\n"),
    VERDICT_MLE};

struct attempt {
    const struct sample *sample;
    enum sandbox_tier tier;
    bool all_tests; /* not only the samples: the reference runs, too */
    bool cold;      /* no cache */
};

/* 0: the right verdict, or JE with its cause. */
static int judge_once(const struct attempt *a, const char *package_path, struct error *err)
{
    struct judge *judge = NULL;
    struct problem *problem = NULL;
    struct record *record = NULL;
    struct judge_options options = {.dirs = dirs, .sandbox = {.want = a->tier}, .n_jobs = 2};
    assert_int_equal(setenv("XDG_CACHE_HOME", a->cold ? "/dev/null" : folder, 1), 0);
    int r = problem_load(package_path, &problem, err);
    if (r == 0)
        r = judge_new(&judge, &options, err);
    struct submission submission = {.problem = problem,
                                    .language = "c",
                                    .file = a->sample->name,
                                    .source = a->sample->source,
                                    .source_size = strlen(a->sample->source),
                                    .seed = &seed,
                                    .samples_only = !a->all_tests,
                                    .cancel_fd = -1};
    if (r == 0)
        r = judge_submission(judge, &submission, NULL, NULL, &record, err);
    if (r == 0) {
        assert_true(record->n_tests == (a->all_tests ? 3 : 2));
        if (record->verdict != a->sample->verdict && record->verdict != VERDICT_JE)
            fail_msg("%s in %s: %s (%s %s)", a->sample->name, sandbox_tier_name(a->tier),
                     verdict_name(record->verdict), record->tests[0].message,
                     record->tests[1].message);
        for (size_t i = 0; i < record->n_tests; i++)
            if (record->tests[i].status == TEST_INCONCLUSIVE)
                assert_true(record->tests[i].message[0] != 0);
        if (record->verdict == VERDICT_JE && fault.n_struck == 0 && a->tier != SANDBOX_TIER_NONE)
            r = error_set(err, -EIO, "JE: %.300s", record->tests[0].message);
        assert_true(record->tier == a->tier);
    }
    record_free(record);
    judge_free(judge);
    problem_free(problem);
    return r;
}

static int try_judge(const void *data, struct error *err)
{
    return judge_once(data, package, err);
}

/* ---- memory ---- */

static void test_memory(void **state)
{
    (void)state;
    /* By default every so manieth: a number that shares no factor with what repeats. */
    bool all = getenv("TEST_FULL") != NULL;
    for (size_t i = 0; i < n_tiers; i++) {
        struct attempt a = {.sample = &right, .tier = tiers[i]};
        struct error err = ERROR_INIT;
        if (try_judge(&a, &err) < 0) /* warm */
            fail_msg("%s", err.text);
        fault_every(sandbox_tier_name(tiers[i]), try_judge, &a, all ? 1 : 29, FAULT_TOLERANT, 300);
        a.sample = &wrong;
        fault_every("a wrong answer", try_judge, &a, all ? 1 : 101, FAULT_TOLERANT, 300);
        a.cold = true;
        fault_every("without a cache", try_judge, &a, all ? 3 : 211, FAULT_TOLERANT, 300);
        if (i > 0 && !all)
            continue;
        a.all_tests = true;
        fault_every("with the reference", try_judge, &a, all ? 7 : 401, FAULT_TOLERANT, 300);
    }
}

/* ---- descriptors ---- */

static void test_descriptors(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (size_t i = 0; i < n_tiers; i++) {
        int n_errors = 0, n_right = 0, n_tried = 0, fds = count_open_fds();
        for (rlim_t n = 8; n_right < 3; n += n < 60 ? 17 : n_errors > 4 ? 2 : 1) {
            assert_true(n < 250);
            const struct sample *samples[] = {&right, &wrong, &hungry};
            n_tried++;
            struct attempt a = {.sample = samples[n_tried % 3],
                                .tier = tiers[i],
                                .all_tests = n_tried % 4 == 0,
                                .cold = n_tried % 8 == 0};
            struct error err = ERROR_INIT;
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){n, before.rlim_max}), 0);
            int r = try_judge(&a, &err);
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
            if (r < 0 && (err.code != r || !err.text[0]))
                fail_msg("limit %d: %d without its error", (int)n, r);
            if (count_open_fds() != fds)
                fail_msg("%s, limit %d: %d descriptors leaked (%d %s)", sandbox_tier_name(tiers[i]),
                         (int)n, count_open_fds() - fds, r, err.text);
            n_errors += r < 0;
            n_right = r < 0 ? 0 : n_right + 1;
        }
        assert_true(n_errors >= 4);
        /* What was judged in want is not in the cache for those who have enough. */
        for (int all = 0; all < 2; all++) {
            struct attempt a = {.sample = &wrong, .tier = tiers[i], .all_tests = all};
            struct error err = ERROR_INIT;
            if (try_judge(&a, &err) < 0)
                fail_msg("%s: %s", sandbox_tier_name(tiers[i]), err.text);
        }
    }
}

/* ---- signals ---- */

static volatile sig_atomic_t n_signals;

static void on_signal(int signal)
{
    (void)signal;
    n_signals++;
}

static void shower(bool on)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART */
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    struct itimerval timer = {{0, on ? 1000 : 0}, {0, on ? 1000 : 0}};
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* Also after a failed assertion. */
static int stop_shower(void **state)
{
    (void)state;
    shower(false);
    return 0;
}

static void test_signals(void **state)
{
    (void)state;
    const struct sample *samples[] = {&right, &wrong, &broken, &endless, &hungry};
    for (size_t i = 0; i < n_tiers; i++)
        for (size_t k = 0; k < ARRAY_LEN(samples); k++) {
            struct attempt a = {
                .sample = samples[k], .tier = tiers[i], .all_tests = k != 3, .cold = k % 2};
            struct error err = ERROR_INIT;
            shower(true);
            int r = try_judge(&a, &err);
            shower(false);
            if (r < 0)
                fail_msg("%s in %s: %s", samples[k]->name, sandbox_tier_name(tiers[i]), err.text);
        }
    assert_true(n_signals > 200);
}

static int set_up(void **state)
{
    static const enum sandbox_tier all_tiers[] = {SANDBOX_TIER_FULL, SANDBOX_TIER_USERNS,
                                                  SANDBOX_TIER_LANDLOCK};
    faults_setup(state);
    for (size_t i = 0; i < ARRAY_LEN(all_tiers); i++) {
        struct sandbox *s = NULL;
        if (sandbox_new(&s, &(struct sandbox_options){.want = all_tiers[i]}, NULL) == 0)
            tiers[n_tiers++] = all_tiers[i];
        sandbox_free(s);
    }
    char here[512];
    if (!getcwd(here, sizeof here))
        return -1;
    snprintf(dirs.languages, sizeof dirs.languages, "%s/judge/languages", here);
    snprintf(dirs.libexec, sizeof dirs.libexec, "%s/build/libexec", here);
    snprintf(dirs.problems, sizeof dirs.problems, "%s/problems", here);
    seed_public(&seed);
    temp_make(folder);
    assert_int_equal(chmod(folder, 0755), 0);
    snprintf(package, sizeof package, "%s/total", folder);
    temp_text(folder, "total/problem.json", problem_json);
    temp_text(folder, "total/solutions/accepted/total.c", right.source);
    temp_text(folder, "total/tests/sample/1.json", "{\"args\": {\"x\": [1, 2]}, \"expected\": 3}");
    temp_text(folder, "total/tests/sample/2.json",
              "{\"args\": {\"x\": [1, 2, 3.5]}, \"expected\": 6.5}");
    temp_text(folder, "total/generator.py",
              "def generate(rng, group, index):\n    return {\"x\": rng.rand(3)}\n\n\n"
              "def validate(args):\n    assert len(args[\"x\"]) < 100\n");
    temp_text(folder, "total/tests/edge/1.json", "{\"args\": {\"x\": [4, 5, 6, 7]}}");
    return n_tiers > 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    temp_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_signals, stop_shower),
        cmocka_unit_test(test_descriptors),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
