/* `bootgate env --to`: cli/env_view.h. */
#include "base/limit.h"
#include "cli/env_view.h"
#include "cli/mending.h"
#include "cli/session.h"
#include "env/convert.h"
#include "language/pack.h"
#include "rule/secret.h"

#include <unistd.h>

enum kind { TO_ENV_FILE, TO_SECRET, TO_CONFIG_MAP, TO_SECRET_FILES };

/* What --to takes beside the dialects. */
static const struct {
    const char *name;
    enum kind kind;
} others[] = {
    {"portable", TO_ENV_FILE},
    {"secret", TO_SECRET},
    {"configmap", TO_CONFIG_MAP},
    {"docker-secrets", TO_SECRET_FILES},
};

str env_convert_choice(size_t index)
{
    if (index < DIALECT_COUNT)
        return dialect_name(dialect_get((enum dialect_id)index));
    index -= DIALECT_COUNT;
    return str_from_c(index < ARRAY_COUNT(others) ? others[index].name : NULL);
}

static enum kind kind_of(str target)
{
    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        if (str_eq(target, str_from_c(others[i].name)))
            return others[i].kind;
    return TO_ENV_FILE;
}

/* One conversion, from the file that is read to what is written. */
struct job {
    struct session *session;
    enum kind kind;
    str path, name; /* FILE, and the object's name */
    struct dotenv_result read;
    struct conversion conversion;
};

/* --- for whom */

/* What bootgate.yaml beside the file says; all dialects where there is none. False: it is wrong, and told. */
static bool add_declared(struct session *session, str path, dialect_list *readers)
{
    const struct host *host = session->host;
    str name = path_join(session->arena, path_directory(path), STR("bootgate.yaml"));
    struct host_file file = host->read(host->self, session->arena, name, limit_value(LIMIT_FILE_BYTES));
    struct sources sources = {.arena = session->arena};
    struct diags diags = {.arena = session->arena, .sources = &sources};
    if (file.status == HOST_OK) {
        struct source *source = source_add(&sources, SOURCE_CONFIG, name, name, file.text);
        const struct config *config = pack_read(session->arena, &diags, host, source);
        vec_each(const struct config_reader *, reader, &config->read_by)
            vec_push(session->arena, readers, reader->dialect);
        env_faults_print(session, &diags);
    } else if (!host_is_absent(file.status)) {
        str fault = host_status_text(file.status);
        session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT ": " STR_FMT,
            STR_ARG(gate_visible(session->gate, name)), STR_ARG(fault));
        return false;
    }
    bool is_declared = readers->count > 0;
    for (size_t i = 0; !is_declared && i < DIALECT_COUNT; i++)
        vec_push(session->arena, readers, dialect_get((enum dialect_id)i));
    return !diag_any_fatal(&diags);
}

static bool find_readers(struct session *session, str path, dialect_list *readers)
{
    const struct dialect *one = dialect_find(session->settings.target);
    if (one == NULL)
        return add_declared(session, path, readers);
    vec_push(session->arena, readers, one);
    return true;
}

/* A DNS subdomain (RFC 1123), as the names of Secrets and ConfigMaps are. */
static bool is_object_name(str name)
{
    bool is_good = name.len > 0 && name.len <= 253 && byte_is_alnum(name.ptr[0]) &&
                   byte_is_alnum(name.ptr[name.len - 1]);
    for (size_t i = 0; i < name.len; i++)
        is_good = is_good && (byte_is_digit(name.ptr[i]) || name.ptr[i] == '-' || name.ptr[i] == '.' ||
                                 (name.ptr[i] >= 'a' && name.ptr[i] <= 'z'));
    return is_good;
}

/* --- writing */

static void add_file(struct session *session, struct host_change *change, str path, str text)
{
    const struct host *host = session->host;
    struct host_file file = host->read(host->self, session->arena, path, limit_value(LIMIT_FILE_BYTES));
    str here = host->current_directory(host->self, session->arena);
    *change = (struct host_change){.path = path_join(session->arena, here, path),
        .before = file.text,
        .after = text,
        .is_new = host_is_absent(file.status)};
}

