/* Types into the terminal it was started from.  With bits above the 32nd, too: the kernel ignores them, a filter
 * that compares 64 bits does not. */
#include <sys/ioctl.h>

#include "attack.h"

int main(void)
{
    int n_escaped = 0;
    for (int fd = 0; fd < 4; fd++) {
        int at = fd < 3 ? fd : open("/dev/tty", O_RDWR);
        for (int high = 0; high < 2; high++) {
            char key = 'x', paste[2] = {3, 0};
            if (syscall(SYS_ioctl, at, (unsigned long)TIOCSTI | (unsigned long)high << 32, &key) == 0)
                n_escaped += escaped("TIOCSTI on descriptor %d", at);
            if (syscall(SYS_ioctl, at, (unsigned long)TIOCLINUX | (unsigned long)high << 32, paste) == 0)
                n_escaped += escaped("TIOCLINUX on descriptor %d", at);
        }
        if (isatty(at))
            n_escaped += escaped("descriptor %d is a terminal", at);
    }
    return n_escaped ? 1 : blocked();
}
