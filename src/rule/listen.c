#include "rule/listen.h"

#include "facts/connection.h"

/* Options that take the addresses to listen on, without their dashes. */
static const str listening_options[] = {
    STR_INIT("listen_addresses"), /* postgres */
    STR_INIT("bind-address"),     /* mysqld */
    STR_INIT("bind_ip"),          /* mongod */
    STR_INIT("bind"),             /* redis-server, gunicorn */
    STR_INIT("host"),             /* uvicorn */
    STR_INIT("address"),          /* minio */
    STR_INIT("h"),                /* postgres */
};

static bool is_listening_option(str word)
{
    while (str_starts(word, STR("-")))
        word = str_skip(word, 1);
    for (size_t i = 0; i < ARRAY_COUNT(listening_options); i++)
        if (str_eq_fold(word, listening_options[i]))
            return true;
    return false;
}

/* "127.0.0.1,::1", "localhost:9000", and nothing at all: no other machine gets through. */
static bool are_loopback(struct arena *arena, str list)
{
    str piece;
    while (str_next(&list, ',', &piece)) {
        str host = str_trim(piece);
        struct str_cut port = str_cut_byte(host, ':');
        /* One colon ends a name or an IPv4 address; several are an IPv6 address. */
        if (port.found && !str_has_byte(port.tail, ':'))
            host = port.head;
        if (host.len && host_classify(arena, host) != HOST_CLASS_LOOPBACK)
            return false;
    }
    return true;
}

bool listen_is_loopback(struct arena *arena, const struct service *service)
{
    const struct workload *workload = service->workload;
    bool given = false;
    for (size_t i = 0; i < workload->command.count; i++) {
        struct str_cut cut = str_cut_byte(workload->command.items[i]->text, '=');
        if (!is_listening_option(cut.head) || (!cut.found && i + 1 == workload->command.count))
            continue;
        given = true;
        if (!are_loopback(arena, cut.found ? cut.tail : workload->command.items[i + 1]->text))
            return false;
    }
    return given;
}

/* "0.0.0.0", "*:8000", "[::]:80" */
static bool is_wildcard_address(str text)
{
    str address = str_cut_byte(text, ':').head;
    return str_eq(address, STR("0.0.0.0")) || str_eq(address, STR("*")) || str_starts(text, STR("[::]")) ||
           str_eq(text, STR("::"));
}

/* A word of `sh -c` is a command of its own. */
static bool names_wildcard(str words)
{
    str word;
    while (str_next(&words, ' ', &word)) {
        struct str_cut cut = str_cut_byte(word, '=');
        if (is_wildcard_address(cut.found ? cut.tail : word))
            return true;
    }
    return false;
}

/* The word of the command, or the variable, that names every interface; NULL: none does. */
static const struct value *OR_NULL wildcard_of(const struct service *service)
{
    vec_each(struct value *const *, word, &service->workload->command)
        if (names_wildcard((*word)->text))
            return *word;
    vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set && connection_is_listener(value->name) &&
            is_wildcard_address(value->text))
            return value;
    }
    return NULL;
}

bool listen_is_wildcard(const struct service *service)
{
    return wildcard_of(service) != NULL;
}

span listen_at(const struct service *service)
{
    const struct value *value = wildcard_of(service);
    return value ? value->at : service->workload->at;
}

bool listen_guards_data(const struct service *service)
{
    return service->holds_data ||
           (service->image && !service->is_client && service->image->kind == IMAGE_ADMIN);
}
