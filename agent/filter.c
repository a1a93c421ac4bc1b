/* filter.c: how often each bit was set is counted, so that a removal knows when nobody else needs it. Filters that were outgrown stay
 * mapped: a thread may be about to look into one. That is safe, since whoever frees a block learned of it after its bits were
 * set in the new one. */
#include "filter.h"
#include "os.h"
#include <string.h>

#define FIRST_BITS 16u
#define LAST_BITS 23u /* where more is recorded, nearly everything is */
#define LINE_BITS 9u
#define MANY 255u     /* a count that stays */
#define MAX_PINS 256u

static uint64_t firstWords[1u << (FIRST_BITS - 6)] __attribute__((aligned(64)));
static uint8_t firstCounts[1u << FIRST_BITS];
static struct hw__filter filters[LAST_BITS - FIRST_BITS + 1] = {{64 - (FIRST_BITS - LINE_BITS), firstWords}};
static uint8_t *counts = firstCounts; /* of the one that is being filled */
const struct hw__filter *hw__filter_now = &filters[0];
static struct hw__filter *filled = &filters[0];

static const void *pins[MAX_PINS];
static uint32_t pinCount;

static uint32_t bitsOf(const struct hw__filter *f) { return FIRST_BITS + (uint32_t)(f - filters); }

static void set(uint64_t word, uint32_t bit, uint32_t times) {
    uint8_t *count = &counts[word * 64 + bit];
    if (*count == 0) __atomic_fetch_or(&filled->words[word], UINT64_C(1) << bit, __ATOMIC_RELAXED);
    *count = *count + times < MANY ? (uint8_t)(*count + times) : MANY;
}

static void unset(uint64_t word, uint32_t bit) {
    uint8_t *count = &counts[word * 64 + bit];
    if (*count == MANY || --*count > 0) return;
    __atomic_fetch_and(&filled->words[word], ~(UINT64_C(1) << bit), __ATOMIC_RELAXED);
}

static void setBoth(uint64_t address, uint32_t times) {
    uint64_t word = hw__filter_word(filled, address);
    set(word, hw__filter_first(address), times);
    set(word, hw__filter_second(address), times);
}

void hw__filter_add(uint64_t address) { setBoth(address, 1); }

void hw__filter_remove(uint64_t address) {
    uint64_t word = hw__filter_word(filled, address);
    unset(word, hw__filter_first(address));
    unset(word, hw__filter_second(address));
}

static void setPins(void) {
    for (uint32_t i = 0; i < pinCount; i++) setBoth((uint64_t)(uintptr_t)pins[i], MANY);
}

void hw__filter_pin(const void *p) {
    if (pinCount < MAX_PINS) pins[pinCount++] = p;
    setBoth((uint64_t)(uintptr_t)p, MANY);
}

static void giveCounts(void) {
    if (counts != firstCounts) hw__os_give(counts, (size_t)1 << bitsOf(filled));
}

int hw__filter_next(void) {
    struct hw__filter *next = filled + 1;
    uint32_t bits = bitsOf(next);
    if (bits > LAST_BITS) return 0;
    if (next->words == NULL) next->words = hw__os_take((size_t)1 << (bits - 3));
    uint8_t *fresh = next->words == NULL ? NULL : hw__os_take((size_t)1 << bits);
    if (fresh == NULL) return 0;
    giveCounts();
    next->shift = 64 - (bits - LINE_BITS);
    counts = fresh;
    filled = next;
    setPins();
    return 1;
}

void hw__filter_publish(void) { __atomic_store_n(&hw__filter_now, filled, __ATOMIC_RELEASE); }

void hw__filter_clear(void) {
    giveCounts();
    counts = firstCounts;
    filled = &filters[0];
    memset(firstWords, 0, sizeof firstWords);
    memset(firstCounts, 0, sizeof firstCounts);
    hw__filter_publish();
    for (uint32_t i = 1; i < sizeof filters / sizeof filters[0]; i++) {
        if (filters[i].words != NULL) hw__os_give(filters[i].words, (size_t)1 << (bitsOf(&filters[i]) - 3));
        filters[i].words = NULL;
    }
    setPins();
}