static enum outcome write_files(struct job *job)
{
    struct session *session = job->session;
    const struct env *env = &job->read.env;
    str out = session->settings.write_file;
    bool is_many = job->kind == TO_SECRET_FILES;
    struct host_change *changes = arena_array(session->arena, struct host_change, env->map.live + 1);
    size_t count = 0, failed = 0;
    if (!is_many)
        add_file(session, &changes[count++], out, job->conversion.text);
    for (size_t i = 0; is_many && i < env->map.entries.count; i++) {
        const struct value *value = env->map.entries.items[i].value;
        if (!env->map.entries.items[i].removed && value->set)
            add_file(session, &changes[count++], path_join(session->arena, out, value->name), value->text);
    }
    if (count == 0)
        return OUTCOME_OK;
    str directory = path_directory(changes[0].path);
    enum host_recovery recovery;
    enum host_status status =
        session->host->recover(session->host->self, session->arena, directory, &recovery);
    if (status == HOST_OK)
        status =
            session->host->change(session->host->self, session->arena, directory, changes, count, &failed);
    return status == HOST_OK ? OUTCOME_OK : mending_refused(session, changes[failed].path, status);
}

static void print(struct job *job)
{
    struct session *session = job->session;
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    if (session->settings.reveal || job->kind == TO_SECRET_FILES) /* those are names and paths alone */
        out_passed(&out, job->conversion.text);
    else
        env_variables_print(session, &out, &job->read.env);
    out_flush(&out);
}

static enum outcome convert(struct job *job)
{
    struct session *session = job->session;
    dialect_list readers = {0};
    str directory = session->settings.write_file.len > 0 ? session->settings.write_file : STR("secrets");
    bool is_secret = job->kind == TO_SECRET;
    switch (job->kind) {
    case TO_ENV_FILE:
        if (!find_readers(session, job->path, &readers))
            return OUTCOME_BAD_INPUT;
        job->conversion = convert_env(session->arena, &job->read.env, &readers);
        break;
    case TO_SECRET_FILES:
        job->conversion = convert_secret_files(session->arena, &job->read.env, directory);
        break;
    default:
        job->conversion = convert_manifest(session->arena, &job->read.env, job->name, is_secret);
    }
    vec_each(const str *, name, &job->conversion.unset)
        session_fault(session, OUTCOME_OK, STR_FMT " has no value and is left out",
            STR_ARG(gate_visible(session->gate, *name)));
    vec_each(const struct refusal *, refusal, &job->conversion.refused) {
        str why = STR("");
        if (refusal->by.len && !str_eq(refusal->by, session->settings.target))
            why = arena_join(session->arena, STR(": "), refusal->by,
                STR(" would need another spelling than the other readers, or can have none"));
        session_fault(session, OUTCOME_BAD_INPUT, "`" STR_FMT "` cannot hold " STR_FMT STR_FMT,
            STR_ARG(session->settings.target), STR_ARG(gate_visible(session->gate, refusal->name)),
            STR_ARG(why));
    }
    if (job->conversion.refused.count > 0)
        return OUTCOME_BAD_INPUT;
    if (session->settings.write_file.len > 0 && write_files(job) != OUTCOME_OK)
        return OUTCOME_MISSING_INPUT;
    if (session->settings.write_file.len == 0 || job->kind == TO_SECRET_FILES)
        print(job);
    return OUTCOME_OK;
}

/* --- reading */

/* FILE and NAME, each where it is wanted; false: a usage fault. */
static bool take_operands(struct job *job)
{
    const str_vec *operands = &job->session->operands;
    bool has_name = job->kind == TO_SECRET || job->kind == TO_CONFIG_MAP;
    size_t count = operands->count;
    if (has_name && count > 0)
        job->name = operands->items[--count];
    job->path = count > 0 ? operands->items[0] : STR(".env");
    if (count > 1)
        session_fault(job->session, OUTCOME_USAGE, "too many arguments: [FILE] [NAME]");
    else if (has_name && !is_object_name(job->name))
        session_fault(job->session, OUTCOME_USAGE,
            "a name of the object must follow, in small letters, digits, `-` and `.`");
    else
        return true;
    return false;
}

enum outcome env_convert_run(struct session *session, const struct dialect *dialect)
{
    struct job job = {.session = session, .kind = kind_of(session->settings.target)};
    struct env_file_view view;
    if (!take_operands(&job))
        return OUTCOME_USAGE;
    env_file_open(session, job.path, &view);
    if (view.source == NULL)
        return session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT ": " STR_FMT,
            STR_ARG(gate_visible(session->gate, job.path)), STR_ARG(view.fault));
    struct diags diags = {.arena = session->arena, .sources = &view.sources};
    job.read = dotenv_read(session->arena, &diags, view.source, dialect, &view.outer, ORIGIN_ENV_FILE);
    diag_sort(&diags);
    if (!session->settings.reveal)
        secret_hide_env(session->gate, &view.sources, &job.read.env, NULL);
    env_faults_print(session, &diags);
    return job.read.ok && !job.read.holds_nul ? convert(&job) : OUTCOME_BAD_INPUT;
}
