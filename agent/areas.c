/* areas.c: when to look what private memory is for (look.c), and the record of it. */
#include "areas.h"
#include "heap.h"
#include "known.h"
#include "look.h"
#include "os_pages.h"
#include "turns.h"
#include "writer.h"
#include <string.h>

#define MS UINT64_C(1000000)
#define CREDIT (6 * MS)            /* CPU time of each purse to begin with */
#define MOST_HOLD (50 * MS)        /* what would take longer is not begun: other threads may be waiting for the lock */
#define CHANGE (UINT64_C(1) << 18) /* of resident memory between two looks, at least, and one part in so many of what it was: */
#define LEAP_SHARE 4u              /* higher by one part in so many than at any look: that is looked at whatever is left */
#define MOST_MISSED_SHARE 64u      /* of private memory, that a quick look may miss */
#define FIRST_COST 400000u         /* ns, until it is known */

static const uint32_t wholeShare[HW_OCCASIONS] = {[HW_RISING] = 2, [HW_PEAK] = 6, [HW_TURN] = 24, [HW_EDGE] = 128, [HW_END] = 128};
static const uint32_t quickShare[HW_OCCASIONS] = {[HW_RISING] = 32, [HW_PEAK] = 32, [HW_TURN] = 40, [HW_EDGE] = 128, [HW_END] = 128};

/* What malloc_trim would give back: */
#define MUCH_FREE (UINT64_C(4) << 20) /* less is nobody's trouble, ... */
#define FREE_SHARE 32u                /* ... nor one part in so many of resident memory */
#define TRIM_SHARE 8u                 /* what is free changes by one part in so many before it is looked for again while memory rises */
#define TRIM_CREDIT (24 * MS)         /* one purse for all occasions, half of it for those where memory turns */
#define LEAST_TRIM MS                 /* with less time it is not begun */
#define TRIM_LEAP (16 * MS)           /* so long in any case where memory turns and more is free by half than when it was looked for: few times */

static struct hw__purses wholes, quicks, trims;
static uint64_t costOfWhole = FIRST_COST, costOfQuick;
static uint64_t lastWhole, last; /* resident memory at the last whole look, and at the last of either kind */
static uint64_t highest;         /* ... at all of them */
static uint64_t lastHeap;        /* alive then: memory may stand while what is in use becomes free */
static uint64_t lastFree;        /* held by malloc when it was last known what malloc_trim would give back */
static uint64_t mostFree;        /* ... when it was looked for, at most */
static int hasBegun, hasWhole;

void hw__areas_clear(void) {
    wholes = quicks = trims = (struct hw__purses){0};
    costOfWhole = FIRST_COST;
    costOfQuick = lastWhole = last = highest = lastHeap = lastFree = mostFree = 0;
    hasBegun = hasWhole = 0;
}

void hw__areas_forked(void) { hw__known_forked(); }

static uint64_t changeSince(uint64_t before, uint64_t now) { return now > before ? now - before : before - now; }

static uint64_t creditOf(enum hw__occasion occasion) {
    return occasion == HW_TURN ? 2 * CREDIT : CREDIT; /* one of the turns is the peak */
}

/* Steps that grow by a fourth are few, and all of them together cost five times what the last one does. */
static int isLeap(uint64_t resident) { return resident >= highest + CHANGE + highest / LEAP_SHARE; }

static int isAffordable(const struct hw__purses *purses, uint64_t resident, enum hw__occasion occasion, uint64_t cost) {
    return cost <= MOST_HOLD && (isLeap(resident) || hw__purses_allow(purses, occasion, cost, creditOf(occasion)));
}

static int isNewForQuick(uint64_t resident, enum hw__occasion occasion) {
    uint64_t least = CHANGE + last / quickShare[occasion];
    return changeSince(last, resident) >= least || changeSince(lastHeap, hw__heap_live()) >= 4 * CHANGE + resident / 8;
}

static int isWholeDue(uint64_t resident, enum hw__occasion occasion) {
    uint64_t least = CHANGE + lastWhole / wholeShare[occasion];
    return changeSince(lastWhole, resident) >= least && isAffordable(&wholes, resident, occasion, costOfWhole);
}

