/*
 * What packc knows of the rows that it compiles: the words and columns of rules and data tables.
 *
 * Included by packc.c alone. A new table is its columns and one row of `tables`. Const, for ever.
 */
#ifndef LANGUAGE_PACKC_TABLES_H
#define LANGUAGE_PACKC_TABLES_H

#include "base/vec.h"
#include "base/word.h"
#include "dsn/family_list.h"

enum field_kind {
    FIELD_TEXT,
    FIELD_NUMBER,
    FIELD_FLAG,
    FIELD_CODE,    /* a word of `codes`, written as its C name */
    FIELD_SETTING, /* NAME=value: two members, `member` and `second` */
};

struct code {
    str word;
    const char *name;
};

struct field {
    str key;
    enum field_kind kind;
    const char *member, *second;
    const struct code *codes;
    size_t code_count;
    bool required;
};

#define CODES(list) .codes = (list), .code_count = ARRAY_COUNT(list)

static const struct code severity_codes[] = {
    {STR_INIT("error"), "SEVERITY_ERROR"},
    {STR_INIT("warning"), "SEVERITY_WARNING"},
    {STR_INIT("note"), "SEVERITY_NOTE"},
    {STR_INIT("off"), "SEVERITY_OFF"},
};

static const struct code image_codes[] = {
    {STR_INIT("data-store"), "IMAGE_DATA_STORE"},
    {STR_INIT("admin"), "IMAGE_ADMIN"},
    {STR_INIT("proxy"), "IMAGE_PROXY"},
    {STR_INIT("pooler"), "IMAGE_POOLER"},
    {STR_INIT("relay"), "IMAGE_RELAY"},
    {STR_INIT("broker"), "IMAGE_BROKER"},
    {STR_INIT("metrics"), "IMAGE_METRICS"},
    {STR_INIT("emulator"), "IMAGE_EMULATOR"},
};

static const struct code door_codes[] = {
    {STR_INIT("public"), "DOOR_PUBLIC"},
    {STR_INIT("admin"), "DOOR_ADMIN"},
    {STR_INIT("open"), "DOOR_OPEN"},
    {STR_INIT("network"), "DOOR_NETWORK"},
};

static const struct code family_codes[] = {
#define FAMILY_CODE(id, name) {STR_INIT(name), "FAMILY_" #id},
    FAMILY_LIST(FAMILY_CODE)
#undef FAMILY_CODE
};

static const struct code word_codes[] = {
    {STR_INIT("whole"), "WORD_WHOLE"},
    {STR_INIT("phrase"), "WORD_PHRASE"},
    {STR_INIT("start"), "WORD_START"},
    {STR_INIT("object"), "WORD_OBJECT"},
    {STR_INIT("nothing"), "WORD_NOTHING"},
    {STR_INIT("off"), "WORD_OFF"},
};

static const struct code secrecy_codes[] = {
    {STR_INIT("none"), "SECRECY_NONE"},
    {STR_INIT("masked"), "SECRECY_MASKED"},
    {STR_INIT("judged"), "SECRECY_JUDGED"},
};

static const struct code mode_codes[] = {
    {STR_INIT("production"), "MODE_PRODUCTION"},
    {STR_INIT("development"), "MODE_DEVELOPMENT"},
};

/* What a fact is that a rule runs over: the words of `over:`. */
static const struct code over_codes[] = {
    {STR_INIT("environment"), ""},
    {STR_INIT("variable"), ""},
    {STR_INIT("dsn"), ""},
    {STR_INIT("bind"), ""},
    {STR_INIT("service"), ""},
    {STR_INIT("server"), ""},
    {STR_INIT("budget"), ""},
    {STR_INIT("file"), ""},
};

static const struct code driver_codes[] = {
    {STR_INIT("sync"), "DRIVER_SYNC"},
    {STR_INIT("async"), "DRIVER_ASYNC"},
    {STR_INIT("both"), "DRIVER_BOTH"},
};

static const struct code action_codes[] = {
    {STR_INIT("drop"), "PARAMETER_DROP"},
    {STR_INIT("keep"), "PARAMETER_KEEP"},
    {STR_INIT("refuse"), "PARAMETER_REFUSE"},
    {STR_INIT("tls"), "PARAMETER_TLS"},
    {STR_INIT("database"), "PARAMETER_DATABASE"},
    {STR_INIT("setting"), "PARAMETER_SETTING"},
};

