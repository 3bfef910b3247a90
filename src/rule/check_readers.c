/*
 * One env file, several readers: what each of them makes of it.
 */
#include "base/word.h"
#include "env/compare.h"
#include "rule/check.h"
#include "rule/credential.h"
#include "rule/readers.h"
#include "rule/secret.h"

#define SCRIPT_BYTES_MAX ((size_t)256 * 1024)

/* Files of a project that tell who reads its env file: every text must occur. */
static const struct {
    enum dialect_id dialect;
    str suffix; /* of the file's name */
    str first, second;
} evidence[] = {
    {DIALECT_DOCKER, STR_INIT(".sh"), STR_INIT("docker run"), STR_INIT("--env-file")},
    {DIALECT_DOCKER, STR_INIT("Makefile"), STR_INIT("docker run"), STR_INIT("--env-file")},
    {DIALECT_SHELL, STR_INIT(".sh"), STR_INIT("set -a"), STR_INIT(".env")},
    {DIALECT_SYSTEMD, STR_INIT(".service"), STR_INIT("EnvironmentFile="), STR_INIT(".env")},
};

static void add_reader(struct arena *arena, struct readers *readers, const struct dialect *dialect)
{
    vec_each(const struct dialect *const *, known, &readers->list)
        if (*known == dialect)
            return;
    vec_push(arena, &readers->list, dialect);
}

static void look_into(
    struct arena *arena, const struct host *host, struct readers *readers, str directory, str name)
{
    struct host_file file = {.status = HOST_MISSING};
    for (size_t i = 0; i < ARRAY_COUNT(evidence); i++) {
        if (!str_ends(name, evidence[i].suffix))
            continue;
        if (file.status == HOST_MISSING)
            file = host->read(host->self, arena, path_join(arena, directory, name), SCRIPT_BYTES_MAX);
        if (file.status == HOST_OK && str_contains(file.text, evidence[i].first) &&
            str_contains(file.text, evidence[i].second))
            add_reader(arena, readers, dialect_get(evidence[i].dialect));
    }
}

/* Nothing is declared: a deployment, scripts and unit files beside the env file speak for themselves. */
static void guess_readers(
    struct arena *arena, const struct facts *facts, struct readers *readers, const struct input_file *file)
{
    const struct host *host = facts->host;
    if (facts->deployment)
        add_reader(arena, readers, dialect_get(DIALECT_COMPOSE));
    str directory = path_directory(file->source->path);
    struct host_entries entries = host->list(host->self, arena, directory);
    vec_each(const struct host_entry *, entry, &entries.list)
        if (!entry->is_directory)
            look_into(arena, host, readers, directory, entry->name);
}

struct readers readers_of(struct arena *arena, const struct facts *facts, const struct input_file *file)
{
    struct readers readers = {0};
    vec_each(const struct config_reader *, reader, &facts->config->read_by)
        add_reader(arena, &readers, reader->dialect);
    readers.declared = readers.list.count > 0;
    if (!readers.declared && file->is_on_disk)
        guess_readers(arena, facts, &readers, file);
    if (readers.list.count == 0)
        add_reader(arena, &readers, dialect_get(DIALECT_COMPOSE));
    return readers;
}

/* DB_PORT, and PGPORT, DBPORT and their kin; TRANSPORT and SUPPORT are no ports. */
static bool is_port_name(str name)
{
    static const str together[] = {STR_INIT("pgport"), STR_INIT("dbport"), STR_INIT("redisport"),
        STR_INIT("mysqlport"), STR_INIT("mongoport"), STR_INIT("httpport"), STR_INIT("httpsport")};
    for (size_t i = 0; i < ARRAY_COUNT(together); i++)
        if (word_is_last(name, together[i]))
            return true;
    return word_is_last(name, STR("port"));
}

/* A difference counts where something hangs on the value: a secret, a connection, a port, a judged flag. */
static bool matters(const struct check_run *run, const struct compared_variable *variable)
{
    if (credential_is_secret_name(variable->name) || is_port_name(variable->name) ||
        str_eq(variable->name, run->facts->mode_variable) || config_var(run->facts->config, variable->name))
        return true;
    const struct variable *row = map_get(&run->facts->name_rows, variable->name);
    return row && (row->secret || row->is_connection);
}

