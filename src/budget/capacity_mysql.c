/* The max_connections of MySQL and MariaDB: budget/capacity.h. */
#include "base/word.h"
#include "budget/capacity.h"
#include "deploy/command.h"

#define MAX_CONNECTIONS_DEFAULT 151
#define MAX_CONNECTIONS_MOST    100000
#define MARIADB_LEAST           10 /* lower values are raised, observed on 10.11 */

/* Option files in the order in which the servers read them (MySQL manual, "Using Option Files"). */
static const struct {
    str path;
    str suffix; /* a directory: the files that count; empty: a file */
} option_files[] = {
    {STR_INIT("/etc/my.cnf"), STR_INIT("")},
    {STR_INIT("/etc/my.cnf.d"), STR_INIT(".cnf")},
    {STR_INIT("/etc/mysql/my.cnf"), STR_INIT("")},
    {STR_INIT("/etc/mysql/conf.d"), STR_INIT(".cnf")},
    {STR_INIT("/etc/mysql/mysql.conf.d"), STR_INIT(".cnf")},
    {STR_INIT("/etc/mysql/mariadb.conf.d"), STR_INIT(".cnf")},
    {STR_INIT("/opt/bitnami/mysql/conf/my_custom.cnf"), STR_INIT("")},
    {STR_INIT("/opt/bitnami/mariadb/conf/my_custom.cnf"), STR_INIT("")},
};

static const str option_groups[] = {
    STR_INIT("mysqld"), STR_INIT("server"), STR_INIT("mariadb"), STR_INIT("mariadbd")};

/* Variables of images: further words of the command line, or the number itself. */
static const struct {
    str name;
    bool is_number;
} image_variables[] = {
    {STR_INIT("MYSQL_MAX_CONNECTIONS"), true}, /* sclorg/mysql-container */
    {STR_INIT("MYSQL_EXTRA_FLAGS"), false},    /* Bitnami */
    {STR_INIT("MARIADB_EXTRA_FLAGS"), false},
};

static bool is_server_group(str section)
{
    str name = str_cut_byte(section, '-').head; /* mysqld-8.0 */
    for (size_t i = 0; i < ARRAY_COUNT(option_groups); i++)
        if (str_eq(name, option_groups[i]))
            return true;
    return false;
}

static struct settings read_files(const struct settings_reader *reader, const struct command *command)
{
    struct settings files = {0};
    struct command_option only = command_option(command, 0, STR("defaults-file"), 0);
    if (only.found) {
        settings_read(reader, SETTINGS_MYSQL, only.text, &files);
        return files;
    }
    for (size_t i = 0; i < ARRAY_COUNT(option_files); i++) {
        if (option_files[i].suffix.len)
            settings_read_directory(
                reader, SETTINGS_MYSQL, option_files[i].path, option_files[i].suffix, &files);
        else
            settings_read(reader, SETTINGS_MYSQL, option_files[i].path, &files);
    }
    struct command_option extra = command_option(command, 0, STR("defaults-extra-file"), 0);
    if (extra.found)
        settings_read(reader, SETTINGS_MYSQL, extra.text, &files);
    return files;
}

/* Decimal digits with an optional K, M, G or T (my_getopt.c, eval_num_suffix). */
static bool parse_number(str text, int64_t *ret_value)
{
    static const str suffixes = STR_INIT("kmgt");
    str digits = str_trim(text);
    int64_t factor = 1;
    size_t unit = digits.len ? str_find_byte(suffixes, byte_lower(digits.ptr[digits.len - 1])) : STR_NONE;
    if (unit != STR_NONE) {
        digits = str_take(digits, digits.len - 1);
        factor = (int64_t)1 << (10 * (unit + 1));
    }
    int64_t value;
    if (!number_parse(digits, &value))
        return false;
    *ret_value = number_multiply(value, factor);
    return true;
}

