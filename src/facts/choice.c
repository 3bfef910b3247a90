#include "facts/choice.h"

#include "base/word.h"
#include "deploy/image.h"

/* ---- names as words */

enum {
    NAME_BYTES = 256,   /* a longer name switches and chooses nothing, and belongs to nothing */
    CHOICES_AT_ONE = 16 /* different ones of a kind at one place; where there are more, none passes over */
};

/* The words of a name in lower case, joined by `_`: "gitea_database_db_type". */
struct name {
    size_t count;
    uint16_t starts[WORDS_MAX], ends[WORDS_MAX];
    char text[NAME_BYTES];
};

/* DBHOST, DBPASS and DBENGINE are two words, as their programs read them. */
static bool is_two_words(str word)
{
    static const str tails[] = {STR_INIT("HOST"), STR_INIT("PORT"), STR_INIT("USER"), STR_INIT("USERNAME"),
        STR_INIT("PASS"), STR_INIT("PASSWORD"), STR_INIT("NAME"), STR_INIT("ENGINE"), STR_INIT("TYPE")};
    return str_starts_fold(word, STR("DB")) && STR_IS_IN_FOLD(str_skip(word, 2), tails);
}

static bool name_take(struct name *name, size_t *used, str word)
{
    if (name->count == WORDS_MAX || *used + word.len + 1 > NAME_BYTES)
        return false;
    if (name->count)
        name->text[(*used)++] = '_';
    name->starts[name->count] = (uint16_t)*used;
    for (size_t i = 0; i < word.len; i++)
        name->text[(*used)++] = byte_lower(word.ptr[i]);
    name->ends[name->count++] = (uint16_t)*used;
    return true;
}

static bool name_split(str text, struct name *name)
{
    size_t used = 0;
    str word;
    name->count = 0; /* the rest is large: what is not counted stays as it is */
    while (word_next(&text, &word)) {
        bool is_two = is_two_words(word);
        if ((is_two && !name_take(name, &used, str_take(word, 2))) ||
            !name_take(name, &used, is_two ? str_skip(word, 2) : word))
            return false;
    }
    return name->count > 0;
}

/* Words [from, to) as one text; a view. */
static str name_words(const struct name *name, size_t from, size_t to)
{
    if (from >= to)
        return STR("");
    return (str){name->text + name->starts[from], name->ends[to - 1] - (size_t)name->starts[from]};
}

/* The name goes on with the phrase at that word, and there is its end or the next word. */
static bool has_at(const struct name *name, size_t at, str phrase)
{
    if (at >= name->count)
        return false;
    str rest = name_words(name, at, name->count);
    return str_starts_fold(rest, phrase) && (rest.len == phrase.len || rest.ptr[phrase.len] == '_');
}

static bool is_listed(str word, str list)
{
    str item;
    while (str_next(&list, ' ', &item))
        if (item.len && str_eq_fold(item, word))
            return true;
    return false;
}

/* ---- what is read of an environment */

struct choice {
    const struct value *by;
    bool is_aside;                           /* made for one purpose: what has no word of it is others' */
    VEC(const struct backend_info *) chosen; /* empty: a list of none */
};

/* The choices that are about names which begin alike; different ones alone. */
struct choices_here {
    VEC(const struct choice *) list;
    bool is_crowded;
};

struct kind {
    str name;
    size_t first, end; /* rows of the table */
    struct map leads;  /* how names begin before a group of the table → choices_here */
    struct map parts;  /* … before one of `parts` */
};

struct choices {
    struct map off;      /* how names begin that belong to something which is off → the switch */
    struct map off_lent; /* … that it is known to use, and that others may use as well */
    struct map on;       /* backends that a switch of their own turns on: whatever is chosen, they count */
    struct map choosing; /* names of the settings that choose */
    VEC(struct kind) kinds;
};

static const str off_words[] = {STR_INIT("false"), STR_INIT("0"), STR_INIT("no"), STR_INIT("off"),
    STR_INIT("disabled"), STR_INIT("n"), STR_INIT("f"), STR_INIT("none"), STR_INIT("never")};
static const str on_words[] = {
    STR_INIT("true"), STR_INIT("1"), STR_INIT("yes"), STR_INIT("on"), STR_INIT("y"), STR_INIT("t")};
