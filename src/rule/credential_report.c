#include "rule/credential_report.h"

#include "rule/published.h"
#include "rule/purpose.h"

#define STANDING_LABELS_MAX 8 /* names in one line of help */

/* What messages say per rule; the reason of the verdict is beside the caret. */
static const struct {
    enum rule_id rule;
    str says, says_of_string; /* of a connection string where it differs */
} credential_messages[] = {
    {RULE_DEFAULT_CREDENTIALS, STR_INIT("carries documented default credentials"), {0}},
    {RULE_PLACEHOLDER_VALUE, STR_INIT("still holds a placeholder"), {0}},
    {RULE_WEAK_SECRET, STR_INIT("is too weak for a secret"), STR_INIT("carries a weak password")},
    {RULE_EMPTY_PASSWORD, STR_INIT("is empty"), STR_INIT("has an empty password")},
};

static str message_of(enum rule_id rule, bool is_string)
{
    for (size_t i = 0; i < ARRAY_COUNT(credential_messages); i++) {
        if (rule != credential_messages[i].rule)
            continue;
        bool differs = is_string && credential_messages[i].says_of_string.len;
        return differs ? credential_messages[i].says_of_string : credential_messages[i].says;
    }
    return STR("is not acceptable");
}

/* One place of a secret, and what else must change with it. */
struct standing {
    str label, group;
};

/* Where each secret is, by its text: gathered when the first finding asks. */
typedef VEC(struct standing) standings;

static void note_standing(struct check_run *run, str secret, str label, str group)
{
    standings *list = map_get(&run->standings, secret);
    if (!list) {
        list = arena_new(run->arena, standings);
        map_set(run->arena, &run->standings, secret, list);
    }
    vec_each(const struct standing *, known, list)
        if (str_eq(known->label, label) || list->count == STANDING_LABELS_MAX)
            return;
    vec_push(run->arena, list, ((struct standing){label, group}));
}

static void gather_standings(struct check_run *run)
{
    vec_each(struct variable *const *, row, &run->facts->variables)
        if ((*row)->value == (*row)->root && (*row)->secret)
            note_standing(run, (*row)->value->text, (*row)->value->name, purpose_group(run, *row));
    vec_each(struct connection *const *, row, &run->facts->connections) {
        const struct connection *connection = *row;
        if (connection->dsn && connection->has_password &&
            connection_part_value(connection, PART_PASSWORD) == connection->variable->value)
            note_standing(run, connection->password, connection->label, family_name(connection->family));
    }
}

/* The command without which an existing volume keeps the old password; empty: none is needed. */
static str change_of(struct check_run *run, str secret)
{
    vec_each(struct server *const *, row, &run->facts->servers) {
        const struct server *server = *row;
        const struct value *admin = server->admin_password;
        bool is_admins = admin && str_eq(admin->text, secret);
        bool is_its = server->password && str_eq(server->password->text, secret);
        if (!server->service || secret.len == 0 || !(is_admins || is_its))
            continue;
        str change =
            server_password_change(run->arena, server, is_admins ? server_admin(server) : server->user_text);
        if (change.len)
            return arena_concat(run->arena, STR("; an existing volume keeps the old one: "), change);
    }
    return STR("");
}

/*
 * "set one new password in A, B and C": the places of the same secret that one server is opened with. Others
 * that happen to hold it, as after copying one placeholder, get a new value each.
 */
static void suggest_rotation(
    struct check_run *run, struct diag *finding, str secret, const struct variable *variable)
{
    if (!finding)
        return;
    if (run->standings.live == 0)
        gather_standings(run);
    const standings *list = secret.len && variable ? map_get(&run->standings, secret) : NULL;
    str group = list ? purpose_group(run, variable) : STR("");
    struct buf places = buf_new(run->arena, SIZE_MAX / 4);
    size_t count = 0;
    for (size_t i = 0; list && group.len && i < list->count; i++)
        if (str_eq(list->items[i].group, group))
            buf_printf(&places, "%s" STR_FMT, count++ ? ", " : "", STR_ARG(list->items[i].label));
    str labels = buf_view(&places), change = change_of(run, secret);
    if (count > 1)
        finding_help(run, finding, "set one new password in " STR_FMT ": openssl rand -hex 32" STR_FMT,
            STR_ARG(labels), STR_ARG(change));
    else
        finding_help(run, finding, "set a new one: openssl rand -hex 32" STR_FMT, STR_ARG(change));
}

static const char *reach_of(enum credential_fault fault)
{
    switch (fault) {
    case CREDENTIAL_EMPTY:
        return "the server lets everybody in, or nobody";
    case CREDENTIAL_SAME_AS_USER:
    case CREDENTIAL_KNOWN:
    case CREDENTIAL_PUBLISHED:
    case CREDENTIAL_EXAMPLE:
        return "anyone who has read the docs can log in";
    case CREDENTIAL_PLACEHOLDER:
        return "nobody has filled it in yet";
    default:
        return "it can be guessed";
    }
}

void credential_report(struct check_run *run, const struct credential_verdict *verdict, struct place place,
    str subject, str secret, const struct variable *variable)
{
    str says = message_of(verdict->rule, variable && variable->is_connection);
    struct diag *finding =
        finding_add(run, verdict->rule, place, STR_FMT " " STR_FMT, STR_ARG(subject), STR_ARG(says));
    finding_label(run, finding, STR_FMT, STR_ARG(verdict->reason));
    bool is_key =
        verdict->fault == CREDENTIAL_EMPTY && variable && credential_is_own_key(variable->value->name);
    finding_why(run, finding, STR_FMT "; %s",
        STR_ARG(facts_mode_sentence(run->facts, run->arena, place.service)),
        is_key ? "anybody can sign or decrypt with an empty key" : reach_of(verdict->fault));
    suggest_rotation(run, finding, secret, variable);
    finding_related(run, finding, verdict->related, "published by the project here");
    finding_holders(run, finding, variable);
}

/* A secret that no list knows, but that this repository shows to the world. */
void credential_report_published(
    struct check_run *run, struct place place, str subject, str secret, const struct variable *variable)
{
    const struct published_value *published = published_find(run, place.variable, secret);
    if (!published)
        return;
    struct diag *finding = finding_add(run, RULE_PUBLISHED_VALUE, place,
        STR_FMT " equals a value that the repository publishes", STR_ARG(subject));
    finding_label(run, finding, "%s", published->what);
    finding_why(run, finding, STR_FMT "; whoever sees the repository knows it",
        STR_ARG(facts_mode_sentence(run->facts, run->arena, place.service)));
    if (published->at.source != place.at.source || published->at.offset != place.at.offset)
        finding_related(run, finding, published->at, "published here");
    suggest_rotation(run, finding, secret, variable);
}
