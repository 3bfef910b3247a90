#include "rule/own_password.h"

#include "facts/variable.h"

/* The variables at one place; whoever asks is one of them, or none: two are enough to find another. */
struct at_place {
    const struct variable *first, *second;
};

static str key_of_setting(struct arena *arena, str name, str text)
{
    return arena_join(arena, name, STR("="), text);
}

static str key_of_place(struct arena *arena, const struct variable *variable)
{
    span at = place_of_variable(variable).at;
    return arena_printf(arena, "%u:%u:%u", at.source, at.offset, at.length);
}

static void add_place(struct check_run *run, const struct variable *variable)
{
    str key = key_of_place(run->arena, variable);
    struct at_place *here = map_get(&run->own_password_places, key);
    if (!here) {
        here = arena_new(run->arena, struct at_place);
        map_set(run->arena, &run->own_password_places, key, here);
    }
    if (!here->first)
        here->first = variable;
    else if (here->first != variable && !here->second)
        here->second = variable;
}

static void gather(struct check_run *run)
{
    run->own_passwords_gathered = true;
    vec_each(struct service *const *, row, &run->facts->services) {
        const struct image_info *image = (*row)->workload->active ? (*row)->image : NULL;
        const str names[] = {
            image ? image->password_variable : STR(""), image ? image->admin_password_variable : STR("")};
        for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
            const struct value *value =
                names[i].len ? env_get(&(*row)->workload->environment, names[i]) : NULL;
            if (!value || !value->set)
                continue;
            str key = key_of_setting(run->arena, names[i], value->text);
            if (!map_has(&run->own_passwords, key))
                map_set(run->arena, &run->own_passwords, key, *row);
            const struct variable *variable = variable_find(run->facts, value);
            if (variable && variable->force.kind == FORCE_IN)
                add_place(run, variable);
        }
    }
}

const struct service *own_password_service(struct check_run *run, const struct value *value)
{
    if (!run->own_passwords_gathered)
        gather(run);
    return map_get(&run->own_passwords, key_of_setting(run->arena, value->name, value->text));
}

const struct variable *own_password_beside(struct check_run *run, const struct variable *variable)
{
    if (!run->own_passwords_gathered)
        gather(run);
    const struct at_place *here = map_get(&run->own_password_places, key_of_place(run->arena, variable));
    return !here ? NULL : here->first != variable ? here->first : here->second;
}
