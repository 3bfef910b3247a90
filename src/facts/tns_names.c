#include "facts/tns_names.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "dsn/family.h"
#include "text/reads.h"

/* TNS_ADMIN of the string itself, as JDBC's thin driver takes it, or of the program's environment. */
static str admin_directory(const struct dsn *dsn, const struct workload *workload)
{
    static const str name = STR_INIT("TNS_ADMIN");
    struct str_cut own = str_cut(dsn->text, STR("?TNS_ADMIN="));
    const struct value *value = env_get(&workload->environment, name);
    if (own.found)
        return str_cut_byte(own.tail, '&').head;
    return value && value->set ? value->text : STR("");
}

static str read_names(struct facts *facts, const struct workload *workload, str directory)
{
    str path = arena_concat(facts->arena,
        str_ends(directory, STR("/")) ? directory : arena_concat(facts->arena, directory, STR("/")),
        STR("tnsnames.ora"));
    struct workload_path place = workload_path(facts->arena, facts->deployment, workload, path);
    if (place.kind == PATH_CONTENT)
        return place.resource->content;
    if (place.kind != PATH_FILE)
        return STR("");
    struct host_file file = reads_file(
        facts->sources, facts->host, facts->arena, place.file, limit_value(LIMIT_FILE_BYTES), place.at);
    return file.status == HOST_OK ? file.text : STR("");
}

/* The end of what begins with a parenthesis: the one that closes it, or the end of the text. */
static size_t group_end(str text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        depth += text.ptr[i] == '(';
        depth -= text.ptr[i] == ')' && depth > 0;
        if (depth == 0)
            return i + 1;
    }
    return text.len;
}

/* One of the names before a =, with or without the domain that sqlnet.ora adds. */
static bool is_among(str names, str alias)
{
    for (str name; str_next(&names, ',', &name);) {
        name = str_trim(name);
        bool has_domain = name.len > alias.len && name.ptr[alias.len] == '.';
        if (str_eq_fold(name, alias) || (has_domain && str_eq_fold(str_take(name, alias.len), alias)))
            return true;
    }
    return false;
}

/* NAME[, NAME] = (DESCRIPTION=…), # before a comment. */
static str find_descriptor(str text, str alias)
{
    for (text = str_trim_start(text); text.len; text = str_trim_start(text)) {
        if (text.ptr[0] == '#') {
            text = str_cut_byte(text, '\n').tail;
            continue;
        }
        struct str_cut cut = str_cut_byte(text, '=');
        str value = str_trim_start(cut.tail);
        bool is_group = value.len && value.ptr[0] == '(';
        size_t end = is_group ? group_end(value) : str_take(value, str_find_byte(value, '\n')).len;
        if (is_group && is_among(cut.head, alias))
            return str_take(value, end);
        text = str_skip(value, end);
    }
    return STR("");
}

static void put_hosts(
    struct facts *facts, dsn_hosts *hosts, const dsn_hosts *found, const struct dsn_part *at)
{
    *hosts = (dsn_hosts){0};
    vec_each(const struct dsn_host *, it, found) {
        struct dsn_host host = *it;
        host.host.offset = at->offset;
        host.host.length = at->length;
        host.port_part = (struct dsn_part){0};
        vec_push(facts->arena, hosts, host);
    }
}

/* What stands for a name: a host without port and database, or with no host the database. */
static const struct dsn_part *OR_NULL alias_of(const struct dsn *dsn)
{
    if (!dsn->family || !dsn->family->aliases || dsn->error != DSN_OK)
        return NULL;
    if (dsn->hosts.count == 0)
        return dsn->database.present && !str_has_byte(dsn->database.text, '(') ? &dsn->database : NULL;
    return dsn->vague_host ? &dsn->hosts.items[0].host : NULL;
}

struct dsn *tns_names_resolve(struct facts *facts, struct dsn *dsn, const struct service *service)
{
    const struct dsn_part *alias = alias_of(dsn);
    if (!alias || !service)
        return dsn;
    str directory = admin_directory(dsn, service->workload);
    str names = path_is_absolute(directory) ? read_names(facts, service->workload, directory) : STR("");
    str descriptor = names.len ? find_descriptor(names, alias->text) : STR("");
    if (descriptor.len == 0)
        return dsn;
    const struct dsn *found = dsn_parse(facts->arena, descriptor, dsn->family, STR(""));
    if (found->error != DSN_OK || found->hosts.count == 0)
        return dsn;
    struct dsn *resolved = arena_new(facts->arena, struct dsn);
    *resolved = *dsn;
    resolved->vague_host = false;
    put_hosts(facts, &resolved->hosts, &found->hosts, alias);
    resolved->readings.items = NULL;
    resolved->readings.count = resolved->readings.capacity = 0;
    vec_each(const struct dsn_reading *, it, &dsn->readings) {
        struct dsn_reading reading = *it;
        put_hosts(facts, &reading.hosts, &found->hosts, alias);
        vec_push(facts->arena, &resolved->readings, reading);
    }
    return resolved;
}
