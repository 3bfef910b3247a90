#include "rule/suppress.h"

#include "deploy/deployment.h"

#include "base/calendar.h"
#include "base/map.h"
#include "language/pack.h"
#include "rule/cause.h"
#include "text/cursor.h"

#define SECONDS_A_DAY 86400

/* One `# bootgate: allow …` comment, and what became of it. */
struct comment {
    span at;
    str rule, reason, until;
    str fault; /* why it cannot count; empty: it can */
    bool expired, used;
    struct suppression suppression;
};

/* The comments that speak of one line. */
struct line_comments {
    VEC(struct comment *) list;
};

struct suppressor {
    struct arena *arena;
    struct diags *diags;
    const struct sources *sources;
    const struct config *config; /* of what is being reported */
    const suppress_configs *configs;
    enum mode mode;
    int64_t today;
    VEC(struct comment *) comments;
    struct map by_line;    /* "path:line" → struct line_comments * */
    struct map allowances; /* where an entry is written → struct allowance * */
};

/* ---- comments */

static bool is_rule_byte(char byte)
{
    return byte_is_name(byte) || byte == '-';
}

static bool take_value(struct cursor *c, str *ret_value)
{
    if (cursor_byte(c, '"'))
        return cursor_until(c, '"', SIZE_MAX, ret_value) && cursor_byte(c, '"');
    if (cursor_byte(c, '\''))
        return cursor_until(c, '\'', SIZE_MAX, ret_value) && cursor_byte(c, '\'');
    return cursor_run(c, is_rule_byte, SIZE_MAX, ret_value);
}

/* reason="…" until=…, in any order. */
static bool take_attributes(struct cursor *c, struct comment *comment)
{
    for (cursor_skip(c, byte_is_blank); !cursor_done(c); cursor_skip(c, byte_is_blank)) {
        str *target = NULL;
        if (cursor_word(c, STR("reason=")))
            target = &comment->reason;
        else if (cursor_word(c, STR("until=")))
            target = &comment->until;
        if (!target || !take_value(c, target))
            return false;
    }
    return true;
}

static str rule_fault(struct suppressor *s, str rule)
{
    if (rule_find(rule))
        return STR("");
    str nearest = rule_nearest(rule, false);
    if (nearest.len == 0)
        return arena_printf(s->arena, "there is no rule " STR_FMT, STR_ARG(rule));
    return arena_printf(
        s->arena, "there is no rule " STR_FMT ": did you mean " STR_FMT "?", STR_ARG(rule), STR_ARG(nearest));
}

bool suppress_needs_config(str rule)
{
    return str_eq(rule, rule_info(RULE_DEFAULT_CREDENTIALS)->name);
}

/* Decides what speaks against a comment that was read. */
static void weigh_comment(struct suppressor *s, struct comment *comment, bool readable)
{
    int64_t day = INT64_MAX;
    bool bad_date = comment->until.len > 0 && !calendar_read_date(comment->until, &day);
    comment->fault = rule_fault(s, comment->rule);
    comment->expired = bad_date || s->today > day;
    if (comment->fault.len == 0 && !readable)
        comment->fault = STR("it is not `allow RULE reason=\"…\" [until=YYYY-MM-DD]`");
    if (comment->fault.len == 0 && str_trim(comment->reason).len == 0)
        comment->fault = STR("it gives no reason");
    bool guarded = s->mode == MODE_PRODUCTION && suppress_needs_config(comment->rule);
    if (comment->fault.len == 0 && guarded)
        comment->fault = STR("default-credentials is allowed in bootgate.yaml alone, not by a comment");
    comment->suppression =
        (struct suppression){.reason = comment->reason, .at = comment->at, .in_source = true};
}

/* NULL: the line is no suppression. `at` is the whole line. */
static struct comment *read_comment(struct suppressor *s, str line, span at)
{
    struct cursor c = {.text = line};
    str rule;
    cursor_skip(&c, byte_is_blank);
    if (!cursor_byte(&c, '#'))
        return NULL;
    cursor_skip(&c, byte_is_blank);
    if (!cursor_word(&c, STR("bootgate:")))
        return NULL;
    cursor_skip(&c, byte_is_blank);
    struct comment *comment = arena_new(s->arena, struct comment);
    size_t indent = line.len - str_trim_start(line).len;
    comment->at = span_sub(at, indent, str_trim(line).len);
    bool readable = cursor_word(&c, STR("allow")) && cursor_skip(&c, byte_is_blank) > 0 &&
                    cursor_run(&c, is_rule_byte, SIZE_MAX, &rule);
    comment->rule = readable ? rule : STR("");
    readable = readable && take_attributes(&c, comment);
    weigh_comment(s, comment, readable);
    return comment;
}

/* The same file read twice is one file: its comments are known by path and line. */
static str line_key(struct suppressor *s, const struct source *source, uint32_t line)
{
    return arena_printf(s->arena, STR_FMT ":%u", STR_ARG(source->path), line);
}

