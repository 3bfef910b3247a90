/* What a PostgreSQL server grants to ordinary roles: budget/capacity.h. */
#include "budget/capacity.h"

#include "deploy/command.h"
#include "deploy/image.h"

#define MAX_CONNECTIONS_DEFAULT    100
#define MAX_CONNECTIONS_MOST       262143 /* MAX_BACKENDS */
#define SUPERUSER_RESERVED_DEFAULT 3
#define RESERVED_CONNECTIONS_SINCE 16   /* also initdb -c */
#define BLOCK_BYTES                8192 /* shared_buffers counts blocks, work_mem kilobytes (guc_tables.c) */
#define KILOBYTE_BYTES             1024
#define DATA_DIRECTORY_PER_VERSION 18 /* docker-library/postgres: /var/lib/postgresql/18/docker */

/* A setting as one place gives it. */
struct given {
    bool found;
    str text;
    span at;
    const struct value *via;
    str from;
    bool is_missing; /* -c name without a value */
};

/* What is being worked out, and from what. */
struct postgresql {
    const struct settings_reader *reader;
    struct arena *arena;
    struct capacity *capacity;
    struct command command; /* of the server; no words: the image's own */
    struct settings files;
    int version;      /* 0: not known */
    bool files_known; /* the configuration file in force was read */
    bool files_lost;  /* … is named, but not readable here */
};

/* ---- the command line */

/* The options of the server (postgres.c, postmaster.c): a colon takes an argument. */
static const str server_options = STR_INIT("B:bC:c:D:d:EeFf:h:ijk:lN:OPp:r:S:sTt:W:-:");

/* Walks options as getopt does: letters may be joined, arguments may be attached. */
struct walker {
    const struct command *command;
    size_t word, at;
};

struct flag {
    char letter;
    str argument;
    const struct command_word *word;
};

static bool takes_argument(char letter)
{
    size_t at = str_find_byte(server_options, letter);
    return at != STR_NONE && at + 1 < server_options.len && server_options.ptr[at + 1] == ':';
}

static bool next_flag(struct walker *w, struct flag *ret_flag)
{
    for (; w->word < w->command->words.count; w->word++, w->at = 0) {
        const struct command_word *word = &w->command->words.items[w->word];
        if (w->at == 0 && (word->text.len < 2 || word->text.ptr[0] != '-'))
            continue;
        w->at += w->at == 0;
        if (w->at >= word->text.len)
            continue;
        *ret_flag = (struct flag){word->text.ptr[w->at++], STR(""), word};
        if (!takes_argument(ret_flag->letter))
            return true;
        ret_flag->argument = str_skip(word->text, w->at);
        if (ret_flag->argument.len == 0 && w->word + 1 < w->command->words.count) {
            ret_flag->word = &w->command->words.items[++w->word];
            ret_flag->argument = ret_flag->word->text;
        }
        w->word++;
        w->at = 0;
        return true;
    }
    return false;
}

/* Names of settings compare without case; - stands for _ (ParseLongOption). */
static bool is_setting(str text, str name)
{
    if (text.len != name.len)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] == '-' ? '_' : byte_lower(text.ptr[i])) != name.ptr[i])
            return false;
    return true;
}

/* What the command line says of a setting; the last one wins. */
static struct given from_command(const struct postgresql *pg, str name)
{
    struct given given = {0};
    struct walker walker = {&pg->command, 0, 0};
    struct flag flag;
    while (next_flag(&walker, &flag)) {
        struct str_cut cut = {0};
        if (flag.letter == 'N' && str_eq(name, STR("max_connections")))
            cut = (struct str_cut){name, flag.argument, true};
        else if (flag.letter == 'c' || flag.letter == '-')
            cut = str_cut_byte(flag.argument, '=');
        if (!is_setting(cut.head, name))
            continue;
        given = (struct given){
            .found = true,
            .text = cut.tail,
            .at = flag.word->at,
            .via = flag.word->via,
            .from = STR("command"),
            .is_missing = !cut.found,
        };
    }
    return given;
}

static str data_directory_option(const struct postgresql *pg)
{
    str directory = {0};
    struct walker walker = {&pg->command, 0, 0};
    struct flag flag;
    while (next_flag(&walker, &flag))
        if (flag.letter == 'D')
            directory = flag.argument;
    return directory;
}

static bool is_server_program(str word)
{
    str program = path_base(word);
    return str_eq(program, STR("postgres")) || str_eq(program, STR("postmaster"));
}

