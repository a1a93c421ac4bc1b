/* invariants.c: asks every table whether it is whole, once in so many times that the lock is let go, since that takes as long as
 * the tables are large. What does not hold is said, and ends the program: debug builds are for tests. */
#include "invariants.h"

#ifdef HW_DEBUG
#include "arenas.h"
#include "codes.h"
#include "guard.h"
#include "ranges.h"
#include "stacks.h"
#include "table.h"
#include "writer.h"
#include <stdio.h>
#include <stdlib.h>

#define EVERY 199u

static uint32_t turn;

static void must(int is_valid, const char *what) {
    if (is_valid) return;
    dprintf(2, "highwater-agent: %s: an invariant is broken\n", what);
    abort();
}

void hw__invariants_check(void) {
    if (++turn % EVERY != 0 || hw__mode_now() != HW_ACTIVE) return;
    must(hw__table_is_valid(), "live blocks");
    must(hw__ranges_is_valid(), "mapped ranges");
    must(hw__stacks_is_valid(), "stacks");
    must(hw__codes_is_valid(), "code objects");
    must(hw__arenas_is_valid(), "arenas");
    must(hw__writer_is_valid(), "stream");
}
#endif
