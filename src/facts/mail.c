#include "facts/mail.h"

#include "base/word.h"
#include "facts/door.h"

/* What the names of one environment say about mail as a whole. */
struct mail_signs {
    bool has_user, has_password;             /* of a login at a mail server */
    bool is_asked;                           /* a switch asks for mail */
    bool is_declined;                        /* … or says that none is sent */
    bool has_sender;                         /* mail is sent in the name of somebody who may exist */
    bool has_nobody;                         /* … of nobody: an address that templates bring, or none */
    bool has_blank_user, has_blank_password; /* named, and not filled in */
    bool is_caught;                          /* the port is that of a catcher */
};

static const str mail_words[] = {
    STR_INIT("mail"), STR_INIT("email"), STR_INIT("emails"), STR_INIT("smtp"), STR_INIT("mailer")};

/* They catch mail while developing: MailHog, Mailpit, MailCatcher, MailDev, smtp4dev, Inbucket, GreenMail. */
static const str catchers[] = {STR_INIT("mailhog"), STR_INIT("mailpit"), STR_INIT("mailcatcher"),
    STR_INIT("maildev"), STR_INIT("smtp4dev"), STR_INIT("inbucket"), STR_INIT("greenmail"),
    STR_INIT("fakesmtp")};
static const str catcher_ports[] = {STR_INIT("1025"), STR_INIT("2525"), STR_INIT("3025")};

/* In whose name templates send; example.org is no less reserved, and rare in them. */
static const str nobodys_domains[] = {STR_INIT("example.com"), STR_INIT("localhost"), STR_INIT("domain.com"),
    STR_INIT("mydomain.com"), STR_INIT("yourdomain.com"), STR_INIT("your-domain.com"), STR_INIT("foo.com"),
    STR_INIT("bar.com")};

static bool is_blank(const struct value *value)
{
    static const str words[] = {STR_INIT(""), STR_INIT("null"), STR_INIT("none")};
    return !value->is_hidden && STR_IS_IN_FOLD(str_trim(value->text), words);
}

static void note_user(struct mail_signs *signs, const struct value *value)
{
    *(is_blank(value) ? &signs->has_blank_user : &signs->has_user) = true;
}

static void note_password(struct mail_signs *signs, const struct value *value)
{
    *(is_blank(value) ? &signs->has_blank_password : &signs->has_password) = true;
}

static void note_switch(struct mail_signs *signs, const struct value *value)
{
    signs->is_asked |= !is_blank(value) && !door_is_off(value->text);
}

/* SEND_EMAILS: without it nothing is sent, whatever the notifications and the server beside it are. */
static void note_sending(struct mail_signs *signs, const struct value *value)
{
    note_switch(signs, value);
    signs->is_declined |= !is_blank(value) && door_is_off(value->text);
}

/* "Shop <shop@example.com>" as well as the address alone; a name without one says nothing. */
static void note_sender(struct mail_signs *signs, const struct value *value)
{
    struct str_cut cut = str_cut_byte(value->text, '@');
    str domain = str_take(cut.tail, str_find_any(cut.tail, STR("> \"'")));
    if (cut.found ? STR_IS_IN_FOLD(domain, nobodys_domains) : is_blank(value))
        signs->has_nobody = true;
    else
        signs->has_sender |= cut.found;
}

static void note_port(struct mail_signs *signs, const struct value *value)
{
    signs->is_caught |= STR_IS_IN(str_trim(value->text), catcher_ports);
}

/* What the last words of a name about mail say. */
static const struct {
    str words;
    void (*note)(struct mail_signs *signs, const struct value *value);
} sign_words[] = {
    {STR_INIT("user"), note_user},
    {STR_INIT("username"), note_user},
    {STR_INIT("login"), note_user},
    {STR_INIT("password"), note_password},
    {STR_INIT("pass"), note_password},
    {STR_INIT("pwd"), note_password},
    {STR_INIT("smtp enabled"), note_switch},
    {STR_INIT("mail enabled"), note_switch},
    {STR_INIT("email enabled"), note_switch},
    {STR_INIT("emails enabled"), note_switch},
    {STR_INIT("enable smtp"), note_switch},
    {STR_INIT("enable mail"), note_switch},
    {STR_INIT("enable email"), note_switch},
    {STR_INIT("enable emails"), note_switch},
    {STR_INIT("use smtp"), note_switch},
    {STR_INIT("send mail"), note_sending},
    {STR_INIT("send mails"), note_sending},
    {STR_INIT("send email"), note_sending},
    {STR_INIT("send emails"), note_sending},
    {STR_INIT("send email notifications"), note_sending}, /* Mattermost, in one word */
    {STR_INIT("email notifications"), note_switch},
    {STR_INIT("from"), note_sender},
    {STR_INIT("from address"), note_sender},
    {STR_INIT("from email"), note_sender},
    {STR_INIT("sender"), note_sender},
    {STR_INIT("sender address"), note_sender},
    {STR_INIT("sender email"), note_sender},
    {STR_INIT("server email"), note_sender}, /* Django */
    {STR_INIT("port"), note_port},
};

