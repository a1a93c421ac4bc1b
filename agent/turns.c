/* turns.c: the samples alive weigh less than they did when something was put off. Memory that rises has small falls, too, when a
 * list has grown or a line is done with its temporaries: those are below what counts as a turn. */
#include "turns.h"
#include "allowance.h"
#include "table.h"

#define LEAST (UINT64_C(256) << 10) /* bytes gone, and ... */
#define SHARE 1024u                 /* ... one part in so many of what there was */

#define MS UINT64_C(1000000)
#define TIME_SHARE 1000u  /* turns where memory stood before may take one part in so many of the time ... */
#define CREDIT (4 * MS)   /* ... and this to begin with */
#define NEWS_SHARE 64u    /* what stands higher by one part in so many than where memory turned before is free: of 1 GiB there are 330 steps */

static uint32_t owed;
static uint64_t most; /* weight of the samples alive, at most, where something was put off */
static uint64_t highest; /* at a turn so far */
static struct hw__allowance repeated;

void hw__turns_settle(void) { owed = 0; }

void hw__turns_clear(void) {
    owed = 0;
    highest = 0;
    repeated = (struct hw__allowance){0};
}

void hw__turns_owe(enum hw__owed what) {
    uint64_t weight = hw__table_weight();
    if (owed == 0 || weight > most) most = weight;
    owed |= what;
}

void hw__turns_paid(enum hw__owed what) { owed &= ~(uint32_t)what; }

int hw__turns_is_turn(uint64_t weight) {
    return owed != 0 && hw__table_weight() + LEAST + most / SHARE < most + weight;
}

int hw__turns_take(uint64_t cost) {
    uint64_t weight = hw__table_weight();
    if (weight >= highest + LEAST + highest / NEWS_SHARE) {
        highest = weight;
        return 1;
    }
    if (hw__allowance_take(&repeated, cost, CREDIT, TIME_SHARE)) return 1;
    owed = 0;
    return 0;
}
