/* Fork servers that do not start, hang, end or are ended: a failure of ours, never an outcome; boxes that were made go on; and
 * nothing is left.  live: starts boxes. */
#include "leftovers.h"
#include "server_fixture.h"

#include <sys/wait.h>

#define N_WAITING 3

static int act(const char *what, const char *how)
{
    int n = how ? atoi(how) : 0;
    if (what && !strcmp(what, "sleep"))
        return usleep((useconds_t)n * 1000) < 0 || printf("slept") < 0;
    return 99;
}

/* ---- outside ---- */

static void assert_works(struct sandbox_server *server)
{
    struct sandbox_policy p = ACT(server, "sleep", "1");
    struct sandbox_outcome o = run_box(&p);
    assert_exit_0(&o);
    assert_true(o.warm);
    assert_output(&o, "slept");
    sandbox_outcome_done(&o);
}

/* No outcome, an error that has `text`. */
static void assert_fails(struct sandbox_server *server, const char *text)
{
    struct sandbox_policy p = ACT(server, "sleep", "1");
    struct error err = ERROR_INIT;
    struct sandbox_outcome o;
    int r = sandbox_run(sandbox, &p, -1, &o, &err);
    if (r >= 0 || !strstr(err.text, text))
        fail_msg("want an error with '%s', got %d '%s'", text, r, err.text);
    assert_false(sandbox_server_is_alive(server));
}

static void assert_nothing_is_left(void)
{
    int64_t until = now_ms() + 1000;
    while (count_marked(server_mark) > 0 && now_ms() < until)
        pause_ms(5);
    char path[64], text[1024] = "";
    snprintf(path, sizeof path, "/proc/%d/status", find_server());
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, text, sizeof text - 1) > 0 && count_marked(server_mark) > 0)
        print_error("left: %s\n", text);
    if (fd >= 0)
        close(fd);
    assert_int_equal(count_marked(server_mark), 0);
}

static void test_a_server_that_ends_at_once(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("exit");
    assert_fails(server, "the fork server has ended: no modules today");
    assert_int_equal(sandbox_server_n_answered(server), 0);
    assert_fails(server, "the fork server has ended");
    sandbox_server_free(server);
    assert_nothing_is_left();
}

static void test_a_server_with_a_thread(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("thread");
    assert_fails(server, "more than one thread");
    sandbox_server_free(server);
    assert_nothing_is_left();
}

static void test_a_server_that_is_killed(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("serve");
    assert_works(server);
    pid_t pid = find_server();
    assert_true(pid > 0);
    struct waited running;
    struct sandbox_policy p = ACT(server, "sleep", "300");
    start_box(&p, &running);
    while (sandbox_server_n_answered(server) < 2)
        sandbox_step(sandbox, 5, NULL);
    kill(pid, SIGKILL);
    wait_for_box(&running, 5000);
    assert_int_equal(running.r, 0); /* a box goes on without its server */
    assert_exit_0(&running.outcome);
    assert_output(&running.outcome, "slept");
    sandbox_outcome_done(&running.outcome);
    assert_fails(server, "fork server");
    sandbox_server_free(server);
    server = start_server("serve"); /* another one is not in its way */
    assert_works(server);
    sandbox_server_free(server);
    assert_nothing_is_left();
}

/* While it makes boxes, at any moment: each is what it should be or a failure of ours. */
static void test_a_server_that_is_killed_at_work(void **state)
{
    (void)state;
    NEED_SERVER();
    for (int after_us = 0; after_us < 4000; after_us += 400) {
        struct sandbox_server *server = start_server("serve");
        assert_works(server);
        pid_t pid = find_server();
        assert_true(pid > 0);
        static struct waited boxes[N_WAITING];
        struct sandbox_policy p = ACT(server, "sleep", "20");
        for (int i = 0; i < N_WAITING; i++)
            start_box(&p, &boxes[i]);
        usleep((useconds_t)after_us);
        kill(pid, SIGKILL);
        for (int i = 0; i < N_WAITING; i++) {
            wait_for_box(&boxes[i], 10000);
            if (boxes[i].r < 0)
                continue;
            assert_exit_0(&boxes[i].outcome);
            assert_output(&boxes[i].outcome, "slept");
            sandbox_outcome_done(&boxes[i].outcome);
        }
        sandbox_server_free(server);
        assert_nothing_is_left();
    }
}

static void test_free_while_boxes_wait(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("hang");
    static struct waited boxes[N_WAITING];
    struct sandbox_policy p = ACT(server, "sleep", "1");
    for (int i = 0; i < N_WAITING; i++)
        start_box(&p, &boxes[i]);
    sandbox_step(sandbox, 20, NULL);
    sandbox_server_free(server);
    for (int i = 0; i < N_WAITING; i++) {
        wait_for_box(&boxes[i], 1000);
        assert_true(boxes[i].r < 0);
        assert_non_null(strstr(boxes[i].err.text, "the fork server has ended"));
    }
    assert_nothing_is_left();
}

