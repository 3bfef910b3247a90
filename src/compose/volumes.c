/* The short form of a volume: format/volume.go of compose-go without its Windows drives. */
#include "compose/volumes.h"

struct volume_parts volume_split(str text)
{
    struct str_cut first = str_cut_byte(text, ':');
    if (!first.found)
        return (struct volume_parts){.target = text};
    struct str_cut second = str_cut_byte(first.tail, ':');
    return (struct volume_parts){.source = first.head, .target = second.head, .mode = second.tail};
}

bool volume_is_path(str source)
{
    return source.len > 0 && (source.ptr[0] == '.' || source.ptr[0] == '/' || source.ptr[0] == '~');
}
