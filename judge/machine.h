/* What times depend on: this machine. */
#ifndef MLJUDGE_MACHINE_H
#define MLJUDGE_MACHINE_H

#include <stddef.h>

/* The processor's model as /proc/cpuinfo names it; "" if it does not. */
void machine_cpu(char *ret, size_t size);

int machine_cores(void);

#endif
