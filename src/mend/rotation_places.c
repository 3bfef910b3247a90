#include "mend/rotation_places.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "facts/variable.h"
#include "mend/pooler_places.h"
#include "rule/credential.h"
#include "rule/start_script.h"

#define PLACES_TOLD      20                    /* of one file */
#define SCRIPT_BYTES_MAX ((size_t)1024 * 1024) /* what is longer is a dump of data */

/* What is known to belong together so far; grows until it does not. */
struct chain {
    struct arena *arena;
    const struct facts *facts;
    struct rotated *rotated;
    VEC(span) settings; /* that write the secret */
    VEC(const struct server *) servers;
    VEC(const struct connection *) connections;
    VEC(span) told;   /* places that are left, which was said */
    struct map hosts; /* names that those connections lead to, in small letters */
    size_t grown;     /* counts what was added */
};

/* A file that is opened for two variables is two sources. */
static bool is_same_place(const struct sources *sources, span a, span b)
{
    const struct source *one = source_of(sources, a), *other = source_of(sources, b);
    return one && other && a.offset == b.offset &&
           (one == other || (one->path.len > 0 && str_eq(one->path, other->path)));
}

static bool has_setting(const struct chain *chain, span at)
{
    vec_each(const span *, known, &chain->settings)
        if (is_same_place(chain->facts->sources, *known, at))
            return true;
    return false;
}

/* Where the bytes are written, and what is written around them where it is base64 of all of it. */
static struct rotated_place place_in(struct value_bytes bytes, str label)
{
    struct rotated_place place = {
        .at = value_locate(bytes.value, bytes.offset, bytes.length), .label = label};
    if (!span_is_set(place.at))
        place.at = bytes.value->at;
    const struct value *writer = value_writer(bytes.value, &bytes.offset, bytes.length);
    place.form = writer->is_base64 ? ROTATED_BASE64 : ROTATED_AS_IS;
    place.before = str_take(writer->text, bytes.offset);
    place.after = str_skip(writer->text, bytes.offset + bytes.length);
    return place;
}

static struct value_bytes whole(const struct value *value)
{
    return (struct value_bytes){value, 0, value->text.len};
}

/* `s3cr$et1` is read as `s3cr`: behind the new secret the rest of what somebody meant would stay. */
static void refuse_remains(struct chain *chain, struct value_bytes bytes, span at, str label)
{
    size_t offset = bytes.offset;
    const struct value *writer = value_writer(bytes.value, &offset, bytes.length);
    bool is_whole = bytes.length == writer->text.len;
    if (is_whole && writer->uses.count > 0 && at.source == writer->at.source && at.length < writer->at.length)
        chain->rotated->refusal = arena_join(chain->arena, label,
            STR(" holds a $ that its reader takes for a variable, of which nothing is left: mend that "
                "first"));
}

static void add_setting(struct chain *chain, struct value_bytes bytes, str label)
{
    if (!bytes.value)
        return;
    struct rotated_place place = place_in(bytes, label);
    if (has_setting(chain, place.at))
        return;
    refuse_remains(chain, bytes, place.at, label);
    vec_push(chain->arena, &chain->settings, place.at);
    vec_push(chain->arena, &chain->rotated->places, place);
    chain->grown++;
}

static bool holds(const struct chain *chain, const struct value *OR_NULL value)
{
    return value && value->set && str_eq(value->text, chain->rotated->old);
}

/* --- servers and those who log in there */

static bool has_server(const struct chain *chain, const struct server *server)
{
    vec_each(const struct server *const *, known, &chain->servers)
        if (*known == server)
            return true;
    return false;
}

static void add_service(struct chain *chain, const struct service *service)
{
    if (service && service->workload->active)
        str_vec_add_new(chain->arena, &chain->rotated->services, service_name(service));
}

static void add_login(struct chain *chain, struct rotated_login login)
{
    vec_each(const struct rotated_login *, known, &chain->rotated->logins)
        if (known->server == login.server && str_eq(known->place, login.place) &&
            str_eq(known->user, login.user))
            return;
    vec_push(chain->arena, &chain->rotated->logins, login);
}