/* Said of what has no switching word in its name: LDAP=false. A 0 there is a number, REDIS_DB=0. */
static const str plain_off_words[] = {
    STR_INIT("false"), STR_INIT("no"), STR_INIT("off"), STR_INIT("disabled"), STR_INIT("none")};
/* EMAIL_SMTP= says as much (Baserow), where the name is no more than what has settings of its own. */
static const str blank_features[] = {STR_INIT("SMTP"), STR_INIT("EMAIL_SMTP"), STR_INIT("LDAP"),
    STR_INIT("OIDC"), STR_INIT("SAML"), STR_INIT("S3")};
static const str enabling_words[] = {STR_INIT("enabled"), STR_INIT("enable"), STR_INIT("activate")};
/* Only at the end: ACTIVE_STORAGE is a name. */
static const str active_words[] = {STR_INIT("active"), STR_INIT("activated")};
/* These are before what they are about. */
static const str using_words[] = {
    STR_INIT("use"), STR_INIT("with"), STR_INIT("allow"), STR_INIT("feature"), STR_INIT("features")};
/* FEATURE_FLAG_BILLING and FeatureManagement__Billing are about BILLING. */
static const str flag_words[] = {
    STR_INIT("flag"), STR_INIT("flags"), STR_INIT("management"), STR_INIT("toggle"), STR_INIT("toggles")};
/* … and these before what is put in for a start: SUPERSET_LOAD_EXAMPLES=no is about EXAMPLES_PASSWORD. */
static const str filling_words[] = {STR_INIT("load"), STR_INIT("seed"), STR_INIT("install")};
static const str example_words[] = {STR_INIT("example"), STR_INIT("examples"), STR_INIT("demo"),
    STR_INIT("sample"), STR_INIT("samples"), STR_INIT("fixtures")};
static const str disabling_words[] = {STR_INIT("disabled"), STR_INIT("disable")};
static const str skipping_words[] = {STR_INIT("skip"), STR_INIT("no"), STR_INIT("without")};
/* A choice for one purpose says nothing of others: BACKUP_STORAGE_TYPE, RAG_EMBEDDING_ENGINE. */
static const str aside_words[] = {STR_INIT("backup"), STR_INIT("backups"), STR_INIT("log"), STR_INIT("logs"),
    STR_INIT("export"), STR_INIT("archive"), STR_INIT("embedding"), STR_INIT("embeddings"),
    STR_INIT("embedder"), STR_INIT("tts"), STR_INIT("stt"), STR_INIT("test")};
/* What is chosen for another program, or for a way to it: SMTP_AUTH_METHOD is about no login of people. */
static const str other_leads[] = {STR_INIT("smtp"), STR_INIT("mail"), STR_INIT("email"), STR_INIT("imap"),
    STR_INIT("db"), STR_INIT("database"), STR_INIT("sql"), STR_INIT("postgres"), STR_INIT("mysql"),
    STR_INIT("redis"), STR_INIT("kafka"), STR_INIT("proxy"), STR_INIT("registry"), STR_INIT("session"),
    STR_INIT("s3"), STR_INIT("git"), STR_INIT("thumbnail"), STR_INIT("report"), STR_INIT("audit")};
/* What the settings that choose end with; several of a kind may be listed: STORAGE_LOCATIONS. */
static const str choosing_words[] = {STR_INIT("store"), STR_INIT("backend"), STR_INIT("type"),
    STR_INIT("driver"), STR_INIT("provider"), STR_INIT("engine"), STR_INIT("mailer"), STR_INIT("connection"),
    STR_INIT("disk"), STR_INIT("service"), STR_INIT("client"), STR_INIT("transport"), STR_INIT("adapter"),
    STR_INIT("method"), STR_INIT("mode"), STR_INIT("device"), STR_INIT("location"), STR_INIT("impl"),
    STR_INIT("strategy"), STR_INIT("dialect"), STR_INIT("executor"), STR_INIT("vendor"), STR_INIT("kind"),
    STR_INIT("drivername"), STR_INIT("storage"), STR_INIT("platform"), STR_INIT("system")};

static bool is_choosing(str word)
{
    return STR_IS_IN(word, choosing_words) ||
           (str_ends(word, STR("s")) && STR_IS_IN(str_take(word, word.len - 1), choosing_words));
}

