#include "rewrite/rewrite.h"

#include "dsn/ambiguity.h"
#include "dsn/reader.h"
#include "dsn/url.h"
#include "rewrite/convert.h"
#include "rewrite/rewriter.h"

bool rewriter_fail(struct rewriter *rewriter, enum rewrite_error error, str reason)
{
    rewriter->result.error = error;
    rewriter->result.reason = reason;
    return false;
}

static void warn(struct rewriter *rewriter, str sentence)
{
    str_vec_add_new(rewriter->arena, &rewriter->result.warnings, sentence);
}

void rewriter_drop(struct rewriter *rewriter, str name, str about)
{
    vec_push(rewriter->arena, &rewriter->result.dropped, name);
    if (about.len)
        warn(rewriter,
            arena_printf(rewriter->arena, STR_FMT " is left out: " STR_FMT, STR_ARG(name), STR_ARG(about)));
}

/* --- source and goal */

/* Schemes that stand for a dialect of SQLAlchemy without being one. */
static const struct {
    str scheme, dialect;
} dialect_aliases[] = {
    {STR_INIT("postgres"), STR_INIT("postgresql")},
    {STR_INIT("postgis"), STR_INIT("postgresql")},
    {STR_INIT("timescaledb"), STR_INIT("postgresql")},
    {STR_INIT("pgsql"), STR_INIT("postgresql")},
    {STR_INIT("pg"), STR_INIT("postgresql")},
    {STR_INIT("asyncpg"), STR_INIT("postgresql")},
    {STR_INIT("psycopg2"), STR_INIT("postgresql")},
    {STR_INIT("mysql2"), STR_INIT("mysql")},
    {STR_INIT("sqlite3"), STR_INIT("sqlite")},
    {STR_INIT("sqlserver"), STR_INIT("mssql")},
    {STR_INIT("cockroach"), STR_INIT("cockroachdb")},
};

static str dialect_of(struct arena *arena, str written)
{
    str dialect = arena_lower(arena, written);
    for (size_t i = 0; i < ARRAY_COUNT(dialect_aliases); i++)
        if (str_eq(dialect_aliases[i].scheme, dialect))
            return dialect_aliases[i].dialect;
    return dialect;
}

static bool read_source(struct rewriter *rewriter)
{
    str scheme = rewriter->dsn->scheme.text;
    struct str_cut cut = str_cut_byte(scheme, '+');
    rewriter->source_dialect = dialect_of(rewriter->arena, cut.head);
    rewriter->source_driver = arena_lower(rewriter->arena, cut.tail);
    if (cut.found && cut.tail.len == 0)
        return rewriter_fail(rewriter, REWRITE_NOT_A_DSN, STR("the scheme ends in + without a driver"));
    rewriter->dialect = driver_dialect_find(rewriter->source_dialect);
    if (rewriter->dialect == NULL)
        return rewriter_fail(rewriter, REWRITE_NO_SUCH_FORM, STR("no drivers are known for this scheme"));
    if (!str_eq(scheme, arena_lower(rewriter->arena, scheme)))
        warn(rewriter, STR("the scheme was not in lower case, which SQLAlchemy and libpq refuse"));
    bool alias = !str_eq(rewriter->source_dialect, arena_lower(rewriter->arena, cut.head));
    if (alias && cut.found)
        warn(rewriter, STR("SQLAlchemy has no dialect of this name; its own name is used"));
    return true;
}

/* The driver of the wanted kind for the source's dialect and driver. */
static bool choose_driver(struct rewriter *rewriter, bool async)
{
    const struct dialect_row *dialect = rewriter->dialect;
    str driver = rewriter->source_driver;
    if (driver.len == 0) {
        rewriter->goal.driver = async ? dialect->async : dialect->sync;
        return !async || dialect->async.len ||
               rewriter_fail(rewriter, REWRITE_NO_SUCH_FORM, STR("this dialect has no asynchronous driver"));
    }
    const struct driver_row *row = driver_find(rewriter->source_dialect, driver);
    if (row == NULL)
        return rewriter_fail(
            rewriter, REWRITE_NO_SUCH_FORM, STR("the driver is not known, nor what could take its place"));
    bool fits = row->loads && (row->mode == DRIVER_BOTH || (row->mode == DRIVER_ASYNC) == async);
    rewriter->goal.driver = fits ? row->name : async ? row->async : row->sync;
    bool bare = !fits && !async && dialect->sync.len == 0;
    return fits || bare || rewriter->goal.driver.len ||
           rewriter_fail(
               rewriter, REWRITE_NO_SUCH_FORM, STR("no driver of that kind can take this one's place"));
}

