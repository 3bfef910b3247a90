#include "dsn/dsn.h"

#include "base/limit.h"
#include "dsn/ambiguity.h"
#include "dsn/common.h"
#include "dsn/form.h"
#include "dsn/secret.h"
#include "dsn/url.h"

static const str error_texts[] = {
    [DSN_OK] = STR_INIT("no fault"),
    [DSN_NOT_A_DSN] = STR_INIT("this is no connection string of a known form"),
    [DSN_TOO_LARGE] =
        STR_INIT("the connection string is longer, or has more hosts or parameters, than the limit"),
    [DSN_BAD_SCHEME] = STR_INIT("no client takes this scheme as it is written"),
    [DSN_BAD_ESCAPE] = STR_INIT("a % does not begin a valid escape; write a literal one as %25"),
    [DSN_BAD_PORT] =
        STR_INIT("a port is no number from 1 to 65535, or ports and hosts do not match in number"),
    [DSN_BAD_HOST] = STR_INIT("the host is missing or malformed"),
    [DSN_BAD_USERINFO] = STR_INIT("user or password hold a character that must be percent-encoded"),
    [DSN_BAD_PARAMETER] = STR_INIT("a parameter is malformed, or not one that the client knows"),
    [DSN_BAD_DATABASE] = STR_INIT("the database part is missing or malformed"),
    [DSN_BAD_QUOTING] = STR_INIT("a quote is not closed, or a word has no ="),
    [DSN_MALFORMED] = STR_INIT("the string cannot be taken apart"),
};

str dsn_error_text(enum dsn_error error)
{
    return (size_t)error < ARRAY_COUNT(error_texts) ? error_texts[error] : error_texts[DSN_MALFORMED];
}

/* --- one reading */

/* A string with a fault leads nowhere by default: only what it names is kept. */
static void keep_named_hosts(struct dsn_reading *reading)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->hosts.count; i++)
        if (part_filled(&reading->hosts.items[i].host))
            reading->hosts.items[kept++] = reading->hosts.items[i];
    reading->hosts.count = kept;
}

/* Hosts without a port get the scheme's; a string without a host gets the place the client goes by itself. */
static void fill_defaults(struct reader *reader, int32_t port)
{
    struct dsn_reading *reading = reader->reading;
    str host = reader->family->default_host;
    if (reading->hosts.count == 0 && !reading->indirect && host.len && reading->error == DSN_OK)
        reader_add_host(reader, part_default(host), (struct dsn_part){0}, 0);
    if (reading->error != DSN_OK)
        keep_named_hosts(reading);
    vec_each(struct dsn_host *, it, &reading->hosts) {
        if (host.len && it->host.text.len == 0 && reading->error == DSN_OK) {
            it->host.text = host;
            it->host.present = false;
            it->class = host_classify(reader->arena, host);
        }
        bool refused = part_filled(&it->port_part);
        if (it->port == 0 && !refused && it->class != HOST_CLASS_SOCKET && it->class != HOST_CLASS_FILE)
            it->port = port;
    }
}

/* PostgreSQL's clients dial 5432 whatever the scheme's name. */
static int32_t default_port(const struct form_match *match)
{
    bool is_own = match->form != FORM_URL || match->family != FAMILY_POSTGRESQL;
    if (match->scheme && match->scheme->port && is_own)
        return match->scheme->port;
    return family_row(match->family)->port;
}

/* `common` is what all readers of the string start from. */
static void read_as(
    const struct reader *common, const struct dsn_client *client, struct dsn_reading *reading, int32_t port)
{
    const struct url_common *shared = common->common;
    if (shared && client->url && common_is_finished(shared, client->url)) {
        reading->error = url_adopt(shared, client->url, reading);
        reading->client = client;
        return;
    }
    struct reader reader = *common;
    reader.rules = client->url;
    reader.reading = reading;
    reading->client = client;
    reading->error = client->read(&reader);
    reading->error_offset = (uint32_t)reader.fault;
    if (reader.origins && reader.fault <= reader.text.len)
        reading->error_offset = reader.origins[reader.fault];
    fill_defaults(&reader, port);
}

/* Whether what the two read is the same in all that is judged. */
static bool read_the_same(struct arena *arena, const struct dsn_reading *a, const struct dsn_reading *b)
{
    return a->error == b->error &&
           (a->error || (readings_agree(arena, a, b) && str_eq(a->database.text, b->database.text)));
}

/* A bit for each byte that is in a text. */
struct byte_set {
    uint64_t bits[4];
};

static struct byte_set bytes_of(str text)
{
    struct byte_set set = {0};
    for (size_t i = 0; i < text.len; i++)
        set.bits[(unsigned char)text.ptr[i] / 64] |= UINT64_C(1) << ((unsigned char)text.ptr[i] % 64);
    return set;
}

