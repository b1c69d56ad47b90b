/* mljudge verify: a package proves itself.  Every solution must get its folder's verdict on several seeds, spoil the
 * groups its comment names and no others, and the references must agree on every test. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "judge/command/verify_conditioning.h"
#include "judge/command/verify_mutate.h"
#include "judge/escape.h"
#include "judge/schedule_order.h"
#include "judge/verify_matrix.h"
#include "sandbox/util.h"

static const struct {
    const char *name;
    enum verdict verdict;
} folders[] = {
    {"accepted", VERDICT_AC}, {"wrong", VERDICT_WA},  {"slow", VERDICT_TLE},
    {"memory", VERDICT_MLE},  {"crash", VERDICT_RTE},
};

struct verify {
    const struct context *context;
    struct judge *judge;
    struct seed base;
    int64_t n_seeds;
    size_t n_good, n_bad;
    FILE *out;           /* for people */
    bool matrix;         /* print the kill matrix */
    bool quick;          /* of every folder but accepted/ a few */
    size_t n_left_out;   /* by it */
    bool strict;         /* a group that rejects nothing, or not always, is a failure */
    int64_t n_mutants;   /* of each reference; 0: none */
    json_t *report;      /* list of problems; NULL: not asked for */
    bool first_seed;     /* what needs one seed only is done on this one */
    struct matrix kills; /* of the problem at hand */
};

/* What a solution's first lines say of it. */
struct claims {
    char caught_by[128]; /* comma-separated groups */
    char lang[LANGUAGE_NAME_MAX + 1];
    int64_t score;  /* -1 = not said */
    int64_t factor; /* of slow ones: so many times the limit must not be enough; 0 = not said */
};

#define CLAIM_LINES 20
#define QUICK_FEW   2 /* solutions of a folder */

static void read_claim(const char *line, size_t n, const char *key, char *ret, size_t size)
{
    size_t length = strlen(key);
    for (size_t i = 0; i + length <= n; i++) {
        if (strncmp(line + i, key, length) != 0 || (i > 0 && isalnum((unsigned char)line[i - 1])))
            continue;
        i += length;
        while (i < n && line[i] == ' ')
            i++;
        size_t used = 0;
        while (i < n && used + 1 < size &&
               (isalnum((unsigned char)line[i]) || strchr("-_, ", line[i])))
            ret[used++] = line[i++];
        while (used > 0 && (ret[used - 1] == ' ' || ret[used - 1] == ','))
            used--;
        ret[used] = '\0';
        return;
    }
}

static struct claims read_claims(const char *source)
{
    struct claims claims = {.score = -1};
    char score[24] = "";
    char factor[24] = "";
    const char *line = source;
    for (int i = 0; i < CLAIM_LINES && *line; i++) {
        size_t n = strcspn(line, "\n");
        read_claim(line, n, "caught by:", claims.caught_by, sizeof claims.caught_by);
        read_claim(line, n, "lang:", claims.lang, sizeof claims.lang);
        read_claim(line, n, "score:", score, sizeof score);
        read_claim(line, n, "factor:", factor, sizeof factor);
        line += n + (line[n] ? 1 : 0);
    }
    if (score[0])
        claims.score = strtoll(score, NULL, 10);
    claims.factor = strtoll(factor, NULL, 10);
    return claims;
}

static bool names_group(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *p = list; *p;) {
        p += strspn(p, ", ");
        size_t n = strcspn(p, ", ");
        if (n == length && strncmp(p, name, n) == 0)
            return true;
        p += n;
    }
    return false;
}

