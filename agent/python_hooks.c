/* python_hooks.c: wraps the allocators of the OBJ and MEM domains. Requests over 512 bytes
 * go to malloc anyhow and are seen there. A small one that is sampled is asked of the
 * original allocator as 513 bytes: then it asks malloc, where our hook has a slot for it
 * (detours.c), and free() sees its end, so that freeing small objects, the most frequent
 * thing Python does, needs no hook at all.
 * Arenas are wrapped only to keep their mappings from being counted beside their objects. */
#include "python_hooks.h"
#include "arenas.h"
#include "detours.h"
#include "events.h"
#include "heap.h"
#include "python_exact.h"
#include "python_runtime.h"
#include "writer.h"
#include <string.h>

static hw__py_allocator original;
static hw__py_arenas originalArenas;
static int isInstalled;

/* 1: this request is to be diverted, and stands for *sample. */
static int decide(struct hw__thread *self, size_t bytes, struct hw__sample *sample) {
    if (self->probe == HW_PROBE_PYTHON) self->probe = HW_PROBE_SEEN;
    uint32_t mode = hw__mode_now();
    if (self->busy || mode == HW_UNDECIDED) {
        self->left += (int64_t)bytes;
        return 0;
    }
    if (mode != HW_ACTIVE) {
        self->left = HW_FAR;
        return 0;
    }
    *sample = hw__sampler_take(self, bytes);
    return sample->weight != 0;
}

/* The inner request must not be charged to the countdown. */
static int64_t pauseCountdown(struct hw__thread *self) {
    int64_t left = self->left;
    self->left = HW_FAR;
    return left;
}

/* The same, and that request is for an object that is sampled. */
static int64_t beginDetour(struct hw__thread *self, size_t bytes) {
    int64_t left = self->left;
    self->left = 0; /* whatever is asked for takes the slow way */
    self->detour = HW_DETOUR_NEXT;
    self->detour_bytes = bytes;
    return left;
}

static void endDetour(struct hw__thread *self, int64_t left, void *p, size_t bytes) {
    self->left = left;
    self->detour = HW_DETOUR_NONE;
    if (p != NULL && hw__is_detour(p)) hw__detour_holds(p, bytes);
}

static HW_COLD void *sampledMalloc(void *ctx, size_t bytes, int is_zeroed) {
    struct hw__thread *self = &hw__self;
    struct hw__sample sample;
    if (!decide(self, bytes, &sample)) return is_zeroed ? original.calloc(ctx, 1, bytes) : original.malloc(ctx, bytes);
    int64_t left = beginDetour(self, bytes);
    void *p = is_zeroed ? original.calloc(ctx, 1, HW_DIVERTED_BYTES) : original.malloc(ctx, HW_DIVERTED_BYTES);
    endDetour(self, left, p, bytes);
    if (p != NULL) hw__record_allocated(self, p, bytes, sample, HW_PYTHON);
    return p;
}

static void *pythonMalloc(void *ctx, size_t bytes) {
    struct hw__thread *self = &hw__self;
    if (HW_LIKELY(bytes <= HW_SMALL_MOST)) {
        if (HW_LIKELY((self->left -= (int64_t)bytes) >= 0)) return original.malloc(ctx, bytes);
        return sampledMalloc(ctx, bytes, 0);
    }
    self->python = 1;
    void *p = original.malloc(ctx, bytes);
    self->python = 0;
    return p;
}

static void *pythonCalloc(void *ctx, size_t count, size_t each) {
    struct hw__thread *self = &hw__self;
    size_t bytes = count * each; /* an overflow gives a product that the original checks again */
    if (HW_LIKELY(count <= HW_SMALL_MOST && each <= HW_SMALL_MOST && bytes <= HW_SMALL_MOST)) {
        if (HW_LIKELY((self->left -= (int64_t)bytes) >= 0)) return original.calloc(ctx, count, each);
        return sampledMalloc(ctx, bytes, 1);
    }
    self->python = 1;
    void *p = original.calloc(ctx, count, each);
    self->python = 0;
    return p;
}

/* A realloc is an end and a beginning: the new size is charged, the old block's record (it
 * then came from malloc) ends in our realloc() beneath. */
static HW_COLD void *sampledRealloc(void *ctx, void *old, size_t bytes) {
    struct hw__thread *self = &hw__self;
    struct hw__sample sample;
    int is_sampled = decide(self, bytes, &sample);
    int64_t left = is_sampled ? beginDetour(self, bytes) : pauseCountdown(self);
    void *p = original.realloc(ctx, old, is_sampled ? HW_DIVERTED_BYTES : bytes);
    endDetour(self, left, p, bytes);
    if (is_sampled && p != NULL) hw__record_allocated(self, p, bytes, sample, HW_PYTHON | HW_FROM_REALLOC);
    return p;
}

static void *pythonRealloc(void *ctx, void *old, size_t bytes) {
    struct hw__thread *self = &hw__self;
    if (HW_LIKELY(bytes <= HW_SMALL_MOST)) {
        if (HW_UNLIKELY((self->left -= (int64_t)bytes) < 0)) return sampledRealloc(ctx, old, bytes);
        int64_t left = pauseCountdown(self);
        void *p = original.realloc(ctx, old, bytes);
        self->left = left;
        return p;
    }
    self->python = 1;
    void *p = original.realloc(ctx, old, bytes);
    self->python = 0;
    return p;
}

