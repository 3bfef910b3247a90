#include "wait/schedule.h"

#include <time.h>

enum {
    FIRST_DELAY = 100,
    LAST_DELAY = 2000,
    ATTEMPT_MILLISECONDS = 5000,
    LONGEST_SLEEP = 1000,
    POLL_PAUSE = 50,
};

struct run {
    struct wait_schedule *schedule;
    CURLM *multi;
    struct curl_waitfd *waits; /* room for one a job */
    int64_t started_at, now;
};

static int64_t monotonic_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* xorshift64: enough to keep machines that start together apart. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static bool is_done(const struct wait_job *job)
{
    return wait_answer_verdict(&job->answer) == WAIT_DONE;
}

static int64_t deadline(const struct run *run)
{
    return run->started_at + run->schedule->timeout;
}

static void start_due(struct run *run)
{
    for (size_t i = 0; i < run->schedule->count; i++) {
        struct wait_job *job = &run->schedule->jobs[i];
        if (is_done(job) || job->attempt_until > 0 || job->next_at > run->now)
            continue;
        int64_t left = deadline(run) - run->now;
        int64_t limit = left < ATTEMPT_MILLISECONDS ? left : ATTEMPT_MILLISECONDS;
        job->attempt_until = run->now + limit;
        wait_attempt_begin(&job->attempt, limit);
    }
}

/* Half of the delay is certain, half is chance. */
static void plan_next(struct run *run, struct wait_job *job)
{
    uint64_t half = (uint64_t)job->delay / 2;
    job->next_at = run->now + (int64_t)(half + next_random(&run->schedule->random) % (half + 1));
    job->delay = job->delay * 2 < LAST_DELAY ? job->delay * 2 : LAST_DELAY;
}

static void finish_attempt(struct run *run, struct wait_job *job)
{
    struct wait_answer answer = job->attempt.answer;
    bool has_changed = !wait_answer_equal(&answer, &job->answer);
    wait_attempt_end(&job->attempt);
    job->attempt_until = 0;
    job->answer = answer;
    if (is_done(job))
        job->ready_after = run->now - run->started_at;
    else
        plan_next(run, job);
    if (has_changed)
        run->schedule->watcher.tell(run->schedule->watcher.self, job, run->now - run->started_at);
}

static void finish_ended(struct run *run)
{
    for (size_t i = 0; i < run->schedule->count; i++) {
        struct wait_job *job = &run->schedule->jobs[i];
        if (job->attempt_until == 0)
            continue;
        wait_attempt_converse(&job->attempt);
        if (!job->attempt.has_ended && run->now >= job->attempt_until)
            wait_attempt_answer(&job->attempt, WAIT_SILENT);
        if (job->attempt.has_ended)
            finish_attempt(run, job);
    }
}

static bool has_outcome(const struct run *run, enum wait_outcome *ret_outcome)
{
    size_t done = 0;
    for (size_t i = 0; i < run->schedule->count; i++) {
        if (wait_answer_verdict(&run->schedule->jobs[i].answer) == WAIT_NEVER) {
            *ret_outcome = WAIT_REFUSED_FOR_GOOD;
            return true;
        }
        done += is_done(&run->schedule->jobs[i]);
    }
    *ret_outcome = done == run->schedule->count ? WAIT_ALL_READY : WAIT_TIMED_OUT;
    return *ret_outcome == WAIT_ALL_READY || run->now >= deadline(run);
}

/* Sleeps until a socket stirs, an attempt is due or over, or a tick. */
static void sleep_until_needed(struct run *run)
{
    int64_t wake = deadline(run);
    unsigned count = 0;
    for (size_t i = 0; i < run->schedule->count; i++) {
        const struct wait_job *job = &run->schedule->jobs[i];
        if (is_done(job))
            continue;
        int64_t due = job->attempt_until > 0 ? job->attempt_until : job->next_at;
        wake = due < wake ? due : wake;
        count += job->attempt_until > 0 && wait_attempt_waits(&job->attempt, &run->waits[count]);
    }
    int64_t tick = run->schedule->watcher.tick_milliseconds;
    int64_t longest = tick > 0 ? tick : LONGEST_SLEEP;
    int64_t sleep = wake - run->now;
    sleep = sleep < 0 ? 0 : sleep > longest ? longest : sleep;
    if (curl_multi_poll(run->multi, run->waits, count, (int)sleep, NULL) != CURLM_OK) {
        const struct timespec pause = {
            .tv_nsec = POLL_PAUSE * 1000000L}; /* it came back at once, and would again */
        nanosleep(&pause, NULL);
    }
}

static enum wait_outcome loop(struct run *run)
{
    const struct wait_watcher *watcher = &run->schedule->watcher;
    enum wait_outcome outcome;
    for (;;) {
        run->now = monotonic_milliseconds();
        start_due(run);
        int running;
        curl_multi_perform(run->multi, &running);
        int left;
        for (CURLMsg *message; (message = curl_multi_info_read(run->multi, &left)) != NULL;) {
            char *attempt = NULL;
            if (message->msg == CURLMSG_DONE &&
                curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &attempt) == CURLE_OK)
                wait_attempt_transfer_ended((struct wait_attempt *)(void *)attempt, message->data.result);
        }
        finish_ended(run);
        if (watcher->tick_milliseconds > 0)
            watcher->tell(watcher->self, NULL, run->now - run->started_at);
        if (has_outcome(run, &outcome))
            return outcome;
        sleep_until_needed(run);
    }
}

enum wait_outcome wait_run(struct wait_schedule *schedule)
{
    struct run run = {
        .schedule = schedule, .multi = curl_multi_init(), .started_at = monotonic_milliseconds()};
    run.waits = arena_array(schedule->arena, struct curl_waitfd, schedule->count);
    enum wait_outcome outcome = WAIT_NOT_BEGUN;
    for (size_t i = 0; i < schedule->count; i++) {
        schedule->jobs[i].attempt.multi = run.multi;
        schedule->jobs[i].delay = FIRST_DELAY;
        schedule->jobs[i].ready_after = -1;
    }
    if (run.multi)
        outcome = loop(&run);
    for (size_t i = 0; i < schedule->count; i++)
        wait_attempt_end(&schedule->jobs[i].attempt);
    curl_multi_cleanup(run.multi);
    return outcome;
}
