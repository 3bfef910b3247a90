#include "cli/proposal.h"

#include "cli/init_budget.h"
#include "facts/mode.h"
#include "facts/variable.h"
#include "rewrite/driver.h"
#include "rule/credential.h"
#include "rule/scope.h"
#include "syntax/yaml.h"

#define SCHEMA_LINE "# yaml-language-server: $schema=.bootgate.schema.json\n"

/* ---- variables */

/* Nothing, or a word that programs take for it: MAIL_PASSWORD=null. */
static bool is_none(const struct value *value)
{
    static const str words[] = {STR_INIT("null"), STR_INIT("none"), STR_INIT("nil")};
    return value == NULL || value->text.len == 0 || STR_IS_IN_FOLD(value->text, words);
}

/* True where every environment that is judged, and every program of the project, has it with a value that
 * nobody can leave out: whoever declares it required then stops nothing that runs today. */
static bool is_always_set(const struct check_result *result, str name)
{
    vec_each(const struct check_project *, project, &result->projects) {
        const struct facts *facts = project->facts;
        const struct value *value = scope_variable(facts, name);
        if (is_none(value) || value_root(value)->origin == ORIGIN_PROCESS)
            return false;
        vec_each(struct service *const *, service, &facts->services) {
            const struct workload *workload = (*service)->workload;
            const struct value *own = env_get(&workload->environment, name);
            bool has_none = is_none(own);
            if (has_none && (own != NULL || mode_is_own_program(workload)))
                return false;
        }
        for (size_t i = 0; facts->deployment != NULL && i < facts->deployment->uses.count; i++) {
            const struct template_use *use = &facts->deployment->uses.items[i];
            if (str_eq(use->name, name) && (use->has_fallback || use->alternative))
                return false;
        }
    }
    return true;
}

/* What is known of a name over all projects of the run. */
struct meaning {
    bool is_secret, is_connection, is_web, is_other; /* is_other: a value that is no connection string */
    str driver;
    bool has_driver, drivers_differ; /* one that is known */
};

static const struct connection *connection_of(const struct facts *facts, const struct variable *variable)
{
    vec_each(struct connection *const *, connection, &facts->connections)
        if ((*connection)->variable == variable && (*connection)->dsn != NULL)
            return *connection;
    return NULL;
}

static void add_meaning(struct meaning *meaning, const struct facts *facts, const struct variable *variable)
{
    const struct connection *connection = connection_of(facts, variable);
    meaning->is_secret |= variable->secret && credential_secrecy(variable->value->name) != SECRECY_MASKED;
    if (connection == NULL || connection->dsn->error != DSN_OK || connection->family == FAMILY_NONE) {
        meaning->is_other |= variable->value->text.len > 0;
        return;
    }
    str driver = connection->dsn->driver;
    meaning->drivers_differ |= meaning->is_connection && !str_eq(driver, meaning->driver);
    meaning->driver = driver;
    meaning->has_driver = driver_find(connection->dsn->dialect, driver) != NULL;
    meaning->is_connection = true;
    meaning->is_web |= str_starts_fold(connection->dsn->scheme.text, STR("http"));
}

static struct meaning meaning_of(const struct check_result *result, str name)
{
    struct meaning meaning = {0};
    vec_each(const struct check_project *, project, &result->projects)
        vec_each(struct variable *const *, variable, &project->facts->variables)
            if (str_eq((*variable)->value->name, name))
                add_meaning(&meaning, project->facts, *variable);
    return meaning;
}

/* "{required: true, type: dsn, driver: asyncpg}"; empty: there is nothing to declare of it. */
static str declaration(struct proposal *proposal, str name)
{
    struct meaning meaning = meaning_of(proposal->result, name);
    bool is_dsn = meaning.is_connection && !meaning.is_other && !meaning.is_web;
    bool is_secret = meaning.is_secret && !meaning.is_connection;
    struct buf buf = buf_new(proposal->arena, SIZE_MAX / 4);
    if (!is_dsn && !is_secret)
        return STR("");
    if (is_always_set(proposal->result, name))
        buf_str(&buf, STR(", required: true"));
    if (is_dsn)
        buf_str(&buf, STR(", type: dsn"));
    if (is_dsn && meaning.has_driver && !meaning.drivers_differ)
        buf_printf(&buf, ", driver: " STR_FMT, STR_ARG(yaml_quote(proposal->arena, meaning.driver)));
    if (is_secret)
        buf_str(&buf, STR(", secret: true"));
    return arena_printf(proposal->arena, "{" STR_FMT "}", STR_ARG(str_skip(buf_view(&buf), 2)));
}