/* The server's own words; the official entrypoint puts `postgres` before a first word that is an option. */
static struct command server_command(const struct postgresql *pg)
{
    struct commands commands = commands_of(pg->arena, pg->reader->workload);
    vec_each(const struct command *, command, &commands.list) {
        for (size_t i = 0; i < command->words.count; i++) {
            if (!is_server_program(command->words.items[i].text))
                continue;
            struct command server = *command;
            server.words.items += i + 1;
            server.words.count -= i + 1;
            return server;
        }
    }
    return commands.list.count == 1 ? commands.list.items[0] : (struct command){0};
}

/* ---- files */

static const struct value *own_variable(const struct postgresql *pg, str name)
{
    const struct value *value = env_get(&pg->reader->workload->environment, name);
    return value && value->set && value->text.len ? value : NULL;
}

static str data_directory(const struct postgresql *pg)
{
    str option = data_directory_option(pg);
    const struct value *variable = own_variable(pg, STR("PGDATA"));
    if (option.len)
        return option;
    if (variable)
        return variable->text;
    if (pg->version >= DATA_DIRECTORY_PER_VERSION)
        return arena_printf(pg->arena, "/var/lib/postgresql/%d/docker", pg->version);
    return STR("/var/lib/postgresql/data");
}

static const str image_files[] = {
    STR_INIT("/opt/bitnami/postgresql/conf/postgresql.conf"),
    STR_INIT("/bitnami/postgresql/conf/postgresql.conf"),
};

static void read_files(struct postgresql *pg)
{
    struct given named = from_command(pg, STR("config_file"));
    str directory = data_directory(pg);
    if (named.found) {
        pg->files_known = settings_read(pg->reader, SETTINGS_POSTGRESQL, named.text, &pg->files);
        pg->files_lost = !pg->files_known;
    } else {
        pg->files_known = settings_probe(pg->reader, SETTINGS_POSTGRESQL,
            path_join(pg->arena, directory, STR("postgresql.conf")), &pg->files);
        for (size_t i = 0; !pg->files_known && i < ARRAY_COUNT(image_files); i++)
            pg->files_known = settings_read(pg->reader, SETTINGS_POSTGRESQL, image_files[i], &pg->files);
        settings_read_directory(pg->reader, SETTINGS_POSTGRESQL, STR("/bitnami/postgresql/conf/conf.d"),
            STR(".conf"), &pg->files);
    }
    /* ALTER SYSTEM writes here; it is read last. */
    settings_probe(pg->reader, SETTINGS_POSTGRESQL,
        path_join(pg->arena, directory, STR("postgresql.auto.conf")), &pg->files);
    pg->files_lost |= pg->files.incomplete;
}

static struct given from_files(const struct postgresql *pg, str name)
{
    const struct setting *setting = settings_get(&pg->files, STR(""), name);
    if (!setting)
        return (struct given){0};
    return (struct given){true, setting->text, setting->at, NULL, STR("settings file"), false};
}

/* ---- variables of images */

/* Variables that an image's own start script turns into max_connections. */
static const struct {
    str vendor; /* the part of the reference before the repository */
    str variable;
    enum capacity_hold hold;
} image_variables[] = {
    {STR_INIT("bitnami"), STR_INIT("POSTGRESQL_MAX_CONNECTIONS"), HOLD_ALWAYS},
    {STR_INIT("bitnamilegacy"), STR_INIT("POSTGRESQL_MAX_CONNECTIONS"), HOLD_ALWAYS},
    {STR_INIT("sclorg"), STR_INIT("POSTGRESQL_MAX_CONNECTIONS"), HOLD_ALWAYS},
    {STR_INIT("rhel8"), STR_INIT("POSTGRESQL_MAX_CONNECTIONS"), HOLD_ALWAYS},
    {STR_INIT("rhel9"), STR_INIT("POSTGRESQL_MAX_CONNECTIONS"), HOLD_ALWAYS},
    {STR_INIT("mediagis"), STR_INIT("POSTGRES_MAX_CONNECTIONS"), HOLD_ALWAYS},
    {STR_INIT("timescale"), STR_INIT("TS_TUNE_MAX_CONNS"), HOLD_FIRST_START},
};

static struct given from_image_variable(const struct postgresql *pg, str name, enum capacity_hold *ret_hold)
{
    str vendor = image_reference(workload_reference(pg->reader->workload)).owner;
    for (size_t i = 0; str_eq(name, STR("max_connections")) && i < ARRAY_COUNT(image_variables); i++) {
        const struct value *value = own_variable(pg, image_variables[i].variable);
        if (!value || !str_eq(vendor, image_variables[i].vendor))
            continue;
        *ret_hold = image_variables[i].hold;
        return (struct given){true, value->text, value->at, value, value->name, false};
    }
    return (struct given){0};
}

