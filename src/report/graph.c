#include "report/graph.h"

#include "base/named.h"
#include "base/utf8.h"
#include "report/graph_svg.h"
#include "report/json_text.h"
#include "report/live.h"
#include "report/marks.h"
#include "report/picture.h"
#include "text/mask.h"

/* What each kind of target is called, and how its edge is drawn. */
static const struct {
    const char *name, *style;
} target_kinds[] = {
    [TARGET_SERVER] = {"service", "solid"},
    [TARGET_INACTIVE] = {"inactive", "dotted"},
    [TARGET_UNKNOWN] = {"unknown", "dotted"},
    [TARGET_EXTERNAL] = {"external", "solid"},
    [TARGET_LOOPBACK] = {"loopback", "dashed"},
    [TARGET_OWN_NETWORK] = {"own-network", "solid"},
    [TARGET_DEV_HOST] = {"dev-host", "dashed"},
    [TARGET_SOCKET] = {"socket", "solid"},
    [TARGET_FILE] = {"file", "solid"},
    [TARGET_NONE] = {"none", "dotted"},
};

/* One graph while it is drawn. */
struct drawing {
    const struct graph_input *input;
    const struct facts *facts;
    struct arena *arena;
    struct gate *gate;
    struct marks marks;
};

static struct drawing drawing_of(const struct graph_input *input)
{
    return (struct drawing){.input = input,
        .facts = input->facts,
        .arena = input->facts->arena,
        .gate = sources_gate(input->facts->sources),
        .marks = marks_new(input->facts->arena, input->diags)};
}

static str client_of(const struct connection *connection)
{
    return connection->service ? service_name(connection->service) : STR("environment");
}

static void write_marks(struct out *out, const str_vec *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        out_printf(out, "%s" STR_FMT, i ? ", " : "  ! ", STR_ARG(rules->items[i]));
}

static void write_visible(struct out *out, const char *before, str text)
{
    out_text(out, before);
    out_str(out, gate_visible(out->gate, text));
}

static void text_connection(struct out *out, const struct drawing *graph, const struct connection *connection)
{
    str_vec marks = marks_at_connection(&graph->marks, connection).rules;
    vec_each(const struct target *, target, &connection->targets) {
        write_visible(out, "  ", client_of(connection));
        write_visible(out, " -> ", picture_address(graph->arena, target));
        out_printf(out, " (%s)", target_kinds[target->kind].name);
        write_visible(out, " by ", connection->label);
        if (connection->has_user && connection->user.len)
            write_visible(out, " as ", connection->user);
        if (connection->has_database && connection->database.len)
            write_visible(out, " to database ", connection->database);
        write_marks(out, &marks);
        out_text(out, "\n");
    }
}

static void text_bind(struct out *out, const struct drawing *graph, const struct bind *bind)
{
    str_vec marks = marks_at_bind(&graph->marks, bind).rules;
    write_visible(out, "  ", service_name(bind->service));
    out_printf(out, ":%u", bind->port->target);
    write_visible(out, " on ", bind->port->host_ip.len ? bind->port->host_ip : STR("every interface"));
    write_visible(out, " as ", bind->port->published.len ? bind->port->published : STR("a random port"));
    write_marks(out, &marks);
    out_text(out, "\n");
}

static const char *kind_of(const struct service *service)
{
    if (service->is_client)
        return "client";
    return service->image ? image_kind_name(service->image->kind).ptr : "program";
}

static void text_service(struct out *out, const struct service *service)
{
    write_visible(out, "  ", service_name(service));
    out_printf(out, " (%s", kind_of(service));
    if (service->workload->image.len)
        write_visible(out, ", ", service->workload->image);
    out_text(out, service->workload->active ? ")\n" : ", profile is off)\n");
}

static void write_text(struct out *out, const struct graph_input *graphs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (count > 1) {
            write_visible(out, i ? "\n" : "", graphs[i].label);
            out_text(out, ":\n");
        }
        struct drawing drawing = drawing_of(&graphs[i]);
        const struct facts *facts = drawing.facts;
        if (facts->services.count)
            out_text(out, "services\n");
        vec_each(struct service *const *, service, &facts->services)
            text_service(out, *service);
        if (facts->connections.count)
            out_text(out, "connections\n");
        vec_each(struct connection *const *, connection, &facts->connections)
            text_connection(out, &drawing, *connection);
        str_vec live = {0};
        live_lines(drawing.arena, facts, &live);
        if (live.count)
            out_text(out, "running servers\n");
        vec_each(const str *, line, &live)
            out_printf(out, "  " STR_FMT "\n", STR_ARG(gate_visible(out->gate, *line)));
        if (facts->binds.count)
            out_text(out, "published ports\n");
        vec_each(struct bind *const *, bind, &facts->binds)
            text_bind(out, &drawing, *bind);
    }
}

