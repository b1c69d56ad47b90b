/* Uses a known amount of something, and says how much: what `tools/bench accuracy` measures the sandbox with.
 *
 *     known burn MS THREADS      until the process's own CPU clock says MS, in so many threads
 *     known burn-children MS N   N children burn MS together, and nobody ever waits for them
 *     known spin THREADS         for ever (30 s)
 *     known pause                sleeps for ever (30 s)
 *     known fill-and-spin MIB    writes to MIB of memory, then spins for ever (30 s)
 *     known touch KIND MIB       heap, stack, threads, private-children, shared-children, tmpfs, memfd
 *
 * The last line of standard output is the CPU used, in ns (burn), or the bytes touched; exit code 0.  Exit code 77:
 * this box refuses what was asked for, and standard error says which call with which errno. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB      ((size_t)1 << 20)
#define PAGE     4096
#define N_OTHERS 4 /* threads or children of a touch */
#define REFUSED  77

static _Noreturn void refused(const char *call)
{
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    exit(REFUSED);
}

static int64_t own_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- burning ---- */

static int64_t burn_until_ns;

static void *burn(void *unused)
{
    while (own_cpu_ns() < burn_until_ns) /* the clock is the process's: threads burn it together */
        ;
    return unused;
}

static void start_threads(pthread_t *threads, int n, void *(*run)(void *), void *argument)
{
    for (int i = 0; i < n; i++) {
        errno = pthread_create(&threads[i], NULL, run, argument);
        if (errno)
            refused("pthread_create");
    }
}

static void burn_in_threads(int64_t ms, int n)
{
    pthread_t threads[64];
    burn_until_ns = ms * 1000000;
    start_threads(threads, n - 1, burn, NULL);
    burn(NULL);
    for (int i = 0; i < n - 1; i++)
        pthread_join(threads[i], NULL);
}

static int64_t burn_in_children(int64_t ms, int n)
{
    int ends[2];
    if (pipe(ends) < 0)
        refused("pipe");
    for (int i = 0; i < n; i++) {
        pid_t pid = fork();
        if (pid < 0)
            refused("fork");
        if (pid == 0) {
            burn_until_ns = ms * 1000000 / n;
            burn(NULL);
            int64_t used = own_cpu_ns();
            if (write(ends[1], &used, sizeof used) != sizeof used)
                _exit(1);
            if (i % 2) /* half of them are still there when the box ends */
                pause();
            _exit(0);
        }
    }
    int64_t sum = 0;
    for (int i = 0; i < n; i++) {
        int64_t used;
        if (read(ends[0], &used, sizeof used) != sizeof used)
            exit(1);
        sum += used;
    }
    return sum;
}

static void *spin(void *unused)
{
    for (volatile uint64_t n = 0;; n = n + 1)
        ;
    return unused;
}

/* ---- touching ---- */

static void write_to(volatile char *at, size_t size)
{
    for (size_t i = 0; i < size; i += PAGE)
        at[i] = (char)(i >> 12 | 1);
}

static char *map(size_t size, int flags)
{
    if (size == 0)
        return NULL;
    char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
    if (at == MAP_FAILED)
        refused(flags == MAP_SHARED ? "mmap(MAP_SHARED)" : "mmap");
    return at;
}

static size_t share; /* of one thread */

static void *touch_in_thread(void *unused)
{
    write_to(map(share, MAP_PRIVATE), share);
    return unused;
}

static void touch_threads(size_t size)
{
    pthread_t threads[N_OTHERS];
    share = size / N_OTHERS;
    start_threads(threads, N_OTHERS, touch_in_thread, NULL);
    for (int i = 0; i < N_OTHERS; i++)
        pthread_join(threads[i], NULL);
}

/* All children hold what they touched until the last one has. */
static void touch_children(size_t size, char *shared)
{
    int done[2], go[2];
    if (pipe(done) < 0 || pipe(go) < 0)
        refused("pipe");
    char byte = 0;
    for (int i = 0; i < N_OTHERS; i++) {
        pid_t pid = fork();
        if (pid < 0)
            refused("fork");
        if (pid == 0) {
            close(go[1]);
            write_to(shared ? shared : map(size, MAP_PRIVATE), size);
            if (write(done[1], &byte, 1) != 1)
                _exit(1);
            _exit(read(go[0], &byte, 1) != 0);
        }
    }
    close(done[1]);
    for (int i = 0; i < N_OTHERS; i++)
        if (read(done[0], &byte, 1) != 1)
            exit(REFUSED); /* the child has said why */
    close(go[1]);
    while (wait(NULL) > 0)
        ;
}

static void touch_file(int fd, size_t size)
{
    static char bytes[1 << 16];
    memset(bytes, 1, sizeof bytes);
    for (size_t done = 0; done < size; done += sizeof bytes)
        if (write(fd, bytes, sizeof bytes) != (ssize_t)sizeof bytes)
            refused("write");
}

static __attribute__((noinline)) void touch_stack(size_t size)
{
    char frame[PAGE];
    write_to(frame, sizeof frame);
    if (size > PAGE)
        touch_stack(size - PAGE);
    __asm__ volatile("" : : "r"(frame) : "memory"); /* after the call: no frame is given up early */
}

static void check_stack(size_t size)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < size + MIB) {
        errno = ENOMEM;
        refused("RLIMIT_STACK");
    }
}

static size_t touch(const char *kind, size_t size)
{
    if (!strcmp(kind, "heap")) {
        char *at = malloc(size + 1);
        if (!at)
            refused("malloc");
        write_to(at, size);
    } else if (!strcmp(kind, "stack")) {
        check_stack(size);
        touch_stack(size);
    } else if (!strcmp(kind, "threads")) {
        touch_threads(size);
    } else if (!strcmp(kind, "private-children")) {
        touch_children(size / N_OTHERS, NULL);
    } else if (!strcmp(kind, "shared-children")) {
        char *shared = map(size + PAGE, MAP_SHARED);
        touch_children(size, shared);
    } else if (!strcmp(kind, "tmpfs")) {
        int fd = open("/tmp/known", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd < 0)
            refused("open /tmp/known");
        touch_file(fd, size);
    } else if (!strcmp(kind, "memfd")) {
        int fd = memfd_create("known", 0);
        if (fd < 0)
            refused("memfd_create");
        touch_file(fd, size);
    } else {
        exit(2);
    }
    return size;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    const char *what = argv[1];
    long n = argc > 2 ? strtol(argv[argc > 3 ? 3 : 2], NULL, 10) : 0;
    long ms = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
    alarm(30);
    long long known = -1;
    if (!strcmp(what, "burn")) {
        burn_in_threads(ms, (int)n);
        known = own_cpu_ns();
    } else if (!strcmp(what, "burn-children")) {
        known = burn_in_children(ms, (int)n);
        known += own_cpu_ns();
    } else if (!strcmp(what, "spin")) {
        pthread_t threads[64];
        start_threads(threads, (int)n - 1, spin, NULL);
        spin(NULL);
    } else if (!strcmp(what, "pause")) {
        for (;;)
            pause();
    } else if (!strcmp(what, "fill-and-spin")) {
        size_t size = (size_t)n * MIB;
        write_to(map(size, MAP_PRIVATE), size);
        spin(NULL);
    } else if (!strcmp(what, "touch") && argc == 4) {
        known = (long long)touch(argv[2], (size_t)n * MIB);
    } else {
        return 2;
    }
    printf("%lld\n", known);
    return 0;
}
