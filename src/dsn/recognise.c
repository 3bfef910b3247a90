/* Whether the value of a variable is a connection string at all. */
#include "base/word.h"
#include "dsn/form.h"
#include "dsn/gomysql.h"
#include "dsn/hostlist.h"
#include "dsn/keyvalue.h"
#include "dsn/url.h"

/*
 * Words of names whose URLs are not connected to: what may call us, where we listen or are asked for our
 * health, where a browser is sent. Whole words: HEALTHCARE and ORIGINAL are about something else.
 */
static const str other_words[] = {STR_INIT("cors"), STR_INIT("origin"), STR_INIT("origins"),
    STR_INIT("allowed"), STR_INIT("trusted"), STR_INIT("whitelist"), STR_INIT("whitelisted"),
    STR_INIT("allowlist"), STR_INIT("allowlisted"), STR_INIT("no proxy"), STR_INIT("listen"),
    STR_INIT("listener"), STR_INIT("listeners"), STR_INIT("advertise"), STR_INIT("advertised"),
    STR_INIT("bind"), STR_INIT("binds"), STR_INIT("binding"), STR_INIT("bindings"), STR_INIT("redirect"),
    STR_INIT("redirects"), STR_INIT("redirecturi"), STR_INIT("redirecturl"), STR_INIT("callback"),
    STR_INIT("callbacks"), STR_INIT("callbackurl"), STR_INIT("health"), STR_INIT("healthz"),
    STR_INIT("healthcheck"), STR_INIT("healthchecks"), STR_INIT("liveness"), STR_INIT("readiness"),
    STR_INIT("aspnetcore urls"), STR_INIT("dotnet urls"), STR_INIT("kestrel")};

/* Last words of names that say "this connects somewhere". */
static const str connection_ends[] = {STR_INIT("url"), STR_INIT("uri"), STR_INIT("dsn"), STR_INIT("conninfo"),
    STR_INIT("connection string"), STR_INIT("connectionstring"), STR_INIT("connection"), STR_INIT("conn"),
    STR_INIT("connstr"), STR_INIT("conn str")};

/* Those that are written together with the word before them as well: DBURL, MONGOURI. */
static const str glued_ends[] = {
    STR_INIT("url"), STR_INIT("uri"), STR_INIT("dsn"), STR_INIT("connectionstring")};

/* Last words of names that hold host:port, one or more. */
static const str list_ends[] = {STR_INIT("brokers"), STR_INIT("broker"), STR_INIT("broker list"),
    STR_INIT("bootstrap servers"), STR_INIT("bootstrap server"), STR_INIT("bootstrapservers"),
    STR_INIT("bootstrapserver"), STR_INIT("servers"), STR_INIT("nodes"), STR_INIT("hosts"),
    STR_INIT("endpoints"), STR_INIT("endpoint"), STR_INIT("sentinels"), STR_INIT("seeds"),
    STR_INIT("contact points"), STR_INIT("contactpoints"), STR_INIT("peers"), STR_INIT("urls"),
    STR_INIT("addrs"), STR_INIT("zookeeper connect"), STR_INIT("url"), STR_INIT("uri"), STR_INIT("dsn")};

static bool is_other_name(const struct words *words)
{
    if (words_contain(words, STR("public origin")) || words_contain(words, STR("site origin")))
        return false; /* our own address, as others are told it */
    for (size_t i = 0; i < ARRAY_COUNT(other_words); i++)
        if (words_contain(words, other_words[i]))
            return true;
    return false;
}

static bool ends_with_any(str name, const struct words *words, const str *ends, size_t count)
{
    for (size_t i = 0; i < ARRAY_COUNT(glued_ends); i++)
        if (str_ends_fold(name, glued_ends[i]))
            return true;
    for (size_t i = 0; i < count; i++)
        if (words_end_with(words, words->count, ends[i]))
            return true;
    return false;
}

static bool has_blank(str text)
{
    return find_any(text, STR(" \t\r\n")) != STR_NONE;
}

static bool has_login(str text)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = str_skip(text, scheme == STR_NONE ? 0 : scheme + 3);
    str authority = str_take(rest, find_any(rest, STR("/?#")));
    size_t at = str_rfind_byte(authority, '@');
    return at != STR_NONE && str_has_byte(str_take(authority, at), ':');
}

/* Known data stores keep a raw blank in the password; everything else with a blank is prose. */
static bool recognise_url(str text, const struct form_match *match, bool name_helps)
{
    if (match->scheme == NULL)
        return !has_blank(text) && (name_helps || has_login(text));
    bool strict = match->family == FAMILY_HTTP || match->family == FAMILY_URL || match->family == FAMILY_S3;
    return !strict || !has_blank(text);
}

static bool recognise_file(str text, bool name_helps)
{
    str path = str_take(text, find_any(text, STR("?#")));
    return !has_blank(text) &&
           (name_helps || str_ends_fold(path, STR(".db")) || str_ends_fold(path, STR(".sqlite")) ||
               str_ends_fold(path, STR(".sqlite3")));
}

/* "addr=…,pool_size=100,db=0": whose pairs are parted by commas has a grammar of its own (Grafana's cache). */
static bool is_comma_list(str text)
{
    size_t pairs = 0;
    str pair;
    if (str_has_byte(text, ';'))
        return false;
    for (; str_next(&text, ',', &pair); pairs++)
        if (!str_has_byte(pair, '='))
            return false;
    return pairs > 1;
}

/* Two pairs that fit, or one under a name that helps. */
static bool recognise_pairs(str text, bool name_helps)
{
    size_t pairs = 0;
    str rest = text, pair;
    if (is_comma_list(text))
        return false;
    while (str_next(&rest, ';', &pair))
        pairs += str_has_byte(pair, '=');
    return pairs >= 2 || name_helps ||
           str_eq_fold(str_trim_bytes(text, STR("; ")), STR("UseDevelopmentStorage=true"));
}

bool dsn_recognise(str text, str name)
{
    if (find_any(text, STR(":=(")) == STR_NONE) /* each form needs one: most values end here */
        return false;
    struct form_match match = form_match(text, FAMILY_NONE, name);
    struct words words;
    if (text.len == 0 || match.form == FORM_NONE)
        return false;
    words_split(name, &words); /* a name with more words than fit is about all that it begins with */
    if (is_other_name(&words))
        return false;
    bool name_helps = ends_with_any(name, &words, connection_ends, ARRAY_COUNT(connection_ends));
    switch (match.form) {
    case FORM_URL: /* PLAINTEXT://kafka:9092 is a list of one */
        name_helps = name_helps || ends_with_any(name, &words, list_ends, ARRAY_COUNT(list_ends));
        return recognise_url(text, &match, name_helps);
    case FORM_JDBC:
        return !has_blank(text) || match.scheme != NULL;
    case FORM_FILE:
        return recognise_file(text, name_helps);
    case FORM_LIST:
        return match.scheme ? !has_blank(str_trim(text)) || match.scheme_text.len
                            : ends_with_any(name, &words, list_ends, ARRAY_COUNT(list_ends));
    case FORM_CONNINFO:
        return conninfo_recognise(text, name_helps);
    case FORM_PAIRS:
        return recognise_pairs(text, name_helps);
    case FORM_GO_MYSQL:
        return !has_blank(text);
    case FORM_TNS:
    case FORM_ENDPOINTS:
        return true;
    case FORM_NONE:
    case FORM_COUNT:
        break;
    }
    return false;
}