static bool has_any_of(const struct byte_set *set, str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (set->bits[(unsigned char)bytes.ptr[i] / 64] >> ((unsigned char)bytes.ptr[i] % 64) & 1)
            return true;
    return false;
}

/* Later releases of the clients whose readings are there, where they read the string otherwise. */
static void read_later(const struct reader *common, struct dsn *dsn, int32_t port)
{
    struct byte_set bytes = bytes_of(dsn->text);
    for (size_t i = 0, count = dsn->readings.count; i < count; i++) {
        const struct dsn_client *client = dsn->readings.items[i].client;
        if (client->later == CLIENT_LIBPQ || !has_any_of(&bytes, client->differs_on))
            continue;
        struct dsn_reading later = {.likely = dsn->readings.items[i].likely};
        read_as(common, client_row(client->later), &later, port);
        if (!read_the_same(common->arena, &dsn->readings.items[i], &later))
            vec_push(common->arena, &dsn->readings, later);
    }
}

/* True: all clients split the string alike, and what is secret in it is its password alone. */
static bool read_all(struct arena *arena, struct dsn *dsn, const struct form_match *match)
{
    dsn_parameters pairs = {0};
    struct reader common = {
        .arena = arena,
        .pairs = &pairs,
        .text = dsn->text,
        .family = dsn->family,
        .scheme = dsn->scheme.text,
        .dialect = dsn->dialect,
        .driver = dsn->driver,
        .is_socket = match->scheme && match->scheme->socket,
    };
    struct url_common shared;
    unsigned kinds = match->form == FORM_URL ? byte_kinds(dsn->text) : 0;
    common.has_control = kinds & KIND_CONTROL;
    if (kinds && url_read_common(&common, kinds, &shared)) {
        common.common = &shared;
        common.reading = &shared.reading;
        fill_defaults(&common, default_port(match));
    }
    vec_reserve(arena, &dsn->readings, match->client_count);
    dsn->readings.count = match->client_count;
    for (size_t i = 0; i < match->client_count; i++) {
        struct dsn_reading *reading = &dsn->readings.items[i];
        read_as(&common, client_row(match->clients[i]), reading, default_port(match));
        /* whoever refuses the scheme is not the reader of this string */
        reading->likely = i < match->likely_count && reading->error != DSN_BAD_SCHEME;
    }
    read_later(&common, dsn, default_port(match));
    return common.common ? !shared.has_secret_parameter
                         : pairs.count > 0 && find_any(dsn->text, STR("@;,")) == STR_NONE;
}

/* --- the string as a whole */

/*
 * The reading that stands for the string: the first likely one without a fault, else the first with hosts.
 * A fault of the port alone is seen only when connecting: then the first likely one stands all the same.
 */
static const struct dsn_reading *choose_reading(const struct dsn *dsn)
{
    const struct dsn_reading *likely = NULL, *with_hosts = NULL;
    vec_each(const struct dsn_reading *, it, &dsn->readings) {
        if (it->likely &&
            (it->error == DSN_OK || (likely == NULL && it->error == DSN_BAD_PORT && it->hosts.count)))
            return it;
        if (it->likely && likely == NULL)
            likely = it;
        if (it->hosts.count && (with_hosts == NULL || (it->likely && !with_hosts->likely)))
            with_hosts = it;
    }
    return with_hosts ? with_hosts : likely ? likely : &dsn->readings.items[0];
}

static void set_fault(struct dsn *dsn, enum dsn_error error, const struct dsn_part *at)
{
    if (dsn->error != DSN_OK)
        return;
    dsn->error = error;
    dsn->error_offset = at->offset;
}

/* What parses somewhere and yet leads nowhere; `is_known`: the scheme has a row. */
static void check_sense(struct dsn *dsn, bool is_known)
{
    vec_each(const struct dsn_host *, it, &dsn->hosts) {
        if (it->port == 0 && part_filled(&it->port_part))
            set_fault(dsn, DSN_BAD_PORT, &it->port_part);
        if (it->class != HOST_CLASS_FILE && it->class != HOST_CLASS_SOCKET &&
            find_any(it->host.text, STR(" \t\r\n[]")) != STR_NONE)
            set_fault(dsn, DSN_BAD_HOST, &it->host);
    }
    str rest = str_skip(dsn->text, dsn->scheme.offset + dsn->scheme.length);
    bool one_slash = dsn->scheme.present && str_starts(rest, STR(":/")) && !str_starts(rest, STR("://"));
    const struct dsn_host *first = dsn->hosts.count ? &dsn->hosts.items[0] : NULL;
    bool is_socket =
        first && first->class == HOST_CLASS_SOCKET && part_filled(&first->host); /* unix:/x.sock */
    if (one_slash && !is_socket && !dsn->family->file && !str_starts(dsn->scheme.text, STR("jdbc:")) &&
        !str_eq_fold(dsn->scheme.text, STR("socket"))) { /* everything became the path */
        set_fault(dsn, DSN_BAD_SCHEME, &dsn->scheme);
        dsn->hosts.count = 0;
    }
    if (!is_known && scheme_nearest(dsn->scheme.text).len)
        set_fault(dsn, DSN_BAD_SCHEME, &dsn->scheme);
}

