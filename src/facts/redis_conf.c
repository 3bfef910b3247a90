#include "facts/redis_conf.h"

#include "base/limit.h"
#include "deploy/path.h"
#include "text/reads.h"

/* The configuration that the command names, in a word of its own or in a line for a shell; empty: none. */
static str path_in_command(const struct workload *workload)
{
    size_t entry = workload->entrypoint.count;
    for (size_t i = 0; i < entry + workload->command.count; i++) {
        str rest = i < entry ? workload->entrypoint.items[i]->text : workload->command.items[i - entry]->text;
        str word;
        while (str_next(&rest, ' ', &word))
            if (str_ends(word, STR(".conf")) && path_is_absolute(word))
                return word;
    }
    return STR("");
}

static const struct source *open_conf(struct facts *facts, const struct workload *workload, str path)
{
    struct workload_path place = workload_path(facts->arena, facts->deployment, workload, path);
    if (place.kind == PATH_CONTENT)
        return source_add(facts->sources, SOURCE_SECRET,
            arena_concat(facts->arena, STR("configs."), place.resource->name), STR(""),
            place.resource->content);
    if (place.kind != PATH_FILE)
        return NULL;
    struct host_file file = reads_file(
        facts->sources, facts->host, facts->arena, place.file, limit_value(LIMIT_FILE_BYTES), place.at);
    str directory = facts->host->current_directory(facts->host->self, facts->arena);
    return file.status != HOST_OK
               ? NULL
               : source_add(facts->sources, SOURCE_SECRET, path_relative(facts->arena, directory, place.file),
                     place.file, file.text);
}

static const struct value *password_value(struct arena *arena, const struct source *source, str text)
{
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){
        .text = text,
        .set = true,
        .origin = ORIGIN_SECRET_FILE,
        .at = span_make(source->id, (size_t)(text.ptr - source->text.ptr), text.len),
    };
    pieces_add(arena, &value->pieces, text.len, value->at, NULL);
    return value;
}

/* What the lines so far say; a later one of the same name counts. */
struct conf_lines {
    str password;
    bool has_users, is_protected, is_loopback, includes;
};

static void read_line(struct conf_lines *lines, str line)
{
    str name = str_take(line, str_find_any(line, STR(" \t"))), rest = str_trim(str_skip(line, name.len));
    str text = str_trim_bytes(rest, STR("\"'"));
    if (str_eq_fold(name, STR("requirepass")))
        lines->password = text;
    else if (str_eq_fold(name, STR("aclfile")) ||
             (str_eq_fold(name, STR("user")) && !str_contains(rest, STR("nopass"))))
        lines->has_users = true;
    else if (str_eq_fold(name, STR("protected-mode")))
        lines->is_protected = str_eq_fold(text, STR("yes"));
    else if (str_eq_fold(name, STR("bind")))
        lines->is_loopback = str_starts(text, STR("127.")) && !str_has_byte(text, ' ');
    else if (str_eq_fold(name, STR("include")))
        lines->includes = true;
}

struct redis_conf redis_conf_read(struct facts *facts, const struct service *service)
{
    struct redis_conf conf = {0};
    str path = path_in_command(service->workload);
    const struct source *source = path.len ? open_conf(facts, service->workload, path) : NULL;
    if (!source)
        return conf;
    struct conf_lines lines = {0};
    str rest = source->text, line;
    while (str_next(&rest, '\n', &line))
        read_line(&lines, str_trim_bytes(line, STR(" \t\r")));
    conf.is_read = true;
    if (lines.password.len)
        conf.password = password_value(facts->arena, source, lines.password);
    /* Docker's images are built without protected mode, where the file does not ask for it. */
    conf.is_open =
        !conf.password && !lines.has_users && !lines.is_protected && !lines.is_loopback && !lines.includes;
    return conf;
}
