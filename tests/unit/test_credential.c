#include "unit.h"

#include "facts/data_tables.h"
#include "language/pack.h"
#include "rule/credential.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct {
    const char *name;
    enum secrecy wanted;
} secret_name_rows[] = {
    {"POSTGRES_PASSWORD", SECRECY_JUDGED},
    {"PGPASSWORD", SECRECY_JUDGED},
    {"MYSQL_PWD", SECRECY_JUDGED},
    {"DB_PASS", SECRECY_JUDGED},
    {"JWT_SECRET", SECRECY_JUDGED},
    {"SECRET_KEY_BASE", SECRECY_JUDGED},
    {"DJANGO_SECRET_KEY", SECRECY_JUDGED},
    {"APP_KEY", SECRECY_JUDGED},
    {"API_KEY", SECRECY_JUDGED},
    {"STRIPE_API_KEY_2", SECRECY_JUDGED},
    {"DB_PASSWORD_PROD", SECRECY_JUDGED},
    {"OPENAI_API_KEY", SECRECY_JUDGED},
    {"AWS_SECRET_ACCESS_KEY", SECRECY_JUDGED},
    {"ANON_KEY", SECRECY_JUDGED},
    {"SERVICE_ROLE_KEY", SECRECY_JUDGED},
    {"GITHUB_TOKEN", SECRECY_JUDGED},
    {"NEO4J_AUTH", SECRECY_JUDGED},
    {"REDIS_AUTH", SECRECY_JUDGED},
    {"jwtSecret", SECRECY_JUDGED},
    {"db.password", SECRECY_JUDGED},
    {"RABBITMQ_DEFAULT_PASS", SECRECY_JUDGED},
    {"ENCRYPTION_KEY", SECRECY_JUDGED},
    {"CREDENTIAL_AES_256_KEY", SECRECY_JUDGED},
    {"PASSWORD_SALT", SECRECY_JUDGED},
    {"DB_PW", SECRECY_JUDGED},
    {"ldap-pw", SECRECY_JUDGED},
    {"GITHUB_PAT", SECRECY_JUDGED},
    {"dbPass", SECRECY_JUDGED},
    {"DBPass", SECRECY_JUDGED},
    {"Db__Password", SECRECY_JUDGED},
    {"KEY_PASSPHRASE", SECRECY_JUDGED},
    {"REGISTRY_CREDENTIALS", SECRECY_JUDGED},
    {"WALLET_MNEMONIC", SECRECY_JUDGED},
    {"WALLET_SEED_PHRASE", SECRECY_JUDGED},
    {"VAULT_UNSEAL_KEY", SECRECY_JUDGED},
    {"VAULT_UNSEAL_KEY_1", SECRECY_JUDGED},
    {"AIRFLOW__CORE__FERNET_KEY", SECRECY_JUDGED},
    {"COOKIE_SECRET", SECRECY_JUDGED},
    {"ENCRYPTION_PRIMARY_KEY", SECRECY_JUDGED},
    {"ENCRYPTION_DETERMINISTIC_KEY", SECRECY_JUDGED},
    {"ENCRYPTION_KEY_DERIVATION_SALT", SECRECY_JUDGED},
    {"CRYPTO_KEY", SECRECY_JUDGED},
    {"PLUGIN_DAEMON_KEY", SECRECY_JUDGED},
    {"SERVER_KEY", SECRECY_JUDGED},
    {"APIKey", SECRECY_JUDGED},
    {"RABBITMQ_ERLANG_COOKIE", SECRECY_JUDGED},
    {"SLACK_WEBHOOK", SECRECY_MASKED},
    {"SLACK_WEBHOOK_URL", SECRECY_MASKED},
    {"ADMIN_PIN", SECRECY_MASKED},
    {"SERVICE_JWT", SECRECY_MASKED},
    {"DEEPL_KEY", SECRECY_MASKED},
    {"API_KEYS", SECRECY_MASKED},
    {"ADMIN_PASSWORDS", SECRECY_MASKED},
    {"ADMIN_PASSWORD_HASH", SECRECY_MASKED},
    {"BASIC_AUTH_USERS", SECRECY_MASKED},
    {"RANCHER_CLUSTER_TOKEN", SECRECY_MASKED},
    {"ETCD_INITIAL_CLUSTER_TOKEN", SECRECY_NONE},
    {"GOOGLE_APPLICATION_CREDENTIALS", SECRECY_NONE},
    {"CORS_ALLOW_CREDENTIALS", SECRECY_NONE},
    {"WEBHOOK_URL", SECRECY_NONE},
    {"WEBHOOK_TIMEOUT", SECRECY_NONE},
    {"CACHE_KEY_PREFIX", SECRECY_NONE},
    {"SIGNING_KEY_ID", SECRECY_NONE},
    {"TOKEN_EXPIRY", SECRECY_NONE},
    {"SECRET_PATH", SECRECY_NONE},
    {"PWD", SECRECY_NONE},
    {"OLDPWD", SECRECY_NONE},
    {"APP_PIN_COUNT", SECRECY_NONE},
    {"PASSPORT", SECRECY_NONE},
    {"COMPATIBLE", SECRECY_NONE},
    {"PATH", SECRECY_NONE},
    {"SALTSTACK_HOST", SECRECY_NONE},
    {"PASSWORD_MIN_LENGTH", SECRECY_NONE},
    {"JWT_ACCESS_TOKEN_EXPIRE_MINUTES", SECRECY_NONE},
    {"PASSWORD_RESET_URL", SECRECY_NONE},
    {"TOKEN_ISSUER", SECRECY_NONE},
    {"SECRET_NAME", SECRECY_NONE},
    {"POSTGRES_PASSWORD_FILE", SECRECY_NONE},
    {"PASSWORD_HASHER", SECRECY_NONE},
    {"API_KEY_HEADER", SECRECY_NONE},
    {"ADMIN_USERNAME", SECRECY_NONE},
    {"PUBLIC_KEY_PATH", SECRECY_NONE},
    {"AUTH_ENABLED", SECRECY_NONE},
    {"PUBLIC_KEY", SECRECY_NONE},
    {"PRIMARY_KEY", SECRECY_NONE},
    {"CACHE_KEY", SECRECY_NONE},
    {"AWS_ACCESS_KEY_ID", SECRECY_NONE},
    {"MAX_TOKENS", SECRECY_NONE},
    {"OPENAI_MAX_TOKEN", SECRECY_NONE},
    {"ALLOW_EMPTY_PASSWORD", SECRECY_NONE},
    {"MYSQL_RANDOM_ROOT_PASSWORD", SECRECY_NONE},
    {"REQUIRE_PASSWORD", SECRECY_NONE},
    {"COMPASS", SECRECY_NONE},
    {"BYPASS", SECRECY_NONE},
    {"KEYBOARD", SECRECY_NONE},
    {"HOST", SECRECY_NONE},
    {"", SECRECY_NONE},
};

