#include "budget/settings.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "text/cursor.h"
#include "text/mask.h"
#include "text/reads.h"

#include <stdlib.h>

#define INCLUDE_DEPTH_MAX 10 /* PostgreSQL's own limit (guc-file.l, CONF_FILE_MAX_DEPTH) */

/* One file that is being read. */
struct reading {
    const struct settings_reader *reader;
    struct settings *settings;
    enum settings_syntax syntax;
    const struct source *source;
    str directory; /* inside the container, for relative includes */
    str section;
    int depth;
    bool is_guess; /* nobody said that such a file is there: see settings_probe() */
};

static bool read_file(const struct reading *outer, str container_path);
static void read_directory(const struct reading *outer, str container_path, str suffix);

/* ---- sources */

static const struct source *known_source(const struct sources *sources, str path)
{
    vec_each(struct source *const *, source, &sources->items)
        if (str_eq((*source)->path, path))
            return *source;
    return NULL;
}

/* A guess about the inside of a mounted directory may be wrong; a file that is itself mounted is meant. */
static struct host_file read_host_file(const struct reading *reading, const struct workload_path *place)
{
    const struct settings_reader *reader = reading->reader;
    size_t limit = limit_value(LIMIT_FILE_BYTES);
    if (!reading->is_guess || place->is_itself)
        return reads_file(reader->sources, reader->host, reader->arena, place->file, limit, place->at);
    struct host_file file = reader->host->read(reader->host->self, reader->arena, place->file, limit);
    if (file.status != HOST_OK && !host_is_absent(file.status))
        reading->settings->incomplete = true;
    return file;
}

/* Reads the file at a path of the container; NULL: it is not there, or not readable here. */
static const struct source *open_source(const struct reading *reading, str container_path)
{
    const struct settings_reader *reader = reading->reader;
    struct workload_path place =
        workload_path(reader->arena, reader->deployment, reader->workload, container_path);
    if (place.kind == PATH_CONTENT)
        return source_add(reader->sources, SOURCE_SETTINGS,
            arena_printf(reader->arena, "configs." STR_FMT, STR_ARG(place.resource->name)), STR(""),
            place.resource->content);
    if (place.kind != PATH_FILE)
        return NULL;
    str path = place.file;
    const struct source *known = known_source(reader->sources, path);
    if (known)
        return known;
    struct host_file file = read_host_file(reading, &place);
    if (file.status != HOST_OK)
        return NULL;
    str base = reader->host->current_directory(reader->host->self, reader->arena);
    return source_add(
        reader->sources, SOURCE_SETTINGS, path_relative(reader->arena, base, path), path, file.text);
}

/* ---- lines */

/* Passwords are never shown: everything after the word, up to the end of the line. */
static void mark_secret(struct reading *reading, str line, size_t offset)
{
    str rest = arena_lower(reading->reader->arena, line);
    size_t at = str_find(rest, STR("password"));
    if (at == STR_NONE)
        return;
    size_t equals = str_find_byte(str_skip(rest, at), '=');
    if (equals == STR_NONE)
        return;
    at += equals + 1;
    mask_add(reading->reader->sources, span_make(reading->source->id, offset + at, line.len - at));
}

static void add_setting(
    struct reading *reading, str name, str text, size_t offset, size_t length, bool quoted)
{
    struct setting *setting = vec_add(reading->reader->arena, &reading->settings->list);
    *setting = (struct setting){
        .section = reading->section,
        .name = name,
        .text = text,
        .at = span_make(reading->source->id, offset, length),
        .quoted = quoted,
    };
}

static str resolve_include(const struct reading *reading, str path)
{
    return path_join(reading->reader->arena, reading->directory, path);
}

static void include_file(struct reading *reading, str path, bool may_be_missing)
{
    if (!read_file(reading, resolve_include(reading, path)) && !may_be_missing)
        reading->settings->incomplete = true;
}

static bool is_name_byte(char byte)
{
    return byte_is_name(byte) || byte == '.' || byte == '-' || byte == '$' || (unsigned char)byte >= 0x80;
}

