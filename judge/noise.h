/* What disturbs a measurement from outside the box. */
#ifndef MLJUDGE_NOISE_H
#define MLJUDGE_NOISE_H

#include <stdint.h>

int64_t now_us(void); /* CLOCK_MONOTONIC */

/* Time that another machine took from ours, in clock ticks: /proc/stat, "cpu" line, 8th number. */
int64_t steal_ticks(void);

#endif
