/*
 * Connection strings as such: their grammar, their drivers, their parameters.
 */
#include "base/limit.h"
#include "base/word.h"
#include "dsn/family.h"
#include "facts/variable.h"
#include "rewrite/driver.h"
#include "rewrite/parameter.h"
#include "rule/check.h"
#include "rule/comment.h"
#include "rule/credential.h"
#include "rule/dollar.h"
#include "rule/splice.h"
#include "text/host.h"
#include "text/mask.h"

/* The parameter that the client stopped at; NULL: none of them, or it is not told. */
static const struct dsn_part *OR_NULL faulty_key(const struct dsn_reading *reading)
{
    vec_each(const struct dsn_parameter *, it, &reading->parameters)
        if (it->key.offset == reading->error_offset || it->value.offset == reading->error_offset)
            return &it->key;
    return NULL;
}

static void judge_syntax(struct check_run *run, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    if (!dsn)
        return;
    if (dsn->error == DSN_TOO_LARGE) {
        diag_limit(run->diags, LIMIT_DSN_BYTES, connection_locate(connection, PART_WHOLE));
        return;
    }
    enum dsn_error error = dsn->error;
    const struct dsn_reading *first = NULL;
    size_t likely = 0, refused = 0;
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        likely += reading->likely;
        if (!reading->likely || reading->error == DSN_OK)
            continue;
        refused++;
        error = error == DSN_OK ? reading->error : error;
        first = first ? first : reading;
    }
    if (error == DSN_OK || (dsn->error == DSN_OK && refused < likely))
        return;
    bool is_unknown = dsn->scheme.present && !scheme_find(dsn->scheme.text) && dsn->family->is_program;
    if (is_unknown && !scheme_nearest(dsn->scheme.text).len)
        return; /* nobody here knows the client: tgram://1234:text is right for its own */
    if (error == DSN_BAD_DATABASE && run->facts->deployment && !connection->service)
        return; /* programs elsewhere read the file, and may append the database: ${DB_BASE}/orders */
    struct place place = place_of_part(connection, PART_WHOLE);
    struct diag *finding = finding_add(
        run, RULE_DSN_SYNTAX, place, STR_FMT " is not a valid connection string", STR_ARG(connection->label));
    const struct dsn_part *key = first && error == DSN_BAD_PARAMETER ? faulty_key(first) : NULL;
    if (key)
        finding_label(run, finding, "of parameter `" STR_FMT "`", STR_ARG(key->text));
    else
        finding_label(run, finding, STR_FMT, STR_ARG(dsn_error_text(error)));
    if (first)
        finding_why(run, finding, STR_FMT " refuses it", STR_ARG(dsn_client_name(first->client)));
    str nearest = error == DSN_BAD_SCHEME ? scheme_nearest(dsn->scheme.text) : STR("");
    if (nearest.len)
        finding_help(run, finding, "did you mean `" STR_FMT "`?", STR_ARG(nearest));
    else if (error == DSN_BAD_SCHEME)
        finding_help(run, finding, "write scheme://host as its client knows it");
    else if (error == DSN_BAD_PARAMETER)
        finding_help(run, finding, "write it as the client documents it, or leave it out");
    else
        finding_help(run, finding, "percent-encode @ : / ? # %% and blanks in user and password");
}

/* mysql+pymsql: SQLAlchemy finds no such driver. */
static void judge_misspelt_driver(struct check_run *run, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    str nearest = dsn && dsn->error == DSN_OK ? driver_nearest(dsn->dialect, dsn->driver) : STR("");
    if (nearest.len == 0)
        return;
    struct diag *finding = finding_add(run, RULE_DSN_SYNTAX, place_of_part(connection, PART_WHOLE),
        STR_FMT " names a driver that SQLAlchemy does not know", STR_ARG(connection->label));
    finding_label(run, finding, "`" STR_FMT "`", STR_ARG(dsn->driver));
    finding_help(
        run, finding, "did you mean `" STR_FMT "+" STR_FMT "`?", STR_ARG(dsn->dialect), STR_ARG(nearest));
}

