/* filter.h: lets free() pass all blocks by that are not recorded. */
#ifndef HW_FILTER_H
#define HW_FILTER_H
#include <stdint.h>

/* Two bits for at least every address in the table. Readers hold no lock.
 *
 *     | line: 64 bytes for a page of 4 KiB | ...      a line: 8 words, of which an address has two bits in one
 *
 * What a program frees one after the other lies near each other as a rule: then its lines are in the cache. */
struct hw__filter {
    uint32_t shift; /* of the hash of a page, to the number of its line */
    uint64_t *words;
};

extern const struct hw__filter *hw__filter_now;

#define HW_HASH UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t hw__filter_hash(uint64_t address) { return (address >> 4) * HW_HASH; }
static inline uint64_t hw__filter_word(const struct hw__filter *f, uint64_t address) {
    return ((address >> 12) * HW_HASH >> f->shift) * 8 + (hw__filter_hash(address) >> 61);
}
static inline uint32_t hw__filter_first(uint64_t address) { return hw__filter_hash(address) >> 55 & 63; }
static inline uint32_t hw__filter_second(uint64_t address) { return hw__filter_hash(address) >> 49 & 63; }

static inline int hw__filter_has(const void *p) {
    const struct hw__filter *f = __atomic_load_n(&hw__filter_now, __ATOMIC_ACQUIRE);
    uint64_t address = (uint64_t)(uintptr_t)p;
    uint64_t word = __atomic_load_n(&f->words[hw__filter_word(f, address)], __ATOMIC_RELAXED);
    return word >> hw__filter_first(address) & word >> hw__filter_second(address) & 1;
}

/* All under the lock. */
void hw__filter_add(uint64_t address);
void hw__filter_remove(uint64_t address); /* that was added */
void hw__filter_pin(const void *p);       /* this address always takes the slow path of free() */
/* 1: what is added from now on goes to another one, of twice the size; readers have the old one until hw__filter_publish. 0: it stays,
 * as it is the largest, or there is no memory for another. */
int hw__filter_next(void);
void hw__filter_publish(void);
void hw__filter_clear(void);
#endif
