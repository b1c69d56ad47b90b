/* What disturbs a measurement from outside the box: time that a hypervisor took, tasks that had to wait for a CPU,
 * preemption. */
#ifndef MLJUDGE_NOISE_H
#define MLJUDGE_NOISE_H

#include <stdint.h>

/* From these on a disturbance is noted beside a timing. */
#define NOISE_STEAL_PERCENT    1.0
#define NOISE_PRESSURE_PERCENT 10.0
#define NOISE_SWITCHES_PER_S   20.0

int64_t now_us(void); /* CLOCK_MONOTONIC */

/* Counters of the whole machine at one moment; -1: this kernel has none. */
struct noise_sample {
    int64_t at_us;
    int64_t
        steal_us; /* /proc/stat, "cpu" line, 8th number: in steps of a clock tick, of all cores */
    int64_t pressure_us; /* /proc/pressure/cpu, "some", total: some task waited for a CPU */
};
void noise_now(struct noise_sample *ret);

/* Between two samples; NAN where one is missing. */
struct noise {
    double steal_percent;    /* of one core */
    double pressure_percent; /* of the time */
    double switches_per_s;   /* involuntary, of the box's processes */
};
#define NOISE_UNKNOWN ((struct noise){__builtin_nan(""), __builtin_nan(""), __builtin_nan("")})
struct noise noise_between(const struct noise_sample *from, const struct noise_sample *to);

/* The worse of two in every number that is known. */
struct noise noise_worse(struct noise a, struct noise b);

#endif
