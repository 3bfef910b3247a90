/* Units from their files to workloads: unit/unit.h. */
#include "unit/unit.h"

#include "base/limit.h"
#include "deploy/command.h"
#include "env/dotenv.h"
#include "text/reads.h"
#include "unit/command.h"
#include "unit/files.h"

/* A deployment while it is read. */
struct loader {
    struct arena *arena;
    struct diags *diags;
    struct unit_files files;
    str directory; /* the current one */
    struct deployment *deployment;
};

/* ---- files */

/* A file's source, read once; NULL: it is not there or cannot be read, and `ret_status` says which. */
static struct source *OR_NULL read_source(
    struct loader *l, enum source_kind kind, str path, span at, enum host_status *ret_status)
{
    struct source *source = source_find(l->files.sources, kind, path);
    *ret_status = HOST_OK;
    if (source)
        return source;
    struct host_file file =
        reads_file(l->files.sources, l->files.host, l->arena, path, limit_value(LIMIT_FILE_BYTES), at);
    *ret_status = file.status;
    if (file.status != HOST_OK)
        return NULL;
    str name = str_eq(path, STR("-")) ? STR(READS_STREAM) : path_relative(l->arena, l->directory, path);
    return source_add(l->files.sources, kind, name, path, file.text);
}

/* What cannot be read is entered as such; what is not there is systemd's to refuse. */
static void refuse_absent(struct loader *l, span at, str path, enum host_status status)
{
    l->deployment->ok = false;
    if (!host_is_absent(status)) {
        l->deployment->refused = true;
        return;
    }
    l->deployment->lacks_file = true;
    struct diag *diag = diag_add(l->diags, STR("unit-syntax"), SEVERITY_ERROR, at,
        "cannot read " STR_FMT ": " STR_FMT, STR_ARG(path), STR_ARG(host_status_text(status)));
    if (span_is_set(at))
        diag_help(l->diags, diag, "a `-` before the path lets systemd start the program without the file");
}

/* ---- the environment */

static void read_env_file(
    struct loader *l, struct unit_service *service, const struct unit_env_file *file, str path)
{
    enum host_status status;
    if (file->is_optional &&
        host_is_absent(reads_stat(l->files.sources, l->files.host, path, file->at).status))
        return;
    const struct source *source = read_source(l, SOURCE_ENV, path, file->at, &status);
    if (!source) {
        refuse_absent(l, file->at, path, status);
        return;
    }
    struct dotenv_result result =
        dotenv_read(l->arena, l->diags, source, dialect_get(DIALECT_SYSTEMD), NULL, ORIGIN_SERVICE_FILE);
    if (!result.ok || result.holds_nul) {
        l->deployment->ok = false;
        l->deployment->refused = true;
        return;
    }
    vec_each(const struct map_entry *, entry, &result.env.map.entries) {
        struct value *copy = arena_new(l->arena, struct value);
        if (entry->removed)
            continue;
        *copy = *(const struct value *)entry->value;
        env_put(&service->environment, copy);
    }
}

/* From the manager where it has it: set or not, it is not seen here. */
static void pass_variables(struct unit_service *service)
{
    vec_each(const str *, name, &service->passed) {
        struct value *value = arena_new(service->arena, struct value);
        *value = (struct value){.name = *name, .is_hidden = true, .origin = ORIGIN_PROCESS};
        if (str_is_name(*name) && !env_get(&service->environment, *name))
            env_put(&service->environment, value);
    }
}

/* strv_env_delete(): a name goes, a NAME=VALUE goes where the value is the same. */
static void unset_variables(struct unit_service *service)
{
    vec_each(const str *, pattern, &service->removed) {
        struct str_cut cut = str_cut_byte(*pattern, '=');
        const struct value *value = env_get(&service->environment, cut.head);
        if (value && (!cut.found || (value->set && str_eq(value->text, cut.tail))))
            map_remove(&service->environment.map, cut.head);
    }
}

static void fill_environment(struct loader *l, struct unit_service *service, struct workload *workload)
{
    vec_each(const struct unit_env_file *, file, &service->env_files) {
        str_vec paths = unit_env_paths(&l->files, file);
        if (paths.count == 0 && !file->is_optional)
            refuse_absent(l, file->at, file->path, HOST_MISSING);
        vec_each(const str *, path, &paths) {
            bool is_hidden = str_contains(*path, STR(UNIT_HIDDEN));
            vec_push(l->arena, &workload->env_files,
                ((struct workload_env_file){.path = *path, .required = !file->is_optional, .at = file->at}));
            if (is_hidden)
                unit_service_warn(
                    service, file->at, "only the running machine knows this path: the file is not read");
            else
                read_env_file(l, service, file, *path);
        }
    }
    pass_variables(service);
    unset_variables(service);
    workload->environment = service->environment;
}

