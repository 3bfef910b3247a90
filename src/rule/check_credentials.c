/*
 * Passwords and other secrets: published, weak, empty, missing, or written where they do not belong.
 */
#include "dsn/postgres.h"

#include "base/word.h"
#include "env/file_form.h"
#include "facts/variable.h"
#include "rule/access_key.h"
#include "rule/check.h"
#include "rule/comment.h"
#include "rule/credential.h"
#include "rule/credential_report.h"
#include "rule/dollar.h"
#include "rule/own_password.h"
#include "rule/purpose.h"
#include "rule/scope.h"
#include "rule/splice.h"
#include "text/host.h"

#define DOCUMENTED_BYTES_MIN 20

/* How a password variable's name ends, and how its user's does. The first user that is set counts. */
static const struct {
    str password, user;
} login_suffixes[] = {
    {STR_INIT("PASSWORD"), STR_INIT("USER")},
    {STR_INIT("PASSWORD"), STR_INIT("USERNAME")},
    {STR_INIT("PASSWORD"), STR_INIT("LOGIN")},
    {STR_INIT("PASSWORD"), STR_INIT("EMAIL")},
    {STR_INIT("PASS"), STR_INIT("USER")},
    {STR_INIT("PASS"), STR_INIT("USERNAME")},
    {STR_INIT("PASSWD"), STR_INIT("USER")},
    {STR_INIT("PASSWD"), STR_INIT("USERNAME")},
    {STR_INIT("PWD"), STR_INIT("USER")},
    {STR_INIT("PWD"), STR_INIT("USERNAME")},
    {STR_INIT("ADMIN_PASSWORD"), STR_INIT("ADMIN")},
    {STR_INIT("USER_PASSWORD"), STR_INIT("USER")},
    {STR_INIT("SECRET_KEY"), STR_INIT("ACCESS_KEY")},
    {STR_INIT("SECRET_KEY"), STR_INIT("ACCESS_KEY_ID")},
    {STR_INIT("SECRET_ACCESS_KEY"), STR_INIT("ACCESS_KEY")},
    {STR_INIT("SECRET_ACCESS_KEY"), STR_INIT("ACCESS_KEY_ID")},
};

/* Variables that hold user and password in one, and the byte between them. */
static const struct {
    str name;
    char separator;
} pair_variables[] = {
    {STR_INIT("NEO4J_AUTH"), '/'},
    {STR_INIT("FLOWER_BASIC_AUTH"), ':'},
    {STR_INIT("BASIC_AUTH"), ':'},
};

static const struct env *env_of(const struct check_run *run, const struct variable *variable)
{
    return variable->service ? &variable->service->workload->environment : &run->facts->environment;
}

static str text_of(const struct env *env, str name)
{
    const struct value *value = env_get(env, name);
    return value && value->set ? value->text : STR("");
}

/* The user that is beside a password variable; empty: none. */
static str user_beside(struct check_run *run, const struct variable *variable)
{
    str name = variable->value->name;
    for (size_t i = 0; i < ARRAY_COUNT(login_suffixes); i++) {
        if (!str_ends_fold(name, login_suffixes[i].password))
            continue;
        str prefix = str_take(name, name.len - login_suffixes[i].password.len);
        str suffix = arena_cased_like(run->arena, login_suffixes[i].user, str_skip(name, prefix.len));
        str user_name = arena_concat(run->arena, prefix, suffix);
        str user = text_of(env_of(run, variable), user_name);
        if (user.len)
            return user;
    }
    return STR("");
}