/* ---- initdb's arguments */

static void remark(
    struct postgresql *pg, enum capacity_remark_kind kind, const struct value *value, str message, str help)
{
    struct capacity_remark *row = vec_add(pg->arena, &pg->capacity->remarks);
    *row = (struct capacity_remark){kind, value->at, value->name, message, help};
}

/* An argument `name=value` among initdb's words, with or without -c; `ret_option` tells which. */
static str initdb_argument(const struct command *words, str name, bool *ret_option)
{
    str text = {0};
    for (size_t i = 0; i < words->words.count; i++) {
        str word = words->words.items[i].text;
        bool option = i > 0 && (str_eq(words->words.items[i - 1].text, STR("-c")) ||
                                   str_eq(words->words.items[i - 1].text, STR("--set")));
        if (str_starts(word, STR("-c")) && word.len > 2) {
            word = str_skip(word, 2);
            option = true;
        } else if (str_starts(word, STR("--set="))) {
            word = str_skip(word, STR("--set=").len);
            option = true;
        }
        struct str_cut cut = str_cut_byte(word, '=');
        if (!cut.found || !is_setting(cut.head, name))
            continue;
        text = cut.tail;
        *ret_option = option;
    }
    return text;
}

static const str initdb_variables[] = {STR_INIT("POSTGRES_INITDB_ARGS"), STR_INIT("POSTGRESQL_INITDB_ARGS")};

static struct given from_initdb(struct postgresql *pg, str name, bool loud)
{
    for (size_t i = 0; i < ARRAY_COUNT(initdb_variables); i++) {
        const struct value *value = own_variable(pg, initdb_variables[i]);
        if (!value)
            continue;
        bool option = false;
        struct command words = command_split(pg->arena, value->text, value->at, value);
        str text = initdb_argument(&words, name, &option);
        if (text.len == 0)
            continue;
        bool too_old = pg->version > 0 && pg->version < RESERVED_CONNECTIONS_SINCE;
        if (option && !too_old)
            return (struct given){true, text, value->at, value, value->name, false};
        if (!loud)
            continue;
        str why = option ? arena_printf(pg->arena,
                               "initdb of PostgreSQL %d has no -c: " STR_FMT " is never set this way",
                               pg->version, STR_ARG(name))
                         : arena_printf(pg->arena, "initdb refuses " STR_FMT " without -c: it is never set",
                               STR_ARG(name));
        remark(pg, REMARK_NEVER_EFFECTIVE, value, why,
            arena_printf(pg->arena, "set it on the command: postgres -c " STR_FMT "=" STR_FMT, STR_ARG(name),
                STR_ARG(text)));
    }
    return (struct given){0};
}

/* ---- the sum of it */

static struct count refuse(struct postgresql *pg, const struct given *given, str name, const char *why)
{
    str variable = given->via ? given->via->name : STR("");
    struct capacity_remark *row = vec_add(pg->arena, &pg->capacity->remarks);
    *row = (struct capacity_remark){
        .kind = REMARK_REFUSED,
        .at = given->at,
        .variable = variable,
        .message = arena_printf(pg->arena, STR_FMT " %s: the server does not start", STR_ARG(name), why),
    };
    pg->capacity->cannot_start = true;
    return count_bad(given->at, variable, given->from, row->message);
}

static struct count read_given(struct postgresql *pg, const struct given *given, str name)
{
    int64_t value;
    if (given->is_missing)
        return refuse(pg, given, name, "has no value");
    if (!capacity_parse_setting(given->text, &value))
        return refuse(pg, given, name, "is not a whole number");
    return (struct count){
        COUNT_READ, value, given->at, given->via ? given->via->name : STR(""), given->from, STR("")};
}

/* A setting by the order of places, or its default. */
static struct count setting(struct postgresql *pg, str name, int64_t built_in)
{
    struct given given = from_command(pg, name);
    if (!given.found)
        given = from_files(pg, name);
    if (given.found)
        return read_given(pg, &given, name);
    return count_default(built_in, STR("default"));
}

/* A setting of memory that somebody wrote down and that can be read. */
static struct count memory(struct postgresql *pg, str name, int64_t unit)
{
    struct given given = from_command(pg, name);
    int64_t bytes;
    if (!given.found)
        given = from_files(pg, name);
    if (!given.found || !capacity_parse_memory(given.text, unit, &bytes))
        return (struct count){0};
    return (struct count){
        COUNT_READ, bytes, given.at, given.via ? given.via->name : STR(""), given.from, STR("")};
}