static void test_free_while_boxes_run(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("serve");
    static struct waited boxes[N_WAITING];
    struct sandbox_policy p = ACT(server, "sleep", "200");
    for (int i = 0; i < N_WAITING; i++)
        start_box(&p, &boxes[i]);
    while (sandbox_server_n_answered(server) < N_WAITING)
        sandbox_step(sandbox, 5, NULL);
    sandbox_server_free(server);
    for (int i = 0; i < N_WAITING; i++) {
        wait_for_box(&boxes[i], 5000);
        assert_int_equal(boxes[i].r, 0);
        assert_exit_0(&boxes[i].outcome);
        assert_output(&boxes[i].outcome, "slept");
        sandbox_outcome_done(&boxes[i].outcome);
    }
}

static void test_cancel_while_the_server_hangs(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("hang");
    struct waited waiting;
    struct sandbox_policy p = ACT(server, "sleep", "1");
    struct sandbox_box *box = start_box(&p, &waiting);
    sandbox_step(sandbox, 20, NULL);
    sandbox_cancel(sandbox, box);
    wait_for_box(&waiting, 500);
    assert_int_equal(waiting.r, 0);
    assert_end(&waiting.outcome, SANDBOX_END_CANCELLED);
    sandbox_outcome_done(&waiting.outcome);
    sandbox_server_free(server);
    assert_nothing_is_left();
}

/* Others who wait for the same server do not fail because one does not wait any more. */
static void test_cancel_one_of_many(void **state)
{
    (void)state;
    NEED_SERVER();
    struct sandbox_server *server = start_server("serve");
    static struct waited boxes[N_WAITING];
    struct sandbox_policy p = ACT(server, "sleep", "50");
    struct sandbox_box *first = start_box(&p, &boxes[0]);
    for (int i = 1; i < N_WAITING; i++)
        start_box(&p, &boxes[i]);
    sandbox_cancel(sandbox, first);
    for (int i = 0; i < N_WAITING; i++) {
        wait_for_box(&boxes[i], 10000);
        assert_int_equal(boxes[i].r, 0);
        assert_end(&boxes[i].outcome, i ? SANDBOX_END_EXITED : SANDBOX_END_CANCELLED);
        sandbox_outcome_done(&boxes[i].outcome);
    }
    assert_works(server);
    sandbox_server_free(server);
}

/* sandbox_free() with everything at once; then our own death. */
static void start_all(struct sandbox *s)
{
    struct sandbox_server *up, *hanging;
    if (start_server_in(s, "serve", &up, NULL) < 0 ||
        start_server_in(s, "hang", &hanging, NULL) < 0)
        _exit(2);
    const struct sandbox_policy runs = ACT(up, "sleep", "60000"),
                                waits = ACT(hanging, "sleep", "1");
    if (sandbox_start(s, &runs, NULL, NULL, NULL, NULL) < 0 ||
        sandbox_start(s, &waits, NULL, NULL, NULL, NULL) < 0)
        _exit(3);
}

static void check_death(bool is_killed, int after_ms)
{
    enum sandbox_tier tier = sandbox_tier_of(sandbox);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct sandbox *s;
        struct sandbox_options options = {.want = tier};
        if (sandbox_new(&s, &options, NULL) < 0)
            _exit(77); /* a group that is handed over to a user is for one supervisor only */
        start_all(s);
        int64_t until = now_ms() + (is_killed ? 60000 : after_ms);
        while (now_ms() < until)
            sandbox_step(s, 5, NULL);
        sandbox_free(s);
        _exit(0);
    }
    if (is_killed) {
        pause_ms(after_ms);
        kill(pid, SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        print_message("SKIP: no second supervisor of this tier\n");
        skip();
    }
    assert_int_equal(WIFSIGNALED(status), is_killed);
    if (!is_killed)
        assert_int_equal(WEXITSTATUS(status), 0);
    assert_nothing_is_left();
    int64_t until = now_ms() + (is_emulated() ? 10000 : 1000);
    while (count_groups(tier, pid) + count_directories(pid) > 0 && now_ms() < until)
        pause_ms(10);
    assert_int_equal(count_groups(tier, pid), 0);
    assert_int_equal(count_directories(pid), 0);
}

static void test_sandbox_free_ends_servers(void **state)
{
    (void)state;
    NEED_SERVER();
    check_death(false, 200);
    check_death(false, 0);
}

static void test_killed_supervisor_leaves_nothing(void **state)
{
    (void)state;
    NEED_SERVER();
    check_death(true, 300);
    for (int ms = 10; ms < 40; ms += 6)
        check_death(true, ms);
}

static int setup(void **state)
{
    return group_setup(state) < 0 || server_setup() < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    enum sandbox_tier tier = sandbox_tier_of(sandbox);
    group_teardown(state);
    return count_groups(tier, getpid()) + count_directories(getpid()) + count_marked(server_mark)
               ? -1
               : 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && !strcmp(argv[1], "in-box"))
        return in_box(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_server_that_ends_at_once),
        cmocka_unit_test(test_a_server_with_a_thread),
        cmocka_unit_test(test_a_server_that_is_killed),
        cmocka_unit_test(test_a_server_that_is_killed_at_work),
        cmocka_unit_test(test_free_while_boxes_wait),
        cmocka_unit_test(test_free_while_boxes_run),
        cmocka_unit_test(test_cancel_while_the_server_hangs),
        cmocka_unit_test(test_cancel_one_of_many),
        cmocka_unit_test(test_sandbox_free_ends_servers),
        cmocka_unit_test(test_killed_supervisor_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
