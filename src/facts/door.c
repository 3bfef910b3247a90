#include "facts/door.h"

#include "base/number.h"
#include "base/word.h"
#include "deploy/image.h"

bool door_is_off(str text)
{
    static const str words[] = {STR_INIT(""), STR_INIT("0"), STR_INIT("no"), STR_INIT("false"),
        STR_INIT("off"), STR_INIT("disabled")};
    text = str_trim(text);
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_eq_fold(text, words[i]))
            return true;
    return false;
}

static bool is_called(const struct service *service, str words)
{
    str image = image_reference(service->workload->image).name, word;
    while (str_next(&words, ' ', &word))
        if (word_is_in(image, word) || word_is_in(service->workload->name, word))
            return true;
    return false;
}

static bool has_port(str ports, const struct workload_port *port)
{
    str word;
    uint64_t number;
    while (str_next(&ports, ' ', &word))
        if (number_parse_unsigned(word, 65535, &number) ? number == port->target
                                                        : str_eq_fold(word, port->protocol))
            return true;
    return false;
}

/* "--noauth" and "--noauth=true" are the option, "--noauth=false" is none; a program may have a path. */
static bool is_word(str word, str wanted)
{
    if (word.len < wanted.len)
        return false;
    struct str_cut cut = str_cut_byte(word, '=');
    bool with_value = str_has_byte(wanted, '=');
    if (with_value || !cut.found)
        return str_eq_fold(str_trim_bytes(word, STR("'\"")), wanted) || str_eq(path_base(word), wanted);
    return str_eq_fold(cut.head, wanted) && !door_is_off(cut.tail);
}

/* A command while it is compared with the words that a row wants. */
struct matching {
    str wanted; /* still to come */
    str next;   /* the first of them; empty: all were found */
    str before; /* the word that was read last */
};

static void match_word(struct matching *matching, str word)
{
    /* The application of Celery may be called like one of its commands. */
    bool is_application = str_eq(matching->before, STR("-A")) || str_eq(matching->before, STR("--app"));
    matching->before = word;
    if (!is_application && is_word(word, matching->next) &&
        !str_next(&matching->wanted, ' ', &matching->next))
        matching->next = STR("");
}

/* The word of the command in which the last of `wanted` was found, or NULL. */
static const struct value *find_in_command(const struct service *service, str wanted)
{
    const struct workload *workload = service->workload;
    struct matching matching = {.wanted = wanted};
    str_next(&matching.wanted, ' ', &matching.next);
    for (size_t i = 0; i < workload->entrypoint.count + workload->command.count; i++) {
        bool first = i < workload->entrypoint.count;
        const struct value *value =
            first ? workload->entrypoint.items[i] : workload->command.items[i - workload->entrypoint.count];
        /* A word of `sh -c` is a command of its own. */
        str rest = value->text, word;
        while (matching.next.len && str_next_word(&rest, &word))
            match_word(&matching, word);
        if (matching.next.len == 0)
            return value;
    }
    return NULL;
}

static const struct value *find_variable(const struct service *service, str name, str wanted)
{
    const struct value *value = env_get(&service->workload->environment, name);
    if (!value || !value->set)
        return NULL;
    bool holds = wanted.len ? str_eq_fold(str_trim(value->text), wanted) : !door_is_off(value->text);
    return holds ? value : NULL;
}

static bool is_undone(const struct service *service, str unless)
{
    str word;
    while (str_next(&unless, ' ', &word)) {
        struct str_cut cut = str_cut_byte(word, '=');
        if (str_starts(word, STR("-")) ? find_in_command(service, word) != NULL
                                       : find_variable(service, cut.head, cut.tail) != NULL)
            return true;
    }
    return false;
}

/* Whether the row is about this service; `ret_by`: the word or variable that makes it so, NULL: the image. */
static bool applies(const struct door_info *row, const struct service *service, const struct value **ret_by)
{
    *ret_by = NULL;
    if (row->command.len)
        *ret_by = find_in_command(service, row->command);
    else if (row->variable.len)
        *ret_by = find_variable(service, row->variable, row->value);
    /* Few services have the word or the variable: what they are called is asked last. */
    bool fits = *ret_by || (row->command.len == 0 && row->variable.len == 0);
    return fits && (row->words.len == 0 || is_called(service, row->words)) &&
           !is_undone(service, row->unless);
}

const struct door_info *door_of_port(const struct service *service, const struct workload_port *port)
{
    const struct door_info *found = NULL;
    const struct value *by;
    for (size_t i = 0; i < door_count(); i++) {
        const struct door_info *row = door_at(i);
        bool is_better = row->kind == DOOR_ADMIN || !found;
        if (row->kind != DOOR_OPEN && is_better && has_port(row->ports, port) && applies(row, service, &by))
            found = row;
    }
    return found;
}

bool door_may_rule(const struct service *service, const struct workload_port *port)
{
    for (size_t i = 0; i < door_count(); i++) {
        const struct door_info *row = door_at(i);
        if (row->kind == DOOR_ADMIN && row->words.len && is_called(service, row->words) &&
            has_port(row->ports, port))
            return true;
    }
    return false;
}

const struct door_info *door_of_network(const struct service *service)
{
    const struct value *by;
    for (size_t i = 0; i < door_count(); i++)
        if (door_at(i)->kind == DOOR_NETWORK && applies(door_at(i), service, &by))
            return door_at(i);
    return NULL;
}

const struct door_info *door_next_open(
    const struct service *service, size_t *index, const struct value **ret_by)
{
    while (*index < door_count()) {
        const struct door_info *row = door_at((*index)++);
        if (row->kind == DOOR_OPEN && applies(row, service, ret_by))
            return row;
    }
    return NULL;
}
