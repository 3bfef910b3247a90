/*
 * How far a secret may reach in a connection string that clients take apart differently, or not at all.
 *
 * Works on the bytes alone, whoever reads them: where an unescaped `@ / ? # & ;` stands in or beside a
 * password, one client's host or key is another one's half of the secret. Generous where a string is odd,
 * exact where it is not. Nothing is allocated; offsets are bytes of the text.
 */
#ifndef DSN_DOUBT_H
#define DSN_DOUBT_H

#include "base/str.h"

/*
 * The stretch between the first colon of the userinfo and the last @ that may end it; false where there is
 * none, or where the text is clear: host:port/path@x, or an @ in the path or query of a string that is
 * well-formed before it. `has_login`: its family's strings carry logins, so digits are no port.
 */
bool doubt_login(str text, bool has_login, size_t *ret_from, size_t *ret_to);
/* The end of the value that begins at `from`: a byte of `stops` behind which another pair begins, or all. */
size_t doubt_value_end(str text, size_t from, str stops);

#endif
