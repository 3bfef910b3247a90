#include "base/calendar.h"

#include "base/number.h"

unsigned calendar_days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap);
}

bool calendar_read_date(str text, int64_t *ret_day)
{
    uint64_t year, month, day;
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !number_parse_unsigned(str_take(text, 4), 9999, &year) ||
        !number_parse_unsigned(str_slice(text, 5, 7), 12, &month) ||
        !number_parse_unsigned(str_skip(text, 8), 31, &day))
        return false;
    if (year < 1970 || month == 0 || day == 0 ||
        day > calendar_days_in_month((unsigned)year, (unsigned)month))
        return false;
    /* Whole years from year 1 on; 719162 days of them lie before 1970. */
    int64_t before = (int64_t)year - 1;
    *ret_day = before * 365 + before / 4 - before / 100 + before / 400 - 719162 + (int64_t)day - 1;
    for (unsigned earlier = 1; earlier < month; earlier++)
        *ret_day += calendar_days_in_month((unsigned)year, earlier);
    return true;
}
