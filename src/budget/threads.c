/* Threads of one process: budget/detection.h. */
#include "budget/detection.h"

/* `5:16` is at least and at most. */
static str most_of(str text)
{
    struct str_cut cut = str_cut_byte(text, ':');
    return cut.found ? cut.tail : text;
}

static struct count threads_in(const struct detection *d, const struct command *command, size_t first)
{
    const struct pool_program *program = d->program;
    bool are_green = detection_runs_as(d, command, first, program->greenlet_models);
    struct command_option option =
        are_green ? detection_option(command, first, program->greenlets, program->greenlets_short)
                  : detection_option(command, first, program->threads, program->threads_short);
    if (option.found && option.is_open)
        return count_assumed(program->usual_threads ? program->usual_threads : 1,
            arena_printf(d->arena, STR_FMT ", which only running tells", STR_ARG(option.spelling)));
    if (option.found && !option.missing)
        return count_read(
            most_of(option.text), option.at, option.via ? option.via->name : STR(""), option.spelling);
    return are_green && program->usual_greenlets ? count_default(program->usual_greenlets, STR("greenlets"))
                                                 : (struct count){0};
}

/* Greenlets where its model is one, threads otherwise. */
static struct count threads_from_settings(const struct detection *d)
{
    const struct pool_program *program = d->program;
    const struct workload_number *model = detection_number(d, NUMBER_MODEL, program->name);
    bool are_green =
        model && model->state == NUMBER_KNOWN && str_lists(program->greenlet_models, model->text);
    struct count count = detection_count(
        d, detection_number(d, are_green ? NUMBER_GREENLETS : NUMBER_THREADS, program->name), 1);
    if (count.state == COUNT_ABSENT && are_green && program->usual_greenlets)
        return count_default(program->usual_greenlets, STR("greenlets"));
    return count;
}

/* The first of the variables that is set, where no file is in the way. */
static struct count threads_from_variables(const struct detection *d)
{
    str names = d->program->thread_variables, name;
    while (str_next(&names, ' ', &name)) {
        const struct value *value = detection_variable(d, name);
        if (value)
            return count_read(value->text, value->at, value->name, value->name);
    }
    return (struct count){0};
}

/* What somebody says: the command, arguments in the environment, the program's file, its variables. */
static struct count said_threads(const struct detection *d)
{
    struct count threads = {0};
    const struct value *words = d->program ? detection_variable(d, d->program->arguments) : NULL;
    if (d->program && d->command)
        threads = threads_in(d, d->command, d->first);
    if (threads.state == COUNT_ABSENT && words) {
        struct command command = command_split(d->arena, words->text, words->at, words);
        threads = threads_in(d, &command, 0);
    }
    if (threads.state == COUNT_ABSENT && d->program)
        threads = threads_from_settings(d);
    if (threads.state == COUNT_ABSENT && d->program)
        threads = threads_from_variables(d);
    return threads;
}

struct count detection_threads(const struct detection *d)
{
    struct count threads = said_threads(d);
    if (threads.state != COUNT_ABSENT)
        return threads;
    int64_t usual = d->program && d->program->usual_threads ? d->program->usual_threads : 1;
    return count_default(usual, STR("threads"));
}

struct count detection_sharing(const struct detection *d)
{
    const struct workload_number *model =
        d->program ? detection_number(d, NUMBER_MODEL, d->program->name) : NULL;
    bool may_be_green =
        d->program &&
        (model || (d->command && detection_runs_as(d, d->command, d->first, d->program->greenlet_models)));
    bool is_threaded =
        model && model->state == NUMBER_KNOWN && !str_lists(d->program->greenlet_models, model->text);
    struct count threads = {0};
    if (d->program && (!may_be_green || is_threaded))
        threads = said_threads(d);
    return threads.state == COUNT_READ ? threads : (struct count){0};
}
