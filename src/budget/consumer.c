#include "budget/consumer.h"

#include "budget/command.h"
#include "deploy/image.h"

#define EACH_ASSUMED 15 /* SQLAlchemy's default, the usual one where nothing says more */

/* What the detection rests on, worked out once. */
struct detection {
    const struct consumer_input *input;
    struct arena *arena;
    struct commands commands;
    const struct command *command; /* of the program; NULL: not recognised by its command */
    size_t first;                  /* the words after the program */
    const struct pool_program *program;
};

static const struct value *variable_of(const struct env *environment, str name)
{
    const struct value *value = name.len ? env_get(environment, name) : NULL;
    return value && value->set && str_trim(value->text).len ? value : NULL;
}

static const struct value *variable(const struct detection *d, str name)
{
    return variable_of(d->input->environment, name);
}

/* ---- the program */

static bool has_word(const struct command *command, size_t first, str text)
{
    for (size_t i = first; i < command->words.count; i++)
        if (str_eq(command->words.items[i].text, text))
            return true;
    return text.len == 0;
}

static const struct pool_program *program_of(const struct command *command, size_t first)
{
    str name = command_program(command);
    for (size_t i = 0; i < pool_program_count(); i++) {
        const struct pool_program *program = pool_program_at(i);
        if (str_eq(program->name, name) && has_word(command, first, program->subcommand))
            return program;
    }
    return NULL;
}

static const struct pool_program *program_of_image(str image)
{
    str name = image_reference(image).name;
    for (size_t i = 0; i < pool_program_count(); i++)
        if (pool_program_at(i)->pooled_alone && str_eq(pool_program_at(i)->name, name))
            return pool_program_at(i);
    return NULL;
}

/* The last command that is known: what runs for long is at a script's end. */
static void find_program(struct detection *d)
{
    if (!d->input->service)
        return;
    d->commands = commands_of(d->arena, d->input->service);
    vec_each(const struct command *, command, &d->commands.list) {
        size_t first = command_launchers(command) + 1;
        const struct pool_program *program = program_of(command, first);
        if (!program)
            continue;
        d->program = program;
        d->command = command;
        d->first = first;
    }
    if (!d->program)
        d->program = program_of_image(d->input->service->image);
}

/* Arguments for a program in the environment say that it is the one: GUNICORN_CMD_ARGS. */
static void find_program_by_arguments(struct detection *d)
{
    for (size_t i = 0; !d->program && i < pool_program_count(); i++)
        if (variable(d, pool_program_at(i)->arguments))
            d->program = pool_program_at(i);
}

/* ---- processes */

static struct count per_processor(const struct detection *d)
{
    if (d->input->cpus > 0)
        return count_default(d->input->cpus, STR("one per processor"));
    return count_assumed(1, STR("one per processor, whose number is not known"));
}

/* A number of processes; none at all still is one (Puma's single mode). */
static struct count read_processes(
    const struct detection *d, str text, span at, const struct value *via, str from)
{
    str word = str_trim(text);
    if (str_eq(word, STR("auto")) || str_eq(word, STR("max")))
        return per_processor(d);
    struct count count = count_read(word, at, via ? via->name : STR(""), from);
    if (count.state == COUNT_READ && count.value == 0)
        count.value = 1;
    return count;
}

static char letter(str option)
{
    return option.len ? option.ptr[0] : 0;
}

static struct count from_option(const struct detection *d, const struct command *command, size_t first)
{
    const struct pool_program *program = d->program;
    struct command_option range = command_option(command, first, program->range_option, 0);
    if (range.found)
        return read_processes(d, str_cut_byte(range.text, ',').head, range.at, range.via, range.spelling);
    struct command_option option =
        command_option(command, first, program->option, letter(program->short_option));
    if (!option.found || option.missing)
        return (struct count){0};
    struct count count = read_processes(d, option.text, option.at, option.via, option.spelling);
    if (program->parent && count.state == COUNT_READ)
        count.value = number_add(count.value, 1);
    return count;
}

/* celery -P gevent: green threads share one process and its pool. */
static bool is_shared(const struct detection *d)
{
    struct command_option model =
        command_option(d->command, d->first, d->program->model_option, letter(d->program->model_short));
    str rest = d->program->shared_models, word;
    while (model.found && str_next(&rest, ' ', &word))
        if (str_eq(word, model.text))
            return true;
    return false;
}

static struct count from_arguments(const struct detection *d)
{
    const struct value *words = variable(d, d->program->arguments);
    if (!words)
        return (struct count){0};
    struct command command = command_split(d->arena, words->text, words->at, words);
    struct count count = from_option(d, &command, 0);
    if (count.state != COUNT_ABSENT)
        count.from = words->name;
    return count;
}

/* The first of the names between blanks that is set. */
static struct count from_variables(const struct detection *d, str names)
{
    str rest = names, name;
    while (str_next(&rest, ' ', &name)) {
        const struct value *value = variable(d, name);
        if (value)
            return read_processes(d, value->text, value->at, value, value->name);
    }
    return (struct count){0};
}

/* What most start scripts honour, for a program that is not known. */
static const str usual_variables = STR_INIT("UVICORN_WORKERS WEB_CONCURRENCY");

static struct count unknown_processes(const struct detection *d)
{
    struct count count = from_variables(d, usual_variables);
    if (count.state == COUNT_READ)
        count.state = COUNT_ASSUMED;
    return count_is_known(count) ? count : count_assumed(1, STR("one process"));
}

