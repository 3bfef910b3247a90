#include "facts/connection.h"
#include "facts/tns_names.h"

#include "base/percent.h"
#include "facts/variable.h"

#include <stdlib.h>

/* The reading that speaks for the whole: the first likely one that is no error, else the family's own. */
static const struct dsn_reading *main_reading(const struct dsn *dsn)
{
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        if (reading->likely && reading->error == DSN_OK)
            return reading;
    return NULL;
}

/* What is spoken to in a store's own protocol holds data; a URL of the web may lead to any program. */
static bool is_store(const struct dsn_family *family)
{
    return family && !family->file && !family->is_program;
}

static void add_dsn(
    struct facts *facts, struct variable *variable, struct dsn *dsn, const struct service *service)
{
    struct connection *connection = arena_new(facts->arena, struct connection);
    dsn = tns_names_resolve(facts, dsn, service);
    const struct dsn_reading *reading = main_reading(dsn);
    const struct dsn_part *user = reading ? &reading->user : &dsn->user;
    const struct dsn_part *password = reading ? &reading->password : &dsn->password;
    const struct dsn_part *database = reading ? &reading->database : &dsn->database;
    *connection = (struct connection){
        .variable = variable,
        .dsn = dsn,
        .service = service,
        .label = variable->value->name,
        .family = family_id_of(dsn->family),
        .to_store = is_store(dsn->family),
        .user = user->text,
        .password = password->text,
        .database = database->text,
        .has_user = user->present,
        .has_password = password->present,
        .has_database = database->present,
    };
    const struct dsn_part *parts[PART_COUNT] = {
        [PART_USER] = user, [PART_PASSWORD] = password, [PART_DATABASE] = database};
    for (int part = PART_USER; part < PART_COUNT; part++)
        connection->hides[part] =
            parts[part] && value_hides(variable->value, parts[part]->offset, parts[part]->length);
    vec_push(facts->arena, &facts->connections, connection);
    variable->string = variable->string ? variable->string : connection;
}

/* "0.0.0.0:8000" alone: an address to listen on, whatever its variable is called. */
static bool is_listen_address(struct arena *arena, str text)
{
    return connection_holds_hosts(arena, text, false) && !connection_holds_hosts(arena, text, true);
}

static void gather_dsns(struct facts *facts)
{
    for (size_t i = 0; i < facts->variables.count; i++) {
        struct variable *variable = facts->variables.items[i];
        const struct value *value = variable->value;
        /* What has a driver is a connection, whatever type is declared. */
        const struct config_var *row = variable->declared;
        bool declared = row && (row->type == TYPE_DSN || row->driver.text.len);
        variable->is_connection =
            value->text.len && (declared || (dsn_recognise(value->text, value->name) &&
                                                !is_listen_address(facts->arena, value->text)));
        if (!variable->is_connection)
            continue;
        struct dsn *dsn = facts_dsn(facts, value->text, value->name);
        vec_each(const struct holder *, holder, &variable->holders)
            add_dsn(facts, variable, dsn, holder->service);
        /* ${BASE_URL}/orders: what is put together from it is judged, wherever its bytes stand. */
        if (variable->holders.count == 0 && !variable->is_part)
            add_dsn(facts, variable, dsn, NULL);
    }
}

/* Where a connection string begins in a word of a command: after OPTION=, after a quote. */
static str string_in_word(str word)
{
    str text = str_trim_bytes(word, STR("'\""));
    size_t scheme = str_find(text, STR("://"));
    size_t equals = scheme == STR_NONE ? STR_NONE : str_rfind_byte(str_take(text, scheme), '=');
    if (scheme == STR_NONE || str_has_byte(text, '$'))
        return STR("");
    return str_trim_bytes(str_skip(text, equals == STR_NONE ? 0 : equals + 1), STR("'\""));
}

/* `celery -b amqp://…`: in a store's own protocol alone; URLs of the web are asked for health and more. */
static void gather_word_dsns(struct facts *facts, const struct service *service, const struct value *words)
{
    str rest = words->text, word;
    while (str_next_word(&rest, &word)) {
        str text = string_in_word(word);
        struct dsn *dsn = text.len && dsn_recognise(text, STR("")) ? facts_dsn(facts, text, STR("")) : NULL;
        if (!dsn || !is_store(dsn->family))
            continue;
        size_t from = (size_t)(text.ptr - words->text.ptr);
        struct variable *variable = arena_new(facts->arena, struct variable);
        variable->value = value_slice(facts->arena, words, from, from + text.len);
        variable->root = variable->value;
        variable->service = service;
        variable->is_connection = true;
        vec_push(facts->arena, &variable->holders,
            ((struct holder){.service = service, .value = variable->value}));
        add_dsn(facts, variable, dsn, service);
        facts->connections.items[facts->connections.count - 1]->label =
            arena_printf(facts->arena, "the command of `" STR_FMT "`", STR_ARG(service_name(service)));
    }
}

