#include "rule/secret.h"

#include "dsn/secret.h"
#include "facts/variable.h"
#include "rule/command_secret.h"
#include "rule/credential.h"
#include "rule/dollar.h"
#include "rule/secret_names.h"
#include "rule/value_pairs.h"
#include "text/mask.h"

#define LINE_START_BYTES 4096 /* of a line: a name, and the scheme of a connection string */

struct marking {
    struct arena *arena;
    const struct facts *facts;
    struct gate *gate;
    struct map names;                  /* names that were judged, by their text */
    struct map seen;                   /* values that were looked at, by address */
    VEC(const struct value *) waiting; /* chains of ${NAME} may be as long as a file: no recursion */
};

static const enum secrecy secrecies[] = {SECRECY_NONE, SECRECY_MASKED, SECRECY_JUDGED};

static enum secrecy judge_declared(const struct config_var *OR_NULL declared, str name)
{
    if (declared && declared->secret_said)
        return declared->secret ? SECRECY_JUDGED : SECRECY_NONE;
    if (declared && config_type_is_key(declared->type))
        return SECRECY_JUDGED;
    return credential_secrecy(name);
}

/* A name comes many times: in files, services, examples, fallbacks. */
static enum secrecy secrecy_of(struct marking *marking, str name)
{
    const enum secrecy *known = map_get(&marking->names, name);
    if (!known) {
        known = &secrecies[judge_declared(config_var(marking->facts->config, name), name)];
        map_set(marking->arena, &marking->names, name, (void *)(uintptr_t)known);
    }
    return *known;
}

static bool is_secret(struct marking *marking, str name)
{
    return secrecy_of(marking, name) != SECRECY_NONE;
}

/* A secret as somebody wrote it; the names that its reader took for variables are no bytes of it. */
struct written {
    struct marking *marking;
    const struct value *value; /* whose uses tell names from bytes */
    struct map names;          /* … by name, from the first that is asked for */
    span at;
    str text;
    size_t from;  /* the stretch of the secret's own bytes that is being read */
    size_t depth; /* braces that are open */
};

static void end_stretch(struct written *w, size_t to, size_t next)
{
    if (to > w->from) {
        gate_hide(w->marking->gate, str_slice(w->text, w->from, to));
        mask_add(w->marking->facts->sources, span_sub(w->at, w->from, to - w->from));
    }
    w->from = next;
}

static bool is_used(struct written *w, str name)
{
    if (w->names.live == 0)
        vec_each(const struct template_use *, use, &w->value->uses)
            map_set(w->marking->arena, &w->names, use->name, w);
    return map_has(&w->names, name);
}

static size_t name_end(str text, size_t at)
{
    while (at < text.len && byte_is_name(text.ptr[at]))
        at++;
    return at;
}

/* `${NAME` that the reader took for one: the name and a :?message are public, a fallback is not. */
static size_t read_braces(struct written *w, size_t at)
{
    size_t end = name_end(w->text, at + 2);
    if (!is_used(w, str_slice(w->text, at + 2, end)))
        return at + 1;
    size_t operator_end = end;
    while (operator_end < w->text.len && str_has_byte(STR(":-+?"), w->text.ptr[operator_end]))
        operator_end++;
    bool is_message = operator_end > end && w->text.ptr[operator_end - 1] == '?';
    size_t close = is_message ? str_find_byte(str_skip(w->text, operator_end), '}') : STR_NONE;
    size_t next = close == STR_NONE ? operator_end : operator_end + close;
    end_stretch(w, at, next);
    w->depth++;
    return next;
}

/* `$NAME`: what mark_tails() looks at, unless it is no variable for the reader. */
static size_t read_bare_name(struct written *w, size_t at)
{
    size_t end = name_end(w->text, at + 1);
    if (is_used(w, str_slice(w->text, at + 1, end)))
        end_stretch(w, at, end);
    return end;
}

