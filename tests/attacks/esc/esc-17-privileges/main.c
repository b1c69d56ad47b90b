/* Says what privileges are left: capabilities, no_new_privs, the filter, identity. */
#include "attack.h"

int main(void)
{
    static const char *const wanted[] = {"CapInh:\t0000000000000000", "CapPrm:\t0000000000000000",
                                         "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
                                         "CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"};
    char status[8192] = "";
    int n_escaped = 0, fd = open("/proc/self/status", O_RDONLY);
    if (fd < 0 || read(fd, status, sizeof status - 1) <= 0)
        return 2;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(status, wanted[i]))
            n_escaped += escaped("/proc/self/status lacks '%s'", wanted[i]);
    if (getuid() == 0 || geteuid() == 0 || getgid() == 0)
        n_escaped += escaped("uid %d, gid %d", getuid(), getgid());
    if (access("/etc/shadow", R_OK) == 0 || access("/root", R_OK) == 0 || access("/home", W_OK) == 0)
        n_escaped += escaped("private files of the host are there");
    static const char *const places[] = {"/", "/usr", "/usr/bin", "/bin", "/lib", "/etc", "/dev"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (access(places[i], W_OK) == 0)
            n_escaped += escaped("%s is writable", places[i]);
    if (setuid(0) == 0 || setgid(0) == 0)
        n_escaped += escaped("became root");
    return n_escaped ? 1 : blocked();
}
