/*
 * Files that hold secrets: those that X_FILE names, and those that a service is granted.
 */
#include "base/word.h"
#include "deploy/path.h"
#include "rule/check.h"
#include "rule/credential.h"
#include "rule/credential_report.h"
#include "text/reads.h"

/* What to do about a secret that is not there: it comes from a file or from a variable. */
static void suggest_source(
    struct check_run *run, struct diag *finding, const struct deployment_resource *resource)
{
    if (resource && resource->environment.len)
        finding_help(run, finding, "set " STR_FMT ", which the secret `" STR_FMT "` is made from",
            STR_ARG(resource->environment), STR_ARG(resource->name));
    else
        finding_help(run, finding, "create the file before the deployment");
}

/*
 * X_FILE names a secret's file where X is a secret's name, a connection's, or a secret of the deployment
 * is mapped there.
 */
static bool holds_secret(const struct secret_file *file, const struct workload_path *path)
{
    static const str connections[] = {STR_INIT("url"), STR_INIT("uri"), STR_INIT("dsn")};
    const struct image_info *image = file->service->image;
    for (size_t i = 0; i < ARRAY_COUNT(connections); i++)
        if (word_is_last(file->name, connections[i]))
            return true;
    return credential_secrecy(file->name) != SECRECY_NONE || path->resource ||
           str_starts(file->pointer->text, STR("/run/secrets/")) ||
           (image && str_eq(image->password_variable, file->name));
}

/* What is not there, whoever names it: the secret of the deployment, else the file of the machine. */
static str missing_key(struct check_run *run, const struct deployment_resource *resource, str path)
{
    return resource ? arena_key(run->arena, resource) : path;
}

/* Another program reads the same: the first one's finding names it. */
static bool relate_reader(struct check_run *run, str key, struct place place)
{
    const struct place *first = key.len ? map_get(&run->missing_files, key) : NULL;
    if (first) {
        finding_related(run, finding_at(run, RULE_SECRET_FILE_MISSING, *first), place.at,
            "`" STR_FMT "` reads it as well", STR_ARG(service_name(place.service)));
        return true;
    }
    struct place *own = arena_new(run->arena, struct place);
    *own = place;
    if (key.len)
        map_set(run->arena, &run->missing_files, key, own);
    return false;
}

static void judge_missing_file(struct check_run *run, const struct secret_file *file)
{
    const struct value *pointer = file->pointer;
    struct workload_path path =
        workload_path(run->arena, run->facts->deployment, file->service->workload, pointer->text);
    if (!holds_secret(file, &path))
        return; /* a log or generated rules: the program writes it */
    struct place place = {.at = pointer->at, .variable = pointer->name, .service = file->service};
    if (relate_reader(run, missing_key(run, path.resource, file->path), place))
        return;
    bool is_variable = path.resource && path.resource->environment.len;
    str status = path.kind == PATH_ABSENT ? STR("what is mounted there has no such file")
                 : file->is_doubtful      ? STR("nothing is mounted there")
                 : is_variable
                     ? arena_printf(run->arena, STR_FMT " is not set", STR_ARG(path.resource->environment))
                     : arena_printf(run->arena, "the file that it names cannot be read: " STR_FMT,
                           STR_ARG(host_status_text(file->status)));
    struct diag *finding =
        finding_add_as(run, RULE_SECRET_FILE_MISSING, file->is_doubtful ? SEVERITY_WARNING : SEVERITY_ERROR,
            place, STR_FMT " leads to nothing: " STR_FMT, STR_ARG(pointer->name), STR_ARG(status));
    finding_related(run, finding, file->mapped_at, "mapped here");
    if (path.kind == PATH_ABSENT)
        finding_help(run, finding, "give the key this name, or name one of the keys that are mounted");
    else if (file->is_doubtful)
        finding_help(run, finding, "mount the secret there");
    else
        suggest_source(run, finding, path.resource);
}

/*
 * Entry points read by $(cat FILE), which drops line feeds: what an editor of Windows wrote before them
 * stays.
 */
