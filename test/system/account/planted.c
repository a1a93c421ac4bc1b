/* planted.c: known amounts of memory of each kind, for planted.py. Built as a library; shares nothing with the agent. */
#define _GNU_SOURCE
#include <alloca.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)
#define MOST 65536

static void *held[MOST];
static pthread_barrier_t ready, end;
static pthread_t threads[64];

/* Variables of this library: zeroed data, and data that comes from its file. */
static char zeroed[96 * MIB];
static char initialised[8 * MIB] = {1};

int plant_data(int mib) {
    memset(zeroed, 1, (size_t)mib * MIB - sizeof initialised);
    memset(initialised, 2, sizeof initialised);
    return zeroed[0] + initialised[0];
}

/* Blocks of malloc's heap. With `keep` 2 every second goes back: its pages hold a living neighbour, or malloc's heap ends
 * behind them, so that the kernel gets none of it. */
int plant_blocks(int mib, int bytes, int keep) {
    int count = (int)((size_t)mib * MIB / (size_t)bytes);
    if (count > MOST) return -1;
    for (int i = 0; i < count; i++) memset(held[i] = malloc((size_t)bytes - 8), 1, (size_t)bytes - 8);
    for (int i = 0; keep > 1 && i < count; i++)
        if (i % keep != 0) free(held[i]);
    return count;
}

/* Large blocks, of which only the first part is touched. */
int plant_large(int mib, int touched) {
    memset(held[0] = calloc((size_t)mib, MIB), 1, (size_t)touched * MIB);
    return touched;
}

int plant_mapping(int mib, int touched, int shared) {
    int how = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS;
    char *p = mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE, how, -1, 0);
    if (p == MAP_FAILED) return -1;
    memset(p, 1, (size_t)touched * MIB);
    return touched;
}

/* Address space that cannot be touched. */
int plant_reservation(int mib) {
    return mmap(NULL, (size_t)mib * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : mib;
}

/* All of a file is in memory after this: read, not written. */
int plant_file(const char *path, int mib) {
    int fd = open(path, O_RDONLY), sum = 0;
    char *p = mmap(NULL, (size_t)mib * MIB, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (fd < 0 || p == MAP_FAILED) return -1;
    for (size_t i = 0; i < (size_t)mib * MIB; i += 4096) sum += p[i];
    close(fd);
    return sum;
}

static void *deep(void *mib) {
    volatile char *frame = alloca((size_t)mib * MIB);
    for (size_t i = 0; i < (size_t)mib * MIB; i += 1024) frame[i] = 1;
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&end);
    return NULL;
}

/* Threads that only use their stacks; they wait until the process ends. */
int plant_stacks(int count, int mib) {
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)(mib + 1) * MIB);
    pthread_barrier_init(&ready, NULL, (unsigned)count + 1);
    pthread_barrier_init(&end, NULL, (unsigned)count + 1);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], &attr, deep, (void *)(size_t)mib) != 0) return -1;
    pthread_barrier_wait(&ready);
    return count;
}

/* In an arena of its own each: blocks of threads, every second of them given back. */
static void *inArena(void *mib) {
    enum { EACH = 4096 };
    size_t count = (size_t)mib * MIB / EACH;
    char **blocks = malloc(count * sizeof *blocks);
    for (size_t i = 0; i < count; i++) memset(blocks[i] = malloc(EACH - 8), 1, EACH - 8);
    for (size_t i = 1; i < count; i += 2) free(blocks[i]);
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&end);
    return NULL;
}

int plant_arenas(int count, int mib) {
    pthread_barrier_init(&ready, NULL, (unsigned)count + 1);
    pthread_barrier_init(&end, NULL, (unsigned)count + 1);
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, inArena, (void *)(size_t)mib) != 0) return -1;
    pthread_barrier_wait(&ready);
    return count;
}
