/* storm.c: native threads that make, grow and hand over blocks in one malloc arena, so that
 * addresses are reused at once. What is alive at the end is known, and how many blocks there were. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define SLOTS 64

static void *slots[SLOTS]; /* blocks that pass between threads */
static int rounds;
static uint64_t counts[3]; /* blocks that began, and ended (a realloc is both); bytes asked for */
enum { BEGAN, ENDED, ASKED };

static void count(int what, uint64_t n) { __atomic_fetch_add(&counts[what], n, __ATOMIC_RELAXED); }

static void *began(void *p, size_t n) {
    count(BEGAN, 1);
    count(ASKED, n);
    return p;
}

static void *grow(void *p, size_t n) {
    count(ENDED, p != NULL);
    return began(realloc(p, n), n);
}

static void *work(void *seed_) {
    uint64_t seed = (uint64_t)(uintptr_t)seed_ * 2654435761u + 1;
    for (int i = 0; i < rounds; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t n = 4096 + (seed >> 33) % 8192;
        void *p = began(malloc(n), n);
        if (seed >> 60 & 1) p = grow(p, n * 2);
        p = __atomic_exchange_n(&slots[(seed >> 40) % SLOTS], p, __ATOMIC_ACQ_REL);
        if (seed >> 61 & 1) p = grow(p, 5000 + (seed >> 50) % 3000);
        count(ENDED, p != NULL);
        free(p);
    }
    return NULL;
}

void storm_counts(uint64_t *to) { memcpy(to, counts, sizeof counts); }

/* Runs the storm; the addresses that are alive then go to `to`. */
int storm(int count, uint64_t *to) {
    pthread_t threads[THREADS];
    rounds = count;
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)(i + 1));
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    int n = 0;
    for (int i = 0; i < SLOTS; i++)
        if (slots[i] != NULL) to[n++] = (uint64_t)(uintptr_t)slots[i];
    return n;
}

static void *make(void *many) {
    for (uintptr_t i = 0; i < (uintptr_t)many; i++) {
        void *p = NULL;
        if (posix_memalign(&p, 64, 20000)) return NULL;
    }
    return NULL;
}

/* 100 threads that make `each` blocks of 20000 bytes and leave them. */
int leave(int each) {
    pthread_t threads[100];
    for (int i = 0; i < 100; i++) pthread_create(&threads[i], NULL, make, (void *)(uintptr_t)each);
    for (int i = 0; i < 100; i++) pthread_join(threads[i], NULL);
    return 100 * each;
}

static void waste(size_t n) {
    char *volatile p = malloc(n);
    free(p);
}

static void *cramped(void *unused) {
    for (int i = 0; i < 2000; i++) waste(100 + (size_t)i * 1000);
    return unused;
}

/* Threads with the least stack that there is. */
int small_stacks(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    int failed = pthread_attr_setstacksize(&attributes, 16384);
    for (int i = 0; i < 20 && !failed; i++)
        failed = pthread_create(&thread, &attributes, cramped, NULL) || pthread_join(thread, NULL);
    return failed;
}

void endless(void) {
    for (;;) {
        void *p = malloc(3000);
        *(volatile char *)p = 1;
        free(p);
    }
}

/* A child made past all handlers: it allocates, and ends without the C library's knowledge. */
int bare_child(void) {
    long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    int status = -1;
    if (child == 0) {
        for (int i = 0; i < 3000; i++) waste(3000 + (size_t)i);
        waste(3000000);
        syscall(SYS_exit_group, 7);
    }
    waitpid((pid_t)child, &status, 0);
    return WEXITSTATUS(status);
}
