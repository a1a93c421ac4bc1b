/* failed.c: requests for memory that came to nothing. What follows is a MemoryError as a rule, and what bounded the process
 * then is known only inside: a program sets limits of its own (resource.setrlimit), and takes them back. */
#include "events.h"
#include "os.h"
#include "stacks.h"
#include "writer.h"
#include <errno.h>

#define MS UINT64_C(1000000)
#define MOST_AT_ONCE 16u    /* a program may ask until it gets something: after so many ... */
#define PERIOD (100 * MS)   /* ... one in so long */

static uint64_t last, many; /* written; under the lock */

static int isLeftOut(uint64_t now) { return many >= MOST_AT_ONCE && now - last < PERIOD; }

static void write(uint64_t now, uint64_t bytes, uint32_t flag) {
    struct hw__statm s = {0};
    struct hw__bounds bounds;
    hw__os_statm(&s);
    hw__os_bounds(&bounds);
    struct hw_failed record = {
        .time = now,
        .bytes = bytes,
        .virtual_bytes = s.virtual_bytes,
        .resident_bytes = s.resident_bytes,
        .data_bytes = s.data_bytes,
        .virtual_limit = bounds.address_space,
        .data_limit = bounds.data,
        .stack = hw__stacks_now(),
    };
    hw__writer_put(HW_FAILED, flag, &record, sizeof record, HW_CLASS_KEPT);
}

HW_COLD void hw__on_failed(uint64_t bytes, uint32_t flag) {
    struct hw__thread *self = &hw__self;
    int kept;
    uint64_t now;
    if (bytes == 0 || hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (kept != EINVAL && hw__events_begin(self, &now)) { /* an alignment that is none is no lack of memory */
        if (self->python && flag != HW_PYTHON) flag = HW_BIG_PYTHON;
        if (hw__writer_is_full())
            hw__writer_drop();
        else if (!isLeftOut(now)) {
            write(now, bytes, flag);
            last = now;
            many++;
        }
        hw__unlock();
    }
    hw__leave(self, kept);
}
