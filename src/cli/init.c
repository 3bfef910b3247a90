/* `bootgate init`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/init_budget.h"
#include "cli/project.h"
#include "cli/session.h"

#include <unistd.h>

#define FILE_NAME "bootgate.yaml"

/* A plain YAML scalar where that is safe, else in single quotes. */
static str yaml_text(struct arena *arena, str text)
{
    bool is_plain = text.len > 0 && byte_is_letter(text.ptr[0]);
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_byte(&buf, '\'');
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        is_plain = is_plain && (byte_is_name(byte) || byte == '-' || byte == '.');
        buf_str(&buf, byte == '\'' ? STR("''") : (str){&text.ptr[i], 1});
    }
    buf_byte(&buf, '\'');
    return is_plain ? text : buf_view(&buf);
}

static void write_head(struct buf *buf, const struct facts *facts)
{
    buf_str(buf, STR("# What this project knows about itself, for bootgate check, exec and budget.\n"
                     "# bootgate rules --schema describes every key.\n"
                     "version: 1\n"));
    if (facts->deployment != NULL && facts->deployment->name.len > 0)
        buf_printf(buf, "name: " STR_FMT "\n", STR_ARG(yaml_text(buf->arena, facts->deployment->name)));
    /* Programs of manifests are each told their own mode, and no env file is read for them. */
    if (facts->deployment != NULL && facts->deployment->names_are_addresses)
        return;
    if (str_is_name(facts->mode_variable))
        buf_printf(buf, "mode: ${" STR_FMT ":-production}\n", STR_ARG(facts->mode_variable));
    buf_str(buf, STR("read-by: [compose]          # who reads the .env files: bootgate rules --dialects\n"));
}

/* A connection string that is in a variable of its own. */
static bool is_declarable(const struct connection *connection)
{
    return connection->dsn != NULL && str_is_name(connection->label) && !connection->variable->derived &&
           connection->variable->value->origin != ORIGIN_DEFAULT;
}

static void write_connection(struct buf *buf, const struct connection *connection)
{
    buf_printf(buf, "  " STR_FMT ": {required: true, type: dsn", STR_ARG(connection->label));
    if (connection->dsn->driver.len > 0)
        buf_printf(buf, ", driver: " STR_FMT, STR_ARG(yaml_text(buf->arena, connection->dsn->driver)));
    buf_str(buf, STR("}\n"));
}

static void write_vars(struct buf *buf, const struct facts *facts)
{
    struct map written = {0};
    buf_str(buf, STR("\nvars:\n"));
    size_t before = buf->len;
    vec_each(struct connection *const *, connection, &facts->connections) {
        if (!is_declarable(*connection) || map_has(&written, (*connection)->label))
            continue;
        map_set(buf->arena, &written, (*connection)->label, *connection);
        write_connection(buf, *connection);
    }
    vec_each(struct variable *const *, variable, &facts->variables) {
        str name = (*variable)->value->name;
        if (!(*variable)->secret || (*variable)->derived || !str_is_name(name) || map_has(&written, name))
            continue;
        map_set(buf->arena, &written, name, *variable);
        buf_printf(buf, "  " STR_FMT ": {required: true, secret: true}\n", STR_ARG(name));
    }
    if (buf->len == before)
        buf_str(buf, STR("  # NAME: {required: true, type: url}\n"));
}

/* The server's own password and those of the strings that open it with the same user: one secret. */
static str_vec password_expressions(struct arena *arena, const struct server *server)
{
    str_vec list = {0};
    if (server->password == NULL || !str_is_name(server->password->name))
        return list;
    struct map seen = {0};
    vec_push(arena, &list, server->password->name);
    vec_each(const struct connection *const *, client, &server->clients) {
        bool is_same_user = str_eq((*client)->user, server->user_text);
        if (!is_declarable(*client) || !is_same_user || map_has(&seen, (*client)->label))
            continue;
        map_set(arena, &seen, (*client)->label, (void *)*client);
        vec_push(arena, &list, arena_printf(arena, "dsn(" STR_FMT ").password", STR_ARG((*client)->label)));
    }
    return list;
}

