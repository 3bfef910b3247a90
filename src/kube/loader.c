#include "kube/loader.h"

#include "text/mask.h"

struct diag *kube_refuse(struct kube *k, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(k->arena, format, arguments);
    va_end(arguments);
    k->deployment->ok = false;
    k->deployment->refused = true;
    /* Nothing has been judged yet: what stands behind a key may be a secret. */
    mask_line(k->sources, at.source, source_position(k->sources, at.source, at.offset).line);
    struct diag *diag =
        diag_add(k->diags, STR("manifest-syntax"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message));
    diag->fatal = true;
    return diag;
}

void kube_allow(struct kube *k, const struct yaml_node *metadata, span within, str label)
{
    const struct yaml_node *said = yaml_get(yaml_get(metadata, STR("annotations")), STR("bootgate/allow"));
    str rest = kube_text(said), line;
    if (!said)
        return;
    while (str_next(&rest, '\n', &line)) {
        struct str_cut cut = str_cut_byte(str_trim(line), ' ');
        struct deployment_allowance row = {
            .rule = cut.head, .reason = str_trim(cut.tail), .label = label, .at = said->at, .within = within};
        if (row.rule.len && row.reason.len)
            vec_push(k->arena, &k->deployment->allowances, row);
    }
}

void kube_limit(struct kube *k, enum limit_id limit, span at)
{
    if (k->deployment->ok)
        diag_limit(k->diags, limit, at);
    k->deployment->ok = false;
    k->deployment->refused = true;
}

const struct value *kube_unseen_value(struct kube *k, str object, str key, span at)
{
    str name = arena_join(k->arena, object, STR(" "), key);
    const struct value *known = map_get(&k->stand_ins, name);
    if (known)
        return known;
    struct value *value = arena_new(k->arena, struct value);
    *value = (struct value){.is_hidden = true, .origin = ORIGIN_SECRET, .at = at, .key = at};
    /* As long as a good secret, and like no other text. */
    value->text = arena_printf(k->arena, "hidden%zux4q8Zt3vLw5Xn2Rk7", k->stand_ins.live + 1);
    map_set(k->arena, &k->stand_ins, name, value);
    return value;
}
