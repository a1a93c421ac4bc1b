/* hooks_malloc.c: the interposed malloc family. The fast path is the real call, one
 * subtraction and one branch; free() looks at one bit of the filter. Calls that come before
 * the real functions are known (the search for them allocates) are served from a small
 * buffer that is never freed; the filter is made to stop each of its blocks. */
#define _GNU_SOURCE
#include "hooks_malloc.h"
#include "allocators.h"
#include "detours.h"
#include "events.h"
#include "heap.h"
#include "nested.h"
#include "thread_end.h"
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BOOTSTRAP_BYTES 16384u

static void *bootMalloc(size_t n);
static void *bootCalloc(size_t count, size_t each);
static void *bootRealloc(void *p, size_t n);
static void bootFree(void *p);
static void *bootMemalign(size_t align, size_t n);
static int bootPosixMemalign(void **to, size_t align, size_t n);

static struct hw__malloc_family real = {.malloc = bootMalloc,
                                        .calloc = bootCalloc,
                                        .realloc = bootRealloc,
                                        .free = bootFree,
                                        .memalign = bootMemalign,
                                        .aligned_alloc = bootMemalign,
                                        .posix_memalign = bootPosixMemalign};

/* Another allocator comes before ours, so that we only see calls that it has no function for.
 * They must go on as they would without us: the blocks are its own. */
static int isForeign;

static char bootstrap[BOOTSTRAP_BYTES] __attribute__((aligned(16)));
static size_t bootstrapUsed;
static int isResolving;

int hw__is_bootstrap(const void *p) {
    return (const char *)p >= bootstrap && (const char *)p < bootstrap + sizeof bootstrap;
}

/* Each block is preceded by its size. */
static void *bootTake(size_t n, size_t align) {
    size_t at = (bootstrapUsed + 16 + align - 1) & ~(align - 1);
    if (n > sizeof bootstrap || at + n > sizeof bootstrap) {
        errno = ENOMEM;
        return NULL;
    }
    memcpy(bootstrap + at - 8, &n, sizeof n);
    bootstrapUsed = (at + n + 15) & ~(size_t)15;
    hw__filter_pin(bootstrap + at);
    return bootstrap + at;
}

static size_t bootSize(const void *p) {
    size_t n;
    memcpy(&n, (const char *)p - 8, sizeof n);
    return n;
}

/* By a pointer that the compiler must take as it finds it: dlsym is declared as one that never calls back into this file. It
 * does, where it allocates, and where a function has to be chosen by code of its library. */
static void *(*volatile lookUp)(void *, const char *) = dlsym;

static void *next(const char *name) { return lookUp(RTLD_NEXT, name); }

#define FIND(member, name)                                          \
    do {                                                            \
        void *found = next(name);                                   \
        if (found != NULL) memcpy(&real.member, &found, sizeof found); \
    } while (0)

void hw__malloc_resolve(void) {
    if (isResolving || real.malloc != bootMalloc) return;
    isResolving = 1;
    FIND(calloc, "calloc");
    FIND(realloc, "realloc");
    FIND(free, "free");
    FIND(memalign, "memalign");
    FIND(aligned_alloc, "aligned_alloc");
    FIND(posix_memalign, "posix_memalign");
    FIND(usable, "malloc_usable_size");
    FIND(malloc, "malloc");
    isResolving = 0;
    if (real.malloc == bootMalloc) return;
    hw__thread_end_begin();
    hw__heap_begin(real.malloc, real.free, real.usable);
}

void hw__malloc_count_once(void) {
    if (!hw__heap_has_heads()) hw__nested_quieten(&real); /* glibc's functions do not call one another by name */
}

static void *bootMalloc(size_t n) {
    hw__malloc_resolve();
    return real.malloc == bootMalloc ? bootTake(n, 16) : real.malloc(n);
}

static void *bootCalloc(size_t count, size_t each) {
    hw__malloc_resolve();
    if (real.calloc != bootCalloc) return real.calloc(count, each);
    if (each != 0 && count > BOOTSTRAP_BYTES / each) return NULL;
    return bootTake(count * each, 16); /* static memory: zeroed already */
}

