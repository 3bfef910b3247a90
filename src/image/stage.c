#include "image/stage.h"

#include "base/limit.h"
#include "base/number.h"
#include "deploy/image.h"
#include "image/expand.h"
#include "text/host.h"

/* One stage being carried out over what came before it. */
struct builder {
    struct image_plan *plan;
    struct image *image;
    struct map variables; /* name → struct expand_variable *: ENV and ARG as the next instruction sees them */
    instruction_words shell;                  /* SHELL in force; none: /bin/sh -c */
    bool command_is_own;                      /* this stage has a CMD */
    VEC(const struct instruction *) triggers; /* ONBUILD of the stage before */
    bool is_external;                         /* the base comes from elsewhere and may have set variables */
};

static bool refuse(struct image_plan *plan, span at, str message)
{
    diag_add(plan->diags, STR("dockerfile-syntax"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message))->fatal =
        true;
    return false;
}

/* ---- variables */

/* What BuildKit sets by itself depends on the machine that builds. */
static bool is_platform_name(str name)
{
    static const str starts[] = {STR_INIT("TARGET"), STR_INIT("BUILD")};
    static const str ends[] = {STR_INIT("PLATFORM"), STR_INIT("OS"), STR_INIT("ARCH"), STR_INIT("VARIANT"),
        STR_INIT("OSVERSION"), STR_INIT("STAGE")};
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++)
        if (str_starts(name, starts[i]) && STR_IS_IN(str_skip(name, starts[i].len), ends))
            return true;
    return false;
}

static struct expand_variable get_global(const void *self, str name)
{
    const struct image_plan *plan = self;
    const struct expand_variable *variable = map_get(&plan->globals, name);
    if (variable)
        return *variable;
    return (struct expand_variable){.is_hidden = is_platform_name(name), .is_set = is_platform_name(name)};
}

static struct expand_variable get_stage(const void *self, str name)
{
    const struct builder *b = self;
    const struct expand_variable *variable = map_get(&b->variables, name);
    if (variable)
        return *variable;
    bool may = b->is_external ? base_may_set(b->image->known, name) : str_eq(name, STR("PATH"));
    return (struct expand_variable){.is_hidden = may, .is_set = may};
}

static void set_variable(struct arena *arena, struct map *variables, str name, const struct value *value)
{
    struct expand_variable *variable = arena_new(arena, struct expand_variable);
    *variable = (struct expand_variable){.is_set = true, .is_hidden = value->is_hidden, .text = value->text};
    map_set(arena, variables, name, variable);
}

/* NULL where the builder refuses the word, which is reported. */
static struct value *OR_NULL expand(struct image_plan *plan, const struct value *word, const void *self,
    struct expand_variable (*get)(const void *, str))
{
    struct expand_scope scope = {
        .self = self, .get = get, .escape = plan->file->escape, .spent = &plan->spent};
    struct expand_result result = expand_word(plan->arena, word, &scope);
    if (result.error == EXPAND_OK)
        return result.value;
    if (result.error == EXPAND_LIMIT)
        diag_limit(plan->diags, result.limit, word->at);
    else
        refuse(plan, word->at, result.message);
    return NULL;
}

static struct value *OR_NULL expand_here(struct builder *b, const struct value *word)
{
    return expand(b->plan, word, b, get_stage);
}

/* ---- ARG */

/* NAME or NAME=default of an ARG: the default; NULL: there is none. */
static const struct value *OR_NULL split_argument(
    struct arena *arena, const struct value *word, str *ret_name)
{
    size_t equals = str_find_byte(word->text, '=');
    *ret_name = equals == STR_NONE ? word->text : str_take(word->text, equals);
    return equals == STR_NONE ? NULL : value_slice(arena, word, equals + 1, word->text.len);
}