static void write_agreement(struct buf *buf, const struct server *server, const str_vec *expressions)
{
    buf_printf(buf, "  - id: one-password-for-" STR_FMT "\n    agree: [", STR_ARG(server->name));
    vec_each(const str *, expression, expressions)
        buf_printf(buf, "%s" STR_FMT, expression == expressions->items ? "" : ", ", STR_ARG(*expression));
    buf_str(buf, STR("]\n"));
}

/* Rule ids are kebab-case; a server of another name stays without a rule. */
static bool is_kebab(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!byte_is_digit(name.ptr[i]) && name.ptr[i] != '-' && byte_lower(name.ptr[i]) != name.ptr[i])
            return false;
    return name.len > 0 && byte_is_letter(name.ptr[0]) && str_find_any(name, STR("_.: /")) == STR_NONE;
}

static void write_rules(struct buf *buf, const struct facts *facts)
{
    bool has_any = false;
    vec_each(struct server *const *, server, &facts->servers) {
        str_vec expressions = password_expressions(buf->arena, *server);
        if (expressions.count < 2 || !is_kebab((*server)->name))
            continue;
        buf_str(buf, has_any ? STR("") : STR("\nrules:\n"));
        has_any = true;
        write_agreement(buf, *server, &expressions);
    }
}

static str make_config(struct arena *arena, const struct facts *facts)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    write_head(&buf, facts);
    write_vars(&buf, facts);
    write_rules(&buf, facts);
    init_write_budget(&buf, facts);
    return buf_view(&buf);
}

static enum outcome write_config(struct session *session, str text)
{
    const struct host *host = session->host;
    bool only_new = !session->settings.force;
    enum host_status status =
        host->write(host->self, STR(FILE_NAME), text, (struct host_writing){.only_new = only_new});
    if (status == HOST_OK)
        return OUTCOME_OK;
    bool exists = status == HOST_DENIED && host->stat(host->self, STR(FILE_NAME)).status != HOST_MISSING;
    if (only_new && exists)
        return session_fault(session, OUTCOME_USAGE, FILE_NAME " is already there: --force replaces it");
    return session_cannot_write(session, STR(FILE_NAME), status);
}

/* Something of the project is not known; faults in the file that is to be replaced do not count. */
static bool is_in_doubt(const struct session *session, const struct check_result *result)
{
    if (result->left_unread && !session->settings.force)
        return true;
    vec_each(const struct diag *, diag, &result->diags.list) {
        const struct source *source = source_of(&result->sources, diag->at);
        if (diag->fatal && (source == NULL || !str_eq(source->name, STR(FILE_NAME))))
            return true;
    }
    return false;
}

static enum outcome run(struct session *session)
{
    const struct check_result *result = project_read(session);
    if (result->projects.count == 0 || is_in_doubt(session, result))
        return project_faults(session, result);
    str text = make_config(session->arena, result->projects.items[0].facts);
    if (!session->settings.to_stdout)
        return write_config(session, text);
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    out_str(&out, text);
    out_flush(&out);
    return OUTCOME_OK;
}

static const struct option_row init_rows[] = {
    {.name = "stdout",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, to_stdout),
        .about = "Print the file instead of writing it."},
    {.name = "force",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, force),
        .about = "Replace a bootgate.yaml that is already there."},
};

static const struct option_group init_group = OPTION_GROUP("Output", init_rows);

static const struct option_group *const groups[] = {
    &init_group,
    &option_group_project,
    &option_group_common,
    NULL,
};

const struct command command_init = {
    .name = "init",
    .operands = "",
    .summary = "Write a bootgate.yaml from what is found here.",
    .description =
        "Declares the connection strings and secrets that the Compose files and env files use, and which "
        "of them hold one and the same password. Names only: no value is copied.",
    .example = "bootgate init --stdout",
    .groups = groups,
    .run = run,
};
