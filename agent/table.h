/* table.h: the addresses of recorded blocks that are alive, and the filter that lets free()
 * pass everything else by. */
#ifndef HW_TABLE_H
#define HW_TABLE_H
#include "guard.h"

/* A bit set for at least every address in the table. Readers hold no lock. */
struct hw__filter {
    uint32_t shift;
    uint64_t *words;
};

extern const struct hw__filter *hw__filter_now;

static inline uint64_t hw__table_hash(const void *p) {
    return ((uint64_t)(uintptr_t)p >> 4) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline int hw__filter_has(const void *p) {
    const struct hw__filter *f = __atomic_load_n(&hw__filter_now, __ATOMIC_ACQUIRE);
    uint64_t at = hw__table_hash(p) >> f->shift;
    return (__atomic_load_n(&f->words[at >> 6], __ATOMIC_RELAXED) >> (at & 63)) & 1;
}

enum hw__trait { HW_EXACT = 1, HW_ZEROED = 2 };

struct hw__live {
    uint64_t weight; /* < 2^50 */
    int is_large;    /* 1 MiB or more as requested */
    int is_exact;
    int is_zeroed;
    int is_partial; /* as set by hw__table_partial; false at first */
};

/* All under the lock. */
int hw__table_add(const void *p, uint64_t bytes, uint64_t weight, uint32_t traits); /* 0: no memory */
int hw__table_find(const void *p, struct hw__live *found);         /* 1: it is there */
int hw__table_remove(const void *p, struct hw__live *found);       /* 1: it was there */
/* The next block of 1 MiB or more that was recorded exactly. *place: 0 at first, moved on by each call, and good even
 * where the table changed between two (a block that was moved may be met twice, or not at all). 0: no more. */
const void *hw__table_next_large(uint64_t *place, struct hw__live *found);
/* The highest address of a block in [from, to); 0: there is none, or there are too many blocks to look at them all. While the lock
 * is held nobody can free it. */
uint64_t hw__table_highest(uint64_t from, uint64_t to);
void hw__table_partial(const void *p, int is_partial);
uint64_t hw__table_weight(void);                                   /* of all that are alive */
uint32_t hw__table_count(void);
void hw__table_clear(void);
void hw__filter_pin(const void *p); /* this address always takes the slow path of free() */
int hw__table_is_valid(void);       /* every invariant; for tests */
#endif
