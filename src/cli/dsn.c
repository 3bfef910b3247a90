/* `bootgate dsn`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/reveal.h"
#include "cli/session.h"
#include "dsn/secret.h"
#include "report/json_text.h"
#include "rewrite/rewrite.h"
#include "text/mask.h"

#include "base/limit.h"

#include <unistd.h>

/* Where the connection string came from, and itself. */
struct input {
    str text;
    str variable; /* empty: no variable */
};

static enum outcome read_variable(struct session *session, struct input *ret_input)
{
    ret_input->variable = session->settings.variable;
    if (session->host->getenv(session->host->self, ret_input->variable, &ret_input->text))
        return OUTCOME_OK;
    return session_fault(session, OUTCOME_MISSING_INPUT, "the variable is not set");
}

/* Standard input as it is, less one final LF. */
static enum outcome read_standard_input(struct session *session, struct input *ret_input)
{
    struct host_file file =
        session->host->read(session->host->self, session->arena, STR("-"), limit_value(LIMIT_DSN_BYTES) + 1);
    if (file.status != HOST_OK)
        return session_fault(session, OUTCOME_MISSING_INPUT, "cannot read standard input: " STR_FMT,
            STR_ARG(host_status_text(file.status)));
    ret_input->text = str_ends(file.text, STR("\n")) ? str_take(file.text, file.text.len - 1) : file.text;
    return OUTCOME_OK;
}

static enum outcome read_input(struct session *session, struct input *ret_input)
{
    *ret_input = (struct input){0};
    bool has_operand = session->operands.count > 1;
    bool has_variable = session->settings.variable.len > 0;
    if (has_operand == has_variable)
        return session_fault(session, OUTCOME_USAGE,
            has_operand ? "a connection string and --env: give one of them" : "no connection string given");
    if (has_variable)
        return read_variable(session, ret_input);
    ret_input->text = session->operands.items[1];
    return str_eq(ret_input->text, STR("-")) ? read_standard_input(session, ret_input) : OUTCOME_OK;
}

static str part_text(const struct session *session, const struct dsn *dsn, const struct dsn_part *part)
{
    return reveal_secret(session, part->text, dsn_part_is_secret(dsn, part));
}

static json_t *part_json(const struct session *session, const struct dsn *dsn, const struct dsn_part *part)
{
    return part->present ? json_text(session->gate, part_text(session, dsn, part)) : json_null();
}

static json_t *password_json(const struct session *session, const struct dsn_part *part)
{
    return part->present ? json_text(session->gate, reveal_value(session, part->text)) : json_null();
}

static json_t *hosts_json(const struct session *session, const struct dsn *dsn, const dsn_hosts *hosts)
{
    json_t *list = json_array();
    vec_each(const struct dsn_host *, host, hosts)
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "host", part_json(session, dsn, &host->host), "port",
                      json_number_or_null((uint32_t)(host->port > 0 ? host->port : 0)), "class",
                      json_text(session->gate, host_class_name(host->class))));
    return list;
}

static json_t *parameters_json(const struct session *session, const dsn_parameters *parameters)
{
    json_t *object = json_object();
    vec_each(const struct dsn_parameter *, parameter, parameters)
        json_set_text_key(session->gate, object, parameter->key.text,
            json_text(session->gate, reveal_secret(session, parameter->value.text, parameter->secret)));
    return object;
}

static json_t *reading_json(
    const struct session *session, const struct dsn *dsn, const struct dsn_reading *reading)
{
    json_t *client = json_text(session->gate, dsn_client_name(reading->client));
    if (reading->error != DSN_OK)
        return json_pack("{s:o, s:b, s:o}", "client", client, "likely", reading->likely, "error",
            json_text(session->gate, dsn_error_text(reading->error)));
    return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o}", "client", client, "likely", reading->likely, "user",
        part_json(session, dsn, &reading->user), "password", password_json(session, &reading->password),
        "hosts", hosts_json(session, dsn, &reading->hosts), "database",
        part_json(session, dsn, &reading->database));
}

static json_t *readings_json(const struct session *session, const struct dsn *dsn)
{
    json_t *readings = json_array();
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        json_t *row = reading_json(session, dsn, reading);
        str release = dsn_client_release(reading->client);
        if (release.len)
            json_object_set_new(row, "version", json_text(session->gate, release));
        json_array_append_new(readings, row);
    }
    return readings;
}

static json_t *dsn_json(const struct session *session, const struct dsn *dsn)
{
    return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "version", 1, "family",
        json_text_or_null(session->gate, dsn_family_name(dsn->family)), "scheme",
        part_json(session, dsn, &dsn->scheme), "dialect", json_text_or_null(session->gate, dsn->dialect),
        "driver", json_text_or_null(session->gate, dsn->driver), "user", part_json(session, dsn, &dsn->user),
        "password", password_json(session, &dsn->password), "hosts", hosts_json(session, dsn, &dsn->hosts),
        "database", part_json(session, dsn, &dsn->database), "params",
        parameters_json(session, &dsn->parameters), "readings", readings_json(session, dsn), "ambiguous",
        dsn->ambiguous);
}

