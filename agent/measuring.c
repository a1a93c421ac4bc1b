/* measuring.c: one block or mapping at a time, in pieces, so that the lock is not held for long. */
#include "measuring.h"
#include "os.h"
#include "os_pages.h"
#include "wire.h"
#include "writer.h"

#define PIECE (UINT64_C(128) << 20) /* that much at once, about 1 ms at worst */

static struct {
    uint64_t address, bytes;
    enum hw__measured kind;
    uint64_t at, end, found; /* progress, by whole pages */
} job;

static uint64_t nowOfPass;
static uint64_t deadline, workedDeadline; /* both must have passed: preempted time is not ours, but dear to ask for */

void hw__measuring_clear(void) { job.end = 0; }
int hw__measuring_is_open(void) { return job.end != 0; }

static void begin(uint64_t address, uint64_t bytes, enum hw__measured kind) {
    uint64_t page = hw__os_page();
    uint64_t from = address & ~(page - 1), end = (address + bytes + page - 1) & ~(page - 1);
    job.address = address;
    job.bytes = bytes;
    job.kind = kind;
    job.at = from;
    job.end = end;
    job.found = 0;
}

/* mincore is the quicker, but it takes the shared page of zeros, which reading an untouched page
 * brings, for memory; so it is asked only of what is written before it is read. */
static uint64_t measurePiece(uint64_t from, uint64_t to) {
    uint64_t found = job.kind == HW_IS_PRIVATE ? UINT64_MAX : hw__os_present(from, to);
    return found == UINT64_MAX && job.kind != HW_IS_SHARED ? hw__os_resident(from, to) : found;
}

/* What a reader takes for granted is not written: all of a block, nothing of a mapping, and
 * what was written before. */
static void tell(uint64_t resident) {
    const void *p = (const void *)(uintptr_t)job.address;
    struct hw_resident record = {.time = nowOfPass, .address = job.address, .bytes = job.bytes, .resident_bytes = resident};
    struct hw__live live;
    if (hw__is_mapping(job.kind) ? !hw__ranges_tell(job.address, resident)
                    : !hw__table_find(p, &live) || (!live.is_partial && resident == job.bytes))
        return;
    if (!hw__is_mapping(job.kind)) hw__table_partial(p, resident < job.bytes);
    hw__writer_put(HW_RESIDENT, 0, &record, sizeof record, HW_CLASS_SAMPLE);
}

static int isTimeUp(void) { return hw__os_now() >= deadline && hw__os_now_worked() >= workedDeadline; }

void hw__measuring_allow(uint64_t now, uint64_t worked, uint64_t hold) {
    nowOfPass = now;
    deadline = now + hold;
    workedDeadline = worked + hold;
}

/* 1 when the job is done; what is known then of `bytes`, UINT64_MAX if the kernel will not say. */
static int advance(uint64_t *resident) {
    while (job.at < job.end) {
        if (isTimeUp()) return 0;
        uint64_t to = job.end - job.at > PIECE ? job.at + PIECE : job.end;
        uint64_t found = measurePiece(job.at, to);
        job.at = to;
        job.found += found;
        if (found != UINT64_MAX) continue;
        job.at = job.end;
        *resident = UINT64_MAX;
        return 1;
    }
    *resident = job.found < job.bytes ? job.found : job.bytes;
    tell(*resident);
    return 1;
}

int hw__measuring_kind(uint64_t from, uint64_t bytes, int is_mapping, enum hw__measured *to) {
    struct hw__range range;
    struct hw__live live;
    if (is_mapping) {
        if (!hw__ranges_next_anonymous(from, &range) || range.from != from || range.bytes != bytes) return 0;
        *to = hw__kind_of_range(&range);
        return 1;
    }
    if (!hw__table_find((const void *)(uintptr_t)from, &live) || live.weight != bytes) return 0;
    *to = hw__kind_of_block(&live);
    return 1;
}

int hw__measuring_resume(void) {
    uint64_t resident;
    enum hw__measured kind;
    int is_there = job.end != 0 && hw__measuring_kind(job.address, job.bytes, hw__is_mapping(job.kind), &kind) && kind == job.kind;
    if (is_there && !advance(&resident)) return 0;
    job.end = 0;
    return 1;
}

int hw__measure(uint64_t from, uint64_t bytes, enum hw__measured kind, uint64_t *resident) {
    begin(from, bytes, kind);
    if (!advance(resident)) return 0;
    job.end = 0;
    return 1;
}
