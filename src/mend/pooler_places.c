#include "mend/pooler_places.h"

#include "base/limit.h"
#include "budget/pooler.h"
#include "deploy/path.h"
#include "text/reads.h"

/* Where the usual images look for the list, whatever their settings are made of. */
static const str list_paths[] = {STR_INIT("/etc/pgbouncer/userlist.txt"),
    STR_INIT("/opt/bitnami/pgbouncer/conf/userlist.txt"), STR_INIT("/bitnami/pgbouncer/conf/userlist.txt")};

struct search {
    struct arena *arena;
    const struct facts *facts;
    const struct service *pooler;
    str user;
    struct rotated *rotated;
};

/* --- quotes */

/* A quoted run and what it says: the quote twice is one. */
struct quoted {
    size_t from, to; /* between the quotes */
    str text;
};

/* What is in quotes at `at`, which moves behind them; false: nothing is. */
static bool take_quoted(struct arena *arena, str line, char quote, size_t *at, struct quoted *ret_quoted)
{
    if (*at >= line.len || line.ptr[*at] != quote)
        return false;
    struct buf buf = buf_new(arena, line.len);
    for (size_t i = *at + 1; i < line.len; i++) {
        bool is_quote = line.ptr[i] == quote,
             is_pair = is_quote && i + 1 < line.len && line.ptr[i + 1] == quote;
        if (is_quote && !is_pair) {
            *ret_quoted = (struct quoted){*at + 1, i, buf_view(&buf)};
            *at = i + 1;
            return true;
        }
        buf_byte(&buf, line.ptr[i]);
        i += is_pair;
    }
    return false;
}

static void skip_blanks(str line, size_t *at)
{
    while (*at < line.len && byte_is_blank(line.ptr[*at]))
        ++*at;
}

static bool is_ascii(char byte)
{
    return (unsigned char)byte < 0x80;
}

/* --- the list of users */

/* A user may log in at several servers, by way of the same pooler. */
static void add_place(struct search *search, span at, const char *what, bool is_stored)
{
    vec_each(const struct rotated_place *, known, &search->rotated->places)
        if (span_starts_at(known->at, at))
            return;
    vec_push(search->arena, &search->rotated->places,
        ((struct rotated_place){.at = at,
            .form = is_stored ? ROTATED_STORED : ROTATED_AS_IS,
            .user = search->user,
            .label = arena_join(search->arena, STR("the pooler's "), str_from_c(what), STR(" of `"),
                search->user, STR("`"))}));
}

static void refuse(struct search *search, str file, const char *why)
{
    search->rotated->refusal =
        arena_join(search->arena, file, STR(" holds a hash for `"), search->user, STR("`"), str_from_c(why));
}

/* Whether it is a hash of the old secret; what cannot be told is refused. */
static bool is_old(struct search *search, str file, const struct stored_password *stored)
{
    struct rotated *rotated = search->rotated;
    if (stored->kind == STORED_SCRAM) {
        size_t most = limit_value(LIMIT_SCRAM_TURNS);
        rotated->turns += stored->iterations;
        if (rotated->turns > most) {
            refuse(search, file, " of more turns than the limit scram-turns allows");
            return false;
        }
        if (!str_is_all(rotated->old, is_ascii)) {
            refuse(search, file, " of a secret that is no ASCII: what was hashed is not known");
            return false;
        }
    }
    return stored_password_is_of(search->arena, stored, rotated->old, search->user);
}

/* What the server must store from now on, one for each user. */
static void add_hash(struct search *search, str file, const struct stored_password *stored)
{
    vec_each(const struct rotated_hash *, known, &search->rotated->hashes) {
        if (!str_eq(known->user, search->user))
            continue;
        if (known->old.kind != stored->kind)
            refuse(search, file, ", and another list one of the other kind: the server stores one of them");
        return;
    }
    vec_push(search->arena, &search->rotated->hashes,
        ((struct rotated_hash){.user = search->user, .file = file, .old = *stored}));
}

static void take_line(struct search *search, const struct source *source, str line)
{
    struct quoted user, secret;
    size_t at = 0;
    skip_blanks(line, &at);
    if (!take_quoted(search->arena, line, '"', &at, &user) || !str_eq(user.text, search->user))
        return;
    skip_blanks(line, &at);
    if (!take_quoted(search->arena, line, '"', &at, &secret))
        return;
    struct stored_password stored = stored_password_read(search->arena, secret.text);
    if (!is_old(search, source->name, &stored)) {
        str_vec_add_new(search->arena, &search->rotated->unseen,
            arena_join(search->arena, source->name, STR(" has another password for `"), search->user,
                STR("` and is left")));
        return;
    }
    size_t offset = (size_t)(line.ptr - source->text.ptr) + secret.from;
    add_place(search, span_make(source->id, offset, secret.to - secret.from),
        stored.kind == STORED_PLAIN ? "password" : "hash", stored.kind != STORED_PLAIN);
    if (stored.kind != STORED_PLAIN)
        add_hash(search, source->name, &stored);
}

