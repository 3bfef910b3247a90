/*
 * What the grammars share: one client's pass over one connection string.
 *
 * A reader lives on the stack of dsn_parse() while it fills one reading; what it makes lives in the arena.
 * Grammar functions return DSN_OK or the fault, and leave what they have understood in the reading.
 */
#ifndef DSN_READER_H
#define DSN_READER_H

#include "base/null.h"
#include "dsn/dsn.h"

/* How a client treats %XX. */
enum escapes {
    ESCAPES_LITERAL, /* leaves it alone */
    ESCAPES_LENIENT, /* decodes what is well-formed, keeps the rest (Python, WHATWG) */
    ESCAPES_STRICT,  /* refuses a bare %, %zz (Go, libpq) */
    ESCAPES_NO_NUL,  /* strict, and refuses %00 (libpq, curl) */
    ESCAPES_TRIMMED, /* the same without blanks at the ends, and none may stand between (libpq 17) */
    ESCAPES_GO_HOST, /* strict, and only of bytes above 0x7f and of % itself (net/url in a host) */
    ESCAPES_CURL,    /* lenient, and refuses escaped control bytes (Curl_urldecode with REJECT_CTRL) */
    ESCAPES_JS,      /* strict, and the whole must be UTF-8 (decodeURIComponent) */
    ESCAPES_JS_PATH, /* the same, and escapes of reserved bytes stay as they are (decodeURI) */
};

struct url_rules;
struct url_common;
struct dsn_family;

/* str_find_any() for a handful of bytes: inlined, one look at each byte that is none of them. */
static inline size_t find_any(str text, str bytes)
{
    uint64_t wanted = 0;
    for (size_t k = 0; k < bytes.len; k++)
        wanted |= UINT64_C(1) << (bytes.ptr[k] & 63);
    for (size_t i = 0; i < text.len; i++)
        if (wanted >> (text.ptr[i] & 63) & 1)
            for (size_t k = 0; k < bytes.len; k++)
                if (text.ptr[i] == bytes.ptr[k])
                    return i;
    return STR_NONE;
}

static inline bool has_control_byte(str text)
{
    bool found = false;
    for (size_t i = 0; i < text.len; i++)
        found |= (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F;
    return found;
}

struct reader {
    struct arena *arena;
    str text;                        /* what this client sees: dsn->text, perhaps without control bytes */
    const uint32_t *origins;         /* text offset → dsn->text offset, NULL where they are the same */
    const struct dsn_family *family; /* never NULL */
    const struct url_rules *rules;   /* NULL outside the URL grammar */
    str scheme;                      /* where it was found, in `text` or the DSN it came from */
    str dialect, driver;             /* of the scheme */
    const struct url_common *common; /* what all clients read alike, NULL where they may not */
    dsn_parameters *pairs;           /* keyword=value pairs that the next client scans alike */
    bool is_socket;                  /* the scheme's path is a Unix socket */
    bool has_control;                /* control bytes stand somewhere in the text */
    struct dsn_reading *reading;
    size_t fault; /* offset in `text` where the fault stands */
};

/* The %XX decoding of `raw`; the same bytes where there is nothing to decode. False: refused. */
bool escapes_decode(struct arena *arena, str raw, enum escapes escapes, bool plus_is_blank, str *ret_text);

bool has_bare_percent(str text); /* one that begins no escape */

/* A part of the bytes `raw`, which must lie in reader->text; `text` is what they mean. */
struct dsn_part reader_part(const struct reader *reader, str raw, str text);
/* Decodes `raw` into `ret_part`; on refusal notes the place and returns `error`. */
enum dsn_error reader_decode(
    struct reader *reader, str raw, enum escapes escapes, enum dsn_error error, struct dsn_part *ret_part);
/* A part of a part's text, with its own place where text and bytes are the same. */
struct dsn_part part_slice(struct dsn_part whole, size_t from, size_t to);
/* One entry of a comma list inside a part, from `*at` on; false when the list is at its end. */
bool part_next_entry(const struct dsn_part *list, size_t *at, struct dsn_part *ret_entry);
/* Text that stands nowhere in the string, such as a client's default host. */
struct dsn_part part_default(str text);

enum dsn_error reader_fail(struct reader *reader, const char *at, enum dsn_error error);
enum dsn_error reader_fail_part(struct reader *reader, const struct dsn_part *part, enum dsn_error error);

/* Appends a host with its class; DSN_TOO_LARGE past the limit. `port` is 0 where the client has none. */
enum dsn_error reader_add_host(
    struct reader *reader, struct dsn_part host, struct dsn_part port_part, int32_t port);
enum dsn_error reader_add_parameter(struct reader *reader, struct dsn_part key, struct dsn_part value);
/* The last (or first) parameter of that name, or NULL. Case counts. */
const struct dsn_parameter *OR_NULL reader_parameter(const struct reader *reader, str key);
/* `user` and `password` of the query are the login, in the place of one before the host: JDBC drivers. */
void reader_login_from_parameters(struct reader *reader);
const struct dsn_parameter *OR_NULL reader_first_parameter(const struct reader *reader, str key);
/* The same without regard to case; any of the names in a list that ends with an empty one. */
const struct dsn_parameter *OR_NULL reader_parameter_fold(const struct reader *reader, const str *keys);

/* Reads a port of `min`..65535; blanks around it are allowed where `blanks`. */
bool port_parse(str text, int32_t min, bool blanks, int32_t *ret_port);
/* net.SplitHostPort(); false: no port, or brackets and colons where they do not belong. */
bool go_split_host_port(str address, str *ret_host, str *ret_port);

#endif
