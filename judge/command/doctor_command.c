/* mljudge doctor: what this machine offers, what is missing, the exact command that mends it; on one screen. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "judge/command/command.h"
#include "sandbox/doctor.h"
#include "sandbox/util.h"
#include "version.h"

#define MIB    1048576.0
#define INDENT 9 /* behind "warning  " */

struct doctor {
    struct sandbox_diagnosis diagnosis;
    json_t *languages; /* [{"name", "works", "title", "program", "version", "mounts", "advice"}] */
    struct error cache;
    bool has_run; /* the calibration; else `not_run` says why not */
    struct sandbox_calibration calibration;
    struct error not_run;
};

static bool is_calibrated(const struct doctor *doctor)
{
    return doctor->has_run && doctor->calibration.cpu_us.is_good &&
           doctor->calibration.memory_bytes.is_good;
}

/* ---- asking ---- */

static json_t *ask_language(const struct context *context, const struct cache *cache,
                            const char *name)
{
    struct language *language = NULL;
    struct error why = ERROR_INIT;
    int bad = language_load(&context->dirs, name, &language, &why);
    if (bad == 0)
        bad = language_probe(&context->dirs, cache, language, &why);
    char text[1200];
    json_t *row =
        json_pack("{s:s,s:b,s:s,s:s,s:s,s:s}", "name", name, "works", bad == 0, "title",
                  language ? language->title : "", "program", bad == 0 ? language->program : "",
                  "version", bad == 0 ? language->version : "", "advice",
                  bad == 0 ? "" : error_format(&why, text, sizeof text));
    json_t *mounts = json_array();
    for (size_t i = 0; bad == 0 && i < language->run.mounts.n; i++)
        if (language->run.mounts.mounts[i].kind == SANDBOX_MOUNT_READ_ONLY)
            json_array_append_new(mounts, json_string(language->run.mounts.mounts[i].source));
    json_object_set_new(row, "mounts", mounts);
    language_free(language);
    return row;
}

static int ask_languages(const struct context *context, struct doctor *doctor, struct error *err)
{
    char **names = NULL;
    size_t n = 0;
    int r = language_names(&context->dirs, &names, &n, err);
    if (r < 0)
        return r;
    struct cache cache;
    cache_open(&cache, &doctor->cache);
    doctor->languages = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(doctor->languages, ask_language(context, &cache, names[i]));
    cache_close(&cache);
    names_free(names, n);
    return 0;
}

static void calibrate(struct doctor *doctor)
{
    if (doctor->diagnosis.best == SANDBOX_TIER_NONE) {
        error_set(&doctor->not_run, -ENOTSUP, "no tier works");
        return;
    }
    struct sandbox *sandbox = NULL;
    const struct sandbox_options options = {.want = doctor->diagnosis.best};
    int r = sandbox_new(&sandbox, &options, &doctor->not_run);
    if (r == 0)
        r = sandbox_calibrate(sandbox, &doctor->calibration, &doctor->not_run);
    sandbox_free(sandbox);
    doctor->has_run = r == 0;
}

/* ---- JSON ---- */

static const char *state_word(enum sandbox_feature_state state)
{
    return state == SANDBOX_FEATURE_OK     ? "ok"
           : state == SANDBOX_FEATURE_WARN ? "warning"
                                           : "missing";
}

static json_t *features_json(const struct sandbox_diagnosis *diagnosis)
{
    static const char *const areas[] = {"box", "host", "noise"};
    json_t *list = json_array();
    for (size_t i = 0; i < diagnosis->n_features; i++) {
        const struct sandbox_feature *feature = &diagnosis->features[i];
        json_array_append_new(list,
                              json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", feature->name, "area",
                                        areas[feature->area], "state", state_word(feature->state),
                                        "detail", feature->detail, "advice", feature->advice));
    }
    return list;
}

static json_t *tiers_json(const struct sandbox_diagnosis *diagnosis)
{
    json_t *list = json_array();
    for (int tier = SANDBOX_TIER_FULL; tier > SANDBOX_TIER_NONE; tier--)
        json_array_append_new(list, json_pack("{s:s,s:b,s:s}", "tier",
                                              sandbox_tier_name((enum sandbox_tier)tier), "works",
                                              diagnosis->tiers[tier].works, "why",
                                              diagnosis->tiers[tier].why));
    return list;
}

static json_t *reading_json(const struct sandbox_reading *reading)
{
    return json_pack("{s:I,s:I,s:I,s:b,s:s}", "known", (json_int_t)reading->known, "measured",
                     (json_int_t)reading->measured, "difference",
                     (json_int_t)(reading->measured - reading->known), "good", reading->is_good,
                     "source", reading->source);
}

static json_t *calibration_json(const struct doctor *doctor)
{
    json_t *json = json_pack("{s:b,s:b,s:s}", "ran", doctor->has_run, "calibrated",
                             is_calibrated(doctor), "why_not", doctor->not_run.text);
    if (json && doctor->has_run) {
        json_object_set_new(json, "cpu_us", reading_json(&doctor->calibration.cpu_us));
        json_object_set_new(json, "memory_bytes", reading_json(&doctor->calibration.memory_bytes));
    }
    return json;
}

