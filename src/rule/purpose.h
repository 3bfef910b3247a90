/*
 * What a secret is for: whether something stands open, or cannot start, while it is empty.
 *
 * Reads the facts and keeps nothing.
 */
#ifndef RULE_PURPOSE_H
#define RULE_PURPOSE_H

#include "base/null.h"
#include "rule/check.h"

enum purpose {
    PURPOSE_UNKNOWN,     /* may be a feature's that is off: optional keys may stay empty */
    PURPOSE_SERVER,      /* a server is opened with it */
    PURPOSE_OPEN_SERVER, /* one of the project's own that is never given a password: an empty one agrees */
    PURPOSE_KEY,         /* the program itself signs or encrypts with it */
};

enum purpose purpose_of(const struct check_run *run, const struct variable *variable);
/* The image whose own variable this is, by the service that is handed it or by the name alone; NULL: none. */
const struct image_info *OR_NULL purpose_image(const struct variable *variable);
/*
 * What else must change with it, as a word: the family of the server, or the image; empty: nothing is known.
 */
str purpose_group(const struct check_run *run, const struct variable *variable);
/* NAVER_SECRET with a NAVER_ID beside it, a CLIENT_SECRET: somebody else's service has handed it out. */
bool purpose_is_handed_out(const struct check_run *run, const struct variable *variable);
/*
 * True where a connection's server is one of the project's own that is never given a password, or asks for
 * none over the loopback that it shares with the program: who can reach that server is judged by itself
 * (no-authentication).
 */
bool purpose_is_open(const struct connection *connection);

#endif