static void hide_written(struct marking *marking, const struct value *value, span at)
{
    struct written w = {
        .marking = marking, .value = value, .at = at, .text = span_text(marking->facts->sources, at)};
    for (size_t i = 0; i < w.text.len;) {
        char byte = w.text.ptr[i], next = i + 1 < w.text.len ? w.text.ptr[i + 1] : '\0';
        if (byte == '$' && next == '{') {
            i = read_braces(&w, i);
        } else if (byte == '$' && byte_is_name(next)) {
            i = read_bare_name(&w, i);
        } else if (byte == '}' && w.depth > 0) {
            end_stretch(&w, i, i + 1);
            w.depth--;
            i++;
        } else {
            i += byte == '$' && next == '$' ? 2 : 1;
        }
    }
    end_stretch(&w, w.text.len, w.text.len);
}

/* $(NAME) that nothing sets, glued into the secret [offset, offset + length): the brackets may be its own. */
static void hide_left(struct marking *marking, const struct value *value, size_t offset, size_t length)
{
    if (value->left)
        vec_each(const struct left_reference *, left, &value->left->list)
            if (left->reason == LEFT_UNKNOWN && left->offset >= offset && left->length < length &&
                left->offset + left->length <= offset + length)
                gate_hide(marking->gate, left->name);
}

/* A value that is a secret as a whole. */
static void mark_secret(struct marking *marking, const struct value *value)
{
    struct sources *sources = marking->facts->sources;
    /* What cannot be seen here stands where its name is, and that is no secret. */
    if (value->is_hidden && str_eq(span_text(sources, value->at), value->name))
        return;
    bool is_copy = value->pieces.list.count == 1 && value->pieces.list.items[0].via;
    gate_hide(marking->gate, value->text);
    hide_left(marking, value, 0, value->text.len);
    if (is_copy)
        mask_add(sources, value_locate(value, 0, value->text.len));
    if (value->uses.count == 0)
        mask_add(sources, value->at);
    hide_written(marking, value, value->at);
}

/* Every form that can carry a password has one of these bytes. */
static bool may_be_dsn(str text)
{
    return str_has_byte(text, '=') || str_has_byte(text, '@') || str_contains(text, STR("://"));
}

/* The fallback that made the bytes of a piece; the piece itself where none did. */
static span made_from(const struct value *value, const struct piece *piece)
{
    vec_each(const struct template_use *, use, &value->uses)
        if (use->fallback_taken && span_starts_at(use->at, piece->at))
            return use->fallback_at;
    return piece->at;
}

/*
 * Bytes of a value where they were written: own ones in its line; those of a variable in that variable's
 * line, whose name may be seen.
 */
static void mark_bytes(struct marking *marking, const struct value *value, size_t offset, size_t length)
{
    struct sources *sources = marking->facts->sources;
    size_t start = 0;
    if (value->pieces.list.count == 0)
        mask_add(sources, value->at);
    vec_each(const struct piece *, piece, &value->pieces.list) {
        size_t end = start + piece->length;
        size_t from = offset > start ? offset : start;
        size_t to = offset + length < end ? offset + length : end;
        if (from < to && piece->via)
            mask_add(sources, value_locate(value, from, to - from));
        else if (from < to && piece->length == piece->at.length)
            mask_add(sources, span_sub(piece->at, from - start, to - from));
        else if (from < to)
            mask_add(sources, made_from(value, piece));
        start = end;
    }
}

/*
 * The value as it was written with a digit for each `${…}`: whatever such an expression becomes, it is one
 * word of the string, and a fallback in it is judged by itself. *ret_at: where each byte of it was written,
 * and its end.
 */