static void judge_line_end(struct check_run *run, const struct secret_file *file)
{
    const struct source *source = source_of(run->facts->sources, file->content->at);
    str rest = source && file->content->origin == ORIGIN_SECRET_FILE
                   ? str_skip(source->text, file->content->text.len)
                   : STR("");
    if (!str_has_byte(rest, '\r'))
        return;
    struct place place = {.at = file->content->at, .variable = file->name, .service = file->service};
    struct diag *finding = finding_add_as(run, RULE_ENV_SYNTAX, SEVERITY_WARNING, place,
        "the file that " STR_FMT " names ends with a carriage return", STR_ARG(file->pointer->name));
    finding_label(run, finding, "one byte more than the secret");
    finding_why(run, finding, "entry points drop the line feed and keep the carriage return before it");
    finding_related(run, finding, file->pointer->at, "used here");
    finding_help(run, finding, "save it with LF line ends, best without any");
}

static void judge_content(struct check_run *run, const struct secret_file *file)
{
    const struct image_info *image = file->service->image;
    bool is_variable = file->content->origin != ORIGIN_SECRET_FILE && !value_is_of_object(file->content);
    bool is_told = is_variable && file->content->text.len && credential_is_secret_name(file->content->name);
    if (dsn_recognise(file->content->text, file->name) || is_told)
        return;
    struct credential credential = {
        .password = file->content->text,
        .variable = file->name,
        .image = workload_reference(file->service->workload),
        .user = file->service->server ? file->service->server->user_text : STR(""),
    };
    if (!credential_is_secret_name(file->name) && !(image && str_eq(image->password_variable, file->name)))
        return;
    struct credential_verdict verdict =
        credential_judge(run->arena, &credential, run->facts->config, run->facts->mode);
    if (verdict.fault == CREDENTIAL_FINE)
        return;
    struct place place = {.at = file->content->at, .variable = file->name, .service = file->service};
    struct diag *known = credential_reported(run, place);
    if (known && known->severity == SEVERITY_ERROR) { /* one file of several programs */
        finding_related(run, known, file->pointer->at, "used here");
        return;
    }
    struct diag *finding = finding_add(
        run, verdict.rule, place, "the file that " STR_FMT " names is no good", STR_ARG(file->pointer->name));
    finding_label(run, finding, STR_FMT, STR_ARG(verdict.reason));
    finding_related(run, finding, file->pointer->at, "used here");
    finding_help(run, finding, "write a new one: openssl rand -hex 32");
}

static bool has_pointer(const struct check_run *run, const struct service *service, str target)
{
    vec_each(const struct secret_file *, file, &run->facts->secret_files)
        if (file->service == service && str_eq(file->pointer->text, target))
            return true;
    return false;
}

/* The setting that holds the path, whatever it is called; NULL: none. */
static const struct value *named_by(const struct service *service, str target)
{
    vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set && str_ends(value->text, target))
            return value;
    }
    return NULL;
}

/* A secret that a service is granted and whose file is not there: it is not started. */
static void judge_grants(struct check_run *run, const struct service *service)
{
    vec_each(const struct workload_resource *, grant, &service->workload->secrets) {
        const struct deployment_resource *secret = deployment_secret(run->facts->deployment, grant->source);
        if (!secret || secret->external || secret->file.len == 0 || has_pointer(run, service, grant->target))
            continue;
        struct host_stat stat = reads_stat(run->facts->sources, run->facts->host, secret->file, grant->at);
        if (!host_is_absent(stat.status))
            continue;
        const struct value *named = named_by(service, grant->target);
        struct place place = {.at = named ? named->at : grant->at,
            .variable = named ? named->name : STR(""),
            .service = service};
        if (relate_reader(run, missing_key(run, secret, STR("")), place))
            continue;
        struct diag *finding = finding_add(run, RULE_SECRET_FILE_MISSING, place,
            "the file of the secret `" STR_FMT "` is not there", STR_ARG(secret->name));
        finding_related(run, finding, secret->at, "declared here");
        suggest_source(run, finding, secret);
    }
}

static void judge_secret_files(struct check_run *run)
{
    vec_each(const struct secret_file *, file, &run->facts->secret_files) {
        if (file->status == HOST_OK) {
            judge_content(run, file);
            judge_line_end(run, file);
        } else if (host_is_absent(file->status)) /* what is there and cannot be read ends the run */
            judge_missing_file(run, file);
    }
}

const struct check secret_file_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_secret_files}},
    {FACT_SERVICE, {.service = judge_grants}},
    {0},
};
