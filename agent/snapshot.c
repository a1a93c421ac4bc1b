/* snapshot.c: catches the peaks of resident memory. Reading statm costs 6 us, and 25 where the program streams through memory and
 * the kernel's code is cold (it is opened anew each time: a kept descriptor could be closed, or counted, by the program), so
 * it is read every few ms while memory is taken, less often while what is taken only replaces
 * what went, and before a large block goes away: the last moment at which a short peak can be
 * seen. There, getrusage's high-water mark (0.7 us) tells first whether anything can have risen
 * at all. */
#include "snapshot.h"
#include "allowance.h"
#include "areas.h"
#include "arenas.h"
#include "detours.h"
#include "heap.h"
#include "os.h"
#include "pace.h"
#include "ranges.h"
#include "residency.h"
#include "sampler.h"
#include "stacks.h"
#include "table.h"
#include "turns.h"
#include "walks.h"
#include "wire.h"
#include "writer.h"

#define MS UINT64_C(1000000)
#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)
#define LOOK_COST 8000u          /* ns, until it is known ... */
#define MOST_LOOK_COST 100000u   /* ... and no more, where others had the core in between */
#define LOOK_SHARE 1000u         /* looks at large blocks may take one part in so many of the time ... */
#define LOOK_CREDIT (MS / 2)     /* ... and this to begin with */
#define WITH_RECORD 2u           /* what a look takes with its stack and record, to one without */
#define NEWS_SHARE 64u           /* what is held is more than at any look by one part in so many: that is looked at in any case */
#define PERIOD (5 * MS)          /* between two looks; longer as the file fills ... */
#define STEADY_PERIOD (25 * MS)  /* ... and while nothing was added to what is held */
#define QUIET_PERIOD (50 * MS)   /* a look that shows no change is written only so often */
#define CHANGE (256 * KIB)       /* what counts as change, and as above the last maximum */
#define HIGH_STEP (4 * MIB)
#define MARK_PERIOD (100 * MS)   /* between two readings of VmHWM for the header */
#define FREE_PERIOD (MS)         /* between two looks before small sampled frees */
#define EDGE_SHARE 8u            /* a block of at least one part in so many: memory may never again be as high */
#define LARGE_PERIOD (MS / 4)    /* between two looks before large frees of no great weight */

static uint64_t lastRead, lastAsked, lastWrite, lastMark;
static uint64_t lastResident, most, mostAtHigh, growth;
static uint64_t lastHeld, mostHeld; /* at looks: what could be resident */
static struct hw__allowance larges; /* looks at large blocks */
static uint64_t lookCost = LOOK_COST;
static uint64_t markSeen; /* the kernel's mark, when a free last asked for it */
static uint64_t going; /* of all threads; atomic */

void hw__snapshot_clear(void) {
    __atomic_store_n(&going, 0, __ATOMIC_RELAXED);
    lastRead = lastAsked = lastWrite = lastMark = 0;
    lastResident = most = mostAtHigh = growth = lastHeld = mostHeld = markSeen = 0;
    larges = (struct hw__allowance){0};
    lookCost = LOOK_COST;
    hw__pace_clear();
    hw__walks_clear();
    hw__turns_clear();
    hw__residency_clear();
    hw__areas_clear();
}

static void updateHeader(uint64_t now, uint64_t mark) {
    struct hw_header *header = hw__writer_header();
    struct hw__detours_use detours;
    if (header == NULL) return;
    hw__detours_use(&detours);
    header->agent_bytes = hw__os_taken() - detours.objects + 256 * KIB;
    if (mark == 0) return;
    header->hwm_bytes = mark;
    header->hwm_time = now;
}

static uint64_t readMark(uint64_t now, int is_due) {
    if (!is_due && now - lastMark < MARK_PERIOD) return 0;
    lastMark = now;
    uint64_t mark = hw__os_high_water();
    updateHeader(now, mark);
    return mark;
}

/* What could become resident; malloc's part is 0 where it cannot be counted. */
static uint64_t heldNow(void) {
    uint64_t heap = hw__heap_live();
    return (heap == HW_UNKNOWN ? 0 : heap) + hw__arenas_mapped() + hw__ranges_anonymous_bytes();
}

