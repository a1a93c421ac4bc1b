/* races.c: threads that do everything at once to an agent inside this program (renamed.h), beside a little Python: for
 * ThreadSanitizer and AddressSanitizer, which a preloaded agent cannot be run under. Every table is checked as it goes.
 * usage: races ROUNDS FORKS. Prints, at the end, what is alive: lines "ADDRESS BYTES" of native blocks; then "slots BYTES", what
 * objects in slots take; then "python BYTES",
 * those of pymalloc's own blocks; then "heap BYTES", what all blocks of malloc take.
 *
 * Blocks of native threads are never smaller than 1000 bytes, and of a size that tells them from all others: odd. */
#define _GNU_SOURCE
#include "../arenas.h"
#include "../detours.h"
#include "../events.h"
#include "../guard.h"
#include "../stacks.h"
#include "little_python.h"
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOTS 64
#define OBJECTS 3000
#define PAGE 4096u

void *reallocarray(void *p, size_t count, size_t each);

#define CHECK(condition)                                                                      \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            fprintf(stderr, "races: %s:%d: %s\n", __FILE__, __LINE__, #condition);            \
            abort();                                                                          \
        }                                                                                     \
    } while (0)

static int rounds, forks;

/* A block and its size in one word of their own, so that threads can hand them over. */
struct block {
    void *at;
    size_t bytes;
};
static struct block slots[SLOTS];
static pthread_mutex_t slotLocks[SLOTS];

static uint64_t roll(uint64_t *seed) {
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return *seed >> 20;
}

static struct block exchange(uint64_t slot, struct block in) {
    pthread_mutex_lock(&slotLocks[slot]);
    struct block out = slots[slot];
    slots[slot] = in;
    pthread_mutex_unlock(&slotLocks[slot]);
    return out;
}

static struct block make(uint64_t *seed) {
    struct block b = {NULL, 1000 + (roll(seed) % (roll(seed) % 8 ? 9000 : 400000)) * 2 + 1};
    switch (roll(seed) % 5) {
    case 0: b.at = calloc(1, b.bytes); break;
    case 1: CHECK(posix_memalign(&b.at, 64, b.bytes) == 0); break;
    case 2: b.at = reallocarray(NULL, 1, b.bytes); break;
    default: b.at = malloc(b.bytes); break;
    }
    CHECK(b.at != NULL);
    memset(b.at, 1, 16);
    return b;
}

static void *storm(void *seed_) {
    uint64_t seed = ((uintptr_t)seed_ + 1) * 88172645463325252u;
    for (int i = 0; i < rounds * 40; i++) {
        struct block b = make(&seed);
        if (roll(&seed) % 3 == 0) {
            b.bytes = b.bytes / 2 + 501 + (b.bytes / 2) % 2;
            CHECK((b.at = realloc(b.at, b.bytes)) != NULL);
        }
        if (roll(&seed) % 50 == 0) CHECK(realloc(b.at, (size_t)1 << 60) == NULL);
        free(exchange(roll(&seed) % SLOTS, b).at);
    }
    return NULL;
}

static void *objects[OBJECTS];
static size_t sizes[OBJECTS];

/* Small objects, and large ones, as the interpreter asks for them; arenas come and go. */
static void *interpret(void *seed_) {
    uint64_t seed = ((uintptr_t)seed_ + 1) * 88172645463325252u;
    for (int i = 0; i < rounds * 30; i++) {
        python_take_gil();
        for (int j = 0; j < 40; j++) {
            void **o = &objects[roll(&seed) % OBJECTS];
            size_t bytes = roll(&seed) % (roll(&seed) % 16 ? 512 : 3000) + 1;
            switch (roll(&seed) % 4) {
            case 0: *o = python_realloc(*o, bytes); break;
            case 1: python_free(*o), *o = python_calloc(1, bytes); break;
            default: python_free(*o), *o = python_malloc(bytes); break;
            }
            CHECK(*o != NULL);
            sizes[o - objects] = bytes;
        }
        if (i % 500 == 250)
            for (int j = 0; j < OBJECTS; j++) python_free(objects[j]), objects[j] = NULL;
        python_let_go();
    }
    return NULL;
}