/* ---- one unit */

static void fill_command(
    struct workload *workload, struct unit_service *service, const struct unit_command *command)
{
    struct unit_words words = unit_command_words(service->arena, command, &workload->environment);
    vec_each(struct value *const *, word, &words.list)
        vec_push(service->arena, &workload->command, *word);
    if (words.reached == LIMIT_COUNT)
        return;
    diag_limit(service->diags, words.reached, command->program->at);
    service->is_refused = true;
}

static void add_workload(struct loader *l, struct workload *workload)
{
    if (map_has(&l->deployment->workloads_by_name, workload->name))
        return;
    vec_push(l->arena, &l->deployment->workloads, workload);
    map_set(l->arena, &l->deployment->workloads_by_name, workload->name, workload);
}

/* The program that a line is there for. Tools that make a place ready speak with no server and read no
 * setting of the unit: NULL, where there is nothing else. */
static const struct command *OR_NULL main_command(const struct commands *commands)
{
    static const str tools[] = {STR_INIT("mkdir"), STR_INIT("rm"), STR_INIT("cp"), STR_INIT("mv"),
        STR_INIT("ln"), STR_INIT("touch"), STR_INIT("chown"), STR_INIT("chmod"), STR_INIT("install"),
        STR_INIT("test"), STR_INIT("["), STR_INIT("sleep"), STR_INIT("echo"), STR_INIT("true"),
        STR_INIT("false"), STR_INIT("kill"), STR_INIT("systemctl"), STR_INIT("modprobe"), STR_INIT("sysctl"),
        STR_INIT("logger"), STR_INIT("setfacl"), STR_INIT("systemd-tmpfiles")};
    for (size_t i = commands->list.count; i > 0; i--)
        if (!STR_IS_IN(command_program(&commands->list.items[i - 1]), tools))
            return &commands->list.items[i - 1];
    return NULL;
}

/* What a line is called by. A password with a `&`, a `;` or a blank in it tears a shell's line apart, and
 * its rest would be called a program: where a value is given in the line, or no blank is before the name, it
 * is the line's own program. */
static str name_of_line(const struct loader *l, const struct commands *commands,
    const struct command *command, const struct unit_command *line)
{
    const struct command_word *word = &command->words.items[command_launchers(command)];
    const struct source *source = source_of(l->files.sources, word->at);
    char before = source && word->at.offset > 0 ? source->text.ptr[word->at.offset - 1] : ' ';
    bool is_apart = byte_is_blank(before) || str_has_byte(STR("\"'=\n-@:+!"), before);
    bool is_split = !str_eq(path_base(line->program->text), STR("env")); /* whose words are as written */
    vec_each(const struct command *, each, &commands->list)
        vec_each(const struct command_word *, other, &each->words)
            is_apart = is_apart && !(is_split && str_has_byte(other->text, '='));
    return is_apart ? command_program(command) : path_base(line->program->text);
}

/* Programs with the environment of the main one: before it, one after the other, or beside it. */
static void add_others(struct loader *l, struct unit_service *service, const struct workload *main_one,
    struct workload_group *group, const unit_commands *list, bool is_before)
{
    vec_each(const struct unit_command *, line, list) {
        if (line == service->start.items)
            continue;
        struct workload *workload = arena_new(l->arena, struct workload);
        *workload = *main_one;
        fill_command(workload, service, line);
        struct commands commands = commands_of(l->arena, workload);
        const struct command *command = main_command(&commands);
        if (!command)
            continue;
        workload->label = main_one->name;
        workload->name = arena_printf(l->arena, STR_FMT "/" STR_FMT "-%zu", STR_ARG(main_one->name),
            STR_ARG(name_of_line(l, &commands, command, line)), group->members.count);
        workload->group = group;
        workload->at = line->program->at;
        workload->turn = is_before ? (uint32_t)group->members.count : UINT32_MAX;
        workload->ends = is_before;
        vec_push(l->arena, &group->members, workload);
        add_workload(l, workload);
    }
}

static void add_programs(struct loader *l, struct unit_service *service)
{
    struct workload *workload = arena_new(l->arena, struct workload);
    *workload = (struct workload){.name = service->name.id,
        .at = service->at,
        .active = true,
        .on_machine = true,
        .user = service->user,
        .working_directory = service->working_directory,
        .environment_at = service->at,
        .turn = UINT32_MAX,
        .command_set = true,
        .entrypoint_set = true,
        .replicas.count = 1};
    workload->network.kind = service->has_own_network ? NETWORK_NONE : NETWORK_MACHINE;
    workload->has_other_root = service->has_other_root;
    fill_environment(l, service, workload);
    struct workload bare = *workload; /* without its command: what the others begin as */
    struct workload_group *group = arena_new(l->arena, struct workload_group);
    add_others(l, service, &bare, group, &service->before, true);
    if (service->start.count)
        fill_command(workload, service, &service->start.items[0]);
    add_workload(l, workload);
    vec_push(l->arena, &group->members, workload);
    add_others(l, service, &bare, group, &service->start, true); /* of Type=oneshot: one after the other */
    add_others(l, service, &bare, group, &service->after, false);
    if (group->members.count > 1)
        workload->group = group;
}

