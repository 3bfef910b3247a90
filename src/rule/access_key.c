#include "rule/access_key.h"

#include "base/word.h"
#include "rule/scope.h"

/* Whether the name is an access key's, and the secret key that belongs to it stands beside it. */
static bool has_secret_key(struct check_run *run, const struct env *env, str name)
{
    static const str secrets[] = {
        STR_INIT("SECRET_KEY"), STR_INIT("SECRET_ACCESS_KEY"), STR_INIT("ACCESS_SECRET"), STR_INIT("SECRET")};
    str access = STR("ACCESS_KEY");
    if (!str_ends(name, access) || str_ends(name, secrets[1]))
        return false;
    str prefix = str_take(name, name.len - access.len);
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
        str secret = arena_concat(run->arena, prefix, secrets[i]);
        if (env_get(env, secret) || scope_variable(run->facts, secret))
            return true;
    }
    return false;
}

bool access_key_names_account(struct check_run *run, const struct variable *variable)
{
    const struct env *env =
        variable->service ? &variable->service->workload->environment : &run->facts->environment;
    const struct value *root = variable->root;
    return has_secret_key(run, env, variable->value->name) || (root && has_secret_key(run, env, root->name));
}

/* The words of a key's name before what it is: AWS_ of AWS_SECRET_ACCESS_KEY; empty: no such key. */
static str lead_of_secret_key(str name)
{
    static const str ends[] = {STR_INIT("SECRET_ACCESS_KEY"), STR_INIT("ACCESS_KEY_ID"),
        STR_INIT("SECRET_KEY"), STR_INIT("ACCESS_KEY")};
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        if (str_ends_fold(name, ends[i]))
            return str_take(name, name.len - ends[i].len);
    return STR("");
}

bool access_key_is_for_emulator(const struct check_run *run, const struct variable *variable)
{
    str lead = lead_of_secret_key(variable->value->name);
    bool is_played = false;
    if (lead.len == 0)
        return false;
    vec_each(struct connection *const *, row, &run->facts->connections) {
        const struct connection *connection = *row;
        str name = connection->variable->value->name;
        bool is_about = str_starts_fold(name, lead) || word_is_in(name, STR("endpoint"));
        if (!is_about || connection->service != variable->service)
            continue;
        vec_each(const struct target *, target, &connection->targets) {
            const struct service *service = target->server ? target->server->service : NULL;
            bool is_emulator = service && service->image && service->image->kind == IMAGE_EMULATOR;
            if (!is_emulator && str_starts_fold(name, lead))
                return false;
            is_played |= is_emulator;
        }
    }
    return is_played;
}
