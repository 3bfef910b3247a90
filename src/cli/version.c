#include "cli/version.h"

#include "report/out.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <gnu/libc-version.h>
#include <idn2.h>
#include <jansson.h>
#include <pcre2.h>
#include <unistd.h>
#include <yaml.h>

#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#define MACHINE "other"
#endif

static void print_libraries(struct out *out)
{
    char pcre2[64] = "";
    pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
    str pcre2_number = str_cut_byte(str_from_c(pcre2), ' ').head;
    out_printf(out, "libraries: libyaml %s, PCRE2 " STR_FMT ", jansson %s, libidn2 %s, glibc %s\n",
        yaml_get_version_string(), STR_ARG(pcre2_number), jansson_version_str(), idn2_check_version(NULL),
        gnu_get_libc_version());
}

enum outcome version_print(struct session *session)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    out_text(&out, "bootgate " BOOTGATE_VERSION "\n");
    if (session->settings.verbose > 0) {
        out_text(&out, "machine: " MACHINE ", compiler: " __VERSION__ "\n");
        print_libraries(&out);
    }
    out_flush(&out);
    return OUTCOME_OK;
}
