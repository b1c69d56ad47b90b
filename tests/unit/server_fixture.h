/* For tests of fork servers.  The test program is the server, too: argv {"/self", "in-box", "serve"}.  What the server does
 * before it serves is in its variable SERVER_DOES; what a copy does, in its box, in the policy's WHAT and HOW.  The same
 * program, started cold, does the same: argv {"/self", "in-box", "act"}. */
#ifndef MLJUDGE_TEST_SERVER_FIXTURE_H
#define MLJUDGE_TEST_SERVER_FIXTURE_H

#include "box_fixture.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>

static int act(const char *what, const char *how); /* the test program's: in the box */

/* ---- in the server ---- */

static void *sleep_in_thread(void *unused)
{
    pause();
    return unused;
}

static int serve(void)
{
    const char *does = getenv("SERVER_DOES");
    pthread_t thread;
    if (!strcmp(does, "exit"))
        return printf("no modules today\n") < 0;
    if (!strcmp(does, "hang"))
        for (;;)
            pause();
    if (!strcmp(does, "thread") && pthread_create(&thread, NULL, sleep_in_thread, NULL))
        return 1;
    void *library = dlopen("./" SANDBOX_FORK_LIBRARY, RTLD_NOW);
    int (*mljudge_fork_serve)(void) = NULL;
    void (*mljudge_fork_enter)(void) = NULL;
    const char *(*mljudge_fork_environment)(unsigned) = NULL;
    if (library) {
        *(void **)&mljudge_fork_serve = dlsym(library, "mljudge_fork_serve");
        *(void **)&mljudge_fork_enter = dlsym(library, "mljudge_fork_enter");
        *(void **)&mljudge_fork_environment = dlsym(library, "mljudge_fork_environment");
    }
    if (!mljudge_fork_serve || !mljudge_fork_enter || !mljudge_fork_environment) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    if (mljudge_fork_serve() != 1)
        return 0;
    mljudge_fork_enter();
    /* As an interpreter learns of it, and as libc does: the same. */
    unsigned n = 0;
    while (mljudge_fork_environment(n) && !strcmp(mljudge_fork_environment(n), environ[n]))
        n++;
    if (mljudge_fork_environment(n) || environ[n])
        return 98;
    return act(getenv("WHAT"), getenv("HOW"));
}

static int in_box(char **argv)
{
    return !strcmp(argv[2], "serve") ? serve() : act(getenv("WHAT"), getenv("HOW"));
}

/* ---- outside ---- */

static struct sandbox_mount server_mounts[ARRAY_LEN(host_mounts) + 1];
static char own_path[4096];
static char server_mark[64]; /* in the command line of this program's servers and of their copies */

static inline int server_setup(void)
{
    if (readlink("/proc/self/exe", own_path, sizeof own_path - 1) < 0)
        return -1;
    memcpy(server_mounts, host_mounts, sizeof host_mounts);
    server_mounts[ARRAY_LEN(host_mounts)] =
        (struct sandbox_mount){SANDBOX_MOUNT_READ_ONLY, own_path, "/self", false};
    snprintf(server_mark, sizeof server_mark, "test-server-%d", getpid());
    return 0;
}

static inline int start_server_in(struct sandbox *s, const char *does, struct sandbox_server **ret,
                                  struct error *err)
{
    char variable[64];
    snprintf(variable, sizeof variable, "SERVER_DOES=%s", does);
    const char *const env[] = {"PATH=/usr/bin:/bin", variable, "ONLY_THE_SERVERS=1", NULL};
    const char *const argv[] = {"/self", "in-box", "serve", server_mark, NULL};
    struct sandbox_policy p = box_policy(argv);
    p.env = env;
    p.mounts = server_mounts;
    p.n_mounts = ARRAY_LEN(server_mounts);
    p.files = NULL;
    p.n_files = 0;
    return sandbox_server_start(s, &p, ret, err);
}

static inline struct sandbox_server *start_server(const char *does)
{
    struct sandbox_server *server;
    struct error err = ERROR_INIT;
    if (start_server_in(sandbox, does, &server, &err) < 0)
        fail_msg("sandbox_server_start: %s", err.text);
    return server;
}

/* server: NULL starts cold. */
static inline struct sandbox_policy act_policy(struct sandbox_server *server,
                                               const char *const *env)
{
    static const char *const argv[] = {"/self", "in-box", "act", NULL};
    struct sandbox_policy p = box_policy(argv);
    p.server = server;
    p.env = env;
    p.mounts = server_mounts;
    p.n_mounts = ARRAY_LEN(server_mounts);
    p.files = NULL;
    p.n_files = 0;
    p.profile = SANDBOX_PROFILE_PYTHON;
    return p;
}

#define ACT(server, what, how) \
    act_policy(server, (const char *const[]){"PATH=/usr/bin:/bin", "WHAT=" what, "HOW=" how, NULL})

/* The process of the one server there is, while no box runs. */
static inline pid_t find_server(void)
{
    pid_t found = 0;
    DIR *dir = opendir("/proc");
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[300], text[256];
        snprintf(path, sizeof path, "/proc/%s/cmdline", e->d_name);
        int fd = e->d_name[0] < '1' || e->d_name[0] > '9' ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
        if (fd >= 0)
            close(fd);
        if (n > 0 && memmem(text, (size_t)n, server_mark, strlen(server_mark)))
            found = atoi(e->d_name);
    }
    closedir(dir);
    return found;
}

/* A box that somebody waits for. */
struct waited {
    bool is_over;
    int r;
    struct sandbox_outcome outcome;
    struct error err;
};

static inline void waited_done(void *data, int r, struct sandbox_outcome *outcome,
                               const struct error *err)
{
    struct waited *w = data;
    w->is_over = true;
    w->r = r;
    w->outcome = *outcome;
    if (r < 0)
        w->err = *err;
}

static inline struct sandbox_box *start_box(const struct sandbox_policy *p, struct waited *w)
{
    struct sandbox_box *box;
    struct error err = ERROR_INIT;
    *w = (struct waited){.r = 1};
    if (sandbox_start(sandbox, p, waited_done, w, &box, &err) < 0)
        fail_msg("sandbox_start: %s", err.text);
    return box;
}

/* Fails after that many milliseconds. */
static inline void wait_for_box(const struct waited *w, int64_t limit_ms)
{
    int64_t until = now_ms() + limit_ms;
    while (!w->is_over && now_ms() < until)
        sandbox_step(sandbox, 20, NULL);
    if (!w->is_over)
        fail_msg("the box is not over after %lld ms", (long long)limit_ms);
}

static inline bool can_serve(void)
{
    return !(is_tier(SANDBOX_TIER_USERNS) && geteuid() == 0);
}

#define NEED_SERVER()                                                         \
    do {                                                                      \
        if (!can_serve()) {                                                   \
            print_message("SKIP: no fork servers for root in tier userns\n"); \
            skip();                                                           \
        }                                                                     \
    } while (0)

#endif