/* '…' with '' and backslashes for one byte (guc-file.l, GUC_scanstr). */
static bool scan_quoted(struct arena *arena, struct cursor *in, str *ret_text)
{
    struct cursor c = *in;
    if (!cursor_byte(&c, '\''))
        return false;
    struct buf text = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    while (!cursor_done(&c)) {
        if (cursor_word(&c, STR("''"))) {
            buf_byte(&text, '\'');
        } else if (cursor_byte(&c, '\'')) {
            *ret_text = buf_view(&text);
            *in = c;
            return true;
        } else {
            cursor_byte(&c, '\\');
            if (!cursor_done(&c))
                buf_byte(&text, c.text.ptr[c.at++]);
        }
    }
    return false;
}

static bool is_bare_byte(char byte)
{
    return !byte_is_blank(byte) && byte != '#' && byte != '\'';
}

/* postgresql.conf: names without case, an optional =, the value quoted or bare, # ends the line. */
static void read_postgresql_line(struct reading *reading, str line, size_t offset)
{
    struct cursor c = {line, 0};
    str name, text;
    cursor_skip(&c, byte_is_blank);
    if (!cursor_run(&c, is_name_byte, line.len, &name))
        return;
    cursor_skip(&c, byte_is_blank);
    cursor_byte(&c, '=');
    cursor_skip(&c, byte_is_blank);
    size_t start = c.at;
    bool quoted = scan_quoted(reading->reader->arena, &c, &text);
    if (!quoted && !cursor_run(&c, is_bare_byte, line.len, &text))
        return;
    if (str_eq_fold(name, STR("include")) || str_eq_fold(name, STR("include_if_exists")))
        include_file(reading, text, str_eq_fold(name, STR("include_if_exists")));
    else if (str_eq_fold(name, STR("include_dir")))
        read_directory(reading, resolve_include(reading, text), STR(".conf"));
    else
        add_setting(reading, name, text, offset + start, c.at - start, quoted);
}

/* A # in the middle of a my.cnf line starts a comment (MySQL manual, option files). */
static str without_comment(enum settings_syntax syntax, str line)
{
    size_t at = syntax == SETTINGS_MYSQL ? str_find(line, STR(" #")) : STR_NONE;
    return at == STR_NONE ? line : str_take(line, at);
}

static str without_quotes(str text)
{
    bool quoted =
        text.len >= 2 && (text.ptr[0] == '"' || text.ptr[0] == '\'') && text.ptr[text.len - 1] == text.ptr[0];
    return quoted ? str_slice(text, 1, text.len - 1) : text;
}

static bool read_ini_include(struct reading *reading, str line)
{
    if (reading->syntax == SETTINGS_PGBOUNCER && str_starts(line, STR("%include "))) {
        include_file(reading, str_trim(str_skip(line, STR("%include ").len)), false);
        return true;
    }
    if (reading->syntax != SETTINGS_MYSQL || !str_starts(line, STR("!include")))
        return false;
    if (str_starts(line, STR("!includedir ")))
        read_directory(reading, str_trim(str_skip(line, STR("!includedir ").len)), STR(".cnf"));
    else
        include_file(reading, str_trim(str_skip(line, STR("!include ").len)), false);
    return true;
}

static void read_ini_line(struct reading *reading, str line, size_t offset)
{
    str trimmed = str_trim(line);
    if (trimmed.len == 0 || trimmed.ptr[0] == '#' || trimmed.ptr[0] == ';')
        return;
    if (trimmed.ptr[0] == '[') {
        reading->section = arena_lower(reading->reader->arena, str_trim_bytes(trimmed, STR("[] \t")));
        return;
    }
    if (read_ini_include(reading, trimmed))
        return;
    struct str_cut cut = str_cut_byte(without_comment(reading->syntax, line), '=');
    str text = str_trim(cut.tail);
    size_t start = cut.found ? (size_t)(text.ptr - line.ptr) : line.len;
    str name = without_quotes(str_trim(cut.head));
    if (name.len)
        add_setting(reading, name, without_quotes(text), offset + start, text.len, false);
}

typedef void read_line(struct reading *reading, str line, size_t offset);