static int print_json(const struct doctor *doctor)
{
    json_t *json =
        json_pack("{s:s,s:s,s:o,s:o,s:O,s:o}", "version", MLJUDGE_VERSION, "tier",
                  sandbox_tier_name(doctor->diagnosis.best), "tiers",
                  tiers_json(&doctor->diagnosis), "features", features_json(&doctor->diagnosis),
                  "languages", doctor->languages, "calibration", calibration_json(doctor));
    char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
    json_decref(json);
    if (!text)
        return complain(EXIT_OURS, "out of memory");
    bool bad = puts(text) == EOF || fflush(stdout) != 0;
    int code = bad ? complain(EXIT_OURS, "writing standard output: %s", strerror(errno)) : 0;
    free(text);
    return code;
}

/* ---- text ---- */

struct screen {
    bool color;
    size_t width;
    size_t column;
};

static size_t terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 80;
}

static void begin(struct screen *screen, const char *word)
{
    const char *on = word[0] == 'o' ? "\033[32m" : word[0] == 'w' ? "\033[33m" : "\033[31m";
    bool is_state =
        strcmp(word, "ok") == 0 || strcmp(word, "warning") == 0 || strcmp(word, "missing") == 0;
    bool color = screen->color && is_state;
    printf("%s%-*s%s", color ? on : "", INDENT, word, color ? "\033[0m" : "");
    screen->column = INDENT;
}

/* Words of `text`, wrapped and indented. */
static void put(struct screen *screen, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, " ");
        if (text[0] == ',') {
            ; /* sticks to the word before */
        } else if (screen->column > INDENT && screen->column + 1 + n > screen->width) {
            printf("\n%*s", INDENT, "");
            screen->column = INDENT;
        } else if (screen->column > INDENT) {
            putchar(' ');
            screen->column++;
        }
        fwrite(text, 1, n, stdout);
        screen->column += n;
        text += n;
        text += strspn(text, " ");
    }
}

