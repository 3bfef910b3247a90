#include "dsn/service_rules.h"

#include "dsn/service.h"

static const str redis_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), STR_INIT("unix"), {0}};
static const str ioredis_schemes[] = {STR_INIT("redis"), STR_INIT("rediss"), STR_INIT("unix"),
    STR_INIT("redis+socket"), STR_INIT("redis+unix"), STR_INIT("redis-socket"), {0}};
static const str amqp_schemes[] = {STR_INIT("amqp"), STR_INIT("amqps"), {0}};

static const str host_keys[] = {STR_INIT("host"), {0}};
static const str port_keys[] = {STR_INIT("port"), {0}};
static const str username_keys[] = {STR_INIT("username"), {0}};
static const str database_keys[] = {STR_INIT("database"), {0}};
static const str password_keys[] = {STR_INIT("password"), {0}};

static const struct override_keys redis_keys = {
    .host = host_keys,
    .port = port_keys,
    .user = username_keys,
    .password = password_keys,
};
static const struct override_keys ioredis_keys = {
    .host = host_keys,
    .port = port_keys,
    .user = username_keys,
    .password = password_keys,
    .login_at_once = true,
};
static const struct override_keys clickhouse_keys = {
    .user = username_keys,
    .password = password_keys,
    .database = database_keys,
};

const struct url_rules redis_py_rules = {
    .library = LIBRARY_PYTHON,
    .schemes = redis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_PYTHON,
    .override = OVERRIDE_AUTHORITY,
    .keys = &redis_keys,
    .lower_host = true,
    .first_counts = true,
    .socket_escapes = ESCAPES_LENIENT,
    .finish = redis_finish,
};

/* ioredis and node-redis leave the escapes of host and database alone. */
const struct url_rules ioredis_rules = {
    .library = LIBRARY_WHATWG,
    .schemes = ioredis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_JS, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .override = OVERRIDE_AUTHORITY,
    .keys = &ioredis_keys,
    .finish = ioredis_finish,
};

const struct url_rules node_redis_rules = {
    .library = LIBRARY_WHATWG,
    .schemes = redis_schemes,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_JS, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .socket_escapes = ESCAPES_JS,
    .empty_host_allowed = true, /* before a socket: node_redis_finish() */
    .finish = node_redis_finish,
};

const struct url_rules kombu_rules = {
    .library = LIBRARY_PYTHON,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_PYTHON,
    .lower_host = true,
    .socket_escapes = ESCAPES_LENIENT,
    .finish = kombu_finish,
    .finishes_odd_only = true,
};

const struct url_rules amqp_rules = {
    .library = LIBRARY_GO,
    .schemes = amqp_schemes,
    .scheme_case = false,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_STRICT, ESCAPES_GO_HOST, ESCAPES_STRICT, ESCAPES_LENIENT},
    .query = QUERY_GO,
    .first_counts = true,
    .fragment = true,
    .finish = amqp_finish,
    .finishes_odd_only = true,
    .defaults = amqp_defaults,
};

const struct url_rules curl_rules = {
    .library = LIBRARY_CURL,
    .userinfo = USERINFO_FIRST_AT,
    .escapes = {ESCAPES_CURL, ESCAPES_CURL, ESCAPES_LITERAL, ESCAPES_LITERAL},
    .fragment = true,
    .query = QUERY_PLAIN,
    .finish = http_finish,
    .finishes_odd_only = true,
};

const struct url_rules urllib_rules = {
    .library = LIBRARY_PYTHON,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_PYTHON,
    .lower_host = true,
};

const struct url_rules whatwg_rules = {
    .library = LIBRARY_WHATWG,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .lower_host = true,
    .finish = http_finish,
    .finishes_odd_only = true,
};

const struct url_rules go_url_rules = {
    .library = LIBRARY_GO,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_STRICT, ESCAPES_GO_HOST, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .query = QUERY_GO,
    .first_counts = true,
    .fragment = true,
};

const struct url_rules nodemailer_rules = {
    .library = LIBRARY_WHATWG,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT},
    .fragment = true,
    .lower_host = true,
    .domain_host = true,
    .finish = domain_finish,
    .finishes_odd_only = true,
};

const struct url_rules clickhouse_rules = {
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LIST,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .override = OVERRIDE_AUTHORITY,
    .keys = &clickhouse_keys,
    .finish = clickhouse_finish,
    .finishes_odd_only = true,
};

/* RFC 3986, kindly: the last @, lists, lenient escapes. */
const struct url_rules any_rules = {
    .userinfo = USERINFO_LAST_AT,
    .hosts = HOSTS_LIST,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .finish = s3_finish,
    .finishes_odd_only = true,
};
