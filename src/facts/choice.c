#include "facts/choice.h"

#include "base/word.h"

/* ---- names as words */

/* DBHOST, DBPASS and DBENGINE are two words, as their programs read them. */
static bool names_split(str name, struct words *ret_words)
{
    static const str tails[] = {STR_INIT("HOST"), STR_INIT("PORT"), STR_INIT("USER"), STR_INIT("USERNAME"),
        STR_INIT("PASS"), STR_INIT("PASSWORD"), STR_INIT("NAME"), STR_INIT("ENGINE"), STR_INIT("TYPE")};
    struct words words;
    ret_words->count = 0;
    if (!words_split(name, &words))
        return false;
    for (size_t i = 0; i < words.count; i++) {
        str word = words.list[i], tail = str_skip(word, 2);
        bool is_two = str_starts_fold(word, STR("DB")) && STR_IS_IN_FOLD(tail, tails);
        if (ret_words->count + is_two >= WORDS_MAX)
            return false;
        if (is_two)
            ret_words->list[ret_words->count++] = str_take(word, 2);
        ret_words->list[ret_words->count++] = is_two ? tail : word;
    }
    return true;
}

/* Words from `at` on begin with those of AWS_S3: how many; 0: they do not. */
static size_t begins_with(const struct words *words, size_t at, str phrase)
{
    str asked;
    size_t from = at;
    while (word_next(&phrase, &asked))
        if (at == words->count || !str_eq_fold(words->list[at++], asked))
            return 0;
    return at - from;
}

/* The same with any of a list that is parted by blanks. */
static bool begins_with_any(const struct words *words, size_t at, str list)
{
    str phrase;
    while (str_next(&list, ' ', &phrase))
        if (phrase.len && begins_with(words, at, phrase))
            return true;
    return false;
}