static void report_difference(struct check_run *run, const struct readers *readers,
    const struct comparison *comparison, const struct compared_variable *variable)
{
    bool severe = readers->declared && matters(run, variable);
    struct place place = {.at = variable->at, .variable = variable->name};
    struct diag *finding =
        finding_add_as(run, RULE_READERS_DISAGREE, severe ? SEVERITY_ERROR : SEVERITY_WARNING, place,
            "the readers of this file see different values of " STR_FMT, STR_ARG(variable->name));
    str how = compare_sentence(run->arena, comparison, variable);
    finding_why(run, finding, STR_FMT, STR_ARG(how));
    finding_help(run, finding, STR_FMT, STR_ARG(variable->advice));
}

/* What the first reader takes, another may refuse as a whole. */
static void report_refusals(struct check_run *run, const struct readers *readers,
    const struct comparison *comparison, const struct input_file *file)
{
    vec_each(const struct compared_reader *, reader, &comparison->readers) {
        if (reader->result.ok || reader->dialect == readers->list.items[0] || file->is_refused)
            continue;
        vec_each(const struct diag *, diag, &reader->diags.list) {
            if (diag->severity != SEVERITY_ERROR)
                continue;
            const struct rule_info *rule = rule_find(diag->rule); /* a limit is none, and a refusal too */
            struct place place = {.at = diag->at, .variable = diag->variable};
            struct diag *finding = finding_add_as(run, rule ? rule->id : RULE_ENV_SYNTAX,
                readers->declared ? SEVERITY_ERROR : SEVERITY_WARNING, place, STR_FMT,
                STR_ARG(diag->message));
            finding_why(
                run, finding, STR_FMT " refuses the whole file", STR_ARG(dialect_reader(reader->dialect)));
        }
    }
}

static struct template_value process_get(void *self, str name)
{
    const struct host *host = self;
    struct template_value value = {0};
    value.found = host->getenv(host->self, name, &value.text);
    return value;
}

/* Releases and calls of one reader that see different values: both may run, so both count. */
static void judge_releases(struct check_run *run, const struct input_file *file,
    const struct dialect *dialect, const struct template_scope *process)
{
    const struct dialect *other = dialect_other(dialect);
    if (!other)
        return;
    const struct dialect *both[] = {dialect, other};
    struct comparison comparison =
        compare_readers(run->arena, run->facts->sources, file->source, both, ARRAY_COUNT(both), process);
    vec_each(const struct compared_reader *, reader, &comparison.readers)
        if (reader->result.ok)
            secret_mark_reading(run->arena, run->facts, &reader->result.env);
    vec_each(const struct compared_variable *, variable, &comparison.variables) {
        if (!variable->differs)
            continue;
        struct place place = {.at = variable->at, .variable = variable->name};
        struct diag *finding = finding_add_as(run, RULE_READERS_DISAGREE, SEVERITY_WARNING, place,
            "`" STR_FMT "` and `" STR_FMT "` see different values of " STR_FMT,
            STR_ARG(dialect_name(dialect)), STR_ARG(dialect_name(other)), STR_ARG(variable->name));
        finding_why(run, finding, STR_FMT, STR_ARG(dialect_about(other)));
    }
}

static void judge_readers(struct check_run *run, const struct input_file *file)
{
    if (!file->is_live || file->source->kind != SOURCE_ENV)
        return;
    struct readers readers = readers_of(run->arena, run->facts, file);
    struct template_scope process = {.self = (void *)(uintptr_t)run->facts->host, .get = process_get};
    vec_each(const struct dialect *const *, reader, &readers.list)
        judge_releases(run, file, *reader, &process);
    if (readers.list.count < 2)
        return;
    struct comparison comparison = compare_readers(
        run->arena, run->facts->sources, file->source, readers.list.items, readers.list.count, &process);
    vec_each(const struct compared_reader *, reader, &comparison.readers)
        if (reader->result.ok)
            secret_mark_reading(run->arena, run->facts, &reader->result.env);
    report_refusals(run, &readers, &comparison, file);
    vec_each(const struct compared_variable *, variable, &comparison.variables)
        if (variable->differs)
            report_difference(run, &readers, &comparison, variable);
}

const struct check reader_checks[] = {
    {FACT_FILE, {.file = judge_readers}},
    {0},
};
