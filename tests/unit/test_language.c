/* Language files and probes, with data folders and a PATH of the test's own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/language.h"
#include "sandbox/util.h"
#include "tests/unit/temp_folder.h"

static char folder[64];
static char bins[100];
static struct data_dirs dirs;
static const struct cache no_cache = {.dir_fd = -1};

static const char toy[] =
    "{\"title\": \"Toy\", \"extensions\": [\".toy\", \".t\"], \"source\": \"solution.toy\",\n"
    " \"packages\": {\"debian\": \"toy-lang\", \"ubuntu\": \"toy\"},\n"
    " \"probe\": {\"programs\": [\"toyc\"], \"arguments\": [\"{languages}\", \"{unknown}\"]},\n"
    " \"run\": {\"command\": [\"{program}\", \"{source}\", \"{libexec}/x\", \"{nothing\"],\n"
    "         \"environment\": {\"WHERE\": \"{languages}\"},\n"
    "         \"mounts\": [\"/usr/lib\", \"/no/such/path\", {\"source\": \"{libexec}\", "
    "\"target\": \"/harness\"}]}}";

static void program(const char *name, const char *script)
{
    char path[1200];
    temp_text(bins, name, script);
    snprintf(path, sizeof path, "%s/%s", bins, name);
    assert_int_equal(chmod(path, 0755), 0);
}

static int set_up(void **state)
{
    (void)state;
    temp_make(folder);
    snprintf(bins, sizeof bins, "%s/bin", folder);
    assert_int_equal(mkdir(bins, 0755), 0);
    snprintf(dirs.languages, sizeof dirs.languages, "%s/languages", folder);
    snprintf(dirs.libexec, sizeof dirs.libexec, "%s/libexec", folder);
    temp_text(folder, "languages/toy.json", toy);
    temp_text(folder, "languages/other.json", "{\"title\": \"Other\", \"colour\": 1}");
    temp_text(folder, "languages/README.md", "no language");
    temp_text(folder, "languages/broken.json", "{\n\n nonsense");
    temp_text(folder, "libexec/x", "");
    return setenv("PATH", bins, 1);
}

static int tear_down(void **state)
{
    (void)state;
    temp_remove(folder);
    return 0;
}

static void test_language_program_of_ours(void **state)
{
    (void)state;
    char path[1200];
    struct error err = ERROR_INIT;
    struct language *language = NULL;
    temp_text(folder, "languages/ours.json",
              "{\"title\": \"Ours\", \"extensions\": [\".o\"], \"source\": \"s.o\", "
              "\"row_orders\": true,\n"
              " \"packages\": {\"debian\": \"libours-dev\", \"ubuntu\": \"libours-dev\"},\n"
              " \"probe\": {\"programs\": [\"{libexec}/ours\"], \"arguments\": [\"--version\"]},\n"
              " \"run\": {\"command\": [\"{program}\"]}}");
    assert_int_equal(language_load(&dirs, "ours", &language, &err), 0);
    assert_true(language->row_orders);
    /* Not built: what is missing, and what to do then. */
    assert_int_equal(language_probe(&dirs, &no_cache, language, &err), -ENOENT);
    assert_non_null(
        strstr(err.text, "there is no usable ours; apt-get install libours-dev, then build"));
    temp_text(folder, "libexec/ours", "#!/bin/sh\necho 1.2 $1\n");
    snprintf(path, sizeof path, "%s/libexec/ours", folder);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(language_probe(&dirs, &no_cache, language, &err), 0);
    assert_string_equal(language->version, "1.2 --version");
    assert_string_equal(language->program, path);
    language_free(language);
    snprintf(path, sizeof path, "%s/languages/ours.json", folder);
    assert_int_equal(unlink(path), 0);
}

static void test_language_unknown_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "cobol", "", "../toy", ".", "toy.json", "toy/", "Toy", "a23456789012345678901234567890123"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct language *language = NULL;
        struct error err = ERROR_INIT;
        assert_int_equal(language_load(&dirs, names[i], &language, &err), -ENOENT);
        assert_null(language);
        assert_non_null(strstr(err.text, "known: broken, other, toy"));
    }
}

