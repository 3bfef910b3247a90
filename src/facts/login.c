#include "facts/login.h"

#include "env/file_form.h"
#include "facts/secret_file.h"

/* What the program that connects is handed. */
static const struct env *environment_of(const struct facts *facts, const struct connection *connection)
{
    return connection->service ? &connection->service->workload->environment : &facts->environment;
}

const struct value *login_variable(const struct facts *facts, const struct connection *connection, str name)
{
    const struct env *env = environment_of(facts, connection);
    const struct value *value = env_get(env, name);
    if (value)
        return value->set || value->is_hidden ? value : NULL;
    const struct value *named = env_get(env, file_form_of(facts->arena, name));
    value = connection->service ? secret_file_value(facts, connection->service, name) : NULL;
    if (value || !named || !(named->set || named->is_hidden))
        return value;
    struct value *unseen = arena_new(facts->arena, struct value); /* a file that is not there, or elsewhere */
    *unseen = (struct value){.name = name, .at = named->at, .origin = named->origin, .is_hidden = true};
    return unseen;
}

static bool is_separator(char byte)
{
    return byte == '_' || byte == '.' || byte == '-' || byte == ':';
}

/* "SPRING_DATASOURCE_URL" before its last word, with what parts them: "SPRING_DATASOURCE_" and "URL". */
static bool cut_word(str name, str *ret_before, str *ret_word)
{
    size_t at = name.len;
    while (at && !is_separator(name.ptr[at - 1]))
        at--;
    *ret_before = str_take(name, at);
    *ret_word = str_skip(name, at);
    return at > 1;
}

/* One of the words after the beginning, written as the word that was there. */
static const struct value *beside(const struct facts *facts, const struct connection *connection, str before,
    str model, const str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str word = arena_cased_like(facts->arena, words[i], model);
        const struct value *value =
            login_variable(facts, connection, arena_concat(facts->arena, before, word));
        if (value)
            return value;
    }
    return NULL;
}

/* Where it leads, clients send the very key that the server was given. */
static bool takes_keys(const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if (!target->server || !target->server->service || !target->server->service->image ||
            !target->server->service->image->has_keys)
            return false;
    return connection->targets.count > 0;
}

struct login login_beside(const struct facts *facts, const struct connection *connection)
{
    static const str leading[] = {STR_INIT("URL"), STR_INIT("URI"), STR_INIT("DSN"), STR_INIT("HOST"),
        STR_INIT("HOSTS"), STR_INIT("HOSTNAME"), STR_INIT("ENDPOINT"), STR_INIT("ENDPOINTS"),
        STR_INIT("ADDR"), STR_INIT("ADDRESS"), STR_INIT("ADDRESSES"), STR_INIT("SERVER"), STR_INIT("SERVERS"),
        STR_INIT("NODE"), STR_INIT("NODES")};
    static const str fillings[] = {STR_INIT("JDBC"), STR_INIT("CONNECTION"), STR_INIT("URL")};
    static const str users[] = {
        STR_INIT("USERNAME"), STR_INIT("USER"), STR_INIT("USER_NAME"), STR_INIT("LOGIN")};
    static const str passwords[] = {
        STR_INIT("PASSWORD"), STR_INIT("PASS"), STR_INIT("PWD"), STR_INIT("PASSWD")};
    static const str keys[] = {STR_INIT("API_KEY"), STR_INIT("APIKEY")};
    struct login login = {0};
    bool is_named = connection->has_user && connection->user.len > 0;
    bool wants_password = !connection->has_password && (!connection->dsn || !is_named);
    str before, model, word;
    bool goes_on =
        cut_word(connection->variable->value->name, &before, &model) && STR_IS_IN_FOLD(model, leading);
    while (goes_on) {
        if (!is_named && !login.user)
            login.user = beside(facts, connection, before, model, users, ARRAY_COUNT(users));
        if (wants_password && !login.password)
            login.password = beside(facts, connection, before, model, passwords, ARRAY_COUNT(passwords));
        if (wants_password && !login.password && takes_keys(connection))
            login.password = beside(facts, connection, before, model, keys, ARRAY_COUNT(keys));
        while (before.len && is_separator(before.ptr[before.len - 1]))
            before.len--;
        goes_on = cut_word(before, &before, &word) && STR_IS_IN_FOLD(word, fillings);
    }
    return login;
}
