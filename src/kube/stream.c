#include "kube/stream.h"

#include "kube/manifest.h"
#include "kube/template.h"
#include "text/mask.h"

/* A source while it is read. */
struct stream {
    struct kube *k;
    const struct source *source;
    struct arena *scratch; /* of documents that nobody asks for */
    size_t objects;
    bool is_template; /* not rendered: nothing more is read of it */
};

/* The value of a key at the left edge of a block document; empty: there is none, or it is JSON. */
static str value_at_edge(str text, str key)
{
    str line;
    while (str_next(&text, '\n', &line))
        if (str_starts(line, key) && line.len > key.len && line.ptr[key.len] == ':')
            return str_trim_bytes(str_trim(str_cut_byte(str_skip(line, key.len + 1), '#').head), STR("\"'"));
    return STR("");
}

bool stream_is_manifest(str text)
{
    str kind = value_at_edge(text, STR("kind")), version = value_at_edge(text, STR("apiVersion"));
    if (kind.len == 0 && str_starts(str_trim_start(text), STR("{")))
        return str_contains(text, STR("\"apiVersion\"")) && str_contains(text, STR("\"kind\""));
    str rest = text, line;
    while (version.len && str_next(&rest, '\n', &line))
        if (str_starts(line, STR("kind:"))) {
            str name = str_trim_bytes(str_trim(str_cut_byte(str_skip(line, 5), '#').head), STR("\"'"));
            if (kube_kind_is_asked_for(name) || str_ends(name, STR("List")))
                return true;
        }
    return false;
}

/* ---- objects */

static void warn_twice(struct stream *s, const struct kube_object *object)
{
    const struct kube_object *former = object->replaced;
    if (!former || former->at.source != object->at.source)
        return;
    struct diag *diag = diag_add(s->k->diags, STR("duplicate-key"), SEVERITY_WARNING, object->at,
        "`" STR_FMT " " STR_FMT "` is in this stream twice", STR_ARG(object->kind->name),
        STR_ARG(object->name));
    diag->label = STR("this one counts");
    diag_related(s->k->diags, diag, former->at, "first here: replaced");
    diag_help(s->k->diags, diag, "remove one of them: what applies the stream may refuse it, or take either");
}

/* `generateName` makes a new name each time: none of them replaces another. */
static str name_of(struct stream *s, const struct kube_kind *kind, const struct yaml_node *metadata, str zone)
{
    str name = kube_text_of(metadata, STR("name")), stem = kube_text_of(metadata, STR("generateName"));
    if (name.len || stem.len == 0)
        return name;
    name = str_trim_bytes(stem, STR("-"));
    if (kube_find(&s->k->index, kind->name, zone, name))
        name = arena_join(s->k->arena, stem, arena_unsigned(s->k->arena, s->k->index.count));
    return name;
}

static void take_object(struct stream *s, const struct yaml_node *node, str kind_name, str version)
{
    struct kube *k = s->k;
    s->objects++;
    if (++k->index.count > limit_value(LIMIT_MANIFEST_OBJECTS)) {
        kube_limit(k, LIMIT_MANIFEST_OBJECTS, node->at);
        return;
    }
    const struct kube_kind *kind = kube_kind(version, kind_name);
    /* v1 is Kubernetes' own; other groups may have kinds of any name. */
    if (!kind && str_eq(version, STR("v1")) && kube_kind_is_asked_for(kind_name))
        kube_refuse(k, span_sub(node->at, 0, 1), "v1 has no kind `" STR_FMT "`", STR_ARG(kind_name));
    if (!kind || kind->role == KUBE_OTHER)
        return;
    const struct yaml_node *metadata = yaml_get(node, STR("metadata"));
    const struct yaml_node *name = yaml_get(metadata, STR("name"));
    struct kube_object *object = arena_new(k->arena, struct kube_object);
    *object = (struct kube_object){.kind = kind,
        .zone = kube_text_of(metadata, STR("namespace")),
        .node = node,
        .metadata = metadata,
        .spec = yaml_get(node, STR("spec")),
        .at = name ? name->at : node->at};
    object->name = name_of(s, kind, metadata, object->zone);
    template_see(k, object);
    manifest_check(k, object);
    if (kind->role != KUBE_WORKLOAD)
        kube_allow(k, metadata, node->at, STR(""));
    kube_add(&k->index, object);
    warn_twice(s, object);
}

