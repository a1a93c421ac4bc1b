/* events.c: turns what the hooks saw into records. Everything here runs with the thread's
 * flag up and, from hw__lock to hw__unlock, alone; times are read under the lock, so they
 * never run backwards in the file. */
#include "events.h"
#include "fork.h"
#include "os.h"
#include "python_verify.h"
#include "residency.h"
#include "stacks.h"
#include "writer.h"
#include <string.h>

#define ZEROED 0x100u /* in a flag, but not in the stream: the block was asked for with calloc */

static uint32_t lastThread, threadImage;
static uint32_t quarterSeen;

static void writeThread(struct hw__thread *self, uint64_t now) {
    struct {
        struct hw_thread thread;
        char name[32];
    } record;
    memset(&record, 0, sizeof record);
    if (threadImage != hw__image) lastThread = 0;
    threadImage = hw__image;
    self->image = hw__image;
    self->index = ++lastThread;
    record.thread.time = now;
    record.thread.tid = hw__os_tid();
    record.thread.name_bytes = (uint16_t)hw__os_thread_name(record.name);
    size_t size = (sizeof record.thread + record.thread.name_bytes + 7) & ~(size_t)7;
    hw__writer_thread(self->index);
    hw__writer_put(HW_THREAD, 0, &record, size, HW_CLASS_NAME);
}

static void meanChanged(uint64_t now) {
    struct hw_mean record = {.time = now, .mean = hw__sampler_mean()};
    hw__writer_put(HW_MEAN, 0, &record, sizeof record, HW_CLASS_KEPT);
    hw__writer_header()->mean = hw__sampler_mean();
}

int hw__events_begin(struct hw__thread *self, uint64_t *now) {
    if (HW_UNLIKELY(*hw__fork_mark == 0)) hw__fork_unseen();
    if (!hw__lock()) return 0;
    if (hw__mode_now() != HW_ACTIVE || !hw__writer_open()) {
        if (hw__mode_now() == HW_ACTIVE) __atomic_store_n(&hw__mode, HW_PASSIVE, __ATOMIC_RELAXED);
        hw__unlock();
        return 0;
    }
    *now = hw__os_now();
    if (self->image != hw__image) writeThread(self, *now);
    hw__writer_thread(self->index);
    return 1;
}

/* A deep stack is dear: it counts as so many samples. Mappings come at any mean and cost nothing here. */
static void slowDown(uint64_t now, uint32_t cost) {
    int is_other = hw__sampler_count(cost) && hw__sampler_settle(now, hw__os_now_worked_by_all());
    if (is_other || hw__sampler_crowd(hw__table_count())) meanChanged(now);
    uint32_t quarter = hw__writer_quarter();
    if (quarter <= quarterSeen) {
        quarterSeen = quarter;
        return;
    }
    quarterSeen = quarter;
    if (quarter < 4 && hw__sampler_double()) meanChanged(now);
}

static int isMapping(uint32_t domain) { return domain == HW_MMAP || domain == HW_MMAP_SHARED; }

static void writeAlloc(uint64_t now, const void *p, size_t bytes, struct hw__sample sample, uint32_t flag, uint32_t stack) {
    struct hw_alloc record = {
        .time = now,
        .address = (uint64_t)(uintptr_t)p,
        .bytes = bytes,
        .weight = sample.weight,
        .stack = stack,
        .mean = sample.mean,
    };
    hw__writer_put(HW_ALLOC, flag, &record, sizeof record, HW_CLASS_SAMPLE);
    if (sample.mean == 0 && (flag & HW_DOMAIN_MASK) != HW_MMAP_FILE)
        hw__residency_allocated(record.address, bytes, isMapping(flag & HW_DOMAIN_MASK));
}

void hw__events_mapping(uint64_t now, uint64_t from, uint64_t bytes, uint32_t flag, uint32_t stack) {
    struct hw__sample exact = {bytes, 0};
    writeAlloc(now, (const void *)(uintptr_t)from, bytes, exact, flag, stack);
    slowDown(now, 0);
}

static uint32_t traitsOf(struct hw__sample sample, uint32_t flag) {
    return (sample.mean == 0 ? HW_EXACT : 0) | (flag & ZEROED ? HW_ZEROED : 0);
}

static void writeFree(uint64_t now, const void *p, uint32_t flag) {
    struct hw_free record = {.time = now, .address = (uint64_t)(uintptr_t)p};
    hw__writer_put(HW_FREE, flag, &record, sizeof record, HW_CLASS_SAMPLE);
}

void hw__record_allocated(struct hw__thread *self, void *p, size_t bytes, struct hw__sample sample, uint32_t flag) {
    int kept;
    uint64_t now;
    struct hw__live stale;
    if (!hw__enter(self, &kept)) return;
    if (hw__events_begin(self, &now)) {
        hw__snapshot_gone(self); /* the block that this one takes the place of */
        uint32_t stack = hw__writer_is_full() ? HW_STACK_NOT_TAKEN : hw__stacks_now();
        /* A death that could not be recorded (a signal handler's) shows now. */
        if (hw__table_remove(p, &stale)) writeFree(now, p, 0);
        if (hw__writer_is_full() || !hw__table_add(p, bytes, sample.weight, traitsOf(sample, flag)))
            hw__writer_drop();
        else
            writeAlloc(now, p, bytes, sample, flag, stack);
        uint32_t cost = stack == HW_STACK_NOT_TAKEN ? 1 : hw__stacks_cost();
        hw__snapshot_allocated(now, sample.weight, stack);
        slowDown(now, cost);
        hw__unlock();
        hw__verify_soon();
    }
    hw__leave(self, kept);
}

