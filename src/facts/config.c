#include "facts/config.h"

static const str mode_names[MODE_COUNT] = {
    [MODE_PRODUCTION] = STR_INIT("production"),
    [MODE_DEVELOPMENT] = STR_INIT("development"),
};

static const str type_names[TYPE_COUNT] = {
    [TYPE_STRING] = STR_INIT("string"),
    [TYPE_INT] = STR_INIT("int"),
    [TYPE_NUMBER] = STR_INIT("number"),
    [TYPE_BOOL] = STR_INIT("bool"),
    [TYPE_PORT] = STR_INIT("port"),
    [TYPE_URL] = STR_INIT("url"),
    [TYPE_DSN] = STR_INIT("dsn"),
    [TYPE_HOST] = STR_INIT("host"),
    [TYPE_IP] = STR_INIT("ip"),
    [TYPE_PATH] = STR_INIT("path"),
    [TYPE_DURATION] = STR_INIT("duration"),
    [TYPE_FERNET] = STR_INIT("fernet"),
    [TYPE_LARAVEL_KEY] = STR_INIT("laravel-key"),
    [TYPE_HEX] = STR_INIT("hex"),
    [TYPE_BASE64] = STR_INIT("base64"),
    [TYPE_JWT] = STR_INIT("jwt"),
};

str mode_name(enum mode mode)
{
    return mode_names[mode];
}

str config_type_name(enum config_type type)
{
    return type_names[type];
}

bool config_type_is_key(enum config_type type)
{
    return type >= TYPE_FERNET;
}

const struct config_var *config_var(const struct config *config, str name)
{
    return map_get(&config->vars_by_name, name);
}
