/*
 * Preloaded into the program under torture: makes one of its allocations fail, or says where the program
 * begins.
 *
 * TORTURE is "trace": stop for the tracer (inject.c) when all libraries are set up. Or it is "FILE N" or
 * "FILE N+": the Nth allocation fails, or the Nth and all that follow; what happened is counted in FILE, which
 * a process that dies leaves intact. Both are taken out of the environment, which the program judges and
 * hands on.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST_BYTES = 4096 };

/* What the file holds. */
struct tally {
    uint64_t seen, failed;
};

static struct tally *tally; /* NULL: nothing fails */
static uint64_t unlucky;
static bool is_lasting;

/* Until dlsym() has found the allocator below: dlsym() itself may ask. */
static _Alignas(16) char first[FIRST_BYTES];
static size_t first_used;

static void *(*below_malloc)(size_t);
static void *(*below_calloc)(size_t, size_t);
static void *(*below_realloc)(void *, size_t);
static void (*below_free)(void *);

static void find_below(void)
{
    static bool is_at_it;
    if (is_at_it)
        return;
    is_at_it = true;
    *(void **)&below_malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&below_realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&below_free = dlsym(RTLD_NEXT, "free");
    *(void **)&below_calloc = dlsym(RTLD_NEXT, "calloc");
}

static bool is_first(const void *memory)
{
    return (const char *)memory >= first && (const char *)memory < first + sizeof first;
}

static void *take_first(size_t bytes)
{
    bytes = (bytes + 15) / 16 * 16;
    if (bytes > sizeof first - first_used)
        abort();
    first_used += bytes;
    return first + first_used - bytes;
}

static bool must_fail(void)
{
    if (tally == NULL)
        return false;
    tally->seen++;
    if (tally->seen != unlucky && !(is_lasting && tally->seen > unlucky))
        return false;
    tally->failed++;
    errno = ENOMEM;
    return true;
}

__attribute__((visibility("default"))) void *malloc(size_t bytes)
{
    if (below_calloc == NULL)
        find_below();
    if (below_malloc == NULL)
        return take_first(bytes);
    return must_fail() ? NULL : below_malloc(bytes);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t bytes)
{
    if (below_calloc == NULL)
        find_below();
    if (below_calloc == NULL)
        return take_first(count * bytes);
    return must_fail() ? NULL : below_calloc(count, bytes);
}

__attribute__((visibility("default"))) void *realloc(void *memory, size_t bytes)
{
    if (below_calloc == NULL)
        find_below();
    if (is_first(memory)) {
        void *moved = malloc(bytes);
        size_t most = (size_t)(first + sizeof first - (char *)memory);
        return moved ? memcpy(moved, memory, bytes < most ? bytes : most) : NULL;
    }
    return must_fail() ? NULL : below_realloc(memory, bytes);
}

__attribute__((visibility("default"))) void free(void *memory)
{
    if (memory != NULL && !is_first(memory))
        below_free(memory);
}

static struct tally *open_tally(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *memory = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        abort();
    close(fd);
    return memory;
}

__attribute__((constructor)) static void begin(void)
{
    char *plan = getenv("TORTURE"), *space = plan ? strchr(plan, ' ') : NULL;
    if (plan == NULL)
        return;
    bool is_traced = strcmp(plan, "trace") == 0;
    if (space != NULL) {
        *space = '\0';
        char *end;
        unlucky = strtoull(space + 1, &end, 10);
        is_lasting = *end == '+';
        tally = open_tally(plan);
    }
    unsetenv("TORTURE");
    unsetenv("LD_PRELOAD");
    if (is_traced)
        __asm__ volatile("int3");
}
