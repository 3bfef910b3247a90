#include "syntax/yaml.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/utf8.h"
#include "text/mask.h"

#include <stdint.h>
#include <yaml.h>

enum {
    STRIDE = 64,       /* code points between two known byte offsets */
    WIDE = 16,         /* pairs from which a mapping is searched through its index */
    MOST_FAULTS = 100, /* reading stops at this one */
};

#define BYTE_ORDER_MARK STR("\xEF\xBB\xBF")
#define LONG_TAG_PREFIX STR("tag:yaml.org,2002:")

/* One run over a source: libyaml's state and what the composer adds to it. */
struct reader {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    const struct yaml_options *options;
    yaml_parser_t parser;
    size_t text_from;      /* where libyaml's code point 0 is: after a byte order mark */
    size_t text_to;        /* where what is read ends */
    bool is_ascii;         /* after the mark code points are bytes */
    VEC(uint32_t) strides; /* else: byte offset of each STRIDE-th code point */
    struct map anchors;    /* name → struct yaml_node *, all documents */
    size_t max_depth, max_nodes;
    size_t nodes;  /* read or merged so far */
    size_t end;    /* byte after the last scalar, alias or flow collection */
    bool failed;   /* nothing more can be read */
    size_t faults; /* reported ones */
};

/* What is read of the source. */
static str text_of(const struct reader *r)
{
    return str_slice(r->source->text, r->text_from, r->text_to);
}

static void index_code_points(struct reader *r)
{
    str text = text_of(r);
    r->is_ascii = utf8_is_ascii(text);
    size_t count = 0;
    for (size_t i = 0; !r->is_ascii && i < text.len; i++) {
        if (utf8_continues(text.ptr[i]))
            continue;
        if (count++ % STRIDE == 0)
            vec_push(r->arena, &r->strides, (uint32_t)i);
    }
}

/* libyaml counts code points; spans count bytes. */
static size_t byte_of(const struct reader *r, size_t code_point)
{
    str text = text_of(r);
    size_t at = code_point;
    if (!r->is_ascii) {
        size_t stride = code_point / STRIDE;
        if (stride >= r->strides.count)
            return r->text_to;
        at = r->strides.items[stride];
        for (size_t left = code_point % STRIDE; left > 0 && at < text.len; left--)
            for (at++; at < text.len && utf8_continues(text.ptr[at]);)
                at++;
    }
    return r->text_from + (at < text.len ? at : text.len);
}

static span span_between(const struct reader *r, size_t from, size_t to)
{
    return span_make(r->source->id, from, to > from ? to - from : 0);
}

/* What is after a key may be a secret, which nobody marks in a file that cannot be read. */
static void mask_line_at(struct reader *r, size_t at)
{
    struct sources *sources = r->diags->sources;
    mask_line(sources, r->source->id, source_position(sources, r->source->id, (uint32_t)at).line);
}

static struct diag *refuse(struct reader *r, span at, const char *message)
{
    mask_line_at(r, at.offset);
    struct diag *diag = diag_add(r->diags, r->options->rule, SEVERITY_ERROR, at, "%s", message);
    diag->fatal = true;
    if (++r->faults >= MOST_FAULTS)
        r->failed = true;
    return diag;
}

static void *reach_limit(struct reader *r, enum limit_id limit, span at)
{
    if (!r->failed)
        diag_limit(r->diags, limit, at);
    r->failed = true;
    r->faults++;
    return NULL;
}