static void add_server_login(struct chain *chain, const struct server *server, str user)
{
    str place = server->service ? service_name(server->service) : server->name;
    add_login(chain, (struct rotated_login){server, place, server->family, user});
}

/* At a server of which nobody here knows more than where it is. */
static void add_login_elsewhere(
    struct chain *chain, const struct connection *connection, const struct target *target)
{
    if (target->host.len == 0 || target->kind == TARGET_FILE || target->kind == TARGET_NONE)
        return;
    str port = arena_integer(chain->arena, target->port);
    bool has_port = target->port > 0 && target->kind != TARGET_SOCKET;
    str place = has_port ? arena_join(chain->arena, target->host, STR(":"), port) : target->host;
    add_login(chain, (struct rotated_login){NULL, place, connection->family, connection->user});
}

/* The server, its own setting of the secret, and the users that have it. */
static void add_server(struct chain *chain, const struct server *server)
{
    if (has_server(chain, server))
        return;
    vec_push(chain->arena, &chain->servers, server);
    chain->grown++;
    add_service(chain, server->service);
    if (server->host.len)
        map_set(chain->arena, &chain->hosts, arena_lower(chain->arena, server->host), chain);
    const struct value *own[] = {server->password, server->admin_password};
    for (size_t i = 0; i < ARRAY_COUNT(own); i++) {
        if (!holds(chain, own[i]))
            continue;
        const struct value *root = value_root(own[i]);
        str option =
            arena_join(chain->arena, STR("the password of `"), service_name(server->service), STR("`"));
        add_setting(chain, whole(own[i]),
            root->name.len     ? root->name
            : own[i]->name.len ? own[i]->name
                               : option);
        add_server_login(
            chain, server, own[i] == server->admin_password ? server_admin(server) : server->user_text);
    }
}

static bool has_connection(const struct chain *chain, const struct connection *connection)
{
    vec_each(const struct connection *const *, known, &chain->connections)
        if (*known == connection)
            return true;
    return false;
}

static void add_connection(struct chain *chain, const struct connection *connection)
{
    if (has_connection(chain, connection))
        return;
    vec_push(chain->arena, &chain->connections, connection);
    chain->grown++;
    add_service(chain, connection->service);
    const struct value *writer = connection_part_value(connection, PART_PASSWORD);
    const struct value *root = writer ? value_root(writer) : connection->variable->root;
    add_setting(
        chain, connection_bytes(connection, PART_PASSWORD), root->name.len ? root->name : connection->label);
    vec_each(const struct target *, target, &connection->targets) {
        if (target->host.len)
            map_set(chain->arena, &chain->hosts, arena_lower(chain->arena, target->host), chain);
        if (!target->server) {
            add_login_elsewhere(chain, connection, target);
            continue;
        }
        add_server(chain, target->server);
        add_server_login(chain, target->server, connection->user);
    }
}

static bool leads_to_known(const struct chain *chain, const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if ((target->server && has_server(chain, target->server)) ||
            map_has(&chain->hosts, arena_lower(chain->arena, target->host)))
            return true;
    return false;
}

/* A pooler hands on what it is handed: who logs in with it does so with the same secret. */
static bool is_pooler_of_known(const struct chain *chain, const struct server *server)
{
    const struct image_info *image = server->service ? server->service->image : NULL;
    if (!image || image->kind != IMAGE_POOLER)
        return false;
    vec_each(const struct connection *const *, connection, &chain->connections)
        if ((*connection)->service == server->service)
            return true;
    return false;
}

/* `minio`, `minio:9000`, `http://minio:9000/bucket`. */
static bool is_address_of(str text, str host)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = scheme == STR_NONE ? text : str_skip(text, scheme + 3);
    return host.len > 0 && str_starts(rest, host) &&
           (rest.len == host.len || rest.ptr[host.len] == ':' || rest.ptr[host.len] == '/');
}

static str first_word(str name)
{
    return str_cut_byte(name, '_').head;
}

/* The program is handed where the server is, and in a variable of the kin as whom to log in there. */
static bool knows_login(const struct service *service, const struct server *server, str name)
{
    bool has_host = false, has_user = false;
    vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set)
            continue;
        has_host |= is_address_of(value->text, server->host);
        has_user |=
            str_eq(value->text, server->user_text) && str_eq(first_word(value->name), first_word(name));
    }
    return has_host && has_user;
}