static bool choose_raw(struct rewriter *rewriter, enum connector connector)
{
    if (!str_eq(rewriter->source_dialect, STR("postgresql")) &&
        !str_eq(rewriter->source_dialect, STR("cockroachdb")))
        return rewriter_fail(rewriter, REWRITE_NO_SUCH_FORM, STR("only PostgreSQL has this form"));
    rewriter->goal = (struct goal){.dialect = STR("postgresql"), .connector = connector, .checked = true};
    return true;
}

static bool choose_named(struct rewriter *rewriter, str target)
{
    struct str_cut cut = str_cut_byte(target, '+');
    str driver = cut.found ? cut.tail : cut.head;
    if (cut.found && !str_eq_fold(cut.head, rewriter->source_dialect))
        return rewriter_fail(rewriter, REWRITE_NO_SUCH_FORM, STR("the target belongs to another dialect"));
    const struct driver_row *row = driver_find(rewriter->source_dialect, driver);
    if (row && row->loads) {
        rewriter->goal.driver = row->name;
        return true;
    }
    for (size_t i = 0; i < data_drivers_count; i++)
        if (str_eq_fold(data_drivers[i].name, driver))
            return rewriter_fail(
                rewriter, REWRITE_NO_SUCH_FORM, STR("this driver does not speak to that database"));
    return rewriter_fail(
        rewriter, REWRITE_UNKNOWN_TARGET, STR("the target is no form and no driver that is known"));
}

static bool choose_goal(struct rewriter *rewriter, str target)
{
    if (str_eq(target, STR("libpq")))
        return choose_raw(rewriter, CONNECTOR_LIBPQ);
    if (str_eq(target, STR("asyncpg")))
        return choose_raw(rewriter, CONNECTOR_ASYNCPG);
    bool sync = str_eq(target, STR("sync")), async = str_eq(target, STR("async"));
    if (!(sync || async ? choose_driver(rewriter, async) : choose_named(rewriter, target)))
        return false;
    rewriter->goal.dialect = rewriter->source_dialect;
    rewriter->goal.sqlalchemy = true;
    rewriter->goal.connector =
        str_eq(rewriter->goal.driver, STR("asyncpg")) ? CONNECTOR_SA_ASYNC : CONNECTOR_LIBPQ;
    rewriter->goal.checked = rewriter->family == FAMILY_POSTGRESQL;
    return true;
}

/* --- cutting the source */

/* True when some client finds a user where the authority, cut by RFC 3986, has none. */
static bool finds_userinfo(const struct rewriter *rewriter, size_t start)
{
    vec_each(const struct dsn_reading *, it, &rewriter->dsn->readings)
        if ((it->user.present || it->password.present) && it->user.offset == start)
            return true;
    return false;
}

static bool cut_source(struct rewriter *rewriter)
{
    static const str raw =
        STR_INIT("user or password hold a raw @, /, # or ?: clients cut the string in different places");
    struct pieces *pieces = &rewriter->pieces;
    str text = rewriter->dsn->text;
    pieces->scheme = rewriter->dsn->scheme.text;
    size_t start = rewriter->dsn->scheme.offset + rewriter->dsn->scheme.length;
    if (!str_starts(str_skip(text, start), STR("://")) || rewriter->dsn->scheme.offset != 0)
        return rewriter_fail(rewriter, REWRITE_NOT_A_DSN, STR("something else is where :// belongs"));
    str rest = str_skip(text, start + 3);
    size_t end = find_any(rest, STR("/?#"));
    str authority = str_take(rest, end);
    rest = end == STR_NONE ? STR("") : str_skip(rest, end);
    struct str_cut at = str_cut_byte(authority, '@');
    pieces->has_userinfo = at.found;
    pieces->userinfo = at.found ? at.head : STR("");
    pieces->hosts = at.found ? at.tail : authority;
    bool tns = str_has_byte(authority, '(');
    if (str_has_byte(pieces->hosts, '@'))
        return rewriter_fail(rewriter, REWRITE_AMBIGUOUS, raw);
    if (!at.found && !tns && str_has_byte(rest, '@') && finds_userinfo(rewriter, start + 3))
        return rewriter_fail(rewriter, REWRITE_AMBIGUOUS, raw);
    struct str_cut query = str_cut_byte(rest, '?');
    pieces->path = query.head;
    pieces->has_path = query.head.len > 0;
    pieces->query = query.tail;
    pieces->has_query = query.found && query.tail.len > 0;
    return true;
}