/* libyaml's own words name no bytes of the input, so they may be passed on. */
static void report_parser_error(struct reader *r)
{
    const yaml_parser_t *parser = &r->parser;
    if (parser->error == YAML_MEMORY_ERROR) /* no fault of the file */
        arena_exhausted(r->arena);
    size_t at = parser->error == YAML_READER_ERROR ? r->text_from + parser->problem_offset
                                                   : byte_of(r, parser->problem_mark.index);
    str text = r->source->text;
    bool is_tab = parser->error == YAML_SCANNER_ERROR && at < text.len && text.ptr[at] == '\t';
    const char *problem = parser->problem ? parser->problem : "the file cannot be read as YAML";
    if (at > text.len)
        at = text.len;
    struct diag *diag = refuse(r, span_between(r, at, at < text.len ? at + 1 : at),
        is_tab ? "a tab cannot indent YAML: use spaces" : problem);
    mask_stray_line(r->diags->sources, diag->at);
    if (parser->context != NULL && parser->error != YAML_READER_ERROR) {
        size_t from = byte_of(r, parser->context_mark.index);
        mask_line_at(r, from);
        diag_related(r->diags, diag, span_between(r, from, from), "%s", parser->context);
    }
    r->failed = true;
}

static bool next_event(struct reader *r, yaml_event_t *ret_event)
{
    if (r->failed)
        return false;
    if (yaml_parser_parse(&r->parser, ret_event) != 0)
        return true;
    report_parser_error(r);
    return false;
}

static str written_tag(struct reader *r, const yaml_char_t *tag)
{
    str text = str_from_c((const char *)tag);
    if (str_starts(text, LONG_TAG_PREFIX))
        return arena_concat(r->arena, STR("!!"), str_skip(text, LONG_TAG_PREFIX.len));
    return arena_copy(r->arena, text);
}

/* Skips `count` anchors and tags before a node, with the blanks, breaks and comments between them. */
static size_t skip_properties(const struct reader *r, size_t from, size_t to, int count)
{
    str text = str_take(r->source->text, to);
    while (from < to) {
        char byte = text.ptr[from];
        if (byte_is_blank(byte)) {
            from++;
        } else if (byte == '#') {
            while (from < to && text.ptr[from] != '\n' && text.ptr[from] != '\r')
                from++;
        } else if (count > 0 && (byte == '&' || byte == '!')) {
            size_t length = str_find_any(str_skip(text, from), STR(" \t\r\n,[]{}"));
            from = length == STR_NONE ? to : from + length;
            count--;
        } else {
            break;
        }
    }
    return from;
}

/* `PASSWORD: !x7Kp` and `PASSWORD: &x7Kp` are a tag and an anchor of nothing: the value wanted quotes. */
static void mask_lone_property(struct reader *r, const yaml_event_t *event)
{
    size_t from = byte_of(r, event->start_mark.index), to = byte_of(r, event->end_mark.index);
    str text = str_slice(r->source->text, from, to);
    if (!str_starts(text, STR("!!")) && !str_eq(text, STR("!reset")) && !str_eq(text, STR("!override")))
        mask_add(r->diags->sources, span_between(r, from, to));
}

static struct yaml_node *new_node(struct reader *r, enum yaml_kind kind, const yaml_event_t *event,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct yaml_node *node = arena_new(r->arena, struct yaml_node);
    size_t from = byte_of(r, event->start_mark.index);
    size_t to = byte_of(r, event->end_mark.index);
    if (anchor != NULL || tag != NULL)
        from = skip_properties(
            r, from, kind == YAML_SCALAR ? to : r->source->text.len, (anchor != NULL) + (tag != NULL));
    if (kind == YAML_SCALAR && from == to)
        mask_lone_property(r, event);
    *node = (struct yaml_node){.kind = kind, .at = span_between(r, from, to), .weight = 1};
    if (tag != NULL)
        node->tag = written_tag(r, tag);
    if (anchor != NULL)
        map_set(r->arena, &r->anchors, arena_copy(r->arena, str_from_c((const char *)anchor)), node);
    if (++r->nodes > r->max_nodes)
        return reach_limit(r, LIMIT_YAML_NODES, node->at);
    return node;
}

