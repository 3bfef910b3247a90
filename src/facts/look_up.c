/* Rows by what they are asked for: facts/facts.h. Apart from the gathering, which calls every file here. */
#include "facts/facts.h"

#include "facts/mode.h"

str service_name(const struct service *service)
{
    return service ? service->workload->name : STR("");
}

str server_admin(const struct server *server)
{
    const struct image_info *image = server->service ? server->service->image : NULL;
    return image && image->default_user.len ? image->default_user : STR("root");
}

str family_password_change(struct arena *arena, enum family_id family, str user)
{
    str change = family_row(family)->password_change, mark = STR("{user}");
    size_t at = str_find(change, mark);
    return at == STR_NONE ? change
                          : arena_join(arena, str_take(change, at), user, str_skip(change, at + mark.len));
}

str server_password_change(struct arena *arena, const struct server *server, str user)
{
    return family_password_change(arena, server->family, user);
}

struct service *facts_service(const struct facts *facts, str name)
{
    return map_get(&facts->service_rows, name);
}

struct service *facts_called(const struct facts *facts, str name)
{
    const struct workload *workload = facts->deployment ? deployment_called(facts->deployment, name) : NULL;
    return workload ? facts_service(facts, workload->name) : NULL;
}

/* One text under one name; the name takes part only in what the text alone does not tell. */
struct dsn_row {
    str name;
    struct dsn *dsn;
    struct map others; /* the same text under other names: name → struct dsn * */
};

struct dsn *facts_dsn(const struct facts *facts, str text, str name)
{
    struct dsn_row *row = map_get(facts->dsn_rows, text);
    struct dsn *known = !row ? NULL : str_eq(row->name, name) ? row->dsn : map_get(&row->others, name);
    if (known)
        return known;
    struct dsn *dsn = dsn_parse(facts->arena, text, NULL, name);
    if (row) {
        map_set(facts->arena, &row->others, name, dsn);
        return dsn;
    }
    row = arena_new(facts->arena, struct dsn_row);
    *row = (struct dsn_row){.name = name, .dsn = dsn};
    map_set(facts->arena, facts->dsn_rows, text, row);
    return dsn;
}

enum mode facts_mode(const struct facts *facts, const struct service *service)
{
    return service ? service->mode : facts->mode;
}

str facts_mode_sentence(const struct facts *facts, struct arena *arena, const struct service *service)
{
    enum mode mode = facts_mode(facts, service);
    str name = mode_name(mode), from = facts->mode_from;
    if (mode == facts->mode && facts->mode_assumed)
        from = facts->mode_doubt.len ? arena_concat(arena, STR("assumed: "), facts->mode_doubt)
                                     : STR("assumed: nothing says otherwise");
    if (mode != facts->mode && service->mode_by)
        from = mode_place(arena, facts->sources, service->mode_by);
    return arena_printf(arena, "mode is " STR_FMT " (" STR_FMT ")", STR_ARG(name), STR_ARG(from));
}