static void first_start(struct postgresql *pg, struct given *given, enum capacity_hold hold)
{
    struct capacity *capacity = pg->capacity;
    if (hold != HOLD_FIRST_START || capacity->max_connections.state != COUNT_READ)
        return;
    capacity->hold = hold;
    capacity->certain =
        MAX_CONNECTIONS_DEFAULT - capacity->superuser_reserved.value - capacity->reserved.value;
    remark(pg, REMARK_FIRST_START, given->via,
        arena_printf(pg->arena, "max_connections=%lld takes effect only where the data directory is new%s",
            (long long)capacity->max_connections.value, pg->version == 0 ? ", and needs PostgreSQL 16" : ""),
        arena_printf(pg->arena, "set it on the command: postgres -c max_connections=%lld",
            (long long)capacity->max_connections.value));
}

/* max_connections: command line, files, image variables, initdb's arguments, default. */
static void read_limit(struct postgresql *pg)
{
    str name = STR("max_connections");
    struct given given = from_command(pg, name);
    enum capacity_hold hold = HOLD_ALWAYS;
    if (!given.found && !pg->files_lost)
        given = from_files(pg, name);
    if (!given.found && !pg->files_known && !pg->files_lost)
        given = from_image_variable(pg, name, &hold);
    bool settled = given.found || pg->files_known || pg->files_lost;
    struct given initial = from_initdb(pg, name, true);
    if (!settled && initial.found) {
        given = initial;
        hold = HOLD_FIRST_START;
    }
    if (given.found) {
        pg->capacity->max_connections = read_given(pg, &given, name);
        pg->capacity->at = given.at;
        first_start(pg, &given, hold);
    } else if (!pg->files_lost) {
        pg->capacity->max_connections = count_default(MAX_CONNECTIONS_DEFAULT, STR("the server's default"));
        pg->capacity->max_connections.at = pg->capacity->at;
    }
}

/* The server checks its settings against each other when it starts (postmaster.c). */
static void check_range(struct postgresql *pg)
{
    struct capacity *capacity = pg->capacity;
    struct given given = {.at = capacity->at, .from = STR("command")};
    int64_t limit = capacity->max_connections.value;
    if (!count_is_known(capacity->max_connections) || capacity->cannot_start)
        return;
    if (limit < 1 || limit > MAX_CONNECTIONS_MOST)
        refuse(pg, &given, STR("max_connections"), "is outside 1..262143");
    else if (capacity->superuser_reserved.value + capacity->reserved.value >= limit)
        refuse(pg, &given, STR("max_connections"), "is not above the reserved connections");
}

/* A file that was copied into the image, say: its limit is not known. */
static void remark_lost(struct postgresql *pg)
{
    struct given named = from_command(pg, STR("config_file"));
    if (named.found)
        pg->capacity->at = named.at;
    struct capacity_remark *row = vec_add(pg->arena, &pg->capacity->remarks);
    *row = (struct capacity_remark){
        .kind = REMARK_UNREADABLE,
        .at = pg->capacity->at,
        .message = pg->files_known
                       ? STR("the configuration includes a file that cannot be read here: "
                             "max_connections is not known")
                       : STR("config_file is not mounted from here: its max_connections is not known"),
        .help = STR("set max_connections in the budget's servers, or on the command"),
    };
}

void capacity_postgresql(const struct settings_reader *reader, struct capacity *capacity)
{
    struct postgresql pg = {.reader = reader, .arena = reader->arena, .capacity = capacity};
    pg.version = capacity_image_version(workload_reference(reader->workload));
    pg.command = server_command(&pg);
    read_files(&pg);
    capacity->superuser_reserved =
        setting(&pg, STR("superuser_reserved_connections"), SUPERUSER_RESERVED_DEFAULT);
    capacity->reserved = setting(&pg, STR("reserved_connections"), 0);
    capacity->shared_buffers = memory(&pg, STR("shared_buffers"), BLOCK_BYTES);
    capacity->work_mem = memory(&pg, STR("work_mem"), KILOBYTE_BYTES);
    read_limit(&pg);
    check_range(&pg);
    if (pg.files_lost && capacity->max_connections.state == COUNT_ABSENT)
        remark_lost(&pg);
    capacity_idle(reader, capacity,
        &(struct idle_limit){SETTINGS_POSTGRESQL, STR("postgresql.conf"), STR(""),
            STR("set it on the command: postgres -c max_connections=")});
}
