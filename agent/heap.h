/* heap.h: how many bytes malloc has alive, exactly, in what its blocks take of its memory. Each thread counts for itself and hands
 * over what has come together now and then, so that the count costs no shared write in the common case. */
#ifndef HW_HEAP_H
#define HW_HEAP_H
#include "guard.h"
#include <string.h>

#define HW_SMALL_MOST 512u /* bytes; pymalloc passes larger requests on to malloc */
#define HW_DIVERTED_BYTES (HW_SMALL_MOST + 1) /* asked of pymalloc for an object that is sampled */
#define HW_HEAP_BATCH INT64_C(16384) /* bytes that a thread may keep to itself */

extern uint32_t hw__heap_is_counted; /* only then may hw__heap_size be asked */
extern size_t (*hw__heap_usable)(void *);

/* What a block takes. glibc keeps it in the word before the block, head and padding included, with three flags in its low
 * bits; hw__heap_begin makes sure that this is so. Another malloc says what a block can hold; what it takes beyond that is
 * not known. Under a sanitizer another allocator is beneath. */
#if defined(__GLIBC__) && !defined(HW_SANITIZED)
#define HW_READS_SIZES
#endif
static inline int64_t hw__heap_size(void *p) {
#ifdef HW_READS_SIZES
    size_t head;
    memcpy(&head, (const char *)p - sizeof head, sizeof head);
    return (int64_t)(head & ~(size_t)7);
#else
    return (int64_t)hw__heap_usable(p);
#endif
}

/* Blocks are counted, and have the heads of glibc's malloc. */
static inline int hw__heap_has_heads(void) {
#ifdef HW_READS_SIZES
    return hw__heap_is_counted != 0;
#else
    return 0;
#endif
}

void hw__heap_publish(struct hw__thread *self);

static inline void hw__heap_change(struct hw__thread *self, int64_t change) {
    self->heap += change;
    if (HW_UNLIKELY((uint64_t)(self->heap + HW_HEAP_BATCH) > 2 * HW_HEAP_BATCH)) hw__heap_publish(self);
}

static inline void hw__heap_born(struct hw__thread *self, void *p) {
    if (HW_LIKELY(hw__heap_is_counted)) hw__heap_change(self, hw__heap_size(p));
}

static inline void hw__heap_died(struct hw__thread *self, void *p) {
    if (HW_LIKELY(hw__heap_is_counted)) hw__heap_change(self, -hw__heap_size(p));
}

/* With the real functions: starts the count, if their blocks can be measured. */
void hw__heap_begin(void *(*allocate)(size_t), void (*release)(void *), size_t (*usable)(void *));
void hw__heap_end(void);      /* this process is not recorded */
void hw__heap_end_thread(struct hw__thread *self); /* hands over what is left; more may still come */
uint64_t hw__heap_live(void); /* bytes; HW_UNKNOWN where they are not counted */
#endif
