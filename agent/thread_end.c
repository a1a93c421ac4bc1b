/* thread_end.c: a destructor of thread-specific data. Those of other libraries may still allocate and free after ours, so it asks
 * to be called again as long as the C library lets it. */
#define _GNU_SOURCE
#include "thread_end.h"
#include "heap.h"
#include "sampler.h"
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#define LAST_CALLS 3u /* of the four rounds that POSIX promises */

static pthread_key_t key;
static int hasKey;
static int (*setSpecific)(pthread_key_t, const void *);

static void atThreadEnd(void *thread) {
    struct hw__thread *self = thread;
    hw__heap_end_thread(self);
    hw__sampler_end_thread(self);
    if (self->last_calls++ < LAST_CALLS) setSpecific(key, self);
}

void hw__thread_end_watch(struct hw__thread *self) {
    if (!hasKey || self->is_watched) return;
    self->is_watched = 1;
    setSpecific(key, self);
}

/* By name: before glibc 2.34 they are in libpthread, which a program without threads need not have. */
void hw__thread_end_begin(void) {
    int (*create)(pthread_key_t *, void (*)(void *));
    void *found = dlsym(RTLD_DEFAULT, "pthread_key_create");
    memcpy(&create, &found, sizeof found);
    found = dlsym(RTLD_DEFAULT, "pthread_setspecific");
    memcpy(&setSpecific, &found, sizeof found);
    hasKey = create != NULL && setSpecific != NULL && create(&key, atThreadEnd) == 0;
}