static void put_off(struct arena *arena, struct map *off, str lead, str rest, const struct value *by)
{
    str key = lead.len ? arena_printf(arena, STR_FMT "_" STR_FMT, STR_ARG(lead), STR_ARG(rest))
                       : arena_lower(arena, rest);
    if (!map_has(off, key))
        map_set(arena, off, key, (void *)(uintptr_t)by);
}

/* What a feature of that name is known to use beside names that begin like it; empty: nothing is known. */
static str groups_of_feature(str subject)
{
    struct word_rows rows = backends_of_value(subject);
    for (size_t i = 0; i < rows.count; i++)
        if (str_eq(backend_at(rows.list[i])->kind, STR("feature")))
            return backend_at(rows.list[i])->groups;
    return STR("");
}

/* A feature is off, and with it what it is known to use, where the names of both begin with `owner`. */
static void lend_off(
    struct arena *arena, struct choices *choices, const struct value *value, str owner, str groups)
{
    str group;
    while (str_next(&groups, ' ', &group))
        put_off(arena, &choices->off_lent, owner, arena_lower(arena, group), value);
}

/* "ollama" of ENABLE_OLLAMA_API, where that is the name of something that has settings of its own. */
static str subject_of_part(const struct name *name, size_t from, size_t to)
{
    static const str parts[] = {STR_INIT("api"), STR_INIT("server"), STR_INIT("service"), STR_INIT("client"),
        STR_INIT("integration"), STR_INIT("support")};
    if (to - from < 2 || !STR_IS_IN(name_words(name, to - 1, to), parts))
        return STR("");
    str subject = name_words(name, from, to - 1);
    return backends_of_value(subject).count ? subject : STR("");
}

/* Words [from, to) are what is off; the first `lead` ones, where they are not among them, whose it is. */
static void switch_off(struct arena *arena, struct choices *choices, const struct value *value,
    const struct name *name, size_t lead, size_t from, size_t to)
{
    str subject = name_words(name, from, to), owner = name_words(name, 0, lead);
    str groups = groups_of_feature(subject), word = lead < from ? name_words(name, lead, lead + 1) : STR("");
    /* What is not allowed may be there all the same, unless it is a feature: ALLOW_SOCIAL_LOGIN. */
    if (subject.len == 0 || (str_eq(word, STR("allow")) && groups.len == 0))
        return;
    /* REDIS_USE_SSL is not about SSL_CERT; MY_ENABLE_SMTP may be about SMTP_PASSWORD. */
    bool is_led = lead && STR_IS_IN(word, using_words);
    /* AWS_BACKUPS is about AWS_BACKUP_KEY. */
    bool is_plural = subject.len > 3 && str_ends(subject, STR("s"));
    str singular = str_take(subject, subject.len - is_plural), whole = subject_of_part(name, from, to);
    for (int led = is_led; led <= (lead > 0); led++) {
        put_off(arena, &choices->off, led ? owner : STR(""), subject, value);
        put_off(arena, &choices->off, led ? owner : STR(""), singular, value);
        if (whole.len)
            put_off(arena, &choices->off, led ? owner : STR(""), whole, value);
        lend_off(arena, choices, value, led ? owner : STR(""), groups);
    }
    /* MANAGEMENT_TRACING is the tracing of MANAGEMENT, which uses MANAGEMENT_ZIPKIN. */
    for (size_t split = from + 1; lead == 0 && split < to; split++)
        lend_off(arena, choices, value, name_words(name, from, split),
            groups_of_feature(name_words(name, split, to)));
}

