#include "cli/reveal.h"

#include "text/mask.h"

str reveal_value(const struct session *session, str text)
{
    return reveal_secret(session, text, true);
}

str reveal_secret(const struct session *session, str text, bool is_secret)
{
    bool is_shown = !is_secret || text.len == 0 || session->settings.reveal;
    return is_shown ? text : STR(MASK);
}

static bool is_usual(str name, bool has_value)
{
    for (size_t i = 0; i < name.len; i++) {
        bool is_small = byte_upper(name.ptr[i]) != name.ptr[i];
        bool is_mark = name.ptr[i] == '-' || name.ptr[i] == '.';
        if ((!byte_is_name(name.ptr[i]) && !is_mark) || (is_small && !has_value))
            return false;
    }
    return true;
}

str reveal_name(const struct session *session, str name, bool has_value)
{
    return session->settings.reveal || is_usual(name, has_value) ? name : STR(MASK);
}