static str written_shape(struct marking *marking, const struct value *value, str written, size_t **ret_at)
{
    struct buf shape = buf_new(marking->arena, written.len + 1);
    size_t *at = arena_array(marking->arena, size_t, written.len + 1);
    size_t *lengths = arena_array(marking->arena, size_t, written.len + 1); /* of what begins at a byte */
    vec_each(const struct template_use *, use, &value->uses) {
        size_t from = use->at.offset - (size_t)value->at.offset;
        bool is_inside = use->at.source == value->at.source && use->at.offset >= value->at.offset;
        if (is_inside && from < written.len && str_starts(str_skip(written, from), STR("${")))
            lengths[from] = use->at.length;
    }
    for (size_t i = 0; i < written.len; i += lengths[i] ? lengths[i] : 1) {
        at[shape.len] = i;
        buf_byte(&shape, lengths[i] ? '1' : written.ptr[i]);
    }
    at[shape.len] = written.len;
    *ret_at = at;
    return buf_view(&shape);
}

/* The passwords of a text that may be a connection string, also of one that is none. */
static void mark_dsn(struct marking *marking, const struct value *value)
{
    str text = value->text;
    if (!may_be_dsn(text))
        return;
    const struct dsn *dsn = facts_dsn(marking->facts, text, value->name);
    secrets_hide(marking->gate, dsn);
    vec_each(const struct dsn_part *, part, &dsn->secrets) {
        mark_bytes(marking, value, part->offset, part->length);
        hide_left(marking, value, part->offset, part->length);
    }
    str written = span_text(marking->facts->sources, value->at);
    if (value->uses.count == 0 || !may_be_dsn(written))
        return;
    /* A bare `$` of a password took its tail away: the string as it was written still has it. */
    size_t *at;
    const struct dsn *before =
        facts_dsn(marking->facts, written_shape(marking, value, written, &at), value->name);
    vec_each(const struct dsn_part *, part, &before->secrets) {
        size_t from = at[part->offset], to = at[part->offset + part->length];
        hide_written(marking, value, span_sub(value->at, from, to - from));
    }
}

/* What stands beside the name of a secret in a document or a query: rule/value_pairs.h. */
static void mark_pairs(struct marking *marking, const struct value *value)
{
    struct value_pairs pairs = {.text = value->text};
    str key, text;
    while (value_pairs_next(&pairs, &key, &text))
        if (text.len && is_secret(marking, key)) {
            gate_hide(marking->gate, text);
            mark_bytes(marking, value, (size_t)(text.ptr - value->text.ptr), text.len);
        }
}

/*
 * What follows a dollar in a secret is no byte of the value any more, nor of the setting that it comes from.
 */
static void mark_tails(struct marking *marking, const struct value *value, enum secrecy secrecy)
{
    if (value->uses.count == 0)
        return;
    const struct value *root = facts_root(marking->facts, value);
    if (root != value && root->text.len == 0 && secrecy != SECRECY_NONE)
        vec_each(const struct template_use *, use, &root->uses) {
            mask_add(marking->facts->sources, use->at);
            gate_hide(marking->gate, use->name);
        }
    struct dollar_value written = dollar_value(marking->arena, marking->facts->sources, value, secrecy);
    vec_each(const struct template_use *, use, &value->uses)
        if (dollar_look(&written, use).is_tail) {
            mask_add(marking->facts->sources, use->at);
            if (!use->found)
                gate_hide(marking->gate, use->name);
        }
}

/* The rest of a password or its hash in a label or a command that its reader takes for a name. */
static void mark_setting_rests(struct marking *marking, const struct workload *workload)
{
    struct sources *sources = marking->facts->sources;
    vec_each(const struct workload_setting *, setting, &workload->settings) {
        span at = setting->value->at;
        if (!dollar_may_be_of_secret(setting->key))
            continue;
        vec_each(const struct template_use *, use, &setting->value->uses) {
            if (use->found || !dollar_is_rest(&workload->environment, sources, at, use))
                continue;
            mask_add(sources, use->at);
            gate_hide(marking->gate, use->name);
        }
    }
}

