/*
 * Services as they are set up: secrets from files and open doors.
 */
#include "base/number.h"
#include "base/word.h"

#include "budget/pooler.h"
#include "deploy/image.h"
#include "env/file_form.h"
#include "facts/door.h"
#include "facts/variable.h"
#include "rule/check.h"
#include "rule/credential.h"
#include "rule/listen.h"

/* The official images refuse to start when both forms are set. */
static void judge_conflicts(struct check_run *run, const struct service *service)
{
    const struct env *env = &service->workload->environment;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *pointer = entry->value;
        str name = file_form_base(pointer->name);
        if (entry->removed || !pointer->set || pointer->text.len == 0 || name.len == 0)
            continue;
        const struct value *value = env_get(env, name);
        if (!value || !value->set || value->text.len == 0)
            continue;
        struct place place = {.at = value->at, .variable = name, .service = service};
        struct diag *finding = finding_add(run, RULE_SECRET_FILE_CONFLICT, place,
            STR_FMT " and " STR_FMT " are both set", STR_ARG(name), STR_ARG(pointer->name));
        finding_why(run, finding, "they are exclusive: the image's entry point exits");
        finding_related(run, finding, pointer->key, "the file form");
        finding_help(run, finding, "keep the file form, drop " STR_FMT, STR_ARG(name));
    }
}

/* Who can open a connection to a service from outside the project's network. */
enum reach {
    REACH_NOBODY,
    REACH_PRIVATE, /* a tailnet, a local network: those whom its owner lets in */
    REACH_EVERYBODY,
};

static enum reach reach_of(struct arena *arena, const struct service *service)
{
    bool open = service->on_host_network && !listen_is_loopback(arena, service);
    enum reach reach = open ? REACH_EVERYBODY : REACH_NOBODY;
    vec_each(const struct workload_port *, port, &service->workload->ports) {
        enum host_class class = port->is_private    ? HOST_CLASS_PRIVATE
                                : port->host_ip.len ? host_classify(arena, port->host_ip)
                                                    : HOST_CLASS_WILDCARD;
        if (class == HOST_CLASS_PRIVATE && reach == REACH_NOBODY)
            reach = REACH_PRIVATE;
        else if (class != HOST_CLASS_PRIVATE && class != HOST_CLASS_LOOPBACK)
            reach = REACH_EVERYBODY;
    }
    return reach;
}

static enum severity severity_of(enum reach reach)
{
    return reach == REACH_EVERYBODY ? SEVERITY_ERROR : SEVERITY_WARNING;
}

static bool is_open_value(const struct image_info *image, const struct value *value)
{
    if (!value || !value->set)
        return false;
    return image->open_value.len ? str_eq_fold(value->text, image->open_value) : !door_is_off(value->text);
}

static bool is_given(const struct value *password)
{
    return password && password->text.len;
}

/* The administrator's password has a variable of its own where the other one belongs to a named user. */
static bool has_admin_password(const struct service *service, const struct image_info *image)
{
    const struct server *server = service->server;
    bool named_user = image->admin_password_variable.len && image->default_user.len == 0;
    return server && (is_given(server->admin_password) || (!named_user && is_given(server->password)));
}

static void report_open_variable(struct check_run *run, const struct value *value,
    const struct service *service, str subject, enum severity severity)
{
    span at = value_locate(value, 0, value->text.len);
    struct place place = {
        .at = span_is_set(at) ? at : value->at, .variable = value->name, .service = service};
    struct diag *finding = finding_add_as(
        run, RULE_NO_AUTHENTICATION, severity, place, "`" STR_FMT "` lets everybody in", STR_ARG(subject));
    finding_label(run, finding, "switches authentication off");
    if (service && service->workload->unit.len)
        finding_related(run, finding, value->key, "the entry");
    finding_help(run, finding, "remove it and set a password");
}

/* Redis and MongoDB: the family's plain image asks for nothing either, and the network is its guard. */
static bool family_is_open(enum family_id family)
{
    for (size_t i = 0; i < image_count(); i++)
        if (image_at(i)->family == family && image_at(i)->open_by_default)
            return true;
    return false;
}