static void putf(struct screen *screen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void putf(struct screen *screen, const char *format, ...)
{
    char text[1600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put(screen, text);
}

static void end(struct screen *screen)
{
    putchar('\n');
    screen->column = 0;
}

/* A command is never wrapped: it is to be copied. */
static void put_advice(struct screen *screen, const char *advice)
{
    if (!advice[0])
        return;
    if (screen->column + 4 + strlen(advice) <= screen->width)
        printf(" -> %s", advice);
    else
        printf("\n%*s-> %s", INDENT, "", advice);
}

/* Why a tier does not work fits the line: the features below say it with the command that mends it. */
static void print_why(struct screen *screen, const char *why, bool verbose)
{
    size_t room = screen->width - screen->column - 1;
    if (verbose || strlen(why) <= room)
        put(screen, why);
    else
        printf(" %.*s...", (int)room - 3, why);
}

static void print_tiers(struct screen *screen, const struct sandbox_diagnosis *diagnosis,
                        bool verbose)
{
    static const char *const meanings[] = {"", "Landlock, limits, sampling",
                                           "namespaces, limits, sampling",
                                           "namespaces and a control group"};
    for (int tier = SANDBOX_TIER_FULL; tier > SANDBOX_TIER_NONE; tier--) {
        const struct sandbox_tier_trial *trial = &diagnosis->tiers[tier];
        begin(screen, trial->works                           ? "ok"
                      : diagnosis->best == SANDBOX_TIER_NONE ? "missing"
                                                             : "no");
        putf(screen, "tier %s:", sandbox_tier_name((enum sandbox_tier)tier));
        print_why(screen, trial->works ? meanings[tier] : trial->why, verbose);
        end(screen);
    }
}

static void print_feature(struct screen *screen, const struct sandbox_feature *feature)
{
    begin(screen, state_word(feature->state));
    putf(screen, "%s: %s", feature->name, feature->detail);
    if (feature->state != SANDBOX_FEATURE_OK)
        put_advice(screen, feature->advice);
    end(screen);
}

/* What works, in brief: details are for --verbose. */
static void print_ok(struct screen *screen, const struct sandbox_diagnosis *diagnosis,
                     enum sandbox_area area)
{
    static const char *const titles[] = {"boxes", "host", "times"};
    const char *between = "";
    for (size_t i = 0; i < diagnosis->n_features; i++) {
        const struct sandbox_feature *feature = &diagnosis->features[i];
        if (feature->state != SANDBOX_FEATURE_OK || feature->area != area)
            continue;
        if (!between[0]) {
            begin(screen, "ok");
            putf(screen, "%s:", titles[area]);
        }
        putf(screen, "%s", between);
        putf(screen, "%s", feature->brief);
        between = ",";
    }
    if (between[0])
        end(screen);
}

static void print_features(struct screen *screen, const struct sandbox_diagnosis *diagnosis,
                           bool verbose)
{
    for (int area = SANDBOX_AREA_BOX; !verbose && area <= SANDBOX_AREA_NOISE; area++)
        print_ok(screen, diagnosis, (enum sandbox_area)area);
    for (size_t i = 0; i < diagnosis->n_features; i++)
        if (verbose || diagnosis->features[i].state != SANDBOX_FEATURE_OK)
            print_feature(screen, &diagnosis->features[i]);
}

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? text : "";
}

static void print_language(struct screen *screen, const json_t *row, bool verbose)
{
    bool works = json_is_true(json_object_get(row, "works"));
    begin(screen, works ? "ok" : "missing");
    putf(screen, "language %s: %s %s", text_of(row, "name"), text_of(row, "program"),
         text_of(row, "version"));
    put_advice(screen, text_of(row, "advice"));
    end(screen);
    size_t i;
    json_t *mount;
    json_array_foreach(json_object_get(row, "mounts"), i, mount)
    {
        if (verbose)
            printf("%*s%s\n", INDENT + 2, "", json_string_value(mount));
    }
}

static void print_languages(struct screen *screen, const struct doctor *doctor, bool verbose)
{
    const char *between = "";
    size_t i;
    json_t *row;
    json_array_foreach(doctor->languages, i, row)
    {
        if (verbose || !json_is_true(json_object_get(row, "works")))
            continue;
        if (!between[0]) {
            begin(screen, "ok");
            put(screen, "languages:");
        }
        put(screen, between);
        putf(screen, "%s (%s %s)", text_of(row, "name"), text_of(row, "program"),
             text_of(row, "version"));
        between = ",";
    }
    if (between[0])
        end(screen);
    json_array_foreach(doctor->languages, i, row)
    {
        if (verbose || !json_is_true(json_object_get(row, "works")))
            print_language(screen, row, verbose);
    }
    if (doctor->cache.code) {
        begin(screen, "warning");
        putf(screen, "no cache: %s", doctor->cache.text);
        end(screen);
    }
}

static void print_calibration(struct screen *screen, const struct doctor *doctor)
{
    if (!doctor->has_run) {
        begin(screen, doctor->diagnosis.best == SANDBOX_TIER_NONE ? "missing" : "warning");
        putf(screen, "calibration could not run: %s", doctor->not_run.text);
        end(screen);
        return;
    }
    const struct sandbox_reading *cpu = &doctor->calibration.cpu_us;
    const struct sandbox_reading *memory = &doctor->calibration.memory_bytes;
    bool good = is_calibrated(doctor);
    begin(screen, good ? "ok" : "warning");
    putf(screen,
         "%s: a burn of %.2f ms measured %.2f ms (%s%+.2f), a touch of %.0f MiB %.2f MiB (%s%+.2f)",
         good ? "calibrated" : "not calibrated", (double)cpu->known / 1000,
         (double)cpu->measured / 1000, cpu->is_good ? "" : "off by ",
         (double)(cpu->measured - cpu->known) / 1000, (double)memory->known / MIB,
         (double)memory->measured / MIB, memory->is_good ? "" : "off by ",
         (double)(memory->measured - memory->known) / MIB);
    end(screen);
}

static void print_text(const struct context *context, const struct doctor *doctor, bool verbose)
{
    struct screen screen = {.color = context->color_out, .width = terminal_width()};
    struct utsname host = {0};
    uname(&host);
    printf("mljudge %s, %s %s, uid %u\n", MLJUDGE_VERSION, host.sysname, host.release,
           (unsigned)geteuid());
    print_tiers(&screen, &doctor->diagnosis, verbose);
    print_features(&screen, &doctor->diagnosis, verbose);
    print_languages(&screen, doctor, verbose);
    print_calibration(&screen, doctor);
    printf("tier: %s\n", sandbox_tier_name(doctor->diagnosis.best));
}

static int run_doctor(const struct context *context, int argc, char **argv)
{
    bool json = false, verbose = false;
    for (int c; (c = option_next(context, argc, argv)) != -1;)
        *(c == 'j' ? &json : &verbose) = true;
    struct doctor doctor = {0};
    struct error err = ERROR_INIT;
    int r = sandbox_diagnose(&doctor.diagnosis, &err);
    if (r == 0)
        r = ask_languages(context, &doctor, &err);
    int code = 0;
    if (r == 0)
        calibrate(&doctor);
    if (r < 0)
        code = complain_error(EXIT_OURS, &err);
    else if (json)
        code = print_json(&doctor);
    else
        print_text(context, &doctor, verbose);
    if (code == 0 && doctor.diagnosis.best == SANDBOX_TIER_NONE)
        code = EXIT_REJECTED;
    json_decref(doctor.languages);
    sandbox_diagnosis_done(&doctor.diagnosis);
    return code;
}

static const struct command_option doctor_options[] = {
    {.name = "json", .id = 'j', .summary = "everything, as one JSON object"},
    {.name = "verbose",
     .id = 'v',
     .summary = "every feature, and the folders that boxes of each language see"},
};

const struct command command_doctor = {
    .name = "doctor",
    .run = run_doctor,
    COMMAND_OPTIONS(doctor_options),
    .operands = "",
    .summary = "what this machine offers, what is missing, the command that mends it",
};
