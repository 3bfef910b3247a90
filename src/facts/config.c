#include "facts/config.h"

static const str mode_names[MODE_COUNT] = {
    [MODE_PRODUCTION] = STR_INIT("production"),
    [MODE_DEVELOPMENT] = STR_INIT("development"),
};

str mode_name(enum mode mode)
{
    return mode_names[mode];
}

bool config_type_is_key(enum config_type type)
{
    return type >= TYPE_FERNET;
}

const struct config_var *config_var(const struct config *config, str name)
{
    return map_get(&config->vars_by_name, name);
}
