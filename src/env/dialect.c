#include "base/named.h"
#include "env/reading.h"

/* What the rows below are read as elsewhere; nobody chooses these by name, both readings count. */
static const struct dialect OTHERS[] = {
    [DIALECT_PYTHON] =
        {
            .id = DIALECT_PYTHON,
            .name = STR_INIT("python after 1.2.2"),
            .reader = STR_INIT("python-dotenv's dotenv_values, pydantic-settings"),
            .version = STR_INIT("python-dotenv after 1.2.2"),
            .about = STR_INIT("Strips a byte order mark, which was part of the first name."),
            .read = read_python,
            .view = {.strip_bom = true, .newlines = VIEW_NEWLINES_LF},
            .refuse_bad_utf8 = true,
            .lookup = LOOKUP_FILE_FIRST,
        },
    [DIALECT_NODE_BUILTIN] =
        {
            .id = DIALECT_NODE_BUILTIN,
            .name = STR_INIT("node-builtin after 20.20"),
            .reader = STR_INIT("node --env-file"),
            .version = STR_INIT("Node.js after 20.20"),
            .about = STR_INIT("Skips lines without `=`, which were glued to the name on the next line."),
            .read = read_node_builtin,
            .view = {.newlines = VIEW_NEWLINES_DROP_CR, .replace_bad_utf8 = true},
            .skips_bare_lines = true,
        },
    [DIALECT_RUST] =
        {
            .id = DIALECT_RUST,
            .name = STR_INIT("rust's dotenv()"),
            .reader = STR_INIT("dotenvy's dotenv() and from_path()"),
            .version = STR_INIT("dotenvy 0.15.7"),
            .about = STR_INIT("Keeps the first of several settings of one name, which the iterators and "
                              "the …_override() functions replace, and strips a byte order mark."),
            .read = read_rust,
            .view = {.strip_bom = true},
            .refuse_bad_utf8 = true,
            .lookup = LOOKUP_OUTER_FIRST,
            .keeps_first = true,
        },
    [DIALECT_SYSTEMD] =
        {
            .id = DIALECT_SYSTEMD,
            .name = STR_INIT("systemd 254"),
            .reader = STR_INIT("systemd EnvironmentFile="),
            .version = STR_INIT("systemd 254 and later"),
            .about = STR_INIT("A comment ends with its line, also where a backslash comes before the end."),
            .read = read_systemd,
            .ends_comments = true,
        },
};

