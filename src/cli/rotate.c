/* `bootgate rotate`: a row of cli/commands.h. */
#include "base/limit.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/mending.h"
#include "cli/project.h"
#include "cli/session.h"
#include "mend/rotation.h"

#include <unistd.h>

static str alphabet_choice(size_t index)
{
    static const str names[] = {
        [ALPHABET_HEX] = STR_INIT("hex"), [ALPHABET_BASE64URL] = STR_INIT("base64url")};
    return index < ARRAY_COUNT(names) ? names[index] : STR("");
}

/* On a terminal nobody writes by accident; a script says what it does by being one. */
static bool is_dry(const struct session *session)
{
    const struct cli_settings *settings = &session->settings;
    bool is_terminal = session->host->is_terminal(session->host->self, STDOUT_FILENO);
    return settings->dry_run || (is_terminal && !settings->write);
}

static str shown(const struct session *session, str text)
{
    return gate_visible(session->gate, text);
}

static void print_places(struct session *session, struct out *out, const struct rotation *rotation)
{
    const struct sources *sources = &rotation->before->sources;
    size_t count = rotation->rotated.places.count;
    out_printf(out, STR_FMT ": a new secret in %zu place%s\n",
        STR_ARG(shown(session, session->settings.variable)), count, report_plural(count));
    vec_each(const struct rotated_place *, place, &rotation->rotated.places) {
        const struct source *source = source_of(sources, place->at);
        struct position position = source_position(sources, place->at.source, place->at.offset);
        out_printf(out, "  " STR_FMT ":%u  " STR_FMT "\n",
            STR_ARG(shown(session, source ? source->name : STR(""))), position.line,
            STR_ARG(shown(session, place->label)));
    }
}

/* What the files alone do not change: a server keeps the password that it was set up with. */
static void print_change(struct session *session, struct out *out, const struct rotation *rotation,
    const struct rotated_login *login)
{
    bool is_here = login->server && login->server->service;
    str change = shown(session, rotation_change(session->arena, login)), user = shown(session, login->user);
    if (is_here && change.len == 0)
        return;
    out_printf(
        out, is_here ? "  in `" STR_FMT "`" : "  at `" STR_FMT "`", STR_ARG(shown(session, login->place)));
    if (rotation_hash(rotation, login))
        out_printf(out, "%s: what --sql FILE sets for " STR_FMT ", the same hash as in the pooler's list\n",
            is_here ? ", also if it is new" : "", STR_ARG(user));
    else if (change.len == 0)
        out_text(out, ": the new secret, before the programs start\n");
    else if (str_starts(change, STR("ALTER ROLE")))
        out_printf(out, "%s: \\password " STR_FMT " in psql, that is " STR_FMT "\n",
            is_here ? ", if it was set up before" : "", STR_ARG(user), STR_ARG(change));
    else
        out_printf(out, "%s: " STR_FMT "\n", is_here ? ", if it was set up before" : "", STR_ARG(change));
}

/* The first hash that a pooler's list shares with a server, or NULL. */
static const struct rotated_hash *OR_NULL shared_hash(const struct rotation *rotation)
{
    const struct rotated_hash *hash = NULL;
    vec_each(const struct rotated_login *, login, &rotation->rotated.logins)
        if (!hash)
            hash = rotation_hash(rotation, login);
    return hash;
}

/* Commands that have the changed files read, each once. */
static void print_apply(struct session *session, struct out *out, const struct rotation *rotation)
{
    const struct deployment *deployment = rotation->project->facts->deployment;
    const struct deployment_words *words = deployment_words(deployment);
    struct map known = {0};
    vec_each(struct source *const *, file, &deployment->files) {
        bool is_changed = false;
        vec_each(const struct rotated_place *, place, &rotation->rotated.places)
            is_changed |= place->at.source == (*file)->id;
        str command = deployment_word(session->arena, words->apply, (*file)->name);
        if (is_changed && command.len > 0 && !map_set(session->arena, &known, command, &known))
            out_printf(out, "  " STR_FMT "\n", STR_ARG(shown(session, command)));
    }
}

