#include "facts/live.h"

#include "base/number.h"

#define VERSION_OF_TWO_PARTS 100000 /* PostgreSQL 10: 9.6.2 before, 10.2 from here on */

const struct live_answer *live_of_server(const struct facts *facts, const struct server *server)
{
    if (facts->live && server)
        vec_each(const struct live_login *, login, &facts->live->logins)
            if (login->server == server && !login->is_console && login->answer.has_server)
                return &login->answer;
    return NULL;
}

const struct live_pooler *live_of_pooler(const struct facts *facts, const struct server *server)
{
    if (facts->live && server)
        vec_each(const struct live_login *, login, &facts->live->logins)
            if (login->server == server && login->answer.pooler.is_known)
                return &login->answer.pooler;
    return NULL;
}

bool live_has_answered(const struct facts *facts, const struct server *server)
{
    for (size_t i = 0; facts->live && i < facts->live->logins.count; i++) {
        const struct live_login *login = &facts->live->logins.items[i];
        enum live_kind kind = live_state_row(login->state)->kind;
        if (login->server == server && (kind == LIVE_KIND_ACCEPTED || kind == LIVE_KIND_LOGIN))
            return true;
    }
    return false;
}

int live_has_role(const struct facts *facts, const struct live_login *login)
{
    vec_each(const struct live_login *, other, &facts->live->logins) {
        if (!login->server || other->server != login->server || !other->answer.has_roles)
            continue;
        vec_each(const struct live_limit *, role, &other->answer.roles)
            if (str_eq(role->name, login->user))
                return 1;
        return 0;
    }
    return -1;
}

/* ---- texts */

str live_identifier(struct arena *arena, str name)
{
    bool is_plain = str_is_name(name);
    for (size_t i = 0; i < name.len; i++)
        is_plain = is_plain && name.ptr[i] == byte_lower(name.ptr[i]);
    if (is_plain)
        return name;
    struct buf text = buf_new(arena, 2 * name.len + 2);
    buf_byte(&text, '"');
    for (size_t i = 0; i < name.len; i++)
        buf_repeat(&text, name.ptr[i], name.ptr[i] == '"' ? 2 : 1);
    buf_byte(&text, '"');
    return buf_view(&text);
}

str live_version_text(struct arena *arena, int64_t version)
{
    if (version >= VERSION_OF_TWO_PARTS)
        return arena_printf(arena, "%lld.%lld", (long long)(version / 10000), (long long)(version % 10000));
    return arena_printf(arena, "%lld.%lld.%lld", (long long)(version / 10000),
        (long long)(version / 100 % 100), (long long)(version % 100));
}

int64_t live_session_count(const struct live_answer *answer)
{
    int64_t count = 0;
    vec_each(const struct live_sessions *, sessions, &answer->sessions)
        count += sessions->count;
    return answer->has_sessions ? count : -1;
}

int64_t live_reserved(const struct live_answer *answer)
{
    int64_t reserved = answer->superuser_reserved > 0 ? answer->superuser_reserved : 0;
    return reserved + (answer->reserved > 0 ? answer->reserved : 0);
}

str live_part_text(struct arena *arena, const struct live_answer *answer)
{
    str part = answer->is_standby ? STR("standby") : STR("primary");
    if (answer->replicas <= 0)
        return part;
    return arena_printf(arena, STR_FMT " with %lld replica%s", STR_ARG(part), (long long)answer->replicas,
        answer->replicas == 1 ? "" : "s");
}

static str session_text(struct arena *arena, const struct live_answer *answer)
{
    struct buf text = buf_new(arena, SIZE_MAX / 4);
    struct map seen = {0};
    vec_each(const struct live_sessions *, sessions, &answer->sessions) {
        int64_t count = 0;
        if (map_set(arena, &seen, sessions->role, &seen))
            continue;
        vec_each(const struct live_sessions *, other, &answer->sessions)
            count += str_eq(other->role, sessions->role) ? other->count : 0;
        buf_printf(&text, "%s" STR_FMT " %lld", text.len > 0 ? ", " : " (", STR_ARG(sessions->role),
            (long long)count);
    }
    return text.len > 0 ? arena_concat(arena, buf_view(&text), STR(")")) : STR("");
}

str live_answer_text(struct arena *arena, const struct live_answer *answer)
{
    struct buf text = buf_new(arena, SIZE_MAX / 4);
    str version = live_version_text(arena, answer->version), sessions = session_text(arena, answer);
    buf_printf(&text, "PostgreSQL " STR_FMT ", max_connections %lld, %lld reserved", STR_ARG(version),
        (long long)answer->max_connections, (long long)live_reserved(answer));
    if (answer->has_sessions)
        buf_printf(
            &text, ", %lld sessions" STR_FMT, (long long)live_session_count(answer), STR_ARG(sessions));
    str part = live_part_text(arena, answer);
    buf_printf(&text, ", " STR_FMT, STR_ARG(part));
    return buf_view(&text);
}

/* ---- extensions */

static bool is_named_by(const struct server *server, str url, str address)
{
    vec_each(const struct connection *const *, client, &server->clients) {
        bool is_variable =
            url.len > 0 && (str_eq((*client)->variable->value->name, url) || str_eq((*client)->label, url));
        if (is_variable)
            return true;
        vec_each(const struct target *, target, &(*client)->targets) {
            struct str_cut cut = str_rcut_byte(address, ':');
            uint64_t port;
            if (target->server == server && address.len > 0 &&
                number_parse_unsigned(cut.tail, 65535, &port) && (int32_t)port == target->port &&
                str_eq_fold(cut.head, target->host))
                return true;
        }
    }
    return false;
}

/* `servers: NAME` means what its `url` or `at` leads to, else the service of that name. */
static bool is_declared(const struct server *server, const struct config_server *declared)
{
    if (declared->url.text.len > 0 || declared->address.text.len > 0)
        return is_named_by(server, declared->url.text, declared->address.text);
    return str_eq(server->name, declared->name) || is_named_by(server, declared->name, STR(""));
}

live_wishes live_wishes_of(const struct facts *facts, const struct server *server)
{
    live_wishes wishes = {0};
    vec_each(const struct config_server *, declared, &facts->config->budget.servers)
        if (declared->extensions.count > 0 && is_declared(server, declared))
            vec_each(const struct config_text *, extension, &declared->extensions)
                vec_push(facts->arena, &wishes,
                    ((struct live_wish){extension->text, extension->at, .must_exist = true}));
    const struct image_info *image = server->service ? server->service->image : NULL;
    str rest = image ? image->extensions : (str){0};
    for (str word; str_next(&rest, ' ', &word);)
        vec_push(facts->arena, &wishes, ((struct live_wish){.extension = word}));
    return wishes;
}
