#include "env/convert.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "syntax/yaml.h"
#include "text/host.h"

/* Takes what has no value, or does not fit, off the variables that are written. */
static bool takes_part(struct arena *arena, struct conversion *conversion, const struct map_entry *entry,
    bool (*fits)(const struct value *value))
{
    const struct value *value = entry->value;
    if (entry->removed)
        return false;
    if (!value->set) {
        vec_push(arena, &conversion->unset, value->name);
        return false;
    }
    if (!fits || fits(value))
        return true;
    vec_push(arena, &conversion->refused, ((struct refusal){.name = value->name}));
    return false;
}

/* --- env files */

/* One reader after the other: those for whom there is no spelling that those before them take as well. */
static struct refusal refusal_of(struct arena *arena, const dialect_list *readers, const struct value *value)
{
    struct refusal refusal = {.name = value->name};
    dialect_list agreed = {0};
    struct spelling spelling;
    vec_each(const struct dialect *const *, reader, readers) {
        vec_push(arena, &agreed, *reader);
        if (spell_value(arena, &agreed, STR(""), value->name, value->text, &spelling))
            continue;
        agreed.count--;
        refusal.by =
            arena_join(arena, refusal.by, refusal.by.len ? STR(", ") : STR(""), dialect_name(*reader));
    }
    return refusal;
}

/* Statements side by side are not always what each is alone: the whole file has the last word. */
static void read_back(
    struct arena *arena, struct conversion *conversion, const struct env *env, const struct dialect *reader)
{
    struct sources sources = {.arena = arena};
    struct diags diags = {.arena = arena, .sources = &sources, .least = SEVERITY_ERROR + 1};
    const struct source *source = source_add(&sources, SOURCE_ENV, STR(""), STR(""), conversion->text);
    struct dotenv_result result = dotenv_read(arena, &diags, source, reader, NULL, ORIGIN_ENV_FILE);
    size_t count = 0;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set)
            continue;
        const struct value *got = result.ok ? env_get(&result.env, value->name) : NULL;
        if (!got || !got->set || !str_eq(got->text, value->text))
            vec_push(arena, &conversion->refused, ((struct refusal){value->name, dialect_name(reader)}));
        count++;
    }
    if (result.ok && conversion->refused.count == 0 && result.env.map.live != count)
        vec_push(arena, &conversion->refused, ((struct refusal){.name = dialect_name(reader)}));
}

struct conversion convert_env(struct arena *arena, const struct env *env, const dialect_list *readers)
{
    struct conversion conversion = {0};
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        struct spelling spelling;
        if (!takes_part(arena, &conversion, entry, NULL))
            continue;
        if (!spell_value(arena, readers, STR(""), value->name, value->text, &spelling)) {
            vec_push(arena, &conversion.refused, refusal_of(arena, readers, value));
            continue;
        }
        buf_str(&buf, arena_join(arena, value->name, STR("="), spelling.text, STR("\n")));
    }
    conversion.text = buf_view(&buf);
    for (size_t i = 0; conversion.refused.count == 0 && i < readers->count; i++)
        read_back(arena, &conversion, env, readers->items[i]);
    return conversion;
}

/* --- Kubernetes */

enum { OBJECT_KEY_MAX = 253 };

/* The keys of Secrets and ConfigMaps (validation.IsConfigMapKey) of which an environment can be made. */
static bool is_object_key(str name)
{
    return name.len > 0 && name.len <= OBJECT_KEY_MAX && str_is_all(name, byte_is_key) &&
           !str_starts(name, STR("..")) && !str_eq(name, STR("."));
}

/* A program cannot be started with a NUL byte in its environment. */
static bool fits_secret(const struct value *value)
{
    return is_object_key(value->name) && !str_has_byte(value->text, '\0');
}

/* ConfigMaps hold text (their binaryData makes no environment). */
static bool fits_config_map(const struct value *value)
{
    return utf8_valid(value->text) && fits_secret(value);
}

/* The data of the object as YAML readers see it, against what was to be written. */
static void read_manifest_back(
    struct arena *arena, struct conversion *conversion, const struct env *env, bool is_secret)
{
    struct sources sources = {.arena = arena};
    struct diags diags = {.arena = arena, .sources = &sources};
    struct source *source = source_add(&sources, SOURCE_CONFIG, STR(""), STR(""), conversion->text);
    struct yaml_options options = {.rule = STR("config-syntax")};
    struct yaml_documents documents = yaml_read(arena, &diags, source, &options);
    const struct yaml_node *data =
        documents.ok && documents.list.count ? yaml_get(documents.list.items[0], STR("data")) : NULL;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set)
            continue;
        const struct yaml_node *node = data ? yaml_get(data, value->name) : NULL;
        str wanted = is_secret ? base64_encode(arena, value->text) : value->text;
        if (!node || node->kind != YAML_SCALAR || !str_eq(node->text, wanted))
            vec_push(arena, &conversion->refused, ((struct refusal){.name = value->name}));
    }
}

struct conversion convert_manifest(struct arena *arena, const struct env *env, str name, bool is_secret)
{
    struct conversion conversion = {0};
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_printf(&buf, "apiVersion: v1\nkind: %s\nmetadata:\n  name: " STR_FMT "\n%sdata:\n",
        is_secret ? "Secret" : "ConfigMap", STR_ARG(name), is_secret ? "type: Opaque\n" : "");
    size_t before = buf.len;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (!takes_part(arena, &conversion, entry, is_secret ? fits_secret : fits_config_map))
            continue;
        str text = is_secret ? base64_encode(arena, value->text) : yaml_quote_double(arena, value->text);
        bool is_plain = is_secret && text.len > 0;
        buf_str(&buf, arena_join(arena, STR("  "), yaml_quote_double(arena, value->name), STR(": "),
                          is_plain    ? text
                          : is_secret ? STR("\"\"")
                                      : text,
                          STR("\n")));
    }
    if (buf.len == before)
        buf_str(&buf, STR("  {}\n"));
    conversion.text = buf_view(&buf);
    if (conversion.refused.count == 0)
        read_manifest_back(arena, &conversion, env, is_secret);
    return conversion;
}

/* --- Docker secrets */

/* A file of its own, and a name that Compose takes. */
static bool fits_file(const struct value *value)
{
    return is_object_key(value->name);
}

struct conversion convert_secret_files(struct arena *arena, const struct env *env, str directory)
{
    struct conversion conversion = {0};
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    buf_str(&buf, STR("secrets:\n"));
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (!takes_part(arena, &conversion, entry, fits_file))
            continue;
        str path = yaml_quote_double(arena, path_join(arena, directory, value->name));
        buf_str(&buf, arena_join(arena, STR("  "), yaml_quote_double(arena, value->name),
                          STR(":\n    file: "), path, STR("\n")));
    }
    conversion.text = buf_view(&buf);
    return conversion;
}
