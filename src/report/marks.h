/*
 * Which findings speak about a part of a picture: a connection, a published port, a service.
 *
 * An index over the findings that count, made once for a picture; in the arena, pointing into the findings.
 */
#ifndef REPORT_MARKS_H
#define REPORT_MARKS_H

#include "base/map.h"
#include "facts/facts.h"
#include "text/diag.h"

struct marks {
    struct arena *arena;
    struct map by_source;   /* source id as a key → struct mark_list *, in order of offsets */
    struct map by_variable; /* variable → struct mark_list * */
    struct map by_service;  /* service → struct mark_list * */
};

/* What was said about one part. */
struct mark {
    str_vec rules;       /* each once */
    enum severity worst; /* SEVERITY_OFF: nothing */
};

/* `diags` are sorted. */
struct marks marks_new(struct arena *arena, const struct diags *diags);
struct mark marks_at_connection(const struct marks *marks, const struct connection *connection);
struct mark marks_at_bind(const struct marks *marks, const struct bind *bind);
/* All findings about the service, those of its connections and ports too where they name it. */
struct mark marks_at_service(const struct marks *marks, str service);

#endif