static void read_dropins(struct loader *l, struct unit_service *service, str directory)
{
    str_vec paths = unit_dropins(&l->files, &service->name, directory);
    enum host_status status;
    vec_each(const str *, path, &paths) {
        const struct source *source = read_source(l, SOURCE_DESCRIPTION, *path, (span){0}, &status);
        if (!source) {
            refuse_absent(l, (span){0}, *path, status);
            continue;
        }
        vec_push(l->arena, &l->deployment->files, (struct source *)(uintptr_t)source);
        unit_service_read(service, source, true);
    }
}

static void load_unit(struct loader *l, str path)
{
    enum host_status status;
    bool is_stream = str_eq(path, STR("-"));
    str absolute = is_stream ? path : path_clean(l->arena, path_join(l->arena, l->directory, path));
    struct source *source = read_source(l, SOURCE_DESCRIPTION, absolute, (span){0}, &status);
    if (!source) {
        refuse_absent(l, (span){0}, absolute, status);
        return;
    }
    struct unit_service service = {.arena = l->arena, .diags = l->diags, .environment.arena = l->arena};
    if (!is_stream)
        service.name = unit_name_parse(path_base(absolute));
    vec_push(l->arena, &l->deployment->files, source);
    unit_service_read(&service, source, false);
    if (!is_stream)
        read_dropins(l, &service, path_directory(absolute));
    else
        service.name.id = STR("unit.service"); /* what it is called, is not known: no specifier saw this */
    if (!span_is_set(service.at))
        service.at = span_make(source->id, 0, 0);
    if (!service.is_service)
        unit_service_refuse(&service, service.at, "no [Service] with a setting: this unit starts no program");
    unit_service_verify(&service);
    add_programs(l, &service);
    if (service.is_refused) {
        l->deployment->ok = false;
        l->deployment->refused = true;
    }
}

/* ---- the loader */

/* A directory of units alone: where there is an env file or another description, that is what is meant. */
static bool discover(struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    str directory = options->directory.len ? options->directory : STR(".");
    bool has_unit = false;
    struct host_entries entries = host->list(host->self, arena, directory);
    vec_each(const struct host_entry *, entry, &entries.list) {
        if (str_eq(entry->name, STR(".env")) || str_starts(entry->name, STR(".env.")))
            return false;
        has_unit |= !entry->is_directory && str_ends(entry->name, STR(".service"));
    }
    return has_unit && options->env_files.count == 0;
}

static const struct deployment_words words = {
    .file = STR_INIT("the unit"),
    .reader = STR_INIT("systemd"),
    .secret = STR_INIT(
        "set * in a file that EnvironmentFile= names and only root may read, or use LoadCredential="),
    .profile = STR_INIT("enable `*`"),
    .apply = STR_INIT("systemctl daemon-reload"),
    .start = STR_INIT("systemctl start *"),
    .restart = STR_INIT("systemctl restart *"),
};

static struct deployment *load(struct arena *arena, struct diags *diags, struct sources *sources,
    const struct host *host, const struct deployment_options *options)
{
    struct deployment *deployment = arena_new(arena, struct deployment);
    struct loader l = {.arena = arena, .diags = diags, .files = {arena, sources, host}};
    l.directory = host->current_directory(host->self, arena);
    l.deployment = deployment;
    reads_begin(sources, l.directory);
    str start = path_clean(arena, path_join(arena, l.directory, options->directory));
    str_vec paths = options->files;
    if (paths.count == 0)
        paths = unit_list(&l.files, start);
    bool is_file = paths.count > 0 && !str_eq(paths.items[0], STR("-"));
    deployment->ok = true;
    deployment->words = &words;
    deployment->directory =
        is_file ? path_directory(path_clean(arena, path_join(arena, l.directory, paths.items[0]))) : start;
    deployment->environment.arena = deployment->file_environment.arena = arena;
    vec_each(const str *, path, &paths)
        load_unit(&l, *path);
    return deployment;
}

const struct deployment_loader unit_loader = {
    .name = STR_INIT("unit"),
    .about = STR_INIT("units of systemd: programs that run on this machine"),
    .env_dialect = DIALECT_SYSTEMD,
    .discover = discover,
    .load = load,
};
