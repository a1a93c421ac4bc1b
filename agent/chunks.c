/* chunks.c: the layout is that of malloc/malloc.c and malloc/arena.c, the same since glibc 2.10.
 *
 * A heap of an arena other than the first begins at a multiple of 64 MiB:
 *
 *     | arena * | heap before * | size | size made usable | ...
 *
 * A block that is a mapping of its own has a head, 16 bytes before what the program got: how many bytes of the mapping come
 * before the head (none, unless an alignment was asked for), and the size with 2 in its three lowest bits. Such blocks lie
 * side by side:
 *
 *     | before | size + 2 | block ...            | before | size + 2 | block ... */
#include "chunks.h"
#include "os.h"
#include <string.h>

#define HEAD_ROOM 128u /* heads are looked for so far into a page: alignments up to that */

uint64_t hw__chunks_heap(uint64_t page, uint64_t end) {
    uint64_t head[4];
    if (page % HW_HEAP_ALIGNMENT != 0 || !hw__os_peek((const void *)(uintptr_t)page, head, sizeof head)) return 0;
    if (head[0] == 0 || head[2] == 0 || head[2] > HW_HEAP_ALIGNMENT || head[2] % hw__os_page() != 0) return 0;
    return page + head[2] <= end ? page + head[2] : 0;
}

struct chunk {
    uint64_t before, size;
};

static int isMapping(const struct chunk *head, uint64_t at, uint64_t *from, uint64_t *to) {
    uint64_t page = hw__os_page();
    *from = at - head->before;
    *to = at + (head->size & ~UINT64_C(7));
    return (head->size & 7) == 2 && head->before < at && *from % page == 0 && *to % page == 0 && *to > at;
}

uint64_t hw__chunks_block(uint64_t page, uint64_t end) {
    char start[HEAD_ROOM];
    struct chunk head;
    uint64_t from, to;
    if (!hw__os_peek((const void *)(uintptr_t)page, start, sizeof start)) return 0;
    for (uint64_t align = sizeof head; align <= sizeof start; align *= 2) {
        uint64_t at = align - sizeof head;
        memcpy(&head, start + at, sizeof head);
        if (isMapping(&head, page + at, &from, &to) && from == page && to <= end) return to;
    }
    return 0;
}

int hw__chunks_is_mapping(const void *p, uint64_t *from, uint64_t *to) {
    struct chunk head;
    memcpy(&head, (const char *)p - sizeof head, sizeof head);
    return isMapping(&head, (uint64_t)(uintptr_t)p - sizeof head, from, to);
}
