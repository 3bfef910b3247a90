/*
 * Programs that start others: supervisord, honcho and their kin. See settings/number.h.
 *
 * supervisord: supervisor/options.py (search paths, [include], %(ENV_X)s, numprocs, autostart). Procfile:
 * honcho and foreman start all of its entries, or those that are named.
 */
#include "base/limit.h"
#include "settings/number.h"
#include "settings/parsed.h"

#define PROGRAMS_MAX   100 /* that one supervisor starts; the rest is said to be open */
#define SECTIONS_MAX   500 /* of all its files */
#define FILES_MAX      50
#define LINE_BYTES_MAX 16384 /* of a command that is looked into */

static void add_program(const struct settings_reading *r, const struct source *source, str name, str line,
    struct workload_number copies)
{
    struct workload *workload = r->workload;
    struct value *value = arena_new(r->arena, struct value);
    bool is_slice =
        line.ptr >= source->text.ptr && line.ptr + line.len <= source->text.ptr + source->text.len;
    span at = is_slice ? settings_span(source, line) : span_make(source->id, 0, 0);
    *value = (struct value){.text = line, .set = true, .origin = ORIGIN_IMAGE, .at = at};
    pieces_add(r->arena, &value->pieces, line.len, at, NULL);
    bool is_too_much = workload->programs.count >= PROGRAMS_MAX || line.len > LINE_BYTES_MAX;
    workload->programs_open |= is_too_much;
    if (!is_too_much)
        vec_push(r->arena, &workload->programs,
            ((struct workload_program){.name = name, .line = value, .copies = copies}));
}

/* ---- supervisord */

struct supervisor {
    const struct settings_reading *r;
    size_t files, sections;
};

static struct workload_number copies_of(
    const struct supervisor *s, const struct source *source, const entry_list *entries, str section)
{
    const struct entry *copies = entries_get(entries, section, STR("numprocs"));
    struct expression_scope scope = {.environment = &s->r->workload->environment};
    if (!copies)
        return (struct workload_number){.text = STR("1")};
    struct workload_number number = settings_number(s->r, LANGUAGE_SUPERVISOR, source, copies->text, &scope);
    number.name = STR("numprocs");
    return number;
}

/* %(ENV_X)s as a shell writes it, so that the command is split with its value; other names are
 * supervisord's. */
static str with_shell_variables(struct arena *arena, str text)
{
    static const str open = STR_INIT("%(ENV_"), close = STR_INIT(")s");
    struct buf out = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    str whole = text;
    for (struct str_cut cut = str_cut(text, open); cut.found; cut = str_cut(text, open)) {
        struct str_cut name = str_cut(cut.tail, close);
        if (!name.found || !str_is_name(name.head))
            return whole;
        buf_printf(&out, STR_FMT "${" STR_FMT "}", STR_ARG(cut.head), STR_ARG(name.head));
        text = name.tail;
    }
    if (out.len == 0)
        return text;
    buf_str(&out, text);
    return arena_copy(arena, buf_view(&out));
}

static void add_section(const struct supervisor *s, const struct source *source, const entry_list *entries,
    const struct entry *command)
{
    str section = command->section;
    struct str_cut cut = str_cut_byte(section, ':');
    bool is_program = str_eq(cut.head, STR("program")) || str_eq(cut.head, STR("fcgi-program"));
    const struct entry *starts = entries_get(entries, section, STR("autostart"));
    if (!is_program || (starts && str_eq_fold(starts->text, STR("false"))))
        return;
    str text = with_shell_variables(s->r->arena, command->text);
    add_program(s->r, source, cut.tail, text, copies_of(s, source, entries, section));
}

static void read_file(struct supervisor *s, const struct source *source);

/* The files of [include], relative to the file; a star may stand in their last name. */
static void include(struct supervisor *s, str patterns, str from)
{
    struct arena *arena = s->r->arena;
    str pattern;
    while (str_next(&patterns, ' ', &pattern)) {
        str path = path_join(arena, from, pattern);
        str directory = path_directory(path), last = path_base(path);
        struct str_cut cut = str_cut_byte(last, '*');
        if (pattern.len == 0 || !path_is_absolute(path))
            continue;
        str_vec names = {0};
        if (cut.found)
            names = settings_list(s->r, directory);
        else
            vec_push(arena, &names, last);
        vec_each(const str *, name, &names) {
            if (cut.found && (!str_starts(*name, cut.head) || !str_ends(*name, cut.tail)))
                continue;
            struct settings_file file = settings_open(s->r, path_join(arena, directory, *name));
            s->r->workload->programs_open |= file.is_unclear || s->files >= FILES_MAX;
            if (file.source && s->files++ < FILES_MAX)
                read_file(s, file.source);
        }
    }
}