/* Variables that make no set we know, such as the keys of an object store. */
static void grow_by_login(
    struct chain *chain, const struct variable *variable, const struct service *OR_NULL service)
{
    str name = variable->value->name, root = value_root(variable->value)->name;
    vec_each(const struct server *const *, server, &chain->servers) {
        if (!service || (*server)->service == service || !knows_login(service, *server, name))
            continue;
        add_setting(chain, whole(variable->value), root.len ? root : name);
        add_service(chain, service);
    }
}

static void grow_by_logins(struct chain *chain)
{
    vec_each(struct variable *const *, row, &chain->facts->variables) {
        const struct variable *variable = *row;
        if (variable->is_connection || !variable->secret || !holds(chain, variable->value))
            continue;
        grow_by_login(chain, variable, variable->service);
        vec_each(const struct holder *, holder, &variable->holders)
            grow_by_login(chain, variable, holder->service);
    }
}

static void grow(struct chain *chain)
{
    grow_by_logins(chain);
    vec_each(struct server *const *, row, &chain->facts->servers) {
        const struct server *server = *row;
        bool is_own =
            (holds(chain, server->password) && has_setting(chain, value_place(server->password))) ||
            (holds(chain, server->admin_password) && has_setting(chain, value_place(server->admin_password)));
        if (is_own || is_pooler_of_known(chain, server))
            add_server(chain, server);
    }
    vec_each(struct connection *const *, row, &chain->facts->connections) {
        const struct connection *connection = *row;
        bool has_it = connection->has_password && str_eq(connection->password, chain->rotated->old);
        if (has_it && (has_setting(chain, connection_locate(connection, PART_PASSWORD)) ||
                          leads_to_known(chain, connection)))
            add_connection(chain, connection);
    }
}

/* A connection string of a program that does not start: its profile will be on some day. */
static void grow_asleep(struct chain *chain, const struct value *value)
{
    if (!value->set || !dsn_recognise(value->text, value->name))
        return;
    const struct dsn *dsn = facts_dsn(chain->facts, value->text, value->name);
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        const struct dsn_part *password = &reading->password;
        if (!reading->likely || reading->error != DSN_OK || !password->present ||
            !str_eq(password->text, chain->rotated->old))
            continue;
        vec_each(const struct dsn_host *, host, &reading->hosts)
            if (map_has(&chain->hosts, arena_lower(chain->arena, host->host.text)))
                add_setting(
                    chain, (struct value_bytes){value, password->offset, password->length}, value->name);
        return;
    }
}

static void look_into_asleep(struct chain *chain)
{
    const struct deployment *deployment = chain->facts->deployment;
    for (size_t i = 0; deployment && i < deployment->workloads.count; i++) {
        const struct workload *workload = deployment->workloads.items[i];
        vec_each(const struct map_entry *, entry, &workload->environment.map.entries)
            if (!workload->active && !entry->removed)
                grow_asleep(chain, entry->value);
    }
}

/* --- where it begins */

static bool is_named(const struct value *value, str variable)
{
    return str_eq(value->name, variable) || str_eq(value_root(value)->name, variable);
}

static void begin_with(
    struct chain *chain, str secret, struct value_bytes bytes, str label, const struct service *service)
{
    if (chain->rotated->old.len == 0)
        chain->rotated->old = secret;
    if (!str_eq(chain->rotated->old, secret))
        return;
    add_setting(chain, bytes, label);
    add_service(chain, service);
}

static void begin(struct chain *chain, str variable)
{
    const struct facts *facts = chain->facts;
    vec_each(struct connection *const *, row, &facts->connections)
        if ((*row)->dsn && (*row)->has_password && is_named((*row)->variable->value, variable))
            begin_with(chain, (*row)->password, connection_bytes(*row, PART_PASSWORD), variable, NULL);
    vec_each(struct variable *const *, row, &facts->variables) {
        const struct variable *known = *row;
        if (known->is_connection || !is_named(known->value, variable) || !known->value->set)
            continue;
        begin_with(chain, known->value->text, whole(known->value), variable, known->service);
        vec_each(const struct holder *, holder, &known->holders)
            add_service(chain, holder->service);
    }
    vec_each(const struct secret_file *, file, &facts->secret_files)
        if (file->content && (str_eq(file->name, variable) || str_eq(file->pointer->name, variable)))
            begin_with(chain, file->content->text, whole(file->content), file->name, file->service);
}

