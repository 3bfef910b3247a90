/* `bootgate rules`: a row of cli/commands.h. */
#include "cli/admission.h"
#include "cli/commands.h"
#include "cli/holds.h"
#include "cli/listing.h"
#include "cli/rules_test.h"
#include "cli/session.h"
#include "language/schema.h"
#include "report/json_text.h"
#include "report/report.h"
#include "rule/allow_row.h"
#include "rule/suppress.h"

#include <unistd.h>

enum { WIDTH = 80, WIDE = 110, SUMMARY_COLUMN = 43 };

static str severity_in(const struct rule_info *rule, enum mode mode)
{
    return severity_name(rule->severity[mode]);
}

static json_t *rule_json(struct gate *gate, const struct rule_info *rule)
{
    return json_pack("{s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o, s:o}", "name",
        json_text(gate, rule->name), "group", json_text(gate, rule->group), "over",
        json_text(gate, rule->over), "severity", "production",
        json_text(gate, severity_in(rule, MODE_PRODUCTION)), "development",
        json_text(gate, severity_in(rule, MODE_DEVELOPMENT)), "severity_note",
        json_text_or_null(gate, rule->severity_note), "summary", json_text(gate, rule->summary), "why",
        json_text_or_null(gate, rule->why), "help", json_text_or_null(gate, rule->help), "holds",
        holds_json(gate, rule));
}

static bool is_listed(const struct rule_info *rule, str group)
{
    return group.len == 0 || str_eq(rule->group, group);
}

static void list_json(struct out *out, str group)
{
    json_t *rules = json_array();
    for (size_t i = 0; i < rule_count(); i++)
        if (is_listed(rule_at(i), group))
            json_array_append_new(rules, rule_json(out->gate, rule_at(i)));
    json_out(out, json_pack("{s:i, s:o}", "version", 1, "rules", rules));
    out_text(out, "\n");
}

static str group_about(str group)
{
    for (size_t i = 0; i < rule_group_count(); i++)
        if (str_eq(rule_group_at(i), group))
            return rule_group_about(i);
    return STR("");
}

static void list_group(struct out *out, str group)
{
    out_printf(out, STR_FMT ": " STR_FMT "\n", STR_ARG(group), STR_ARG(group_about(group)));
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule_info *rule = rule_at(i);
        if (!is_listed(rule, group))
            continue;
        str severity = severity_in(rule, MODE_PRODUCTION);
        str letters = holds_letters(out->buf.arena, rule);
        out_printf(out, "  %-26.*s%-9.*s" STR_FMT "  ", (int)rule->name.len, rule->name.ptr,
            (int)severity.len, severity.ptr, STR_ARG(letters));
        out_wrapped(out, rule->summary, SUMMARY_COLUMN, SUMMARY_COLUMN, WIDE);
        out_text(out, "\n");
    }
}

static enum outcome list_rules(struct session *session, str group)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    if (session_is_json(session)) {
        list_json(&out, group);
    } else if (group.len > 0) {
        list_group(&out, group);
        out_printf(&out, "\n%s\n", holds_legend);
    } else {
        for (size_t i = 0; i < rule_group_count(); i++) {
            out_text(&out, i > 0 ? "\n" : "");
            list_group(&out, rule_group_at(i));
        }
        out_printf(&out, "\n%s\nbootgate rules NAME explains one.\n", holds_legend);
    }
    out_flush(&out);
    return OUTCOME_OK;
}

static void print_paragraph(struct out *out, const char *head, str text)
{
    if (text.len == 0)
        return;
    out_text(out, head);
    out_wrapped(out, text, strlen(head), 0, WIDTH);
    out_text(out, "\n\n");
}

static void print_holds(struct out *out, const struct rule_info *rule)
{
    print_paragraph(out, "Holds for: ", holds_names(out->buf.arena, rule));
    for (size_t i = 0; i < RULE_INPUT_COUNT; i++) {
        str means = holds_means(rule, (enum rule_input)i), name = holds_name((enum rule_input)i);
        print_paragraph(out,
            arena_c_string(out->buf.arena, arena_join(out->buf.arena, STR("In "), name, STR(": "))), means);
    }
}

