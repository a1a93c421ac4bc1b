/* arenas.h: what pymalloc has alive, exactly, read from the heads of its pools. */
#ifndef HW_ARENAS_H
#define HW_ARENAS_H
#include <stddef.h>
#include <stdint.h>

struct hw__arenas_use {
    uint64_t live;    /* bytes of blocks in use, rounded up as pymalloc does */
    uint64_t touched; /* bytes of pages that ever held a block: what the arenas keep resident */
    uint64_t blocks;
};

void hw__arenas_layout(uint32_t minor); /* at load time */
size_t hw__arenas_bytes(void);          /* of one */
uint64_t hw__arenas_mapped(void);       /* of all; any thread */

/* Under the lock. An arena goes out before its memory does: whoever holds the lock may read all that are in. */
void hw__arenas_add(const void *arena);
void hw__arenas_remove(const void *arena);
const void *hw__arenas_at(uint32_t index); /* NULL: there are no more; in no order */
void hw__arenas_lost(void); /* one was made unseen: nothing is exact from here on */
uint32_t hw__arenas_count(void);
int hw__arenas_are_known(void);                 /* the layout is proved */
int hw__arenas_walk(struct hw__arenas_use *to); /* 0: not known, or somebody was in the middle of it */
int hw__arenas_is_valid(void);

void hw__arenas_verify(void); /* at a safe moment, GIL held: proves the layout by allocating */
#endif