static enum yaml_style style_of(yaml_scalar_style_t style)
{
    static const enum yaml_style styles[] = {
        [YAML_ANY_SCALAR_STYLE] = YAML_PLAIN,
        [YAML_PLAIN_SCALAR_STYLE] = YAML_PLAIN,
        [YAML_SINGLE_QUOTED_SCALAR_STYLE] = YAML_SINGLE_QUOTED,
        [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = YAML_DOUBLE_QUOTED,
        [YAML_LITERAL_SCALAR_STYLE] = YAML_LITERAL,
        [YAML_FOLDED_SCALAR_STYLE] = YAML_FOLDED,
    };
    return styles[style];
}

/* The text between the quotes, or below the header of a block scalar. */
static span inner_span(const struct reader *r, const struct yaml_node *node)
{
    span at = node->at;
    switch (node->style) {
    case YAML_SINGLE_QUOTED:
    case YAML_DOUBLE_QUOTED:
        return at.length >= 2 ? span_sub(at, 1, at.length - 2) : at;
    case YAML_LITERAL:
    case YAML_FOLDED:
        break;
    default:
        return at;
    }
    str text = str_slice(r->source->text, at.offset, at.offset + at.length);
    size_t header = str_find_any(text, STR("\r\n"));
    if (header == STR_NONE)
        return span_sub(at, at.length, 0);
    while (header < at.length && byte_is_blank(text.ptr[header]))
        header++;
    return span_sub(at, header, at.length - header);
}

static struct yaml_node *read_scalar(struct reader *r, const yaml_event_t *event)
{
    struct yaml_node *node =
        new_node(r, YAML_SCALAR, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (node == NULL)
        return NULL;
    node->style = style_of(event->data.scalar.style);
    str text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    if (node->style == YAML_LITERAL || node->style == YAML_FOLDED) {
        str written = str_slice(r->source->text, node->at.offset, node->at.offset + node->at.length);
        node->at.length = (uint32_t)str_trim_end(written).len;
    }
    node->inner = inner_span(r, node);
    str inner = str_slice(r->source->text, node->inner.offset, node->inner.offset + node->inner.length);
    node->verbatim = str_eq(inner, text);
    node->text = node->verbatim ? inner : arena_copy(r->arena, text); /* libyaml takes its own back */
    r->end = node->at.offset + node->at.length;
    return node;
}

static struct yaml_node *read_alias(struct reader *r, const yaml_event_t *event, size_t depth)
{
    size_t from = byte_of(r, event->start_mark.index);
    r->end = byte_of(r, event->end_mark.index);
    span at = span_between(r, from, r->end);
    struct yaml_node *node = map_get(&r->anchors, str_from_c((const char *)event->data.alias.anchor));
    if (node == NULL || node->open) {
        refuse(r, at, node ? "this alias is inside its own anchor" : "no anchor of this name comes before");
        r->failed = true;
        return NULL;
    }
    if (depth + node->height > r->max_depth)
        return reach_limit(r, LIMIT_YAML_DEPTH, at);
    if (++r->nodes > r->max_nodes)
        return reach_limit(r, LIMIT_YAML_NODES, at);
    return node;
}

/* Adds a child's measure to its parent's; aliases count by what they stand for. */
static bool account(struct reader *r, struct yaml_node *parent, const struct yaml_node *child)
{
    parent->weight += child->weight;
    if (parent->height <= child->height)
        parent->height = child->height + 1;
    if (parent->weight > r->max_nodes)
        reach_limit(r, LIMIT_YAML_NODES, parent->at);
    return !r->failed;
}

static struct yaml_node *read_node(struct reader *r, yaml_event_t *event, size_t depth);

static void read_items(struct reader *r, struct yaml_node *node, size_t depth, yaml_event_t *event)
{
    while (next_event(r, event)) {
        if (event->type == YAML_SEQUENCE_END_EVENT)
            return;
        struct yaml_node *item = read_node(r, event, depth + 1);
        if (item == NULL || !account(r, node, item))
            break;
        vec_push(r->arena, &node->items, item);
    }
    r->failed = true;
}

/* `<<` is a merge key where it is plain, as go-yaml decides it (decode.go). */
static bool is_merge_key(const struct reader *r, const struct yaml_node *key)
{
    return r->options->merge_keys && key->kind == YAML_SCALAR && str_eq(key->text, STR("<<")) &&
           (str_eq(key->tag, STR("!!merge")) || (key->style == YAML_PLAIN && key->tag.len == 0));
}

static void merge_mapping(struct reader *r, struct yaml_node *node, const struct yaml_node *from)
{
    vec_each(struct yaml_pair *, pair, &from->pairs) {
        const struct yaml_pair *own = yaml_pair(node, pair->key->text);
        if (own != NULL && !str_eq(own->value->tag, STR("!reset")))
            continue;
        if (++r->nodes > r->max_nodes) {
            reach_limit(r, LIMIT_YAML_NODES, node->at);
            return;
        }
        yaml_put(r->arena, node, *pair);
        if (!account(r, node, pair->value))
            return;
    }
}

/* What is under `<<`: a mapping, or a list of mappings of which the earlier ones win. */
static void merge_value(struct reader *r, struct yaml_node *node, const struct yaml_pair *merge)
{
    const struct yaml_node *value = merge->value;
    bool is_good = value->kind != YAML_SCALAR;
    vec_each(struct yaml_node **, item, &value->items)
        is_good = is_good && (*item)->kind == YAML_MAPPING;
    if (!is_good) {
        mask_add(r->diags->sources, value->at);
        refuse(r, merge->key->at, "`<<` takes a mapping or a list of mappings");
        return;
    }
    if (value->kind == YAML_MAPPING)
        merge_mapping(r, node, value);
    vec_each(struct yaml_node **, item, &value->items)
        merge_mapping(r, node, *item);
}

static void refuse_duplicate(
    struct reader *r, const struct yaml_pair *pair, const struct yaml_pair *first_pair)
{
    const struct yaml_node *key = pair->key, *first = first_pair->key;
    mask_add(r->diags->sources, pair->value->at);
    mask_add(r->diags->sources, first_pair->value->at);
    struct diag *diag = refuse(r, key->at, "");
    diag->message =
        arena_printf(r->arena, "the key `" STR_FMT "` is set twice in this mapping", STR_ARG(key->text));
    diag_related(r->diags, diag, first->at, "first here");
}

/* The later value takes the place of the former; the mapping keeps the place of the key. */
static void replace_pair(struct reader *r, struct yaml_pair *former, const struct yaml_pair *pair)
{
    struct diag *diag = diag_add(r->diags, STR("duplicate-key"), SEVERITY_WARNING, pair->key->at,
        "the key `" STR_FMT "` is set twice in this mapping", STR_ARG(pair->key->text));
    diag->label = STR("this one counts");
    diag->variable = pair->key->text;
    mask_add(r->diags->sources, pair->value->at);
    mask_add(r->diags->sources, former->value->at);
    diag_related(r->diags, diag, former->key->at, "first here: without effect");
    diag_help(r->diags, diag, "remove one of them");
    *former = *pair;
}

static bool read_pair(
    struct reader *r, struct yaml_node *node, struct yaml_pair *merge, size_t depth, yaml_event_t *event)
{
    struct yaml_pair pair = {.key = read_node(r, event, depth + 1)};
    if (pair.key == NULL || !account(r, node, pair.key) || !next_event(r, event))
        return false;
    pair.value = read_node(r, event, depth + 1);
    if (pair.value == NULL)
        return false;
    const struct yaml_pair *former = pair.key->kind == YAML_SCALAR ? yaml_pair(node, pair.key->text) : NULL;
    if (pair.key->kind != YAML_SCALAR) {
        refuse(r, pair.key->at, "a mapping key must be text");
    } else if (is_merge_key(r, pair.key)) {
        if (merge->key != NULL)
            refuse_duplicate(r, &pair, merge);
        *merge = pair;
    } else if (former != NULL && r->options->last_wins) {
        replace_pair(r, &node->pairs.items[former - node->pairs.items], &pair);
        return account(r, node, pair.value);
    } else if (former != NULL) {
        refuse_duplicate(r, &pair, former);
    } else {
        yaml_put(r->arena, node, pair);
        return account(r, node, pair.value);
    }
    return true;
}

static void read_pairs(struct reader *r, struct yaml_node *node, size_t depth, yaml_event_t *event)
{
    struct yaml_pair merge = {0};
    while (next_event(r, event)) {
        if (event->type == YAML_MAPPING_END_EVENT) {
            if (merge.key != NULL)
                merge_value(r, node, &merge);
            return;
        }
        if (!read_pair(r, node, &merge, depth, event))
            break;
    }
    r->failed = true;
}

static struct yaml_node *read_collection(struct reader *r, yaml_event_t *event, size_t depth)
{
    bool is_mapping = event->type == YAML_MAPPING_START_EVENT;
    struct yaml_node *node = is_mapping ? new_node(r, YAML_MAPPING, event, event->data.mapping_start.anchor,
                                              event->data.mapping_start.tag)
                                        : new_node(r, YAML_SEQUENCE, event, event->data.sequence_start.anchor,
                                              event->data.sequence_start.tag);
    bool is_flow = is_mapping ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                              : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    yaml_event_delete(event);
    if (node == NULL)
        return NULL;
    if (depth >= r->max_depth)
        return reach_limit(r, LIMIT_YAML_DEPTH, node->at);
    node->style = is_flow ? YAML_FLOW : YAML_BLOCK;
    node->open = true;
    r->end = node->at.offset;
    (is_mapping ? read_pairs : read_items)(r, node, depth, event);
    node->open = false;
    if (r->failed)
        return NULL;
    /* A block collection has no end of its own: libyaml's mark is the next token. */
    if (is_flow)
        r->end = byte_of(r, event->end_mark.index);
    yaml_event_delete(event);
    node->at = span_between(r, node->at.offset, r->end);
    return node;
}

/* The node that begins with `event`, which is deleted. NULL: reading failed. */
static struct yaml_node *read_node(struct reader *r, yaml_event_t *event, size_t depth)
{
    if (event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT)
        return read_collection(r, event, depth);
    struct yaml_node *node =
        event->type == YAML_ALIAS_EVENT ? read_alias(r, event, depth) : read_scalar(r, event);
    yaml_event_delete(event);
    return node;
}

static bool is_empty_document(const struct yaml_node *root)
{
    return root->kind == YAML_SCALAR && root->style == YAML_PLAIN && root->text.len == 0 &&
           root->tag.len == 0;
}

/* go-yaml reads YAML 1.1 and refuses a document that asks for anything else. */
static bool check_version(struct reader *r, const yaml_event_t *event)
{
    const yaml_version_directive_t *version = event->data.document_start.version_directive;
    if (version == NULL || r->options->any_version || (version->major == 1 && version->minor == 1))
        return true;
    size_t at = byte_of(r, event->start_mark.index);
    refuse(r, span_between(r, at, at), "the document asks for a YAML version other than 1.1");
    r->failed = true;
    return false;
}

static void read_stream(struct reader *r, struct yaml_documents *documents)
{
    yaml_event_t event;
    while (next_event(r, &event)) {
        yaml_event_type_t type = event.type;
        bool is_document = type == YAML_DOCUMENT_START_EVENT && check_version(r, &event);
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return;
        if (!is_document || !next_event(r, &event))
            continue;
        struct yaml_node *root = read_node(r, &event, 0);
        if (root != NULL)
            vec_push(r->arena, &documents->list, is_empty_document(root) ? NULL : root);
    }
}

struct yaml_documents yaml_read(
    struct arena *arena, struct diags *diags, const struct source *source, const struct yaml_options *options)
{
    struct reader r = {
        .arena = arena,
        .diags = diags,
        .source = source,
        .options = options,
        .text_from = options->from,
        .text_to = options->to ? options->to : source->text.len,
        .max_depth = options->max_depth ? options->max_depth : limit_value(LIMIT_YAML_DEPTH),
        .max_nodes = options->max_nodes ? options->max_nodes : limit_value(LIMIT_YAML_NODES),
    };
    if (str_starts(text_of(&r), BYTE_ORDER_MARK))
        r.text_from += BYTE_ORDER_MARK.len;
    struct yaml_documents documents = {0};
    if (yaml_parser_initialize(&r.parser) == 0)
        arena_exhausted(arena);
    index_code_points(&r);
    str text = text_of(&r);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.len ? text.ptr : ""), text.len);
    read_stream(&r, &documents);
    yaml_parser_delete(&r.parser);
    documents.ok = !r.failed && r.faults == 0;
    return documents;
}