static void test_secret_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(secret_name_rows); i++)
        if (credential_secrecy(str_from_c(secret_name_rows[i].name)) != secret_name_rows[i].wanted)
            fail_msg("«%s» wanted %d", secret_name_rows[i].name, secret_name_rows[i].wanted);
}

/* Rows are found by the indexes that packc writes: by each word of theirs, in any case. */
static void test_words_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < data_secret_words_count; i++) {
        const struct secret_word *row = secret_word_at(i);
        str titled = arena_cased_like(&arena, row->text, STR("Title"));
        if (secret_word_find(row->text) != row || secret_word_find(titled) != row)
            fail_msg("«" STR_FMT "» is not found", STR_ARG(row->text));
        if (row->together && row->text.len < (size_t)TOGETHER_BYTES_MIN)
            fail_msg("«" STR_FMT "» is shorter than is looked for", STR_ARG(row->text));
    }
    assert_null(secret_word_find(STR("")));
    assert_null(secret_word_find(STR("passwor")));
}

static bool holds(struct word_rows rows, size_t wanted)
{
    for (size_t i = 0; i < rows.count; i++)
        if (rows.list[i] == wanted)
            return true;
    return false;
}

static void test_rows_are_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < known_credential_count(); i++)
        assert_true(holds(known_credentials_of(known_credential_at(i)->password), i));
    for (size_t i = 0; i < image_count(); i++) {
        const struct image_info *image = image_at(i);
        assert_non_null(image_find(image->repository));
        if (image->password_variable.len)
            assert_string_equal(image_opened_with(image->password_variable)->password_variable.ptr,
                image->password_variable.ptr);
        if (image->admin_password_variable.len)
            assert_non_null(image_opened_with(image->admin_password_variable));
    }
    for (size_t i = 0; i < placeholder_count(); i++)
        assert_true(holds(placeholders_beginning(placeholder_at(i)->text), i));
    for (size_t i = 0; i < image_count(); i++)
        if (image_at(i)->open_variable.len)
            assert_true(holds(images_opened_by(image_at(i)->open_variable), i));
    assert_null(image_opened_with(STR("mysql_root_password"))); /* variables have their case */
    for (size_t i = 0; i < backend_count(); i++) {
        str values = backend_at(i)->value, words = backend_at(i)->chooses, word;
        while (str_next(&values, ' ', &word))
            assert_true(holds(backends_of_value(word), i));
        while (words.len && str_next(&words, ' ', &word))
            assert_true(holds(backends_chosen_by(str_skip(word, str_rfind_byte(word, '_') + 1)), i));
    }
}