/* Whoever opens a file that holds the secret is handed it, whatever the program makes of it. */
static void find_openers(struct chain *chain)
{
    vec_each(const struct secret_file *, file, &chain->facts->secret_files)
        if (file->content && has_setting(chain, value_place(file->content)))
            add_service(chain, file->service);
}

/* --- what is not reached */

static void say(struct chain *chain, str sentence)
{
    str_vec_add_new(chain->arena, &chain->rotated->unseen, sentence);
}

/* True once for each place. */
static bool is_news(struct chain *chain, span at)
{
    vec_each(const span *, known, &chain->told)
        if (is_same_place(chain->facts->sources, *known, at))
            return false;
    vec_push(chain->arena, &chain->told, at);
    return !has_setting(chain, at);
}

/* The same bytes where nothing says that they must agree. */
static void find_equals(struct chain *chain)
{
    vec_each(struct variable *const *, row, &chain->facts->variables) {
        const struct variable *variable = *row;
        if (!variable->is_connection && variable->secret && holds(chain, variable->value) &&
            is_news(chain, value_place(variable->value)))
            say(chain, arena_join(chain->arena, variable->value->name,
                           STR(" holds the same secret and is left: nothing says that the two must agree")));
    }
    vec_each(struct connection *const *, row, &chain->facts->connections) {
        const struct connection *connection = *row;
        if (connection->has_password && str_eq(connection->password, chain->rotated->old) &&
            is_news(chain, connection_locate(connection, PART_PASSWORD)))
            say(chain, arena_join(chain->arena, connection->label,
                           STR(" holds the same secret and is left: it leads to another server")));
    }
}

static bool is_in_a_place(const struct chain *chain, span at)
{
    vec_each(const struct rotated_place *, place, &chain->rotated->places)
        if (at.offset >= place->at.offset && at.offset < place->at.offset + place->at.length &&
            is_same_place(chain->facts->sources, (span){at.source, place->at.offset, 0}, place->at))
            return true;
    return false;
}

/* Health checks, JSON in a variable, comments: whoever reads them is not known. */
static void find_bytes(struct chain *chain, const struct source *source)
{
    const struct sources *sources = chain->facts->sources;
    str old = chain->rotated->old, rest = source->text;
    size_t count = 0;
    for (size_t at; (at = str_find(rest, old)) != STR_NONE; rest = str_skip(rest, at + old.len)) {
        span place = span_make(source->id, (size_t)(rest.ptr - source->text.ptr) + at, old.len);
        if (is_in_a_place(chain, place) || !is_news(chain, place))
            continue;
        if (++count > PLACES_TOLD) {
            say(chain, arena_concat(chain->arena, source->name, STR(" has the old secret in more places")));
            return;
        }
        str line = arena_unsigned(chain->arena, source_position(sources, source->id, place.offset).line);
        say(chain, arena_join(chain->arena, source->name, STR(":"), line,
                       STR(" has the old secret in it and is left: look what it is there for")));
    }
}

static void find_everywhere(struct chain *chain)
{
    enum { BYTES_THAT_TELL = 8 }; /* shorter ones are in other words by chance */
    vec_each(struct source *const *, source, &chain->facts->sources->items)
        if (chain->rotated->old.len >= BYTES_THAT_TELL && (*source)->path.len > 0 &&
            (*source)->kind != SOURCE_BUILTIN && (*source)->kind != SOURCE_ENVIRONMENT)
            find_bytes(chain, *source);
}

static void find_in_script(struct chain *chain, str path)
{
    const struct host *host = chain->facts->host;
    struct host_file file = host->read(host->self, chain->arena, path, SCRIPT_BYTES_MAX);
    str here = host->current_directory(host->self, chain->arena);
    if (file.status == HOST_OK && str_contains(file.text, chain->rotated->old))
        say(chain, arena_join(chain->arena, path_relative(chain->arena, here, path),
                       STR(" has the old secret in it and is left: a new server would be made with it")));
}