/* Under the lock; where this thread is in the agent already, what happens to the arena stays unseen. */
static void tellArena(void (*tell)(const void *arena), const void *arena) {
    struct hw__thread *self = &hw__self;
    int kept;
    if (!hw__enter_alone(self, &kept)) {
        hw__arenas_lost();
        return;
    }
    tell(arena);
    hw__leave_alone(self, kept);
}

/* The same functions also give the chunks of the interpreter's own stacks of frames, of other sizes: from 3.11 on one to
 * each thread, and more as calls go deeper. They count, and are sampled, like large blocks of Python's. */
static void bornChunk(struct hw__thread *self, void *p, size_t bytes) {
    if (HW_LIKELY(hw__heap_is_counted)) hw__heap_change(self, (int64_t)bytes);
    if ((self->left -= (int64_t)bytes) >= 0) return;
    self->python = 1;
    hw__on_allocated(p, bytes, HW_MALLOC);
    self->python = 0;
}

static void diedChunk(struct hw__thread *self, void *p, size_t bytes) {
    struct hw__live live;
    if (hw__filter_has(p)) hw__on_freed(p, 0, &live);
    if (HW_LIKELY(hw__heap_is_counted)) hw__heap_change(self, -(int64_t)bytes);
}

static void *arenaAlloc(void *ctx, size_t bytes) {
    struct hw__thread *self = &hw__self;
    self->arena = 1;
    void *p = originalArenas.alloc(ctx, bytes);
    self->arena = 0;
    if (p == NULL) return p;
    if (bytes == hw__arenas_bytes())
        tellArena(hw__arenas_add, p);
    else
        bornChunk(self, p, bytes);
    return p;
}

static void arenaFree(void *ctx, void *p, size_t bytes) {
    struct hw__thread *self = &hw__self;
    if (bytes == hw__arenas_bytes()) {
        hw__on_releasing(bytes);
        tellArena(hw__arenas_remove, p);
    } else {
        diedChunk(self, p, bytes);
    }
    self->arena = 1;
    originalArenas.free(ctx, p, bytes);
    self->arena = 0;
    hw__gone();
}

static void setHooks(void) {
    hw__py_allocator hooks = {original.ctx, pythonMalloc, pythonCalloc, pythonRealloc, original.free};
    if (hw__sampler_is_exact()) hooks = hw__exact_hooks(&original);
    hw__python.set_allocator(HW_PY_OBJ, &hooks);
    hw__python.set_allocator(HW_PY_MEM, &hooks);
}

static void refuse(enum hw_note kind, const char *text) {
    hw__writer_note(kind, text);
    hw__writer_flag(HW_NO_PYTHON_HOOKS);
}

void hw__hooks_install(void) {
    hw__py_allocator raw, mem;
    if (!hw__python.is_supported) return;
    hw__arenas_layout(hw__python.minor);
    hw__python.get_arenas(&originalArenas);
    hw__py_arenas arenas = {originalArenas.ctx, arenaAlloc, arenaFree};
    hw__python.set_arenas(&arenas);
    hw__python.get_allocator(HW_PY_RAW, &raw);
    hw__python.get_allocator(HW_PY_MEM, &mem);
    hw__python.get_allocator(HW_PY_OBJ, &original);
    if (original.malloc == raw.malloc)
        refuse(HW_NOTE_PYMALLOC_OFF, "built without pymalloc");
    else if (memcmp(&mem, &original, sizeof mem) != 0)
        refuse(HW_NOTE_TEXT, "the allocators of Python's OBJ and MEM domains differ");
    else {
        isInstalled = 1;
        setHooks();
    }
}

/* A request that our hook, if it is still anywhere in the chain, must take the slow way. */
static int isAlive(void) {
    struct hw__thread *self = &hw__self;
    int64_t left = pauseCountdown(self);
    uint32_t busy = self->busy;
    self->busy = 1;
    self->left = 0;
    self->probe = HW_PROBE_PYTHON;
    void *p = hw__python.object_malloc(24);
    int is_alive = self->probe == HW_PROBE_SEEN;
    self->probe = HW_PROBE_NONE;
    if (p != NULL) hw__python.object_free(p);
    self->busy = busy;
    self->left = left;
    return is_alive;
}

static void noteLocked(enum hw_note kind, const char *text) {
    struct hw__thread *self = &hw__self;
    int kept;
    if (!hw__enter_alone(self, &kept)) return;
    refuse(kind, text);
    hw__leave_alone(self, kept);
}

/* PYTHONMALLOC and -X dev make Python install its allocators again while it starts. */
void hw__hooks_check(void) {
    hw__py_allocator raw, now;
    if (!isInstalled || isAlive()) return;
    hw__python.get_allocator(HW_PY_RAW, &raw);
    hw__python.get_allocator(HW_PY_OBJ, &now);
    if (now.malloc == original.malloc && now.ctx == original.ctx) {
        setHooks();
        return;
    }
    isInstalled = 0;
    if (now.malloc == raw.malloc)
        noteLocked(HW_NOTE_PYMALLOC_OFF, "PYTHONMALLOC=malloc: each object is a malloc block");
    else if (now.ctx == NULL)
        noteLocked(HW_NOTE_TEXT, "Python objects are not seen: another allocator serves them (PYTHONMALLOC=mimalloc)");
    else
        noteLocked(HW_NOTE_DEBUG_HOOKS, "PYTHONMALLOC=debug or -X dev: small objects are not seen");
}
