/*
 * What is known of one deployment, as typed rows that rules run over.
 *
 * facts_gather() turns inputs (a deployment, env files, the process environment) into variables,
 * connections, binds, services, servers and files, and says who talks to whom. Rows point into the deployment
 * and the arena of the run and never change afterwards.
 */
#ifndef FACTS_FACTS_H
#define FACTS_FACTS_H

#include "base/null.h"
#include "deploy/deployment.h"
#include "dsn/dsn.h"
#include "dsn/family.h"
#include "facts/config.h"
#include "facts/data.h"
#include "text/host.h"

struct mode_verdict; /* facts/mode.h */

/* The kinds of row, as `over:` names them. */
enum fact_kind {
    FACT_ENVIRONMENT, /* the deployment as a whole: one row */
    FACT_VARIABLE,
    FACT_DSN,
    FACT_BIND,
    FACT_SERVICE,
    FACT_SERVER,
    FACT_BUDGET,
    FACT_FILE,
    FACT_KIND_COUNT,
};

struct server;

/* A workload and what is known of its program. */
struct service {
    const struct workload *workload;
    const struct image_info *image; /* NULL: not known */
    struct server *server;          /* the server it runs, NULL: none that is known */
    bool on_host_network;           /* network_mode: host, or that of a service that is */
    const struct service *shares;   /* network_mode: service:x */
    bool is_client;                 /* a store's image that runs one of its clients */
    bool holds_data;                /* a store, a broker, a pooler, or what programs use as one */
    bool has_sidecar;               /* some active service shares this one's network */
    enum mode mode;                 /* its own where it is told one, else the deployment's */
    const struct value *mode_by;    /* the variable that told it; NULL: none */
};

/* Whether a value counts for a program; see facts/force.h. */
enum force_kind {
    FORCE_IN,           /* it does */
    FORCE_SWITCHED_OFF, /* `by` switches off what it belongs to: USE_S3=false */
    FORCE_NOT_CHOSEN,   /* `by` chooses another backend: STORAGE_TYPE=local */
    FORCE_INACTIVE,     /* it is about `service`, whose profile is off */
    FORCE_FOREIGN,      /* `service` is a known image that reads no variable of this name */
    FORCE_UNREAD,       /* no program of the deployment gets it */
    FORCE_LEFT_OVER,    /* a template brought it, and nobody asks for mail; see facts/mail.h */
};

struct force {
    enum force_kind kind;
    const struct value *by;        /* the setting that decides; NULL: none */
    const struct service *service; /* FORCE_INACTIVE, FORCE_FOREIGN */
};

/* Another name or place that the same bytes are handed to. */
struct holder {
    struct force force;
    const struct service *service;
    const struct value *value; /* as the service sees it */
};

/* One effective value, wherever it is handed to. */
struct variable {
    struct force force;                /* FORCE_IN where it counts for any of its holders */
    const struct value *value;         /* as its first reader sees it */
    const struct value *root;          /* the setting that wrote the bytes: follows verbatim ${NAME} */
    const struct service *service;     /* NULL: no workload was handed it */
    VEC(struct holder) holders;        /* the services that get it */
    const struct config_var *declared; /* NULL: not in `vars` */
    bool secret;                       /* by name, by `secret: true` or because a server is opened with it */
    bool is_connection;                /* its text is a connection string */
    bool derived;                      /* made by `derive` or a well-known set */
    bool is_reached;                   /* some file of the deployment uses it */
    bool is_part;                      /* nobody gets it but as a part of a connection string */
    const struct service *asleep;      /* one that does not start, and no other, uses it; NULL: none */
    const struct connection *string;   /* the first connection that its text is; NULL: none */
};

/* The parts of a connection. */
enum connection_part {
    PART_WHOLE,
    PART_USER,
    PART_PASSWORD,
    PART_HOST,
    PART_PORT,
    PART_DATABASE,
    PART_COUNT,
};

/* Where a connection's host leads. */
enum target_kind {
    TARGET_SERVER,      /* an active service of the project */
    TARGET_INACTIVE,    /* a service whose profile is off */
    TARGET_UNKNOWN,     /* a single label that nothing resolves */
    TARGET_EXTERNAL,    /* a dotted name or an address elsewhere */
    TARGET_LOOPBACK,    /* this machine (loopback or wildcard) */
    TARGET_OWN_NETWORK, /* loopback, and right: the server shares the network */
    TARGET_DEV_HOST,
    TARGET_SOCKET,
    TARGET_FILE,
    TARGET_NONE, /* no host to speak of */
};

