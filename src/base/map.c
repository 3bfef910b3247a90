#include "base/map.h"

#define FIRST_SLOTS 16

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
    size_t at = 0;
    for (; key.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, key.ptr + at, sizeof word);
        hash = mix(hash, word);
    }
    return (uint32_t)mix(hash, short_word(key.ptr + at, key.len - at));
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

/* A table in which `count` entries leave a quarter of the slots free. */
static void make_slots(struct arena *arena, struct map *map, size_t count)
{
    map->slot_count = map->slot_count ? map->slot_count : FIRST_SLOTS;
    while (count * 4 > map->slot_count * 3)
        map->slot_count *= 2;
    map->slots = arena_array(arena, uint32_t, map->slot_count);
    /* Where the first table lies differs from run to run: nobody can prepare keys that collide. */
    if (map->salt == 0)
        map->salt = (uintptr_t)map->slots * 0x9e3779b97f4a7c15u | 1;
    for (size_t i = 0; i < map->entries.count; i++) {
        const struct map_entry *entry = &map->entries.items[i];
        *slot_of(map, entry->key, entry->hash) = (uint32_t)(i + 1);
    }
}

void map_reserve(struct arena *arena, struct map *map, size_t count)
{
    count += map->entries.count;
    if (count * 4 > map->slot_count * 3)
        make_slots(arena, map, count);
    vec_reserve(arena, &map->entries, count);
}

static struct map_entry *find(const struct map *map, str key)
{
    if (map->slot_count == 0)
        return NULL;
    uint32_t index = *slot_of(map, key, hash_of(map, key));
    return index ? &map->entries.items[index - 1] : NULL;
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

void *map_set(struct arena *arena, struct map *map, str key, void *value)
{
    if ((map->entries.count + 1) * 4 > map->slot_count * 3)
        make_slots(arena, map, map->entries.count + 1);
    uint32_t hash = hash_of(map, key);
    uint32_t *slot = slot_of(map, key, hash);
    if (*slot) {
        struct map_entry *entry = &map->entries.items[*slot - 1];
        void *former = entry->removed ? NULL : entry->value;
        map->live += entry->removed;
        entry->removed = false;
        entry->value = value;
        return former;
    }
    vec_push(arena, &map->entries, ((struct map_entry){.key = key, .value = value, .hash = hash}));
    *slot = (uint32_t)map->entries.count;
    map->live++;
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