static void read_file(struct supervisor *s, const struct source *source)
{
    const entry_list *entries = parsed_entries(s->r, ENTRIES_SUPERVISOR, source);
    vec_each(const struct entry *, entry, entries) {
        bool is_command = str_eq_fold(entry->name, STR("command")) && s->sections++ < SECTIONS_MAX;
        if (is_command && entry == entries_get(entries, entry->section, STR("command")))
            add_section(s, source, entries, entry);
    }
    s->r->workload->programs_open |= s->sections > SECTIONS_MAX;
}

static void read_with_includes(struct supervisor *s, const struct source *source, str path)
{
    read_file(s, source);
    const entry_list *entries = parsed_entries(s->r, ENTRIES_SUPERVISOR, source);
    const struct entry *files = entries_get(entries, STR("include"), STR("files"));
    if (files)
        include(s, files->text, path_directory(path));
}

/* Where Debian's and Alpine's packages have their own file, which includes these. */
static void read_packaged(struct supervisor *s, str path)
{
    if (str_eq(path, STR("/etc/supervisor/supervisord.conf")))
        include(s, STR("/etc/supervisor/conf.d/*.conf"), STR("/"));
    else if (str_eq(path, STR("/etc/supervisord.conf")))
        include(s, STR("/etc/supervisor.d/*.ini"), STR("/"));
}

static void read_supervisor(const struct settings_reading *r, const struct settings_program *program)
{
    static const str places[] = {STR_INIT("supervisord.conf"), STR_INIT("etc/supervisord.conf"),
        STR_INIT("/etc/supervisord.conf"), STR_INIT("/etc/supervisor/supervisord.conf")};
    struct supervisor s = {.r = r};
    struct command_option named =
        command_option(&program->command, program->first, STR("configuration"), 'c');
    size_t count = named.found ? 1 : ARRAY_COUNT(places);
    for (size_t i = 0; i < count; i++) {
        str path = named.found ? named.text : places[i];
        struct settings_file file = settings_open(r, path);
        if (file.source) {
            read_with_includes(&s, file.source, path_join(r->arena, settings_directory(r), path));
            return;
        }
        read_packaged(&s, path);
    }
    r->workload->programs_open |= r->workload->programs.count == 0;
}

/* ---- Procfile */

static bool is_asked_for(const struct settings_program *program, str name)
{
    bool is_any = false;
    const struct command *command = &program->command;
    for (size_t i = program->first; i < command->words.count; i++) {
        str word = command->words.items[i].text;
        if (str_eq(word, STR("-f")) || str_eq(word, STR("--procfile")) || str_eq(word, STR("-e")))
            i++;
        else if (!str_starts(word, STR("-")) && !str_eq(word, STR("start"))) {
            is_any = true;
            if (str_eq(word, name))
                return true;
        }
    }
    return !is_any;
}

static void read_procfile(const struct settings_reading *r, const struct settings_program *program)
{
    struct command_option named = command_option(&program->command, program->first, STR("procfile"), 'f');
    struct settings_file file = settings_open(r, named.found ? named.text : STR("Procfile"));
    r->workload->programs_open |= !file.source;
    str rest = file.source ? file.source->text : STR(""), line;
    while (str_next(&rest, '\n', &line)) {
        struct str_cut cut = str_cut_byte(str_trim(line), ':');
        bool is_entry = cut.found && cut.head.len && !str_has_any(cut.head, STR(" \t#"));
        if (is_entry && str_trim(cut.tail).len && is_asked_for(program, cut.head))
            add_program(
                r, file.source, cut.head, str_trim(cut.tail), (struct workload_number){.text = STR("1")});
    }
}

void supervisor_programs(const struct settings_reading *r, const struct settings_program *program)
{
    static const struct {
        str program;
        void (*read)(const struct settings_reading *r, const struct settings_program *program);
    } supervisors[] = {
        {STR_INIT("supervisord"), read_supervisor},
        {STR_INIT("honcho"), read_procfile},
        {STR_INIT("foreman"), read_procfile},
        {STR_INIT("overmind"), read_procfile},
        {STR_INIT("hivemind"), read_procfile},
    };
    for (size_t i = 0; i < ARRAY_COUNT(supervisors); i++)
        if (str_eq(supervisors[i].program, program->program))
            supervisors[i].read(r, program);
}
