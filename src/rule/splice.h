/*
 * A password that interpolation splices into a URL, where one of its characters is no part of it any more.
 *
 * postgresql://shop:${PASSWORD}@db/shop with an @ or a / in PASSWORD: whose fault it is, only the parts tell.
 * Nothing is kept.
 */
#ifndef RULE_SPLICE_H
#define RULE_SPLICE_H

#include "base/null.h"
#include "facts/facts.h"

/*
 * The setting that holds the password, where some likely client does not read it as what was inserted; NULL:
 * all of
 * them do. What follows from it (another host, another password) is no finding of its own.
 */
const struct value *OR_NULL splice_find(const struct connection *connection);

#endif
