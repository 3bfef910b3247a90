/*
 * How libFuzzer changes inputs of named parts: one part at a time, or a part for one of another input. Bytes
 * that were learned about one file are then tried in that file, beside others that stay as they are.
 */
#include "input.h"

#include <stdlib.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size,
    uint8_t *out, size_t out_size, unsigned seed);

enum { PARTS = 64, WHOLE_ONE_IN = 4 };

/* Every stretch from one "==> " line to the next, these lines included. */
struct stretches {
    str items[PARTS];
    size_t count;
};

static struct stretches cut(str input)
{
    struct stretches result = {0};
    for (str rest = input; rest.len > 0 && result.count < PARTS;) {
        size_t end = result.count + 1 < PARTS ? str_find(str_skip(rest, 1), STR("\n==> ")) : STR_NONE;
        end = end == STR_NONE ? rest.len : end + 2;
        result.items[result.count++] = str_take(rest, end);
        rest = str_skip(rest, end);
    }
    return result;
}

static str name_of(str stretch)
{
    return str_starts(stretch, STR("==> ")) ? str_cut_byte(stretch, '\n').head : STR("");
}

/* The bytes before it stay, those after it move; its first line stays too. */
static size_t mutate_stretch(uint8_t *data, size_t size, size_t max_size, str stretch)
{
    size_t from = (size_t)(stretch.ptr - (const char *)data), skipped = 0;
    if (name_of(stretch).len > 0)
        skipped = str_cut_byte(stretch, '\n').found ? name_of(stretch).len + 1 : stretch.len;
    size_t start = from + skipped, length = stretch.len - skipped;
    size_t behind = size - start - length, room = max_size - start - behind;
    uint8_t *changed = malloc(room + 1), *rest = malloc(behind + 1);
    memcpy(changed, data + start, length);
    memcpy(rest, data + start + length, behind);
    length = LLVMFuzzerMutate(changed, length, room);
    memcpy(data + start, changed, length);
    memcpy(data + start + length, rest, behind);
    free(changed);
    free(rest);
    return start + length + behind;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct stretches parts = cut((str){(const char *)data, size});
    if (parts.count < 2 || size >= max_size || seed % WHOLE_ONE_IN == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    return mutate_stretch(data, size, max_size, parts.items[seed / WHOLE_ONE_IN % parts.count]);
}

static size_t put(uint8_t *out, size_t used, size_t out_size, str text)
{
    if (used + text.len > out_size)
        return used;
    memcpy(out + used, text.ptr, text.len);
    return used + text.len;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *two, size_t two_size,
    uint8_t *out, size_t out_size, unsigned seed)
{
    struct stretches ours = cut((str){(const char *)one, one_size});
    struct stretches theirs = cut((str){(const char *)two, two_size});
    if (theirs.count == 0)
        return put(out, 0, out_size, (str){(const char *)one, one_size});
    str taken = theirs.items[seed % theirs.count];
    size_t used = 0;
    bool is_in = false;
    for (size_t i = 0; i < ours.count; i++) {
        bool is_place = !is_in && str_eq(name_of(ours.items[i]), name_of(taken));
        used = put(out, used, out_size, is_place ? taken : ours.items[i]);
        is_in |= is_place;
    }
    if (!is_in && name_of(taken).len > 0) {
        if (used > 0 && out[used - 1] != '\n')
            used = put(out, used, out_size, STR("\n"));
        used = put(out, used, out_size, taken);
    }
    return used;
}
