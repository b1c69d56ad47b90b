/* mljudge doctor: what this machine offers, what is missing, the exact command that mends it. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "judge/command/command.h"
#include "judge/escape.h"
#include "sandbox/util.h"
#include "version.h"

static const char *state_word(enum sandbox_feature_state state)
{
    return state == SANDBOX_FEATURE_OK     ? "ok"
           : state == SANDBOX_FEATURE_WARN ? "warning"
                                           : "missing";
}

struct diagnosis {
    struct sandbox_feature *features;
    size_t n_features;
    enum sandbox_tier best;
    json_t *languages; /* [{"name", "works", "program", "version", "advice"}] */
    struct error cache;
};

static int ask_languages(const struct context *context, struct diagnosis *diagnosis,
                         struct error *err)
{
    char **names = NULL;
    size_t n = 0;
    int r = language_names(&context->dirs, &names, &n, err);
    if (r < 0)
        return r;
    struct cache cache;
    cache_open(&cache, &diagnosis->cache);
    diagnosis->languages = json_array();
    for (size_t i = 0; i < n; i++) {
        struct language *language = NULL;
        struct error why = ERROR_INIT;
        int bad = language_load(&context->dirs, names[i], &language, &why);
        if (bad == 0)
            bad = language_probe(&context->dirs, &cache, language, &why);
        char text[1200];
        json_t *row =
            json_pack("{s:s,s:b,s:s,s:s,s:s,s:s}", "name", names[i], "works", bad == 0, "title",
                      language ? language->title : "", "program", bad == 0 ? language->program : "",
                      "version", bad == 0 ? language->version : "", "advice",
                      bad == 0 ? "" : error_format(&why, text, sizeof text));
        json_t *mounts = json_array();
        for (size_t m = 0; bad == 0 && m < language->run.mounts.n; m++)
            if (language->run.mounts.mounts[m].kind == SANDBOX_MOUNT_READ_ONLY)
                json_array_append_new(mounts, json_string(language->run.mounts.mounts[m].source));
        json_object_set_new(row, "mounts", mounts);
        json_array_append_new(diagnosis->languages, row);
        language_free(language);
    }
    cache_close(&cache);
    names_free(names, n);
    return 0;
}

static int print_json(const struct diagnosis *diagnosis)
{
    json_t *features = json_array();
    for (size_t i = 0; i < diagnosis->n_features; i++) {
        const struct sandbox_feature *feature = &diagnosis->features[i];
        json_array_append_new(features, json_pack("{s:s,s:s,s:s,s:s}", "name", feature->name,
                                                  "state", state_word(feature->state), "detail",
                                                  feature->detail, "advice", feature->advice));
    }
    json_t *json = json_pack("{s:s,s:s,s:o,s:O}", "version", MLJUDGE_VERSION, "tier",
                             sandbox_tier_name(diagnosis->best), "features", features, "languages",
                             diagnosis->languages);
    int bad = !json || json_dumpf(json, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(json);
    return bad ? EXIT_OURS : 0;
}

static void print_text(const struct context *context, const struct diagnosis *diagnosis)
{
    const char *off = context->color_out ? "\033[0m" : "";
    for (size_t i = 0; i < diagnosis->n_features; i++) {
        const struct sandbox_feature *feature = &diagnosis->features[i];
        const char *on = !context->color_out                      ? ""
                         : feature->state == SANDBOX_FEATURE_OK   ? "\033[32m"
                         : feature->state == SANDBOX_FEATURE_WARN ? "\033[33m"
                                                                  : "\033[31m";
        printf("%s%-8s%s %-28s %s\n", on, state_word(feature->state), off, feature->name,
               feature->detail);
        if (feature->state != SANDBOX_FEATURE_OK && feature->advice[0])
            printf("         -> %s\n", feature->advice);
    }
    putchar('\n');
    size_t i;
    json_t *row;
    json_array_foreach(diagnosis->languages, i, row)
    {
        bool works = json_is_true(json_object_get(row, "works"));
        const char *on = !context->color_out ? "" : works ? "\033[32m" : "\033[31m";
        printf("%s%-8s%s %-28s %s %s\n", on, works ? "ok" : "missing", off,
               json_string_value(json_object_get(row, "name")),
               json_string_value(json_object_get(row, "program")),
               json_string_value(json_object_get(row, "version")));
        if (!works)
            printf("         -> %s\n", json_string_value(json_object_get(row, "advice")));
    }
    if (diagnosis->cache.code)
        printf("warning  no cache: %s\n", diagnosis->cache.text);
    printf("\ntier: %s\n", sandbox_tier_name(diagnosis->best));
}

int command_doctor(const struct context *context, int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
    bool json = false;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c != 'j')
            return usage_error("doctor", "option '%.60s' was not understood", argv[optind - 1]);
        json = true;
    }
    struct diagnosis diagnosis = {0};
    struct error err = ERROR_INIT;
    int r = sandbox_probe(&diagnosis.features, &diagnosis.n_features, &diagnosis.best, &err);
    if (r == 0)
        r = ask_languages(context, &diagnosis, &err);
    int code = 0;
    if (r < 0)
        code = complain_error(EXIT_OURS, &err);
    else if (json)
        code = print_json(&diagnosis);
    else
        print_text(context, &diagnosis);
    if (code == 0 && diagnosis.best == SANDBOX_TIER_NONE)
        code = EXIT_REJECTED;
    json_decref(diagnosis.languages);
    free(diagnosis.features);
    return code;
}
