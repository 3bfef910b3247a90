/*
 * Oracle's own spellings: TNS descriptors (DESCRIPTION=(ADDRESS=(HOST=h)(PORT=p))) and EZConnect
 * [//]host[:port][/service].
 */
#ifndef DSN_TNS_H
#define DSN_TNS_H

#include "dsn/reader.h"

/* Every HOST= of the descriptor with the PORT= of the same group. */
enum dsn_error tns_read_descriptor(struct reader *reader, const struct dsn_part *descriptor);
/* host:port/service of a data source, which lies in reader->text. */
enum dsn_error tns_read_place(struct reader *reader, const struct dsn_part *place);
/* user/password@host:port/service, host:port/service, or user/password@(DESCRIPTION=…). */
enum dsn_error tns_read(struct reader *reader);

#endif
