#include "rule/purpose.h"

#include "base/word.h"
#include "deploy/image.h"
#include "facts/variable.h"
#include "rule/credential.h"

const struct image_info *purpose_image(const struct variable *variable)
{
    const struct image_info *own = variable->service ? variable->service->image : NULL;
    str name = variable->value->name;
    if (own && (str_eq(own->password_variable, name) || str_eq(own->admin_password_variable, name)))
        return own;
    return image_opened_with(name);
}

bool purpose_is_handed_out(const struct check_run *run, const struct variable *variable)
{
    str name = variable->value->name, last = word_last(name);
    if (word_is_last(name, STR("client secret")))
        return true;
    if (!str_eq_fold(last, STR("secret")) || last.len == name.len)
        return false;
    const struct env *env =
        variable->service ? &variable->service->workload->environment : &run->facts->environment;
    str beside = arena_concat(
        run->arena, str_take(name, name.len - last.len), arena_cased_like(run->arena, STR("ID"), last));
    const struct value *id = env_get(env, beside);
    return id && id->set && id->text.len > 0;
}

/* Beside the program, where others do not reach; a proxy there may log in by itself. */
static bool is_beside(const struct connection *connection, const struct target *target)
{
    const struct service *server = target->server ? target->server->service : NULL;
    const struct workload_group *group = connection->service ? connection->service->workload->group : NULL;
    return target->kind == TARGET_OWN_NETWORK && family_row(connection->family)->trusts_loopback && group &&
           target->server && (!server || server->workload->group == group);
}

static bool is_open(const struct connection *connection, const struct target *target)
{
    const struct server *server = target->server;
    /* Of a wrong host that is the server which is meant: that nobody needs a password there is no fault. */
    bool is_meant = target->kind == TARGET_SERVER || target->kind == TARGET_LOOPBACK;
    const struct service *service = is_meant && server ? server->service : NULL;
    return is_beside(connection, target) || (service && service->image && service->image->open_by_default &&
                                                !server->password && !server->hides_login);
}

bool purpose_is_open(const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if (!is_open(connection, target))
            return false;
    return connection->targets.count > 0;
}

/* The set whose password a variable is, or NULL. */
static const struct connection *OR_NULL set_opened_with(
    const struct check_run *run, const struct variable *variable)
{
    const struct value *root = variable->root;
    return map_get(&run->facts->sets_by_password, (str){(const char *)&root, sizeof root});
}

/* The project runs servers of this kind, and none of them is given a password. */
static bool runs_open(const struct check_run *run, enum family_id family)
{
    size_t open = 0;
    vec_each(struct server *const *, row, &run->facts->servers) {
        const struct server *server = *row;
        if (family == FAMILY_NONE || server->family != family)
            continue;
        if (!server->service || !server->service->image || !server->service->image->open_by_default ||
            server->password || server->hides_login)
            return false;
        open++;
    }
    return open > 0;
}

/* To nothing of the project: another rule says so, and which of its servers was meant is not known. */
static bool leads_astray(const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if (target->kind != TARGET_LOOPBACK && target->kind != TARGET_UNKNOWN)
            return false;
    return connection->targets.count > 0;
}

/* PEERTUBE_SECRET in the hands of chocobozzz/peertube is what SECRET is in any other program's. */
static bool is_key_of_image(const struct variable *variable)
{
    str name = variable->value->name, word;
    struct words rest;
    if (!variable->service || !word_next(&name, &word) || word.len < 3)
        return false;
    return word_is_in(image_reference(variable->service->workload->image).name, word) &&
           words_split(name, &rest) && rest.count <= 2 && credential_is_own_key(name);
}

enum purpose purpose_of(const struct check_run *run, const struct variable *variable)
{
    const struct connection *set = set_opened_with(run, variable);
    if (set) {
        bool is_open = purpose_is_open(set) || (leads_astray(set) && runs_open(run, set->family));
        return is_open ? PURPOSE_OPEN_SERVER : PURPOSE_SERVER;
    }
    const struct image_info *image = purpose_image(variable);
    bool is_servers_own = variable->service && variable->service->image == image;
    if (image)
        return !is_servers_own && runs_open(run, image->family) ? PURPOSE_OPEN_SERVER : PURPOSE_SERVER;
    bool is_key = credential_is_own_key(variable->value->name) || is_key_of_image(variable);
    return is_key ? PURPOSE_KEY : PURPOSE_UNKNOWN;
}

str purpose_group(const struct check_run *run, const struct variable *variable)
{
    if (variable->string)
        return family_name(variable->string->family);
    const struct connection *set = set_opened_with(run, variable);
    if (set && set->family != FAMILY_NONE)
        return family_name(set->family);
    const struct image_info *image = purpose_image(variable);
    if (!image)
        return STR("");
    return image->family != FAMILY_NONE ? family_name(image->family) : image->repository;
}