/* Empty: the record is as claimed.  Else why not. */
static void check_claims(const struct record *record, const struct claims *claims,
                         enum verdict wanted, char *why, size_t size)
{
    why[0] = '\0';
    if (record->verdict != wanted) {
        snprintf(why, size, "verdict %s where its folder says %s", verdict_name(record->verdict),
                 verdict_name(wanted));
        for (size_t i = 0; i < record->n_tests; i++)
            if (record->tests[i].status != TEST_SKIPPED &&
                record->tests[i].verdict == record->verdict && record->verdict != VERDICT_AC) {
                size_t used = strlen(why);
                snprintf(why + used, size - used, " (%s: %.300s)", record->tests[i].name,
                         test_message(&record->tests[i]));
                break;
            }
        return;
    }
    if (claims->score >= 0 && record->score != claims->score) {
        snprintf(why, size, "%" PRId64 " points where its comment says %" PRId64, record->score,
                 claims->score);
        return;
    }
    if (wanted == VERDICT_AC)
        return;
    if (!claims->caught_by[0]) {
        snprintf(why, size, "its first %d lines do not say \"caught by: GROUP\"", CLAIM_LINES);
        return;
    }
    for (size_t g = 0; g < record->n_groups; g++) {
        const struct group_result *group = &record->groups[g];
        bool named = names_group(claims->caught_by, group->name);
        if (group->offered && named == (group->verdict == VERDICT_AC)) {
            snprintf(why, size,
                     named ? "group %s does not catch it, as its comment says"
                           : "group %s catches it (%s) but its comment does not say so",
                     group->name, verdict_name(group->verdict));
            return;
        }
    }
}

/* A TLE, or a failure of ours: what a machine that was busy for a moment could have caused. */
static bool decided_by_time(const struct record *record)
{
    for (size_t i = 0; i < record->n_tests; i++)
        if (record->tests[i].status == TEST_RUN &&
            (record->tests[i].verdict == VERDICT_TLE || record->tests[i].verdict == VERDICT_JE))
            return true;
    return false;
}

static void note_second_look(FILE *out, const char *file, const char *why)
{
    char name[128], text[700];
    escape_text(file, strlen(file), name, sizeof name);
    escape_text(why, strlen(why), text, sizeof text);
    fprintf(out, "  note %s was judged twice; the first time: %s\n", name, text);
}

/* The slowest accepted solution of each language and group, against its limit. */
struct slowest {
    char language[LANGUAGE_NAME_MAX + 1];
    char group[32];
    int64_t cpu_us, memory_bytes;
    struct test_limits limits; /* those that cpu_us came nearest to: measured ones differ by seed */
    double factor;
};
#define SLOWEST_MAX 256

struct measures {
    struct slowest rows[SLOWEST_MAX];
    size_t n;
};

static void measure(struct measures *measures, const struct record *record)
{
    for (size_t i = 0; i < record->n_tests; i++) {
        const struct test_result *test = &record->tests[i];
        const struct group_result *group = &record->groups[test->group];
        if (test->status != TEST_RUN)
            continue;
        size_t k = 0;
        while (k < measures->n && (strcmp(measures->rows[k].language, record->language) != 0 ||
                                   strcmp(measures->rows[k].group, group->name) != 0))
            k++;
        if (k == SLOWEST_MAX)
            continue;
        struct slowest *row = &measures->rows[k];
        if (k == measures->n) {
            measures->n++;
            *row = (struct slowest){.limits = group->limits, .factor = group->factor};
            snprintf(row->language, sizeof row->language, "%s", record->language);
            snprintf(row->group, sizeof row->group, "%s", group->name);
        }
        if (test->run.cpu_us * row->limits.cpu_ms > row->cpu_us * group->limits.cpu_ms) {
            row->cpu_us = test->run.cpu_us;
            row->limits = group->limits;
        }
        row->memory_bytes =
            test->run.memory_bytes > row->memory_bytes ? test->run.memory_bytes : row->memory_bytes;
    }
}