/* A variable that switches authentication off; an allowed empty password is one that everybody has. */
static void judge_open_variable(
    struct check_run *run, const struct service *service, const struct image_info *image)
{
    const struct value *value = env_get(&service->workload->environment, image->open_variable);
    if (image->open_variable.len == 0 || !value || !is_open_value(image, value))
        return;
    bool empty_allowed = word_is_in(value->name, STR("empty"));
    if (empty_allowed && has_admin_password(service, image))
        return;
    bool is_usual = family_is_open(image->family);
    enum reach reach = empty_allowed && !is_usual ? REACH_EVERYBODY : reach_of(run->arena, service);
    report_open_variable(run, value, service, service_name(service), severity_of(reach));
}

/* Switches of the command and further variables, by rules/doors.yaml. */
static void judge_open_doors(struct check_run *run, const struct service *service)
{
    const struct door_info *door;
    const struct value *by;
    for (size_t next = 0; (door = door_next_open(service, &next, &by)) != NULL;)
        if (by)
            report_open_variable(
                run, by, service, service_name(service), severity_of(reach_of(run->arena, service)));
}

/* Without a deployment nobody knows what is published: the door counts as open to all. */
static void judge_lone_variable(struct check_run *run, const struct variable *variable)
{
    if (run->facts->deployment || variable->service)
        return;
    struct word_rows rows = images_opened_by(variable->value->name);
    for (size_t i = 0; i < rows.count; i++) {
        const struct image_info *image = image_at(rows.list[i]);
        if (!str_eq(image->open_variable, variable->value->name) || !is_open_value(image, variable->value))
            continue;
        report_open_variable(run, variable->value, NULL, variable->value->name, SEVERITY_ERROR);
        return;
    }
}

/* Words of the command that set a password, in any of their spellings. */
static bool command_sets_password(const struct service *service)
{
    const str marks[] = {STR("requirepass"), STR("--auth"), STR("aclfile"), STR(".conf"), STR("--pass"),
        STR("enable_sasl"), STR("enable-sasl")};
    vec_each(struct value *const *, word, &service->workload->command)
        for (size_t i = 0; i < ARRAY_COUNT(marks); i++)
            if (str_contains((*word)->text, marks[i]))
                return true;
    const struct value *options = env_get(&service->workload->environment, STR("REDIS_ARGS"));
    return options && str_contains(options->text, marks[0]);
}

/* Settings that make a server ask: words that the variable's name holds, a word of its value. */
static const struct {
    enum family_id family;
    str product, setting, word;
} asking_settings[] = {
    {FAMILY_KAFKA, STR_INIT("kafka"), STR_INIT("listener"), STR_INIT("sasl")},
    {FAMILY_KAFKA, STR_INIT("kafka"), STR_INIT("listeners"), STR_INIT("sasl")},
    {FAMILY_CASSANDRA, STR_INIT("cassandra"), STR_INIT("authenticator"), STR_INIT("password")},
};

static bool settings_ask(const struct service *service)
{
    for (size_t i = 0; i < ARRAY_COUNT(asking_settings); i++) {
        if (service->image->family != asking_settings[i].family)
            continue;
        vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
            const struct value *value = entry->value;
            if (!entry->removed && value->set && word_is_in(entry->key, asking_settings[i].product) &&
                word_is_in(entry->key, asking_settings[i].setting) &&
                word_is_in(value->text, asking_settings[i].word))
                return true;
        }
    }
    return false;
}

/* PGWEB_AUTH_USER, AUTH_TYPE=LOGIN_FORM: an admin page that is told to ask. */
static bool page_asks(const struct service *service)
{
    vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        bool is_off = value->set && (door_is_off(value->text) || str_eq_fold(value->text, STR("disabled")));
        if (!entry->removed && word_is_in(entry->key, STR("auth")) && !is_off)
            return true;
    }
    vec_each(struct value *const *, word, &service->workload->command)
        if (str_contains((*word)->text, STR("auth")))
            return true;
    return service->workload->environment_is_open;
}

static bool sets_password(struct check_run *run, const struct service *service)
{
    const struct image_info *image = service->image;
    const struct env *env = &service->workload->environment;
    if (service->server && service->server->hides_login)
        return true; /* for all that is known here */
    if (service->server && (service->server->password || service->server->is_open))
        return is_given(service->server->password);
    const str names[] = {image->password_variable, image->admin_password_variable};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (names[i].len == 0)
            continue;
        const struct value *value = env_get(env, names[i]);
        if (value && value->set && value->text.len)
            return true;
        if (env_get(env, file_form_of(run->arena, names[i])))
            return true;
    }
    bool is_page = image->kind == IMAGE_ADMIN && service->workload->unit.len;
    return command_sets_password(service) || settings_ask(service) ||
           (is_page ? page_asks(service) : service->server == NULL);
}

