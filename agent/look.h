/* look.h: what all private memory is for, by pages. Under the lock; hw__os_present_end comes after. */
#ifndef HW_LOOK_H
#define HW_LOOK_H
#include "occasion.h"
#include "wire.h"

/* 0: the kernel would not say, or there was no memory to keep the list in; `to` is then without meaning. */
int hw__look_whole(enum hw__occasion occasion, struct hw_areas *to);
/* After a whole look: only what changes from moment to moment. What was mapped since and is not known is left out. */
int hw__look_quickly(struct hw_areas *to);
/* After either: freed.h. */
uint64_t hw__look_trimmable(uint64_t most);
#endif
