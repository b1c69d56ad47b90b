/* Four threads, each below the limit, together far above it.  `first-leaves`: the first thread ends, so that the
 * process looks dead to whoever reads its /proc entry. */
#include <pthread.h>

#include "attack.h"

static void *work(void *unused)
{
    struct timespec t;
    volatile unsigned sink = 0;
    do {
        for (unsigned i = 0; i < 10000; i++)
            sink += i;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    } while (t.tv_sec == 0 && t.tv_nsec < 200 * 1000000L);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t threads[4];
    alarm(FUSE_S);
    blocked();
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, work, NULL))
            return 2;
    if (argc > 1 && !strcmp(argv[1], "first-leaves"))
        pthread_exit(NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