static const struct field credential_fields[] = {
    {STR_INIT("product"), FIELD_TEXT, "product", .required = true},
    {STR_INIT("user"), FIELD_TEXT, "user"},
    {STR_INIT("password"), FIELD_TEXT, "password", .required = true},
    {STR_INIT("image"), FIELD_TEXT, "image"},
    {STR_INIT("source"), FIELD_TEXT, "source", .required = true},
};

static const struct field word_fields[] = {
    {STR_INIT("text"), FIELD_TEXT, "text", .required = true},
    {STR_INIT("match"), FIELD_CODE, "match", CODES(word_codes)},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field secret_word_fields[] = {
    {STR_INIT("text"), FIELD_TEXT, "text", .required = true},
    {STR_INIT("noun"), FIELD_CODE, "noun", CODES(secrecy_codes)},
    {STR_INIT("makes"), FIELD_TEXT, "makes"},
    {STR_INIT("each"), FIELD_TEXT, "each"},
    {STR_INIT("together"), FIELD_FLAG, "together"},
    {STR_INIT("between"), FIELD_FLAG, "between"},
    {STR_INIT("tail"), FIELD_FLAG, "tail"},
    {STR_INIT("switch"), FIELD_FLAG, "is_switch"},
    {STR_INIT("open"), FIELD_FLAG, "is_open"},
    {STR_INIT("own"), FIELD_FLAG, "is_own"},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field secret_name_fields[] = {
    {STR_INIT("words"), FIELD_TEXT, "words", .required = true},
    {STR_INIT("secrecy"), FIELD_CODE, "secrecy", CODES(secrecy_codes), .required = true},
    {STR_INIT("whole"), FIELD_FLAG, "whole"},
    {STR_INIT("own"), FIELD_FLAG, "is_own"},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field image_fields[] = {
    {STR_INIT("repository"), FIELD_TEXT, "repository", .required = true},
    {STR_INIT("kind"), FIELD_CODE, "kind", CODES(image_codes), .required = true},
    {STR_INIT("family"), FIELD_CODE, "family", CODES(family_codes)},
    {STR_INIT("port"), FIELD_NUMBER, "port"},
    {STR_INIT("no-limit"), FIELD_FLAG, "has_no_limit"},
    {STR_INIT("user"), FIELD_TEXT, "user_variable"},
    {STR_INIT("password"), FIELD_TEXT, "password_variable"},
    {STR_INIT("database"), FIELD_TEXT, "database_variable"},
    {STR_INIT("login-mark"), FIELD_TEXT, "login_mark"},
    {STR_INIT("default-user"), FIELD_TEXT, "default_user"},
    {STR_INIT("admin-password"), FIELD_TEXT, "admin_password_variable"},
    {STR_INIT("open"), FIELD_SETTING, "open_variable", "open_value"},
    {STR_INIT("keys"), FIELD_FLAG, "has_keys"},
    {STR_INIT("by-default"), FIELD_FLAG, "open_by_default"},
    {STR_INIT("open-before"), FIELD_NUMBER, "open_before"},
    {STR_INIT("user-option"), FIELD_TEXT, "user_option"},
    {STR_INIT("password-option"), FIELD_TEXT, "password_option"},
    {STR_INIT("data"), FIELD_TEXT, "data_mark"},
    {STR_INIT("roles"), FIELD_TEXT, "roles"},
    {STR_INIT("extensions"), FIELD_TEXT, "extensions"},
    {STR_INIT("kin"), FIELD_TEXT, "kin"},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field backend_fields[] = {
    {STR_INIT("kind"), FIELD_TEXT, "kind", .required = true},
    {STR_INIT("chooses"), FIELD_TEXT, "chooses"},
    {STR_INIT("value"), FIELD_TEXT, "value", .required = true},
    {STR_INIT("groups"), FIELD_TEXT, "groups"},
    {STR_INIT("takes"), FIELD_TEXT, "takes"},
    {STR_INIT("parts"), FIELD_TEXT, "parts"},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field door_fields[] = {
    {STR_INIT("kind"), FIELD_CODE, "kind", CODES(door_codes), .required = true},
    {STR_INIT("words"), FIELD_TEXT, "words"},
    {STR_INIT("ports"), FIELD_TEXT, "ports"},
    {STR_INIT("command"), FIELD_TEXT, "command"},
    {STR_INIT("variable"), FIELD_SETTING, "variable", "value"},
    {STR_INIT("unless"), FIELD_TEXT, "unless"},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field provider_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("host-suffix"), FIELD_TEXT, "host_suffix"},
    {STR_INIT("limit"), FIELD_TEXT, "limit", .required = true},
    {STR_INIT("reserved"), FIELD_NUMBER, "reserved"},
    {STR_INIT("source"), FIELD_TEXT, "source", .required = true},
    {STR_INIT("checked"), FIELD_TEXT, "checked", .required = true},
};

static const struct field pool_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("each"), FIELD_NUMBER, "each"},
    {STR_INIT("per-cpu"), FIELD_NUMBER, "per_cpu"},
    {STR_INIT("least"), FIELD_NUMBER, "least"},
    {STR_INIT("overflow"), FIELD_NUMBER, "overflow"},
    {STR_INIT("variables"), FIELD_TEXT, "variables"},
    {STR_INIT("zero-unbounded"), FIELD_FLAG, "is_zero_unbounded"},
    {STR_INIT("zero-since"), FIELD_NUMBER, "zero_since"},
    {STR_INIT("open"), FIELD_FLAG, "is_open"},
    {STR_INIT("per-thread"), FIELD_FLAG, "is_per_thread"},
    {STR_INIT("unsized"), FIELD_FLAG, "is_unsized"},
    {STR_INIT("told-by"), FIELD_TEXT, "told_by"},
    {STR_INIT("instead"), FIELD_TEXT, "instead"},
    {STR_INIT("family"), FIELD_CODE, "family", CODES(family_codes)},
    {STR_INIT("one-process"), FIELD_FLAG, "is_one_process"},
    {STR_INIT("how"), FIELD_TEXT, "how", .required = true},
    {STR_INIT("source"), FIELD_TEXT, "source", .required = true},
};

static const struct field program_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("subcommand"), FIELD_TEXT, "subcommand"},
    {STR_INIT("option"), FIELD_TEXT, "option"},
    {STR_INIT("short"), FIELD_TEXT, "short_option"},
    {STR_INIT("range"), FIELD_TEXT, "range_option"},
    {STR_INIT("model"), FIELD_TEXT, "model_option"},
    {STR_INIT("model-short"), FIELD_TEXT, "model_short"},
    {STR_INIT("shared"), FIELD_TEXT, "shared_models"},
    {STR_INIT("parent"), FIELD_FLAG, "parent"},
    {STR_INIT("arguments"), FIELD_TEXT, "arguments"},
    {STR_INIT("variables"), FIELD_TEXT, "variables"},
    {STR_INIT("processes"), FIELD_NUMBER, "processes"},
    {STR_INIT("fixed"), FIELD_FLAG, "is_fixed"},
    {STR_INIT("threads"), FIELD_TEXT, "threads"},
    {STR_INIT("threads-short"), FIELD_TEXT, "threads_short"},
    {STR_INIT("thread-variables"), FIELD_TEXT, "thread_variables"},
    {STR_INIT("usual-threads"), FIELD_NUMBER, "usual_threads"},
    {STR_INIT("greenlet-models"), FIELD_TEXT, "greenlet_models"},
    {STR_INIT("greenlets"), FIELD_TEXT, "greenlets"},
    {STR_INIT("greenlets-short"), FIELD_TEXT, "greenlets_short"},
    {STR_INIT("usual-greenlets"), FIELD_NUMBER, "usual_greenlets"},
    {STR_INIT("scripts"), FIELD_TEXT, "scripts"},
    {STR_INIT("library"), FIELD_TEXT, "library", .required = true},
    {STR_INIT("alone"), FIELD_FLAG, "pooled_alone"},
    {STR_INIT("source"), FIELD_TEXT, "source", .required = true},
};

