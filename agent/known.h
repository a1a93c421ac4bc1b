/* known.h: pieces of address space, and those of which the agent knows by address what they are for. Under the lock. */
#ifndef HW_KNOWN_H
#define HW_KNOWN_H
#include "wire.h"
#include <stdint.h>

struct hw__piece {
    uint64_t from, to;
    enum hw_area kind;
};

struct hw__pieces {
    struct hw__piece *list;
    uint32_t count, room;
    int is_incomplete; /* some found no room */
};

void hw__pieces_add(struct hw__pieces *to, uint64_t from, uint64_t to_end, enum hw_area kind);
void hw__pieces_clear(struct hw__pieces *all);

/* Adds pymalloc's arenas, mappings that the program made, and large blocks that are mappings of their own; gives how much of
 * the other large blocks has no memory behind it. */
uint64_t hw__known_add(struct hw__pieces *to);
void hw__known_add_own(struct hw__pieces *to);    /* the agent's memory */
void hw__known_sort(struct hw__pieces *all);      /* by address */
void hw__known_forked(void); /* in a child, while the parent's ranges are still listed: its mappings are here, too */
#endif