/* A variable that names SQLAlchemy, with a scheme that SQLAlchemy refuses: postgres:// since 1.4. */
static void judge_named_client(struct check_run *run, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    const struct dsn_reading *reading =
        dsn && dsn->error == DSN_OK ? dsn_reading_of(dsn, STR("sqlalchemy")) : NULL;
    if (!reading || reading->error != DSN_BAD_SCHEME || !word_is_in(connection->label, STR("sqlalchemy")))
        return;
    struct diag *finding = finding_add(run, RULE_DRIVER_MISMATCH, place_of_part(connection, PART_WHOLE),
        STR_FMT ": SQLAlchemy has no dialect `" STR_FMT "`", STR_ARG(connection->label),
        STR_ARG(dsn->scheme.text));
    finding_help(run, finding, "write " STR_FMT "://", STR_ARG(dsn_family_name(dsn->family)));
}

/* The name, and the version where another release reads the string otherwise. */
static str client_text(struct check_run *run, const struct dsn_reading *reading)
{
    str release = dsn_client_release(reading->client), name = dsn_client_name(reading->client);
    return release.len ? arena_printf(run->arena, STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(release))
                       : name;
}

static void judge_ambiguous(struct check_run *run, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    if (!dsn || !dsn->ambiguous)
        return;
    struct place place = place_of_part(connection, PART_WHOLE);
    struct diag *finding = finding_add(
        run, RULE_DSN_AMBIGUOUS, place, "clients read " STR_FMT " differently", STR_ARG(connection->label));
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        if (!finding || !reading->likely)
            continue;
        str client = client_text(run, reading);
        str host = reading->hosts.count ? reading->hosts.items[0].host.text : STR("no host");
        if (reading->error != DSN_OK)
            diag_note(run->diags, finding, STR_FMT ": refuses it", STR_ARG(client));
        else if (!mask_covers(run->facts->sources,
                     value_locate(connection->variable->value,
                         reading->hosts.count ? reading->hosts.items[0].host.offset : 0,
                         reading->hosts.count ? reading->hosts.items[0].host.length : 0)))
            diag_note(run->diags, finding, STR_FMT ": host " STR_FMT, STR_ARG(client), STR_ARG(host));
    }
    finding_help(
        run, finding, "percent-encode @ : / ? # %% in user and password, and name one host per entry");
}

/* <PASSWORD>: placeholder-value says that it is to be replaced, and with it goes what clients make of it. */
static bool is_to_be_filled_in(struct check_run *run, const struct connection *connection)
{
    return connection->has_password && credential_is_placeholder(run->arena, connection->password);
}

/* What net/url refuses in user and password and others take; which byte it is, is a secret's. */
static void judge_userinfo(struct check_run *run, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    if (!dsn || dsn->error != DSN_OK || dsn->ambiguous || is_to_be_filled_in(run, connection))
        return;
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        if (!reading->likely || reading->error != DSN_BAD_USERINFO)
            continue;
        struct diag *finding = finding_add(run, RULE_DSN_AMBIGUOUS, place_of_part(connection, PART_PASSWORD),
            "a Go program refuses " STR_FMT ": user or password hold a character that it wants encoded",
            STR_ARG(connection->label));
        finding_why(run, finding,
            STR_FMT " takes letters, digits and -._~!$&'()*+,;= there, others take more",
            STR_ARG(dsn_client_name(reading->client)));
        finding_help(run, finding, "percent-encode every character but letters, digits and - . _ ~");
        return;
    }
}

/* The first release that refuses what all likely clients take as they are meant; NULL: none. */
static const struct dsn_reading *OR_NULL find_later_refusal(const struct dsn *dsn)
{
    const struct dsn_reading *found = NULL;
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        if (!reading->likely || reading->error == DSN_OK)
            continue;
        if (dsn_client_release(reading->client).len == 0)
            return NULL;
        found = found ? found : reading;
    }
    return found;
}

