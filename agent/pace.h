/* pace.h: the time that the program had, by which what looks may cost is reckoned. */
#ifndef HW_PACE_H
#define HW_PACE_H
#include <stdint.h>

struct hw__had {
    uint64_t last, worked; /* when it was asked last, 0 = not yet, and the CPU time then */
};

/* Since it was asked last: the lesser of the time that passed and the CPU time of all threads. A program that waits, or that others keep
 * waiting, would pay twice for what is done by the clock; one with many threads runs no faster for it under our lock. */
static inline uint64_t hw__had_since(struct hw__had *before, uint64_t now, uint64_t worked) {
    uint64_t wall = before->last == 0 ? 0 : now - before->last;
    uint64_t work = worked > before->worked ? worked - before->worked : 0; /* a forked child begins at nothing */
    *before = (struct hw__had){now, worked};
    return wall < work ? wall : work;
}

/* As if the program had run for so many ns already: tests of figures must not hang on how fast a machine is. */
void hw__pace_begin(uint64_t head_start);

/* All under the lock. */
void hw__pace_tick(uint64_t now);
uint64_t hw__pace(void); /* ns since the file was begun, as of some milliseconds ago */
void hw__pace_clear(void);
#endif
