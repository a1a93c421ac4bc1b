/* native.c: memory of threads that Python does not know, and of the program's own break. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 };
static pthread_t threads[MOST];
static pthread_barrier_t allHold, end;
static size_t each;
static int count;

static void *hold(void *unused) {
    char *block = malloc(each);
    memset(block, 1, each);
    __asm__ volatile("" : : "r"(block) : "memory"); /* or the compiler finds that nobody reads it */
    pthread_barrier_wait(&allHold);
    pthread_barrier_wait(&end);
    free(block);
    return unused;
}

int hold_in_threads(int many, int bytes) {
    count = many;
    each = (size_t)bytes;
    pthread_barrier_init(&allHold, NULL, (unsigned)many + 1);
    pthread_barrier_init(&end, NULL, (unsigned)many + 1);
    for (int i = 0; i < many; i++)
        if (pthread_create(&threads[i], NULL, hold, NULL) != 0) return -1;
    pthread_barrier_wait(&allHold);
    return many;
}

int end_threads(void) {
    pthread_barrier_wait(&end);
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
    return count;
}

/* Half by sbrk, half by brk. */
int grow_break(int bytes) {
    char *from = sbrk(bytes / 2);
    if (from == (void *)-1 || brk(from + bytes) != 0) return -1;
    memset(from, 1, (size_t)bytes);
    return (char *)sbrk(0) - from == bytes;
}

int shrink_break(int bytes) { return sbrk(-bytes) == (void *)-1 ? -1 : 0; }
