#include "dsn/mariadb_j.h"

#include "dsn/client.h"
#include "dsn/value.h"

enum { MARIADB_PORT = 3306 };

/* --- values */

static bool is_tls_mode(str value)
{
    static const str words[] = {STR_INIT("disable"), STR_INIT("disabled"), STR_INIT("0"), STR_INIT("false"),
        STR_INIT("trust"), STR_INIT("required"), STR_INIT("verify-ca"), STR_INIT("verify_ca"),
        STR_INIT("verify-full"), STR_INIT("verify_full"), STR_INIT("verify_identity"), STR_INIT("1"),
        STR_INIT("true")};
    return value.len == 0 || STR_IS_IN_FOLD(value, words);
}

static bool is_catalog_term(str value)
{
    static const str words[] = {STR_INIT("catalog"), STR_INIT("schema")};
    return value.len == 0 || STR_IS_IN_FOLD(value, words);
}

/* Small letters of `word`, with whatever blanks, dashes and underscores between. */
static bool is_spelling(str value, str word)
{
    size_t at = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (str_has_byte(STR(" -_"), value.ptr[i]))
            continue;
        if (at == word.len || byte_lower(value.ptr[i]) != word.ptr[at++])
            return false;
    }
    return at == word.len;
}

static bool is_isolation(str value)
{
    static const str words[] = {STR_INIT("repeatableread"), STR_INIT("readcommitted"),
        STR_INIT("readuncommitted"), STR_INIT("serializable")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (is_spelling(value, words[i]))
            return true;
    return value.len == 0;
}

static const struct value_rule values[] = {
    {STR_INIT("sslMode"), is_tls_mode},
    {STR_INIT("transactionIsolation"), is_isolation},
    {STR_INIT("useCatalogTerm,databaseTerm"), is_catalog_term},
    {STR_INIT(
         "defaultFetchSize,maxQuerySizeToLog,maxAllowedPacket,connectTimeout,tcpKeepIdle,tcpKeepCount,"
         "tcpKeepInterval,socketTimeout,prepStmtCacheSize,retriesAllDown,transactionReplaySize,maxPoolSize,"
         "minPoolSize,maxIdleTime,poolValidMinDelay"),
        str_is_digits},
    {STR_INIT(
         "autocommit,createDatabaseIfNotExist,useLocalSessionState,jdbcCompliantTruncation,permitRedirect,"
         "tcpKeepAlive,tcpAbortiveClose,allowMultiQueries,allowLocalInfile,rewriteBatchedStatements,"
         "useCompression,useAffectedRows,useBulkStmts,useBulkStmtsForInserts,disablePipeline,cachePrepStmts,"
         "useServerPrepStmts,disconnectOnExpiredPasswords,tinyInt1isBit,transformedBitIsBoolean,"
         "yearIsDateType,"
         "dumpQueriesOnException,transactionReplay,pool,registerJmxPool,useResetConnection,"
         "allowPublicKeyRetrieval,fallbackToSystemKeyStore,fallbackToSystemTrustStore,useMysqlMetadata,"
         "nullDatabaseMeansCurrent"),
        value_is_java_bool},
};

/* --- servers */

static enum dsn_error add_server(struct reader *reader, str host, str port)
{
    int32_t number = MARIADB_PORT;
    if (port.ptr && !port_parse(port, 1, false, &number))
        return reader_fail(reader, port.ptr, DSN_BAD_PORT);
    struct dsn_part port_part = port.ptr ? reader_part(reader, port, port) : (struct dsn_part){0};
    return reader_add_host(reader, reader_part(reader, host, host), port_part, number);
}

static enum dsn_error add_socket(struct reader *reader, struct dsn_part path)
{
    enum dsn_error error = reader_add_host(reader, path, (struct dsn_part){0}, 0);
    if (!error)
        vec_last(&reader->reading->hosts)->class = HOST_CLASS_SOCKET;
    return error;
}

/* host, host:port, [v6]:port */
static enum dsn_error read_simple(struct reader *reader, str member)
{
    if (member.len == 0)
        return reader_fail(reader, member.ptr, DSN_BAD_HOST);
    if (str_has_byte(member, '@')) /* the driver looks for no login here */
        return reader_fail(reader, member.ptr, DSN_BAD_USERINFO);
    if (member.ptr[0] != '[') {
        struct str_cut cut = str_cut_byte(member, ':');
        return add_server(reader, cut.head, cut.found ? str_cut_byte(cut.tail, ':').head : (str){0});
    }
    size_t close = str_find_byte(member, ']');
    if (close == STR_NONE)
        return reader_fail(reader, member.ptr, DSN_BAD_HOST);
    str after = str_skip(member, close + 1);
    return add_server(
        reader, str_slice(member, 1, close), str_starts(after, STR(":")) ? str_skip(after, 1) : (str){0});
}

/* What address=(key=value)… says of one server. */
struct place {
    str host, port, local;
};

static bool take_pair(str pair, struct place *place)
{
    static const str types[] = {
        STR_INIT("master"), STR_INIT("primary"), STR_INIT("slave"), STR_INIT("replica")};
    struct str_cut cut = str_cut_byte(pair, '=');
    str key = str_trim(cut.head), value = str_trim(cut.tail);
    if (value.len == 0)
        return false;
    if (str_eq_fold(key, STR("host")))
        place->host = str_trim_bytes(value, STR("[]"));
    else if (str_eq_fold(key, STR("port")))
        place->port = value;
    else if (str_eq_fold(key, STR("localSocket")) || str_eq_fold(key, STR("pipe")))
        place->local = value;
    else if (str_eq_fold(key, STR("type")))
        return STR_IS_IN_FOLD(value, types);
    else if (str_eq_fold(key, STR("sslMode")))
        return is_tls_mode(value);
    return true;
}

static enum dsn_error read_address(struct reader *reader, str groups)
{
    struct place place = {0};
    for (size_t open; (open = str_find_byte(groups, '(')) != STR_NONE;) {
        size_t close = str_find_byte(groups, ')');
        close = close == STR_NONE ? groups.len : close; /* the last one may stay open */
        if (close < open || !take_pair(str_slice(groups, open + 1, close), &place))
            return reader_fail(reader, groups.ptr, DSN_BAD_HOST);
        groups = str_skip(groups, close + 1);
    }
    if (place.local.len) /* whatever host is beside it */
        return add_socket(reader, reader_part(reader, place.local, place.local));
    if (place.host.len == 0)
        return reader_fail(reader, groups.ptr, DSN_BAD_HOST);
    return add_server(reader, place.host, place.port);
}

static enum dsn_error read_servers(struct reader *reader, str list)
{
    list = str_trim(list);
    while (list.len && list.ptr[list.len - 1] == ',') /* String.split() */
        list.len--;
    enum dsn_error error = DSN_OK;
    for (str member; list.len && !error && str_next(&list, ',', &member);)
        error =
            str_starts(member, STR("address=")) ? read_address(reader, member) : read_simple(reader, member);
    return error;
}

/* --- properties */

static const struct dsn_parameter *OR_NULL property(const struct reader *reader, str name)
{
    const str names[] = {name, {0}};
    const struct dsn_parameter *found = reader_parameter_fold(reader, names);
    return found && found->value.text.len ? found : NULL;
}

static enum dsn_error read_properties(struct reader *reader, str query)
{
    for (str pair; query.len && str_next(&query, '&', &pair);) {
        struct str_cut cut = str_cut_byte(pair, '=');
        str value = cut.found ? cut.tail : str_skip(pair, pair.len);
        enum dsn_error error = cut.head.len == 0
                                   ? DSN_OK
                                   : reader_add_parameter(reader, reader_part(reader, cut.head, cut.head),
                                         reader_part(reader, value, value));
        if (error)
            return error;
    }
    values_note(reader, values, ARRAY_COUNT(values), true);
    return DSN_OK;
}

static enum dsn_error use_properties(struct reader *reader)
{
    const struct dsn_parameter *user = property(reader, STR("user"));
    const struct dsn_parameter *password = property(reader, STR("password"));
    const struct dsn_parameter *local = property(reader, STR("localSocket"));
    if (user)
        reader->reading->user = user->value;
    if (password)
        reader->reading->password = password->value;
    if (local == NULL)
        local = property(reader, STR("pipe"));
    if (local == NULL)
        return DSN_OK;
    reader->reading->hosts.count = 0; /* every server is spoken to there */
    return add_socket(reader, local->value);
}

/* --- the whole */

/* Where the servers end: at a / after the addresses in parentheses, or at a ? before it. */
static size_t servers_end(str text)
{
    size_t from = 0;
    for (size_t at; (at = str_find(str_skip(text, from), STR("address=("))) != STR_NONE;) {
        size_t close = str_find_byte(str_skip(text, from + at), ')');
        if (close == STR_NONE)
            break;
        from += at + close + 1;
        while (str_starts(str_skip(text, from), STR("(")) &&
               (close = str_find_byte(str_skip(text, from), ')')) != STR_NONE)
            from += close + 1;
    }
    size_t slash = str_find_byte(str_skip(text, from), '/'), query = str_find_byte(text, '?');
    slash = slash == STR_NONE ? text.len : from + slash;
    return query != STR_NONE && query < slash ? query : slash;
}

enum dsn_error mariadb_j_read(struct reader *reader, str rest)
{
    static const str modes[] = {STR_INIT("replication"), STR_INIT("sequential"), STR_INIT("load-balance"),
        STR_INIT("loadbalance"), STR_INIT("load-balance-read"), STR_INIT("load_balance_read"),
        STR_INIT("failover"), STR_INIT("none"), STR_INIT("aurora")};
    size_t slashes = str_find(rest, STR("//"));
    if (slashes == STR_NONE)
        return reader_fail(reader, rest.ptr, DSN_MALFORMED);
    str mode = str_take(rest, slashes);
    mode = str_take(mode, str_find_byte(mode, ':'));
    if (mode.len && !STR_IS_IN_FOLD(mode, modes))
        return reader_fail(reader, rest.ptr, DSN_BAD_SCHEME);
    rest = str_skip(rest, slashes + 2);
    str servers = str_take(rest, servers_end(rest));
    struct str_cut cut = str_cut_byte(str_skip(rest, servers.len), '?');
    str database = str_skip(cut.head, 1);
    if (database.len)
        reader->reading->database = reader_part(reader, database, database);
    enum dsn_error error = read_properties(reader, cut.tail);
    if (!error)
        error = read_servers(reader, servers);
    return error ? error : use_properties(reader);
}