static void *bootRealloc(void *p, size_t n) {
    hw__malloc_resolve();
    if (real.realloc != bootRealloc) return real.realloc(p, n);
    void *q = bootTake(n, 16);
    if (q != NULL && p != NULL) memmove(q, p, bootSize(p) < n ? bootSize(p) : n);
    return q;
}

static void bootFree(void *p) {
    hw__malloc_resolve();
    if (real.free != bootFree && !hw__is_bootstrap(p)) real.free(p);
}

static void *bootMemalign(size_t align, size_t n) {
    hw__malloc_resolve();
    return real.memalign != bootMemalign ? real.memalign(align, n) : bootTake(n, align < 16 ? 16 : align);
}

static int bootPosixMemalign(void **to, size_t align, size_t n) {
    hw__malloc_resolve();
    if (real.posix_memalign != bootPosixMemalign) return real.posix_memalign(to, align, n);
    *to = bootTake(n, align < 16 ? 16 : align);
    return *to == NULL ? ENOMEM : 0;
}

static HW_COLD void *failed(size_t n, uint32_t flag) {
    hw__on_failed(n, flag);
    return NULL;
}

/* The same, where it was charged before. */
static HW_COLD void *failedCharged(struct hw__thread *self, size_t n, uint32_t flag) {
    self->left += (int64_t)n;
    return failed(n, flag);
}

static inline void *charged(void *p, size_t n, uint32_t flag) {
    struct hw__thread *self = &hw__self;
    if (HW_UNLIKELY(p == NULL)) return failed(n, flag);
    hw__heap_born(self, p);
    if (HW_UNLIKELY((self->left -= (int64_t)n) < 0)) return hw__on_allocated(p, n, flag);
    return p;
}

static inline void *fromBeneath(size_t n, uint32_t flag) { return flag == HW_CALLOC ? real.calloc(1, n) : real.malloc(n); }

/* The request is under way: nothing of it is sampled here. The bytes that are really wanted: pymalloc was asked for more, and
 * whoever stands between it and us may want some for itself. */
static size_t endDetour(struct hw__thread *self, size_t n) {
    self->left = self->detour == HW_DETOUR_ALL ? 0 : HW_FAR;
    if (self->detour == HW_DETOUR_ALL) return n;
    self->detour = HW_DETOUR_NONE;
    return n < HW_DIVERTED_BYTES ? n : n - HW_DIVERTED_BYTES + (self->detour_bytes > 0 ? self->detour_bytes : 1);
}

/* A slot, if there is one. */
static void *detoured(struct hw__thread *self, size_t n, uint32_t flag) {
    n = endDetour(self, n);
    void *p = n <= HW_DETOUR_BYTES ? hw__detour_take() : NULL;
    if (p != NULL) return flag == HW_CALLOC ? memset(p, 0, n) : p;
    p = fromBeneath(n, flag);
    if (p == NULL) return failed(n, HW_PYTHON);
    hw__heap_born(self, p);
    return p;
}

/* The countdown has run out. */
static HW_COLD void *takeSlowly(struct hw__thread *self, size_t n, uint32_t flag) {
    if (self->detour != HW_DETOUR_NONE) return detoured(self, n, flag);
    if (self->probe == HW_PROBE_MALLOC) {
        self->probe = HW_PROBE_SEEN;
        return NULL;
    }
    void *p = fromBeneath(n, flag);
    if (p == NULL) return failedCharged(self, n, flag);
    hw__heap_born(self, p);
    return hw__on_allocated(p, n, flag);
}

static inline void *doMalloc(size_t n) {
    struct hw__thread *self = &hw__self;
    if (HW_UNLIKELY((self->left -= (int64_t)n) < 0)) return takeSlowly(self, n, HW_MALLOC);
    void *p = real.malloc(n);
    if (HW_UNLIKELY(p == NULL)) return failedCharged(self, n, HW_MALLOC);
    hw__heap_born(self, p);
    return p;
}

