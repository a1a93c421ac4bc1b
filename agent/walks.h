/* walks.h: when to count what pymalloc has in use (arenas.h), as that takes time. All under the lock. */
#ifndef HW_WALKS_H
#define HW_WALKS_H
#include "arenas.h"
#include "occasion.h"

/* 0: not known. Where a walk waits, or is too dear, what was in use at the last one and what samples say has come and gone since,
 * where that is little; `touched` is HW_UNKNOWN then. */
int hw__walks_take(enum hw__occasion occasion, struct hw__arenas_use *to);
void hw__walks_before_large(void); /* a large block goes: a walk is owed after less than else */
void hw__walks_clear(void); /* for a new file: what they may cost begins anew */
#endif