static const struct {
    const char *value;
    bool wanted;
} placeholder_rows[] = {
    {"changeme", true},
    {"CHANGE_ME", true},
    {"ChangeMe123!", true},
    {"CHG_ME!!", true},
    {"change-me-in-production", true},
    {"changemechangemechangemechangeme", true},
    {"changemexxxxxxxxxxxxxxxx", true},
    {"dev-secret-key-change-me-in-production", true},
    {"atlas-internal-jwt-secret-change-me", true},
    {"replace_me", true},
    {"replace-with-a-long-random-key", true},
    {"your_secure_api_key_here", true},
    {"your-256-bit-secret", true},
    {"YourSecretKey", true},
    {"<your-password>", true},
    {"<password>", true},
    {"{{ api_key }}", true},
    {"__API_KEY__", true},
    {"xxx", true},
    {"sk-xxxxxxxxxxxx", true},
    {"********", true},
    {"...", true},
    {"tbd", true},
    {"TBA", true},
    {"placeholder", true},
    {"this_password_is_insecure_and_should_be_updated", true},
    {"UNCONFIGURED", true},
    {"insert-key-here", true},
    {"my-secret-key", true},
    {"get_the_secret_of_above_key", true},
    {"copy-the-key-from-the-console", true},
    {"long-and-random-alphanumeric-string", true},
    {"data encryption key with 32 char", true},
    {"must-be-32-characters", true},
    {"same-as-in-the-auth-service", true},
    {"output-of-openssl-rand", true},
    {"", false},
    {"administrator-of-things-9f2k", false},
    {"changemeister", false},
    {"exchange-memory-8Kd2", false},
    {"hT7vQ2mZx9Rb4WcK8LdPn5sJy3GaUe6f", false},
    {"my-token-8f3a9c2b7d6e5f4a", false},
    {"correct-horse-battery-staple", false},
    {"Tr0ub4dor&3", false},
    {"todomoo7Kx", false},
    {"xK9xxQ2", false},
    {"insider-trading-42-Q", false},
    {"get-well-soon-Marmalade-42", false},
    {"32-Charlemagnes", false},
};

static void test_placeholders(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(placeholder_rows); i++)
        if (credential_is_placeholder(&arena, str_from_c(placeholder_rows[i].value)) !=
            placeholder_rows[i].wanted)
            fail_msg("«%s» wanted %d", placeholder_rows[i].value, placeholder_rows[i].wanted);
}

static const struct {
    const char *user, *password, *image;
    bool signing;
    const char *rule;
} verdicts[] = {
    {"shop", "", "", false, "empty-password"},
    {"dataland", "dataland", "", false, "default-credentials"},
    {"Postgres", "postgres", "", false, "default-credentials"},
    {"app", "mysecretpassword", "postgres:16", false, "default-credentials"},
    {"app", "mysecretpassword", "postgresql", false, "default-credentials"},
    {"postgres", "example", "postgres:16", false, "default-credentials"},
    {"guest", "guest", "rabbitmq:3", false, "default-credentials"},
    {"root", "example", "docker.io/library/mongo:7", false, "default-credentials"},
    {"", "minioadmin", "", true, "default-credentials"},
    {"neo4j", "neo4j", "", true, "default-credentials"},
    {"", "your-256-bit-secret", "", true, "default-credentials"},
    {"", "keyboard cat", "", true, "default-credentials"},
    {"", "secret", "", true, "default-credentials"},
    {"", "0000000000000000000000000000000000000000000000000000000000000000", "", true, "default-credentials"},
    {"", "django-insecure-8f3a9c2b7d6e5f4a1b2c3d4e5f6a7b8c9d0e1f2a", "", true, "default-credentials"},
    {"", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiIsImlzcyI6InN1cGFiYXNlLWRlbW8ifQ.c2ln", "",
        true, "default-credentials"},
    {"",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiIsImlzcyI6ImFjbWUuZXhhbXBsZSJ9."
        "c2lnbmF0dXJl",
        "", true, ""},
    {"shop", "changeme", "", false, "placeholder-value"},
    {"shop", "hunter2", "", false, "weak-secret"},
    {"shop", "abc123", "", false, "weak-secret"},
    {"shop", "12345678", "", false, "weak-secret"},
    {"shop", "qwertyuiop", "", false, "weak-secret"},
    {"shop", "1qaz2wsx3edc", "", false, "weak-secret"},
    {"shop", "P@ssw0rd123!", "", false, "weak-secret"},
    {"shop", "Summer2024!", "", false, "weak-secret"},
    {"shop", "supersecretpassword", "", false, "weak-secret"},
    {"shop", "aaaaaaaaaaaaaaaaaaaa", "", false, "weak-secret"},
    {"shop", "k9X2", "", false, "weak-secret"},
    {"", "k9X2mQ7pL", "", true, "weak-secret"},
    {"postgres", "hT7vQ2mZx9Rb4WcK8LdPn5sJy3GaUe6f", "postgres:16", false, ""},
    {"shop", "correct-horse-battery-staple", "", false, ""},
    {"shop", "9f86d081884c7d659a2feaa0c55ad015", "", false, ""},
    {"shop", "contains-admin-and-password-Kx93", "", false, ""},
    {"shop", "Tr0ub4dor&3", "", false, ""},
    {"root", "openSesame", "postgres:16", false, ""},
    {"shop", "true", "", false, ""},
};

