/* Looks for a setting of the kernel that could be written.  Opens, writes nothing. */
#include "attack.h"

static int n_escaped, n_seen;

static void try(const char *path)
{
    n_seen++;
    int fd = open(path, O_WRONLY | O_NONBLOCK);
    if (fd < 0)
        return;
    close(fd);
    if (n_escaped++ < 5)
        escaped("%s can be opened for writing", path);
}

static void walk(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    for (struct dirent *d; dir && depth < 8 && n_seen < 20000 && (d = readdir(dir));) {
        char path[4096];
        if (d->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        if (d->d_type == DT_DIR)
            walk(path, depth + 1);
        else if (d->d_type == DT_REG)
            try(path);
    }
    if (dir)
        closedir(dir);
}

int main(void)
{
    static const char *const others[] = {
        "/proc/sysrq-trigger", "/proc/kcore", "/proc/kmsg", "/proc/timer_list", "/proc/1/oom_score_adj",
        "/proc/1/mem", "/proc/1/attr/current", "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent",
        "/sys/fs/cgroup/cgroup.procs", "/proc/irq/default_smp_affinity", "/proc/mtrr", "/proc/acpi/wakeup"};
    walk("/proc/sys", 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        try(others[i]);
    if (open("/sys/kernel", O_RDONLY | O_DIRECTORY) >= 0 || open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY) >= 0)
        n_escaped += escaped("/sys can be listed");
    return n_escaped ? 1 : blocked();
}
