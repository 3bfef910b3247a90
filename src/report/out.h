/*
 * Output to a stream of the host, in large pieces.
 *
 * An out is a value on the caller's stack over the arena of its gate; what was not flushed is lost. Whether
 * the bytes arrived is the host's business. No other file calls host->print: what is printed passed the
 * gate.
 */
#ifndef REPORT_OUT_H
#define REPORT_OUT_H

#include "base/buf.h"
#include "text/gate.h"
#include "text/host.h"

struct out {
    struct gate *gate;
    const struct host *host;
    int stream; /* 1 or 2 */
    struct buf buf;
};

struct out out_new(struct gate *gate, const struct host *host, int stream);
void out_str(struct out *out, str s);
/* The program's own words. */
void out_text(struct out *out, const char *text);
/* A part of a document whose texts passed the gate before they were escaped. */
void out_passed(struct out *out, str s);
void out_printf(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void out_repeat(struct out *out, char byte, size_t count);
void out_flush(struct out *out);

/* Words of `text`, broken so that no line passes `width`; each line but the first starts with `indent`
 * blanks. `column` is how far the first line has come already. */
void out_wrapped(struct out *out, str text, size_t column, size_t indent, size_t width);

#endif
