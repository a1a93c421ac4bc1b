/* turns.c: the samples alive weigh less than they did when something was put off. Memory that rises has small falls, too, when a
 * list has grown or a line is done with its temporaries: those are below what counts as a turn. */
#include "turns.h"
#include "table.h"

#define LEAST (UINT64_C(256) << 10) /* bytes gone, and ... */
#define SHARE 1024u                 /* ... one part in so many of what there was */

static uint32_t owed;
static uint64_t most; /* weight of the samples alive, at most, where something was put off */

void hw__turns_clear(void) { owed = 0; }

void hw__turns_owe(enum hw__owed what) {
    uint64_t weight = hw__table_weight();
    if (owed == 0 || weight > most) most = weight;
    owed |= what;
}

void hw__turns_paid(enum hw__owed what) { owed &= ~(uint32_t)what; }

int hw__turns_is_turn(uint64_t weight) {
    return owed != 0 && hw__table_weight() + LEAST + most / SHARE < most + weight;
}
