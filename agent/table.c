/* table.c: open addressing with linear probing, at a load of at most 1/2; the filter grows with it, so that at most one bit in eight of
 * it is set. */
#include "table.h"
#include "os.h"
#include <string.h>

#define FIRST_BITS 13u
#define LAST_BITS 26u
#define WEIGHT_MASK ((UINT64_C(1) << 50) - 1)
#define LARGE_BIT (UINT64_C(1) << 56)
#define EXACT_BIT (UINT64_C(1) << 57)
#define ZEROED_BIT (UINT64_C(1) << 58)
#define PARTIAL_BIT (UINT64_C(1) << 59)
#define MOST_SCANNED_BITS 17u /* a tenth of a millisecond */

struct slot {
    uint64_t address; /* 0 = empty */
    uint64_t weight;  /* and the bits above */
};

static struct slot *slots;
static uint32_t bits = FIRST_BITS;
static uint32_t count, largeCount; /* largeCount: of those that hw__table_next_large finds */
static uint64_t totalWeight;

static uint32_t homeOf(uint64_t address) { return (uint32_t)(hw__filter_hash(address) >> (64 - bits)); }

static uint32_t after(uint32_t at) { return (at + 1) & ((1u << bits) - 1); }

static uint32_t findSlot(uint64_t address) {
    uint32_t at = homeOf(address);
    while (slots[at].address != 0 && slots[at].address != address) at = after(at);
    return at;
}

static int take(uint32_t new_bits) {
    struct slot *fresh = hw__os_take(sizeof *fresh << new_bits);
    if (fresh == NULL) return 0;
    slots = fresh;
    bits = new_bits;
    return 1;
}

static void refill(const struct slot *old, uint32_t old_bits) {
    for (uint32_t i = 0; i < 1u << old_bits; i++) {
        if (old[i].address == 0) continue;
        slots[findSlot(old[i].address)] = old[i];
    }
}

/* A filter that cannot grow lets fewer pass, and is right all the same. The new one must be whole before anyone can look into it. */
static int grow(void) {
    struct slot *old = slots;
    uint32_t old_bits = bits;
    if (bits >= LAST_BITS) return count < (1u << bits) / 8 * 7;
    if (!take(bits + 1)) return 0;
    refill(old, old_bits);
    int is_other = hw__filter_next();
    for (uint32_t i = 0; is_other && i < 1u << old_bits; i++)
        if (old[i].address != 0) hw__filter_add(old[i].address);
    hw__filter_publish();
    hw__os_give(old, sizeof *old << old_bits);
    return 1;
}

static int isLarge(const struct slot *s) { return (s->weight & LARGE_BIT) != 0 && (s->weight & EXACT_BIT) != 0; }

static void account(const struct slot *s, int sign) {
    count += (uint32_t)sign;
    largeCount += (uint32_t)(isLarge(s) ? sign : 0);
    totalWeight += (uint64_t)((int64_t)(s->weight & WEIGHT_MASK) * sign);
}

int hw__table_add(const void *p, uint64_t bytes, uint64_t weight, uint32_t traits) {
    if (slots == NULL && !take(FIRST_BITS)) return 0;
    if (count >= (1u << bits) / 2 && !grow() && count >= (1u << bits) / 8 * 7) return 0;
    struct slot *s = &slots[findSlot((uint64_t)(uintptr_t)p)];
    int is_new = s->address == 0;
    if (weight > WEIGHT_MASK) weight = WEIGHT_MASK;
    s->address = (uint64_t)(uintptr_t)p;
    s->weight = weight | (bytes >= (1u << 20) ? LARGE_BIT : 0) | (traits & HW_EXACT ? EXACT_BIT : 0) |
                (traits & HW_ZEROED ? ZEROED_BIT : 0);
    if (is_new) hw__filter_add(s->address);
    account(s, 1);
    return 1;
}

/* Closes the hole by moving back every later entry of the run that may stand here. */
static void closeHole(uint32_t hole) {
    uint32_t mask = (1u << bits) - 1;
    for (uint32_t at = after(hole); slots[at].address != 0; at = after(at)) {
        uint32_t home = homeOf(slots[at].address);
        if (((at - home) & mask) < ((at - hole) & mask)) continue;
        slots[hole] = slots[at];
        hole = at;
    }
    slots[hole].address = 0;
}

static struct hw__live describe(const struct slot *s) {
    return (struct hw__live){
        .weight = s->weight & WEIGHT_MASK,
        .is_large = (s->weight & LARGE_BIT) != 0,
        .is_exact = (s->weight & EXACT_BIT) != 0,
        .is_zeroed = (s->weight & ZEROED_BIT) != 0,
        .is_partial = (s->weight & PARTIAL_BIT) != 0,
    };
}

int hw__table_find(const void *p, struct hw__live *found) {
    if (slots == NULL || p == NULL) return 0;
    const struct slot *s = &slots[findSlot((uint64_t)(uintptr_t)p)];
    if (s->address == 0) return 0;
    *found = describe(s);
    return 1;
}

/* A place is the leading bits of a hash, so that it means the same when the table has grown. */
const void *hw__table_next_large(uint64_t *place, struct hw__live *found) {
    if (largeCount == 0 || *place == UINT64_MAX) return NULL;
    for (uint64_t i = *place >> (64 - bits); slots != NULL && i < 1u << bits; i++) {
        if (slots[i].address == 0 || !isLarge(&slots[i])) continue;
        *found = describe(&slots[i]);
        *place = (i + 1) << (64 - bits);
        if (*place == 0) *place = UINT64_MAX;
        return (const void *)(uintptr_t)slots[i].address;
    }
    return NULL;
}

void hw__table_partial(const void *p, int is_partial) {
    struct slot *s = slots == NULL ? NULL : &slots[findSlot((uint64_t)(uintptr_t)p)];
    if (s != NULL && s->address != 0) s->weight = (s->weight & ~PARTIAL_BIT) | (is_partial ? PARTIAL_BIT : 0);
}

int hw__table_remove(const void *p, struct hw__live *found) {
    if (!hw__table_find(p, found)) return 0;
    uint32_t at = findSlot((uint64_t)(uintptr_t)p);
    account(&slots[at], -1);
    closeHole(at);
    hw__filter_remove((uint64_t)(uintptr_t)p);
    return 1;
}

uint64_t hw__table_highest(uint64_t from, uint64_t to) {
    uint64_t highest = 0;
    if (slots == NULL || bits > MOST_SCANNED_BITS) return 0;
    for (uint32_t i = 0; i < 1u << bits; i++) {
        uint64_t address = slots[i].address;
        if (address >= from && address < to && address > highest) highest = address;
    }
    return highest;
}

uint64_t hw__table_weight(void) { return totalWeight; }
uint32_t hw__table_count(void) { return count; }

void hw__table_clear(void) {
    hw__os_give(slots, slots == NULL ? 0 : sizeof *slots << bits);
    slots = NULL;
    bits = FIRST_BITS;
    count = largeCount = 0;
    totalWeight = 0;
    hw__filter_clear();
}

int hw__table_is_valid(void) {
    uint32_t seen = 0, large = 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; slots != NULL && i < 1u << bits; i++) {
        if (slots[i].address == 0) continue;
        if (findSlot(slots[i].address) != i) return 0;
        if (!hw__filter_has((const void *)(uintptr_t)slots[i].address)) return 0;
        seen++;
        large += (uint32_t)isLarge(&slots[i]);
        sum += slots[i].weight & WEIGHT_MASK;
    }
    return seen == count && large == largeCount && sum == totalWeight;
}
