/*
 * What an image keeps for everybody who has it, and what starts it without being a command.
 */
#include "rule/check.h"
#include "rule/credential.h"

#include "deploy/launcher.h"
#include "env/file_form.h"
#include "facts/variable.h"
#include "text/host.h"

static void judge_shell_forms(struct check_run *run, const struct service *service)
{
    vec_each(const span *, at, &service->workload->built->shell_forms) {
        struct place place = {.at = *at, .service = service};
        struct diag *finding = finding_add_as(run, RULE_DOCKERFILE_SYNTAX, SEVERITY_WARNING, place,
            "this exec form is no JSON: the builder makes a line for a shell of it, which cannot run");
        finding_help(run, finding, "write the words in double quotes, without a comma after the last");
    }
}

/* `$NAME` or `${NAME…}` in a word: its bytes, and its name. */
static bool find_reference(str word, str *ret_reference, str *ret_name)
{
    size_t at = str_find_byte(word, '$');
    str rest = at == STR_NONE ? STR("") : str_skip(word, at + 1);
    bool is_braced = str_starts(rest, STR("{"));
    str name = str_skip(rest, is_braced);
    size_t length = 0;
    while (length < name.len && byte_is_name(name.ptr[length]))
        length++;
    *ret_name = str_take(name, length);
    size_t close = str_find_byte(rest, '}');
    size_t end = !is_braced ? length : close == STR_NONE ? rest.len : close + 1;
    *ret_reference = at == STR_NONE ? rest : str_slice(word, at, at + 1 + end);
    return str_is_name(*ret_name);
}

/* No shell expands the words of an exec form: a host or a port with a `$` in it is no host and no port.
 * Numbers of processes are the budget's. What a script gets it may expand itself. */
static void judge_exec_words(struct check_run *run, const struct service *service)
{
    const struct workload *workload = service->workload;
    if (!workload->entrypoint_set || workload->runs || workload->runs_script || workload->beside.count)
        return;
    command_values words = command_written(run->arena, workload);
    vec_each(struct value *const *, word, &words) {
        str reference, name;
        /* Who expands it later: shells, and Spring in the arguments of java. */
        if (launcher_is_shell((*word)->text) || str_eq(path_base((*word)->text), STR("java")))
            return;
        if ((*word)->origin != ORIGIN_IMAGE || !find_reference((*word)->text, &reference, &name))
            continue;
        str before = str_take((*word)->text, (size_t)(reference.ptr - (*word)->text.ptr));
        str after = str_skip((*word)->text, before.len + reference.len);
        if (!str_has_byte(before, ':') && !str_has_byte(after, ':'))
            continue;
        struct place place = {.at = (*word)->at, .variable = name, .service = service};
        struct diag *finding = finding_add(run, RULE_UNRESOLVED_VARIABLE, place,
            STR_FMT " stays as it is: no shell expands an exec form", STR_ARG(reference));
        finding_help(run, finding, "write the line without brackets, or [\"sh\", \"-c\", \"exec …\"]");
    }
}

/* A password inside of a connection string that no other rule names. */
static bool is_dsn_secret(struct check_run *run, const struct workload_baked *baked)
{
    const struct dsn *dsn = facts_dsn(run->facts, baked->value->text, baked->name);
    if (dsn->error != DSN_OK || !dsn->password.present || dsn->password.text.len == 0)
        return false;
    struct credential credential = {.user = dsn->user.text, .password = dsn->password.text};
    return credential_judge(run->arena, &credential, run->facts->config, run->facts->mode).fault ==
           CREDENTIAL_FINE;
}

/* Names lie: of public images whose ENV sounds secret four in five hold a path, a switch or nothing. */
static bool is_secret(struct check_run *run, const struct workload_baked *baked)
{
    str text = baked->value->text;
    if (text.len == 0 || path_is_absolute(text) || file_form_base(baked->name).len > 0)
        return false;
    if (dsn_recognise(text, baked->name))
        return is_dsn_secret(run, baked);
    const struct variable *variable = variable_find(run->facts, baked->value);
    bool is_named = (variable && variable->secret) || credential_is_secret_name(baked->name);
    struct credential credential = {
        .password = text,
        .variable = baked->name,
        .is_signing = credential_is_signing_name(baked->name),
    };
    return is_named && !str_contains(text, STR("://")) &&
           credential_judge(run->arena, &credential, run->facts->config, run->facts->mode).fault ==
               CREDENTIAL_FINE;
}

/* A note where a directory is copied whole: 78 of 95 public Dockerfiles that do would be told. */
static void report(struct check_run *run, const struct service *service, const struct workload_baked *baked)
{
    static const struct {
        const char *how, *help;
    } kinds[] = {
        [BAKED_ENV] = {"is written into the image by ENV", "pass it when the container starts"},
        [BAKED_ARGUMENT] = {"is a build argument with a value: the history of the image keeps it",
            "use RUN --mount=type=secret"},
        [BAKED_FILE] = {"is in an env file that is copied into the image",
            "leave the file out of the image and pass it when the container starts"},
        [BAKED_CONTEXT] = {"is in an env file that is copied into the image with its directory",
            "name the file in .dockerignore"},
    };
    struct place place = {.at = baked->at, .variable = baked->name, .service = service};
    enum severity usual = rule_info(RULE_SECRET_IN_IMAGE)->severity[run->facts->mode];
    struct diag *finding =
        finding_add_as(run, RULE_SECRET_IN_IMAGE, baked->kind == BAKED_CONTEXT ? SEVERITY_NOTE : usual, place,
            STR_FMT " %s", STR_ARG(baked->name), kinds[baked->kind].how);
    if (baked->kind == BAKED_FILE || baked->kind == BAKED_CONTEXT)
        finding_related(run, finding, baked->value->at, "its value is here");
    finding_why(run, finding, "whoever can pull the image, or has its layers in a cache, can read it");
    finding_help(run, finding, "%s", kinds[baked->kind].help);
}

static void judge_image(struct check_run *run, const struct service *service)
{
    const struct workload_image *built = service->workload->built;
    if (!built)
        return;
    judge_shell_forms(run, service);
    judge_exec_words(run, service);
    span last = {0};
    vec_each(const struct workload_baked *, baked, &built->baked) {
        /* An env file is one finding, whatever it holds. */
        bool is_told = span_is_set(last) && span_starts_at(last, baked->at);
        if (is_told || !is_secret(run, baked))
            continue;
        report(run, service, baked);
        last = baked->at;
    }
}

const struct check image_checks[] = {
    {FACT_SERVICE, {.service = judge_image}},
    {0},
};
