/* 128 MiB of static data where 32 MiB are allowed. */
#include "attack.h"

static volatile char data[128 * MIB];

int main(void)
{
    for (size_t i = 0; i < sizeof data; i += 4096)
        data[i] = 1;
    return escaped("%zu MiB of static data", sizeof data / MIB);
}
