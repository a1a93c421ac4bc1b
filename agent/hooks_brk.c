/* hooks_brk.c: the program's own use of the break. The C library's malloc moves it without
 * coming by here; another malloc's moves are left out as its mappings are. The pages that
 * became whole are recorded as a mapping; a rest of the page at the edge was there before. */
#define _GNU_SOURCE
#include "allocators.h"
#include "events.h"
#include "os.h"
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

static void *bootSbrk(intptr_t change);
static int bootBrk(void *to);

static struct {
    void *(*sbrk)(intptr_t);
    int (*brk)(void *);
} real = {bootSbrk, bootBrk};

static uint64_t first; /* where the break was when the agent was loaded: nobody may go below */

/* Not by a system call: the C library keeps the break in a variable of its own. */
__attribute__((constructor)) static void resolve(void) {
    void *found = dlsym(RTLD_NEXT, "sbrk");
    if (found != NULL) memcpy(&real.sbrk, &found, sizeof found);
    found = dlsym(RTLD_NEXT, "brk");
    if (found != NULL) memcpy(&real.brk, &found, sizeof found);
    if (real.sbrk != bootSbrk) first = (uint64_t)(uintptr_t)real.sbrk(0);
}

static void *bootSbrk(intptr_t change) {
    resolve();
    return real.sbrk == bootSbrk ? (void *)-1 : real.sbrk(change);
}

static int bootBrk(void *to) {
    resolve();
    return real.brk == bootBrk ? -1 : real.brk(to);
}

static uint64_t pageAfter(uint64_t at) { return (at + hw__os_page() - 1) & ~(uint64_t)(hw__os_page() - 1); }

static void lower(uint64_t to, uint64_t from, struct hw__gone *gone) {
    if (to >= first && pageAfter(to) < pageAfter(from)) hw__on_unmapping(pageAfter(to), pageAfter(from) - pageAfter(to), 0, gone);
}

static void raise(uint64_t from, uint64_t to) {
    if (pageAfter(from) < pageAfter(to)) hw__on_mapped(pageAfter(from), pageAfter(to) - pageAfter(from), HW_RANGE_ANONYMOUS, 0, NULL);
}

HW_EXPORT void *sbrk(intptr_t change) {
    if (change == 0 || !hw__is_watching() || hw__allocators_is_own(__builtin_return_address(0))) return real.sbrk(change);
    struct hw__gone gone = {.count = 0};
    uint64_t from = (uint64_t)(uintptr_t)real.sbrk(0);
    if (change < 0) lower(from + (uint64_t)change, from, &gone);
    void *p = real.sbrk(change);
    hw__gone();
    if (p == (void *)-1)
        hw__on_not_unmapped(&gone, 0);
    else if (change > 0)
        raise((uint64_t)(uintptr_t)p, (uint64_t)(uintptr_t)p + (uint64_t)change);
    return p;
}

/* Success does not mean that it moved: an address below where it may lie is ignored without an error. */
HW_EXPORT int brk(void *at) {
    if (!hw__is_watching() || hw__allocators_is_own(__builtin_return_address(0))) return real.brk(at);
    struct hw__gone gone = {.count = 0};
    uint64_t from = (uint64_t)(uintptr_t)real.sbrk(0), to = (uint64_t)(uintptr_t)at;
    if (to < from) lower(to, from, &gone);
    int failed = real.brk(at);
    hw__gone();
    uint64_t now = (uint64_t)(uintptr_t)real.sbrk(0);
    if (now >= from) hw__on_not_unmapped(&gone, 0);
    if (!failed && to > from) raise(from, to);
    return failed;
}
