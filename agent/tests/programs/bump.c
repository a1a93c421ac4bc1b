/* An allocator that stands before the agent, lacks reallocarray, and ends the program when it is given a block that is not its own. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char room[768u << 20] __attribute__((aligned(64)));
static size_t used;

static void *take(size_t align, size_t n) {
    size_t step = n + 16 + align, from = __atomic_fetch_add(&used, (step + 63) & ~(size_t)63, __ATOMIC_RELAXED);
    if (from + step > sizeof room) return NULL;
    char *p = (char *)(((size_t)room + from + 16 + align - 1) & ~(align - 1));
    memcpy(p - 8, &n, 8);
    return p;
}

static size_t sizeOf(void *p) {
    size_t n;
    if ((char *)p < room || (char *)p >= room + sizeof room) abort();
    memcpy(&n, (char *)p - 8, 8);
    return n;
}

void *malloc(size_t n) { return take(16, n); }
void *calloc(size_t count, size_t each) { return take(16, count * each); }
void *memalign(size_t align, size_t n) { return take(align, n); }
void *aligned_alloc(size_t align, size_t n) { return take(align, n); }
int posix_memalign(void **to, size_t align, size_t n) { return (*to = take(align, n)) == NULL ? ENOMEM : 0; }
void free(void *p) {
    if (p != NULL) sizeOf(p);
}
void *realloc(void *p, size_t n) {
    size_t old = p == NULL ? 0 : sizeOf(p);
    void *q = take(16, n);
    if (q != NULL && p != NULL) memcpy(q, p, old < n ? old : n);
    return q;
}
