/*
 * Any bytes on the pipe to bootgate-wait, a target a line: one that is taken is whole, and a refusal says
 * nothing of what the values are.
 */
#include "input.h"

#include "wait/protocol.h"

static void require_whole(struct arena *arena, const struct wait_target *target)
{
    fuzz_require(target->protocol != NULL, "a target has a protocol");
    fuzz_require((target->host.len > 0) != (target->socket.len > 0), "a target has one place");
    fuzz_require(target->port >= 0 && target->port <= 65535, "a port is one");
    const str texts[] = {target->name, target->host, target->socket, target->path, target->query,
        target->user, target->database, target->authority};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        fuzz_require(texts[i].ptr == NULL || texts[i].len == 0 || texts[i].ptr[texts[i].len] == '\0',
            "a text of a target ends in a NUL");
    wait_target_label(arena, target);
}

static void ask(const struct wait_target *target)
{
    struct wait_attempt attempt = {.target = target};
    CURL *easy = wait_attempt_handle(&attempt, target->protocol->scheme);
    curl_easy_cleanup(easy);
}

#define MARK "Vq7wXn2K"

/* The same line with a mark in each value. */
static str marked(struct arena *arena, str line)
{
    struct buf out = buf_new(arena, 64 * 1024);
    for (str field; str_next(&line, '\t', &field);)
        buf_printf(&out, "%s" STR_FMT MARK, out.len > 0 ? "\t" : "", STR_ARG(field));
    return buf_view(&out);
}

static void take(struct arena *arena, str line)
{
    struct wait_target target;
    str fault = STR("");
    if (wait_target_parse(arena, line, &target, &fault)) {
        require_whole(arena, &target);
        ask(&target);
        return;
    }
    fuzz_require(fault.len > 0, "a refusal says why");
    fuzz_require(!str_contains(fault, STR(MARK)), "a refusal says nothing of the value");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    str rest = {(const char *)data, size};
    for (str line; str_next(&rest, '\n', &line);) {
        take(&arena, line);
        take(&arena, marked(&arena, line));
    }
    arena_free(&arena);
    return 0;
}
