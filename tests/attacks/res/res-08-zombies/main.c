/* Children that end at once and are never waited for count as long as they are not. */
#include "attack.h"

int main(void)
{
    int n = 0;
    alarm(FUSE_S);
    for (; n < 64; n++) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0)
            _exit(0);
    }
    return n > 17 ? escaped("%d zombies", n) : blocked();
}
