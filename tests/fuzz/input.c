#include "input.h"

#include <stdio.h>
#include <stdlib.h>

#define PART_MARK "==> "

bool fuzz_part_next(str *rest, str first, struct fuzz_part *ret_part)
{
    if (rest->ptr == NULL)
        return false;
    *ret_part = (struct fuzz_part){.name = first};
    if (str_starts(*rest, STR(PART_MARK))) {
        struct str_cut line = str_cut_byte(str_skip(*rest, sizeof PART_MARK - 1), '\n');
        ret_part->name = line.head;
        *rest = line.found ? line.tail : (str){""};
    }
    if (str_starts(*rest, STR(PART_MARK))) {
        ret_part->text = STR("");
        return true;
    }
    size_t end = str_find(*rest, STR("\n" PART_MARK));
    ret_part->text = end == STR_NONE ? *rest : str_take(*rest, end + 1);
    *rest = end == STR_NONE ? (str){0} : str_skip(*rest, end + 1);
    return true;
}

void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: does not hold: %s\n", what);
    abort();
}

void fuzz_require_inside(const struct sources *sources, span at)
{
    if (at.source == 0)
        return;
    const struct source *source = source_of(sources, at);
    fuzz_require(source != NULL, "a span's source is known");
    fuzz_require((size_t)at.offset + at.length <= source->text.len, "a span lies inside its source");
}