static const struct code role_codes[] = {
    {STR_INIT("size"), "POOL_SIZE"},
    {STR_INIT("overflow"), "POOL_OVERFLOW"},
};

static const struct field pool_name_fields[] = {
    {STR_INIT("words"), FIELD_TEXT, "words", .required = true},
    {STR_INIT("role"), FIELD_CODE, "role", CODES(role_codes), .required = true},
    {STR_INIT("library"), FIELD_TEXT, "library"},
};

static const struct field worker_name_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("program"), FIELD_TEXT, "program", .required = true},
};

static const struct field launcher_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("subcommand"), FIELD_TEXT, "subcommand"},
    {STR_INIT("options"), FIELD_TEXT, "options"},
    {STR_INIT("arguments"), FIELD_NUMBER, "arguments"},
    {STR_INIT("dashes"), FIELD_FLAG, "dashes"},
    {STR_INIT("begins"), FIELD_FLAG, "begins"},
    {STR_INIT("script"), FIELD_TEXT, "script"},
    {STR_INIT("supervises"), FIELD_FLAG, "supervises"},
};

static const struct field base_fields[] = {
    {STR_INIT("repository"), FIELD_TEXT, "repository", .required = true},
    {STR_INIT("tag"), FIELD_TEXT, "tag"},
    {STR_INIT("entrypoint"), FIELD_TEXT, "entrypoint"},
    {STR_INIT("command"), FIELD_TEXT, "command"},
    {STR_INIT("variables"), FIELD_TEXT, "variables", .required = true},
    {STR_INIT("directory"), FIELD_TEXT, "directory"},
    {STR_INIT("source"), FIELD_TEXT, "source", .required = true},
};

