/*
 * Children of php-fpm over all of its pools: settings/number.h.
 *
 * php-src sapi/fpm/fpm/fpm_conf.c: the files of the include line in order of their names, a pool is a
 * section, and of a setting that comes twice the last one counts. The official image includes php-fpm.d
 * and brings www.conf, whose pool www has five children (docker-library/php, Dockerfile-linux.template).
 */
#include "base/number.h"
#include "settings/entries.h"
#include "settings/number.h"

#define POOLS_MAX        200 /* of one program; more are not counted, and said to be unclear */
#define CHILDREN_DEFAULT 5   /* of the pool www in the www.conf that images bring */

struct pool {
    str name;
    struct workload_number children;
};

struct pools {
    const struct settings_reading *r;
    VEC(struct pool) list;
    str section; /* a file goes on in the one that the file before it ended in */
    bool is_unclear;
    span at;
};

static struct pool *pool_of(struct pools *p, str name)
{
    vec_each(struct pool *, pool, &p->list)
        if (str_eq(pool->name, name))
            return pool;
    struct pool *made = vec_add(p->r->arena, &p->list);
    made->name = name;
    return made;
}

static void add_pools(struct pools *p, const struct source *source)
{
    entry_list entries = entries_read(p->r->arena, ENTRIES_PHP, source->text);
    struct expression_scope scope = {.environment = &p->r->workload->environment};
    vec_each(const struct entry *, entry, &entries) {
        p->section = entry->section.len ? entry->section : p->section;
        if (str_eq(p->section, STR("global")) || !str_eq(entry->name, STR("pm.max_children")))
            continue;
        struct workload_number number = settings_number(p->r, LANGUAGE_PHP, source, entry->text, &scope);
        if (number.at.source == source->id)
            number.at = span_make(source->id, entry->offset, entry->text.len);
        p->at = number.at;
        p->is_unclear |= p->list.count >= POOLS_MAX;
        if (!p->is_unclear)
            pool_of(p, p->section)->children = number;
    }
}

/* The file that the image brings, where nothing replaces it. */
static void add_own(struct pools *p, str path, bool is_replaced)
{
    const struct workload_image *built = p->r->workload->built;
    if (is_replaced)
        return;
    if (built && built->files.self && built->files.is_edited(built->files.self, path)) {
        p->is_unclear = true;
        return;
    }
    p->section = STR("www");
    pool_of(p, p->section)->children =
        (struct workload_number){.text = arena_integer(p->r->arena, CHILDREN_DEFAULT)};
}

static void add_directory(struct pools *p, str directory)
{
    static const str own = STR_INIT("www.conf");
    str_vec names = settings_list(p->r, directory);
    bool is_replaced = str_vec_has(&names, own), is_past = false;
    vec_each(const str *, name, &names) {
        str path = arena_join(p->r->arena, directory, STR("/"), *name);
        if (!str_ends(*name, STR(".conf")))
            continue;
        if (!is_past && str_compare(*name, own) > 0) {
            add_own(p, arena_join(p->r->arena, directory, STR("/"), own), is_replaced);
            is_past = true;
        }
        struct settings_file file = settings_open(p->r, path);
        p->is_unclear |= file.is_unclear;
        if (file.source)
            add_pools(p, file.source);
    }
    if (!is_past)
        add_own(p, arena_join(p->r->arena, directory, STR("/"), own), is_replaced);
}

struct workload_number fpm_children(const struct settings_reading *r)
{
    struct pools p = {.r = r};
    struct workload_number sum = {0};
    int64_t total = 0, children;
    add_directory(&p, STR("/usr/local/etc/php-fpm.d"));
    vec_each(const struct pool *, pool, &p.list) {
        if (pool->children.state != NUMBER_KNOWN || !number_parse(pool->children.text, &children))
            return pool->children;
        total = number_add(total, children);
        if (!span_is_set(sum.at) || span_is_set(pool->children.at))
            sum.at = span_is_set(pool->children.at) ? pool->children.at : sum.at;
        sum.variable = pool->children.variable.len ? pool->children.variable : sum.variable;
    }
    /* Nobody says anything but the image: its default is what the program is known for. */
    if (!span_is_set(p.at) && !p.is_unclear)
        return (struct workload_number){0};
    sum.text = arena_integer(r->arena, total);
    if (p.is_unclear)
        sum = (struct workload_number){.state = NUMBER_UNCLEAR, .at = p.at};
    return sum;
}
