#include "mend/userlist.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "text/reads.h"

/* Where the usual images look for their settings and for the list. */
static const str ini_paths[] = {STR_INIT("/etc/pgbouncer/pgbouncer.ini"),
    STR_INIT("/opt/bitnami/pgbouncer/conf/pgbouncer.ini"), STR_INIT("/bitnami/pgbouncer/conf/pgbouncer.ini")};
static const str list_paths[] = {STR_INIT("/etc/pgbouncer/userlist.txt"),
    STR_INIT("/opt/bitnami/pgbouncer/conf/userlist.txt"), STR_INIT("/bitnami/pgbouncer/conf/userlist.txt")};
/* How a password begins that is a hash of one. */
static const str hash_marks[] = {STR_INIT("SCRAM-SHA-256$"), STR_INIT("md5")};

enum { MD5_DIGITS = 32 };

struct search {
    struct arena *arena;
    const struct facts *facts;
    const struct service *pooler;
    str user;
    struct rotated *rotated;
};

/* The text that the pooler finds at a path, and its file; false: it is not of this machine. What is there and
 * cannot be read may hold the secret: a rotation past it would lock the pooler out. */
static bool open_path(struct search *search, str path, str *ret_text, str *ret_file)
{
    const struct facts *facts = search->facts;
    struct workload_path place =
        workload_path(search->arena, facts->deployment, search->pooler->workload, path);
    if (place.kind != PATH_FILE)
        return false;
    struct host_file file = reads_file(
        facts->sources, facts->host, search->arena, place.file, limit_value(LIMIT_FILE_BYTES), place.at);
    *ret_text = file.text;
    *ret_file = place.file;
    if (file.status != HOST_OK && !host_is_absent(file.status))
        search->rotated->refusal = arena_join(search->arena, STR("the pooler reads "), place.file,
            STR(", which cannot be read here: "), host_status_text(file.status));
    return file.status == HOST_OK;
}

/* The next `"…"` of a line, in which "" is one quote; false: none. */
static bool next_quoted(str line, size_t *at, size_t *ret_from, size_t *ret_to)
{
    size_t from = *at;
    while (from < line.len && line.ptr[from] != '"')
        from++;
    size_t to = from + 1;
    while (to < line.len && (line.ptr[to] != '"' || (to + 1 < line.len && line.ptr[to + 1] == '"')))
        to += line.ptr[to] == '"' ? 2 : 1;
    *ret_from = from + 1;
    *ret_to = to;
    *at = to + 1;
    return to < line.len;
}

static str unquoted(struct arena *arena, str text)
{
    struct buf buf = buf_new(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        buf_byte(&buf, text.ptr[i]);
        i += text.ptr[i] == '"' && i + 1 < text.len && text.ptr[i + 1] == '"';
    }
    return buf_view(&buf);
}

static bool is_hash(str text)
{
    if (str_starts(text, hash_marks[0]))
        return true;
    return str_starts(text, hash_marks[1]) && text.len == hash_marks[1].len + MD5_DIGITS;
}

/* A source for the file, of which no byte is ever shown; the same one for each user of it. */
static const struct source *source_for(struct search *search, str path, str text)
{
    struct sources *sources = search->facts->sources;
    vec_each(struct source *const *, known, &sources->items)
        if (str_eq((*known)->path, path))
            return *known;
    str here = search->facts->host->current_directory(search->facts->host->self, search->arena);
    return source_add(sources, SOURCE_SECRET, path_relative(search->arena, here, path), path, text);
}

static void take_line(struct search *search, const struct source *source, str line)
{
    size_t at = 0, user_from, user_to, from, to;
    if (!next_quoted(line, &at, &user_from, &user_to) || !next_quoted(line, &at, &from, &to) ||
        !str_eq(unquoted(search->arena, str_slice(line, user_from, user_to)), search->user))
        return;
    str secret = str_slice(line, from, to);
    if (is_hash(secret))
        search->rotated->refusal =
            arena_join(search->arena, source->name, STR(" holds a hash for `"), search->user,
                STR("`, which must be the one that the server stores: put the password itself there, or use "
                    "auth_query"));
    if (!str_eq(unquoted(search->arena, secret), search->rotated->old))
        return;
    span place = span_make(source->id, (size_t)(secret.ptr - source->text.ptr), secret.len);
    vec_push(search->arena, &search->rotated->places,
        ((struct rotated_place){.at = place,
            .label = arena_join(search->arena, STR("the pooler's password of `"), search->user, STR("`"))}));
}

static void take_list(struct search *search, str path)
{
    str text, file, line;
    if (!open_path(search, path, &text, &file))
        return;
    const struct source *source = source_for(search, file, text);
    for (str rest = source->text; str_next(&rest, '\n', &line);)
        if (!str_starts(str_trim_start(line), STR(";")))
            take_line(search, source, line);
}

/* auth_file of its settings, where those are files of this machine. */
static bool take_named_list(struct search *search)
{
    for (size_t i = 0; i < ARRAY_COUNT(ini_paths); i++) {
        str text, file, line;
        if (!open_path(search, ini_paths[i], &text, &file))
            continue;
        while (str_next(&text, '\n', &line)) {
            struct str_cut cut = str_cut_byte(line, '=');
            if (!cut.found || !str_eq(str_trim(cut.head), STR("auth_file")))
                continue;
            take_list(search, str_trim(cut.tail));
            return true;
        }
    }
    return false;
}

void userlist_places(struct arena *arena, const struct facts *facts, str user, struct rotated *rotated)
{
    vec_each(struct service *const *, row, &facts->services) {
        const struct service *service = *row;
        if (!service->image || service->image->kind != IMAGE_POOLER)
            continue;
        struct search search = {arena, facts, service, user, rotated};
        if (take_named_list(&search))
            continue;
        for (size_t i = 0; i < ARRAY_COUNT(list_paths); i++)
            take_list(&search, list_paths[i]);
    }
}
