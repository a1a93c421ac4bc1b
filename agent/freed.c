/* freed.c: malloc_trim gives back the whole pages inside free chunks, and those at the top of the first heap. Where chunks are small
 * and many, as what libraries leave behind from their imports, little is free, and little changes: what was found there holds for
 * some time, so that a heap that takes too long at once is known after a few times. */
#include "freed.h"
#include "chunks.h"
#include "heads.h"
#include "heap.h"
#include "os.h"

#define LINKS 48u        /* bytes that a free chunk keeps at its beginning */
#define CLOCK_EACH 1024u /* heads */

#define PART (UINT64_C(1) << 20) /* bytes of a heap, about */
#define PARTS 256u
#define DENSE 1024u   /* heads in a part */
#define LITTLE (PART / 16)
#define HOLDS_FOR 16u /* times that it is asked for */

static struct part {
    uint64_t from, to, bytes;
    uint32_t left;
} parts[PARTS];
static uint32_t headsRead;

static int isTimeUp(uint64_t deadline) { return ++headsRead % CLOCK_EACH == 0 && hw__os_now_worked() >= deadline; }

/* The last chunk of a heap is its top, or two heads without room between, where another heap follows in its arena. */
static int isLast(const struct hw__malloc_heap *heap, uint64_t at, const struct hw__head *head) {
    uint64_t size = hw__head_bytes(head);
    return at + size == heap->to || (size < HW_HEAD_SMALLEST && at + 2 * HW_HEAD_SMALLEST >= heap->to);
}

/* The top of the first heap goes back but for a smallest chunk; that of others stays. */
static uint64_t bytesAtTop(const struct hw__malloc_heap *heap, uint64_t at, const struct hw__head *top) {
    if (heap->flags != 0 || at + hw__head_bytes(top) != heap->to) return 0;
    return hw__heads_present(heap, at + HW_HEAD_SMALLEST + 1, heap->to);
}

/* From `at` to the first chunk beyond `end`, or to the last of all; there `at` is then. */
static uint64_t trimmableUntil(const struct hw__malloc_heap *heap, uint64_t end, uint64_t deadline, uint64_t *at, struct hw__head *head) {
    struct hw__head next;
    uint64_t sum = 0;
    while (*at < end && !isLast(heap, *at, head)) {
        uint64_t size = hw__head_bytes(head);
        if (!hw__heads_is_one(heap, *at, head) || isTimeUp(deadline) || !hw__heads_read(heap, *at + size, &next)) return HW_UNKNOWN;
        if (!(next.size & HW_HEAD_IN_USE_BEFORE)) {
            uint64_t bytes = next.before == size ? hw__heads_present(heap, *at + LINKS, *at + size) : HW_UNKNOWN;
            if (bytes == HW_UNKNOWN) return HW_UNKNOWN;
            sum += bytes;
        }
        *at += size;
        *head = next;
    }
    return sum;
}

static struct part *partAt(uint64_t at) { return &parts[at / PART % PARTS]; }

static int holds(const struct hw__malloc_heap *heap, struct part *part, uint64_t at) {
    if (part->from != at || part->left == 0 || part->to >= heap->to || !hw__heads_begin_at(heap, part->to)) return 0;
    part->left--;
    return 1;
}

static uint64_t trimmableIn(const struct hw__malloc_heap *heap, uint64_t deadline) {
    struct hw__head head;
    hw__heads_begin(heap);
    uint64_t at = hw__heads_first(heap), sum = 0;
    if (at == 0 || !hw__heads_read(heap, at, &head)) return HW_UNKNOWN;
    while (!isLast(heap, at, &head)) {
        struct part *part = partAt(at);
        if (holds(heap, part, at)) {
            at = part->to;
            sum += part->bytes;
            if (!hw__heads_read(heap, at, &head)) return HW_UNKNOWN;
            continue;
        }
        uint64_t from = at, before = headsRead, bytes = trimmableUntil(heap, (at / PART + 1) * PART, deadline, &at, &head);
        if (bytes == HW_UNKNOWN) return HW_UNKNOWN;
        if (headsRead - before >= DENSE && bytes <= LITTLE) *part = (struct part){from, at, bytes, HOLDS_FOR};
        sum += bytes;
    }
    uint64_t top = bytesAtTop(heap, at, &head);
    return top == HW_UNKNOWN ? HW_UNKNOWN : sum + top;
}

/* Where a further heap ends stands in its head. Advice on some of its pages may have made several pieces of one. */
static int nextHeap(const struct hw__pieces *heaps, uint64_t break_then, uint32_t *i, struct hw__malloc_heap *to) {
    const struct hw__piece *list = heaps->list;
    while (*i < heaps->count && list[*i].kind != HW_AREA_HEAPS) (*i)++;
    if (*i == heaps->count) return 0;
    *to = (struct hw__malloc_heap){.from = list[*i].from, .to = list[*i].to};
    for (++*i; *i < heaps->count && list[*i].kind == HW_AREA_HEAPS && list[*i].from == to->to && to->to % HW_HEAP_ALIGNMENT != 0; ++*i)
        to->to = list[*i].to;
    uint64_t end = hw__chunks_heap(to->from, to->from + HW_HEAP_ALIGNMENT);
    if (end != 0) *to = (struct hw__malloc_heap){.from = to->from, .to = end, .flags = HW_HEAD_IN_FURTHER_ARENA};
    else if (to->to == break_then) to->to = hw__os_break();
    return 1;
}

uint64_t hw__freed_trimmable(const struct hw__pieces *heaps, uint64_t break_then, uint64_t most) {
    uint64_t deadline = hw__os_now_worked() + most, sum = 0;
    struct hw__malloc_heap heap;
    if (!hw__heap_has_heads()) return HW_UNKNOWN;
    for (uint32_t i = 0; nextHeap(heaps, break_then, &i, &heap);) {
        uint64_t part = trimmableIn(&heap, deadline);
        if (part == HW_UNKNOWN) return HW_UNKNOWN;
        sum += part;
    }
    return sum;
}