static struct credential credential_of(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    struct credential credential = {
        .password = value->text,
        .variable = value->name,
        .user = user_beside(run, variable),
        .is_signing = credential_is_signing_name(value->name),
        .is_handed_out = purpose_is_handed_out(run, variable),
    };
    const struct image_info *image = purpose_image(variable);
    if (image) {
        /* One value is judged by what it opens. */
        const struct service *service = own_password_service(run, value);
        service = service ? service : variable->service;
        credential.image = service ? workload_reference(service->workload) : image->repository;
        if (credential.user.len == 0)
            credential.user = image->default_user;
    }
    for (size_t i = 0; i < ARRAY_COUNT(pair_variables); i++) {
        if (!str_eq(value->name, pair_variables[i].name))
            continue;
        struct str_cut cut = str_cut_byte(value->text, pair_variables[i].separator);
        credential.is_signing = false;
        credential.user = cut.found ? cut.head : STR("");
        credential.password = cut.found ? cut.tail : value->text;
    }
    return credential;
}

/* The words of one name; what is shorter than a word says nothing. */
static void note_name(struct check_run *run, str name)
{
    str small = arena_lower(run->arena, name), word;
    known_names_add(run->arena, &run->names, small);
    while (word_next(&small, &word))
        known_names_add(run->arena, &run->names, word);
}

/*
 * Users, databases, hosts, services and the project: whoever guesses has seen them. A person's password is
 * often
 * one of them with a year.
 */
static void gather_names(struct check_run *run)
{
    const struct facts *facts = run->facts;
    note_name(run, facts->deployment ? facts->deployment->name : STR(""));
    vec_each(struct service *const *, service, &facts->services)
        note_name(run, service_name(*service));
    vec_each(struct server *const *, server, &facts->servers) {
        note_name(run, (*server)->user_text);
        note_name(run, (*server)->database_text);
    }
    vec_each(struct connection *const *, connection, &facts->connections) {
        if ((*connection)->dsn && (*connection)->dsn->error != DSN_OK)
            continue; /* what is read of it may be anything, a password among it */
        note_name(run, (*connection)->user);
        note_name(run, (*connection)->database);
        vec_each(const struct target *, target, &(*connection)->targets)
            note_name(run, target->host);
    }
    known_names_add(run->arena, &run->names, STR("")); /* gathered, also where there are none */
}

/* credential_judge(), once for each credential of the run. */
static struct credential_verdict judge(struct check_run *run, struct credential *credential)
{
    if (run->names.words.live == 0)
        gather_names(run);
    credential->names = &run->names;
    struct buf key = buf_new(run->arena, SIZE_MAX / 4);
    const str parts[] = {credential->user, credential->password, credential->image, credential->variable};
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        buf_str(&key, parts[i]);
        buf_byte(&key, '\0');
    }
    buf_byte(&key, credential->is_signing ? 's' : 'p');
    buf_byte(&key, credential->is_handed_out ? 'h' : 'o');
    struct credential_verdict *known = map_get(&run->verdicts, buf_view(&key));
    if (!known) {
        known = arena_new(run->arena, struct credential_verdict);
        *known = credential_judge(run->arena, credential, run->facts->config, run->facts->mode);
        map_set(run->arena, &run->verdicts, buf_view(&key), known);
    }
    return *known;
}

/* Laravel's APP_KEY is written by artisan; where it is not yet, the settings that only it has tell. */
static bool is_laravel(const struct env *env)
{
    static const str names[] = {
        STR_INIT("MAIL_MAILER"), STR_INIT("BROADCAST_DRIVER"), STR_INIT("BROADCAST_CONNECTION")};
    bool has_own = false;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        has_own |= env_get(env, names[i]) != NULL;
    return str_starts(text_of(env, STR("APP_KEY")), STR("base64:")) ||
           (has_own && env_get(env, STR("APP_KEY")));
}

/*
 * Laravel's env() reads these words of its .env as no value. Where user and password are the same one of
 * them, no program is meant to log in.
 */
static bool is_null_word(const struct env *env, const struct credential *credential)
{
    static const str words[] = {STR_INIT("null"), STR_INIT("(null)"), STR_INIT("empty"), STR_INIT("(empty)")};
    return STR_IS_IN_FOLD(credential->password, words) &&
           (str_eq_fold(credential->user, credential->password) || is_laravel(env));
}