/* Its own configuration is mounted, and may say anything. */
static bool is_configured(const struct workload *workload)
{
    vec_each(const struct workload_mount *, mount, &workload->mounts)
        if (word_is_in(mount->target, STR("config")))
            return true;
    return workload->configs.count > 0;
}

/* Elasticsearch asks by itself from 8 on; before, a switch makes it ask, and a password alone does not. */
static bool is_open_by_version(const struct service *service)
{
    const struct image_info *image = service->image;
    str tag = image_reference(service->workload->image).tag;
    int64_t major;
    const struct value *asks = env_get(&service->workload->environment, image->open_variable);
    return number_parse(str_take(tag, str_find_any(tag, STR(".-"))), &major) && major < image->open_before &&
           !(asks && asks->set) && !is_configured(service->workload);
}

/* What makes it ask: variables of its image, an option of its command. */
static str how_to_ask(struct arena *arena, const struct image_info *image)
{
    if (image->password_variable.len > 0 && image->user_variable.len > 0)
        return arena_join(arena, image->user_variable, STR(" and "), image->password_variable);
    if (image->password_variable.len > 0)
        return image->password_variable;
    if (image->password_option.len > 0)
        return arena_join(arena, image->password_option, STR(" in its command"));
    return STR("a password");
}

/* An image that asks for no password unless told to is a fault only where others can reach it. */
static void judge_open_by_default(struct check_run *run, const struct service *service)
{
    enum reach reach = reach_of(run->arena, service);
    /* What an image of the project's own adds to the store, a configuration for one, is not known. */
    if (service->workload->build || reach == REACH_NOBODY)
        return;
    if (service->image->open_by_default ? sets_password(run, service) : !is_open_by_version(service))
        return;
    struct place place = {.at = service->workload->image_at, .service = service};
    str name = service_name(service);
    struct diag *finding = finding_add_as(run, RULE_NO_AUTHENTICATION, severity_of(reach), place,
        "`" STR_FMT "` is published and asks for no password", STR_ARG(name));
    finding_why(run, finding, "this image has no authentication unless it is configured");
    vec_each(const struct workload_port *, port, &service->workload->ports)
        finding_related(run, finding, port->at, "published here");
    str password = how_to_ask(run->arena, service->image);
    finding_help(run, finding, "set " STR_FMT ", or publish it on 127.0.0.1 only", STR_ARG(password));
}

/* A pooler that asks nobody for a password opens the database behind it. */
static void judge_pooler(struct check_run *run, const struct service *service)
{
    struct settings_reader reader = {
        .arena = run->arena,
        .sources = run->facts->sources,
        .host = run->facts->host,
        .deployment = run->facts->deployment,
        .workload = service->workload,
    };
    struct pooler pooler = pooler_of_service(&reader);
    bool open = str_eq(pooler.auth_type, STR("trust")) || str_eq(pooler.auth_type, STR("any"));
    if (!pooler.known || !open)
        return;
    struct place place = {.at = pooler.auth_at, .variable = pooler.auth_name, .service = service};
    str name = service_name(service);
    struct diag *finding =
        finding_add_as(run, RULE_NO_AUTHENTICATION, severity_of(reach_of(run->arena, service)), place,
            "`" STR_FMT "` asks nobody for a password", STR_ARG(name));
    finding_label(run, finding, "whoever reaches it is let through to the database");
    finding_help(run, finding, "auth_type = scram-sha-256");
}

static void judge_doors(struct check_run *run, const struct service *service)
{
    if (service->is_client)
        return;
    judge_open_doors(run, service);
    if (!service->image)
        return;
    judge_open_variable(run, service, service->image);
    if (image_kin(service->image))
        judge_open_variable(run, service, image_kin(service->image));
    if (service->image->kind == IMAGE_POOLER)
        judge_pooler(run, service);
    else
        judge_open_by_default(run, service);
}

const struct check service_checks[] = {
    {FACT_SERVICE, {.service = judge_conflicts}},
    {FACT_SERVICE, {.service = judge_doors}},
    {FACT_VARIABLE, {.variable = judge_lone_variable}},
    {0},
};
