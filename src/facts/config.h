/*
 * bootgate.yaml as plain structs: what a project knows about itself.
 *
 * language/pack.h fills them from one file or, through `extends`, several: lists append, scalars of the
 * extending file win. Everything lives in the arena, spans point into the files. An absent scalar has an
 * unset span; an absent expression is NULL.
 */
#ifndef FACTS_CONFIG_H
#define FACTS_CONFIG_H

#include "base/map.h"
#include "base/null.h"
#include "env/dialect.h"
#include "syntax/expr.h"

enum mode {
    MODE_PRODUCTION,
    MODE_DEVELOPMENT,
    MODE_COUNT,
};

/* A scalar and where it is written: span_is_set(at) tells whether it was given. */
struct config_text {
    str text;
    span at;
    bool verbatim; /* text bytes are source bytes */
};

typedef VEC(struct config_text) config_texts;

/* mode: a template, or {from, production}. */
struct config_mode {
    span at;                 /* unset: not given */
    struct config_text text; /* "${APP_ENV:-production}" */
    struct config_text from; /* a variable's name */
    config_texts production; /* its words that mean production */
};

/* A reader of the env files. The default has an unset span. */
struct config_reader {
    const struct dialect *dialect;
    span at;
};

/* One published credential of the project; without `user` a bare password. */
struct config_default {
    span at;
    struct config_text user, password;
};

enum config_required {
    REQUIRED_UNSAID,
    REQUIRED_NO,
    REQUIRED_YES,
    REQUIRED_PRODUCTION,
};

enum config_type {
    TYPE_UNSAID,
    TYPE_STRING,
    TYPE_INT,
    TYPE_NUMBER,
    TYPE_BOOL,
    TYPE_PORT,
    TYPE_URL,
    TYPE_DSN,
    TYPE_HOST,
    TYPE_IP,
    TYPE_PATH,
    TYPE_DURATION,
    TYPE_FERNET, /* from here on keys, which are secrets: config_type_is_key() */
    TYPE_LARAVEL_KEY,
    TYPE_HEX,
    TYPE_BASE64,
    TYPE_JWT,
    TYPE_COUNT,
};

struct config_var {
    str name;
    span key, at;
    enum config_required required;
    span required_at;
    enum config_type type;
    uint64_t type_bytes; /* of a key that is written in hex or base64 */
    span type_at;
    config_texts one_of, forbid;
    struct config_text pattern; /* PCRE2, searched for; checked when the file was read */
    struct expr *min, *max;     /* numbers */
    struct expr *min_length;
    bool secret, secret_said;
    struct config_text driver;       /* "none": a plain scheme */
    struct config_text not_host;     /* "loopback" */
    struct config_text default_text; /* what the program itself falls back to */
};

/* derive: a value that the program puts together itself. */
struct config_derive {
    str name;
    span key, at;
    struct config_text template;
};

/* rewrite: NAME is `from` with another driver. */
struct config_rewrite {
    str name;
    span key, at;
    struct config_text from, to;
};

enum rule_shape {
    RULE_AGREE,  /* expressions: all that are set are equal */
    RULE_IFF,    /* two: both hold or neither */
    RULE_WHEN,   /* when, then */
    RULE_ASSERT, /* one */
};

/* One file of a sample, by its path below the sample's directory. */
struct config_sample_file {
    str path;
    struct config_text text;
};

/* A small deployment that keeps a rule (good) or breaks it (bad). */
struct config_sample {
    span at; /* unset: not given */
    VEC(struct config_sample_file) files;
    struct config_text mode; /* unset: as the files say */
    uint32_t permissions;    /* of .env; 0: 0600 */
};

struct config_rule {
    str id;
    span id_at, at;
    enum rule_shape shape;
    VEC(struct expr *) expressions;
    enum severity severity; /* when severity_at is set */
    span severity_at;
    struct config_text message, help, over; /* over: a kind of fact; unset: the environment */
    struct config_sample good, bad;
};

struct config_server {
    str name;
    span key, at;
    struct config_text url;     /* a variable's name */
    struct config_text address; /* at: host:port */
    struct expr *max_connections, *reserved, *usable, *role_limit;
    config_texts extensions; /* that its database must have, for `live` */
};

struct config_pooler {
    str name;
    span key, at;
    struct config_text server; /* a server's name or a variable */
    struct config_text mode;   /* session, transaction, statement */
    struct expr *pool_size, *reserve_pool_size, *pairs, *databases, *instances;
    struct expr *max_client_conn, *max_db_connections;
};

struct config_consumer {
    str name;
    span key, at;
    struct config_text server, service, via;
    struct expr *when;
    struct expr *count, *surge, *processes, *each;
    struct expr *fixed; /* `name: N`: so many connections, and nothing else is set */
};

struct config_budget {
    span at;               /* unset: not given */
    struct expr *headroom; /* a factor, such as 1.5 */
    VEC(struct config_server) servers;
    VEC(struct config_pooler) poolers;
    VEC(struct config_consumer) consumers;
};

/* severity: one line of one mode. */
struct config_severity {
    enum mode mode;
    str target; /* a rule, a group or a project rule's id */
    enum severity severity;
    span at;
};

struct config_allow {
    span at;
    struct config_text rule, file, variable, service, about, reason, until;
    span within; /* of a description itself: findings in it, and those about `service`; unset: everywhere */
    int64_t until_day; /* days since 1970-01-01 through which it holds; INT64_MAX: for ever */
};

enum config_wait_kind {
    WAIT_VARIABLE, /* a variable that holds a connection string or URL */
    WAIT_URL,      /* a template */
    WAIT_TCP,      /* host:port */
};

struct config_wait {
    span at;
    enum config_wait_kind kind;
    struct config_text target;
};

struct config {
    struct config_text name; /* the project's, as `graph` calls it; unset: its directory */
    struct config_mode mode;
    VEC(struct config_reader) read_by; /* never empty once it was read; unknown names are no part of it */
    VEC(struct config_default) defaults;
    VEC(struct config_var) vars;
    struct map vars_by_name; /* name → struct config_var *, filled when all are read */
    VEC(struct config_derive) derive;
    VEC(struct config_rewrite) rewrite;
    VEC(struct config_rule) rules;
    struct config_budget budget;
    VEC(struct config_severity) severity;
    VEC(struct config_allow) allow;
    struct config_text baseline; /* the path of a list of known findings */
    VEC(struct config_wait) wait;
};

/* The declaration of a variable, or NULL. The last one wins. */
const struct config_var *OR_NULL config_var(const struct config *config, str name);
str mode_name(enum mode mode); /* "production", "development" */
bool config_type_is_key(enum config_type type);

#endif