/* Host escapes, which SQLAlchemy alone leaves as they are: the rewrite spells them out. */
static bool escapes_alone_disagree(const struct rewriter *rewriter)
{
    const struct dsn_reading *libpq = dsn_reading_of(rewriter->dsn, STR("libpq"));
    const struct dsn_reading *asyncpg = dsn_reading_of(rewriter->dsn, STR("asyncpg"));
    return str_has_byte(rewriter->pieces.hosts, '%') && libpq && asyncpg && libpq->error == DSN_OK &&
           asyncpg->error == DSN_OK && readings_agree(rewriter->arena, libpq, asyncpg);
}

static bool check_source(struct rewriter *rewriter)
{
    const struct dsn *dsn = rewriter->dsn;
    if (rewriter->family == FAMILY_SQLITE)
        return true;
    if (rewriter->family == FAMILY_POSTGRESQL && str_has_byte(dsn->text, '#'))
        return rewriter_fail(
            rewriter, REWRITE_AMBIGUOUS, STR("a raw # ends the string for some clients and not for others"));
    for (size_t i = 0; i < dsn->text.len; i++)
        if ((unsigned char)dsn->text.ptr[i] < ' ' || dsn->text.ptr[i] == 0x7F)
            return rewriter_fail(
                rewriter, REWRITE_AMBIGUOUS, STR("it holds control characters, which some clients drop"));
    if (dsn->ambiguous && !escapes_alone_disagree(rewriter))
        return rewriter_fail(rewriter, REWRITE_AMBIGUOUS,
            STR("clients read different hosts, users or passwords from this string"));
    bool scheme_only = dsn->error == DSN_BAD_SCHEME || dsn->error == DSN_BAD_PARAMETER;
    if (dsn->error != DSN_OK && !scheme_only && dsn->error != DSN_BAD_ESCAPE && !rewriter->moved_hosts)
        return rewriter_fail(rewriter, REWRITE_NOT_A_DSN, dsn_error_text(dsn->error));
    return true;
}

/* --- userinfo and hosts */

/* A bare % is legal for SQLAlchemy and a fault for libpq: write it as %25. */
static void write_userinfo(struct rewriter *rewriter)
{
    str text = rewriter->pieces.userinfo;
    for (size_t i = 0; i < text.len; i++) {
        buf_byte(&rewriter->out, text.ptr[i]);
        bool escape = text.len - i > 2 && byte_hex(text.ptr[i + 1]) >= 0 && byte_hex(text.ptr[i + 2]) >= 0;
        if (text.ptr[i] == '%' && !escape) {
            buf_str(&rewriter->out, STR("25"));
            warn(rewriter, STR("a bare % in user or password is written as %25"));
        }
    }
    if (rewriter->pieces.has_userinfo)
        buf_byte(&rewriter->out, '@');
}

bool rewriter_is_escaped(str text)
{
    return str_has_byte(text, '%');
}

bool rewriter_decode(struct rewriter *rewriter, str raw, str *ret_text)
{
    return escapes_decode(rewriter->arena, raw, ESCAPES_NO_NUL, false, ret_text) ||
           rewriter_fail(rewriter, REWRITE_NOT_A_DSN, dsn_error_text(DSN_BAD_ESCAPE));
}

