#include "cli/staged.h"

#include "check/input.h"
#include "cli/allow.h"
#include "cli/findings.h"
#include "cli/session.h"
#include "host/staged.h"

#include <unistd.h>

/* Where on one line such variables are interpolated. */
struct open_line {
    VEC(span) uses;
};

/* One run over the index. */
struct staged_run {
    struct session *session;
    struct staged index;
    struct host host; /* the index as a host */
    struct check_options options;
    struct check_result *result;
    /* "source:line" of what interpolates a variable that no tracked file sets → struct open_line * */
    struct map open_lines;
    bool has_open_variables;
};

/* What hangs on a file that must not be committed can only be judged where that file is. */
static const struct {
    str rule;
    bool by_variables; /* only where variables are open; else always */
} open_rules[] = {
    {STR_INIT("secret-file-missing"), false}, {STR_INIT("required-missing"), true},
    {STR_INIT("example-key-missing"), true},
    {STR_INIT("profile-mismatch"), true}, /* COMPOSE_PROFILES is one of those variables */
    {STR_INIT("inactive-host"), true},
    {STR_INIT("rule-failed"), true}, /* a rule of the project's own may ask for any of them */
};

static str absolute(struct staged_run *run, str path)
{
    str directory = run->host.current_directory(run->host.self, run->session->arena);
    return path_join(run->session->arena, directory, path);
}