static void keep_comment(
    struct suppressor *s, const struct source *source, uint32_t line, struct comment *comment)
{
    str key = line_key(s, source, line);
    struct line_comments *found = map_get(&s->by_line, key);
    if (!found) {
        found = arena_new(s->arena, struct line_comments);
        map_set(s->arena, &s->by_line, key, found);
    }
    vec_each(struct comment **, other, &found->list)
        if (str_eq((*other)->rule, comment->rule) && str_eq((*other)->reason, comment->reason))
            return;
    vec_push(s->arena, &found->list, comment);
    vec_push(s->arena, &s->comments, comment);
}

/* A comment speaks of the next line that is neither blank nor a comment. */
static void read_source(struct suppressor *s, const struct source *source)
{
    VEC(struct comment *) waiting = {0};
    if (!str_contains(source->text, STR("bootgate:")))
        return;
    size_t lines = source_line_count(s->sources, source->id);
    for (uint32_t number = 1; number <= lines; number++) {
        uint32_t offset;
        str line = source_line(s->sources, source->id, number, &offset);
        str text = str_trim(line);
        struct comment *comment = read_comment(s, line, span_make(source->id, offset, line.len));
        if (comment)
            vec_push(s->arena, &waiting, comment);
        if (text.len == 0 || text.ptr[0] == '#')
            continue;
        vec_each(struct comment **, one, &waiting)
            keep_comment(s, source, number, *one);
        waiting.count = 0;
    }
    vec_each(struct comment **, one, &waiting)
        keep_comment(s, source, 0, *one);
}

static void apply_comments(struct suppressor *s, struct diag *diag)
{
    const struct source *source = source_of(s->sources, diag->at);
    if (!source || s->comments.count == 0 || diag->line_only)
        return;
    uint32_t line = source_position(s->sources, source->id, diag->at.offset).line;
    struct line_comments *found = map_get(&s->by_line, line_key(s, source, line));
    if (!found)
        return;
    vec_each(struct comment **, comment, &found->list) {
        if ((*comment)->fault.len > 0 || !str_eq((*comment)->rule, diag->rule))
            continue;
        /* Used even where it has expired: one finding says so, and none that nothing is left to suppress. */
        (*comment)->used = true;
        if (!(*comment)->expired && !diag->suppressed)
            diag->suppressed = &(*comment)->suppression;
    }
}

/* ---- the configuration's allow entries */

/* What became of one entry. */
struct allowance {
    struct suppression suppression;
    bool expired, used;
};

static bool text_allows(const struct config_text *wanted, str got)
{
    return !span_is_set(wanted->at) || str_eq(wanted->text, got);
}

/* app.yaml names ./app.yaml and shop/app.yaml alike: a path, or the end of one. */
static bool file_allows(const struct config_text *wanted, const struct source *source)
{
    if (!span_is_set(wanted->at))
        return true;
    str file = str_starts(wanted->text, STR("./")) ? str_skip(wanted->text, 2) : wanted->text;
    str name = source ? source->name : STR("");
    if (str_eq(name, file))
        return true;
    return name.len > file.len && str_ends(name, file) && name.ptr[name.len - file.len - 1] == '/';
}

/* Its name as reports have it, or a part of it: api, Deployment/api, shop/Deployment/api. */
static bool service_allows(const struct config_text *wanted, const struct diag *diag)
{
    if (!span_is_set(wanted->at))
        return true;
    bool has_zone = diag->zone.len && str_starts(diag->service, diag->zone) &&
                    str_starts(str_skip(diag->service, diag->zone.len), STR("/"));
    str unit = has_zone ? str_skip(diag->service, diag->zone.len + 1) : diag->service;
    struct workload named = {.name = diag->service, .unit = unit, .zone = diag->zone};
    return workload_is_called(&named, wanted->text);
}

/* Findings that stand in the description which allows them, or are about its program. */
static bool part_allows(const struct suppressor *s, const struct config_allow *allow, const struct diag *diag)
{
    span part = allow->within;
    bool is_inside = diag->at.source == part.source && diag->at.offset >= part.offset &&
                     diag->at.offset < part.offset + part.length;
    bool is_guarded = s->mode == MODE_PRODUCTION && suppress_needs_config(allow->rule.text);
    bool is_its = allow->service.text.len && str_eq(allow->service.text, diag->service);
    return str_eq(allow->rule.text, diag->rule) && !is_guarded && (is_inside || is_its);
}

static bool entry_allows(
    const struct suppressor *s, const struct config_allow *allow, const struct diag *diag)
{
    if (span_is_set(allow->within))
        return part_allows(s, allow, diag);
    return str_eq(allow->rule.text, diag->rule) &&
           file_allows(&allow->file, source_of(s->sources, diag->at)) &&
           text_allows(&allow->variable, diag->variable) && service_allows(&allow->service, diag) &&
           (!span_is_set(allow->about.at) || str_eq(allow->about.text, cause_of(s->arena, s->diags, diag)));
}

