#include "judge/machine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void machine_cpu(char *ret, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[512];
    ret[0] = '\0';
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        colon += 1 + strspn(colon + 1, " ");
        colon[strcspn(colon, "\n")] = '\0';
        snprintf(ret, size, "%s", colon);
        break;
    }
    if (file)
        fclose(file);
}

int machine_cores(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
