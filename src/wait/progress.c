#include "wait/progress.h"

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

/* Names come from outside: what could move the cursor is shown as a question mark. */
static void put_safe(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        buf_byte(out, byte < 0x20 || byte == 0x7F ? '?' : (char)byte);
    }
}

static void draw(struct wait_progress *progress, int64_t elapsed)
{
    if (progress->is_drawn) {
        fprintf(stderr, "\033[%zuA", progress->count);
    }
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

static void live_changed(void *self, const struct wait_job *job, int64_t elapsed)
{
    (void)job;
    draw(self, elapsed);
}

static void live_tick(void *self, int64_t elapsed)
{
    draw(self, elapsed);
}

static void plain_changed(void *self, const struct wait_job *job, int64_t elapsed)
{
    (void)elapsed;
    struct wait_progress *progress = self;
    if (progress->is_quiet) {
        return;
    }
    struct buf line = new_line(progress);
    bool is_ready = job->ready_after >= 0;
    buf_str(&line, is_ready ? STR("bootgate-wait: ") : STR("bootgate-wait: waiting for "));
    put_safe(&line, progress->labels[job - progress->jobs]);
    buf_str(&line, STR(": "));
    wait_answer_print(&line, &job->answer);
    if (is_ready) {
        buf_printf(&line, " after %.1f s", (double)job->ready_after / 1000);
    }
    buf_byte(&line, '\n');
    write_out(progress, &line);
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
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
    for (size_t i = 0; i < count; i++) {
        progress.labels[i] = wait_target_label(arena, jobs[i].attempt.target);
    }
    struct winsize size = {0};
    bool is_terminal = isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    progress.columns = size.ws_col > 1 ? size.ws_col - 1 : 79;
    progress.is_live = is_terminal && !is_quiet && !is_dumb() && count < size.ws_row;
    return progress;
}

struct wait_watcher wait_progress_watcher(struct wait_progress *progress)
{
    struct wait_watcher watcher = {.self = progress, .changed = plain_changed};
    if (progress->is_live) {
        watcher.changed = live_changed;
        watcher.tick = live_tick;
        watcher.tick_milliseconds = TICK_MILLISECONDS;
    }
    return watcher;
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
    if (help.len > 0) {
        buf_printf(&line, "\n  = fix: " STR_FMT, STR_ARG(help));
    }
    buf_byte(&line, '\n');
    write_out(progress, &line);
}

static void put_faults(struct wait_progress *progress, enum wait_outcome outcome, int64_t timeout)
{
    bool for_good = outcome == WAIT_REFUSED_FOR_GOOD;
    if (for_good) {
        fprintf(stderr, "bootgate-wait: waiting cannot help:\n");
    } else {
        fprintf(stderr, "bootgate-wait: timed out after %g s:\n", (double)timeout / 1000);
    }
    for (size_t i = 0; i < progress->count; i++) {
        enum wait_verdict verdict = wait_answer_verdict(&progress->jobs[i].answer);
        if (for_good ? verdict == WAIT_NEVER : verdict != WAIT_DONE) {
            put_fault(progress, i);
        }
    }
}

void wait_progress_end(struct wait_progress *progress, enum wait_outcome outcome, int64_t timeout)
{
    if (outcome == WAIT_REFUSED_FOR_GOOD || outcome == WAIT_TIMED_OUT) {
        put_faults(progress, outcome, timeout);
    }
    arena_free(progress->scratch);
}
