/* python_exact.c: the allocators' hooks where every block is to be recorded. Nothing is diverted: small blocks stay where
 * pymalloc puts them, and a hook on free sees their ends. Blocks of over 512 bytes come by malloc's hooks, as always. */
#include "python_exact.h"
#include "events.h"
#include "heap.h"
#include "wire.h"

static hw__py_allocator original;

static int isRecorded(const struct hw__thread *self) { return !self->busy && hw__mode_now() == HW_ACTIVE; }

static void record(struct hw__thread *self, void *p, size_t bytes, uint32_t flag) {
    struct hw__sample sample = {bytes, 0};
    if (p == NULL || bytes == 0 || !isRecorded(self)) return;
    hw__sampler_passed(bytes);
    hw__record_allocated(self, p, bytes, sample, HW_PYTHON | flag);
}

static void end(void *p, uint32_t flag, struct hw__live *live) {
    live->weight = 0;
    if (p != NULL && hw__filter_has(p)) hw__on_freed(p, flag, live);
}

/* Of what is not small, malloc's hooks record the block. A product that overflows is not small. */
static inline void *allocate(void *ctx, size_t count, size_t each, int is_zeroed) {
    struct hw__thread *self = &hw__self;
    size_t bytes;
    int is_small = !__builtin_mul_overflow(count, each, &bytes) && bytes <= HW_SMALL_MOST;
    if (self->probe == HW_PROBE_PYTHON) self->probe = HW_PROBE_SEEN;
    self->python = !is_small;
    void *p = is_zeroed ? original.calloc(ctx, count, each) : original.malloc(ctx, bytes);
    self->python = 0;
    if (is_small) record(self, p, bytes, 0);
    return p;
}

static void *exactMalloc(void *ctx, size_t bytes) { return allocate(ctx, 1, bytes, 0); }
static void *exactCalloc(void *ctx, size_t count, size_t each) { return allocate(ctx, count, each, 1); }

/* The old block's end is recorded before its memory can become another's; if nothing came of it, it begins again. */
static void *exactRealloc(void *ctx, void *old, size_t bytes) {
    struct hw__thread *self = &hw__self;
    struct hw__live was;
    int is_small = bytes <= HW_SMALL_MOST;
    int64_t left = self->left;
    if (old == NULL) return exactMalloc(ctx, bytes);
    end(old, HW_FROM_REALLOC, &was);
    self->python = !is_small;
    if (is_small) self->left = HW_FAR; /* a large block that shrinks stays malloc's: it is recorded here */
    void *p = original.realloc(ctx, old, bytes);
    if (is_small) self->left = left;
    self->python = 0;
    if (p == NULL)
        record(self, old, was.weight, HW_FROM_REALLOC);
    else if (is_small)
        record(self, p, bytes, HW_FROM_REALLOC);
    hw__gone();
    return p;
}

static void exactFree(void *ctx, void *p) {
    struct hw__live was;
    end(p, 0, &was);
    original.free(ctx, p);
    hw__gone();
}

hw__py_allocator hw__exact_hooks(const hw__py_allocator *from) {
    original = *from;
    return (hw__py_allocator){original.ctx, exactMalloc, exactCalloc, exactRealloc, exactFree};
}