static void add_variables(struct proposal *proposal)
{
    struct map seen = {0};
    vec_each(const struct check_project *, project, &proposal->result->projects)
        vec_each(struct variable *const *, row, &project->facts->variables) {
            str name = (*row)->value->name;
            bool is_judged = (*row)->force.kind == FORCE_IN && !(*row)->derived && str_is_name(name) &&
                             (*row)->value->origin != ORIGIN_DEFAULT;
            if (!is_judged || map_set(proposal->arena, &seen, name, proposal) != NULL)
                continue;
            str text = declaration(proposal, name);
            if (text.len > 0)
                *vec_add(proposal->arena, &proposal->entries) = (struct proposal_entry){
                    .subject = name,
                    .text = arena_printf(
                        proposal->arena, "  " STR_FMT ": " STR_FMT "\n", STR_ARG(name), STR_ARG(text)),
                };
        }
}

/* ---- rules */

/* Every program that is handed the name gets the same bytes, which rules see, too. */
static bool means_one_thing(const struct facts *facts, const struct value *value)
{
    const struct value *seen = scope_variable(facts, value->name);
    if (!str_is_name(value->name) || seen == NULL || !str_eq(seen->text, value->text))
        return false;
    vec_each(struct variable *const *, variable, &facts->variables)
        if (str_eq((*variable)->value->name, value->name) && !str_eq((*variable)->value->text, value->text))
            return false;
    return true;
}

/*
 * The server's own password and those of the strings that open it with the same user: one secret. Where all
 * of them insert one variable there is nothing that could disagree.
 */
static str_vec password_expressions(
    struct arena *arena, const struct facts *facts, const struct server *server)
{
    str_vec list = {0};
    if (server->password == NULL || !means_one_thing(facts, server->password))
        return list;
    struct map seen = {0};
    vec_push(arena, &list, server->password->name);
    vec_each(const struct connection *const *, row, &server->clients) {
        const struct connection *client = *row;
        bool is_own = client->dsn != NULL && !client->variable->derived && client->force.kind == FORCE_IN;
        bool is_written = connection_part_value(client, PART_PASSWORD) != value_root(server->password);
        if (!is_own || !is_written || !str_eq(client->user, server->user_text) ||
            !means_one_thing(facts, client->variable->value) || map_has(&seen, client->label))
            continue;
        map_set(arena, &seen, client->label, list.items);
        vec_push(arena, &list, arena_printf(arena, "dsn(" STR_FMT ").password", STR_ARG(client->label)));
    }
    return list;
}

/* Rule ids are kebab-case; a server of another name stays without a rule. */
static bool is_kebab(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!byte_is_digit(name.ptr[i]) && name.ptr[i] != '-' && byte_lower(name.ptr[i]) != name.ptr[i])
            return false;
    return name.len > 0 && byte_is_letter(name.ptr[0]) && !str_has_any(name, STR("_.: /"));
}

static void add_rules(struct proposal *proposal)
{
    struct arena *arena = proposal->arena;
    const struct facts *facts = proposal->result->projects.items[0].facts;
    vec_each(struct server *const *, server, &facts->servers) {
        str_vec expressions = password_expressions(arena, facts, *server);
        if (expressions.count < 2 || !is_kebab((*server)->name))
            continue;
        str id = arena_concat(arena, STR("one-password-for-"), (*server)->name);
        str list = str_vec_join(arena, &expressions, STR(", "));
        str text = arena_join(arena, STR("  - id: "), id, STR("\n    agree: ["), list, STR("]\n"));
        *vec_add(arena, &proposal->entries) =
            (struct proposal_entry){.subject = id, .text = text, .is_rule = true};
    }
}

struct proposal proposal_make(struct arena *arena, const struct check_result *result)
{
    struct proposal proposal = {.arena = arena, .result = result};
    add_variables(&proposal);
    add_rules(&proposal);
    return proposal;
}

/* ---- the text, section by section */

