/* allowance.h: how often something small may be done that is worth doing each time: of the time that the program had, one part in so
 * many, and something to begin with. */
#ifndef HW_ALLOWANCE_H
#define HW_ALLOWANCE_H
#include "pace.h"

struct hw__allowance {
    uint64_t spent; /* ns */
};

/* 1: it may be done, and is paid for. */
static inline int hw__allowance_take(struct hw__allowance *a, uint64_t cost, uint64_t credit, uint64_t share) {
    if (a->spent + cost > credit + hw__pace() / share) return 0;
    a->spent += cost;
    return 1;
}
#endif
