#include "deploy/deployment.h"

#include "base/number.h"

const struct deployment_words *deployment_words(const struct deployment *deployment)
{
    static const struct deployment_words plain = {.file = STR_INIT("the deployment"),
        .reader = STR_INIT("its reader"),
        .secret = STR_INIT("take * from where secrets are kept"),
        .profile = STR_INIT("start what belongs to `*`")};
    return deployment && deployment->words ? deployment->words : &plain;
}

str deployment_word(struct arena *arena, str word, str name)
{
    struct str_cut cut = str_cut_byte(word, '*');
    return cut.found ? arena_join(arena, cut.head, name, cut.tail) : word;
}

str deployment_command(
    struct arena *arena, const struct deployment_words *words, str command, str name, str zone)
{
    if (command.len == 0 || name.len == 0)
        return STR("");
    str where = zone.len > 0 ? deployment_word(arena, words->zone, zone) : STR("");
    return arena_concat(arena, deployment_word(arena, command, name), where);
}

str deployment_command_name(const struct deployment_words *words, const struct workload *workload)
{
    if (words->units.len == 0)
        return workload->name;
    str rest = words->units, kind = str_cut_byte(workload->unit, '/').head;
    for (str word; str_next(&rest, ' ', &word);)
        if (str_eq(word, kind))
            return workload->unit;
    return STR("");
}

struct workload *deployment_workload(const struct deployment *deployment, str name)
{
    return map_get(&deployment->workloads_by_name, name);
}

str workload_reference(const struct workload *workload)
{
    const struct workload_image *built = workload->built;
    return built && built->unknown.len == 0 ? built->base : workload->image;
}

const struct workload_instruction *workload_instruction(const struct workload *workload, span at)
{
    if (workload->built && span_is_set(at))
        vec_each(const struct workload_instruction *, row, &workload->built->instructions)
            if (row->at.source == at.source && at.offset - row->at.offset < row->at.length)
                return row;
    return NULL;
}

/* Takes "/last" off the end of `*name`, or all of a name without a slash. */
static bool take_last(str *name, str last)
{
    if (last.len == 0 || !str_ends(*name, last))
        return false;
    size_t at = name->len - last.len;
    if (at > 0 && name->ptr[at - 1] != '/')
        return false;
    *name = str_take(*name, at > 0 ? at - 1 : 0);
    return true;
}

/* The unit as it is written, "api" or "Deployment/api", with or without its zone before it. */
static bool is_unit(const struct workload *workload, str name)
{
    if (!take_last(&name, workload->unit))
        return str_eq(name, str_rcut_byte(workload->unit, '/').tail);
    return name.len == 0 || str_eq(name, workload->zone);
}

bool workload_is_called(const struct workload *workload, str name)
{
    if (str_eq(name, workload->name))
        return true;
    if (workload->unit.len == 0 || name.len == 0)
        return false;
    str rest = name;
    return is_unit(workload, name) || (take_last(&rest, workload->part) && is_unit(workload, rest));
}

struct workload *deployment_called(const struct deployment *deployment, str name)
{
    struct workload *found = deployment_workload(deployment, name);
    for (size_t i = 0; !found && i < deployment->workloads.count; i++)
        if (!deployment->workloads.items[i]->ends && workload_is_called(deployment->workloads.items[i], name))
            found = deployment->workloads.items[i];
    for (size_t i = 0; !found && i < deployment->workloads.count; i++)
        if (workload_is_called(deployment->workloads.items[i], name))
            found = deployment->workloads.items[i];
    return found;
}

bool workload_meets(const struct workload *workload, const struct workload *other)
{
    if (!workload->group || workload->group != other->group || workload == other || other->ends)
        return false;
    return !workload->ends || other->turn < workload->turn;
}

bool workload_declares_port(const struct workload *workload, int32_t port)
{
    uint64_t number;
    vec_each(const struct workload_port *, row, &workload->ports)
        if ((int32_t)row->target == port)
            return true;
    vec_each(const str *, exposed, &workload->expose)
        if (number_parse_unsigned(str_trim(*exposed), UINT16_MAX, &number) && (int32_t)number == port)
            return true;
    return false;
}

static str address_key(struct arena *arena, str name, str zone)
{
    return arena_lower(arena, arena_join(arena, name, STR("."), zone));
}

struct deployment_address *deployment_address(
    struct arena *arena, const struct deployment *deployment, str name, str zone)
{
    return map_get(&deployment->addresses_by_name, address_key(arena, name, zone));
}

void deployment_add_address(
    struct arena *arena, struct deployment *deployment, struct deployment_address *address)
{
    vec_push(arena, &deployment->addresses, address);
    map_set(arena, &deployment->addresses_by_name, address_key(arena, address->name, address->zone), address);
}
