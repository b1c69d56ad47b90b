/* Is what we measure true?  A program that knows what it uses (burner.c) runs in a box, and both are compared. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sandbox/doctor.h"
#include "sandbox/util.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

#define MIB ((int64_t)1 << 20)

extern const char burner_blob[], burner_blob_end[];

static int open_burner(struct error *err)
{
    size_t size = (size_t)(burner_blob_end - burner_blob);
    int fd = memfd_create("burner", MFD_CLOEXEC | MFD_EXEC);
    if (fd < 0 && errno == EINVAL) /* before 6.3 there is no MFD_EXEC, and all are executable */
        fd = memfd_create("burner", MFD_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "memfd_create");
    if (write(fd, burner_blob, size) != (ssize_t)size) {
        int r = error_errno(err, "write the burner");
        close(fd);
        return r;
    }
    return fd;
}

static int run_burner(struct sandbox *sandbox, const char *what, const char *amount,
                      struct sandbox_outcome *ret, struct error *err)
{
    auto_fd int fd = open_burner(err);
    if (fd < 0)
        return fd;
    const struct sandbox_file file = {"burner", fd, true};
    const char *const argv[] = {"./burner", what, amount, NULL};
    const char *const env[] = {NULL};
    const struct sandbox_policy policy = {
        .argv = argv,
        .env = env,
        .profile = SANDBOX_PROFILE_RUN,
        .files = &file,
        .n_files = 1,
        .stdin_fd = -1,
        .barrier = amount != NULL,
        .ready_target = 3,
        .go_target = 4,
        .run = {.cpu_us = 1000000, .wall_us = 2000000, .memory_bytes = 256 * MIB},
        .prepare = {.cpu_us = 1000000, .wall_us = 2000000, .memory_bytes = 256 * MIB},
        .no_proc = true,
    };
    int r = sandbox_run(sandbox, &policy, -1, ret, err);
    if (r < 0)
        return r;
    if (ret->end == SANDBOX_END_EXITED && ret->exit_code == 0)
        return 0;
    r = error_set(err, -EIO, "the burner did not end well in its box: end %d, code %d, signal %d",
                  (int)ret->end, ret->exit_code, ret->signal);
    sandbox_outcome_done(ret);
    return r;
}

int sandbox_try(struct sandbox *sandbox, struct error *err)
{
    struct sandbox_outcome outcome;
    int r = run_burner(sandbox, NULL, NULL, &outcome, err);
    if (r == 0)
        sandbox_outcome_done(&outcome);
    return r;
}

/* A tolerance is an absolute or a relative one, whichever is wider. */
static void compare(struct sandbox_reading *reading, int64_t absolute, int64_t percent)
{
    int64_t most = reading->known / 100 * percent;
    int64_t off = llabs(reading->measured - reading->known);
    reading->is_good = reading->measured >= 0 && off <= (absolute > most ? absolute : most);
}

/* What the burner says it used, and the tool it was measured with. */
static int read_known(const struct sandbox_outcome *outcome, int64_t *ret, struct error *err)
{
    if (outcome->out.n_kept != sizeof *ret)
        return error_set(err, -EIO, "the burner did not say what it used");
    memcpy(ret, outcome->out.bytes, sizeof *ret);
    return 0;
}

static int burn(struct sandbox *sandbox, struct sandbox_reading *ret, struct error *err)
{
    _Static_assert(CALIBRATION_BURN_US == 50000, "the argument below");
    struct sandbox_outcome outcome;
    int64_t known_ns = 0;
    int r = run_burner(sandbox, "burn", "50", &outcome, err);
    if (r < 0)
        return r;
    r = read_known(&outcome, &known_ns, err);
    *ret = (struct sandbox_reading){known_ns / 1000, outcome.run.cpu_us, false, outcome.cpu_source};
    compare(ret, 1000, 1);
    sandbox_outcome_done(&outcome);
    return r;
}

static int touch(struct sandbox *sandbox, struct sandbox_reading *ret, struct error *err)
{
    _Static_assert(CALIBRATION_TOUCH_BYTES == 64 << 20, "the argument below");
    struct sandbox_outcome outcome;
    int64_t known = 0;
    int r = run_burner(sandbox, "touch", "64", &outcome, err);
    if (r < 0)
        return r;
    r = read_known(&outcome, &known, err);
    *ret = (struct sandbox_reading){known, outcome.run.memory_bytes, false, outcome.memory_source};
    compare(ret, MIB, 2);
    sandbox_outcome_done(&outcome);
    return r;
}

int sandbox_calibrate(struct sandbox *sandbox, struct sandbox_calibration *ret, struct error *err)
{
    memset(ret, 0, sizeof *ret);
    int r = burn(sandbox, &ret->cpu_us, err);
    return r < 0 ? r : touch(sandbox, &ret->memory_bytes, err);
}