HW_COLD void *hw__on_allocated(void *p, size_t bytes, uint32_t flag) {
    struct hw__thread *self = &hw__self;
    uint32_t mode = hw__mode_now();
    if (p == NULL || self->busy || mode == HW_UNDECIDED) {
        self->left += (int64_t)bytes;
        if (self->busy && p != NULL) hw__writer_drop();
        return p;
    }
    if (mode != HW_ACTIVE) {
        self->left = HW_FAR;
        return p;
    }
    struct hw__sample sample = hw__sampler_take(self, bytes);
    if (sample.weight == 0) return p;
    if ((flag & HW_DOMAIN_MASK) == HW_CALLOC) flag |= ZEROED;
    if (self->python) flag = (flag & ~HW_DOMAIN_MASK) | HW_BIG_PYTHON;
    hw__record_allocated(self, p, bytes, sample, flag);
    return p;
}

static int removeAndWrite(const void *p, uint32_t flag, uint64_t now, struct hw__live *live) {
    if (!hw__table_find(p, live)) return 0;
    hw__snapshot_before_free(now, live->weight, live->is_large, flag & HW_FROM_REALLOC ? 0 : live->weight); /* still in the table */
    hw__table_remove(p, live);
    writeFree(now, p, flag);
    return 1;
}

HW_COLD int hw__on_freed(const void *p, uint32_t flag, struct hw__live *live) {
    struct hw__thread *self = &hw__self;
    int kept, was_there = 0;
    uint64_t now;
    if (p == NULL || hw__mode_now() != HW_ACTIVE) return 0;
    if (!hw__enter(self, &kept)) {
        if (self->deferred_count < HW_DEFERRED) self->deferred[self->deferred_count++] = (uintptr_t)p;
        return 0;
    }
    if (hw__writer_is_open() && hw__events_begin(self, &now)) {
        was_there = removeAndWrite(p, flag, now, live);
        if (was_there && live->is_large) hw__snapshot_going(self, live->weight);
        hw__unlock();
    }
    hw__leave(self, kept);
    return was_there;
}

HW_COLD void hw__record_deferred(struct hw__thread *self) {
    struct hw__live live;
    uint64_t now;
    if (hw__events_begin(self, &now)) {
        while (self->deferred_count > 0)
            removeAndWrite((const void *)self->deferred[--self->deferred_count], 0, now, &live);
        hw__unlock();
    }
    self->deferred_count = 0;
}

static void writeExit(uint64_t now) {
    struct hw__usage u;
    hw__os_usage(&u);
    struct hw_exit record = {
        .time = now,
        .hwm_bytes = hw__writer_header()->hwm_bytes,
        .user_us = u.user_us,
        .system_us = u.system_us,
        .minor_faults = u.minor_faults,
        .major_faults = u.major_faults,
    };
    hw__writer_put(HW_EXIT, 0, &record, sizeof record, HW_CLASS_LAST);
}

/* Another thread may hold the lock while the program ends: it will let go within
 * microseconds, or it was killed in there and never will. */
static int lockPatiently(void) {
    for (uint64_t end = hw__os_now() + 50000000u; hw__os_now() < end;)
        if (hw__try_lock()) return 1;
    return 0;
}

/* A child of vfork runs here too, in its parent's memory: only the owner of the file may
 * close it. */
static int isOurFile(void) {
    const struct hw_header *header = hw__writer_header();
    return header != NULL && header->pid == hw__os_pid();
}

/* A forked child of which nothing was sampled has no file yet: its end, and how high it stood, are worth one. */
static int isOurEnd(int is_exec) {
    if (hw__writer_header() != NULL) return isOurFile();
    return !is_exec && hw__fork_pid() == hw__os_pid();
}

void hw__on_ending(int is_exec) {
    struct hw__thread *self = &hw__self;
    int kept;
    if (hw__mode_now() != HW_ACTIVE || !isOurEnd(is_exec) || !hw__enter(self, &kept)) return;
    if (lockPatiently()) {
        if (hw__mode_now() == HW_ACTIVE && isOurEnd(is_exec) && hw__writer_open()) {
            uint64_t now = hw__os_now();
            hw__writer_thread(self->image == hw__image ? self->index : 0);
            hw__snapshot_last(now);
            if (!is_exec) writeExit(now);
            hw__writer_flag(is_exec ? HW_EXECED : HW_CLEAN_EXIT);
            if (!is_exec) __atomic_store_n(&hw__mode, HW_FINISHED, __ATOMIC_RELAXED);
        }
        hw__unlock();
    }
    hw__leave(self, kept);
}

void hw__on_exec_failed(void) {
    struct hw__thread *self = &hw__self;
    int kept;
    if (hw__mode_now() != HW_ACTIVE || !isOurFile() || !hw__enter_alone(self, &kept)) return;
    if (isOurFile()) hw__writer_unflag(HW_EXECED);
    hw__leave_alone(self, kept);
}
