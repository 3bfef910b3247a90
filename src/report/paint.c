#include "report/paint.h"

static const char *const codes[PAINT_COUNT] = {
    [PAINT_OFF] = "\x1b[0m",
    [PAINT_ERROR] = "\x1b[1;31m",
    [PAINT_WARNING] = "\x1b[1;33m",
    [PAINT_NOTE] = "\x1b[1;36m",
    [PAINT_FRAME] = "\x1b[34m",
    [PAINT_BOLD] = "\x1b[1m",
};

const char *paint_code(bool has_color, enum paint which)
{
    return has_color ? codes[which] : "";
}

/* What a variable says: nothing, or a wish. */
enum wish {
    WISH_NONE,
    WISH_COLOR,
    WISH_PLAIN,
};

static enum wish if_not_empty(str value)
{
    return value.len > 0 ? WISH_PLAIN : WISH_NONE;
}

static enum wish by_force(str value)
{
    if (value.len == 0)
        return WISH_NONE;
    return str_eq(value, STR("0")) ? WISH_PLAIN : WISH_COLOR;
}

static enum wish by_force_not_zero(str value)
{
    return value.len > 0 && !str_eq(value, STR("0")) ? WISH_COLOR : WISH_NONE;
}

static enum wish if_zero(str value)
{
    return str_eq(value, STR("0")) ? WISH_PLAIN : WISH_NONE;
}

static enum wish if_dumb(str value)
{
    return str_eq(value, STR("dumb")) ? WISH_PLAIN : WISH_NONE;
}

static const struct wish_row {
    str variable;
    enum wish (*read)(str value);
} wish_rows[] = {
    {STR_INIT("NO_COLOR"), if_not_empty},
    {STR_INIT("FORCE_COLOR"), by_force},
    {STR_INIT("CLICOLOR_FORCE"), by_force_not_zero},
    {STR_INIT("CLICOLOR"), if_zero},
    {STR_INIT("TERM"), if_dumb},
};

bool paint_wanted(const struct host *host, str option, int stream)
{
    if (str_eq(option, STR("always")) || str_eq(option, STR("never")))
        return str_eq(option, STR("always"));
    for (size_t i = 0; i < ARRAY_COUNT(wish_rows); i++) {
        str value;
        if (!host->getenv(host->self, wish_rows[i].variable, &value))
            continue;
        enum wish wish = wish_rows[i].read(value);
        if (wish != WISH_NONE)
            return wish == WISH_COLOR;
    }
    return host->is_terminal(host->self, stream);
}
