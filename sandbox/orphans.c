/* What a box of the landlock tier leaves when its box-init is killed from outside (by the kernel for want of memory,
 * by somebody with the right to).  In a pid namespace everything dies with it; here the command does
 * (PR_SET_PDEATHSIG), but its children go on, with a parent that knows nothing of them.  Where the box had a uid of
 * its own they are found by it. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sandbox/internal.h"
#include "sandbox/util.h"

#define TRIES    200
#define PAUSE_NS 1000000

/* Real, effective, saved or of the file system: whoever has it in one place is of the box. */
static bool has_uid(int proc, const char *pid, unsigned uid)
{
    char path[300], text[2048];
    snprintf(path, sizeof path, "%.200s/status", pid);
    auto_fd int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    const char *line = strstr(text, "\nUid:");
    const char *state = strstr(text, "\nState:\tZ");
    unsigned ids[4];
    if (state || !line || sscanf(line + 5, "%u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) != 4)
        return false;
    return ids[0] == uid || ids[1] == uid || ids[2] == uid || ids[3] == uid;
}

/* How many there were; -1: it cannot be told. */
static int kill_all_of(unsigned uid)
{
    DIR *dir = opendir("/proc");
    if (!dir)
        return -1;
    int n = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || !has_uid(dirfd(dir), e->d_name, uid))
            continue;
        n++;
        kill((pid_t)strtol(e->d_name, NULL, 10), SIGKILL);
    }
    closedir(dir);
    return n;
}

void orphans_kill(unsigned uid)
{
    for (int i = 0; i < TRIES && kill_all_of(uid) != 0; i++)
        nanosleep(&(struct timespec){0, PAUSE_NS}, NULL);
}