/* A source for the file, of which no byte is ever shown; the same one for each user of it. */
static const struct source *source_for(struct search *search, str name, str path, str text)
{
    struct sources *sources = search->facts->sources;
    vec_each(struct source *const *, known, &sources->items)
        if (str_eq((*known)->name, name) && str_eq((*known)->path, path))
            return *known;
    return source_add(sources, SOURCE_SECRET, name, path, text);
}

/* The list at a path of the pooler's, or NULL: it is not of this machine. What is there and cannot be read
 * may hold the secret: a rotation past it would lock the pooler out. */
static const struct source *OR_NULL open_list(struct search *search, str path)
{
    const struct facts *facts = search->facts;
    struct workload_path place =
        workload_path(search->arena, facts->deployment, search->pooler->workload, path);
    if (place.kind == PATH_CONTENT)
        return source_for(search, arena_concat(search->arena, STR("configs."), place.resource->name), STR(""),
            place.resource->content);
    if (place.kind != PATH_FILE)
        return NULL;
    struct host_file file = reads_file(
        facts->sources, facts->host, search->arena, place.file, limit_value(LIMIT_FILE_BYTES), place.at);
    if (file.status != HOST_OK && !host_is_absent(file.status))
        search->rotated->refusal = arena_join(search->arena, STR("the pooler reads "), place.file,
            STR(", which cannot be read here: "), host_status_text(file.status));
    if (file.status != HOST_OK)
        return NULL;
    str here = facts->host->current_directory(facts->host->self, search->arena);
    return source_for(search, path_relative(search->arena, here, place.file), place.file, file.text);
}

static void take_list(struct search *search, str path)
{
    const struct source *source = open_list(search, path);
    str rest = source ? source->text : STR(""), line;
    while (str_next(&rest, '\n', &line))
        take_line(search, source, line);
}

/* --- [databases] */

/* One key=value of a connection string: blanks around, the value perhaps in quotes. */
static bool next_key(struct search *search, str text, size_t *at, str *ret_key, struct quoted *ret_value)
{
    skip_blanks(text, at);
    size_t from = *at;
    while (*at < text.len && text.ptr[*at] != '=' && !byte_is_blank(text.ptr[*at]))
        ++*at;
    *ret_key = str_slice(text, from, *at);
    skip_blanks(text, at);
    if (*at >= text.len || text.ptr[*at] != '=')
        return false;
    ++*at;
    skip_blanks(text, at);
    if (take_quoted(search->arena, text, '\'', at, ret_value))
        return true;
    from = *at;
    while (*at < text.len && !byte_is_blank(text.ptr[*at]))
        ++*at;
    *ret_value = (struct quoted){from, *at, str_slice(text, from, *at)};
    return true;
}

/* Without a user it is the password of whoever the client says to be. */
static void take_database(struct search *search, const struct setting *line)
{
    struct quoted value, password = {0};
    str key, text = span_text(search->facts->sources, line->at), user = search->user;
    for (size_t at = 0; next_key(search, text, &at, &key, &value);) {
        if (str_eq(key, STR("user")))
            user = value.text;
        if (str_eq(key, STR("password")))
            password = value;
    }
    if (!str_eq(user, search->user) || !str_eq(password.text, search->rotated->old))
        return;
    add_place(search,
        (span){line->at.source, line->at.offset + (uint32_t)password.from,
            (uint32_t)(password.to - password.from)},
        "password", false);
}

/* --- */

static void look_into(struct search *search)
{
    const struct facts *facts = search->facts;
    struct settings_reader reader = {
        search->arena, facts->sources, facts->host, facts->deployment, search->pooler->workload};
    struct settings settings = pooler_settings(&reader);
    vec_each(const struct setting *, line, &settings.list)
        if (str_eq(line->section, STR("databases")))
            take_database(search, line);
    const struct setting *list = settings_get(&settings, STR("pgbouncer"), STR("auth_file"));
    if (list)
        take_list(search, list->text);
    for (size_t i = 0; !list && i < ARRAY_COUNT(list_paths); i++)
        take_list(search, list_paths[i]);
}

void pooler_places(struct arena *arena, const struct facts *facts, str user, struct rotated *rotated)
{
    vec_each(struct service *const *, row, &facts->services) {
        const struct service *service = *row;
        struct search search = {arena, facts, service, user, rotated};
        if (service->image && service->image->kind == IMAGE_POOLER)
            look_into(&search);
    }
}
