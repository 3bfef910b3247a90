/*
 * Connection strings, for programs: take one apart as its clients do, classify a host, change a driver.
 *
 * A bg_dsn or bg_rewrite owns everything it returns: pointers are good until it is freed. Text is
 * NUL-terminated and may hold NUL bytes only where the input had them. Nothing here prints, opens a socket,
 * reads the environment or ends the process. Secrets are wiped when their owner is freed.
 */
#ifndef BOOTGATE_DSN_H
#define BOOTGATE_DSN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Append-only: a number never changes its meaning. */
enum bg_dsn_error {
    BG_DSN_OK = 0,
    BG_DSN_NOT_A_DSN = 1,  /* no known form */
    BG_DSN_TOO_LARGE = 2,  /* a limit was reached */
    BG_DSN_BAD_SCHEME = 3, /* no client takes the scheme as it is written */
    BG_DSN_BAD_ESCAPE = 4, /* %zz, %00, a lone % */
    BG_DSN_BAD_PORT = 5,   /* hosts are there all the same */
    BG_DSN_BAD_HOST = 6,
    BG_DSN_BAD_USERINFO = 7, /* user or password need escapes */
    BG_DSN_BAD_PARAMETER = 8,
    BG_DSN_BAD_DATABASE = 9,
    BG_DSN_BAD_QUOTING = 10,
    BG_DSN_MALFORMED = 11,
};

enum bg_host_class {
    BG_HOST_NAME = 0,     /* a DNS name or a single label */
    BG_HOST_LOOPBACK = 1, /* reaches this machine, in any spelling */
    BG_HOST_WILDCARD = 2, /* 0.0.0.0, :: */
    BG_HOST_SOCKET = 3,   /* a Unix socket */
    BG_HOST_PRIVATE = 4,  /* RFC 1918, RFC 4193, 100.64/10, link-local */
    BG_HOST_PUBLIC = 5,   /* any other address */
    BG_HOST_DEV_HOST = 6, /* host.docker.internal and its kin */
    BG_HOST_FILE = 7,     /* a file, no server */
};

struct bg_dsn;
struct bg_rewrite;

struct bg_host {
    const char *host;
    int port;   /* effective, 0: none */
    bool given; /* false: the string names no host, the client goes here by itself */
    enum bg_host_class host_class;
};

/* Takes `length` bytes apart. `family` ("postgresql", "kafka", …) may be NULL. NULL: no memory; free it. */
struct bg_dsn *bg_dsn_parse(const char *text, size_t length, const char *family);
void bg_dsn_free(struct bg_dsn *dsn); /* NULL is fine */

enum bg_dsn_error bg_dsn_error(const struct bg_dsn *dsn);
/* A sentence for people that never quotes the input; static. */
const char *bg_dsn_error_text(enum bg_dsn_error error);
/* True when likely clients read different hosts, ports, users or passwords. */
bool bg_dsn_ambiguous(const struct bg_dsn *dsn);

/* NULL where the string does not say. `bg_dsn_password` is the secret itself. */
const char *bg_dsn_family(const struct bg_dsn *dsn);
const char *bg_dsn_scheme(const struct bg_dsn *dsn);
const char *bg_dsn_driver(const struct bg_dsn *dsn);
const char *bg_dsn_user(const struct bg_dsn *dsn);
const char *bg_dsn_password(const struct bg_dsn *dsn);
const char *bg_dsn_database(const struct bg_dsn *dsn);

size_t bg_dsn_host_count(const struct bg_dsn *dsn);
bool bg_dsn_host(const struct bg_dsn *dsn, size_t index, struct bg_host *ret_host); /* false: past the end */

/* One reading per client that may read the string; the hosts are those that this client dials. */
size_t bg_dsn_reading_count(const struct bg_dsn *dsn);
const char *bg_dsn_reading_client(const struct bg_dsn *dsn, size_t reading); /* NULL: past the end */
enum bg_dsn_error bg_dsn_reading_error(const struct bg_dsn *dsn, size_t reading);
bool bg_dsn_reading_likely(const struct bg_dsn *dsn, size_t reading);
bool bg_dsn_reading_host(const struct bg_dsn *dsn, size_t reading, size_t index, struct bg_host *ret_host);

/* The string with "********" for every secret range. */
const char *bg_dsn_masked(const struct bg_dsn *dsn);

/* Loopback, which must not pass, where memory ends. */
enum bg_host_class bg_host_classify(const char *host, size_t length);

/*
 * `target`: "sync", "async", "libpq", "asyncpg" or a driver's name. NULL: no memory; free it. The text is NULL
 * where the rewrite is refused, the reason is NULL where it is not; neither reason nor warnings quote values.
 */
struct bg_rewrite *bg_dsn_rewrite(const char *text, size_t length, const char *target);
void bg_rewrite_free(struct bg_rewrite *rewrite);
const char *bg_rewrite_text(const struct bg_rewrite *rewrite);
const char *bg_rewrite_reason(const struct bg_rewrite *rewrite);
const char *bg_rewrite_dropped(const struct bg_rewrite *rewrite, size_t index); /* NULL: past the end */
const char *bg_rewrite_warning(const struct bg_rewrite *rewrite, size_t index); /* NULL: past the end */

#ifdef __cplusplus
}
#endif

#endif
