#include "mend/fixer.h"

#include "language/pack.h"

static const struct {
    enum rule_id rule;
    mend_fixer *fix;
} fixers[] = {
    {RULE_WILDCARD_BIND, fix_published},
    {RULE_LOOPBACK_HOST, fix_host},
    {RULE_DEV_HOST, fix_host},
    {RULE_PORT_MISMATCH, fix_port},
    {RULE_READERS_DISAGREE, fix_spelling},
    {RULE_DUPLICATE_KEY, fix_duplicate},
    {RULE_FILE_PERMISSIONS, fix_permissions},
    {RULE_UNRESOLVED_VARIABLE, fix_dollar},
    {RULE_DRIVER_MISMATCH, fix_driver},
    {RULE_DSN_PARAMETER, fix_parameter},
    {RULE_DSN_SYNTAX, fix_quotes},
    {RULE_PATH_AS_SECRET, fix_pointer},
    {RULE_HARDCODED_CREDENTIAL, fix_written_out},
    {RULE_SECRET_FILE_CONFLICT, fix_both_forms},
};

mend_fixer *fixer_of(str rule)
{
    const struct rule_info *info = rule_find(rule);
    for (size_t i = 0; info && i < ARRAY_COUNT(fixers); i++)
        if (fixers[i].rule == info->id)
            return fixers[i].fix;
    return NULL;
}
