#include "shapes.h"

#include "dsn/family.h"

/* `~` stands for the scheme. */
static const str url_shapes[] = {
    STR_INIT("~://u:§@h:5432/d"),
    STR_INIT("~://u:§@h/d?x=1&sslmode=require"),
    STR_INIT("~://u:§@h:port/d"),
    STR_INIT("~://u:§@[::1/d"),
    STR_INIT("~://u:§@a:1,b:2/d"),
    STR_INIT("~://u:§@/d"),
    STR_INIT("~://:§@h/d"),
    STR_INIT("~://u:§@"),
    STR_INIT("~://u:§"),
    STR_INIT("~:/u:§@h/d"),
    STR_INIT("~:u:§@h/d"),
    STR_INIT("~//u:§@h/d"),
    STR_INIT(" ~://u:§@h/d "),
    STR_INIT("~://u:%zz§@h/d"),
    STR_INIT("~://u:a@§@h/d"),
    STR_INIT("~://u@x:§@h/d"),
    STR_INIT("~://u:§@localhost:5432/d"),
    STR_INIT("~://h/d?password=§"),
    STR_INIT("~://h/d?user=u&password=§&x=1"),
    STR_INIT("~://u@h/d?sslpassword=§&x=1"),
    STR_INIT("~://u:§@h/d?password=§"),
    STR_INIT("~+driver://u:§@h/d"),
    STR_INIT("jdbc:~://h/d?user=u&password=§"),
    STR_INIT("jdbc:~://u:§@h/d"),
    STR_INIT("jdbc:~://h;user=u;password=§;x=1"),
    STR_INIT("jdbc:~:thin:u/§@h:1521:x"),
};

/* Shapes of some families: a user without a password may be a token, a query may be NocoDB's. */
static const str token_shape = STR_INIT("~://§@h/d"), dialect_shape = STR_INIT("~://h:1?u=u&p=§&d=d");

enum { URL_SHAPES = ARRAY_COUNT(url_shapes) + 1 };

static const str other_shapes[] = {
    STR_INIT("host=h user=u password=§ dbname=d"),
    STR_INIT("dbname=d host=h password=§"),
    STR_INIT("host=h password='§' dbname=d"),
    STR_INIT("host=h password='§ dbname=d"),
    STR_INIT("host=h password = § dbname=d"),
    STR_INIT("password=§ host=h dbname=d"),
    STR_INIT("Server=h;Database=d;User Id=u;Password=§;"),
    STR_INIT("Server=h;Database=d;Uid=u;Pwd=§"),
    STR_INIT("Server=h;Password=\"§\";Database=d"),
    STR_INIT("Server=h;Password='§';Database=d"),
    STR_INIT("Password=§;Server=tcp:h,1433;Database=d"),
    STR_INIT("Host=h;Username=u;Password=§;SSL Mode=Require"),
    STR_INIT("Driver={X};Server=h;Uid=u;Pwd={§};"),
    STR_INIT("Driver={X};Server=h;Uid=u;Pwd={§;Database=d"),
    STR_INIT("Driver={X};Server=h;Uid=u;Pwd=§;Database=d"),
    STR_INIT("DSN=x;UID=u;PWD=§"),
    STR_INIT("u:§@tcp(h:3306)/d"),
    STR_INIT("u:§@tcp(h:3306/d"),
    STR_INIT("u:§@unix(/s)/d?x=1"),
    STR_INIT("u:§@/d"),
    STR_INIT("u/§@//h:1521/x"),
    STR_INIT("u/§@h:1521/x"),
    STR_INIT("u/§@(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=1521))(CONNECT_DATA=(SID=x)))"),
    STR_INIT("(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=1521))(PASSWORD=§))"),
    STR_INIT("AccountName=a;AccountKey=§;EndpointSuffix=core.example"),
    STR_INIT("Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=§"),
    STR_INIT("AccountEndpoint=https://h;AccountKey=§"),
    STR_INIT("u:§@a:9092,u:§@b:9092"),
    STR_INIT("redis://:§@a:1,redis://:§@b:2"),
    STR_INIT("Data Source=d.db;Password=§"),
    STR_INIT("file:d.db?key=§"),
    STR_INIT("sqlite:///d.db?key=§"),
    STR_INIT("sqlite+pysqlcipher://:§@/d.db?cipher=x"),
    STR_INIT("u:§@h"),
    STR_INIT("//u:§@h/d"),
    STR_INIT("://u:§@h"),
    STR_INIT("nonsense://u:§@h"),
    STR_INIT("h:6379,password=§,ssl=True"),
    STR_INIT("h:6379;password=§"),
};

