#include "facts/relay.h"

#include "base/number.h"

/* One of the instances that the words name; the port that is said for it, 0: none is. */
struct instance {
    str name;
    int32_t port;
};

/* project:region:name, or the path of an instance of AlloyDB. */
static bool is_instance(str name)
{
    size_t first = str_find_byte(name, ':');
    bool has_three = first != STR_NONE && str_has_byte(str_skip(name, first + 1), ':');
    return str_starts(name, STR("projects/")) || (has_three && !str_contains(name, STR("/")));
}

static int32_t port_of(str text)
{
    uint64_t number;
    return number_parse_unsigned(text, UINT16_MAX, &number) ? (int32_t)number : 0;
}

/* NAME?port=5433 of the second version, NAME=tcp:5433 or NAME=tcp:0.0.0.0:5433 of the first. */
static struct instance instance_of(str word)
{
    struct str_cut query = str_cut_byte(word, '?'), bound = str_cut_byte(word, '=');
    struct instance instance = {.name = query.found ? query.head : bound.head};
    str rest = query.tail, parameter;
    while (query.found && str_next(&rest, '&', &parameter))
        if (str_starts(parameter, STR("port=")))
            instance.port = port_of(str_skip(parameter, 5));
    for (rest = bound.tail; !query.found && bound.found && str_next(&rest, ':', &parameter);)
        instance.port = port_of(parameter);
    return instance;
}

/* What is found while words are gone through: the instance of that port, else the only one. */
struct search {
    int32_t port;
    str exact, any;
    size_t count;
};

static void offer(struct search *search, str word)
{
    struct instance instance = instance_of(word);
    if (!is_instance(instance.name))
        return;
    search->count++;
    search->any = instance.name;
    if (instance.port == search->port)
        search->exact = instance.name;
}

static void offer_words(struct search *search, struct value *const *words, size_t count)
{
    static const str options[] = {STR_INIT("-instances="), STR_INIT("--instances=")};
    for (size_t i = 0; i < count; i++) {
        str rest = words[i]->text, word;
        for (size_t j = 0; j < ARRAY_COUNT(options); j++)
            if (str_starts(rest, options[j]))
                rest = str_skip(rest, options[j].len);
        while (!str_starts(rest, STR("-")) && str_next(&rest, ',', &word))
            offer(search, word);
    }
}

str relay_instance(const struct workload *workload, int32_t port)
{
    struct search search = {.port = port};
    offer_words(&search, workload->entrypoint.items, workload->entrypoint.count);
    offer_words(&search, workload->command.items, workload->command.count);
    if (search.exact.len)
        return search.exact;
    return search.count == 1 ? search.any : STR("");
}

str relay_told_port(const struct workload *workload)
{
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        bool is_listener =
            str_ends_fold(entry->key, STR("LISTEN_PORT")) || str_eq(entry->key, STR("PGBOUNCER_PORT"));
        if (!entry->removed && value->set && is_listener)
            return value->text;
    }
    return STR("");
}
