/* slow_free.c: beneath the agent, an end of a block that takes as long as it is told to: between the record of a block's end and
 * the end itself other threads go on. As a library for ctypes, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*next)(void *);
static void *watched;
static int isWaiting, isReleased; /* atomic */

void free(void *p) {
    if (p != NULL && p == watched) {
        __atomic_store_n(&isWaiting, 1, __ATOMIC_RELEASE);
        while (!__atomic_load_n(&isReleased, __ATOMIC_ACQUIRE)) usleep(100);
    }
    if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, "free");
    next(p);
}

void *make(size_t bytes) {
    void *p = malloc(bytes);
    memset(p, 1, bytes);
    return p;
}

void end(void *p) { free(p); }

void end_slowly(void *p) {
    watched = p;
    free(p);
}

void await_slow_end(void) {
    while (!__atomic_load_n(&isWaiting, __ATOMIC_ACQUIRE)) usleep(100);
}

void release(void) { __atomic_store_n(&isReleased, 1, __ATOMIC_RELEASE); }
