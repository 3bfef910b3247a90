/*
 * Connection strings, taken apart the way each client does it.
 *
 * dsn_parse() recognises the family, splits the text by the family's grammar and then once more per likely
 * client, because clients read the same bytes differently. Parts are decoded strs plus the byte range they
 * stand at; everything lives in the arena. Nothing here knows of env files.
 */
#ifndef DSN_DSN_H
#define DSN_DSN_H

#include "base/null.h"
#include "base/vec.h"

enum host_class {
    HOST_CLASS_NAME,     /* a DNS name or a single label */
    HOST_CLASS_LOOPBACK, /* reaches this machine */
    HOST_CLASS_WILDCARD, /* 0.0.0.0, :: and their spellings: reaches this machine when dialled */
    HOST_CLASS_SOCKET,   /* a Unix socket */
    HOST_CLASS_PRIVATE,  /* RFC 1918, RFC 4193, 100.64/10, link-local */
    HOST_CLASS_PUBLIC,   /* any other address */
    HOST_CLASS_DEV_HOST, /* host.docker.internal and its kin */
    HOST_CLASS_FILE,     /* no server at all: SQLite, DuckDB */
    HOST_CLASS_COUNT,
};

/* One decoded component and the bytes of the DSN it came from; `present` false: not given. */
struct dsn_part {
    str text;
    uint32_t offset;
    uint32_t length : 31;
    bool present : 1;
};

struct dsn_host {
    struct dsn_part host;
    struct dsn_part port_part;
    int32_t port; /* effective port, the family's default where none is given; 0: none */
    enum host_class class;
};

struct dsn_parameter {
    struct dsn_part key, value;
    bool secret; /* sslpassword, token, … */
};

typedef VEC(struct dsn_host) dsn_hosts;
typedef VEC(struct dsn_parameter) dsn_parameters;

enum dsn_error {
    DSN_OK,
    DSN_NOT_A_DSN, /* no family claims it */
    DSN_TOO_LARGE, /* a limit was reached */
    DSN_BAD_SCHEME,
    DSN_BAD_ESCAPE, /* %zz, %00, a lone % */
    DSN_BAD_PORT,
    DSN_BAD_HOST,
    DSN_BAD_USERINFO,
    DSN_BAD_PARAMETER,
    DSN_BAD_DATABASE,
    DSN_BAD_QUOTING,
    DSN_MALFORMED,
};

struct dsn_family;
struct dsn_client;

/* What one client makes of the string. */
struct dsn_reading {
    const struct dsn_client *client;
    enum dsn_error error;
    uint32_t error_offset; /* where the fault stands */
    bool likely;           /* the scheme, driver or family says that this client may read it */
    bool indirect;         /* a service file or ODBC data source says where it goes */
    struct dsn_part user, password, database;
    dsn_hosts hosts;
    dsn_parameters parameters;
    uint32_t refused_value; /* 1 + the parameter whose value the client refuses to connect with; 0: none */
};

/*
 * `error` is DSN_OK when some likely client accepts the string. With a fault the hosts may still be there, as
 * far as they were understood (a bad port is noticed only when connecting): judge them all the same.
 */
struct dsn {
    str text;
    enum dsn_error error;
    uint32_t error_offset; /* where the fault stands */
    const struct dsn_family *family;
    struct dsn_part scheme; /* postgresql+asyncpg */
    str dialect, driver;    /* postgresql, asyncpg; empty: none */
    struct dsn_part user, password, database;
    dsn_hosts hosts;
    dsn_parameters parameters;
    VEC(struct dsn_reading) readings;
    bool ambiguous; /* likely clients differ in host, port, user or password */
    bool indirect;  /* a service file or ODBC data source says where it goes: hosts unknown */
    /*
     * What stands where hosts do may be no host: the scheme has no client that is known here, or it is a
     * bucket, an account, an alias of tnsnames.ora.
     */
    bool vague_host;
    const struct dsn_client *client; /* the client whose reading stands in the fields above */
    VEC(struct dsn_part) secrets;    /* every byte range that must not be shown, also of malformed strings */
};

/*
 * Takes `text` apart. `family` fixes the family where the text alone does not tell (NULL: find out from the
 * text; `name`, the variable's name, may help, else empty). Never fails otherwise than by dsn->error.
 */
struct dsn *dsn_parse(struct arena *arena, str text, const struct dsn_family *family, str name);
/* True when the value of a variable of this name is a connection string, a list of hosts or a service URL. */
bool dsn_recognise(str text, str name);

const struct dsn_family *OR_NULL dsn_family_find(str name);
str dsn_family_name(const struct dsn_family *family);
str dsn_family_about(const struct dsn_family *family);
/* The rows in table order, NULL past the end: for lists and help. */
const struct dsn_family *dsn_family_at(size_t index);
/* The reading of the client of that name, or NULL. */
const struct dsn_reading *OR_NULL dsn_reading_of(const struct dsn *dsn, str client_name);
/* True when any byte of the part is in a secret range: a password, or a user that is really a token. */
bool dsn_part_is_secret(const struct dsn *dsn, const struct dsn_part *part);
str dsn_client_name(const struct dsn_client *client);
/* The rows in table order, NULL past the end: for lists and help. Some clients have several. */
const struct dsn_client *OR_NULL dsn_client_at(size_t index);
str dsn_client_version(const struct dsn_client *client);
str dsn_client_about(const struct dsn_client *client);
/* The version where it is not the first row of its name, and reads some strings otherwise; else empty. */
str dsn_client_release(const struct dsn_client *client);
str dsn_error_text(enum dsn_error error); /* never quotes the input */
str host_class_name(enum host_class class);
/*
 * Whether what is in the place of a host is one. Not where the scheme is known to have another name there;
 * and who can say of an unknown one: cloudinary://KEY@CLOUD, doctrine://default, tgram://TOKEN.
 */
bool dsn_names_host(const struct dsn *dsn);
/* One spelling for hosts that are the same: lower case, no root dot, addresses in their usual form. */
str host_canonical(struct arena *arena, str host);
/* An IPv6 address without a zone. */
bool host_is_ipv6(str text);
/* A domain or an IPv4 address as the URL standard takes them (its host parser, escapes decoded before). */
bool host_is_domain(struct arena *arena, str host);
/* 127.1, 0177.0.0.1, 0x7f000001: an address for inet_aton(3), a name for Go. */
bool host_is_short_ipv4(str host);
/*
 * The class of one host text as a resolver of the liberal kind (getaddrinfo, IDNA clients) takes it. IDNA
 * takes memory: where there is none the arena's out_of_memory() is called, since the name may be loopback.
 */
enum host_class host_classify(struct arena *arena, str host);

#endif
