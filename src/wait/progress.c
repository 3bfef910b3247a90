#include "wait/progress.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LINE_BYTES = 8192, TICK_MILLISECONDS = 200, LABEL_COLUMNS = 40 };

static struct buf new_line(struct wait_progress *progress)
{
    return buf_new(progress->scratch, LINE_BYTES);
}

static void write_out(struct wait_progress *progress, const struct buf *line)
{
    str text = buf_view(line);
    fwrite(text.ptr, 1, text.len, stderr);
    arena_clear(progress->scratch);
}

/* Names come from outside: what could move the cursor, C1 controls too, is shown as a question mark. */
static void put_safe(struct buf *out, str text)
{
    for (size_t length; text.len > 0; text = str_skip(text, length)) {
        uint32_t code = utf8_decode(text, &length);
        bool moves = code < 0x20 || (code >= 0x7F && code < 0xA0) || code == UTF8_INVALID;
        buf_str(out, moves ? STR("?") : str_take(text, length));
    }
}

/* All lines anew, whatever has changed: their times have. */
static void draw(void *self, const struct wait_job *OR_NULL changed, int64_t elapsed)
{
    (void)changed;
    struct wait_progress *progress = self;
    if (progress->is_drawn)
        fprintf(stderr, "\033[%zuA", progress->count);
    for (size_t i = 0; i < progress->count; i++) {
        struct buf line = new_line(progress);
        put_safe(&line, progress->labels[i]);
        buf_repeat(&line, ' ',
            progress->labels[i].len < LABEL_COLUMNS ? LABEL_COLUMNS - progress->labels[i].len : 1);
        const struct wait_job *job = &progress->jobs[i];
        wait_answer_print(&line, &job->answer);
        bool is_ready = job->ready_after >= 0;
        buf_printf(&line, is_ready ? " after %.1f s" : ", %.1f s",
            (double)(is_ready ? job->ready_after : elapsed) / 1000);
        line.len = line.len < (size_t)progress->columns ? line.len : (size_t)progress->columns;
        buf_str(&line, STR("\033[K\n"));
        write_out(progress, &line);
    }
    progress->is_drawn = true;
}

static void write_change(void *self, const struct wait_job *OR_NULL job, int64_t elapsed)
{
    (void)elapsed;
    struct wait_progress *progress = self;
    if (progress->is_quiet || !job)
        return;
    struct buf line = new_line(progress);
    bool is_ready = job->ready_after >= 0;
    buf_str(&line, is_ready ? STR("bootgate-wait: ") : STR("bootgate-wait: waiting for "));
    put_safe(&line, progress->labels[job - progress->jobs]);
    buf_str(&line, STR(": "));
    wait_answer_print(&line, &job->answer);
    if (is_ready)
        buf_printf(&line, " after %.1f s", (double)job->ready_after / 1000);
    buf_byte(&line, '\n');
    write_out(progress, &line);
}

struct wait_progress wait_progress_new(
    struct arena *arena, const struct wait_job *jobs, size_t count, bool is_quiet)
{
    struct wait_progress progress = {
        .jobs = jobs,
        .count = count,
        .labels = arena_array(arena, str, count),
        .scratch = arena_new(arena, struct arena),
        .is_quiet = is_quiet,
    };
    progress.scratch->out_of_memory = arena->out_of_memory;
    progress.scratch->owner = arena->owner;
    for (size_t i = 0; i < count; i++)
        progress.labels[i] = wait_target_label(arena, jobs[i].attempt.target);
    struct winsize size = {0};
    str terminal = str_from_c(getenv("TERM"));
    bool is_dumb = terminal.len == 0 || str_eq(terminal, STR("dumb"));
    bool is_terminal = isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    progress.columns = size.ws_col > 1 ? size.ws_col - 1 : 79;
    progress.is_live = is_terminal && !is_quiet && !is_dumb && count < size.ws_row;
    return progress;
}

struct wait_watcher wait_progress_watcher(struct wait_progress *progress)
{
    return (struct wait_watcher){
        .self = progress,
        .tell = progress->is_live ? draw : write_change,
        .tick_milliseconds = progress->is_live ? TICK_MILLISECONDS : 0,
    };
}

/* A fault of one target: its answer, and what helps where waiting does not. */
static void put_fault(struct wait_progress *progress, size_t index)
{
    const struct wait_job *job = &progress->jobs[index];
    struct buf line = new_line(progress);
    buf_str(&line, STR("bootgate-wait: "));
    put_safe(&line, progress->labels[index]);
    buf_str(&line, STR(": "));
    wait_answer_print(&line, &job->answer);
    str help = wait_answer_help(&job->answer);
    if (help.len > 0)
        buf_printf(&line, "\n  = fix: " STR_FMT, STR_ARG(help));
    buf_byte(&line, '\n');
    write_out(progress, &line);
}

static void put_faults(struct wait_progress *progress, enum wait_outcome outcome, int64_t timeout)
{
    bool for_good = outcome == WAIT_REFUSED_FOR_GOOD;
    if (for_good)
        fprintf(stderr, "bootgate-wait: waiting cannot help:\n");
    else
        fprintf(stderr, "bootgate-wait: timed out after %g s:\n", (double)timeout / 1000);
    for (size_t i = 0; i < progress->count; i++) {
        enum wait_verdict verdict = wait_answer_verdict(&progress->jobs[i].answer);
        if (for_good ? verdict == WAIT_NEVER : verdict != WAIT_DONE)
            put_fault(progress, i);
    }
}

void wait_progress_end(struct wait_progress *progress, enum wait_outcome outcome, int64_t timeout)
{
    if (outcome == WAIT_REFUSED_FOR_GOOD || outcome == WAIT_TIMED_OUT)
        put_faults(progress, outcome, timeout);
    arena_free(progress->scratch);
}
