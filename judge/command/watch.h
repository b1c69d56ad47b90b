/* Waiting until a file is saved. */
#ifndef MLJUDGE_WATCH_H
#define MLJUDGE_WATCH_H

#include "sandbox/error.h"

struct watch {
    int fd;         /* inotify */
    char name[256]; /* of the file in its folder */
};

/* Watches the folder: editors write beside the file and rename. */
int watch_open(struct watch *watch, const char *path, struct error *err);
void watch_close(struct watch *watch);

/* Waits until the file was written, or has come by another name, and nothing has happened to it for a moment.
 * -ECANCELED when cancel_fd is readable; -ENOENT when the folder went away. */
int watch_wait(struct watch *watch, int cancel_fd, struct error *err);

#endif