/* SMTPSERVER, SENDEMAILNOTIFICATIONS: words that are written as one begin with mail, or with sending it. */
static bool is_together(str word)
{
    word = str_skip(word, str_starts_fold(word, STR("send")) ? 4 : 0);
    for (size_t i = 0; i < ARRAY_COUNT(mail_words); i++)
        if (str_starts_fold(word, mail_words[i]) && word.len > mail_words[i].len)
            return true;
    return false;
}

static bool is_about_mail(const struct words *words)
{
    for (size_t i = 0; i < ARRAY_COUNT(mail_words); i++)
        if (words_contain(words, mail_words[i]))
            return true;
    return is_together(words->list[words->count - 1]);
}

/* The name ends with the words, which may be written as one there. */
static bool ends_with(const struct words *words, str wanted)
{
    if (words_end_with(words, words->count, wanted))
        return true;
    str last = words->list[words->count - 1], word;
    if (!is_together(last))
        return false;
    size_t length = 0;
    for (str rest = wanted; str_next(&rest, ' ', &word);)
        length += word.len;
    if (length > last.len)
        return false;
    for (last = str_skip(last, last.len - length); str_next(&wanted, ' ', &word);) {
        if (!str_starts_fold(last, word))
            return false;
        last = str_skip(last, word.len);
    }
    return true;
}

/* Read once for each environment; the project's own for NULL. */
static const struct mail_signs *signs_of(struct facts *facts, const struct service *service)
{
    struct mail_signs *signs = map_get(&facts->mail_signs, service_name(service));
    if (signs)
        return signs;
    signs = arena_new(facts->arena, struct mail_signs);
    map_set(facts->arena, &facts->mail_signs, service_name(service), signs);
    const struct env *env = service ? &service->workload->environment : &facts->environment;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        struct words words;
        if (entry->removed || !(value->set || value->is_hidden) || !words_split(value->name, &words) ||
            !is_about_mail(&words))
            continue;
        for (size_t i = 0; i < ARRAY_COUNT(sign_words); i++)
            if (ends_with(&words, sign_words[i].words))
                sign_words[i].note(signs, value);
    }
    return signs;
}

/* All of its hosts lead nowhere; some name a catcher, which is started beside the developer's program. */
static bool leads_nowhere(const struct connection *connection, bool *ret_is_caught)
{
    vec_each(const struct target *, target, &connection->targets) {
        if (target->kind != TARGET_LOOPBACK && target->kind != TARGET_UNKNOWN)
            return false;
        *ret_is_caught |= STR_IS_IN_FOLD(target->host, catchers) ||
                          (connection->dsn && (target->port == 1025 || target->port == 2525));
    }
    return connection->targets.count > 0;
}

/* Nobody wrote it for this deployment: a fallback, what the image brings, what the example file says. */
static bool is_of_template(const struct facts *facts, const struct connection *connection)
{
    const struct value *value = connection->variable->value;
    const struct value *example = env_get(&facts->example, connection->variable->root->name);
    vec_each(const struct template_use *, use, &value->uses)
        if (use->fallback_taken && use->fallback.len && str_contains(value->text, use->fallback))
            return true;
    return value->origin == ORIGIN_IMAGE || value->origin == ORIGIN_DEFAULT ||
           (example && example->set && str_eq(example->text, value->text));
}

bool mail_is_left_over(struct facts *facts, const struct connection *connection, bool is_chosen)
{
    bool is_caught = false;
    if (connection->has_user || connection->has_password || !leads_nowhere(connection, &is_caught))
        return false;
    const struct mail_signs *signs = signs_of(facts, connection->service);
    bool is_unfilled = signs->has_blank_password && !signs->has_password;
    if (signs->is_declined && !signs->is_asked)
        return true;
    if (signs->has_password || signs->is_asked || (signs->has_user && !is_unfilled))
        return false;
    if (signs->has_nobody)
        return true;
    if (is_chosen || signs->has_sender)
        return false;
    return is_caught || signs->is_caught ||
           ((is_unfilled && (signs->has_user || signs->has_blank_user)) || is_of_template(facts, connection));
}
