/* live: fork servers that are replaced while a submission is judged: the same verdicts, each test run once, and nothing
 * is left of those that went.  Needs build/libexec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/wait.h>

#include "judge/judge.h"
#include "sandbox/util.h"
#include "tests/unit/open_fds.h"
#include "tests/unit/temp_folder.h"

#define N_TESTS  40
#define N_BOXES  4 /* of one server */
#define PIDS_MAX (2 * N_TESTS)

static char folder[64];
static char package[100];

static const char problem_json[] =
    "{\"version\": 1, \"title\": \"T\", \"entry\": {\"kind\": \"function\", \"name\": \"twice\"},\n"
    " \"signature\": {\"args\": {\"k\": \"int\"}, \"returns\": \"int\"},\n"
    " \"languages\": [\"python\"], \"comparator\": \"exact\",\n"
    " \"groups\": [{\"name\": \"sample\", \"points\": 0}, {\"name\": \"a\", \"points\": 1, "
    "\"generated\": 40}],\n"
    " \"reference\": \"solutions/a.py\"}";
static const char right[] = "def twice(k):\n    return k + k\n";
static const char wrong[] = "def twice(k):\n    return k + k + (k == 31)\n";

static int set_up(void **state)
{
    (void)state;
    temp_make(folder);
    snprintf(package, sizeof package, "%s/pack", folder);
    assert_int_equal(mkdir(package, 0755), 0);
    setenv("XDG_CACHE_HOME", folder, 1);
    temp_text(package, "problem.json", problem_json);
    temp_text(package, "solutions/a.py", right);
    temp_text(package, "generator.py",
              "def generate(rng, group, index):\n    return {'k': index}\n");
    temp_text(package, "tests/sample/1.json", "{\"args\": {\"k\": 1}, \"expected\": 2}");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temp_remove(folder);
    return 0;
}

/* The servers that were there when a test was over. */
struct seen {
    struct judge *judge;
    pid_t pids[PIDS_MAX];
    size_t n;
};

static void look(void *data, const struct judge_event *event)
{
    struct seen *seen = data;
    if (event->kind != JUDGE_TEST_DONE)
        return;
    for (size_t i = 0; i < seen->judge->n_languages; i++) {
        const struct sandbox_server *server = seen->judge->servers[i].server;
        pid_t pid = server ? sandbox_server_pid(server) : 0;
        bool known = pid == 0;
        for (size_t k = 0; k < seen->n; k++)
            known = known || seen->pids[k] == pid;
        if (!known && seen->n < PIDS_MAX)
            seen->pids[seen->n++] = pid;
    }
}

static struct record *judge_with(const struct judge_options *options, const char *source,
                                 struct seen *seen)
{
    struct problem *problem = NULL;
    struct record *record = NULL;
    struct seed seed;
    struct error err = ERROR_INIT;
    char cwd[900];
    struct judge_options own = *options;
    assert_non_null(getcwd(cwd, sizeof cwd)); /* the source tree, as in every test of make */
    snprintf(own.dirs.languages, sizeof own.dirs.languages, "%s/judge/languages", cwd);
    snprintf(own.dirs.libexec, sizeof own.dirs.libexec, "%s/build/libexec", cwd);
    snprintf(own.dirs.problems, sizeof own.dirs.problems, "%s/problems", cwd);
    assert_int_equal(seed_set(&seed, "one", 3, NULL), 0);
    *seen = (struct seen){0};
    if (problem_load(package, &problem, &err) < 0 || judge_new(&seen->judge, &own, &err) < 0)
        fail_msg("%s", err.text);
    const struct submission submission = {.problem = problem,
                                          .language = "python",
                                          .file = "x.py",
                                          .source = source,
                                          .source_size = strlen(source),
                                          .seed = &seed,
                                          .cancel_fd = -1};
    if (judge_submission(seen->judge, &submission, look, seen, &record, &err) < 0)
        fail_msg("%s", err.text);
    judge_free(seen->judge);
    problem_free(problem);
    return record;
}

static void assert_same_results(const struct record *a, const struct record *b)
{
    assert_int_equal(a->n_tests, N_TESTS + 1);
    assert_int_equal(b->n_tests, a->n_tests);
    assert_int_equal(a->verdict, b->verdict);
    for (size_t i = 0; i < a->n_tests; i++) {
        bool both = a->tests[i].status == TEST_RUN && b->tests[i].status == TEST_RUN;
        if (both) /* behind the first failure one job starts fewer than three */
            assert_int_equal(a->tests[i].verdict, b->tests[i].verdict);
        assert_true(b->tests[i].repeats <= 1); /* no box failed with its server */
    }
}

static void test_servers_are_replaced(void **state)
{
    (void)state;
    static const char *const sources[] = {right, wrong};
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        struct seen seen;
        struct record *cold = judge_with(&(struct judge_options){.cold = true}, sources[i], &seen);
        assert_int_equal(seen.n, 0);
        assert_int_equal(cold->verdict, i == 0 ? VERDICT_AC : VERDICT_WA);
        for (int n_jobs = 1; n_jobs <= 3; n_jobs++) {
            int before = count_open_fds();
            struct judge_options options = {.n_jobs = n_jobs, .server_boxes = N_BOXES};
            struct record *warm = judge_with(&options, sources[i], &seen);
            if (!warm->tests[0].warm) {
                record_free(warm);
                record_free(cold);
                print_message("SKIP: no warm starts here\n");
                skip();
            }
            assert_same_results(cold, warm);
            for (size_t k = 0; k < warm->n_tests; k++)
                assert_true(warm->tests[k].status != TEST_RUN || warm->tests[k].warm);
            size_t n_run = i == 0 ? N_TESTS : 30;
            assert_in_range(seen.n, n_run / (N_BOXES + 2 * (size_t)n_jobs), PIDS_MAX - 1);
            for (size_t k = 0; k < seen.n; k++) /* reaped: no number of ours */
                assert_int_equal(waitpid(seen.pids[k], NULL, WNOHANG), -1);
            assert_int_equal(waitpid(-1, NULL, WNOHANG | __WALL), -1);
            assert_int_equal(errno, ECHILD);
            assert_int_equal(count_open_fds(), before);
            record_free(warm);
        }
        record_free(cold);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_servers_are_replaced)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