/* An image keeps what its instructions say until it is built again. */
static void print_build(struct session *session, struct out *out, const struct rotation *rotation)
{
    const struct deployment *deployment = rotation->project->facts->deployment;
    const struct deployment_words *words = deployment_words(deployment);
    vec_each(struct workload *const *, workload, &deployment->workloads) {
        bool is_changed = false;
        vec_each(const struct rotated_place *, place, &rotation->rotated.places)
            is_changed |= workload_instruction(*workload, place->at) != NULL;
        str command = deployment_word(session->arena, words->build, (*workload)->name);
        if (is_changed && command.len > 0)
            out_printf(out, "  " STR_FMT "\n", STR_ARG(shown(session, command)));
    }
}

/* One command for the programs of each zone: their names, then what is to be typed. */
static void print_restart(struct session *session, struct out *out, const struct rotation *rotation)
{
    const struct deployment *deployment = rotation->project->facts->deployment;
    const struct deployment_words *words = deployment_words(deployment);
    struct map zones = {0}; /* zone → the names, a str */
    vec_each(const str *, service, &rotation->rotated.services) {
        const struct workload *workload = deployment_called(deployment, *service);
        str name = workload ? deployment_command_name(words, workload) : STR("");
        if (name.len == 0)
            continue;
        str *names = map_get(&zones, workload->zone);
        if (!names) {
            names = arena_new(session->arena, str);
            map_set(session->arena, &zones, workload->zone, names);
        }
        *names = arena_join(session->arena, *names, names->len > 0 ? STR(" ") : STR(""), name);
    }
    vec_each(const struct map_entry *, entry, &zones.entries) {
        str command =
            deployment_command(session->arena, words, words->restart, *(const str *)entry->value, entry->key);
        out_printf(out, "  " STR_FMT "\n", STR_ARG(shown(session, command)));
    }
}

static void print_due(struct session *session, struct out *out, const struct rotation *rotation)
{
    out_text(out, "then:\n");
    vec_each(const struct rotated_login *, login, &rotation->rotated.logins)
        print_change(session, out, rotation, login);
    if (session->settings.sql.len > 0)
        out_printf(out, "  run " STR_FMT " there as its administrator, and remove it\n",
            STR_ARG(shown(session, session->settings.sql)));
    if (rotation->project->facts->deployment) {
        print_build(session, out, rotation);
        print_apply(session, out, rotation);
        print_restart(session, out, rotation);
    }
    out_text(out, "not looked into: what is exported elsewhere, other projects, data that a server keeps\n");
    vec_each(const str *, sentence, &rotation->rotated.unseen)
        out_printf(out, "  " STR_FMT "\n", STR_ARG(shown(session, *sentence)));
}

static enum outcome refuse(struct session *session, const struct rotation *rotation)
{
    if (rotation->before->cannot_judge) {
        project_faults(session, rotation->before);
        return OUTCOME_BAD_INPUT;
    }
    return session_fault(session, OUTCOME_BAD_INPUT, "nothing is written: " STR_FMT,
        STR_ARG(shown(session, rotation->rotated.refusal)));
}

static enum outcome write_all(struct session *session, const struct rotation *rotation)
{
    struct host_change sql = {.path = session->settings.sql, .is_new = true};
    const struct rotated_hash *hash = shared_hash(rotation);
    str failed = {0};
    if (hash && sql.path.len == 0)
        return session_fault(session, OUTCOME_USAGE,
            STR_FMT " holds a hash for `" STR_FMT
                    "`, which the server must store as well: --sql FILE writes what sets it there",
            STR_ARG(shown(session, hash->file)), STR_ARG(shown(session, hash->user)));
    if (sql.path.len > 0)
        sql.after = rotation_sql(session->arena, rotation);
    if (sql.path.len > 0 && sql.after.len == 0)
        return session_fault(
            session, OUTCOME_USAGE, "no server here changes this secret by SQL: leave --sql out");
    enum host_status status = mend_write(session->arena, session->host, rotation->before, &rotation->files,
        sql.path.len > 0 ? &sql : NULL, &failed);
    return status == HOST_OK ? OUTCOME_OK : mending_refused(session, failed, status);
}

static enum outcome carry_out(struct session *session, const struct rotation *rotation)
{
    bool dry = is_dry(session);
    enum outcome outcome = dry ? OUTCOME_OK : write_all(session, rotation);
    if (outcome != OUTCOME_OK)
        return outcome;
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    if (session->settings.quiet == 0) {
        print_places(session, &out, rotation);
        print_due(session, &out, rotation);
    }
    if (dry)
        out_text(&out, "nothing is written yet: --write does it\n");
    out_flush(&out);
    return OUTCOME_OK;
}

