/* container-launch: runs COMMAND in what a plain `docker run` would give it, without Docker.
 *
 *     container-launch --profile FILE [--user USER[:GROUP]] [--no-landlock] [--env NAME=VALUE]...
 *                      -- COMMAND [ARGUMENT]...
 *
 * COMMAND is process 1 of its own pid, mount, net, ipc, uts and cgroup namespaces, in the caller's
 * working directory.  Exit status as Docker's: COMMAND's own, 128 + signal, 127 not found, 126 not
 * executable, 125 our failure.  SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 are passed on;
 * GRACE_S after the first of the first four (process 1 ignores what it does not handle), SIGKILL. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/limits.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"

#define GRACE_S    10 /* `docker stop` waits as long */
#define GROUPS_MAX 64
#define ENV_MAX    64

const struct capability capabilities[N_CAPABILITIES] = {
    {"CAP_CHOWN", CAP_CHOWN},
    {"CAP_DAC_OVERRIDE", CAP_DAC_OVERRIDE},
    {"CAP_FSETID", CAP_FSETID},
    {"CAP_FOWNER", CAP_FOWNER},
    {"CAP_MKNOD", CAP_MKNOD},
    {"CAP_NET_RAW", CAP_NET_RAW},
    {"CAP_SETGID", CAP_SETGID},
    {"CAP_SETUID", CAP_SETUID},
    {"CAP_SETFCAP", CAP_SETFCAP},
    {"CAP_SETPCAP", CAP_SETPCAP},
    {"CAP_NET_BIND_SERVICE", CAP_NET_BIND_SERVICE},
    {"CAP_SYS_CHROOT", CAP_SYS_CHROOT},
    {"CAP_KILL", CAP_KILL},
    {"CAP_AUDIT_WRITE", CAP_AUDIT_WRITE},
};

struct user {
    uid_t uid;
    gid_t gid;
    gid_t groups[GROUPS_MAX];
    int n_groups;
    char home[PATH_MAX];
};

struct options {
    const char *profile;
    const char *user;
    bool without_landlock;
    const char *env[ENV_MAX];
    size_t n_env;
    char **command;
};

void die(const char *format, ...)
{
    int error = errno;
    va_list list;
    va_start(list, format);
    fputs("container-launch: ", stderr);
    vfprintf(stderr, format, list);
    va_end(list);
    fprintf(stderr, "%s%s\n", error ? ": " : "", error ? strerror(error) : "");
    exit(LAUNCH_FAILED);
}

/* ---- who runs it ---- */

static unsigned number_or_die(const char *text)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || end == text || text[0] == '-' || value >= UINT32_MAX)
        die("\"%s\" is no user or group id", text);
    return (unsigned)value;
}

/* As Docker: ids need no entry in /etc/passwd; without one the group is 0 and HOME is "/". */
static struct user find_user(const char *text)
{
    struct user user = {.home = "/"};
    char id[64];
    snprintf(id, sizeof id, "%s", text);
    char *group = strchr(id, ':');
    if (group)
        *group++ = 0;
    user.uid = number_or_die(id);
    const struct passwd *entry = getpwuid(user.uid);
    if (entry) {
        user.gid = entry->pw_gid;
        snprintf(user.home, sizeof user.home, "%s", entry->pw_dir);
    }
    if (group) {
        user.gid = number_or_die(group);
        user.groups[user.n_groups++] = user.gid;
    } else if (entry) {
        user.n_groups = GROUPS_MAX;
        errno = 0;
        if (getgrouplist(entry->pw_name, user.gid, user.groups, &user.n_groups) < 0)
            die("user %s is in more than %d groups", text, GROUPS_MAX);
    }
    return user;
}

/* ---- in the container ---- */

static void raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
        die("the loopback interface");
    close(fd);
}

static void set_capabilities(uint32_t mask)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{.effective = mask, .permitted = mask}};
    if (syscall(SYS_capset, &header, data) != 0)
        die("capset");
}

/* The order is runc's without no_new_privs: the filter while we may still load it, then the user. */
static void drop_privileges(const struct user *user, const struct sock_fprog *filter)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < N_CAPABILITIES; i++)
        mask |= 1U << capabilities[i].number; /* all below 32 */
    for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
        bool keep = cap < 32 && (mask >> cap & 1) != 0;
        if (!keep && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
            die("PR_CAPBSET_DROP %d", cap);
    }
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) != 0)
        die("seccomp");
    if (setgroups((size_t)user->n_groups, user->groups) != 0 ||
        setresgid(user->gid, user->gid, user->gid) != 0 ||
        setresuid(user->uid, user->uid, user->uid) != 0)
        die("user %u", user->uid);
    set_capabilities(user->uid == 0 ? mask : 0);
}

/* Nothing of the caller's environment gets in. */
static void set_environment(const struct options *options, const struct user *user,
                            const char *hostname)
{
    clearenv();
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("HOSTNAME", hostname, 1);
    setenv("HOME", user->home, 1);
    for (size_t i = 0; i < options->n_env; i++)
        putenv((char *)options->env[i]);
}

