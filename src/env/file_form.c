#include "env/file_form.h"

#define SUFFIX STR("_FILE")

str file_form_base(str name)
{
    return str_ends(name, SUFFIX) ? str_take(name, name.len - SUFFIX.len) : STR("");
}

str file_form_of(struct arena *arena, str name)
{
    return arena_concat(arena, name, SUFFIX);
}