const struct yaml_pair *yaml_pair(const struct yaml_node *mapping, str key)
{
    if (mapping == NULL || mapping->kind != YAML_MAPPING)
        return NULL;
    if (mapping->index != NULL) {
        uintptr_t place = (uintptr_t)map_get(mapping->index, key);
        return place > 0 ? &mapping->pairs.items[place - 1] : NULL;
    }
    vec_each(struct yaml_pair *, pair, &mapping->pairs)
        if (str_eq(pair->key->text, key))
            return pair;
    return NULL;
}

struct yaml_node *yaml_get(const struct yaml_node *mapping, str key)
{
    const struct yaml_pair *pair = yaml_pair(mapping, key);
    return pair ? pair->value : NULL;
}

void yaml_put(struct arena *arena, struct yaml_node *mapping, struct yaml_pair pair)
{
    vec_push(arena, &mapping->pairs, pair);
    size_t first = mapping->pairs.count - 1;
    if (mapping->index == NULL) {
        if (mapping->pairs.count < WIDE)
            return;
        mapping->index = arena_new(arena, struct map);
        first = 0;
    }
    for (size_t i = first; i < mapping->pairs.count; i++)
        if (!map_has(mapping->index, mapping->pairs.items[i].key->text))
            map_set(arena, mapping->index, mapping->pairs.items[i].key->text, (void *)(uintptr_t)(i + 1));
}

