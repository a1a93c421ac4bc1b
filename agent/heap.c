/* heap.c: the sum of what the threads counted. A thread that ends hands over its rest (thread_end.c). */
#include "heap.h"
#include "os.h"
#include "thread_end.h"
#include "wire.h"
#include <errno.h>
#include <stdlib.h>

uint32_t hw__heap_is_counted;
size_t (*hw__heap_usable)(void *);
static int64_t live;

void hw__heap_end_thread(struct hw__thread *self) {
    int64_t change = self->heap;
    self->heap = 0;
    __atomic_fetch_add(&live, change, __ATOMIC_RELAXED);
}

HW_COLD void hw__heap_publish(struct hw__thread *self) {
    hw__heap_end_thread(self);
    hw__thread_end_watch(self);
}

#define MAPPED_PROBE ((size_t)40 << 20) /* beyond the largest whose release would make glibc map less often from then on */

/* Before a block of another allocator there may be no memory: the word is first read through the kernel. */
static int isSame(void *p) {
#ifdef HW_READS_SIZES
    size_t head;
    if (!hw__os_peek((const char *)p - sizeof head, &head, sizeof head)) return 0;
    size_t heads = head & 2 ? 2 * sizeof head : sizeof head; /* a mapping of its own has a longer one */
    return (size_t)hw__heap_size(p) == hw__heap_usable(p) + heads;
#else
    return hw__heap_size(p) == (int64_t)hw__heap_usable(p);
#endif
}

/* Debugging aids of glibc that fill what they give: all of the large probe would become resident. */
static int fillsMemory(void) {
    const char *tunables = getenv("GLIBC_TUNABLES");
    return getenv("MALLOC_PERTURB_") != NULL || (tunables != NULL && strstr(tunables, "perturb") != NULL);
}

/* Blocks of the heap, and one that is a mapping of its own. Of glibc's, none that it would keep in a list for the next that asks:
 * this comes before the program asks for anything, and what it is given later must be what it would be given without us. */
#ifdef HW_READS_SIZES
static const size_t sizes[] = {1100, 4000, 60000, MAPPED_PROBE};
#else
static const size_t sizes[] = {1, 24, 25, 1100, 4000, 60000, MAPPED_PROBE};
#endif

static int isMeasured(void *(*allocate)(size_t), void (*release)(void *)) {
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void *p = sizes[i] == MAPPED_PROBE && fillsMemory() ? NULL : allocate(sizes[i]);
        if (p == NULL) continue;
        int is_same = isSame(p);
        release(p);
        if (!is_same) return 0;
    }
    return 1;
}

void hw__heap_begin(void *(*allocate)(size_t), void (*release)(void *), size_t (*usable)(void *)) {
    if (usable == NULL) return;
    hw__heap_usable = usable;
    int kept = errno;
    hw__heap_is_counted = (uint32_t)isMeasured(allocate, release);
    errno = kept;
}

void hw__heap_end(void) { hw__heap_is_counted = 0; }

uint64_t hw__heap_live(void) {
    if (!hw__heap_is_counted) return HW_UNKNOWN;
    int64_t sum = __atomic_load_n(&live, __ATOMIC_RELAXED) + hw__self.heap;
    return sum < 0 ? 0 : (uint64_t)sum;
}