/* X_ENABLED, ENABLE_X, LOG_ENABLE_X, USE_X and X=false switch off by a no, X_DISABLED and SKIP_X by a yes. */
static void note_switch(struct arena *arena, struct choices *choices, const struct value *value, str meaning)
{
    str text = str_trim(value->text);
    bool says_no = STR_IS_IN_FOLD(text, off_words), says_yes = STR_IS_IN_FOLD(text, on_words);
    struct name split;
    if (text.len == 0 && STR_IS_IN_FOLD(meaning, blank_features) && name_split(meaning, &split))
        switch_off(arena, choices, value, &split, 0, 0, split.count);
    if ((!says_no && !says_yes) || !name_split(meaning, &split))
        return;
    const struct name *name = &split;
    str last = name_words(name, name->count - 1, name->count);
    size_t first = name->count > 1 && has_at(name, 0, STR("is")); /* IS_LDAP_ENABLED */
    for (size_t i = first; i < name->count; i++) {
        str word = name_words(name, i, i + 1);
        bool has_rest = i + 1 < name->count;
        bool is_enabling = STR_IS_IN(word, enabling_words) || (has_rest && STR_IS_IN(word, using_words)) ||
                           (!has_rest && STR_IS_IN(word, active_words));
        bool is_disabling =
            STR_IS_IN(word, disabling_words) || (has_rest && i == first && STR_IS_IN(word, skipping_words));
        if (!is_enabling && !is_disabling)
            continue;
        bool is_led = i == first && has_rest; /* ENABLE_MONGO, and MONGO_ENABLED */
        if (is_enabling && says_yes && (is_led || !has_rest))
            map_set(arena, &choices->on,
                arena_copy(arena, is_led ? name_words(name, i + 1, name->count) : name_words(name, first, i)),
                (void *)(uintptr_t)value);
        if (is_enabling ? !says_no : !says_yes)
            return;
        bool is_flag = i + 2 < name->count && str_starts(word, STR("feature")) &&
                       STR_IS_IN(name_words(name, i + 1, i + 2), flag_words);
        /* FEATURE_SLACK_ENABLED is about Slack. */
        bool is_twice = has_rest && STR_IS_IN(last, enabling_words);
        if (has_rest)
            switch_off(arena, choices, value, name, i, i + 1 + is_flag, name->count - is_twice);
        else
            switch_off(arena, choices, value, name, 0, first, i);
        return;
    }
    for (size_t i = first; says_no && i + 1 < name->count; i++)
        if (STR_IS_IN(name_words(name, i, i + 1), filling_words) &&
            STR_IS_IN(name_words(name, i + 1, i + 2), example_words)) {
            switch_off(arena, choices, value, name, i, i + 1, name->count);
            return;
        }
    if (STR_IS_IN_FOLD(text, plain_off_words))
        switch_off(arena, choices, value, name, 0, first, name->count - is_choosing(last));
}

/* The rows of the kind that the text names, as a whole or by one of its words; several may be listed. */
static void note_chosen(
    struct arena *arena, const struct kind *kind, struct choice *choice, str text, bool as_a_whole)
{
    str item;
    while (str_next(&text, ',', &item)) {
        size_t before = choice->chosen.count;
        item = str_trim(item);
        for (int by_word = 0; by_word < 2 - as_a_whole && choice->chosen.count == before; by_word++)
            for (size_t i = kind->first; i < kind->end; i++) {
                str rest = item, word = item;
                bool is_named = !by_word && is_listed(item, backend_at(i)->value);
                while (by_word && !is_named && rest.len) {
                    size_t end = str_find_any(rest, STR(".:/+_- "));
                    word = str_take(rest, end);
                    is_named = word.len && is_listed(word, backend_at(i)->value);
                    rest = end == STR_NONE ? STR("") : str_skip(rest, end + 1);
                }
                if (is_named)
                    vec_push(arena, &choice->chosen, backend_at(i));
            }
    }
}

/* The row whose kind is asked for by the last words before `count`, at least so many; the most words win. */
static size_t kind_asked(const struct name *name, size_t count, size_t least, size_t *ret_at)
{
    size_t found = STR_NONE, most = least ? least - 1 : 0;
    struct word_rows rows = backends_chosen_by(name_words(name, count - 1, count));
    str phrase;
    for (size_t i = 0; i < rows.count; i++) {
        str list = backend_at(rows.list[i])->chooses;
        while (str_next(&list, ' ', &phrase)) {
            size_t words = 1;
            for (size_t byte = 0; byte < phrase.len; byte++)
                words += phrase.ptr[byte] == '_';
            if (words > count || words <= most ||
                !str_eq_fold(name_words(name, count - words, count), phrase))
                continue;
            found = rows.list[i];
            most = words;
            *ret_at = count - words;
        }
    }
    return found;
}

