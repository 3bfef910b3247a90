#include "rule/standing.h"

#include "facts/variable.h"
#include "rule/purpose.h"

enum { STANDINGS_MAX = 64, LABELS_SHOWN = 8 };

/* Who is opened with what one setting wrote. */
struct opened {
    VEC(const struct server *) servers;
    str user; /* of a connection string; empty: the server's own */
};

/* One place of a secret. */
struct standing {
    str label, family;
    const struct variable *variable;
    const struct opened *opened; /* NULL: not known */
};

/* The places of one text; past STANDINGS_MAX they are counted. */
struct standings {
    VEC(struct standing) list;
    size_t more;
};

static struct opened *opened_of(struct check_run *run, const struct value *root)
{
    str key = arena_key(run->arena, root);
    struct opened *opened = map_get(&run->opened, key);
    if (!opened) {
        opened = arena_new(run->arena, struct opened);
        map_set(run->arena, &run->opened, key, opened);
    }
    return opened;
}

static void add_server(struct check_run *run, struct opened *opened, const struct server *server)
{
    vec_each(const struct server **, known, &opened->servers)
        if (*known == server)
            return;
    vec_push(run->arena, &opened->servers, server);
}

static void add_targets(struct check_run *run, struct opened *opened, const struct connection *connection)
{
    opened->user = opened->user.len ? opened->user : connection->user;
    vec_each(const struct target *, target, &connection->targets)
        if (target->server)
            add_server(run, opened, target->server);
}

/* A string is opened by itself and by the variable that its password came from. */
static void gather_opened(struct check_run *run)
{
    vec_each(struct server *const *, row, &run->facts->servers) {
        const struct value *own[] = {(*row)->password, (*row)->admin_password};
        for (size_t i = 0; i < ARRAY_COUNT(own); i++)
            if (own[i])
                add_server(run, opened_of(run, value_root(own[i])), *row);
    }
    vec_each(struct connection *const *, row, &run->facts->connections) {
        const struct value *password = connection_part_value(*row, PART_PASSWORD);
        if ((*row)->dsn)
            add_targets(run, opened_of(run, (*row)->variable->root), *row);
        if (password && value_root(password) != (*row)->variable->root)
            add_targets(run, opened_of(run, value_root(password)), *row);
    }
}

static void note(struct check_run *run, str secret, str label, str family, const struct variable *variable)
{
    struct standings *known = map_get(&run->standings, secret);
    if (!known) {
        known = arena_new(run->arena, struct standings);
        map_set(run->arena, &run->standings, secret, known);
    }
    known->more += known->list.count == STANDINGS_MAX;
    if (known->list.count < STANDINGS_MAX)
        *vec_add(run->arena, &known->list) = (struct standing){
            label, family, variable, map_get(&run->opened, arena_key(run->arena, variable->root))};
}

static void gather(struct check_run *run)
{
    run->standings_gathered = true;
    gather_opened(run);
    vec_each(struct variable *const *, row, &run->facts->variables)
        if ((*row)->value == (*row)->root && (*row)->secret)
            note(run, (*row)->value->text, (*row)->value->name, purpose_group(run, *row), *row);
    vec_each(struct connection *const *, row, &run->facts->connections) {
        const struct connection *connection = *row;
        if (connection->dsn && connection->has_password &&
            connection_part_value(connection, PART_PASSWORD) == connection->variable->value)
            note(run, connection->password, connection->label, family_name(connection->family),
                connection->variable);
    }
}

static bool share_server(const struct opened *a, const struct opened *b)
{
    for (size_t i = 0; i < a->servers.count; i++)
        for (size_t k = 0; k < b->servers.count; k++)
            if (a->servers.items[i] == b->servers.items[k])
                return true;
    return false;
}

/* Where one of two is for a server that nobody names, the kind of server must do. */
static bool belong_together(const struct standing *a, const struct standing *b)
{
    bool is_known = a->opened && b->opened && a->opened->servers.count && b->opened->servers.count;
    return is_known ? share_server(a->opened, b->opened) : a->family.len && str_eq(a->family, b->family);
}