static const struct code root_codes[] = {
    {STR_INIT("start"), "ROOT_START"},
    {STR_INIT("source"), "ROOT_SOURCE"},
};

static const struct code form_codes[] = {
    {STR_INIT("python"), "FORM_PYTHON"},
    {STR_INIT("ruby"), "FORM_RUBY"},
    {STR_INIT("elixir"), "FORM_ELIXIR"},
    {STR_INIT("javascript"), "FORM_JAVASCRIPT"},
    {STR_INIT("yaml"), "FORM_YAML"},
    {STR_INIT("erb-yaml"), "FORM_YAML_ERB"},
    {STR_INIT("json"), "FORM_JSON"},
    {STR_INIT("configparser"), "FORM_CONFIGPARSER"},
    {STR_INIT("uwsgi"), "FORM_UWSGI"},
    {STR_INIT("go-ini"), "FORM_GO_INI"},
    {STR_INIT("properties"), "FORM_PROPERTIES"},
    {STR_INIT("spring"), "FORM_SPRING"},
    {STR_INIT("fpm"), "FORM_FPM"},
    {STR_INIT("requirements"), "FORM_REQUIREMENTS"},
    {STR_INIT("lock"), "FORM_LOCK"},
};

static const struct code number_codes[] = {
    {STR_INIT("processes"), "NUMBER_PROCESSES"},
    {STR_INIT("threads"), "NUMBER_THREADS"},
    {STR_INIT("greenlets"), "NUMBER_GREENLETS"},
    {STR_INIT("model"), "NUMBER_MODEL"},
    {STR_INIT("pool"), "NUMBER_POOL"},
    {STR_INIT("overflow"), "NUMBER_OVERFLOW"},
    {STR_INIT("text"), "NUMBER_TEXT"},
    {STR_INIT("version"), "NUMBER_VERSION"},
};

static const struct field setting_fields[] = {
    {STR_INIT("programs"), FIELD_TEXT, "programs", .required = true},
    {STR_INIT("images"), FIELD_TEXT, "images"},
    {STR_INIT("marker"), FIELD_TEXT, "marker"},
    {STR_INIT("option"), FIELD_TEXT, "option"},
    {STR_INIT("short"), FIELD_TEXT, "short_option"},
    {STR_INIT("arguments"), FIELD_TEXT, "arguments"},
    {STR_INIT("files"), FIELD_TEXT, "files"},
    {STR_INIT("root"), FIELD_CODE, "root", CODES(root_codes)},
    {STR_INIT("form"), FIELD_CODE, "form", CODES(form_codes), .required = true},
    {STR_INIT("keys"), FIELD_TEXT, "keys", .required = true},
    {STR_INIT("kind"), FIELD_CODE, "kind", CODES(number_codes), .required = true},
    {STR_INIT("reader"), FIELD_TEXT, "reader", .required = true},
    {STR_INIT("variables"), FIELD_TEXT, "variables"},
    {STR_INIT("usual"), FIELD_NUMBER, "usual"},
    {STR_INIT("source"), FIELD_TEXT, "source", .required = true},
};