static struct kind *kind_of(struct arena *arena, struct choices *choices, size_t row)
{
    str name = backend_at(row)->kind;
    vec_each(struct kind *, kind, &choices->kinds)
        if (str_eq(kind->name, name))
            return kind;
    struct kind *kind = vec_add(arena, &choices->kinds);
    *kind = (struct kind){.name = name, .first = row, .end = row};
    while (kind->end < backend_count() && str_eq(backend_at(kind->end)->kind, name))
        kind->end++;
    return kind;
}

static void put_choice(struct arena *arena, struct map *map, str lead, const struct choice *choice)
{
    struct choices_here *here = map_get(map, lead);
    if (!here) {
        here = arena_new(arena, struct choices_here);
        map_set(arena, map, arena_copy(arena, lead), here);
    }
    vec_each(const struct choice *const *, other, &here->list)
        if ((*other)->is_aside == choice->is_aside && (*other)->chosen.count == choice->chosen.count &&
            (choice->chosen.count == 0 || memcmp((*other)->chosen.items, choice->chosen.items,
                                              choice->chosen.count * sizeof *choice->chosen.items) == 0))
            return;
    here->is_crowded = here->list.count == CHOICES_AT_ONE;
    if (!here->is_crowded)
        vec_push(arena, &here->list, choice);
}

/* The switch that the longest beginning of the name is known for, unless the name is its own. */
static const struct value *switched_by(const struct map *off, const struct name *words, str name)
{
    for (size_t count = words->count; off->live && count > 0; count--) {
        const struct value *by = map_get(off, name_words(words, 0, count));
        if (by && !str_eq(by->name, name))
            return by;
    }
    return NULL;
}

/* What ends like no choice makes none: the other words of most names need no look. */
static bool may_choose(str name)
{
    char small[NAME_BYTES];
    str last = word_last(name);
    last = str_skip(last, is_two_words(last) ? 2 : 0);
    if (last.len > sizeof small)
        return false;
    for (size_t i = 0; i < last.len; i++)
        small[i] = byte_lower(last.ptr[i]);
    last = (str){small, last.len};
    return is_choosing(last) || backends_chosen_by(last).count > 0;
}

/*
 * VECTOR_STORE and STORAGE_TYPE are one word longer than what they choose; VECTOR_DB and FILE_STORAGE say in
 * full what they are, and so does a DATABASE=sqlite, while POSTGRES_DB is a database's name.
 */
static void note_choice(struct arena *arena, struct choices *choices, const struct value *value, str meaning)
{
    str text = str_trim(value->text);
    struct name split;
    /* AUTH_PROVIDERS= chooses none of those that are called like it; one alone has a default. */
    bool is_none = text.len == 0 && str_ends_fold(meaning, STR("providers"));
    if ((text.len == 0 && !is_none) || str_starts(text, STR("/")) || str_contains(text, STR("://")))
        return; /* CACHE_LOCATION=redis://… is where it is */
    if (!may_choose(meaning) || !name_split(meaning, &split))
        return;
    const struct name *name = &split;
    size_t at = 0, row = STR_NONE, count = name->count;
    if (switched_by(&choices->off, name, value->name))
        return; /* AUTH_TYPE=jwt chooses nothing beside ENABLE_AUTH=0 */
    if (count > 1 && is_choosing(name_words(name, count - 1, count)))
        row = kind_asked(name, count - 1, 1, &at);
    if (row == STR_NONE)
        row = kind_asked(name, count, count > 1 ? 2 : 1, &at);
    else
        count--;
    /* EMAIL_SERVICE is Nodemailer's: whoever it names is logged in at with EMAIL_PASS. */
    if (row == STR_NONE ||
        (str_eq(backend_at(row)->kind, STR("mail")) && has_at(name, count, STR("service"))))
        return;
    struct kind *kind = kind_of(arena, choices, row);
    struct choice *choice = arena_new(arena, struct choice);
    choice->by = value;
    note_chosen(arena, kind, choice, text, name->count == 1);
    if (choice->chosen.count == 0 && !is_none)
        return;
    choice->is_aside = is_none;
    for (size_t i = 0; i < count; i++)
        choice->is_aside |= STR_IS_IN(name_words(name, i, i + 1), aside_words) ||
                            (i < at && STR_IS_IN(name_words(name, i, i + 1), other_leads));
    map_set(arena, &choices->choosing, value->name, choice);
    /* QDRANT_URL, NADOO_QDRANT_URL and VECTOR_QDRANT_URL for NADOO_VECTOR_STORE. */
    for (size_t i = 0; i <= count; i++)
        put_choice(arena, &kind->leads, name_words(name, 0, i), choice);
    put_choice(arena, &kind->leads, name_words(name, at, count), choice);
    /* PENPOT_STORAGE_ASSETS_S3_ENDPOINT for PENPOT_ASSETS_STORAGE_BACKEND. */
    if (count >= 2 && at + 2 >= count) {
        str before = name_words(name, 0, count - 2), last = name_words(name, count - 1, count);
        str swapped = arena_join(arena, last, STR("_"), name_words(name, count - 2, count - 1));
        put_choice(
            arena, &kind->leads, before.len ? arena_join(arena, before, STR("_"), swapped) : swapped, choice);
    }
    /* DB_PASSWORD for DB_TYPE, GITEA__database__PASSWD for GITEA__database__DB_TYPE. */
    put_choice(arena, &kind->parts, name_words(name, 0, count), choice);
    if (at && is_listed(name_words(name, at - 1, at), backend_at(row)->chooses))
        put_choice(arena, &kind->parts, name_words(name, 0, at), choice);
}