/* An upgrade away from a fault. */
static void judge_later_release(struct check_run *run, const struct connection *connection)
{
    const struct dsn *dsn = connection->dsn;
    const struct dsn_reading *reading =
        dsn && dsn->error == DSN_OK && !dsn->ambiguous ? find_later_refusal(dsn) : NULL;
    if (!reading || is_to_be_filled_in(run, connection))
        return;
    struct diag *finding = finding_add(run, RULE_DSN_AMBIGUOUS, place_of_part(connection, PART_WHOLE),
        STR_FMT " refuses " STR_FMT ", earlier releases take it", STR_ARG(client_text(run, reading)),
        STR_ARG(connection->label));
    finding_label(run, finding, STR_FMT, STR_ARG(dsn_error_text(reading->error)));
    finding_help(run, finding, "percent-encode it: a blank is %%20, %% is %%25");
}

/* The driver that `vars: NAME: {driver}` asks for: "none" is a plain scheme. */
static void judge_driver(struct check_run *run, const struct connection *connection)
{
    const struct config_var *var = connection->variable->declared;
    if (!connection->dsn || !var || !span_is_set(var->driver.at) || connection->dsn->error != DSN_OK)
        return;
    bool none = str_eq(var->driver.text, STR("none")) || var->driver.text.len == 0;
    str wanted = none ? STR("") : var->driver.text;
    if (str_eq(wanted, connection->dsn->driver))
        return;
    const struct dsn_part *scheme = &connection->dsn->scheme;
    struct place place = place_of_part(connection, PART_WHOLE);
    if (scheme->present)
        place.at = value_locate(connection->variable->value, scheme->offset, scheme->length);
    struct diag *finding = finding_add(run, RULE_DRIVER_MISMATCH, place,
        STR_FMT " names driver `" STR_FMT "`, its reader needs `" STR_FMT "`", STR_ARG(connection->label),
        STR_ARG(connection->dsn->driver.len ? connection->dsn->driver : STR("none")),
        STR_ARG(none ? STR("none") : wanted));
    finding_related(run, finding, var->driver.at, "declared here");
    /* `asyncpg` alone is that library's own form of a string, which names no driver. */
    bool is_asyncpg = str_eq(wanted, STR("asyncpg"));
    str target = none ? STR("libpq") : is_asyncpg ? STR("postgresql+asyncpg") : wanted;
    finding_help(run, finding, "bootgate dsn rewrite --to " STR_FMT " --env " STR_FMT, STR_ARG(target),
        STR_ARG(connection->label));
}

/* sqlite:// and :memory: keep nothing that could be lost. */
static bool is_in_memory(const struct dsn *dsn)
{
    vec_each(const struct dsn_host *, host, &dsn->hosts)
        if (host->host.text.len && !str_eq(host->host.text, STR(":memory:")))
            return false;
    return true;
}

/*
 * Where a workload says of each mount whether its files stay: one program over files that stay is how SQLite
 * is meant to be used.
 */
static bool stays(struct check_run *run, const struct connection *connection)
{
    const struct workload *workload = connection->service ? connection->service->workload : NULL;
    if (!workload || workload->unit.len == 0 || workload->replicas.count > 1)
        return false;
    str path = connection->dsn->hosts.count ? connection->dsn->hosts.items[0].host.text : STR("");
    bool is_kept = false;
    size_t deepest = 0;
    vec_each(const struct workload_mount *, mount, &workload->mounts) {
        str target = path_clean(run->arena, mount->target);
        bool holds = !path_is_absolute(path) || str_starts(path, target);
        if (!holds || target.len < deepest)
            continue;
        deepest = target.len;
        is_kept = !mount->is_lost && !mount->is_listed;
    }
    return is_kept;
}

