/* known.c: see the header. What the child of a fork unmapped of its parent's mappings is not in the kernel's list any more. */
#include "known.h"
#include "arenas.h"
#include "array.h"
#include "chunks.h"
#include "detours.h"
#include "heap.h"
#include "os.h"
#include "os_pages.h"
#include "ranges.h"
#include "table.h"

#define FIRST_ROOM 256u
#define MOST_ROOM 65536u /* the kernel's own default limit of mappings */

static struct hw__pieces inherited;

static int makeRoom(struct hw__pieces *p) {
    if (p->count < p->room) return 1;
    struct hw__piece *fresh = hw__array_grow(p->list, &p->room, sizeof *p->list, FIRST_ROOM, MOST_ROOM);
    if (fresh != NULL) p->list = fresh;
    return fresh != NULL;
}

void hw__pieces_add(struct hw__pieces *to, uint64_t from, uint64_t to_end, enum hw_area kind) {
    if (makeRoom(to))
        to->list[to->count++] = (struct hw__piece){from, to_end, kind};
    else
        to->is_incomplete = 1;
}

void hw__pieces_clear(struct hw__pieces *all) { all->count = all->is_incomplete = 0; }

static void addArenas(struct hw__pieces *to) {
    const void *arena;
    for (uint32_t i = 0; (arena = hw__arenas_at(i)) != NULL; i++)
        hw__pieces_add(to, (uintptr_t)arena, (uintptr_t)arena + hw__arenas_bytes(), HW_AREA_ARENAS);
}

static void addRanges(struct hw__pieces *to) {
    struct hw__range range;
    for (uint64_t at = 0; hw__ranges_next_anonymous(at, &range); at = range.from + range.bytes)
        if (range.kind == HW_RANGE_ANONYMOUS) hw__pieces_add(to, range.from, range.from + range.bytes, HW_AREA_MAPPED);
}

void hw__known_forked(void) { addRanges(&inherited); }

static void addInherited(struct hw__pieces *to) {
    for (uint32_t i = 0; i < inherited.count; i++) hw__pieces_add(to, inherited.list[i].from, inherited.list[i].to, HW_AREA_MAPPED);
}

void hw__known_add_own(struct hw__pieces *to) {
    uint64_t from, end;
    struct hw__detours_use detours;
    for (uint32_t i = 0; hw__os_taken_at(i, &from, &end); i++) hw__pieces_add(to, from, end, HW_AREA_AGENT);
    hw__detours_use(&detours);
    if (detours.made > 0) hw__pieces_add(to, hw__detours_from, hw__detours_from + detours.made, HW_AREA_AGENT);
}

/* Whole pages. */
static uint64_t untouchedOf(uint64_t from, uint64_t bytes) {
    uint64_t page = hw__os_page(), low = (from + page - 1) & ~(page - 1), high = (from + bytes) & ~(page - 1);
    uint64_t resident = low < high ? hw__os_present(low, high) : UINT64_MAX;
    return resident == UINT64_MAX ? 0 : high - low - resident;
}

/* Whoever frees one of them waits for the lock. */
static uint64_t addLargeBlocks(struct hw__pieces *to) {
    struct hw__live live;
    uint64_t place = 0, from, end, untouched = 0;
    const void *p;
    while (hw__heap_has_heads() && (p = hw__table_next_large(&place, &live)) != NULL) {
        if (hw__chunks_is_mapping(p, &from, &end))
            hw__pieces_add(to, from, end, HW_AREA_BLOCKS);
        else
            untouched += untouchedOf((uint64_t)(uintptr_t)p, live.weight);
    }
    return untouched;
}

uint64_t hw__known_add(struct hw__pieces *to) {
    addArenas(to);
    addRanges(to);
    addInherited(to);
    return addLargeBlocks(to);
}

/* Shell's sort: mostly in order already. */
void hw__known_sort(struct hw__pieces *all) {
    static const uint32_t gaps[] = {29524, 9841, 3280, 1093, 364, 121, 40, 13, 4, 1};
    struct hw__piece *list = all->list;
    for (uint32_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++)
        for (uint32_t i = gaps[g]; i < all->count; i++) {
            struct hw__piece piece = list[i];
            uint32_t at = i;
            for (; at >= gaps[g] && list[at - gaps[g]].from > piece.from; at -= gaps[g]) list[at] = list[at - gaps[g]];
            list[at] = piece;
        }
}
