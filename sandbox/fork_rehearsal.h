/* Inside the fork server's library: the pages that its copies will want (fork_rehearsal.c). */
#ifndef MLJUDGE_FORK_REHEARSAL_H
#define MLJUDGE_FORK_REHEARSAL_H

void rehearsal_learn(void); /* in the server, before the first request: what the rehearsal tells */
void rehearsal_take(void);  /* in a copy: its own pages, at once */

#endif