static bool has_hole(const struct value *value)
{
    if (value->left || value_hides(value, 0, value->text.len))
        return true;
    return dollar_leaves_hole(value);
}

/* ${NAME:?} has said already that it is empty: in the value itself, or where the setting is used. */
static bool is_asked_for(const struct check_run *run, const struct variable *variable)
{
    vec_each(const struct template_use *, use, &variable->value->uses)
        if (use->refused)
            return true;
    return map_has(&run->facts->asked_for, variable->root->name);
}

/* The file form is set as well: the conflict is the finding, this setting has to go. */
static bool has_file_form(const struct check_run *run, const struct variable *variable)
{
    str name = file_form_of(run->arena, variable->value->name);
    const struct value *pointer =
        variable->service ? env_get(&variable->service->workload->environment, name) : NULL;
    return pointer && pointer->set && pointer->text.len;
}

/* NEO4J_AUTH=none and the like hold no secret: they say that there is none. */
static bool is_open_door(const struct variable *variable)
{
    const struct image_info *image = purpose_image(variable);
    return image && image->open_value.len && str_eq(image->open_variable, variable->value->name) &&
           str_eq_fold(image->open_value, variable->value->text);
}

/* REVERSE_PROXY_AUTH=0: whether there is a login, and none itself. */
static bool is_switch(const struct value *value)
{
    static const str words[] = {
        STR_INIT("0"), STR_INIT("1"), STR_INIT("on"), STR_INIT("off"), STR_INIT("yes"), STR_INIT("no")};
    return word_is_last(value->name, STR("auth")) && STR_IS_IN_FOLD(str_trim(value->text), words);
}

/* What is no secret of its own: a path, a switch, the name of an account, a connection string. */
static bool is_judged_elsewhere(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    return file_form_base(value->name).len > 0 || has_file_form(run, variable) || is_switch(value) ||
           access_key_names_account(run, variable) || access_key_is_for_emulator(run, variable) ||
           str_contains(value->text, STR("://")) || is_open_door(variable);
}

/* A value that is not whole tells nothing, but for a documented beginning. */
static bool is_open(struct check_run *run, const struct value *value)
{
    struct variable_reference reference;
    bool open = has_hole(value) || scope_literal_variable(run->facts, value->text, &reference);
    return open && credential_example(run->arena, value->text).len == 0;
}

/* Whatever the variable is called: a long value that documentation shows is no coincidence. */
static bool is_documented(struct check_run *run, const struct variable *variable)
{
    str text = variable->value->text;
    return text.len >= DOCUMENTED_BYTES_MIN && credential_known(run->arena, STR(""), text, STR(""));
}

/* The same setting as the password of an image, whose user and defaults are known, says it better. */
static bool is_judged_for_image(struct check_run *run, const struct variable *variable)
{
    const struct variable *own = own_password_beside(run, variable);
    if (!own)
        return false;
    struct credential credential = credential_of(run, own);
    return judge(run, &credential).fault != CREDENTIAL_FINE;
}

/*
 * An image that takes the variable as the password: its own, or an official one (a name without a slash),
 * whose
 * entry points open NAME_FILE alone (docker-library, file_env). Programs of the project may open what they
 * are given.
 */
static bool is_read_as_it_is(const struct variable *variable)
{
    const struct service *service = variable->service;
    if (!service || service->workload->build || service->workload->image.len == 0)
        return false;
    str image = service->workload->image, name = variable->value->name;
    bool is_own = service->image && (str_eq(service->image->password_variable, name) ||
                                        str_eq(service->image->admin_password_variable, name));
    return is_own || !str_has_byte(image, '/');
}

static void judge_pointer(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    if (!path_is_absolute(value->text) || !is_read_as_it_is(variable))
        return;
    struct diag *finding = finding_add(run, RULE_PATH_AS_SECRET, place_of_variable(variable),
        STR_FMT " holds the path of a secret, not the secret", STR_ARG(value->name));
    finding_label(run, finding, "the path is the password");
    finding_why(run, finding, "the image `" STR_FMT "` opens a file only by the variable that ends in _FILE",
        STR_ARG(variable->service->workload->image));
    str form = file_form_of(run->arena, value->name);
    finding_help(run, finding, "name it " STR_FMT, STR_ARG(form));
    finding_holders(run, finding, variable);
}

