/* One box of a package's own Python: generator.py, or vary() of the checker (generate.c, generate_groups.c). */
#ifndef MLJUDGE_GENERATE_SESSION_H
#define MLJUDGE_GENERATE_SESSION_H

#include <jansson.h>

#include "judge/generate.h"

#define GENERATOR_FILE "generator.py"

struct session {
    struct judge *judge;
    const struct problem *problem;
    const char *file; /* generator.py, or the checker */
    struct language *language;
    int request_fd, source_fd, output_fd, frames_fd;
};

/* session_done() it even if it fails. */
int session_open(struct judge *judge, const struct problem *problem, const char *file,
                 struct session *session, struct error *err);
void session_done(struct session *session);

/* {"signature": ..., "group": ..., "tests": [...]} as a sealed file.  Steals `extra`. */
int session_request(struct session *session, json_t *extra, struct error *err);

/* Starts its box, without waiting for it: a copy of the fork server, unless `cold`.  done() gets the outcome for
 * session_judge(). */
int session_start(const struct session *session, bool cold, sandbox_done_fn *done, void *data,
                  struct error *err);

/* What it means that the box ended so. */
int session_judge(const struct session *session, const struct sandbox_outcome *box,
                  struct error *err);

/* Who gets the frames. */
struct handing {
    size_t group;
    int64_t first, n; /* indices */
    generated_fn *take;
    void *data;
};

/* The frames that it left, to whom they belong. */
int session_hand_over(const struct session *session, const struct handing *to, struct error *err);

#endif
