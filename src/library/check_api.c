/* include/bootgate/check.h on top of src/check. */
#include "bootgate/check.h"
#include "bootgate/version.h"

#include "check/check.h"
#include "facts/mode.h"
#include "host/posix.h"
#include "library/public.h"

#include <locale.h>

_Static_assert((int)BG_SEVERITY_NOTE == (int)SEVERITY_NOTE && (int)BG_SEVERITY_ERROR == (int)SEVERITY_ERROR,
    "the public severities are the inner ones");

struct bg_check {
    struct owner owner;
    enum bg_outcome outcome;
    const char *reason, *mode;
    size_t file_count;
    enum severity dropped_worst; /* of the findings past the limit */
    VEC(struct bg_finding) findings;
};

/* ---- the system as the library sees it: files to read, the clock, and the environment that it was given */

struct library_host {
    struct host_layer layer; /* over the real one, below */
    struct posix_host state;
    struct host real;
    const char *const *environment;
};

static struct host_file read_named(void *self, struct arena *arena, str path, size_t limit)
{
    const struct host *real = &((struct library_host *)self)->real;
    if (str_eq(path, STR("-"))) /* standard input belongs to the program */
        return (struct host_file){.status = HOST_MISSING};
    return real->read(real->self, arena, path, limit);
}

static bool get_given(void *self, str name, str *ret_value)
{
    return host_variable(((const struct library_host *)self)->environment, name, ret_value);
}

static const char *const *given_environment(void *self)
{
    static const char *const empty[] = {NULL};
    const struct library_host *host = self;
    return host->environment ? host->environment : empty;
}

static struct host_run run_nothing(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    (void)self;
    (void)arena;
    (void)arguments;
    (void)input;
    (void)limit;
    return (struct host_run){.status = HOST_MISSING};
}

static struct host library_host(struct library_host *state)
{
    state->real = posix_host(&state->state);
    state->layer.under = &state->real;
    struct host host = host_over(&state->layer);
    host.read = read_named;
    host.getenv = get_given;
    host.environment = given_environment;
    host.run = run_nothing;
    return host;
}

/* ---- options in, findings out */

static str_vec list_of(struct arena *arena, const char *const *texts)
{
    str_vec list = {0};
    for (size_t i = 0; texts && texts[i]; i++)
        vec_push(arena, &list, str_from_c(texts[i]));
    return list;
}

static void add_finding(struct bg_check *check, const struct sources *sources, const struct diag *diag)
{
    struct owner *owner = &check->owner;
    struct bg_finding *finding = vec_add(&owner->arena, &check->findings);
    *finding = (struct bg_finding){
        .rule = owner_text(owner, diag->rule),
        .severity = (enum bg_severity)diag->severity,
        .variable = owner_text_or_null(owner, diag->variable),
        .service = owner_text_or_null(owner, diag->service),
        .message = owner_text(owner, diag->message),
        .label = owner_text_or_null(owner, diag->label),
        .why = owner_text_or_null(owner, diag->why),
        .help = owner_text_or_null(owner, str_vec_join(&owner->arena, &diag->help, STR("\n"))),
        .is_suppressed = diag->suppressed != NULL,
        .is_fatal = diag->fatal,
    };
    const struct source *source = source_of(sources, diag->at);
    if (!source || source->kind == SOURCE_ENVIRONMENT)
        return;
    finding->file = owner_text(owner, source->name);
    if (diag->line_only) /* about the file, not about a line of it */
        return;
    struct position start = source_position(sources, diag->at.source, diag->at.offset);
    struct position end = source_position(sources, diag->at.source, diag->at.offset + diag->at.length);
    finding->line = start.line;
    finding->column = start.column;
    finding->end_line = end.line;
    finding->end_column = end.column;
}

static void refuse(struct bg_check *check, enum bg_outcome outcome, const char *reason)
{
    check->outcome = outcome;
    check->reason = reason;
}