static void test_language_files_are_checked(void **state)
{
    (void)state;
    struct language *language = NULL;
    struct error err = ERROR_INIT;
    assert_int_equal(language_load(&dirs, "other", &language, &err), -EINVAL);
    assert_non_null(strstr(err.text, "unknown key \"colour\""));
    assert_non_null(strstr(err.file, "languages/other.json"));
    err = ERROR_INIT;
    assert_int_equal(language_load(&dirs, "broken", &language, &err), -EINVAL);
    assert_int_equal(err.line, 3);
}

static struct language *loaded(void)
{
    struct language *language = NULL;
    assert_int_equal(language_load(&dirs, "toy", &language, NULL), 0);
    return language;
}

static void test_language_probe_takes_the_first_that_works(void **state)
{
    (void)state;
    char path[1200];
    struct language *language = loaded();
    struct error err = ERROR_INIT;
    /* None: what is missing, and who has it. */
    assert_int_equal(language_probe(&dirs, &no_cache, language, &err), -ENOENT);
    assert_non_null(strstr(err.text, "toyc"));
    assert_non_null(strstr(err.text, "apt-get install toy-lang"));
    assert_false(language->probed);
    language_free(language);
    /* The first in PATH fails: its reason is told. */
    snprintf(path, sizeof path, "%s/first:%s/second", bins, bins);
    setenv("PATH", path, 1);
    program("first/toyc", "#!/bin/sh\necho 'no module of mine' >&2\nexit 1\n");
    language = loaded();
    err = ERROR_INIT;
    assert_int_equal(language_probe(&dirs, &no_cache, language, &err), -ENOENT);
    assert_non_null(strstr(err.text, "no module of mine"));
    language_free(language);
    /* The second works. */
    program("second/toyc", "#!/bin/sh\necho 1.2.3\necho more\n");
    language = loaded();
    err = ERROR_INIT;
    assert_int_equal(language_probe(&dirs, &no_cache, language, &err), 0);
    assert_string_equal(language->version, "1.2.3");
    snprintf(path, sizeof path, "%s/second/toyc", bins);
    assert_string_equal(language->program, path);
    assert_true(language->probed);
    assert_int_equal(strlen(language->id), 64);
    /* Variables are filled in; what is none stays. */
    assert_true(language->run.present && !language->compile.present);
    assert_string_equal(language->run.command[0], path);
    assert_string_equal(language->run.command[1], "solution.toy");
    snprintf(path, sizeof path, "%s/x", dirs.libexec);
    assert_string_equal(language->run.command[2], path);
    assert_string_equal(language->run.command[3], "{nothing");
    assert_null(language->run.command[4]);
    snprintf(path, sizeof path, "WHERE=%s", dirs.languages);
    bool found = false;
    for (size_t i = 0; language->run.env[i]; i++)
        found = found || strcmp(language->run.env[i], path) == 0;
    assert_true(found);
    bool harness = false;
    for (size_t i = 0; i < language->run.mounts.n; i++) {
        assert_string_not_equal(language->run.mounts.mounts[i].target, "/no/such/path");
        harness = harness || strcmp(language->run.mounts.mounts[i].target, "/harness") == 0;
    }
    assert_true(harness);
    language_free(language);
}

