/*
 * The proleptic Gregorian calendar: days of months, and dates as days since 1970-01-01.
 *
 * Pure functions over values; nothing is kept. The rules are those of ISO 8601.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/str.h"

#include <stdint.h>

/* 28 to 31; `month` is 1 to 12. */
unsigned calendar_days_in_month(unsigned year, unsigned month);
/* Reads all of `text` as YYYY-MM-DD, 1970 or later, into days since 1970-01-01; false where it is no date. */
bool calendar_read_date(str text, int64_t *ret_day);

#endif
