/*
 * Passwords as PostgreSQL stores them and PgBouncer's lists hold them: md5… and SCRAM-SHA-256$….
 *
 * md5: of the password with the user's name behind it (libpq, pg_md5_encrypt). SCRAM-SHA-256: RFC 5803, keys
 * by RFC 5802 and 7677. nettle hashes; results lie in the arena, which is wiped when the run ends.
 */
#ifndef BASE_STORED_PASSWORD_H
#define BASE_STORED_PASSWORD_H

#include "base/arena.h"

enum stored_kind { STORED_PLAIN, STORED_MD5, STORED_SCRAM };

enum { STORED_SALT_BYTES = 16 }; /* as PostgreSQL makes them */

struct stored_password {
    enum stored_kind kind;
    str text;
    str salt, stored_key; /* of SCRAM, decoded */
    uint32_t iterations;
};

/* What the text is to PgBouncer and PostgreSQL: where it is not a whole hash, a password as it is. */
struct stored_password stored_password_read(struct arena *arena, str text);
/* Whether it was made of this password. Of a SCRAM one that is no ASCII only where SASLprep keeps it. */
bool stored_password_is_of(struct arena *arena, const struct stored_password *stored, str password, str user);
str stored_password_md5(struct arena *arena, str password, str user);
str stored_password_scram(struct arena *arena, str password, str salt, uint32_t iterations);

#endif
