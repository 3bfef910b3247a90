/*
 * FNV-1a, 64 bit: one word for a text, the same in every run. Whoever chooses the text can find another with
 * the same word; nothing may rest on there being none.
 */
#ifndef BASE_FNV_H
#define BASE_FNV_H

#include "base/str.h"

#include <stdint.h>

static inline uint64_t fnv1a(str text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
    return hash;
}

#endif