static struct rotation *plan(struct session *session, const struct check_options *options, size_t length)
{
    bool is_url = str_eq(session->settings.alphabet, alphabet_choice(ALPHABET_BASE64URL));
    struct rotation *rotation = rotation_plan(session->arena, session->host, options,
        session->settings.variable, is_url ? ALPHABET_BASE64URL : ALPHABET_HEX, length);
    session->gate = sources_gate(&rotation->before->sources);
    return rotation;
}

static enum outcome run(struct session *session)
{
    struct cli_settings *settings = &session->settings;
    uint64_t length = ROTATION_LENGTH, most = limit_value(LIMIT_ROTATED_BYTES);
    bool is_length = settings->length.len == 0 || number_parse_unsigned(settings->length, most, &length);
    if (!is_length || length < ROTATION_LENGTH_MIN)
        return session_fault(session, OUTCOME_USAGE, "--length is a number from %d to %zu",
            ROTATION_LENGTH_MIN, limit_value(LIMIT_ROTATED_BYTES));
    if (settings->dry_run && settings->write)
        return session_fault(session, OUTCOME_USAGE, "either --write or --dry-run");
    settings->variable = session->operands.items[0];
    if (!str_is_name(settings->variable))
        return session_fault(session, OUTCOME_USAGE, "the first argument is the name of a variable");
    session->operands.items++;
    session->operands.count--;
    struct check_options options = findings_options(session);
    struct rotation *rotation = plan(session, &options, (size_t)length);
    if (!is_dry(session)) {
        bool has_recovered;
        enum outcome outcome = mending_recover(session, rotation->before, &has_recovered);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (has_recovered)
            rotation = plan(session, &options, (size_t)length);
    }
    bool is_refused = rotation->before->cannot_judge || rotation->rotated.refusal.len > 0;
    return is_refused ? refuse(session, rotation) : carry_out(session, rotation);
}

static const struct option_row rotate_rows[] = {
    {.name = "write",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, write),
        .about = "Write the files, all of them or none; where the output is no terminal it is done without."},
    {.name = "dry-run",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, dry_run),
        .about = "Show what would be written where, and write nothing."},
    {.name = "length",
        .kind = OPTION_TEXT,
        .argument = "N",
        .offset = offsetof(struct cli_settings, length),
        .about = "How many characters the secret has; 48 where nothing is said."},
    {.name = "alphabet",
        .kind = OPTION_TEXT,
        .argument = "ALPHABET",
        .completion = COMPLETE_CHOICE,
        .choices = alphabet_choice,
        .offset = offsetof(struct cli_settings, alphabet),
        .about = "What it is made of: hex (the default) or base64url."},
    {.name = "sql",
        .kind = OPTION_TEXT,
        .argument = "FILE",
        .completion = COMPLETE_FILE,
        .offset = offsetof(struct cli_settings, sql),
        .is_written = true,
        .about =
            "Also write FILE, new and for its owner alone: the statements that change the password in the "
            "server."},
};

static const struct option_group rotate_group = OPTION_GROUP("The secret", rotate_rows);

static const struct option_group *const groups[] = {
    &rotate_group,
    &option_group_judging,
    &option_group_project,
    &option_group_common,
    NULL,
};

const struct command command_rotate = {
    .name = "rotate",
    .operands = "VARIABLE [PATH...]",
    .summary = "Put a new secret in every place that must agree, all or nothing.",
    .description =
        "Finds the server that VARIABLE opens and everybody who logs in there with the same secret: the "
        "server's own variable, parts, connection strings, a command's option, secret files, the data of "
        "Kubernetes Secrets, PgBouncer's list of users. All of them get one new secret from the kernel; the "
        "files are judged with it before they are written, as one step that the next run finishes or takes "
        "back if it is stopped. Example files stay.\n"
        "The secret is never printed. What else is due is: what changes it in a database that exists, and "
        "the commands that start the programs anew. Where a pooler's list holds a hash (md5…, "
        "SCRAM-SHA-256$…) "
        "it gets one of the new secret, and --sql is needed: the server must store the very same one.",
    .example = "bootgate rotate POSTGRES_PASSWORD\n"
               "bootgate rotate POSTGRES_PASSWORD --write --sql change.sql\n"
               "bootgate rotate JWT_SECRET --alphabet base64url --length 64 --write",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_min = 1,
    .operands_max = (size_t)-1,
    .run = run,
};
