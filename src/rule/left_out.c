#include "rule/left_out.h"

#include "base/word.h"

#define GROUP_MIN 3 /* settings of one service: a key beside its switch is too little to tell */

/* Last words of names that are parts of one login. */
static const str part_words[] = {STR_INIT("host"), STR_INIT("hostname"), STR_INIT("server"), STR_INIT("user"),
    STR_INIT("username"), STR_INIT("password"), STR_INIT("pass"), STR_INIT("passwd"), STR_INIT("name"),
    STR_INIT("db"), STR_INIT("database"), STR_INIT("port"), STR_INIT("url"), STR_INIT("uri"),
    STR_INIT("dsn")};

/* NAME of "# NAME=…"; empty: the line is none of these. */
static str commented_name(str line)
{
    line = str_trim_start(line);
    if (!str_starts(line, STR("#")))
        return STR("");
    line = str_trim_start(str_trim_bytes(line, STR("#")));
    if (str_starts(line, STR("export ")))
        line = str_trim_start(str_skip(line, STR("export ").len));
    struct str_cut cut = str_cut_byte(line, '=');
    return cut.found && str_is_name(str_trim_end(cut.head)) ? str_trim_end(cut.head) : STR("");
}

static void gather(struct check_run *run)
{
    run->commented_gathered = true;
    vec_each(struct source *const *, source, &run->facts->sources->items) {
        str rest = (*source)->text, line, name;
        while ((*source)->kind == SOURCE_ENV && str_next(&rest, '\n', &line))
            if ((name = commented_name(line)).len > 0)
                map_set(run->arena, &run->commented, name, run);
    }
}

static bool is_part(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(part_words); i++)
        if (word_is_last(name, part_words[i]))
            return true;
    return false;
}

/* "REDIS_" of REDIS_URL; all of a name of one word. */
static str stem_of(str name)
{
    size_t end = str_rfind_byte(name, '_');
    return end == STR_NONE ? name : str_take(name, end + 1);
}

/* The parts of the login that are handed on empty; none where one of them is set. */
static size_t empty_parts(const struct env *env, str stem)
{
    size_t parts = 0;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->removed ? NULL : entry->value;
        if (!value || !str_starts(entry->key, stem) || !is_part(entry->key))
            continue;
        bool is_port = word_is_last(entry->key, STR("port")); /* with a fallback it says nothing */
        if (value->set && value->text.len > 0 && !is_port)
            return 0;
        parts++;
    }
    return parts;
}

/* Empty, what a fallback made of it, or what the image brings: nobody chose it here. */
static bool nobody_set(const struct value *value)
{
    if (!value->set || value->text.len == 0 || value->origin == ORIGIN_IMAGE)
        return true;
    return value->uses.count == 1 && value->uses.items[0].fallback_taken;
}

/* How many settings begin with the stem; 0: one of them was set. */
static size_t unset_settings(const struct env *env, str stem)
{
    size_t settings = 0;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        if (entry->removed || !str_starts(entry->key, stem))
            continue;
        if (!nobody_set(entry->value))
            return 0;
        settings++;
    }
    return settings;
}

/* A secret's last words, and those of what goes with it to somebody else's service. */
static const struct {
    str secret, partner;
} partners[] = {
    {STR_INIT("CLIENT_SECRET"), STR_INIT("CLIENT_ID")},
    {STR_INIT("APP_SECRET"), STR_INIT("APP_ID")},
    {STR_INIT("OAUTH_SECRET"), STR_INIT("OAUTH_ID")},
    {STR_INIT("API_SECRET"), STR_INIT("API_KEY")},
    {STR_INIT("SECRET_ACCESS_KEY"), STR_INIT("ACCESS_KEY_ID")},
    {STR_INIT("SECRET_KEY"), STR_INIT("ACCESS_KEY")},
    {STR_INIT("AUTH_TOKEN"), STR_INIT("ACCOUNT_SID")},
};

/* GOOGLE_CLIENT_SECRET beside a GOOGLE_CLIENT_ID that nobody set either. */
static bool lacks_partner(struct arena *arena, const struct env *env, str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(partners); i++) {
        if (!str_ends_fold(name, partners[i].secret))
            continue;
        str stem = str_take(name, name.len - partners[i].secret.len);
        str word = arena_cased_like(arena, partners[i].partner, str_skip(name, stem.len));
        const struct value *partner = env_get(env, arena_concat(arena, stem, word));
        if (partner && !partner->is_hidden && nobody_set(partner))
            return true;
    }
    return false;
}

static bool left_out_with_its_partner(struct arena *arena, const struct variable *variable)
{
    vec_each(const struct holder *, holder, &variable->holders)
        if (!lacks_partner(arena, &holder->service->workload->environment, variable->value->name))
            return false;
    return variable->holders.count > 0;
}

bool left_out_with_its_group(struct arena *arena, const struct variable *variable)
{
    if (left_out_with_its_partner(arena, variable))
        return true;
    bool is_held = variable->holders.count > 0;
    vec_each(const struct holder *, holder, &variable->holders) {
        size_t settings = 0;
        /* NEW_RELIC_LICENSE_ has one member, NEW_RELIC_ all of them. */
        for (str stem = stem_of(variable->value->name); settings < GROUP_MIN && str_ends(stem, STR("_"));
             stem = stem_of(str_take(stem, stem.len - 1)))
            settings = unset_settings(&holder->service->workload->environment, stem);
        is_held = is_held && settings >= GROUP_MIN;
    }
    return is_held;
}

enum left_out left_out(struct check_run *run, const struct variable *variable, str name)
{
    if (!run->commented_gathered)
        gather(run);
    if (!map_has(&run->commented, name))
        return LEFT_OUT_NOT;
    str stem = stem_of(variable->value->name);
    enum left_out result = LEFT_OUT_WHOLE;
    vec_each(const struct holder *, holder, &variable->holders) {
        size_t parts = empty_parts(&holder->service->workload->environment, stem);
        if (parts == 0 && is_part(variable->value->name))
            return LEFT_OUT_NOT;
        if (parts < 2)
            result = LEFT_OUT_ALONE;
    }
    return result;
}
