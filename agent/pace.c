/* pace.c: the lesser of the time that passed and the CPU time of all threads. A program that waits, or that others keep waiting, would
 * pay twice for what is done by the clock; one with many threads runs no faster for it under our lock. */
#include "pace.h"
#include "os.h"

#define PERIOD UINT64_C(4000000) /* the CPU time of a process is dear to ask for: 1 us with the caches cold */

static uint64_t paced, last, lastWorked;

void hw__pace_clear(void) { paced = last = lastWorked = 0; }

void hw__pace_tick(uint64_t now) {
    if (now - last < PERIOD) return;
    uint64_t worked = hw__os_now_worked_by_all();
    uint64_t work = worked > lastWorked ? worked - lastWorked : 0; /* a forked child begins at nothing */
    if (last != 0) paced += work < now - last ? work : now - last;
    last = now;
    lastWorked = worked;
}

uint64_t hw__pace(void) { return paced; }
