/* Look-ups in the rules that are built in: language/pack.h. */
#include "base/named.h"
#include "language/pack_tables.h"

str rule_pack_nearest(str name)
{
    return named_nearest(NAMED_BY(pack_files, pack_files_count, struct rule_pack, name), name);
}

const struct rule_pack *rule_pack_find(str name)
{
    return named_find(NAMED_BY(pack_files, pack_files_count, struct rule_pack, name), name);
}

size_t rule_count(void)
{
    return pack_rules_count;
}

const struct rule_info *rule_at(size_t index)
{
    return &pack_rules[index];
}

const struct rule_info *rule_find(str name)
{
    return named_find(NAMED_BY(pack_rules, pack_rules_count, struct rule_info, name), name);
}

const struct rule_info *rule_info(enum rule_id id)
{
    return &pack_rules[id - RULE_NONE - 1];
}

size_t rule_group_count(void)
{
    return pack_groups_count;
}

str rule_group_at(size_t index)
{
    return pack_groups[index].name;
}

str rule_group_about(size_t index)
{
    return pack_groups[index].about;
}

bool rule_is_group(str name)
{
    return named_find(NAMED_BY(pack_groups, pack_groups_count, struct rule_group, name), name) != NULL;
}

str rule_nearest(str name, bool groups)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < pack_rules_count; i++)
        nearest_offer(&nearest, pack_rules[i].name);
    for (size_t i = 0; groups && i < pack_groups_count; i++)
        nearest_offer(&nearest, pack_groups[i].name);
    return nearest.best;
}

enum severity rule_severity(const struct config *config, enum mode mode, str rule, enum severity usual)
{
    const struct rule_info *info = rule_find(rule);
    enum severity by_group = usual, by_rule = usual;
    bool named = false;
    for (size_t i = 0; i < config->severity.count; i++) {
        const struct config_severity *line = &config->severity.items[i];
        if (line->mode != mode)
            continue;
        if (str_eq(line->target, rule)) {
            by_rule = line->severity;
            named = true;
        } else if (info && str_eq(line->target, info->group))
            by_group = line->severity;
    }
    return named ? by_rule : by_group;
}
