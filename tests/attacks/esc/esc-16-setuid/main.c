/* Set-user-id programs that are to be seen: each must lie on a mount that ignores the bit.  And no mount at all
 * is without nosuid. */
#include <sys/statvfs.h>

#include "attack.h"

static int n_escaped;

static void walk(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        char path[4096];
        struct stat st;
        struct statvfs fs;
        if (d->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        if (lstat(path, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < 2)
            walk(path, depth + 1);
        if (S_ISREG(st.st_mode) && (st.st_mode & (S_ISUID | S_ISGID)) &&
            (statvfs(path, &fs) < 0 || !(fs.f_flag & ST_NOSUID)) && n_escaped++ < 5)
            escaped("%s, mode %o, is not on a nosuid mount", path, st.st_mode);
    }
    if (dir)
        closedir(dir);
}

int main(void)
{
    static const char *const places[] = {"/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec", "/usr/local", "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        walk(places[i], 0);
    char line[2000];
    FILE *mounts = fopen("/proc/self/mounts", "r");
    while (mounts && fgets(line, sizeof line, mounts))
        if (!strstr(line, "nosuid") && n_escaped++ < 5)
            escaped("without nosuid: %s", line);
    return n_escaped ? 1 : blocked();
}