static void die_with_parent(int alive_fd)
{
    char byte;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        die("PR_SET_PDEATHSIG");
    if (alive_fd >= 0 && read(alive_fd, &byte, 1) != 1)
        _exit(LAUNCH_FAILED); /* it had died before */
}

static void restore_signals(const sigset_t *mask)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
}

/* execvp() would hand what is no program to a shell: runc does not.  Returns the errno. */
static int exec_in_path(char **command)
{
    char *path = getenv("PATH"), *rest = path ? strdup(path) : NULL;
    int error = ENOENT;
    if (strchr(command[0], '/')) {
        execv(command[0], command);
        return errno;
    }
    for (const char *folder; (folder = strsep(&rest, ":"));) {
        char file[PATH_MAX];
        if ((size_t)snprintf(file, sizeof file, "%s/%s", folder, command[0]) >= sizeof file)
            continue;
        execv(file, command);
        if (errno != ENOENT && errno != ENOTDIR)
            error = errno;
    }
    return error;
}

__attribute__((noreturn)) static void run_command(const struct options *options,
                                                  const struct user *user,
                                                  const struct sock_fprog *filter,
                                                  const sigset_t *mask, int alive_fd)
{
    char work[PATH_MAX], hostname[13];
    uint8_t random[6];

    die_with_parent(alive_fd);
    if (!getcwd(work, sizeof work))
        die("the working directory");
    if (getrandom(random, sizeof random, 0) != sizeof random)
        die("getrandom");
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(hostname + 2 * i, 3, "%02x", random[i]);
    if (setsid() < 0)
        die("setsid");
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP) != 0)
        die("unshare");
    if (sethostname(hostname, strlen(hostname)) != 0)
        die("sethostname");
    raise_loopback();
    umask(0); /* the modes of our mount points are meant as they stand */
    rootfs_enter(work, hostname);
    umask(022);
    if (chdir(work) != 0)
        die("chdir %s", work);
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, hostname); /* a kernel may lack keys */
    if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0)
        die("close_range");
    drop_privileges(user, filter);
    die_with_parent(-1); /* a change of user has reset it */
    set_environment(options, user, hostname);
    restore_signals(mask);
    int error = exec_in_path(options->command);
    fprintf(stderr, "container-launch: %s: %s\n", options->command[0], strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

/* ---- outside ---- */

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool is_last_word(int number)
{
    return number == SIGTERM || number == SIGINT || number == SIGHUP || number == SIGQUIT;
}

/* Passes signals on until the container is gone; its exit status. */
static int wait_for(pid_t child, const sigset_t *signals)
{
    double deadline_s = 0; /* 0: nobody asked it to end */
    for (;;) {
        int status;
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (ended < 0 && errno != EINTR)
            die("waitpid");
        struct timespec tick = {.tv_nsec = 100 * 1000 * 1000};
        int number =
            deadline_s > 0 ? sigtimedwait(signals, NULL, &tick) : sigwaitinfo(signals, NULL);
        if (deadline_s > 0 && now_s() > deadline_s)
            kill(child, SIGKILL);
        if (number <= 0 || number == SIGCHLD)
            continue;
        kill(child, number);
        if (is_last_word(number) && deadline_s == 0)
            deadline_s = now_s() + GRACE_S;
    }
}

static void usage(void)
{
    fputs("usage: container-launch --profile FILE [--user UID[:GID]] [--no-landlock] [--env "
          "NAME=VALUE]... "
          "-- COMMAND ...\n",
          stderr);
    exit(LAUNCH_FAILED);
}

static struct options parse(int argc, char **argv)
{
    struct options options = {.user = "0"};
    int i = 1;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--no-landlock") == 0)
            options.without_landlock = true;
        else if (strcmp(argv[i], "--profile") == 0 && has_value)
            options.profile = argv[++i];
        else if (strcmp(argv[i], "--user") == 0 && has_value)
            options.user = argv[++i];
        else if (strcmp(argv[i], "--env") == 0 && has_value && options.n_env < ENV_MAX &&
                 strchr(argv[i + 1], '='))
            options.env[options.n_env++] = argv[++i];
        else
            usage();
    }
    if (i + 1 >= argc || !options.profile)
        usage();
    options.command = argv + i + 1;
    return options;
}

int main(int argc, char **argv)
{
    static const int passed_on[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    struct options options = parse(argc, argv);
    sigset_t signals, before;
    int alive[2];

    errno = 0;
    if (geteuid() != 0)
        die("needs root: namespaces without a user namespace");
    struct user user = find_user(options.user);
    struct sock_fprog filter = profile_compile(options.profile, options.without_landlock);

    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        signal(passed_on[i], SIG_DFL); /* an inherited "ignore" would eat them */
        sigaddset(&signals, passed_on[i]);
    }
    if (sigprocmask(SIG_BLOCK, &signals, &before) != 0 || pipe2(alive, O_CLOEXEC) != 0 ||
        unshare(CLONE_NEWPID) != 0)
        die("a pid namespace");
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        close(alive[1]);
        run_command(&options, &user, &filter, &before, alive[0]);
    }
    close(alive[0]);
    if (write(alive[1], "", 1) != 1)
        die("the container's first process");
    return wait_for(child, &signals);
}
