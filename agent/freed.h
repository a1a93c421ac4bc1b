/* freed.h: what malloc_trim(0) would give back, from the heads of glibc's chunks. Under the lock; hw__os_present_end comes after. */
#ifndef HW_FREED_H
#define HW_FREED_H
#include "known.h"

/* Of heaps, pieces in order of addresses: bytes of pages with memory behind them that malloc_trim(0) would give back. The first heap
 * ended at `break_then`, and ends at the break. HW_UNKNOWN: a head was none, as another thread changed it just then, or it
 * would have taken longer than `most` (ns of CPU time). */
uint64_t hw__freed_trimmable(const struct hw__pieces *heaps, uint64_t break_then, uint64_t most);
#endif