static bool run_argument(struct builder *b, const struct instruction *instruction)
{
    struct image_plan *plan = b->plan;
    vec_each(const struct value *const *, word, &instruction->words) {
        str name;
        const struct value *fallback = split_argument(plan->arena, *word, &name);
        const struct value *value = env_get(&plan->build->arguments, name);
        if (!value && fallback && !(value = expand_here(b, fallback)))
            return false;
        const struct expand_variable *global = map_get(&plan->globals, name);
        if (!value && global) {
            struct value *inherited = arena_new(plan->arena, struct value);
            *inherited = (struct value){.text = global->text,
                .set = !global->is_hidden,
                .is_hidden = global->is_hidden,
                .at = (*word)->at};
            value = inherited;
        }
        if (!value && is_platform_name(name)) {
            struct value *machine = arena_new(plan->arena, struct value);
            *machine = (struct value){.is_hidden = true, .at = (*word)->at};
            value = machine;
        }
        if (!value)
            continue; /* it stays undeclared, and unsets nothing */
        set_variable(plan->arena, &b->variables, name, value);
        struct value *kept = arena_new(plan->arena, struct value);
        *kept = *value;
        kept->name = name;
        kept->key = (*word)->at;
        vec_push(plan->arena, &b->image->arguments, ((struct image_argument){.name = name, .value = kept}));
    }
    return true;
}

/* ---- the other instructions */

static bool run_env(struct builder *b, const struct instruction *instruction)
{
    VEC(struct value *) values = {0};
    /* All of them see what was there before the instruction. */
    for (size_t i = 0; i + 1 < instruction->words.count; i += 2) {
        const struct value *name = expand_here(b, instruction->words.items[i]);
        struct value *value = expand_here(b, instruction->words.items[i + 1]);
        if (!name || !value)
            return false;
        value->name = name->text;
        value->key = instruction->words.items[i]->at;
        value->origin = ORIGIN_IMAGE;
        if (!name->is_hidden)
            vec_push(b->plan->arena, &values, value);
    }
    vec_each(struct value *const *, value, &values) {
        set_variable(b->plan->arena, &b->variables, (*value)->name, *value);
        env_put(&b->image->environment, *value);
    }
    return true;
}

/* The words of an exec form as they are; a shell form is one word for the shell in force here. */
static struct image_words command_words(struct builder *b, const struct instruction *instruction)
{
    struct arena *arena = b->plan->arena;
    struct image_words words = {.is_known = true};
    static const str shell[] = {STR_INIT("/bin/sh"), STR_INIT("-c")};
    for (size_t i = 0; !instruction->is_json && b->shell.count == 0 && i < ARRAY_COUNT(shell); i++) {
        struct value *word = arena_new(arena, struct value);
        *word = (struct value){.text = shell[i], .set = true, .origin = ORIGIN_IMAGE, .at = instruction->at};
        vec_push(arena, &words.list, word);
    }
    for (size_t i = 0; !instruction->is_json && i < b->shell.count; i++)
        vec_push(arena, &words.list, (struct value *)b->shell.items[i]);
    vec_each(const struct value *const *, word, &instruction->words)
        vec_push(arena, &words.list, (struct value *)*word);
    if (!instruction->is_json && instruction->words.count == 0)
        vec_push(arena, &words.list, (struct value *)instruction->rest);
    return words;
}

static bool run_command(struct builder *b, const struct instruction *instruction)
{
    b->image->command = command_words(b, instruction);
    b->command_is_own = true;
    return true;
}

static bool run_entrypoint(struct builder *b, const struct instruction *instruction)
{
    b->image->entrypoint = command_words(b, instruction);
    if (!b->command_is_own)
        b->image->command = (struct image_words){.is_known = true};
    return true;
}

static bool run_shell(struct builder *b, const struct instruction *instruction)
{
    b->shell = instruction->words;
    return true;
}

static bool run_user(struct builder *b, const struct instruction *instruction)
{
    const struct value *user = expand_here(b, instruction->words.items[0]);
    if (user)
        b->image->user = user->text;
    return user != NULL;
}

static bool run_directory(struct builder *b, const struct instruction *instruction)
{
    const struct value *path = expand_here(b, instruction->words.items[0]);
    if (!path)
        return false;
    str *directory = &b->image->directory;
    if (path->is_hidden || (directory->len == 0 && !path_is_absolute(path->text)))
        *directory = STR("");
    else
        *directory = path_clean(b->plan->arena, path_join(b->plan->arena, *directory, path->text));
    return true;
}

static bool run_expose(struct builder *b, const struct instruction *instruction)
{
    vec_each(const struct value *const *, word, &instruction->words) {
        const struct value *port = expand_here(b, *word);
        if (!port)
            return false;
        str rest = port->text, one;
        while (str_next(&rest, ' ', &one))
            if (one.len)
                vec_push(b->plan->arena, &b->image->exposed, one);
    }
    return true;
}

