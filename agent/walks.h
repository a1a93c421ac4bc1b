/* walks.h: when to count what pymalloc has in use (arenas.h), as that takes time. All under the lock. */
#ifndef HW_WALKS_H
#define HW_WALKS_H
#include "arenas.h"
#include "occasion.h"

/* 0: not known. Where a walk waits, or is too dear, what was in use at the last one and what samples say has come and gone since,
 * where that is little; `touched` is HW_UNKNOWN then. */
int hw__walks_take(uint64_t now, enum hw__occasion occasion, struct hw__arenas_use *to);
/* Before a block goes that weighs that much in the table (0: it is moved): was more in use than at the last count, and does it go
 * down from here? */
int hw__walks_is_turn(uint64_t now, uint64_t weight, int is_large);
void hw__walks_clear(void); /* for a new file: what they may cost begins anew */
#endif
