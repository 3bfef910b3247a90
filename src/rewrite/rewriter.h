/*
 * One rewrite while it is made: the source in pieces, where it goes, and what was written so far.
 *
 * Private to rewrite.c, which goes through the string, and query.c, which writes its parameters. All of it
 * lives in the arena.
 */
#ifndef REWRITE_REWRITER_H
#define REWRITE_REWRITER_H

#include "base/buf.h"
#include "dsn/family.h"
#include "rewrite/driver.h"
#include "rewrite/rewrite.h"

/* Where a rewrite goes. */
struct goal {
    str dialect, driver; /* the new scheme; driver may be empty */
    enum connector connector;
    bool sqlalchemy; /* hosts and database in SQLAlchemy's spelling */
    bool checked;    /* the parameters are those of PostgreSQL connectors */
};

/* The source, cut at its delimiters; every piece is a slice of `text`. */
struct pieces {
    str scheme, userinfo, hosts, path, query;
    bool has_userinfo, has_path, has_query;
};

struct rewriter {
    struct arena *arena;
    struct dsn *dsn;
    enum family_id family;
    str source_dialect, source_driver; /* lower case, in SQLAlchemy's spelling */
    const struct dialect_row *dialect; /* the source's; never NULL once it was read */
    struct goal goal;
    struct pieces pieces;
    struct rewrite_result result;
    str database;     /* moved out of the query */
    bool moved_hosts; /* hosts go between netloc and query */
    struct buf out;
};

/* Always false: the rewrite is refused. */
bool rewriter_fail(struct rewriter *rewriter, enum rewrite_error error, str reason);
/* Notes a parameter that is left out, with a sentence why where `about` is not empty. */
void rewriter_drop(struct rewriter *rewriter, str name, str about);
/* The bytes behind the escapes of a piece; false: a bad escape, the rewrite is refused. */
bool rewriter_decode(struct rewriter *rewriter, str raw, str *ret_text);
bool rewriter_is_escaped(str text);
bool rewriter_is_socket(str hosts); /* %2Fvar%2Frun, %40abstract */
/* Where the target wants the hosts in another place than the source has them. */
bool rewriter_hosts_in_query(const struct rewriter *rewriter);
bool rewriter_hosts_in_authority(const struct rewriter *rewriter);
/* From the `?` on; false: refused. */
bool rewriter_write_query(struct rewriter *rewriter);

#endif
