#include "dsn/ambiguity.h"

#include "dsn/reader.h"

static bool parts_agree(const struct dsn_part *a, const struct dsn_part *b)
{
    if (!a->present && !b->present) /* each client's own default */
        return true;
    bool is_same = a->text.ptr == b->text.ptr && a->text.len == b->text.len;
    return is_same || str_eq(a->text, b->text);
}

static bool hosts_agree(struct arena *arena, const struct dsn_reading *a, const struct dsn_reading *b)
{
    if (a->indirect || b->indirect) /* unknown: nothing to compare */
        return true;
    if (a->hosts.items == b->hosts.items) /* one reading serves both */
        return true;
    if (a->hosts.count != b->hosts.count) {
        bool own_a = a->hosts.count && !a->hosts.items[0].host.present;
        bool own_b = b->hosts.count && !b->hosts.items[0].host.present;
        return own_a && own_b;
    }
    for (size_t i = 0; i < a->hosts.count; i++) {
        const struct dsn_host *x = &a->hosts.items[i], *y = &b->hosts.items[i];
        if (!x->host.present && !y->host.present)
            continue;
        if (x->port != y->port && x->class != HOST_CLASS_SOCKET)
            return false;
        if (!str_eq(x->host.text, y->host.text) &&
            !str_eq(host_canonical(arena, x->host.text), host_canonical(arena, y->host.text)))
            return false;
    }
    return true;
}

bool readings_agree(struct arena *arena, const struct dsn_reading *a, const struct dsn_reading *b)
{
    return parts_agree(&a->user, &b->user) && parts_agree(&a->password, &b->password) &&
           hosts_agree(arena, a, b);
}

/* Bytes that end the userinfo for one client and not for another, or that one takes and another refuses. */
static bool has_raw_delimiter(const struct dsn *dsn)
{
    size_t scheme = str_find(dsn->text, STR("://")), at = str_rfind_byte(dsn->text, '@');
    if (scheme == STR_NONE || at == STR_NONE || at < scheme + 3)
        return false;
    str userinfo = str_slice(dsn->text, scheme + 3, at);
    return find_any(userinfo, STR("/?#@")) != STR_NONE || has_bare_percent(userinfo);
}

bool ambiguity_find(struct arena *arena, const struct dsn *dsn)
{
    const struct dsn_reading *first = NULL;
    bool refused = false;
    vec_each(const struct dsn_reading *, it, &dsn->readings) {
        if (!it->likely)
            continue;
        refused = refused || it->error != DSN_OK;
        if (it->error != DSN_OK)
            continue;
        if (first == NULL)
            first = it;
        else if (!readings_agree(arena, first, it))
            return true;
    }
    return first != NULL && refused && has_raw_delimiter(dsn);
}
