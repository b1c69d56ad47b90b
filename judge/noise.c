#include "judge/noise.h"

#include <stdio.h>
#include <time.h>

int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t steal_ticks(void)
{
    FILE *file = fopen("/proc/stat", "re");
    long long n[8] = {0};
    if (!file)
        return 0;
    int got = fscanf(file, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &n[0], &n[1], &n[2],
                     &n[3], &n[4], &n[5], &n[6], &n[7]);
    fclose(file);
    return got == 8 ? n[7] : 0;
}
