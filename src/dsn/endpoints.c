#include "dsn/endpoints.h"

static const str option_names[] = {STR_INIT("abortConnect"), STR_INIT("allowAdmin"), STR_INIT("asyncTimeout"),
    STR_INIT("channelPrefix"), STR_INIT("checkCertificateRevocation"), STR_INIT("configChannel"),
    STR_INIT("configCheckSeconds"), STR_INIT("connectRetry"), STR_INIT("connectTimeout"),
    STR_INIT("defaultDatabase"), STR_INIT("highIntegrity"), STR_INIT("highPriorityThreads"),
    STR_INIT("keepAlive"), STR_INIT("name"), STR_INIT("password"), STR_INIT("preserveAsyncOrder"),
    STR_INIT("protocol"), STR_INIT("proxy"), STR_INIT("resolveDns"), STR_INIT("responseTimeout"),
    STR_INIT("sentinelPassword"), STR_INIT("sentinelUser"), STR_INIT("serviceName"), STR_INIT("setlib"),
    STR_INIT("ssl"), STR_INIT("sslHost"), STR_INIT("sslProtocols"), STR_INIT("syncTimeout"),
    STR_INIT("tcpKeepAlive"), STR_INIT("tiebreaker"), STR_INIT("tunnel"), STR_INIT("user"),
    STR_INIT("version"), STR_INIT("writeBuffer")};

static bool is_endpoint(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!byte_is_alnum(text.ptr[i]) && !str_has_byte(STR("-._:[]"), text.ptr[i]))
            return false;
    return text.len > 0;
}

bool endpoints_know(str option)
{
    return STR_IS_IN_FOLD(option, option_names);
}

bool endpoints_recognise(str text)
{
    size_t options = 0, endpoints = 0;
    str first = str_trim(str_take(text, str_find_byte(text, ',')));
    if (first.len == text.len || !is_endpoint(first) || str_contains(text, STR("://")))
        return false;
    for (str entry; str_next(&text, ',', &entry);) {
        struct str_cut cut = str_cut_byte(str_trim(entry), '=');
        if (cut.found)
            options += endpoints_know(str_trim_end(cut.head));
        else if (cut.head.len && !is_endpoint(cut.head))
            return false;
        else
            endpoints += cut.head.len > 0;
    }
    return options > 0 && endpoints > 0;
}