static const struct dialect DIALECTS[] = {
    [DIALECT_COMPOSE] =
        {
            .starts_programs = true,
            .id = DIALECT_COMPOSE,
            .name = STR_INIT("compose"),
            .reader = STR_INIT("docker compose, .env and env_file"),
            .version = STR_INIT("compose-go 2.13"),
            .about = STR_INIT(
                "Strips quotes, cuts a bare value at ` #`, expands $NAME and ${NAME:-default} except in "
                "single quotes; $$ is one dollar. The process environment wins in expansions."),
            .dollar = STR_INIT("$$ for it, or put the value in single quotes"),
            .read = read_compose,
            .view = {.strip_bom = true},
            .lookup = LOOKUP_OUTER_FIRST,
        },
    [DIALECT_DOCKER] =
        {
            .id = DIALECT_DOCKER,
            .name = STR_INIT("docker"),
            .reader = STR_INIT("docker run --env-file, and format: raw in Compose"),
            .version = STR_INIT("docker/cli 29"),
            .about = STR_INIT(
                "Takes everything after `=` as it is: quotes, comments and trailing blanks become part "
                "of the value. Refuses blanks in names, so also `export K=v` and `K = v`."),
            .read = read_docker,
        },
    [DIALECT_PODMAN] =
        {
            .id = DIALECT_PODMAN,
            .name = STR_INIT("podman"),
            .reader = STR_INIT("podman run --env-file"),
            .version = STR_INIT("podman 5"),
            .about =
                STR_INIT("Takes everything after `=` as it is, like docker, but accepts blanks in names "
                         "(`export K` is a name) and bytes that are no UTF-8, and keeps a byte order mark."),
            .read = read_podman,
        },
    [DIALECT_KUBECTL] =
        {
            .id = DIALECT_KUBECTL,
            .name = STR_INIT("kubectl"),
            .reader = STR_INIT("kubectl create configmap|secret --from-env-file"),
            .version = STR_INIT("kubectl 1.34"),
            .about = STR_INIT("Takes everything after `=` as it is; refuses names outside [-._a-zA-Z0-9] and "
                              "duplicates, and drops a line of 64 KiB or more with all that follow."),
            .read = read_kubectl,
        },
    [DIALECT_PYTHON] =
        {
            .id = DIALECT_PYTHON,
            .other = &OTHERS[DIALECT_PYTHON],
            .name = STR_INIT("python"),
            .reader = STR_INIT("python-dotenv's dotenv_values, pydantic-settings"),
            .version = STR_INIT("python-dotenv 1.2"),
            .about = STR_INIT(
                "Strips quotes, cuts a bare value at a blank and `#`, expands ${NAME} and "
                "${NAME:-default} even in single quotes, never $NAME. Drops lines that it cannot parse."),
            .dollar = STR_INIT("a value without ${: this reader replaces it in any quotes"),
            .read = read_python,
            .view = {.newlines = VIEW_NEWLINES_LF},
            .refuse_bad_utf8 = true,
            .lookup = LOOKUP_FILE_FIRST,
        },
    [DIALECT_NODE] =
        {
            .id = DIALECT_NODE,
            .name = STR_INIT("node"),
            .reader = STR_INIT("dotenv for Node.js"),
            .version = STR_INIT("dotenv 18"),
            .about = STR_INIT(
                "Strips quotes and backticks, cuts a bare value at the first `#`, expands nothing. Skips "
                "lines that are no assignment."),
            .read = read_node,
            .reads_local = true,
            .view = {.newlines = VIEW_NEWLINES_LF, .replace_bad_utf8 = true},
        },
    [DIALECT_NODE_EXPAND] =
        {
            .id = DIALECT_NODE_EXPAND,
            .name = STR_INIT("node-expand"),
            .reader = STR_INIT("dotenv with dotenv-expand (Vite, Next.js)"),
            .version = STR_INIT("dotenv 18, dotenv-expand 12"),
            .about = STR_INIT(
                "As node, then expands $NAME and ${NAME:-default} again and again, in single quotes too; "
                "\\$ is a dollar. The process environment wins."),
            .dollar = STR_INIT("\\$ for it"),
            .read = read_node_expand,
            .reads_local = true,
            .view = {.newlines = VIEW_NEWLINES_LF, .replace_bad_utf8 = true},
            .lookup = LOOKUP_OUTER_FIRST,
        },
    [DIALECT_NODE_BUILTIN] =
        {
            .id = DIALECT_NODE_BUILTIN,
            .other = &OTHERS[DIALECT_NODE_BUILTIN],
            .name = STR_INIT("node-builtin"),
            .reader = STR_INIT("node --env-file"),
            .version = STR_INIT("Node.js 20.20"),
            .about = STR_INIT(
                "Strips quotes and backticks, cuts a bare value at the first `#`, expands nothing. A line "
                "without `=` is glued to the name on the next line."),
            .read = read_node_builtin,
            .reads_local = true,
            .view = {.newlines = VIEW_NEWLINES_DROP_CR, .replace_bad_utf8 = true},
        },
    [DIALECT_RUBY] =
        {
            .id = DIALECT_RUBY,
            .name = STR_INIT("ruby"),
            .reader = STR_INIT("dotenv for Ruby"),
            .version = STR_INIT("dotenv 3.2"),
            .about = STR_INIT(
                "Strips quotes, cuts a bare value at the first `#`, drops backslashes, expands $NAME and "
                "${NAME} but no defaults, and runs $(…). The process environment wins."),
            .dollar = STR_INIT("\\$ for it, or put the value in single quotes"),
            .read = read_ruby,
            .reads_local = true,
            .view = {.strip_bom = true, .newlines = VIEW_NEWLINES_LF},
            .refuse_bad_utf8 = true,
            .lookup = LOOKUP_FILE_FIRST,
        },
    [DIALECT_GO] =
        {
            .id = DIALECT_GO,
            .name = STR_INIT("go"),
            .reader = STR_INIT("godotenv"),
            .version = STR_INIT("godotenv 1.5.1"),
            .about = STR_INIT(
                "Strips quotes, cuts a bare value at the last blank and `#`, expands names in upper case "
                "from the file alone, knows no defaults. Refuses what it cannot parse."),
            .dollar = STR_INIT("\\$ for it, or put the value in single quotes"),
            .read = read_go,
            .view = {.newlines = VIEW_NEWLINES_CRLF},
            .lookup = LOOKUP_FILE,
        },
    [DIALECT_RUST] =
        {
            .id = DIALECT_RUST,
            .other = &OTHERS[DIALECT_RUST],
            .name = STR_INIT("rust"),
            .reader = STR_INIT("dotenvy for Rust"),
            .version = STR_INIT("dotenvy 0.15.7"),
            .about = STR_INIT(
                "Quotes as a shell; refuses blanks in bare values and unknown escapes; expands $NAME "
                "without underscores and ${NAME}, a default becomes the empty string."),
            .dollar = STR_INIT("\\$ for it, or put the value in single quotes"),
            .read = read_rust,
            .refuse_bad_utf8 = true,
            .lookup = LOOKUP_OUTER_FIRST,
        },
    [DIALECT_SYSTEMD] =
        {
            .id = DIALECT_SYSTEMD,
            .other = &OTHERS[DIALECT_SYSTEMD],
            .name = STR_INIT("systemd"),
            .reader = STR_INIT("systemd EnvironmentFile="),
            .version = STR_INIT("systemd 252"),
            .about = STR_INIT(
                "Strips quotes, keeps `# comment` after a value, drops backslashes, joins lines that end "
                "in one, expands nothing. Drops names that a shell would not take, so `export K=v`."),
            .read = read_systemd,
        },
    [DIALECT_SHELL] =
        {
            .id = DIALECT_SHELL,
            .name = STR_INIT("shell"),
            .reader = STR_INIT("set -a; . file"),
            .version = STR_INIT("bash 5.2"),
            .about = STR_INIT(
                "The file is a program: blanks, `;`, `&`, `(` and backticks outside quotes run commands. "
                "Only files that do nothing but set variables are read, all others are refused."),
            .dollar = STR_INIT("the value in single quotes"),
            .read = read_shell,
            .view = {.drop_nul = true},
            .lookup = LOOKUP_FILE_FIRST,
        },
};

_Static_assert(ARRAY_COUNT(DIALECTS) == DIALECT_COUNT, "a row for each dialect");

const struct dialect *dialect_find(str name)
{
    return named_find(NAMED(DIALECTS, struct dialect), name);
}

const struct dialect *dialect_get(enum dialect_id id)
{
    return &DIALECTS[id];
}

enum dialect_id dialect_id(const struct dialect *dialect)
{
    return dialect->id;
}

str dialect_name(const struct dialect *dialect)
{
    return dialect->name;
}

str dialect_reader(const struct dialect *dialect)
{
    return dialect->reader;
}

str dialect_version(const struct dialect *dialect)
{
    return dialect->version;
}

str dialect_about(const struct dialect *dialect)
{
    return dialect->about;
}

const struct dialect *dialect_other(const struct dialect *dialect)
{
    return dialect->other;
}

bool dialect_starts_programs(const struct dialect *dialect)
{
    return dialect->starts_programs;
}

bool dialect_reads_local(const struct dialect *dialect)
{
    return dialect->reads_local;
}

str dialect_dollar(const struct dialect *dialect)
{
    return dialect->dollar;
}
