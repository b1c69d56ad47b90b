/* Warm starts: a fork server (sandbox.h) for each language environment that has one, "serve" in its JSON.
 *
 * A server has done its interpreter's start-up and imports; each call of such a language is a copy of it in a fresh
 * box.  It is started when a language is first needed, replaced after SERVER_BOXES_MAX boxes (judge_options) or when it ended, and given
 * up for good where it ended before it made a box: calls then start cold, with the same results. */
#ifndef MLJUDGE_SERVERS_H
#define MLJUDGE_SERVERS_H

#include "judge/judge.h"

#define SERVER_BOXES_MAX 2000

/* Starts the language's server if it has none, without waiting for it.  Never fails: no server is a cold start. */
void servers_start(struct judge *judge, const struct language *language);

/* The server to use for the next call, or NULL: start cold. */
struct sandbox_server *servers_get(struct judge *judge, const struct language *language);

/* Why calls of this language start cold; NULL: they do not. */
const char *servers_why_cold(const struct judge *judge, const struct language *language);

#endif
