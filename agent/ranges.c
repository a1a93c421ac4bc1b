/* ranges.c: a sorted array of disjoint ranges. Programs map rarely and hold few mappings, so
 * moving the tail costs less than a tree would; lookups are by bisection. */
#include "ranges.h"
#include "array.h"
#include "os.h"
#include <stddef.h>
#include <string.h>

#define FIRST_ROOM 256u
#define MOST_ROOM 65536u /* the kernel's own default limit of mappings */

struct range {
    uint64_t from, to;
    uint64_t resident; /* as last told to hw__ranges_tell */
    uint32_t kind, stack;
};

static struct range *ranges;
static uint32_t count, room, reserved; /* reserved: of count */
static uint64_t anonymous, unusable; /* unusable: private address space in reservations */

/* The first range that ends after `from`. */
static uint32_t find(uint64_t from) {
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ranges[middle].to <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int makeRoom(void) {
    if (count < room) return 1;
    struct range *fresh = hw__array_grow(ranges, &room, sizeof *fresh, FIRST_ROOM, MOST_ROOM);
    if (fresh != NULL) ranges = fresh;
    return fresh != NULL;
}

static int isAnonymous(const struct range *r) { return r->kind == HW_RANGE_ANONYMOUS || r->kind == HW_RANGE_SHARED; }
static int isReserved(const struct range *r) { return (r->kind & HW_RANGE_RESERVED) != 0; }

static void account(const struct range *r, int sign) {
    if (isAnonymous(r)) anonymous += sign > 0 ? r->to - r->from : r->from - r->to;
    if (r->kind == (HW_RANGE_ANONYMOUS | HW_RANGE_RESERVED)) unusable += sign > 0 ? r->to - r->from : r->from - r->to;
    if (isReserved(r)) __atomic_store_n(&reserved, reserved + (uint32_t)sign, __ATOMIC_RELAXED);
}

static int insert(uint32_t at, struct range r) {
    if (!makeRoom()) return 0;
    memmove(ranges + at + 1, ranges + at, (count - at) * sizeof *ranges);
    ranges[at] = r;
    count++;
    account(&r, 1);
    return 1;
}

static void removeAt(uint32_t at) {
    account(&ranges[at], -1);
    count--;
    memmove(ranges + at, ranges + at + 1, (count - at) * sizeof *ranges);
}

static struct hw__range describe(const struct range *r) {
    return (struct hw__range){r->from, r->to - r->from, (enum hw__range_kind)r->kind, r->stack};
}

int hw__ranges_first(uint64_t from, uint64_t to, struct hw__range *first) {
    uint32_t at = find(from);
    if (at == count || ranges[at].from >= to) return 0;
    *first = describe(&ranges[at]);
    return 1;
}

int hw__ranges_cut(uint64_t from, uint64_t to) {
    uint32_t at = find(from);
    int was_recorded = 0;
    while (at < count && ranges[at].from < to) {
        struct range old = ranges[at];
        was_recorded |= !isReserved(&old);
        removeAt(at);
        if (old.from < from && insert(at, (struct range){old.from, from, UINT64_MAX, old.kind, old.stack})) at++;
        if (old.to > to) {
            insert(at, (struct range){to, old.to, UINT64_MAX, old.kind, old.stack});
            break;
        }
    }
    return was_recorded;
}

int hw__ranges_add(uint64_t from, uint64_t to, enum hw__range_kind kind, uint32_t stack) {
    if (from >= to) return 0;
    hw__ranges_cut(from, to);
    return insert(find(from), (struct range){from, to, 0, kind, stack});
}

uint64_t hw__ranges_anonymous_bytes(void) { return anonymous; }
uint64_t hw__ranges_unusable_bytes(void) { return unusable; }
int hw__ranges_has_reserved(void) { return __atomic_load_n(&reserved, __ATOMIC_RELAXED) != 0; }

int hw__ranges_next_anonymous(uint64_t from, struct hw__range *to) {
    uint32_t at = find(from);
    while (at < count && (ranges[at].from < from || !isAnonymous(&ranges[at]))) at++;
    if (at == count) return 0;
    *to = describe(&ranges[at]);
    return 1;
}

int hw__ranges_tell(uint64_t from, uint64_t resident) {
    uint32_t at = find(from);
    if (at == count || ranges[at].from != from || ranges[at].resident == resident) return 0;
    ranges[at].resident = resident;
    return 1;
}

void hw__ranges_forked(void) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (isReserved(&ranges[i])) ranges[kept++] = ranges[i];
    count = kept;
    anonymous = 0;
}

void hw__ranges_clear(void) {
    hw__os_give(ranges, room * sizeof *ranges);
    ranges = NULL;
    count = room = reserved = 0;
    anonymous = unusable = 0;
}

int hw__ranges_is_valid(void) {
    uint64_t sum = 0, none = 0;
    uint32_t seen = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (ranges[i].from >= ranges[i].to) return 0;
        if (i > 0 && ranges[i].from < ranges[i - 1].to) return 0;
        if (isAnonymous(&ranges[i])) sum += ranges[i].to - ranges[i].from;
        if (ranges[i].kind == (HW_RANGE_ANONYMOUS | HW_RANGE_RESERVED)) none += ranges[i].to - ranges[i].from;
        seen += (uint32_t)isReserved(&ranges[i]);
    }
    return sum == anonymous && none == unusable && seen == reserved;
}