static void judge_sqlite(struct check_run *run, const struct connection *connection)
{
    if (!connection->dsn || connection->family != FAMILY_SQLITE ||
        facts_mode(run->facts, connection->service) != MODE_PRODUCTION || is_in_memory(connection->dsn) ||
        stays(run, connection))
        return;
    struct diag *finding = finding_add(run, RULE_SQLITE_IN_PRODUCTION, place_of_part(connection, PART_WHOLE),
        STR_FMT " is a SQLite file", STR_ARG(connection->label));
    bool on_machine = connection->service && connection->service->workload->on_machine;
    finding_why(run, finding, "one writer at a time, and %s",
        on_machine ? "no other machine can take over"
                   : "the data goes with the container unless a volume holds it");
}

/* The driver that the declaration names stands in for the scheme's; "none" is a plain scheme. */
static str reader_of(const struct connection *connection)
{
    const struct config_var *var = connection->variable->declared;
    bool said = var && span_is_set(var->driver.at) && !str_eq(var->driver.text, STR("none"));
    return said ? var->driver.text : STR("");
}

static void judge_parameters(struct check_run *run, const struct connection *connection)
{
    if (!connection->dsn || connection->dsn->error != DSN_OK)
        return;
    parameter_faults faults = dsn_parameter_faults(run->arena, connection->dsn, reader_of(connection));
    vec_each(const struct parameter_fault *, fault, &faults) {
        struct place place = place_of_part(connection, PART_WHOLE);
        if (fault->key.present)
            place.at = value_locate(connection->variable->value, fault->key.offset, fault->key.length);
        str driver = connection->dsn->driver.len ? connection->dsn->driver : STR("this driver");
        struct diag *finding = finding_add(run, RULE_DSN_PARAMETER, place,
            STR_FMT ": " STR_FMT " does not take parameter `" STR_FMT "`", STR_ARG(connection->label),
            STR_ARG(driver), STR_ARG(fault->key.text));
        if (fault->spelling.len)
            finding_label(run, finding, "it is `" STR_FMT "` here", STR_ARG(fault->spelling));
        if (fault->about.len)
            finding_help(run, finding, STR_FMT, STR_ARG(fault->about));
    }
}

/* Only where the string itself says "no TLS", or speaks plain HTTP, to an address or name outside. */
static void judge_plaintext(struct check_run *run, const struct connection *connection)
{
    if (!connection->dsn || connection->dsn->error != DSN_OK || dsn_uses_tls(connection->dsn) != DSN_TLS_NO)
        return;
    vec_each(const struct target *, target, &connection->targets) {
        if (target->kind != TARGET_EXTERNAL || target->class == HOST_CLASS_PRIVATE ||
            target->class == HOST_CLASS_DEV_HOST) /* the machine itself */
            continue;
        struct diag *finding =
            finding_add(run, RULE_PLAINTEXT_CONNECTION, place_of_part(connection, PART_HOST),
                STR_FMT " crosses the network without TLS", STR_ARG(connection->label));
        if (str_starts_fold(connection->dsn->scheme.text, STR("http")))
            finding_help(run, finding, "use https://");
        else
            finding_help(run, finding, "ask for TLS in the connection string, such as sslmode=verify-full");
    }
}

/* Which character it is would be a byte of the secret. */
static bool judge_splice(struct check_run *run, const struct connection *connection)
{
    const struct value *holder = splice_find(connection);
    if (!holder)
        return false;
    if (comment_is_value(run->facts->sources, holder))
        return true; /* env-syntax says so */
    span at = span_is_set(holder->at) ? holder->at : connection->variable->value->at;
    struct place place = {.at = at, .variable = holder->name, .service = connection->service};
    struct diag *finding =
        finding_add(run, RULE_DSN_SYNTAX, place, STR_FMT " holds a character that is a delimiter in " STR_FMT,
            STR_ARG(holder->name), STR_ARG(connection->label));
    finding_label(run, finding, "inserted as it is");
    finding_why(run, finding, "its clients end the password there and read the rest as something else");
    finding_related(run, finding, connection->variable->root->at, STR_FMT " is put together here",
        STR_ARG(connection->label));
    finding_help(run, finding,
        "use letters and digits alone: openssl rand -hex 32; or percent-encode it in a variable of its own");
    return true;
}

