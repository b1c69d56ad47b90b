/* Sleeps so that any polling slows down, then uses a little more than allowed and leaves at once. */
#include <pthread.h>

#include "attack.h"

static void *work(void *unused)
{
    burn_ms(215); /* of the process's time, whoever uses it */
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    burn_ms(150);
    sleep_ms(150);
    if (argc > 1 && !strcmp(argv[1], "threads") && pthread_create(&thread, NULL, work, NULL))
        return 2;
    burn_ms(215);
    blocked();
    _exit(0);
}
