/* What this machine offers, for `mljudge doctor`: every feature is tried, in a child where trying changes the
 * process, and each comes with the command that mends it.  Which tiers work is found by running a box of each. */
#include "sandbox/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/util.h"

#define MAX_FEATURES 48

void probe_add(struct probe *p, enum sandbox_area area, const char *name,
               enum sandbox_feature_state state, const char *advice, const char *format, ...)
{
    if (p->n == MAX_FEATURES)
        return;
    struct sandbox_feature *f = &p->features[p->n++];
    /* With some tier at work, what is missing costs a higher one: that is no failure. */
    if (state == SANDBOX_FEATURE_MISSING && p->best != SANDBOX_TIER_NONE)
        state = SANDBOX_FEATURE_WARN;
    f->area = area;
    f->state = state;
    snprintf(f->name, sizeof f->name, "%s", name);
    snprintf(f->brief, sizeof f->brief, "%s", name);
    snprintf(f->advice, sizeof f->advice, "%s", state == SANDBOX_FEATURE_OK ? "" : advice);
    va_list args;
    va_start(args, format);
    vsnprintf(f->detail, sizeof f->detail, format, args);
    va_end(args);
}

void probe_brief(struct probe *p, const char *format, ...)
{
    struct sandbox_feature *f = &p->features[p->n - 1];
    va_list args;
    va_start(args, format);
    vsnprintf(f->brief, sizeof f->brief, format, args);
    va_end(args);
}

int probe_in_child(int (*fn)(void))
{
    pid_t pid = fork();
    if (pid < 0)
        return errno;
    if (pid == 0)
        _exit(fn() & 0xff);
    int status;
    pid_t r;
    while ((r = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        ;
    if (r < 0)
        return errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : ENOSYS;
}

bool probe_line(const char *path, char *text, size_t size)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
    text[n < 0 ? 0 : n] = 0;
    text[strcspn(text, "\n")] = 0;
    return n >= 0;
}

long probe_number(const char *path)
{
    char text[32];
    return probe_line(path, text, sizeof text) && *text >= '0' && *text <= '9'
               ? strtol(text, NULL, 10)
               : -1;
}

/* ---- tiers ---- */

/* Of "... cannot be had here: `T`: WHY. `mljudge doctor` ..." the WHY: the rest is known here. */
static void take_reason(const char *text, char *ret, size_t size)
{
    const char *begin = strstr(text, "here: `");
    begin = begin ? strstr(begin, "`: ") : NULL;
    begin = begin ? begin + 3 : text;
    const char *end = strstr(begin, ". `mljudge doctor`");
    int n = (int)(end ? end - begin : (ptrdiff_t)strlen(begin));
    snprintf(ret, size, "%.*s", n < (int)size ? n : (int)size - 1, begin);
}

static void try_tier(enum sandbox_tier tier, struct sandbox_tier_trial *ret)
{
    struct sandbox *sandbox = NULL;
    struct error err = ERROR_INIT;
    const struct sandbox_options options = {.want = tier};
    int r = sandbox_new(&sandbox, &options, &err);
    if (r == 0)
        r = sandbox_try(sandbox, &err);
    sandbox_free(sandbox);
    ret->works = r == 0;
    take_reason(r < 0 ? err.text : "", ret->why, sizeof ret->why);
}

static void try_tiers(struct sandbox_diagnosis *d)
{
    d->best = SANDBOX_TIER_NONE;
    for (int tier = SANDBOX_TIER_LANDLOCK; tier < SANDBOX_N_TIERS; tier++) {
        try_tier((enum sandbox_tier)tier, &d->tiers[tier]);
        if (d->tiers[tier].works)
            d->best = (enum sandbox_tier)tier;
    }
}

int sandbox_diagnose(struct sandbox_diagnosis *ret, struct error *err)
{
    memset(ret, 0, sizeof *ret);
    struct probe p = {
        .is_root = geteuid() == 0,
        .is_container = access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0,
    };
    p.features = calloc(MAX_FEATURES, sizeof p.features[0]);
    if (!p.features)
        return error_oom(err);
    try_tiers(ret);
    p.best = ret->best;
    probe_cgroup(&p);
    probe_namespaces(&p);
    probe_filters(&p);
    probe_host(&p);
    probe_noise(&p);
    ret->features = p.features;
    ret->n_features = p.n;
    return 0;
}

void sandbox_diagnosis_done(struct sandbox_diagnosis *diagnosis)
{
    free(diagnosis->features);
    memset(diagnosis, 0, sizeof *diagnosis);
}
