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
