// native_chain.c: functions of known names that allocate; native_chain.py calls them.
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CALL __attribute__((noinline))

CALL static void *reserve_block(size_t n) {
    void *volatile p = malloc(n);
    memset(p, 1, n);
    return p;
}
CALL static void *build_table(size_t n) {
    void *volatile p = reserve_block(n);
    return p;
}
CALL void *load_index(size_t n) {
    void *volatile p = build_table(n);
    return p;
}
CALL static void *fill_cache(void *n) {
    void *volatile p = reserve_block((size_t)(uintptr_t)n);
    return p;
}
void start_worker(size_t n) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, fill_cache, (void *)(uintptr_t)n) == 0) pthread_join(thread, NULL);
}