/* Why a name leads nowhere, where names are kept apart from workloads; the later one says more. */
enum target_doubt {
    DOUBT_NONE,
    DOUBT_ZONE,     /* another zone has it */
    DOUBT_SPELLING, /* a letter or two make it one that is there */
    DOUBT_WORKLOAD, /* a workload is called so, and that is no name to reach it by */
    DOUBT_MEMBER,   /* it is the name of one more than there are */
    DOUBT_RESOLVER, /* the client does not ask the deployment's name server */
};

/* One host of a connection and what it leads to. */
struct target {
    enum target_kind kind;
    enum target_doubt doubt;                  /* TARGET_UNKNOWN */
    const struct deployment_address *address; /* that the host names, or was meant; NULL: none */
    str host;
    int32_t port;
    enum host_class class;
    size_t host_index;     /* into the reading's hosts */
    size_t offset, length; /* a set: where one of several hosts stands in the variable; 0 long: the whole */
    struct server *server; /* TARGET_SERVER; for loopback and unknown hosts the server meant, or NULL */
    const struct service *late;        /* TARGET_LOOPBACK: it listens there, and not yet; NULL: none does */
    const struct service *inactive;    /* TARGET_INACTIVE */
    const struct dsn_reading *reading; /* the client that reads this host; NULL: all of them */
};

/*
 * A program's way to a server: one connection string, or a set of HOST/PORT/USER/PASSWORD/NAME variables. One
 * row for each program that is handed it.
 */
struct connection {
    const struct variable
        *variable;   /* the connection string; for a set the host variable (or its first part) */
    struct dsn *dsn; /* NULL: a set of parts */
    const struct service *service;         /* who connects; NULL: no workload of the deployment */
    struct force force;                    /* whether this program opens it */
    str label;                             /* what messages call it: DATABASE_URL, or NADOO_DB_* */
    enum family_id family;                 /* NONE: not known */
    bool to_store;                         /* what it leads to holds data, whatever its image is called */
    const struct value *parts[PART_COUNT]; /* a set: the variable of each part, NULL: unset */
    str user, password, database;          /* effective, decoded; of the first likely reading */
    bool has_user, has_password, has_database;
    bool hides[PART_COUNT];     /* a part, or some of it, cannot be seen: its text stands in for it */
    VEC(struct target) targets; /* one per distinct host of the likely readings */
};

/* A published port of a service. */
struct bind {
    const struct service *service;
    const struct workload_port *port;
    enum host_class class; /* of the address; HOST_CLASS_WILDCARD when none is given */
    bool fixed_public;     /* a given public address */
};

/* A data store, broker or pooler that connections lead to. */
struct server {
    str name;                                       /* service name, else host:port */
    const struct service *service;                  /* NULL: outside the project */
    str host;                                       /* the name that clients use first */
    int32_t port;                                   /* inside its network; 0: not known */
    enum family_id family;                          /* NONE: not known */
    const struct value *user, *password, *database; /* its own variables; NULL: unset */
    const struct value *admin_password;             /* root's, where the image has one beside the user's */
    bool hides_login;             /* what it takes for a login, or some of it, cannot be seen */
    bool is_open;                 /* its configuration was read, and asks nobody for a password */
    str user_text, database_text; /* effective, with the image's default; empty: not known */
    VEC(const struct connection *) clients;
};

/* A file that was read and what it counts as. */
struct input_file {
    const struct source *source;
    uint32_t mode;   /* permission bits */
    bool is_on_disk; /* not standard input, not the git index */
    bool is_refused; /* its reader refuses it as a whole */
    bool is_example; /* its values are published */
    bool is_live;    /* its values are judged */
    struct env env;  /* as the first declared reader sees it */
};

/* The host file that a service's X_FILE leads to. */
struct secret_file {
    const struct service *service;
    const struct value *pointer; /* X_FILE */
    str name;                    /* X */
    str path;                    /* on the host */
    span mapped_at;              /* the secret or mount that maps it */
    enum host_status status;
    bool is_doubtful;            /* nothing is mounted there, and something else may put it there */
    const struct value *content; /* NULL: could not be read */
};

