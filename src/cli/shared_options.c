/* The options that several commands share: cli/options.h. */
#include "cli/options.h"

#include "facts/mode.h"

static str pick(const char *const *words, size_t count, size_t index)
{
    return str_from_c(index < count ? words[index] : NULL);
}

static str color_choice(size_t index)
{
    static const char *const words[] = {"auto", "always", "never"};
    return pick(words, ARRAY_COUNT(words), index);
}

static str value_format_choice(size_t index)
{
    static const char *const words[] = {"text", "json"};
    return pick(words, ARRAY_COUNT(words), index);
}

#define FORMAT_ROW                                                                                           \
    {                                                                                                        \
        .name = "format", .kind = OPTION_TEXT, .argument = "FORMAT", .completion = COMPLETE_CHOICE,          \
        .choices = value_format_choice, .offset = offsetof(struct cli_settings, format),                     \
        .about = "Print text (the default) or json."                                                         \
    }

static const struct option_row listing_rows[] = {FORMAT_ROW};

static const struct option_row value_rows[] = {
    FORMAT_ROW,
    {.name = "reveal",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, reveal),
        .about = "Print values as they are; without it each is eight asterisks."},
};

static const struct option_row common_rows[] = {
    {.name = "color",
        .kind = OPTION_TEXT,
        .argument = "WHEN",
        .completion = COMPLETE_CHOICE,
        .choices = color_choice,
        .offset = offsetof(struct cli_settings, color),
        .about =
            "Colour the output: auto, always or never; auto also honours NO_COLOR, FORCE_COLOR and TERM."},
    {.name = "quiet",
        .letter = 'q',
        .kind = OPTION_COUNT,
        .offset = offsetof(struct cli_settings, quiet),
        .about = "Print findings only; twice: nothing but the exit code."},
    {.name = "verbose",
        .letter = 'v',
        .kind = OPTION_COUNT,
        .offset = offsetof(struct cli_settings, verbose),
        .about = "Say more, such as which files were read; with --version: the build and its libraries."},
    {.name = "help",
        .letter = 'h',
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, help),
        .about = "Print this help."},
    {.name = "version",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, version),
        .about = "Print the version."},
};

static const struct option_row judging_rows[] = {
    {.name = "mode",
        .kind = OPTION_TEXT,
        .argument = "MODE",
        .completion = COMPLETE_CHOICE,
        .choices = mode_word_at,
        .offset = offsetof(struct cli_settings, mode),
        .about =
            "Judge as production or development, whatever the configuration and the environment say; prod, "
            "staging, dev, test and their kin are these two."},
    {.name = "config",
        .kind = OPTION_TEXT,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, config),
        .about = "Read the project's rules from FILE instead of looking for bootgate.yaml."},
};

static const struct option_row project_rows[] = {
    {.name = "file",
        .letter = 'f',
        .kind = OPTION_LIST,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, files),
        .about = "Read this Compose file; several are merged in order, as docker compose does."},
    {.name = "env-file",
        .kind = OPTION_LIST,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, env_files),
        .about = "Read this env file instead of .env; several form one environment, in order."},
    {.name = "profile",
        .kind = OPTION_LIST,
        .argument = "NAME",
        .offset = offsetof(struct cli_settings, profiles),
        .about = "Switch this Compose profile on."},
    {.name = "project-directory",
        .kind = OPTION_TEXT,
        .argument = "DIR",
        .completion = COMPLETE_DIRECTORY,
        .offset = offsetof(struct cli_settings, project_directory),
        .about = "Resolve the Compose file's relative paths against DIR."},
};

const struct option_group option_group_common = OPTION_GROUP("Common options", common_rows);
const struct option_group option_group_judging = OPTION_GROUP("Judging", judging_rows);
const struct option_group option_group_project = OPTION_GROUP("Project", project_rows);
const struct option_group option_group_listing = OPTION_GROUP("Output", listing_rows);
const struct option_group option_group_values = OPTION_GROUP("Output", value_rows);
