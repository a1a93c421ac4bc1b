/* arena_malloc.c: a malloc that maps its memory itself, as jemalloc and tcmalloc do: each block is once in a mapping and once
 * a block, and must be counted once. It keeps chunks of 64 MiB and never gives anything back but blocks with a chunk of their own. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK ((size_t)64 << 20)
#define OWN ((size_t)8 << 20) /* from here on a mapping of its own */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *at, *end;

struct head {
    size_t bytes;
    size_t mapped; /* 0: in a chunk */
};

static void *mapped(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static char *fromChunk(size_t bytes) {
    pthread_mutex_lock(&lock);
    if ((size_t)(end - at) < bytes) {
        at = mapped(CHUNK);
        end = at == NULL ? NULL : at + CHUNK;
    }
    char *p = at;
    if (p != NULL) at += bytes;
    pthread_mutex_unlock(&lock);
    return p;
}

static void *take(size_t bytes, size_t align) {
    size_t all = (bytes + align + sizeof(struct head) + 15) & ~(size_t)15;
    int is_own = all >= OWN;
    char *from = is_own ? mapped(all) : fromChunk(all);
    if (from == NULL) return NULL;
    char *p = (char *)(((uintptr_t)from + sizeof(struct head) + align - 1) & ~(uintptr_t)(align - 1));
    *((struct head *)p - 1) = (struct head){bytes, is_own ? all : 0};
    return p;
}

void *malloc(size_t bytes) { return take(bytes, 16); }
void *calloc(size_t count, size_t each) { return take(count * each, 16); } /* never used before: zeros */
void *memalign(size_t align, size_t bytes) { return take(bytes, align < 16 ? 16 : align); }
void *aligned_alloc(size_t align, size_t bytes) { return memalign(align, bytes); }

int posix_memalign(void **to, size_t align, size_t bytes) {
    *to = memalign(align, bytes);
    return *to == NULL ? 12 : 0;
}

size_t malloc_usable_size(void *p) { return p == NULL ? 0 : ((struct head *)p - 1)->bytes; }

void free(void *p) {
    if (p == NULL || ((struct head *)p - 1)->mapped == 0) return;
    munmap((void *)((uintptr_t)p & ~(uintptr_t)4095), ((struct head *)p - 1)->mapped);
}

void *realloc(void *p, size_t bytes) {
    void *q = malloc(bytes);
    size_t had = malloc_usable_size(p);
    if (q != NULL && p != NULL) memcpy(q, p, had < bytes ? had : bytes);
    if (q != NULL) free(p);
    return q;
}