/* A place in memory is nobody's business outside: only how far it moved is told. */
static uint64_t heapGrown(void) {
    static uint64_t first;
    uint64_t end = hw__os_break();
    if (first == 0) first = end;
    return end > first ? end - first : 0;
}

/* Objects in slots are Python's: they count as if pymalloc had them. */
static void fillHeap(enum hw_reason reason, enum hw__occasion occasion, int is_high, struct hw_snapshot *to) {
    struct hw__arenas_use use;
    struct hw__detours_use detours;
    to->allocated = hw__sampler_allocated(&hw__self);
    to->heap_live = hw__heap_live();
    to->heap_grown = heapGrown();
    to->python_live = to->python_held = HW_UNKNOWN;
    if (!is_high && occasion != HW_TURN && reason != HW_AT_EXIT) return; /* only of peaks and of the end anybody asks */
    if (!hw__walks_take(occasion, &use)) return;
    hw__detours_use(&detours);
    to->python_live = use.live + detours.objects;
    if (use.touched != HW_UNKNOWN) to->python_held = use.touched - use.live;
}

static int isSomethingGoing(void) { return __atomic_load_n(&going, __ATOMIC_RELAXED) >= CHANGE; }

static void write(uint64_t now, enum hw_reason reason, enum hw__occasion occasion, const struct hw__statm *s, uint64_t mark,
                  uint32_t stack) {
    if (stack == HW_STACK_NOT_TAKEN) stack = hw__stacks_now();
    struct hw_snapshot record = {
        .time = now,
        .virtual_bytes = s->virtual_bytes,
        .resident_bytes = s->resident_bytes,
        .shared_bytes = s->shared_bytes,
        .hwm_bytes = mark,
        .arena_bytes = hw__arenas_mapped(),
        .mapped_bytes = hw__ranges_anonymous_bytes(),
        .stack = stack,
    };
    int is_high = s->resident_bytes + CHANGE >= most;
    fillHeap(reason, occasion, is_high, &record);
    if (is_high) {
        hw__residency_measure(now, s->resident_bytes, hw__purse_of(occasion) != HW_RISING);
        if (!isSomethingGoing()) hw__areas_measure(now, s, occasion); /* or its pages would look like malloc's free ones */
    }
    if (occasion == HW_TURN) hw__turns_settle();
    hw__writer_put(HW_SNAPSHOT, reason, &record, sizeof record, reason == HW_AT_EXIT ? HW_CLASS_LAST : HW_CLASS_KEPT);
    lastWrite = now;
    lastResident = s->resident_bytes;
    if (s->resident_bytes > most) most = s->resident_bytes;
}

static int readStatm(struct hw__statm *to) {
    uint64_t start = hw__os_now();
    int is_read = hw__os_statm(to);
    uint64_t took = hw__os_now() - start;
    lookCost = (7 * lookCost + (took < MOST_LOOK_COST ? took : MOST_LOOK_COST)) / 8;
    return is_read;
}

static int look(uint64_t now, struct hw__statm *to) {
    lastRead = now;
    growth = 0;
    lastHeld = heldNow();
    if (lastHeld > mostHeld) mostHeld = lastHeld;
    if (!readStatm(to)) return 0;
    hw__residency_seen(to->resident_bytes);
    return 1;
}

void hw__snapshot_going(struct hw__thread *self, uint64_t bytes) {
    hw__snapshot_gone(self); /* of an allocator whose end we do not see */
    self->going = bytes;
    __atomic_fetch_add(&going, bytes, __ATOMIC_RELAXED);
}

void hw__snapshot_gone(struct hw__thread *self) {
    if (self->going != 0) __atomic_fetch_sub(&going, self->going, __ATOMIC_RELAXED);
    self->going = 0;
}

/* Without what may be on its way out. */
static uint64_t heldOf(const struct hw__statm *s) {
    uint64_t out = __atomic_load_n(&going, __ATOMIC_RELAXED);
    return s->resident_bytes > out ? s->resident_bytes - out : 0;
}

static int isHigh(uint64_t resident) {
    uint64_t step = mostAtHigh / 50 > HIGH_STEP ? mostAtHigh / 50 : HIGH_STEP;
    return resident >= mostAtHigh + step;
}

