#include "judge/noise.h"

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/util.h"

int64_t now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* The beginning of a file of the kernel's; false: there is none. */
static bool read_start(const char *path, char *ret, size_t size)
{
    auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, ret, size - 1);
    if (n <= 0)
        return false;
    ret[n] = '\0';
    return true;
}

static int64_t steal_us(void)
{
    char text[512];
    if (!read_start("/proc/stat", text, sizeof text) || strncmp(text, "cpu ", 4) != 0)
        return -1;
    char *at = text + 4;
    int64_t ticks = -1;
    for (int i = 0; i < 8; i++) {
        char *end = at;
        ticks = strtoll(at, &end, 10);
        if (end == at)
            return -1;
        at = end;
    }
    return ticks * (1000000 / sysconf(_SC_CLK_TCK));
}

static int64_t pressure_us(void)
{
    char text[256];
    if (!read_start("/proc/pressure/cpu", text, sizeof text) || strncmp(text, "some ", 5) != 0)
        return -1;
    const char *total = strstr(text, "total=");
    const char *line = strchr(text, '\n');
    if (!total || (line && total > line))
        return -1;
    return strtoll(total + 6, NULL, 10);
}

void noise_now(struct noise_sample *ret)
{
    *ret = (struct noise_sample){now_us(), steal_us(), pressure_us()};
}

static double percent(int64_t from, int64_t to, int64_t elapsed_us)
{
    if (from < 0 || to < from || elapsed_us <= 0)
        return NAN;
    return (double)(to - from) * 100.0 / (double)elapsed_us;
}

struct noise noise_between(const struct noise_sample *from, const struct noise_sample *to)
{
    int64_t elapsed_us = to->at_us - from->at_us;
    return (struct noise){
        .steal_percent = percent(from->steal_us, to->steal_us, elapsed_us),
        .pressure_percent = percent(from->pressure_us, to->pressure_us, elapsed_us),
        .switches_per_s = NAN,
    };
}

struct noise noise_worse(struct noise a, struct noise b)
{
    /* fmax() ignores a NaN */
    return (struct noise){fmax(a.steal_percent, b.steal_percent),
                          fmax(a.pressure_percent, b.pressure_percent),
                          fmax(a.switches_per_s, b.switches_per_s)};
}
