#include "base/map.h"

#define FIRST_SLOTS 16
#define LISTED_MAX  8 /* entries that are looked through one by one: most maps never hold more */

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32; /* so that the low bits depend on all of the key */
}

/* Less than eight bytes as one word, without a loop: the two halves may overlap. */
static uint64_t short_word(const char *bytes, size_t count)
{
    if (count >= sizeof(uint32_t)) {
        uint32_t first, last;
        memcpy(&first, bytes, sizeof first);
        memcpy(&last, bytes + count - sizeof last, sizeof last);
        return (uint64_t)first << 32 | last;
    }
    if (count == 0)
        return 0;
    return (uint64_t)(unsigned char)bytes[0] << 16 | (uint64_t)(unsigned char)bytes[count / 2] << 8 |
           (unsigned char)bytes[count - 1];
}

/* Eight bytes at a time. */
static uint32_t hash_of(const struct map *map, str key)
{
    uint64_t hash = map->salt ^ key.len, word;
    for (; key.len >= sizeof word; key = str_skip(key, sizeof word)) {
        memcpy(&word, key.ptr, sizeof word);
        hash = mix(hash, word);
    }
    return (uint32_t)mix(hash, short_word(key.ptr, key.len));
}

/* The slot that holds `key`, or the free one where it would go. */
static uint32_t *slot_of(const struct map *map, str key, uint32_t hash)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t index = map->slots[i];
        if (index == 0)
            return &map->slots[i];
        const struct map_entry *entry = &map->entries.items[index - 1];
        if (entry->hash == hash && str_eq(entry->key, key))
            return &map->slots[i];
    }
}

/* A table in which `count` entries leave half of the slots free. The first one hashes the entries. */
static void make_slots(struct arena *arena, struct map *map, size_t count)
{
    bool is_first = map->slot_count == 0;
    map->slot_count = is_first ? FIRST_SLOTS : map->slot_count;
    while (count * 2 > map->slot_count)
        map->slot_count *= 2;
    map->slots = arena_array(arena, uint32_t, map->slot_count);
    /* Where the first table lies differs from run to run: nobody can prepare keys that collide. */
    if (is_first)
        map->salt = (uintptr_t)map->slots * 0x9e3779b97f4a7c15u | 1;
    for (size_t i = 0; i < map->entries.count; i++) {
        struct map_entry *entry = &map->entries.items[i];
        entry->hash = is_first ? hash_of(map, entry->key) : entry->hash;
        *slot_of(map, entry->key, entry->hash) = (uint32_t)(i + 1);
    }
}

void map_reserve(struct arena *arena, struct map *map, size_t count)
{
    count += map->entries.count;
    if (count > LISTED_MAX && count * 2 > map->slot_count)
        make_slots(arena, map, count);
    vec_reserve(arena, &map->entries, count);
}

static struct map_entry *find(const struct map *map, str key)
{
    if (map->slot_count > 0) {
        uint32_t index = *slot_of(map, key, hash_of(map, key));
        return index ? &map->entries.items[index - 1] : NULL;
    }
    vec_each(struct map_entry *, entry, &map->entries)
        if (str_eq(entry->key, key))
            return entry;
    return NULL;
}

void *map_get(const struct map *map, str key)
{
    const struct map_entry *entry = find(map, key);
    return entry && !entry->removed ? entry->value : NULL;
}

bool map_has(const struct map *map, str key)
{
    const struct map_entry *entry = find(map, key);
    return entry && !entry->removed;
}

/* Gives an entry that is there its new value. */
static void *replace(struct map *map, struct map_entry *entry, void *value)
{
    void *former = entry->removed ? NULL : entry->value;
    map->live += entry->removed;
    entry->removed = false;
    entry->value = value;
    return former;
}

static void add(struct arena *arena, struct map *map, struct map_entry entry)
{
    vec_push(arena, &map->entries, entry);
    map->live++;
}

void *map_set(struct arena *arena, struct map *map, str key, void *value)
{
    if (map->slot_count == 0 && map->entries.count < LISTED_MAX) {
        struct map_entry *entry = find(map, key);
        if (entry)
            return replace(map, entry, value);
        add(arena, map, (struct map_entry){.key = key, .value = value});
        return NULL;
    }
    if ((map->entries.count + 1) * 2 > map->slot_count)
        make_slots(arena, map, map->entries.count + 1);
    uint32_t hash = hash_of(map, key), *slot = slot_of(map, key, hash);
    if (*slot)
        return replace(map, &map->entries.items[*slot - 1], value);
    add(arena, map, (struct map_entry){.key = key, .value = value, .hash = hash});
    *slot = (uint32_t)map->entries.count;
    return NULL;
}

void map_remove(struct map *map, str key)
{
    struct map_entry *entry = find(map, key);
    if (entry && !entry->removed) {
        entry->removed = true;
        map->live--;
    }
}

void map_copy(struct arena *arena, struct map *map, const struct map *from)
{
    *map = *from;
    map->entries.capacity = map->entries.count;
    map->entries.items = arena_array(arena, struct map_entry, map->entries.count);
    map->slots = arena_array(arena, uint32_t, map->slot_count);
    if (from->entries.count)
        memcpy(map->entries.items, from->entries.items, map->entries.count * sizeof *map->entries.items);
    if (from->slot_count)
        memcpy(map->slots, from->slots, map->slot_count * sizeof *map->slots);
}