static const struct field call_fields[] = {
    {STR_INIT("files"), FIELD_TEXT, "files", .required = true},
    {STR_INIT("match"), FIELD_TEXT, "match", .required = true},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field dialect_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("sync"), FIELD_TEXT, "sync"},
    {STR_INIT("async"), FIELD_TEXT, "async"},
};

static const struct field driver_fields[] = {
    {STR_INIT("dialect"), FIELD_TEXT, "dialect", .required = true},
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("mode"), FIELD_CODE, "mode", CODES(driver_codes), .required = true},
    {STR_INIT("sync"), FIELD_TEXT, "sync"},
    {STR_INIT("async"), FIELD_TEXT, "async"},
    {STR_INIT("loads"), FIELD_FLAG, "loads", .required = true},
};

static const struct field parameter_fields[] = {
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("libpq"), FIELD_CODE, "action[CONNECTOR_LIBPQ]", CODES(action_codes), .required = true},
    {STR_INIT("sqlalchemy-asyncpg"), FIELD_CODE, "action[CONNECTOR_SA_ASYNC]", CODES(action_codes),
        .required = true},
    {STR_INIT("asyncpg"), FIELD_CODE, "action[CONNECTOR_ASYNCPG]", CODES(action_codes), .required = true},
    {STR_INIT("about"), FIELD_TEXT, "about"},
};

static const struct field foreign_parameter_fields[] = {
    {STR_INIT("family"), FIELD_CODE, "family", CODES(family_codes), .required = true},
    {STR_INIT("name"), FIELD_TEXT, "name", .required = true},
    {STR_INIT("drivers"), FIELD_TEXT, "drivers", .required = true},
    {STR_INIT("needed"), FIELD_FLAG, "needed"},
    {STR_INIT("as"), FIELD_TEXT, "as"},
    {STR_INIT("about"), FIELD_TEXT, "about", .required = true},
};

static const struct field driver_argument_fields[] = {
    {STR_INIT("family"), FIELD_CODE, "family", CODES(family_codes), .required = true},
    {STR_INIT("driver"), FIELD_TEXT, "driver", .required = true},
    {STR_INIT("names"), FIELD_TEXT, "names", .required = true},
};

static const struct table {
    str name;
    const char *type, *array;
    const struct field *fields;
    size_t field_count;
} tables[] = {
    {STR_INIT("known-credentials"), "struct known_credential", "data_known_credentials", credential_fields,
        ARRAY_COUNT(credential_fields)},
    {STR_INIT("placeholders"), "struct listed_word", "data_placeholders", word_fields,
        ARRAY_COUNT(word_fields)},
    {STR_INIT("weak-words"), "struct listed_word", "data_weak_words", word_fields, ARRAY_COUNT(word_fields)},
    {STR_INIT("secret-words"), "struct secret_word", "data_secret_words", secret_word_fields,
        ARRAY_COUNT(secret_word_fields)},
    {STR_INIT("secret-names"), "struct secret_name", "data_secret_names", secret_name_fields,
        ARRAY_COUNT(secret_name_fields)},
    {STR_INIT("images"), "struct image_info", "data_images", image_fields, ARRAY_COUNT(image_fields)},
    {STR_INIT("backends"), "struct backend_info", "data_backends", backend_fields,
        ARRAY_COUNT(backend_fields)},
    {STR_INIT("doors"), "struct door_info", "data_doors", door_fields, ARRAY_COUNT(door_fields)},
    {STR_INIT("providers"), "struct provider_info", "data_providers", provider_fields,
        ARRAY_COUNT(provider_fields)},
    {STR_INIT("pools"), "struct pool_library", "data_pools", pool_fields, ARRAY_COUNT(pool_fields)},
    {STR_INIT("programs"), "struct pool_program", "data_programs", program_fields,
        ARRAY_COUNT(program_fields)},
    {STR_INIT("pool-names"), "struct pool_name", "data_pool_names", pool_name_fields,
        ARRAY_COUNT(pool_name_fields)},
    {STR_INIT("worker-names"), "struct worker_name", "data_worker_names", worker_name_fields,
        ARRAY_COUNT(worker_name_fields)},
    {STR_INIT("launchers"), "struct launcher", "data_launchers", launcher_fields,
        ARRAY_COUNT(launcher_fields)},
    {STR_INIT("bases"), "struct base_row", "data_bases", base_fields, ARRAY_COUNT(base_fields)},
    {STR_INIT("settings"), "struct setting_place", "data_settings", setting_fields,
        ARRAY_COUNT(setting_fields)},
    {STR_INIT("calls"), "struct pool_call", "data_calls", call_fields, ARRAY_COUNT(call_fields)},
    {STR_INIT("dialects"), "struct dialect_row", "data_dialects", dialect_fields,
        ARRAY_COUNT(dialect_fields)},
    {STR_INIT("drivers"), "struct driver_row", "data_drivers", driver_fields, ARRAY_COUNT(driver_fields)},
    {STR_INIT("parameters"), "struct parameter_row", "data_parameters", parameter_fields,
        ARRAY_COUNT(parameter_fields)},
    {STR_INIT("foreign-parameters"), "struct foreign_parameter", "data_foreign_parameters",
        foreign_parameter_fields, ARRAY_COUNT(foreign_parameter_fields)},
    {STR_INIT("driver-arguments"), "struct driver_arguments", "data_driver_arguments", driver_argument_fields,
        ARRAY_COUNT(driver_argument_fields)},
};