static void mark_use(struct marking *marking, const struct template_use *use, bool secret)
{
    if (use->from)
        vec_push(marking->arena, &marking->waiting, use->from);
    if (!use->has_fallback)
        return;
    str written = span_text(marking->facts->sources, use->fallback_at);
    if (secret || is_secret(marking, use->name)) {
        gate_hide(marking->gate, written);
        mask_add(marking->facts->sources, use->fallback_at);
        return;
    }
    if (!may_be_dsn(written))
        return;
    const struct dsn *dsn = facts_dsn(marking->facts, written, use->name);
    secrets_hide(marking->gate, dsn);
    vec_each(const struct dsn_part *, part, &dsn->secrets)
        mask_add(marking->facts->sources, span_sub(use->fallback_at, part->offset, part->length));
}

/*
 * NAME="…"REST=…: a quote inside a value ended it, and some readers go on in its line. What they take for a name
 * there is the rest of a secret, where the value before it may hold one.
 */
static void hide_rest_of_line(struct gate *gate, const struct sources *sources, const struct value *value)
{
    const struct source *source = source_of(sources, value->key);
    if (source == NULL || value->origin == ORIGIN_PROCESS)
        return;
    /* A name and the scheme behind it are short, and a line may hold thousands of settings. */
    uint32_t column = source_position(sources, value->key.source, value->key.offset).column;
    str before = str_slice(source->text, value->key.offset - (column - 1), value->key.offset);
    struct str_cut cut = str_cut_byte(str_take(before, LINE_START_BYTES), '=');
    if (cut.found && (credential_secrecy(cut.head) != SECRECY_NONE || may_be_dsn(cut.tail)))
        gate_hide(gate, value->name);
}

static void mark_setting(struct marking *marking, const struct value *value)
{
    if (map_has(&marking->seen, (str){(const char *)&value, sizeof value}))
        return;
    map_set(marking->arena, &marking->seen, arena_key(marking->arena, value), marking);
    if (value->shadows)
        vec_push(marking->arena, &marking->waiting, value->shadows);
    hide_rest_of_line(marking->gate, marking->facts->sources, value);
    enum secrecy secrecy = secrecy_of(marking, value->name);
    bool secret = value->origin == ORIGIN_SECRET_FILE || secrecy != SECRECY_NONE;
    if (secret) {
        mark_secret(marking, value);
    } else {
        mark_dsn(marking, value);
        mark_pairs(marking, value);
    }
    mark_tails(marking, value, secrecy);
    vec_each(const struct template_use *, use, &value->uses)
        mark_use(marking, use, secret);
}

static void mark_value(struct marking *marking, const struct value *value)
{
    vec_push(marking->arena, &marking->waiting, value);
    while (marking->waiting.count)
        mark_setting(marking, marking->waiting.items[--marking->waiting.count]);
}

static void mark_env(struct marking *marking, const struct env *env)
{
    vec_each(const struct map_entry *, entry, &env->map.entries)
        mark_value(marking, entry->value);
}

/* A word of a command ends where a reference to nothing stood: what followed the dollar is its rest. */
static void mark_word_end(struct marking *marking, const struct value *value)
{
    uint32_t end = value->at.offset + value->at.length;
    vec_each(const struct template_use *, use, &value->uses) {
        str written = span_text(marking->facts->sources, use->at);
        bool touches = use->at.source == value->at.source && use->at.offset <= end;
        if (use->found || !touches || written.len < 2 || written.ptr[1] == '{')
            continue;
        mask_add(marking->facts->sources, use->at);
        gate_hide(marking->gate, use->name);
        end = use->at.offset + use->at.length > end ? use->at.offset + use->at.length : end;
    }
}

/* u:SECRET, of which a comment took the rest: not a word alone, and not a path. */
static bool has_parts(str text)
{
    size_t at = str_find_any(text, STR(":/"));
    return at != STR_NONE && (at > 0 || str_starts(text, STR("//")));
}

