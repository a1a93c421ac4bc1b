/* guard.c: the per-thread flag and the one lock of guard.h. The lock is our own futex: the
 * C library's mutexes are empty stubs in old single-threaded programs. */
#include "guard.h"
#include "events.h"
#include "invariants.h"
#include "os.h"
#include <errno.h>

__thread struct hw__thread hw__self __attribute__((tls_model("initial-exec")));
uint32_t hw__mode = HW_UNDECIDED;
uint32_t hw__image = 1;

#define PATIENCE 100u /* waits in vain, of 100 ms each: counted, since a stopped process ages, too */

static uint32_t lockWord; /* 0 free, 1 held, 2 held and waited for */

int hw__enter(struct hw__thread *self, int *kept_errno) {
    if (self->busy) return 0;
    *kept_errno = errno;
    self->busy = 1;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    return 1;
}

void hw__leave(struct hw__thread *self, int kept_errno) {
    if (HW_UNLIKELY(self->deferred_count)) hw__record_deferred(self);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    self->busy = 0;
    errno = kept_errno;
}

int hw__try_lock(void) {
    uint32_t seen = 0;
    return __atomic_compare_exchange_n(&lockWord, &seen, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static int giveUp(void) {
    uint32_t active = HW_ACTIVE;
    __atomic_compare_exchange_n(&hw__mode, &active, HW_FINISHED, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    return 0;
}

int hw__lock(void) {
    for (int spin = 0; spin < 60; spin++) {
        if (hw__try_lock()) return 1;
        hw__os_pause();
    }
    uint32_t in_vain = 0;
    while (__atomic_exchange_n(&lockWord, 2, __ATOMIC_ACQUIRE) != 0) {
        in_vain += !hw__os_wait(&lockWord, 2);
        if (in_vain == PATIENCE || hw__mode_now() == HW_FINISHED) return giveUp();
    }
    return 1;
}

void hw__unlock(void) {
    hw__invariants_check();
    if (__atomic_exchange_n(&lockWord, 0, __ATOMIC_RELEASE) == 2) hw__os_wake(&lockWord);
}

void hw__lock_forget(void) { __atomic_store_n(&lockWord, 0, __ATOMIC_RELEASE); }

int hw__enter_alone(struct hw__thread *self, int *kept_errno) {
    if (!hw__enter(self, kept_errno)) return 0;
    if (hw__lock()) return 1;
    hw__leave(self, *kept_errno);
    return 0;
}

void hw__leave_alone(struct hw__thread *self, int kept_errno) {
    hw__unlock();
    hw__leave(self, kept_errno);
}