static str whole(str text)
{
    return text;
}

static str last_word(str text)
{
    str word = {0}, next;
    while (word_next(&text, &next))
        word = next;
    return word;
}

static str first_byte(str text)
{
    return str_take(text, 1);
}

static str before_equals(str text)
{
    return str_cut_byte(text, '=').head;
}

static str last_byte(str text)
{
    return str_skip(text, text.len ? text.len - 1 : 0);
}

/* What rows are looked up by; base/word_index.h has what is written. */
static const struct index {
    const char *array, *name;
    str key; /* the column */
    str (*part)(str text);
    bool is_list; /* of a list of words, parted by blanks, that part of each */
} indexes[] = {
    {"data_known_credentials", "data_known_credentials_by_password", STR_INIT("password"), whole},
    {"data_placeholders", "data_placeholders_by_first_byte", STR_INIT("text"), first_byte},
    {"data_secret_words", "data_secret_words_by_text", STR_INIT("text"), whole},
    {"data_secret_words", "data_secret_words_by_last_byte", STR_INIT("text"), last_byte},
    {"data_secret_names", "data_secret_names_by_last_word", STR_INIT("words"), last_word},
    {"data_images", "data_images_by_repository", STR_INIT("repository"), whole},
    {"data_images", "data_images_by_password", STR_INIT("password"), whole},
    {"data_images", "data_images_by_admin_password", STR_INIT("admin-password"), whole},
    {"data_images", "data_images_by_open_variable", STR_INIT("open"), before_equals},
    {"data_backends", "data_backends_by_choosing_word", STR_INIT("chooses"), last_word, .is_list = true},
    {"data_backends", "data_backends_by_value", STR_INIT("value"), whole, .is_list = true},
    {"data_pools", "data_pools_by_last_byte", STR_INIT("variables"), last_byte, .is_list = true},
    {"data_pool_names", "data_pool_names_by_last_byte", STR_INIT("words"), last_byte},
};

static const struct code input_codes[] = {
    {STR_INIT("compose"), "RULE_INPUT_COMPOSE"},
    {STR_INIT("env"), "RULE_INPUT_ENV"},
    {STR_INIT("manifests"), "RULE_INPUT_MANIFESTS"},
    {STR_INIT("units"), "RULE_INPUT_UNITS"},
};

static const struct field rule_fields[] = {
    {STR_INIT("over"), FIELD_TEXT, "over", .required = true},
    {STR_INIT("severity_note"), FIELD_TEXT, "severity_note"},
    {STR_INIT("summary"), FIELD_TEXT, "summary", .required = true},
    {STR_INIT("why"), FIELD_TEXT, "why", .required = true},
    {STR_INIT("help"), FIELD_TEXT, "help", .required = true},
};

#endif
