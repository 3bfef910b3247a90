#include "base/limit.h"

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

/* One row a line reads best as a table. */
/* clang-format off */
static const struct limit limits[] = {
    [LIMIT_FILE_BYTES]     = {STR_INIT("file-bytes"), 64 * MIB, STR_INIT("bytes"), STR_INIT("one input file")},
    [LIMIT_FILES]          = {STR_INIT("files"), 100000, STR_INIT("files"), STR_INIT("files read in one run")},
    [LIMIT_DIRECTORIES]    = {STR_INIT("directories"), 1000000, STR_INIT("directories"), STR_INIT("directories that `check -r` looks into")},
    [LIMIT_LINES]          = {STR_INIT("lines"), 1000000, STR_INIT("lines"), STR_INIT("lines of one env file")},
    [LIMIT_REPLACED]       = {STR_INIT("replaced-settings"), 10000, STR_INIT("settings"), STR_INIT("settings of one env file that a later line replaces")},
    [LIMIT_VALUE_BYTES]    = {STR_INIT("value-bytes"), 16 * MIB, STR_INIT("bytes"), STR_INIT("one value after interpolation")},
    [LIMIT_TEMPLATE_DEPTH] = {STR_INIT("template-depth"), 64, STR_INIT("levels"), STR_INIT("nesting of ${…:-${…}}")},
    [LIMIT_REPEAT_BYTES]   = {STR_INIT("repeat-bytes"), 128 * MIB, STR_INIT("bytes"), STR_INIT("copied by repeated expansion in one env file")},
    [LIMIT_YAML_DEPTH]     = {STR_INIT("yaml-depth"), 64, STR_INIT("levels"), STR_INIT("nesting of YAML collections")},
    [LIMIT_YAML_NODES]     = {STR_INIT("yaml-nodes"), 2000000, STR_INIT("nodes"), STR_INIT("YAML nodes of one document, an alias counted as what it stands for")},
    [LIMIT_COMPOSE_DEPTH]  = {STR_INIT("compose-depth"), 64, STR_INIT("levels"), STR_INIT("chains of extends and include")},
    [LIMIT_COMPOSE_LAYERS] = {STR_INIT("compose-layers"), 1000, STR_INIT("documents"), STR_INIT("documents merged into one project")},
    [LIMIT_COMPOSE_PORTS]  = {STR_INIT("compose-ports"), 262144, STR_INIT("ports"), STR_INIT("ports of one project, ranges counted by their length")},
    [LIMIT_COMPOSE_WORDS]  = {STR_INIT("compose-words"), 100000, STR_INIT("words"), STR_INIT("words of one command")},
    [LIMIT_DSN_BYTES]      = {STR_INIT("dsn-bytes"), 64 * KIB, STR_INIT("bytes"), STR_INIT("one connection string")},
    [LIMIT_DSN_HOSTS]      = {STR_INIT("dsn-hosts"), 1000, STR_INIT("hosts"), STR_INIT("hosts in one connection string")},
    [LIMIT_DSN_PARAMETERS] = {STR_INIT("dsn-parameters"), 1000, STR_INIT("parameters"), STR_INIT("parameters in one connection string")},
    [LIMIT_EXPR_DEPTH]     = {STR_INIT("expression-depth"), 64, STR_INIT("levels"), STR_INIT("nesting of an expression")},
    [LIMIT_PATTERN_STEPS]  = {STR_INIT("pattern-steps"), 100000, STR_INIT("steps"), STR_INIT("match steps of one pattern on one value")},
    [LIMIT_PATTERN_DEPTH]  = {STR_INIT("pattern-depth"), 1000, STR_INIT("levels"), STR_INIT("backtracking depth of a pattern")},
    [LIMIT_PATTERN_KIB]    = {STR_INIT("pattern-kib"), 8192, STR_INIT("KiB"), STR_INIT("memory of one pattern match")},
    [LIMIT_PATTERN_BYTES]  = {STR_INIT("pattern-bytes"), 64 * KIB, STR_INIT("bytes"), STR_INIT("a value that a pattern is held against")},
    [LIMIT_PLACE_BYTES]    = {STR_INIT("place-bytes"), 1 * MIB, STR_INIT("bytes"), STR_INIT("a file that a number of the budget is read from")},
    [LIMIT_LOCK_BYTES]     = {STR_INIT("lock-bytes"), 64 * MIB, STR_INIT("bytes"), STR_INIT("a file that says which libraries are installed")},
    [LIMIT_PATTERN_WORK]   = {STR_INIT("pattern-work"), 4 * MIB, STR_INIT("bytes"), STR_INIT("bytes that one match walks over, repeats counted")},
    [LIMIT_SETTINGS_FILES] = {STR_INIT("settings-files"), 1000, STR_INIT("files"), STR_INIT("settings files that one server reads, a file counted each time it is included")},
    [LIMIT_DOCKERFILE_BYTES] = {STR_INIT("dockerfile-bytes"), 1 * MIB, STR_INIT("bytes"), STR_INIT("one Dockerfile, or script that an image starts")},
    [LIMIT_DOCKERFILE_INSTRUCTIONS] = {STR_INIT("dockerfile-instructions"), 10000, STR_INIT("instructions"), STR_INIT("instructions of one Dockerfile")},
    [LIMIT_DOCKERFILE_LINES] = {STR_INIT("dockerfile-lines"), 5000, STR_INIT("lines"), STR_INIT("lines that are joined into one instruction")},
    [LIMIT_DOCKERFILE_WORDS] = {STR_INIT("dockerfile-words"), 10000, STR_INIT("words"), STR_INIT("words of one instruction of a Dockerfile")},
    [LIMIT_DOCKERFILE_EXPANSION] = {STR_INIT("dockerfile-expansion"), 16 * MIB, STR_INIT("bytes"), STR_INIT("what variables insert into the words of one image")},
    [LIMIT_DOCKERFILE_STEPS] = {STR_INIT("dockerfile-steps"), 1000000, STR_INIT("instructions"), STR_INIT("instructions carried out for the images of one run")},
    [LIMIT_UNIT_PROGRAMS]  = {STR_INIT("unit-programs"), 10000, STR_INIT("programs"), STR_INIT("programs that one unit starts one after the other")},
    [LIMIT_MANIFEST_OBJECTS] = {STR_INIT("manifest-objects"), 200000, STR_INIT("objects"), STR_INIT("objects of the manifests of one run")},
    [LIMIT_MANIFEST_EXPANSION] = {STR_INIT("manifest-expansion"), 32 * MIB, STR_INIT("bytes"), STR_INIT("what $(…) inserts into the values of one run")},
    [LIMIT_LIVE_BYTES]     = {STR_INIT("live-bytes"), 4 * MIB, STR_INIT("bytes"), STR_INIT("what bootgate-live is asked, and what it answers")},
    [LIMIT_FINDINGS]       = {STR_INIT("findings"), 10000, STR_INIT("findings"), STR_INIT("findings of one run; the rest is counted")},
    [LIMIT_FIXES]          = {STR_INIT("fixes"), 200, STR_INIT("findings"), STR_INIT("findings that one run mends; the rest is for the next one")},
    [LIMIT_MENDED_BYTES]   = {STR_INIT("mended-bytes"), 1 * MIB, STR_INIT("bytes"), STR_INIT("an env file whose settings are mended: each fix reads all of it back")},
    [LIMIT_ROTATED_BYTES]  = {STR_INIT("rotated-bytes"), 1024, STR_INIT("bytes"), STR_INIT("a secret that bootgate rotate makes")},
    [LIMIT_SCRAM_TURNS]    = {STR_INIT("scram-turns"), 5 * 1000 * 1000, STR_INIT("turns"), STR_INIT("turns of hashing by which bootgate rotate looks for a secret in the lists of users of a pooler")},
    [LIMIT_PICTURE_BOXES]  = {STR_INIT("picture-boxes"), 1000, STR_INIT("boxes"), STR_INIT("services and places in one picture; of more it says so instead")},
    [LIMIT_MEMORY_BYTES]   = {STR_INIT("memory-bytes"), 4096 * MIB, STR_INIT("bytes"), STR_INIT("memory that one run may ask for")},
};
/* clang-format on */

_Static_assert(ARRAY_COUNT(limits) == LIMIT_COUNT, "every limit has a row");

const struct limit *limit_row(enum limit_id id)
{
    return &limits[id];
}

size_t limit_value(enum limit_id id)
{
    return limits[id].value;
}