static void print_measures(FILE *out, const struct measures *measures)
{
    fprintf(out, "  slowest accepted solutions\n");
    for (size_t i = 0; i < measures->n; i++) {
        const struct slowest *row = &measures->rows[i];
        double ratio =
            row->cpu_us > 0 ? (double)row->limits.cpu_ms * 1000.0 / (double)row->cpu_us : 0;
        fprintf(
            out, "    %-8s %-16s %9.1f ms of %6" PRId64 " (limit is %.1f times)  %8.1f MiB of %.0f",
            row->language, row->group, (double)row->cpu_us / 1000.0, row->limits.cpu_ms, ratio,
            (double)row->memory_bytes / 1048576.0, (double)row->limits.memory_bytes / 1048576.0);
        if (row->factor > 0)
            fprintf(out, "  by factor %g", row->factor);
        fputc('\n', out);
    }
}

/* ---- one solution, one problem ---- */

static void report_row(struct verify *verify, const char *folder, const char *file,
                       const char *language, const struct record *record, const char *why)
{
    bool good = why[0] == '\0';
    char name[128];
    char text[700];
    escape_text(file, strlen(file), name, sizeof name);
    escape_text(why, strlen(why), text, sizeof text);
    verify->n_good += good;
    verify->n_bad += !good;
    fprintf(verify->out, "  %-4s %-9s %-28s %-8s", good ? "ok" : "BAD", folder, name, language);
    if (record)
        fprintf(verify->out, " %-4s %3" PRId64 "/%-3" PRId64, verdict_name(record->verdict),
                record->score, record->max_score);
    fprintf(verify->out, "%s%s\n", good ? "" : "  ", text);
    fflush(verify->out);
}

/* The tests again with the rows of all tables in other orders: what is accepted must not depend on it.  Appends to
 * `why`.  A time limit says nothing here: it was judged before. */
static int try_row_orders(struct verify *verify, const struct submission *given,
                          struct progress *progress, char *why, size_t size, struct error *err)
{
    static const struct {
        enum row_order order;
        const char *what;
    } orders[] = {{ROW_ORDER_SCAN, "scanned backwards"},
                  {ROW_ORDER_REVERSED, "reversed"},
                  {ROW_ORDER_SHUFFLED, "shuffled"}};
    for (size_t i = 0; i < ARRAY_LEN(orders) && !why[0]; i++) {
        if (given->problem->row_order_matters && orders[i].order != ROW_ORDER_SCAN)
            continue;
        struct submission submission = *given;
        struct record *record = NULL;
        submission.row_order = orders[i].order;
        int r =
            judge_submission(verify->judge, &submission, progress_event, progress, &record, err);
        progress_clear(progress);
        if (r < 0)
            return r;
        for (size_t t = 0; t < record->n_tests && !why[0]; t++) {
            const struct test_result *test = &record->tests[t];
            if (test->status == TEST_RUN && test->verdict != VERDICT_AC &&
                test->verdict != VERDICT_TLE && test->verdict != VERDICT_JE)
                snprintf(why, size,
                         "its answer depends on the order of the rows: with those of test %s %s it "
                         "is %s (%.300s)",
                         test->name, orders[i].what, verdict_name(test->verdict),
                         test_message(test));
        }
        record_free(record);
    }
    return 0;
}

/* A slow solution that says "factor: N" must still be too slow where the limits are N times as high.  Appends to
 * `why`. */
static int try_factor(struct verify *verify, const struct submission *given, int64_t factor,
                      const struct record *record, struct progress *progress, char *why,
                      size_t size, struct error *err)
{
    struct submission submission = *given;
    struct record *lifted = NULL;
    submission.times_limits = factor;
    int r = judge_submission(verify->judge, &submission, progress_event, progress, &lifted, err);
    progress_clear(progress);
    if (r < 0)
        return r;
    for (size_t g = 0; g < record->n_groups && !why[0]; g++) {
        const struct group_result *group = &record->groups[g];
        int64_t cpu_us = 0;
        if (group->verdict != VERDICT_TLE || lifted->groups[g].verdict == VERDICT_TLE)
            continue;
        for (size_t i = 0; i < lifted->n_tests; i++)
            if (lifted->tests[i].group == g && lifted->tests[i].run.cpu_us > cpu_us)
                cpu_us = lifted->tests[i].run.cpu_us;
        snprintf(why, size,
                 "group %s: %.1f ms are not %" PRId64 " times the limit (%" PRId64
                 " ms), as its comment says",
                 group->name, (double)cpu_us / 1000.0, factor, group->limits.cpu_ms);
    }
    record_free(lifted);
    return 0;
}