static int isQuiet(uint64_t now, uint64_t resident) {
    uint64_t change = resident > lastResident ? resident - lastResident : lastResident - resident;
    return change < CHANGE && now - lastWrite < QUIET_PERIOD;
}

static uint64_t periodNow(void) {
    if (hw__writer_is_full()) return 20 * PERIOD;
    uint64_t period = heldNow() > lastHeld + CHANGE ? PERIOD : STEADY_PERIOD;
    return period << hw__writer_quarter();
}

/* A large block was made. Which line it was is told by a look alone, and the next one may be a long time off: nobody allocates while a
 * block is filled. Programs that make and drop such blocks all the time are at no news then. */
static int isWorthIt(void) {
    if (heldNow() >= mostHeld + CHANGE + mostHeld / NEWS_SHARE) return 1;
    return hw__allowance_take(&larges, WITH_RECORD * lookCost, LOOK_CREDIT, LOOK_SHARE);
}

void hw__snapshot_allocated(uint64_t now, uint64_t weight, uint32_t stack) {
    struct hw__statm s;
    hw__pace_tick(now);
    growth += weight;
    int is_large = weight >= MIB && !hw__writer_is_full();
    int is_due = now - lastRead >= periodNow() || (is_large && isWorthIt());
    if (!is_due || !look(now, &s)) return;
    if (isHigh(heldOf(&s))) {
        mostAtHigh = s.resident_bytes;
        write(now, HW_NEW_HIGH, HW_RISING, &s, readMark(now, 0), stack);
    } else if (is_large || !isQuiet(now, s.resident_bytes)) {
        write(now, HW_PERIODIC, HW_RISING, &s, 0, stack);
    }
}

/* The kernel's mark only rises: where it stands as it did at the last look, no peak is
 * above what was seen then. (It may start too high, inherited from before exec; then it
 * stays silent until that is passed, and statm has to be asked.) */
static int canBeHigher(int is_large) {
    uint64_t mark = hw__os_mark();
    /* Small frees are many: they look where the mark rose, for a large block is written to after it was recorded, or where
     * much was asked for, as memory may stand again where a peak was missed. */
    int is_news = is_large || growth >= MIB / 4 || mark > markSeen + CHANGE;
    if (is_news) markSeen = mark;
    return is_news && mark > most + CHANGE;
}

static enum hw__occasion occasionOf(uint64_t bytes, uint64_t from_table) {
    if (bytes >= most / EDGE_SHARE) return HW_EDGE;
    if (from_table >= MIB || from_table >= most / 64) hw__walks_before_large();
    return hw__turns_is_turn(from_table) && hw__turns_take(WITH_RECORD * lookCost) ? HW_TURN : HW_PEAK;
}

void hw__snapshot_before_free(uint64_t now, uint64_t bytes, int is_large, uint64_t from_table) {
    struct hw__statm s;
    hw__pace_tick(now);
    enum hw__occasion occasion = occasionOf(bytes, from_table);
    uint64_t since = now - (lastRead > lastAsked ? lastRead : lastAsked);
    int is_turn = occasion == HW_TURN;
    int is_due = is_large ? since >= LARGE_PERIOD || bytes >= most / 64 : since >= FREE_PERIOD;
    if (!is_due && !is_turn) return;
    lastAsked = now;
    int is_stale = is_large && (hw__residency_is_stale() || hw__areas_are_due(most, occasion));
    if ((!canBeHigher(is_large) && !is_stale && !is_turn) || !look(now, &s)) return;
    uint64_t held = heldOf(&s);
    int is_high = held >= most + CHANGE || (is_stale && held + CHANGE >= most);
    if (!is_high && !is_turn) return;
    if (isHigh(s.resident_bytes)) mostAtHigh = s.resident_bytes;
    write(now, HW_BEFORE_FREE, occasion, &s, readMark(now, 0), HW_STACK_NOT_TAKEN);
}

void hw__snapshot_last(uint64_t now) {
    struct hw__statm s;
    uint64_t mark = readMark(now, 1);
    if (look(now, &s)) write(now, HW_AT_EXIT, HW_END, &s, mark, 0);
}