static void print_sample(struct out *out, const char *head, const struct rule_sample *sample)
{
    for (size_t i = 0; i < sample->file_count; i++) {
        str text = str_trim_bytes(sample->files[i].text, STR("\n")), line;
        out_printf(out, "%s, " STR_FMT ":\n\n", head, STR_ARG(sample->files[i].path));
        while (str_next(&text, '\n', &line))
            out_printf(out, "    " STR_FMT "\n", STR_ARG(line));
        out_text(out, "\n");
    }
}

/* A comment beside the value cannot let documented credentials pass in production: rule/suppress.c. */
static void print_allow(struct out *out, const struct rule_info *rule)
{
    str row = allow_row_template(out->buf.arena, rule);
    if (row.len == 0)
        return;
    if (suppress_needs_config(rule->name))
        out_text(out, "To allow it where it is right, in bootgate.yaml (in production no comment does):\n\n");
    else
        out_printf(out,
            "To allow it where it is right, on the line before:\n\n"
            "    # bootgate: allow " STR_FMT " reason=\"...\" until=YYYY-MM-DD\n\n"
            "or in bootgate.yaml:\n\n",
            STR_ARG(rule->name));
    out_printf(out,
        "    allow:\n      - " STR_FMT
        "\n\nbootgate check -v prints this row for each finding as it must be.\n",
        STR_ARG(row));
}

static void explain_text(struct out *out, const struct rule_info *rule)
{
    out_printf(out, STR_FMT " (" STR_FMT ")\n\n", STR_ARG(rule->name), STR_ARG(rule->group));
    print_paragraph(out, "", rule->summary);
    out_printf(out, STR_FMT " in production, " STR_FMT " in development\n",
        STR_ARG(severity_in(rule, MODE_PRODUCTION)), STR_ARG(severity_in(rule, MODE_DEVELOPMENT)));
    if (rule->severity_note.len > 0)
        print_paragraph(out, "", rule->severity_note);
    else
        out_text(out, "\n");
    print_holds(out, rule);
    print_paragraph(out, "Why: ", rule->why);
    print_paragraph(out, "Fix: ", rule->help);
    print_sample(out, "Bad", &rule->bad);
    print_sample(out, "Good", &rule->good);
    print_allow(out, rule);
}

static enum outcome explain(struct session *session, const struct rule_info *rule)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    if (session_is_json(session)) {
        json_out(&out, json_pack("{s:i, s:[o]}", "version", 1, "rules", rule_json(session->gate, rule)));
        out_text(&out, "\n");
    } else {
        explain_text(&out, rule);
    }
    out_flush(&out);
    return OUTCOME_OK;
}

static enum outcome explain_named(struct session *session, str name)
{
    const struct rule_info *rule = rule_find(name);
    if (rule != NULL)
        return explain(session, rule);
    if (rule_is_group(name))
        return list_rules(session, name);
    return session_unknown(session, OUTCOME_USAGE, "no such rule or group", rule_nearest(name, true));
}

static enum outcome print_schema(struct session *session)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    out_str(&out, schema_print(session->arena));
    out_flush(&out);
    return OUTCOME_OK;
}

static str export_choice(size_t index)
{
    return index == 0 ? STR("validating-admission-policy") : STR("");
}

/* `export --to KIND`: the rules that another program can hold by itself. */
static enum outcome export_rules(struct session *session)
{
    if (session->operands.count > 1)
        return session_fault(session, OUTCOME_USAGE, "export takes no operand, --to says what is written");
    if (session->settings.target.len == 0)
        return session_fault(session, OUTCOME_USAGE, "export needs --to " STR_FMT, STR_ARG(export_choice(0)));
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    admission_print(&out);
    out_flush(&out);
    return OUTCOME_OK;
}