/* A record is as claimed: what else its solution must stand.  Appends to `why`. */
static int try_more(struct verify *verify, const struct submission *submission,
                    const struct claims *claims, const struct record *record,
                    struct progress *progress, char *why, size_t size, struct error *err)
{
    struct language *tools = NULL;
    if (record->verdict == VERDICT_TLE && claims->factor > 1 && verify->first_seed)
        return try_factor(verify, submission, claims->factor, record, progress, why, size, err);
    if (record->verdict == VERDICT_AC &&
        judge_language(verify->judge, submission->language, &tools, err) == 0 && tools->row_orders)
        return try_row_orders(verify, submission, progress, why, size, err);
    return 0;
}

static int verify_solution(struct verify *verify, const struct problem *problem,
                           const struct seed *seed, size_t folder, int dir_fd, const char *file,
                           struct measures *measures)
{
    struct error err = ERROR_INIT;
    auto_free char *source = NULL;
    size_t size = 0;
    if (file_read_beneath(dir_fd, file, JUDGE_SOURCE_MAX, &source, &size, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    struct claims claims = read_claims(source);
    const char *language =
        claims.lang[0] ? claims.lang : language_for_file(&verify->context->dirs, problem, file);
    if (!language || !problem_offers(problem, language)) {
        report_row(verify, folders[folder].name, file, language ? language : "?", NULL,
                   "no language of the problem fits");
        return 0;
    }
    struct progress progress;
    progress_init(&progress, verify->context);
    struct submission submission = {
        .problem = problem,
        .language = language,
        .file = file,
        .source = source,
        .source_size = size,
        .seed = seed,
        .strict = true,
        .cancel_fd = verify->context->cancel_fd,
    };
    struct record *record = NULL;
    int r = judge_submission(verify->judge, &submission, progress_event, &progress, &record, &err);
    progress_clear(&progress);
    if (r == -ECANCELED)
        return complain_error(EXIT_OURS, &err);
    if (r < 0) {
        char text[1200];
        report_row(verify, folders[folder].name, file, language, NULL,
                   error_format(&err, text, sizeof text));
        return EXIT_REJECTED; /* the package itself is at fault: the other solutions would say the same */
    }
    char why[600];
    check_claims(record, &claims, folders[folder].verdict, why, sizeof why);
    if (why[0] && decided_by_time(record)) {
        /* Once more: a machine that was busy must not condemn a package.  Both results are said. */
        struct record *again = NULL;
        r = judge_submission(verify->judge, &submission, progress_event, &progress, &again, &err);
        progress_clear(&progress);
        if (r < 0)
            return complain_error(EXIT_OURS, &err);
        note_second_look(verify->out, file, why);
        record_free(record);
        record = again;
        check_claims(record, &claims, folders[folder].verdict, why, sizeof why);
    }
    r = why[0] ? 0
               : try_more(verify, &submission, &claims, record, &progress, why, sizeof why, &err);
    if (r < 0) {
        record_free(record);
        return complain_error(EXIT_OURS, &err);
    }
    report_row(verify, folders[folder].name, file, language, record, why);
    if (folders[folder].verdict == VERDICT_AC)
        measure(measures, record);
    bool must_fail = folders[folder].verdict != VERDICT_AC;
    r = matrix_add(&verify->kills, folders[folder].name, must_fail, record);
    record_free(record);
    return r < 0 ? complain(EXIT_OURS, "out of memory") : 0;
}

static int verify_seed(struct verify *verify, const struct problem *problem,
                       const struct seed *seed, struct measures *measures)
{
    int code = 0;
    for (size_t f = 0; code == 0 && f < ARRAY_LEN(folders); f++) {
        char path[64];
        char **names = NULL;
        size_t n = 0;
        snprintf(path, sizeof path, "solutions/%s", folders[f].name);
        auto_fd int fd = dir_open_beneath(problem->dir_fd, path, NULL);
        if (fd < 0 || dir_names(fd, &names, &n, NULL) < 0)
            continue;
        size_t most = verify->quick && folders[f].verdict != VERDICT_AC ? QUICK_FEW : SIZE_MAX;
        for (size_t i = 0; code == 0 && i < n; i++) {
            if (names[i][0] == '.' || strcmp(names[i], "__pycache__") == 0)
                continue;
            if (most == 0) {
                verify->n_left_out++;
                continue;
            }
            most--;
            code = verify_solution(verify, problem, seed, f, fd, names[i], measures);
        }
        names_free(names, n);
    }
    return code;
}

/* What the solutions together say of the groups; with what mutants do (or NULL) and how rounding matters, both
 * borrowed. */
static int report_kills(struct verify *verify, const struct problem *problem, json_t *mutation,
                        json_t *conditioning)
{
    struct matrix *kills = &verify->kills;
    if (verify->matrix)
        matrix_write_text(verify->out, kills);
    for (size_t g = 0; g < kills->n_groups; g++)
        if (matrix_useless(&kills->groups[g]))
            fprintf(verify->out, "  %s group %s rejects no solution\n",
                    verify->strict ? "BAD " : "note", kills->groups[g].name);
    for (size_t i = 0; i < kills->n_rows; i++)
        if (kills->rows[i].flips) {
            char name[128];
            escape_text(kills->rows[i].file, strlen(kills->rows[i].file), name, sizeof name);
            fprintf(verify->out,
                    "  %s %s: a group accepts it under one seed and not under another\n",
                    verify->strict ? "BAD " : "note", name);
        }
    verify->n_bad += verify->strict ? matrix_n_useless(kills) + matrix_n_flips(kills) : 0;
    if (!verify->report)
        return 0;
    json_t *json = matrix_json(kills);
    if (!json || json_object_set_new(json, "problem", json_string(problem->slug)) < 0 ||
        (mutation && json_object_set(json, "mutation", mutation) < 0) ||
        (conditioning && json_object_set(json, "conditioning", conditioning) < 0) ||
        json_array_append(verify->report, json) < 0) {
        json_decref(json);
        return complain(EXIT_OURS, "out of memory");
    }
    json_decref(json);
    return 0;
}

/* Mutants say nothing of a package whose solutions do not get their verdicts. */
static int mutate(struct verify *verify, const struct problem *problem, bool bad, json_t **ret)
{
    if (bad) {
        fprintf(verify->out, "  note no mutants are judged until every solution is as expected\n");
        return 0;
    }
    struct mutation_request request = {.context = verify->context,
                                       .judge = verify->judge,
                                       .problem = problem,
                                       .seed = &verify->base,
                                       .n_mutants = verify->n_mutants,
                                       .out = verify->out};
    return verify_mutants(&request, ret);
}

static int try_conditioning(struct verify *verify, const struct problem *problem, json_t **ret)
{
    const struct conditioning_options options = {.context = verify->context,
                                                 .judge = verify->judge,
                                                 .problem = problem,
                                                 .seed = &verify->base,
                                                 .strict = verify->strict,
                                                 .out = verify->out};
    size_t n_bad = 0;
    int code = verify_conditioning(&options, ret, &n_bad);
    verify->n_bad += n_bad;
    return code;
}

static int verify_problem(struct verify *verify, const char *path)
{
    struct problem *problem = NULL;
    struct error err = ERROR_INIT;
    if (problem_load(path, &problem, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    struct measures *measures = calloc(1, sizeof *measures);
    int code = measures ? 0 : EXIT_OURS;
    size_t n_bad = verify->n_bad, before = verify->n_good + n_bad;
    for (int64_t i = 0; code == 0 && i < verify->n_seeds; i++) {
        struct seed seed = verify->base;
        if (i > 0)
            seed_derive(&verify->base, i, &seed);
        char id[SEED_ID_HEX];
        verify->first_seed = i == 0;
        seed_id(&seed, id);
        fprintf(verify->out, "%s, seed %s\n", problem->slug, id);
        code = verify_seed(verify, problem, &seed, measures);
    }
    if (code == 0 && verify->n_good + verify->n_bad == before)
        code = complain(EXIT_REJECTED, "%s: there are no solutions to verify", problem->slug);
    json_t *mutation = NULL;
    if (code == 0 && verify->n_mutants > 0)
        code = mutate(verify, problem, verify->n_bad > n_bad, &mutation);
    json_t *conditioning = NULL;
    if (code == 0)
        code = try_conditioning(verify, problem, &conditioning);
    if (code == 0 && !verify->quick)
        schedule_keep_kills(verify->judge, problem, &verify->kills);
    if (code == 0)
        code = report_kills(verify, problem, mutation, conditioning);
    json_decref(conditioning);
    json_decref(mutation);
    matrix_done(&verify->kills);
    if (measures)
        print_measures(verify->out, measures);
    free(measures);
    problem_free(problem);
    return code;
}

/* A package, or a folder of packages. */
static int verify_path(struct verify *verify, const char *path)
{
    char file[PATH_MAX];
    struct stat st;
    snprintf(file, sizeof file, "%.4000s/problem.json", path);
    if (stat(file, &st) == 0)
        return verify_problem(verify, path);
    auto_fd int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char **names = NULL;
    size_t n = 0;
    if (fd < 0 || dir_names(fd, &names, &n, NULL) < 0)
        return complain(EXIT_USAGE, "'%s': %s", path, strerror(errno));
    int code = 0;
    size_t found = 0;
    for (size_t i = 0; i < n && code != EXIT_INTERRUPTED; i++) {
        char sub[PATH_MAX];
        snprintf(file, sizeof file, "%.3000s/%.255s/problem.json", path, names[i]);
        if (names[i][0] == '.' || stat(file, &st) < 0)
            continue;
        snprintf(sub, sizeof sub, "%.3000s/%.255s", path, names[i]);
        int r = verify_problem(verify, sub);
        code = r > code ? r : code;
        found++;
    }
    names_free(names, n);
    return found ? code : complain(EXIT_USAGE, "'%s': no problem package in it", path);
}

static int verify_name(struct verify *verify, const char *problems_dir, const char *name)
{
    struct stat st;
    if (strchr(name, '/') || stat(name, &st) == 0)
        return verify_path(verify, name);
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.3000s/%.255s",
             problems_dir ? problems_dir : verify->context->dirs.problems, name);
    if (stat(path, &st) < 0)
        return complain(EXIT_USAGE, "unknown problem '%.100s'", name);
    return verify_path(verify, path);
}

/* {"schema": 1, "as_expected", "not", "problems": [the matrix of each, with "problem", and "mutation" if asked for]} */
static int write_report(struct verify *verify)
{
    json_t *json =
        json_pack("{s:i,s:I,s:I,s:O}", "schema", 1, "as_expected", (json_int_t)verify->n_good,
                  "not", (json_int_t)verify->n_bad, "problems", verify->report);
    int bad = !json || json_dumpf(json, stdout, JSON_COMPACT) < 0 || fputc('\n', stdout) == EOF;
    json_decref(json);
    json_decref(verify->report);
    return bad ? complain(EXIT_OURS, "the report cannot be written") : 0;
}

static int run_verify(const struct context *context, int argc, char **argv)
{
    struct verify verify = {.context = context, .n_seeds = 3, .out = stdout};
    struct judge_options judge_options = {.dirs = context->dirs, .n_jobs = 1};
    struct error err = ERROR_INIT;
    const char *problems_dir = NULL;
    int64_t n_jobs = 1;
    seed_public(&verify.base);
    for (int c; (c = option_next(context, argc, argv)) != -1;) {
        if (c == 's' && !parse_number("verify", "--seeds", optarg, 1, 1000, &verify.n_seeds))
            return EXIT_USAGE;
        if (c == 'j' && !parse_number("verify", "--jobs", optarg, 1, JUDGE_JOBS_MAX, &n_jobs))
            return EXIT_USAGE;
        if (c == 'F' && seed_from_file(&verify.base, optarg, &err) < 0)
            return complain_error(EXIT_USAGE, &err);
        if (c == 'N' && !parse_number("verify", "--mutants", optarg, 1, 100000, &verify.n_mutants))
            return EXIT_USAGE;
        if (c == 'M' && verify.n_mutants == 0)
            verify.n_mutants = MUTANTS_DEFAULT;
        if (c == 'm')
            verify.matrix = true;
        if (c == 'S')
            verify.strict = true;
        if (c == 'q')
            verify.quick = true;
        if (c == 'r' && strcmp(optarg, "text") != 0 && strcmp(optarg, "json") != 0)
            return usage_error("verify", "--report: text or json, not '%.60s'", optarg);
        if (c == 'r')
            verify.out = strcmp(optarg, "json") == 0 ? stderr : stdout;
        if (c == 'p')
            problems_dir = optarg;
    }
    if (optind == argc)
        return usage_error("verify", "PROBLEM or DIR is needed");
    if (verify.quick && verify.strict)
        return usage_error("verify", "--quick leaves out what --strict asks for");
    judge_options.n_jobs = (int)n_jobs;
    if (judge_new(&verify.judge, &judge_options, &err) < 0)
        return complain_error(EXIT_OURS, &err);
    if (verify.out != stdout && !(verify.report = json_array())) {
        judge_free(verify.judge);
        return complain(EXIT_OURS, "out of memory");
    }
    int code = 0;
    for (int i = optind; i < argc && code != EXIT_INTERRUPTED; i++) {
        int r = verify_name(&verify, problems_dir, argv[i]);
        code = r > code ? r : code;
    }
    judge_free(verify.judge);
    if (verify.n_left_out > 0)
        fprintf(verify.out, "\n%zu solutions left out (--quick)", verify.n_left_out);
    fprintf(verify.out, "\n%zu as expected, %zu not\n", verify.n_good, verify.n_bad);
    if (verify.report) {
        int r = write_report(&verify);
        code = r > code ? r : code;
    }
    return code == 0 && verify.n_bad > 0 ? EXIT_REJECTED : code;
}

static const struct command_option verify_options[] = {
    {.name = "seeds", .id = 's', .argument = "N", .summary = "prove it on so many seeds [3]"},
    OPTION_JOBS,
    OPTION_SEED_FILE,
    {.name = "matrix", .id = 'm', .summary = "show which group rejects which wrong solution"},
    {.name = "strict",
     .id = 'S',
     .summary = "a group that rejects nothing fails the package, and so on"},
    {.name = "quick", .id = 'q', .summary = "of every folder but accepted/ a few solutions only"},
    {.name = "mutate",
     .id = 'M',
     .summary = "also judge mutants of the references: what survives is a missing test"},
    {.name = "mutants", .id = 'N', .argument = "N", .summary = "so many of each reference [60]"},
    {.name = "report",
     .id = 'r',
     .argument = "FORMAT",
     .words = "text json",
     .summary = "text, or one JSON object"},
    OPTION_PROBLEMS,
};

const struct command command_verify = {
    .name = "verify",
    .run = run_verify,
    COMMAND_OPTIONS(verify_options),
    .operands = "PROBLEM|DIR...",
    .completes = {COMPLETE_PROBLEM, COMPLETE_PROBLEM},
    .summary = "prove a problem package: every solution gets its folder's verdict",
    .example = "mljudge verify --strict problems/knn-classify",
};
