#include "report/picture.h"

#include "report/live.h"

str picture_address(struct arena *arena, const struct target *target)
{
    if (target->port <= 0 || target->class == HOST_CLASS_SOCKET || target->class == HOST_CLASS_FILE)
        return target->host;
    bool v6 = str_has_byte(target->host, ':');
    return arena_printf(arena, v6 ? "[" STR_FMT "]:%d" : STR_FMT ":%d", STR_ARG(target->host), target->port);
}

static size_t add_box(struct picture *picture, enum picture_kind kind, str name, str about)
{
    size_t known = (size_t)(uintptr_t)map_get(&picture->by_name, name);
    if (known > 0)
        return known - 1;
    *vec_add(picture->arena, &picture->boxes) =
        (struct picture_box){.kind = kind, .name = name, .about = about, .is_active = true};
    map_set(picture->arena, &picture->by_name, name, (void *)(uintptr_t)picture->boxes.count);
    return picture->boxes.count - 1;
}

static void add_service(struct picture *picture, const struct marks *marks, const struct service *service)
{
    const struct workload *workload = service->workload;
    str name = service_name(service);
    size_t index =
        add_box(picture, service->holds_data ? PICTURE_STORE : PICTURE_PROGRAM, name, workload->image);
    struct picture_box *box = &picture->boxes.items[index];
    box->is_active = workload->active;
    box->mark = marks_at_service(marks, name);
}

static void add_port(struct picture *picture, const struct marks *marks, const struct bind *bind)
{
    struct picture_box *box =
        &picture->boxes.items[add_box(picture, PICTURE_PROGRAM, service_name(bind->service), STR(""))];
    str address = bind->port->host_ip.len ? bind->port->host_ip : STR("*");
    str published = bind->port->published.len ? bind->port->published : STR("random");
    *vec_add(picture->arena, &box->rows) = (struct picture_row){.kind = PICTURE_PORT,
        .text = arena_printf(picture->arena, "publishes " STR_FMT ":" STR_FMT " → %u", STR_ARG(address),
            STR_ARG(published), bind->port->target),
        .mark = marks_at_bind(marks, bind),
        .to = SIZE_MAX};
}

/* The box that a target stands for; SIZE_MAX: it is said in the row itself. */
static size_t goal_of(struct picture *picture, const struct target *target, bool has_service)
{
    str address = picture_address(picture->arena, target);
    switch (target->kind) {
    case TARGET_SERVER:
    case TARGET_OWN_NETWORK:
        if (target->server != NULL && target->server->service != NULL)
            return add_box(picture, PICTURE_STORE, service_name(target->server->service), STR(""));
        return add_box(picture, PICTURE_OUTSIDE, address, STR("outside the project"));
    case TARGET_INACTIVE:
        return add_box(picture, PICTURE_STORE, service_name(target->inactive), STR(""));
    case TARGET_LOOPBACK:
        return add_box(picture, PICTURE_OUTSIDE, address,
            has_service ? STR("the program's own container") : STR("where the program itself runs"));
    case TARGET_UNKNOWN:
        return add_box(picture, PICTURE_OUTSIDE, address, STR("nothing has this name"));
    case TARGET_EXTERNAL:
    case TARGET_DEV_HOST:
        return add_box(picture, PICTURE_OUTSIDE, address, STR("outside the project"));
    case TARGET_SOCKET:
    case TARGET_FILE:
    case TARGET_NONE:
        break;
    }
    return SIZE_MAX;
}

static void add_connection(
    struct picture *picture, const struct marks *marks, const struct connection *connection)
{
    bool has_service = connection->service != NULL;
    size_t from = add_box(picture, PICTURE_PROGRAM,
        has_service ? service_name(connection->service) : STR("environment"), STR(""));
    struct mark mark = marks_at_connection(marks, connection);
    vec_each(const struct target *, target, &connection->targets) {
        size_t to = goal_of(picture, target, has_service);
        str text = connection->label;
        if (to == SIZE_MAX && target->host.len > 0)
            text = arena_printf(picture->arena, STR_FMT ": " STR_FMT, STR_ARG(text), STR_ARG(target->host));
        *vec_add(picture->arena, &picture->boxes.items[from].rows) = (struct picture_row){
            .kind = PICTURE_CONNECTION,
            .text = text,
            .mark = mark,
            .to = to,
            .is_not_in_use = target->kind == TARGET_INACTIVE || target->kind == TARGET_UNKNOWN ||
                             connection->force.kind != FORCE_IN,
        };
    }
}

static void add_facts(struct picture *picture, const struct facts *facts, struct picture_box *box)
{
    str_vec lines = {0};
    live_box_lines(picture->arena, facts, box->name, &lines);
    vec_each(const str *, line, &lines)
        *vec_add(picture->arena, &box->rows) =
            (struct picture_row){.kind = PICTURE_FACT, .text = *line, .to = SIZE_MAX};
}

static bool is_said(const struct picture_box *box, str rule)
{
    vec_each(const struct picture_row *, row, &box->rows)
        if (str_vec_has(&row->mark.rules, rule))
            return true;
    return false;
}

/* Rules that speak about the box and about none of its rows; their severity is at most that of the box. */
static void add_findings(struct picture *picture, struct picture_box *box)
{
    struct mark rest = {.worst = box->mark.worst};
    vec_each(const str *, rule, &box->mark.rules)
        if (!is_said(box, *rule))
            vec_push(picture->arena, &rest.rules, *rule);
    if (rest.rules.count > 0)
        *vec_add(picture->arena, &box->rows) =
            (struct picture_row){.kind = PICTURE_FINDING, .mark = rest, .to = SIZE_MAX};
    vec_each(const struct picture_row *, row, &box->rows)
        if (row->mark.worst > box->mark.worst)
            box->mark.worst = row->mark.worst;
}

struct picture picture_of(const struct graph_input *input)
{
    const struct facts *facts = input->facts;
    bool is_here = facts->deployment != NULL && str_eq(input->label, STR("."));
    struct picture picture = {.label = is_here ? facts->deployment->name : input->label,
        .arena = facts->arena,
        .gate = sources_gate(facts->sources)};
    struct marks marks = marks_new(picture.arena, input->diags);
    vec_each(struct service *const *, service, &facts->services)
        add_service(&picture, &marks, *service);
    vec_each(struct bind *const *, bind, &facts->binds)
        add_port(&picture, &marks, *bind);
    vec_each(struct connection *const *, connection, &facts->connections)
        add_connection(&picture, &marks, *connection);
    vec_each(struct picture_box *, box, &picture.boxes) {
        add_facts(&picture, facts, box);
        add_findings(&picture, box);
    }
    return picture;
}