/* A store's own container talks to itself. */
static void gather_command_dsns(struct facts *facts, const struct service *service)
{
    const struct workload *workload = service->workload;
    if (service->holds_data)
        return;
    for (size_t i = 0; i < workload->entrypoint.count; i++)
        gather_word_dsns(facts, service, workload->entrypoint.items[i]);
    for (size_t i = 0; i < workload->command.count; i++)
        gather_word_dsns(facts, service, workload->command.items[i]);
}

struct env_scope {
    const struct env *inner, *outer;
};

static struct template_value scope_get(void *self, str name)
{
    const struct env_scope *scope = self;
    const struct value *value = env_get_set(scope->inner, name);
    if (!value && scope->outer)
        value = env_get_set(scope->outer, name);
    if (!value)
        value = value_stand_in(env_get(scope->inner, name));
    if (!value)
        return (struct template_value){.found = false};
    return (struct template_value){.found = true, .text = value->text, .from = value};
}

/*
 * Parts of a derived connection string are values, never URL text: each is percent-encoded as the grammar of
 * userinfo and path needs, so that a password with `@` stays a password. Escaped parts lose byte-exact spans.
 */
struct encoding_scope {
    struct env_scope env;
    struct arena *arena;
};

static struct template_value encoded_get(void *self, str name)
{
    struct encoding_scope *scope = self;
    struct template_value value = scope_get(&scope->env, name);
    struct buf out = buf_new(scope->arena, SIZE_MAX / 4);
    percent_encode(&out, value.text, STR("/"), true);
    if (value.found)
        value.text = buf_view(&out);
    return value;
}

static void derive(struct facts *facts, struct diags *diags, const struct config_derive *row,
    const struct env *env, const struct service *service)
{
    const struct config_text *text = &row->template;
    struct env_scope inner = {.inner = env};
    struct encoding_scope scope = {.env = inner, .arena = facts->arena};
    bool is_url = str_contains(text->text, STR("://"));
    struct template_scope encoded = {.self = &scope, .get = encoded_get};
    struct template_scope plain = {.self = &inner, .get = scope_get};
    struct pieces origin = {0};
    pieces_add(facts->arena, &origin, text->text.len, text->at, NULL);
    struct template_result result =
        template_expand(facts->arena, text->text, &origin, is_url ? &encoded : &plain);
    if (result.error != TEMPLATE_OK) {
        diag_add(diags, STR("config-syntax"), SEVERITY_ERROR, result.error_at,
            "`" STR_FMT "` cannot be put together", STR_ARG(row->name))
            ->fatal = true;
        return;
    }
    struct value *value = arena_new(facts->arena, struct value);
    *value = (struct value){.name = row->name,
        .text = result.text,
        .set = true,
        .origin = ORIGIN_DERIVED,
        .at = text->at,
        .key = row->key,
        .pieces = result.pieces};
    value->uses.items = result.uses.items;
    value->uses.count = result.uses.count;
    variable_add(facts, value, service)->derived = true;
}

/* True when the environment sets one of the variables that the template asks for. */
static bool feeds(struct arena *arena, const struct env *env, str template)
{
    struct env_scope inner = {.inner = env};
    struct template_scope scope = {.self = &inner, .get = scope_get};
    struct template_result result = template_expand(arena, template, NULL, &scope);
    vec_each(const struct template_use *, use, &result.uses)
        if (env_get_set(env, use->name))
            return true;
    return false;
}

/* A derived value belongs to the services that are handed its parts; to the deployment where none is. */
static void gather_derived(struct facts *facts, struct diags *diags, const struct env *file_environment)
{
    vec_each(const struct config_derive *, row, &facts->config->derive) {
        bool owned = false;
        vec_each(struct service *const *, service, &facts->services) {
            const struct workload *workload = (*service)->workload;
            if (!workload->active || (*service)->image ||
                !feeds(facts->arena, &workload->environment, row->template.text))
                continue;
            derive(facts, diags, row, &workload->environment, *service);
            owned = true;
        }
        if (!owned)
            derive(facts, diags, row, file_environment, NULL);
    }
}

/* Programs of the project before known images, each by name: the first of a kind is the one that is told. */
static int compare_services(const void *left, const void *right)
{
    const struct service *a = *(const struct service *const *)left,
                         *b = *(const struct service *const *)right;
    bool a_known = a->image != NULL, b_known = b->image != NULL;
    return a_known != b_known ? a_known - b_known : str_compare(service_name(a), service_name(b));
}

bool connection_is_web(const struct connection *connection)
{
    return connection->family == FAMILY_HTTP;
}

void connections_gather(struct facts *facts, struct diags *diags, const struct env *file_environment)
{
    gather_derived(facts, diags, file_environment);
    gather_dsns(facts);
    connection_sets_gather(facts, file_environment, NULL);
    const struct service **services =
        arena_array(facts->arena, const struct service *, facts->services.count);
    for (size_t i = 0; i < facts->services.count; i++)
        services[i] = facts->services.items[i];
    qsort(services, facts->services.count, sizeof *services, compare_services);
    for (size_t i = 0; i < facts->services.count; i++)
        if (services[i]->workload->active) {
            connection_sets_gather(facts, &services[i]->workload->environment, services[i]);
            gather_command_dsns(facts, services[i]);
        }
}