static enum outcome run(struct session *session)
{
    const struct cli_settings *settings = &session->settings;
    const struct {
        bool is_wanted;
        const struct listing *listing;
    } lists[] = {
        {settings->list_fields, &listing_fields},
        {settings->list_dialects, &listing_dialects},
        {settings->list_families, &listing_families},
        {settings->list_clients, &listing_clients},
        {settings->list_pools, &listing_pools},
        {settings->list_limits, &listing_limits},
    };
    str first = session->operands.count ? session->operands.items[0] : STR("");
    bool is_export = str_eq(first, STR("export")), is_test = str_eq(first, STR("test"));
    if (session->operands.count > 1 && !is_export && !is_test)
        return session_fault(session, OUTCOME_USAGE, "too many arguments: %s", session->command->operands);
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
        if (lists[i].is_wanted)
            return listing_print(session, lists[i].listing, first);
    if (settings->print_schema)
        return first.len ? session_fault(session, OUTCOME_USAGE, "--schema takes no argument")
                         : print_schema(session);
    if (settings->target.len && !is_export)
        return session_fault(session, OUTCOME_USAGE, "--to goes with export");
    if (is_test)
        return rules_test(session);
    if (is_export)
        return export_rules(session);
    return first.len ? explain_named(session, first) : list_rules(session, STR(""));
}

static str rule_choice(size_t index)
{
    return index < rule_count() ? rule_at(index)->name : STR("");
}

#define LIST_ROW(word, field, sentence)                                                                      \
    {                                                                                                        \
        .name = (word), .kind = OPTION_FLAG, .offset = offsetof(struct cli_settings, field),                 \
        .about = (sentence)                                                                                  \
    }

static const struct option_row rules_rows[] = {
    LIST_ROW("fields", list_fields, "List the functions, constants and parts that expressions may use."),
    LIST_ROW("dialects", list_dialects, "List the readers of env files, the versions meant and their ways."),
    LIST_ROW("families", list_families, "List the families of connection strings."),
    LIST_ROW("clients", list_clients, "List who reads connection strings, and the versions meant."),
    LIST_ROW("pools", list_pools, "List what libraries open per process unless told otherwise."),
    LIST_ROW("limits", list_limits, "List every limit of the program."),
    LIST_ROW("schema", print_schema, "Print the JSON Schema of bootgate.yaml."),
    {.name = "to",
        .kind = OPTION_TEXT,
        .argument = "KIND",
        .completion = COMPLETE_CHOICE,
        .choices = export_choice,
        .offset = offsetof(struct cli_settings, target),
        .about = "With export: what the rules are written as."},
};

static const struct option_group rules_group = OPTION_GROUP("Other lists", rules_rows);

static const struct option_group *const groups[] = {
    &rules_group,
    &option_group_listing,
    &option_group_common,
    NULL,
};

const struct command command_rules = {
    .name = "rules",
    .operands = "[RULE|GROUP|test FILE...|export]",
    .summary = "List the rules, explain one, or try a rule file.",
    .description =
        "With a rule's name: what it finds, why that matters, how to fix it, and a bad and a good sample. "
        "All of it is built into the program.\n"
        "test reads rule files as check would and says what is wrong with them. Then it judges the samples "
        "of "
        "their rules: `bad` must break the rule, `good` must keep it. A line each, in the form of TAP.\n"
        "export writes those rules that the API server of a Kubernetes cluster can hold by itself, as "
        "policies in CEL. Each says what it cannot see.\n"
        "The lists take a name: `--fields length` is that function, `--fields bind` what rules over binds "
        "may "
        "ask.",
    .example = "bootgate rules default-credentials\n"
               "bootgate rules test bootgate.yaml\n"
               "bootgate rules --schema > bootgate.schema.json\n"
               "bootgate rules export --to validating-admission-policy | kubectl apply -f -",
    .groups = groups,
    .operand_choices = rule_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_max = (size_t)-1,
    .is_alone = true,
    .run = run,
};