static void test_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(verdicts); i++) {
        struct credential credential = {
            .user = str_from_c(verdicts[i].user),
            .password = str_from_c(verdicts[i].password),
            .image = str_from_c(verdicts[i].image),
            .is_signing = verdicts[i].signing,
        };
        struct credential_verdict got = credential_judge(&arena, &credential, NULL, MODE_PRODUCTION);
        str rule = got.rule == RULE_NONE ? STR("") : rule_info(got.rule)->name;
        assert_str(credential.password, str_from_c(verdicts[i].rule), rule);
        bool quotes = credential.password.len > 4 && str_contains(got.reason, credential.password);
        assert_false(quotes && verdicts[i].user[0] != 'r');
    }
}

static void test_published(void **state)
{
    (void)state;
    struct config *config = pack_default(&arena);
    struct config_default *pair = vec_add(&arena, &config->defaults);
    span somewhere = span_make(1, 0, 1);
    pair->user = (struct config_text){.text = STR("nadoo"), .at = somewhere};
    pair->password = (struct config_text){.text = STR("4432646294A404D6351"), .at = somewhere};
    struct credential own = {.user = STR("nadoo"), .password = pair->password.text};
    struct credential other = {.user = STR("shop"), .password = STR("4432646294A404D6351x")};
    assert_int_equal(credential_judge(&arena, &own, config, MODE_PRODUCTION).fault, CREDENTIAL_PUBLISHED);
    assert_int_equal(credential_judge(&arena, &other, config, MODE_PRODUCTION).fault, CREDENTIAL_FINE);
    own.user = STR("");
    assert_int_equal(credential_judge(&arena, &own, config, MODE_PRODUCTION).fault, CREDENTIAL_PUBLISHED);
    struct credential brief = {.password = STR("k9X2m")};
    assert_int_equal(credential_judge(&arena, &brief, NULL, MODE_DEVELOPMENT).fault, CREDENTIAL_FINE);
}

static void test_data(void **state)
{
    (void)state;
    for (size_t i = 1; i < weak_word_count(); i++)
        if (str_compare(weak_word_at(i - 1)->text, weak_word_at(i)->text) >= 0)
            fail_msg("«" STR_FMT "» is out of order", STR_ARG(weak_word_at(i)->text));
    static const struct {
        const char *reference, *repository;
    } rows[] = {
        {"postgres", "postgres"},
        {"postgres:16-alpine", "postgres"},
        {"docker.io/library/postgres:16@sha256:00", "postgres"},
        {"registry.example.org:5000/postgres", "postgres"},
        {"bitnami/redis:7", "bitnami/redis"},
        {"registry.example.org/bitnami/redis", "bitnami/redis"},
        {"pgvector/pgvector:pg16", "pgvector"},
        {"mcr.microsoft.com/mssql/server:2022-latest", "mssql/server"},
        {"redis-commander", "redis-commander"},
        {"mypostgres", ""},
        {"server:1", ""},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct image_info *info = image_find(str_from_c(rows[i].reference));
        assert_str(
            str_from_c(rows[i].reference), str_from_c(rows[i].repository), info ? info->repository : STR(""));
    }
    assert_str(STR("neon"), STR("Neon"), provider_find(STR("ep-x.eu-central-1.aws.neon.tech"))->name);
    assert_null(provider_find(STR("db.example.org")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secret_names),
        cmocka_unit_test(test_words_are_found),
        cmocka_unit_test(test_rows_are_found),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_data),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
