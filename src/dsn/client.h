/*
 * The clients that read connection strings, and the rules that each one reads them by.
 *
 * Constant tables. Adding a client is adding a row; the splitter in url.c and the other grammars know no
 * client by name.
 */
#ifndef DSN_CLIENT_H
#define DSN_CLIENT_H

#include "dsn/reader.h"

enum client_id {
    CLIENT_LIBPQ,
    CLIENT_SQLALCHEMY,
    CLIENT_ASYNCPG,
    CLIENT_PGX,
    CLIENT_NODE_POSTGRES,
    CLIENT_NODE_POSTGRES_BARE,
    CLIENT_PQ,
    CLIENT_DJANGO_ENVIRON,
    CLIENT_PGJDBC,
    CLIENT_NPGSQL,
    CLIENT_SQLCLIENT,
    CLIENT_SQLCMD,
    CLIENT_SQLCMD_ODBC,
    CLIENT_GO_MSSQLDB,
    CLIENT_GO_MSSQLDB_ODBC,
    CLIENT_TEDIOUS,
    CLIENT_ODBC,
    CLIENT_GO_SQL_DRIVER,
    CLIENT_MYSQL2,
    CLIENT_NOCODB,
    CLIENT_DOCTRINE,
    CLIENT_ECTO,
    CLIENT_SQLX,
    CLIENT_JDBC,
    CLIENT_PYMONGO,
    CLIENT_MONGODB,
    CLIENT_REDIS_PY,
    CLIENT_IOREDIS,
    CLIENT_IOREDIS_BARE,
    CLIENT_SYMFONY,
    CLIENT_SYMFONY_HOSTS,
    CLIENT_SYMFONY_AMQP,
    CLIENT_LETTUCE,
    CLIENT_REDIS_RS,
    CLIENT_GO_REDIS,
    CLIENT_JEDIS,
    CLIENT_PREDIS,
    CLIENT_STACKEXCHANGE,
    CLIENT_NODE_REDIS,
    CLIENT_KOMBU,
    CLIENT_AMQP,
    CLIENT_CURL,
    CLIENT_URLLIB,
    CLIENT_WHATWG,
    CLIENT_GO_URL,
    CLIENT_ORACLE,
    CLIENT_KAFKA,
    CLIENT_NODEMAILER,
    CLIENT_CLICKHOUSE,
    CLIENT_AZURE,
    CLIENT_FILE,
    CLIENT_RAILS,
    CLIENT_URL,
    CLIENT_PGX_KEYWORDS, /* the same client, its other grammar */
    CLIENT_LIBPQ_KEYWORDS,
    CLIENT_PQ_KEYWORDS,
    CLIENT_LIBPQ_17, /* the same clients, releases that read some strings otherwise */
    CLIENT_ASYNCPG_31,
    CLIENT_PGX_NEXT,
    CLIENT_PGX_KEYWORDS_NEXT,
    CLIENT_GO_SQL_DRIVER_18,
    CLIENT_COUNT,
};

/* Which library splits the URL first; each has checks of its own. */
enum url_library {
    LIBRARY_OWN,    /* the client's own scanner */
    LIBRARY_PYTHON, /* urllib.parse.urlsplit */
    LIBRARY_GO,     /* net/url */
    LIBRARY_WHATWG, /* the URL standard: browsers, Node */
    LIBRARY_CURL,
};

enum userinfo_rule {
    USERINFO_FIRST_AT,   /* up to the first @ of the authority */
    USERINFO_LAST_AT,    /* up to the last one */
    USERINFO_LIBPQ,      /* an @ that stands before the first /, whatever lies between */
    USERINFO_SQLALCHEMY, /* user without : and /, password without @ */
    USERINFO_REST,       /* up to the last @ before the path, or else of everything (lists, TNS) */
};

enum hosts_rule {
    HOSTS_ONE,   /* the host is everything up to the port */
    HOSTS_LIST,  /* comma list of host:port */
    HOSTS_LATER, /* the client takes them apart with the query in hand: its finish() */
};

enum query_rule {
    QUERY_FORM,          /* pairs at &, + is a blank, a missing = is an empty value */
    QUERY_PLAIN,         /* the same, but + stays */
    QUERY_PYTHON,        /* parse_qsl: pairs without a value vanish */
    QUERY_PYTHON_STRICT, /* strict_parsing: a pair without = is refused */
    QUERY_GO,            /* like a form, but pairs with ; or a bad escape vanish, and empty values count */
    QUERY_LIBPQ,         /* exactly one = in each pair, + is literal, known keys only */
};

/* Who wins where the query names host, port, user, password or database too. */
enum override_rule {
    OVERRIDE_NONE,      /* the query does not count */
    OVERRIDE_QUERY,     /* the query */
    OVERRIDE_AUTHORITY, /* the authority; the query fills gaps */
};

/* The query keys of one meaning, each list ended by an empty str. */
struct override_keys {
    const str *host, *port, *user, *password, *database;
    bool login_at_once; /* a user or a password of the authority leaves no gap in the other one */
};

/* Host, port and userinfo of the authority and the rest, before defaults and overrides. */
struct url_parts {
    str scheme, authority, userinfo, user, password, hosts, path, query, fragment;
    bool has_authority, has_userinfo, has_password, has_path, has_query;
};

struct url_rules {
    enum url_library library;
    const str *schemes; /* accepted ones, ended by an empty str; NULL: any */
    bool scheme_case;   /* the scheme's letters must be in lower case */
    enum userinfo_rule userinfo;
    enum hosts_rule hosts;
    struct {
        enum escapes userinfo, host, database, query;
    } escapes;
    enum escapes socket_escapes; /* of a path that is a socket */
    bool plus_is_blank;          /* + is a blank in userinfo and hosts */
    bool fragment;               /* # ends the path or query */
    enum query_rule query;
    enum override_rule override;
    const struct override_keys *keys;
    bool first_counts; /* of parameters with one name; else the last one */
    bool lower_host;
    bool domain_host;         /* the host is a domain by the URL standard, whatever the scheme is */
    bool keeps_blanks;        /* blanks at the ends are part of the text */
    bool empty_host_allowed;  /* user:password@/database, where its library alone refuses it */
    bool one_port_for_all;    /* of a list of hosts, where asyncpg's older releases want as many ports */
    bool quotes_without_path; /* encodes the whole text once more where no path follows the host */
    int32_t min_port;         /* least port accepted */
    bool empty_port_refused;
    /* What the client does to the whole text first; NULL: what its library does. */
    void (*prepare)(struct reader *reader);
    bool (*knows)(str key); /* whether it takes a parameter of that name; NULL: any */
    /* A look-up of the whole scheme, after all else; NULL: none. */
    bool (*loads)(str scheme);
    /* What the client does after splitting; NULL: nothing. */
    enum dsn_error (*finish)(struct reader *reader, const struct url_parts *parts);
    bool finishes_odd_only; /* it changes nothing of a whole string that all clients read alike */
    /* Fills in what the client takes for granted; NULL: what its family does. */
    void (*defaults)(struct dsn_reading *reading);
};

struct dsn_client {
    str name;
    enum dsn_error (*read)(struct reader *reader); /* the grammar */
    const struct url_rules *url;                   /* for url_read, else NULL */
    str version;                                   /* the releases that the row speaks for */
    str about;
    enum client_id later; /* a row for releases after these, CLIENT_LIBPQ: none */
    str differs_on;       /* bytes one of which a string holds that the later row reads otherwise */
    bool strict_resolver; /* takes addresses of four decimal numbers only, as all that split by net/url do */
};

const struct dsn_client *client_row(enum client_id id);

#endif