/* How many words both begin with, as they are; `from` of the second. */
static size_t common_words(const struct words *words, const struct words *other, size_t from)
{
    size_t count = 0;
    while (count < words->count && from + count < other->count &&
           str_eq_fold(words->list[count], other->list[from + count]))
        count++;
    return count;
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

/* Names that begin with the subject belong to something that is off. */
struct switched_off {
    const struct value *by;
    struct words subject;
    size_t lead; /* words of the subject before the switching one: APP of APP_ENABLE_SMTP */
    bool is_led; /* names without the lead are somebody else's: REDIS_USE_SSL is not about SSL_CERT */
    str groups;  /* how further names begin that the feature is known to use; empty: none */
};

/* A setting that chooses among the backends of a kind. */
struct choice {
    const struct value *by;
    struct words subject; /* its name without the choosing word: NADOO_VECTOR of NADOO_VECTOR_STORE */
    size_t kind_at;       /* where the words of the kind begin in it */
    bool is_aside;        /* only what shares a word of it is passed over */
    bool is_nested;       /* the word before them is one of the kind as well: GITEA__database__DB_TYPE */
    str kind;
    VEC(const struct backend_info *) chosen; /* never empty */
};

struct choices {
    VEC(struct switched_off) off;
    VEC(struct choice) made;
};

static const str off_words[] = {
    STR_INIT("false"), STR_INIT("0"), STR_INIT("no"), STR_INIT("off"), STR_INIT("disabled")};
static const str on_words[] = {STR_INIT("true"), STR_INIT("1"), STR_INIT("yes"), STR_INIT("on")};
/* Said of what has no switching word in its name: LDAP=false. A 0 there is a number, REDIS_DB=0. */
static const str plain_off_words[] = {
    STR_INIT("false"), STR_INIT("no"), STR_INIT("off"), STR_INIT("disabled"), STR_INIT("none")};
static const str enabling_words[] = {STR_INIT("ENABLED"), STR_INIT("ENABLE"), STR_INIT("ACTIVATE")};
/* Only at the end: ACTIVE_STORAGE is a name. */
static const str active_words[] = {STR_INIT("ACTIVE"), STR_INIT("ACTIVATED")};
/* These stand before what they are about. */
static const str using_words[] = {STR_INIT("USE"), STR_INIT("WITH"), STR_INIT("ALLOW"), STR_INIT("FEATURE")};
static const str disabling_words[] = {STR_INIT("DISABLED"), STR_INIT("DISABLE")};
static const str skipping_words[] = {STR_INIT("SKIP"), STR_INIT("NO"), STR_INIT("WITHOUT")};
/* A choice for one purpose says nothing of others: BACKUP_STORAGE_TYPE, RAG_EMBEDDING_ENGINE. */
static const str aside_words[] = {STR_INIT("BACKUP"), STR_INIT("BACKUPS"), STR_INIT("LOG"), STR_INIT("LOGS"),
    STR_INIT("EXPORT"), STR_INIT("ARCHIVE"), STR_INIT("EMBEDDING"), STR_INIT("EMBEDDINGS"),
    STR_INIT("EMBEDDER"), STR_INIT("TTS"), STR_INIT("STT"), STR_INIT("TEST")};
/* What the settings that choose end with; several of a kind may be listed: STORAGE_LOCATIONS. */
static const str choosing_words[] = {STR_INIT("STORE"), STR_INIT("BACKEND"), STR_INIT("TYPE"),
    STR_INIT("DRIVER"), STR_INIT("PROVIDER"), STR_INIT("ENGINE"), STR_INIT("MAILER"), STR_INIT("CONNECTION"),
    STR_INIT("DISK"), STR_INIT("SERVICE"), STR_INIT("CLIENT"), STR_INIT("TRANSPORT"), STR_INIT("ADAPTER"),
    STR_INIT("METHOD"), STR_INIT("MODE"), STR_INIT("DEVICE"), STR_INIT("LOCATION"), STR_INIT("IMPL"),
    STR_INIT("STRATEGY"), STR_INIT("DIALECT"), STR_INIT("EXECUTOR"), STR_INIT("VENDOR"), STR_INIT("KIND"),
    STR_INIT("DRIVERNAME"), STR_INIT("PLATFORM"), STR_INIT("SYSTEM")};

static bool is_choosing(str word)
{
    bool is_plural = word.len > 1 && str_ends_fold(word, STR("S"));
    return STR_IS_IN_FOLD(word, choosing_words) ||
           (is_plural && STR_IS_IN_FOLD(str_take(word, word.len - 1), choosing_words));
}

/* What a feature of that name is known to use beside names that begin like it; empty: nothing is known. */
static str groups_of_feature(const struct words *subject, size_t from)
{
    for (size_t i = 0; i < backend_count(); i++) {
        const struct backend_info *row = backend_at(i);
        str names = row->value, name;
        while (str_eq(row->kind, STR("feature")) && str_next(&names, ' ', &name))
            if (begins_with(subject, from, name) == subject->count - from)
                return row->groups;
    }
    return STR("");
}

static void switch_off(struct arena *arena, struct choices *choices, const struct value *value,
    const struct words *words, size_t from, size_t to, size_t lead)
{
    struct switched_off off = {.by = value, .lead = lead};
    for (size_t i = 0; i < lead; i++)
        off.subject.list[off.subject.count++] = words->list[i];
    for (size_t i = from; i < to; i++)
        off.subject.list[off.subject.count++] = words->list[i];
    if (off.subject.count == lead)
        return;
    off.is_led = lead && STR_IS_IN_FOLD(words->list[lead], using_words);
    off.groups = groups_of_feature(&off.subject, lead);
    /* What is not allowed may be there all the same, unless it is a feature: ALLOW_SOCIAL_LOGIN. */
    if (from && str_eq_fold(words->list[from - 1], STR("ALLOW")) && off.groups.len == 0)
        return;
    vec_push(arena, &choices->off, off);
}

/* X_ENABLED, ENABLE_X, LOG_ENABLE_X, USE_X and X=false switch off by a no, X_DISABLED and SKIP_X by a yes. */
static void note_switch(
    struct arena *arena, struct choices *choices, const struct value *value, const struct words *words)
{
    str text = str_trim(value->text), last = words->list[words->count - 1];
    bool says_no = STR_IS_IN_FOLD(text, off_words), says_yes = STR_IS_IN_FOLD(text, on_words);
    if (!says_no && !says_yes && !STR_IS_IN_FOLD(text, plain_off_words))
        return;
    size_t first = words->count > 1 && str_eq_fold(words->list[0], STR("IS")); /* IS_LDAP_ENABLED */
    for (size_t i = first; i < words->count; i++) {
        str word = words->list[i];
        bool has_rest = i + 1 < words->count;
        bool is_using = STR_IS_IN_FOLD(word, using_words) && has_rest;
        bool is_skipping = STR_IS_IN_FOLD(word, skipping_words) && has_rest && i == first;
        bool is_active = !has_rest && STR_IS_IN_FOLD(word, active_words);
        bool is_enabling = is_using || is_active || STR_IS_IN_FOLD(word, enabling_words);
        bool is_disabling = is_skipping || STR_IS_IN_FOLD(word, disabling_words);
        if (!is_enabling && !is_disabling)
            continue;
        if (is_enabling ? !says_no : !says_yes)
            return;
        /* FEATURE_SLACK_ENABLED is about Slack. */
        bool is_twice = has_rest && STR_IS_IN_FOLD(last, enabling_words);
        if (has_rest)
            switch_off(arena, choices, value, words, i + 1, words->count - is_twice, i);
        else
            switch_off(arena, choices, value, words, first, i, 0);
        return;
    }
    if (STR_IS_IN_FOLD(text, plain_off_words))
        switch_off(arena, choices, value, words, first, words->count - is_choosing(last), 0);
}

/* The rows of the kind that the text names, as a whole or by one of its words; several may be listed. */
static void note_chosen(struct arena *arena, struct choice *choice, str text)
{
    str item;
    while (str_next(&text, ',', &item)) {
        size_t before = choice->chosen.count;
        item = str_trim(item);
        for (int by_word = 0; by_word < 2 && choice->chosen.count == before; by_word++)
            for (size_t i = 0; i < backend_count(); i++) {
                const struct backend_info *row = backend_at(i);
                str rest = item, word;
                bool is_named = !by_word && is_listed(item, row->value);
                while (by_word && !is_named && rest.len) {
                    size_t end = str_find_any(rest, STR(".:/+_- "));
                    word = str_take(rest, end);
                    is_named = word.len && is_listed(word, row->value);
                    rest = end == STR_NONE ? STR("") : str_skip(rest, end + 1);
                }
                if (is_named && str_eq(row->kind, choice->kind))
                    vec_push(arena, &choice->chosen, row);
            }
    }
}

static bool ends_with_last(const struct words *words, size_t count, str phrase)
{
    return count > 0 && phrase.len > 0 && str_ends_fold(phrase, words->list[count - 1]);
}

/* Where the words of a kind are, as the last ones before `count`; the kind with the most words. */
static const struct backend_info *kind_asked(
    const struct words *words, size_t count, size_t least, size_t *ret_at)
{
    const struct backend_info *found = NULL;
    size_t most = least;
    for (size_t i = 0; i < backend_count(); i++) {
        const struct backend_info *row = backend_at(i);
        str list = row->chooses, phrase;
        while (str_next(&list, ' ', &phrase))
            /* A phrase ends where the words do: nearly all end with another one, and are passed over. */
            for (size_t length = count; ends_with_last(words, count, phrase) && length > most; length--) {
                if (begins_with(words, count - length, phrase) != length)
                    continue;
                found = row;
                most = length;
                *ret_at = count - length;
            }
    }
    return found;
}

/*
 * VECTOR_STORE and STORAGE_TYPE are one word longer than what they choose; VECTOR_DB and FILE_STORAGE say in
 * full what they are, while POSTGRES_DB is a database's name.
 */
static void note_choice(
    struct arena *arena, struct choices *choices, const struct value *value, const struct words *words)
{
    str text = str_trim(value->text);
    if (text.len == 0 || text.ptr[0] == '/')
        return;
    bool has_word = words->count > 1 && is_choosing(words->list[words->count - 1]);
    struct choice choice = {.by = value, .subject = *words};
    const struct backend_info *kind = NULL;
    if (has_word) {
        choice.subject.count--;
        kind = kind_asked(words, words->count - 1, 0, &choice.kind_at);
    }
    if (!kind) {
        choice.subject.count = words->count;
        kind = kind_asked(words, words->count, 1, &choice.kind_at);
    }
    if (!kind)
        return;
    choice.kind = kind->kind;
    /* EMAIL_SERVICE is Nodemailer's: whoever it names is logged in at with EMAIL_PASS. */
    if (has_word && str_eq(kind->kind, STR("mail")) && word_is_last(value->name, STR("service")))
        return;
    for (size_t i = 0; i < choice.subject.count; i++)
        choice.is_aside |= STR_IS_IN_FOLD(choice.subject.list[i], aside_words);
    note_chosen(arena, &choice, text);
    str list = kind->chooses, phrase;
    while (choice.kind_at && str_next(&list, ' ', &phrase))
        choice.is_nested |= begins_with(words, choice.kind_at - 1, phrase) == 1;
    if (choice.chosen.count)
        vec_push(arena, &choices->made, choice);
}

const struct choices *choices_of(struct arena *arena, const struct env *env)
{
    struct choices *choices = arena_new(arena, struct choices);
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        struct words words;
        if (entry->removed || !value->set || !names_split(value->name, &words))
            continue;
        note_switch(arena, choices, value, &words);
        note_choice(arena, choices, value, &words);
    }
    return choices;
}

