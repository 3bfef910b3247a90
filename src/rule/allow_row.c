#include "rule/allow_row.h"

#include "base/buf.h"
#include "rule/cause.h"
#include "syntax/yaml.h"
#include "text/host.h"

#define REASON "reason: why it is right here"

/* A file by its last name is the same from every directory; its path is for where another is called alike. */
enum { BY_VARIABLE = 1, BY_SERVICE = 2, BY_FILE = 4, BY_PATH = 8, BY_CAUSE = 16, BY_END = 32 };

static const struct {
    unsigned by;
    str name;
} keys[] = {
    {BY_VARIABLE, STR_INIT("variable")},
    {BY_SERVICE, STR_INIT("service")},
    {BY_FILE, STR_INIT("file")},
    {BY_PATH, STR_INIT("file")},
    {BY_CAUSE, STR_INIT("about")},
};

/* Sets of keys from the plainest on. */
static const unsigned orders[] = {
    BY_VARIABLE,
    BY_VARIABLE | BY_SERVICE,
    BY_VARIABLE | BY_FILE,
    BY_VARIABLE | BY_PATH,
    BY_VARIABLE | BY_SERVICE | BY_FILE,
    BY_SERVICE,
    BY_SERVICE | BY_FILE,
    BY_SERVICE | BY_PATH,
    BY_FILE,
    BY_PATH,
    BY_VARIABLE | BY_CAUSE,
    BY_VARIABLE | BY_SERVICE | BY_CAUSE,
    BY_VARIABLE | BY_FILE | BY_CAUSE,
    BY_SERVICE | BY_CAUSE,
    BY_SERVICE | BY_FILE | BY_CAUSE,
    BY_FILE | BY_CAUSE,
    BY_PATH | BY_CAUSE,
    BY_CAUSE,
};

/* What a finding offers for each key; empty: nothing. */
struct offer {
    str texts[ARRAY_COUNT(keys)];
    unsigned has;
};

static struct offer offer_of(const struct allow_rows *rows, const struct diag *diag)
{
    const struct source *source = source_of(rows->diags->sources, diag->at);
    bool has_file = source != NULL && source->kind != SOURCE_ENVIRONMENT;
    str path = has_file ? source->name : STR("");
    str base = path_base(path);
    /* One that is its own last name is offered once, or its row would seem to match two findings. */
    struct offer offer = {.texts = {diag->variable, diag->service, base, str_eq(base, path) ? STR("") : path,
                              cause_of(rows->arena, rows->diags, diag)}};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        offer.has |= offer.texts[i].len > 0 ? keys[i].by : 0;
    return offer;
}

static str row_of(struct arena *arena, str rule, const struct offer *offer, unsigned by)
{
    struct buf row = buf_new(arena, SIZE_MAX / 4);
    buf_printf(&row, "{rule: " STR_FMT, STR_ARG(rule));
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if ((by & keys[i].by) != 0)
            buf_printf(&row, ", " STR_FMT ": " STR_FMT, STR_ARG(keys[i].name),
                STR_ARG(yaml_quote(arena, offer->texts[i])));
    buf_str(&row, STR(", " REASON "}"));
    return buf_view(&row);
}

static size_t matches(const struct allow_rows *rows, str row)
{
    return (size_t)(uintptr_t)map_get(&rows->matches, row);
}

struct allow_rows allow_rows_make(struct arena *arena, const struct diags *diags)
{
    struct allow_rows rows = {.arena = arena, .diags = diags};
    vec_each(const struct diag *, diag, &diags->list) {
        struct offer offer = offer_of(&rows, diag);
        for (unsigned by = 1; by < BY_END; by++) {
            bool is_double = (by & BY_FILE) != 0 && (by & BY_PATH) != 0;
            if ((by & ~offer.has) != 0 || is_double)
                continue;
            str row = row_of(arena, diag->rule, &offer, by);
            map_set(arena, &rows.matches, row, (void *)(uintptr_t)(matches(&rows, row) + 1));
        }
    }
    return rows;
}

/* What is said of suppressions is suppressed by none. */
static bool may_be_allowed(const struct rule_info *rule)
{
    return !str_eq(rule->name, rule_info(RULE_UNUSED_SUPPRESSION)->name) &&
           !str_eq(rule->name, rule_info(RULE_EXPIRED_SUPPRESSION)->name);
}

str allow_row(const struct allow_rows *rows, const struct diag *diag)
{
    const struct rule_info *rule = rule_find(diag->rule);
    if (rule == NULL || diag->fatal || !may_be_allowed(rule))
        return STR("");
    struct offer offer = offer_of(rows, diag);
    for (size_t i = 0; i < ARRAY_COUNT(orders); i++) {
        if ((orders[i] & ~offer.has) != 0)
            continue;
        str row = row_of(rows->arena, diag->rule, &offer, orders[i]);
        if (matches(rows, row) == 1)
            return row;
    }
    bool has_path = (offer.has & BY_PATH) != 0;
    return row_of(rows->arena, diag->rule, &offer, has_path ? offer.has & ~(unsigned)BY_FILE : offer.has);
}

/* What findings have, by what their rule runs over; some rules of a kind differ. */
static str template_key(const struct rule_info *rule)
{
    static const struct {
        str rule, key;
    } own[] = {
        {STR_INIT("pool-starved"), STR_INIT("service")},
        {STR_INIT("budget-drift"), STR_INIT("file")},
        {STR_INIT("not-visible"), STR_INIT("service")},
    };
    static const struct {
        str over, key;
    } kinds[] = {
        {STR_INIT("bind"), STR_INIT("service")},
        {STR_INIT("service"), STR_INIT("service")},
        {STR_INIT("server"), STR_INIT("service")},
        {STR_INIT("file"), STR_INIT("file")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (str_eq(rule->name, own[i].rule))
            return own[i].key;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (str_eq(rule->over, kinds[i].over))
            return kinds[i].key;
    return STR("variable");
}

str allow_row_template(struct arena *arena, const struct rule_info *rule)
{
    if (!may_be_allowed(rule))
        return STR("");
    return arena_printf(arena, "{rule: " STR_FMT ", " STR_FMT ": NAME, " REASON "}", STR_ARG(rule->name),
        STR_ARG(template_key(rule)));
}
