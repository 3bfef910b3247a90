/*
 * JSON web tokens (RFC 7519) that are signed with HMAC and SHA-256 (RFC 7518 3.2).
 *
 * nettle hashes. What is read points into the token or lies in the arena, which is wiped when the run ends.
 */
#ifndef BASE_JWT_H
#define BASE_JWT_H

#include "base/arena.h"

struct jwt {
    str is_signed; /* header and claims as they are written, with the dot between them */
    str signature; /* decoded */
    str claims;    /* decoded: a JSON object */
    bool is_hs256; /* its header says so */
};

/* False: no token, or one longer than any that is handed on in a variable. */
bool jwt_read(struct arena *arena, str text, struct jwt *ret_jwt);
/* A claim that is a text without escapes, such as `iss`; empty: there is none. */
str jwt_claim(const struct jwt *jwt, str name);
/* Of an HS256 token. */
bool jwt_is_signed_with(struct arena *arena, const struct jwt *jwt, str secret);

#endif
