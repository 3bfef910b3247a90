#include "language/packc_index.h"

#include "base/word_index.h"

struct index_rows {
    VEC(size_t) list;
};

void index_add(struct arena *arena, struct index_draft *draft, str word, size_t row)
{
    if (word.len == 0)
        return;
    str key = arena_lower(arena, word);
    struct index_rows *rows = map_get(&draft->words, key);
    if (!rows) {
        rows = arena_new(arena, struct index_rows);
        map_set(arena, &draft->words, key, rows);
    }
    if (rows->list.count == 0 || *vec_last(&rows->list) != row)
        vec_push(arena, &rows->list, row);
}

static void write_rows(const struct index_draft *draft, const char *name, struct buf *out)
{
    buf_printf(out, "static const uint16_t %s_rows[] = {", name);
    vec_each(const struct map_entry *, entry, &draft->words.entries) {
        const struct index_rows *rows = entry->value;
        vec_each(const size_t *, row, &rows->list)
            buf_printf(out, "%zu, ", *row);
    }
    buf_str(out, STR("0};\n"));
}

void packc_text(struct buf *out, str text)
{
    buf_str(out, STR("STR_INIT(\""));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\' || byte == '?')
            buf_printf(out, "\\%03o", byte);
        else
            buf_byte(out, (char)byte);
    }
    buf_str(out, STR("\")"));
}

static void write_words(const struct index_draft *draft, const char *name, struct buf *out)
{
    size_t first = 0;
    buf_printf(out, "static const struct indexed_word %s_words[] = {\n", name);
    vec_each(const struct map_entry *, entry, &draft->words.entries) {
        size_t count = ((const struct index_rows *)entry->value)->list.count;
        buf_str(out, STR("    {"));
        packc_text(out, entry->key);
        buf_printf(out, ", {%s_rows + %zu, %zu}},\n", name, first, count);
        first += count;
    }
    buf_str(out, STR("    {STR_INIT(\"\"), {0}},\n};\n"));
}

void index_write(struct arena *arena, const struct index_draft *draft, const char *name, struct buf *out)
{
    size_t slot_count = 2;
    while (slot_count < draft->words.entries.count * 2)
        slot_count *= 2;
    size_t *slots = arena_array(arena, size_t, slot_count);
    for (size_t i = 0; i < draft->words.entries.count; i++) {
        size_t at = word_hash(draft->words.entries.items[i].key) & (slot_count - 1);
        while (slots[at])
            at = (at + 1) & (slot_count - 1);
        slots[at] = i + 1;
    }
    write_rows(draft, name, out);
    write_words(draft, name, out);
    buf_printf(out, "static const uint16_t %s_slots[] = {", name);
    for (size_t i = 0; i < slot_count; i++)
        buf_printf(out, "%zu, ", slots[i]);
    buf_printf(out, "};\nconst struct word_index %s = {%s_slots, %s_words, %zu};\n\n", name, name, name,
        slot_count - 1);
}