/* The setting that a server's password or a connection's comes from is secret, whatever its name. */
static void mark_roles(struct marking *marking)
{
    const struct facts *facts = marking->facts;
    vec_each(struct server *const *, server, &facts->servers)
        if ((*server)->password) {
            mark_secret(marking, (*server)->password);
            mark_word_end(marking, (*server)->password);
        }
    vec_each(struct connection *const *, connection, &facts->connections)
        if ((*connection)->dsn && (*connection)->variable->value->name.len == 0) /* a word of a command */
            mark_value(marking, (*connection)->variable->value);
        else if ((*connection)->dsn && (*connection)->dsn->error == DSN_NOT_A_DSN &&
                 has_parts((*connection)->dsn->text))
            mark_secret(marking, (*connection)->variable->value);
        else if ((*connection)->has_password) {
            gate_hide(marking->gate, (*connection)->password);
            mask_add(facts->sources, connection_locate(*connection, PART_PASSWORD));
        }
    vec_each(const struct secret_file *, file, &facts->secret_files)
        if (file->content) {
            gate_hide(marking->gate, file->content->text);
            secrets_hide(marking->gate, facts_dsn(facts, file->content->text, file->name));
        }
    vec_each(const struct config_default *, row, &facts->config->defaults)
        gate_hide(marking->gate, row->password.text);
}

/* Words of a command as they are written, also those of a line for a shell. */
static void mark_words(struct marking *marking, struct value *const *values, size_t count)
{
    struct command_place place = {0};
    for (size_t i = 0; i < count; i++) {
        const struct value *value = values[i];
        str written = span_text(marking->facts->sources, value->at), rest = written, word;
        while (str_next(&rest, ' ', &word)) {
            str secret = word.len > 0 ? command_secret(&place, word) : STR("");
            /* A blank inside an element of a list is the secret's own, but not in a line for a shell. */
            if (secret.len > 0 && count > 1 && word.ptr == written.ptr)
                secret = str_trim_bytes(str_skip(written, (size_t)(secret.ptr - written.ptr)), STR("'\""));
            if (secret.len > 0)
                hide_written(
                    marking, value, span_sub(value->at, (size_t)(secret.ptr - written.ptr), secret.len));
        }
        mark_dsn(marking, value);
    }
}

static void mark_deployment(struct marking *marking, const struct deployment *deployment)
{
    mark_env(marking, &deployment->environment);
    mark_env(marking, &deployment->file_environment);
    vec_each(struct workload *const *, service, &deployment->workloads) {
        mark_env(marking, &(*service)->environment);
        mark_words(marking, (*service)->command.items, (*service)->command.count);
        mark_words(marking, (*service)->entrypoint.items, (*service)->entrypoint.count);
        mark_setting_rests(marking, *service);
        if ((*service)->build)
            mark_env(marking, &(*service)->build->arguments);
        if ((*service)->built)
            vec_each(const struct workload_baked *, baked, &(*service)->built->baked)
                mark_value(marking, baked->value);
    }
    vec_each(const struct template_use *, use, &deployment->uses)
        mark_use(marking, use, false);
    while (marking->waiting.count)
        mark_setting(marking, marking->waiting.items[--marking->waiting.count]);
    vec_each(struct deployment_resource *const *, secret, &deployment->secrets) {
        const struct value *value = env_get(&deployment->environment, (*secret)->environment);
        if (value)
            mark_secret(marking, value);
        if ((*secret)->value)
            mark_value(marking, (*secret)->value);
    }
}

/* As dollar_look() has it, of what was read and not judged: glued to other bytes, or $NAME without braces. */
static bool may_be_rest(const struct value *value, const struct template_use *use)
{
    bool is_glued = use->at.source != value->at.source || value->at.length > use->at.length;
    bool is_bare = use->at.length == use->name.len + 1;
    return !use->found && (is_glued || (is_bare && !str_eq(use->name, value->name)));
}