/* What facts are gathered from. Everything may be absent. */
struct inputs {
    const struct deployment *deployment;
    const struct config *config; /* never NULL: pack_default() */
    struct env environment;      /* without a deployment: env files or process environment */
    VEC(struct input_file) files;
    bool is_process; /* the environment is that of this process (exec) */
    bool is_beside;  /* the environment is of files beside a deployment that gets nothing of it */
};

struct facts {
    struct arena *arena;
    struct sources *sources;
    const struct host *host;
    const struct config *config;
    const struct deployment *deployment; /* NULL: none */
    const struct live_asker *asker;      /* of the running servers; NULL: nobody asks */
    struct live *live; /* what the running servers say; NULL: nobody was asked (facts/live.h) */
    enum mode mode;    /* production where any program of the project is in it */
    str mode_from;     /* ".env:1 APP_ENV", "assumed", "--mode" */
    bool mode_assumed;
    str mode_variable;      /* the variable that named it; empty: none */
    str mode_doubt;         /* assumed: who says development, and why that does not count; empty: nobody */
    struct env environment; /* what `vars`, `rules` and budgets read: project environment or the file's */
    VEC(struct variable *) variables;
    VEC(struct connection *) connections;
    VEC(struct bind *) binds;
    VEC(struct service *) services; /* inactive ones too: workload->active */
    VEC(struct server *) servers;
    VEC(struct input_file) files;
    VEC(struct secret_file) secret_files;
    struct env example;   /* what the example file publishes */
    struct map asked_for; /* names of which some ${NAME:?} of the deployment has said that they are empty */
    /* Look-ups of the lists above. */
    struct map address_rows; /* workload → the address that speaks for it */
    struct map addresses_by_name, addresses_by_zone, workloads_by_unit; /* private to address.c */
    struct map service_rows, variable_rows, name_rows, set_rows, server_rows;
    struct map sets_by_password; /* setting → the first connection in parts whose password it is */
    struct map *roots;           /* value → what a chain of ${NAME} leads to; private to facts_root() */
    struct map *dsn_rows;        /* texts that were taken apart; grows as they are asked for */
    struct map force_choices; /* service → what its environment switches and chooses; private to force.c */
    struct map mail_signs;    /* service → what its environment says about mail; private to mail.c */
    bool is_process, is_beside;
};

/* Gathers, in the mode that mode_find() settled. Faults of derived values go to `diags`. */
struct facts *facts_gather(struct arena *arena, struct diags *diags, const struct host *host,
    const struct inputs *inputs, const struct mode_verdict *mode);

/* Where a part stands: the setting that wrote its bytes. Nowhere when it is absent. */
span connection_locate(const struct connection *connection, enum connection_part part);
/* As the reader of the outer value sees it: the deployment's line, or the connection string's own. */
span connection_locate_outer(const struct connection *connection, enum connection_part part);
/* Bytes of a value. */
struct value_bytes {
    const struct value *OR_NULL value; /* NULL: there are none */
    size_t offset, length;
};

/* The bytes of a part in the value that the connection is made of. */
struct value_bytes connection_bytes(const struct connection *connection, enum connection_part part);
/* The variable whose setting wrote the part; connection->variable->root where it is literal. */
const struct value *OR_NULL connection_part_value(
    const struct connection *connection, enum connection_part part);
/* A connection string taken apart; the same text is parsed once. Never NULL. */
struct dsn *facts_dsn(const struct facts *facts, str text, str name);
struct service *OR_NULL facts_service(const struct facts *facts, str name);
/* The one that a person means by a name: deployment_called(). */
struct service *OR_NULL facts_called(const struct facts *facts, str name);
str service_name(const struct service *service); /* empty for NULL */
/* What a finding about a program is judged by; NULL: about the deployment. */
enum mode facts_mode(const struct facts *facts, const struct service *service);
str server_admin(const struct server *server); /* whom admin_password belongs to: postgres, root */
/* What changes a user's password in the server's own data: "ALTER ROLE shop PASSWORD '…'"; empty: nothing. */
str server_password_change(struct arena *arena, const struct server *server, str user);
/* The same for any server of a family. */
str family_password_change(struct arena *arena, enum family_id family, str user);
/* Why production or development, for `= why:` lines: "mode is production (.env:1 APP_ENV)". */
str facts_mode_sentence(const struct facts *facts, struct arena *arena, const struct service *service);

#endif