/* User and password as one stretch where they are side by side in one file. */
static struct place place_of_login(const struct connection *connection)
{
    struct place place = place_of_part(connection, PART_PASSWORD);
    if (!connection->dsn)
        return place;
    const struct value *value = connection->variable->value;
    span user = connection_locate(connection, PART_USER),
         password = connection_locate(connection, PART_PASSWORD);
    bool literal = connection_part_value(connection, PART_PASSWORD) == value &&
                   connection_part_value(connection, PART_USER) == value;
    if (literal && span_is_set(user) && user.source == password.source &&
        user.offset + user.length + 1 == password.offset)
        place.at = span_cover(user, password);
    return place;
}

static str image_behind(const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if (target->server && target->server->service)
            return workload_reference(target->server->service->workload);
    return family_name(connection->family);
}

static struct credential credential_of_login(const struct connection *connection)
{
    return (struct credential){
        .user = connection->user,
        .password = connection->password,
        .image = image_behind(connection),
        .variable = connection->label,
    };
}

/* Passwords that strings are made of, and that their users make a documented pair of. */
static void gather_halves(struct check_run *run)
{
    run->halves_gathered = true;
    vec_each(struct connection *const *, row, &run->facts->connections) {
        const struct value *password = (*row)->dsn ? connection_part_value(*row, PART_PASSWORD) : NULL;
        if (!password || password == (*row)->variable->value || (*row)->force.kind != FORCE_IN)
            continue;
        struct credential credential = credential_of_login(*row);
        if (judge(run, &credential).rule == RULE_DEFAULT_CREDENTIALS)
            map_set(run->arena, &run->halves, arena_key(run->arena, value_root(password)), run);
    }
}

/* The string says more than the password that is put into it, and says it once. */
static bool is_half_of_default(struct check_run *run, const struct variable *variable)
{
    if (!run->halves_gathered)
        gather_halves(run);
    return map_has(&run->halves, arena_key(run->arena, variable->root));
}

static void judge_variable(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    if (!variable->secret && !is_documented(run, variable))
        return;
    if (credential_is_pointer(value->text)) {
        if (file_form_base(value->name).len == 0)
            judge_pointer(run, variable);
        return;
    }
    /* A comment that became the value is one fault, and said as that. */
    if (is_judged_elsewhere(run, variable) || is_open(run, value) || is_open(run, variable->root) ||
        comment_is_value(run->facts->sources, variable->root))
        return;
    struct credential credential = credential_of(run, variable);
    if (is_null_word(env_of(run, variable), &credential))
        credential.password.len = 0;
    if (credential_means_none(run->arena, value->name, credential.password) &&
        purpose_of(run, variable) == PURPOSE_UNKNOWN)
        return;
    enum purpose purpose = credential.password.len == 0 ? purpose_of(run, variable) : PURPOSE_UNKNOWN;
    if (credential.password.len == 0 &&
        ((purpose != PURPOSE_SERVER && purpose != PURPOSE_KEY) || is_asked_for(run, variable) ||
            (purpose == PURPOSE_KEY && comment_explains_empty(run->facts->sources, variable->root))))
        return;
    struct credential_verdict verdict = judge(run, &credential);
    struct place place = place_of_variable(variable);
    if (verdict.fault == CREDENTIAL_FINE)
        credential_report_published(run, place, place.variable, value->text, variable);
    else if (verdict.rule != RULE_DEFAULT_CREDENTIALS && is_half_of_default(run, variable))
        return;
    else if ((variable->service && variable->service->image) || !is_judged_for_image(run, variable))
        credential_report(run, &verdict, place, place.variable, value->text, variable);
}

