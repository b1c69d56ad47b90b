/* What legal programs do: threads that wait for each other, 64 MiB of stack, a million allocations, a handler of
 * SIGSEGV on a stack of its own, temporary files, closing standard output, 95 % of the memory. */
#include <pthread.h>
#include <setjmp.h>

#include "attack.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *player(void *own)
{
    int me = (int)(intptr_t)own;
    for (int round = 0; round < 200; round++) {
        pthread_mutex_lock(&mutex);
        while (turn % 4 != me)
            pthread_cond_wait(&turn_changed, &mutex);
        turn++;
        pthread_cond_broadcast(&turn_changed);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static int threads(void)
{
    pthread_t ids[4];
    for (intptr_t i = 0; i < 4; i++)
        if (pthread_create(&ids[i], NULL, player, (void *)i))
            return 1;
    for (int i = 0; i < 4; i++)
        pthread_join(ids[i], NULL);
    return turn == 800 ? 0 : 2;
}

static int descend(int depth)
{
    volatile char frame[1024];
    frame[depth % 1024] = (char)depth;
    return depth == 0 ? frame[0] : descend(depth - 1) + frame[depth % 1024] * 0;
}

static int allocator(void)
{
    enum { N = 1000 };
    static void *kept[N];
    unsigned seed = 1;
    for (int i = 0; i < 1000000; i++) {
        seed = seed * 1103515245 + 12345;
        void **p = &kept[seed / 65536 % N];
        free(*p);
        *p = malloc(seed / 7 % 5000 + 1);
        if (!*p)
            return 1;
    }
    char *p = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p = p == MAP_FAILED ? p : mremap(p, MIB, 8 * MIB, MREMAP_MAYMOVE);
    return p == MAP_FAILED || madvise(p, 8 * MIB, MADV_DONTNEED) || munmap(p, 8 * MIB);
}

static sigjmp_buf back;

static void caught(int signal)
{
    siglongjmp(back, signal);
}

static int signals(void)
{
    static char other_stack[65536];
    stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
    struct sigaction action = {.sa_handler = caught, .sa_flags = SA_ONSTACK};
    if (sigaltstack(&stack, NULL) || sigaction(SIGSEGV, &action, NULL) || sigaction(SIGFPE, &action, NULL))
        return 1;
    if (sigsetjmp(back, 1) == 0)
        *(volatile int *)8 = 1;
    if (sigsetjmp(back, 1) == 0)
        raise(SIGFPE);
    return 0;
}

static int files(void)
{
    char name[] = "/tmp/legal-XXXXXX", bytes[5] = "";
    FILE *temporary = tmpfile();
    int fd = mkstemp(name);
    return fd < 0 || !temporary || write(fd, "text", 4) != 4 || pread(fd, bytes, 4, 0) != 4 || strcmp(bytes, "text") ||
           rename(name, "/tmp/legal-renamed") || unlink("/tmp/legal-renamed") || mkdir("legal-folder", 0700) ||
           rmdir("legal-folder");
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int bad = 0;
    if (!strcmp(what, "threads"))
        bad = threads();
    if (!strcmp(what, "recursion"))
        bad = descend(60000);
    if (!strcmp(what, "allocator"))
        bad = allocator();
    if (!strcmp(what, "signals"))
        bad = signals();
    if (!strcmp(what, "files"))
        bad = files();
    if (!strcmp(what, "near-memory")) {
        volatile char *p = malloc(120 * MIB);
        for (size_t i = 0; p && i < 120 * MIB; i += 4096)
            p[i] = 1;
    }
    if (bad)
        return 1;
    blocked();
    if (!strcmp(what, "closes")) {
        close(1);
        close(2);
    }
    return 0;
}
