#include "deploy/image.h"

struct image_reference image_reference(str text)
{
    struct image_reference image = {0};
    str path = str_cut_byte(text, '@').head;
    struct str_cut last = str_rcut_byte(path, '/');
    /* Only after the last slash a colon begins a tag; before it, it is the registry's port. */
    struct str_cut name = str_cut_byte(last.found ? last.tail : path, ':');
    image.name = image.repository = name.head;
    if (name.found)
        image.tag = name.tail;
    if (last.found) {
        struct str_cut owner = str_rcut_byte(last.head, '/');
        image.owner = owner.found ? owner.tail : last.head;
        image.repository = str_slice(
            text, (size_t)(image.owner.ptr - text.ptr), (size_t)(image.name.ptr - text.ptr) + image.name.len);
    }
    return image;
}
