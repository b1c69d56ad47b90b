/* What this machine offers, for `mljudge doctor`: found by trying, never by reading versions. */
#ifndef MLJUDGE_DOCTOR_H
#define MLJUDGE_DOCTOR_H

#include "sandbox/sandbox.h"

enum sandbox_feature_state {
    SANDBOX_FEATURE_OK,
    SANDBOX_FEATURE_WARN, /* something is lost: a higher tier, a detail of the report, quiet times */
    SANDBOX_FEATURE_MISSING, /* no tier works, and this is a reason */
};

enum sandbox_area {
    SANDBOX_AREA_BOX,   /* boxes are made of it */
    SANDBOX_AREA_HOST,  /* boxes cannot reach it; the host is better off without */
    SANDBOX_AREA_NOISE, /* makes times vary */
};

struct sandbox_feature {
    char name[48]; /* "cgroup memory", "seccomp user notification", ... */
    enum sandbox_area area;
    enum sandbox_feature_state state;
    char brief[48];   /* the name with the little that matters: "cgroup v1", "Landlock ABI 7" */
    char detail[512]; /* what was found */
    char advice[400]; /* the exact command that mends it, or "" */
};

#define SANDBOX_N_TIERS (SANDBOX_TIER_FULL + 1)

struct sandbox_tier_trial {
    bool works;    /* a box of this tier ran a program to its end */
    char why[400]; /* why not, else "" */
};

struct sandbox_diagnosis {
    struct sandbox_feature *features;
    size_t n_features;
    struct sandbox_tier_trial tiers[SANDBOX_N_TIERS]; /* by enum sandbox_tier; [NONE] is unused */
    enum sandbox_tier best;
};

/* Tries every feature in a child and every tier with a box.  Call it from a process that has no threads and no
 * children to lose: it forks.  sandbox_diagnosis_done() frees. */
int sandbox_diagnose(struct sandbox_diagnosis *ret, struct error *err);
void sandbox_diagnosis_done(struct sandbox_diagnosis *diagnosis); /* idempotent */

/* ---- calibration: is what we measure true? ---- */

#define CALIBRATION_BURN_US     50000
#define CALIBRATION_TOUCH_BYTES ((int64_t)64 << 20)

/* One number that a program of ours knows and the sandbox measured. */
struct sandbox_reading {
    int64_t known, measured;
    bool is_good; /* within the tolerance: 1 ms or 1 %, 1 MiB or 2 % */
    const char *source;
};

struct sandbox_calibration {
    struct sandbox_reading cpu_us;       /* a program spins until its own CPU clock says 50 ms */
    struct sandbox_reading memory_bytes; /* a program maps and writes 64 MiB */
};

/* Two boxes, about a tenth of a second.  Failures are ours: a box that could not run, or did not end well. */
int sandbox_calibrate(struct sandbox *sandbox, struct sandbox_calibration *ret, struct error *err);

/* Runs a program that does nothing in a box; 0 if it ran to its end. */
int sandbox_try(struct sandbox *sandbox, struct error *err);

#endif