static struct count detect_processes(const struct detection *d)
{
    if (!d->program)
        return unknown_processes(d);
    struct count count = {0};
    if (d->command && is_shared(d))
        return (struct count){.state = COUNT_READ, .value = 1, .from = STR("one process, shared pool")};
    if (d->command)
        count = from_option(d, d->command, d->first);
    if (count.state == COUNT_ABSENT)
        count = from_arguments(d);
    if (count.state == COUNT_ABSENT)
        count = from_variables(d, d->program->variables);
    if (count.state != COUNT_ABSENT)
        return count;
    if (d->program->processes == 0)
        return per_processor(d);
    return count_default(
        d->program->processes, arena_printf(d->arena, "default of " STR_FMT, STR_ARG(d->program->name)));
}

/* ---- connections of one process */

/* A parameter of the connection string: Prisma's connection_limit and its kin. */
static struct count from_parameter(const struct detection *d)
{
    const struct connection *connection = d->input->connection;
    if (!connection->dsn)
        return (struct count){0};
    vec_each(const struct dsn_parameter *, parameter, &connection->dsn->parameters) {
        if (!pool_is_parameter(parameter->key.text))
            continue;
        span at = value_locate(connection->variable->value, parameter->value.offset, parameter->value.length);
        return count_read(parameter->value.text, at, connection->variable->value->name, parameter->key.text);
    }
    return (struct count){0};
}

/* How well a sizing variable's prefix fits the connection's name: VECTOR_ for VECTOR_DATABASE_URL. */
static size_t fit(str prefix, str connection_name)
{
    return prefix.len == 0 ? 1 : str_starts(connection_name, prefix) ? 1 + prefix.len : 0;
}

/* The variable of a role, the one whose prefix fits the connection's name best. */
static const struct value *sizing_variable(const struct detection *d, enum pool_role role)
{
    const struct value *best = NULL;
    size_t best_fit = 0;
    str name = d->input->connection->variable->value->name;
    vec_each(const struct sizing *, sizing, &d->input->sizing->rows) {
        if (sizing->role != role || (best && fit(sizing->prefix, name) <= best_fit))
            continue;
        best = sizing->value;
        best_fit = fit(sizing->prefix, name);
    }
    return best;
}

struct sizing_list *consumer_sizing(struct arena *arena, const struct env *environment)
{
    struct sizing_list *list = arena_new(arena, struct sizing_list);
    vec_each(const struct map_entry *, entry, &environment->map.entries) {
        struct sizing sizing = {0};
        if (entry->removed)
            continue;
        sizing.role = pool_role_of_variable(entry->key, &sizing.prefix);
        sizing.value = variable_of(environment, entry->key);
        if (sizing.value && (sizing.role == POOL_SIZE || sizing.role == POOL_OVERFLOW))
            vec_push(arena, &list->rows, sizing);
    }
    return list;
}

static struct count count_of(const struct value *value)
{
    return value ? count_read(value->text, value->at, value->name, value->name) : (struct count){0};
}

/* Pool size and overflow from variables; what only one of them says is completed by the library's default. */
static struct count from_sizing(const struct detection *d, const struct pool_library *library)
{
    struct count size = count_of(sizing_variable(d, POOL_SIZE));
    struct count overflow = count_of(sizing_variable(d, POOL_OVERFLOW));
    int64_t usual = library ? library->overflow : 0;
    if (size.state == COUNT_ABSENT && overflow.state == COUNT_ABSENT)
        return size;
    if (size.state == COUNT_ABSENT)
        size = library ? count_default(library->each - usual, STR("default pool_size"))
                       : count_assumed(5, STR("default pool_size"));
    if (overflow.state == COUNT_ABSENT && usual > 0)
        overflow = count_default(usual, STR("default max_overflow"));
    return count_add(d->arena, size, overflow);
}

static struct count from_library_variables(const struct detection *d, const struct pool_library *library)
{
    str rest = library ? library->variables : STR(""), name;
    while (str_next(&rest, ' ', &name)) {
        const struct value *value = variable(d, name);
        if (value)
            return count_of(value);
    }
    return (struct count){0};
}

/* The library that reads this connection string in this program; NULL: not known. */
static const struct pool_library *library_of(const struct detection *d)
{
    const struct dsn *dsn = d->input->connection->dsn;
    const struct pool_library *own = d->program ? pool_library_find(d->program->library) : NULL;
    if (d->program && d->program->pooled_alone)
        return own;
    const struct pool_library *by_driver = dsn ? pool_library_of_driver(dsn->scheme.text, dsn->driver) : NULL;
    bool is_key_value = dsn && !dsn->scheme.present && str_find_byte(dsn->text, ';') != STR_NONE;
    if (!by_driver && is_key_value && d->input->connection->family == FAMILY_POSTGRESQL)
        by_driver = pool_library_find(STR("npgsql"));
    return by_driver ? by_driver : own;
}

static struct count detect_each(const struct detection *d)
{
    const struct pool_library *library = library_of(d);
    bool alone = d->program && d->program->pooled_alone;
    struct count each = alone ? (struct count){0} : from_parameter(d);
    if (each.state == COUNT_ABSENT)
        each = from_library_variables(d, library);
    if (each.state == COUNT_ABSENT && !alone)
        each = from_sizing(d, library);
    if (each.state != COUNT_ABSENT)
        return each;
    if (library)
        each = pool_library_each(library, d->input->cpus);
    if (each.state == COUNT_ABSENT)
        return count_assumed(EACH_ASSUMED, STR("pool_size 5 + max_overflow 10"));
    each.from = arena_printf(d->arena, "default of " STR_FMT, STR_ARG(library->name));
    return each;
}

struct consumer consumer_detect(const struct consumer_input *input)
{
    struct detection d = {.input = input, .arena = input->arena};
    find_program(&d);
    find_program_by_arguments(&d);
    return (struct consumer){d.program, detect_processes(&d), detect_each(&d)};
}
