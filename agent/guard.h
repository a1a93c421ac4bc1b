/* guard.h: what keeps the agent out of its own way. Every thread has a countdown, which is
 * all that the fast paths touch, and a flag that says that it is inside the agent: whatever
 * allocates then (a signal handler, mostly) is passed on and counted as dropped. All tables
 * and the stream stand behind one lock, taken only by a thread whose flag is up. */
#ifndef HW_GUARD_H
#define HW_GUARD_H
#include <stddef.h>
#include <stdint.h>

#define HW_LIKELY(x) __builtin_expect(!!(x), 1)
#define HW_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define HW_EXPORT __attribute__((visibility("default")))
#define HW_COLD __attribute__((noinline, cold))
#define HW_READS_UNLOCKED __attribute__((no_sanitize("thread"))) /* what others may be writing; each says why that is well */

#define HW_FAR (INT64_C(1) << 61) /* a countdown that does not run out */
#define HW_DEFERRED 8

enum hw__mode {
    HW_UNDECIDED, /* before the constructor ran */
    HW_PASSIVE,   /* not a Python process, or nowhere to write: only pass calls on */
    HW_ACTIVE,
    HW_FINISHED, /* exit handlers ran, or writing failed for good */
};

/* A request made only to learn whether it comes by this hook of ours. */
enum hw__probe { HW_PROBE_NONE, HW_PROBE_MALLOC, HW_PROBE_PYTHON, HW_PROBE_SEEN };

enum hw__detour {
    HW_DETOUR_NONE,
    HW_DETOUR_NEXT, /* the next request: it is for an object that is sampled */
    HW_DETOUR_ALL,  /* every one: the C library asks on our behalf, and malloc is to look as it would without us */
};

struct hw__thread {
    int64_t left;        /* bytes until this thread's next sample point */
    int64_t heap;        /* change of what malloc has alive, not handed over yet (heap.h) */
    uint32_t busy;       /* inside the agent */
    uint32_t python;     /* inside Python's allocator with more than 512 bytes */
    uint64_t mean;       /* the mean that `left` was drawn from; 0 = not begun */
    uint64_t random;
    uint32_t index;      /* of the THREAD record; good while `image` is current */
    uint32_t image;
    uint32_t arena;      /* inside pymalloc's arena allocator */
    uint32_t detour;     /* enum hw__detour: what is asked of malloc now is to have a slot (detours.h) */
    size_t detour_bytes; /* HW_DETOUR_NEXT: of the object */
    uint32_t probe;      /* enum hw__probe */
    uint32_t deferred_count;
    uint32_t is_forking; /* holds the lock over a fork */
    uint32_t is_watched; /* its end will be noticed ... */
    uint32_t last_calls; /* ... and was, so many times */
    uint64_t going;      /* bytes that are recorded as gone, and may not be yet (snapshot.h) */
    uintptr_t deferred[HW_DEFERRED]; /* freed while busy: recorded on the way out */
};

extern __thread struct hw__thread hw__self __attribute__((tls_model("initial-exec")));
extern uint32_t hw__mode;  /* enum hw__mode; atomic */
extern uint32_t hw__image; /* counts forks: what a thread cached for another image is void */

static inline uint32_t hw__mode_now(void) { return __atomic_load_n(&hw__mode, __ATOMIC_RELAXED); }

/* Raises the flag; 0 when it was up already. errno is kept over the whole. */
int hw__enter(struct hw__thread *self, int *kept_errno);
void hw__leave(struct hw__thread *self, int kept_errno);

/* 0: whoever holds it will never let go (a thread that was ended, or stopped, in there, or a
 * disk that hangs); the program matters more than the capture, which is over then. */
int hw__lock(void);
int hw__try_lock(void);
void hw__unlock(void);
void hw__lock_forget(void); /* in a forked child */

/* Both at once. 0: neither is held. */
int hw__enter_alone(struct hw__thread *self, int *kept_errno);
void hw__leave_alone(struct hw__thread *self, int kept_errno);
#endif
