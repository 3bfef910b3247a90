/* Limits that somebody set where no server reads them: budget/capacity.h. */
#include "base/word.h"
#include "budget/capacity.h"
#include "deploy/command.h"
#include "deploy/image.h"

/* Images whose entry script is the official one, which makes no setting of a variable (docker-entrypoint.sh
 * of docker-library/postgres, mysql and mariadb). */
static const str official_images[] = {
    STR_INIT("postgres"),
    STR_INIT("library/postgres"),
    STR_INIT("pgvector/pgvector"),
    STR_INIT("ankane/pgvector"),
    STR_INIT("postgis/postgis"),
    STR_INIT("timescale/timescaledb"),
    STR_INIT("mysql"),
    STR_INIT("library/mysql"),
    STR_INIT("mariadb"),
    STR_INIT("library/mariadb"),
    STR_INIT("percona"),
};

static bool is_official(const struct workload *workload)
{
    str repository = image_reference(workload->image).repository;
    for (size_t i = 0; i < ARRAY_COUNT(official_images); i++)
        if (str_eq(repository, official_images[i]))
            return !workload->entrypoint_set && !workload->build;
    return false;
}

/* A script of the command may do with a file or a variable whatever it likes. */
static bool is_in_command(const struct workload *workload, str text)
{
    vec_each(struct value *const *, word, &workload->command)
        if (str_contains((*word)->text, text))
            return true;
    return false;
}

static void add_remark(const struct settings_reader *reader, struct capacity *capacity, span at, str variable,
    str message, const struct idle_limit *idle, str number)
{
    struct capacity_remark *row = vec_add(reader->arena, &capacity->remarks);
    *row = (struct capacity_remark){
        .kind = REMARK_NEVER_EFFECTIVE,
        .at = at,
        .variable = variable,
        .message = message,
        .help = arena_join(reader->arena, idle->advice, number, STR("")),
    };
}

/* POSTGRES_MAX_CONNECTIONS in `environment`; in a shared env file it may be meant for somebody else. */
static void judge_variables(
    const struct settings_reader *reader, struct capacity *capacity, const struct idle_limit *idle)
{
    vec_each(const struct map_entry *, entry, &reader->workload->environment.map.entries) {
        const struct value *value = entry->value;
        int64_t number;
        bool is_limit =
            !entry->removed && value->set && value->origin == ORIGIN_SERVICE &&
            (word_is_last(value->name, STR("max connections")) ||
                word_is_last(value->name, STR("max conn")) || word_is_last(value->name, STR("max conns")));
        if (!is_limit || !number_parse(str_trim(value->text), &number) ||
            is_in_command(reader->workload, value->name))
            continue;
        str message = arena_printf(reader->arena,
            "nothing reads " STR_FMT ": the image makes no setting of it, and max_connections stays %lld",
            STR_ARG(value->name), (long long)capacity->max_connections.value);
        add_remark(reader, capacity, value->at, value->name, message, idle, str_trim(value->text));
    }
}

/* A configuration that is mounted where the server does not look, and no word of the command names. */
static void judge_file(const struct settings_reader *reader, struct capacity *capacity,
    const struct idle_limit *idle, str target, span at)
{
    struct settings settings = {0};
    if (!str_eq(path_base(target), idle->file) || is_in_command(reader->workload, idle->file) ||
        !settings_probe(reader, idle->syntax, target, &settings))
        return;
    const struct setting *setting = settings_get(&settings, idle->section, STR("max_connections"));
    if (!setting)
        return;
    str message = arena_printf(reader->arena,
        "nothing reads " STR_FMT ": the server does not look there, and its max_connections stays %lld",
        STR_ARG(target), (long long)capacity->max_connections.value);
    struct idle_limit there = *idle;
    if (idle->syntax == SETTINGS_POSTGRESQL)
        there.advice = arena_join(
            reader->arena, STR("name it on the command: postgres -c config_file="), target, STR(""));
    add_remark(reader, capacity, at, STR(""), message, &there,
        idle->syntax == SETTINGS_POSTGRESQL ? STR("") : setting->text);
}

void capacity_idle(
    const struct settings_reader *reader, struct capacity *capacity, const struct idle_limit *idle)
{
    if (capacity->max_connections.state != COUNT_DEFAULT || !is_official(reader->workload))
        return;
    judge_variables(reader, capacity, idle);
    vec_each(const struct workload_mount *, mount, &reader->workload->mounts)
        judge_file(reader, capacity, idle, mount->target, mount->at);
    vec_each(const struct workload_resource *, config, &reader->workload->configs)
        judge_file(reader, capacity, idle, config->target, config->at);
}
