/* Exactly as many processes as allowed: not one less, not one more. */
#include "attack.h"

int main(void)
{
    int n = 0, ends[2];
    char byte;
    if (pipe(ends))
        return 2;
    for (; n < 40; n++) {
        pid_t pid = fork();
        if (pid < 0)
            break;
        if (pid == 0) {
            close(ends[1]);
            alarm(FUSE_S);
            _exit((int)read(ends[0], &byte, 1)); /* until the parent ends */
        }
    }
    printf("%d children\n", n);
    return 0;
}