HW_EXPORT void *malloc(size_t n) { return doMalloc(n); }

HW_EXPORT void *calloc(size_t count, size_t each) {
    struct hw__thread *self = &hw__self;
    size_t n;
    if (HW_UNLIKELY(__builtin_mul_overflow(count, each, &n))) return real.calloc(count, each);
    if (HW_UNLIKELY((self->left -= (int64_t)n) < 0)) return takeSlowly(self, n, HW_CALLOC);
    void *p = real.calloc(count, each);
    if (HW_UNLIKELY(p == NULL)) return failedCharged(self, n, HW_CALLOC);
    hw__heap_born(self, p);
    return p;
}

static HW_COLD void freeKnown(void *p) {
    struct hw__live live;
    if (hw__is_bootstrap(p)) return;
    hw__on_freed(p, 0, &live);
    if (hw__is_detour(p))
        hw__detour_give(p);
    else {
        hw__heap_died(&hw__self, p);
        real.free(p);
    }
    hw__gone();
}

/* Does its end concern us? */
static inline int isKnown(const void *p) { return hw__filter_has(p) || hw__is_detour(p); }

static inline void doFree(void *p) {
    if (HW_UNLIKELY(p == NULL)) return;
    if (HW_UNLIKELY(isKnown(p))) {
        freeKnown(p);
        return;
    }
    hw__heap_died(&hw__self, p);
    real.free(p);
}

HW_EXPORT void free(void *p) { doFree(p); }

static HW_COLD void *reallocBootstrap(void *p, size_t n) {
    void *q = doMalloc(n);
    if (q != NULL) memcpy(q, p, bootSize(p) < n ? bootSize(p) : n);
    return q;
}

/* Its size as requested is no longer known where it was sampled; what it stands for is. */
static void beginAgain(void *p, const struct hw__live *live) {
    struct hw__sample sample = {live->weight, live->is_exact ? 0 : (uint32_t)hw__sampler_mean()};
    size_t bytes = live->is_exact ? live->weight : real.usable != NULL ? real.usable(p) : 1;
    hw__record_allocated(&hw__self, p, bytes, sample, HW_MALLOC | HW_FROM_REALLOC);
}

/* The old block's size must be asked before the call; a size of zero frees it, and what fails changes nothing. */
static inline void *reallocCounted(void *p, size_t n) {
    int64_t before = HW_LIKELY(hw__heap_is_counted) ? hw__heap_size(p) : 0;
    void *q = real.realloc(p, n);
    if (HW_LIKELY(q != NULL || n == 0)) hw__heap_change(&hw__self, -before);
    return q;
}

/* Into a block of malloc's, where it grows out of the slot. */
static void *reallocDetour(void *p, size_t n) {
    if (n > 0 && n <= HW_DETOUR_BYTES) {
        hw__detour_holds(p, n);
        return p;
    }
    void *q = n == 0 ? NULL : real.malloc(n);
    if (q != NULL) memcpy(q, p, HW_DETOUR_BYTES);
    if (q != NULL || n == 0) hw__detour_give(p);
    return q;
}

/* The old block's end is recorded before the call, for by its return another thread may
 * already hold the address. Where nothing came of it, the old block begins again. */
static HW_COLD void *reallocKnown(void *p, size_t n) {
    struct hw__live live;
    int was_there = hw__on_freed(p, HW_FROM_REALLOC, &live);
    void *q = hw__is_detour(p) ? reallocDetour(p, n) : reallocCounted(p, n);
    if (q == NULL) {
        if (was_there && n != 0) beginAgain(p, &live);
        hw__on_failed(n, HW_MALLOC | HW_FROM_REALLOC);
    } else if (!hw__is_detour(q))
        charged(q, n, HW_MALLOC | HW_FROM_REALLOC);
    else if ((hw__self.left -= (int64_t)n) < 0)
        hw__on_allocated(q, n, HW_MALLOC | HW_FROM_REALLOC);
    hw__gone();
    return q;
}