/* doctrine://default, null://null, s3://bucket: only a port makes a host of it where no client is known. */
static bool is_vague_host(const struct dsn *dsn, const struct form_match *match)
{
    if (dsn->hosts.count == 0)
        return false;
    const struct dsn_host *host = &dsn->hosts.items[0];
    if (host->port_part.present)
        return false;
    if (dsn->family->aliases)
        return dsn->hosts.count == 1 && !part_filled(&dsn->database);
    if (str_has_byte(host->host.text, '='))
        return true; /* jdbc:awsathena://AwsRegion=…: a driver's own pairs */
    bool is_url = match->form == FORM_URL || match->form == FORM_JDBC ||
                  (match->form == FORM_LIST && match->scheme_text.len > 0);
    return is_url && (match->scheme == NULL || match->scheme->named);
}

/* pglite://./data: a path that is relative to where the program runs. */
static void settle_vague_host(struct dsn *dsn)
{
    struct dsn_host *host = &dsn->hosts.items[0];
    if (str_eq(host->host.text, STR(".")) || str_eq(host->host.text, STR("..")))
        host->class = HOST_CLASS_FILE;
}

static void adopt(struct dsn *dsn, const struct dsn_reading *reading, const struct form_match *match)
{
    dsn->client = reading->client;
    dsn->error = reading->error;
    dsn->error_offset = reading->error_offset;
    dsn->user = reading->user;
    dsn->password = reading->password;
    dsn->database = reading->database;
    dsn->hosts = reading->hosts;
    dsn->parameters = reading->parameters;
    dsn->indirect = reading->indirect;
    dsn->vague_host = is_vague_host(dsn, match);
    if (dsn->vague_host)
        settle_vague_host(dsn);
    check_sense(dsn, match->scheme != NULL);
}

static void set_scheme(struct dsn *dsn, const struct form_match *match)
{
    if (match->scheme_text.len == 0)
        return;
    dsn->scheme = (struct dsn_part){
        .text = match->scheme_text,
        .offset = (uint32_t)(match->scheme_text.ptr - dsn->text.ptr),
        .length = (uint32_t)match->scheme_text.len,
        .present = true,
    };
    struct str_cut cut = str_cut_byte(match->scheme_text, '+');
    bool whole = match->scheme && str_eq_fold(match->scheme->name, match->scheme_text);
    dsn->dialect = whole ? match->scheme_text : cut.head;
    dsn->driver = whole ? STR("") : cut.tail;
}

static struct dsn *refuse(struct arena *arena, struct dsn *dsn, enum dsn_error error)
{
    dsn->error = error;
    secrets_collect(arena, dsn, false);
    return dsn;
}

struct dsn *dsn_parse(struct arena *arena, str text, const struct dsn_family *family, str name)
{
    struct dsn *dsn = arena_new(arena, struct dsn);
    dsn->text = text;
    if (family && family->carrier) /* its strings are read as those of another */
        family = family_row(family->carrier);
    dsn->family = family;
    if (text.len > limit_value(LIMIT_DSN_BYTES)) {
        dsn->text = str_take(text, limit_value(LIMIT_DSN_BYTES));
        refuse(arena, dsn, DSN_TOO_LARGE);
        vec_push(arena, &dsn->secrets,
            ((struct dsn_part){.text = text,
                .length = text.len < INT32_MAX ? (uint32_t)text.len : INT32_MAX,
                .present = true}));
        dsn->text = text;
        return dsn;
    }
    struct form_match match = form_match(text, family_id_of(family), name);
    if (match.form == FORM_NONE)
        return refuse(arena, dsn, DSN_NOT_A_DSN);
    dsn->family = family_row(match.family);
    set_scheme(dsn, &match);
    bool is_common = read_all(arena, dsn, &match);
    adopt(dsn, choose_reading(dsn), &match);
    dsn->ambiguous = ambiguity_find(arena, dsn);
    secrets_collect(arena, dsn, is_common);
    return dsn;
}

bool dsn_names_host(const struct dsn *dsn)
{
    return !dsn->vague_host || (dsn->scheme.present && scheme_nearest(dsn->scheme.text).len > 0);
}

const struct dsn_reading *dsn_reading_of(const struct dsn *dsn, str client_name)
{
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (str_eq(dsn_client_name(it->client), client_name))
            return it;
    return NULL;
}
