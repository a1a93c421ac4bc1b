/* heads.h: from chunk to chunk through a heap of glibc's malloc, by their heads (malloc/malloc.c, the same since glibc 2.10):
 *
 *     | size of this one, if it is free | size + 1 where the one before is in use, + 4 in a further arena | ...
 *
 * Under the lock. What another thread may give back meanwhile is read through the kernel. No page is touched that malloc did not
 * write to. */
#ifndef HW_HEADS_H
#define HW_HEADS_H
#include <stdint.h>

#define HW_HEAD_IN_USE_BEFORE 1u
#define HW_HEAD_IN_FURTHER_ARENA 4u /* of a chunk in use */
#define HW_HEAD_SMALLEST 32u        /* bytes of a chunk */

struct hw__head {
    uint64_t before, size;
};

struct hw__malloc_heap {
    uint64_t from, to;
    uint32_t flags; /* that its chunks may have beside HW_HEAD_IN_USE_BEFORE */
};

static inline uint64_t hw__head_bytes(const struct hw__head *head) { return head->size & ~UINT64_C(7); }

void hw__heads_begin(const struct hw__malloc_heap *heap); /* what was read of it before, or of another, is forgotten */
int hw__heads_read(const struct hw__malloc_heap *heap, uint64_t at, struct hw__head *to);
int hw__heads_is_one(const struct hw__malloc_heap *heap, uint64_t at, const struct hw__head *head);
int hw__heads_begin_at(const struct hw__malloc_heap *heap, uint64_t at); /* several follow one another there */
uint64_t hw__heads_first(const struct hw__malloc_heap *heap);            /* 0: none was found */
/* Bytes of the whole pages within [from, to) that have memory; HW_UNKNOWN: the kernel will not say. */
uint64_t hw__heads_present(const struct hw__malloc_heap *heap, uint64_t from, uint64_t to);
#endif
