#include "image/base.h"

#include "deploy/image.h"

const struct base_row *base_find(str reference)
{
    struct image_reference named = image_reference(reference);
    bool is_official = named.owner.len == 0 || str_eq(named.owner, STR("library"));
    for (size_t i = 0; i < data_bases_count; i++) {
        const struct base_row *row = &data_bases[i];
        if (str_eq(row->repository, is_official ? named.name : named.repository) &&
            (row->tag.len == 0 || str_contains(named.tag, row->tag)))
            return row;
    }
    return NULL;
}

bool base_may_set(const struct base_row *base, str name)
{
    /* What images of languages and systems set; none of them brings a password, a host or a mode. */
    static const str common[] = {STR_INIT("PATH"), STR_INIT("HOME"), STR_INIT("LANG"), STR_INIT("LC_ALL")};
    static const str ends[] = {STR_INIT("_VERSION"), STR_INIT("_HOME"), STR_INIT("_PATH"), STR_INIT("_DIR"),
        STR_INIT("_ROOT"), STR_INIT("PATH")};
    if (str_eq(name, STR("PATH")))
        return true;
    if (base) {
        str rest = base->variables, known;
        while (str_next(&rest, ' ', &known))
            if (str_eq(known, name))
                return true;
        return false;
    }
    bool may = STR_IS_IN(name, common);
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        may |= str_ends(name, ends[i]);
    return may;
}
