/* native.c: calls with known names, for native stacks. Each function's last allocation is of the
 * size that it is asked for, so that a test finds its record. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define CALL __attribute__((noinline))

CALL void *chain_inner(size_t n) {
    void *volatile p = malloc(n);
    return p;
}
CALL void *chain_middle(size_t n) {
    void *volatile p = chain_inner(n);
    return p;
}
CALL void *chain_outer(size_t n) {
    void *volatile p = chain_middle(n);
    return p;
}

CALL void *recurse(int depth, size_t n) {
    void *volatile p = depth == 0 ? chain_inner(n) : recurse(depth - 1, n);
    return p;
}

/* C that calls Python that calls C. */
CALL void call_back(void (*back)(void), size_t n) {
    back();
    void *volatile p = malloc(n);
    (void)p;
}

/* Through a caller without unwind tables (native_bare.c). */
extern void *bare(void *(*inner)(size_t), size_t n);
CALL void *through_bare(size_t n) {
    void *volatile p = bare(chain_inner, n);
    return p;
}

CALL static void *body(void *n) {
    void *volatile p = chain_outer((size_t)(uintptr_t)n);
    return p;
}
void in_thread(size_t n) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, (void *)(uintptr_t)n) == 0) pthread_join(thread, NULL);
}

/* Threads that load and unload a library, and threads that allocate, for as long as it takes. */
static const char *path;
static int isOver;
static void *load(void *unused) {
    while (!__atomic_load_n(&isOver, __ATOMIC_RELAXED)) {
        void *library = dlopen(path, RTLD_NOW);
        void *(*give)(size_t) = library == NULL ? NULL : (void *(*)(size_t))dlsym(library, "given");
        if (give != NULL) free(give(300));
        if (library != NULL) dlclose(library);
    }
    return unused;
}
static void *allocate(void *unused) {
    while (!__atomic_load_n(&isOver, __ATOMIC_RELAXED)) free(chain_outer(300));
    return unused;
}
static pthread_t threads[4];
int storm_begins(const char *library) {
    path = library;
    isOver = 0;
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, i % 2 ? load : allocate, NULL)) return 1;
    return 0;
}
void storm_ends(void) {
    __atomic_store_n(&isOver, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
}