/*
 * What programs choose by themselves where a setting is left out or empty, and settings whose own name says
 * too little. Laravel is known by the key that artisan writes; its Scout comes with `collection`, before 10
 * with `algolia` (config/scout.php). Flowise needs Redis in MODE=queue only (its .env.example). The images of
 * Jitsi ask nobody for a login where ENABLE_AUTH is left out, and have users of their own where AUTH_TYPE is.
 */
static const struct {
    str mark, beginning; /* a variable of the program, */
    str image;           /* or its image: the name, or the owner of all of its images */
    str setting, fallback;
    str meaning; /* the name that the setting is read by; empty: its own */
} program_choices[] = {
    {.mark = STR_INIT("APP_KEY"),
        .beginning = STR_INIT("base64:"),
        .setting = STR_INIT("SCOUT_DRIVER"),
        .fallback = STR_INIT("collection")},
    {.image = STR_INIT("flowise"),
        .setting = STR_INIT("MODE"),
        .fallback = STR_INIT("main"),
        .meaning = STR_INIT("FLOWS_MODE")},
    {.image = STR_INIT("jitsi"), .setting = STR_INIT("ENABLE_AUTH"), .fallback = STR_INIT("0")},
    {.image = STR_INIT("jitsi"), .setting = STR_INIT("AUTH_TYPE"), .fallback = STR_INIT("internal")},
};

static bool is_program(size_t row, const struct env *env, const struct image_reference *image)
{
    const struct value *mark = env_get(env, program_choices[row].mark);
    str name = program_choices[row].image;
    return name.len ? str_eq(image->name, name) || str_eq(image->owner, name)
                    : mark && mark->set && str_starts(mark->text, program_choices[row].beginning);
}

static void note_programs(
    struct arena *arena, struct choices *choices, const struct env *env, str image, bool is_choice)
{
    struct image_reference reference = image_reference(image);
    for (size_t i = 0; i < ARRAY_COUNT(program_choices); i++) {
        str setting = program_choices[i].setting, meaning = program_choices[i].meaning;
        const struct value *said = env_get(env, setting);
        bool is_said = said && (said->is_hidden || (said->set && str_trim(said->text).len));
        if (!is_program(i, env, &reference) || (is_said && !meaning.len))
            continue;
        struct value *value = arena_new(arena, struct value);
        *value = (struct value){
            .name = setting, .text = program_choices[i].fallback, .set = true, .origin = ORIGIN_DEFAULT};
        (is_choice ? note_choice : note_switch)(
            arena, choices, is_said ? said : value, meaning.len ? meaning : setting);
    }
}

const struct choices *choices_of(struct arena *arena, const struct env *env, str image)
{
    struct choices *choices = arena_new(arena, struct choices);
    for (int is_choice = 0; is_choice < 2; is_choice++) {
        vec_each(const struct map_entry *, entry, &env->map.entries) {
            const struct value *value = entry->value;
            if (!entry->removed && value->set)
                (is_choice ? note_choice : note_switch)(arena, choices, value, value->name);
        }
        note_programs(arena, choices, env, image, is_choice);
    }
    return choices;
}