static void *mapAndUnmap(void *seed_) {
    uint64_t seed = ((uintptr_t)seed_ + 1) * 88172645463325252u;
    for (int i = 0; i < rounds * 4; i++) {
        size_t pages = 4 + roll(&seed) % 400;
        int is_reserved = roll(&seed) % 3 == 0;
        char *p = mmap(NULL, pages * PAGE, is_reserved ? PROT_NONE : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(p != MAP_FAILED);
        if (is_reserved) CHECK(mprotect(p, 2 * PAGE, PROT_READ | PROT_WRITE) == 0);
        p[0] = 1;
        CHECK(munmap(p + 2 * PAGE, PAGE) == 0);
        if (roll(&seed) % 2) CHECK(madvise(p, PAGE, MADV_DONTNEED) == 0);
        p = mremap(p, 2 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
        CHECK(p != MAP_FAILED);
        CHECK(munmap(p, 8 * PAGE) == 0);
    }
    return NULL;
}

static void *brief(void *bytes) {
    free(malloc((uintptr_t)bytes));
    return NULL;
}

static void *churn(void *unused) {
    for (int i = 0; i < rounds; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, brief, (void *)(uintptr_t)(70000 + i)) == 0);
        pthread_join(thread, NULL);
    }
    return unused;
}

static void *forkOften(void *unused) {
    for (int i = 0; i < forks; i++) {
        int status = 0;
        pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) {
            for (uintptr_t n = 0; n < 300; n++) brief((void *)(5000 + n));
            _exit(hw__table_is_valid() && hw__ranges_is_valid() ? 7 : 8);
        }
        CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7);
    }
    return unused;
}

static int areTablesValid(void) {
    struct hw__thread *self = &hw__self;
    int kept, is_valid = 0;
    CHECK(hw__enter(self, &kept));
    if (hw__lock()) {
        is_valid = hw__table_is_valid() && hw__ranges_is_valid() && hw__stacks_is_valid();
        hw__unlock();
    }
    hw__leave(self, kept);
    return is_valid;
}

static int isOver;

static void *watch(void *unused) {
    for (; !__atomic_load_n(&isOver, __ATOMIC_ACQUIRE); usleep(1000)) CHECK(areTablesValid());
    return unused;
}

/* With its head, where that can be read; a sanitizer's allocator is asked what the block can hold, as the agent does. */
static size_t taken(void *p) {
#if defined(__GLIBC__) && !defined(HW_SANITIZED)
    size_t head;
    memcpy(&head, (void *)((uintptr_t)p - sizeof head), sizeof head);
    return head & ~(size_t)7;
#else
    return malloc_usable_size(p);
#endif
}

static void tell(void) {
    size_t heap = 0;
    for (int i = 0; i < SLOTS; i++) {
        if (slots[i].at == NULL) continue;
        printf("%llu %zu\n", (unsigned long long)(uintptr_t)slots[i].at, slots[i].bytes);
        heap += taken(slots[i].at);
    }
    size_t inSlots = 0;
    for (int i = 0; i < OBJECTS; i++) {
        if (objects[i] == NULL || python_is_own(objects[i])) continue;
        if (hw__is_detour(objects[i]))
            inSlots += (sizes[i] + 15) / 16 * 16;
        else
            heap += taken(objects[i]);
    }
    printf("slots %zu\n", inSlots);
    printf("python %zu\nheap %zu\n", python_in_use(), heap);
    fflush(stdout);
}

static void *(*const works[])(void *) = {storm, storm, storm, storm, interpret, mapAndUnmap, mapAndUnmap, churn, forkOften};
static pthread_barrier_t allAreThere; /* so that they meet an agent that has no file yet */

static void *work(void *number) {
    pthread_barrier_wait(&allAreThere);
    return works[(uintptr_t)number](number);
}

int main(int argc, char **argv) {
    enum { WORKS = sizeof works / sizeof *works };
    pthread_t threads[WORKS], watcher;
    rounds = argc > 1 ? atoi(argv[1]) : 100;
    forks = argc > 2 ? atoi(argv[2]) : 5;
    for (int i = 0; i < SLOTS; i++) pthread_mutex_init(&slotLocks[i], NULL);
    python_take_gil();
    void *first[64]; /* of a Python that has nothing yet, nothing can be proved; and one may be sampled, and lie elsewhere */
    for (int i = 0; i < 64; i++) first[i] = python_malloc(16);
    hw__arenas_verify();
    for (int i = 0; i < 64; i++) python_free(first[i]);
    python_let_go();
    pthread_barrier_init(&allAreThere, NULL, WORKS);
    CHECK(pthread_create(&watcher, NULL, watch, NULL) == 0);
    for (uintptr_t i = 0; i < WORKS; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    for (int i = 0; i < WORKS; i++) pthread_join(threads[i], NULL);
    __atomic_store_n(&isOver, 1, __ATOMIC_RELEASE);
    pthread_join(watcher, NULL);
    CHECK(areTablesValid());
    tell();
    return 0;
}
