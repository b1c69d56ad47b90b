/* What times depend on: this machine. */
#ifndef MLJUDGE_MACHINE_H
#define MLJUDGE_MACHINE_H

#include <stddef.h>

/* The processor's model as /proc/cpuinfo names it; "" if it does not. */
void machine_cpu(char *ret, size_t size);

int machine_cores(void);

/* The cores that boxes can have to themselves: those this thread may run on, and no more of them than the CPU quota of
 * our control groups pays for; at least one.  Their numbers go into `cores`, at most `max`; returns how many. */
int machine_usable_cores(int *cores, int max);

#endif