static size_t scheme_count(void)
{
    size_t count = 0;
    while (scheme_at(count))
        count++;
    return count;
}

size_t shapes_count(void)
{
    size_t shapes = scheme_count() * URL_SHAPES + ARRAY_COUNT(other_shapes);
    return shapes * sentinel_variant_count();
}

static bool is_first_of_family(const struct dsn_scheme *scheme)
{
    for (size_t i = 0; scheme_at(i) != scheme; i++)
        if (scheme_at(i)->family == scheme->family)
            return false;
    return true;
}

static str url_shape(const struct dsn_scheme *scheme, size_t index)
{
    const struct dsn_family *family = family_row(scheme->family);
    if (index < ARRAY_COUNT(url_shapes))
        return url_shapes[index];
    return family->token_user ? token_shape : family->dialect ? dialect_shape : url_shapes[0];
}

/* Bytes that make another string of a shape, in which nobody can tell a secret: u:SECRET@HOST, HOST/PATH. */
static const struct {
    str shape, bytes;
} no_secrets[] = {
    {STR_INIT("~://u:§"), STR_INIT("@$")},
    {STR_INIT("~:/u:§@h/d"), STR_INIT("#/")},
    {STR_INIT("~:u:§@h/d"), STR_INIT("#/")},
    {STR_INIT("~//u:§@h/d"), STR_INIT("#/")},
    {STR_INIT("~://u@x:§@h/d"), STR_INIT("#")},
    {STR_INIT("jdbc:~:thin:u/§@h:1521:x"), STR_INIT("#")},
    {STR_INIT("~://u:a@§@h/d"), STR_INIT("/?#,;")},
    {STR_INIT("~://§@h/d"), STR_INIT("/?#:[]")},
    {STR_INIT("u/§@//h:1521/x"), STR_INIT("#")},
    {STR_INIT("u:§@h"), STR_INIT("#/")},
    {STR_INIT("u:§@tcp(h:3306/d"), STR_INIT("/")},
    {STR_INIT("u:§@a:9092,u:§@b:9092"), STR_INIT("/")},
};

static bool holds_secret(str scheme, str shape, str special)
{
    if (str_eq(scheme, STR("file"))) /* a path, whatever it looks like */
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(no_secrets); i++)
        if (str_eq(shape, no_secrets[i].shape))
            return !str_has_any(special, no_secrets[i].bytes);
    return true;
}

static str with_scheme(struct arena *arena, str shape, str scheme)
{
    struct str_cut cut = str_cut_byte(shape, '~');
    return arena_concat(arena, cut.head, arena_concat(arena, scheme, cut.tail));
}

struct shape shapes_at(struct arena *arena, size_t index)
{
    size_t variant = index % sentinel_variant_count(), shape = index / sentinel_variant_count();
    struct shape made = {.special = sentinel_special(variant), .is_first = true};
    if (shape < ARRAY_COUNT(other_shapes)) {
        made.shape = other_shapes[shape];
    } else {
        shape -= ARRAY_COUNT(other_shapes);
        const struct dsn_scheme *scheme = scheme_at(shape / URL_SHAPES);
        made.shape = url_shape(scheme, shape % URL_SHAPES);
        if (!holds_secret(scheme->name, made.shape, made.special))
            return made;
        made.shape = with_scheme(arena, made.shape, scheme->name);
        made.is_first = is_first_of_family(scheme);
    }
    made.text = sentinel_fill(arena, made.shape, sentinel_variant(arena, variant));
    return made;
}