/* What makes the roles of a server that is new. */
static void find_start_scripts(struct chain *chain)
{
    const struct host *host = chain->facts->host;
    vec_each(const struct server *const *, server, &chain->servers) {
        if (!(*server)->service)
            continue;
        vec_each(const struct workload_mount *, mount, &(*server)->service->workload->mounts) {
            if (!mount->bind || !str_starts(mount->target, STR(START_SCRIPTS_DIRECTORY)))
                continue;
            struct host_entries entries = host->list(host->self, chain->arena, mount->source);
            if (entries.status != HOST_OK)
                find_in_script(chain, mount->source);
            vec_each(const struct host_entry *, entry, &entries.list)
                if (!entry->is_directory)
                    find_in_script(chain, path_join(chain->arena, mount->source, entry->name));
        }
    }
}

static void find_hidden(struct chain *chain)
{
    const struct deployment *deployment = chain->facts->deployment;
    for (size_t i = 0; deployment && i < deployment->secrets.count; i++)
        if (deployment->secrets.items[i]->external)
            say(chain, arena_join(chain->arena, STR("the secret `"), deployment->secrets.items[i]->name,
                           STR("` is made elsewhere")));
    for (size_t i = 0; deployment && i < deployment->workloads.count; i++) {
        const struct workload *workload = deployment->workloads.items[i];
        vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
            const struct value *value = entry->value;
            if (!entry->removed && value->is_hidden)
                say(chain, arena_join(chain->arena, value->name, STR(" of `"), workload->name,
                               STR("` is set and cannot be seen here")));
        }
    }
    vec_each(struct connection *const *, row, &chain->facts->connections)
        if ((*row)->dsn && (*row)->dsn->indirect)
            say(chain, arena_join(chain->arena, (*row)->label,
                           STR(" names a service or a data source that is described elsewhere")));
}

/* Places out of reach make the whole out of reach: a part of it would lock somebody out. */
static void refuse_unreachable(struct chain *chain)
{
    vec_each(const struct rotated_place *, place, &chain->rotated->places) {
        const struct source *source = source_of(chain->facts->sources, place->at);
        bool is_text = source && source->kind != SOURCE_BUILTIN && source->kind != SOURCE_ARGUMENT &&
                       source->kind != SOURCE_ENVIRONMENT;
        if (is_text && source->path.len == 0)
            chain->rotated->refusal = arena_join(chain->arena, place->label, STR(" is in "), source->name,
                STR(", a text within another file: make it a file of its own"));
        else if (!is_text)
            chain->rotated->refusal = arena_join(chain->arena, place->label,
                STR(" comes from the process environment, which wins over files: rotate it where it is "
                    "exported"));
        else if (str_eq(source->path, STR("-")))
            chain->rotated->refusal = STR("standard input cannot be written");
    }
}

struct rotated rotation_places(struct arena *arena, const struct facts *facts, str variable)
{
    struct rotated rotated = {0};
    struct chain chain = {.arena = arena, .facts = facts, .rotated = &rotated};
    begin(&chain, variable);
    if (chain.settings.count == 0) {
        rotated.refusal = arena_join(arena, STR("nothing here sets "), variable);
        return rotated;
    }
    if (rotated.old.len == 0) {
        rotated.refusal = arena_join(arena, variable, STR(" is empty: there is no secret to replace"));
        return rotated;
    }
    if (credential_is_pointer(rotated.old)) {
        rotated.refusal =
            arena_join(arena, variable, STR(" names where the secret is, not the secret itself"));
        return rotated;
    }
    for (size_t before = 0; before != chain.grown;) {
        before = chain.grown;
        grow(&chain);
    }
    look_into_asleep(&chain);
    find_openers(&chain);
    vec_each(const struct rotated_login *, login, &rotated.logins)
        pooler_places(arena, facts, login->user, &rotated);
    find_equals(&chain);
    find_everywhere(&chain);
    find_start_scripts(&chain);
    find_hidden(&chain);
    refuse_unreachable(&chain);
    return rotated;
}
