/* For tests that run boxes, in the best tier there is or in the one that TEST_TIER names.  The test program is also the program in the box: main() hands over to
 * in_box() when its first argument is "in-box".
 *
 * What a box does here has to work in every tier, so: no /dev/zero (the lower ones have none) but
 * /dev/urandom, and writing() where files are made. */
#ifndef MLJUDGE_TEST_BOX_FIXTURE_H
#define MLJUDGE_TEST_BOX_FIXTURE_H

#include <cpuid.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "sandbox/sandbox.h"
#include "sandbox/util.h"

#define MIB (1LL << 20)

static const struct sandbox_mount host_mounts[] = {
    {SANDBOX_MOUNT_READ_ONLY, "/usr", "/usr", false},
    {SANDBOX_MOUNT_SYMLINK, "usr/bin", "/bin", false},
    {SANDBOX_MOUNT_SYMLINK, "usr/lib", "/lib", false},
    {SANDBOX_MOUNT_SYMLINK, "usr/lib64", "/lib64", false},
    {SANDBOX_MOUNT_READ_ONLY, "/etc/ld.so.cache", "/etc/ld.so.cache", true},
};
/* The last two matter to a sanitized test program only. */
static const char *const box_env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                      "ASAN_OPTIONS=detect_leaks=0:abort_on_error=0", NULL};
static struct sandbox *sandbox;
static struct sandbox_file self_file;

/* QEMU without KVM: everything works, nothing takes the time it should. */
static inline bool is_emulated(void)
{
    unsigned a = 0, b = 0, c = 0, d = 0;
    __cpuid(0x40000000, a, b, c, d);
    const unsigned name[] = {b, c, d};
    return !memcmp(name, "TCGTCGTCGTCG", sizeof name);
}

static inline struct sandbox_policy box_policy(const char *const *argv)
{
    return (struct sandbox_policy){
        .argv = argv,
        .env = box_env,
        .profile = SANDBOX_PROFILE_PROCESSES,
        .mounts = host_mounts,
        .n_mounts = ARRAY_LEN(host_mounts),
        .files = &self_file,
        .n_files = self_file.name ? 1 : 0,
        .stdin_fd = -1,
        .run = {.cpu_us = is_emulated() ? 60000000 : 5000000,
                .wall_us = is_emulated() ? 120000000 : 20000000,
                .memory_bytes = 256 * MIB},
    };
}

/* The policy for one of our own actions in the box. */
#define ACTION(...)  box_policy((const char *const[]){"./self", "in-box", __VA_ARGS__, NULL})
#define COMMAND(...) box_policy((const char *const[]){__VA_ARGS__, NULL})

static inline struct sandbox_outcome run_box(const struct sandbox_policy *policy)
{
    struct error err = ERROR_INIT;
    struct sandbox_outcome o;
    int r = sandbox_run(sandbox, policy, -1, &o, &err);
    if (r < 0)
        fail_msg("sandbox_run: %s", err.text);
    return o;
}

static inline void assert_output(const struct sandbox_outcome *o, const char *want)
{
    if (o->out.n_kept != strlen(want) ||
        (o->out.n_kept && memcmp(o->out.bytes, want, o->out.n_kept)))
        fail_msg("stdout: want '%s', got '%.*s'; stderr '%.*s'", want, (int)o->out.n_kept,
                 o->out.bytes, (int)o->err.n_kept, o->err.bytes);
}

static inline void assert_end(const struct sandbox_outcome *o, enum sandbox_end end)
{
    if (o->end != end)
        fail_msg("end: want %d, got %d (exit %d, signal %d); stdout '%.*s'; stderr '%.*s'", end,
                 o->end, o->exit_code, o->signal, (int)o->out.n_kept, o->out.bytes,
                 (int)o->err.n_kept, o->err.bytes);
}

static inline void assert_exit_0(const struct sandbox_outcome *o)
{
    assert_end(o, SANDBOX_END_EXITED);
    if (o->exit_code != 0)
        fail_msg("exit code %d; stdout '%.*s'; stderr '%.*s'", o->exit_code, (int)o->out.n_kept,
                 o->out.bytes, (int)o->err.n_kept, o->err.bytes);
}

#define NEED_TRUE_TIME()                                  \
    do {                                                  \
        if (is_emulated()) {                              \
            print_message("SKIP: an emulated machine\n"); \
            skip();                                       \
        }                                                 \
    } while (0)

/* A test of what only some tiers promise. */
#define NEED_TIER(least)                                                                          \
    do {                                                                                          \
        if (sandbox_tier_of(sandbox) < (least)) {                                                 \
            print_message("SKIP: not in tier %s\n", sandbox_tier_name(sandbox_tier_of(sandbox))); \
            skip();                                                                               \
        }                                                                                         \
    } while (0)

static inline bool is_tier(enum sandbox_tier tier)
{
    return sandbox_tier_of(sandbox) == tier;
}

/* A test of what a tier promises instead of more. */
#define ONLY_TIER(tier)                                                        \
    do {                                                                       \
        if (!is_tier(tier)) {                                                  \
            print_message("SKIP: of tier %s only\n", sandbox_tier_name(tier)); \
            skip();                                                            \
        }                                                                      \
    } while (0)

/* The landlock tier lets nobody write but a compile box. */
static inline struct sandbox_policy writing(struct sandbox_policy policy)
{
    if (is_tier(SANDBOX_TIER_LANDLOCK))
        policy.profile = SANDBOX_PROFILE_COMPILE;
    return policy;
}

static inline int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void pause_ms(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Processes whose command line has the mark. */
static inline int count_marked(const char *mark)
{
    int n = 0;
    DIR *dir = opendir("/proc");
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[300], text[4096];
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || atoi(e->d_name) == getpid())
            continue;
        snprintf(path, sizeof path, "/proc/%s/cmdline", e->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text);
        if (fd >= 0)
            close(fd);
        for (ssize_t i = 0; i + (ssize_t)strlen(mark) <= length; i++) {
            if (!memcmp(text + i, mark, strlen(mark))) {
                n++;
                break;
            }
        }
    }
    closedir(dir);
    return n;
}

/* Private directories of the landlock tier that the supervisor `pid` made. */
static inline int count_directories(pid_t pid)
{
    static const char *const places[] = {"/tmp", "/var/tmp", "/dev/shm"};
    char mine[32];
    snprintf(mine, sizeof mine, "mljudge.%d.", pid);
    int n = 0;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        DIR *dir = opendir(places[i]);
        for (struct dirent *e; dir && (e = readdir(dir));)
            n += !strncmp(e->d_name, mine, strlen(mine));
        if (dir)
            closedir(dir);
    }
    return n;
}

/* Of the variable TEST_TIER: that tier; without it the best there is. */
static inline int options_of_test(struct sandbox_options *ret)
{
    *ret = (struct sandbox_options){0};
    const char *tier = getenv("TEST_TIER");
    if (!tier || sandbox_tier_parse(tier, &ret->want) == 0)
        return 0;
    print_error("TEST_TIER=%s is no tier\n", tier);
    return -1;
}

static inline int group_setup(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct sandbox_options options;
    if (options_of_test(&options) < 0)
        return -1;
    if (sandbox_new(&sandbox, &options, &err) < 0) {
        print_error("sandbox_new: %s\n", err.text);
        return -1;
    }
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    self_file = (struct sandbox_file){"self", fd, true};
    return fd < 0 ? -1 : 0;
}

static inline int group_teardown(void **state)
{
    (void)state;
    sandbox_free(sandbox);
    sandbox = NULL;
    return 0;
}

#endif