static void take_node(struct stream *s, const struct yaml_node *node, str list_kind, str list_version)
{
    struct kube *k = s->k;
    if (node->kind != YAML_MAPPING) {
        kube_refuse(k, node->at, "an object is a mapping with apiVersion and kind");
        return;
    }
    str kind = kube_text_of(node, STR("kind")), version = kube_text_of(node, STR("apiVersion"));
    kind = kind.len ? kind : list_kind;
    version = version.len ? version : list_version;
    const struct yaml_node *items = yaml_get(node, STR("items"));
    if (kind.len == 0 || version.len == 0) {
        kube_refuse(k, span_sub(node->at, 0, 1), "%s not set",
            kind.len      ? "apiVersion is"
            : version.len ? "kind is"
                          : "apiVersion and kind are");
    } else if (str_eq(kind, STR("List")) && (!items || items->kind != YAML_SEQUENCE)) {
        kube_refuse(k, items && items->at.length ? items->at : span_sub(node->at, 0, 1),
            "a List needs `items`, a list");
    } else if (str_ends(kind, STR("List")) && items && items->kind == YAML_SEQUENCE) {
        bool is_mixed = str_eq(kind, STR("List"));
        vec_each(struct yaml_node *const *, item, &items->items)
            take_node(s, *item, is_mixed ? STR("") : str_take(kind, kind.len - STR("List").len),
                is_mixed ? STR("") : version);
    } else {
        take_object(s, node, kind, version);
    }
}

/* ---- documents */

/* A template of Helm, or of another engine, is no YAML before it is rendered, and its names are none. */
static bool refuse_template(struct stream *s, str text, size_t from, size_t first_diag, bool is_broken)
{
    size_t at = str_find(text, STR("{{"));
    char next = at != STR_NONE && at + 2 < text.len ? text.ptr[at + 2] : '\0';
    bool is_name = is_broken && byte_is_name(next); /* {{name}} of other engines is a mapping, and no key */
    bool is_action = at != STR_NONE && (is_name || str_has_byte(STR(" -.$/\""), next));
    bool is_template = is_action && (is_broken || str_starts(value_at_edge(text, STR("  name")), STR("{{")));
    if (!is_template)
        return false;
    struct diags *diags = s->k->diags;
    while (diags->list.count > first_diag)
        diags->list.count--;
    struct diag *diag = kube_refuse(s->k, span_make(s->source->id, from + at, 2),
        "a template that is not rendered yet: what it makes can be judged, not the template");
    diag_help(diags, diag, "helm template CHART | bootgate check -");
    s->is_template = true;
    return true;
}

/* Its tree, in `arena`; NULL: it is refused, or empty. What follows `...` kubectl does not read either. */
static const struct yaml_node *read_tree(struct stream *s, struct arena *arena, size_t from, size_t to)
{
    struct kube *k = s->k;
    size_t first_diag = k->diags->list.count;
    struct yaml_options options = {
        .rule = STR("manifest-syntax"), .merge_keys = true, .last_wins = true, .from = from, .to = to};
    struct yaml_documents documents = yaml_read(arena, k->diags, s->source, &options);
    if (refuse_template(s, str_slice(s->source->text, from, to), from, first_diag, !documents.ok))
        return NULL;
    if (!documents.ok)
        k->deployment->ok = !(k->deployment->refused = true);
    return documents.ok && documents.list.count ? documents.list.items[0] : NULL;
}