static read_line *const line_readers[] = {
    [SETTINGS_POSTGRESQL] = read_postgresql_line,
    [SETTINGS_MYSQL] = read_ini_line,
    [SETTINGS_PGBOUNCER] = read_ini_line,
};

static void read_source(struct reading *reading)
{
    str rest = reading->source->text, line;
    while (str_next(&rest, '\n', &line)) {
        size_t offset = (size_t)(line.ptr - reading->source->text.ptr);
        line = str_trim_bytes(line, STR("\r"));
        mark_secret(reading, line, offset);
        line_readers[reading->syntax](reading, line, offset);
    }
    reading->settings->any = true;
}

/* ---- files */

static bool read_file(const struct reading *outer, str container_path)
{
    struct reading reading = *outer;
    if (++reading.depth > INCLUDE_DEPTH_MAX ||
        ++reading.settings->files > limit_value(LIMIT_SETTINGS_FILES)) {
        reading.settings->incomplete = true;
        return false;
    }
    reading.section = STR("");
    reading.directory = path_directory(container_path);
    reading.source = open_source(outer, container_path);
    if (!reading.source)
        return false;
    read_source(&reading);
    return true;
}

/* The names in a directory of the container: of a mounted directory, and of files mounted into it. */
static str_vec directory_names(const struct settings_reader *reader, str container_path)
{
    str_vec names = {0};
    struct workload_path place =
        workload_path(reader->arena, reader->deployment, reader->workload, container_path);
    if (place.kind == PATH_FILE) {
        struct host_entries entries =
            reads_list(reader->sources, reader->host, place.file, reader->workload->at);
        vec_each(const struct host_entry *, entry, &entries.list)
            if (!entry->is_directory)
                vec_push(reader->arena, &names, entry->name);
    }
    vec_each(const struct workload_mount *, mount, &reader->workload->mounts)
        if (mount->bind && str_eq(path_directory(mount->target), container_path))
            vec_push(reader->arena, &names, path_base(mount->target));
    vec_each(const struct workload_resource *, use, &reader->workload->configs)
        if (str_eq(path_directory(use->target), container_path))
            vec_push(reader->arena, &names, path_base(use->target));
    if (names.count > 1)
        qsort(names.items, names.count, sizeof *names.items, str_order);
    return names;
}

static void read_directory(const struct reading *outer, str container_path, str suffix)
{
    str path = path_clean(outer->reader->arena, container_path);
    str_vec names = directory_names(outer->reader, path);
    vec_each(const str *, name, &names) {
        bool again = name > names.items && str_eq(name[0], name[-1]);
        if (str_ends(*name, suffix) && !str_starts(*name, STR(".")) && !again)
            read_file(outer, path_join(outer->reader->arena, path, *name));
    }
}

bool settings_read(const struct settings_reader *reader, enum settings_syntax syntax, str container_path,
    struct settings *settings)
{
    struct reading outer = {.reader = reader, .settings = settings, .syntax = syntax};
    return read_file(&outer, path_clean(reader->arena, container_path));
}

bool settings_probe(const struct settings_reader *reader, enum settings_syntax syntax, str container_path,
    struct settings *settings)
{
    struct reading outer = {.reader = reader, .settings = settings, .syntax = syntax, .is_guess = true};
    return read_file(&outer, path_clean(reader->arena, container_path));
}

void settings_read_directory(const struct settings_reader *reader, enum settings_syntax syntax,
    str container_path, str suffix, struct settings *settings)
{
    struct reading outer = {.reader = reader, .settings = settings, .syntax = syntax};
    read_directory(&outer, container_path, suffix);
}

static bool same_name(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        char left = a.ptr[i] == '-' ? '_' : byte_lower(a.ptr[i]);
        char right = b.ptr[i] == '-' ? '_' : byte_lower(b.ptr[i]);
        if (left != right)
            return false;
    }
    return true;
}

const struct setting *settings_get(const struct settings *settings, str section, str name)
{
    for (size_t i = settings->list.count; i-- > 0;)
        if (same_name(settings->list.items[i].name, name) &&
            (section.len == 0 || str_eq(settings->list.items[i].section, section)))
            return &settings->list.items[i];
    return NULL;
}