/* A Compose file is judged with what is beside it: by its directory. */
static bool stands_for_directory(str name)
{
    static const str names[] = {
        STR_INIT("compose.yaml"),
        STR_INIT("compose.yml"),
        STR_INIT("docker-compose.yaml"),
        STR_INIT("docker-compose.yml"),
        STR_INIT("compose.override.yaml"),
        STR_INIT("compose.override.yml"),
        STR_INIT("docker-compose.override.yaml"),
        STR_INIT("docker-compose.override.yml"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (str_eq(name, names[i]))
            return true;
    return false;
}

/* Something in the index makes the directory a project. */
static bool holds(struct staged_run *run, str directory, bool (*makes_project)(str name))
{
    struct host_entries entries = run->host.list(run->host.self, run->session->arena, directory);
    vec_each(const struct host_entry *, entry, &entries.list)
        if (!entry->is_directory && makes_project(entry->name))
            return true;
    return false;
}

/* Projects, and the env files that none of them reads: these stand for themselves. */
static str_vec with_unread(struct staged_run *run, str_vec projects, const str_vec *env_files)
{
    struct arena *arena = run->session->arena;
    struct check_options options = findings_options(run->session);
    options.staged = true;
    options.paths = projects;
    struct map read = {0};
    if (env_files->count > 0 && projects.count > 0) {
        struct check_result *result = check_files(arena, &run->host, &options);
        vec_each(struct source *const *, source, &result->sources.items)
            map_set(arena, &read, absolute(run, (*source)->path), run);
    }
    vec_each(const str *, path, env_files)
        if (!map_has(&read, absolute(run, *path)))
            vec_push(arena, &projects, *path);
    return projects;
}

/*
 * Operands as a hook gives them: any number of changed files, of any project, in any order. A Compose file
 * that Compose does not read by itself is passed over beside one that it reads, else judging says how to
 * name it.
 */
static str_vec paths_to_judge(struct staged_run *run, str_vec *passed_over)
{
    struct arena *arena = run->session->arena;
    const str_vec *operands = &run->session->operands;
    str_vec paths = {0}, env_files = {0};
    struct map directories = {0};
    vec_each(const str *, path, operands) {
        enum input_kind kind = input_kind(*path);
        str directory = path_directory(*path);
        if (kind == INPUT_EXAMPLE || kind == INPUT_LEFTOVER)
            vec_push(arena, passed_over, *path);
        else if (kind == INPUT_ENV)
            vec_push(arena, &env_files, *path);
        else if (kind != INPUT_COMPOSE)
            vec_push(arena, &paths, *path);
        else if (!stands_for_directory(path_base(*path)) && holds(run, directory, stands_for_directory))
            vec_push(arena, passed_over, *path);
        else if (map_set(arena, &directories, directory, arena) == NULL)
            vec_push(arena, &paths, directory);
    }
    return with_unread(run, paths, &env_files);
}

static str line_key(struct staged_run *run, span at)
{
    struct position position = source_position(&run->result->sources, at.source, at.offset);
    return arena_printf(run->session->arena, "%u:%u", at.source, position.line);
}

static void note_open_use(struct staged_run *run, const struct template_use *use)
{
    if (use->found || !use->live || !span_is_set(use->at))
        return;
    str key = line_key(run, use->at);
    struct open_line *line = map_get(&run->open_lines, key);
    if (line == NULL) {
        line = arena_new(run->session->arena, struct open_line);
        map_set(run->session->arena, &run->open_lines, key, line);
    }
    vec_push(run->session->arena, &line->uses, use->at);
}

static void collect_open_lines(struct staged_run *run, const struct facts *facts)
{
    const struct deployment *project = facts->deployment;
    str env = path_join(run->session->arena, project->directory, STR(".env"));
    if (run->options.deployment.env_files.count > 0 || staged_has(&run->index, env))
        return;
    run->has_open_variables = true;
    vec_each(const struct template_use *, use, &project->uses)
        note_open_use(run, use);
    /* What bootgate.yaml puts together of such variables. */
    vec_each(struct variable *const *, variable, &facts->variables)
        vec_each(const struct template_use *, use, &(*variable)->value->uses)
            note_open_use(run, use);
}

/* What stands beside a variable is there whatever that holds, such as the host of postgresql://${X}@host. */
static bool touches_open_use(struct staged_run *run, span at)
{
    const struct open_line *line = span_is_set(at) ? map_get(&run->open_lines, line_key(run, at)) : NULL;
    for (size_t i = 0; line != NULL && i < line->uses.count; i++)
        if (line->uses.items[i].offset <= at.offset + at.length &&
            at.offset <= line->uses.items[i].offset + line->uses.items[i].length)
            return true;
    return false;
}

static bool hangs_on_open_use(struct staged_run *run, const struct diag *diag)
{
    if (touches_open_use(run, diag->at))
        return true;
    vec_each(const struct related *, related, &diag->related)
        if (span_is_set(related->at) && map_has(&run->open_lines, line_key(run, related->at)))
            return true;
    return false;
}

/* The place names a file that could not be read, and the repository's ignore rules keep that file out. */
static bool names_ignored_file(struct staged_run *run, const struct diag *diag)
{
    const struct source *source = source_of(&run->result->sources, diag->at);
    if (!diag->fatal || source == NULL)
        return false;
    str name = span_text(&run->result->sources, diag->at);
    str path = path_join(run->session->arena, path_directory(absolute(run, source->path)), name);
    return str_vec_has(&run->index.missed, path) && staged_ignores(&run->index, path);
}

static bool is_open(struct staged_run *run, const struct diag *diag)
{
    for (size_t i = 0; i < ARRAY_COUNT(open_rules); i++)
        if (str_eq(diag->rule, open_rules[i].rule))
            return run->has_open_variables || !open_rules[i].by_variables;
    if (names_ignored_file(run, diag))
        return true;
    return !diag->fatal && diag->severity > SEVERITY_NOTE && hangs_on_open_use(run, diag);
}

static size_t leave_open(struct staged_run *run)
{
    struct check_result *result = run->result;
    size_t count = 0;
    vec_each(const struct check_project *, project, &result->projects)
        if (project->facts->deployment != NULL)
            collect_open_lines(run, project->facts);
    vec_each(struct diag *, diag, &result->diags.list) {
        if (diag->suppressed != NULL || !is_open(run, diag))
            continue;
        diag->suppressed = arena_new(run->session->arena, struct suppression);
        diag->suppressed->reason = STR("hangs on what is kept out of the repository");
        diag->fatal = false;
        count++;
    }
    bool is_nothing = result->projects.count == 0 && result->skipped.count == 0;
    result->cannot_judge = is_nothing || result->left_unread || diag_any_fatal(&result->diags);
    return count;
}

/* A run that had nothing to judge because all that was given is passed over. */
static struct check_result *empty_result(struct arena *arena)
{
    struct check_result *result = arena_new(arena, struct check_result);
    result->sources.arena = arena;
    result->diags.arena = arena;
    result->diags.sources = &result->sources;
    result->mode_assumed = true;
    return result;
}

/* Judges `paths`; none at all means the current directory's project, unless `has_nothing`. */
static enum outcome judge(struct staged_run *run, str_vec paths, const str_vec *passed_over, bool has_nothing)
{
    struct session *session = run->session;
    run->options = findings_options(session);
    run->options.staged = true;
    run->options.paths = paths;
    run->result =
        has_nothing ? empty_result(session->arena) : check_files(session->arena, &run->host, &run->options);
    vec_each(const str *, path, passed_over)
        vec_push(session->arena, &run->result->skipped, *path);
    size_t open = has_nothing ? 0 : leave_open(run);
    enum outcome outcome = allow_apply(session, run->result);
    if (outcome != OUTCOME_OK)
        return outcome;
    outcome = findings_report(session, run->result, STDOUT_FILENO);
    if (open > 0 && session->settings.quiet == 0)
        session_fault(session, OUTCOME_OK,
            "%zu finding%s on files that are kept out of the repository: check again before the deployment",
            open, open == 1 ? " hangs" : "s hang");
    return outcome;
}

static enum outcome judge_operands(struct staged_run *run)
{
    str_vec passed_over = {0};
    str_vec paths = paths_to_judge(run, &passed_over);
    return judge(run, paths, &passed_over, run->session->operands.count > 0 && paths.count == 0);
}

/* A Compose file under any name: check says how to judge one that Compose does not read by itself. */
static bool is_judged_kind(str path)
{
    return input_kind(path) == INPUT_ENV || input_kind(path) == INPUT_COMPOSE;
}

/* What a commit touches. */
struct changes {
    str_vec paths;       /* all that is added, changed or deleted */
    str_vec directories; /* projects that hold or read one of them, and the root, whose may name it */
    str_vec env_files;   /* changed ones */
    struct map seen;     /* directories that were looked at */
};

static void add_change(struct staged_run *run, struct changes *changes, str path)
{
    struct arena *arena = run->session->arena;
    enum input_kind kind = input_kind(path);
    str directory = path_directory(path);
    vec_push(arena, &changes->paths, path);
    if (kind == INPUT_OTHER || kind == INPUT_LEFTOVER)
        return;
    if (kind == INPUT_ENV && staged_has(&run->index, path))
        vec_push(arena, &changes->env_files, path);
    if (map_set(arena, &changes->seen, directory, run) == NULL && holds(run, directory, is_judged_kind))
        vec_push(arena, &changes->directories, directory);
}

/* The project in `directory` asks for a file of the commit: an env file by any name, or one that is gone. */
static bool asks_for_change(struct staged_run *run, const struct changes *changes, str directory)
{
    struct check_options options = findings_options(run->session);
    options.staged = true;
    options.paths = (str_vec){0};
    vec_push(run->session->arena, &options.paths, directory);
    run->index.asked_for = (struct map){0};
    check_files(run->session->arena, &run->host, &options);
    vec_each(const str *, path, &changes->paths)
        if (map_has(&run->index.asked_for, *path))
            return true;
    return false;
}

/* Projects elsewhere may read what the commit touches. */
static void add_readers(struct staged_run *run, struct changes *changes)
{
    struct arena *arena = run->session->arena;
    vec_each(const struct map_entry *, entry, &run->index.directories.entries) {
        str directory = path_join(arena, run->index.top, entry->key);
        bool is_candidate =
            !map_has(&changes->seen, directory) && holds(run, directory, stands_for_directory);
        if (is_candidate && asks_for_change(run, changes, directory))
            vec_push(arena, &changes->directories, directory);
    }
}

static struct changes changes_of(struct staged_run *run, const str_vec *paths)
{
    struct arena *arena = run->session->arena;
    struct changes changes = {0};
    vec_each(const str *, path, paths)
        add_change(run, &changes, *path);
    /* What a runner of hooks names beside the word `run`: in a commit's own hook, nothing new. */
    const str_vec *operands = &run->session->operands;
    for (size_t i = 1; i < operands->count; i++)
        add_change(run, &changes, absolute(run, operands->items[i]));
    bool names_root = changes.seen.live > 0 && !map_has(&changes.seen, run->index.top);
    if (names_root && holds(run, run->index.top, is_judged_kind)) {
        map_set(arena, &changes.seen, run->index.top, run);
        vec_push(arena, &changes.directories, run->index.top);
    }
    if (changes.paths.count > 0)
        add_readers(run, &changes);
    return changes;
}

static enum outcome judge_changes(struct staged_run *run)
{
    struct session *session = run->session;
    str_vec changed = {0}, none = {0};
    if (!staged_changes(&run->index, &changed))
        return session_fault(session, OUTCOME_BAD_INPUT, "git cannot tell what is staged");
    struct changes changes = changes_of(run, &changed);
    str_vec paths = with_unread(run, changes.directories, &changes.env_files);
    return paths.count > 0 ? judge(run, paths, &none, false) : OUTCOME_OK;
}

static enum outcome with_index(struct session *session, enum outcome (*judge_index)(struct staged_run *run))
{
    struct staged_run run = {.session = session};
    if (!session_knows_directory(session))
        return OUTCOME_MISSING_INPUT;
    enum staged_status status = staged_begin(session->arena, session->host, &run.index, &run.host);
    enum outcome outcome = status == STAGED_OK ? judge_index(&run)
                                               : session_fault(session, OUTCOME_MISSING_INPUT,
                                                     "cannot read what is staged: " STR_FMT,
                                                     STR_ARG(staged_status_text(status)));
    staged_end(&run.index);
    return outcome;
}

enum outcome staged_check(struct session *session)
{
    return with_index(session, judge_operands);
}

enum outcome staged_check_changes(struct session *session)
{
    return with_index(session, judge_changes);
}
