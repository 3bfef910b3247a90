#include "rule/command_secret.h"

#include "rule/credential.h"
#include "text/host.h"

/* Options of one letter that take a password: in the next word, or in the same one. */
static const struct {
    str program, option;
    bool is_apart;
} short_options[] = {
    {STR_INIT("mysql"), STR_INIT("-p"), false},
    {STR_INIT("mysqld"), STR_INIT("-p"), false},
    {STR_INIT("mysqldump"), STR_INIT("-p"), false},
    {STR_INIT("mysqladmin"), STR_INIT("-p"), false},
    {STR_INIT("mariadb"), STR_INIT("-p"), false},
    {STR_INIT("mariadb-admin"), STR_INIT("-p"), false},
    {STR_INIT("mariadb-dump"), STR_INIT("-p"), false},
    {STR_INIT("mongosh"), STR_INIT("-p"), true},
    {STR_INIT("mongo"), STR_INIT("-p"), true},
    {STR_INIT("mongodump"), STR_INIT("-p"), true},
    {STR_INIT("cqlsh"), STR_INIT("-p"), true},
    {STR_INIT("sqlcmd"), STR_INIT("-P"), true},
    {STR_INIT("sshpass"), STR_INIT("-p"), true},
    {STR_INIT("curl"), STR_INIT("-u"), true},
};

/* The password that an option of one letter takes; empty: none. Redis's -a counts after any program. */
static str short_secret(struct command_place place, str word)
{
    if (str_eq(place.before, STR("-a")))
        return word;
    str program = path_base(place.program);
    for (size_t i = 0; i < ARRAY_COUNT(short_options); i++) {
        str option = short_options[i].option;
        if (!str_eq(program, short_options[i].program))
            continue;
        if (short_options[i].is_apart && str_eq(place.before, option))
            return word;
        if (!short_options[i].is_apart && str_starts(word, option))
            return str_skip(word, option.len);
    }
    return STR("");
}

/* "--db-password" names what DB_PASSWORD names. */
static bool is_secret_name(str word)
{
    return credential_secrecy(str_trim_bytes(word, STR("-"))) != SECRECY_NONE;
}

static str secret_of(struct command_place place, str word)
{
    str before = place.before;
    bool follows_option = str_starts(before, STR("-")) && !str_has_byte(before, '=');
    str secret = short_secret(place, word);
    if (secret.len > 0)
        return secret;
    bool is_option = str_starts(word, STR("--")) && word.len > 2 && byte_is_name(word.ptr[2]);
    if (follows_option && is_secret_name(before) && !is_option)
        return word;
    struct str_cut cut = str_cut_byte(word, '=');
    return cut.found && is_secret_name(cut.head) ? cut.tail : STR("");
}

str command_secret(struct command_place *place, str word)
{
    str secret = secret_of(*place, word), name = path_base(word);
    /* Programs start programs: the last one counts that is known. */
    for (size_t i = 0; i < ARRAY_COUNT(short_options); i++)
        if (str_eq(name, short_options[i].program))
            place->program = word;
    place->before = word;
    return secret;
}