static void test_language_probe_is_cached_until_something_changes(void **state)
{
    (void)state;
    struct cache cache;
    char path[1200];
    snprintf(path, sizeof path, "%s/cache", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    setenv("XDG_CACHE_HOME", path, 1);
    cache_open(&cache, NULL);
    assert_true(cache.dir_fd >= 0);
    snprintf(path, sizeof path, "%s/third", bins);
    setenv("PATH", path, 1);
    static const struct {
        const char *script, *version; /* NULL: the program stays as it is */
    } steps[] = {
        {"#!/bin/sh\necho 1\n: >\"$0.asked\"\n", "1"},
        {NULL, "1"},
        {"#!/bin/sh\necho 2 another\n: >\"$0.asked\"\n", "2 another"},
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        char asked[1300];
        if (steps[i].script)
            program("third/toyc", steps[i].script);
        snprintf(asked, sizeof asked, "%s/toyc.asked", path);
        struct language *language = loaded();
        assert_int_equal(language_probe(&dirs, &cache, language, NULL), 0);
        assert_string_equal(language->version, steps[i].version);
        assert_int_equal(unlink(asked) == 0, steps[i].script != NULL);
        language_free(language);
    }
    cache_close(&cache);
}

static void test_language_for_file(void **state)
{
    (void)state;
    static const char *offered[] = {"nonesuch", "toy", NULL};
    struct problem problem = {.languages = offered, .n_languages = 2};
    static const struct {
        const char *file, *language;
    } cases[] = {{"a.toy", "toy"},     {"dir.x/b.t", "toy"}, {".toy", "toy"}, {"a.toy.py", NULL},
                 {"a.TOY", NULL},      {"toy", NULL},        {"a.", NULL},    {"", NULL},
                 {"x.toy/file", NULL}, {"-", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *name = language_for_file(&dirs, &problem, cases[i].file);
        if (cases[i].language)
            assert_string_equal(name, cases[i].language);
        else
            assert_null(name);
    }
}

static void test_mounts_hide_what_a_mount_shows(void **state)
{
    (void)state;
    struct mount_list list = {0};
    char path[100];
    snprintf(path, sizeof path, "%s/languages", folder);
    assert_int_equal(mounts_hide(&list, path, NULL), 0);
    assert_int_equal(list.n, 0); /* nothing shows it */
    assert_int_equal(mounts_add_host(&list, folder, false, NULL), 0);
    assert_int_equal(mounts_hide(&list, path, NULL), 0);
    assert_int_equal(list.n, 2);
    assert_int_equal(list.mounts[1].kind, SANDBOX_MOUNT_EMPTY);
    assert_string_equal(list.mounts[1].target, path);
    assert_int_equal(mounts_hide(&list, "/no/such/folder", NULL), 0);
    assert_int_equal(mounts_hide(&list, "", NULL), 0);
    assert_int_equal(list.n, 2);
    /* A neighbour whose name begins alike is not beneath. */
    char neighbour[100];
    snprintf(neighbour, sizeof neighbour, "%s-x", folder);
    assert_int_equal(mkdir(neighbour, 0755), 0);
    assert_int_equal(mounts_hide(&list, neighbour, NULL), 0);
    assert_int_equal(list.n, 2);
    rmdir(neighbour);
    /* Links stay links; missing paths are said unless optional. */
    snprintf(path, sizeof path, "%s/link", folder);
    assert_int_equal(symlink("languages", path), 0);
    assert_int_equal(mounts_add_host(&list, path, false, NULL), 0);
    assert_int_equal(list.mounts[2].kind, SANDBOX_MOUNT_SYMLINK);
    assert_string_equal(list.mounts[2].source, "languages");
    assert_int_equal(mounts_add_host(&list, "/no/such/path", true, NULL), 0);
    assert_int_equal(list.n, 3);
    assert_int_equal(mounts_add_host(&list, "/no/such/path", false, NULL), -ENOENT);
    for (int i = 0; i < MOUNT_MAX; i++) {
        snprintf(path, sizeof path, "/t%d", i);
        int r = mounts_add(&list, SANDBOX_MOUNT_EMPTY, NULL, path, false, NULL);
        assert_int_equal(r, i < MOUNT_MAX - 3 ? 0 : -E2BIG);
    }
    mounts_done(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language_program_of_ours),
        cmocka_unit_test(test_language_unknown_names),
        cmocka_unit_test(test_language_files_are_checked),
        cmocka_unit_test(test_language_probe_takes_the_first_that_works),
        cmocka_unit_test(test_language_probe_is_cached_until_something_changes),
        cmocka_unit_test(test_language_for_file),
        cmocka_unit_test(test_mounts_hide_what_a_mount_shows),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
