/* A byte now and then, so that whoever waits for silence waits for ever. */
#include "attack.h"

int main(void)
{
    for (double end = now_s() + FUSE_S; now_s() < end; sleep_ms(20))
        if (write(1, "x", 1) < 0)
            return 3;
    return 0;
}
