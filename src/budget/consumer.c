#include "budget/consumer.h"

#include "base/word.h"
#include "budget/detection.h"
#include "deploy/image.h"

#define BESIDE_MAX   20 /* programs of one line: more than anybody starts beside each other */
#define EACH_ASSUMED 15 /* SQLAlchemy's default, the usual one where nothing says more */

static const struct value *variable_of(const struct env *environment, str name)
{
    const struct value *value = name.len ? env_get(environment, name) : NULL;
    return value && value->set && str_trim(value->text).len ? value : NULL;
}

const struct value *detection_variable(const struct detection *d, str name)
{
    const struct command_word *own = d->command ? command_assignment(&d->commands, d->command, name) : NULL;
    if (!own)
        return variable_of(d->input->environment, name);
    struct value *value = arena_new(d->arena, struct value);
    *value = (struct value){
        .name = name, .text = str_cut_byte(own->text, '=').tail, .set = !own->is_open, .at = own->at};
    return str_trim(value->text).len ? value : NULL;
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

/* start-celerybeat.sh: the first row that one of its words names; start-worker-celery names two. */
static const struct pool_program *program_of_script(str script)
{
    for (size_t i = 0; i < pool_program_count(); i++) {
        str rest = script, word;
        while (word_next(&rest, &word))
            if (str_lists(pool_program_at(i)->scripts, word))
                return pool_program_at(i);
    }
    return NULL;
}

/* What a workload is by its commands, else by its image. */
static void note_programs(struct arena *arena, struct running *running, const struct workload *workload)
{
    struct commands commands = commands_of(arena, workload);
    const struct pool_program *program = program_of_image(workload_reference(workload));
    if (program)
        map_set(arena, &running->programs, program->name, running);
    vec_each(const struct command *, command, &commands.list) {
        program = program_of(command, command_launchers(command) + 1);
        if (program)
            map_set(arena, &running->programs, program->name, running);
    }
}

/* Whether some workload is known to run the program. */
static bool is_running(const struct consumer_input *input, const struct pool_program *program)
{
    struct running *running = input->running;
    if (running->deployment && !running->is_filled)
        vec_each(struct workload *const *, workload, &running->deployment->workloads)
            if ((*workload)->active)
                note_programs(input->arena, running, *workload);
    running->is_filled = true;
    return map_has(&running->programs, program->name);
}

/* ./start.sh, "$@": it may be anything, also what runs for long. */
static bool is_anything(const struct command *command)
{
    const struct command_word *word = &command->words.items[command_launchers(command)];
    bool is_script = str_has_byte(word->text, '/') || str_ends(word->text, STR(".sh"));
    return !command->in_background && (word->is_open || is_script);
}

/* The last command that is known, of a line or of what is described: what runs for long is at the end. */
static void find_in_commands(struct detection *d, const struct value *OR_NULL line)
{
    struct workload copy = *d->input->service;
    if (line)
        copy.runs = line;
    struct commands commands = commands_of(d->arena, &copy);
    vec_each(const struct command *, command, &commands.list) {
        size_t first = command_launchers(command) + 1;
        const struct pool_program *program = program_of(command, first);
        if (!program && is_anything(command))
            d->program = NULL;
        if (!program && !d->program)
            d->guess = program_of_script(command_program(command));
        if (!program)
            continue;
        d->program = program;
        d->commands = commands;
        d->command = command;
        d->first = first;
    }
}

/* What its package's script says wins over the package manager that runs it. */
static void find_program(struct detection *d)
{
    const struct workload *service = d->input->service;
    const struct workload_program *started = d->input->started;
    if (!service)
        return;
    find_in_commands(d, started ? started->line : NULL);
    const struct pool_program *manager = d->program;
    const struct value *script = started ? started->script : service->script;
    if (script)
        find_in_commands(d, script);
    d->program = d->program ? d->program : script ? manager : NULL;
    if (!d->program)
        d->command = NULL;
    if (!d->program && !d->input->started)
        d->program = program_of_image(workload_reference(d->input->service));
    if (d->program)
        d->guess = NULL;
}

/*
 * Arguments for a program in the environment, GUNICORN_CMD_ARGS, are a hint that an unknown script starts it
 * and no more: services that share an env file are all handed the arguments of one of them. Not where a
 * script bears another name, and not where they are explained: a workload runs that program for certain.
 */
static void guess_by_arguments(struct detection *d)
{
    for (size_t i = 0; !d->program && !d->guess && i < pool_program_count(); i++) {
        const struct pool_program *program = pool_program_at(i);
        if (detection_variable(d, program->arguments) && !is_running(d->input, program))
            d->guess = program;
    }
}

/* ---- connections of one process */

/* A parameter of the connection string: Prisma's connection_limit and its kin. */
static struct count from_parameter(const struct detection *d)
{
    const struct connection *connection = d->connection;
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

/* A name of another library's is no setting of this one, but of a program that shares the env file. */
static bool is_setting_of(const struct pool_name *name, const struct pool_library *library)
{
    return name->library.len == 0 || !library || str_eq(name->library, library->name);
}

/* The variable of a role, the one whose prefix fits the connection's name best. */
static const struct sizing *sizing_of_role(
    const struct detection *d, enum pool_role role, const struct pool_library *library)
{
    const struct sizing *best = NULL;
    size_t best_fit = 0;
    str name = d->connection->variable->value->name;
    vec_each(const struct sizing *, sizing, &d->input->sizing->rows) {
        if (sizing->name->role != role || !is_setting_of(sizing->name, library) ||
            (best && fit(sizing->prefix, name) <= best_fit))
            continue;
        best = sizing;
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
        sizing.name = pool_name_of_variable(entry->key, &sizing.prefix);
        sizing.value = sizing.name ? variable_of(environment, entry->key) : NULL;
        if (sizing.value)
            vec_push(arena, &list->rows, sizing);
        const struct value *named =
            pool_is_read_by_library(entry->key) ? variable_of(environment, entry->key) : NULL;
        if (named)
            vec_push(arena, &list->named, named);
    }
    return list;
}

/* What a size of 0 means to a library, and to the version of it that is installed. */
static void settle_zero(const struct detection *d, const struct pool_library *library, struct count *count)
{
    if (count->state != COUNT_READ || count->value != 0 || !library || !library->is_zero_unbounded)
        return;
    const struct workload_number *version = detection_number(d, NUMBER_VERSION, library->name);
    int64_t major;
    bool is_older = version && number_parse(version->text, &major) && major < library->zero_since;
    if (!is_older)
        count->value = NUMBER_UNBOUNDED;
    else
        count->note = arena_printf(d->arena, STR_FMT " " STR_FMT " is installed, to which 0 is none",
            STR_ARG(library->name), STR_ARG(version->text));
}

static struct count count_of(
    const struct detection *d, const struct value *value, const struct pool_library *library)
{
    struct count count = {0};
    if (value)
        count = count_read(value->text, value->at, value->name, value->name);
    settle_zero(d, library, &count);
    return count;
}

/* Pool size and overflow from variables; what only one of them says is completed by the library's default. */
static struct count from_sizing(const struct detection *d, const struct pool_library *library)
{
    const struct sizing *size_row = sizing_of_role(d, POOL_SIZE, library);
    const struct sizing *overflow_row = sizing_of_role(d, POOL_OVERFLOW, library);
    if (!library && size_row)
        library = pool_library_find(size_row->name->library);
    struct count size = count_of(d, size_row ? size_row->value : NULL, library);
    struct count overflow = count_of(d, overflow_row ? overflow_row->value : NULL, NULL);
    int64_t usual = library ? library->overflow : 0;
    if (size.state == COUNT_READ && size.value == NUMBER_UNBOUNDED)
        return size; /* nothing comes on top */
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
    while (str_next(&rest, ' ', &name))
        vec_each(const struct value *const *, value, &d->input->sizing->named)
            if (pool_is_same_name((*value)->name, name))
                return count_of(d, *value, library);
    return (struct count){0};
}

/* Pool and overflow out of a file that the library or the program reads; a file that only the one of them
 * is in leaves the other at its default. */
static struct count from_settings(const struct detection *d, const struct pool_library *library)
{
    const struct workload_number *pool = library ? detection_number(d, NUMBER_POOL, library->name) : NULL;
    const struct workload_number *more = library ? detection_number(d, NUMBER_OVERFLOW, library->name) : NULL;
    if (!pool && !more)
        return (struct count){0};
    struct count size = detection_count(d, pool, library->each - library->overflow);
    settle_zero(d, library, &size);
    if (size.state == COUNT_READ && size.value == NUMBER_UNBOUNDED)
        return size;
    if (size.state == COUNT_ABSENT)
        size = count_default(library->each - library->overflow, STR("default pool_size"));
    struct count overflow = detection_count(d, more, library->overflow);
    if (overflow.state == COUNT_ABSENT && library->overflow > 0)
        overflow = count_default(library->overflow, STR("default max_overflow"));
    return count_add(d->arena, size, overflow);
}

/* A framework that a variable of its own tells: Django's settings module. */
static const struct pool_library *OR_NULL library_told(
    const struct detection *d, const struct pool_library *OR_NULL own)
{
    for (size_t i = 0; i < pool_library_count(); i++) {
        const struct pool_library *library = pool_library_at(i);
        bool is_instead = !own || str_eq(own->name, library->instead);
        str rest = library->told_by, name;
        while (is_instead && str_next(&rest, ' ', &name))
            if (detection_variable(d, name))
                return library;
    }
    return own;
}

/* A language has one library for each kind of server: what is not PostgreSQL's is not opened by Npgsql. */
static const struct pool_library *OR_NULL library_for_family(
    const struct pool_library *OR_NULL usual, enum family_id family)
{
    for (size_t i = 0; usual && i < pool_library_count(); i++) {
        const struct pool_library *library = pool_library_at(i);
        bool is_for = library->family && library->family == family;
        if (is_for && str_eq(library->instead, usual->name))
            return library;
    }
    return usual;
}

/* Of a program that nobody knows, the library whose settings its source has: a release of Elixir. */
static const struct pool_library *OR_NULL library_of_settings(const struct detection *d)
{
    const struct pool_library *found = NULL;
    if (d->input->service)
        vec_each(const struct workload_number *, number, &d->input->service->numbers)
            if (number->kind == NUMBER_POOL && !found)
                found = pool_library_find(number->reader);
    return found;
}

/* The library that reads this connection string in this program; NULL: not known. */
static const struct pool_library *library_of(const struct detection *d)
{
    const struct dsn *dsn = d->connection->dsn;
    const struct pool_program *program = d->program ? d->program : d->guess;
    if (program && program->pooled_alone)
        return d->own;
    const struct pool_library *by_driver = dsn ? pool_library_of_driver(dsn->scheme.text, dsn->driver) : NULL;
    bool is_key_value = dsn && !dsn->scheme.present && str_has_byte(dsn->text, ';');
    if (!by_driver && is_key_value && d->connection->family == FAMILY_POSTGRESQL)
        by_driver = pool_library_find(STR("npgsql"));
    const struct pool_library *told =
        by_driver ? by_driver : library_for_family(d->told, d->connection->family);
    bool is_told = told || (program && program->library.len);
    return is_told ? told : library_of_settings(d);
}

/* Django opens a connection in each thread that asks for one: that is known; that all of them ask is not. */
static struct count each_per_thread(const struct detection *d, const struct pool_library *library)
{
    struct count each = detection_threads(d);
    if (each.state == COUNT_BAD)
        return each;
    str threads = each.from;
    each.value = number_multiply(each.value, library->each);
    each.state = COUNT_DEFAULT;
    each.from = each.value == library->each
                    ? arena_printf(d->arena, "default of " STR_FMT, STR_ARG(library->name))
                    : arena_printf(d->arena, STR_FMT ", one for each by default of " STR_FMT,
                          STR_ARG(threads), STR_ARG(library->name));
    return each;
}

static struct count detect_each(const struct detection *d)
{
    const struct pool_library *library = library_of(d);
    const struct pool_program *program = d->program ? d->program : d->guess;
    bool alone = program && program->pooled_alone;
    bool is_unsized = library && library->is_unsized;
    struct count each = alone ? (struct count){0} : from_parameter(d);
    if (each.state == COUNT_ABSENT && !is_unsized)
        each = from_settings(d, library);
    if (each.state == COUNT_ABSENT && !is_unsized)
        each = from_library_variables(d, library);
    if (each.state == COUNT_ABSENT && !alone && !is_unsized)
        each = from_sizing(d, library);
    if (each.state != COUNT_ABSENT)
        return each;
    if (library && library->is_per_thread)
        return each_per_thread(d, library);
    if (library && library->is_open)
        return count_assumed(EACH_ASSUMED,
            arena_printf(d->arena, "no ceiling of " STR_FMT " by itself", STR_ARG(library->name)));
    if (library)
        each = pool_library_each(library, d->input->cpus);
    if (each.state == COUNT_ABSENT)
        return count_assumed(EACH_ASSUMED, STR("pool_size 5 + max_overflow 10"));
    each.from = arena_printf(d->arena, "default of " STR_FMT, STR_ARG(library->name));
    return each;
}

const struct detection *consumer_program(const struct consumer_input *input)
{
    struct consumer_input *kept = arena_new(input->arena, struct consumer_input);
    struct detection *d = arena_new(input->arena, struct detection);
    *kept = *input;
    *d = (struct detection){.input = kept, .arena = input->arena};
    find_program(d);
    guess_by_arguments(d);
    const struct pool_program *program = d->program ? d->program : d->guess;
    d->own = program ? pool_library_find(program->library) : NULL;
    d->told = library_told(d, d->own);
    d->processes = detection_processes(d);
    return d;
}

struct consumer consumer_of(const struct detection *program, const struct connection *connection)
{
    struct detection d = *program;
    d.connection = connection;
    struct consumer consumer = {.program = d.program, .processes = d.processes, .each = detect_each(&d)};
    const struct pool_library *library = library_of(&d);
    if (library && library->is_one_process && !d.program && !d.guess)
        consumer.processes = count_default(1,
            arena_printf(d.arena, "one process, as programs with " STR_FMT " are", STR_ARG(library->name)));
    if (library && !library->is_per_thread && !(d.program && d.program->pooled_alone))
        consumer.sharing = detection_sharing(&d);
    bool is_fixed = d.program && d.program->is_fixed;
    consumer.is_read =
        consumer.each.state == COUNT_READ && (is_fixed || consumer.processes.state == COUNT_READ);
    return consumer;
}

/* Helpers that open no connection, and commands that nobody knows, are none of them. */
static void add_beside(struct arena *arena, const struct command *command, struct consumer_programs *programs)
{
    const struct pool_program *program = program_of(command, command_launchers(command) + 1);
    const struct pool_library *library = program ? pool_library_find(program->library) : NULL;
    bool is_too_much = programs->list.count >= BESIDE_MAX;
    if (!program || !command->line || (library && library->each == 0) || is_too_much)
        return;
    str name = program->subcommand.len ? program->subcommand : program->name;
    size_t same = 1;
    vec_each(const struct workload_program *, other, &programs->list)
        same += str_eq(str_cut_byte(other->name, '-').head, name);
    if (same > 1)
        name = arena_printf(arena, STR_FMT "-%zu", STR_ARG(name), same);
    struct workload_number once = {.text = STR("1")};
    vec_push(arena, &programs->list,
        ((struct workload_program){.name = name, .line = command->line, .copies = once}));
}

struct consumer_programs consumer_beside(struct arena *arena, const struct workload *workload)
{
    struct consumer_programs programs = {0};
    struct commands commands = commands_of(arena, workload);
    const struct command *last = command_last(&commands);
    bool is_any = false;
    vec_each(const struct command *, command, &commands.list) {
        is_any |= command->in_background;
        if (command->in_background || command == last)
            add_beside(arena, command, &programs);
    }
    if (!is_any || programs.list.count < 2)
        programs.list.count = 0;
    return programs;
}