/* A DOT string: quotes and backslashes escaped, what steers a terminal shown, C1 controls too. */
static str quoted(struct gate *gate, str text)
{
    struct buf out = buf_new(gate->arena, SIZE_MAX / 4);
    buf_byte(&out, '"');
    text = gate_text(gate, text);
    for (size_t length; text.len > 0; text = str_skip(text, length)) {
        uint32_t code = utf8_decode(text, &length);
        bool is_shown = code >= ' ' && (code < 0x7F || code >= 0xA0) && code != UTF8_INVALID;
        if (code == '"' || code == '\\')
            buf_byte(&out, '\\');
        if (is_shown)
            buf_str(&out, str_take(text, length));
        for (size_t i = 0; !is_shown && i < length; i++)
            buf_printf(&out, "<%02X>", (unsigned char)text.ptr[i]);
    }
    buf_byte(&out, '"');
    return buf_view(&out);
}

/* The names of rules are beside it: colour is never alone, and a note is no alarm. */
static const char *const dot_colors[] = {
    [SEVERITY_OFF] = "",
    [SEVERITY_NOTE] = "",
    [SEVERITY_WARNING] = ", color=orange",
    [SEVERITY_ERROR] = ", color=red",
};

static void dot_connection(struct out *out, const struct drawing *graph, const struct connection *connection)
{
    struct gate *gate = graph->gate;
    struct mark mark = marks_at_connection(&graph->marks, connection);
    struct buf label = buf_new(gate->arena, SIZE_MAX / 4);
    buf_str(&label, connection->label);
    vec_each(const str *, rule, &mark.rules)
        buf_printf(&label, " ! " STR_FMT, STR_ARG(*rule));
    vec_each(const struct target *, target, &connection->targets) {
        str node = picture_address(graph->arena, target);
        if (target->kind == TARGET_SERVER && target->server && target->server->service)
            node = service_name(target->server->service);
        else if (target->kind == TARGET_INACTIVE)
            node = service_name(target->inactive);
        str from = quoted(gate, client_of(connection)), to = quoted(gate, node);
        str text = quoted(gate, buf_view(&label));
        out_printf(out, "  " STR_FMT " -> " STR_FMT " [label=" STR_FMT ", style=%s%s];\n", STR_ARG(from),
            STR_ARG(to), STR_ARG(text), target_kinds[target->kind].style, dot_colors[mark.worst]);
    }
}

static void dot_service(struct out *out, const struct drawing *graph, const struct service *service)
{
    const char *shape = service->holds_data ? "cylinder" : "box";
    str name = quoted(graph->gate, service_name(service));
    out_printf(out, "  " STR_FMT " [shape=%s%s];\n", STR_ARG(name), shape,
        service->workload->active ? "" : ", style=dotted");
}

/* The running server's words below the name of its node. */
static void dot_live(struct out *out, const struct drawing *graph)
{
    struct gate *gate = graph->gate;
    struct map known = {0};
    for (size_t i = 0; graph->facts->live && i < graph->facts->live->logins.count; i++) {
        str name = live_box(&graph->facts->live->logins.items[i]);
        str_vec lines = {0};
        live_box_lines(graph->arena, graph->facts, name, &lines);
        if (lines.count == 0 || map_set(graph->arena, &known, name, &known))
            continue;
        str node = quoted(gate, name);
        out_printf(
            out, "  " STR_FMT " [label=" STR_FMT, STR_ARG(node), STR_ARG(str_take(node, node.len - 1)));
        vec_each(const str *, line, &lines) {
            str text = quoted(gate, *line);
            out_printf(out, "\\n" STR_FMT, STR_ARG(str_slice(text, 1, text.len - 1)));
        }
        out_text(out, "\"];\n");
    }
}

static void dot_bind(struct out *out, const struct drawing *graph, const struct bind *bind)
{
    struct gate *gate = graph->gate;
    struct mark mark = marks_at_bind(&graph->marks, bind);
    str address = bind->port->host_ip.len ? bind->port->host_ip : STR("*");
    str port = bind->port->published.len ? bind->port->published : STR("random");
    str from = quoted(gate, arena_printf(gate->arena, STR_FMT ":" STR_FMT, STR_ARG(address), STR_ARG(port)));
    str to = quoted(gate, service_name(bind->service));
    out_printf(out, "  " STR_FMT " [shape=plaintext];\n  " STR_FMT " -> " STR_FMT " [label=\"%u\"%s];\n",
        STR_ARG(from), STR_ARG(from), STR_ARG(to), bind->port->target, dot_colors[mark.worst]);
}

static void write_dot(struct out *out, const struct graph_input *graphs, size_t count)
{
    out_text(out, "digraph bootgate {\n  rankdir=LR;\n");
    for (size_t i = 0; i < count; i++) {
        struct drawing drawing = drawing_of(&graphs[i]);
        vec_each(struct service *const *, service, &drawing.facts->services)
            dot_service(out, &drawing, *service);
        dot_live(out, &drawing);
        vec_each(struct connection *const *, connection, &drawing.facts->connections)
            dot_connection(out, &drawing, *connection);
        vec_each(struct bind *const *, bind, &drawing.facts->binds)
            dot_bind(out, &drawing, *bind);
    }
    out_text(out, "}\n");
}

