/* Threads until no more are had: with the first one exactly as many as allowed. */
#include <pthread.h>

#include "attack.h"

static void *wait_for_ever(void *unused)
{
    sleep_ms(FUSE_S * 1000);
    return unused;
}

int main(void)
{
    pthread_t thread;
    int n = 0;
    alarm(FUSE_S);
    while (n < 60 && pthread_create(&thread, NULL, wait_for_ever, NULL) == 0)
        n++;
    printf("%d threads\n", n);
    fflush(stdout);
    _exit(0);
}