static void print_row(struct out *out, const char *name, str text)
{
    if (text.len > 0)
        out_printf(out, "%-10s " STR_FMT "\n", name, STR_ARG(gate_visible(out->gate, text)));
}

static void print_hosts(
    const struct session *session, struct out *out, const struct dsn *dsn, const dsn_hosts *hosts)
{
    vec_each(const struct dsn_host *, host, hosts) {
        str name = gate_visible(session->gate, part_text(session, dsn, &host->host));
        str class = host_class_name(host->class);
        if (host->port > 0)
            out_printf(out, "%-10s " STR_FMT " port %d (" STR_FMT ")\n", "host", STR_ARG(name),
                (int)host->port, STR_ARG(class));
        else
            out_printf(out, "%-10s " STR_FMT " (" STR_FMT ")\n", "host", STR_ARG(name), STR_ARG(class));
    }
}

static void print_reading(
    const struct session *session, struct out *out, const struct dsn *dsn, const struct dsn_reading *reading)
{
    str release = dsn_client_release(reading->client);
    out_printf(out, "\n%-10s " STR_FMT "%s" STR_FMT "%s\n", "client",
        STR_ARG(dsn_client_name(reading->client)), release.len ? " " : "", STR_ARG(release),
        reading->likely ? "" : " (not likely)");
    if (reading->error != DSN_OK) {
        print_row(out, "refuses", dsn_error_text(reading->error));
        return;
    }
    print_row(out, "user", part_text(session, dsn, &reading->user));
    print_row(out, "password", reveal_value(session, reading->password.text));
    print_hosts(session, out, dsn, &reading->hosts);
    print_row(out, "database", part_text(session, dsn, &reading->database));
}

static void print_text(const struct session *session, struct out *out, const struct dsn *dsn)
{
    print_row(out, "family", dsn_family_name(dsn->family));
    print_row(out, "scheme", dsn->scheme.text);
    print_row(out, "driver", dsn->driver);
    print_row(out, "user", part_text(session, dsn, &dsn->user));
    print_row(out, "password", reveal_value(session, dsn->password.text));
    print_hosts(session, out, dsn, &dsn->hosts);
    print_row(out, "database", part_text(session, dsn, &dsn->database));
    vec_each(const struct dsn_parameter *, parameter, &dsn->parameters)
        print_row(out, "parameter",
            arena_printf(session->arena, STR_FMT "=" STR_FMT, STR_ARG(parameter->key.text),
                STR_ARG(reveal_secret(session, parameter->value.text, parameter->secret))));
    if (dsn->ambiguous)
        out_text(out, "ambiguous  clients read it differently\n");
    if (!dsn->ambiguous && session->settings.verbose == 0)
        return;
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        if (reading->likely || session->settings.verbose > 0)
            print_reading(session, out, dsn, reading);
}

/* Of several clients one takes the string. */
static bool is_taken_by_some(const struct dsn *dsn)
{
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (it->error == DSN_OK && dsn->readings.count > 1)
            return true;
    return false;
}

/* Who refuses is one of several: the others' readings stand beside the fault. */
static enum outcome refuse(struct session *session, struct out *out, bool is_json, const struct dsn *dsn)
{
    str reason = dsn_error_text(dsn->error);
    if (!is_json)
        return session_fault(session, OUTCOME_BAD_INPUT, STR_FMT, STR_ARG(reason));
    json_t *refusal = json_pack("{s:i, s:o}", "version", 1, "error", json_text(session->gate, reason));
    if (dsn->scheme.present && is_taken_by_some(dsn))
        json_object_set_new(refusal, "readings", readings_json(session, dsn));
    json_out(out, refusal);
    out_text(out, "\n");
    out_flush(out);
    return OUTCOME_BAD_INPUT;
}

static enum outcome parse(struct session *session, const struct input *input)
{
    bool is_json = session_is_json(session);
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    const struct dsn_family *family =
        session->settings.family.len > 0 ? dsn_family_find(session->settings.family) : NULL;
    const struct dsn *dsn = dsn_parse(session->arena, input->text, family, input->variable);
    if (!session->settings.reveal)
        secrets_hide(session->gate, dsn);
    if (dsn->error != DSN_OK)
        return refuse(session, &out, is_json, dsn);
    if (is_json) {
        json_out(&out, dsn_json(session, dsn));
        out_text(&out, "\n");
    } else {
        print_text(session, &out, dsn);
    }
    out_flush(&out);
    return OUTCOME_OK;
}

/* Files whose readers give a character of the string a meaning of their own. */
static const struct escape {
    const char *name;
    char byte; /* written twice there */
} escapes[] = {
    {"alembic", '%'}, /* alembic.ini: Python's configparser interpolates %(name)s */
};

static str escape_choice(size_t index)
{
    return str_from_c(index < ARRAY_COUNT(escapes) ? escapes[index].name : NULL);
}

