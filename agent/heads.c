/* heads.c: malloc gives back the tops of heaps, and whole heaps, but nothing below a block in use. A block in our table cannot be freed
 * while we hold the lock: so what lies below one is read as it is, sixty times as fast. Elsewhere copies of what the kernel read
 * last move through the heap with whoever asks. */
#include "heads.h"
#include "os.h"
#include "os_pages.h"
#include "table.h"
#include "wire.h"
#include <string.h>

#define IS_MAPPING 2u
#define ALIGNMENT 16u
#define FIRST_WITHIN 4096u /* bytes from the beginning of a heap to its first chunk: before it stands what malloc knows of the heap */
#define SURE_AFTER 4u      /* heads in a row */

#define COPY_LEAST UINT64_C(64) /* bytes; doubled while heads lie within ... */
#define COPY_MOST UINT64_C(65536)
#define NEAR UINT64_C(4096) /* ... so many of each other */
#define WINDOW 4096u        /* pages */

static uint64_t trusted; /* nobody gives back what lies below */
static uint64_t copyFrom, copyTo;
static char copy[COPY_MOST];
static uint64_t windowFrom, windowTo;
static unsigned char window[WINDOW]; /* of each page there, whether it has memory */

void hw__heads_begin(const struct hw__malloc_heap *heap) {
    trusted = hw__os_threads() == 1 ? heap->to : hw__table_highest(heap->from, heap->to);
    copyFrom = copyTo = windowTo = 0;
}

static uint64_t lesser(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Whole pages; UINT64_MAX: the kernel will not say. */
static uint64_t countPresent(const struct hw__malloc_heap *heap, uint64_t from, uint64_t to) {
    uint64_t size = hw__os_page(), found = 0;
    for (; from < to; from += size) {
        if (from < windowFrom || from >= windowTo) {
            windowFrom = from;
            windowTo = lesser(from + WINDOW * size, heap->to);
            if (!hw__os_map_residency(windowFrom, windowTo, window)) return windowTo = 0, UINT64_MAX;
        }
        found += window[(from - windowFrom) / size] & 1;
    }
    return found;
}

uint64_t hw__heads_present(const struct hw__malloc_heap *heap, uint64_t from, uint64_t to) {
    uint64_t size = hw__os_page();
    from = (from + size - 1) & ~(size - 1);
    to &= ~(size - 1);
    uint64_t pages = from < to ? countPresent(heap, from, to) : 0;
    return pages == UINT64_MAX ? HW_UNKNOWN : pages * size;
}

/* To ask the kernel costs more than to copy some thousand bytes. Whole pages beyond the first must have memory: to read others
 * would give them some. */
static uint64_t endOfCopy(const struct hw__malloc_heap *heap, uint64_t at) {
    uint64_t size = hw__os_page(), page_end = (at | (size - 1)) + 1;
    uint64_t bytes = at - copyTo < NEAR ? lesser(2 * (copyTo - copyFrom), COPY_MOST) : COPY_LEAST;
    uint64_t to = lesser(at + bytes, heap->to), whole = to & ~(size - 1);
    if (to <= page_end) return to;
    return hw__heads_present(heap, page_end, whole) == whole - page_end ? whole : page_end;
}

static int copyAt(const struct hw__malloc_heap *heap, uint64_t at) {
    uint64_t to = endOfCopy(heap, at);
    copyFrom = copyTo = 0;
    if (!hw__os_peek((const void *)(uintptr_t)at, copy, to - at)) return 0;
    copyFrom = at;
    copyTo = to;
    return 1;
}

int hw__heads_read(const struct hw__malloc_heap *heap, uint64_t at, struct hw__head *to) {
    if (at + sizeof *to <= trusted) {
        memcpy(to, (const void *)(uintptr_t)at, sizeof *to);
        return 1;
    }
    if ((at < copyFrom || at + sizeof *to > copyTo) && !copyAt(heap, at)) return 0;
    memcpy(to, copy + (at - copyFrom), sizeof *to);
    return 1;
}

/* Nothing else in a heap looks like one: words of the arena are addresses, and small numbers. */
int hw__heads_is_one(const struct hw__malloc_heap *heap, uint64_t at, const struct hw__head *head) {
    uint64_t size = hw__head_bytes(head), flags = head->size & (IS_MAPPING | HW_HEAD_IN_FURTHER_ARENA);
    int is_aligned = at % ALIGNMENT == 0 && size % ALIGNMENT == 0;
    return (flags & ~(uint64_t)heap->flags) == 0 && is_aligned && size >= HW_HEAD_SMALLEST && size <= heap->to - at;
}

int hw__heads_begin_at(const struct hw__malloc_heap *heap, uint64_t at) {
    struct hw__head head;
    for (uint32_t i = 0; i < SURE_AFTER && at < heap->to; i++) {
        if (!hw__heads_read(heap, at, &head) || !hw__heads_is_one(heap, at, &head)) return 0;
        at += hw__head_bytes(&head);
    }
    return 1;
}

uint64_t hw__heads_first(const struct hw__malloc_heap *heap) {
    struct hw__head head;
    uint64_t end = lesser(heap->from + FIRST_WITHIN, heap->to);
    for (uint64_t at = heap->from; at < end; at += ALIGNMENT) {
        int is_one = hw__heads_begin_at(heap, at) && hw__heads_read(heap, at, &head);
        if (is_one && head.size & HW_HEAD_IN_USE_BEFORE) return at; /* nothing is free before the first */
    }
    return 0;
}
