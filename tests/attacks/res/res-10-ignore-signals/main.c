/* Ignores every signal and spins. */
#include "attack.h"

int main(void)
{
    for (int s = 1; s < 65; s++)
        signal(s, SIG_IGN);
    blocked();
    burn_ms(FUSE_S * 1000);
    return 0;
}
