#include "rule/credential_report.h"

#include "rule/published.h"
#include "rule/standing.h"

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

/* What was never filled in is what the example shows under the same name: the reader may compare them. */
static void relate_example(struct check_run *run, struct diag *finding, struct place place, str secret)
{
    const struct published_value *published = published_find(run, place.variable, secret);
    bool is_same = published && str_eq(published->name, place.variable);
    if (is_same && published->at.source != place.at.source)
        finding_related(run, finding, published->at, "published here");
}

struct diag *credential_reported(struct check_run *run, struct place place)
{
    for (size_t i = 0; i < ARRAY_COUNT(credential_messages); i++) {
        struct diag *finding = finding_at(run, credential_messages[i].rule, place);
        if (finding)
            return finding;
    }
    return NULL;
}

void credential_report(struct check_run *run, const struct credential_verdict *verdict, struct place place,
    str subject, str secret, const struct variable *variable)
{
    str message = arena_join(
        run->arena, subject, STR(" "), message_of(verdict->rule, variable && variable->is_connection));
    struct diag *known = credential_reported(run, place), *finding = NULL;
    bool is_other =
        known && known->severity == SEVERITY_ERROR && !str_eq(known->rule, rule_info(verdict->rule)->name);
    if (!is_other)
        finding = finding_add(run, verdict->rule, place, STR_FMT, STR_ARG(message));
    else if (verdict->rule == RULE_DEFAULT_CREDENTIALS) /* documented somewhere: more than weak */
        finding = finding_replace(run, known, verdict->rule, place, message);
    if (!finding) { /* the same bytes under another name, too: told at the first */
        if (known && !str_eq(known->variable, place.variable))
            finding_holders(run, known, variable);
        return;
    }
    finding_label(run, finding, STR_FMT, STR_ARG(verdict->reason));
    bool is_key =
        verdict->fault == CREDENTIAL_EMPTY && variable && credential_is_own_key(variable->value->name);
    finding_why(run, finding, STR_FMT "; %s",
        STR_ARG(facts_mode_sentence(run->facts, run->arena, place.service)),
        is_key ? "anybody can sign or decrypt with an empty key" : reach_of(verdict->fault));
    standing_suggest(run, finding, secret, variable);
    finding_related(run, finding, verdict->related, "published by the project here");
    if (verdict->fault == CREDENTIAL_PLACEHOLDER)
        relate_example(run, finding, place, secret);
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
    standing_suggest(run, finding, secret, variable);
}

void credential_report_hardcoded(struct check_run *run, struct place place, str subject, str name)
{
    const struct deployment_words *words = deployment_words(run->facts->deployment);
    struct diag *finding = finding_add(run, RULE_HARDCODED_CREDENTIAL, place,
        STR_FMT " is written into " STR_FMT, STR_ARG(subject), STR_ARG(words->file));
    finding_why(run, finding, "whoever can read the repository can read it, and its history keeps it");
    str advice = deployment_word(run->arena, words->secret, name);
    finding_help(run, finding, STR_FMT, STR_ARG(advice));
}
