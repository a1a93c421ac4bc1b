/* residency.c: a program may ask for a gigabyte and touch a tenth of it. For blocks of 1 MiB and
 * more, and for anonymous mappings, the kernel is asked at new maxima which pages exist (no page
 * is touched). That walks page tables, 2 to 20 ns a page, so all are asked only after growth;
 * between such passes only what is new, until nearly all of it is touched.
 *
 * Other threads may be waiting for the lock: work is cut into pieces, and what does not fit into
 * one hold is continued at the next occasion. In the long run it takes one part in a hundred of
 * the time; short programs have peaks, too, so there is a credit to begin with. */
#include "residency.h"
#include "measuring.h"
#include "os.h"
#include "os_pages.h"
#include "pace.h"
#include "ranges.h"
#include "table.h"
#include "writer.h"

#define MS UINT64_C(1000000)
#define MIB (UINT64_C(1) << 20)
#define LEAST_NEW MIB           /* a smaller mapping is not worth a look of its own ... */
#define LEAST_MAPPING (MIB / 16) /* ... and one smaller than this no record */
#define HOLD (5 * MS)           /* as long at a time ... */
#define PEAK_HOLD (25 * MS)     /* ... and at what may be the peak: there is no later then */
#define GROWTH (4 * MIB)        /* between passes over all; or a share of what was resident: */
#define RISING_SHARE 4u         /* ... while memory rises and time is short */
#define PEAK_SHARE 128u         /* ... otherwise */
#define CHANGE (MIB / 4)        /* between two looks at what is new */
#define TIME_SHARE 100u
#define CREDIT (20 * MS)        /* for passes and for what is new, and as much again where it matters most: what was spent there, others save */
#define MOST_NEW 64u
#define SETTLED_SHARE 64u       /* a new block is done with when all but one part in so many is touched */
#define RELEASED_SHARE 8u       /* where less than one part in so many went, the rest is not measured just for that */

static struct {
    uint64_t from, bytes;
    int is_mapping;
} fresh[MOST_NEW];
static uint32_t freshCount, freshAt; /* freshAt: to be measured next */
static int isFreshUnknown;           /* some were not measured even once, or not as they are now */
static int isFreshMissing;           /* there were too many: a pass over all finds the rest */

static int isPassing;
static uint64_t blockPlace, rangePlace;

static uint64_t lastSeen, lastFreshResident;
static uint64_t risen; /* since the last pass began: what was touched, whatever went meanwhile */
static uint64_t spentOnAll, spentOnFresh; /* CPU time: on a busy machine wall time would be charged for others */

void hw__residency_clear(void) {
    freshCount = freshAt = 0;
    isFreshUnknown = isFreshMissing = isPassing = 0;
    hw__measuring_clear();
    lastSeen = lastFreshResident = risen = spentOnAll = spentOnFresh = 0;
}

void hw__residency_allocated(uint64_t from, uint64_t bytes, int is_mapping) {
    if (bytes < LEAST_NEW) return;
    for (uint32_t i = 0; i < freshCount; i++)
        if (fresh[i].from == from && fresh[i].bytes == bytes && fresh[i].is_mapping == is_mapping) return;
    if (freshCount == MOST_NEW) {
        isFreshMissing = 1;
        return;
    }
    isFreshUnknown = 1;
    fresh[freshCount].from = from;
    fresh[freshCount].bytes = bytes;
    fresh[freshCount++].is_mapping = is_mapping;
}

static void measureFresh(void) {
    uint64_t resident;
    enum hw__measured kind;
    if (freshAt >= freshCount) freshAt = 0;
    while (freshAt < freshCount) {
        uint64_t from = fresh[freshAt].from, bytes = fresh[freshAt].bytes;
        int is_alive = hw__measuring_kind(from, bytes, fresh[freshAt].is_mapping, &kind);
        if (is_alive && !hw__measure(from, bytes, kind, &resident)) {
            isFreshUnknown = 1;
            return;
        }
        if (is_alive && resident < bytes - bytes / SETTLED_SHARE)
            freshAt++;
        else
            fresh[freshAt] = fresh[--freshCount];
    }
    isFreshUnknown = 0;
}

static void measureAll(void) {
    struct hw__range range;
    struct hw__live live;
    uint64_t resident;
    const void *p;
    while ((p = hw__table_next_large(&blockPlace, &live)) != NULL)
        if (!hw__measure((uint64_t)(uintptr_t)p, live.weight, hw__kind_of_block(&live), &resident)) return;
    while (hw__ranges_next_anonymous(rangePlace, &range)) {
        rangePlace = range.from + range.bytes;
        if (range.bytes >= LEAST_MAPPING && !hw__measure(range.from, range.bytes, hw__kind_of_range(&range), &resident)) return;
    }
    isPassing = 0;
}

