/* Looks at each wall by itself, where another wall behind it would hide that it has a hole. */
#include "attack.h"

#include <sys/ioctl.h>
#include <sys/resource.h>

static char text[65536];

static const char *slurp(const char *path)
{
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    if (fd >= 0)
        close(fd);
    return text;
}

/* Only what the box may write, and /dev, is not mounted read-only.  Nothing is there that no line tells of. */
static int mounts(void)
{
    int n_escaped = 0, n_lines = 0;
    slurp("/proc/self/mountinfo");
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) && *line; n_lines++) {
        char root[256], point[256], options[256];
        if (sscanf(line, "%*d %*d %*s %255s %255s %255s", root, point, options) != 3)
            return 2;
        bool may_write = !strcmp(point, "/box") || !strcmp(point, "/tmp");
        if (!may_write && strncmp(options, "ro", 2) != 0)
            n_escaped += escaped("%s is mounted %s", point, options);
    }
    if (n_lines < 4)
        n_escaped += escaped("%d mounts", n_lines);
    return n_escaped;
}

/* The machine's own first namespaces have fixed numbers (include/linux/proc_ns.h). */
static int namespaces(void)
{
    static const struct {
        const char *path, *first;
    } all[] = {
        {"/proc/self/ns/ipc", "ipc:[4026531839]"},
        {"/proc/self/ns/uts", "uts:[4026531838]"},
        {"/proc/self/ns/pid", "pid:[4026531836]"},
        {"/proc/self/ns/cgroup", "cgroup:[4026531835]"},
    };
    int n_escaped = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char name[64] = "";
        if (readlink(all[i].path, name, sizeof name - 1) <= 0)
            n_escaped += escaped("%s: %s", all[i].path, strerror(errno));
        else if (!strcmp(name, all[i].first))
            n_escaped += escaped("%s is the machine's", all[i].path);
    }
    if (getpid() > 9)
        n_escaped += escaped("process %d", getpid());
    slurp("/proc/self/net/dev");
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
        char *colon = strchr(line, ':');
        if (colon && strncmp(line + strspn(line, " "), "lo:", 3) != 0)
            n_escaped += escaped("a network device: %.*s", (int)(colon - line), line);
    }
    slurp("/proc/self/cgroup");
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
        char *path = strstr(line, ":/");
        if (path && path[2])
            n_escaped += escaped("the control group %s", path + 1);
    }
    return n_escaped;
}

static int process(void)
{
    int n_escaped = 0, on = 0, ends[2];
    struct rlimit limit;
    if (pipe(ends) < 0)
        return 2;
    if (ioctl(ends[0], FIOASYNC, &on) == 0) /* harmless, and not in the list */
        n_escaped += escaped("ioctl(FIOASYNC)");
    if (syscall(SYS_prlimit64, getpid(), RLIMIT_NOFILE, NULL, &limit) == 0)
        n_escaped += escaped("prlimit64 of a process by its number");
    if (getrlimit(RLIMIT_CORE, &limit) < 0 || limit.rlim_max > 1 ||
        (limit.rlim_max == 1 && limit.rlim_cur != 1)) /* 0 where the runner could not have more */
        n_escaped += escaped("RLIMIT_CORE is %llu", (unsigned long long)limit.rlim_cur);
    int fd = open("/proc/1/mem", O_RDONLY);
    if (fd >= 0 || access("/proc/1", F_OK) == 0)
        n_escaped += escaped("the box's first process can be looked at");
    return n_escaped;
}

static int victim(void)
{
    if (strcmp(slurp("/proc/self/oom_score_adj"), "1000\n") != 0)
        return escaped("oom_score_adj is %s", text);
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int n_escaped = !strcmp(what, "mounts")       ? mounts()
                    : !strcmp(what, "namespaces") ? namespaces()
                    : !strcmp(what, "process")    ? process()
                    : !strcmp(what, "victim")     ? victim()
                                                  : escaped("no argument");
    return n_escaped ? 1 : blocked();
}
