#include "cli/companion.h"

#include "host/posix.h"

static const str passed_on[] = {
    STR_INIT("COLUMNS"),
    STR_INIT("HOSTALIASES"),
    STR_INIT("LANG"),
    STR_INIT("LC_ALL"),
    STR_INIT("LC_CTYPE"),
    STR_INIT("LD_LIBRARY_PATH"),
    STR_INIT("LOCALDOMAIN"),
    STR_INIT("NO_COLOR"),
    STR_INIT("PATH"),
    STR_INIT("RES_OPTIONS"),
    STR_INIT("SSL_CERT_DIR"),
    STR_INIT("SSL_CERT_FILE"),
    STR_INIT("TERM"),
};

/* From the directory of this program on. */
static const char *const places[] = {"", "../libexec/bootgate/", "../lib/bootgate/"};

typedef VEC(const char *) c_string_vec;

const char *const *companion_environment(struct session *session)
{
    c_string_vec entries = {0};
    const char *const *given = session->host->environment(session->host->self);
    for (; given != NULL && *given != NULL; given++)
        if (STR_IS_IN(str_cut_byte(str_from_c(*given), '=').head, passed_on))
            vec_push(session->arena, &entries, *given);
    vec_add(session->arena, &entries);
    return entries.items;
}

const char *const *companion_programs(struct session *session, const char *name)
{
    c_string_vec programs = {0};
    str self = posix_program_path(session->arena);
    str directory = path_directory(self);
    for (size_t i = 0; self.len > 0 && i < ARRAY_COUNT(places); i++) {
        str path = arena_concat(session->arena, str_from_c(places[i]), str_from_c(name));
        path = path_join(session->arena, directory, path);
        vec_push(session->arena, &programs, arena_c_string(session->arena, path));
    }
    vec_push(session->arena, &programs, name);
    vec_add(session->arena, &programs);
    return programs.items;
}