/* Most bytes of a cluster are definitions that nobody here asks for: they are read, and forgotten. */
static bool is_passed_over(struct stream *s, size_t from, size_t to)
{
    str kind = value_at_edge(str_slice(s->source->text, from, to), STR("kind"));
    if (kind.len == 0 || kube_kind_is_asked_for(kind) || str_ends(kind, STR("List")))
        return false;
    size_t first_diag = s->k->diags->list.count;
    const struct yaml_node *node = read_tree(s, s->scratch, from, to);
    /* What its first line of that name says need not be what the tree has. */
    bool is_so =
        !node || (str_eq(kube_text_of(node, STR("kind")), kind) && kube_text_of(node, STR("apiVersion")).len);
    if (!is_so)
        s->k->diags->list.count = first_diag;
    arena_clear(s->scratch);
    s->objects += is_so;
    return is_so;
}

static void read_document(struct stream *s, size_t from, size_t to)
{
    if (is_passed_over(s, from, to))
        return;
    const struct yaml_node *node = read_tree(s, s->k->arena, from, to);
    if (node)
        take_node(s, node, STR(""), STR(""));
}

/* Where the JSON object that begins at `at` ends: after its brace. */
static size_t json_end(str text, size_t at)
{
    size_t depth = 0;
    bool in_text = false;
    for (; at < text.len; at++) {
        char byte = text.ptr[at];
        if (in_text) {
            at += byte == '\\';
            in_text = byte != '"';
            continue;
        }
        in_text = byte == '"';
        depth += byte == '{';
        if (byte == '}' && depth > 0 && --depth == 0)
            return at + 1;
    }
    return text.len;
}

/* Comments and blanks alone: no document. */
static bool is_blank(str text)
{
    str line;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_skip(text, 3);
    while (str_next(&text, '\n', &line)) {
        str trimmed = str_trim(line);
        if (trimmed.len && trimmed.ptr[0] != '#' && !str_eq(trimmed, STR("...")))
            return false;
    }
    return true;
}

static void read_chunk(struct stream *s, size_t from, size_t to)
{
    str text = str_slice(s->source->text, from, to);
    if (is_blank(text) || s->is_template) /* said once: the rest is one, too */
        return;
    str start = str_trim_start(text);
    if (!str_starts(start, STR("{")) || str_starts(start, STR("{{"))) { /* {{ begins no object of JSON */
        read_document(s, from, to);
        return;
    }
    size_t at = from + text.len - start.len;
    while (at < to && !s->is_template) {
        size_t end = json_end(str_take(s->source->text, to), at);
        read_document(s, at, end);
        str rest = str_slice(s->source->text, end, to);
        at = to - str_trim_start(rest).len;
        if (at < to && s->source->text.ptr[at] == ',') /* no separator of JSON objects */
            break;
    }
}

/* Behind --- are blanks or a comment; kubectl refuses all else. */
static void check_separator(struct stream *s, size_t at, str line)
{
    str rest = str_trim(str_skip(line, 3));
    if (rest.len && rest.ptr[0] != '#')
        kube_refuse(s->k, span_make(s->source->id, at, 3),
            "a line that begins with --- parts documents: nothing but a comment may follow on it");
}

static void out_of_scratch(void *owner)
{
    arena_exhausted(owner);
}

void stream_read(struct kube *k, const struct source *source, bool is_named)
{
    struct arena scratch = {.out_of_memory = out_of_scratch, .owner = k->arena};
    struct stream s = {.k = k, .source = source, .scratch = &scratch};
    str text = source->text;
    size_t from = 0, at = 0;
    while (at < text.len) {
        size_t length = str_find_byte(str_skip(text, at), '\n');
        size_t next = length == STR_NONE ? text.len : at + length + 1;
        str line = str_slice(text, at, next);
        if (str_starts(line, STR("---"))) {
            check_separator(&s, at, line);
            read_chunk(&s, from, at);
            from = next;
        }
        at = next;
    }
    read_chunk(&s, from, text.len);
    arena_free(&scratch);
    if (s.objects == 0 && is_named && !k->deployment->refused)
        kube_refuse(k, span_make(source->id, 0, 0), "no object is in it");
}
