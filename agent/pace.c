/* pace.c: how much time the program had so far. */
#include "pace.h"
#include "os.h"

#define PERIOD UINT64_C(4000000) /* the CPU time of a process is dear to ask for: 1 us with the caches cold */

static uint64_t paced, headStart;
static struct hw__had before;

void hw__pace_begin(uint64_t head_start) { paced = headStart = head_start; }

void hw__pace_clear(void) {
    paced = headStart;
    before = (struct hw__had){0, 0};
}

void hw__pace_tick(uint64_t now) {
    if (now - before.last >= PERIOD) paced += hw__had_since(&before, now, hw__os_now_worked_by_all());
}

uint64_t hw__pace(void) { return paced; }
