/* fork.c: the lock is held over the fork, so that the child finds every table whole. The
 * child unmaps the parent's window at once and starts with empty tables; its own file is
 * opened at its first sample, so that a child that only calls exec makes none.
 *
 * A child that was made past our handlers (a bare clone; a fork in a signal handler that
 * interrupted the agent) finds nothing whole, and a window that is its parent's: it is not
 * recorded. The kernel wipes one page of ours in every child, however it was made. */
#define _GNU_SOURCE
#include "fork.h"
#include "areas.h"
#include "events.h"
#include "os.h"
#include "python_verify.h"
#include "snapshot.h"
#include "stacks.h"
#include "writer.h"
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

static uint32_t reader;
static uint32_t one = 1, *wiped;
const uint32_t *hw__fork_mark = &one;

static void before(void) {
    struct hw__thread *self = &hw__self;
    if (hw__mode_now() != HW_ACTIVE || self->busy) return;
    self->busy = 1; /* other fork handlers and the C library may allocate until we let go */
    if (hw__lock())
        self->is_forking = 1;
    else
        self->busy = 0;
}

static void inParent(void) {
    struct hw__thread *self = &hw__self;
    if (!self->is_forking) return;
    self->is_forking = 0;
    hw__unlock();
    hw__leave(self, errno);
}

void hw__fork_unseen(void) {
    hw__writer_abandon();
    __atomic_store_n(&hw__mode, HW_FINISHED, __ATOMIC_RELAXED);
    hw__lock_forget();
}

static void inChild(void) {
    struct hw__thread *self = &hw__self;
    int kept = errno;
    if (wiped != NULL) *wiped = 1;
    if (reader != 0) hw__os_allow_reader(reader); /* leave is not inherited */
    if (!self->is_forking) {
        if (hw__mode_now() == HW_ACTIVE) hw__fork_unseen();
        errno = kept;
        return;
    }
    self->is_forking = 0;
    hw__image++;
    hw__os_is_process();
    hw__writer_forget(hw__table_weight());
    hw__table_clear();
    hw__stacks_clear();
    hw__areas_forked();
    hw__ranges_forked();
    hw__snapshot_clear();
    hw__verify_again();
    hw__lock_forget();
    self->deferred_count = 0;
    hw__sampler_forked(self);
    self->busy = 0;
    errno = kept;
}

/* pthread_atfork by name: in glibc it is not in the library but a piece of each program, around
 * a function that musl lacks. So the same agent can be loaded by either. */
static void addHandlers(void) {
    int (*glibc)(void (*)(void), void (*)(void), void (*)(void), void *);
    int (*other)(void (*)(void), void (*)(void), void (*)(void));
    void *found = dlsym(RTLD_DEFAULT, "__register_atfork");
    memcpy(&glibc, &found, sizeof found);
    if (found != NULL) {
        glibc(before, inParent, inChild, NULL);
        return;
    }
    found = dlsym(RTLD_DEFAULT, "pthread_atfork");
    memcpy(&other, &found, sizeof found);
    if (found != NULL) other(before, inParent, inChild);
}

uint32_t hw__fork_pid(void) { return hw__os_own_pid(); }

void hw__fork_watch(uint32_t pid) {
    reader = pid;
    hw__os_is_process();
    if (reader != 0) hw__os_allow_reader(reader);
    wiped = hw__os_take_wiped();
    if (wiped != NULL) {
        *wiped = 1;
        hw__fork_mark = wiped;
    }
    addHandlers();
}
