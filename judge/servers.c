#include "judge/servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/util.h"

static void start(struct judge *judge, struct server_slot *slot, const struct language *language)
{
    const struct phase *phase = &language->run;
    char flavour[64];
    snprintf(flavour, sizeof flavour, "MLJUDGE_FLAVOUR=%s", language->flavour);
    auto_free const char **env = lists_joined(phase->env, (const char *const[]){flavour, NULL});
    struct error err = ERROR_INIT;
    struct sandbox_policy policy = {
        .argv = phase->serve,
        .env = env,
        .profile = phase->profile,
        .mounts = phase->mounts.mounts,
        .n_mounts = phase->mounts.n,
        .no_proc = phase->no_proc,
    };
    int r =
        env ? sandbox_server_start(judge->sandbox, &policy, &slot->server, &err) : error_oom(&err);
    if (r < 0) {
        slot->server = NULL;
        snprintf(slot->why_cold, sizeof slot->why_cold, "%.*s", (int)sizeof slot->why_cold - 1,
                 err.text);
    }
}

static struct server_slot *slot_of(struct judge *judge, const struct language *language)
{
    for (size_t i = 0; i < judge->n_languages; i++)
        if (judge->languages[i] == language)
            return &judge->servers[i];
    return NULL; /* a language of the caller's own: verify's tuned copies */
}

static int64_t boxes_max(const struct judge *judge)
{
    return judge->options.server_boxes > 0 ? judge->options.server_boxes : SERVER_BOXES_MAX;
}

void servers_start(struct judge *judge, const struct language *language)
{
    struct server_slot *slot = slot_of(judge, language);
    if (!slot || judge->options.cold || !language->run.serve || slot->why_cold[0])
        return;
    if (slot->server && !sandbox_server_is_alive(slot->server)) {
        if (sandbox_server_n_answered(slot->server) == 0)
            snprintf(slot->why_cold, sizeof slot->why_cold, "the fork server did not start");
        sandbox_server_free(steal(&slot->server));
    } else if (slot->server && sandbox_server_n_answered(slot->server) >= boxes_max(judge)) {
        sandbox_server_free(steal(&slot->server));
    }
    if (!slot->server && !slot->why_cold[0])
        start(judge, slot, language);
}

struct sandbox_server *servers_get(struct judge *judge, const struct language *language)
{
    servers_start(judge, language);
    struct server_slot *slot = slot_of(judge, language);
    return slot ? slot->server : NULL;
}

const char *servers_why_cold(const struct judge *judge, const struct language *language)
{
    for (size_t i = 0; i < judge->n_languages; i++)
        if (judge->languages[i] == language && judge->servers[i].why_cold[0])
            return judge->servers[i].why_cold;
    if (judge->options.cold)
        return "--cold";
    return language->run.serve ? NULL : "this language starts quickly enough";
}