/* "user:@host": libpq takes it for no password, others for an empty one; nobody meant either. */
static bool spells_empty_password(const struct connection *connection)
{
    vec_each(const struct dsn_reading *, reading, &connection->dsn->readings)
        if (reading->likely && reading->error == DSN_OK && reading->password.present)
            return reading->password.text.len == 0;
    return false;
}

/*
 * "password= dbname=app": libpq passes over blanks after `=`, so that the next setting is the password and
 * the database is none (conninfo_parse). Nobody means that.
 */
static bool swallows_next_setting(const struct connection *connection)
{
    const struct dsn_part *password = &connection->dsn->password;
    str text = connection->variable->value->text, form = str_trim(password->text);
    if (!password->present || password->offset == 0 || password->offset > text.len ||
        !byte_is_blank(text.ptr[password->offset - 1]))
        return false;
    struct str_cut cut = str_cut_byte(form, '=');
    return cut.found && libpq_knows(cut.head);
}

static void report_swallowed(struct check_run *run, const struct connection *connection)
{
    struct diag *finding = finding_add(run, RULE_EMPTY_PASSWORD, place_of_part(connection, PART_PASSWORD),
        STR_FMT " leaves the password out", STR_ARG(connection->label));
    finding_label(run, finding, "the next setting is taken for the password");
    finding_why(run, finding, "libpq passes over blanks after `=`");
    finding_help(
        run, finding, "write password='...', or drop the word and use PGPASSWORD or a password file");
}

/* "amqp://guest@host": without a password the client's own default is sent; with it the pair may be known. */
static void judge_client_default(struct check_run *run, const struct connection *connection)
{
    const struct dsn_family *family = family_row(connection->family);
    struct credential credential = {.user = connection->user,
        .password = family->client_password,
        .image = family_name(connection->family)};
    if (credential.password.len == 0)
        return;
    struct credential_verdict verdict = judge(run, &credential);
    if (verdict.rule != RULE_DEFAULT_CREDENTIALS)
        return;
    verdict.reason = family->client_password_by;
    credential_report(run, &verdict, place_of_part(connection, PART_USER), connection->label,
        credential.password, connection->variable);
}

/* ${NAME:?} asks elsewhere for the very setting that is empty here. */
static bool is_demanded(const struct check_run *run, const struct connection *connection)
{
    vec_each(const struct template_use *, use, &connection->variable->value->uses)
        if (use->from && use->from->text.len == 0 && map_has(&run->facts->asked_for, use->name))
            return true;
    return false;
}

static void judge_connection(struct check_run *run, const struct connection *connection)
{
    struct variable_reference reference;
    if (!connection->dsn || has_hole(connection->variable->value) || splice_find(connection) ||
        connection->hides[PART_PASSWORD])
        return;
    if (connection->has_user && !connection->has_password && !spells_empty_password(connection))
        judge_client_default(run, connection);
    if ((!connection->has_password && !spells_empty_password(connection)) ||
        scope_literal_variable(run->facts, connection->password, &reference) ||
        (connection->password.len == 0 && (purpose_is_open(connection) || is_demanded(run, connection))))
        return;
    if (swallows_next_setting(connection)) {
        report_swallowed(run, connection);
        return;
    }
    struct credential credential = credential_of_login(connection);
    struct credential_verdict verdict = judge(run, &credential);
    struct place place = place_of_login(connection);
    if (verdict.fault == CREDENTIAL_FINE)
        credential_report_published(run, place_of_part(connection, PART_PASSWORD), connection->label,
            connection->password, connection->variable);
    else
        credential_report(
            run, &verdict, place, connection->label, connection->password, connection->variable);
}