/* Values outside the range are moved into it, with a warning in the server's log. */
static struct count limit_of(const struct settings_reader *reader, struct capacity *capacity, str text,
    span at, const struct value *via, str from)
{
    int64_t value;
    capacity->at = at;
    str variable = via ? via->name : STR("");
    if (!parse_number(text, &value)) {
        struct capacity_remark *row = vec_add(reader->arena, &capacity->remarks);
        *row = (struct capacity_remark){.kind = REMARK_REFUSED,
            .at = at,
            .variable = variable,
            .message = STR("max_connections is not a whole number: the server does not start")};
        capacity->cannot_start = true;
        return count_bad(at, variable, from, row->message);
    }
    int64_t least = word_is_in(workload_reference(reader->workload), STR("mariadb")) ? MARIADB_LEAST : 1;
    value = value < least ? least : value > MAX_CONNECTIONS_MOST ? MAX_CONNECTIONS_MOST : value;
    return (struct count){COUNT_READ, value, at, variable, from, STR("")};
}

static struct count from_files(
    const struct settings_reader *reader, struct capacity *capacity, const struct settings *files)
{
    for (size_t i = files->list.count; i-- > 0;) {
        const struct setting *setting = &files->list.items[i];
        struct settings one = {.list = {files->list.items + i, 1, 1}};
        if (is_server_group(setting->section) && settings_get(&one, STR(""), STR("max_connections")))
            return limit_of(reader, capacity, setting->text, setting->at, NULL, STR("settings file"));
    }
    return (struct count){0};
}

static struct count from_variables(const struct settings_reader *reader, struct capacity *capacity)
{
    for (size_t i = 0; i < ARRAY_COUNT(image_variables); i++) {
        const struct value *value = env_get(&reader->workload->environment, image_variables[i].name);
        if (!value || !value->set || value->text.len == 0)
            continue;
        /* The official images read no such variable: only those of the vendors that define it. */
        if (image_variables[i].is_number && !word_is_in(workload_reference(reader->workload), STR("sclorg")))
            continue;
        if (image_variables[i].is_number)
            return limit_of(reader, capacity, value->text, value->at, value, value->name);
        struct command words = command_split(reader->arena, value->text, value->at, value);
        struct command_option option = command_option(&words, 0, STR("max-connections"), 0);
        if (option.found)
            return limit_of(reader, capacity, option.text, value->at, value, value->name);
    }
    return (struct count){0};
}

/* The command that is the server's: the one with the option, else the last. */
static struct command server_command(const struct settings_reader *reader)
{
    struct commands commands = commands_of(reader->arena, reader->workload);
    vec_each(const struct command *, command, &commands.list)
        if (command_option(command, 0, STR("max-connections"), 0).found)
            return *command;
    return commands.list.count ? *vec_last(&commands.list) : (struct command){0};
}

void capacity_mysql(const struct settings_reader *reader, struct capacity *capacity)
{
    struct command command = server_command(reader);
    struct command_option option = command_option(&command, 0, STR("max-connections"), 0);
    struct settings files = read_files(reader, &command);
    /* One connection more is kept for CONNECTION_ADMIN on top of the limit: nothing comes off. */
    capacity->superuser_reserved = count_default(0, STR("default"));
    if (option.found)
        capacity->max_connections =
            limit_of(reader, capacity, option.text, option.at, option.via, STR("command"));
    else
        capacity->max_connections = from_variables(reader, capacity);
    if (capacity->max_connections.state == COUNT_ABSENT)
        capacity->max_connections = from_files(reader, capacity, &files);
    if (capacity->max_connections.state == COUNT_ABSENT) {
        capacity->max_connections = count_default(MAX_CONNECTIONS_DEFAULT, STR("the server's default"));
        capacity->max_connections.at = capacity->at;
    }
    capacity_idle(reader, capacity,
        &(struct idle_limit){
            SETTINGS_MYSQL, STR("my.cnf"), STR("mysqld"), STR("set it on the command: --max-connections=")});
}