static void judge(struct bg_check *check, const struct bg_check_options *given)
{
    struct arena *arena = &check->owner.arena;
    struct library_host state = {.environment = given->environment};
    struct host host = library_host(&state);
    struct check_options options = {
        .paths = list_of(arena, given->paths),
        .deployment =
            {
                .files = list_of(arena, given->files),
                .env_files = list_of(arena, given->env_files),
                .profiles = list_of(arena, given->profiles),
                .project_directory = str_from_c(given->project_directory),
                .search_parents = true,
            },
        .config = str_from_c(given->config),
        .mode = str_from_c(given->mode),
        .baseline = str_from_c(given->baseline),
    };
    const struct check_result *result = check_files(arena, &host, &options);
    check->mode = owner_text(&check->owner, mode_name(result->mode));
    check->file_count = result->file_count;
    check->dropped_worst = diag_dropped_worst(&result->diags);
    vec_each(const struct diag *, diag, &result->diags.list)
        add_finding(check, &result->sources, diag);
    if (!result->cannot_judge)
        return;
    bool is_said = diag_any_fatal(&result->diags);
    refuse(check, BG_OUTCOME_CANNOT_JUDGE,
        is_said ? "something could not be read or understood" : CHECK_NOTHING);
}

/* An older program's options end before members that it does not know: those are not given. */
static bool take_options(const struct bg_check_options *given, struct bg_check_options *ret_options)
{
    *ret_options = (struct bg_check_options){0};
    if (!given || given->size < offsetof(struct bg_check_options, files) || given->size > sizeof *given)
        return false;
    memcpy(ret_options, given, given->size);
    enum mode mode;
    str word = str_from_c(ret_options->mode);
    return word.len == 0 || mode_of_word(word, &mode);
}

PUBLIC struct bg_check *bg_check_run(const struct bg_check_options *options)
{
    struct bg_check *check = owner_new(sizeof *check);
    struct bg_check_options known;
    if (check == NULL)
        return NULL;
    if (!take_options(options, &known)) {
        refuse(check, BG_OUTCOME_BAD_OPTION, "the options' size or mode is none that the library knows");
        return check;
    }
    /* Of this thread alone: where the program's numbers have a comma, `cpus: 1.5` would be read as 1. */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), programs_own = uselocale(plain);
    if (setjmp(check->owner.out_of_memory) == 0) {
        judge(check, &known);
    } else {
        check->findings.count = 0;
        check->mode = NULL;
        arena_free(&check->owner.arena);
        refuse(check, BG_OUTCOME_NO_MEMORY, "memory ended before everything was judged");
    }
    uselocale(programs_own);
    if (plain)
        freelocale(plain);
    return check;
}

PUBLIC void bg_check_free(struct bg_check *check)
{
    owner_free(check);
}

PUBLIC enum bg_outcome bg_check_outcome(const struct bg_check *check)
{
    return check->outcome;
}

PUBLIC const char *bg_check_reason(const struct bg_check *check)
{
    return check->reason;
}

PUBLIC bool bg_check_passes(const struct bg_check *check, enum bg_severity fail_on)
{
    vec_each(const struct bg_finding *, finding, &check->findings)
        if (!finding->is_suppressed && finding->severity >= fail_on)
            return false;
    bool is_dropped = check->dropped_worst != SEVERITY_OFF && (int)check->dropped_worst >= (int)fail_on;
    return check->outcome == BG_OUTCOME_JUDGED && !is_dropped;
}

PUBLIC const char *bg_check_mode(const struct bg_check *check)
{
    return check->mode;
}

PUBLIC size_t bg_check_file_count(const struct bg_check *check)
{
    return check->file_count;
}

PUBLIC size_t bg_check_finding_count(const struct bg_check *check)
{
    return check->findings.count;
}

PUBLIC const struct bg_finding *bg_check_finding(const struct bg_check *check, size_t index)
{
    return index < check->findings.count ? &check->findings.items[index] : NULL;
}

PUBLIC const char *bg_version(void)
{
    return BOOTGATE_VERSION;
}
