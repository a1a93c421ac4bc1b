/* events.h: the slow paths. Each hook calls one of these when its fast test says so. */
#ifndef HW_EVENTS_H
#define HW_EVENTS_H
#include "guard.h"
#include "ranges.h"
#include "sampler.h"
#include "snapshot.h"
#include "table.h"
#include "wire.h"

/* The countdown ran out with this block, already charged; p, which may be NULL, is returned. */
void *hw__on_allocated(void *p, size_t bytes, uint32_t flag);
/* A decision was made (sampler): record it. */
void hw__record_allocated(struct hw__thread *self, void *p, size_t bytes, struct hw__sample sample, uint32_t flag);
/* The filter knows p. Removes it from the table and records its end; 1 if it was there. hw__gone() is to follow. */
int hw__on_freed(const void *p, uint32_t flag, struct hw__live *live);
void hw__record_deferred(struct hw__thread *self);

/* A request that got nothing (failed.c); 0 bytes are none. */
void hw__on_failed(uint64_t bytes, uint32_t flag);

/* Mappings: events_mmap.c. Ranges are of whole pages. */
#define HW_MOST_PARTS 16u
struct hw__gone { /* what was in a range, so that it can be there again; of more parts the rest is lost */
    struct hw__range parts[HW_MOST_PARTS];
    uint32_t count;
};
/* Over whatever was there. caller: where it was asked for in native code, NULL = not known. */
void hw__on_mapped(uint64_t from, uint64_t bytes, enum hw__range_kind kind, uint32_t flag, const void *caller);
void hw__on_usable(uint64_t from, uint64_t bytes, const void *caller); /* what was only reserved of it can be touched from now on */
/* Before a range goes away; if it did not, what was there comes back. hw__gone() is to follow. */
void hw__on_unmapping(uint64_t from, uint64_t bytes, uint32_t flag, struct hw__gone *gone);
void hw__on_not_unmapped(const struct hw__gone *gone, uint32_t flag);
enum hw__range_kind hw__on_asking(uint64_t from); /* what is there */
/* Before memory goes that is not recorded by itself (an arena), or that goes without its address space; then after that. */
void hw__on_releasing(uint64_t bytes);
void hw__on_released(uint64_t from, uint64_t bytes);

/* Is the program's call this agent's business? */
static inline int hw__is_watching(void) {
    return hw__mode_now() == HW_ACTIVE && !hw__self.arena && !hw__self.busy;
}

/* For both files of events: the lock, with a file to write to and this thread known to it; an exact record of a mapping. */
int hw__events_begin(struct hw__thread *self, uint64_t *now);
void hw__events_mapping(uint64_t now, uint64_t from, uint64_t bytes, uint32_t flag, uint32_t stack);

/* After each of these two, when the memory is really gone. */
static inline void hw__gone(void) {
    if (HW_UNLIKELY(hw__self.going != 0)) hw__snapshot_gone(&hw__self);
}

/* The process is about to end (or, with is_exec, to become another program). */
void hw__on_ending(int is_exec);
void hw__on_exec_failed(void);
#endif
