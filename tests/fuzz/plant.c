#include "plant.h"

#include "input.h"

#include <stdio.h>

#define SECRET "Vq7wXn2KzRt9Lm4J"

enum { SHARE = 8 }; /* bytes of it that may not be seen together */

/* § is where the secret stands. */
static const char *const urls[] = {
    "postgresql://app:§@db:5432/app",
    "postgresql+asyncpg://app:§@localhost/app?sslmode=require",
    "postgres://app@db/app?password=§",
    "host=db user=app password=§ dbname=app",
    "host=db password='§' user=app",
    "jdbc:postgresql://db/app?user=app&password=§",
    "Server=db;Database=app;User Id=app;Password=§;",
    "app:§@tcp(db:3306)/app",
    "mysql://app:§@db:3306/app",
    "redis://:§@cache:6379/0",
    "rediss://default:§@cache",
    "mongodb://app:§@a:27017,b:27017/app?authSource=admin",
    "amqp://app:§@queue:5672/%2f",
    "sqlserver://app:§@db:1433?database=app",
    "smtp://app:§@mail:587",
    "https://app:§@example.org/x",
    "oracle+oracledb://app:§@db:1521/?service_name=x",
};

enum place {
    PLACE_VARIABLE = 1,
    PLACE_URL = 2,
    PLACE_COMPOSE = 4,
    PLACE_PROCESS_VARIABLE = 8,
    PLACE_PROCESS_URL = 16,
    PLACE_FILE = 32,
};

/* A line's bytes, without what would end the place that they stand in. */
static str noise(struct arena *arena, str *rest, str forbidden)
{
    struct str_cut line = str_cut_byte(*rest, '\n');
    *rest = line.tail;
    struct buf out = buf_new(arena, 1024);
    for (size_t i = 0; i < line.head.len; i++) {
        char byte = line.head.ptr[i];
        if (byte != '\0' && byte != '\r' && !str_has_byte(forbidden, byte))
            buf_byte(&out, byte);
    }
    return buf_view(&out);
}

static str hide(struct arena *arena, const char *form, str before, str after)
{
    str whole = str_from_c(form);
    size_t at = str_find(whole, STR("§"));
    const str parts[] = {
        str_take(whole, at), before, STR(SECRET), after, str_skip(whole, at + sizeof "§" - 1)};
    return arena_join_all(arena, parts, ARRAY_COUNT(parts));
}

static str when(unsigned places, enum place place, str text)
{
    return places & (unsigned)place ? text : STR("");
}

struct plant plant_make(struct arena *arena, str choice)
{
    unsigned places = choice.len > 0 ? (unsigned char)choice.ptr[0] : 0;
    unsigned index = choice.len > 1 ? (unsigned char)choice.ptr[1] : 0;
    str rest = str_skip(choice, 2);
    str before = noise(arena, &rest, STR("")), after = noise(arena, &rest, STR(""));
    str url = hide(arena, urls[index % ARRAY_COUNT(urls)], before, after);
    str password = hide(arena, "DB_PASSWORD=§\n", before, after);
    str address = arena_join(arena, STR("DATABASE_URL="), url, STR("\n"));
    str yaml_before = noise(arena, &rest, STR("\"\\")), yaml_after = noise(arena, &rest, STR("\"\\"));
    str compose = hide(arena,
        "services:\n  db:\n    image: postgres:16\n    env_file: [extra.env]\n    environment:\n"
        "      POSTGRES_PASSWORD: \"§\"\n",
        yaml_before, yaml_after);
    str variable = when(places, PLACE_VARIABLE, password);
    return (struct plant){
        .environment_file = arena_concat(arena, variable, when(places, PLACE_URL, address)),
        .compose = when(places, PLACE_COMPOSE, compose),
        .url = url,
        .process_password = when(places, PLACE_PROCESS_VARIABLE, str_take(password, password.len - 1)),
        .process_address = when(places, PLACE_PROCESS_URL, str_take(address, address.len - 1)),
        .file = when(places, PLACE_FILE, STR(SECRET "\n")),
    };
}

static bool holds_share(str text)
{
    for (size_t at = 0; at + SHARE < sizeof SECRET; at++)
        if (str_contains(text, str_slice(STR(SECRET), at, at + SHARE)))
            return true;
    return false;
}

bool plant_is_known(str input)
{
    return holds_share(input);
}

void plant_require_hidden(str text, const char *where)
{
    if (!holds_share(text))
        return;
    fprintf(stderr, "fuzz: the secret stands in %s:\n" STR_FMT "\n", where, STR_ARG(text));
    fuzz_require(false, "no secret is printed");
}
