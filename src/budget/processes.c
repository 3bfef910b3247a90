/* How many processes a program starts: budget/detection.h. */
#include "budget/detection.h"

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

/* The first of several names of an option that is used. */
struct command_option detection_option(const struct command *command, size_t first, str names, str short_name)
{
    struct command_option option = {0};
    str name;
    if (names.len == 0)
        return command_option(command, first, names, letter(short_name));
    while (!option.found && str_next(&names, ' ', &name))
        option = command_option(command, first, name, letter(short_name));
    return option;
}

/* What a shell puts there only running tells: the program's usual number, as a guess. */
static struct count open_option(
    const struct detection *d, const struct pool_program *program, const struct command_option *option)
{
    struct count count = count_assumed(program->processes ? program->processes : 1,
        arena_printf(d->arena, STR_FMT ", which only running tells", STR_ARG(option->spelling)));
    count.at = option->at;
    return count;
}

static struct count from_option(const struct detection *d, const struct pool_program *program,
    const struct command *command, size_t first)
{
    struct command_option range = command_option(command, first, program->range_option, 0);
    if (range.found)
        return read_processes(d, str_cut_byte(range.text, ',').head, range.at, range.via, range.spelling);
    struct command_option option = detection_option(command, first, program->option, program->short_option);
    if (!option.found || option.missing)
        return (struct count){0};
    if (option.is_open)
        return open_option(d, program, &option);
    struct count count = read_processes(d, option.text, option.at, option.via, option.spelling);
    if (command->in_branch && count.state == COUNT_READ) {
        count.state = COUNT_ASSUMED;
        count.from = arena_concat(d->arena, count.from, STR(", in a branch"));
    }
    if (program->parent && count_is_known(count))
        count.value = number_add(count.value, 1);
    return count;
}

/* celery -P gevent: green threads share one process and its pool. `models`: words between blanks. */
bool detection_runs_as(const struct detection *d, const struct command *command, size_t first, str models)
{
    struct command_option model =
        command_option(command, first, d->program->model_option, letter(d->program->model_short));
    return model.found && str_lists(models, model.text);
}

static struct count from_arguments(const struct detection *d, const struct pool_program *program)
{
    const struct value *words = detection_variable(d, program->arguments);
    if (!words)
        return (struct count){0};
    struct command command = command_split(d->arena, words->text, words->at, words);
    struct count count = from_option(d, program, &command, 0);
    if (count.state != COUNT_ABSENT)
        count.from = words->name;
    return count;
}

/* The first of the names between blanks that is set. */
static struct count from_variables(const struct detection *d, str names)
{
    str rest = names, name;
    while (str_next(&rest, ' ', &name)) {
        const struct value *value = detection_variable(d, name);
        if (value)
            return read_processes(d, value->text, value->at, value, value->name);
    }
    return (struct count){0};
}

/* ---- numbers of the program's own files */

const struct workload_number *detection_number(const struct detection *d, enum number_kind kind, str reader)
{
    if (d->input->service)
        vec_each(const struct workload_number *, number, &d->input->service->numbers)
            if (number->kind == kind && str_lists(number->reader, reader) &&
                (number->program.len == 0 || str_eq(number->program, d->input->program)))
                return number;
    return NULL;
}

/* As the program gets it; what only running would tell is an assumed `usual`. */
struct count detection_count(const struct detection *d, const struct workload_number *number, int64_t usual)
{
    if (!number)
        return (struct count){0};
    struct count count = count_assumed(
        usual, arena_printf(d->arena, STR_FMT ", which only running tells", STR_ARG(number->name)));
    if (number->state == NUMBER_KNOWN)
        count = count_read(number->text, number->at, number->variable, number->name);
    if (number->state == NUMBER_PER_PROCESSOR && d->input->cpus > 0)
        count = count_default(number_add(number->plus, number_multiply(number->times, d->input->cpus)),
            arena_printf(d->arena, STR_FMT ", by processors", STR_ARG(number->name)));
    else if (number->state == NUMBER_PER_PROCESSOR)
        count.from = arena_printf(
            d->arena, STR_FMT ", by processors, whose number is not known", STR_ARG(number->name));
    count.at = number->at;
    return count;
}

static struct count processes_from_settings(const struct detection *d)
{
    const struct workload_number *number = detection_number(d, NUMBER_PROCESSES, d->program->name);
    struct count told = number && number->state == NUMBER_UNCLEAR ? from_variables(d, d->program->variables)
                                                                  : (struct count){0};
    /* A file that cannot be read often asks for the very variable. */
    if (told.state == COUNT_READ) {
        told.state = COUNT_ASSUMED;
        told.from = arena_printf(d->arena, STR_FMT ", unless " STR_FMT " says otherwise", STR_ARG(told.from),
            STR_ARG(number->name));
        return told;
    }
    if (!number || number->state != NUMBER_KNOWN)
        return detection_count(d, number, d->program->processes ? d->program->processes : 1);
    struct count count = read_processes(d, number->text, number->at, NULL, number->name);
    count.variable = number->variable;
    return count;
}

/* What most start scripts honour, for a program that is not known. */
static struct count unknown_processes(const struct detection *d)
{
    struct count count = d->guess ? from_arguments(d, d->guess) : (struct count){0};
    for (size_t i = 0; i < worker_name_count(); i++) {
        const struct worker_name *row = worker_name_at(i);
        bool is_meant = d->guess ? str_eq(row->program, d->guess->name) && !d->guess->is_fixed
                                 : !str_eq(row->program, STR("celery"));
        if (count.state == COUNT_ABSENT && is_meant)
            count = from_variables(d, row->name);
        if (count.state == COUNT_READ)
            count.state = COUNT_ASSUMED;
        if (count_is_known(count))
            return count;
    }
    return count_assumed(1, STR("one process"));
}

struct count detection_processes(const struct detection *d)
{
    if (!d->program)
        return unknown_processes(d);
    struct count count = {0};
    if (d->command && detection_runs_as(d, d->command, d->first, d->program->shared_models))
        return (struct count){.state = COUNT_READ, .value = 1, .from = STR("one process, shared pool")};
    if (d->command)
        count = from_option(d, d->program, d->command, d->first);
    if (count.state == COUNT_ABSENT)
        count = from_arguments(d, d->program);
    if (count.state == COUNT_ABSENT)
        count = processes_from_settings(d);
    if (count.state == COUNT_ABSENT)
        count = from_variables(d, d->program->variables);
    if (count.state != COUNT_ABSENT)
        return count;
    if (d->program->processes == 0)
        return per_processor(d);
    return count_default(
        d->program->processes, arena_printf(d->arena, "default of " STR_FMT, STR_ARG(d->program->name)));
}