static json_t *json_marks(const str_vec *rules)
{
    json_t *array = json_array();
    vec_each(const str *, rule, rules)
        json_array_append_new(array, json_stringn(rule->ptr, rule->len));
    return array;
}

static json_t *json_service(struct gate *gate, const struct service *service)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(gate, service_name(service)));
    json_object_set_new(object, "image", json_text_or_null(gate, service->workload->image));
    json_object_set_new(object, "kind", json_string(kind_of(service)));
    json_object_set_new(object, "active", json_boolean(service->workload->active));
    return object;
}

static json_t *json_server(struct gate *gate, const struct facts *facts, const struct server *server)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(gate, server->name));
    json_object_set_new(object, "service", json_text_or_null(gate, service_name(server->service)));
    json_object_set_new(object, "family", json_text_or_null(gate, family_name(server->family)));
    json_object_set_new(object, "host", json_text(gate, server->host));
    json_object_set_new(object, "port", server->port > 0 ? json_integer(server->port) : json_null());
    json_t *live = live_server_json(gate, facts, server);
    if (live)
        json_object_set_new(object, "live", live);
    return object;
}

static json_t *json_target(struct gate *gate, const struct target *target)
{
    json_t *object = json_object();
    json_object_set_new(object, "host", json_text(gate, target->host));
    json_object_set_new(object, "port", target->port > 0 ? json_integer(target->port) : json_null());
    json_object_set_new(object, "class", json_text(gate, host_class_name(target->class)));
    json_object_set_new(object, "kind", json_string(target_kinds[target->kind].name));
    json_object_set_new(
        object, "server", target->server ? json_text(gate, target->server->name) : json_null());
    return object;
}

static json_t *json_connection(const struct drawing *graph, const struct connection *connection)
{
    struct gate *gate = graph->gate;
    str_vec marks = marks_at_connection(&graph->marks, connection).rules;
    json_t *object = json_object(), *targets = json_array();
    json_object_set_new(object, "service", json_text_or_null(gate, service_name(connection->service)));
    json_object_set_new(object, "variable", json_text(gate, connection->label));
    json_object_set_new(object, "family", json_text_or_null(gate, family_name(connection->family)));
    json_object_set_new(object, "user", json_text_or_null(gate, connection->user));
    json_object_set_new(object, "database", json_text_or_null(gate, connection->database));
    vec_each(const struct target *, target, &connection->targets)
        json_array_append_new(targets, json_target(gate, target));
    json_object_set_new(object, "targets", targets);
    json_object_set_new(object, "findings", json_marks(&marks));
    return object;
}

static json_t *json_bind(const struct drawing *graph, const struct bind *bind)
{
    struct gate *gate = graph->gate;
    str_vec marks = marks_at_bind(&graph->marks, bind).rules;
    json_t *object = json_object();
    json_object_set_new(object, "service", json_text(gate, service_name(bind->service)));
    json_object_set_new(object, "address", json_text_or_null(gate, bind->port->host_ip));
    json_object_set_new(object, "published", json_text_or_null(gate, bind->port->published));
    json_object_set_new(object, "target", json_integer(bind->port->target));
    json_object_set_new(object, "protocol", json_text(gate, bind->port->protocol));
    json_object_set_new(object, "findings", json_marks(&marks));
    return object;
}

static void write_json(struct out *out, const struct graph_input *graphs, size_t count)
{
    json_t *document = json_pack(
        "{s:i, s:[], s:[], s:[], s:[]}", "version", 1, "services", "servers", "connections", "ports");
    for (size_t i = 0; i < count; i++) {
        struct drawing drawing = drawing_of(&graphs[i]);
        const struct facts *facts = drawing.facts;
        struct gate *gate = drawing.gate;
        vec_each(struct service *const *, service, &facts->services)
            json_array_append_new(json_object_get(document, "services"), json_service(gate, *service));
        vec_each(struct server *const *, server, &facts->servers)
            json_array_append_new(json_object_get(document, "servers"), json_server(gate, facts, *server));
        vec_each(struct connection *const *, connection, &facts->connections)
            json_array_append_new(
                json_object_get(document, "connections"), json_connection(&drawing, *connection));
        vec_each(struct bind *const *, bind, &facts->binds)
            json_array_append_new(json_object_get(document, "ports"), json_bind(&drawing, *bind));
    }
    json_out(out, document);
    out_text(out, "\n");
}

static const struct graph_format formats[] = {
    {STR_INIT("text"), write_text},
    {STR_INIT("dot"), write_dot}, /* for Graphviz */
    {STR_INIT("svg"), graph_write_svg},
    {STR_INIT("mermaid"), graph_write_mermaid}, /* for a README or a pull request */
    {STR_INIT("json"), write_json},
};

const struct graph_format *graph_format_find(str name)
{
    return named_find(NAMED(formats, struct graph_format), name);
}

const struct graph_format *graph_format_default(void)
{
    return &formats[0];
}

str graph_format_choice(size_t index)
{
    return index < ARRAY_COUNT(formats) ? formats[index].name : STR("");
}