static int isRecordedMemory(const struct hw__range *r) {
    return r->kind == HW_RANGE_ANONYMOUS || r->kind == HW_RANGE_SHARED;
}

void hw__residency_changed(const struct hw__range *range) {
    if (isRecordedMemory(range)) hw__residency_allocated(range->from, range->bytes, 1);
}

static uint64_t allowanceAt(int is_peak) { return (is_peak ? 2 : 1) * CREDIT + hw__pace() / TIME_SHARE; }

void hw__residency_seen(uint64_t resident) {
    if (resident > lastSeen) risen += resident - lastSeen;
    lastSeen = resident;
}

int hw__residency_is_stale(void) {
    return risen >= GROWTH + lastSeen / PEAK_SHARE && spentOnAll <= allowanceAt(1) && !hw__writer_is_full();
}

static int isDue(int is_peak) {
    if (spentOnAll > allowanceAt(is_peak)) return 0;
    if (isPassing || isFreshMissing) return 1;
    return risen >= GROWTH + lastSeen / (is_peak || spentOnAll <= hw__pace() / TIME_SHARE ? PEAK_SHARE : RISING_SHARE);
}

static void charge(uint64_t *account, uint64_t *worked) {
    uint64_t now = hw__os_now_worked();
    *account += now - *worked;
    *worked = now;
}

void hw__residency_measure(uint64_t now, uint64_t resident, int is_peak) {
    if (hw__writer_is_full()) return;
    int is_due = isDue(is_peak);
    uint64_t change = resident > lastFreshResident ? resident - lastFreshResident : lastFreshResident - resident;
    int is_fresh_due = freshCount > 0 && (isFreshUnknown || change >= CHANGE) && spentOnFresh <= allowanceAt(is_peak);
    if (!is_due && !is_fresh_due) return;
    uint64_t worked = hw__os_now_worked();
    hw__measuring_allow(now, worked, is_peak ? PEAK_HOLD : HOLD);
    int is_free = hw__measuring_resume();
    if (is_free && is_fresh_due) {
        lastFreshResident = resident;
        measureFresh();
        charge(&spentOnFresh, &worked);
    }
    if (is_free && !hw__measuring_is_open() && is_due) {
        if (!isPassing) {
            risen = 0;
            blockPlace = rangePlace = 0;
            isFreshMissing = 0;
        }
        isPassing = 1;
        measureAll();
    }
    charge(&spentOnAll, &worked);
    hw__os_present_end();
}

/* 0: no time is left. What lost little is measured again when it matters, at the next maximum. */
static int measureReleased(uint64_t from, uint64_t bytes, enum hw__measured kind, uint64_t released) {
    uint64_t resident;
    if (bytes / RELEASED_SHARE <= released && !hw__measuring_is_open()) return hw__measure(from, bytes, kind, &resident);
    hw__residency_allocated(from, bytes, hw__is_mapping(kind));
    return 1;
}

static int releaseRanges(uint64_t from, uint64_t end) {
    struct hw__range r;
    for (uint64_t at = from; hw__ranges_first(at, end, &r); at = r.from + r.bytes)
        if (isRecordedMemory(&r) && !measureReleased(r.from, r.bytes, hw__kind_of_range(&r), end - from)) return 0;
    return 1;
}

/* Blocks are not in order: all large ones are looked through. */
static void releaseBlocks(uint64_t from, uint64_t end) {
    struct hw__live live;
    uint64_t place = 0;
    const void *p;
    while ((p = hw__table_next_large(&place, &live)) != NULL) {
        uint64_t address = (uint64_t)(uintptr_t)p;
        if (address >= end || address + live.weight <= from) continue;
        if (!measureReleased(address, live.weight, hw__kind_of_block(&live), end - from)) return;
    }
}

void hw__residency_released(uint64_t now, uint64_t from, uint64_t bytes) {
    if (hw__writer_is_full()) return;
    if (spentOnFresh > allowanceAt(0)) {
        isFreshMissing = 1;
        return;
    }
    uint64_t worked = hw__os_now_worked();
    hw__measuring_allow(now, worked, HOLD);
    hw__measuring_resume();
    if (releaseRanges(from, from + bytes) && bytes >= LEAST_NEW) releaseBlocks(from, from + bytes);
    charge(&spentOnFresh, &worked);
    hw__os_present_end();
}