/* The text as it is written into the file that `name` names; an empty name: as it is. */
static str escaped(struct arena *arena, str text, str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(escapes); i++) {
        if (!str_eq(name, str_from_c(escapes[i].name)))
            continue;
        struct buf doubled = buf_new(arena, text.len * 2);
        for (size_t at = 0; at < text.len; at++) {
            buf_byte(&doubled, text.ptr[at]);
            if (text.ptr[at] == escapes[i].byte)
                buf_byte(&doubled, text.ptr[at]);
        }
        return buf_view(&doubled);
    }
    return text;
}

static enum outcome rewrite(struct session *session, const struct input *input)
{
    if (session->settings.target.len == 0)
        return session_fault(
            session, OUTCOME_USAGE, "rewrite needs --to: sync, async, libpq, asyncpg or a driver");
    struct rewrite_result result = dsn_rewrite(session->arena, input->text, session->settings.target);
    if (result.error != REWRITE_OK)
        return session_fault(session, OUTCOME_BAD_INPUT, STR_FMT, STR_ARG(result.reason));
    secrets_hide(session->gate, dsn_parse(session->arena, input->text, NULL, input->variable));
    /* The string itself is what was asked for; what is said about it holds nothing of it. */
    struct out out = out_new(gate_new(session->arena), session->host, STDOUT_FILENO);
    str text = escaped(session->arena, result.text, session->settings.escape);
    out_printf(&out, STR_FMT "\n", STR_ARG(text));
    out_flush(&out);
    vec_each(const str *, name, &result.dropped)
        session_fault(session, OUTCOME_OK, "dropped the parameter `" STR_FMT "`",
            STR_ARG(gate_visible(session->gate, *name)));
    vec_each(const str *, warning, &result.warnings)
        session_fault(
            session, OUTCOME_OK, "warning: " STR_FMT, STR_ARG(gate_visible(session->gate, *warning)));
    return OUTCOME_OK;
}

static const struct action {
    const char *name;
    enum outcome (*run)(struct session *session, const struct input *input);
} actions[] = {
    {"parse", parse},
    {"rewrite", rewrite},
};

static str action_choice(size_t index)
{
    return str_from_c(index < ARRAY_COUNT(actions) ? actions[index].name : NULL);
}

static enum outcome run(struct session *session)
{
    for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
        if (!str_eq(session->operands.items[0], str_from_c(actions[i].name)))
            continue;
        struct input input;
        enum outcome outcome = read_input(session, &input);
        return outcome == OUTCOME_OK ? actions[i].run(session, &input) : outcome;
    }
    return session_fault(session, OUTCOME_USAGE, "say what to do: parse or rewrite");
}

static str family_choice(size_t index)
{
    const struct dsn_family *family = dsn_family_at(index);
    return family != NULL ? dsn_family_name(family) : STR("");
}

static const struct option_row dsn_rows[] = {
    {.name = "env",
        .kind = OPTION_TEXT,
        .argument = "NAME",
        .offset = offsetof(struct cli_settings, variable),
        .about =
            "Take the connection string from this variable, so that no password is in the process list."},
    {.name = "family",
        .kind = OPTION_TEXT,
        .argument = "NAME",
        .completion = COMPLETE_CHOICE,
        .choices = family_choice,
        .offset = offsetof(struct cli_settings, family),
        .about = "Read it as this family where the text alone does not tell."},
    {.name = "to",
        .kind = OPTION_TEXT,
        .argument = "DRIVER",
        .offset = offsetof(struct cli_settings, target),
        .about = "rewrite: the wanted form: sync, async, libpq, asyncpg, or a driver's name."},
    {.name = "escape",
        .kind = OPTION_TEXT,
        .argument = "FILE",
        .completion = COMPLETE_CHOICE,
        .choices = escape_choice,
        .offset = offsetof(struct cli_settings, escape),
        .about =
            "rewrite: as it is written into a file that reads more into it: alembic (alembic.ini) doubles "
            "every %."},
};

static const struct option_group dsn_group = OPTION_GROUP("Connection string", dsn_rows);

static const struct option_group *const groups[] = {
    &dsn_group,
    &option_group_values,
    &option_group_common,
    NULL,
};

const struct command command_dsn = {
    .name = "dsn",
    .operands = "parse|rewrite [DSN|-]",
    .summary = "Take a connection string apart, or rewrite its driver.",
    .description = "parse prints the parts of a connection string and how each client reads it; where "
                   "clients differ it says so."
                   "\nrewrite changes the driver by splicing bytes: credentials, hosts and path stay as they "
                   "are, and what the "
                   "target cannot express is dropped with a word on standard error, or refused. `-` is "
                   "standard input, less one "
                   "final line feed.",
    .example = "bootgate dsn parse --env DATABASE_URL\n"
               "bootgate dsn rewrite --to sync --env DATABASE_URL\n"
               "bootgate dsn rewrite --to sync --escape alembic --env DATABASE_URL",
    .groups = groups,
    .operand_choices = action_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_min = 1,
    .operands_max = 2,
    .is_alone = true,
    .run = run,
};
