/* pace.h: the time that the program had, by which what looks may cost is reckoned. */
#ifndef HW_PACE_H
#define HW_PACE_H
#include <stdint.h>

/* All under the lock. */
void hw__pace_tick(uint64_t now);
uint64_t hw__pace(void); /* ns since the file was begun, as of some milliseconds ago */
void hw__pace_clear(void);
#endif