/* One setting as it was read, what it shadows, and what followed a dollar in it. */
static void hide_value(struct gate *gate, const struct sources *sources, const struct value *value)
{
    for (; value; value = value->shadows) {
        hide_rest_of_line(gate, sources, value);
        if (credential_secrecy(value->name) != SECRECY_NONE) {
            gate_hide(gate, value->text);
            vec_each(const struct template_use *, use, &value->uses)
                if (may_be_rest(value, use))
                    gate_hide(gate, use->name);
        } else if (may_be_dsn(value->text)) {
            secrets_hide(gate, dsn_parse(gate->arena, value->text, NULL, value->name));
        }
    }
}

static bool is_known(const struct env *known, const struct value *value)
{
    const struct value *other = known ? env_get(known, value->name) : NULL;
    return other && !value->shadows && value->uses.count == 0 && str_eq(other->text, value->text);
}

void secret_hide_env(
    struct gate *gate, const struct sources *sources, const struct env *env, const struct env *known)
{
    vec_each(const struct map_entry *, entry, &env->map.entries)
        if (!is_known(known, entry->value))
            hide_value(gate, sources, entry->value);
}

void secret_hide_deployment(
    struct gate *gate, const struct sources *sources, const struct deployment *deployment)
{
    secret_hide_env(gate, sources, &deployment->environment, NULL);
    secret_hide_env(gate, sources, &deployment->file_environment, NULL);
    vec_each(struct workload *const *, service, &deployment->workloads) {
        secret_hide_env(gate, sources, &(*service)->environment, NULL);
        if ((*service)->build)
            secret_hide_env(gate, sources, &(*service)->build->arguments, NULL);
    }
    secret_show_deployment(gate, sources, deployment);
}

void secret_mark_reading(struct arena *arena, const struct facts *facts, const struct env *env)
{
    struct marking marking = {.arena = arena, .facts = facts, .gate = sources_gate(facts->sources)};
    mark_env(&marking, env);
}

void secret_mark(struct arena *arena, struct facts *facts)
{
    struct marking marking = {.arena = arena, .facts = facts, .gate = sources_gate(facts->sources)};
    map_reserve(arena, &marking.names, facts->variables.count);
    map_reserve(arena, &marking.seen, facts->variables.count);
    vec_each(struct variable *const *, variable, &facts->variables) {
        const struct value *value = (*variable)->value, *root = (*variable)->root;
        (*variable)->secret =
            secrecy_of(&marking, value->name) == SECRECY_JUDGED ||
            (!str_eq(value->name, root->name) && secrecy_of(&marking, root->name) == SECRECY_JUDGED);
        mark_value(&marking, (*variable)->value);
        if ((*variable)->secret)
            mark_secret(&marking, (*variable)->value);
    }
    vec_each(const struct input_file *, file, &facts->files)
        mark_env(&marking, &file->env);
    if (facts->deployment)
        mark_deployment(&marking, facts->deployment);
    mark_roles(&marking);
    secret_show_names(marking.gate, facts);
}

/* A connection string where a name or an address is asked for. */
static void hide_login(struct gate *gate, const struct config_text *text)
{
    if (str_contains(text->text, STR("://")))
        secrets_hide(gate, dsn_parse(gate->arena, text->text, NULL, STR("")));
}

void secret_mark_config(struct sources *sources, const struct config *config)
{
    struct gate *gate = sources_gate(sources);
    vec_each(const struct config_var *, var, &config->vars) {
        if (judge_declared(var, var->name) == SECRECY_NONE)
            continue;
        mask_add(sources, var->default_text.at);
        mask_add(sources, var->pattern.at);
        gate_hide(gate, var->default_text.text);
        vec_each(const struct config_text *, text, &var->one_of) {
            mask_add(sources, text->at);
            gate_hide(gate, text->text);
        }
    }
    vec_each(const struct config_server *, server, &config->budget.servers) {
        hide_login(gate, &server->url);
        hide_login(gate, &server->address);
    }
    vec_each(const struct config_pooler *, pooler, &config->budget.poolers)
        hide_login(gate, &pooler->server);
    vec_each(const struct config_consumer *, consumer, &config->budget.consumers) {
        hide_login(gate, &consumer->server);
        hide_login(gate, &consumer->via);
    }
}