static inline void *doRealloc(void *p, size_t n) {
    if (p == NULL) return doMalloc(n);
    if (HW_UNLIKELY(hw__self.detour != HW_DETOUR_NONE)) n = endDetour(&hw__self, n);
    if (HW_UNLIKELY(isKnown(p))) return hw__is_bootstrap(p) ? reallocBootstrap(p, n) : reallocKnown(p, n);
    return charged(reallocCounted(p, n), n, HW_MALLOC | HW_FROM_REALLOC);
}

HW_EXPORT void *realloc(void *p, size_t n) { return doRealloc(p, n); }

HW_EXPORT void *reallocarray(void *p, size_t count, size_t each) {
    size_t n;
    if (HW_UNLIKELY(isForeign && real.reallocarray != NULL)) return real.reallocarray(p, count, each);
    if (__builtin_mul_overflow(count, each, &n)) {
        errno = ENOMEM;
        return NULL;
    }
    return doRealloc(p, n);
}

HW_EXPORT int posix_memalign(void **to, size_t align, size_t n) {
    int error = real.posix_memalign(to, align, n);
    if (error == 0)
        charged(*to, n, HW_MALLOC);
    else if (error == ENOMEM)
        hw__on_failed(n, HW_MALLOC);
    return error;
}

HW_EXPORT void *aligned_alloc(size_t align, size_t n) { return charged(real.aligned_alloc(align, n), n, HW_MALLOC); }
HW_EXPORT void *memalign(size_t align, size_t n) { return charged(real.memalign(align, n), n, HW_MALLOC); }

static size_t page(void) { return (size_t)sysconf(_SC_PAGESIZE); }

HW_EXPORT void *valloc(size_t n) {
    if (HW_UNLIKELY(isForeign && real.valloc != NULL)) return real.valloc(n);
    return charged(real.memalign(page(), n), n, HW_MALLOC);
}

HW_EXPORT void *pvalloc(size_t n) {
    size_t whole;
    if (HW_UNLIKELY(isForeign && real.pvalloc != NULL)) return real.pvalloc(n);
    if (__builtin_add_overflow(n, page() - 1, &whole)) {
        errno = ENOMEM;
        return NULL;
    }
    whole &= ~(page() - 1);
    return charged(real.memalign(page(), whole), whole, HW_MALLOC);
}

/* C23's sized frees, where the C library has them or a program brings its own headers. */
HW_EXPORT void free_sized(void *p, size_t n) {
    if (HW_UNLIKELY(isForeign && real.free_sized != NULL))
        real.free_sized(p, n);
    else
        doFree(p);
}

HW_EXPORT void free_aligned_sized(void *p, size_t align, size_t n) {
    if (HW_UNLIKELY(isForeign && real.free_aligned_sized != NULL))
        real.free_aligned_sized(p, align, n);
    else
        doFree(p);
}

const void *hw__malloc_beneath(void) {
    const void *address;
    memcpy(&address, &real.malloc, sizeof address);
    return address;
}

/* Asked by calling it, for addresses do not tell (hw__allocators_first). */
const char *hw__malloc_foreign(void) {
    struct hw__thread *self = &hw__self;
    void *(*volatile first)(size_t) = malloc;
    self->left = 0;
    self->probe = HW_PROBE_MALLOC;
    first(1); /* which our hook refuses: nothing is left of it in malloc's lists */
    int is_ours = self->probe == HW_PROBE_SEEN;
    self->probe = HW_PROBE_NONE;
    if (is_ours) return NULL;
    FIND(reallocarray, "reallocarray");
    FIND(valloc, "valloc");
    FIND(pvalloc, "pvalloc");
    FIND(free_sized, "free_sized");
    FIND(free_aligned_sized, "free_aligned_sized");
    isForeign = 1;
    const char *name = hw__allocators_first();
    return name != NULL ? name : "the program itself";
}
