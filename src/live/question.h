/*
 * What an accepted login is asked: limits, sessions, roles, databases, extensions; a PgBouncer: its settings.
 *
 * Questions only read, each in a transaction with a time limit of its own, so that nothing stays behind in a
 * server connection that a pooler hands on. A question that the server refuses is left out of the answer:
 * managed and kindred servers do not know all of them. A server that stops answering, or never ends, is told.
 */
#ifndef LIVE_QUESTION_H
#define LIVE_QUESTION_H

#include "live/login.h"

#include <jansson.h>

/* Adds what was learned to `object`. LIVE_ACCEPTED, or the state of a server that does not go on. */
enum live_state question_ask(
    struct arena *arena, PGconn *connection, const struct login *login, int64_t deadline, json_t *object);

#endif
