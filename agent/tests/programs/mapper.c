/* mapper.c: a library that maps memory, in the thread that asks and in one of its own. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

static void *mapped(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p != MAP_FAILED) *(volatile char *)p = 1; /* not the last thing that it does: a jump to mmap would hide it */
    return p;
}

/* Address space that becomes usable later, as allocators do it. */
int map_reserved(size_t bytes) {
    char *p = mmap(NULL, 2 * bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p != MAP_FAILED && mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0 && (*(volatile char *)p = 1);
}

int map_grown(size_t bytes) {
    char *p = mapped(bytes / 2);
    if (p == MAP_FAILED || (p = mremap(p, bytes / 2, bytes, MREMAP_MAYMOVE)) == MAP_FAILED) return 0;
    return *(volatile char *)p = 1;
}

static void *work(void *bytes) { return mapped((size_t)(uintptr_t)bytes); }

int map_here(size_t bytes) { return mapped(bytes) != MAP_FAILED; }

int map_in_thread(size_t bytes) {
    pthread_t thread;
    void *p;
    if (pthread_create(&thread, NULL, work, (void *)(uintptr_t)bytes) != 0 || pthread_join(thread, &p) != 0) return 0;
    return p != MAP_FAILED;
}
