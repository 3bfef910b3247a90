/* bootgate-rules(7): every rule as the packs of rules/ describe it. */
#include "cli/holds.h"
#include "cli/manual_markup.h"
#include "cli/manual_pages.h"
#include "language/pack.h"

static void print_text(struct out *out, const char *head, str text)
{
    if (text.len == 0)
        return;
    out_text(out, head);
    markup_escaped(out, text);
    out_text(out, "\n\n");
}

static void print_sample(struct out *out, const char *head, const struct rule_sample *sample)
{
    for (size_t i = 0; i < sample->file_count; i++) {
        out_printf(out, "%s, ", head);
        markup_escaped(out, sample->files[i].path);
        out_text(out, ":\n\n");
        markup_literal(out, sample->files[i].text);
    }
}

static void print_holds(struct out *out, const struct rule_info *rule)
{
    print_text(out, "*Holds for:* ", holds_names(out->buf.arena, rule));
    for (size_t i = 0; i < RULE_INPUT_COUNT; i++) {
        str means = holds_means(rule, (enum rule_input)i), name = holds_name((enum rule_input)i);
        if (means.len)
            print_text(out,
                arena_c_string(out->buf.arena, arena_join(out->buf.arena, STR("*In "), name, STR(":* "))),
                means);
    }
}

static void print_rule(struct out *out, const struct rule_info *rule)
{
    out_text(out, "## ");
    markup_escaped(out, rule->name);
    out_text(out, "\n\n");
    print_text(out, "", rule->summary);
    out_printf(out, "*Severity:* " STR_FMT " in production, " STR_FMT " in development. ",
        STR_ARG(severity_name(rule->severity[MODE_PRODUCTION])),
        STR_ARG(severity_name(rule->severity[MODE_DEVELOPMENT])));
    markup_escaped(out, rule->severity_note);
    out_text(out, "\n\n");
    print_holds(out, rule);
    print_text(out, "*Why:* ", rule->why);
    print_text(out, "*Fix:* ", rule->help);
    print_sample(out, "Bad", &rule->bad);
    print_sample(out, "Good", &rule->good);
}

static void print_group(struct out *out, str group, str about)
{
    str upper = arena_copy(out->buf.arena, group);
    for (size_t i = 0; i < upper.len; i++)
        if (group.ptr[i] >= 'a' && group.ptr[i] <= 'z')
            ((char *)upper.ptr)[i] = (char)(group.ptr[i] - 'a' + 'A');
    out_printf(out, "# " STR_FMT "\n\n", STR_ARG(upper));
    print_text(out, "", about);
    for (size_t i = 0; i < rule_count(); i++)
        if (str_eq(rule_at(i)->group, group))
            print_rule(out, rule_at(i));
}

void manual_rules(struct out *out)
{
    out_text(out, "bootgate-rules(7) \"bootgate " BOOTGATE_VERSION
                  "\"\n\n# NAME\n\nbootgate-rules - what bootgate finds, why, and what mends it\n\n"
                  "# DESCRIPTION\n\n");
    markup_paragraphs(out, "Each rule with its severity, its reason, the cheapest fix, and a sample that "
                           "breaks it beside one that keeps "
                           "it. bootgate rules NAME prints the same for one of them. severity: in "
                           "bootgate.yaml(5) changes how much one "
                           "counts, allow: silences a finding that is right where it is.");
    for (size_t i = 0; i < rule_group_count(); i++)
        print_group(out, rule_group_at(i), rule_group_about(i));
    out_text(out, "# SUPPRESSION\n\n");
    markup_paragraphs(out, "On the line before: # bootgate: allow RULE reason=\"...\" until=YYYY-MM-DD. In "
                           "bootgate.yaml: allow: with "
                           "rule, reason, and what it is about: variable, service or file. A baseline lists "
                           "what was there before.");
    out_text(out, "# SEE ALSO\n\n*bootgate*(1), *bootgate.yaml*(5)\n");
}