/* What the platform sets by itself is in it: service-link-clash. */
static bool takes_link(const struct value *value)
{
    vec_each(const struct template_use *, use, &value->uses)
        if (use->from && use->from->origin == ORIGIN_PLATFORM && str_contains(use->from->text, STR("://")))
            return true;
    return false;
}

/* A value of an object is in it with the line feed at its end: secret-newline. */
static bool takes_line_end(const struct value *value)
{
    vec_each(const struct piece *, piece, &value->pieces.list) {
        const struct value *root = piece->via ? value_root(piece->via) : NULL;
        if (root && value_is_of_object(root) && root->text.len &&
            byte_is_blank(root->text.ptr[root->text.len - 1]))
            return true;
    }
    return false;
}

static void judge_connection(struct check_run *run, const struct connection *connection)
{
    if (dollar_blank_host(run->facts->sources, connection->variable->value))
        return; /* unresolved-variable names the cause */
    const struct value *value = connection->variable->value;
    if (value->left || takes_link(value) || takes_line_end(value))
        return; /* and these causes have a rule of their own as well */
    if (judge_splice(run, connection))
        return;
    judge_syntax(run, connection);
    judge_misspelt_driver(run, connection);
    judge_named_client(run, connection);
    judge_ambiguous(run, connection);
    judge_userinfo(run, connection);
    judge_later_release(run, connection);
    judge_driver(run, connection);
    judge_parameters(run, connection);
    judge_plaintext(run, connection);
    judge_sqlite(run, connection);
}

/* https//host: the colon behind a known scheme is gone, and what is left is a path. */
static void judge_lost_colon(struct check_run *run, const struct variable *variable)
{
    str text = variable->value->text, scheme = str_take(text, str_find(text, STR("//")));
    if (scheme.len == text.len || scheme.len < 4 || str_has_any(scheme, STR(":+")) || !scheme_find(scheme))
        return;
    struct place place = place_of_variable(variable);
    struct diag *finding = finding_add(
        run, RULE_DSN_SYNTAX, place, STR_FMT " is not a valid connection string", STR_ARG(place.variable));
    finding_label(run, finding, "a colon is missing before `//`");
    finding_help(run, finding, "write `" STR_FMT "://`", STR_ARG(scheme));
}

/* Programs that read the values of their variables as YAML: quotes are theirs (Patroni, "Environment"). */
static const str yaml_readers[] = {STR_INIT("PATRONI_")};

static bool is_read_as_yaml(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(yaml_readers); i++)
        if (str_starts(name, yaml_readers[i]))
            return true;
    return false;
}

/* Quotes that the file's reader keeps: docker run --env-file hands them on. */
static void judge_quoted(struct check_run *run, const struct variable *variable)
{
    str text = variable->value->text;
    bool quoted =
        text.len > 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') && text.ptr[text.len - 1] == text.ptr[0];
    if (!quoted || is_read_as_yaml(variable->value->name) || dsn_recognise(text, variable->value->name) ||
        !dsn_recognise(str_slice(text, 1, text.len - 1), variable->value->name))
        return;
    struct place place = place_of_variable(variable);
    struct diag *finding = finding_add(run, RULE_DSN_SYNTAX, place,
        STR_FMT " begins and ends with a quote that its reader keeps", STR_ARG(place.variable));
    finding_label(run, finding, "the quotes are part of the value");
    finding_why(run, finding, "no client takes a connection string in quotes");
    finding_help(run, finding, "write it without quotes");
}

const struct check dsn_checks[] = {
    {FACT_VARIABLE, {.variable = judge_quoted}},
    {FACT_VARIABLE, {.variable = judge_lost_colon}},
    {FACT_DSN, {.connection = judge_connection}},
    {0},
};
