/* occasion.h: why memory is looked at. Occasions have purses of CPU time of their own with whoever looks, so that hundreds
 * of small peaks while libraries are imported leave something for the large one after them. */
#ifndef HW_OCCASION_H
#define HW_OCCASION_H
#include "os.h"
#include "pace.h"

enum hw__occasion {
    HW_RISING, /* it rises, and the peak may be still to come */
    HW_PEAK,   /* something is freed while it stands at a maximum */
    HW_TURN,   /* it has risen, and goes down */
    HW_EDGE,   /* a large part of it is */
    HW_END,    /* the process ends */
    HW_OCCASIONS
};

struct hw__purses {
    uint64_t spent[HW_OCCASIONS];
};

/* A maximum at which something is freed may be one of hundreds while memory rises. */
static inline enum hw__occasion hw__purse_of(enum hw__occasion occasion) { return occasion == HW_PEAK ? HW_RISING : occasion; }

#define HW_TIME_SHARE 1000u /* what comes into each purse: one part in so many of the time that the program had */

/* CPU time (ns) that may go, of what has come in since and a credit. */
static inline uint64_t hw__purses_left(const struct hw__purses *p, enum hw__occasion occasion, uint64_t credit) {
    uint64_t in = credit + hw__pace() / HW_TIME_SHARE, spent = p->spent[hw__purse_of(occasion)];
    return in > spent ? in - spent : 0;
}

static inline int hw__purses_allow(const struct hw__purses *p, enum hw__occasion occasion, uint64_t cost, uint64_t credit) {
    return cost <= hw__purses_left(p, occasion, credit);
}

/* Takes what was used since `start` (hw__os_now_worked), and says how much that was. */
static inline uint64_t hw__purses_charge(struct hw__purses *p, enum hw__occasion occasion, uint64_t start) {
    uint64_t took = hw__os_now_worked() - start;
    p->spent[hw__purse_of(occasion)] += took;
    return took;
}
#endif