bool yaml_scalar_is_null(const struct yaml_node *node)
{
    static const str nulls[] = {
        STR_INIT(""),
        STR_INIT("~"),
        STR_INIT("null"),
        STR_INIT("Null"),
        STR_INIT("NULL"),
    };
    if (node->kind != YAML_SCALAR || node->style != YAML_PLAIN)
        return false;
    if (node->tag.len > 0)
        return str_eq(node->tag, STR("!!null"));
    return STR_IS_IN(node->text, nulls);
}

static uint32_t utf16_unit(str bytes, size_t at, bool is_big_endian)
{
    unsigned char first = (unsigned char)bytes.ptr[at], second = (unsigned char)bytes.ptr[at + 1];
    return is_big_endian ? (uint32_t)(first << 8 | second) : (uint32_t)(second << 8 | first);
}

str yaml_decode(struct arena *arena, str bytes)
{
    bool is_big_endian = str_starts(bytes, STR("\xFE\xFF"));
    if (!is_big_endian && !str_starts(bytes, STR("\xFF\xFE")))
        return bytes;
    struct buf text = buf_new(arena, bytes.len * 2 + 8);
    size_t at = 2;
    while (at + 2 <= bytes.len) {
        uint32_t code = utf16_unit(bytes, at, is_big_endian);
        at += 2;
        if (code >= 0xD800 && code < 0xDC00 && at + 2 <= bytes.len) {
            uint32_t low = utf16_unit(bytes, at, is_big_endian);
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        /* A lone surrogate becomes a byte that no UTF-8 has, so that the YAML reader refuses it in place. */
        if (code >= 0xD800 && code < 0xE000)
            buf_byte(&text, '\xFF');
        else
            utf8_append(&text, code);
    }
    if (at < bytes.len)
        buf_byte(&text, '\xFF');
    return buf_view(&text);
}
