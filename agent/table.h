/* table.h: the addresses of recorded blocks that are alive. */
#ifndef HW_TABLE_H
#define HW_TABLE_H
#include "filter.h"
#include "guard.h"

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
int hw__table_is_valid(void);       /* every invariant; for tests */
#endif
