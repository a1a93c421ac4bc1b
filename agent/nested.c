/* nested.c: in musl, calloc and the aligned family ask malloc, or one another, for their memory,
 * by names that are ours: each such block would be charged to the countdown, and counted as born,
 * twice. Where calloc does so, all of them are called with the countdown stopped. */
#include "nested.h"
#include "guard.h"
#include "heap.h"

static struct hw__malloc_family plain;

static int64_t begin(void) {
    int64_t left = hw__self.left;
    hw__self.left = HW_FAR;
    return left;
}

/* What came by a hook of ours meanwhile was counted as born there, and will be once more by whoever called. */
static void *end(int64_t left, void *p) {
    struct hw__thread *self = &hw__self;
    if (self->left != HW_FAR && p != NULL) hw__heap_died(self, p);
    self->left = left;
    return p;
}

static void *quietCalloc(size_t count, size_t each) {
    int64_t left = begin();
    return end(left, plain.calloc(count, each));
}

static void *quietMemalign(size_t align, size_t n) {
    int64_t left = begin();
    return end(left, plain.memalign(align, n));
}

static void *quietAlignedAlloc(size_t align, size_t n) {
    int64_t left = begin();
    return end(left, plain.aligned_alloc(align, n));
}

static int quietPosixMemalign(void **to, size_t align, size_t n) {
    int64_t left = begin();
    int failed = plain.posix_memalign(to, align, n);
    end(left, failed == 0 ? *to : NULL);
    return failed;
}

/* In musl before 1.2.1 it may call malloc and free; then the count is off for good. */
static void *quietRealloc(void *old, size_t n) {
    int64_t left = begin();
    void *p = plain.realloc(old, n);
    if (hw__self.left != HW_FAR) hw__heap_end();
    hw__self.left = left;
    return p;
}

/* Asked by a call that must take the slow way if it comes by our malloc. */
static int isNested(const struct hw__malloc_family *real) {
    struct hw__thread *self = &hw__self;
    int64_t left = self->left;
    self->left = 0;
    self->probe = HW_PROBE_MALLOC;
    void *p = real->calloc(1, 1);
    int is_nested = self->probe == HW_PROBE_SEEN;
    self->probe = HW_PROBE_NONE;
    self->left = left;
    if (is_nested && p != NULL) hw__heap_died(self, p);
    real->free(p);
    return is_nested;
}

void hw__nested_quieten(struct hw__malloc_family *real) {
    if (!isNested(real)) return;
    plain = *real;
    real->calloc = quietCalloc;
    real->realloc = quietRealloc;
    real->memalign = quietMemalign;
    real->aligned_alloc = quietAlignedAlloc;
    real->posix_memalign = quietPosixMemalign;
}