static const struct standing *standing_of(const struct standings *known, const struct variable *variable)
{
    vec_each(const struct standing *, standing, &known->list)
        if (standing->variable == variable)
            return standing;
    return NULL;
}

/* What belongs to any of those marked is marked: one variable may be the password of several servers. */
static bool spread(const struct standings *known, bool *marks)
{
    bool has_grown = false;
    for (size_t i = 0; i < known->list.count; i++)
        for (size_t k = 0; !marks[i] && k < known->list.count; k++)
            if (marks[k] && belong_together(&known->list.items[i], &known->list.items[k]))
                has_grown = marks[i] = true;
    return has_grown;
}

/* The names of the places that must change with `own`, each once. */
static str_vec labels_of(struct check_run *run, const struct standings *known, const struct standing *own)
{
    str_vec labels = {0};
    struct map seen = {0};
    bool marks[STANDINGS_MAX] = {0};
    marks[own - known->list.items] = true;
    while (spread(known, marks)) {
    }
    for (size_t i = 0; i < known->list.count; i++) {
        str label = known->list.items[i].label;
        if (marks[i] && map_set(run->arena, &seen, label, run) == NULL)
            vec_push(run->arena, &labels, label);
    }
    return labels;
}

static str joined(struct check_run *run, const str_vec *labels, size_t more)
{
    struct buf text = buf_new(run->arena, SIZE_MAX / 4);
    for (size_t i = 0; i < labels->count && i < LABELS_SHOWN; i++)
        buf_printf(&text, "%s" STR_FMT, i ? ", " : "", STR_ARG(labels->items[i]));
    more += labels->count > LABELS_SHOWN ? labels->count - LABELS_SHOWN : 0;
    if (more)
        buf_printf(&text, " and %zu more", more);
    return buf_view(&text);
}

/* The server keeps a password in its own data, which no file here changes. */
static void suggest_change(
    struct check_run *run, struct diag *finding, const struct opened *opened, str secret)
{
    for (size_t i = 0; opened && i < opened->servers.count; i++) {
        const struct server *server = opened->servers.items[i];
        bool is_admins = server->admin_password && str_eq(server->admin_password->text, secret);
        str user = is_admins ? server_admin(server) : opened->user.len ? opened->user : server->user_text;
        str change = server->service ? server_password_change(run->arena, server, user) : STR("");
        if (change.len == 0 || secret.len == 0)
            continue;
        finding_help(run, finding, "an existing volume keeps the old one: " STR_FMT, STR_ARG(change));
        return;
    }
}

/* The variable whose fallback the secret is: setting it is the change. Empty: the secret is written out. */
static str fallback_of(const struct variable *variable, str secret)
{
    if (variable)
        vec_each(const struct template_use *, use, &variable->root->uses)
            if (use->live && use->fallback_taken && str_eq(use->fallback, secret))
                return use->name;
    return STR("");
}

static void suggest_new(struct check_run *run, struct diag *finding, str name)
{
    if (name.len)
        finding_help(run, finding, "set " STR_FMT " to a new one: openssl rand -hex 32", STR_ARG(name));
    else
        finding_help(run, finding, "set a new one: openssl rand -hex 32");
}

void standing_suggest(
    struct check_run *run, struct diag *finding, str secret, const struct variable *variable)
{
    if (!finding)
        return;
    if (!run->standings_gathered)
        gather(run);
    const struct standings *known = secret.len && variable ? map_get(&run->standings, secret) : NULL;
    const struct standing *own = known ? standing_of(known, variable) : NULL;
    str_vec labels = {0};
    if (own)
        labels = labels_of(run, known, own);
    if (labels.count > 1)
        finding_help(run, finding, "set one new password in " STR_FMT ": openssl rand -hex 32",
            STR_ARG(joined(run, &labels, known->more)));
    else
        suggest_new(run, finding, fallback_of(variable, secret));
    const struct opened *opened =
        variable ? map_get(&run->opened, arena_key(run->arena, variable->root)) : NULL;
    suggest_change(run, finding, opened, secret);
}