/* ---- what a name belongs to */

/* What is known of one name: who takes it, and who passes it over. */
struct standing {
    const struct value *taken, *passed;
};

static bool is_switched_on(const struct choices *choices, const struct backend_info *row)
{
    str list = row->value, item;
    while (choices->on.live && str_next(&list, ' ', &item))
        if (map_has(&choices->on, item))
            return true;
    return false;
}

static void ask_here(const struct choices *choices, const struct choices_here *here,
    const struct backend_info *row, bool has_lead, struct standing *standing)
{
    vec_each(const struct choice *const *, choice, &here->list) {
        bool is_chosen = false;
        vec_each(const struct backend_info *const *, chosen, &(*choice)->chosen)
            is_chosen |= *chosen == row;
        if (is_chosen)
            standing->taken = (*choice)->by;
        else if ((has_lead || !(*choice)->is_aside) && !here->is_crowded && !is_switched_on(choices, row))
            standing->passed = (*choice)->by;
    }
}

/* The choices that are about `list`, one of the row's, where the name has it after what they begin with. */
static void ask_list(const struct choices *choices, const struct map *map, const struct backend_info *row,
    str list, const struct name *name, struct standing *standing)
{
    str phrase;
    while (list.len && map->live && str_next(&list, ' ', &phrase))
        for (size_t at = 0; at < name->count; at++) {
            const struct choices_here *here =
                has_at(name, at, phrase) ? map_get(map, name_words(name, 0, at)) : NULL;
            if (here)
                ask_here(choices, here, row, at > 0, standing);
        }
}

static struct standing standing_of(const struct choices *choices, const struct name *name)
{
    struct standing standing = {0}, shared = {0};
    vec_each(const struct kind *, kind, &choices->kinds)
        for (size_t i = kind->first; i < kind->end; i++) {
            ask_list(choices, &kind->leads, backend_at(i), backend_at(i)->groups, name, &standing);
            ask_list(choices, &kind->parts, backend_at(i), backend_at(i)->parts, name, &standing);
            ask_list(choices, &kind->leads, backend_at(i), backend_at(i)->takes, name, &shared);
        }
    standing.taken = standing.taken ? standing.taken : shared.taken;
    return standing;
}

const struct value *choices_taking(const struct choices *choices, str name)
{
    struct name words;
    return name_split(name, &words) ? standing_of(choices, &words).taken : NULL;
}

str choice_name_inside(str name)
{
    static const str beginnings[] = {STR_INIT("VITE_"), STR_INIT("NEXT_PUBLIC_"), STR_INIT("REACT_APP_"),
        STR_INIT("MIX_"), STR_INIT("VUE_APP_"), STR_INIT("NUXT_PUBLIC_"), STR_INIT("EXPO_PUBLIC_"),
        STR_INIT("GATSBY_"), STR_INIT("PUBLIC_")};
    for (size_t i = 0; i < ARRAY_COUNT(beginnings); i++)
        if (str_starts(name, beginnings[i]))
            return str_skip(name, beginnings[i].len);
    return name;
}

struct force choices_judge(const struct choices *choices, str name)
{
    struct name words;
    bool says_nothing = !choices->off.live && !choices->off_lent.live && !choices->kinds.count;
    if (says_nothing || !name_split(name, &words))
        return (struct force){.kind = FORCE_IN};
    const struct value *by = switched_by(&choices->off, &words, name);
    if (by)
        return (struct force){.kind = FORCE_SWITCHED_OFF, .by = by};
    struct standing standing = standing_of(choices, &words);
    if (standing.taken || map_has(&choices->choosing, name))
        return (struct force){.kind = FORCE_IN};
    /* Another feature may use the same: AWS_… for mail where no storage is there. */
    by = switched_by(&choices->off_lent, &words, name);
    if (by)
        return (struct force){.kind = FORCE_SWITCHED_OFF, .by = by};
    if (standing.passed)
        return (struct force){.kind = FORCE_NOT_CHOSEN, .by = standing.passed};
    str inner = choice_name_inside(name);
    return inner.len < name.len ? choices_judge(choices, inner) : (struct force){.kind = FORCE_IN};
}