static void write_head(struct proposal *proposal, struct buf *buf)
{
    const struct check_result *result = proposal->result;
    const struct facts *facts = result->projects.items[0].facts;
    buf_str(
        buf, STR(SCHEMA_LINE "# What this project knows about itself, for bootgate check, exec and budget.\n"
                             "version: 1\n"));
    str name = facts->deployment != NULL ? facts->deployment->name : STR("");
    if (name.len > 0 && str_eq(name, init_comment(facts, name)))
        buf_printf(buf, "name: " STR_FMT "\n", STR_ARG(yaml_quote(buf->arena, name)));
    /* Lines that would decide what is found out by itself, each file and program for itself, are comments. */
    str from = init_comment(facts, facts->mode_from);
    if (str_is_name(facts->mode_variable))
        buf_printf(buf, "# mode: ${" STR_FMT ":-production}   # without it: " STR_FMT " (" STR_FMT ")\n",
            STR_ARG(facts->mode_variable), STR_ARG(mode_name(facts->mode)), STR_ARG(from));
    else
        buf_printf(buf, "# mode: production            # without it: " STR_FMT " (" STR_FMT ")\n",
            STR_ARG(mode_name(facts->mode)), STR_ARG(from));
    buf_str(buf,
        STR("# read-by: [compose]          # who reads the .env files: bootgate rules --dialects\n"
            "# baseline: .bootgate-baseline   # what is known already; made by check --write-baseline\n"));
}

static void write_entries(const struct proposal *proposal, struct buf *buf, bool are_rules, str head)
{
    vec_each(const struct proposal_entry *, entry, &proposal->entries) {
        if (entry->is_dropped || entry->is_rule != are_rules)
            continue;
        buf_str(buf, head);
        head = STR("");
        buf_str(buf, entry->text);
    }
}

static void write_variables(struct proposal *proposal, struct buf *buf)
{
    write_entries(proposal, buf, false, STR("\nvars:\n"));
    if (proposal_count(proposal, false) == 0)
        buf_str(buf, STR("\n# vars:\n#   NAME: {required: true, type: url}\n"));
}

static void write_rules(struct proposal *proposal, struct buf *buf)
{
    write_entries(proposal, buf, true, STR("\nrules:\n"));
}

static void write_budget(struct proposal *proposal, struct buf *buf)
{
    proposal->consumers = init_write_budget(buf, proposal->result->projects.items[0].facts);
}

static void (*const sections[])(struct proposal *proposal, struct buf *buf) = {
    write_head,
    write_variables,
    write_rules,
    write_budget,
};

str proposal_text(struct proposal *proposal)
{
    struct buf buf = buf_new(proposal->arena, SIZE_MAX / 4);
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++)
        sections[i](proposal, &buf);
    return buf_view(&buf);
}

size_t proposal_count(const struct proposal *proposal, bool of_rules)
{
    size_t count = 0;
    vec_each(const struct proposal_entry *, entry, &proposal->entries)
        count += !entry->is_dropped && entry->is_rule == of_rules;
    return count;
}

/* ---- what it would change */

static str finding_key(struct arena *arena, const struct check_result *result, const struct diag *diag)
{
    const struct source *source = source_of(&result->sources, diag->at);
    return arena_printf(arena, STR_FMT "\n" STR_FMT "\n%u\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n%d",
        STR_ARG(diag->rule), STR_ARG(source != NULL ? source->name : STR("")), diag->at.offset,
        STR_ARG(diag->variable), STR_ARG(diag->service), STR_ARG(diag->message), (int)diag->severity);
}

static bool speaks_of(const struct diag *diag, const struct proposal_entry *entry)
{
    return entry->is_rule ? str_starts(diag->message, entry->subject)
                          : str_eq(diag->variable, entry->subject);
}

static void drop_blamed(struct proposal *proposal, const struct diag *diag)
{
    size_t dropped = 0;
    vec_each(struct proposal_entry *, entry, &proposal->entries)
        if (!entry->is_dropped && speaks_of(diag, entry))
            dropped += entry->is_dropped = true;
    vec_each(struct proposal_entry *, entry, &proposal->entries)
        entry->is_dropped |= dropped == 0;
}

bool proposal_drop(struct proposal *proposal, const struct check_result *tried)
{
    struct map known = {0};
    size_t left = proposal_count(proposal, false) + proposal_count(proposal, true);
    bool has_new = false;
    vec_each(const struct diag *, diag, &proposal->result->diags.list)
        map_set(proposal->arena, &known, finding_key(proposal->arena, proposal->result, diag), proposal);
    vec_each(const struct diag *, diag, &tried->diags.list) {
        if (map_has(&known, finding_key(proposal->arena, tried, diag)))
            continue;
        has_new = true;
        drop_blamed(proposal, diag);
    }
    return has_new && left > 0;
}