/* One host for SQLAlchemy, which decodes none: decoded, without an empty port. */
static bool write_plain_host(struct rewriter *rewriter, str hosts)
{
    str decoded;
    if (!rewriter_decode(rewriter, hosts, &decoded))
        return false;
    if (rewriter_is_escaped(hosts) && find_any(decoded, STR("/?#@[]%, \t\r\n")) != STR_NONE)
        return rewriter_fail(
            rewriter, REWRITE_NO_SUCH_FORM, STR("the host cannot be written without escapes"));
    if (str_ends(decoded, STR(":")))
        decoded.len--;
    buf_str(&rewriter->out, decoded);
    return true;
}

bool rewriter_is_socket(str hosts)
{
    return str_starts_fold(hosts, STR("%2F")) || str_starts(hosts, STR("%40"));
}

/* Hosts that only the query can hold in SQLAlchemy: lists and sockets. */
bool rewriter_hosts_in_query(const struct rewriter *rewriter)
{
    str hosts = rewriter->pieces.hosts;
    return rewriter->goal.sqlalchemy && rewriter->family == FAMILY_POSTGRESQL &&
           (str_has_byte(hosts, ',') || rewriter_is_socket(hosts));
}

static bool is_host_pair(str pair)
{
    return str_starts(pair, STR("host="));
}

/* ?host=h1:p1&host=h2:p2, SQLAlchemy's list: libpq and asyncpg want it in the authority. */
bool rewriter_hosts_in_authority(const struct rewriter *rewriter)
{
    if (rewriter->goal.sqlalchemy || rewriter->pieces.hosts.len != 0 || rewriter->family != FAMILY_POSTGRESQL)
        return false;
    size_t count = 0;
    bool port = false;
    str rest = rewriter->pieces.query, pair;
    while (rest.ptr && str_next(&rest, '&', &pair))
        if (is_host_pair(pair)) {
            str value = str_skip(pair, 5);
            count++;
            port = port || (!str_starts(value, STR("/")) && !str_starts_fold(value, STR("%2F")) &&
                               str_has_byte(value, ':'));
        }
    return count > 1 || (count == 1 && port);
}

static bool write_query_hosts_as_authority(struct rewriter *rewriter)
{
    str rest = rewriter->pieces.query, pair;
    bool first = true;
    while (str_next(&rest, '&', &pair)) {
        if (!is_host_pair(pair))
            continue;
        if (!first)
            buf_byte(&rewriter->out, ',');
        first = false;
        buf_str(&rewriter->out, str_skip(pair, 5));
    }
    return true;
}

static bool write_hosts(struct rewriter *rewriter)
{
    str hosts = rewriter->pieces.hosts;
    rewriter->moved_hosts = rewriter_hosts_in_query(rewriter) || rewriter_hosts_in_authority(rewriter);
    if (rewriter_hosts_in_authority(rewriter))
        return write_query_hosts_as_authority(rewriter);
    if (rewriter_hosts_in_query(rewriter))
        return true;
    bool opaque = str_has_byte(hosts, '(') || (hosts.len && hosts.ptr[0] == '[');
    if (rewriter->goal.sqlalchemy && !opaque)
        return write_plain_host(rewriter, hosts);
    buf_str(&rewriter->out, hosts);
    return true;
}

/* --- path */

static bool write_path(struct rewriter *rewriter)
{
    str path = rewriter->pieces.path;
    bool bare_source = rewriter->source_driver.len == 0 && rewriter->family == FAMILY_POSTGRESQL;
    if (rewriter->database.len) {
        buf_byte(&rewriter->out, '/');
        buf_str(&rewriter->out, rewriter->database);
        return true;
    }
    if (path.len < 2 && rewriter->family == FAMILY_POSTGRESQL)
        warn(rewriter, STR("no database is named: most clients take one with the user's name"));
    if (path.len == 0 && rewriter->moved_hosts)
        path = STR("/");
    if (!rewriter->goal.sqlalchemy || !bare_source || !rewriter_is_escaped(path)) {
        buf_str(&rewriter->out, path);
        return true;
    }
    str decoded;
    if (!rewriter_decode(rewriter, path, &decoded))
        return false;
    if (str_has_byte(decoded, '?'))
        return rewriter_fail(
            rewriter, REWRITE_NO_SUCH_FORM, STR("SQLAlchemy cannot name a database with a ? in it"));
    buf_str(&rewriter->out, decoded);
    return true;
}