/* ---- what a name belongs to */

static bool is_of_backend(
    const struct choice *choice, const struct backend_info *row, const struct words *words, size_t least)
{
    const struct words *subject = &choice->subject;
    size_t common = common_words(words, subject, 0);
    /* QDRANT_URL, NADOO_QDRANT_URL, VECTOR_QDRANT_URL for NADOO_VECTOR_STORE. */
    for (size_t at = least; at <= common; at++)
        if (begins_with_any(words, at, row->groups))
            return true;
    size_t own = subject->count - choice->kind_at;
    if (common_words(words, subject, choice->kind_at) == own && begins_with_any(words, own, row->groups))
        return true;
    /* DB_PASSWORD for DB_TYPE, GITEA__database__PASSWD for GITEA__database__DB_TYPE. */
    return (common == subject->count && begins_with_any(words, common, row->parts)) ||
           (choice->is_nested && common == choice->kind_at && begins_with_any(words, common, row->parts));
}

static bool is_chosen(const struct choice *choice, const struct words *words)
{
    vec_each(const struct backend_info *const *, row, &choice->chosen)
        if (is_of_backend(choice, *row, words, 0))
            return true;
    return false;
}

static const struct value *taking(const struct choices *choices, const struct words *words)
{
    vec_each(const struct choice *, choice, &choices->made)
        if (is_chosen(choice, words))
            return choice->by;
    return NULL;
}

