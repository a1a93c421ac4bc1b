/* ranges.h: the address ranges that the program mapped itself, so that a munmap of a part, or
 * of several, is written only where it concerns one of them; and those that it only reserved. */
#ifndef HW_RANGES_H
#define HW_RANGES_H
#include <stdint.h>

enum hw__range_kind {
    HW_RANGE_NONE,
    HW_RANGE_ANONYMOUS,
    HW_RANGE_FILE,
    HW_RANGE_SHARED,      /* and anonymous */
    HW_RANGE_RESERVED = 4 /* a bit beside one of those: cannot be touched (PROT_NONE), and has no record yet */
};

struct hw__range {
    uint64_t from, bytes;
    enum hw__range_kind kind;
    uint32_t stack; /* of its record */
};

/* All under the lock, if not said otherwise; from and to are page-aligned. */
int hw__ranges_add(uint64_t from, uint64_t to, enum hw__range_kind kind, uint32_t stack); /* 0: no memory */
int hw__ranges_cut(uint64_t from, uint64_t to); /* takes [from, to) out; 1: some of it was recorded */
int hw__ranges_first(uint64_t from, uint64_t to, struct hw__range *first); /* that overlaps, whole; 0: none */
uint64_t hw__ranges_anonymous_bytes(void);
uint64_t hw__ranges_unusable_bytes(void); /* private address space that is only reserved */
int hw__ranges_has_reserved(void); /* any thread, no lock */
int hw__ranges_next_anonymous(uint64_t from, struct hw__range *to); /* the first at or after `from`; 0: no more */
int hw__ranges_tell(uint64_t from, uint64_t resident); /* 1: a range begins there and this is news of it (at first: 0) */
void hw__ranges_forked(void); /* keeps reservations: they hold nothing, and what comes of them is the child's own */
void hw__ranges_clear(void);
int hw__ranges_is_valid(void);
#endif