static int isQuickDue(uint64_t resident, enum hw__occasion occasion) {
    return hasWhole && isNewForQuick(resident, occasion) && isAffordable(&quicks, resident, occasion, costOfQuick);
}

int hw__areas_are_due(uint64_t resident, enum hw__occasion occasion) {
    if (hw__writer_is_full() || !hasBegun) return 0;
    return isWholeDue(resident, occasion) || isQuickDue(resident, occasion);
}

static int lookWhole(uint64_t resident, enum hw__occasion occasion, struct hw_areas *to) {
    uint64_t start = hw__os_now_worked();
    int is_good = hw__look_whole(occasion, to);
    costOfWhole = hw__purses_charge(&wholes, occasion, start);
    lastWhole = resident;
    hasWhole |= is_good;
    return is_good;
}

/* What was mapped since the last whole look is not in there: the sum shows. */
static int lookQuickly(uint64_t private_bytes, enum hw__occasion occasion, struct hw_areas *to) {
    uint64_t start = hw__os_now_worked(), sum = 0;
    int is_good = hw__look_quickly(to);
    costOfQuick = hw__purses_charge(&quicks, occasion, start);
    for (uint32_t kind = 0; kind < HW_AREA_KINDS; kind++) sum += to->resident[kind];
    return is_good && changeSince(private_bytes, sum) <= CHANGE + private_bytes / MOST_MISSED_SHARE;
}

static uint64_t freeOf(const struct hw_areas *areas) {
    uint64_t pages = areas->resident[HW_AREA_HEAPS] + areas->reserved[HW_AREA_BLOCKS] + areas->untouched, alive = hw__heap_live();
    return alive != HW_UNKNOWN && pages > alive ? pages - alive : 0;
}

/* Half a heap says nothing of the other: how free memory lies differs from part to part. */
static uint64_t lookForTrimmable(uint64_t resident, enum hw__occasion occasion, const struct hw_areas *areas) {
    uint64_t held = freeOf(areas), most = hw__purses_left(&trims, HW_TURN, TRIM_CREDIT);
    int may_wait = hw__purse_of(occasion) == HW_RISING, is_news = changeSince(lastFree, held) >= held / TRIM_SHARE;
    if (!may_wait && held >= mostFree + mostFree / 2 && most < TRIM_LEAP) most = TRIM_LEAP;
    if (may_wait) most = most > TRIM_CREDIT / 2 && is_news ? most - TRIM_CREDIT / 2 : 0;
    if (most < LEAST_TRIM || held < MUCH_FREE + resident / FREE_SHARE) return HW_UNKNOWN;
    uint64_t start = hw__os_now_worked(), found = hw__look_trimmable(most < MOST_HOLD ? most : MOST_HOLD);
    hw__purses_charge(&trims, HW_TURN, start);
    if (found != HW_UNKNOWN) lastFree = held;
    if ((found != HW_UNKNOWN || !may_wait) && held > mostFree) mostFree = held;
    return found;
}

void hw__areas_measure(uint64_t now, const struct hw__statm *statm, enum hw__occasion occasion) {
    struct hw_areas areas;
    uint64_t resident = statm->resident_bytes;
    hasBegun = 1;
    if (isNewForQuick(resident, HW_TURN)) hw__turns_owe(HW_OWED_AREAS);
    if (!hw__areas_are_due(resident, occasion)) return;
    int is_quick = !isWholeDue(resident, occasion) && lookQuickly(resident - statm->shared_bytes, occasion, &areas);
    int is_whole = !is_quick && isAffordable(&wholes, resident, occasion, costOfWhole) && lookWhole(resident, occasion, &areas);
    if (is_quick || is_whole) areas.trimmable = lookForTrimmable(resident, occasion, &areas);
    hw__os_present_end();
    last = resident;
    if (resident > highest) highest = resident;
    lastHeap = hw__heap_live();
    if (!is_quick && !is_whole) return;
    hw__turns_paid(HW_OWED_AREAS);
    areas.time = now;
    hw__writer_put(HW_AREAS, is_whole ? 0 : HW_AREAS_IN_PART, &areas, sizeof areas, HW_CLASS_KEPT);
}
