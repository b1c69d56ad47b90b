/* many TIER RUNS: one supervisor, one box after another.  What it holds before and after is said, and is the same:
 * descriptors, mounts, groups, directories, and its own memory after the first runs.  Exit status 1 if not. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/cgroup.h"
#include "sandbox/sandbox.h"
#include "sandbox/util.h"

#define WARM_UP       50
#define RSS_MAX_KIB   1024
#define AVAILABLE_KIB (512 << 10) /* of the whole machine: others are at work, too */

struct holdings {
    long fds, mounts, groups, directories, rss_kib, available_kib;
};

static long count_entries(const char *path, const char *prefix)
{
    long n = 0;
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir));)
        n += !strncmp(e->d_name, prefix, strlen(prefix));
    if (dir)
        closedir(dir);
    return n;
}

static long count_lines(const char *path)
{
    long n = 0;
    FILE *file = fopen(path, "re");
    for (int c; file && (c = fgetc(file)) != EOF;)
        n += c == '\n';
    if (file)
        fclose(file);
    return n;
}

static long keyed_kib(const char *path, const char *key)
{
    char line[256];
    long n = -1;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, key, strlen(key)))
            n = strtol(line + strlen(key), NULL, 10);
    if (file)
        fclose(file);
    return n;
}

static struct holdings look(enum sandbox_tier tier)
{
    char mine[32];
    struct holdings h = {.fds = count_entries("/proc/self/fd", ""),
                         .mounts = count_lines("/proc/self/mountinfo"),
                         .rss_kib = keyed_kib("/proc/self/status", "VmRSS:"),
                         .available_kib = keyed_kib("/proc/meminfo", "MemAvailable:")};
    snprintf(mine, sizeof mine, "mljudge.%d.", getpid());
    static const char *const places[] = {"/tmp", "/var/tmp", "/dev/shm"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        h.directories += count_entries(places[i], mine);
    struct cgroup_root root;
    if (tier == SANDBOX_TIER_FULL && cgroup_root_open(&root, NULL) == 0) {
        for (int i = 0; i < root.n_dirs; i++)
            h.groups += count_entries(root.paths[i], mine) - (root.leaf[0] != 0);
        cgroup_root_close(&root);
    }
    return h;
}

static void say(const char *when, const struct holdings *h)
{
    printf("# %s: %ld descriptors, %ld mounts, %ld groups, %ld directories, own memory %ld KiB, "
           "machine %ld MiB free\n",
           when, h->fds, h->mounts, h->groups, h->directories, h->rss_kib, h->available_kib >> 10);
}

static int run(struct sandbox *sandbox, int n)
{
    static const struct sandbox_mount mounts[] = {
        {SANDBOX_MOUNT_READ_ONLY, "/usr", "/usr", false},
        {SANDBOX_MOUNT_SYMLINK, "usr/bin", "/bin", false},
        {SANDBOX_MOUNT_SYMLINK, "usr/lib", "/lib", false},
        {SANDBOX_MOUNT_SYMLINK, "usr/lib64", "/lib64", true},
        {SANDBOX_MOUNT_READ_ONLY, "/etc/ld.so.cache", "/etc/ld.so.cache", true},
    };
    const char *const argv[] = {"/bin/true", NULL};
    const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
    for (int i = 0; i < n; i++) {
        struct sandbox_policy p = {.argv = argv,
                                   .env = env,
                                   .profile = SANDBOX_PROFILE_PROCESSES,
                                   .mounts = mounts,
                                   .n_mounts = ARRAY_LEN(mounts),
                                   .stdin_fd = -1};
        struct sandbox_outcome o;
        struct error err = ERROR_INIT;
        if (sandbox_run(sandbox, &p, -1, &o, &err) < 0) {
            printf("# run %d: %s\n", i, err.text);
            return 1;
        }
        bool right = o.end == SANDBOX_END_EXITED && o.exit_code == 0;
        if (!right)
            printf("# run %d: end %d, exit code %d, signal %d\n", i, o.end, o.exit_code, o.signal);
        sandbox_outcome_done(&o);
        if (!right)
            return 1;
    }
    return 0;
}

static bool same(const struct holdings *a, const struct holdings *b)
{
    return a->fds == b->fds && a->mounts == b->mounts && a->groups == b->groups &&
           a->directories == b->directories && b->rss_kib - a->rss_kib < RSS_MAX_KIB &&
           a->available_kib - b->available_kib < AVAILABLE_KIB;
}

int main(int argc, char **argv)
{
    enum sandbox_tier tier;
    int n = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 0;
    if (n < 1 || sandbox_tier_parse(argv[1], &tier) < 0) {
        fprintf(stderr, "usage: many TIER RUNS\n");
        return 2;
    }
    struct sandbox *sandbox;
    struct error err = ERROR_INIT;
    if (sandbox_new(&sandbox, &(struct sandbox_options){.want = tier}, &err) < 0) {
        printf("# %s\n", err.text);
        return err.code == -ENOTSUP ? 3 : 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 4096);
    int r = run(sandbox, WARM_UP);
    struct holdings before = look(tier);
    before = look(tier); /* its own buffers are there now */
    say("warm", &before);
    r = r ? r : run(sandbox, n);
    struct holdings after = look(tier);
    say("after", &after);
    sandbox_free(sandbox);
    return r || !same(&before, &after);
}