static bool run_step(struct builder *b, const struct instruction *instruction)
{
    struct arena *arena = b->plan->arena;
    struct image_step step = {.instruction = instruction, .directory = b->image->directory};
    bool is_copy = instruction->kind != INSTRUCTION_RUN;
    const struct value *from = is_copy ? instruction_flag(arena, instruction, STR("from")) : NULL;
    if (from && !(from = expand_here(b, from)))
        return false;
    step.stage = from ? from->text : STR("");
    step.is_hidden = from && from->is_hidden;
    for (size_t i = 0; is_copy && i < instruction->words.count; i++) {
        const struct value *word = expand_here(b, instruction->words.items[i]);
        if (!word)
            return false;
        step.is_hidden |= word->is_hidden;
        vec_push(arena, &step.words, word->text);
    }
    vec_push(arena, &b->image->steps, step);
    return true;
}

static bool run_trigger(struct builder *b, const struct instruction *instruction)
{
    vec_push(b->plan->arena, &b->triggers, instruction->trigger);
    return true;
}

static bool (*const runs[INSTRUCTION_COUNT])(struct builder *b, const struct instruction *instruction) = {
    [INSTRUCTION_ADD] = run_step,
    [INSTRUCTION_ARG] = run_argument,
    [INSTRUCTION_CMD] = run_command,
    [INSTRUCTION_COPY] = run_step,
    [INSTRUCTION_ENTRYPOINT] = run_entrypoint,
    [INSTRUCTION_ENV] = run_env,
    [INSTRUCTION_EXPOSE] = run_expose,
    [INSTRUCTION_ONBUILD] = run_trigger,
    [INSTRUCTION_RUN] = run_step,
    [INSTRUCTION_SHELL] = run_shell,
    [INSTRUCTION_USER] = run_user,
    [INSTRUCTION_WORKDIR] = run_directory,
};

static bool carry_out(struct builder *b, const struct instruction *instruction)
{
    if (++*b->plan->steps > limit_value(LIMIT_DOCKERFILE_STEPS)) {
        diag_limit(b->plan->diags, LIMIT_DOCKERFILE_STEPS, instruction->at);
        return false;
    }
    bool is_good = !runs[instruction->kind] || runs[instruction->kind](b, instruction);
    if (!is_good)
        instruction_hide(b->plan->diags, instruction->rest);
    return is_good;
}

static bool run_stage(struct builder *b, size_t stage)
{
    const struct image_plan *plan = b->plan;
    size_t first = plan->stages.items[stage] + 1;
    size_t end =
        stage + 1 < plan->stages.count ? plan->stages.items[stage + 1] : plan->file->instructions.count;
    b->command_is_own = false;
    size_t triggers = b->triggers.count;
    const struct instruction **fired = b->triggers.items;
    b->triggers.items = NULL; /* in this stage alone, not in those built from it */
    b->triggers.count = b->triggers.capacity = 0;
    for (size_t i = 0; i < triggers; i++)
        if (!carry_out(b, fired[i]))
            return false;
    for (size_t i = first; i < end; i++)
        if (!carry_out(b, plan->file->instructions.items[i]))
            return false;
    return true;
}

/* ---- bases */

static void add_words(struct arena *arena, struct image_words *words, str list, span at)
{
    words->is_known = true;
    for (str word; list.len > 0 && str_next(&list, '|', &word);) {
        struct value *value = arena_new(arena, struct value);
        *value = (struct value){.text = word, .set = true, .origin = ORIGIN_IMAGE, .at = at};
        vec_push(arena, &words->list, value);
    }
}

static void take_base(struct builder *b, str reference, span at)
{
    struct image *image = b->image;
    image->base = reference;
    image->base_at = at;
    bool is_scratch = str_eq(reference, STR("scratch"));
    b->is_external = !is_scratch;
    image->known = is_scratch ? NULL : base_find(reference);
    if (!image->known && !is_scratch)
        return;
    image->directory = image->known && image->known->directory.len ? image->known->directory : STR("/");
    add_words(b->plan->arena, &image->entrypoint, image->known ? image->known->entrypoint : STR(""), at);
    add_words(b->plan->arena, &image->command, image->known ? image->known->command : STR(""), at);
}