const struct value *choices_taking(const struct choices *choices, str name)
{
    struct words words;
    return names_split(name, &words) ? taking(choices, &words) : NULL;
}

/* The choice that passes over the backend whose setting this is; NULL: one takes it, or none is about it. */
static const struct value *passing_over(const struct choices *choices, const struct words *words, str name)
{
    const struct value *by = NULL;
    vec_each(const struct choice *, choice, &choices->made) {
        if (str_eq(choice->by->name, name) || is_chosen(choice, words))
            return NULL;
        for (size_t i = 0; i < backend_count(); i++)
            if (str_eq(backend_at(i)->kind, choice->kind) &&
                is_of_backend(choice, backend_at(i), words, choice->is_aside))
                by = choice->by;
    }
    return by;
}

/* The words from `at` on begin with the feature's; AWS_BACKUPS is about AWS_BACKUP_KEY. */
static bool is_of_feature(const struct switched_off *off, const struct words *words, size_t at)
{
    size_t count = off->subject.count - off->lead;
    for (size_t i = 0; i < count; i++) {
        str asked = off->subject.list[off->lead + i];
        if (at + i == words->count)
            return false;
        bool is_last = i + 1 == count && asked.len > 2 && str_ends_fold(asked, STR("S"));
        if (!str_eq_fold(words->list[at + i], asked) &&
            !(is_last && str_eq_fold(words->list[at + i], str_take(asked, asked.len - 1))))
            return false;
    }
    return true;
}

static bool is_off(const struct choices *choices, const struct switched_off *off, const struct words *words)
{
    bool has_lead = off->lead && common_words(words, &off->subject, 0) >= off->lead;
    if ((!off->is_led && is_of_feature(off, words, 0)) || (has_lead && is_of_feature(off, words, off->lead)))
        return true;
    /* Another feature may use the same: AWS_… for mail where no storage is there. */
    return off->groups.len &&
           (begins_with_any(words, 0, off->groups) ||
               (has_lead && begins_with_any(words, off->lead, off->groups))) &&
           !taking(choices, words);
}

struct force choices_judge(const struct choices *choices, str name)
{
    struct words words;
    if (!names_split(name, &words))
        return (struct force){.kind = FORCE_IN};
    vec_each(const struct switched_off *, off, &choices->off)
        if (!str_eq(off->by->name, name) && is_off(choices, off, &words))
            return (struct force){.kind = FORCE_SWITCHED_OFF, .by = off->by};
    const struct value *by = passing_over(choices, &words, name);
    return by ? (struct force){.kind = FORCE_NOT_CHOSEN, .by = by} : (struct force){.kind = FORCE_IN};
}
