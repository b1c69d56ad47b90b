/* Doctor's probes: what their parsers make of a machine's text, whom they blame, and that they try for real. */
#include "box_fixture.h"

#include "sandbox/doctor.h"
#include "sandbox/probe.h"

/* ---- parsers ---- */

static void test_steal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double percent; /* -1: not told */
    } rows[] = {
        {"cpu  50 0 30 10 0 0 0 10 0 0\ncpu0 1 1 1 1 1 1 1 99 0 0\n", 10},
        {"cpu  963345 13054 249377 1314016 10255 0 1970 0 0 0\n", 0},
        {"cpu  1 2 3 4\ncpu0 9 9 9 9 9 9 9 9\n", -1},
        {"cpu  0 0 0 0 0 0 0 0\n", -1},
        {"intr 1 2 3", -1},
        {"cpu ", -1},
        {"", -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (probe_steal_percent(rows[i].text) != rows[i].percent)
            fail_msg("'%s': %g", rows[i].text, probe_steal_percent(rows[i].text));
}

static void test_swap(void **state)
{
    (void)state;
    static const char head[] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    char text[400];
    assert_int_equal(probe_swap_kib(head), -1);
    assert_int_equal(probe_swap_kib(""), -1);
    snprintf(text, sizeof text, "%s/dev/sda2  partition\t1000\t0\t-2\n", head);
    assert_int_equal(probe_swap_kib(text), 0);
    snprintf(text, sizeof text, "%s/dev/sda2 partition 9 512 -2\n/swap\\040file file 9 88 -3\n",
             head);
    assert_int_equal(probe_swap_kib(text), 600);
    snprintf(text, sizeof text, "%snonsense\n", head);
    assert_int_equal(probe_swap_kib(text), -1);
}

static void test_version(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool enough;
    } rows[] = {
        {"libseccomp 2.5.4", false}, {"libseccomp 2.6.0", false},
        {"libseccomp 2.6.1", true},  {"libseccomp 2.10.0", true},
        {"libseccomp 3.0", true},    {"libseccomp 2.6", false},
        {"libseccomp", false},       {"", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (probe_version_at_least(rows[i].text, 2, 6, 1) != rows[i].enough)
            fail_msg("'%s'", rows[i].text);
}

/* ---- whom to blame for a user namespace ---- */

static void test_user_namespace_advice(void **state)
{
    (void)state;
    static const struct {
        bool at_proc;
        int error;
        struct userns_settings found;
        bool is_container;
        const char *names; /* what the advice has to name */
    } rows[] = {
        {false, EPERM, {-1, 15000, 0}, false, "kernel.unprivileged_userns_clone=1"},
        {false, ENOSPC, {-1, 0, -1}, false, "user.max_user_namespaces="},
        {false, ENOSPC, {-1, 3, 1}, false, "user.max_user_namespaces="},
        /* Ubuntu: made, and then without capabilities; or, where its profile is missing, not made at all */
        {false, EPERM, {1, 15000, 1}, false, "tools/apparmor/mljudge"},
        {false, EACCES, {1, 15000, 1}, false, "apparmor_parser -r"},
        {false, EPERM, {1, 15000, -1}, false, "kernel.apparmor_restrict_unprivileged_userns=0"},
        {false, EPERM, {0, 15000, 1}, true, "seccomp=unconfined"},
        {false, EPERM, {0, 15000, 1}, false, "outside"},
        {false, EINVAL, {-1, -1, -1}, false, "CONFIG_USER_NS"},
        {true, EPERM, {0, 15000, 1}, true, "systempaths=unconfined"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *advice = probe_userns_advice(rows[i].at_proc, rows[i].error, &rows[i].found,
                                                 rows[i].is_container);
        if (!strstr(advice, rows[i].names))
            fail_msg("row %zu: '%s' does not name '%s'", i, advice, rows[i].names);
    }
}

/* ---- for real ---- */

static const struct sandbox_feature *find(const struct sandbox_diagnosis *d, const char *name)
{
    for (size_t i = 0; i < d->n_features; i++)
        if (!strcmp(d->features[i].name, name))
            return &d->features[i];
    fail_msg("no feature '%s'", name);
    return NULL;
}

static void test_diagnosis(void **state)
{
    (void)state;
    struct sandbox_diagnosis d;
    struct error err = ERROR_INIT;
    assert_int_equal(sandbox_diagnose(&d, &err), 0);
    static const char *const names[] = {"cgroup",       "user namespaces",
                                        "clone3",       "seccomp filter",
                                        "landlock",     "libseccomp",
                                        "core_pattern", "io_uring",
                                        "yama",         "SMT",
                                        "governor",     "swap"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(find(&d, names[i])->detail[0] != 0);
    for (size_t i = 0; i < d.n_features; i++) {
        const struct sandbox_feature *f = &d.features[i];
        if (f->state == SANDBOX_FEATURE_OK)
            assert_string_equal(f->advice, "");
        if (f->state == SANDBOX_FEATURE_MISSING && d.best != SANDBOX_TIER_NONE)
            fail_msg("'%s' is missing though a tier works", f->name);
    }
    for (int tier = SANDBOX_TIER_LANDLOCK; tier < SANDBOX_N_TIERS; tier++) {
        assert_true(d.tiers[tier].works == (d.tiers[tier].why[0] == 0));
        if (d.tiers[tier].works)
            assert_true((int)d.best >= tier);
    }
    sandbox_diagnosis_done(&d);
    sandbox_diagnosis_done(&d);
}

/* The best tier of the diagnosis is the one a supervisor chooses. */
static void test_diagnosis_agrees_with_sandbox_new(void **state)
{
    (void)state;
    struct sandbox_diagnosis d;
    struct error err = ERROR_INIT;
    assert_int_equal(sandbox_diagnose(&d, &err), 0);
    struct sandbox *best = NULL;
    int r = sandbox_new(&best, NULL, &err);
    if (r < 0)
        assert_int_equal(d.best, SANDBOX_TIER_NONE);
    else
        assert_int_equal(d.best, sandbox_tier_of(best));
    sandbox_free(best);
    sandbox_diagnosis_done(&d);
}

/* Bounds that say "measured, and of this program", not how well: that is for doctor and tools/bench. */
static void test_calibration(void **state)
{
    (void)state;
    struct sandbox_calibration c;
    struct error err = ERROR_INIT;
    if (sandbox_calibrate(sandbox, &c, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(c.cpu_us.known >= CALIBRATION_BURN_US);
    assert_in_range(c.cpu_us.measured, CALIBRATION_BURN_US / 2, 4 * CALIBRATION_BURN_US);
    assert_int_equal(c.memory_bytes.known, CALIBRATION_TOUCH_BYTES);
    assert_in_range(c.memory_bytes.measured, CALIBRATION_TOUCH_BYTES / 2,
                    2 * CALIBRATION_TOUCH_BYTES);
    assert_true(c.cpu_us.source[0] && c.memory_bytes.source[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steal),
        cmocka_unit_test(test_swap),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_user_namespace_advice),
        cmocka_unit_test(test_diagnosis),
        cmocka_unit_test(test_diagnosis_agrees_with_sandbox_new),
        cmocka_unit_test(test_calibration),
    };
    return cmocka_run_group_tests_name("probe", tests, group_setup, group_teardown);
}
