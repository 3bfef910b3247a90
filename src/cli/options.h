/*
 * The command line as tables: one row per option, read by the parser, the help, the completions and the
 * manual alike.
 *
 * Rows are const and hold their own documentation. Parsed values are slices of argv and live as long as it.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/map.h"
#include "cli/exit.h"
#include "text/gate.h"
#include "text/host.h"

/* Everything any command can be told; a command reads the fields that its rows fill. */
struct cli_settings {
    str mode, config, format, color, fail_on;
    unsigned quiet, verbose;
    bool help, version;
    str_vec files, env_files, profiles;
    str project_directory;
    bool staged, recursive;
    str baseline, write_baseline;
    str dialect, service, compare;
    bool compare_given, reveal, explain;
    str target, escape, variable, family;
    bool list_fields, list_dialects, list_families, list_clients, list_pools, list_limits, print_schema;
    bool to_stdout, force;
    bool write;
    str write_file;
    str length, alphabet, sql;
    str rule;
    str_vec set, wait, allow, what_if;
    str timeout, expand_files;
    bool expand_files_given, wait_given, dry_run;
    bool live;
    str_vec maps;
};

enum option_kind {
    OPTION_FLAG,          /* bool */
    OPTION_COUNT,         /* unsigned: how often it was given */
    OPTION_TEXT,          /* str; the last one counts */
    OPTION_LIST,          /* str_vec: every one counts, in order */
    OPTION_OPTIONAL_TEXT, /* str, only as --name=VALUE, and a bool at `given_offset` */
    OPTION_OPTIONAL_LIST, /* the same as a str_vec: every one counts */
};

/* What a shell offers for an option's argument or a command's operands. */
enum completion {
    COMPLETE_NOTHING,
    COMPLETE_FILE,
    COMPLETE_DIRECTORY,
    COMPLETE_CHOICE,
};

/* The index-th of the values that are allowed; empty past the last. */
typedef str option_choices(size_t index);

struct option_row {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    enum option_kind kind;
    enum completion completion;
    const char *argument;    /* its name in the help; NULL: takes none */
    option_choices *choices; /* NULL: any text */
    size_t offset;           /* in struct cli_settings */
    size_t given_offset;
    bool is_written;   /* names a file that is made: `-` is none */
    const char *about; /* one sentence; `*` are its choices: options_about() */
};

struct option_group {
    const char *title;
    const struct option_row *rows;
    size_t count;
};

#define OPTION_GROUP(heading, table)                                                                         \
    {                                                                                                        \
        .title = (heading), .rows = (table), .count = ARRAY_COUNT(table)                                     \
    }

struct session;
struct live_asker;

struct command {
    const char *name;
    const char *operands;                     /* as the synopsis shows them */
    const char *summary;                      /* one sentence */
    const char *description;                  /* paragraphs for help and manual, separated by an empty line */
    const char *example;                      /* lines, each a command */
    const struct option_group *const *groups; /* NULL at the end */
    option_choices *operand_choices;          /* for completion */
    enum completion operand_completion;
    size_t operands_min, operands_max;
    bool stops_at_operand; /* the rest belongs to another program */
    bool is_alone;         /* starts no program and makes no file: confined, see cli/guard.h */
    enum exit_family exit_family;
    enum outcome (*run)(struct session *session);
};

/* One run of the program. */
struct session {
    const struct host *host;
    struct arena *arena;
    struct gate *gate; /* keeps the secrets inside: that of what was read, once something was */
    const struct command *command;
    struct cli_settings settings;
    str_vec operands;
    const struct live_asker *live; /* asks the running servers; NULL: nobody is asked */
};

static inline bool session_is_json(const struct session *session)
{
    return str_eq(session->settings.format, STR("json"));
}

/* Groups that several commands share. */
extern const struct option_group option_group_common;  /* --color -q -v --help --version */
extern const struct option_group option_group_judging; /* --mode --config */
extern const struct option_group option_group_listing; /* --format text|json */
extern const struct option_group option_group_values;  /* the same and --reveal */
extern const struct option_group option_group_project; /* -f --env-file --profile --project-directory */

/*
 * Reads argv[1…] by the command's rows into `session`. False with one line in `reterr_message`, which never
 * holds an argument's value. Uses getopt_long(3): not reentrant.
 */
bool options_parse(struct session *session, int argc, char **argv, str *reterr_message);

/* How many arguments, the command's name included, the last options_parse() of a stopping command took. */
int options_consumed(void);

/* True when the argument may be left out, and is given as --name=VALUE. */
bool option_is_optional(const struct option_row *row);

/* The text holds a password of a connection string: where a path or a program is wanted it is a mistake, and
 * must not be repeated in the message that says so. */
bool options_is_connection(struct arena *arena, str text);

/* The nearest of `choices`, or empty where none is near. */
str options_nearest(str given, option_choices *choices);

/* All values, separated by ", ". */
str options_choice_list(struct arena *arena, option_choices *choices);
/* The row's sentence, with its choices where it has a `*`: "json, sarif or html". */
str options_about(struct arena *arena, const struct option_row *row);

#endif
