/*
 * A target to wait for, as a line of text names it.
 *
 * One line a target, fields KEY=VALUE parted by tabs; in values the bytes below 0x21, 0x7F and `%` are
 * written %XX. A password has no key. Targets live in the caller's arena; their strings end in a NUL.
 */
#ifndef WAIT_TARGET_H
#define WAIT_TARGET_H

#include "base/vec.h"

enum { WAIT_VALUE_BYTES = 4096 }; /* of one field */

enum wait_tls {
    WAIT_TLS_PREFER, /* as libpq's sslmode=prefer: TLS where it is offered, unchecked */
    WAIT_TLS_DISABLE,
    WAIT_TLS_REQUIRE, /* TLS or nothing, the certificate unchecked, as libpq does */
    WAIT_TLS_VERIFY_CA,
    WAIT_TLS_VERIFY_FULL,
};

struct wait_statuses {
    int first, last;
};

struct wait_target {
    const struct wait_protocol *protocol;
    str name;        /* the variable that names the target, for the eye only */
    str host;        /* a name or an address, without brackets */
    str socket;      /* a Unix socket's path, instead of a host; '@' first for an abstract one */
    str path, query; /* http; the query may be absent and then has no bytes at all (NULL) */
    str user, database;
    str authority; /* file with the certificates to trust */
    int port;
    enum wait_tls tls;
    VEC(struct wait_statuses) expect; /* empty: 200 to 299 */
};

/* The documented fields, for help texts: key and sentence; false past the last. */
bool wait_target_key(size_t index, str *ret_key, str *ret_about);

/* Reads one line. On a fault returns false and a sentence that names the field, never its value. */
bool wait_target_parse(struct arena *arena, str line, struct wait_target *ret_target, str *reterr_fault);

/* "DATABASE_URL (postgres db:5432)" or "postgres db:5432". */
str wait_target_label(struct arena *arena, const struct wait_target *target);

#endif
