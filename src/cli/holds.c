#include "cli/holds.h"

#include "base/buf.h"
#include "report/json_text.h"

static const struct {
    char letter;
    const char *key;
    str name;
} inputs[RULE_INPUT_COUNT] = {
    [RULE_INPUT_COMPOSE] = {'C', "compose", STR_INIT("Compose files")},
    [RULE_INPUT_ENV] = {'E', "env", STR_INIT("env files")},
    [RULE_INPUT_MANIFESTS] = {'K', "manifests", STR_INIT("Kubernetes manifests")},
    [RULE_INPUT_UNITS] = {'S', "units", STR_INIT("systemd units")},
};

const char holds_legend[] =
    "Holds for C: Compose files, E: an env file alone, K: Kubernetes manifests, S: systemd units.";

str holds_letters(struct arena *arena, const struct rule_info *rule)
{
    struct buf out = buf_new(arena, RULE_INPUT_COUNT);
    for (size_t i = 0; i < RULE_INPUT_COUNT; i++)
        buf_byte(&out, rule->holds[i].len ? inputs[i].letter : '-');
    return buf_view(&out);
}

str holds_names(struct arena *arena, const struct rule_info *rule)
{
    size_t left = 0;
    for (size_t i = 0; i < RULE_INPUT_COUNT; i++)
        left += rule->holds[i].len > 0;
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    for (size_t i = 0; i < RULE_INPUT_COUNT; i++)
        if (rule->holds[i].len) {
            left--;
            buf_str(&out, inputs[i].name);
            buf_str(&out, left > 1 ? STR(", ") : left == 1 ? STR(" and ") : STR(""));
        }
    return buf_view(&out);
}

str holds_means(const struct rule_info *rule, enum rule_input input)
{
    return str_eq(rule->holds[input], STR(RULE_HOLDS)) ? STR("") : rule->holds[input];
}

str holds_name(enum rule_input input)
{
    return inputs[input].name;
}

json_t *holds_json(struct gate *gate, const struct rule_info *rule)
{
    json_t *object = json_object();
    for (size_t i = 0; i < RULE_INPUT_COUNT; i++)
        if (rule->holds[i].len)
            json_object_set_new(
                object, inputs[i].key, json_text_or_null(gate, holds_means(rule, (enum rule_input)i)));
    return object;
}
