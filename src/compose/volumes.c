#include "compose/volumes.h"

#include "base/vec.h"

static bool begins_with_drive(str text)
{
    return text.len >= 2 && byte_is_letter(text.ptr[0]) && text.ptr[1] == ':';
}

/* Where the part that begins at `from` ends: at a colon or the end of the text. */
static size_t part_end(str text, size_t from)
{
    size_t depth = 0, at = begins_with_drive(str_skip(text, from)) ? from + 2 : from;
    for (; at < text.len && (depth > 0 || text.ptr[at] != ':'); at++) {
        depth += str_starts(str_skip(text, at), STR("${"));
        depth -= depth > 0 && text.ptr[at] == '}';
    }
    return at;
}

struct volume_parts volume_split(str text)
{
    struct volume_parts parts = {.target = text};
    if (text.len <= 2) {
        parts.fault = text.len == 0 ? "it is empty" : NULL;
        return parts;
    }
    str list[3] = {0};
    size_t count = 0;
    for (size_t at = 0; at <= text.len;) {
        size_t end = part_end(text, at);
        if (end == at)
            parts.fault = "a part of it is empty";
        else if (count == ARRAY_COUNT(list))
            parts.fault = "it has more than two colons";
        if (parts.fault != NULL)
            return parts;
        list[count++] = str_slice(text, at, end);
        at = end + 1;
    }
    if (count > 1)
        parts = (struct volume_parts){.source = list[0], .target = list[1], .mode = list[2]};
    return parts;
}

bool volume_is_path(str source)
{
    static const str starts[] = {STR_INIT("."), STR_INIT("/"), STR_INIT("~"), STR_INIT("\\\\")};
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
        if (str_starts(source, starts[i]))
            return true;
    return begins_with_drive(source);
}
