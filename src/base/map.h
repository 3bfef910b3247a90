/*
 * A hash map from str to pointer that remembers the order of insertion.
 *
 * Lives in an arena; keys are not copied and must outlive the map. Iterate over `entries` in order: output
 * never depends on hashes.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/null.h"
#include "base/vec.h"

struct map_entry {
    str key;
    void *value;
    uint32_t hash;
    bool removed;
};

struct map {
    VEC(struct map_entry) entries; /* in order of insertion; skip those with `removed` */
    uint32_t *slots;               /* 1 + index into entries; 0: free */
    size_t slot_count;             /* a power of two; 0: a short list needs no table */
    uint64_t salt;                 /* of the hashes; set with the first table */
    size_t live;                   /* entries that are not removed */
};

void *OR_NULL map_get(const struct map *map, str key); /* NULL when absent */
bool map_has(const struct map *map, str key);
/* Sets the value; a present key keeps its place and gets the new value. Returns the former value or NULL. */
void *map_set(struct arena *arena, struct map *map, str key, void *value);
void map_remove(struct map *map, str key);
/* Makes `map` one with the same keys and values; far cheaper than setting each. */
void map_copy(struct arena *arena, struct map *map, const struct map *from);
/* Room for `count` more keys, where the number is known beforehand. */
void map_reserve(struct arena *arena, struct map *map, size_t count);

#endif