/* The same line of a file that was read for several is one entry. */
static str entry_key(struct suppressor *s, const struct config_allow *allow)
{
    const struct source *source = source_of(s->sources, allow->at);
    return arena_printf(s->arena, STR_FMT ":%u", STR_ARG(source ? source->path : STR("")), allow->at.offset);
}

static struct allowance *allowance_of(struct suppressor *s, const struct config_allow *allow)
{
    str key = entry_key(s, allow);
    struct allowance *allowance = map_get(&s->allowances, key);
    if (allowance)
        return allowance;
    allowance = arena_new(s->arena, struct allowance);
    allowance->suppression = (struct suppression){.reason = allow->reason.text, .at = allow->at};
    allowance->expired = s->today > allow->until_day;
    map_set(s->arena, &s->allowances, key, allowance);
    return allowance;
}

static void apply_entries(struct suppressor *s, struct diag *diag)
{
    const struct config *config =
        diag->unit && diag->unit <= s->configs->count ? s->configs->items[diag->unit - 1] : NULL;
    for (size_t i = 0; config && i < config->allow.count; i++) {
        if (!entry_allows(s, &config->allow.items[i], diag))
            continue;
        struct allowance *allowance = allowance_of(s, &config->allow.items[i]);
        allowance->used = true;
        if (!allowance->expired && !diag->suppressed)
            diag->suppressed = &allowance->suppression;
    }
}

/* ---- findings about suppressions */

__attribute__((format(printf, 4, 5))) static void report(
    struct suppressor *s, enum rule_id rule, span at, const char *format, ...)
{
    const struct rule_info *info = rule_info(rule);
    enum severity severity = rule_severity(s->config, s->mode, info->name, info->severity[s->mode]);
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(s->arena, format, arguments);
    va_end(arguments);
    if (severity != SEVERITY_OFF)
        diag_add(s->diags, info->name, severity, at, STR_FMT, STR_ARG(message));
}

static void report_comment(struct suppressor *s, const struct comment *comment)
{
    if (comment->fault.len > 0)
        report(s, RULE_UNUSED_SUPPRESSION, comment->at, "this suppression does not count: " STR_FMT,
            STR_ARG(comment->fault));
    else if (comment->expired)
        report(s, RULE_EXPIRED_SUPPRESSION, comment->at, "the suppression of " STR_FMT " has expired",
            STR_ARG(comment->rule));
    else if (!comment->used)
        report(s, RULE_UNUSED_SUPPRESSION, comment->at, "nothing to suppress: " STR_FMT " finds nothing here",
            STR_ARG(comment->rule));
}

static void report_entry(
    struct suppressor *s, const struct config_allow *allow, const struct allowance *allowance)
{
    str fault = rule_fault(s, allow->rule.text);
    if (fault.len > 0)
        report(s, RULE_UNUSED_SUPPRESSION, allow->rule.at, "this entry does not count: " STR_FMT,
            STR_ARG(fault));
    else if (allowance->expired)
        report(s, RULE_EXPIRED_SUPPRESSION, allow->until.at, "the suppression of " STR_FMT " has expired",
            STR_ARG(allow->rule.text));
    else if (!allowance->used)
        report(s, RULE_UNUSED_SUPPRESSION, allow->at,
            "nothing to suppress: " STR_FMT " finds nothing that this allows", STR_ARG(allow->rule.text));
}

/* Entries that nothing was found for, each once. */
static void report_entries(struct suppressor *s)
{
    struct map told = {0};
    vec_each(const struct config *const *, config, s->configs) {
        s->config = *config;
        for (size_t i = 0; *config && i < (*config)->allow.count; i++) {
            const struct config_allow *allow = &(*config)->allow.items[i];
            if (map_set(s->arena, &told, entry_key(s, allow), s) == NULL)
                report_entry(s, allow, allowance_of(s, allow));
        }
    }
}

void suppress_apply(struct diags *diags, const struct sources *sources, const suppress_configs *configs,
    enum mode mode, int64_t now)
{
    struct suppressor s = {
        .arena = diags->arena,
        .diags = diags,
        .sources = sources,
        .configs = configs,
        .mode = mode,
        .today = now / SECONDS_A_DAY,
    };
    s.config = configs->count && configs->items[0] ? configs->items[0] : arena_new(s.arena, struct config);
    vec_each(struct source *const *, source, &sources->items)
        if ((*source)->kind == SOURCE_ENV || (*source)->kind == SOURCE_COMPOSE ||
            (*source)->kind == SOURCE_MANIFEST)
            read_source(&s, *source);
    /* Counted before findings about suppressions are added: those cannot be suppressed themselves. */
    size_t count = diags->list.count;
    for (size_t i = 0; i < count; i++) {
        struct diag *diag = &diags->list.items[i];
        /* What could not be judged cannot be allowed. */
        if (diag->fatal)
            continue;
        apply_comments(&s, diag);
        apply_entries(&s, diag);
    }
    vec_each(struct comment **, comment, &s.comments)
        report_comment(&s, *comment);
    report_entries(&s);
}
