#include "cli/listing.h"

#include "base/limit.h"
#include "base/nearest.h"
#include "budget/pools.h"
#include "cli/session.h"
#include "dsn/dsn.h"
#include "env/dialect.h"
#include "language/eval.h"
#include "language/field.h"
#include "report/json_text.h"

#include <unistd.h>

enum { WIDTH = 110, GAP = 2, DETAIL_WIDTH_MAX = 34 };

static bool limit_list(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    if (index >= LIMIT_COUNT)
        return false;
    const struct limit *limit = limit_row((enum limit_id)index);
    *ret_row = (struct listing_row){
        limit->name, arena_printf(arena, "%zu " STR_FMT, limit->value, STR_ARG(limit->unit)), limit->about};
    return true;
}

/* After all rows that can be chosen: what some of them are read as elsewhere. */
static bool other_dialect(size_t index, struct listing_row *ret_row)
{
    for (size_t i = 0; i < DIALECT_COUNT; i++) {
        const struct dialect *other = dialect_other(dialect_get((enum dialect_id)i));
        if (other == NULL || index-- > 0)
            continue;
        *ret_row = (struct listing_row){dialect_name(other), dialect_version(other), dialect_about(other)};
        return true;
    }
    return false;
}

static bool dialect_list(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    if (index >= DIALECT_COUNT)
        return other_dialect(index - DIALECT_COUNT, ret_row);
    const struct dialect *dialect = dialect_get((enum dialect_id)index);
    *ret_row = (struct listing_row){dialect_name(dialect), dialect_version(dialect),
        arena_printf(
            arena, STR_FMT ": " STR_FMT, STR_ARG(dialect_reader(dialect)), STR_ARG(dialect_about(dialect)))};
    return true;
}

static bool family_list(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    (void)arena;
    const struct dsn_family *family = dsn_family_at(index);
    if (family == NULL)
        return false;
    *ret_row = (struct listing_row){dsn_family_name(family), STR(""), dsn_family_about(family)};
    return true;
}

static bool client_list(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    (void)arena;
    const struct dsn_client *client = dsn_client_at(index);
    if (client == NULL)
        return false;
    *ret_row =
        (struct listing_row){dsn_client_name(client), dsn_client_version(client), dsn_client_about(client)};
    return true;
}

static bool pool_list(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    if (index >= pool_library_count())
        return false;
    const struct pool_library *library = pool_library_at(index);
    str each = count_text(arena, library->each);
    if (library->per_cpu > 0)
        each = arena_printf(arena, STR_FMT " + %lld per CPU", STR_ARG(each), (long long)library->per_cpu);
    *ret_row = (struct listing_row){library->name, each, library->how};
    return true;
}

/* The fields of facts come after the words of the language. */
static bool fact_field(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    for (size_t i = 0; i < field_set_count(); i++) {
        const struct field_set *set = field_set_at(i);
        if (index < set->count) {
            str kind = arena_printf(arena, "over: " STR_FMT, STR_ARG(set->over));
            *ret_row = (struct listing_row){set->fields[index].name, kind, set->fields[index].about};
            return true;
        }
        index -= set->count;
    }
    return false;
}

static bool field_list(struct arena *arena, size_t index, struct listing_row *ret_row)
{
    static const char *const kinds[] = {
        [EVAL_WORD_FUNCTION] = "function",
        [EVAL_WORD_DSN_PART] = "part of dsn()",
        [EVAL_WORD_CONSTANT] = "constant",
    };
    if (index >= eval_word_count())
        return fact_field(arena, index - eval_word_count(), ret_row);
    struct eval_word word = eval_word_at(index);
    *ret_row = (struct listing_row){word.name, str_from_c(kinds[word.kind]), word.about};
    return true;
}

const struct listing listing_limits = {"limits", "value", limit_list};
const struct listing listing_dialects = {"dialects", "version", dialect_list};
const struct listing listing_families = {"families", "", family_list};
const struct listing listing_clients = {"clients", "version", client_list};
const struct listing listing_pools = {"pools", "each", pool_list};
const struct listing listing_fields = {"fields", "kind", field_list};

/* What a row is asked for by: length of length(X), or bind of `over: bind`. */
static str row_name(const struct listing_row *row)
{
    return str_cut_byte(row->name, '(').head;
}

static str row_kind(const struct listing_row *row)
{
    struct str_cut cut = str_cut(row->detail, STR("over: "));
    return cut.found ? cut.tail : row->detail;
}

/* The next row that is asked for; false past the last. */
static bool next_row(
    struct arena *arena, const struct listing *listing, str only, size_t *index, struct listing_row *ret_row)
{
    while (listing->row(arena, (*index)++, ret_row))
        if (only.len == 0 || str_eq(row_name(ret_row), only) || str_eq(row_kind(ret_row), only))
            return true;
    return false;
}

static void print_json(struct out *out, const struct listing *listing, str only)
{
    struct gate *gate = out->gate;
    json_t *rows = json_array();
    struct listing_row row;
    for (size_t i = 0; next_row(gate->arena, listing, only, &i, &row);) {
        json_t *item = json_pack("{s:o}", "name", json_text(gate, row.name));
        if (listing->detail[0] != '\0')
            json_object_set_new(item, listing->detail, json_text(gate, row.detail));
        json_object_set_new(item, "about", json_text(gate, row.about));
        json_array_append_new(rows, item);
    }
    json_out(out, json_pack("{s:i, s:o}", "version", 1, listing->name, rows));
    out_text(out, "\n");
}

/* The longest name and detail; a detail that is out of the ordinary does not push all others to the right. */
static void measure(
    struct arena *arena, const struct listing *listing, str only, size_t *ret_name, size_t *ret_detail)
{
    struct listing_row row;
    *ret_name = *ret_detail = 0;
    for (size_t i = 0; next_row(arena, listing, only, &i, &row);) {
        if (row.name.len > *ret_name)
            *ret_name = row.name.len;
        if (row.detail.len > *ret_detail && row.detail.len <= DETAIL_WIDTH_MAX)
            *ret_detail = row.detail.len;
    }
}

static void print_text(struct out *out, const struct listing *listing, str only)
{
    size_t name_width, detail_width;
    measure(out->buf.arena, listing, only, &name_width, &detail_width);
    size_t about_column = name_width + GAP + (detail_width > 0 ? detail_width + GAP : 0);
    struct listing_row row;
    for (size_t i = 0; next_row(out->buf.arena, listing, only, &i, &row);) {
        size_t used = row.name.len;
        out_str(out, row.name);
        if (detail_width > 0) {
            out_repeat(out, ' ', name_width + GAP - used);
            out_str(out, row.detail);
            used = name_width + GAP + row.detail.len;
        }
        out_repeat(out, ' ', used + GAP > about_column ? GAP : about_column - used);
        out_wrapped(out, row.about, about_column, about_column, WIDTH);
        out_text(out, "\n");
    }
}

enum outcome listing_print(struct session *session, const struct listing *listing, str only)
{
    struct listing_row row;
    size_t first = 0;
    if (!next_row(session->arena, listing, only, &first, &row)) {
        struct nearest nearest = {.word = only};
        for (size_t i = 0; listing->row(session->arena, i, &row); i++) {
            nearest_offer(&nearest, row_name(&row));
            nearest_offer(&nearest, row_kind(&row));
        }
        return session_unknown(session, OUTCOME_USAGE, "the list has no such row", nearest.best);
    }
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    if (session_is_json(session))
        print_json(&out, listing, only);
    else
        print_text(&out, listing, only);
    out_flush(&out);
    return OUTCOME_OK;
}