/* The password that a command is started with, where no variable has been judged for it. */
static void judge_command_password(struct check_run *run, const struct service *service)
{
    const struct server *server = service->server;
    if (!server || !server->password || (server->password->name.len && server->family != FAMILY_REDIS))
        return;
    const struct value *password = server->password, *root = value_root(password);
    const struct variable *known = variable_find(run->facts, root);
    if (password->text.len == 0 || (known && known->secret) || str_has_byte(password->text, '$'))
        return;
    struct credential credential = {.password = password->text,
        .user = server->user_text,
        .image = workload_reference(service->workload)};
    span at = value_locate(root, 0, root->text.len);
    const struct template_use *use = password->uses.count == 1 ? &password->uses.items[0] : NULL;
    struct place place = {.at = span_is_set(at) ? at : root->at,
        .variable = use && (use->found || use->fallback_taken) ? use->name : root->name,
        .service = service};
    str subject = arena_printf(run->arena, "the password in the %s of `" STR_FMT "`",
        password->origin == ORIGIN_SECRET_FILE ? "configuration" : "command", STR_ARG(service_name(service)));
    struct credential_verdict verdict = judge(run, &credential);
    if (verdict.fault == CREDENTIAL_FINE)
        credential_report_published(run, place, subject, password->text, known);
    else
        credential_report(run, &verdict, place, subject, password->text, known);
}

static void report_hardcoded(
    struct check_run *run, str subject, const struct value *value, struct place place)
{
    str name = value->name.len ? value->name : STR("PASSWORD"); /* a command's word has none */
    credential_report_hardcoded(run, place, subject, name);
}

/* Where a description is kept, or settings for all to read. */
static bool is_literal(const struct value *value)
{
    const struct value *root = value_root(value);
    return root->origin == ORIGIN_SETTINGS ||
           (value->origin == ORIGIN_SERVICE && value->uses.count == 0 && root == value);
}

static void judge_hardcoded(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    if (!variable->secret || !is_literal(value) || value->text.len == 0 || value->left ||
        credential_is_none(value->text) || file_form_base(value->name).len > 0 || is_open_door(variable) ||
        is_switch(value) || credential_means_none(run->arena, value->name, value->text) ||
        access_key_names_account(run, variable) || access_key_is_for_emulator(run, variable) ||
        credential_is_pointer(value->text))
        return;
    struct credential credential = {.password = value->text, .user = user_beside(run, variable)};
    if (is_null_word(env_of(run, variable), &credential))
        return;
    struct place place = place_of_variable(variable);
    place.variable = value->name;
    report_hardcoded(run, value->name, value, place);
}

/* The same inside a connection string; a variable that is a secret as a whole has been judged as one. */
static void judge_hardcoded_part(struct check_run *run, const struct connection *connection)
{
    const struct value *value = connection->variable->value;
    if (connection->dsn && connection->has_password && connection->password.len > 0 && is_literal(value) &&
        !value->left && !connection->variable->secret && !credential_is_pointer(connection->password))
        report_hardcoded(run,
            value->name.len ? value->name
                            : arena_concat(run->arena, STR("the password in "), connection->label),
            value, place_of_part(connection, PART_PASSWORD));
}

static void judge_fallbacks(struct check_run *run)
{
    if (!run->facts->deployment)
        return;
    vec_each(const struct template_use *, use, &run->facts->deployment->uses) {
        if (!use->has_fallback || use->fallback_taken || use->fallback_at.length == 0 ||
            !credential_is_secret_name(use->name))
            continue;
        struct place place = {.at = use->fallback_at, .variable = use->name};
        struct diag *finding = finding_add(run, RULE_DEFAULT_FALLBACK, place,
            "the fallback of " STR_FMT " would take effect if the variable vanished", STR_ARG(use->name));
        finding_help(run, finding, "${" STR_FMT ":?} stops instead", STR_ARG(use->name));
    }
}

const struct check credential_checks[] = {
    {FACT_VARIABLE, {.variable = judge_variable}},
    {FACT_DSN, {.connection = judge_connection}},
    {FACT_SERVICE, {.service = judge_command_password}},
    {FACT_VARIABLE, {.variable = judge_hardcoded}},
    {FACT_DSN, {.connection = judge_hardcoded_part}},
    {FACT_ENVIRONMENT, {.environment = judge_fallbacks}},
    {0},
};
