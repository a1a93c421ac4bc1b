/* events_mmap.c: turns what was mapped, unmapped, and made usable into records. As in events.c
 * everything runs with the thread's flag up and alone. A reservation is only kept in mind: it
 * is recorded, with the stack of that moment, where it becomes usable. What is made untouchable
 * again stays recorded, for its pages stay, too. */
#include "events.h"
#include "residency.h"
#include "stacks.h"
#include "writer.h"

#define LARGE (UINT64_C(1) << 20)

static enum hw_domain domainOf(enum hw__range_kind kind) {
    return kind == HW_RANGE_FILE ? HW_MMAP_FILE : kind == HW_RANGE_SHARED ? HW_MMAP_SHARED : HW_MMAP;
}

static uint32_t stackNow(const void *caller) { return hw__writer_is_full() ? HW_STACK_NOT_TAKEN : hw__stacks_of_call(caller); }

/* Smaller ones are no buffers of a library, and pages of a file are told by the file. */
static int isTelling(uint64_t bytes, enum hw__range_kind kind) { return bytes >= LARGE && kind != HW_RANGE_FILE; }

/* The part of a range that was cut off is measured again: which pages went is not known. */
static void lookAgain(uint64_t address) {
    struct hw__range r;
    if (hw__ranges_first(address, address + 1, &r)) hw__residency_changed(&r);
}

static void takeOut(uint64_t now, uint64_t from, uint64_t bytes, uint32_t flag) {
    struct hw_unmap record = {.time = now, .address = from, .bytes = bytes};
    if (!hw__ranges_cut(from, from + bytes)) return;
    hw__writer_put(HW_UNMAP, flag, &record, sizeof record, HW_CLASS_SAMPLE);
    lookAgain(from - 1);
    lookAgain(from + bytes);
}

static void putIn(uint64_t now, const struct hw__range *r, uint32_t flag) {
    int is_there = !hw__writer_is_full() && hw__ranges_add(r->from, r->from + r->bytes, r->kind, r->stack);
    if (r->kind & HW_RANGE_RESERVED) return;
    if (is_there)
        hw__events_mapping(now, r->from, r->bytes, domainOf(r->kind) | flag, r->stack);
    else
        hw__writer_drop();
    hw__snapshot_allocated(now, r->bytes, r->stack);
}

HW_COLD void hw__on_mapped(uint64_t from, uint64_t bytes, enum hw__range_kind kind, uint32_t flag, const void *caller) {
    struct hw__thread *self = &hw__self;
    int kept;
    uint64_t now;
    if (hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (hw__events_begin(self, &now)) {
        hw__snapshot_gone(self); /* the range that this one takes the place of */
        struct hw__range range = {from, bytes, kind, kind & HW_RANGE_RESERVED ? 0 : stackNow(isTelling(bytes, kind) ? caller : NULL)};
        takeOut(now, from, bytes, flag);
        putIn(now, &range, flag);
        hw__unlock();
    }
    hw__leave(self, kept);
}

/* A call may concern several reservations, and parts of them. */
HW_COLD void hw__on_usable(uint64_t from, uint64_t bytes, const void *caller) {
    struct hw__thread *self = &hw__self;
    struct hw__range range;
    uint64_t now, end = from + bytes;
    int kept;
    if (!hw__ranges_has_reserved() || hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (hw__events_begin(self, &now)) {
        for (; from < end && hw__ranges_first(from, end, &range); from = range.from + range.bytes) {
            uint64_t to = range.from + range.bytes < end ? range.from + range.bytes : end;
            if (range.from < from) range.from = from;
            range.bytes = to - range.from;
            if (!(range.kind & HW_RANGE_RESERVED)) continue;
            range.kind &= ~(uint32_t)HW_RANGE_RESERVED;
            range.stack = stackNow(isTelling(range.bytes, range.kind) ? caller : NULL);
            putIn(now, &range, 0);
        }
        hw__unlock();
    }
    hw__leave(self, kept);
}

static void list(uint64_t from, uint64_t end, struct hw__gone *gone) {
    struct hw__range *r = gone->parts;
    for (; gone->count < HW_MOST_PARTS && from < end && hw__ranges_first(from, end, r); gone->count++, r++) {
        uint64_t to = r->from + r->bytes < end ? r->from + r->bytes : end;
        if (r->from < from) r->from = from;
        r->bytes = to - r->from;
        from = to;
    }
}

HW_COLD void hw__on_unmapping(uint64_t from, uint64_t bytes, uint32_t flag, struct hw__gone *gone) {
    struct hw__thread *self = &hw__self;
    int kept;
    uint64_t now;
    gone->count = 0;
    if (hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (hw__writer_is_open() && hw__events_begin(self, &now)) {
        if (bytes >= LARGE) hw__snapshot_before_free(now, bytes, 1, 0);
        list(from, from + bytes, gone);
        takeOut(now, from, bytes, flag);
        if (bytes >= LARGE) hw__snapshot_going(self, bytes);
        hw__unlock();
    }
    hw__leave(self, kept);
}

HW_COLD void hw__on_not_unmapped(const struct hw__gone *gone, uint32_t flag) {
    struct hw__thread *self = &hw__self;
    int kept;
    uint64_t now;
    if (gone->count == 0 || hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (hw__events_begin(self, &now)) {
        for (uint32_t i = 0; i < gone->count; i++) putIn(now, &gone->parts[i], flag);
        hw__unlock();
    }
    hw__leave(self, kept);
}

HW_COLD enum hw__range_kind hw__on_asking(uint64_t from) {
    struct hw__thread *self = &hw__self;
    struct hw__range range = {.kind = HW_RANGE_NONE};
    int kept;
    if (hw__mode_now() != HW_ACTIVE || !hw__enter_alone(self, &kept)) return HW_RANGE_NONE;
    if (!hw__ranges_first(from, from + 1, &range)) range.kind = HW_RANGE_NONE;
    hw__leave_alone(self, kept);
    return range.kind;
}

HW_COLD void hw__on_releasing(uint64_t bytes) {
    struct hw__thread *self = &hw__self;
    int kept;
    uint64_t now;
    if (hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (hw__writer_is_open() && hw__events_begin(self, &now)) {
        hw__snapshot_before_free(now, bytes, bytes >= LARGE, 0);
        hw__unlock();
    }
    hw__leave(self, kept);
}

HW_COLD void hw__on_released(uint64_t from, uint64_t bytes) {
    struct hw__thread *self = &hw__self;
    int kept;
    uint64_t now;
    if (hw__mode_now() != HW_ACTIVE || !hw__enter(self, &kept)) return;
    if (hw__writer_is_open() && hw__events_begin(self, &now)) {
        hw__residency_released(now, from, bytes);
        hw__unlock();
    }
    hw__leave(self, kept);
}
