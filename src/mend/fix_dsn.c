/*
 * Connection strings: drivers and parameters as the rewriter writes them, quotes that nobody takes off.
 */
#include "mend/fixer.h"

#include "facts/variable.h"
#include "rewrite/rewrite.h"

/* The connection string that the finding is about. */
static const struct connection *connection_of(const struct mending *mending)
{
    vec_each(struct connection *const *, row, &mending->facts->connections) {
        const struct connection *connection = *row;
        if (connection->dsn && mending_is_at(mending, connection_locate(connection, PART_WHOLE)))
            return connection;
    }
    return NULL;
}

/* The driver that its reader needs, as the rewriter calls it; empty: it is not declared. */
static str declared_driver(const struct connection *connection)
{
    const struct config_var *var = connection->variable->declared;
    if (!var || !span_is_set(var->driver.at))
        return STR("");
    bool is_none = var->driver.text.len == 0 || str_eq(var->driver.text, STR("none"));
    return is_none ? STR("libpq") : var->driver.text;
}

/* To the rewriter `asyncpg` alone is that library's own form; SQLAlchemy's has the dialect before it. */
static str as_target(str driver)
{
    return str_eq(driver, STR("asyncpg")) ? STR("postgresql+asyncpg") : driver;
}

/* A string's scheme, what is between, and its parameters. */
struct thirds {
    str scheme, middle, query;
};

static struct thirds cut(str text)
{
    struct thirds thirds = {0};
    size_t colon = str_find(text, STR("://")), mark = str_find_byte(text, '?');
    colon = colon == STR_NONE ? 0 : colon;
    mark = mark == STR_NONE || mark < colon ? text.len : mark;
    thirds.scheme = str_take(text, colon);
    thirds.middle = str_slice(text, colon, mark);
    thirds.query = str_skip(text, mark);
    return thirds;
}

/* Bytes [offset, +length) of the value, where they are written so. */
static bool splice(struct mending *mending, const struct value *value, str old, str text)
{
    size_t offset = (size_t)(old.ptr - value->text.ptr);
    if (str_eq(old, text))
        return true;
    if (old.len > 0)
        return mending_replace(mending, value_locate(value, offset, old.len), old, text);
    return false;
}

static void rewrite(struct mending *mending, const struct connection *connection, str target)
{
    const struct value *value = connection->variable->value;
    if (target.len == 0)
        return;
    struct rewrite_result result = dsn_rewrite(mending->arena, value->text, target);
    /* A parameter that would go, or a doubt, is for whoever knows why it is there. */
    if (result.error != REWRITE_OK || result.dropped.count || result.warnings.count)
        return;
    struct thirds old = cut(value->text), new = cut(result.text);
    if (!str_eq(old.middle, new.middle) || !splice(mending, value, old.scheme, new.scheme) ||
        !splice(mending, value, old.query, new.query))
        mending->edits.count = 0;
}

void fix_driver(struct mending *mending)
{
    const struct connection *connection = connection_of(mending);
    if (connection)
        rewrite(mending, connection, as_target(declared_driver(connection)));
}

void fix_parameter(struct mending *mending)
{
    const struct connection *connection = connection_of(mending);
    if (!connection)
        return;
    str declared = declared_driver(connection);
    rewrite(mending, connection, as_target(declared.len ? declared : connection->dsn->driver));
}

/* docker run --env-file hands quotes on, and no client takes a connection string in quotes. */
void fix_quotes(struct mending *mending)
{
    vec_each(struct variable *const *, row, &mending->facts->variables) {
        const struct value *value = value_root((*row)->value);
        str text = value->text;
        bool is_quoted = text.len > 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') &&
                         text.ptr[text.len - 1] == text.ptr[0];
        if (!is_quoted || !span_is_set(value->at) || !mending_is_at(mending, value->at))
            continue;
        mending_replace(mending, value->at, text, str_slice(text, 1, text.len - 1));
        return;
    }
}
