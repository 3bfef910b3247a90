/*
 * What the running servers said, for reports: a line a server, or the facts as JSON.
 *
 * Lines live in the given arena and are raw: whoever prints them passes them through the gate.
 */
#ifndef REPORT_LIVE_H
#define REPORT_LIVE_H

#include "facts/live.h"
#include "report/json_text.h"

/* "db:5432: PostgreSQL 15.18, max_connections 100, …", then who could not be asked. Nothing where nobody was. */
void live_lines(struct arena *arena, const struct facts *facts, str_vec *lines);
/* The box of a picture that a login is about: a service's name, else "HOST:PORT". */
str live_box(const struct live_login *login);
/*
 * What the running server of one box of a picture said, in lines that are short: "PostgreSQL 15.18, primary",
 * "100 slots, 3 reserved, 12 in use"; what was refused, to whom.
 */
void live_box_lines(struct arena *arena, const struct facts *facts, str box, str_vec *lines);
/* {"logins": […], "unasked": […]} */
json_t *live_json(struct gate *gate, const struct facts *facts);
/* What is known of one server, as live_json() has it in its logins, or NULL. */
json_t *live_server_json(struct gate *gate, const struct facts *facts, const struct server *server);

#endif
