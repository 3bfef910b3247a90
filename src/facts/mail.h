/*
 * Mail settings that a template left behind: a mail host that leads nowhere, and nobody who asks for mail.
 *
 * Nearly every program can send mail and few need to, so their example files and fallbacks carry a
 * mail host that nobody ever looked at. A login, a switch that asks for mail or a sender's address of one's
 * own says that mail is meant; without one of them, any trace of the template says that it is not. Where
 * there is no trace of either the host is in doubt, and counts. Only facts/force.c asks.
 */
#ifndef FACTS_MAIL_H
#define FACTS_MAIL_H

#include "facts/facts.h"

/* Of a way to a mail server. `is_chosen`: a setting chooses to send by a server, MAIL_MAILER=smtp. */
bool mail_is_left_over(struct facts *facts, const struct connection *connection, bool is_chosen);

#endif
