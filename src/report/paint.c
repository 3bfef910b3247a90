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

/* An empty value is no wish. */
static const struct {
    str variable, word;
    enum wish by_word, otherwise; /* what the one word says, and every other value */
} wishes[] = {
    {STR_INIT("NO_COLOR"), STR_INIT("0"), WISH_PLAIN, WISH_PLAIN},
    {STR_INIT("FORCE_COLOR"), STR_INIT("0"), WISH_PLAIN, WISH_COLOR},
    {STR_INIT("CLICOLOR_FORCE"), STR_INIT("0"), WISH_NONE, WISH_COLOR},
    {STR_INIT("CLICOLOR"), STR_INIT("0"), WISH_PLAIN, WISH_NONE},
    {STR_INIT("TERM"), STR_INIT("dumb"), WISH_PLAIN, WISH_NONE},
};

bool paint_wanted(const struct host *host, str option, int stream)
{
    if (str_eq(option, STR("always")) || str_eq(option, STR("never")))
        return str_eq(option, STR("always"));
    for (size_t i = 0; i < ARRAY_COUNT(wishes); i++) {
        str value;
        if (!host->getenv(host->self, wishes[i].variable, &value) || value.len == 0)
            continue;
        enum wish wish = str_eq(value, wishes[i].word) ? wishes[i].by_word : wishes[i].otherwise;
        if (wish != WISH_NONE)
            return wish == WISH_COLOR;
    }
    return host->is_terminal(host->self, stream);
}