/* dbname= and database= move into an empty path; two names for one database are refused. */
static bool fold_database(struct rewriter *rewriter)
{
    str rest = rewriter->pieces.query, pair;
    if (!rewriter->goal.checked)
        return true;
    while (rewriter->pieces.has_query && str_next(&rest, '&', &pair)) {
        struct str_cut cut = str_cut_byte(pair, '=');
        if (!str_eq(cut.head, STR("dbname")) && !str_eq(cut.head, STR("database")))
            continue;
        if (rewriter->pieces.path.len > 1 && !str_eq(str_skip(rewriter->pieces.path, 1), cut.tail))
            return rewriter_fail(
                rewriter, REWRITE_AMBIGUOUS, STR("the path and a parameter name different databases"));
        rewriter->database = cut.tail;
    }
    return true;
}

/* The client that the result is for must read from it what was read from the source. */
static bool verify_result(struct rewriter *rewriter)
{
    static const str clients[] = {
        [CONNECTOR_LIBPQ] = STR_INIT("libpq"),
        [CONNECTOR_SA_ASYNC] = STR_INIT("sqlalchemy"),
        [CONNECTOR_ASYNCPG] = STR_INIT("asyncpg"),
    };
    const struct dsn *before = rewriter->dsn;
    const struct dsn *after = dsn_parse(rewriter->arena, rewriter->result.text, NULL, STR(""));
    str client = rewriter->goal.sqlalchemy ? STR("sqlalchemy") : clients[rewriter->goal.connector];
    const struct dsn_reading *reading = dsn_reading_of(after, client);
    bool sound = after->error == DSN_OK || after->error == before->error;
    bool same = sound && reading && reading->error == DSN_OK &&
                str_eq(reading->user.text, before->user.text) &&
                str_eq(reading->password.text, before->password.text);
    const struct dsn_reading source = {
        .user = before->user, .password = before->password, .hosts = before->hosts};
    if (same && before->error == DSN_OK && !before->indirect && !reading->indirect)
        same = rewriter->moved_hosts || rewriter_is_escaped(rewriter->pieces.hosts) ||
               readings_agree(rewriter->arena, &source, reading);
    return same || rewriter_fail(rewriter, REWRITE_AMBIGUOUS,
                       STR("the target would not read from the result what the source says"));
}

static bool rewrite_url(struct rewriter *rewriter, str target)
{
    if (!read_source(rewriter) || !choose_goal(rewriter, target) || !cut_source(rewriter) ||
        !check_source(rewriter) || !fold_database(rewriter))
        return false;
    rewriter->out = buf_new(rewriter->arena, rewriter->dsn->text.len * 4 + 1024);
    buf_str(&rewriter->out, rewriter->goal.dialect);
    if (rewriter->goal.driver.len) {
        buf_byte(&rewriter->out, '+');
        buf_str(&rewriter->out, rewriter->goal.driver);
    }
    buf_str(&rewriter->out, STR("://"));
    write_userinfo(rewriter);
    if (!write_hosts(rewriter) || !write_path(rewriter) || !rewriter_write_query(rewriter))
        return false;
    rewriter->result.text = buf_view(&rewriter->out);
    return verify_result(rewriter);
}

struct rewrite_result dsn_rewrite(struct arena *arena, str text, str target)
{
    struct rewriter rewriter = {.arena = arena};
    struct dsn *dsn = dsn_parse(arena, text, NULL, STR(""));
    if (dsn->family == NULL) {
        rewriter_fail(&rewriter, REWRITE_NOT_A_DSN, dsn_error_text(dsn->error ? dsn->error : DSN_NOT_A_DSN));
        return rewriter.result;
    }
    bool url = dsn->scheme.present && !str_starts(text, STR("jdbc:"));
    if (!url) {
        str converted;
        if (!convert_to_url(arena, dsn, &converted)) {
            rewriter_fail(&rewriter, REWRITE_NO_SUCH_FORM,
                STR("this string has no URL form, or names no single place"));
            return rewriter.result;
        }
        dsn = dsn_parse(arena, converted, NULL, STR(""));
    }
    rewriter.dsn = dsn;
    rewriter.family = family_id_of(dsn->family);
    if (!rewrite_url(&rewriter, target))
        rewriter.result.text = STR("");
    return rewriter.result;
}
