/* walks.c: memory that rises stands at a new maximum every millisecond, and a walk over the pools of 100 MiB takes a quarter of
 * one. At each maximum, walks would have used up what they may cost when the one comes that matters. So while it rises a walk
 * waits until much was asked for: no more than that can have come into use. What was put off is made up for where memory turns. */
#include "walks.h"
#include "heap.h"
#include "os.h"
#include "sampler.h"
#include "table.h"
#include "turns.h"
#include "wire.h"

#define MS UINT64_C(1000000)
#define CREDIT (4 * MS)                 /* CPU time of each purse to begin with */
#define LEAST (UINT64_C(256) << 10)     /* bytes; less is no news */
#define RISE_SHARE 8u                   /* asked for since the last walk: one part in so many of what was in use then ... */
#define LARGE_SHARE 128u                /* ... or in so many, where a large block goes */
#define RECKONED_SHARE 2u               /* ... or in so many, and no sum of samples is to be trusted */
#define CHANGE_SHARE 8u                 /* nor a change of more than that */
#define LOOK_COST UINT64_C(8000)        /* ns, of the look that leads to a walk */
#define FIRST_COST UINT64_C(10000)      /* ns an arena, until it is known */

static struct hw__purses purses;
static uint64_t costOfArena = FIRST_COST;
static uint64_t lastLive, lastAsked; /* at the last walk: in use, and asked for since the program began */
static uint64_t lastSmall;           /* weight of the samples alive then that did not come from malloc */

void hw__walks_clear(void) {
    purses = (struct hw__purses){0};
    lastLive = lastAsked = lastSmall = 0;
}

static int isAffordable(enum hw__occasion occasion) {
    return hw__purses_allow(&purses, occasion, LOOK_COST + hw__arenas_count() * costOfArena, CREDIT);
}

static int wasAskedFor(uint32_t share) {
    return hw__sampler_allocated(&hw__self) - lastAsked >= LEAST + lastLive / share;
}

void hw__walks_before_large(void) {
    if (hw__arenas_are_known() && wasAskedFor(LARGE_SHARE)) hw__turns_owe(HW_OWED_WALK);
}

/* Samples hold what comes from malloc, too, but that is counted. Less than nothing may come of it. */
static uint64_t small(void) { return hw__table_weight() - hw__heap_live(); }

/* What came and went is sampled, as asked for and not as rounded up (24 bytes to 32), and a small part of the whole: that is wrong
 * by some thousandths. */
static int reckon(struct hw__arenas_use *to) {
    if (lastLive == 0 || hw__heap_live() == HW_UNKNOWN || wasAskedFor(RECKONED_SHARE)) return 0;
    uint64_t live = lastLive + (small() - lastSmall), least = lastLive - lastLive / CHANGE_SHARE;
    *to = (struct hw__arenas_use){.live = live, .touched = HW_UNKNOWN};
    return live >= least && live - least <= 2 * (lastLive / CHANGE_SHARE);
}

static int walk(enum hw__occasion occasion, struct hw__arenas_use *to) {
    uint64_t start = hw__os_now_worked();
    int is_good = hw__arenas_walk(to);
    uint64_t took = hw__purses_charge(&purses, occasion, start);
    purses.spent[hw__purse_of(occasion)] += LOOK_COST;
    if (hw__arenas_count() > 0) costOfArena = took / hw__arenas_count() + 1;
    return is_good;
}

int hw__walks_take(enum hw__occasion occasion, struct hw__arenas_use *to) {
    if (!hw__arenas_are_known()) return 0;
    int may_wait = hw__purse_of(occasion) == HW_RISING;
    if (occasion == HW_EDGE && !isAffordable(HW_EDGE)) occasion = HW_TURN; /* large lists that grow may have spent it */
    if (!isAffordable(occasion) || (may_wait && !wasAskedFor(RISE_SHARE))) {
        hw__turns_owe(HW_OWED_WALK);
        return reckon(to);
    }
    lastAsked = hw__sampler_allocated(&hw__self);
    hw__turns_paid(HW_OWED_WALK);
    if (!walk(occasion, to)) return 0;
    lastLive = to->live;
    lastSmall = small();
    return 1;
}