/* A name that the build gives another meaning: an image, or something that cannot be looked into. */
static bool find_context(const struct workload_build *build, str name, str *ret_leads_to)
{
    vec_each(const struct workload_alias *, context, &build->contexts)
        if (str_eq(context->name, name)) {
            *ret_leads_to = context->leads_to;
            return true;
        }
    return false;
}

size_t stage_find(const struct image_plan *plan, str name, size_t before, bool by_number)
{
    for (size_t i = before; i > 0; i--) {
        const struct instruction *from = plan->file->instructions.items[plan->stages.items[i - 1]];
        if (from->words.count == 3 && str_eq_fold(from->words.items[2]->text, name))
            return i - 1;
    }
    uint64_t number;
    if (by_number && before > 0 && number_parse_unsigned(name, before - 1, &number))
        return (size_t)number;
    return SIZE_MAX;
}

/* Whether it can be the name of an image: what a build argument left blank shows, python:-slim. */
static bool is_reference(str text)
{
    struct image_reference parts = image_reference(text);
    bool has_tag = parts.tag.ptr != NULL;
    return parts.name.len > 0 && byte_is_alnum(parts.name.ptr[0]) &&
           (!has_tag || (parts.tag.len > 0 && byte_is_name(parts.tag.ptr[0])));
}

/* The stages that a stage is built of, itself last, and the image under them. */
static bool find_chain(struct builder *b, size_t stage, size_t *chain, size_t *ret_count)
{
    struct image_plan *plan = b->plan;
    *ret_count = 0;
    for (;;) {
        chain[(*ret_count)++] = stage;
        const struct instruction *from = plan->file->instructions.items[plan->stages.items[stage]];
        const struct value *name = expand(plan, from->words.items[0], plan, get_global);
        str leads_to = {0};
        if (!name)
            return false;
        b->is_external = true;
        if (name->is_hidden ||
            !is_reference(name->text)) /* a build argument that is given elsewhere, maybe */
            return true;
        if (find_context(plan->build, name->text, &leads_to)) {
            if (str_starts(leads_to, STR("docker-image://")))
                take_base(b, str_skip(leads_to, STR("docker-image://").len), name->at);
            return true;
        }
        size_t local = stage_find(plan, name->text, stage, false);
        if (local == SIZE_MAX) {
            take_base(b, name->text, name->at);
            return true;
        }
        stage = local;
    }
}

const struct image *stage_image(struct image_plan *plan, size_t stage)
{
    struct image *image = arena_new(plan->arena, struct image);
    image->environment.arena = plan->arena;
    struct builder b = {.plan = plan, .image = image};
    size_t count;
    size_t *chain = arena_array(plan->arena, size_t, stage + 1);
    plan->spent = 0;
    image->ok = find_chain(&b, stage, chain, &count);
    while (image->ok && count > 0)
        image->ok = run_stage(&b, chain[--count]);
    return image;
}

/* ---- the file as a whole */

static bool plan_global(struct image_plan *plan, const struct instruction *instruction)
{
    vec_each(const struct value *const *, word, &instruction->words) {
        str name;
        const struct value *fallback = split_argument(plan->arena, *word, &name);
        const struct value *value = env_get(&plan->build->arguments, name);
        if (!value && fallback && !(value = expand(plan, fallback, plan, get_global)))
            return false;
        if (value)
            set_variable(plan->arena, &plan->globals, name, value);
    }
    return true;
}

bool stage_plan(struct image_plan *plan)
{
    const struct dockerfile *file = plan->file;
    for (size_t i = 0; i < file->instructions.count; i++) {
        const struct instruction *instruction = file->instructions.items[i];
        bool is_first = plan->stages.count == 0;
        if (instruction->kind == INSTRUCTION_FROM)
            vec_push(plan->arena, &plan->stages, i);
        else if (is_first && instruction->kind != INSTRUCTION_ARG)
            return refuse(plan, instruction->at, STR("there is no FROM before this instruction"));
        else if (is_first && !plan_global(plan, instruction)) {
            instruction_hide(plan->diags, instruction->rest);
            return false;
        }
    }
    if (plan->stages.count > 0)
        return true;
    return refuse(plan, file->instructions.items[0]->at, STR("the Dockerfile has no FROM"));
}
